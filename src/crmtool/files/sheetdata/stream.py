"""Knows how a part of repeated elements (rows, shared texts) is cut into pieces that end where an element ends.

What stands before and after them is checked by an XML parser; what they hold is left to the modules beside.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from xml.parsers import expat

from crmtool.files.limits import refuse_document_type
from crmtool.files.places import area
from crmtool.files.sheetdata.plain import NotPlain
from crmtool.sheets import Area

MAX_HEAD_BYTES = 16 * 1024**2
#: A row of 16,384 cells takes a few megabytes.
MAX_ELEMENT_BYTES = 64 * 1024**2

_DECLARED = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']""")
_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}


class Stream:
    """The pieces of one part; when all are taken, `merged` has the areas that the part names at its end.

    `container` holds the elements `element` (`sheetData` and `row`, or `sst` and `si`). Every piece is whole
    elements without their namespace prefix. Whatever stands outside the container must be well-formed XML in
    UTF-8, else NotPlain; a document type is an InputError. `size` counts the bytes so far.
    """

    def __init__(
        self, chunks: Iterable[bytes], container: bytes, element: bytes, file: str, part: str
    ) -> None:
        self._chunks = iter(chunks)
        self._container = container
        self._element = element
        self._where = (file, part)
        self._depth = 0
        self.size = 0
        self.merged: list[Area] = []

    def pieces(self) -> Iterator[bytes]:
        """Yield the pieces in order."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._started
        head, prefix, rest = self._head()
        _parse(parser, head)
        if self._depth != 1:
            raise NotPlain("the rows do not begin where they seem to")
        if not head.endswith(b"/>"):
            rest = yield from self._inside(rest, prefix)
        _parse(parser, rest)
        for chunk in self._taken():
            _parse(parser, chunk)
        _parse(parser, b"", is_last=True)

    def _inside(self, rest: bytes, prefix: bytes) -> Generator[bytes, None, bytes]:
        """Yield the pieces; return what comes from the container's end tag on."""
        end = b"</" + prefix + self._container
        starts = [b"<" + prefix + self._element + after for after in (b" ", b">")]
        data = rest
        while True:
            cut = next((at for start in starts if (at := data.rfind(start)) >= 0), 0)
            at = data.find(end, cut)
            if at >= 0:
                yield _unprefixed(data[:at], prefix)
                return data[at:]
            if cut:
                yield _unprefixed(data[:cut], prefix)
            chunk = next(self._taken(), None)
            if chunk is None:
                raise NotPlain("the part ends among its rows")
            data = data[cut:] + chunk
            if len(data) > MAX_ELEMENT_BYTES:
                raise NotPlain("an element without an end")

    def _head(self) -> tuple[bytes, bytes, bytes]:
        """Return what comes up to the container's start tag, the tag's prefix, and the rest of the chunk."""
        opening = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)%b(?=[\s/>])[^<>]*>" % self._container)
        data = b""
        for chunk in self._taken():
            if not data:
                refuse_document_type(chunk, *self._where)
                _check_encoding(chunk)
            data += chunk
            found = opening.search(data)
            if found is not None:
                return data[: found.end()], found[1], data[found.end() :]
            if len(data) > MAX_HEAD_BYTES:
                break
        raise NotPlain("no rows were found")

    def _taken(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            yield chunk

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == self._container.decode():
            self._depth += 1
        elif local == "mergeCell":
            found = area(attributes.get("ref", "").encode())
            if found is not None:
                self.merged.append(found)


def _check_encoding(first_chunk: bytes) -> None:
    if first_chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in first_chunk[:4]:
        raise NotPlain("not in UTF-8")
    declared = _DECLARED.match(first_chunk.removeprefix(b"\xef\xbb\xbf"))
    if declared is not None and declared[1].lower() not in _ENCODINGS:
        raise NotPlain("not in UTF-8")


def _parse(parser: expat.XMLParserType, data: bytes, is_last: bool = False) -> None:
    try:
        parser.Parse(data, is_last)
    except expat.ExpatError as problem:
        raise NotPlain("not well-formed around the rows") from problem


def _unprefixed(piece: bytes, prefix: bytes) -> bytes:
    if not prefix:
        return piece
    return piece.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")

"""Knows how much a zipped workbook may inflate to, and inflates its parts within that.

What the parts mean is left to `crmtool.files.parts` and `crmtool.files.scan`.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator

from isal import isal_zlib

from crmtool.errors import InputError

MAX_ENTRIES = 5_000
MAX_SHEET_BYTES = 4 * 1024**3 - 1
MAX_SHEETS_BYTES = 4 * 1024**3 - 1
MAX_PART_BYTES = 512 * 1024**2
#: Legitimate sheets deflate to 6 % or more of their size; a bomb to 0.1 %.
MIN_RATIO = 0.005
#: Small parts of one repeated byte deflate below the ratio without harm.
RATIO_FLOOR_BYTES = 1024**2
CHUNK_BYTES = 2 * 1024**2

_LOCAL_HEADER_BYTES = 30
_STORED, _DEFLATED = 0, 8


class Package:
    """The parts of a zip-based workbook, every one inflated within the limits and to its declared size."""

    def __init__(self, data: bytes, file: str) -> None:
        self.data = data
        self.file = file
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as problem:
            raise InputError.of("damaged-package", file=file, reason=problem) from problem
        self._check(entries)
        self.entries = {_plain(entry.filename): entry for entry in entries}

    def _check(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) >= MAX_ENTRIES:
            raise InputError.of("too-many-parts", file=self.file, parts=len(entries), limit=MAX_ENTRIES)
        if sum(entry.compress_size for entry in entries) > len(self.data):
            raise InputError.of("lying-part-size", file=self.file, part=entries[0].filename)
        sheets_bytes = 0
        for entry in entries:
            self._check_entry(entry)
            sheets_bytes += entry.file_size if is_sheet_part(entry.filename) else 0
        if sheets_bytes > MAX_SHEETS_BYTES:
            raise InputError.of(
                "part-too-large", file=self.file, part="worksheets", size=_megabytes(sheets_bytes)
            )

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        if ".." in name.replace("\\", "/").split("/") or "\x00" in entry.orig_filename:
            raise InputError.of("unsafe-part-name", file=self.file, part=name)
        limit = MAX_SHEET_BYTES if is_sheet_part(name) else MAX_PART_BYTES
        if entry.file_size > limit:
            raise InputError.of("part-too-large", file=self.file, part=name, size=_megabytes(entry.file_size))
        if entry.file_size > RATIO_FLOOR_BYTES and entry.compress_size < entry.file_size * MIN_RATIO:
            raise InputError.of(
                "suspicious-ratio", file=self.file, part=name, size=_megabytes(entry.file_size)
            )

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes in pieces of a few megabytes; InputError where it is not what it declares."""
        entry = self.entries[_plain(name)]
        body = memoryview(self.data)[self._body_start(entry) :][: entry.compress_size]
        size = 0
        try:
            for chunk in _inflated(body, entry.compress_type):
                size += len(chunk)
                if size > entry.file_size:
                    raise InputError.of("lying-part-size", file=self.file, part=entry.filename)
                yield chunk
        # The stub of `error` takes the class for an instance.
        except (isal_zlib.error, NotImplementedError) as problem:  # type: ignore[misc]
            raise InputError.of("damaged-package", file=self.file, reason=problem) from problem
        if size != entry.file_size:
            raise InputError.of("lying-part-size", file=self.file, part=entry.filename)

    def part(self, name: str) -> bytes:
        """Return a part's bytes whole."""
        return b"".join(self.chunks(name))

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self.entries

    def _body_start(self, entry: zipfile.ZipInfo) -> int:
        at = entry.header_offset
        header = self.data[at : at + _LOCAL_HEADER_BYTES]
        if header[:4] != b"PK\x03\x04":
            raise InputError.of("damaged-package", file=self.file, reason=entry.filename)
        name_bytes = int.from_bytes(header[26:28], "little")
        extra_bytes = int.from_bytes(header[28:30], "little")
        return at + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes

    def verify_parts(self, *, besides: frozenset[str] = frozenset()) -> None:
        """Inflate every part that the reader may open, so that none is larger than it says or declares a DTD.

        `besides` names parts (as `plain_name` gives them) that are inflated and checked elsewhere.
        """
        for name in self.entries:
            if name in besides or not name.endswith((".xml", ".rels", ".bin")):
                continue
            for index, chunk in enumerate(self.chunks(name)):
                if index == 0 and not name.endswith(".bin"):
                    refuse_document_type(chunk, self.file, name)


def refuse_document_type(first_chunk: bytes, file: str, part: str) -> None:
    """Raise InputError where a part declares a document type, the only place for entities."""
    head = first_chunk
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head[:4]:
        head = head.replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise InputError.of("forbidden-markup", file=file, part=part)


def is_sheet_part(name: str) -> bool:
    """Tell whether a part is a worksheet, or the one part of an .ods that holds all of them."""
    plain = _plain(name)
    return "worksheets/" in plain or plain == "content.xml"


def plain_name(name: str) -> str:
    """Return a part's name as parts are looked up: forward slashes, no leading slash, lower case."""
    return _plain(name)


def _plain(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def _inflated(body: memoryview, method: int) -> Iterator[bytes]:
    if method == _STORED:
        for at in range(0, len(body), CHUNK_BYTES):
            yield bytes(body[at : at + CHUNK_BYTES])
        return
    if method != _DEFLATED:
        raise NotImplementedError(f"compression method {method}")
    inflater = isal_zlib.decompressobj(-15)
    for at in range(0, len(body), CHUNK_BYTES):
        piece = inflater.decompress(body[at : at + CHUNK_BYTES], CHUNK_BYTES)
        while piece:
            yield piece
            piece = inflater.decompress(inflater.unconsumed_tail, CHUNK_BYTES)
    rest = inflater.flush()
    if rest:
        yield rest


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:,.0f} MB"

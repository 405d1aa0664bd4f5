"""Knows how the shared texts of a workbook become one string array.

Which cell shows which of them is left to `crmtool.files.sheetdata.values`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa

from crmtool.files.sheetdata.decode import decoded, unescaped
from crmtool.files.sheetdata.grammar import shared_texts_in
from crmtool.files.sheetdata.marks import Bytes, texts
from crmtool.files.sheetdata.plain import NotPlain, Spelling, shown_text
from crmtool.files.sheetdata.stream import Stream

_PRESERVES = ord("T")


def shared_texts(chunks: Callable[[], Iterable[bytes]], file: str, part: str) -> pa.Array:
    """Return the shared texts in their order.

    What the fast steps do not take is read again by an XML parser; NotPlain where that fails as well.
    InputError for a document type.
    """
    try:
        arrays = list(_fast(Stream(chunks(), b"sst", b"si", file, part)))
    except NotPlain:
        arrays = [_parsed(chunks())]
    try:
        return pa.concat_arrays(arrays) if arrays else pa.array([], pa.string())
    except pa.ArrowInvalid as problem:
        raise NotPlain("more than 2 GB of text") from problem


def _fast(stream: Stream) -> Iterator[pa.Array]:
    spelling = Spelling(b"si")
    for piece in stream.pieces():
        if not piece.strip():
            continue
        try:
            yield _texts(spelling.plain(piece))
        except NotPlain:
            if spelling.is_odd:
                raise
            spelling.is_odd = True
            yield _texts(spelling.plain(piece))


def _texts(piece: bytes) -> pa.Array:
    source = Bytes(piece)
    starts, ends = shared_texts_in(source)
    return decoded(texts(source, starts, ends - starts), source.at(starts, -2) != _PRESERVES)


def _parsed(chunks: Iterable[bytes]) -> pa.Array:
    found: list[str] = []
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(b"".join(chunks)), events=("end",)):
            if element.tag.rpartition("}")[2] == "si":
                found.append(unescaped(shown_text(element)))
                element.clear()
    except (ElementTree.ParseError, ValueError, LookupError) as problem:
        raise NotPlain("the shared texts are not well-formed") from problem
    return pa.array(np.array(found, dtype=object), pa.string())

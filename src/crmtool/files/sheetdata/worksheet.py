"""Knows how one worksheet part becomes a table of its cells, piece by piece.

Which parts are worksheets is told by `crmtool.files.parts`; what is done with the table, by
`crmtool.files.sheetdata.source`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from crmtool.files.sheetdata.attributes import AttributeReader
from crmtool.files.sheetdata.cells import placed_cells
from crmtool.files.sheetdata.grammar import Tags, row_tags
from crmtool.files.sheetdata.marks import Bytes
from crmtool.files.sheetdata.plain import NotPlain, Spelling
from crmtool.files.sheetdata.pools import Pools
from crmtool.files.sheetdata.stream import Stream
from crmtool.files.sheetdata.table import Table
from crmtool.files.sheetdata.values import cell_values
from crmtool.sheets import Area


@dataclass(frozen=True, slots=True)
class Worksheet:
    """What a worksheet part holds: its cells, its hidden rows, its merged areas, and its size in bytes."""

    table: Table
    hidden_rows: frozenset[int]
    merged: tuple[Area, ...]
    size: int


def read_worksheet(
    chunks: Iterable[bytes],
    shared: pa.Array,
    style_kinds: Sequence[int],
    date_1904: bool,
    file: str,
    part: str,
) -> Worksheet:
    """Return what a worksheet part holds.

    `shared` are the shared texts, with null for blank ones; `style_kinds` the kind of number format of each
    style. NotPlain where the part is not what the fast steps know for certain, InputError where it declares a
    document type.
    """
    stream = Stream(chunks, b"sheetData", b"row", file, part)
    reader = AttributeReader(style_kinds)
    pools = Pools(len(shared), date_1904)
    table = Table(pools, shared)
    spelling = Spelling(b"is")
    last_row = 0
    for piece in stream.pieces():
        if not piece.strip():
            continue
        source, tags = _tagged(piece, spelling)
        cells, last_row = placed_cells(source, tags, last_row, reader)
        table.add(cells, cell_values(source, tags, cells, pools))
    table.finish()
    return Worksheet(table, frozenset(reader.hidden), tuple(stream.merged), stream.size)


def _tagged(piece: bytes, spelling: Spelling) -> tuple[Bytes, Tags]:
    source = Bytes(spelling.plain(piece))
    try:
        return source, row_tags(source)
    except NotPlain:
        if spelling.is_odd:
            raise
    # A sheet that was spelled oddly once goes on like that.
    spelling.is_odd = True
    source = Bytes(spelling.plain(piece))
    return source, row_tags(source)

"""Say which header cells new columns get: their text in the row where the column beside has its own.

A header over several rows that is merged downwards in the column beside is merged in the new ones too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crmtool.files.xlsx.in_place.asked import SheetUpdate
from crmtool.files.xlsx.in_place.placing import PlacedColumn
from crmtool.files.xlsx.in_place.surroundings import merged_areas
from crmtool.sheets import Area, cell_name


@dataclass(frozen=True, slots=True)
class Heading:
    """A header cell of a new column: it looks like the cell `beside` it in its row; text None leaves it empty.

    `merged_to` is the last row of the cells that are merged with it, or 0.
    """

    row: int
    column: int
    beside: int
    text: str | None
    merged_to: int = 0


def headings(columns: Sequence[PlacedColumn], asked: SheetUpdate, tail: bytes) -> list[Heading]:
    """Return the header cells of the new columns of an update, row by row.

    `tail` is what stands behind the sheet's rows, merged cells among it.
    """
    new = [column for column in columns if column.is_new]
    rows = asked.header_rows
    is_merged = new and len(rows) > 1 and _is_merged(tail, new[0].beside, rows)
    row_of_text = rows[0] if is_merged else rows[-1]
    return [
        Heading(
            row,
            column.column,
            column.beside,
            column.asked.header if row == row_of_text else None,
            rows[-1] if is_merged and row == row_of_text else 0,
        )
        for row in rows
        for column in new
    ]


def _is_merged(tail: bytes, column: int, rows: Sequence[int]) -> bool:
    return Area(rows[0], column, rows[-1], column) in merged_areas(tail)


def merged_headings(tail: bytes, prefix: bytes, heads: Sequence[Heading]) -> bytes:
    """Return what stands behind the rows with the new headers among the merged cells."""
    merged = [head for head in heads if head.merged_to]
    if not merged:
        return tail
    p = re.escape(prefix)
    made = b"".join(
        b'<%bmergeCell ref="%b:%b"/>'
        % (prefix, cell_name(head.row, head.column).encode(), cell_name(head.merged_to, head.column).encode())
        for head in merged
    )

    def counted(match: re.Match[bytes]) -> bytes:
        count = int(match[2]) + len(merged)
        return match[1] + b'%d"' % count

    tail = re.sub(rb'(<%bmergeCells\s[^>]*?\bcount=")([0-9]{1,9})"' % p, counted, tail, count=1)
    return tail.replace(b"</%bmergeCells>" % prefix, made + b"</%bmergeCells>" % prefix, 1)

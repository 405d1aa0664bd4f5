"""Look at what stands beside a ledger before columns are added to it: used columns, merged headers.

Changes nothing; where new columns go then is decided by `placing` and `headings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crmtool.files.xlsx.in_place.blocks import column_of
from crmtool.files.xlsx.in_place.rowstream import Patterns, RowStream
from crmtool.files.xlsx.references import parse_range
from crmtool.sheets import Area

_MERGED = re.compile(rb'<(?:[\w.-]+:)?mergeCell\s[^>]*?\bref="([^"]+)"')
_PLACE = re.compile(rb'\sr="([A-Za-z]{1,3})([0-9]{1,9})"')


@dataclass
class Surroundings:
    """The columns right of a ledger that hold something, and what stands behind the sheet's rows."""

    right: set[int] = field(default_factory=set)
    tail: bytes = b""


def surroundings(chunks: Iterable[bytes], part: str, last_column: int, top: int, bottom: int) -> Surroundings:
    """Return what stands beside a ledger that ends in `last_column`, from its row `top` down to `bottom`."""
    stream = RowStream(chunks, part)
    patterns = Patterns(stream.prefix)
    found = Surroundings()
    for block in stream.blocks():
        found.right |= _beyond(block, patterns, last_column)
    found.tail = stream.tail
    for area in merged_areas(stream.tail):
        # What is written into a merged cell other than its first is not shown.
        if area.top <= bottom and area.bottom >= top:
            found.right |= set(range(max(area.left, last_column + 1), area.right + 1))
    return found


def merged_areas(tail: bytes) -> list[Area]:
    """Return the merged cells that are named behind a sheet's rows."""
    areas = []
    for reference in _MERGED.findall(tail):
        start, end = parse_range(reference.decode("ascii", "replace"))
        areas.append(Area(start.row, start.column, end.row, end.column))
    return areas


def _beyond(block: bytes, patterns: Patterns, last_column: int) -> set[int]:
    """Return the columns right of the ledger that hold something, be it a note above or below it."""
    right: set[int] = set()
    is_regular = patterns.is_regular(block)
    for segment in block.split(patterns.row_end):
        if is_regular:
            start = segment.rfind(patterns.cell_start)
            place = _PLACE.match(segment, start + len(patterns.cell_start) - 4) if start >= 0 else None
            if place is None or column_of(place[1]) <= last_column:
                continue
        column = 0
        for match in patterns.cell.finditer(segment):
            place = _PLACE.search(match[1])
            column = column_of(place[1]) if place else column + 1
            if column > last_column and match[2]:
                right.add(column)
    return right

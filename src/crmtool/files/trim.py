"""Knows how to cut stray cells, far outside everything else, off a worksheet.

One cell at XFD1048576 makes a reader lay out 17 thousand million cells. Which sheets need it is told by
`crmtool.files.scan`; what is read of the rest is left to the reader.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crmtool.files.limits import Package
from crmtool.files.places import column_number
from crmtool.sheets import cell_name

#: Cells that a reader may be asked to lay out: three times the largest sheet of 20 columns, about 2 GB.
MAX_AREA = 64_000_000
#: Below this an empty sheet costs little, whatever its shape.
SMALL_AREA = 4_000_000
#: Nobody leaves so many rows or columns empty inside one table.
ROW_GAP, COLUMN_GAP = 10_000, 500

_ROW = re.compile(rb'<row\b[^>]*?\sr="(\d+)"[^>]*?(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(rb'<c\b[^>]*?\sr="([A-Za-z]+)\d+"[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A sheet's XML without its stray cells: how many filled ones went, and the first of them in A1 style."""

    xml: bytes
    rows: int
    columns: int
    dropped: int
    first_dropped: str


def is_sparse(rows: int, columns: int, size: int) -> bool:
    """Tell whether `size` bytes of cells are spread over so many places that some of them must be strays."""
    area = rows * columns
    # A filled cell takes 20 bytes or more, so a sheet with fewer bytes than places is nearly empty.
    return area > MAX_AREA or (area > SMALL_AREA and area > size)


def trim(xml: bytes) -> Trimmed:
    """Return a sheet without the cells that lie beyond a gap of 10,000 empty rows or 500 empty columns."""
    rows = _filled_rows(xml)
    last_row = before_gap(sorted(rows), ROW_GAP)
    columns = {column for row, cells in rows.items() if row <= last_row for column in cells}
    last_column = before_gap(sorted(columns), COLUMN_GAP)
    dropped = [
        (row, column)
        for row, cells in rows.items()
        for column in cells
        if row > last_row or column > last_column
    ]
    first = cell_name(*min(dropped)) if dropped else ""
    return Trimmed(_cut(xml, last_row, last_column), last_row, last_column, len(dropped), first)


def _filled_rows(xml: bytes) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = {}
    for row, body in _ROW.findall(xml):
        columns = [column_number(name) for name, content in _CELL.findall(body) if content]
        if columns:
            rows[int(row)] = columns
    return rows


def before_gap(numbers: Sequence[int], gap: int) -> int:
    """Return the last of rising numbers before the first gap larger than `gap`, from 0 on.

    >>> before_gap([1, 2, 3, 1_048_576], 10_000)
    3
    """
    for before, after in pairwise([0, *numbers]):
        if after - before > gap:
            return before
    return numbers[-1] if numbers else 0


def _cut(xml: bytes, last_row: int, last_column: int) -> bytes:
    def cell(match: re.Match[bytes]) -> bytes:
        return match[0] if column_number(match[1]) <= last_column else b""

    def rows() -> Iterator[bytes]:
        at = 0
        for match in _ROW.finditer(xml):
            yield xml[at : match.start()]
            if int(match[1]) <= last_row:
                yield _CELL.sub(cell, match[0])
            at = match.end()
        yield xml[at:]

    return b"".join(rows())


def with_parts(package: Package, replaced: dict[str, bytes]) -> bytes:
    """Return the package as new bytes with some parts (named as `plain_name` gives them) replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, entry in package.entries.items():
            data = replaced.get(name)
            archive.writestr(entry.filename, package.part(name) if data is None else data)
    return target.getvalue()

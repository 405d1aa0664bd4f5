"""What a read sheet is, between the files that make it and the ledger that understands it.

Knows nothing of customers and opens nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import pyarrow as pa

RawCell = str | int | float | bool | datetime | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column as read. Each cell is in at most one of the arrays and is empty where all are null.

    `text` string, `number` float64, `moment` timestamp[us] (dates and date-times), `error` string (what a
    person sees, such as `#N/A`, or `no-value` for a formula without a cached value). An array is None where
    the column has no such cell. A long integer that the file spells out exactly (`<v>110101199001011234</v>`)
    arrives as text with all its digits.

    `is_percent` (bool) says which numbers the workbook shows as percentages: 0.5 as 50 %. It is None where none is, or
    where a reader does not tell formats.
    """

    length: int
    text: pa.Array | None = None
    number: pa.Array | None = None
    moment: pa.Array | None = None
    error: pa.Array | None = None
    is_percent: pa.Array | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


Visibility = Literal["visible", "hidden", "very-hidden"]


@dataclass(frozen=True, slots=True)
class Peek:
    """The first rows of a sheet: enough to find its header.

    `cells[i][j]` is sheet row i + 1, sheet column j + 1 (nothing is dropped at the top or left); `rows` and
    `columns` are the sheet's used size.
    """

    sheet: str
    cells: Sequence[Sequence[RawCell]]
    rows: int
    columns: int
    visibility: Visibility = "visible"
    merged: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The wanted columns of a sheet below its header.

    `columns` maps a 1-based sheet column to its cells; `row_numbers` (int32) gives the 1-based sheet row of
    each; `hidden_rows` are sheet rows hidden or filtered away, which are read all the same.
    """

    file: str
    name: str
    columns: dict[int, Column]
    row_numbers: pa.Array
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    date_1904: bool = False
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Return how many rows were read."""
        return len(self.row_numbers)


def letters(column: int) -> str:
    """Return the letters of a 1-based sheet column.

    >>> letters(1), letters(27), letters(16384)
    ('A', 'AA', 'XFD')
    """
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell_name(row: int, column: int) -> str:
    """Return the A1-style name of a cell, from 1-based numbers."""
    return f"{letters(column)}{row}"

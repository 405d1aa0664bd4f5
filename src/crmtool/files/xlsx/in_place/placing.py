"""Decide which sheet column each column of an update goes to, and how the ledger grows by the new ones.

Plain arithmetic; what stands where in the sheet was found by `survey`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from crmtool.errors import OutputError
from crmtool.files.xlsx.in_place.asked import SheetUpdate, UpdateColumn
from crmtool.files.xlsx.in_place.edges import Growth
from crmtool.files.xlsx.moves import MAX_COLUMN, MAX_ROW


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column of an update with the sheet column it goes to.

    Where it `is_new`, or a cell of it is not there yet, that cell looks like the one in the column `beside`.
    """

    asked: UpdateColumn
    column: int
    is_new: bool
    beside: int


def place(asked: SheetUpdate, taken: Collection[int], bottom: int) -> tuple[list[PlacedColumn], Growth]:
    """Return where the columns go: known ones where they are, new ones side by side at the ledger's edge.

    Where something else stands there (`taken`), they go to the first columns right of it that are free together;
    the ledger's own table and filter then stay as they are. Raises OutputError where the sheet is full.
    """
    new = [column for column in asked.columns if column.column is None]
    first = asked.last_column + 1
    while any(column in taken for column in range(first, first + len(new))):
        first += 1
    if first + len(new) - 1 > MAX_COLUMN:
        raise OutputError.of("update-sheet-full", sheet=asked.sheet)
    if bottom > MAX_ROW:
        raise OutputError.of("update-rows-full", sheet=asked.sheet)
    numbers = iter(range(first, first + len(new)))
    placed = [
        PlacedColumn(column, next(numbers), True, asked.last_column)
        if column.column is None
        else PlacedColumn(column, column.column, False, max(column.column - 1, 1))
        for column in asked.columns
    ]
    grows = bool(new) and first == asked.last_column + 1
    growth = Growth(
        first=asked.first_column,
        last=asked.last_column,
        new_last=asked.last_column + len(new) if grows else asked.last_column,
        top=asked.header_rows[0],
        header=asked.header_rows[-1],
        bottom=bottom,
        looks={column.column: column.asked.look for column in placed if column.is_new},
        old_bottom=asked.model_row if asked.model_row and bottom > asked.model_row else 0,
    )
    return placed, growth

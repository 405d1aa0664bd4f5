"""Knows how a table of cells is offered as a sheet, and which of its cells are strays.

How the table comes to be is left to `crmtool.files.sheetdata.worksheet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crmtool.errors import Finding, InputError
from crmtool.files.sheetdata.table import Table
from crmtool.files.sheetdata.worksheet import Worksheet
from crmtool.files.source import PEEK_COLUMNS, PEEK_ROWS, Progress, row_numbers
from crmtool.files.trim import COLUMN_GAP, MAX_AREA, ROW_GAP, before_gap, is_sparse
from crmtool.sheets import Peek, Sheet, Visibility, cell_name


@dataclass
class WorksheetSource:
    """One worksheet, parsed; see `crmtool.files.source.Source`."""

    file: str
    name: str
    visibility: Visibility
    worksheet: Worksheet
    date_1904: bool
    progress: Progress | None

    @cached_property
    def peek(self) -> Peek:
        """Return the sheet's first rows and its used size."""
        table = self.worksheet.table
        cells = table.head(PEEK_ROWS, PEEK_COLUMNS)
        return Peek(self.name, cells, table.rows, table.columns, self.visibility, self.worksheet.merged)

    def read(self, columns: Sequence[int] | None, first_row: int, last_row: int) -> Sheet:
        """Return the wanted columns (None: all) of the rows from `first_row` to `last_row`, both 1-based."""
        table = self.worksheet.table
        wanted = range(1, table.columns + 1) if columns is None else columns
        length = max(0, last_row - first_row + 1)
        read = {}
        for done, column in enumerate(wanted, start=1):
            read[column] = table.column(column, first_row, last_row)
            if self.progress is not None:
                self.progress("progress-reading", length * done // len(wanted), length)
        return Sheet(
            self.file,
            self.name,
            read,
            row_numbers(first_row, length),
            frozenset(row for row in self.worksheet.hidden_rows if first_row <= row <= last_row),
            self.worksheet.merged,
            self.date_1904,
        )


def without_strays(worksheet: Worksheet, file: str, sheet: str) -> Finding | None:
    """Shrink a sheet's table to what stands before a gap, where it is nearly empty; return what went.

    InputError where the sheet stays too large.
    """
    table = worksheet.table
    if not is_sparse(table.rows, table.columns, worksheet.size):
        return None
    last_row, last_column = _bounds_before_gaps(table)
    dropped, first = table.cut(last_row, last_column)
    if table.rows * table.columns > MAX_AREA:
        raise InputError.of("sheet-too-large", file=file, sheet=sheet, rows=table.rows, columns=table.columns)
    if not dropped:
        return None
    params = {"rows": str(last_row), "columns": str(last_column)}
    return Finding("stray-cells", file, sheet, cell_name(*first), params=params, count=dropped)


def _bounds_before_gaps(table: Table) -> tuple[int, int]:
    is_filled = np.zeros(table.rows + 1, np.bool_)
    for _, rows in table.places():
        is_filled[rows] = True
    last_row = before_gap(np.flatnonzero(is_filled).tolist(), ROW_GAP)
    columns = sorted({column for column, rows in table.places() if rows.min() <= last_row})
    return last_row, before_gap(columns, COLUMN_GAP)

"""What an in-place update asks for, and what came of it.

Values only; how they get into a workbook is for the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from crmtool.content import Look, OutTable
from crmtool.errors import Finding


@dataclass(frozen=True, slots=True)
class UpdateColumn:
    """One column to write into a sheet.

    `column` is the 1-based sheet column that has the `header` already, or None for one that is added at the
    right edge. `cells` has a cell for each row of the update: string, int64, float64, date32 or bool; null
    empties the cell and keeps its style. `mask`, where given, is a bool array: only those rows are written.
    `is_own` says that the column is crmtool's own, so that formulas in it may give way to values; in any
    other column a cell with a formula is left as it is, and told.
    """

    header: str
    cells: pa.Array
    column: int | None = None
    look: Look = "text"
    mask: pa.Array | None = None
    is_own: bool = True


@dataclass(frozen=True)
class SheetUpdate:
    """The columns to write into one sheet, for some of its rows.

    `header_rows` are the 1-based rows of its header, `first_column` and `last_column` the columns between
    which the ledger lies. `rows` (int32) are 1-based sheet rows, ascending, each once. `used_columns` is the last
    column of the sheet that holds anything or is part of a merged cell, where that is known: it saves a look at
    every row. Rows beyond `model_row`, where one is given, need not be there yet: it is the last row that holds
    anything, and new ones below it look like it.
    """

    sheet: str
    header_rows: tuple[int, ...]
    first_column: int
    last_column: int
    rows: pa.Array
    columns: Sequence[UpdateColumn]
    used_columns: int | None = None
    model_row: int | None = None


@dataclass(frozen=True, slots=True)
class NewSheet:
    """A sheet to add at the end, or to put in the place of an earlier one of the same make.

    `name` is taken where no sheet has it, or the one that has it reads like this one (`table`'s headers in
    the row below title and caption); otherwise `name (2)` and so on.
    """

    name: str
    title: str
    caption: str
    table: OutTable


@dataclass
class UpdateReport:
    """What an update did.

    `columns` maps a sheet to the 1-based column of each header that was asked for; `written` counts the cells
    written, `added` the headers of new columns, `sheets` the names of added or renewed sheets. `sheet_rows`
    are the XML rows of each changed sheet part, for the check of what was written. `findings` tell of cells
    that were left or cleaned. `digest` is the sha256 over the inflated parts.
    """

    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    written: int = 0
    added: dict[str, list[str]] = field(default_factory=dict)
    sheets: list[str] = field(default_factory=list)
    sheet_rows: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

"""Which sheet is what and which column is which: the result of looking at the first rows of a workbook.

How it is found out is in `crmtool.ledger.headers.finding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from crmtool.errors import Finding
from crmtool.ledger.headers.vocabulary import Wanted
from crmtool.ledger.ledger import LedgerColumn
from crmtool.ledger.standard.dictionary import Role

#: How many of the leftmost columns can carry the word 合计 or 制表人.
LABEL_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A sheet column that is a field, with the unit of its header (None: the header names none).

    Where `is_unit_of_sheet`, the unit stands above the table (单位：万元) instead of in the header.
    """

    placed: LedgerColumn
    unit: str | None = None
    is_unit_of_sheet: bool = False

    @property
    def field_id(self) -> str:
        """Return the id of the field."""
        return self.placed.field.id

    @property
    def number(self) -> int:
        """Return the 1-based sheet column."""
        return self.placed.column


@dataclass(frozen=True)
class SheetLayout:
    """One sheet of the workbook as a table.

    `header_rows` are 1-based; data begin in `first_row`. One sheet column can be several fields. `unmapped`
    maps the columns that are no known field to their headers, each made unique; `headers` all columns that
    have a header to what it says. `labels` are leading columns that are left alone: their cells are no facts, but
    the word 合计 in them still makes a row a total.
    """

    role: Role
    file: str
    sheet: str
    header_rows: tuple[int, ...]
    first_row: int
    columns: tuple[PlacedColumn, ...]
    unmapped: dict[int, str]
    profile: str = ""
    counting_status: tuple[str, ...] = ()
    headers: Mapping[int, str] = field(default_factory=dict)
    labels: frozenset[int] = frozenset()

    @property
    def wanted_columns(self) -> tuple[int, ...]:
        """Return the 1-based columns to read: those whose cells count, and the labels."""
        return tuple(sorted({column.number for column in self.columns} | set(self.unmapped) | self.labels))

    def column_of(self, field_id: str) -> PlacedColumn | None:
        """Return the column that is the field, or None."""
        for column in self.columns:
            if column.field_id == field_id:
                return column
        return None


@dataclass(frozen=True)
class Layout:
    """Everything found in one workbook, or in several after `plus`.

    `wanted` is what was looked for. `others` are sheets that would also have been a ledger. `dated_as_of` is a
    统计截止日 of the ledger's title rows.
    """

    sheets: tuple[SheetLayout, ...] = ()
    wanted: Wanted = field(default_factory=Wanted)
    findings: tuple[Finding, ...] = ()
    dated_as_of: date | None = None
    others: tuple[str, ...] = ()

    def of(self, role: Role) -> tuple[SheetLayout, ...]:
        """Return the sheets of a role, in the order in which they are read."""
        return tuple(sheet for sheet in self.sheets if sheet.role == role)

    def plus(self, other: Layout) -> Layout:
        """Return this layout with another workbook's sheets; a role found there replaces the same role here."""
        brought = {sheet.role for sheet in other.sheets}
        kept = tuple(sheet for sheet in self.sheets if sheet.role not in brought)
        return replace(
            self,
            sheets=kept + other.sheets,
            findings=self.findings + other.findings,
            dated_as_of=self.dated_as_of or other.dated_as_of,
        )

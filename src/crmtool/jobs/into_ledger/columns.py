"""Columns that are to be written into customers' rows: where each goes in the ledger, and which cells differ from it.

What stands in the columns is for the commands that write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.errors import Finding
from crmtool.files.book import Book, open_book
from crmtool.files.xlsx import NewSheet, SheetUpdate, UpdateColumn, UpdateReport
from crmtool.jobs.reading import Read
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.headers.vocabulary import fold_name
from crmtool.sheets import Column, Peek, Sheet, cell_name


@dataclass(frozen=True)
class Given:
    """A column to write: a cell for each customer, in the ledger's order.

    It goes to the sheet column of the field `field_id`, where the ledger has that, else to the one of its header,
    else to a new one. `mask` (bool, a cell for each customer) says whose cells are written; None: everybody's.
    `is_own` says that the column is crmtool's own: formulas in it give way to values.
    """

    column: TableColumn
    field_id: str | None = None
    mask: pa.Array | None = None
    is_own: bool = True


@dataclass(frozen=True)
class SheetAsked:
    """The update of one sheet, and what its columns held before, each as texts; None where there was none."""

    update: SheetUpdate
    before: Sequence[pa.Array | None]


@dataclass(frozen=True)
class LedgerChange:
    """All that is to be written into a ledger, and what was odd in working it out."""

    updates: Sequence[SheetAsked]
    sheets: Sequence[NewSheet] = ()
    findings: Sequence[Finding] = ()


class CustomerRows:
    """The rows of a ledger's customers as they stand in its file, to lay columns beside.

    The sheets are those of the same read; the file is opened again only where some columns are there already.
    """

    def __init__(self, what: Read) -> None:
        self._read = what
        self.path = what.request.ledger
        self.peeks = {peek.sheet: peek for peek in what.peeks}
        self.layouts = [
            each for each in what.layout.sheets if each.role == "customers" and each.file == self.path.name
        ]

    @cached_property
    def book(self) -> Book:
        """Return the ledger's file, opened anew."""
        return open_book(self.path)

    def number_of(self, given: Given, layout: SheetLayout) -> int | None:
        """Return the sheet column that a given column goes to, or None where it is a new one."""
        placed = None if given.field_id is None else layout.column_of(given.field_id)
        if placed is not None:
            return placed.number
        return column_under(layout, given.column.header)

    def asked(self, layout: SheetLayout, given: Sequence[Given]) -> SheetAsked:
        """Return what is to be written into one sheet: of each column the cells that differ."""
        frame = self._read.ledger.customers.frame
        places = pa.array(np.flatnonzero(np.asarray(pc.equal(pa.array(frame["sheet"]), layout.sheet))))
        rows = pa.array(frame["row"]).take(places).cast(pa.int32())
        numbers = [self.number_of(each, layout) for each in given]
        held = self._held([number for number in numbers if number is not None], layout, rows)
        columns, before = [], []
        for each, number in zip(given, numbers, strict=True):
            old = held.get(number) if number is not None else None
            columns.append(_update_column(each, number, old, layout, places))
            before.append(None if old is None else _texts(old))
        return SheetAsked(sheet_update(layout, self.peeks[layout.sheet], rows, columns), before)

    def _held(self, columns: Sequence[int], layout: SheetLayout, rows: pa.Array) -> dict[int, Column]:
        """Return what some columns hold in the customers' rows."""
        if not columns:
            return {}
        sheet: Sheet = self.book.read(layout.sheet, columns, layout.first_row)
        at = pc.subtract(rows, layout.first_row)
        return {number: _taken(column, at) for number, column in sheet.columns.items()}


def column_under(layout: SheetLayout, header: str) -> int | None:
    """Return the number of the first sheet column under a header, or None where there is none."""
    name = fold_name(header)
    return min((n for n, text in layout.headers.items() if fold_name(text) == name), default=None)


def sheet_update(
    layout: SheetLayout,
    peek: Peek,
    rows: pa.Array,
    columns: Sequence[UpdateColumn],
    *,
    model_row: int | None = None,
) -> SheetUpdate:
    """Return the update of a sheet in some rows (int32); rows below `model_row` are new, and look like it."""
    edges = sorted(layout.headers)
    used = max([peek.columns, *(area.right for area in peek.merged)])
    return SheetUpdate(
        layout.sheet,
        layout.header_rows,
        edges[0],
        edges[-1],
        rows,
        columns,
        used_columns=used,
        model_row=model_row,
    )


def customer_columns(what: Read, given: Sequence[Given]) -> LedgerChange:
    """Return the change of a ledger that writes some columns into the rows of its customers."""
    rows = CustomerRows(what)
    return LedgerChange([rows.asked(layout, given) for layout in rows.layouts])


def _update_column(
    given: Given, number: int | None, old: Column | None, layout: SheetLayout, places: pa.Array
) -> UpdateColumn:
    cells = given.column.cells.take(places)
    mask = None if given.mask is None else given.mask.take(places)
    if old is not None:
        differs = pc.invert(_is_same(old, cells))
        mask = differs if mask is None else pc.and_(differs, mask)
    header = given.column.header if number is None else layout.headers.get(number, given.column.header)
    return UpdateColumn(header, cells, number, given.column.look, mask, given.is_own)


def _taken(column: Column, at: pa.Array) -> Column:
    arrays = (column.text, column.number, column.moment, column.error)
    return Column(len(at), *(None if array is None else array.take(at) for array in arrays))


def _texts(column: Column) -> pa.Array:
    """Return what stands in a column as text; null where a cell is empty."""
    parts = [column.text, column.error]
    if column.moment is not None:
        parts.append(pc.strftime(column.moment, format="%Y-%m-%d"))
    if column.number is not None:
        parts.append(column.number.cast(pa.string()))
    filled = [part for part in parts if part is not None]
    return pc.coalesce(*filled) if filled else pa.nulls(column.length, pa.string())


def _is_same(column: Column, cells: pa.Array) -> pa.Array:
    """Tell, cell by cell, whether a column holds what is to be written."""
    before, after = _texts(column), cells.cast(pa.string())
    both_empty = pc.and_(pc.is_null(before), pc.is_null(after))
    is_kind = column.moment is None if not pa.types.is_date(cells.type) else column.moment is not None
    if not is_kind:
        return both_empty
    return pc.or_(both_empty, pc.fill_null(pc.equal(before, after), False))


def changed_cells(updates: Sequence[SheetAsked], report: UpdateReport) -> pa.Table:
    """Return the cells that change, sheet by sheet, column by column."""
    tables = [_CHANGES.empty_table()]
    for asked in updates:
        for column, before in zip(asked.update.columns, asked.before, strict=True):
            number = report.columns[asked.update.sheet][column.header]
            rows, after = asked.update.rows, column.cells.cast(pa.string())
            old = pa.nulls(len(rows), pa.string()) if before is None else before
            if column.mask is not None:
                rows, after, old = (array.filter(column.mask) for array in (rows, after, old))
            names = pa.array([cell_name(row, number) for row in rows.to_pylist()], pa.string())
            sheet, header = (
                pa.repeat(pa.scalar(text), len(rows)) for text in (asked.update.sheet, column.header)
            )
            tables.append(pa.table([sheet, names, header, old, after], schema=_CHANGES))
    return pa.concat_tables(tables)


_CHANGES = pa.schema([(name, pa.string()) for name in ("sheet", "cell", "header", "before", "after")])

"""Sheets typed into tests: rows of cells become peeks, layouts and ledgers as a workbook's would."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from crmtool.ledger.build import build_ledger
from crmtool.ledger.headers.finding import Wanted, find
from crmtool.ledger.headers.layout import Layout, SheetLayout
from crmtool.ledger.ledger import Ledger
from crmtool.ledger.standard.dictionary import Role
from crmtool.sheets import Area, Column, Peek, RawCell, Sheet

Rows = Sequence[Sequence[RawCell]]
FILE = "customers.xlsx"


def peek_of(rows: Rows, name: str = "客户", merged: tuple[Area, ...] = (), **more: Any) -> Peek:
    return Peek(name, rows, len(rows), max(map(len, rows), default=0), merged=merged, **more)


def layout_of(
    rows: Rows, wanted: Wanted | None = None, merged: tuple[Area, ...] = (), **options: Any
) -> Layout:
    return find([peek_of(rows, merged=merged)], wanted or Wanted(), file=FILE, **options)


def sheet_of(peek: Peek, layout: SheetLayout, hidden_rows: frozenset[int] = frozenset()) -> Sheet:
    rows = peek.cells[layout.first_row - 1 :]
    columns = {
        number: _column([row[number - 1] if number <= len(row) else None for row in rows])
        for number in layout.wanted_columns
    }
    numbers = pa.array(range(layout.first_row, layout.first_row + len(rows)), pa.int32())
    return Sheet(layout.file or FILE, peek.sheet, columns, numbers, hidden_rows, peek.merged)


def ledger_of(
    sheets: dict[str, Rows],
    *,
    as_of: date = date(2024, 3, 31),
    wanted: Wanted | None = None,
    merged: tuple[Area, ...] = (),
    hidden_rows: frozenset[int] = frozenset(),
    find_options: dict[str, Any] | None = None,
    **options: Any,
) -> Ledger:
    peeks = {name: peek_of(rows, name, merged) for name, rows in sheets.items()}
    layout = find(list(peeks.values()), wanted or Wanted(), file=FILE, **(find_options or {}))
    read: dict[Role, list[Sheet]] = {}
    for found in layout.sheets:
        read.setdefault(found.role, []).append(sheet_of(peeks[found.sheet], found, hidden_rows))
    return build_ledger(layout, read, as_of=as_of, **options)


def _column(cells: Sequence[RawCell]) -> Column:
    texts = [cell if isinstance(cell, str) else None for cell in cells]
    numbers = [float(cell) if isinstance(cell, (int, float)) else None for cell in cells]
    days = pa.array([cell if isinstance(cell, date) else None for cell in cells], pa.date32())
    return Column(
        len(cells),
        text=pa.array(texts, pa.string()) if any(text is not None for text in texts) else None,
        number=pa.array(numbers, pa.float64()) if any(number is not None for number in numbers) else None,
        moment=days.cast(pa.timestamp("us")) if days.null_count < len(days) else None,
    )

"""Two ledgers of one office, a quarter apart, whose tiers are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from command_line import book

CUSTOMERS = ("客户编号", "客户名称", "负责人", "需调整")
ORDERS = ("订单编号", "客户编号", "客户名称", "订单日期", "订单金额(元)")
#: By value_risk: 10万 in 12 months is high value, three months without an order are a risk, 20 % growth is potential.
#: C1 is 高价值稳定型 on 31 March 2024 (14万 after 13万, last order in February) and 低价值风险型 on 30 June (6万, four months).
#: C2 is 低价值稳定型 on both days. C3 is 低价值风险型 in March (nothing for a year), 高价值稳定型 in June (20万 after 18万).
ROWS: Sequence[tuple[str, str, date, float]] = (
    ("C3", "丙公司", date(2022, 1, 5), 10_000.0),
    ("C1", "甲公司", date(2022, 6, 1), 130_000.0),
    ("C2", "乙公司", date(2022, 6, 1), 20_000.0),
    ("C3", "丙公司", date(2023, 2, 1), 180_000.0),
    ("C1", "甲公司", date(2023, 5, 10), 80_000.0),
    ("C2", "乙公司", date(2023, 6, 15), 20_000.0),
    ("C1", "甲公司", date(2024, 2, 10), 60_000.0),
    ("C2", "乙公司", date(2024, 3, 5), 10_000.0),
    ("C5", "戊公司", date(2024, 3, 6), 5_000.0),
    ("C4", "丁公司", date(2024, 5, 2), 5_000.0),
    ("C3", "丙公司", date(2024, 5, 20), 200_000.0),
    ("C2", "乙公司", date(2024, 6, 10), 10_000.0),
)
NAMES = {"C1": "甲公司", "C2": "乙公司", "C3": "丙公司", "C4": "丁公司", "C5": "戊公司"}
RULES = ("--rules", "value_risk")
HISTORY = ("--history", "h.db")
Q1, Q2 = ("--period", "2024Q1"), ("--period", "2024Q2")
TABLE = "客户关系维护策略动态调整表"


def ledger(
    path: Path, ids: Sequence[str] = ("C1", "C2", "C3", "C5"), **more: Sequence[Sequence[Any]]
) -> Path:
    """Write a ledger of some of the customers with all orders of these; `more` are other sheets.

    甲公司 and 丙公司 are marked for the adjustment table; nobody falls short of a KPI.
    """
    marked = ("C1", "C3")
    customers = [
        (each, NAMES[each], "李四" if each == "C2" else "张三", "是" if each in marked else None)
        for each in ids
    ]
    orders = [
        (f"D{number:03}", *row[:2], *row[2:]) for number, row in enumerate(ROWS, start=1) if row[0] in ids
    ]
    return book(path, 客户=[CUSTOMERS, *customers], 订单明细=[ORDERS, *orders], **more)


def later(path: Path) -> Path:
    """Write the ledger of the next quarter: 戊公司 is gone, 丁公司 is new."""
    return ledger(path, ("C1", "C2", "C3", "C4"))


def table_rows(path: Path | str, sheet: str = TABLE) -> list[dict[str, Any]]:
    """Return the rows of a sheet by its headers, which stand in the row that has 客户名称."""
    cells = [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(cells) if "客户名称" in row)
    header = [str(each or "").replace("\n", "") for each in cells[at]]
    rows = [dict(zip(header, row, strict=True)) for row in cells[at + 1 :]]
    return [row for row in rows if row.get("客户名称") in NAMES.values()]


def fill_in(
    path: Path | str, cells: Mapping[str, Mapping[str, Any]], saved: Path | str | None = None
) -> None:
    """Save an adjustment table as a person would who typed into some cells: {customer: {header: value}}."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook[TABLE]
    head = next(row for row in sheet.iter_rows() if any(cell.value == "客户名称" for cell in row))
    places = {str(cell.value or "").replace("\n", ""): cell.column for cell in head}
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        for header, value in cells.get(str(row[places["客户名称"] - 1].value), {}).items():
            row[places[header] - 1].value = value
    workbook.properties.lastModifiedBy = "王五"
    workbook.save(saved or path)

"""A small ledger to plan, and what its plan's workbook says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from command_line import book

HEADER = ("客户编号", "客户名称", "客户类别", "负责人", "最近联系时间", "下次跟进时间")
#: By annual_plan: 重要客户 are called each month, visited each quarter and by executives each half-year; 一般客户 are
#: called every two months and visited each half-year.
CUSTOMERS = (
    ("C001", "甲公司", "重要客户", "张三", date(2026, 2, 10), None),
    ("C002", "乙公司", "一般客户", "张三", date(2026, 1, 5), None),
    ("C003", "丙公司", "重要客户", "李四", date(2026, 2, 25), None),
    ("C004", "丁公司", "一般客户", "李四", date(2026, 2, 3), date(2026, 3, 18)),
    ("C005", "戊公司", "一般客户", None, date(2025, 6, 1), None),
)
#: A quarter in which no year begins: April to June 2026 hold 清明 (4 to 6 April), 劳动节 (1 to 5 May), 端午 (19 to 21 June).
SPAN = ("--rules", "annual_plan", "--as-of", "2026-03-10", "--from", "2026-03", "--to", "2026-06")
BOOK = "台账-回访计划-2026-03_2026-06.xlsx"


def ledger(path: Path, customers: Sequence[Sequence[Any]] = CUSTOMERS) -> Path:
    """Write a ledger of these customers."""
    return book(path, 客户=[HEADER, *customers])


def sheet_rows(path: Path | str, sheet: str = "回访计划") -> list[dict[str, Any]]:
    """Return the rows below the header of a plan's sheet, by header; days as dates."""
    cells = [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(min_row=4, values_only=True)]
    header = [str(each) for each in cells[0]]
    plain = ([each.date() if isinstance(each, datetime) else each for each in row] for row in cells[1:])
    return [dict(zip(header, row, strict=True)) for row in plain if any(each is not None for each in row)]


def days(path: Path | str = BOOK) -> dict[str, date]:
    """Return the day of each visit of a plan's workbook."""
    return {row["回访编号"]: row["计划日期"] for row in sheet_rows(path)}


def edit(path: Path | str, changes: dict[str, dict[str, Any]], saved: Path | str) -> None:
    """Save a plan's workbook as a person would who typed into some cells: {visit id: {header: value}}."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["回访计划"]
    header = [cell.value for cell in sheet[4]]
    for row in sheet.iter_rows(min_row=5):
        for name, value in changes.get(str(row[header.index("回访编号")].value), {}).items():
            row[header.index(name)].value = value
    workbook.properties.lastModifiedBy = "王五"
    workbook.save(saved)

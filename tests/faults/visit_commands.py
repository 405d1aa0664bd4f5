"""A small ledger with a history, and what a quarter's commands leave in it: for runs whose disk fails or that are killed."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from command_line import book
from harness import command

from crmtool.files.history import History
from crmtool.files.xlsx import check_workbook

sys.path.append(str(Path(__file__).resolve().parents[1] / "cli"))

HEADER = ("客户编号", "客户名称", "客户类别", "负责人", "最近联系时间", "下次跟进时间", "上次维护内容")
CUSTOMERS = (
    ("C001", "甲公司", "重要客户", "张三", date(2026, 2, 10), None, "送样"),
    ("C002", "乙公司", "一般客户", "李四", date(2026, 1, 5), None, None),
    ("C003", "丙公司", "重要客户", "李四", date(2026, 2, 25), date(2026, 3, 18), None),
)
RULES = ("--rules", "annual_plan")
HISTORY = ("--history", "h.db")
MONTHS = ("--from", "2026-03", "--to", "2026-05")
REPORTS = (
    ("回访编号", "客户编号", "客户名称", "实际回访日期", "完成情况", "客户反馈", "下次跟进时间"),
    ("C001-phone-202603", "C001", "甲公司", date(2026, 3, 11), "已完成", "满意", None),
    ("C002-phone-202603", "C002", "乙公司", date(2026, 3, 12), "改期", None, date(2026, 4, 2)),
    (None, "C003", "丙公司", date(2026, 3, 13), "已完成", "问价", None),
)


def plan(as_of: str, *more: str) -> tuple[str, ...]:
    """Return the command line of a plan with everything: workbook, calendars, ledger, history."""
    return ("plan", "a.xlsx", *RULES, *HISTORY, *MONTHS, "--as-of", as_of, "-o", "plan.xlsx", *more)


FOLLOWUP = ("followup", "a.xlsx", *RULES, *HISTORY, "--month", "2026-03", "--split", "-o", "表")
COLLECT = (
    "collect",
    "s.xlsx",
    "--ledger",
    "a.xlsx",
    *RULES,
    *HISTORY,
    "--as-of",
    "2026-03-20",
    "--update-ledger",
)


def ledger(folder: Path) -> None:
    """Write the ledger."""
    book(folder / "a.xlsx", 客户=[HEADER, *CUSTOMERS])


def planned(folder: Path) -> None:
    """Write the ledger and plan it once, on 9 March."""
    ledger(folder)
    ran = command(*plan("2026-03-09", "--ics", "历"))()
    assert ran.code == 0, ran.said


def reported(folder: Path) -> None:
    """Write ledger, plan and a sheet that came back."""
    planned(folder)
    book(folder / "s.xlsx", 张三=REPORTS)


def cells(path: Path, sheet: str) -> list[list[Any]]:
    """Return the cells of a sheet, days as days."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[each.date() if isinstance(each, datetime) else each for each in row] for row in rows]


def standing(folder: Path) -> dict[str, object]:
    """Return what the ledger, the history and the plan's workbook say, all of which are whole."""
    for path in folder.rglob("*.xlsx"):
        check_workbook(path)
    found: dict[str, object] = {"ledger": cells(folder / "a.xlsx", "客户")}
    if (folder / "h.db").exists():
        with History.open(folder / "h.db", is_read_only=True) as history:
            visits, reports = history.visits().to_pylist(), history.reports().to_pylist()
        # What moved is told against the plan before: the next run's is the one that was made just now.
        found["visits"] = sorted(str({**visit, "moved_from": None}) for visit in visits)
        found["reports"] = sorted(map(str, reports))
    for path in (folder / "plan.xlsx",):
        if path.exists():
            found["plan"] = [row[:10] for row in cells(path, "回访计划")]
    for path in sorted(folder.rglob("*.ics")):
        found[path.name] = path.read_bytes()
    return found

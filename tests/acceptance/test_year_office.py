"""Sheets and plans that were filled in and saved by LibreOffice come back as they were meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from year_of_visits import rows_of

from crmtool.jobs.collect import Asked, collect
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.followup import Wanted, followup
from crmtool.jobs.plan import PlanOutcome, plan
from crmtool.jobs.plans.request import planning_from_options
from crmtool.jobs.request import Request

Convert = Callable[[Sequence[Path], str], list[Path]]
HEADER = ("客户编号", "客户名称", "客户类别", "负责人", "最近联系时间")
CUSTOMERS = (
    ("C001", "甲公司", "重要客户", "张三", date(2026, 2, 10)),
    ("C002", "乙公司", "重要客户", "张三", date(2026, 2, 17)),
    ("C003", "丙公司", "重要客户", "李四", date(2026, 2, 25)),
)
AS_OF, LATER = date(2026, 3, 2), date(2026, 3, 31)


def request(folder: Path, as_of: date) -> Request:
    path = folder / "台账.xlsx"
    if not path.exists():
        book = openpyxl.Workbook()
        for row in (HEADER, *CUSTOMERS):
            book.active.append(row)
        book.save(path)
    return Request(path, rules="annual_plan", as_of=as_of)


def planned(folder: Path, as_of: date, name: str, earlier: Path | None = None) -> PlanOutcome:
    asked = planning_from_options(first="2026-03", last="2026-05", workbook=earlier)
    return plan(request(folder, as_of), asked, Delivery(output=folder / name))


def write(book: Any, sheet: str, visit: str, cells: dict[str, Any]) -> None:
    """Fill in the row of a visit, by headers; the header stands in row 4."""
    page = book[sheet]
    head = [cell.value for cell in page[4]]
    (row,) = [row for row in page.iter_rows(min_row=5) if row[head.index("回访编号")].value == visit]
    for name, value in cells.items():
        row[head.index(name)].value = value


def test_a_sheet_filled_in_and_saved_by_libreoffice_is_collected(tmp_path: Path, convert: Convert) -> None:
    made = planned(tmp_path, AS_OF, "计划.xlsx")
    sheet = tmp_path / "跟进.xlsx"
    followup(request(tmp_path, AS_OF), Wanted("2026-03", made.written.path), Delivery(output=sheet))
    book = openpyxl.load_workbook(sheet)
    filled = {
        "C001-phone-202603": {
            "实际回访日期": datetime(2026, 3, 10),  # noqa: DTZ001 - as a spreadsheet has it
            "完成情况": "已完成",
            "满意度(1-5)": 4,
            "推荐意愿(0-10)": 9,
            "客户反馈": "=不是公式",
            "是否转化": "是",
        },
        "C002-phone-202603": {
            "完成情况": "改期",
            "下次跟进时间": datetime(2026, 4, 8),  # noqa: DTZ001 - as a spreadsheet has it
        },
    }
    for visit, cells in filled.items():
        write(book, "张三", visit, cells)
    for row in book["张三"].iter_rows():
        for cell in row:
            if cell.value == "=不是公式":
                cell.data_type = "s"
    # A visit without an id, in the first of the empty rows at the end.
    page = book["李四"]
    head = [cell.value for cell in page[4]]
    empty = next(row for row in page.iter_rows(min_row=5) if row[0].value is None)
    loose = {"客户名称": "丙公司", "回访方式": "上门", "完成情况": "已完成"}
    loose["实际回访日期"] = datetime(2026, 3, 4)  # type: ignore[assignment]  # noqa: DTZ001 - likewise
    for name, value in loose.items():
        empty[head.index(name)].value = value
    book.save(sheet)
    (saved,) = convert([sheet], "xlsx")
    outcome = collect(request(tmp_path, LATER), Asked((saved,), made.written.path), Delivery())
    reports = {row["visit_id"]: row for row in rows_of(outcome.collected.reports)}
    # The visit is that of the month's open call: it is the nearest.
    assert reports.keys() == {"C001-phone-202603", "C002-phone-202603", "C003-phone-202603"}
    call, put_off, visit = (
        reports["C001-phone-202603"],
        reports["C002-phone-202603"],
        reports["C003-phone-202603"],
    )
    assert (call["outcome"], call["done_on"]) == ("done", date(2026, 3, 10))
    assert (call["satisfaction"], call["recommend"], call["feedback"], call["converted"]) == (
        4,
        9,
        "=不是公式",
        "是",
    )
    assert (put_off["outcome"], put_off["done_on"], put_off["next_contact"]) == (
        "postponed",
        None,
        date(2026, 4, 8),
    )
    assert (visit["customer_id"], visit["channel"], visit["done_on"]) == ("C003", "onsite", date(2026, 3, 4))
    assert (len(outcome.collected.conflicts), outcome.collected.left) == (0, 0)
    # The same sheet before LibreOffice saved it says the same.
    before = collect(request(tmp_path, LATER), Asked((sheet,), made.written.path), Delivery())
    own = [{**row, "source": ""} for row in rows_of(before.collected.reports)]
    assert own == [{**row, "source": ""} for row in rows_of(outcome.collected.reports)]


def test_a_day_changed_in_a_plan_that_libreoffice_saved_is_honoured(tmp_path: Path, convert: Convert) -> None:
    made = planned(tmp_path, AS_OF, "计划.xlsx")
    before = {row["visit_id"]: row["planned_on"] for row in rows_of(made.plan.visits)}
    assert before["C001-phone-202604"] == date(2026, 4, 10)
    book = openpyxl.load_workbook(made.written.path)
    moved = datetime(2026, 4, 12)  # noqa: DTZ001 - as a spreadsheet has it; a Sunday
    write(book, "回访计划", "C001-phone-202604", {"计划日期": moved})
    write(book, "回访计划", "C003-phone-202604", {"状态": "取消"})
    book.save(made.written.path)
    (saved,) = convert([made.written.path], "xlsx")
    again = planned(tmp_path, date(2026, 3, 3), "新计划.xlsx", saved)
    after = {row["visit_id"]: row for row in rows_of(again.plan.visits)}
    agreed = after.pop("C001-phone-202604")
    assert (agreed["status"], agreed["planned_on"]) == ("agreed", date(2026, 4, 12))
    assert after.pop("C003-phone-202604")["status"] == "cancelled"
    assert {row["status"] for row in after.values()} == {"open"}
    # Nothing else was asked for, and nothing else moved.
    assert {visit: row["planned_on"] for visit, row in after.items()} == {
        visit: day for visit, day in before.items() if visit in after
    }

"""Month ends, leap days, and years whose holidays nobody knows yet: what `plan` makes of them on the command line."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from harness import command

sys.path.append(str(Path(__file__).resolve().parents[1] / "cli"))

from plan_runs import ledger, sheet_rows


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CRMTOOL_LANG", "en")


def planned(as_of: str, first: str, last: str) -> str:
    line = ("plan", "a.xlsx", "--rules", "annual_plan", "--as-of", as_of, "--from", first, "--to", last)
    ran = command(*line, "-o", "plan.xlsx")()
    assert ran.code == 0, ran.said
    return ran.said


def test_visits_on_the_31st_and_on_29_february_stay_anchored_through_a_leap_year() -> None:
    # Called on the 31st of the month before; 2028 is a leap year.
    ledger(Path("a.xlsx"), [("C1", "甲公司", "重要客户", "张三", date(2027, 12, 31), None)])
    planned("2027-12-31", "2028-01", "2028-06")
    due = {row["应访日期"] for row in sheet_rows("plan.xlsx") if row["回访方式"] == "电话"}
    ends = [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30), date(2028, 5, 31)]
    assert sorted(due) == [*ends, date(2028, 6, 30)]
    # From 29 February on the 29th it is, and the 28th of another February.
    ledger(Path("a.xlsx"), [("C1", "甲公司", "一般客户", "张三", date(2028, 2, 29), None)])
    planned("2028-03-01", "2028-03", "2029-02")
    due = {row["应访日期"] for row in sheet_rows("plan.xlsx") if row["回访方式"] == "电话"}
    every = [date(2028, month, 29) for month in (4, 6, 8, 10, 12)]
    assert sorted(due) == [*every, date(2029, 2, 28)]


def test_unpublished_years_are_weekends_only_marked_and_told() -> None:
    ledger(Path("a.xlsx"), [("C1", "甲公司", "重要客户", "张三", date(2097, 12, 1), None)])
    said = planned("2097-12-31", "2098-01", "2098-03")
    assert "[holidays-unpublished]" in said
    rows = sheet_rows("plan.xlsx")
    # 1 January 2098 is a Wednesday: a holiday for certain, and yet nobody has said so.
    assert [row["计划日期"] for row in rows if row["回访方式"] == "电话"] == [
        date(2098, 1, 1),
        date(2098, 2, 3),  # the 1st is a Saturday
        date(2098, 3, 3),  # and so it is in March
    ]
    assert all("节假日未公布" in row["备注"] for row in rows)

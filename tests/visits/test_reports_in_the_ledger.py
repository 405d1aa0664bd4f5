"""Visits that were reported elsewhere count among the ledger's own, each once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from crmtool.files.resources import read_rules
from crmtool.jobs.reading import read
from crmtool.jobs.request import Request
from crmtool.ledger.ledger import Ledger
from crmtool.rules.language.load import load_common
from crmtool.visits.model import REPORT_COLUMNS, frame_of
from crmtool.visits.reporting.recorded import recorded_visits, with_reports

COMMON = load_common(*read_rules("common"))
CUSTOMERS = [("客户编号", "客户名称", "年消费额"), ("C1", "甲公司", 1), ("C2", "乙公司", 2)]
VISITS = [
    ("回访编号", "客户编号", "客户名称", "回访日期", "回访方式", "完成情况"),
    ("C1-phone-202603", "C1", "甲公司", date(2026, 3, 5), "电话", "已完成"),
    (None, "C1", "甲公司", date(2026, 2, 5), "上门拜访", None),
    (None, None, "乙公司", date(2026, 2, 6), "电话", "未联系上"),
    (None, "C2", "乙公司", date(2026, 4, 6), "电话", "待办"),
]


def ledger(folder: Path, *visits: Any) -> Ledger:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    for line in CUSTOMERS:
        sheet.append(line)
    if visits:
        page = book.create_sheet("回访记录")
        for line in visits:
            page.append(line)
    book.save(folder / "a.xlsx")
    return read(Request(folder / "a.xlsx", as_of=date(2026, 5, 1))).ledger


def reports(*rows: tuple[str | None, str, date | None, str | None, str]) -> pd.DataFrame:
    names = ("visit_id", "customer_key", "done_on", "channel", "outcome")
    cells = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return frame_of(REPORT_COLUMNS, cells)


def days(found: Ledger) -> list[tuple[int | None, date]]:
    assert found.visits is not None
    frame = found.visits.frame
    return [(int(c), d) for c, d in zip(frame["customer"], frame["date"], strict=True) if not pd.isna(c)]


def test_reported_visits_stand_below_the_ledgers_own(tmp_path: Path) -> None:
    own = ledger(tmp_path, *VISITS)
    more = reports(("C2-phone-202603", "C2", date(2026, 3, 9), "phone", "done"))
    found = with_reports(own, more, COMMON)
    assert days(found)[-1] == (1, date(2026, 3, 9))
    assert found.visits is not None
    assert all(isinstance(kind, pd.ArrowDtype) for kind in found.visits.frame.dtypes)
    assert found.visits.frame["channel"].iloc[-1] == "电话"


def test_a_ledger_without_visits_gets_some(tmp_path: Path) -> None:
    found = with_reports(ledger(tmp_path), reports((None, "C1", date(2026, 3, 9), None, "done")), COMMON)
    assert days(found) == [(0, date(2026, 3, 9))]
    assert found.visits is not None and "date" in found.visits.columns


@pytest.mark.parametrize(
    "report",
    [
        ("C1-phone-202603", "C1", date(2026, 3, 5), "phone", "done"),
        (None, "C1", date(2026, 2, 5), "onsite", "done"),
        ("C2-phone-202604", "C2", None, "phone", "unreached"),
        ("C2-phone-202604", "C2", date(2026, 4, 1), "phone", "postponed"),
        ("C9-phone-202604", "C9", date(2026, 4, 1), "phone", "done"),
    ],
    ids=["its id is there", "its day and channel are there", "not reached", "put off", "nobody's"],
)
def test_what_is_there_or_was_not_made_is_not_added(tmp_path: Path, report: Any) -> None:
    own = ledger(tmp_path, *VISITS)
    assert with_reports(own, reports(report), COMMON) is own


def test_the_ledgers_own_record_is_read_as_reports(tmp_path: Path) -> None:
    found = recorded_visits(ledger(tmp_path, *VISITS), COMMON)
    told = zip(
        found["visit_id"],
        found["customer_key"],
        found["channel"],
        found["outcome"],
        found["source"],
        strict=True,
    )
    assert [tuple(None if pd.isna(cell) else cell for cell in line) for line in told] == [
        ("C1-phone-202603", "C1", "phone", "done", "[a.xlsx]回访记录!2"),
        (None, "C1", "onsite", "done", "[a.xlsx]回访记录!3"),
        (None, "C2", "phone", "unreached", "[a.xlsx]回访记录!4"),
    ]

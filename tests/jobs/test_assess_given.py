"""Tiers that stand in a ledger stay the result when visits come to be recorded in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crmtool.errors import InputError
from crmtool.jobs.assess import assess
from crmtool.jobs.request import Request

VISITS = ("客户名称", "回访日期", "回访方式", "完成情况", "满意度", "需求挖掘程度")


def request_of(path: Path, header: tuple[str, ...], *rows: tuple[object, ...]) -> Request:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    for row in (header, *rows):
        sheet.append(row)
    visits = book.create_sheet("回访记录")
    visits.append(VISITS)
    visits.append(("甲", date(2026, 1, 5), "电话", "已完成", 5, "部分挖掘"))
    book.save(path)
    return Request(path, as_of=date(2026, 2, 1))


def test_a_record_of_visits_does_not_take_given_tiers_away(tmp_path: Path) -> None:
    rows = (("甲", "高价值客户"), ("乙", "稳定客户"))
    decided = assess(request_of(tmp_path / "a.xlsx", ("客户名称", "客户类型"), *rows)).decisions.frame
    assert list(zip(decided["label"], decided["origin"], strict=True)) == [
        ("高价值客户", "given"),
        ("稳定客户", "given"),
    ]


def test_a_column_of_the_rules_does(tmp_path: Path) -> None:
    rows = (("甲", "高价值客户", "2026-01-05"), ("乙", "稳定客户", "2026-01-06"))
    with pytest.raises(InputError, match="cannot-judge"):
        assess(request_of(tmp_path / "a.xlsx", ("客户名称", "客户类型", "合作开始日期"), *rows))

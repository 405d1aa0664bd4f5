"""A plan's workbook is read back whatever a person did to it, and what cannot be read is told at its cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from crmtool.errors import InputError
from crmtool.files.resources import read_rules
from crmtool.jobs.plans.reading import read_plan
from crmtool.jobs.rules import load_named
from crmtool.rules.language.load import load_common
from crmtool.tables.plan_rows import PLAN_HEADERS

AS_OF = date(2026, 3, 10)
HEADER = [header for header, _ in PLAN_HEADERS.values()]


def row(visit_id: str | None, day: Any, *, set_on: Any = None, **more: Any) -> dict[str, Any]:
    """Return a row as crmtool writes it, with what a person made of it."""
    cells: dict[str, Any] = {
        "回访编号": visit_id,
        "计划日期": day,
        "客户编号": "C001",
        "客户名称": "甲公司",
        "等级": "重要客户",
        "回访方式": "电话",
        "负责人": "张三",
        "应访日期": datetime(2026, 3, 15),  # noqa: DTZ001 - as a spreadsheet has it
        "状态": "待办",
        "排定日期": set_on or day,
    }
    return cells | more


def written(
    path: Path, rows: Sequence[dict[str, Any]], header: Sequence[str] = HEADER, above: int = 3
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "计划(改)"
    for number in range(above):
        sheet.append([f"标题 {number}"])
    sheet.append(list(header))
    for each in rows:
        sheet.append([each.get(name) for name in header])
    book.create_sheet("别的")["A1"] = "备忘"
    book.save(path)
    return path


def read(path: Path) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    common = load_common(*read_rules("common"))
    visits, findings = read_plan(path, load_named("annual_plan"), common, as_of=AS_OF)
    return visits, [(found.code, found.cell, found.value) for found in findings]


def moment(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day)  # noqa: DTZ001 - as a spreadsheet has it


def test_what_crmtool_wrote_comes_back_as_it_was(tmp_path: Path) -> None:
    rows = [
        row("C001-phone-202603", moment(16)),
        row(
            "C001-executive-202602",
            moment(2, 2),
            回访方式="上门/视频会议",
            状态="已完成",
            负责人="未分配",
            备注="已于 2026-02-04 完成；原计划 2026-01-30；逾期 14 天的补访；从未回访；节假日未公布",
        ),
        row("C001-phone-202604", moment(2, 4), 状态="已约定", 备注="客户约定的日子"),
        row(
            "C001-onsite-202603",
            moment(20),
            回访方式="上门",
            等级="钻石客户",
            逾期天数=5,
            邀请发送日=moment(17),
            报告截止日=moment(22),
        ),
    ]
    visits, findings = read(written(tmp_path / "计划.xlsx", rows))
    assert findings == []
    assert list(visits["planned_on"]) == [
        date(2026, 3, 16),
        date(2026, 2, 2),
        date(2026, 4, 2),
        date(2026, 3, 20),
    ]
    assert list(visits["status"]) == ["open", "done", "agreed", "open"]
    assert list(visits["channel"]) == ["phone", "executive", "phone", "onsite"]
    assert list(visits["tier"]) == ["important", "important", "important", "钻石客户"]
    assert [None if pd.isna(each) else each for each in visits["owner"]] == ["张三", None, "张三", "张三"]
    assert visits["done_on"][1] == date(2026, 2, 4)
    assert visits["moved_from"][1] == date(2026, 1, 30)
    assert list(visits["is_never_visited"]) == [False, True, False, False]
    assert list(visits["is_unpublished"]) == [False, True, False, False]
    assert visits["kind"][2] == "agreed"
    assert (visits["prepare_days"][3], visits["report_days"][3]) == (3, 2)
    assert [None if pd.isna(each) else each for each in visits["overdue_days"]] == [None, 14, None, 5]


def test_moved_columns_other_title_rows_and_notes_beside_are_no_matter(tmp_path: Path) -> None:
    header = ["我的备注", *reversed(HEADER), "电话"]
    path = written(
        tmp_path / "a.xlsx", [row("B", moment(17)), row("A", moment(16), 我的备注="打过")], header, 0
    )
    visits, findings = read(path)
    assert findings == []
    assert list(zip(visits["visit_id"], visits["planned_on"], strict=True)) == [
        ("B", date(2026, 3, 17)),
        ("A", date(2026, 3, 16)),
    ]


def test_a_day_that_a_person_changed_was_agreed_and_so_was_what_says_so(tmp_path: Path) -> None:
    rows = [
        row("A", moment(18), set_on=moment(16)),
        row("B", "2026年3月19日", set_on=moment(16)),
        row("C", moment(16), 状态="约定"),
        row("D", moment(18), set_on=moment(16), 状态="取消"),
        row("E", moment(16), 状态=None),
        row("F", moment(18), set_on=moment(16), 状态="已完成"),
    ]
    visits, findings = read(written(tmp_path / "a.xlsx", rows))
    assert findings == []
    assert list(visits["status"]) == ["agreed", "agreed", "agreed", "cancelled", "open", "done"]
    assert list(visits["planned_on"])[:2] == [date(2026, 3, 18), date(2026, 3, 19)]


def test_without_the_hidden_column_only_what_is_said_counts(tmp_path: Path) -> None:
    rows = [row("A", moment(18), set_on=moment(16)), row("B", moment(18), 状态="已约定")]
    visits, _ = read(written(tmp_path / "a.xlsx", rows, HEADER[:-1]))
    assert list(visits["status"]) == ["open", "agreed"]


def test_what_cannot_be_read_is_told_at_its_cell_and_nothing_else_is_lost(tmp_path: Path) -> None:
    rows = [
        row("A", "下周", set_on=moment(16)),
        row("B", moment(17), 状态="看情况"),
        row("B", moment(18)),
        row(None, moment(18)),
        row("C", None, set_on=moment(16), 状态="已完成"),
    ]
    visits, findings = read(written(tmp_path / "a.xlsx", rows))
    assert sorted(findings) == [
        ("plan-row-without-id", "A8", ""),
        ("plan-visit-twice", "A7", "B"),
        ("relative-date", "B5", "下周"),
        ("unknown-visit-status", "N6", "看情况"),
    ]
    assert list(visits["visit_id"]) == ["A", "B", "C"]
    assert pd.isna(visits["planned_on"][0])
    # A visit that is settled has its day still.
    assert visits["planned_on"][2] == date(2026, 3, 16)


def test_a_workbook_without_a_plan_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["客户名称", "计划日期"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a.xlsx")
    assert [finding.code for finding in caught.value.findings] == ["no-plan-in-file"]

"""A run that could not finish is finished by the next: nothing is recorded twice, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crmtool.errors import OutputError
from crmtool.files.history import History
from crmtool.jobs.collect import collect
from crmtool.jobs.comparing import Asked
from crmtool.jobs.delivery import Delivery, InPlace
from crmtool.jobs.request import Request

HEAD = ("客户名称", "实际回访日期", "完成情况", "客户反馈")


def book(path: Path, *rows: Any) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    ledger = book(
        tmp_path / "台账.xlsx",
        ("客户名称", "年消费额", "最近联系时间"),
        ("甲公司", 1, None),
        ("乙公司", 2, None),
    )
    return Request(ledger, as_of=date(2026, 3, 20), history=tmp_path / "h.db")


def test_a_history_that_cannot_be_written_is_caught_up_with_by_the_next_run(
    request_: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "表.xlsx", HEAD, ("甲公司", date(2026, 3, 5), "已完成", "好"))
    asked, in_place = Asked((path,)), InPlace(has_backup=False)

    def full(*_: object, **__: object) -> None:
        raise OutputError.of("history-no-space", file="h.db")

    with monkeypatch.context() as patch:
        patch.setattr(History, "record", full)
        with pytest.raises(OutputError):
            collect(request_, asked, Delivery(), in_place)
    half = request_.ledger.read_bytes()
    outcome = collect(request_, asked, Delivery(), in_place)
    assert outcome.updated is not None and outcome.updated.is_current
    assert request_.ledger.read_bytes() == half
    with History.open(tmp_path / "h.db", is_read_only=True) as kept:
        assert kept.reports()["feedback"].to_pylist() == ["好"]
        assert [run.command for run in kept.runs()] == ["collect"]


def test_a_correction_that_came_to_the_ledger_alone_is_finished_by_the_next_run(
    request_: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both keep the report: the ledger as it was collected without a history, the history as it was afterwards."""
    head = ("回访编号", *HEAD)
    path = book(tmp_path / "表.xlsx", head, ("v1", "甲公司", date(2026, 3, 5), "已完成", "好"))
    in_place = InPlace(has_backup=False)
    collect(replace(request_, history=None), Asked((path,)), Delivery(), in_place)
    in_ledger = request_.ledger.read_bytes()
    book(request_.ledger, ("客户名称", "年消费额", "最近联系时间"), ("甲公司", 1, None), ("乙公司", 2, None))
    collect(request_, Asked((path,)), Delivery())
    request_.ledger.write_bytes(in_ledger)
    book(path, head, ("v1", "甲公司", date(2026, 3, 4), "已完成", "好"))
    asked = Asked((path,), is_correcting=True)

    def full(*_: object, **__: object) -> None:
        raise OutputError.of("history-no-space", file="h.db")

    with monkeypatch.context() as patch:
        patch.setattr(History, "record", full)
        with pytest.raises(OutputError):
            collect(request_, asked, Delivery(), in_place)
    outcome = collect(request_, asked, Delivery(), in_place)
    assert outcome.updated is not None and outcome.updated.is_current
    with History.open(tmp_path / "h.db", is_read_only=True) as kept:
        assert kept.reports()["done_on"].to_pylist() == [date(2026, 3, 4)]


def test_a_ledger_that_cannot_be_written_keeps_the_report_out_of_the_history(
    request_: Request, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path / "表.xlsx", HEAD, ("甲公司", date(2026, 3, 5), "已完成", "好"))

    def refused(*_: object, **__: object) -> None:
        raise OutputError.of("no-space", file="台账.xlsx")

    monkeypatch.setattr("crmtool.jobs.into_ledger.update.check_workbook", refused)
    with pytest.raises(OutputError):
        collect(request_, Asked((path,)), Delivery(), InPlace(has_backup=False))
    assert not (tmp_path / "h.db").exists()


def test_sheets_with_nothing_new_leave_no_run_behind(request_: Request, tmp_path: Path) -> None:
    path = book(tmp_path / "表.xlsx", HEAD, ("甲公司", None, None, None))
    outcome = collect(request_, Asked((path,)), Delivery())
    assert (outcome.collected.blank, len(outcome.collected.reports)) == (1, 0)
    assert not (tmp_path / "h.db").exists()


def test_reports_of_both_the_ledger_and_the_history_are_known(request_: Request, tmp_path: Path) -> None:
    """One was typed into 回访记录 by hand, the other was collected before."""
    made = openpyxl.load_workbook(request_.ledger)
    page = made.create_sheet("回访记录")
    for row in (("客户名称", "回访日期", "回访内容"), ("乙公司", date(2026, 3, 6), "问价")):
        page.append(row)
    made.save(request_.ledger)
    first = book(tmp_path / "a.xlsx", HEAD, ("甲公司", date(2026, 3, 5), "已完成", "好"))
    collect(request_, Asked((first,)), Delivery())
    both = book(
        tmp_path / "b.xlsx",
        HEAD,
        ("甲公司", date(2026, 3, 5), "已完成", "好"),
        ("乙公司", date(2026, 3, 6), "已完成", None),
    )
    found = collect(request_, Asked((both,)), Delivery()).collected
    assert (len(found.known), len(found.reports)) == (2, 0)

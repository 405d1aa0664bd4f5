"""`crmtool collect --correct`: what a sheet says takes the place of what was recorded, told cell by cell."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from collect_books import HEAD, codes, collected, column, done, history, ledger, row, rows_of, sheet
from command_line import Crmtool, book

from crmtool.files.history import History, Run
from crmtool.visits.frames import table_of
from crmtool.visits.model import PLAN_COLUMNS, frame_of

PLACES = pytest.mark.parametrize("more", [(), ("--history", "h.db")], ids=["ledger", "history"])
ID = "C001-phone-202603"


@pytest.fixture(autouse=True)
def there(tmp_path: Path) -> None:
    ledger(tmp_path)
    history(tmp_path / "h.db")


def visits(path: Path) -> dict[str, tuple[Any, ...]]:
    """Return status, planned day and day made of the visits of the history's plan."""
    with History.open(path, is_read_only=True) as kept:
        rows = kept.visits().select(["visit_id", "status", "planned_on", "done_on"]).to_pylist()
    return {each.pop("visit_id"): tuple(each.values()) for each in rows}


def reports(path: Path) -> list[dict[str, Any]]:
    with History.open(path, is_read_only=True) as kept:
        found: list[dict[str, Any]] = kept.reports().to_pylist()
    return found


@PLACES
def test_a_corrected_sheet_takes_the_place_of_what_was_recorded_once(
    crmtool: Crmtool, tmp_path: Path, more: tuple[str, ...]
) -> None:
    sheet(tmp_path / "表.xlsx", done(ID, 5, **{"满意度(1-5)": 2, "客户反馈": "一般"}))
    collected(crmtool, "表.xlsx", "--update-ledger", *more)
    sheet(tmp_path / "表.xlsx", done(ID, 4, **{"满意度(1-5)": 5}))
    refused = collected(crmtool, "表.xlsx", "--update-ledger", *more)
    assert codes(refused) == ["report-differs-from-record H4"]
    assert "--correct" in refused.document["findings"][0]["help"]
    ran = collected(crmtool, "表.xlsx", "--update-ledger", "--correct", *more)
    assert (codes(ran), ran.document["counts"]["corrected"]) == ([], 1)
    told = [(each["header"], each["before"], each["after"]) for each in ran.document["corrections"]]
    assert told == [("实际回访日期", "2026-03-05", "2026-03-04"), ("满意度(1-5)", "2", "5")]
    assert column(tmp_path / "台账.xlsx", "客户", "最近联系时间")[0] == date(2026, 3, 4)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    again = collected(crmtool, "表.xlsx", "--update-ledger", "--correct", *more).document
    assert (again["counts"]["known"], again["corrections"]) == (1, [])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_the_history_keeps_what_was_replaced_but_does_not_tell_it(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(tmp_path / "表.xlsx", done(ID, 5, **{"满意度(1-5)": 2, "客户反馈": "一般"}))
    collected(crmtool, "表.xlsx", "--history", "h.db")
    sheet(tmp_path / "表.xlsx", done(ID, 4, **{"满意度(1-5)": 5}))
    collected(crmtool, "表.xlsx", "--history", "h.db", "--correct")
    (report,) = reports(tmp_path / "h.db")
    assert (report["done_on"], report["satisfaction"]) == (date(2026, 3, 4), 5)
    assert report["feedback"] == "一般", "what the sheet leaves blank stays"
    assert visits(tmp_path / "h.db")[ID] == ("done", date(2026, 3, 4), date(2026, 3, 4))
    with sqlite3.connect(tmp_path / "h.db") as connection:
        assert connection.execute("SELECT count(*) FROM stored_reports").fetchall() == [(2,)]
        assert connection.execute("SELECT done_on FROM reports").fetchall() == [("2026-03-04",)]


def test_the_row_of_the_ledgers_own_record_is_rewritten(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(tmp_path / "表.xlsx", done(ID, 5, **{"满意度(1-5)": 2, "投诉": "发票晚了"}))
    collected(crmtool, "表.xlsx", "--update-ledger")
    sheet(tmp_path / "表.xlsx", row(ID, 完成情况="取消", 客户反馈="不需要了"))
    collected(crmtool, "表.xlsx", "--update-ledger", "--correct")
    *_, head, line = rows_of(tmp_path / "台账.xlsx", "回访记录")
    found = dict(zip(head, line, strict=True))
    names = ("回访编号", "回访日期", "完成情况", "满意度", "投诉", "客户反馈")
    assert [found[name] for name in names] == [ID, None, "取消", None, None, "不需要了"]
    assert len(rows_of(tmp_path / "台账.xlsx", "回访记录")) == 4, "one visit is one row"


def test_a_record_of_the_ledger_is_corrected_there_or_not_at_all(crmtool: Crmtool, tmp_path: Path) -> None:
    """What the ledger says would contradict the history ever after."""
    kept = [("回访编号", "客户编号", "回访日期", "完成情况"), (ID, "C001", date(2026, 3, 5), "已完成")]
    ledger(tmp_path, 回访记录=kept)
    sheet(tmp_path / "表.xlsx", done(ID, 4))
    ran = collected(crmtool, "表.xlsx", "--history", "h.db", "--correct")
    assert (codes(ran), ran.document["counts"]["new"]) == (["report-differs-from-record H4"], 0)
    assert "--update-ledger" in ran.document["findings"][0]["help"]
    ran = collected(crmtool, "表.xlsx", "--history", "h.db", "--correct", "--update-ledger")
    assert (codes(ran), ran.document["counts"]["corrected"]) == ([], 1)
    assert rows_of(tmp_path / "台账.xlsx", "回访记录")[1:] == [[ID, "C001", date(2026, 3, 4), "已完成"]]
    assert [each["done_on"] for each in reports(tmp_path / "h.db")] == [date(2026, 3, 4)]
    assert collected(crmtool, "表.xlsx", "--history", "h.db").document["counts"]["known"] == 1


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"完成情况": "未联系上"}, ("open", date(2026, 3, 4), None)),
        ({"完成情况": "取消"}, ("cancelled", date(2026, 3, 4), None)),
        ({"完成情况": "改期", "下次跟进时间": date(2026, 3, 27)}, ("agreed", date(2026, 3, 27), None)),
    ],
)
def test_a_visit_that_was_not_made_after_all_is_open_again(
    crmtool: Crmtool, tmp_path: Path, inputs: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    sheet(tmp_path / "表.xlsx", done(ID, 5))
    collected(crmtool, "表.xlsx", "--history", "h.db")
    sheet(tmp_path / "表.xlsx", row(ID, **inputs))
    ran = collected(crmtool, "表.xlsx", "--history", "h.db", "--correct")
    (change,) = ran.document["changes"]
    assert (change["status_before"], change["status_after"]) == ("done", expected[0])
    assert visits(tmp_path / "h.db")[ID] == expected
    assert len(reports(tmp_path / "h.db")) == 1


def test_a_day_that_a_visit_was_put_off_to_can_be_corrected(crmtool: Crmtool, tmp_path: Path) -> None:
    for day in (27, 25):
        sheet(tmp_path / "表.xlsx", row(ID, 完成情况="改期", 下次跟进时间=date(2026, 3, day)))
        collected(crmtool, "表.xlsx", "--history", "h.db", "--correct")
        assert visits(tmp_path / "h.db")[ID] == ("agreed", date(2026, 3, day), None)


def test_an_attempt_before_the_visit_is_no_correction(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(tmp_path / "a.xlsx", done(ID, 9))
    sheet(tmp_path / "b.xlsx", row(ID, 完成情况="未联系上", 实际回访日期=date(2026, 3, 4)))
    for name in ("a.xlsx", "b.xlsx"):
        ran = collected(crmtool, name, "--history", "h.db", "--correct")
    assert (ran.document["counts"]["new"], ran.document["counts"]["corrected"]) == (1, 0)
    assert visits(tmp_path / "h.db")[ID][0] == "done"


def test_two_sheets_that_contradict_each_other_correct_nothing(crmtool: Crmtool, tmp_path: Path) -> None:
    """Whether both are new, or one of them is what was recorded."""
    for name, score in (("a.xlsx", 2), ("b.xlsx", 4), ("c.xlsx", 5)):
        sheet(tmp_path / name, done(ID, 5, **{"满意度(1-5)": score}))
    collected(crmtool, "a.xlsx", "--history", "h.db")
    for others in (("b.xlsx", "c.xlsx"), ("a.xlsx", "b.xlsx")):
        ran = collected(crmtool, *others, "--history", "h.db", "--correct")
        assert codes(ran) == ["report-conflict J4"]
        assert ran.document["counts"]["corrected"] == 0
    assert [each["satisfaction"] for each in reports(tmp_path / "h.db")] == [2]


def test_a_correction_can_be_taken_back(crmtool: Crmtool, tmp_path: Path) -> None:
    for name, score in (("a.xlsx", 2), ("b.xlsx", 4)):
        sheet(tmp_path / name, done(ID, 5, **{"满意度(1-5)": score}))
    for name in ("a.xlsx", "b.xlsx", "a.xlsx"):
        collected(crmtool, name, "--history", "h.db", "--correct")
    assert [each["satisfaction"] for each in reports(tmp_path / "h.db")] == [2]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_says_before_and_after(crmtool: Crmtool, tmp_path: Path, lang: str) -> None:
    for name, score in (("a.xlsx", 2), ("b.xlsx", 4)):
        sheet(tmp_path / name, done(ID, 5, **{"满意度(1-5)": score}))
    collected(crmtool, "a.xlsx", "--history", "h.db")
    options = ("--ledger", "台账.xlsx", "--as-of", "2026-03-20", "--history", "h.db", "--lang", lang)
    out = crmtool("collect", "b.xlsx", "--correct", *options).out
    line = {
        "zh": f"更正 {ID} 甲公司：满意度(1-5) 2 → 4（原登记于 [a.xlsx]张三!H4）",
        "en": f"Corrected {ID} 甲公司: 满意度(1-5) 2 → 4 (recorded from [a.xlsx]张三!H4)",
    }
    assert line[lang] in out


def test_a_day_of_another_year_waits_and_the_likely_one_is_told(crmtool: Crmtool, tmp_path: Path) -> None:
    for year in (2025, 2027):
        sheet(tmp_path / "表.xlsx", done(ID, 5, 实际回访日期=date(year, 3, 5)))
        ran = collected(crmtool, "表.xlsx", "--history", "h.db")
        (finding,) = ran.document["findings"]
        assert (finding["code"], finding["cell"]) == ("report-other-year", "H4")
        assert "2026-03-05" in finding["message"]
        assert (ran.document["counts"]["left"], ran.document["counts"]["new"]) == (1, 0)


@pytest.mark.parametrize(("made", "taken"), [(date(2025, 12, 3), 0), (date(2025, 12, 4), 1)])
def test_more_than_90_days_before_the_planned_day_is_too_early(
    crmtool: Crmtool, tmp_path: Path, made: date, taken: int
) -> None:
    """4 March 2026 less 90 days is 4 December; that day of 2026 is still to come."""
    sheet(tmp_path / "表.xlsx", done(ID, 5, 实际回访日期=made))
    ran = collected(crmtool, "表.xlsx", "--history", "h.db")
    assert codes(ran) == ([] if taken else ["report-day-early H4"])
    assert ran.document["counts"]["new"] == taken


def test_a_day_without_a_year_is_the_nearest_to_the_planned_one(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(
        tmp_path / "表.xlsx",
        done(ID, 5, 实际回访日期="3月5日", 下次跟进时间="1月10日"),
        done("C002-phone-202603", 6, 实际回访日期="12/30", 计划日期="2026-01-04"),
    )
    ran = collected(crmtool, "表.xlsx", "--history", "h.db")
    found = {each["visit_id"]: each for each in ran.document["visits"]}
    assert (found[ID]["done_on"], found[ID]["next_contact"]) == ("2026-03-05", "2027-01-10")
    assert found["C002-phone-202603"]["done_on"] == "2025-12-30"
    assert sorted(codes(ran)) == ["day-without-year H4", "day-without-year H5", "day-without-year S4"]


def test_of_a_day_that_cannot_be_read_it_is_said_that_the_row_was_not_taken(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    sheet(tmp_path / "表.xlsx", done(ID, 5, 实际回访日期="3月初"))
    ran = collected(crmtool, "表.xlsx", "--history", "h.db")
    assert sorted(codes(ran)) == ["report-day-unread H4"]
    (told,) = ran.document["findings"]
    assert "3月初" in told["message"] and "not taken" in told["message"]
    assert ran.document["counts"]["left"] == 1


def test_a_last_contact_that_cannot_be_read_is_kept_and_told(crmtool: Crmtool, tmp_path: Path) -> None:
    head = (*HEAD, "下次跟进时间")
    line = ("C001", "甲公司", "15万元", date(2026, 2, 15), "2年", "张三", "10月底", "送样", "年底前")
    book(tmp_path / "台账.xlsx", 客户=[head, line])
    sheet(tmp_path / "表.xlsx", done(ID, 5, 下次跟进时间=date(2026, 4, 1)))
    ran = collected(crmtool, "表.xlsx", "--history", "h.db", "--update-ledger")
    assert codes(ran) == ["last-contact-left G2", "next-followup-left I2"]
    told = ran.document["findings"][0]["message"]
    assert "10月底" in told and "2026-03-05" in told
    assert rows_of(tmp_path / "台账.xlsx", "客户")[1][6:] == ["10月底", "送样", "年底前"]


def test_sheets_that_are_collected_again_leave_a_plan_alone_that_was_made_anew(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    put_off = row(ID, 完成情况="改期", 下次跟进时间=date(2026, 3, 12))
    sheet(tmp_path / "表.xlsx", put_off)
    collected(crmtool, "表.xlsx", "--history", "h.db")
    cells = {
        "visit_id": [ID],
        "customer_key": ["C001"],
        "status": ["open"],
        "planned_on": [date(2026, 3, 31)],
    }
    run = Run("anew", "plan", date(2026, 3, 13), "annual_value", "1", "", "0", "2026-03-13T00:00:00+08:00")
    with History.open(tmp_path / "h.db") as kept:
        kept.record(run, visits=table_of(frame_of(PLAN_COLUMNS, cells)).drop_columns(["customer"]))
    sheet(tmp_path / "表.xlsx", put_off, done("C002-phone-202603", 6))
    ran = collected(crmtool, "表.xlsx", "--history", "h.db")
    assert [each["visit_id"] for each in ran.document["changes"]] == ["C002-phone-202603"]
    found = visits(tmp_path / "h.db")
    assert found[ID] == ("open", date(2026, 3, 31), None)
    assert found["C002-phone-202603"][0] == "done"


def test_without_a_place_to_record_in_reports_are_said_to_be_recordable(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    sheet(tmp_path / "表.xlsx", done(ID, 5))
    options = ("collect", "表.xlsx", "--ledger", "台账.xlsx", "--as-of", "2026-03-20")
    assert "可登记 1 条" in crmtool(*options, "--lang", "zh").out
    assert "1 to be recorded" in crmtool(*options, "--lang", "en", "--history", "h.db", "--dry-run").out
    assert "新登记 1 条" in crmtool(*options, "--lang", "zh", "--history", "h.db").out


def test_the_usage_line_names_the_sheets_as_everybody_writes_them(crmtool: Crmtool) -> None:
    assert "[OPTIONS] SHEET...\n" in crmtool("collect", "--help").out

"""What is odd in a filled-in sheet is told at its cell, with what to do; the row's other facts are taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from collect_books import CUSTOMERS, HEAD, codes, collected, done, history, ledger, row, rows_of, sheet
from command_line import Crmtool, book


@pytest.fixture(autouse=True)
def there(tmp_path: Path) -> None:
    ledger(tmp_path)
    history(tmp_path / "h.db")


def told(crmtool: Crmtool, path: Path, *rows: Any) -> tuple[list[str], dict[str, Any]]:
    """Return the findings on a sheet of these rows, and the document."""
    sheet(path / "表.xlsx", *rows)
    ran = collected(crmtool, "表.xlsx", "--history", "h.db")
    assert ran.code == 0
    return codes(ran), ran.document


def test_an_outcome_that_is_none_is_told_and_the_row_not_taken(crmtool: Crmtool, tmp_path: Path) -> None:
    found, document = told(crmtool, tmp_path, done("C001-phone-202603", 5, 完成情况="做了一半"))
    assert (found, document["counts"]["left"], document["visits"]) == (["unknown-outcome I4"], 1, [])


@pytest.mark.parametrize("word", ["已完成", "完成", " 已回访", "done", "DONE", "√"])
def test_people_say_done_in_many_words(crmtool: Crmtool, tmp_path: Path, word: str) -> None:
    _, document = told(crmtool, tmp_path, done("C001-phone-202603", 5, 完成情况=word))
    assert [each["outcome"] for each in document["visits"]] == ["done"]


def test_a_row_without_an_outcome_is_not_taken(crmtool: Crmtool, tmp_path: Path) -> None:
    found, document = told(crmtool, tmp_path, row("C001-phone-202603", 客户反馈="好"))
    assert (found, document["counts"]["new"]) == (["report-without-outcome I4"], 0)


def test_a_row_that_still_says_not_made_is_blank(crmtool: Crmtool, tmp_path: Path) -> None:
    found, document = told(crmtool, tmp_path, row("C001-phone-202603", 完成情况="待办"))
    assert (found, document["counts"]["blank"], document["counts"]["filled"]) == ([], 1, 0)


def test_done_without_a_day_is_not_taken(crmtool: Crmtool, tmp_path: Path) -> None:
    found, document = told(crmtool, tmp_path, row("C001-phone-202603", 完成情况="已完成"))
    assert (found, document["counts"]["new"]) == (["report-without-day H4"], 0)


def test_a_day_that_is_yet_to_come_is_told_once_and_the_row_not_taken(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    found, document = told(crmtool, tmp_path, done("C001-phone-202603", 21))
    assert (found, document["counts"]["left"]) == (["report-day-ahead H4"], 1)


def test_scores_off_their_scale_are_told_and_the_rest_is_taken(crmtool: Crmtool, tmp_path: Path) -> None:
    bad = {"满意度(1-5)": 6, "推荐意愿(0-10)": 11, "需求挖掘程度": "挖了", "客户反馈": "好"}
    found, document = told(crmtool, tmp_path, done("C001-phone-202603", 5, **bad))
    assert sorted(found) == ["above-maximum K4", "satisfaction-off-scale J4", "unknown-value N4"]
    (visit,) = document["visits"]
    assert not {"satisfaction", "recommend", "demand_explored"} & visit.keys()
    assert visit["feedback"] == "好"


def test_a_satisfaction_of_nought_is_off_the_scale_and_one_and_five_are_on_it(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    found, _ = told(
        crmtool,
        tmp_path,
        done("C001-phone-202603", 5, **{"满意度(1-5)": 0}),
        done("C002-phone-202603", 5, **{"满意度(1-5)": 1}),
        done("C003-phone-202603", 5, **{"满意度(1-5)": 5}),
    )
    assert found == ["satisfaction-off-scale J4"]


def test_an_id_that_the_plan_does_not_have_is_told_and_recorded(crmtool: Crmtool, tmp_path: Path) -> None:
    found, document = told(crmtool, tmp_path, done("C001-phone-202603", 5, 回访编号="C001-phone-202609"))
    assert found == ["unknown-visit A4"]
    assert [each["visit_id"] for each in document["visits"]] == ["C001-phone-202609"]
    assert told(crmtool, tmp_path, done("C001-phone-202603", 5, 回访编号="C001-phone-202609"))[0] == []


def test_a_row_whose_id_is_another_customers_is_not_taken(crmtool: Crmtool, tmp_path: Path) -> None:
    """That is what a sheet looks like of which only some columns were sorted."""
    found, document = told(
        crmtool, tmp_path, done("C001-phone-202603", 5, 客户编号="C002", 客户名称="乙公司")
    )
    assert (found, document["visits"]) == (["report-other-customer D4"], [])


def test_a_row_whose_number_and_name_are_two_customers_is_not_taken(crmtool: Crmtool, tmp_path: Path) -> None:
    found, document = told(crmtool, tmp_path, done("C001-phone-202603", 5, 客户名称="丙公司"))
    assert (found, document["visits"]) == (["report-id-and-name D4"], [])


def test_a_row_that_names_nobody_is_told(crmtool: Crmtool, tmp_path: Path) -> None:
    found, _ = told(crmtool, tmp_path, done(None, 5))
    assert found == ["report-without-customer D4"]


def test_a_row_whose_customer_is_not_in_the_ledger_is_told(crmtool: Crmtool, tmp_path: Path) -> None:
    found, _ = told(crmtool, tmp_path, done(None, 5, 客户名称="丁公司"), done(None, 5, 客户编号="C9"))
    assert sorted(found) == ["report-unknown-customer C5", "report-unknown-customer D4"]


def test_a_name_that_two_customers_have_is_told(crmtool: Crmtool, tmp_path: Path) -> None:
    book(tmp_path / "台账.xlsx", 客户=[HEAD, *CUSTOMERS, ("C004", *CUSTOMERS[0][1:])])
    found, _ = told(crmtool, tmp_path, done(None, 5, 客户名称="甲公司"))
    assert found == ["report-ambiguous-customer D4"]


def test_a_row_without_an_id_is_the_nearest_open_visit_of_the_same_channel(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    """On 16 March the visit on the 18th is nearer, but the row says that it was a call."""
    found, document = told(crmtool, tmp_path, done(None, 16, 客户名称="乙公司", 回访方式="电话"))
    assert found == ["report-matched-by-day H4"]
    assert [each["visit_id"] for each in document["visits"]] == ["C002-phone-202603"]


def test_a_visit_is_meant_by_one_row_only(crmtool: Crmtool, tmp_path: Path) -> None:
    rows = [done("C003-phone-202603", 10), done(None, 11, 客户名称="丙公司")]
    found, document = told(crmtool, tmp_path, *rows)
    assert found == []
    assert sorted(str(each.get("visit_id")) for each in document["visits"]) == ["C003-phone-202603", "None"]


def test_a_day_far_from_every_planned_one_is_a_visit_nobody_planned(crmtool: Crmtool, tmp_path: Path) -> None:
    sheet(tmp_path / "表.xlsx", (*done(None, 5, 客户名称="丙公司")[:7], date(2026, 1, 5), "已完成"))
    document = collected(crmtool, "表.xlsx", "--history", "h.db").document
    assert [(each["is_planned"], each["status_after"]) for each in document["changes"]] == [(False, "done")]


def test_two_reports_of_a_visit_that_differ_are_both_left(crmtool: Crmtool, tmp_path: Path) -> None:
    rows = [done("C001-phone-202603", 5, **{"满意度(1-5)": score}) for score in (5, 2)]
    found, document = told(crmtool, tmp_path, *rows, done("C003-phone-202603", 9))
    assert found == ["report-conflict J4"]
    (conflict,) = document["conflicts"]
    assert (conflict["source"], conflict["other"]) == ("[表.xlsx]张三!H4", "[表.xlsx]张三!H5")
    assert (conflict["differs_in"], conflict["value"], conflict["other_value"]) == ("satisfaction", "5", "2")
    assert [each["visit_id"] for each in document["visits"]] == ["C003-phone-202603"]


def test_what_is_recorded_is_kept_where_a_new_report_differs(crmtool: Crmtool, tmp_path: Path) -> None:
    told(crmtool, tmp_path, done("C001-phone-202603", 5, 客户反馈="好"))
    found, document = told(crmtool, tmp_path, done("C001-phone-202603", 6, 客户反馈="好"))
    assert (found, document["counts"]["new"]) == (["report-differs-from-record H4"], 0)
    assert [each["is_recorded"] for each in document["conflicts"]] == [True]


def test_outcomes_that_differ_are_told_in_the_words_of_the_sheet(crmtool: Crmtool, tmp_path: Path) -> None:
    told(crmtool, tmp_path, done("C001-phone-202603", 5))
    sheet(tmp_path / "表.xlsx", done("C001-phone-202603", 5, 完成情况="取消"))
    ran = crmtool(
        *(
            "collect",
            "表.xlsx",
            "--ledger",
            "台账.xlsx",
            "--as-of",
            "2026-03-20",
            "--history",
            "h.db",
            "--lang",
            "zh",
        )
    )
    assert "已登记为“已完成”" in ran.err
    assert "这里是“取消”" in ran.err


def test_a_ledgers_own_record_is_kept_too(crmtool: Crmtool, tmp_path: Path) -> None:
    for score in (5, 4):
        sheet(tmp_path / "表.xlsx", done("C001-phone-202603", 5, **{"满意度(1-5)": score}))
        ran = collected(crmtool, "表.xlsx", "--update-ledger")
    assert codes(ran) == ["report-differs-from-record J4"]
    assert ran.document["conflicts"][0]["other"] == "[台账.xlsx]回访记录!4"
    assert len(rows_of(tmp_path / "台账.xlsx", "回访记录")) == 4


def test_a_record_that_cannot_tell_namesakes_apart_gets_no_row_of_theirs(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    kept = [("回访日期", "客户名称", "回访内容"), (date(2026, 1, 5), "乙公司", "报过价")]
    ledger(tmp_path, 回访记录=kept)
    made = openpyxl.load_workbook(tmp_path / "台账.xlsx")
    made["客户"].append(("C004", *CUSTOMERS[0][1:]))
    made.save(tmp_path / "台账.xlsx")
    sheet(tmp_path / "表.xlsx", done("C001-phone-202603", 5), done("C003-phone-202603", 9))
    ran = collected(crmtool, "表.xlsx", "--update-ledger")
    assert codes(ran) == ["report-not-appended"]
    assert [line[1] for line in rows_of(tmp_path / "台账.xlsx", "回访记录")] == [
        "客户名称",
        "乙公司",
        "丙公司",
    ]


def test_the_same_row_on_two_sheets_is_one_report(crmtool: Crmtool, tmp_path: Path) -> None:
    line = done("C001-phone-202603", 5, 客户反馈="好")
    sheet(tmp_path / "另.xlsx", line)
    sheet(tmp_path / "表.xlsx", line)
    counts = collected(crmtool, "表.xlsx", "另.xlsx", "--history", "h.db").document["counts"]
    assert (counts["new"], counts["known"], counts["conflicts"]) == (1, 1, 0)


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        (("无.xlsx",), "no-such-file", 3),
        (("空",), "no-sheets-in-folder", 3),
        (("别的.xlsx",), "no-follow-up-sheet", 3),
        (("台账.xlsx",), "sheet-is-the-ledger", 2),
        (("表.xlsx", "--no-backup"), "option-alone", 2),
        (("表.xlsx", "--update-ledger", "--visits", "记录.xlsx"), "visits-elsewhere", 2),
        (("表.xlsx", "--plan", "别的.xlsx"), "no-plan-in-file", 3),
    ],
)
def test_what_cannot_be_collected_is_told_plainly(
    crmtool: Crmtool, tmp_path: Path, arguments: tuple[str, ...], code: str, exit_code: int
) -> None:
    (tmp_path / "空").mkdir()
    sheet(tmp_path / "表.xlsx", done("C001-phone-202603", 5))
    book(tmp_path / "别的.xlsx", 别的=[("型号", "单价"), ("A", 1)])
    head = ("客户名称", "回访日期", "回访内容")
    book(tmp_path / "记录.xlsx", 记录=[head, ("甲公司", date(2026, 1, 5), "报价")])
    before = (tmp_path / "台账.xlsx").read_bytes()
    ran = crmtool("collect", *arguments, "--ledger", "台账.xlsx", "--as-of", "2026-03-20", "--json")
    assert (ran.code, ran.document["findings"][0]["code"]) == (exit_code, code)
    assert (tmp_path / "台账.xlsx").read_bytes() == before


def test_a_workbook_without_such_a_sheet_among_others_is_told(crmtool: Crmtool, tmp_path: Path) -> None:
    book(tmp_path / "别的.xlsx", 别的=[("型号", "单价"), ("A", 1)])
    sheet(tmp_path / "表.xlsx", done("C001-phone-202603", 5))
    ran = collected(crmtool, "别的.xlsx", "表.xlsx", "--history", "h.db")
    assert (ran.code, codes(ran), ran.document["counts"]["new"]) == (0, ["no-follow-up-sheet"], 1)

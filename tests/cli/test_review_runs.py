"""`crmtool review`: two quarters of one office, in a history, from two workbooks, late, again, and when it cannot be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import Crmtool, Ran, book
from review_books import HISTORY, Q1, Q2, RULES, fill_in, later, ledger, table_rows

from crmtool.files.history import History

#: The same once more; a run of the whole command takes a third of a second.
NO_HISTORY = pytest.param((), marks=pytest.mark.slow)
BOOK_Q1, BOOK_Q2 = "台账-复盘-2024Q1.xlsx", "台账-复盘-2024Q2.xlsx"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return ledger(tmp_path / "台账.xlsx")


def codes(ran: Ran) -> set[str]:
    return {finding["code"] for finding in ran.document["findings"]}


def moves(ran: Ran) -> dict[str, tuple[Any, ...]]:
    return {move["customer_id"]: (move["kind"], move["from"], move["to"]) for move in ran.document["moves"]}


MOVED = {
    "C1": ("down", "hv_stable", "lv_risk"),
    "C3": ("up", "lv_risk", "hv_stable"),
    "C4": ("new", None, "lv_stable"),
    "C5": ("gone", "lv_stable", None),
}


def test_the_first_review_moves_nobody_and_says_so(crmtool: Crmtool, office: Path) -> None:
    before = office.read_bytes()
    ran = crmtool("review", office, *RULES, *HISTORY, *Q1, "--json")
    assert ran.code == 0
    document = ran.document
    assert document["schema"] == "crmtool.review/v1"
    assert document["period"] == {
        "name": "2024Q1",
        "kind": "quarter",
        "from": "2024-01-01",
        "to": "2024-03-31",
        "is_over": True,
    }
    assert (document["as_of"], document["compared_with"], document["moves"]) == ("2024-03-31", None, [])
    assert "first-review" in codes(ran)
    assert Path(BOOK_Q1).is_file()
    assert office.read_bytes() == before


def test_the_next_one_says_who_moved_since_and_everybody_is_in_one_cell(
    crmtool: Crmtool, office: Path
) -> None:
    assert crmtool("review", office, *RULES, *HISTORY, *Q1).code == 0
    later(office)
    ran = crmtool("review", office, *RULES, *HISTORY, *Q2, "--json")
    document = ran.document
    assert moves(ran) == MOVED
    assert (document["compared_with"]["as_of"], document["compared_with"]["source"]) == (
        "2024-03-31",
        "history",
    )
    matrix = document["matrix"]
    assert sum(map(sum, matrix["customers"])) == 5
    by_column = dict(zip(matrix["to"], map(sum, zip(*matrix["customers"], strict=True)), strict=True))
    assert (by_column["hv_stable"], by_column["lv_stable"], by_column["lv_risk"], by_column["gone"]) == (
        1,
        2,
        1,
        1,
    )
    (fallen,) = (move for move in document["moves"] if move["customer_id"] == "C1")
    assert fallen["fields"] == ["arpu", "last_order"]
    assert "14" in fallen["reason"]
    assert "6" in fallen["reason"]
    assert [(row["period"], row["customers"]) for row in document["trend"] if row["tier"] == "lv_stable"] == [
        ("2024Q1", 2),
        ("2024Q2", 2),
    ]


def test_kpis_are_those_of_the_period(crmtool: Crmtool, office: Path) -> None:
    kpis = crmtool("review", office, *RULES, *Q2, "--json").document["kpis"]
    of_all = {row["id"]: row for row in kpis if row["tier"] is None}
    # from April to June: 20万 of 丙公司, 1万 of 乙公司; in the quarter before 甲, 乙 and 戊 had ordered
    assert (of_all["aov"]["actual"], of_all["aov"]["denominator"]) == (105_000.0, 2.0)
    assert (of_all["retention"]["numerator"], of_all["retention"]["denominator"]) == (1.0, 3.0)
    assert of_all["satisfaction_rate"]["actual"] is None
    assert of_all["satisfaction_rate"]["missing_text"]
    assert {"id", "label", "tier", "target", "actual", "numerator", "denominator", "met"} <= set(kpis[0])


def test_the_same_again_leaves_everything_as_it_is(crmtool: Crmtool, office: Path, tmp_path: Path) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".db"}
    with History.open(tmp_path / "h.db", is_read_only=True) as history:
        runs = history.runs()
    ran = crmtool("review", office, *RULES, *HISTORY, *Q1)
    assert (ran.code, "Up to date" in ran.out) == (0, True)
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".db"}
    with History.open(tmp_path / "h.db", is_read_only=True) as history:
        assert history.runs() == runs


def test_the_history_keeps_tiers_facts_kpis_and_adjustments(
    crmtool: Crmtool, office: Path, tmp_path: Path
) -> None:
    document = crmtool("review", office, *RULES, *HISTORY, *Q1, "--json").document
    with History.open(tmp_path / "h.db", is_read_only=True) as history:
        (run,) = history.runs()
        rows = {row["customer_key"]: row for row in history.classifications(run.id).to_pylist()}
        kpis, adjustments = history.kpis(run.id).to_pylist(), history.adjustments(run.id).to_pylist()
    assert (run.command, run.options["period"], str(run.as_of)) == ("review", "2024Q1", "2024-03-31")
    assert {key: row["tier"] for key, row in rows.items()} == {
        "C1": "hv_stable",
        "C2": "lv_stable",
        "C3": "lv_risk",
        "C5": "lv_stable",
    }
    assert json.loads(rows["C1"]["facts"])["arpu"] == 14_000_000
    assert [(row["id"], row["tier"]) for row in kpis] == [
        (row["id"], row["tier"]) for row in document["kpis"]
    ]
    assert [(row["period"], row["name"]) for row in adjustments] == [
        ("2024Q1", row["客户名称"]) for row in document["adjustments"]
    ]


@pytest.mark.parametrize(
    "command",
    [("classify", "--as-of", "2024-03-31"), pytest.param(("review", *Q1), marks=pytest.mark.slow)],
    ids=["classify", "review"],
)
def test_without_a_history_two_workbooks_will_do(
    crmtool: Crmtool, office: Path, command: tuple[str, ...]
) -> None:
    assert crmtool(command[0], office, *RULES, *command[1:], "-o", "earlier.xlsx").code == 0
    later(office)
    ran = crmtool("review", office, *RULES, *Q2, "--previous", "earlier.xlsx", "--json")
    assert (ran.code, moves(ran)) == (0, MOVED)
    assert ran.document["compared_with"]["as_of"] == "2024-03-31"


def test_an_earlier_ledger_that_says_no_day_is_compared_with_all_the_same(
    crmtool: Crmtool, office: Path, tmp_path: Path
) -> None:
    ledger(tmp_path / "earlier.xlsx")
    later(office)
    ran = crmtool("review", office, *RULES, *Q2, "--previous", "earlier.xlsx", "--json")
    assert ran.document["compared_with"] | {"rules": None} == {
        "as_of": None,
        "source": "workbook",
        "place": "earlier.xlsx",
        "rules": None,
    }
    assert "previous-undated" in codes(ran)
    assert {move: kind for move, (kind, *_) in moves(ran).items() if kind in ("new", "gone")} == {
        "C4": "new",
        "C5": "gone",
    }


def test_with_neither_the_tiers_that_stand_in_the_ledger_are_those_before(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    header = ("客户名称", "客户类型", "ARPU值", "最近订单")
    rows = (
        ("甲公司", "高价值稳定型", 60_000, date(2024, 2, 10)),
        ("乙公司", "低价值稳定型", 30_000, date(2024, 6, 10)),
    )
    path = book(tmp_path / "a.xlsx", 客户=[header, *rows])
    ran = crmtool("review", path, *RULES, *Q2, "--json")
    assert [(m["name"], m["kind"], m["from"], m["to"]) for m in ran.document["moves"]] == [
        ("甲公司", "down", "hv_stable", "lv_risk")
    ]
    assert ran.document["compared_with"] == {
        "as_of": None,
        "source": "ledger",
        "place": "客户类型",
        "rules": {"id": "value_risk", "version": ""},
    }


def test_a_late_rerun_does_not_disturb_the_newer_ones(crmtool: Crmtool, office: Path) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    later(office)
    crmtool("review", office, *RULES, *HISTORY, *Q2)
    # Q1 once more, from today's ledger: nothing earlier is known, and Q2 is no earlier day
    late = crmtool("review", office, *RULES, *HISTORY, *Q1, "-o", "late.xlsx", "--json")
    assert (late.document["compared_with"], late.document["as_of"]) == (None, "2024-03-31")
    assert [row["period"] for row in late.document["trend"] if row["tier"] is None] == ["2024Q1"]
    third = crmtool("review", office, *RULES, *HISTORY, "--period", "2024Q3", "--json")
    assert third.document["compared_with"]["as_of"] == "2024-06-30"
    assert [row["period"] for row in third.document["trend"] if row["tier"] is None] == [
        "2024Q1",
        "2024Q2",
        "2024Q3",
    ]


def test_what_is_dated_after_the_day_does_not_count(crmtool: Crmtool, tmp_path: Path) -> None:
    customers = (
        ("客户编号", "客户名称", "最近订单"),
        ("C1", "甲公司", date(2024, 8, 1)),
        ("C2", "乙公司", "2024年9月3日"),
        ("C3", "丙公司", "查不到"),
    )
    orders = (
        ("客户编号", "订单日期", "订单金额"),
        *(("C1", date(2022, 1, 1), 1.0), ("C1", date(2024, 5, 1), 200_000.0), ("C1", date(2024, 8, 1), 9.0)),
        *(("C2", date(2024, 6, 3), 10.0), ("C2", date(2024, 9, 3), 10.0), ("C3", date(2024, 6, 4), 10.0)),
    )
    visits = (
        ("客户编号", "回访日期", "完成情况", "满意度"),
        ("C1", date(2024, 5, 6), "已完成", 5),
        ("C1", date(2024, 7, 6), "已完成", 1),
    )
    tickets = (
        ("客户编号", "事件类型", "提出时间", "解决时间"),
        ("C3", "普通咨询", date(2024, 3, 1), date(2024, 3, 1)),
        ("C1", "重大投诉", date(2024, 7, 2), None),
        ("C2", "重大投诉", date(2024, 4, 3), date(2024, 7, 9)),
    )
    path = book(tmp_path / "a.xlsx", 客户=customers, 订单=orders, 回访记录=visits, 咨询投诉记录=tickets)
    ran = crmtool("review", path, *RULES, *Q2, "--json")
    of_all = {row["id"]: row for row in ran.document["kpis"] if row["tier"] is None}
    assert (of_all["satisfaction_rate"]["numerator"], of_all["satisfaction_rate"]["denominator"]) == (
        1.0,
        1.0,
    )
    assert of_all["complaint_rate"]["numerator"] == 1.0
    counted = {
        (each["code"], each["column"]): each["count"]
        for each in ran.document["findings"]
        if each["code"].startswith("later-")
    }
    # both ways of writing a later day are counted from the orders; what is no day at all stays unknown
    assert counted == {
        ("later-cells-counted", "最近订单"): 2,
        ("later-left-out", "订单日期"): 2,
        ("later-left-out", "回访日期"): 1,
        ("later-left-out", "提出时间"): 1,
        ("later-left-out", "解决时间"): 1,
    }
    assert crmtool("review", path, *RULES, *Q2, "--fail-on", "undecided>1", "--dry-run").code == 0


def test_figures_without_a_day_are_told_of_in_a_late_review(crmtool: Crmtool, tmp_path: Path) -> None:
    header = ("客户名称", "ARPU值", "最近订单")
    path = book(tmp_path / "a.xlsx", 客户=[header, ("甲公司", 200_000, date(2024, 6, 10))])
    ran = crmtool("review", path, *RULES, *Q2, "--json")
    (finding,) = (each for each in ran.document["findings"] if each["code"] == "figures-of-today")
    assert finding["value"] == "ARPU值"


def test_a_period_that_is_not_over_is_reviewed_as_far_as_it_has_come(crmtool: Crmtool, office: Path) -> None:
    ran = crmtool("review", office, *RULES, *Q2, "--as-of", "2024-05-15", "--json")
    assert ran.code == 0
    assert (ran.document["as_of"], ran.document["period"]["is_over"]) == ("2024-05-15", False)
    assert "review-not-over" in codes(ran)


@pytest.mark.parametrize(
    ("arguments", "code", "finding"),
    [
        (("--period", "2024Q5"), 2, "bad-review-period"),
        (("--period", "2024Q2", "--as-of", "2024-03-31"), 2, "review-period-ahead"),
        (("--period", "2024Q2", "--fail-on", "downgrade>1"), 2, "unknown-limit"),
        (("--period", "2024Q2", "--fail-on", "downgrades"), 2, "limit-without-sign"),
        (("--period", "2024Q2", "--fail-on", "downgrades>x"), 2, "limit-without-number"),
        (("--period", "2024Q2", "--fail-on", "downgrades>1%"), 2, "limit-is-no-rate"),
        (("--period", "2024Q2", "--fail-on", "visit_rate<90"), 2, "limit-is-a-rate"),
        (("--period", "2024Q2", "--previous", "台账.xlsx"), 2, "previous-is-the-ledger"),
        (("--period", "2024Q2", "--previous", "nosuch.xlsx"), 3, "no-such-file"),
        (("--period", "2024Q2", "-o", "out.csv"), 2, "output-ending"),
        (("--period", "2024Q2", "-o", "台账.xlsx"), 2, "output-is-input"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    crmtool: Crmtool, office: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, finding: str
) -> None:
    ran = crmtool("review", office, *RULES, *HISTORY, *arguments, "--json")
    assert ran.code == code
    assert [each["code"] for each in ran.document["findings"]] == [finding]
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]


def test_an_earlier_workbook_must_be_earlier(crmtool: Crmtool, office: Path) -> None:
    crmtool("classify", office, *RULES, "--as-of", "2024-06-30", "-o", "tiers.xlsx")
    ran = crmtool("review", office, *RULES, *Q2, "--previous", "tiers.xlsx", "--json")
    assert (ran.code, codes(ran)) == (2, {"previous-not-earlier"})


def test_a_workbook_that_is_named_is_compared_with_though_there_is_a_history(
    crmtool: Crmtool, office: Path
) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    ran = crmtool("review", office, *RULES, *HISTORY, *Q2, "--previous", BOOK_Q1, "--json")
    assert ran.document["compared_with"]["source"] == "workbook"
    ran = crmtool("review", office, *RULES, *HISTORY, *Q2, "--json")
    assert ran.document["compared_with"]["source"] == "history"


def test_limits_end_the_run_with_1_and_say_which_and_by_how_much(crmtool: Crmtool, office: Path) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    later(office)
    line = ("review", office, *RULES, *HISTORY, *Q2, "--lang", "en")
    ran = crmtool(*line, "--fail-on", "downgrades>0, upgrades>5")
    assert ran.code == 1
    assert "--fail-on downgrades>0 holds: it is 1 [limit-crossed]" in ran.err
    assert "upgrades" not in ran.err
    assert Path(BOOK_Q2).is_file(), "the review is written all the same"
    assert crmtool(*line, "--fail-on", "downgrades>1,retention<30%").code == 0
    ran = crmtool(*line, "--fail-on", "visit_rate<90%", "--json")
    assert (ran.code, ran.document["failed"]) == (1, [{"limit": "visit_rate<90%", "value": None}])
    assert "limit-unknown" in codes(ran)


def test_quiet_tells_findings_and_nothing_else(crmtool: Crmtool, office: Path) -> None:
    ran = crmtool("review", office, *RULES, *HISTORY, *Q1, "-q")
    assert (ran.code, ran.out) == (0, "")
    assert "[first-review]" in ran.err
    later(office)
    ran = crmtool("review", office, *RULES, *HISTORY, *Q2, "-q")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_the_terminal_shows_kpis_moves_and_files_in_both_languages(crmtool: Crmtool, office: Path) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    later(office)
    said = crmtool("review", office, *RULES, *HISTORY, *Q2, "--lang", "zh").out
    for text in ("复盘 2024Q2（2024-04-01 至 2024-06-30）", "升级 1，降级 1", "新增 1，不在台账 1", BOOK_Q2):
        assert text in said
    said = crmtool("review", office, *RULES, *HISTORY, *Q2, "--lang", "en").out
    for text in (
        "Review of 2024Q2",
        "1 up, 1 down, 0 level, 1 new, 1 gone",
        "Compared with the tiers as of 2024-03-31",
    ):
        assert text in said


def test_the_terminal_tells_the_units_of_figures_as_the_workbook_does(crmtool: Crmtool, office: Path) -> None:
    said = crmtool("review", office, *RULES, *Q2, "--lang", "zh").out
    # 20万 and 1万 in two orders, of four customers
    assert "105,000元" in said
    assert "0.5单" in said
    assert "105,000 yuan" in crmtool("review", office, *RULES, *Q2, "--lang", "en").out


def test_a_rehearsal_writes_nothing(crmtool: Crmtool, office: Path, tmp_path: Path) -> None:
    ran = crmtool("review", office, *RULES, *HISTORY, *Q1, "--dry-run")
    assert (ran.code, "Would write" in ran.out) == (0, True)
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]


@pytest.mark.parametrize("history", [NO_HISTORY, HISTORY], ids=["no history", "history"])
def test_what_people_filled_in_is_carried_over_until_it_is_decided(
    crmtool: Crmtool, office: Path, history: tuple[str, ...]
) -> None:
    crmtool("review", office, *RULES, *history, *Q1)
    listed = {row["客户名称"] for row in table_rows(BOOK_Q1)}
    assert {"甲公司", "丙公司"} <= listed
    fill_in(
        BOOK_Q1,
        {
            "甲公司": {"备注": "等新品上市", "调整后策略": "派驻工程师"},
            "丙公司": {"备注": "不谈了", "审批人": "王总", "审批结果": "驳回", "审批日期": date(2024, 4, 8)},
        },
    )
    later(office)
    ran = crmtool("review", office, *RULES, *history, *Q2, "--json")
    rows = {row["客户名称"]: row for row in ran.document["adjustments"]}
    assert (rows["甲公司"]["备注"], rows["甲公司"]["调整后策略"]) == ("等新品上市", "派驻工程师")
    assert "waiting" in rows["甲公司"]["why"]
    # what was decided does not come again; 丙公司 is there for its move, and keeps the remark
    assert (rows["丙公司"]["备注"], rows["丙公司"]["审批结果"]) == ("不谈了", None)
    assert "waiting" not in rows["丙公司"]["why"]
    assert {row["客户名称"]: row["备注"] for row in table_rows(BOOK_Q2)}["甲公司"] == "等新品上市"


@pytest.mark.parametrize(
    ("history", "sent"),
    [
        pytest.param((), BOOK_Q1, marks=pytest.mark.slow),
        (HISTORY, BOOK_Q1),
        # decided in a copy, which only `apply` has seen
        (HISTORY, "回件.xlsx"),
    ],
)
def test_an_approval_that_was_refused_comes_again_until_what_is_missing_is_filled_in(
    crmtool: Crmtool, office: Path, history: tuple[str, ...], sent: str
) -> None:
    crmtool("review", office, *RULES, *history, *Q1)
    yes = {"审批结果": "同意", "调整后策略": "派驻工程师", "备注": "说好了"}
    fill_in(BOOK_Q1, {"甲公司": {**yes, "审批人": "王总"}, "丙公司": yes}, saved=sent)
    line = ("--ledger", office, *RULES, *history, "--as-of", "2024-07-02", "--json")
    rows = crmtool("apply", sent, *line).document["adjustments"]
    assert [(row["name"], row["outcome"]) for row in rows] == [("甲公司", "applied"), ("丙公司", "refused")]
    ran = crmtool("review", office, *RULES, *history, *Q2, "--json")
    rows = {row["客户名称"]: row for row in ran.document["adjustments"]}
    assert ("waiting" in rows["甲公司"]["why"], rows["甲公司"]["备注"]) == (False, "说好了")
    assert "waiting" in rows["丙公司"]["why"]
    assert {name: rows["丙公司"][name] for name in yes} == {**yes, "审批结果": "approved"}
    fill_in(BOOK_Q2, {"丙公司": {"审批人": "王总"}})
    rows = crmtool("apply", BOOK_Q2, *line).document["adjustments"]
    assert {row["name"]: row["outcome"] for row in rows}["丙公司"] == "applied"


@pytest.mark.slow
def test_an_approval_of_a_cell_that_cannot_be_read_is_to_be_given_again(
    crmtool: Crmtool, office: Path
) -> None:
    crmtool("review", office, *RULES, *Q1)
    yes = {"审批结果": "同意", "审批人": "王总", "等级锁定": "高价值稳定型", "锁定至": "等通知"}
    fill_in(BOOK_Q1, {"甲公司": yes})
    ran = crmtool("review", office, *RULES, *Q2, "--json")
    (row,) = (row for row in ran.document["adjustments"] if row["客户名称"] == "甲公司")
    assert (row["审批结果"], row["等级锁定"]) == ("undecided", "高价值稳定型"), "no lock without end"


@pytest.mark.parametrize("sent", [BOOK_Q1, "回件.xlsx"])
def test_a_word_that_is_no_verdict_comes_again_as_undecided(
    crmtool: Crmtool, office: Path, sent: str
) -> None:
    crmtool("review", office, *RULES, *HISTORY, *Q1)
    fill_in(BOOK_Q1, {"甲公司": {"审批人": "王总", "审批结果": "原则上同意"}}, saved=sent)
    crmtool("apply", sent, "--ledger", office, *RULES, *HISTORY, "--as-of", "2024-07-02")
    ran = crmtool("review", office, *RULES, *HISTORY, *Q2, "--json")
    (row,) = (row for row in ran.document["adjustments"] if row["客户名称"] == "甲公司")
    assert (row["审批人"], row["审批结果"]) == ("王总", "undecided")
    assert ("unknown-verdict" in codes(ran)) == (sent == BOOK_Q1), "told where the word stands"


def test_open_rows_are_said_to_be_carried_on_only_where_there_are_any(crmtool: Crmtool, office: Path) -> None:
    crmtool("review", office, *RULES, *Q1)
    assert f"carried on from {BOOK_Q1}" in crmtool("review", office, *RULES, *Q2, "-o", "a.xlsx").out
    no = {"审批人": "王总", "审批结果": "驳回"}
    fill_in(BOOK_Q1, dict.fromkeys(("甲公司", "乙公司", "丙公司", "戊公司"), no))
    ran = crmtool("review", office, *RULES, *Q2, "-o", "b.xlsx")
    assert "0 left over" in ran.out
    assert "carried on" not in ran.out


@pytest.mark.parametrize("history", [NO_HISTORY, HISTORY], ids=["no history", "history"])
def test_a_table_that_somebody_decided_on_is_not_replaced(
    crmtool: Crmtool, office: Path, history: tuple[str, ...]
) -> None:
    crmtool("review", office, *RULES, *history, *Q1)
    fill_in(BOOK_Q1, {"甲公司": {"审批人": "王总", "审批结果": "同意"}})
    # some programs leave the last author as it was
    workbook = openpyxl.load_workbook(BOOK_Q1)
    workbook.properties.lastModifiedBy = "crmtool"
    workbook.save(BOOK_Q1)
    before = Path(BOOK_Q1).read_bytes()
    ran = crmtool("review", office, *RULES, *history, *Q1, "--json")
    assert (ran.code, codes(ran)) == (4, {"adjustments-filled-in"})
    assert Path(BOOK_Q1).read_bytes() == before
    (told,) = ran.document["findings"]
    assert "in the ledger" in told["help"]
    assert "-o" in told["help"]


@pytest.mark.slow
@pytest.mark.parametrize("verdict", ["待定", "同意"])
def test_where_a_verdict_is_carried_a_decided_table_is_still_not_replaced(
    crmtool: Crmtool, office: Path, verdict: str
) -> None:
    crmtool("review", office, *RULES, *Q1)
    lock = {"等级锁定": "高价值稳定型", "锁定至": date(2025, 1, 31)}
    fill_in(
        BOOK_Q1, {"甲公司": {"审批人": "王总", "审批结果": verdict, "审批日期": date(2024, 4, 8), **lock}}
    )
    later(office)
    line = ("review", office, *RULES, *Q2)
    assert crmtool(*line).code == 0
    assert {row["客户名称"]: row["审批结果"] for row in table_rows(BOOK_Q2)}["甲公司"] == verdict
    assert crmtool(*line).code == 0, "what was carried over is nobody's decision"
    written = Path(BOOK_Q2).read_bytes()
    for cells in (
        {"甲公司": {"审批结果": "驳回"}},
        {"丙公司": {"审批人": "王总"}},
        {"丙公司": {"审批结果": "原则上同意"}},
        {"丙公司": {"锁定至": "等通知"}},
    ):
        Path(BOOK_Q2).write_bytes(written)
        fill_in(BOOK_Q2, cells)
        workbook = openpyxl.load_workbook(BOOK_Q2)
        workbook.properties.lastModifiedBy = "crmtool"
        workbook.save(BOOK_Q2)
        ran = crmtool(*line, "--json")
        assert (ran.code, codes(ran)) == (4, {"adjustments-filled-in"}), cells


def test_while_another_run_holds_the_history_it_ends_with_75_and_the_log_says_so(
    crmtool: Crmtool, office: Path, tmp_path: Path
) -> None:
    with History.open(tmp_path / "h.db"):
        ran = crmtool("review", office, *RULES, *HISTORY, *Q1, "--log-file", "log.jsonl", "-q")
    assert (ran.code, "[busy-other-run]" in ran.err) == (75, True)
    last = json.loads(Path("log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["exit_code"], [each["code"] for each in last["findings"]]) == (75, ["busy-other-run"])
    assert not Path(BOOK_Q1).exists()


def test_the_log_has_figures_and_names_no_customer(crmtool: Crmtool, office: Path) -> None:
    log = ("--log-file", "log.jsonl")
    crmtool("review", office, *RULES, *HISTORY, *Q1, *log)
    crmtool("review", office, *RULES, *HISTORY, *Q2, *log, "--fail-on", "downgrades>0")
    (Path() / "crmtool.yaml").write_text("rules: [", encoding="utf-8")
    assert crmtool("review", *log).code == 2
    text = Path("log.jsonl").read_text(encoding="utf-8")
    assert not any(name in text for name in ("甲公司", "乙公司", "丙公司", "戊公司"))
    ends = [json.loads(line) for line in text.splitlines()][1::2]
    assert [end["exit_code"] for end in ends] == [0, 1, 2]
    assert (ends[1]["period"], ends[1]["as_of"], ends[1]["customers"]) == ("2024Q2", "2024-06-30", 4)
    # 戊公司 is still in this ledger, and silent since March
    assert (ends[1]["figures"]["downgrades"], ends[1]["failed"]) == (2.0, ["downgrades>0"])


def test_a_log_that_cannot_be_written_costs_a_warning(crmtool: Crmtool, office: Path) -> None:
    ran = crmtool("review", office, *RULES, *Q1, "--log-file", "no/log.jsonl")
    assert (ran.code, ran.err.count("[log-not-written]"), Path(BOOK_Q1).is_file()) == (0, 1, True)


@pytest.mark.slow
def test_the_rows_may_stand_in_any_order(crmtool: Crmtool, tmp_path: Path) -> None:
    told = []
    for name, ids in (("a", ("C1", "C2", "C3", "C5")), ("b", ("C5", "C3", "C2", "C1"))):
        path = ledger(tmp_path / f"{name}.xlsx", ids)
        crmtool("review", path, *RULES, "--history", f"{name}.db", *Q1)
        later(path)
        ran = crmtool("review", path, *RULES, "--history", f"{name}.db", *Q2, "--json")
        told.append((moves(ran), ran.document["kpis"], ran.document["matrix"]))
    assert told[0] == told[1]


def test_the_month_as_people_name_it(crmtool: Crmtool, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    today: Callable[[str], date] = lambda zone: date(2024, 7, 1)  # noqa: E731
    monkeypatch.setattr("crmtool.jobs.review.today", today)
    ran = crmtool("review", office, *RULES, "--json")
    assert (ran.document["period"]["name"], ran.document["as_of"]) == ("2024Q2", "2024-06-30")
    ran = crmtool("review", office, *RULES, "--period", "上月", "--json")
    assert (ran.document["period"]["name"], ran.document["as_of"]) == ("2024-06", "2024-06-30")

"""`crmtool history`: what the runs were, how a customer got where they are, and earlier workbooks taken in."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from command_line import HEADER, Crmtool, book

from crmtool.files.history import History
from crmtool.jobs.histories.opening import place_of
from crmtool.jobs.histories.telling import tell_customer
from crmtool.jobs.samples.history import sample_whole
from crmtool.messages.terminal import TERMINAL
from crmtool.review.adjusting.deciding import OUTCOMES

KEPT = ("--history", "h.db")
TIERS = ("客户编号", "客户名称", "客户类型", "年消费额")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return the made-up history: a classification, a plan, a report, and the review of 2024Q2."""
    with History.open(tmp_path / "h.db") as history:
        history.take_over(sample_whole())
    return tmp_path / "h.db"


def ask(sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect("h.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_the_runs_are_listed_newest_last_with_their_tiers(crmtool: Crmtool, clean: Path) -> None:
    for day in ("2023-09-30", "2023-10-31"):
        assert crmtool("classify", clean, "--as-of", day, *KEPT, "-o", f"{day}.xlsx").code == 0
    before = Path("h.db").read_bytes()
    document = crmtool("history", "list", *KEPT, "--json").document
    assert document["schema"] == "crmtool.history/v1"
    assert [run["as_of"] for run in document["runs"]] == ["2023-09-30", "2023-10-31"]
    last = document["runs"][1]
    assert (last["run"], last["command"], last["customers"], last["period"]) == (2, "classify", 3, None)
    counts = {tier["tier"]: tier["customers"] for tier in last["tiers"]}
    assert sum(counts.values()) == 3
    assert counts["high_value"] == 1
    shown = crmtool("history", "list", *KEPT)
    assert "2023-10-31" in shown.out
    assert "高价值客户 1" in shown.out.replace("\n", "")
    assert Path("h.db").read_bytes() == before


def test_a_run_is_told_by_number_by_period_or_as_the_last(crmtool: Crmtool, sample: Path) -> None:
    for asked in ("4", "latest", "2024Q2", "2024q2"):
        document = crmtool("history", "show", asked, *KEPT, "--json").document
        assert (document["schema"], document["run"]) == ("crmtool.history-run/v1", 4)
    assert document["period"] == "2024Q2"
    assert [(kpi["id"], kpi["actual"]) for kpi in document["kpis"]] == [
        ("repeat_rate", 0.85),
        ("cycle", 36.0),
    ]
    (row,) = document["adjustments"]
    assert (row["name"], row["approved_on"], row["applied"]) == (
        "华东精密机械有限公司",
        "2024-07-08",
        "applied",
    )
    # No review of the first quarter, but a classification on a day of it.
    assert crmtool("history", "show", "2024Q1", *KEPT, "--json").document["run"] == 1
    shown = crmtool("history", "show", *KEPT, "-v", "--lang", "zh").out
    for words in (
        "周期 2024Q2",
        "复购率",
        "85.0%",
        "策略调整 1 行，其中已写回 1 行",
        "客户台账.xlsx",
        "同意",
    ):
        assert words in shown


def test_the_kpis_of_a_run_are_told_with_their_units_as_its_review_told_them(
    crmtool: Crmtool, tmp_path: Path
) -> None:
    orders = [("客户编号", "订单日期", "订单金额")]
    orders += [("1", day, amount) for day, amount in (("2023-01-05", 100), ("2024-01-05", 1234.5))]
    orders += [("1", "2024-05-05", 2000.25), ("2", "2024-04-07", 3000.5), ("2", "2024-05-09", 3000)]
    people = [
        ("客户编号", "客户名称", "增长率", "投诉率"),
        ("1", "甲公司", "8%", "0%"),
        ("2", "乙公司", "8%", "0%"),
    ]
    path = book(tmp_path / "a.xlsx", 客户=people, 订单=orders)
    options = ("--rules", "value_risk", "--period", "2024Q2", "-o", "out.xlsx", "--lang", "zh")
    reviewed = crmtool("review", path, *options, *KEPT).out
    shown = crmtool("history", "show", *KEPT, "--lang", "zh").out
    # Three orders of 8,000.75 yuan in the quarter, of two customers.
    for figure in ("1.5单", "2,666.92元"):
        assert figure in reviewed
        assert figure in shown


@pytest.mark.parametrize("asked", ["9", "2025Q1", "soon"])
def test_a_run_that_is_not_there_is_said_with_those_that_are(
    crmtool: Crmtool, sample: Path, asked: str
) -> None:
    ran = crmtool("history", "show", asked, *KEPT)
    assert (ran.code, "[history-no-run]" in ran.err, "1–4" in ran.err) == (2, True, True)


def test_a_customer_is_told_through_time_and_since_when(crmtool: Crmtool, clean: Path) -> None:
    for day in ("2023-09-30", "2023-10-20", "2023-10-31"):
        assert crmtool("classify", clean, "--as-of", day, *KEPT, "-o", f"{day}.xlsx").code == 0
    # Another run of the same day counts in the place of the first.
    assert crmtool("classify", clean, "--as-of", "2023-10-31", *KEPT, "-o", "again.xlsx").code == 0
    document = crmtool("history", "show", "--customer", "甲公司", *KEPT, "--json").document
    assert document["schema"] == "crmtool.history-customer/v1"
    # Bought on 2023-10-15: on 2023-09-30 that had not been.
    stands = [(each["as_of"], each["tier"], each["since"], each["run"]) for each in document["stands"]]
    assert [each[0] for each in stands] == ["2023-09-30", "2023-10-20", "2023-10-31"]
    assert stands[1][1:] == ("high_value", "2023-10-20", 2)
    assert stands[2][1:] == ("high_value", "2023-10-20", 4)
    assert stands[0][1] != "high_value"
    assert document["stands"][2]["reason"]
    shown = crmtool("history", "show", "1", "--customer", "甲公司", *KEPT).out
    assert "2023-09-30" in shown
    assert "2023-10-31" not in shown


def test_a_change_that_waits_is_told_with_the_tier_that_holds(crmtool: Crmtool, sample: Path) -> None:
    assert "（暂" in crmtool("history", "show", "--customer", "C0012", *KEPT, "--lang", "zh").out
    told = tell_customer(place_of(sample, None), "C0012")
    assert [(each.label, each.held) for each in told.stands] == [
        ("高价值客户", None),
        ("潜力客户", "高价值客户"),
    ]


def test_a_customer_with_a_number_is_told_under_all_names_whichever_is_asked_for(crmtool: Crmtool) -> None:
    for day, name in (("2024-03-31", "甲公司"), ("2024-06-30", "甲集团")):
        rows = [("001", name, "稳定客户", 150_000), ("甲公司", "乙公司", "高价值", 30_000)]
        rows += [("003", "丙公司", "稳定客户", 5)]
        old = book(Path(f"{day}.xlsx"), 客户=[TIERS, *rows])
        assert crmtool("history", "import", old, "--rules", "annual_value", *KEPT, "--as-of", day).code == 0
    for asked in ("001", "甲集团"):
        stands = crmtool("history", "show", "--customer", asked, *KEPT, "--json").document["stands"]
        assert [(each["as_of"], each["name"]) for each in stands] == [
            ("2024-03-31", "甲公司"),
            ("2024-06-30", "甲集团"),
        ]
    # another customer's number happens to be the former name: both are called so
    stands = crmtool("history", "show", "--customer", "甲公司", *KEPT, "--json").document["stands"]
    assert [(each["as_of"], each["name"]) for each in stands] == [
        *(
            ("2024-03-31", "甲公司"),
            ("2024-03-31", "乙公司"),
            ("2024-06-30", "甲集团"),
            ("2024-06-30", "乙公司"),
        ),
    ]


def test_what_a_run_counted_is_listed_in_words(crmtool: Crmtool, sample: Path) -> None:
    shown = crmtool("history", "list", *KEPT, "--lang", "zh").out
    assert "回访 1" in shown
    assert "新结果" in shown
    assert "visits 1" in crmtool("history", "list", *KEPT, "--lang", "en").out


def test_what_every_command_counts_has_a_word() -> None:
    told = {key.removeprefix("history-count-") for key in TERMINAL if key.startswith("history-count-")}
    assert set(OUTCOMES) | {"reports", "known", "corrected", "conflicts", "left", "blank"} <= told
    assert {"visits", "unplaced", "sheets"} <= told


def test_nobody_of_that_name_is_said(crmtool: Crmtool, sample: Path) -> None:
    ran = crmtool("history", "show", "--customer", "查无此人", *KEPT)
    assert (ran.code, "[history-no-customer]" in ran.err) == (2, True)


def test_without_a_history_it_is_said_how_to_name_one(crmtool: Crmtool, tmp_path: Path) -> None:
    ran = crmtool("history", "list")
    assert (ran.code, "[no-history-named]" in ran.err) == (2, True)
    for words in (("list",), ("show",), ("export",)):
        ran = crmtool("history", *words, *KEPT)
        assert (ran.code, "[history-not-begun]" in ran.err) == (3, True)
    assert list(tmp_path.iterdir()) == []


def test_the_history_of_the_working_folder_is_meant(crmtool: Crmtool, sample: Path) -> None:
    Path("crmtool.yaml").write_text("history: h.db\n", encoding="utf-8")
    assert len(crmtool("history", "list", "--json").document["runs"]) == 4
    document = crmtool("history", "export", "--json").document
    assert document["schema"] == "crmtool.history-export/v1"
    assert document["rows"]["classifications"] == 4
    assert Path("h-导出-2024-06-30.xlsx").is_file()
    assert crmtool("history", "import", "h-导出-2024-06-30.xlsx").code == 0


def test_an_export_never_goes_over_a_file_of_others(crmtool: Crmtool, sample: Path) -> None:
    mine = book(Path("mine.xlsx"), 客户=[HEADER])
    before = mine.read_bytes()
    assert crmtool("history", "export", *KEPT, "-o", mine).code == 4
    assert mine.read_bytes() == before
    assert crmtool("history", "export", *KEPT, "-o", "h.db").code == 2
    assert crmtool("history", "export", *KEPT, "-o", "new.xlsx", "--dry-run").code == 0
    assert not Path("new.xlsx").exists()


def test_a_damaged_history_is_refused_and_a_held_one_is_busy(crmtool: Crmtool, sample: Path) -> None:
    assert crmtool("history", "export", *KEPT, "-o", "e.xlsx").code == 0
    with History.open(sample):
        # Who only looks is not kept waiting; who writes is.
        assert crmtool("history", "list", *KEPT).code == 0
        assert crmtool("history", "import", "e.xlsx", *KEPT).code == 75
    sample.write_bytes(b"SQLite format 3\x00" + b"\xa5" * 8000)
    for words in (("list",), ("show",), ("export", "-o", "f.xlsx"), ("import", "e.xlsx")):
        assert crmtool("history", *words, *KEPT).code == 3


def test_a_classification_workbook_becomes_a_run_of_its_day(crmtool: Crmtool, clean: Path) -> None:
    assert crmtool("classify", clean, "--as-of", "2023-10-31", *KEPT, "-o", "q3.xlsx").code == 0
    recorded = dict(ask("SELECT name, tier FROM classifications"))
    Path("h.db").unlink()
    ran = crmtool("history", "import", "q3.xlsx", "--rules", "annual_value", *KEPT, "--json")
    assert ran.code == 0
    document = ran.document
    assert document["schema"] == "crmtool.history-import/v1"
    assert (document["kind"], document["added"], document["known"]) == ("classification", [1], 0)
    assert dict(ask("SELECT name, tier FROM classifications")) == recorded
    ((as_of, command, rules),) = ask("SELECT as_of, command, rules_id FROM runs")
    assert (as_of, command, rules) == ("2023-10-31", "classify", "annual_value")
    with History.open(Path("h.db"), is_read_only=True) as history:
        facts = {row["name"]: json.loads(row["facts"]) for row in history.classifications(1).to_pylist()}
    # 15万元 in fen.
    assert 15_000_000 in facts["甲公司"].values()
    before = Path("h.db").read_bytes()
    again = crmtool("history", "import", "q3.xlsx", "--rules", "annual_value", *KEPT)
    assert (again.code, "[history-runs-known]" in again.err) == (0, True)
    assert Path("h.db").read_bytes() == before


def test_an_earlier_ledger_with_a_tier_column_is_recorded_as_its_people_had_it(crmtool: Crmtool) -> None:
    rows = [
        ("001", "甲公司", "稳定客户", 150_000),
        ("002", "乙公司", "高价值", 30_000),
        ("003", "丙公司", "老客户", 5),
    ]
    old = book(Path("去年.xlsx"), 客户=[TIERS, *rows])
    line = ("history", "import", old, "--rules", "annual_value", *KEPT)
    ran = crmtool(*line)
    assert (ran.code, "[import-without-day]" in ran.err, Path("h.db").exists()) == (2, True, False)
    rehearsed = crmtool(*line, "--as-of", "2025-12-31", "--dry-run")
    assert (rehearsed.code, Path("h.db").exists()) == (0, False)
    ran = crmtool(*line, "--as-of", "2025-12-31")
    assert ran.code == 0
    assert "[strange-tier-label]" in ran.err
    assert ask("SELECT customer_key, tier FROM classifications ORDER BY customer_key") == [
        ("001", "stable"),
        ("002", "high_value"),
        ("003", None),
    ]
    assert ask("SELECT as_of, counts FROM runs") == [("2025-12-31", '{"":1,"high_value":1,"stable":1}')]


def test_rules_and_tiers_must_be_known(crmtool: Crmtool, clean: Path) -> None:
    ran = crmtool("history", "import", clean, "--as-of", "2023-10-31", *KEPT)
    assert (ran.code, "[import-without-rules]" in ran.err) == (2, True)
    ran = crmtool("history", "import", clean, "--as-of", "2023-10-31", "--rules", "annual_value", *KEPT)
    assert (ran.code, "[import-without-tiers]" in ran.err) == (3, True)
    assert not Path("h.db").exists()


def test_a_day_that_differs_from_the_one_the_workbook_says_is_told(crmtool: Crmtool, clean: Path) -> None:
    assert crmtool("classify", clean, "--as-of", "2023-10-31", "-o", "q3.xlsx").code == 0
    line = ("history", "import", "q3.xlsx", "--rules", "annual_value", *KEPT)
    ran = crmtool(*line, "--as-of", "2023-11-05")
    assert (ran.code, "[import-other-day]" in ran.err) == (0, True)
    assert ask("SELECT as_of FROM runs") == [("2023-11-05",)]


def test_the_day_is_taken_from_the_column_that_results_were_written_into(
    crmtool: Crmtool, clean: Path
) -> None:
    assert crmtool("classify", clean, "--as-of", "2023-10-31", "-o", "q3.xlsx", "--update-ledger").code == 0
    assert crmtool("history", "import", clean, "--rules", "annual_value", *KEPT).code == 0
    assert ask("SELECT as_of, (SELECT count(tier) FROM classifications) FROM runs") == [("2023-10-31", 3)]


def test_a_history_is_no_workbook_to_import_into_itself(crmtool: Crmtool, sample: Path) -> None:
    ran = crmtool("history", "import", "h.db", *KEPT)
    assert (ran.code, "[history-in-the-way]" in ran.err) == (2, True)

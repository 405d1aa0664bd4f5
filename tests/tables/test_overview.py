"""分级概览: counts, shares and amounts, and what the run rests on."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from hand_made import annual_value, decisions, frame, two_companies

from crmtool.content import OutTable
from crmtool.errors import Finding
from crmtool.messages import CATALOG
from crmtool.rules.cases import Cases
from crmtool.rules.model import Tier
from crmtool.tables import overview


def rows(table: OutTable) -> list[tuple[object, ...]]:
    return list(zip(*(column.cells.to_pylist() for column in table.columns), strict=True))


def test_each_tier_has_its_customers_and_amounts_and_the_undecided_come_last_if_there_are_some() -> None:
    _, cases = two_companies()
    table = overview.build(cases, decisions(), annual_value())
    assert rows(table) == [
        ("高价值客户", 1, 0.5, 150000.0, 150000 / 180000),
        ("稳定客户", 1, 0.5, 30000.0, 30000 / 180000),
    ]
    undecided = decisions(tier=["high_value", None], label=["高价值客户", "待补资料"])
    assert rows(overview.build(cases, undecided, annual_value())) == [
        ("高价值客户", 1, 0.5, 150000.0, 150000 / 180000),
        ("稳定客户", 0, 0.0, 0.0, 0.0),
        ("待补资料", 1, 0.5, 30000.0, 30000 / 180000),
    ]


def test_an_amount_that_is_only_a_range_is_left_out_of_the_sum_and_said_so() -> None:
    ledger, _ = two_companies()
    ranged = Cases(
        frame(
            {
                "annual_amount": (pa.int64(), [15_000_000, 3_000_000]),
                "annual_amount__high": (pa.int64(), [None, 5_000_000]),
            }
        )
    )
    table = overview.build(ranged, decisions(), annual_value())
    assert [row[3:] for row in rows(table)] == [(150000.0, 1.0), (None, None)]
    told = overview.scalars(ledger, ranged, decisions(), annual_value(), tool_version="0")
    assert told["amount_note"] == "金额为“年消费额”，单位：元。1 位客户的金额未知或只是区间，未计入合计。"


def test_nobody_and_nothing_have_no_share() -> None:
    cases = Cases(frame({"annual_amount": (pa.int64(), [])}))
    nobody = decisions(tier=[], label=[], rule=[], rule_origin=[], origin=[])
    assert rows(overview.build(cases, nobody, annual_value()))[0] == ("高价值客户", 0, None, 0.0, None)


def test_the_run_is_named_with_its_day_its_rules_and_its_ledger() -> None:
    ledger, cases = two_companies()
    told = overview.scalars(ledger, cases, decisions(), annual_value(), tool_version="1.2")
    assert told["as_of"] == date(2023, 10, 31)
    assert (told["rule_set_id"], told["rule_set_version"]) == ("annual_value", "2024.1")
    assert (told["ledger_file"], told["ledger_sheets"]) == ("customers.xlsx", "客户")
    assert told["left_out"] == "合计行 1"
    assert told["total_amount"] == 180000.0


def test_findings_are_summed_up_by_code_with_all_their_places() -> None:
    code, other = sorted(CATALOG)[:2]
    found = [Finding(code, count=3), Finding(other), Finding(code)]
    counts = dict(
        zip(
            *(column.cells.to_pylist() for column in overview.findings_summary(found).columns[3:0:-2]),
            strict=True,
        )
    )
    assert counts == {code: 4, other: 1}


def test_a_finding_is_told_in_chinese_and_its_code_comes_last() -> None:
    table = overview.findings_summary([Finding("text-truncated", column="备注", count=2)])
    assert [column.header for column in table.columns] == ["级别", "处数", "举例", "代码"]
    assert rows(table) == [
        ("注意", 2, "“备注” 有 2 个单元格超过 32767 个字符，已截断", "text-truncated"),
    ]


def test_tiers_are_ordered_by_rank_and_those_of_one_rank_as_in_the_file() -> None:
    _, cases = two_companies()
    tiers = [Tier("low", "低", 3), Tier("b", "乙", 2), Tier("a", "甲", 2), Tier("top", "高", 1)]
    rule_set = annual_value(tiers={tier.id: tier for tier in tiers}, rules=())
    judged = decisions(tier=["a", None])
    assert [row[0] for row in rows(overview.build(cases, judged, rule_set))] == [
        *("高", "乙", "甲", "低"),
        "待补资料",
    ]
    assert list(overview.row_labels(judged, rule_set)) == ["top", "b", "a", "low", ""]


def test_assumptions_name_how_many_customers_they_touch() -> None:
    assert rows(overview.assumptions(decisions())) == [("没有 需求挖掘程度 列：视为未完全挖掘", 2)]


def test_amounts_that_nobody_has_are_unknown_and_not_zero() -> None:
    ledger, _ = two_companies()
    without = Cases(frame({"last_order": (pa.date32(), [None, None])}))
    amounts = [row[3] for row in rows(overview.build(without, decisions(), annual_value()))]
    assert amounts == [None, None]
    told = overview.scalars(ledger, without, decisions(), annual_value(), tool_version="0")
    assert told["total_amount"] is None

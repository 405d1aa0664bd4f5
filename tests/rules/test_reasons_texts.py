"""Reasons: the customer's own values, the tests they passed, the rule and whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from case_frames import arrow_table, as_pandas, cases_of, shipped
from customer_tables import customers
from scalar_evaluator import EMPTY, UNREADABLE

from crmtool.ledger.ledger import Table
from crmtool.messages import Lang
from crmtool.rules.cases import Cases
from crmtool.rules.judging.judge import judge
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.reasons import reasons

AS_OF = date(2023, 10, 31)


def said(
    name: str, rows: list[dict[str, Any]], table: Table | None = None, lang: Lang = "zh", **how: Any
) -> list[str]:
    rules = shipped(name)
    cases = replace(
        cases_of(rules, rows, how.get("absent", ()), how.get("levels", ())), derived=how.get("derived", {})
    )
    judgement = judge(cases, rules, AS_OF)
    return reasons(judgement, CellTexts(cases, rules, table, lang), lang).to_pylist()


A = {"annual_amount": Fraction(150_000), "last_order": date(2023, 10, 15), "tenure": date(2021, 10, 31)}
B = {"annual_amount": Fraction(30_000), "last_order": date(2023, 8, 20), "tenure": date(2023, 4, 30)}


def test_a_reason_names_values_tests_rule_and_whose_rule_it_is() -> None:
    typed = customers(2, {"tenure__text": ["2年", "6个月"]})
    assert said("annual_value", [A, B], typed) == [
        "年消费额 15万元 ≥ 10万元；最近订单 2023-10-15 在近3个月内；合作时长 2年 ≥ 1年（原文规则 hv）",
        "年消费额 3万元 ≥ 2万元 且 < 5万元；最近订单 2023-08-20 在近6个月内（补缺规则 stable_cooling）；提示：降温预警",
    ]


def test_without_typed_text_a_span_is_counted_from_its_day() -> None:
    assert "合作时长 2021-10-31起 ≥ 1年" in said("annual_value", [A])[0]


def test_reasons_are_in_english_too() -> None:
    assert said("annual_value", [B], lang="en")[0].startswith(
        "年消费额 CNY 30,000 ≥ CNY 20,000 and < CNY 50,000; "
    )


def test_a_counted_value_says_where_it_comes_from_unless_the_ledger_told_it() -> None:
    own = customers(2, {"annual_amount": [15_000_000, None]})
    first, second = said(
        "annual_value", [A, A], own, derived={"annual_amount": "orders", "last_order": "orders"}
    )
    assert first.startswith("年消费额 15万元 ≥ 10万元；最近订单 2023-10-15（据订单明细） 在近3个月内")
    assert second.startswith("年消费额 15万元（订单合计） ≥ 10万元")


def test_an_assumed_value_says_so() -> None:
    row = {"annual_amount": Fraction(60_000), "last_order": date(2023, 10, 1), "tenure": date(2020, 1, 1)}
    assert said("annual_value", [row]) == [
        "年消费额 6万元 ≥ 5万元 且 < 10万元；最近订单 2023-10-01 在近6个月内；需求挖掘程度 视为未挖掘（原文规则 pot）"
    ]


def test_a_range_is_shown_as_it_was_typed() -> None:
    rules = shipped("four_dimensions")
    table = arrow_table(rules, [{"annual_amount": Fraction(120_000), "monthly_freq": Fraction(6)}])
    table = table.append_column("monthly_freq__high", pa.array([8.0]))
    cases = Cases(as_pandas(table), frozenset({"loyal_years", "potential_rating"}))
    judgement = judge(cases, rules, AS_OF)
    shown = [
        reasons(judgement, CellTexts(cases, rules, own, "zh"), "zh")[0].as_py()
        for own in (None, customers(1, {"monthly_freq__text": ["6-8次"]}))
    ]
    assert "月均消费次数 6至8 > 5" in shown[0]
    assert "月均消费次数 6-8次 > 5" in shown[1]


def test_the_undecided_are_told_which_tiers_are_possible_and_what_decides() -> None:
    row = {"last_order": date(2023, 10, 15), "tenure": date(2020, 1, 1), "demand_explored": "部分挖掘"}
    blank, unread = said("annual_value", [row, {**row, "annual_amount": UNREADABLE}])
    assert blank == "可能是 高价值客户 或 潜力客户 或 稳定客户 或 低价值/沉默客户；补上 年消费额 即可判定"
    assert unread.endswith("；改正 年消费额（读不出）即可判定")


def test_what_is_to_be_filled_in_and_what_to_be_corrected_are_both_needed() -> None:
    row = {"annual_amount": UNREADABLE, "tenure": date(2020, 1, 1), "demand_explored": "部分挖掘"}
    (zh,) = said("annual_value", [row])
    assert zh.endswith("；补上 最近订单 并改正 年消费额（读不出）即可判定")
    (en,) = said("annual_value", [row], lang="en")
    assert en.endswith("; fill in 最近订单 and correct 年消费额 (unreadable) to decide")


def test_of_a_field_that_only_rows_can_tell_it_is_the_rows_that_are_to_be_cleared_up() -> None:
    row = {"annual_amount": UNREADABLE, "last_order": UNREADABLE, "demand_explored": "部分挖掘"}
    row["tenure"] = date(2020, 1, 1)
    own = customers(1, {"annual_amount": [None]})
    derived = {"annual_amount": "orders", "last_order": "orders"}
    (zh,) = said("annual_value", [row], own, derived=derived)
    assert zh.endswith(
        "；改正 年消费额（读不出）并查清 最近订单 所据的明细（没有日期、读不出或不知是谁的）即可判定"
    )
    (en,) = said("annual_value", [row], own, "en", derived=derived)
    assert "correct 年消费额 (unreadable) and clear up the rows behind 最近订单 (undated," in en


def test_a_filled_cell_that_cannot_be_read_is_quoted_also_beside_counted_ones() -> None:
    rules = shipped("annual_value")
    cases = replace(
        cases_of(rules, [{"annual_amount": UNREADABLE}, {}, {"annual_amount": UNREADABLE}]),
        derived={"annual_amount": "orders"},
    )
    columns = {
        "annual_amount": pa.array([None] * 3, pa.int64()),
        "annual_amount__state": pa.array([2, 0, 2], pa.int8()),
        "annual_amount__text": ["约8万", None, None],
    }
    texts = CellTexts(cases, rules, customers(3, columns), "zh").of("annual_amount").to_pylist()
    assert texts == ["“约8万”（读不出）", "未知（明细不足以计算）", "读不出"]


def test_a_tier_proved_by_one_rule_whatever_is_unknown_names_that_rule() -> None:
    row = {"annual_amount": Fraction(6_000), "last_order": EMPTY, "tenure": EMPTY}
    assert said("annual_value", [row]) == ["年消费额 6,000元 < 2万元（原文规则 low）"]


def test_matrix_reasons_go_by_dimension() -> None:
    row = {
        "arpu": Fraction(50_000),
        "growth": Fraction(0),
        "complaint_rate": Fraction(5, 100),
        "last_order": date(2023, 9, 1),
    }
    assert said("value_risk", [row]) == [
        "价值维度 低价值：ARPU值 5万元 < 10万元；风险维度 低风险：投诉率 5% ≤ 5%；最近订单 2023-09-01 在近3个月内"
    ]


def test_score_reasons_go_by_dimension_with_given_levels_and_the_score() -> None:
    row = {
        "annual_amount": Fraction(120_000),
        "level:frequency": "high",
        "level:loyalty": "maybe",
        "level:potential": "high",
    }
    absent, levels = (
        ("monthly_freq", "loyal_years", "potential_rating"),
        ("frequency", "loyalty", "potential"),
    )
    assert said("four_dimensions", [row], absent=absent, levels=levels) == [
        "消费金额 高消费：年消费金额 12万元 > 10万元；消费频率 高频（台账所列）；忠诚度 潜在忠诚（台账所列）；"
        "潜在价值 高潜力（台账所列）；综合分 2.75 ≥ 2.5（补缺规则 vip）"
    ]


def test_an_empty_level_column_is_asked_for_by_its_own_name() -> None:
    row = {"annual_amount": Fraction(60_000), "level:loyalty": "loyal", "level:potential": "mid"}
    absent, levels = (
        ("monthly_freq", "loyal_years", "potential_rating"),
        ("frequency", "loyalty", "potential"),
    )
    assert said("four_dimensions", [row], absent=absent, levels=levels)[0].endswith("补上 消费频率 即可判定")


@pytest.mark.parametrize(
    ("name", "absent"),
    [("annual_value", ()), ("four_dimensions", ("monthly_freq", "loyal_years", "potential_rating"))],
)
def test_each_row_keeps_its_own_values(name: str, absent: tuple[str, ...]) -> None:
    rows = [
        {"annual_amount": Fraction(amount), "last_order": AS_OF, "tenure": date(2020, 1, 1)}
        for amount in range(100_001, 100_041)
    ]
    found = said(name, rows, absent=absent)
    assert all(
        f"{amount:,}元" in reason for amount, reason in zip(range(100_001, 100_041), found, strict=True)
    )

"""A trace: one customer's values, every test, why not each higher tier, and what would move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from case_frames import cases_of, shipped
from customer_tables import customers
from scalar_evaluator import UNREADABLE

from crmtool.rules.conditions import Atom, OneOf
from crmtool.rules.judging.judge import judge
from crmtool.rules.telling.trace import Trace, trace, trace_lines

AS_OF = date(2023, 10, 31)
B = {"annual_amount": Fraction(30_000), "last_order": date(2023, 8, 20), "tenure": date(2023, 4, 30)}
A = {"annual_amount": Fraction(150_000), "last_order": date(2023, 10, 15), "tenure": date(2021, 10, 31)}


def story(name: str, rows: list[dict[str, Any]], row: int = 0, **how: Any) -> Trace:
    rules = shipped(name)
    cases = cases_of(rules, rows, how.get("absent", ()), how.get("levels", ()))
    judgement = judge(cases, rules, AS_OF)
    return trace(cases, rules, judgement, row, AS_OF, customers(len(rows), how.get("columns")))


def lines(name: str, told: Trace, lang: Any = "zh") -> list[str]:
    return list(trace_lines(told, shipped(name), lang))


def test_every_rule_has_each_of_its_tests_with_what_it_came_to() -> None:
    told = story("annual_value", [A, B], 1)
    by_id = {rule.id: rule for rule in told.rules}
    assert [(rule.id, rule.holds) for rule in told.rules if rule.holds] == [("stable_cooling", True)]
    assert [fact.holds for fact in by_id["hv"].tests] == [False, True, False]
    assert by_id["stable_cooling"].origin == "resolution"


def test_each_higher_tier_says_everything_that_keeps_the_customer_out() -> None:
    said = lines("annual_value", story("annual_value", [A, B], 1, columns={"tenure__text": ["2年", "6个月"]}))
    start = said.index("为什么不是更高的等级：")
    assert said[start + 1 : start + 4] == [
        "  高价值客户（hv）：须 年消费额 10万元以上（含），现为 3万元；须 合作时长 满1年，现为 6个月",
        "  潜力客户（pot）：须 年消费额 5万元以上（含）、不满10万元，现为 3万元",
        "  潜力客户（big_not_qualified）：须 年消费额 10万元以上（含），现为 3万元",
    ]
    assert said[0] == "等级：稳定客户"
    assert said[-3:] == [
        "怎样升级（改动最少的办法）：",
        "  距 潜力客户 还差：年消费额 2万元",
        "  距 高价值客户 还差：年消费额 7万元；合作时长 满1年（2024-04-30 起）",
    ]


def test_a_higher_tiers_rule_that_holds_says_which_rule_came_first() -> None:
    rules = shipped("annual_plan")
    reordered = replace(rules, rules=tuple(reversed(rules.rules)))
    row = {"annual_amount": Fraction(60_000), "orders_12m": Fraction(1), "first_order": date(2023, 9, 1)}
    cases = cases_of(reordered, [row])
    judgement = judge(cases, reordered, AS_OF)
    told = trace(cases, reordered, judgement, 0, AS_OF, None)
    assert told.verdict.tier == "new"
    said = trace_lines(told, reordered, "zh")
    assert "  重要客户（imp）：条件成立，但先命中 new" in said
    assert "  一般客户（gen）：条件成立，但先命中 new" in said


def test_a_matrix_says_which_level_each_better_cell_asks_for() -> None:
    row = {
        "arpu": Fraction(50_000),
        "growth": Fraction(0),
        "complaint_rate": Fraction(6, 100),
        "last_order": date(2023, 10, 1),
    }
    said = lines("value_risk", story("value_risk", [row]))
    assert (
        "  高价值稳定型（high.safe）：价值维度 须 高价值，现为 低价值；风险维度 须 低风险，现为 高风险"
        in said
    )
    assert "  低价值稳定型（low.safe）：风险维度 须 低风险，现为 高风险" in said


def test_the_undecided_see_open_tests_and_what_would_decide() -> None:
    told = story("annual_value", [{**A, "annual_amount": UNREADABLE}])
    said = lines("annual_value", told)
    assert told.verdict.missing == ("annual_amount",)
    assert said[0] == "等级：待补资料"
    assert "  年消费额 读不出" in said
    assert "    ? 年消费额 10万元以上（含）" in said
    assert told.obstacles == ()


def test_absent_columns_assumptions_levels_scores_and_tags_are_told() -> None:
    row = {"annual_amount": Fraction(80_000), "level:frequency": "mid"}
    absent = ("monthly_freq", "loyal_years", "potential_rating")
    said = lines("four_dimensions", story("four_dimensions", [row], absent=absent, levels=("frequency",)))
    assert "  消费频率 中频（台账所列）" in said
    assert "  忠诚度 不计" in said
    assert "  月均消费次数（没有这一列）" in said
    assert "综合分 2" in said
    assumed = lines("annual_value", story("annual_value", [A]))
    assert "  需求挖掘程度 空白，视为未挖掘" in assumed
    assert "  ? RFM高价值" in assumed


def test_an_obstacle_says_what_an_empty_cell_was_taken_as() -> None:
    rules = shipped("annual_value")
    strict = replace(
        rules,
        rules=(
            replace(rules.rules[0], when=Atom("demand_explored", OneOf(("充分挖掘",)))),
            *rules.rules[1:],
        ),
    )
    cases = cases_of(strict, [{**A, "annual_amount": Fraction(60_000), "tenure": date(2020, 1, 1)}])
    traced = trace(cases, strict, judge(cases, strict, AS_OF), 0, AS_OF, None)
    assert "  高价值客户（hv）：须 需求挖掘程度 为 充分挖掘，现为 视为未挖掘" in trace_lines(
        traced, strict, "zh"
    )


def test_an_unreadable_cell_is_shown_as_it_stands() -> None:
    rows = [{**A, "annual_amount": UNREADABLE}]
    said = lines("annual_value", story("annual_value", rows, columns={"annual_amount__text": ["约8万"]}))
    assert "  年消费额 “约8万”（读不出）" in said


def test_a_trace_reads_in_english_too() -> None:
    said = lines("annual_value", story("annual_value", [B]), "en")
    assert said[0] == "Tier: 稳定客户"
    assert "    √ 最近订单 within the last 3 months" in said
    assert said[-2] == "  to reach 潜力客户: CNY 20,000 more of 年消费额"
    assert not any("；" in line or "（" in line.replace("（B2B）", "") for line in said if "客户" not in line)

"""Advice: what would move a customer up, proved by an independent evaluator."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from case_frames import cases_of, shipped
from scalar_evaluator import EMPTY, NAMES, Scalar

from crmtool.ledger.quantities import Duration
from crmtool.messages import Lang
from crmtool.rules.judging.judge import judge
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.advice import advise, reached_on
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.moves import Plan, plans

AS_OF = date(2024, 6, 30)


def advised(
    rules: RuleSet,
    rows: list[dict[str, Any]],
    lang: Lang = "zh",
    absent: tuple[str, ...] = (),
    levels: tuple[str, ...] = (),
) -> list[tuple[str | None, str | None]]:
    cases = cases_of(rules, rows, absent, levels)
    judgement = judge(cases, rules, AS_OF)
    tiers, words = advise(judgement, CellTexts(cases, rules, None, lang), AS_OF, lang)
    return list(zip(tiers.to_pylist(), words.to_pylist(), strict=True))


def client(amount: int, last: str = "2024-06-10", tenure: str = "2020-01-01", **more: Any) -> dict[str, Any]:
    return {
        "annual_amount": Fraction(amount),
        "last_order": date.fromisoformat(last),
        "tenure": date.fromisoformat(tenure),
        **more,
    }


def test_what_is_lacking_is_told_in_the_customers_own_figures() -> None:
    rules = shipped("annual_value")
    assert advised(rules, [client(70_000), client(96_000), client(150_000)]) == [
        ("high_value", "距 高价值客户 还差：年消费额 3万元"),
        ("high_value", "距 高价值客户 还差：年消费额 4,000元"),
        (None, None),  # already the best
    ]
    assert advised(rules, [client(70_000)], "en")[0][1] == "to reach 高价值客户: CNY 30,000 more of 年消费额"


def test_time_is_waited_for_and_orders_are_made_more_recent() -> None:
    rules = shipped("annual_value")
    young = client(150_000, tenure="2023-08-01")
    asleep = client(150_000, last="2024-02-28")
    both = client(80_000, last="2024-02-28", tenure="2023-08-01")
    assert [words for _, words in advised(rules, [young, asleep, both])] == [
        "距 高价值客户 还差：合作时长 满1年（2024-08-01 起）",
        "距 高价值客户 还差：最近订单 在近3个月内",
        "距 高价值客户 还差：年消费额 2万元；最近订单 在近3个月内；合作时长 满1年（2024-08-01 起）",
    ]


def test_the_day_on_which_a_span_is_full_counts_and_short_months_are_clamped() -> None:
    assert reached_on(date(2023, 6, 30), Duration(months=12)) == date(2024, 6, 30)
    assert reached_on(date(2024, 2, 29), Duration(months=12)) == date(
        2025, 3, 1
    )  # 28 February lays back to the 28th


def test_a_silent_customer_is_told_the_shortest_way_up() -> None:
    # One order makes the 15万 customer 潜力; 稳定, which is nearer in rank, would ask for three changes.
    assert advised(shipped("annual_value"), [client(150_000, last="2023-01-01", tenure="2024-01-01")]) == [
        ("potential", "距 潜力客户 还差：最近订单 在近6个月内")
    ]


def test_of_two_ways_each_customer_is_given_the_one_that_changes_least() -> None:
    rules = shipped("annual_plan")
    rows = [
        {
            "annual_amount": Fraction(45_000),
            "orders_12m": Fraction(2),
        },  # 10 % of the line, against 8 of 10 orders
        {"annual_amount": Fraction(12_000), "orders_12m": Fraction(9)},
    ]
    assert [words for _, words in advised(rules, rows)] == [
        "距 重要客户 还差：年度购买金额 5,000元",
        "距 重要客户 还差：年度购买频率 再增 1",
    ]


def test_complaints_go_down_and_equal_ranks_are_no_goal() -> None:
    rules = shipped("value_risk")
    risky = {
        "arpu": Fraction(200_000),
        "growth": Fraction(0),
        "complaint_rate": Fraction(6, 100),
        "last_order": AS_OF,
    }
    stable = {**risky, "complaint_rate": Fraction(1, 100)}
    assert advised(rules, [risky, stable]) == [
        ("hv_stable", "距 高价值稳定型 还差：投诉率 降到 5%"),
        (None, None),
    ]


def test_a_given_level_moves_up_where_its_dimension_can_be_moved() -> None:
    row = {
        "annual_amount": Fraction(80_000),
        "level:frequency": "mid",
        "level:loyalty": "maybe",
        "level:potential": "mid",
    }
    absent, levels = (
        ("monthly_freq", "loyal_years", "potential_rating"),
        ("frequency", "loyalty", "potential"),
    )
    tier, words = advised(shipped("four_dimensions"), [row], absent=absent, levels=levels)[0]
    assert tier == "vip"
    assert words is not None and "潜在价值" not in words  # nobody can be told to be judged promising


def test_a_field_that_may_not_be_moved_is_not_advised() -> None:
    rules = shipped("annual_value")
    fixed = replace(rules.fields["annual_amount"], movable=False)
    assert advised(replace(rules, fields={**rules.fields, "annual_amount": fixed}), [client(70_000)]) == [
        (None, None)
    ]


def test_the_undecided_get_no_advice() -> None:
    assert advised(shipped("annual_value"), [{"last_order": AS_OF, "tenure": EMPTY}]) == [(None, None)]


@pytest.mark.parametrize("name", NAMES)
def test_every_plan_lands_where_it_says_and_never_moves_backwards(name: str) -> None:
    rules, scalar, chance = shipped(name), Scalar(name, AS_OF), random.Random(11)
    fields = [f for f in scalar.fields if scalar.tests(f) and scalar.kind(f) not in ("text", "contains")]
    rows = [{f: chance.choice(scalar.samples(f)) for f in fields} for _ in range(120)]
    judgement = judge(cases_of(rules, rows), rules, AS_OF)
    checked = 0
    for row, number in zip(rows, judgement.classes.to_pylist(), strict=True):
        kind = judgement.kinds[number]
        for plan in plans(judgement.judging, kind):
            moved = {**row, **dict(apply(plan, rules))}
            assert scalar.judge(moved)[0] == {plan.tier}, (row, plan)
            assert rules.tiers[plan.tier].rank < rules.tiers[kind.verdict.tier].rank
            for field in moved.keys() & {move.subject for move in plan.moves}:
                assert is_better(row[field], moved[field], scalar.fields[field]), (field, row, plan)
            checked += 1
    assert checked > 20


def apply(plan: Plan, rules: RuleSet) -> list[tuple[str, Any]]:
    """The smallest values that make the moves, worked out from their bounds."""
    found: list[tuple[str, Any]] = []
    for move in plan.moves:
        if move.bound is None:
            found.append((move.subject, move.text))
            continue
        value = move.bound.value
        on_it = move.bound.inclusive == (move.way in ("up", "recent"))
        if isinstance(value, date):
            step = timedelta(days=0 if on_it else 1 if move.way == "recent" else -1)
            found.append((move.subject, value + step))
        else:
            kind = rules.fields[move.subject].spec.kind
            unit = Fraction(1, 100) if kind == "money" else Fraction(1)
            figure = Fraction(str(value)) * unit
            tick = {"count": Fraction(1), "percent": Fraction(1, 10_000)}.get(kind, Fraction(1, 100))
            found.append((move.subject, figure + (0 if on_it else tick if move.way == "up" else -tick)))
    return found


def is_better(before: Any, after: Any, field: dict[str, Any]) -> bool:
    if field["type"] == "enum":
        before, after = field["values"].index(before), field["values"].index(after)
    if field["type"] == "age":  # older is an earlier day
        before, after = -before.toordinal(), -after.toordinal()
    return after > before if field["better"] == "up" else after < before


def test_no_words_of_advice_are_left_unfilled() -> None:
    rules, chance = shipped("annual_value"), random.Random(1)
    days = [AS_OF - timedelta(days=30 * n) for n in range(30)]
    rows = [
        {
            "annual_amount": Fraction(chance.randrange(200_000)),
            "last_order": chance.choice(days),
            "tenure": chance.choice(days),
        }
        for _ in range(200)
    ]
    for _, words in advised(rules, rows):
        left = re.sub(r"\d{4}-\d\d-\d\d", "", words or "")
        assert not re.search(r"None|[{}]|\x00|-\d", left), words

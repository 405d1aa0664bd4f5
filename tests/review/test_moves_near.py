"""Who stands near a line: by one field, on either side, judged with all else left as it is."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from moves_cases import NEVER, NOW, compared, judged, random_row, rules
from scalar_evaluator import NAMES, Scalar

from crmtool.review.moves.near import near_of
from crmtool.rules.judging.judge import judge

ANNUAL = rules("annual_value")
FINE = {"last_order": date(2026, 9, 20), "tenure": date(2015, 1, 1), "demand_explored": "部分挖掘"}


def near(rows: dict[str, dict[str, Any]], rule_set: Any = ANNUAL, lang: Any = "zh") -> list[tuple[Any, ...]]:
    now = judged(rule_set, [{"name": name, **row} for name, row in rows.items()])
    found = near_of(now, rule_set, NOW, lang)
    return found[["name", "side", "tier", "field", "value", "line"]].to_numpy().tolist()


def test_money_is_near_within_a_tenth_of_the_line_on_both_sides() -> None:
    amounts = {
        "近": 90_000,
        "远": Fraction(8_999_999, 100),
        "刚过": 110_000,
        "早过": Fraction(11_000_001, 100),
    }
    assert near({name: {**FINE, "annual_amount": amount} for name, amount in amounts.items()}) == [
        ["近", "below", "high_value", "annual_amount", "9万元", "10万元"],
        ["刚过", "above", "potential", "annual_amount", "11万元", "10万元"],
    ]


def test_a_line_that_makes_no_other_tier_is_none() -> None:
    # Not a year with us: 10万元 makes no difference, 5万元 does.
    young = {**FINE, "tenure": date(2026, 3, 1)}
    assert near({"甲": {**young, "annual_amount": 99_000}, "乙": {**young, "annual_amount": 52_000}}) == [
        ["乙", "above", "stable", "annual_amount", "5.2万元", "5万元"]
    ]


def test_ages_are_near_within_a_tenth_of_their_span() -> None:
    # 3 months before 30 September are 92 days, a tenth of them 9.2; whole days from 30 June on.
    days = {
        "刚好": date(2026, 6, 30),
        "九天": date(2026, 7, 9),
        "十天": date(2026, 7, 10),
        "过了": date(2026, 6, 29),
    }
    rows = {name: {**FINE, "annual_amount": 150_000, "last_order": day} for name, day in days.items()}
    assert near(rows) == [
        ["刚好", "above", "potential", "last_order", "2026-06-30", "3个月"],
        ["九天", "above", "potential", "last_order", "2026-07-09", "3个月"],
        ["过了", "below", "high_value", "last_order", "2026-06-29", "3个月"],
    ]


def test_nobody_is_near_a_tier_that_only_a_shorter_tenure_would_lead_to() -> None:
    # 5万元 to 10万元, 充分挖掘: potential within the first year, stable from then on.
    row = {**FINE, "annual_amount": 75_000, "demand_explored": "充分挖掘"}
    days = {"快满一年": date(2025, 10, 10), "刚满一年": date(2025, 9, 20)}
    assert near({name: {**row, "tenure": day} for name, day in days.items()}) == [
        ["快满一年", "above", "stable", "tenure", "2025-10-10", "1年"]
    ]


def test_what_is_near_by_two_fields_is_there_twice_in_the_rules_order() -> None:
    row = {**FINE, "annual_amount": 105_000, "last_order": date(2026, 7, 1)}
    assert [each[3] for each in near({"甲": row})] == ["annual_amount", "last_order"]


def test_never_locks_and_undecided_customers_are_left_out() -> None:
    rows = {
        "锁定": {**FINE, "annual_amount": 99_000, "lock_tier": "稳定客户"},
        "未定": {"annual_amount": 99_000},
        "从未": {**FINE, "annual_amount": 99_000, "last_order": NEVER},
    }
    assert near(rows) == []


def test_a_range_is_near_nothing() -> None:
    now = judged(ANNUAL, [{"name": "甲", **FINE, "annual_amount": 60_000}])
    high = pd.array(pa.array([9_900_000]), dtype=pd.ArrowDtype(pa.int64()))
    cases = replace(now.cases, frame=now.cases.frame.assign(annual_amount__high=high))
    ranged = replace(now, cases=cases, judgement=judge(cases, ANNUAL, NOW))
    assert ranged.judgement.verdicts[0].tier == "potential"
    assert len(near_of(ranged, ANNUAL, NOW)) == 0


def test_near_is_what_the_rules_say_for_each_direction() -> None:
    terms = {"transitions": {"upgrade": {"near": "20%"}, "downgrade": {"near": "1%"}}}
    own = replace(ANNUAL, plain=terms)
    rows = {name: {**FINE, "annual_amount": amount} for name, amount in (("下", 81_000), ("上", 102_000))}
    assert near(rows, own) == [["下", "below", "high_value", "annual_amount", "8.1万元", "10万元"]]


def test_in_english_figures_and_spans_are_english() -> None:
    rows = {"甲": {**FINE, "annual_amount": 105_000, "last_order": date(2026, 7, 1)}}
    assert [each[4:] for each in near(rows, lang="en")] == [
        ["CNY 105,000", "CNY 100,000"],
        ["2026-07-01", "3 months"],
    ]


def test_the_review_has_them_also_where_there_is_nothing_to_compare_with() -> None:
    now = judged(ANNUAL, [{"name": "甲", "owner": "张三", **FINE, "annual_amount": 90_000}])
    (row,) = compared(now, None, ANNUAL).near.to_dict("records")
    assert (row["customer"], row["owner"], row["now"], row["distance"]) == (0, "张三", "potential", 0.1)


@pytest.mark.parametrize("name", NAMES)
def test_stepping_over_the_line_does_lead_to_the_tier_by_an_evaluator_of_its_own(name: str) -> None:
    scalar, chance, rule_set = Scalar(name, NOW), random.Random(17), rules(name)
    rows = [{**random_row(scalar, chance, 0.0), "name": f"客户{n}"} for n in range(60)]
    found = near_of(judged(rule_set, rows), rule_set, NOW)
    checked = 0
    for customer, field, tier, side in found[["customer", "field", "tier", "side"]].to_numpy().tolist():
        row = rows[customer]
        tried = [
            scalar.judge({**row, field: value})[0] for value in scalar.samples(field) if value != row[field]
        ]
        (own,) = scalar.judge(row)[0]
        ranks = {each.id: each.rank for each in rule_set.tiers.values()}
        assert {tier} in tried
        assert (ranks[tier] < ranks[own]) == (side == "below")
        checked += 1
    assert checked > 10

"""Facts of a day, and cases made from them again: the same verdicts, the same texts."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moves_cases import THEN, cases_of, random_row, rules
from scalar_evaluator import EMPTY, NAMES, NEVER, UNREADABLE, Scalar

from crmtool.review.moves.facts import facts_of
from crmtool.review.moves.known import cases_from
from crmtool.rules.cases import Cases
from crmtool.rules.judging.judge import judge

ANNUAL = rules("annual_value")


def facts(rows: list[dict[str, Any]], name: str = "annual_value", **also: Any) -> list[dict[str, Any]]:
    rule_set = rules(name)
    absent = [f for f in rule_set.fields if not any(f in row for row in rows)]
    return [
        json.loads(text) for text in facts_of(cases_of(rule_set, rows, absent, **also), rule_set).to_pylist()
    ]


def test_money_is_fen_days_are_iso_and_what_is_empty_is_left_out() -> None:
    rows = [
        {"annual_amount": Fraction(120000), "last_order": date(2026, 5, 20), "demand_explored": "充分挖掘"},
        {"annual_amount": EMPTY, "last_order": NEVER, "tenure": UNREADABLE},
    ]
    assert facts(rows) == [
        {"annual_amount": 12_000_000, "last_order": "2026-05-20", "demand_explored": "充分挖掘"},
        {"last_order": "never", "tenure__state": 2},
    ]


def test_a_field_that_only_tags_look_at_is_not_kept() -> None:
    assert facts([{"annual_amount": Fraction(1), "satisfaction": Fraction(5)}]) == [{"annual_amount": 100}]


def test_a_level_that_the_ledger_gives_is_kept() -> None:
    rows = [{"loyal_years": Fraction(2), "level:loyalty": "high"}, {"loyal_years": Fraction(3)}]
    assert facts(rows, "four_dimensions", levels=["loyalty"]) == [
        {"loyal_years": 2, "loyalty__level": "high"},
        {"loyal_years": 3},
    ]


def test_a_column_without_any_filled_cell_is_told_from_a_column_that_is_not_there() -> None:
    cases = cases_of(ANNUAL, [{}, {}], set(ANNUAL.fields) - {"annual_amount", "last_order"})
    assert facts_of(cases, ANNUAL).to_pylist() == ['{"annual_amount__state":0,"last_order__state":0}'] * 2
    again = cases_from(facts_of(cases, ANNUAL), ANNUAL)
    assert again.absent == cases.absent


def test_a_range_keeps_both_ends_and_an_open_one_stays_open() -> None:
    high = pd.array(pa.array([2.0, float("inf")]), dtype=pd.ArrowDtype(pa.float64()))
    rule_set = rules("annual_plan")
    plain = cases_of(rule_set, [{"orders_12m": 1}, {"orders_12m": 10}], set(rule_set.fields) - {"orders_12m"})
    cases = replace(plain, frame=plain.frame.assign(orders_12m__high=high))
    texts = facts_of(cases, rule_set)
    assert texts.to_pylist() == [
        '{"orders_12m":1,"orders_12m__high":2}',
        '{"orders_12m":10,"orders_12m__high":1e+300}',
    ]
    assert cases_from(texts, rule_set).frame["orders_12m__high"].to_list() == [2.0, float("inf")]


def test_no_customers_and_no_columns_are_no_trouble() -> None:
    nobody = cases_of(ANNUAL, [], ())
    assert facts_of(nobody, ANNUAL).to_pylist() == []
    assert len(cases_from(pa.array([], pa.string()), ANNUAL).frame) == 0
    assert facts_of(cases_of(ANNUAL, [{}], set(ANNUAL.fields)), ANNUAL).to_pylist() == ["{}"]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ('{"annual_amount":"12万"}', 2),
        ('{"annual_amount":1.5}', 2),
        ('{"annual_amount":true}', 2),
        ('{"annual_amount":99999999999999999999}', 2),
        ("{", 0),
        ("[1]", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_what_does_not_fit_is_unreadable_and_hurts_no_other_customer(text: str | None, state: int) -> None:
    cases = cases_from(
        pa.array([text, '{"annual_amount":700,"last_order":"2026-05-20"}'], pa.string()), ANNUAL
    )
    assert cases.frame["annual_amount__state"].to_list() == [state, 1]
    assert cases.frame["annual_amount"].to_list()[1] == 700
    assert cases.frame["last_order"].to_list()[1] == date(2026, 5, 20)


def test_a_day_that_is_none_is_unreadable() -> None:
    texts = pa.array(['{"last_order":"gestern"}', '{"last_order":"2026-02-28"}'])
    assert cases_from(texts, ANNUAL).frame["last_order__state"].to_list() == [2, 1]


def verdicts(cases: Cases, name: str) -> list[tuple[Any, ...]]:
    judgement = judge(cases, rules(name), THEN)
    told = [(v.tier, v.rules, v.possible, v.missing, v.levels, v.scores) for v in judgement.verdicts]
    return [told[number] for number in judgement.classes.to_pylist()]


@settings(max_examples=20)
@given(st.sampled_from(NAMES), st.integers(0, 10**6), st.floats(0, 0.6))
def test_cases_made_from_facts_are_judged_like_those_they_were_made_of(
    name: str, seed: int, blanks: float
) -> None:
    chance, rule_set = random.Random(seed), rules(name)
    absent = frozenset(f for f in rule_set.fields if chance.random() < 0.2)
    scalar = Scalar(name, THEN, absent)
    rows = [random_row(scalar, chance, blanks) for _ in range(12)]
    levels = [d for d in rule_set.dimensions if chance.random() < 0.3]
    for row in rows:
        for dimension in levels:
            if chance.random() < 0.5:
                row[f"level:{dimension}"] = chance.choice(rule_set.dimensions[dimension].levels).id
    cases = _with_ranges(cases_of(rule_set, rows, absent, levels), chance)
    texts = facts_of(cases, rule_set)
    again = cases_from(texts, rule_set)
    assert verdicts(again, name) == verdicts(cases, name)
    assert facts_of(again, rule_set).to_pylist() == texts.to_pylist()


def _with_ranges(cases: Cases, chance: random.Random) -> Cases:
    """Make ranges of some figures and days that were read."""
    frame = cases.frame
    for name in [n for n in frame.columns if "__" not in n and n != "customer"]:
        kind = frame[name].dtype.pyarrow_dtype
        if pa.types.is_string(kind) or chance.random() < 0.5:
            continue
        step = pd.Timedelta(days=40) if pa.types.is_date(kind) else 3
        ends = [
            None if pd.isna(value) or chance.random() < 0.5 else value + step
            for value in frame[name].to_list()
        ]
        frame = frame.assign(**{name + "__high": pd.array(pa.array(ends, kind), dtype=pd.ArrowDtype(kind))})
    return replace(cases, frame=frame)

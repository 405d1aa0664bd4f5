"""Moves between random quarters of the shipped rule sets, against an evaluator that shares no code with crmtool."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from moves_cases import NOW, THEN, compared, judged, random_row, rules
from scalar_evaluator import EMPTY, NAMES, NEVER, UNREADABLE, Scalar

from crmtool.review.model import GONE, NEW, SAME
from crmtool.review.moves.matrix import NO_MORE, NO_TIER, NOT_YET, matrix_of

CUSTOMERS = 60
SEEDS = pytest.mark.parametrize(
    "seed", [1, 5, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 16))]
)


class Evaluator(Scalar):
    """One that also tries a day long before every cut: what is known may be older than all of them."""

    def samples(self, name: str) -> list[Any]:
        ancient = [date(1990, 1, 1)] if self.kind(name) == "age" else []
        return [*super().samples(name), *ancient]


@cache
def evaluator(name: str, as_of: date, absent: frozenset[str] = frozenset()) -> Evaluator:
    return Evaluator(name, as_of, absent)


def lacking(name: str, seed: int) -> tuple[frozenset[str], frozenset[str]]:
    """The columns that the ledgers of both quarters lack: from the second seed on not the same ones."""
    fields, chance = evaluator(name, THEN).deciding(), random.Random(seed)
    some = [frozenset(chance.sample(fields, 1)) for _ in range(2)]
    is_same = seed == 1 or name == "value_risk"  # which can hardly judge anybody without one of its columns
    return (frozenset(), frozenset()) if is_same else (some[0], some[1])


def days_of(name: str, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Any, Any]:
    """Customers of two quarters, and both judged."""
    then, now = quarters(name, seed)
    lacks = lacking(name, seed)
    for rows, absent in zip((then, now), lacks, strict=True):
        for row in rows:
            for field in absent:
                row.pop(field, None)
    rule_set = rules(name)
    were, are = (
        judged(rule_set, rows, day, absent=absent)
        for rows, day, absent in zip((then, now), (THEN, NOW), lacks, strict=True)
    )
    return then, now, were, are


def quarters(name: str, seed: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Customers of two quarters: most of them the same, each with some fields changed; some came, some went."""
    chance = random.Random(seed)
    then = [{**random_row(evaluator(name, THEN), chance, 0.06), "name": f"客户{n}"} for n in range(CUSTOMERS)]
    now = []
    for row in then[7:]:
        fresh = random_row(evaluator(name, NOW), chance, 0.06)
        kept = {key: value for key, value in row.items() if key == "name" or chance.random() < 0.65}
        now.append({**fresh, **kept})
    now += [{**random_row(evaluator(name, NOW), chance, 0.06), "name": f"新客户{n}"} for n in range(5)]
    chance.shuffle(now)
    return then, now


def outcome(scalar: Scalar, row: dict[str, Any]) -> str | None:
    """The tier of a customer, None where it is undecided."""
    tiers = scalar.judge(row)[0]
    return next(iter(tiers)) if len(tiers) == 1 else None


@cache
def as_if_today(name: str, field: str, day: date) -> date:
    """A day that every test on the field sees on the review's day as it saw this one on the day before."""
    then, now = evaluator(name, THEN), evaluator(name, NOW)
    tests = then.tests(field)
    seen = [then.passes(test, day, "age") for test in tests]
    shift = NOW - THEN
    for days in sorted(range(-40, 40), key=abs):
        moved = day + shift + timedelta(days=days)
        if moved <= NOW and [now.passes(test, moved, "age") for test in tests] == seen:
            return moved
    raise AssertionError((field, day))


def mixture(name: str, was: dict[str, Any], now: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """A customer as they were, but for some fields, which are as they are."""
    scalar, mixed = evaluator(name, NOW), {}
    for field in scalar.fields:
        value = (now if field in fields else was).get(field, EMPTY)
        is_day = (
            field not in fields and value not in (EMPTY, UNREADABLE, NEVER) and scalar.kind(field) == "age"
        )
        mixed[field] = as_if_today(name, field, value) if is_day else value
    return mixed


@pytest.mark.parametrize("name", NAMES)
@SEEDS
def test_margins_are_the_tier_counts_and_everybody_is_in_one_cell(name: str, seed: int) -> None:
    then, now, judged_then, judged_now = days_of(name, seed)
    lacked, lacks = lacking(name, seed)
    rule_set = rules(name)
    moves = compared(judged_now, judged_then, rule_set)
    matrix = matrix_of(moves.frame, rule_set)
    were = Counter(outcome(evaluator(name, THEN, lacked), row) or NO_TIER for row in then)
    are = Counter(outcome(evaluator(name, NOW, lacks), row) or NO_TIER for row in now)
    assert dict(zip(matrix.rows, matrix.row_sums, strict=True)) == {
        **dict.fromkeys([*rule_set.tiers, NO_TIER], 0),
        **were,
        NOT_YET: 5,
    }
    assert dict(zip(matrix.columns, matrix.column_sums, strict=True)) == {
        **dict.fromkeys([*rule_set.tiers, NO_TIER], 0),
        **are,
        NO_MORE: 7,
    }
    names = moves.frame["name"].to_list()
    assert sorted(names) == sorted({row["name"] for row in (*then, *now)})
    assert matrix.total == len(names)
    assert Counter(moves.frame["kind"])[NEW] == 5
    assert Counter(moves.frame["kind"])[GONE] == 7


@pytest.mark.parametrize("name", NAMES)
@SEEDS
def test_the_fields_named_did_change_and_lead_alone_to_the_new_tier_and_none_is_named_for_nothing(
    name: str, seed: int
) -> None:
    then, now, judged_then, judged_now = days_of(name, seed)
    lacked, lacks = lacking(name, seed)
    rule_set = rules(name)
    moves = compared(judged_now, judged_then, rule_set)
    were, are = ({row["name"]: row for row in rows} for rows in (then, now))
    scalar = evaluator(name, NOW)
    checked = 0
    rows = moves.frame[["name", "kind", "was", "now", "cause", "fields", "reason"]]
    for who, kind, was, tier, cause, fields, reason in rows.astype(object).to_numpy().tolist():
        if kind in (SAME, NEW, GONE):
            assert not isinstance(fields, str)
            continue
        named = tuple(fields.split("|"))
        before, after = were[who], are[who]
        goal = tier if isinstance(tier, str) else None
        assert cause == "customer"
        assert outcome(evaluator(name, THEN, lacked), before) == (was if isinstance(was, str) else None)
        for field in named:
            label = rule_set.fields[field].label
            assert label in reason
            same_column = (field in lacked) == (field in lacks)
            if same_column and before.get(field, EMPTY) == after.get(field, EMPTY):  # then it grew old
                assert scalar.kind(field) == "age"
                tests = scalar.tests(field)
                day = before[field]
                assert [evaluator(name, THEN).passes(t, day, "age") for t in tests] != [
                    scalar.passes(t, day, "age") for t in tests
                ]
                assert f"{label} 仍为 {day}" in reason
        for size in range(len(named) + 1):
            for some in combinations(named, size):
                absent = frozenset(f for f in scalar.fields if f in (lacks if f in some else lacked))
                reached = outcome(evaluator(name, NOW, absent), mixture(name, before, after, some)) == goal
                assert reached == (some == named)
        checked += 1
    assert checked > 5


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_makes_no_difference_to_anybody(name: str) -> None:
    then, now = quarters(name, 3)
    rule_set = rules(name)
    plain = compared(judged(rule_set, now), judged(rule_set, then, THEN), rule_set)
    turned = compared(judged(rule_set, now[::-1]), judged(rule_set, then[::-1], THEN), rule_set)

    def told(moves: Any) -> tuple[list[Any], list[Any]]:
        frames = [moves.frame.drop(columns="customer"), moves.near.drop(columns="customer")]
        return tuple(sorted(map(str, each.astype(object).to_numpy().tolist())) for each in frames)

    assert told(plain) == told(turned)

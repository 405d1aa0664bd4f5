"""Every threshold of every shipped rule set, just below, on, and just above, against the scalar evaluator."""

from __future__ import annotations

import itertools
import random
from datetime import date
from typing import Any

import pytest
from case_frames import cases_of, shipped
from scalar_evaluator import EMPTY, NAMES, NEVER, UNREADABLE, Scalar

from crmtool.rules.judging.judge import judge

AS_OF = date(2024, 6, 30)
#: Days on which months are clamped: February of a leap year, the end of May.
AWKWARD = (date(2024, 5, 31), date(2024, 2, 29), date(2023, 2, 28))


def around_every_cut(scalar: Scalar) -> list[dict[str, Any]]:
    """Every combination of values just below, on and above each cut, all of them filled in."""
    names = [name for name in scalar.fields if name in needed(scalar)]
    tables = [scalar.samples(n) if scalar.kind(n) != "text" else [EMPTY, "x"] for n in names]
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*tables)]


def needed(scalar: Scalar) -> set[str]:
    """The fields that decide tiers, and those that their policies look at."""
    found = set(scalar.deciding())
    for name in list(found):
        for policy in (scalar.fields[name].get("missing"), scalar.fields[name].get("absent")):
            for branch in policy if isinstance(policy, list) else ():
                found |= set(scalar.names([branch["when"]])) if "when" in branch else set()
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("as_of", [AS_OF, AWKWARD[0]])
def test_every_threshold_is_decided_as_the_rules_say_just_below_on_and_above(name: str, as_of: date) -> None:
    scalar = Scalar(name, as_of)
    rows = around_every_cut(scalar)
    if len(rows) > 6000:
        rows = random.Random(7).sample(rows, 6000)
    rule_set = shipped(name)
    judgement = judge(cases_of(rule_set, rows), rule_set, as_of)
    expected = [scalar.judge(row)[0] for row in rows]
    got = [set(judgement.verdicts[number].possible) for number in judgement.classes.to_pylist()]
    assert len(rows) > 50
    assert [r for r, g, e in zip(rows, got, expected, strict=True) if g != e] == []
    assert {tier for tiers in expected for tier in tiers} == set(rule_set.tiers)  # every tier is reached


@pytest.mark.parametrize("name", NAMES)
def test_blank_unreadable_and_never_cells_leave_exactly_the_tiers_that_some_value_gives(name: str) -> None:
    check_with_blanks(name, AS_OF, count=60, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("as_of", AWKWARD)
def test_blank_cells_on_awkward_days(name: str, as_of: date) -> None:
    check_with_blanks(name, as_of, count=160, seed=2)


def check_with_blanks(name: str, as_of: date, *, count: int, seed: int) -> None:
    """Judge random rows with blanks and absent columns; compare with brute force."""
    chance = random.Random(seed)
    rule_set = shipped(name)
    for _ in range(4):
        fields = sorted(needed(Scalar(name, as_of)))
        absent = frozenset(f for f in fields if chance.random() < 0.25)
        scalar = Scalar(name, as_of, absent)
        rows = [random_row(scalar, fields, chance) for _ in range(count // 4)]
        judgement = judge(cases_of(rule_set, rows, absent), rule_set, as_of)
        for row, number in zip(rows, judgement.classes.to_pylist(), strict=True):
            tiers, missing = scalar.judge({k: v for k, v in row.items() if k not in absent})
            verdict = judgement.verdicts[number]
            assert set(verdict.possible) == tiers - {None}, (row, absent)
            assert verdict.has_gap == (None in tiers), (row, absent)
            assert set(verdict.missing) == missing, (row, absent)


def random_row(scalar: Scalar, fields: list[str], chance: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name in fields:
        kind = scalar.kind(name)
        values = ["x"] if kind == "text" else scalar.samples(name)
        odd = [EMPTY, EMPTY, UNREADABLE, *([NEVER] if kind == "age" else [])]
        row[name] = chance.choice(odd) if chance.random() < 0.35 else chance.choice(values)
    return row


def test_tags_hold_fail_or_stay_open_as_the_rules_say() -> None:
    scalar = Scalar("annual_value", AS_OF)
    rule_set = shipped("annual_value")
    chance = random.Random(3)
    rows = [random_row(scalar, list(scalar.fields), chance) for _ in range(160)]
    judgement = judge(cases_of(rule_set, rows), rule_set, AS_OF)
    for tag in scalar.rules["tags"]:
        expected = [scalar.tag(tag["when"], row) for row in rows]
        got = [None if held is None else bool(held) for held in judgement.tags[tag["id"]].to_pylist()]
        assert got == expected, tag["id"]
        assert {True, False, None} <= set(expected), tag["id"]

"""Possible tiers and missing fields of random small rule sets, against trying every completion."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.ledger.fields import FieldSpec
from crmtool.rules import conditions
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import All, Atom, Bound, Condition, Not, OneOf, Range
from crmtool.rules.judging.judge import judge
from crmtool.rules.model import Field, Rule, RuleSet, Tier

AS_OF = date(2024, 6, 30)
COUNTS, ENUMS = ("n", "m"), ("p", "q")
#: Whole numbers 0 … 6 stand for all: cuts are 1 … 4.
VALUES: dict[str, list[Any]] = {
    **{f: list(range(7)) for f in COUNTS},
    **{f: ["甲", "乙", "丙"] for f in ENUMS},
}

bounds = st.builds(Bound, st.integers(1, 4).map(lambda n: Fraction(n)), st.booleans())
ranges = st.one_of(
    st.builds(Range, bounds, st.none()),
    st.builds(Range, st.none(), bounds),
    st.builds(
        lambda a, b, c, d: Range(Bound(Fraction(min(a, b)), c), Bound(Fraction(max(a, b)), d)),
        st.integers(1, 4),
        st.integers(1, 4),
        st.booleans(),
        st.booleans(),
    ),
)
enums = st.sets(st.sampled_from(VALUES["p"]), min_size=1, max_size=2).map(lambda v: OneOf(tuple(sorted(v))))
tests = st.one_of(
    st.builds(Atom, st.sampled_from(COUNTS), ranges), st.builds(Atom, st.sampled_from(ENUMS), enums)
)
whens = st.recursive(
    tests,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(All, st.lists(part, min_size=2, max_size=3).map(tuple)),
        st.builds(conditions.Any, st.lists(part, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
rules_of = st.lists(st.tuples(st.sampled_from("abc"), whens), min_size=1, max_size=4)
rows = st.fixed_dictionaries({}, optional={f: st.sampled_from(values) for f, values in VALUES.items()})


def holds(when: Condition, values: dict[str, Any]) -> bool:
    if isinstance(when, Not):
        return not holds(when.part, values)
    if isinstance(when, Atom):
        value, test = values[when.subject], when.test
        if isinstance(test, OneOf):
            return value in test.values
        assert isinstance(test, Range)
        low, high = test.low, test.high
        above = low is None or value > low.value or (low.inclusive and value == low.value)
        return above and (high is None or value < high.value or (high.inclusive and value == high.value))
    return (all if isinstance(when, All) else any)(holds(part, values) for part in when.parts)


@settings(max_examples=150, deadline=None)
@given(rules_of, rows)
def test_possible_and_missing_equal_brute_force(
    rules: list[tuple[str, Condition]], row: dict[str, Any]
) -> None:
    fields = {
        **{f: Field(FieldSpec(f, f, "count", minimum=0)) for f in COUNTS},
        **{f: Field(FieldSpec(f, f, "enum", values=("甲", "乙", "丙"))) for f in ENUMS},
    }
    tiers = {tier: Tier(tier, tier, rank) for rank, tier in enumerate("abc", start=1)}
    made = tuple(Rule(f"r{number}", tier, when) for number, (tier, when) in enumerate(rules))
    rule_set = RuleSet("t", "t", "1", "", "", "", "等级", (), "first", fields, tiers, rules=made)
    columns = {}
    for f in VALUES:
        columns[f] = pa.array([row.get(f)], pa.float64() if f in COUNTS else pa.string())
        columns[f + "__state"] = pa.array([1 if f in row else 0], pa.int8())
    verdict = judge(Cases(pa.table(columns)), rule_set, AS_OF).verdicts[0]

    unknown = [f for f in VALUES if f not in row]
    outcomes: dict[tuple[Any, ...], str] = {}
    for completion in product(*(VALUES[f] for f in unknown)):
        values = {**row, **dict(zip(unknown, completion, strict=True))}
        outcomes[completion] = next((tier for tier, when in rules if holds(when, values)), "")
    found = set(outcomes.values())
    missing = {
        f
        for place, f in enumerate(unknown)
        for one, tier in outcomes.items()
        if any(outcomes[(*one[:place], value, *one[place + 1 :])] != tier for value in VALUES[f])
    }
    assert set(verdict.possible) == found - {""}
    assert verdict.has_gap == ("" in found)
    assert set(verdict.missing) == (missing if len(found) > 1 else set())

"""The ways to each higher tier: they lead there, no smaller set of fields does, and no smaller step of the same fields."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from typing import Any

import pytest
from case_frames import cases_of, shipped
from customer_tables import customers
from random_rule_sets import Maker
from scalar_evaluator import EMPTY, NAMES, NEVER, Scalar
from test_advice_moves import apply, is_better

from crmtool.rules.conditions import All, Atom, Bound, Condition, OneOf, Present, Range
from crmtool.rules.examples import example_cases
from crmtool.rules.judging.judge import CustomerClass, Judging, judge
from crmtool.rules.model import Example, Policy, RuleSet
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.formulas import Formula, both
from crmtool.rules.proving.prove import Prover
from crmtool.rules.proving.terms import Terms
from crmtool.rules.telling.advice import advise_higher
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.moves import Ways, moved
from crmtool.rules.telling.trace import trace, trace_lines

AS_OF = date(2024, 6, 30)


def of_rows(
    rules: RuleSet, rows: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], CustomerClass, Judging]]:
    judgement = judge(cases_of(rules, rows), rules, AS_OF)
    for row, number in zip(rows, judgement.classes.to_pylist(), strict=True):
        yield row, judgement.kinds[number], judgement.judging


@pytest.mark.parametrize("name", NAMES)
def test_each_way_ends_in_its_tier_and_no_change_of_fewer_fields_does(name: str) -> None:
    rules, scalar, chance = shipped(name), Scalar(name, AS_OF), random.Random(29)
    fields = [f for f in scalar.fields if scalar.tests(f) and scalar.kind(f) not in ("text", "contains")]
    rows = [{f: chance.choice(scalar.samples(f)) for f in fields} for _ in range(25)]
    movable = [f for f in scalar.deciding() if scalar.fields[f].get("better", "none") != "none"]
    movable = [f for f in movable if scalar.fields[f].get("movable", True)]
    checked = 0
    for row, kind, judging in of_rows(rules, rows):
        ways = Ways(judging, kind)
        better = {
            f: [v for v in scalar.samples(f) if is_better(row[f], v, scalar.fields[f])] if f in row else []
            for f in movable
        }
        for tier in ways.higher:
            found = ways.to(tier.id)
            for plan in found:
                assert scalar.judge({**row, **dict(apply(plan, rules))})[0] == {tier.id}, (row, plan)
            fewer = len(found[0].moves) if found else len(movable) + 1
            for count in range(1, fewer):
                for chosen in combinations(movable, count):
                    for values in product(*(better[f] for f in chosen)):
                        changed = {**row, **dict(zip(chosen, values, strict=True))}
                        assert scalar.judge(changed)[0] != {tier.id}, (row, tier.id, changed)
            checked += len(found)
    assert checked > 10


def directed(maker: Maker) -> RuleSet:
    """A random rule set most of whose fields have a good direction."""
    rules = maker.rule_set()
    ways = ("up", "down", "up", "none")
    fields = {f: replace(field, better=maker.random.choice(ways)) for f, field in rules.fields.items()}
    return replace(rules, fields=fields)


def of_the_worst_tier(when: Condition, terms: Terms) -> Formula:
    return both(terms.holds(when), terms.reaches(("c",)))


@pytest.mark.parametrize("seed", range(9100, 9160))
def test_of_random_rules_no_fewer_cells_and_no_nearer_cell_leads_to_the_tier(seed: int) -> None:
    maker = Maker(seed)
    rules = directed(maker)
    for _ in range(5):
        when = maker.condition(1)
        asked = partial(of_the_worst_tier, when)
        found = Prover(rules, further=[when], days=[AS_OF]).find(asked)
        if not isinstance(found, Customer):
            continue
        cases, _ = example_cases(Example("x", found.given, {}, AS_OF), rules)
        judgement = judge(cases, rules, AS_OF)
        kind = judgement.kinds[judgement.classes[0].as_py()]
        ways = Ways(judgement.judging, kind)
        every = list(ways.options.values())
        for tier in ways.higher:
            plans = ways.to(tier.id)
            least = len(plans[0].moves) if plans else len(every) + 1
            reached = {
                count: [
                    moves
                    for chosen in combinations(every, count)
                    for moves in product(*chosen)
                    if judgement.judging.tiers(moved(judgement.judging, kind, moves)) == {tier.id}
                ]
                for count in range(1, min(least, len(every)) + 1)
            }
            assert not any(reached[count] for count in reached if count < least)
            for plan in plans:
                assert plan.moves in reached[least]
                for other in reached[least]:
                    is_same = [m.subject for m in other] == [m.subject for m in plan.moves]
                    nearer = [a.steps <= b.steps for a, b in zip(other, plan.moves, strict=True)]
                    assert not (is_same and all(nearer) and other != plan.moves)
            assert bool(plans) or not reached.get(least)


def test_a_change_that_fills_an_empty_cell_is_judged_with_the_cell_filled() -> None:
    """The orders of an empty cell count as none, and its being filled is asked for too."""
    rules = shipped("annual_plan")
    fields = {**rules.fields, "orders_12m": replace(rules.fields["orders_12m"], missing=Policy("zero"))}
    when: Condition = All((Atom("orders_12m", Range(Bound(4, True))), Atom("orders_12m", Present())))
    first = replace(rules.rules[0], when=when)
    changed = replace(rules, fields=fields, rules=(first, *rules.rules[1:]))
    row = {"annual_amount": Fraction(1000), "orders_12m": EMPTY, "first_order": date(2020, 1, 1)}
    ((_, kind, judging),) = of_rows(changed, [row])
    (plan,) = Ways(judging, kind).to("important")
    assert [(move.subject, move.bound and move.bound.value) for move in plan.moves] == [("orders_12m", 4.0)]


def test_every_higher_tier_is_told_with_its_own_change() -> None:
    rules = shipped("annual_value")
    rows = [
        {"annual_amount": Fraction(30_000), "last_order": date(2024, 6, 10), "tenure": date(2024, 1, 1)},
        {"annual_amount": Fraction(150_000), "last_order": date(2024, 6, 10), "tenure": date(2020, 1, 1)},
    ]
    cases = cases_of(rules, rows)
    judgement = judge(cases, rules, AS_OF)
    told = advise_higher(judgement, CellTexts(cases, rules, None, "zh"), AS_OF, "zh")
    assert {tier: words.to_pylist() for tier, words in told.items()} == {
        "low_silent": [None, None],
        "stable": [None, None],
        "potential": ["距 潜力客户 还差：年消费额 2万元", None],
        "high_value": ["距 高价值客户 还差：年消费额 7万元；合作时长 满1年（2025-01-01 起）", None],
    }


def story(rules: RuleSet, row: dict[str, Any]) -> list[str]:
    cases = cases_of(rules, [row])
    traced = trace(cases, rules, judge(cases, rules, AS_OF), 0, AS_OF, customers(1))
    return list(trace_lines(traced, rules, "zh"))


def test_ways_of_equally_many_fields_are_listed_the_smallest_change_first() -> None:
    said = story(shipped("annual_plan"), {"annual_amount": Fraction(45_000), "orders_12m": Fraction(2)})
    start = said.index("怎样升级（改动最少的办法）：")
    assert said[start + 1 : start + 3] == [
        "  距 重要客户 还差：年度购买金额 5,000元",
        "    或：年度购买频率 再增 8",
    ]


def test_what_only_one_unchangeable_field_keeps_out_is_a_near_miss() -> None:
    rules = shipped("annual_value")
    first = rules.rules[0]
    wanted = All((first.when, Atom("industry", OneOf(("制造业",)))))
    changed = replace(rules, rules=(replace(first, when=wanted), *rules.rules[1:]))
    row = {
        "annual_amount": Fraction(150_000),
        "last_order": date(2024, 6, 10),
        "tenure": date(2020, 1, 1),
        "industry": "服务业",
    }
    said = story(changed, row)
    # The order of an enum's words is no direction: both neighbours are looked at.
    assert said[-1] == "  距 高价值客户 只差一项，但这一项不由客户改变：行业 为 制造业"


def test_a_date_that_never_happened_has_no_way_by_waiting() -> None:
    row = {"annual_amount": Fraction(150_000), "last_order": date(2024, 6, 10), "tenure": NEVER}
    ((_, kind, judging),) = of_rows(shipped("annual_value"), [row])
    assert Ways(judging, kind).to("high_value") == ()

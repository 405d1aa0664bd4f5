"""A made-up customer is judged to be what was claimed of them, once their cells are typed into a ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from random_rule_sets import Maker

from crmtool.rules.examples import example_cases
from crmtool.rules.judging.judge import Verdict, judge
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import Example, RuleSet
from crmtool.rules.proving.boxes import boxes
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.formulas import Formula, both
from crmtool.rules.proving.prove import NotProved, Prover
from crmtool.rules.proving.space import listed
from crmtool.rules.proving.terms import Terms
from crmtool.rules.proving.twins import find_twins

RULES = Path(__file__).parents[2] / "rules"
AS_OF = date(2024, 6, 30)
NAMES = ("annual_plan", "annual_value", "four_dimensions", "value_potential", "value_risk")


def verdict(customer: Customer, rule_set: RuleSet) -> Verdict:
    """Type the customer's cells into a ledger of one row and judge it."""
    example = Example("found", customer.given, {}, customer.as_of)
    cases, unread = example_cases(example, rule_set)
    assert unread == [], customer
    judgement = judge(cases, rule_set, customer.as_of)
    return judgement.verdicts[judgement.classes[0].as_py()]


def shipped(name: str) -> RuleSet:
    return load_rule_set((RULES / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")


@pytest.mark.parametrize("name", NAMES)
def test_for_each_tier_of_a_shipped_rule_set_a_customer_is_found_who_is_judged_to_be_in_it(name: str) -> None:
    rule_set = shipped(name)
    prover = Prover(rule_set)
    for tier in rule_set.tiers:
        found = prover.find(reaching(tier))
        assert isinstance(found, Customer)
        assert verdict(found, rule_set).tier == tier


def reaching(tier: str) -> Callable[[Terms], Formula]:
    return lambda terms: terms.reaches((tier,))


@pytest.mark.parametrize("seed", range(5000, 5040))
def test_a_customer_of_a_random_rule_set_is_judged_as_claimed(seed: int) -> None:
    rule_set = Maker(seed).rule_set()
    prover = Prover(rule_set)
    for rule in rule_set.rules:
        found = prover.find(lambda terms, rule=rule: terms.decides(rule))
        assert not isinstance(found, NotProved)
        if found is not None:
            told = verdict(found, rule_set)
            assert rule.id in told.rules
            assert rule.tier in told.possible
    gap = prover.find(lambda terms: terms.no_tier())
    if isinstance(gap, Customer):
        assert verdict(gap, rule_set).has_gap


@pytest.mark.parametrize("seed", range(6000, 6025))
def test_boxes_of_a_gap_hold_just_those_who_are_judged_to_have_no_tier(seed: int) -> None:
    maker = Maker(seed)
    rule_set = maker.rule_set()
    prover = Prover(rule_set)
    region = boxes(prover, lambda terms: terms.no_tier(), most=200)
    assert region.is_whole
    # Customers from all over: one of each rule, one of each pair of conditions, one without a tier.
    customers = []
    for number in range(12):
        first, second = maker.condition(1), maker.condition(1)
        asking = Prover(rule_set, further=[first, second])

        def asked(terms: Terms, first=first, second=second, number=number) -> Formula:  # type: ignore[no-untyped-def]
            parts = [terms.whole(first).true, terms.whole(second).false]
            return parts[number % 2] if number % 3 else terms.no_tier()

        found = asking.find(asked)
        if isinstance(found, Customer) and set(found.values) >= set(rule_set.fields):
            customers.append(found)
    for customer in customers:
        told = verdict(customer, rule_set)
        assert is_in(region, customer, rule_set) is told.has_gap, customer


def is_in(region, customer: Customer, rule_set: RuleSet) -> bool:  # type: ignore[no-untyped-def]
    """Say whether a customer all of whose cells are filled stands in one of the boxes."""
    space = region.day.space

    def point(variable) -> int:  # type: ignore[no-untyped-def]
        if variable.aspect == "level":
            levels = [level.id for level in rule_set.dimensions[variable.subject].levels]
            given = customer.values.get(variable.subject)
            return levels.index(given) + 1 if given else 0
        if variable.aspect == "filled":
            return 1
        cells, value = space.outcomes.cells[variable.subject], customer.values[variable.subject]
        return cells.never if value is None else cells.cell_of(value)

    points = [point(variable) for variable in space.variables]
    return any(all(points[v] in listed(held) for v, held in box.held.items()) for box in region.boxes)


@pytest.mark.parametrize("seed", range(8000, 8025))
def test_two_customers_who_differ_in_one_field_are_judged_to_be_in_the_two_tiers(seed: int) -> None:
    maker = Maker(seed)
    rule_set = maker.rule_set()
    prover = Prover(rule_set, days=[AS_OF])
    for field in rule_set.fields:
        if prover.days[0].space.variable(field, "value") is None:
            continue
        found = find_twins(
            prover,
            field,
            lambda one, other: both(one.reaches(("a",)), other.reaches(("c",))),
        )
        assert not isinstance(found, NotProved)
        if found is None:
            assert not any(moves(maker, rule_set, field, number) for number in range(4))
        else:
            one, other, tier, worse = found
            assert (tier, worse) == ("a", "c")
            assert "a" in verdict(one, rule_set).possible
            assert "c" in verdict(other, rule_set).possible
            same = {name for name in rule_set.fields if one.values.get(name) == other.values.get(name)}
            assert set(rule_set.fields) - same == {field}


def moves(maker: Maker, rule_set: RuleSet, field: str, number: int) -> bool:
    """Say whether some customer in tier a is in tier c with the value that another customer has in one field."""
    whens = [maker.condition(1) for _ in range(2)]
    found = [
        Prover(rule_set, further=[when], days=[AS_OF]).find(lambda terms, when=when: terms.holds(when))
        for when in whens
    ]
    if not all(isinstance(each, Customer) and field in each.values for each in found):
        return False
    first, second = found
    assert isinstance(first, Customer)
    assert isinstance(second, Customer)
    changed = Customer(AS_OF, {**first.given, field: second.given[field]}, {})
    if ("d", "e") in rule_set.assume and field in ("d", "e"):
        return False  # the day of another customer might be one that cannot be
    return (verdict(first, rule_set).tier, verdict(changed, rule_set).tier) == ("a", "c")


AMOUNT = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {{tier: 等级, columns: [客户名称, 等级]}}
hit: first
fields:
{fields}
tiers: {{high: {{label: 高, rank: 1}}, low: {{label: 低, rank: 2}}}}
rules:
{rules}
"""


def demo(fields: str, *rules: str) -> RuleSet:
    lines = "\n".join(
        f"  - {{id: r{i}, tier: {'high' if i % 2 else 'low'}, when: {r}}}" for i, r in enumerate(rules)
    )
    return load_rule_set(AMOUNT.format(fields="  " + fields, rules=lines), "demo.yaml")


def test_thirty_days_are_longer_than_a_month_only_on_some_days() -> None:
    rule_set = demo("d: {label: 最近, type: age}", '{d: "within 30天"}', '{d: "not within 1个月"}')
    found = Prover(rule_set).find(lambda terms: terms.no_tier())
    assert isinstance(found, Customer)
    day = found.values["d"]
    assert isinstance(day, date)
    # More than 30 days back, and yet within the month: only where the month before has 31 days.
    assert (found.as_of - day).days == 31
    assert verdict(found, rule_set).has_gap
    february = Prover(rule_set, days=[date(2023, 3, 15)])
    assert february.find(lambda terms: terms.no_tier()) is None


def test_an_age_between_two_spans_that_fall_on_one_day_is_nobodys() -> None:
    rule_set = demo("d: {label: 最近, type: age}", '{all: [{d: "> 1个月"}, {d: "<= 31天"}]}', '{d: "> 0天"}')
    # Both lead from 31 May to 30 April; from 1 March one month leads to 1 February, 31 days to 30 January or 29.
    assert Prover(rule_set, days=[date(2024, 5, 31)]).find(lambda t: t.holds(rule_set.rules[0].when)) is None
    assert isinstance(Prover(rule_set).find(lambda t: t.holds(rule_set.rules[0].when)), Customer)


@pytest.mark.parametrize(
    ("field", "rules", "is_gap"),
    [
        ("n: {label: 次数, type: count, min: 0}", ['{n: "> 3"}', '{n: "< 4"}'], False),
        ("n: {label: 评分, type: number, min: 0}", ['{n: "> 3"}', '{n: "< 3"}'], True),
        ("n: {label: 金额, type: money}", ['{n: "> 3元"}', '{n: "<= 2.99元"}'], True),
        ("n: {label: 金额, type: money}", ['{n: ">= 3元"}', '{n: "<= 2.99元"}'], False),
        ("n: {label: 投诉率, type: percent, min: 0, max: 100%}", ['{n: ">= 0%"}'], False),
        ("n: {label: 会员, type: flag}", ["{n: true}", "{n: false}"], False),
        ("n: {label: 阶段, type: enum, values: [甲, 乙]}", ["{n: 甲}", "{n: 乙}"], False),
        ("n: {label: 阶段, type: enum, values: [甲, 乙], open: true}", ["{n: 甲}", "{n: 乙}"], True),
        (
            "n: {label: 需求, type: enum, values: [定制, 定制化], match: contains}",
            ["{n: 定制}", "{not: {n: 定制化}}"],
            False,
        ),
        ("n: {label: 备注, type: text, missing: unknown}", ["{n: present}"], True),
        ("n: {label: 最近, type: age}", ['{n: ">= 99年"}', '{n: "< 98年"}'], True),
        ("n: {label: 最近, type: age}", ['{n: ">= 98年"}', '{n: "< 98年"}'], False),
    ],
)
def test_between_two_values_that_are_neighbours_nothing_is_missed(
    field: str, rules: list[str], is_gap: bool
) -> None:
    rule_set = demo(field, *rules)
    assert isinstance(Prover(rule_set).find(lambda terms: terms.no_tier()), Customer) is is_gap


def test_what_is_not_settled_within_the_budget_is_said_to_be_not_proved() -> None:
    rule_set = shipped("annual_value")
    assert Prover(rule_set, budget=1).find(lambda terms: terms.no_tier()) == NotProved(1)

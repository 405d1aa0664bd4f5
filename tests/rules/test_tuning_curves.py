"""Curves of moved cuts: each place says what judging with the cut there says, whatever is known of the customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmtool.ledger.ledger import EMPTY, HIGH, NEVER, READ, STATE, UNREAD
from crmtool.ledger.quantities import Duration
from crmtool.rules.cases import Cases
from crmtool.rules.judging.judge import judge
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.rules.tuning.curves import Curve, curves, quantity_of
from crmtool.rules.tuning.moving import cuts_of, with_cut
from crmtool.rules.tuning.proposing import figure_at, propose
from crmtool.rules.tuning.steps import steps_of

AS_OF = date(2024, 6, 30)
HEAD = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
tiers:
  high: {label: 高, rank: 1}
  mid: {label: 中, rank: 2}
  low: {label: 低, rank: 3}
"""
MIXED = (
    HEAD
    + """fields:
  amount: {label: 年消费额, type: money, min: 0}
  orders: {label: 次数, type: count, min: 0, missing: zero}
  rate: {label: 投诉率, type: percent, max: 100%}
  last: {label: 最近订单, type: age}
  since: {label: 合作时长, type: age}
assume:
  - {label: 先合作后下单, le: [last, since]}
dimensions:
  risk:
    label: 风险
    levels:
      - {id: risky, label: 高, when: {rate: "> 5%"}}
      - {id: safe, label: 低, when: {rate: "<= 5%"}}
rules:
  - {id: a, tier: high, when: {amount: ">= 10万元", last: "within 3个月", since: ">= 1年"}}
  - {id: b, tier: low, when: {last: "not within 6个月"}}
  - {id: c, tier: mid, when: {any: [{amount: "[5万元, 10万元)"}, {orders: ">= 4"}], risk: [safe]}}
  - {id: d, tier: mid, when: {amount: "= 5万元"}}
  - {id: e, tier: low, when: {any: [{amount: "< 10万元"}, {since: "< 1年"}, {last: "not within 3个月"}]}}
"""
)


def _column(kind: str, cells: list[Any]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return values, states and tops of cells: a value, a pair (a range), or a state."""
    types = {"money": pa.int64(), "count": pa.float64(), "percent": pa.float64(), "age": pa.date32()}
    plain = [
        cell[0] if isinstance(cell, tuple) else None if isinstance(cell, str) else cell for cell in cells
    ]
    names = {"empty": EMPTY, "unread": UNREAD, "never": NEVER}
    states = [names.get(cell, READ) if isinstance(cell, str) else READ for cell in cells]
    tops = [cell[1] if isinstance(cell, tuple) else None for cell in cells]
    return pa.array(plain, types[kind]), pa.array(states, pa.int8()), pa.array(tops, types[kind])


def _cases(rule_set: RuleSet, **columns: list[Any]) -> Cases:
    found = {"customer": pa.array(range(len(next(iter(columns.values())))), pa.int64())}
    for name, cells in columns.items():
        values, states, tops = _column(rule_set.fields[name].spec.kind, cells)
        found |= {name: values, name + STATE: states}
        if tops.null_count < len(tops):
            found[name + HIGH] = tops
    return Cases(pa.table(found), frozenset(set(rule_set.fields) - set(columns)))


def _counted(cases: Cases, rule_set: RuleSet) -> list[int]:
    """Count the tiers by judging: the reference."""
    judgement = judge(cases, replace(rule_set, tags=()), AS_OF)
    tiers = [judgement.verdicts[kind].tier for kind in judgement.classes.to_pylist()]
    return [tiers.count(tier) for tier in (*rule_set.tiers, "")]


def _curves(cases: Cases, rule_set: RuleSet) -> list[Curve]:
    rows = cases.frame.num_rows
    return curves(cases, rule_set, AS_OF, pa.array([100 * n for n in range(rows)], pa.int64()))


# -- by hand -----------------------------------------------------------------------------------------------------

SIMPLE = (
    HEAD.replace("  mid: {label: 中, rank: 2}\n", "")
    + """fields:
  amount: {label: 年消费额, type: money, min: 0}
rules:
  - {id: big, tier: high, when: {amount: ">= 10万元"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
"""
)
YUAN = 100


def _simple(*yuan: int | str) -> tuple[RuleSet, Curve]:
    rule_set = load_rule_set(SIMPLE, "demo.yaml")
    cells = [value if isinstance(value, str) else value * YUAN for value in yuan]
    (curve,) = _curves(_cases(rule_set, amount=cells), rule_set)
    return rule_set, curve


def test_a_cut_at_each_value_puts_those_on_it_where_its_tests_say() -> None:
    _, curve = _simple(30_000, 80_000, 80_000, 120_000, "empty")
    assert [curve.value_at(place) for place in range(3)] == [3_000_000, 8_000_000, 12_000_000]
    assert curve.groups == ("high", "low", "")
    assert curve.customers.tolist() == [[4, 0, 1], [3, 1, 1], [1, 3, 1]]
    assert curve.ties.tolist() == [1, 2, 1]
    assert curve.now.tolist() == [1, 3, 1]
    # The amounts were 0, 1, 2, 3 and 4 yuan: those at 80,000 have 1 and 2.
    assert curve.amounts.tolist() == [[600, 0, 400], [600, 0, 400], [300, 300, 400]]


def test_figures_are_the_roundest_that_leave_everybody_where_they_are() -> None:
    rule_set, curve = _simple(31_234, 83_456, 97_777, 123_456)
    figures = [figure_at(curve, place, rule_set, AS_OF) for place in range(1, 4)]
    # In (31234, 83456], (83456, 97777] and (97777, 123456] yuan.
    assert figures == [5_000_000, 9_000_000, 10_000_000]


@pytest.mark.parametrize(
    ("below", "value", "figure"),
    [
        (9_800, 12_000, 10_000),  # one digit rather than the customer's own two
        (
            10_000,
            12_000,
            12_000,
        ),  # 10,000 itself would take the customer below along: their own is as round as 11,000
        (32_100, 36_400, 35_000),
        (60_000, 80_000, 80_000),  # 70,000 is as round: the customer's own
    ],
)
def test_a_figure_has_few_digits_and_of_equally_few_prefers_a_five_and_then_a_customers_own(
    below: int, value: int, figure: int
) -> None:
    rule_set, curve = _simple(below, value, 500_000)
    assert figure_at(curve, 1, rule_set, AS_OF) == figure * YUAN


@pytest.mark.parametrize(
    ("share", "figure", "customers", "other"),
    [
        ("50%", 9_000_000, 2, None),
        ("20%", 10_000_000, 1, None),
        ("60%", 9_000_000, 2, Fraction(3, 4)),
    ],
)
def test_the_place_nearest_to_a_share_is_proposed_and_the_next_on_the_other_side(
    share: str, figure: int, customers: int, other: Fraction | None
) -> None:
    rule_set, curve = _simple(30_000, 60_000, 90_000, 150_000)
    (proposal,) = propose([curve], rule_set, AS_OF, "high", Fraction(share.rstrip("%")) / 100)
    assert proposal.customers == customers
    assert proposal.other == other
    if proposal.place is None:
        assert (proposal.figure, customers) == (10_000_000, 1)
    else:
        assert proposal.figure == figure


def test_customers_with_the_same_value_are_never_parted() -> None:
    rule_set, curve = _simple(30_000, 80_000, 80_000, 80_000, 150_000)
    (proposal,) = propose([curve], rule_set, AS_OF, "high", Fraction(2, 5))
    assert (proposal.share, proposal.other) == (Fraction(1, 5), Fraction(4, 5))
    (wider,) = propose([curve], rule_set, AS_OF, "high", Fraction(7, 10))
    assert (wider.customers, wider.ties, wider.other) == (4, 3, Fraction(1, 5))


def test_a_tier_that_no_cut_reaches_gets_no_proposal() -> None:
    rule_set, curve = _simple("empty", "empty")
    assert not curve.changes
    assert propose([curve], rule_set, AS_OF, "high", Fraction(1, 5)) == []


def test_spans_are_told_in_whole_years_and_months_where_these_do() -> None:
    text = SIMPLE.replace(
        "amount: {label: 年消费额, type: money, min: 0}", "last: {label: 最近订单, type: age}"
    )
    text = text.replace('{amount: ">= 10万元"}', '{last: "within 3个月"}')
    text = text.replace('{amount: "< 10万元"}', '{last: "not within 3个月"}')
    rule_set = load_rule_set(text, "demo.yaml")
    ago = [10, 40, 45, 100, 200, 400]
    cells = [AS_OF - timedelta(days=days) for days in ago]
    (curve,) = _curves(_cases(rule_set, last=cells), rule_set)
    figures = [figure_at(curve, place, rule_set, AS_OF) for place in reversed(range(6))]
    # A cut reaches back to each day and to no customer before it: 10 to 39, 40 to 44, 45 to 99 days …
    assert figures == [
        Duration(months=1),
        Duration(days=40),
        Duration(months=3),
        Duration(months=6),
        Duration(months=12),
        Duration(days=400),
    ]
    assert curve.customers[::-1, 0].tolist() == [1, 2, 3, 4, 5, 6]
    shown = [step.figure for step in steps_of(curve, rule_set, AS_OF)]
    assert shown.index(Duration(months=3)) == 2
    assert len(shown) == 6  # the cut at 45 days parts the customers as the present three months do


def test_a_cut_that_several_rules_name_is_one_and_says_who_does() -> None:
    rule_set = load_rule_set(MIXED, "demo.yaml")
    told = {(cut.field, cut.quantity): (cut.used_by, cut.belongs_up) for cut in cuts_of(rule_set, AS_OF)}
    assert told["amount", 10_000_000] == (("a", "c", "e"), True)
    assert told["amount", 5_000_000] == (("c", "d"), None)
    assert told["since", Duration(months=12)] == (("a", "e"), False)
    assert told["last", Duration(months=3)] == (("a", "e"), True)
    assert [owners for (field, _), (owners, _) in told.items() if field == "rate"] == [
        ("risk.risky", "risk.safe")
    ]


# -- by judging --------------------------------------------------------------------------------------------------

_MONEY = st.one_of(
    st.integers(0, 20).map(lambda n: n * 1_000_000),
    st.integers(0, 20_000_000),
    st.sampled_from(["empty", "unread"]),
    st.tuples(st.integers(0, 12_000_000), st.integers(12_000_000, 30_000_000)),
)
_COUNT = st.one_of(st.integers(0, 9).map(float), st.sampled_from(["empty", "unread"]))
_RATE = st.one_of(st.sampled_from([0.0, 0.03, 0.05, 0.06, 0.5, 1.0]), st.sampled_from(["empty", "unread"]))
_DAY = st.one_of(
    st.integers(0, 700).map(lambda days: AS_OF - timedelta(days=days)),
    st.sampled_from(["empty", "unread", "never"]),
)


@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.generate))  # shrinking takes minutes
@given(st.data())
def test_a_place_is_what_judging_with_the_cut_there_says(data: st.DataObject) -> None:
    _agree_with_judging(data, every=3)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.data())
def test_every_place_is_what_judging_with_the_cut_there_says(data: st.DataObject) -> None:
    _agree_with_judging(data, every=1)


def _agree_with_judging(data: st.DataObject, every: int) -> None:
    rule_set = load_rule_set(MIXED, "demo.yaml")
    rows = data.draw(st.integers(3, 9))
    kinds = {"amount": _MONEY, "orders": _COUNT, "rate": _RATE, "last": _DAY, "since": _DAY}
    cells = {name: data.draw(st.lists(kind, min_size=rows, max_size=rows)) for name, kind in kinds.items()}
    for row in range(rows):  # who ordered before they were a customer is told elsewhere
        last, since = cells["last"][row], cells["since"][row]
        if isinstance(last, date) and isinstance(since, date) and last < since:
            cells["last"][row], cells["since"][row] = since, last
    cases = _cases(rule_set, **cells)
    for curve in _curves(cases, rule_set):
        assert curve.now.tolist() == _counted(cases, rule_set)
        if curve.ranges:
            continue
        for place in range(0, len(curve.values), every):
            for quantity in (
                quantity_of(curve.value_at(place), AS_OF),
                figure_at(curve, place, rule_set, AS_OF),
            ):
                moved = with_cut(rule_set, curve.cut, quantity, AS_OF)
                assert curve.customers[place].tolist() == _counted(cases, moved), (curve.cut, quantity)


def test_a_range_that_lies_between_the_neighbours_is_left_as_it_is_and_counted() -> None:
    rule_set = load_rule_set(SIMPLE, "demo.yaml")
    cells = [(8_000_000, 12_000_000), 9_000_000, 20_000_000, 5_000_000]
    (curve,) = _curves(_cases(rule_set, amount=cells), rule_set)
    assert curve.ranges == 1
    assert curve.now.tolist() == [1, 2, 1]
    assert curve.customers[:, 2].tolist() == [1, 1, 1]


def test_what_an_empty_cell_is_taken_as_moves_with_the_cut() -> None:
    text = SIMPLE.replace("min: 0}", "min: 0, missing: {as: 6万元}}")
    rule_set = load_rule_set(text, "demo.yaml")
    (curve,) = _curves(_cases(rule_set, amount=["empty", 3_000_000, 15_000_000]), rule_set)
    assert [curve.value_at(place) for place in range(3)] == [3_000_000, 6_000_000, 15_000_000]
    assert curve.customers.tolist() == [[3, 0, 0], [2, 1, 0], [1, 2, 0]]

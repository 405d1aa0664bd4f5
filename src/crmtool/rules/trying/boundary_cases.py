"""Makes up customers just below, on and just above each cut of a rule set, and without a value, and says what they get.

The other cells are those of a customer for whom the cut decides the tier, where there is one. Which customer
that is, is proved by `crmtool.rules.proving.twins`; whether what comes out is right is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import groupby
from math import ceil, floor
from typing import Final, Literal

import pyarrow as pa

from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Range, Within, atoms
from crmtool.rules.examples import example_cases
from crmtool.rules.judging.cells import Boundary, FieldCells, Value, cut_value
from crmtool.rules.judging.judge import Verdict, judge
from crmtool.rules.model import Example, RuleSet
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.days import conditions_of
from crmtool.rules.proving.formulas import TRUE, Formula, both, either, no
from crmtool.rules.proving.prove import NotProved, Prover
from crmtool.rules.proving.search import BUDGET
from crmtool.rules.proving.space import FILLED, Space
from crmtool.rules.proving.terms import Terms
from crmtool.rules.proving.twins import AskedOfTwo, find_twins
from crmtool.rules.telling.words import quantity_text, value_text

Side = Literal["below", "on", "above", "missing"]
Changes = Literal["tier", "rule", "tag", "nothing", "unproved"]
#: Steps for the two customers beside one cut: there are many cuts, and any customer does to show one.
STEPS: Final = BUDGET // 40
SIDES: tuple[Side, ...] = ("below", "on", "above", "missing")
#: How near to a cut a number or a share is taken; finer where another cut lies between.
_NEAR = {"number": Decimal("0.01"), "percent": Decimal("0.0001")}


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    """One made-up customer and what the rules say of them.

    `value` is what stands in the cell of `field` (empty for `missing`), `cut` the figure it is near; of an age, `below`
    is the shorter one. `example` has all cells. `changes` is what crossing the cut changes for this customer: the
    tier, else the rule, else a tag, else nothing for anybody; `unproved` where that took too long to prove.
    """

    field: str
    cut: str
    side: Side
    value: str
    example: Example
    verdict: Verdict
    tags: tuple[str, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class _Drafted:
    field: str
    cut: str
    side: Side
    example: Example
    changes: Changes


def boundary_cases(rule_set: RuleSet) -> list[BoundaryCase]:
    """Return the cases at every cut, by field in file order, then by cut; a side where nothing can lie is left out.

    A customer that an `assume` forbids is moved next to the cut, or left out where that cannot be.
    """
    prover = Prover(rule_set, budget=STEPS)
    drafts = [draft for field in rule_set.fields for draft in _of_field(field, prover)]
    judged = _judged([draft.example for draft in drafts], rule_set)
    return [
        BoundaryCase(d.field, d.cut, d.side, d.example.given.get(d.field, ""), d.example, *found, d.changes)
        for d, found in zip(drafts, judged, strict=True)
    ]


def _of_field(field: str, prover: Prover) -> Iterator[_Drafted]:
    space = prover.days[0].space
    cells = space.outcomes.cells.get(field)
    if space.variable(field, "value") is None or cells is None or cells.kind != "ordered":
        return
    own = _own_cuts(space.rule_set, field, space.as_of)
    groups = [
        [place for place, _ in group]
        for cut, group in groupby(enumerate(cells.bounds), key=lambda bound: bound[1].value)
        if cut in own
    ]
    # An earlier day is a longer span: told from the shortest, as in the file.
    for places in reversed(groups) if space.is_dated(field) else groups:
        found = _at_cut(field, places, prover)
        if found is not None:
            yield from _around(prover, field, cells.bounds[places[0]], *found)


def _own_cuts(rule_set: RuleSet, field: str, as_of: date) -> set[Value]:
    """Return the cuts that tests of the field itself make; an `assume` adds those of the other field."""
    spec = rule_set.fields[field].spec
    tests = [atom.test for when in conditions_of(rule_set) for atom in atoms(when) if atom.subject == field]
    spans = [test.span for test in tests if isinstance(test, Within)]
    ends = [end for test in tests if isinstance(test, Range) for end in (test.low, test.high)]
    return {cut_value(quantity, spec, as_of) for quantity in (*spans, *(end.value for end in ends if end))}


def _at_cut(field: str, places: list[int], prover: Prover) -> tuple[Customer, Changes] | None:
    """Return a customer beside a cut, and what crossing it changes: the tier for some, else the rule, else a tag."""
    ways: tuple[tuple[AskedOfTwo, Changes], ...] = (
        (_other_tier, "tier"),
        (_other_rule, "rule"),
        (_other_tag, "tag"),
        (_anyone, "nothing"),
    )
    is_proved = True
    for asked, changes in ways:
        for place in places:
            found = find_twins(prover, field, partial(_across, field, place, asked))
            if isinstance(found, NotProved):
                is_proved = False
            elif found is not None:
                return found[0], changes if is_proved or changes != "nothing" else "unproved"
    return None


def _across(field: str, place: int, asked: AskedOfTwo, one: Terms, other: Terms) -> Formula:
    """Return that one customer is in the cell below a bound and the other in the cell above it, both filled in."""
    first, second = one.variable(field, "value"), other.variable(field, "value")
    assert first is not None and second is not None
    filled = one.variable(field, "filled")
    there = TRUE if filled is None else one.space.at(filled, (FILLED,))
    plain = both(*(one.given(name, (0,)) for name in one.rule_set.dimensions))
    beside = both(one.space.at(first, (place,)), other.space.at(second, (place + 1,)))
    return both(beside, there, plain, asked(one, other))


def _other_tier(one: Terms, other: Terms) -> Formula:
    left = (both(one.reaches((tier,)), no(other.reaches((tier,)))) for tier in one.rule_set.tiers)
    return either(*left, both(one.no_tier(), no(other.no_tier())))


def _other_rule(one: Terms, other: Terms) -> Formula:
    return either(*(both(one.decides(rule), no(other.decides(rule))) for rule in one.rule_set.rules))


def _other_tag(one: Terms, other: Terms) -> Formula:
    pairs = ((one.holds(tag.when), other.holds(tag.when)) for tag in one.rule_set.tags)
    return either(*(either(both(a, no(b)), both(b, no(a))) for a, b in pairs))


def _anyone(one: Terms, other: Terms) -> Formula:
    return TRUE


# -- the cells of one case ---------------------------------------------------------------------------------------


def _around(
    prover: Prover, field: str, bound: Boundary, customer: Customer, changes: Changes
) -> Iterator[_Drafted]:
    space = next(day.space for day in prover.days if day.as_of == customer.as_of)
    cells, spec = space.outcomes.cells[field], space.rule_set.fields[field].spec
    # On another typical day the same span leads to another day.
    value: Value = bound.span.before(space.as_of) if bound.span is not None else bound.value
    cut = quantity_text(bound.span if bound.span is not None else _exact(value, spec.kind), spec.kind)
    about = (customer.about if changes in ("tier", "rule") else frozenset(customer.given)) | {field}
    for side in SIDES:
        near = None if side == "missing" else _near(cells, value, side)
        if side != "missing" and (near is None or not _can_be(space, field, near)):
            continue
        example = _example(space, field, customer, near)
        if example is not None:
            given = {name: text for name, text in example.given.items() if name in about}
            yield _Drafted(field, cut, side, replace(example, given=given), changes)


def _can_be(space: Space, field: str, value: Value) -> bool:
    """Say whether a ledger can hold a value: not beyond the field's bounds, nor after the as-of date."""
    spec = space.rule_set.fields[field].spec
    if not isinstance(value, date):
        low, high = spec.minimum, spec.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return False
    return space.outcomes.cells[field].cell_of(value) in space.values[field]


def _exact(value: Value, kind: str) -> int | Decimal:
    assert not isinstance(value, date)
    return int(value) if kind == "money" else Decimal(str(value))


def _near(cells: FieldCells, cut: Value, side: Side) -> Value | None:
    """Return the value on a cut, or next to it on one side; None where there is none."""
    kind = cells.field.spec.kind
    if isinstance(cut, date):
        return cut + timedelta(days={"below": 1, "on": 0, "above": -1}[side])
    exact = Fraction(str(cut))
    if kind in ("money", "count"):
        whole = {"below": ceil(exact) - 1, "on": floor(exact), "above": floor(exact) + 1}[side]
        if side == "on" and whole != exact:
            return None
        return whole if kind == "money" else float(whole)
    if side == "on":
        return cut
    sign = -1 if side == "below" else 1
    edges = [i for i, bound in enumerate(cells.bounds) if bound.value == cut]
    wanted = edges[0] if side == "below" else edges[-1] + 1
    step = _NEAR[kind]
    while cells.cell_of(float(Decimal(str(cut)) + sign * step)) != wanted:
        step /= 10
    return float(Decimal(str(cut)) + sign * step)


def _example(space: Space, field: str, customer: Customer, near: Value | None) -> Example | None:
    """Return the customer with another value; None where an `assume` forbids that."""
    given = {name: text for name, text in customer.given.items() if name != field}
    if near is not None:
        given[field] = value_text(near, space.rule_set.fields[field].spec.kind)
    for shorter, longer in space.rule_set.assume:
        if near is None or field not in (shorter, longer):
            continue
        other = longer if field == shorter else shorter
        day = customer.values.get(other)
        assert isinstance(near, date)
        if isinstance(day, date) and (day > near if field == shorter else day < near):
            # The other day gives way, as long as the rules see no difference.
            cells = space.outcomes.cells.get(other)
            if cells is not None and cells.cell_of(day) != cells.cell_of(near):
                return None
            given[other] = near.isoformat()
    ordered = {name: given[name] for name in space.rule_set.fields if name in given}
    return Example("", ordered, {}, customer.as_of)


def _judged(examples: list[Example], rule_set: RuleSet) -> list[tuple[Verdict, tuple[str, ...]]]:
    """Return the verdict and the tags of each example; those of one day are judged together."""
    found: dict[int, tuple[Verdict, tuple[str, ...]]] = {}
    for as_of in sorted({example.as_of for example in examples if example.as_of is not None}):
        places = [i for i, example in enumerate(examples) if example.as_of == as_of]
        tables = [example_cases(examples[i], rule_set)[0].frame for i in places]
        judgement = judge(Cases(pa.concat_tables(tables)), rule_set, as_of)
        for row, (place, kind) in enumerate(zip(places, judgement.classes.to_pylist(), strict=True)):
            tags = tuple(tag for tag, holds in judgement.tags.items() if holds[row].as_py() == 1)
            found[place] = judgement.verdicts[kind], tags
    return [found[i] for i in range(len(examples))]

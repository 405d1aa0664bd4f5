"""Finds a better value with a worse tier: W04, for each field that says in which direction it is better.

What belongs to which side of a cut is in `crmtool.rules.linting.boundaries`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.model import Field
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.formulas import FALSE, Formula, both, either
from crmtool.rules.proving.prove import NotProved
from crmtool.rules.proving.space import Space
from crmtool.rules.proving.terms import Terms
from crmtool.rules.proving.twins import Twins, find_twins
from crmtool.rules.telling.words import value_text


def monotone(context: Context) -> Iterator[LintFinding]:
    """Yield W04 at the field, with both customers."""
    for field in context.rule_set.fields.values():
        if field.better != "none" and _is_tested(context, field):
            where = context.places.key("fields", field.id)
            found = find_twins(context.prover, field.id, partial(_is_worse, field))
            if isinstance(found, NotProved):
                context.give_up("W04", where)
            elif found is not None:
                yield _finding(context, field, found)


def _is_tested(context: Context, field: Field) -> bool:
    return context.prover.days[0].space.variable(field.id, "value") is not None


def _is_worse(field: Field, one: Terms, other: Terms) -> Formula:
    """Return that the second customer has the better value and the worse tier."""
    ranks = sorted({tier.rank for tier in one.rule_set.tiers.values()})
    worse: Formula = FALSE
    for rank in ranks[:-1]:
        upper = {tier.id for tier in one.rule_set.tiers.values() if tier.rank <= rank}
        lower = set(one.rule_set.tiers) - upper
        worse = either(worse, both(one.reaches(upper), other.reaches(lower)))
    plain = both(*(one.given(name, (0,)) for name in one.rule_set.dimensions))
    return both(_is_better(one, other, field), worse, plain)


def _is_better(one: Terms, other: Terms, field: Field) -> Formula:
    """Return that the second value is better than the first, both of them filled in."""
    order = _from_worst(one.space, field)
    first, second = (terms.variable(field.id, "value") for terms in (one, other))
    assert first is not None and second is not None
    steps = (
        both(one.space.at(first, order[:place]), other.space.at(second, order[place:]))
        for place in range(1, len(order))
    )
    return either(*steps)


def _from_worst(space: Space, field: Field) -> list[int]:
    """Return the cells of a field from the worst to the best; words that are not listed have no place.

    Words of which every test says the same share a cell, which then stands at the place of each.
    """
    cells = space.outcomes.cells[field.id]
    if cells.kind == "labelled":
        order = [cells.cell_of(word) for word in field.spec.values]
    else:
        order = sorted(space.values[field.id])
    rises = (field.better == "up") is not space.is_dated(field.id)
    return order if rises else order[::-1]


def _finding(context: Context, field: Field, found: Twins) -> LintFinding:
    one, other, tier, worse = found
    if field.spec.values:
        one = _with_word(context, field, one, is_best=False)
        other = _with_word(context, field, other, is_best=True)
    kind, tiers = field.spec.kind, context.rule_set.tiers
    first, second = one.values[field.id], other.values[field.id]
    assert first is not None and second is not None
    return context.finding(
        "lint-worse-for-better",
        context.places.key("fields", field.id),
        examples=(one, other),
        label=field.label,
        first=value_text(first, kind),
        second=value_text(second, kind),
        tier=tiers[tier].label,
        worse=tiers[worse].label,
    )


def _with_word(context: Context, field: Field, customer: Customer, *, is_best: bool) -> Customer:
    """Return the customer with the best, or worst, of the words that are all one to the rules."""
    cells = context.prover.days[0].space.outcomes.cells[field.id]
    cell = cells.cell_of(str(customer.values[field.id]))
    words = [word for word in field.spec.values if cells.cell_of(word) == cell]
    word = words[-1 if is_best is (field.better == "up") else 0]
    changed = {field.id: word}
    return replace(customer, given={**customer.given, **changed}, values={**customer.values, **changed})

"""Two customers who differ in one field alone, found or proved not to be.

What is asked of the two is left to the caller; one customer is found in `crmtool.rules.proving.prove`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmtool.rules.proving.customers import Customer, a_point, customer_at
from crmtool.rules.proving.formulas import Formula, both, holds_at
from crmtool.rules.proving.possible import possible
from crmtool.rules.proving.prove import Day, NotProved, Prover
from crmtool.rules.proving.search import OutOfBudgetError, Search
from crmtool.rules.proving.terms import Terms

#: A statement about two customers.
AskedOfTwo = Callable[[Terms, Terms], Formula]
#: The two customers, and the tier that each of them ends in.
Twins = tuple[Customer, Customer, str, str]


def find_twins(prover: Prover, field: str, asked: AskedOfTwo) -> Twins | NotProved | None:
    """Return two customers who differ in the value of one field alone, of whom a statement is true; None: there are none."""
    given_up = False
    for day in prover.days:
        twin = Terms(day.space, twin=field)
        try:
            with prover.search() as search:
                found = _on(day, twin, field, asked, search)
        except OutOfBudgetError:
            given_up = True
            continue
        if found is not None:
            return found
    return NotProved(prover.budget) if given_up else None


def _on(day: Day, twin: Terms, field: str, asked: AskedOfTwo, search: Search) -> Twins | None:
    formula = asked(day.terms, twin)
    both_possible = both(day.possible, possible(twin))
    definitions = (*day.terms.definitions.values(), *twin.definitions.values())
    box = search.first(both(formula, both_possible, *definitions), day.space.all_points())
    if box is None:
        return None
    base = a_point(day.terms, box)
    points = [*base, *((bits & -bits).bit_length() - 1 for bits in box[len(base) :])]
    value, other = day.terms.variable(field, "value"), twin.variable(field, "value")
    assert value is not None and other is not None
    turned = list(base)
    turned[value] = points[other]
    about = day.subjects(formula, base)
    first, second = (customer_at(day.terms, each, about) for each in (base, turned))
    return first, second, _tier(day.terms, points), _tier(twin, points)


def _tier(terms: Terms, points: Sequence[int]) -> str:
    return next((tier for tier in terms.rule_set.tiers if holds_at(terms.reaches((tier,)), points)), "")

"""The customers that there can be on one as-of date: the points that each variable of a rule set may stand at.

The cells are those that judging uses, so that what is proved here is what a customer is told. Which customers a
statement is true of is left to `crmtool.rules.proving.terms` and `search`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Literal

from crmtool.rules.conditions import Atom, Condition, OneOf
from crmtool.rules.judging.cells import DATED, Value
from crmtool.rules.judging.meanings import points_of as policy_points
from crmtool.rules.judging.outcomes import Outcomes, Variable
from crmtool.rules.model import Policy, RuleSet
from crmtool.rules.proving.days import conditions_of
from crmtool.rules.proving.formulas import Formula, Points, lit
from crmtool.rules.proving.values import value_in

Aspect = Literal["value", "filled", "level"]

#: Points of the variable that says whether a cell is filled.
BLANK, FILLED, BLANK_IGNORED = 0, 1, 2


class Space:
    """Variables and points of a rule set on one as-of date, and of further conditions that are asked about.

    A field's value may stand in any cell that a value can lie in, at `never` where it is a date, and where its
    policy for an empty cell puts it. A dimension's level is not given (point 0), or given by the ledger.
    """

    def __init__(self, rule_set: RuleSet, as_of: date, further: Sequence[Condition] = ()) -> None:
        self.rule_set, self.as_of = rule_set, as_of
        of_dimensions = [Atom(dimension, OneOf(())) for dimension in rule_set.dimensions]
        asked = [*conditions_of(rule_set), *of_dimensions, *further]
        self.outcomes = Outcomes(rule_set, as_of, frozenset(), frozenset(rule_set.dimensions), asked)
        self.variables = self.outcomes.variables
        self.index = self.outcomes.index
        #: Points of each variable, and of those that `add` adds: what follows from the others.
        self.sizes = list(self.outcomes.diagrams.sizes)
        self.values: dict[str, dict[int, Value | str]] = {
            variable.subject: self._values(variable.subject)
            for variable in self.variables
            if variable.aspect == "value"
        }
        self.may: list[Points] = [self._may(variable) for variable in self.variables]

    def _values(self, subject: str) -> dict[int, Value | str]:
        """Return a value for each cell that a ledger can hold one of."""
        cells = self.outcomes.cells[subject]
        found = {cell: value_in(cells, cell, self.as_of) for cell in cells.domain}
        return {cell: value for cell, value in found.items() if value is not None}

    def add(self, size: int) -> int:
        """Add a variable that follows from the others, and return its index."""
        self.sizes.append(size)
        return len(self.sizes) - 1

    def variable(self, subject: str, aspect: Aspect) -> int | None:
        """Return the index of a variable, or None where nothing asks for it."""
        return self.index.get(Variable(subject, aspect))

    def all_of(self, variable: int) -> Points:
        """Return every point of a variable."""
        return (1 << self.sizes[variable]) - 1

    def all_points(self) -> list[Points]:
        """Return the points that each variable may stand at, for one customer or another."""
        further = range(len(self.variables), len(self.sizes))
        return [*self.may, *(self.all_of(variable) for variable in further)]

    def _may(self, variable: Variable) -> Points:
        """Return where a variable may stand: at what a ledger can say, and at what an empty cell can be taken for."""
        if variable.aspect == "level":
            return self.all_of(self.index[variable])
        policies = list(_settled(self.rule_set.fields[variable.subject].missing))
        if variable.aspect == "filled":
            return points_of(
                (FILLED, *(BLANK_IGNORED if policy.kind == "ignore" else BLANK for policy in policies))
            )
        blank = (self.blank_points(variable.subject, policy) for policy in policies)
        return points_of((*self.filled_points(variable.subject), *chain.from_iterable(blank)))

    def blank_points(self, subject: str, policy: Policy) -> tuple[int, ...]:
        """Return where an empty cell may stand under a policy that is not conditional."""
        found = policy_points(policy, self.outcomes.cells[subject], self.outcomes)
        is_open = policy.kind in ("unknown", "error")
        return tuple(point for point in found if not is_open or point in self.filled_points(subject))

    def at(self, variable: int, points: Iterable[int]) -> Formula:
        """Return that a variable stands at one of some points."""
        return lit(variable, points_of(points), self.all_of(variable))

    def is_dated(self, subject: str) -> bool:
        """Say whether a field is a date, which can be one that has never happened."""
        return self.rule_set.fields[subject].spec.kind in DATED

    def filled_points(self, subject: str) -> tuple[int, ...]:
        """Return where a filled cell of a field may stand."""
        cells = self.outcomes.cells[subject]
        never = (cells.never,) if self.is_dated(subject) else ()
        return (*self.values[subject], *never)


def _settled(policy: Policy) -> Iterator[Policy]:
    """Yield every policy that a conditional one may come to."""
    if policy.kind != "cases":
        yield policy
        return
    yield Policy("unknown")
    for branch in (*(then for _, then in policy.cases), policy.otherwise):
        if branch is not None:
            yield from _settled(branch)


def points_of(points: Iterable[int]) -> Points:
    """Return a set of points as bits.

    >>> points_of((0, 2))
    5
    """
    return sum(1 << point for point in set(points))


def listed(points: Points) -> tuple[int, ...]:
    """Return the points of a set in order.

    >>> listed(5)
    (0, 2)
    """
    return tuple(point for point in range(points.bit_length()) if points >> point & 1)

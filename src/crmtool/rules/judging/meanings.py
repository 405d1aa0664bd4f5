"""What a customer's cells mean: the points each variable may stand at, after the policies for what is empty.

The cells themselves are in `crmtool.rules.judging.cells`; what follows from the points in `crmtool.rules.judging.outcomes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmtool.ledger.ledger import EMPTY, NEVER, READ, UNREAD
from crmtool.ledger.quantities import Duration
from crmtool.rules.judging.cells import DATED, FieldCells
from crmtool.rules.judging.outcomes import Outcomes, Variable, policy_of
from crmtool.rules.model import Field, Policy

#: One field of one class of customers: its state, lowest and highest cell.
Reading = tuple[int, int, int]


@dataclass
class Meaning:
    """The points of each variable (by its index), and which policy stood in for each empty field.

    `unknown` are the fields that may stand at several points.
    """

    points: dict[int, tuple[int, ...]] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)


def meaning_of(
    outcomes: Outcomes,
    readings: Mapping[str, Reading],
    given: Mapping[str, int],
    absent: frozenset[str] | None = None,
) -> Meaning:
    """Return what a class of customers' cells mean.

    `readings` has each field that has a column; a field without one is empty under its policy for absent
    columns. `given` has 1 + the index of the level that the ledger names, for each dimension where it does.
    `absent` are the fields without a column where these are not those of `outcomes`.
    """
    return _Reader(outcomes, readings, given, outcomes.absent if absent is None else absent).read()


class _Reader:
    def __init__(
        self,
        outcomes: Outcomes,
        readings: Mapping[str, Reading],
        given: Mapping[str, int],
        absent: frozenset[str],
    ) -> None:
        self.outcomes, self.readings, self.given, self.absent = outcomes, readings, given, absent
        self.meaning = Meaning()
        self._asking: set[str] = set()

    def read(self) -> Meaning:
        for variable in self.outcomes.variables:
            self._settle(variable)
        return self.meaning

    def _settle(self, variable: Variable) -> None:
        index = self.outcomes.index[variable]
        if index in self.meaning.points:
            return
        if variable.aspect == "level":
            self.meaning.points[index] = (self.given.get(variable.subject, 0),)
            return
        subject = variable.subject
        points = self._filled(subject) if variable.aspect == "filled" else self._value(subject)
        self.meaning.points[index] = points
        if len(points) > 1:
            self.meaning.unknown.add(subject)

    def _filled(self, subject: str) -> tuple[int, ...]:
        state = self.readings.get(subject, (EMPTY, 0, 0))[0]
        if state == UNREAD:
            return (0, 1)
        if state != EMPTY:
            return (1,)
        return (2,) if self._policy(subject).kind == "ignore" else (0,)

    def _value(self, subject: str) -> tuple[int, ...]:
        cells = self.outcomes.cells[subject]
        state, low, high = self.readings.get(subject, (EMPTY, 0, 0))
        if state == READ:
            between = tuple(cell for cell in cells.domain if low <= cell <= high)
            return (low,) if low == high else between or (low, high)
        if state == NEVER:
            return (cells.never,)
        if state == UNREAD:
            return unknown_points(cells)
        policy = self._policy(subject)
        return points_of(policy, cells, self.outcomes)

    def _policy(self, subject: str) -> Policy:
        """Return the policy for an empty cell, with conditional ones settled, and remember it."""
        if subject not in self.meaning.policies:
            field = self.outcomes.rule_set.fields[subject]
            self.meaning.policies[subject] = self._settled(subject, policy_of(field, self.absent))
        return self.meaning.policies[subject]

    def _settled(self, subject: str, policy: Policy) -> Policy:
        if policy.kind != "cases":
            return policy
        if subject in self._asking:  # a policy that asks for its own field
            return Policy("unknown")
        self._asking.add(subject)
        branch = policy.otherwise or Policy("unknown")
        for condition, then in policy.cases:
            node = self.outcomes.truth(condition)
            for index in self.outcomes.diagrams.support(node):
                self._settle(self.outcomes.variables[index])
            truths = self.outcomes.diagrams.values(node, self.meaning.points)
            if truths != {False}:
                branch = then if truths == {True} else Policy("unknown")
                break
        self._asking.discard(subject)
        return self._settled(subject, branch)


def unknown_points(cells: FieldCells) -> tuple[int, ...]:
    """Return where an unknown value may stand: in any possible cell, and at never where empty means never."""
    never = (cells.never,) if cells.field.missing.kind == "never" else ()
    return (*cells.domain, *never)


def points_of(policy: Policy, cells: FieldCells, outcomes: Outcomes) -> tuple[int, ...]:
    """Return where an empty cell stands under a settled policy."""
    if policy.kind == "never":
        return (cells.never,)
    if policy.kind == "fails":
        return (cells.fails,)
    if policy.kind == "ignore":
        return (cells.ignored,)
    if policy.kind in ("zero", "as"):
        return (_assumed_cell(policy, cells.field, cells, outcomes),)
    return unknown_points(cells)


def _assumed_cell(policy: Policy, field: Field, cells: FieldCells, outcomes: Outcomes) -> int:
    value = 0 if policy.kind == "zero" else policy.value
    if field.spec.kind in DATED:
        span = value if isinstance(value, Duration) else Duration()
        value = span.before(outcomes.as_of)
    return cells.cell_of(value)

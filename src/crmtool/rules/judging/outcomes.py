"""What a rule set says, as decision diagrams over the cells of its fields: conditions, levels, scores, tiers.

Reading customers' values into cells is in `crmtool.rules.judging.cells`, what an empty cell means in
`crmtool.rules.judging.meanings`, judging classes of customers in `crmtool.rules.judging.judge`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from crmtool.rules.conditions import All, Atom, Bound, Condition, Not, OneOf, Present, Range, Test, atoms
from crmtool.rules.judging.cells import DATED, FieldCells, cells_of
from crmtool.rules.judging.completions import IMPOSSIBLE, Diagrams, Node
from crmtool.rules.model import Dimension, Field, Policy, RuleSet, Score

NO_LEVEL: Final = "no-level"  #: none of a dimension's levels holds
LEFT_OUT: Final = "left-out"  #: a dimension that the ledger cannot tell, or all of whose tests are ignored
UNDEFINED: Final = "undefined"  #: a score that some dimension keeps from being computed


@dataclass(frozen=True, slots=True)
class Variable:
    """What a diagram asks: a field's value, whether its cell is filled, or a level given in the ledger."""

    subject: str
    aspect: Literal["value", "filled", "level"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a completion ends: a tier and its rule (`row.column` of a matrix), empty if none applies."""

    tier: str
    rule: str


NO_OUTCOME = Outcome("", "")


def policy_of(field: Field, absent: frozenset[str]) -> Policy:
    """Return what an empty cell means here: the policy for an absent column, or for a missing value."""
    return field.absent if field.id in absent else field.missing


class Mentions:
    """Every test that conditions make, directly or through dimensions, scores and conditional policies.

    With `absent` None policies count both for columns that are there and for such that are not.
    """

    def __init__(self, rule_set: RuleSet, absent: frozenset[str] | None) -> None:
        self.rule_set, self.absent = rule_set, absent
        self.tests: dict[str, dict[Test, None]] = {}
        self.variables: dict[Variable, None] = {}
        self._dimensions: set[str] = set()

    def add(self, condition: Condition) -> None:
        """Add every test of a condition."""
        for atom in atoms(condition):
            if atom.subject in self.rule_set.dimensions:
                self.add_dimension(atom.subject)
            elif atom.subject in self.rule_set.scores:
                for dimension in self.rule_set.scores[atom.subject].dimensions:
                    self.add_dimension(dimension)
            else:
                self._add_test(atom)

    def add_dimension(self, dimension: str) -> None:
        """Add every test of a dimension's levels, and the level that the ledger may give."""
        if dimension not in self._dimensions:
            self._dimensions.add(dimension)
            self.variables[Variable(dimension, "level")] = None
            for level in self.rule_set.dimensions[dimension].levels:
                self.add(level.when)

    def _add_test(self, atom: Atom) -> None:
        is_new = atom.subject not in self.tests
        tests = self.tests.setdefault(atom.subject, {})
        if isinstance(atom.test, Present):
            self.variables[Variable(atom.subject, "filled")] = None
        else:
            self.variables[Variable(atom.subject, "value")] = None
            tests[atom.test] = None
        if is_new:
            for policy in self._policies(self.rule_set.fields[atom.subject]):
                for condition, _ in policy.cases:
                    self.add(condition)

    def _policies(self, field: Field) -> tuple[Policy, ...]:
        return (field.missing, field.absent) if self.absent is None else (policy_of(field, self.absent),)


def judged_by(rule_set: RuleSet, absent: frozenset[str] | None) -> Mentions:
    """Return every test that decides tiers."""
    mentions = Mentions(rule_set, absent)
    for rule in rule_set.rules:
        mentions.add(rule.when)
    for dimension in rule_set.dimensions:
        mentions.add_dimension(dimension)
    return mentions


def judging_subjects(rule_set: RuleSet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields that tiers can depend on, and the dimensions, each in the rule set's order."""
    tested = judged_by(rule_set, None).tests
    return tuple(field for field in rule_set.fields if field in tested), tuple(rule_set.dimensions)


def is_told(rule_set: RuleSet, dimension: str, absent: Set[str], level_columns: Set[str]) -> bool:
    """Say whether a ledger has the dimension's level column, or everything its levels are made of."""
    if dimension in level_columns:
        return True
    tests = [atom for level in rule_set.dimensions[dimension].levels for atom in atoms(level.when)]
    return all(
        is_told(rule_set, atom.subject, absent, level_columns)
        if atom.subject in rule_set.dimensions
        else atom.subject not in absent
        for atom in tests
    )


class Outcomes:
    """The diagrams of a rule set on one as-of date, for a ledger with these absent fields and level columns.

    `variables` are asked in this order. Points of a value are those of its `FieldCells`; of `filled`: no,
    yes, ignored; of `level`: not given, then the dimension's levels in order.
    """

    def __init__(
        self,
        rule_set: RuleSet,
        as_of: date,
        absent: frozenset[str],
        level_columns: frozenset[str],
        conditions: Sequence[Condition] | None = None,
    ) -> None:
        self.rule_set, self.as_of, self.absent, self.level_columns = rule_set, as_of, absent, level_columns
        mentions = self._mentions(conditions)
        self.variables = tuple(mentions.variables)
        self.index = {variable: i for i, variable in enumerate(self.variables)}
        self.cells = {subject: self._cells(subject, mentions.tests) for subject in mentions.tests}
        self.diagrams = Diagrams([self._size(variable) for variable in self.variables])
        self._levels: dict[str, Node] = {}

    def _mentions(self, conditions: Sequence[Condition] | None) -> Mentions:
        if conditions is None:
            return judged_by(self.rule_set, self.absent)
        mentions = Mentions(self.rule_set, self.absent)
        for condition in conditions:
            mentions.add(condition)
        return mentions

    def _cells(self, subject: str, tests: Mapping[str, Mapping[Test, None]]) -> FieldCells:
        """Return the cells of a field on the as-of date."""
        return cells_of(
            self.rule_set.fields[subject], list(tests[subject]), self.as_of, self._shared(subject, tests)
        )

    def _shared(self, subject: str, tests: Mapping[str, Mapping[Test, None]]) -> list[Test]:
        """Return the tests of the fields that `assume` joins an age with."""
        linked = {subject}
        for _ in self.rule_set.assume:
            for pair in self.rule_set.assume:
                if linked & set(pair):
                    linked |= set(pair) & set(tests)
        is_dated = self.rule_set.fields[subject].spec.kind in DATED
        return [test for other in linked - {subject} if is_dated for test in tests[other]]

    def _size(self, variable: Variable) -> int:
        if variable.aspect == "level":
            return 1 + len(self.rule_set.dimensions[variable.subject].levels)
        return 3 if variable.aspect == "filled" else self.cells[variable.subject].size

    # -- conditions: True, False, None (every test ignored), UNDEFINED -------------------------------------

    def truth(self, condition: Condition) -> Node:
        """Return the diagram of a whole condition: one that is emptied by `ignore` does not apply."""
        emptied = self._emptied([condition])
        return self.diagrams.combine(
            lambda value, none: False if none else value, self._condition(condition), emptied
        )

    def _emptied(self, conditions: Sequence[Condition]) -> Node:
        """Return the diagram of whether every test of some conditions is ignored."""
        node = self.diagrams.end(True)
        for condition in conditions:
            for atom in dict.fromkeys(atoms(condition)):
                node = self.diagrams.combine(
                    lambda rest, value: rest and value is None, node, self.atom(atom)
                )
        return node

    def _condition(self, condition: Condition) -> Node:
        if isinstance(condition, Atom):
            return self.atom(condition)
        if isinstance(condition, Not):
            return self.diagrams.combine(_negated, self._condition(condition.part))
        if (
            len(condition.parts) == 1
        ):  # a mapping of one test is that test: ignored, it is left out further up
            return self._condition(condition.parts[0])
        parts = [self._condition(part) for part in condition.parts]
        function, empty = (_both, True) if isinstance(condition, All) else (_either, False)
        node = self.diagrams.end(None)
        for part in parts:
            node = self.diagrams.combine(function, node, part)
        return self.diagrams.combine(lambda value: empty if value is None else value, node)

    def atom(self, atom: Atom) -> Node:
        """Return the diagram of one test; None where the test is ignored."""
        if atom.subject in self.rule_set.dimensions:
            assert isinstance(atom.test, OneOf)
            named = atom.test.values
            return self.diagrams.combine(
                lambda level: None if level == LEFT_OUT else level in named, self.level(atom.subject)
            )
        if atom.subject in self.rule_set.scores:
            return self.diagrams.combine(
                lambda score: score if score == UNDEFINED else score_holds(atom.test, score),
                self.score(atom.subject),
            )
        if isinstance(atom.test, Present):
            ends = [self.diagrams.end(value) for value in (False, True, None)]
            return self.diagrams.branch(self.index[Variable(atom.subject, "filled")], ends)
        truths = self.cells[atom.subject].truths[atom.test]
        variable = self.index[Variable(atom.subject, "value")]
        return self.diagrams.branch(variable, [self.diagrams.end(value) for value in truths])

    # -- dimensions and scores -----------------------------------------------------------------------------

    def level(self, dimension: str) -> Node:
        """Return the diagram of a dimension: the given level, else the first whose condition holds."""
        if dimension not in self._levels:
            self._levels[dimension] = self._level(self.rule_set.dimensions[dimension])
        return self._levels[dimension]

    def _level(self, dimension: Dimension) -> Node:
        node = self.diagrams.end(NO_LEVEL)
        for level in reversed(dimension.levels):
            name = level.id
            node = self.diagrams.combine(
                lambda holds, rest, name=name: name if holds is True else rest, self.truth(level.when), node
            )
        emptied = self._emptied([level.when for level in dimension.levels])
        node = self.diagrams.combine(lambda told, none: LEFT_OUT if none else told, node, emptied)
        given = self.diagrams.branch(self.index[Variable(dimension.id, "level")], self._given(dimension))
        return self.diagrams.combine(lambda named, told: told if named is None else named, given, node)

    def _given(self, dimension: Dimension) -> list[Node]:
        """Return what the ledger gives at each point of a dimension's variable: no level, or one of them."""
        return [self.diagrams.end(None), *(self.diagrams.end(level.id) for level in dimension.levels)]

    def is_told(self, dimension: str) -> bool:
        """Say whether the ledger has the dimension's level column, or everything its levels are made of."""
        return is_told(self.rule_set, dimension, self.absent, self.level_columns)

    def score(self, score_id: str) -> Node:
        """Return the diagram of a score: an exact Fraction, or UNDEFINED."""
        score = self.rule_set.scores[score_id]
        node = self.diagrams.end((0, 0))  # points so far, dimensions counted
        for dimension in score.dimensions:
            if self.rule_set.dimensions[dimension].leave_out and not self.is_told(dimension):
                continue
            points = {level.id: level.points for level in self.rule_set.dimensions[dimension].levels}
            node = self.diagrams.combine(
                lambda sum_, level, points=points: _added(sum_, level, points), node, self._scored(dimension)
            )
        return self.diagrams.combine(lambda sum_: _score(score, sum_), node)

    def _scored(self, dimension: str) -> Node:
        """Return the diagram of the level that a score counts."""
        return self.level(dimension)

    # -- tiers ---------------------------------------------------------------------------------------------

    def outcome(self) -> Node:
        """Return the diagram of the tier and the rule that gives it."""
        node = self._matrix() if self.rule_set.matrix else self.diagrams.end(NO_OUTCOME)
        for rule in reversed(self.rule_set.rules):
            hit = Outcome(rule.tier, rule.id)
            node = self.diagrams.combine(
                lambda holds, rest, hit=hit: (
                    hit if holds is True else NO_OUTCOME if holds == UNDEFINED else rest
                ),
                self.truth(rule.when),
                node,
            )
        return node

    def _matrix(self) -> Node:
        matrix = self.rule_set.matrix
        assert matrix is not None

        def cell(row: str, column: str) -> Outcome:
            tier = matrix.cells.get((row, column))
            return Outcome(tier, f"{row}.{column}") if tier else NO_OUTCOME

        return self.diagrams.combine(cell, self.level(matrix.rows), self.level(matrix.cols))

    def constraint(self, lower: str, upper: str) -> Node | None:
        """Return the diagram of `age lower ≤ age upper`, or None where a rule does not look at both."""
        a, b = (self.index.get(Variable(subject, "value")) for subject in (lower, upper))
        if a is None or b is None:
            return None
        earlier, later = self.cells[upper], self.cells[lower]
        day = {v: [self.diagrams.end(p) for p in range(self.diagrams.sizes[v])] for v in (a, b)}

        def can_be(low: int, high: int) -> bool:
            return low >= later.count or high >= earlier.count or low >= high

        return self.diagrams.combine(can_be, *(self.diagrams.branch(v, day[v]) for v in (a, b)))

    def held_to(self, node: Node, constraints: Sequence[Node]) -> Node:
        """Return a diagram that is IMPOSSIBLE where one of the constraints does not hold."""
        for constraint in constraints:
            node = self.diagrams.combine(
                lambda can_be, value: value if can_be else IMPOSSIBLE, constraint, node
            )
        return node


def score_holds(test: Test, score: Hashable) -> bool:
    """Say whether a score passes a test, exactly."""
    assert isinstance(test, Range) and isinstance(score, Fraction)
    return _passes(score, test.low, 1) and _passes(score, test.high, -1)


def _passes(score: Fraction, bound: Bound | None, sign: int) -> bool:
    if bound is None:
        return True
    beyond = sign * (score - Fraction(str(bound.value)))
    return beyond > 0 or (beyond == 0 and bound.inclusive)


def _added(sum_: Hashable, level: str, points: Mapping[str, int | None]) -> Hashable:
    own = points.get(level)
    if level == LEFT_OUT or not isinstance(sum_, tuple):
        return sum_
    return UNDEFINED if own is None else (sum_[0] + own, sum_[1] + 1)


def _score(score: Score, sum_: Hashable) -> Hashable:
    """Return a mean over the dimensions counted, or a sum over all of them; UNDEFINED where there is none."""
    if (
        not isinstance(sum_, tuple)
        or not sum_[1]
        or (score.kind == "sum" and sum_[1] < len(score.dimensions))
    ):
        return UNDEFINED
    return Fraction(sum_[0], sum_[1] if score.kind == "mean" else 1)


def _negated(value: Hashable) -> Hashable:
    return (not value) if isinstance(value, bool) else value


def _both(a: Hashable, b: Hashable) -> Hashable:
    if a is None or b is None:
        return b if a is None else a
    if a is False or b is False:
        return False
    return UNDEFINED if UNDEFINED in (a, b) else True


def _either(a: Hashable, b: Hashable) -> Hashable:
    if a is None or b is None:
        return b if a is None else a
    if a is True or b is True:
        return True
    return UNDEFINED if UNDEFINED in (a, b) else False

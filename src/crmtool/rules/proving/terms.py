"""What can be asked about a rule set on one as-of date, as statements: a condition holds, a rule decides, no rule does.

Says what `crmtool.rules.judging.outcomes` says with decision diagrams, test for test. Finding a customer is left to
`crmtool.rules.proving.prove`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crmtool.rules.conditions import All, Atom, Condition, Not, OneOf, Present, atoms
from crmtool.rules.judging.outcomes import score_holds
from crmtool.rules.model import Rule, RuleSet
from crmtool.rules.proving.formulas import FALSE, TRUE, Formula, both, either, no
from crmtool.rules.proving.scores import values_of_score
from crmtool.rules.proving.space import Aspect, Space


@dataclass(frozen=True, slots=True)
class Truths:
    """Where a condition is true, false, and left out because all its tests are ignored; elsewhere undefined."""

    true: Formula
    false: Formula
    left_out: Formula = FALSE

    @property
    def undefined(self) -> Formula:
        """Return where a score keeps the condition from being one or the other."""
        return no(either(self.true, self.false, self.left_out))


class Terms:
    """The statements about one rule set in one space; each is made once.

    A dimension's level is a variable of its own; `definitions` say for each such variable what it
    follows from, and have to be asked for along with every statement. With `twin`, the value of that field is
    another one: a second customer, who differs from the first in nothing else. With `beside`, another rule set
    says the statements, of the same customers and with the same definitions.
    """

    def __init__(
        self, space: Space, *, twin: str | None = None, beside: tuple[RuleSet, Terms] | None = None
    ) -> None:
        self.space = space
        self.rule_set = space.rule_set if beside is None else beside[0]
        self.definitions: dict[int, Formula] = {} if beside is None else beside[1].definitions
        self._renamed: dict[int, int] = {}
        value = space.variable(twin, "value") if twin is not None else None
        if value is not None:
            self._renamed[value] = space.add(space.sizes[value])
        self._tests: dict[Atom, Truths] = {}
        self._whole: dict[Condition, Truths] = {}
        self._told: dict[str, int] = {}
        self._passed: dict[int, Formula] = {}

    def variable(self, subject: str, aspect: Aspect) -> int | None:
        """Return the index of a variable of this customer, or None where nothing asks for it."""
        index = self.space.variable(subject, aspect)
        return None if index is None else self._renamed.get(index, index)

    def _known(self, subject: str, aspect: Aspect) -> int:
        index = self.variable(subject, aspect)
        assert index is not None  # the space was made for every condition that is asked about
        return index

    # -- conditions ----------------------------------------------------------------------------------------

    def holds(self, condition: Condition) -> Formula:
        """Return that a condition is true."""
        return self.whole(condition).true

    def whole(self, condition: Condition) -> Truths:
        """Return where a whole condition is true and false: one that is emptied by `ignore` does not apply."""
        if condition not in self._whole:
            parts, emptied = self._parts(condition), self.emptied(condition)
            self._whole[condition] = Truths(both(parts.true, no(emptied)), either(parts.false, emptied))
        return self._whole[condition]

    def emptied(self, *conditions: Condition) -> Formula:
        """Return that every test of some conditions is ignored."""
        tests = dict.fromkeys(atom for condition in conditions for atom in atoms(condition))
        return both(*(self._test(atom).left_out for atom in tests))

    def _parts(self, condition: Condition) -> Truths:
        if isinstance(condition, Atom):
            return self._test(condition)
        if isinstance(condition, Not):
            part = self._parts(condition.part)
            return Truths(part.false, part.true, part.left_out)
        parts = [self._parts(part) for part in condition.parts]
        if len(parts) == 1:
            return parts[0]
        if isinstance(condition, All):
            every = both(*(either(part.true, part.left_out) for part in parts))
            return Truths(every, either(*(part.false for part in parts)))
        none = both(*(either(part.false, part.left_out) for part in parts))
        return Truths(either(*(part.true for part in parts)), none)

    def _test(self, atom: Atom) -> Truths:
        if atom not in self._tests:
            if atom.subject in self.rule_set.dimensions:
                self._tests[atom] = self._level_test(atom)
            elif atom.subject in self.rule_set.scores:
                self._tests[atom] = self._score_test(atom)
            else:
                self._tests[atom] = self._field_test(atom)
        return self._tests[atom]

    def _field_test(self, atom: Atom) -> Truths:
        truths: tuple[bool | None, ...]
        if isinstance(atom.test, Present):
            variable, truths = self._known(atom.subject, "filled"), (False, True, None)
        else:
            variable = self._known(atom.subject, "value")
            truths = self.space.outcomes.cells[atom.subject].truths[atom.test]
        true, false, left_out = (
            self.space.at(variable, (point for point, truth in enumerate(truths) if truth is wanted))
            for wanted in (True, False, None)
        )
        return Truths(true, false, left_out)

    # -- dimensions and scores -----------------------------------------------------------------------------

    def level(self, dimension: str, level: str | None) -> Formula:
        """Return that a dimension has a level, given or by its conditions; None: it has none."""
        levels = [known.id for known in self.rule_set.dimensions[dimension].levels]
        return self._stands(dimension, len(levels) if level is None else levels.index(level))

    def left_out(self, dimension: str) -> Formula:
        """Return that every test of a dimension is ignored, and its level is not given."""
        return self._stands(dimension, len(self.rule_set.dimensions[dimension].levels) + 1)

    def given(self, dimension: str, places: Iterable[int]) -> Formula:
        """Return that the ledger gives one of a dimension's levels (1, 2 …) or none (0)."""
        return self.space.at(self._known(dimension, "level"), places)

    def given_variable(self, variable: int) -> int | None:
        """Return the variable of the given level of the dimension that a variable of its own stands for."""
        dimension = next((name for name, told in self._told.items() if told == variable), None)
        return None if dimension is None else self._known(dimension, "level")

    def _stands(self, dimension: str, point: int) -> Formula:
        """Return where the dimension's own variable stands: at a level, at none (after them), or left out (last)."""
        if dimension not in self._told:
            told = self._told[dimension] = self.space.add(len(self.rule_set.dimensions[dimension].levels) + 2)
            by_fields = enumerate(self._by_fields(dimension))
            self.definitions[told] = both(
                *(either(no(self.space.at(told, (place,))), where) for place, where in by_fields)
            )
        return self.space.at(self._told[dimension], (point,))

    def _by_fields(self, dimension: str) -> list[Formula]:
        levels = self.rule_set.dimensions[dimension].levels
        left_out = both(self.given(dimension, (0,)), self.emptied(*(level.when for level in levels)))
        told, found = both(self.given(dimension, (0,)), no(left_out)), []
        for place, level in enumerate(levels, start=1):
            truths = self.whole(level.when)
            found.append(either(both(told, truths.true), self.given(dimension, (place,))))
            told = both(told, no(truths.true))
        return [*found, told, left_out]

    def _level_test(self, atom: Atom) -> Truths:
        assert isinstance(atom.test, OneOf)
        left_out = self.left_out(atom.subject)
        true = either(*(self.level(atom.subject, level) for level in atom.test.values))
        return Truths(true, no(either(true, left_out)), left_out)

    def _score_test(self, atom: Atom) -> Truths:
        true, false = list[Formula](), list[Formula]()
        for score, where in values_of_score(self, atom.subject):
            if score is not None:
                (true if score_holds(atom.test, score) else false).append(where)
        return Truths(either(*true), either(*false))

    # -- what decides --------------------------------------------------------------------------------------

    def passed(self, place: int) -> Formula:
        """Return that none of the first `place` rules applies, nor ends the search undefined."""
        if place not in self._passed:
            if not place:
                self._passed[0] = TRUE
            else:
                truths = self.whole(self.rule_set.rules[place - 1].when)
                self._passed[place] = both(self.passed(place - 1), truths.false)
        return self._passed[place]

    def decides(self, rule: Rule) -> Formula:
        """Return that a rule applies and none before it does."""
        return both(self.passed(self.rule_set.rules.index(rule)), self.holds(rule.when))

    def reaches(self, tiers: Iterable[str]) -> Formula:
        """Return that the customer ends in one of some tiers."""
        wanted, matrix = set(tiers), self.rule_set.matrix
        if matrix is not None:
            return either(
                *(
                    both(self.level(matrix.rows, row), self.level(matrix.cols, column))
                    for (row, column), tier in matrix.cells.items()
                    if tier in wanted
                )
            )
        return either(*(self.decides(rule) for rule in self.rule_set.rules if rule.tier in wanted))

    def no_tier(self) -> Formula:
        """Return that the customer ends in no tier: no rule applies, or a score or a level is not there."""
        return no(self.reaches(self.rule_set.tiers))


#: What is asked of a rule set: on each as-of date a statement of its own.
Asked = Callable[[Terms], Formula]

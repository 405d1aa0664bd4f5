"""One common ground for the cells of two days, so that what held then and what holds now can be put together.

Knows how a customer of each day looks there, and what a mixture of both would be judged; which mixture explains a move
is left to `crmtool.review.moves.causes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from crmtool.ledger.ledger import EMPTY, NEVER, UNREAD
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Test
from crmtool.rules.deciding.decide import printed_tier
from crmtool.rules.judging.cells import DATED, FieldCells, cells_of
from crmtool.rules.judging.classes import Coding, collect, distinct
from crmtool.rules.judging.completions import Node
from crmtool.rules.judging.judge import Judging
from crmtool.rules.judging.meanings import Reading, meaning_of
from crmtool.rules.judging.outcomes import (
    LEFT_OUT,
    Mentions,
    Outcomes,
    Variable,
    is_told,
    judged_by,
    judging_subjects,
)
from crmtool.rules.model import Dimension, RuleSet


@dataclass(frozen=True, slots=True)
class Part:
    """What one field (or the given level of one dimension) says, and whether the ledger has a column of it.

    `reading` is (state, lowest cell, highest cell); of a dimension (0, 0, point of its level).
    """

    reading: Reading
    has_column: bool


#: What all fields say, in the rule set's order, then all dimensions.
Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Day:
    """The customers of one day: the class of each row, and the parts of each class."""

    classes: pa.Array
    parts: tuple[Parts, ...]


class _EveryTest(Outcomes):
    """The cells of a day, cut by every test that decides tiers, whichever columns a ledger has."""

    def _mentions(self, conditions: object) -> Mentions:
        return judged_by(self.rule_set, None)


class _BothDays(_EveryTest):
    """Outcomes over cells in which both days' readings can be told: the cells of now, and where ages are cut otherwise
    then, those of then beyond them. Beyond a dimension's levels lies the point at which scores leave it out."""

    def __init__(self, rule_set: RuleSet, then: date, now: date) -> None:
        self.then, self.now = then, now
        self.shift: dict[str, int] = {}
        self.cells_now: dict[str, FieldCells] = {}
        super().__init__(rule_set, now, frozenset(), frozenset(rule_set.dimensions))

    def _cells(self, subject: str, tests: Mapping[str, Mapping[Test, None]]) -> FieldCells:
        field = self.rule_set.fields[subject]
        own, shared = list(tests[subject]), self._shared(subject, tests)
        now, then = (cells_of(field, own, day, shared) for day in (self.now, self.then))
        self.cells_now[subject], self.shift[subject] = now, 0
        if field.spec.kind not in DATED or self._is_same(subject, tests):
            return now
        self.shift[subject] = now.count
        truths = {test: (*now.truths[test][: now.count], *then.truths[test]) for test in dict.fromkeys(own)}
        domain = (*now.domain, *(now.count + cell for cell in then.domain))
        return replace(now, truths=truths, count=now.count + then.count, domain=domain)

    def _is_same(self, subject: str, tests: Mapping[str, Mapping[Test, None]]) -> bool:
        """Say whether the cells of both days follow upon each other alike; months and weeks may change places."""
        every = [*tests[subject], *self._shared(subject, tests)]
        now, then = (cells_of(self.rule_set.fields[subject], every, day) for day in (self.now, self.then))
        return now.truths == then.truths and now.domain == then.domain

    def _size(self, variable: Variable) -> int:
        return super()._size(variable) + (variable.aspect == "level")

    def _given(self, dimension: Dimension) -> list[Node]:
        return [*super()._given(dimension), self.diagrams.end(None)]

    def _scored(self, dimension: str) -> Node:
        points = len(self.rule_set.dimensions[dimension].levels) + 2
        ends = [self.diagrams.end(point == points - 1) for point in range(points)]
        is_out = self.diagrams.branch(self.index[Variable(dimension, "level")], ends)
        return self.diagrams.combine(
            lambda out, level: LEFT_OUT if out else level, is_out, self.level(dimension)
        )


class TwoDays:
    """Today's rules over what was known `then` and what is known `now`."""

    def __init__(self, rule_set: RuleSet, then: date, now: date) -> None:
        self.rule_set = rule_set
        self.fields, self.dimensions = judging_subjects(rule_set)
        self.subjects = (*self.fields, *self.dimensions)
        self.outcomes = _BothDays(rule_set, then, now)
        none: frozenset[str] = frozenset()
        self._judging = Judging(rule_set, now, none, none, self.outcomes)
        self._tiers: dict[Parts, str] = {}

    def day(self, cases: Cases, *, is_then: bool) -> Day:
        """Return the classes of one day's customers, a row a case."""
        none: frozenset[str] = frozenset()
        as_of = self.outcomes.then if is_then else self.outcomes.now
        coding = Coding(_EveryTest(self.rule_set, as_of, none, none), cases)
        table = collect(cases.frame, coding.expressions(":"))
        classes, codes = distinct([table[f":{i}"] for i in range(len(coding.words))], len(table))
        read = [coding.read(code) for code in codes]
        return Day(classes, tuple(self._parts(cases, *each, is_then=is_then) for each in read))

    def _parts(
        self, cases: Cases, readings: Mapping[str, Reading], given: Mapping[str, int], *, is_then: bool
    ) -> Parts:
        parts = []
        for field in self.fields:
            state, low, high = readings.get(field, (EMPTY, 0, 0))
            shift = self.outcomes.shift[field] if is_then else 0
            plain = (state, 0, 0) if state in (EMPTY, UNREAD, NEVER) else (state, low + shift, high + shift)
            parts.append(Part(plain, field not in cases.absent))
        levels = (Part((0, 0, given.get(d, 0)), d in cases.level_columns) for d in self.dimensions)
        return (*parts, *levels)

    def tier(self, parts: Parts) -> str:
        """Return the tier that a customer would be in by today's rules, empty where undecided."""
        if parts not in self._tiers:
            self._tiers[parts] = self._tier(parts)
        return self._tiers[parts]

    def _tier(self, parts: Parts) -> str:
        by_subject = dict(zip(self.subjects, parts, strict=True))
        absent = frozenset(field for field in self.fields if not by_subject[field].has_column)
        columns = frozenset(d for d in self.dimensions if by_subject[d].has_column)
        readings = {field: by_subject[field].reading for field in self.fields}
        given = {}
        for name in self.dimensions:
            dimension = self.rule_set.dimensions[name]
            is_out = dimension.leave_out and not is_told(self.rule_set, name, absent, columns)
            given[name] = len(dimension.levels) + 1 if is_out else by_subject[name].reading[2]
        meaning = meaning_of(self.outcomes, readings, given, absent)
        tiers = self._judging.tiers(meaning)
        if len(tiers) == 1 and "" not in tiers:
            return next(iter(tiers))
        return printed_tier(self.rule_set, [tier for tier in self.rule_set.tiers if tier in tiers])

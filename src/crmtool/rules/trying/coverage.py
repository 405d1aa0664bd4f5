"""Says which rules, tiers, levels and regions of a rule set its examples try, and makes up customers for the others.

A region is one box of those that together are all the customers a rule decides. What a stub of an example
looks like is left to `crmtool.rules.trying.stubs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

import pyarrow as pa

from crmtool.rules.cases import Cases
from crmtool.rules.deciding.labels import tiers_of
from crmtool.rules.examples import example_cases
from crmtool.rules.judging.classes import Coding, collect
from crmtool.rules.judging.fitting import has_no_column
from crmtool.rules.judging.judge import Verdict, judge
from crmtool.rules.judging.meanings import Meaning, meaning_of
from crmtool.rules.judging.meanings import points_of as policy_points
from crmtool.rules.model import Example, Policy, RuleSet
from crmtool.rules.proving.boxes import Box, Boxes, boxes
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.formulas import Formula, both
from crmtool.rules.proving.prove import NotProved, Prover
from crmtool.rules.proving.space import BLANK, BLANK_IGNORED, Space, listed
from crmtool.rules.proving.terms import Asked, Terms

Kind = Literal["rule", "tier", "level", "region"]
#: Boxes that are made of the customers of one rule.
MOST_BOXES = 12


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule (`row.column` of a matrix), tier, level (`dimension.level`) or region, and the examples that try it.

    `customer` is made up: one whom it is about; None where there is none, or none was found within the budget. Of a
    region, `region` and `box` are its boxes and its own, `id` is its rule.
    """

    kind: Kind
    id: str
    examples: tuple[str, ...]
    customer: Customer | None
    region: Boxes | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the examples of a rule set try.

    `whole` are the rules whose regions are all told; of the others there are more boxes than were made.
    """

    tried: tuple[Tried, ...]
    whole: frozenset[str]

    def told(self, kind: Kind) -> tuple[Tried, ...]:
        """Return what is told of one kind; what no customer can reach is left to linting."""
        return tuple(each for each in self.tried if each.kind == kind and (each.customer or each.examples))

    @property
    def untried(self) -> tuple[Tried, ...]:
        """Return what no example tries and some customer reaches."""
        return tuple(each for each in self.tried if not each.examples and each.customer is not None)


def coverage(rule_set: RuleSet, prover: Prover, *, has_regions: bool = True) -> Coverage:
    """Return what is tried by the examples that expect something; regions take the longest, and can be left out.

    An example tries a rule, tier, level or region if it is of it whatever stands in the cells that it leaves empty.
    """
    return _Trying(rule_set, prover).coverage(has_regions=has_regions)


@dataclass(frozen=True)
class _Placed:
    """An example where it stands: what is decided of it, and what its cells mean in the space of its own day."""

    name: str
    verdict: Verdict
    tier: str
    meaning: Meaning
    space: Space


class _Trying:
    def __init__(self, rule_set: RuleSet, prover: Prover) -> None:
        self.rule_set, self.prover = rule_set, prover
        self.whole: list[str] = []
        spaces: dict[date, Space] = {}
        self.placed = [
            placed
            for example in rule_set.examples
            if example.expect and (placed := _placed(example, rule_set, spaces)) is not None
        ]

    def coverage(self, *, has_regions: bool) -> Coverage:
        tried = [*self._rules(), *self._tiers(), *self._levels(), *(self._regions() if has_regions else ())]
        return Coverage(tuple(tried), frozenset(self.whole))

    def _rules(self) -> Iterator[Tried]:
        for id, asked in _deciding(self.rule_set):
            names = [p.name for p in self.placed if p.verdict.is_decided and p.verdict.rules == (id,)]
            yield Tried("rule", id, tuple(names), self._somebody(asked))

    def _tiers(self) -> Iterator[Tried]:
        for tier in self.rule_set.tiers:
            names = tuple(placed.name for placed in self.placed if placed.tier == tier)
            yield Tried("tier", tier, names, self._somebody(partial(_reaches, tier)))

    def _levels(self) -> Iterator[Tried]:
        for dimension in self.rule_set.dimensions.values():
            for level in dimension.levels:
                names = [p.name for p in self.placed if p.verdict.levels[dimension.id] == (level.id,)]
                asked = partial(_stands_at, dimension.id, level.id)
                yield Tried("level", f"{dimension.id}.{level.id}", tuple(names), self._somebody(asked))

    def _regions(self) -> Iterator[Tried]:
        """Yield the boxes of each rule, those of customers whose levels follow from their figures."""
        for id, asked in _deciding(self.rule_set):
            region = boxes(self.prover, asked, within=_by_figures, most=MOST_BOXES)
            self.whole += [id] if region.is_whole else []
            for box in region.boxes:
                names = [placed.name for placed in self.placed if _is_in(placed, region, box)]
                yield Tried("region", id, tuple(names), box.example, region, box)

    def _somebody(self, asked: Asked) -> Customer | None:
        found = self.prover.find(asked)
        return None if isinstance(found, NotProved) else found


def _deciding(rule_set: RuleSet) -> Iterator[tuple[str, Asked]]:
    """Yield what decides tiers, as verdicts name it, with the statement that it does."""
    for rule in rule_set.rules:
        yield rule.id, lambda terms, rule=rule: terms.decides(rule)  # type: ignore[misc]
    for row, column in rule_set.matrix.cells if rule_set.matrix else ():
        yield f"{row}.{column}", partial(_in_cell, row, column)


def _in_cell(row: str, column: str, terms: Terms) -> Formula:
    matrix = terms.rule_set.matrix
    assert matrix is not None
    return both(terms.level(matrix.rows, row), terms.level(matrix.cols, column))


def _reaches(tier: str, terms: Terms) -> Formula:
    return terms.reaches((tier,))


def _stands_at(dimension: str, level: str, terms: Terms) -> Formula:
    return both(terms.given(dimension, (0,)), terms.level(dimension, level))


def _by_figures(terms: Terms) -> Formula:
    return both(*(terms.given(name, (0,)) for name in terms.rule_set.dimensions))


def _placed(example: Example, rule_set: RuleSet, spaces: dict[date, Space]) -> _Placed | None:
    """Return where an example stands; None where one of its cells cannot be read, which `rules test` tells."""
    assert example.as_of is not None
    cases, unread = example_cases(example, rule_set)
    if unread:
        return None
    judgement = judge(cases, rule_set, example.as_of)
    kind = judgement.kinds[judgement.classes[0].as_py()]
    given = _given_tier(example, rule_set) if has_no_column(rule_set, cases) else None
    if example.as_of not in spaces:
        spaces[example.as_of] = Space(rule_set, example.as_of)
    space = spaces[example.as_of]
    meaning = _meaning(space, cases, kind.meaning.policies)
    return _Placed(example.name, kind.verdict, given or kind.verdict.tier, meaning, space)


def _meaning(space: Space, cases: Cases, settled: Mapping[str, Policy]) -> Meaning:
    """Return where the one customer of `cases` stands in a space; `settled` are the policies that judging came to.

    A space knows no conditions of `absent:`, so these are taken as judging settled them.
    """
    coding = Coding(space.outcomes, cases)
    row = collect(cases.frame, coding.expressions("")).to_pylist()[0] if coding.words else {}
    readings, levels = coding.read(tuple(row[str(i)] for i in range(len(coding.words))))
    fields = space.rule_set.fields
    conditional = {name for name in cases.absent if fields[name].absent.kind == "cases"}
    meaning = meaning_of(space.outcomes, readings, levels, cases.absent - conditional)
    for name in conditional:
        policy, cells = settled.get(name, Policy("unknown")), space.outcomes.cells.get(name)
        value, filled = space.variable(name, "value"), space.variable(name, "filled")
        if value is not None and cells is not None:
            meaning.points[value] = policy_points(policy, cells, space.outcomes)
        if filled is not None:
            meaning.points[filled] = (BLANK_IGNORED if policy.kind == "ignore" else BLANK,)
    return meaning


def _given_tier(example: Example, rule_set: RuleSet) -> str | None:
    named: str | None = tiers_of(pa.array([example.given.get("tier")], pa.string()), rule_set)[0].as_py()
    return named


def _is_in(placed: _Placed, region: Boxes, box: Box) -> bool:
    """Say whether an example lies in a box whatever its empty cells hold.

    The same spans cut the same cells on nearly every day; where they do not, it is not said that it does.
    """
    if not _are_alike(placed.space, region.day.space):
        return False
    return all(set(placed.meaning.points[v]) <= set(listed(points)) for v, points in box.held.items())


def _are_alike(one: Space, other: Space) -> bool:
    def spans(space: Space) -> Sequence[object]:
        cells = space.outcomes.cells
        return [
            [bound.span or bound.value for bound in cells[name].bounds] + [cells[name].count]
            for name in cells
        ]

    return one.sizes[: len(one.variables)] == other.sizes[: len(other.variables)] and spans(one) == spans(
        other
    )

"""Judging: the distinct classes of customers are judged once each, over every completion of what is unknown.

Turning verdicts into decisions (given tiers, locks, what to print for the undecided) is left to
`crmtool.rules.deciding.decide`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import pyarrow as pa

from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Atom, Condition, atoms
from crmtool.rules.judging.classes import Coding, collect, distinct
from crmtool.rules.judging.completions import Node
from crmtool.rules.judging.meanings import Meaning, Reading, meaning_of
from crmtool.rules.judging.outcomes import LEFT_OUT, NO_LEVEL, UNDEFINED, Outcome, Outcomes
from crmtool.rules.model import RuleSet


@dataclass(frozen=True)
class Verdict:
    """What a class of customers is.

    `tier` is the proved tier, empty where undecided. `rules` are the rules (`row.column` for a matrix) that
    give it in one completion or another; `possible` the tiers of all completions, in the rule set's order;
    `has_gap` says that in some completion no rule applies; `missing` are the unknown fields that can change
    the tier. `levels` has for each dimension the levels possible (one: known; none: left out, or no level
    holds), `scores` each score where it is the same in every completion. `flag` is printed with the tier.
    """

    tier: str
    rules: tuple[str, ...]
    possible: tuple[str, ...]
    missing: tuple[str, ...] = ()
    has_gap: bool = False
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scores: Mapping[str, Fraction | None] = field(default_factory=dict)
    flag: str = ""

    @property
    def is_decided(self) -> bool:
        """Say whether every completion ends in the same tier."""
        return bool(self.tier)


@dataclass(frozen=True)
class CustomerClass:
    """Customers whose cells are the same: their readings, the levels given, and what these mean."""

    readings: Mapping[str, Reading]
    given: Mapping[str, int]
    meaning: Meaning
    verdict: Verdict


@dataclass(frozen=True)
class Judgement:
    """The class of each row, a verdict of each class, and whether each tag holds.

    `classes` (int64) indexes `verdicts`; their order does not depend on the order of rows. `tags` maps a tag
    to an int8 array: 1 true, 0 false, null unknown. `judging` judges further points (explain, advice).
    """

    classes: pa.Array
    kinds: tuple[CustomerClass, ...]
    tags: Mapping[str, pa.Array]
    judging: Judging

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return the verdict of each class."""
        return tuple(kind.verdict for kind in self.kinds)


class Judging:
    """A rule set made ready to judge the customers of one ledger (its absent fields and level columns).

    `outcomes` are made of these unless given.
    """

    def __init__(
        self,
        rule_set: RuleSet,
        as_of: date,
        absent: frozenset[str],
        level_columns: frozenset[str],
        outcomes: Outcomes | None = None,
    ) -> None:
        self.outcomes = outcomes or Outcomes(rule_set, as_of, absent, level_columns)
        self.rule_set = rule_set
        self.outcome = self.outcomes.outcome()
        diagrams = self.outcomes.diagrams
        self.tier = diagrams.combine(lambda outcome: outcome.tier, self.outcome)
        self.levels = {dimension: self.outcomes.level(dimension) for dimension in rule_set.dimensions}
        self.scores = {score: self.outcomes.score(score) for score in rule_set.scores}
        self._pairs = [
            (pair, node) for pair in rule_set.assume if (node := self.outcomes.constraint(*pair)) is not None
        ]
        self._atoms: dict[Atom, Node] = {}
        self._held: dict[tuple[Node, tuple[int, ...]], Node] = {}

    def atom(self, atom: Atom) -> Node:
        """Return the diagram of one test."""
        if atom not in self._atoms:
            self._atoms[atom] = self.outcomes.atom(atom)
        return self._atoms[atom]

    def truth(self, condition: Condition) -> Node:
        """Return the diagram of a whole condition."""
        return self.outcomes.truth(condition)

    def is_left_out(self, dimension: str) -> bool:
        """Say whether the ledger cannot tell a dimension that may be left out of a mean."""
        return self.rule_set.dimensions[dimension].leave_out and not self.outcomes.is_told(dimension)

    def is_movable(self, dimension: str) -> bool:
        """Say whether some field behind a dimension has a good direction to move in."""
        tests = [atom for level in self.rule_set.dimensions[dimension].levels for atom in atoms(level.when)]
        fields = [field for atom in tests if (field := self.rule_set.fields.get(atom.subject))]
        return any(field.better != "none" and field.movable for field in fields)

    def asked_for(self, field: str) -> str:
        """Return what a person is asked for where a field is missing.

        That is the field, or the dimension whose level column the ledger has while it lacks the field's own.
        """
        if field in self.outcomes.absent:
            for dimension in self.rule_set.dimensions.values():
                fields = {atom.subject for level in dimension.levels for atom in atoms(level.when)}
                if dimension.id in self.outcomes.level_columns and field in fields:
                    return dimension.id
        return field

    def held(self, node: Node, meaning: Meaning) -> Node:
        """Return a diagram under the constraints that touch something unknown."""
        used = tuple(i for i, (pair, _) in enumerate(self._pairs) if meaning.unknown & set(pair))
        if not used:
            return node
        if (node, used) not in self._held:
            self._held[node, used] = self.outcomes.held_to(node, [self._pairs[i][1] for i in used])
        held = self._held[node, used]
        # Ranges that contradict a constraint leave nothing possible: then the constraint is not believed.
        return held if self.outcomes.diagrams.values(held, meaning.points) else node

    def tiers(self, meaning: Meaning) -> frozenset[str]:
        """Return the tiers of all completions; an empty one where no rule applies."""
        found = self.outcomes.diagrams.values(self.held(self.tier, meaning), meaning.points)
        return frozenset(str(tier) for tier in found)

    def verdict(self, meaning: Meaning) -> Verdict:
        """Judge one class over every completion of what is unknown."""
        diagrams, points = self.outcomes.diagrams, meaning.points
        found = {
            o for o in diagrams.values(self.held(self.outcome, meaning), points) if isinstance(o, Outcome)
        }
        tiers = {outcome.tier for outcome in found}
        tier = next(iter(tiers)) if len(tiers) == 1 else ""
        missing: tuple[str, ...] = ()
        if not tier:
            restricted = diagrams.restrict(self.held(self.tier, meaning), points)
            deciding = diagrams.deciding(restricted, points)
            subjects = {self.outcomes.variables[variable].subject for variable in deciding}
            missing = tuple(f for f in (*self.rule_set.fields, *sorted(subjects)) if f in subjects)
            missing = tuple(dict.fromkeys(missing))
        hits = tuple(sorted((o.rule for o in found if o.rule), key=self._rank_of_rule))
        return Verdict(
            tier,
            hits,
            tuple(t for t in self.rule_set.tiers if t in tiers),
            missing,
            "" in tiers,
            {d: self._levels(d, node, meaning) for d, node in self.levels.items()},
            {s: self._score(node, meaning) for s, node in self.scores.items()},
            self._flag(hits) if tier else "",
        )

    def _rank_of_rule(self, rule: str) -> tuple[int, str]:
        ids = [r.id for r in self.rule_set.rules]
        return (ids.index(rule) if rule in ids else len(ids), rule)

    def _flag(self, hits: Sequence[str]) -> str:
        flags = {rule.flag for rule in self.rule_set.rules if rule.id in hits}
        return next(iter(flags)) if len(flags) == 1 else ""

    def _levels(self, dimension: str, node: Node, meaning: Meaning) -> tuple[str, ...]:
        found = self.outcomes.diagrams.values(self.held(node, meaning), meaning.points) - {LEFT_OUT, NO_LEVEL}
        return tuple(level.id for level in self.rule_set.dimensions[dimension].levels if level.id in found)

    def _score(self, node: Node, meaning: Meaning) -> Fraction | None:
        found = self.outcomes.diagrams.values(self.held(node, meaning), meaning.points)
        only = next(iter(found)) if len(found) == 1 else UNDEFINED
        return only if isinstance(only, Fraction) else None


def judge(cases: Cases, rule_set: RuleSet, as_of: date) -> Judgement:
    """Judge every customer of `cases` by `rule_set` on `as_of`.

    Customers in the same cells are one class, which is judged once, over every completion of its unknown
    fields: exact and joint. Fields joined by `assume` are completed only so that the constraint holds, where
    one of them is unknown. Judging a class takes time in proportion to its decision diagram, not to its
    completions; rules whose diagram has more than `completions.NODE_LIMIT` nodes are refused with a
    UsageError. A lazy frame is ordered by its column `customer`.
    """
    judging = Judging(rule_set, as_of, cases.absent, cases.level_columns)
    parts = {"": judging.outcomes}
    parts |= {tag.id: _of_tag(rule_set, as_of, cases, tag.when) for tag in rule_set.tags}
    coding = {name: Coding(outcomes, cases) for name, outcomes in parts.items()}
    columns = collect(cases.frame, [expr for name in parts for expr in coding[name].expressions(f"{name}:")])
    classes, codes = distinct([columns[f":{i}"] for i in range(len(coding[""].words))], len(columns))
    kinds = []
    for code in codes:
        readings, given = coding[""].read(code)
        meaning = meaning_of(judging.outcomes, readings, given)
        kinds.append(CustomerClass(readings, given, meaning, judging.verdict(meaning)))
    tags = {}
    for tag in rule_set.tags:
        words = [columns[f"{tag.id}:{i}"] for i in range(len(coding[tag.id].words))]
        rows, tag_codes = distinct(words, len(columns))
        node = parts[tag.id].truth(tag.when)
        truths = pa.array(
            [_tag_truth(parts[tag.id], node, coding[tag.id], code) for code in tag_codes], pa.int8()
        )
        tags[tag.id] = truths.take(rows)
    return Judgement(classes, tuple(kinds), tags, judging)


def _of_tag(rule_set: RuleSet, as_of: date, cases: Cases, when: Condition) -> Outcomes:
    return Outcomes(rule_set, as_of, cases.absent, cases.level_columns, [when])


def _tag_truth(outcomes: Outcomes, node: Node, coding: Coding, code: Sequence[int]) -> int | None:
    meaning = meaning_of(outcomes, *coding.read(code))
    pairs = [pair for pair in outcomes.rule_set.assume if meaning.unknown & set(pair)]
    constraints = [c for pair in pairs if (c := outcomes.constraint(*pair)) is not None]
    found = outcomes.diagrams.values(outcomes.held_to(node, constraints), meaning.points)
    return 1 if found == {True} else 0 if found == {False} else None

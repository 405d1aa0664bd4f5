"""What a trace is made of: each rule and level with its tests, and what keeps a customer from a better tier.

The whole story, and its words, are in `crmtool.rules.telling.trace`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crmtool.rules.conditions import All, Any, Condition, atoms
from crmtool.rules.judging.judge import CustomerClass, Judgement, Verdict
from crmtool.rules.model import Origin, Policy, Rule
from crmtool.rules.telling.proofs import Fact, fact_of, proof


@dataclass(frozen=True, slots=True)
class CellTrace:
    """A field's cell: its text in both languages, and the policy that stood in where it is empty."""

    field: str
    zh: str
    en: str
    is_read: bool
    is_absent: bool
    policy: Policy | None


@dataclass(frozen=True, slots=True)
class ConditionTrace:
    """A rule or a level: whether it holds (None: open), each of its tests, and those that refute it."""

    id: str
    holds: bool | None
    tests: tuple[Fact, ...]
    refuted_by: tuple[Fact, ...] = ()
    tier: str = ""
    origin: Origin = "source"
    note: str = ""


@dataclass(frozen=True, slots=True)
class DimensionTrace:
    """A dimension: the levels possible, whether the ledger gave the level, and each level's condition."""

    id: str
    levels: tuple[str, ...]
    is_given: bool
    is_left_out: bool
    conditions: tuple[ConditionTrace, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a customer is not in a better tier by one of the ways that lead there.

    `way` is a rule, or `row.column` of the matrix. `facts` are tests that fail; `levels` the levels
    (dimension, level) that the way asks for and the customer does not have; `preceded_by` a rule that came
    first.
    """

    tier: str
    way: str
    facts: tuple[Fact, ...] = ()
    levels: tuple[tuple[str, str], ...] = ()
    preceded_by: str = ""


class Tracing:
    """Traces conditions for one class of customers."""

    def __init__(self, judgement: Judgement, kind: CustomerClass) -> None:
        self.judging, self.kind = judgement.judging, kind
        self.rule_set = judgement.judging.rule_set

    def condition(self, id: str, when: Condition) -> ConditionTrace:
        """Return what a condition and each of its tests came to."""
        meaning = self.kind.meaning
        tests = tuple(fact_of(self.judging, atom, meaning) for atom in dict.fromkeys(atoms(when)))
        found = self.judging.outcomes.diagrams.values(
            self.judging.held(self.judging.truth(when), meaning), meaning.points
        )
        holds = True if found == {True} else False if found == {False} else None
        return ConditionTrace(id, holds, tests, tuple(self._lacking(when)) if holds is False else ())

    def _lacking(self, when: Condition) -> Iterable[Fact]:
        """Yield every test that has to change for a condition to hold (of an alternative: any of them)."""
        if proof(self.judging, when, self.kind.meaning, of=False) is None:
            return
        if isinstance(when, All | Any):
            for part in when.parts:
                yield from self._lacking(part)
        else:
            yield from (fact_of(self.judging, atom, self.kind.meaning) for atom in atoms(when))

    def rule(self, rule: Rule) -> ConditionTrace:
        """Return what a rule came to."""
        told = self.condition(rule.id, rule.when)
        return replace(told, tier=rule.tier, origin=rule.origin, note=rule.note)

    def dimension(self, dimension: str) -> DimensionTrace:
        """Return what a dimension came to, level by level."""
        return DimensionTrace(
            dimension,
            self.kind.verdict.levels[dimension],
            dimension in self.kind.given,
            self.judging.is_left_out(dimension),
            tuple(
                self.condition(level.id, level.when) for level in self.rule_set.dimensions[dimension].levels
            ),
        )

    def obstacles(self) -> Iterable[Obstacle]:
        """Yield, for each better tier from the best down, what each way to it lacks."""
        verdict, tiers = self.kind.verdict, self.rule_set.tiers
        if not verdict.is_decided:
            return
        rank = tiers[verdict.tier].rank
        for tier in sorted((t for t in tiers.values() if t.rank < rank), key=lambda t: t.rank):
            for rule in self.rule_set.rules:
                if rule.tier == tier.id:
                    yield self._rule_obstacle(rule, verdict)
            yield from self._matrix_obstacles(tier.id)

    def _rule_obstacle(self, rule: Rule, verdict: Verdict) -> Obstacle:
        told = self.condition(rule.id, rule.when)
        if told.holds is True:
            return Obstacle(rule.tier, rule.id, preceded_by="|".join(verdict.rules))
        return Obstacle(rule.tier, rule.id, told.refuted_by)

    def _matrix_obstacles(self, tier: str) -> Iterable[Obstacle]:
        matrix, levels = self.rule_set.matrix, self.kind.verdict.levels
        for (row, column), reached in matrix.cells.items() if matrix else ():
            if matrix and reached == tier:
                wanted = ((matrix.rows, row), (matrix.cols, column))
                lacking = tuple((d, level) for d, level in wanted if levels[d] != (level,))
                yield Obstacle(tier, f"{row}.{column}", levels=lacking)

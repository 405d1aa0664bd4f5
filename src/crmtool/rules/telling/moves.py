"""Which changes of a customer's cells lead to a better tier: fewest fields first, each proved by judging it.

Which single changes there are is known to `crmtool.rules.telling.steps`; choosing between ways that are equally short, and
putting them into words, is left to `crmtool.rules.telling.advice`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from crmtool.ledger.ledger import READ
from crmtool.rules.judging.judge import CustomerClass, Judging
from crmtool.rules.judging.meanings import Meaning, meaning_of
from crmtool.rules.judging.outcomes import Variable, policy_of
from crmtool.rules.model import Tier
from crmtool.rules.telling.steps import Move, fixed_moves, free_moves

#: Nobody follows advice to change more things at once than this.
MOST_MOVES = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """Moves that lead to a tier."""

    tier: str
    moves: tuple[Move, ...]


def plans(judging: Judging, kind: CustomerClass) -> tuple[Plan, ...]:
    """Return the shortest ways up to the nearest better rank; empty where there is none.

    Shortest is fewest fields; among ranks that equally few fields reach, the nearest is meant. (A silent
    customer whom one order makes 潜力 is not told to change three things to become 稳定 first.) Only fields that
    the rule set calls movable move, and only in their good direction; ages that are better when longer (合作时长)
    are waited for. Every plan was judged, with what is unknown left unknown, and ends in its tier whatever
    that is.
    """
    return Ways(judging, kind).nearest()


class Ways:
    """The ways up from one class of customers. The undecided have none: what they lack is to be known first."""

    def __init__(self, judging: Judging, kind: CustomerClass) -> None:
        self.judging, self.kind = judging, kind
        is_decided = kind.verdict.is_decided
        found = ((v, list(free_moves(judging, kind, v))) for v in judging.outcomes.variables if is_decided)
        self.options = {v: moves for v, moves in found if moves}

    @cached_property
    def higher(self) -> tuple[Tier, ...]:
        """Return the tiers of a better rank, the nearest first; those of one rank as in the rules file."""
        tiers = self.judging.rule_set.tiers
        if not self.kind.verdict.is_decided:
            return ()
        rank = tiers[self.kind.verdict.tier].rank
        return tuple(sorted((t for t in tiers.values() if t.rank < rank), key=lambda t: -t.rank))

    def nearest(self) -> tuple[Plan, ...]:
        """Return the shortest ways to the nearest rank that equally few fields reach."""
        ranks: dict[int, set[str]] = {}
        for tier in self.higher:
            ranks.setdefault(tier.rank, set()).add(tier.id)
        for count in self._counts():
            for goals in ranks.values():
                if found := self._ways(frozenset(goals), count):
                    return found
        return ()

    def to(self, tier: str) -> tuple[Plan, ...]:
        """Return the shortest ways to one tier, all of which change equally many fields; empty where there is none.

        No change of fewer fields in their good direction leads there, and of the same fields no smaller change in one
        while the others stay as they are in the plan.
        """
        for count in self._counts():
            if found := self._ways(frozenset((tier,)), count):
                return found
        return ()

    def near_misses(self, tier: str) -> tuple[Plan, ...]:
        """Return the changes of one field that would lead to a tier, were it one that a customer can change."""
        variables = self.judging.outcomes.variables if self.kind.verdict.is_decided else ()
        options = [moves for v in variables if (moves := list(fixed_moves(self.judging, self.kind, v)))]
        return tuple(plan for moves in options for plan in self._least([moves], frozenset((tier,))))

    def _counts(self) -> range:
        return range(1, min(MOST_MOVES, len(self.options)) + 1)

    def _ways(self, goals: frozenset[str], count: int) -> tuple[Plan, ...]:
        if min((self._fewest.get(goal, MOST_MOVES + 1) for goal in goals), default=0) > count:
            return ()
        chosen = combinations(self.options, count)
        return tuple(plan for variables in chosen for plan in self._over(variables, goals))

    @cached_property
    def _fewest(self) -> Mapping[str, int]:
        """Return for each tier that can be reached at all how many fields that takes at least.

        Exact where everything is known; what is unknown may stand anywhere here.
        """
        if self._is_conditional:
            return dict.fromkeys(self.judging.rule_set.tiers, 1)
        costs = {v: dict.fromkeys(points, 0) for v, points in self.kind.meaning.points.items()}
        for variable, moves in self.options.items():
            costs[self._index(variable)] |= {move.point: 1 for move in moves}
            for index in self._filled(variable):
                costs[index] |= {1: 0}
        found = self.judging.outcomes.diagrams.least_costs(self.judging.tier, costs)
        return {str(tier): cost for tier, cost in found.items()}

    @cached_property
    def _is_conditional(self) -> bool:
        """Say whether what an empty cell of this class means can hang on a field that moves."""
        fields, absent = self.judging.rule_set.fields, self.judging.outcomes.absent
        return any(policy_of(fields[name], absent).kind == "cases" for name in self.kind.meaning.policies)

    def _over(self, variables: Sequence[Variable], goals: frozenset[str]) -> Iterator[Plan]:
        options = [self.options[variable] for variable in variables]
        if not self._is_conditional:
            if not self._can(variables, options, goals):
                return
            options = [
                [m for m in moves if self._can(variables, [*options[:i], [m], *options[i + 1 :]], goals)]
                for i, moves in enumerate(options)
            ]
        yield from self._least(options, goals)

    def _can(
        self, variables: Sequence[Variable], options: Sequence[Sequence[Move]], goals: frozenset[str]
    ) -> bool:
        """Say whether some of these moves together may lead to a goal."""
        points = dict(self.kind.meaning.points)
        for variable, moves in zip(variables, options, strict=True):
            points[self._index(variable)] = tuple(move.point for move in moves)
            points |= dict.fromkeys(self._filled(variable), (1,))
        return not goals.isdisjoint(self.judging.outcomes.diagrams.values(self.judging.tier, points))

    def _index(self, variable: Variable) -> int:
        return self.judging.outcomes.index[variable]

    def _filled(self, variable: Variable) -> tuple[int, ...]:
        """Return the variable that says whether a field's cell is filled, where something asks for it."""
        found = self.judging.outcomes.index.get(Variable(variable.subject, "filled"))
        return () if found is None or variable.aspect != "value" else (found,)

    def _least(self, options: Sequence[Sequence[Move]], goals: frozenset[str]) -> Iterator[Plan]:
        """Yield the plans over these fields that no other plan over them undercuts."""
        reached: list[tuple[Move, ...]] = []
        for moves in sorted(product(*options), key=lambda moves: sum(move.steps for move in moves)):
            if any(_undercuts(near, moves) for near in reached):
                continue
            tiers = self.judging.tiers(moved(self.judging, self.kind, moves))
            if len(tiers) == 1 and tiers <= goals:
                reached.append(moves)
                yield Plan(next(iter(tiers)), moves)


def _undercuts(near: Sequence[Move], far: Sequence[Move]) -> bool:
    return all(a.way == b.way and a.steps <= b.steps for a, b in zip(near, far, strict=True))


def moved(judging: Judging, kind: CustomerClass, moves: Sequence[Move]) -> Meaning:
    """Return what a class of customers would mean after the moves: their cells are read anew."""
    readings, given = dict(kind.readings), dict(kind.given)
    for move in moves:
        if move.subject in judging.rule_set.dimensions:
            given[move.subject] = move.point
        else:
            readings[move.subject] = (READ, move.point, move.point)
    return meaning_of(judging.outcomes, readings, given)

"""Which changes of a customer's cells lead to a better tier: fewest fields first, each proved by judging it.

Choosing between ways that are equally short, and putting them into words, is left to `crmtool.rules.telling.advice`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Literal

from crmtool.rules.judging.cells import DATED, Boundary, FieldCells
from crmtool.rules.judging.judge import CustomerClass, Judging
from crmtool.rules.judging.meanings import Meaning
from crmtool.rules.judging.outcomes import Variable
from crmtool.rules.model import Dimension

#: Nobody follows advice to change more things at once than this.
MOST_MOVES = 4


@dataclass(frozen=True, slots=True)
class Move:
    """One change: a field (or a given level) to a point.

    `way`: up and down to `bound`, recent (a later day, from `bound` on), wait (until the age reaches
    `bound`), value (`text`: an enum's value or a level's label). `steps` counts cells, for the nearest
    target.
    """

    subject: str
    point: int
    way: Literal["up", "down", "recent", "wait", "value"]
    steps: int
    bound: Boundary | None = None
    text: str = ""
    share: float = 0.0  # of an enum's or a dimension's whole scale


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
    if not kind.verdict.is_decided:
        return ()
    tiers = judging.rule_set.tiers
    rank = tiers[kind.verdict.tier].rank
    options = [moves for v in judging.outcomes.variables if (moves := list(_moves(judging, kind, v)))]
    better = sorted({tier.rank for tier in tiers.values() if tier.rank < rank}, reverse=True)
    for count in range(1, min(MOST_MOVES, len(options)) + 1):
        for wanted in better:
            goals = frozenset(tier.id for tier in tiers.values() if tier.rank == wanted)
            choices = combinations(options, count)
            ways = [way for chosen in choices for way in _nearest(judging, kind, chosen, goals)]
            if ways:
                return tuple(ways)
    return ()


def _nearest(
    judging: Judging, kind: CustomerClass, chosen: Sequence[Sequence[Move]], goals: frozenset[str]
) -> Iterator[Plan]:
    """Yield the plans over these fields that no other plan over them undercuts."""
    reached: list[tuple[Move, ...]] = []
    for moves in sorted(product(*chosen), key=lambda moves: sum(move.steps for move in moves)):
        if any(all(a.steps <= b.steps for a, b in zip(near, moves, strict=True)) for near in reached):
            continue
        tiers = judging.tiers(moved(judging, kind.meaning, moves))
        if len(tiers) == 1 and tiers <= goals:
            reached.append(moves)
            yield Plan(next(iter(tiers)), moves)


def moved(judging: Judging, meaning: Meaning, moves: Sequence[Move]) -> Meaning:
    """Return what a class of customers would mean after the moves."""
    points = dict(meaning.points)
    for move in moves:
        is_level = move.subject in judging.rule_set.dimensions
        aspect: Literal["level", "value"] = "level" if is_level else "value"
        points[judging.outcomes.index[Variable(move.subject, aspect)]] = (move.point,)
    return replace(meaning, points=points)


def _moves(judging: Judging, kind: CustomerClass, variable: Variable) -> Iterator[Move]:
    points = kind.meaning.points[judging.outcomes.index[variable]]
    if len(points) > 1 or variable.aspect == "filled":
        return
    if variable.aspect == "level":
        yield from _level_moves(judging, judging.rule_set.dimensions[variable.subject], points[0])
        return
    cells = judging.outcomes.cells[variable.subject]
    field = cells.field
    if field.better == "none" or not field.movable or points[0] in (cells.fails, cells.ignored):
        return
    if cells.kind == "ordered":
        yield from _ordered_moves(cells, points[0])
    elif cells.kind == "labelled" and points[0] != cells.never:
        yield from _value_moves(cells, points[0])


def _ordered_moves(cells: FieldCells, now: int) -> Iterator[Move]:
    """Yield the cells above (a later day, a larger amount), or those below, nearest first."""
    spec, better = cells.field.spec, cells.field.better
    is_dated = spec.kind in DATED
    rises = (better == "down") if is_dated else (better == "up")
    if now == cells.never:
        if not (is_dated and rises):
            return
        now = -1
    for cell in cells.domain:
        if rises and cell > max(now, 0):
            way: Literal["up", "recent"] = "recent" if is_dated else "up"
            yield Move(spec.id, cell, way, cell - now, cells.bounds[cell - 1])
        elif not rises and cell < now:
            yield Move(spec.id, cell, "wait" if is_dated else "down", now - cell, cells.bounds[cell])


def _value_moves(cells: FieldCells, now: int) -> Iterator[Move]:
    order = cells.field.spec.values
    places = [sorted(order.index(value) for value in group if value in order) for group in cells.groups]
    if not places[now]:
        return
    sign = 1 if cells.field.better == "up" else -1
    reached = max(sign * place for place in places[now])
    for cell in cells.domain:
        beyond = [place for place in places[cell] if sign * place > reached]
        if beyond and cell != now:
            target = min(beyond, key=lambda place: sign * place)
            steps = sign * target - reached
            yield Move(
                cells.field.id, cell, "value", steps, None, order[target], steps / max(len(order) - 1, 1)
            )


def _level_moves(judging: Judging, dimension: Dimension, now: int) -> Iterator[Move]:
    """Yield the given levels with more points, where some field behind the dimension can be moved at all."""
    if not now or not judging.is_movable(dimension.id):
        return
    points = dimension.levels[now - 1].points
    for number, level in enumerate(dimension.levels, start=1):
        if points is not None and level.points is not None and level.points > points:
            steps = level.points - points
            yield Move(dimension.id, number, "value", steps, None, level.label, steps / len(dimension.levels))

"""The single changes of a customer's cells: to which cells a field or a given level can go, and how far that is.

Where a change leads is left to `crmtool.rules.telling.moves`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from crmtool.rules.judging.cells import DATED, Boundary, FieldCells
from crmtool.rules.judging.judge import CustomerClass, Judging
from crmtool.rules.judging.outcomes import Variable
from crmtool.rules.model import Better, Dimension


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


def free_moves(judging: Judging, kind: CustomerClass, variable: Variable) -> Iterator[Move]:
    """Yield the changes that a customer can make, in the good direction; none where the value is not known."""
    now = _point(judging, kind, variable)
    if now is None:
        return
    if variable.aspect == "level":
        yield from _level_moves(judging, judging.rule_set.dimensions[variable.subject], now)
        return
    cells = judging.outcomes.cells[variable.subject]
    if cells.field.movable and cells.field.better != "none":
        yield from _field_moves(cells, now, cells.field.better)


def fixed_moves(judging: Judging, kind: CustomerClass, variable: Variable) -> Iterator[Move]:
    """Yield the changes of a field that a customer cannot change: of one that is not movable, or of no direction."""
    now = _point(judging, kind, variable)
    if now is None or variable.aspect == "level":
        return
    cells = judging.outcomes.cells[variable.subject]
    if cells.field.better == "none":
        yield from _field_moves(cells, now, "up")
        yield from _field_moves(cells, now, "down")
    elif not cells.field.movable:
        yield from _field_moves(cells, now, cells.field.better)


def _point(judging: Judging, kind: CustomerClass, variable: Variable) -> int | None:
    """Return where a value or a given level stands; None where that is not known, or is no place to go from."""
    points = kind.meaning.points[judging.outcomes.index[variable]]
    if len(points) > 1 or variable.aspect == "filled":
        return None
    if variable.aspect == "value":
        cells = judging.outcomes.cells[variable.subject]
        if points[0] in (cells.fails, cells.ignored):
            return None
    return points[0]


def _field_moves(cells: FieldCells, now: int, better: Better) -> Iterator[Move]:
    if cells.kind == "ordered":
        yield from _ordered_moves(cells, now, better)
    elif cells.kind == "labelled" and now != cells.never:
        yield from _value_moves(cells, now, better)


def _ordered_moves(cells: FieldCells, now: int, better: Better) -> Iterator[Move]:
    """Yield the cells above (a later day, a larger amount), or those below, nearest first."""
    spec = cells.field.spec
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


def _value_moves(cells: FieldCells, now: int, better: Better) -> Iterator[Move]:
    order = cells.field.spec.values
    places = [sorted(order.index(value) for value in group if value in order) for group in cells.groups]
    if not places[now]:
        return
    sign = 1 if better == "up" else -1
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

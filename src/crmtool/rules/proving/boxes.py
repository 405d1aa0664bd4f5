"""A region in few boxes: for each, the points every variable may stand at, together exactly the region.

A box is grown from a customer in the region for as long as nobody outside it comes in; customers that there
cannot be do not count, so that a box says no more than is needed. Words for boxes are in
`crmtool.rules.proving.boxwords`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crmtool.rules.proving.customers import Customer, a_point, customer_at
from crmtool.rules.proving.formulas import Formula, Points, both, no
from crmtool.rules.proving.prove import Day, Prover
from crmtool.rules.proving.search import OutOfBudgetError, Search
from crmtool.rules.proving.space import listed
from crmtool.rules.proving.terms import Asked


@dataclass(frozen=True, slots=True)
class Box:
    """Points of each variable of a day's space that it is held to, and a customer in it."""

    held: dict[int, Points]
    example: Customer


@dataclass(frozen=True, slots=True)
class Boxes:
    """A region as boxes on one as-of date; without `is_whole` there is more of it, or it was given up."""

    day: Day
    boxes: tuple[Box, ...]
    is_whole: bool

    @property
    def as_of(self) -> date:
        """Return the as-of date."""
        return self.day.as_of


def boxes(prover: Prover, asked: Asked, most: int = 8) -> Boxes:
    """Return where a statement is true as at most `most` boxes, on the first as-of date where it is somewhere.

    Together they hold every customer of whom it is true and nobody else; they may overlap.
    """
    found = None
    for day in prover.days:
        found = _on(day, asked(day.terms), prover.budget, most)
        if found.boxes or not found.is_whole:
            return found
    assert found is not None
    return found


def _on(day: Day, formula: Formula, budget: int, most: int) -> Boxes:
    grown: list[Box] = []
    rest, search = formula, Search(budget)
    try:
        while (box := day.first(rest, search)) is not None:
            if len(grown) == most:
                return Boxes(day, tuple(grown), is_whole=False)
            point = a_point(day.terms, box)
            held = _grow(day, formula, point, search)
            grown.append(Box(held, customer_at(day.terms, point, day.subjects(formula))))
            rest = both(rest, no(_inside(day, held)))
    except OutOfBudgetError:
        return Boxes(day, tuple(grown), is_whole=False)
    return Boxes(day, _needed(day, grown, search), is_whole=True)


def _needed(day: Day, grown: Sequence[Box], search: Search) -> tuple[Box, ...]:
    """Return the boxes without those that the others hold already, the narrowest tried first."""
    kept = list(grown)
    for box in sorted(grown, key=lambda box: -len(box.held)):
        others = [other for other in kept if other is not box]
        outside = both(_inside(day, box.held), *(no(_inside(day, other.held)) for other in others))
        try:
            if day.first(outside, search) is None:
                kept = others
        except OutOfBudgetError:
            break
    return tuple(kept)


def _inside(day: Day, held: dict[int, Points]) -> Formula:
    return both(*(day.space.at(variable, listed(points)) for variable, points in held.items()))


def _grow(day: Day, formula: Formula, point: Sequence[int], search: Search) -> dict[int, Points]:
    """Return the box around a point: what can be left open is, what cannot is as wide as it can be."""
    outside, space = no(formula), day.space
    held = {v: 1 << point[v] for v in range(len(space.variables))}

    def fits(tried: dict[int, Points]) -> bool:
        return day.first(both(outside, _inside(day, tried)), search) is None

    for variable in sorted(held, key=lambda v: (space.variables[v].aspect == "level", -v)):
        without = {v: points for v, points in held.items() if v != variable}
        if fits(without):
            held = without
    for variable in tuple(held):
        for direction in _directions(day, variable, point[variable]):
            for more in direction:
                tried = held | {variable: held[variable] | 1 << more}
                if not fits(tried):
                    break
                held = tried
    return held


def _directions(day: Day, variable: int, start: int) -> Iterator[Sequence[int]]:
    """Yield the ways in which a variable's points can become more: figures upwards, downwards, else one by one."""
    known = day.space.variables[variable]
    may = listed(day.space.may[variable])
    cells = day.space.outcomes.cells.get(known.subject)
    is_ordered = known.aspect == "value" and cells is not None and cells.kind == "ordered"
    count = cells.count if is_ordered and cells is not None else 0
    if start < count:
        yield [point for point in may if start < point < count]
        yield [point for point in reversed(may) if point < start]
        yield from ([point] for point in may if point >= count)
    else:
        yield from ([point] for point in may if point != start)

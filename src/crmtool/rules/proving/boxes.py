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
from crmtool.rules.proving.formulas import TRUE, And, Formula, Lit, Points, both, no
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
    """A region as boxes on one as-of date; without `is_whole` there is more of it, or it was given up.

    `may` are the points that each variable may stand at among the customers that were looked at.
    """

    day: Day
    boxes: tuple[Box, ...]
    is_whole: bool
    may: tuple[Points, ...]

    @property
    def as_of(self) -> date:
        """Return the as-of date."""
        return self.day.as_of


def boxes(prover: Prover, asked: Asked, *, within: Asked | None = None, most: int = 12) -> Boxes:
    """Return where a statement is true as at most `most` boxes, on the first as-of date where it is somewhere.

    Together they hold every customer of whom it is true and nobody else; they may overlap. With `within`, only
    customers of whom that is true are looked at, and boxes say nothing about the others.
    """
    found = None
    for day in prover.days:
        part = TRUE if within is None else within(day.terms)
        with prover.search() as search:
            found = _Growing(day, asked(day.terms), part, search).boxes(most)
        if found.boxes or not found.is_whole:
            return found
    assert found is not None
    return found


class _Growing:
    """The boxes of one statement on one as-of date, among the customers of a part of all."""

    def __init__(self, day: Day, formula: Formula, part: Formula, search: Search) -> None:
        self.day, self.formula, self.part, self.search = day, formula, part, search
        self.outside = no(formula)
        self.may = list(day.space.may)
        for lit in part.parts if isinstance(part, And) else (part,):
            if isinstance(lit, Lit):
                self.may[lit.variable] &= lit.points

    def _first(self, formula: Formula, held: dict[int, Points] | None = None) -> list[Points] | None:
        return self.day.first(both(formula, self.part), self.search, held)

    def boxes(self, most: int) -> Boxes:
        grown: list[Box] = []
        rest = self.formula
        try:
            while (box := self._first(rest)) is not None:
                if len(grown) == most:
                    return self._told(grown, is_whole=False)
                point = a_point(self.day.terms, box)
                held = self._grown(point)
                about = self.day.subjects(self.formula, point)
                grown.append(Box(held, customer_at(self.day.terms, point, about)))
                rest = both(rest, no(self._inside(held)))
            return self._told(self._needed(grown), is_whole=True)
        except OutOfBudgetError:
            return self._told(grown, is_whole=False)

    def _told(self, grown: Sequence[Box], *, is_whole: bool) -> Boxes:
        return Boxes(self.day, tuple(grown), is_whole, tuple(self.may))

    def _needed(self, grown: Sequence[Box]) -> tuple[Box, ...]:
        """Return the boxes without those that the others hold already, the narrowest tried first."""
        kept = list(grown)
        for box in sorted(grown, key=lambda box: -len(box.held)):
            others = [other for other in kept if other is not box]
            alone = both(self.formula, *(no(self._inside(other.held)) for other in others))
            if self._first(alone, box.held) is None:
                kept = others
        return tuple(kept)

    def _inside(self, held: dict[int, Points]) -> Formula:
        space = self.day.space
        return both(*(space.at(variable, listed(points)) for variable, points in held.items()))

    def _fits(self, held: dict[int, Points]) -> bool:
        return self._first(self.outside, held) is None

    def _grown(self, point: Sequence[int]) -> dict[int, Points]:
        """Return the box around a point: what can be left open is, what cannot is as wide as it can be."""
        known = self.day.space.variables
        # A variable that the statement does not speak of can be left open while all others stand at a point.
        spoken = self.day.variables(self.formula)
        held = {v: 1 << point[v] for v in range(len(known)) if v in spoken}
        for variable in sorted(held, key=lambda v: (known[v].aspect == "level", -v)):
            without = {v: points for v, points in held.items() if v != variable}
            if self._fits(without):
                held = without
        for variable in tuple(held):
            for direction in _directions(self.day, variable, point[variable], listed(self.may[variable])):
                for more in direction:
                    tried = held | {variable: held[variable] | 1 << more}
                    if not self._fits(tried):
                        break
                    held = tried
        return held


def _directions(day: Day, variable: int, start: int, may: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield the ways in which a variable's points can become more: figures upwards, downwards, else one by one."""
    known = day.space.variables[variable]
    cells = day.space.outcomes.cells.get(known.subject)
    is_ordered = known.aspect == "value" and cells is not None and cells.kind == "ordered"
    count = cells.count if is_ordered and cells is not None else 0
    if start < count:
        yield [point for point in may if start < point < count]
        yield [point for point in reversed(may) if point < start]
        yield from ([point] for point in may if point >= count)
    else:
        yield from ([point] for point in may if point != start)

"""Statements about the points that variables stand at: `variable in {points}`, joined by and / or.

A set of points is the bits of an integer. Searching for points of which a statement is true is in
`crmtool.rules.proving.search`; what variables and points mean is left to `crmtool.rules.proving.space`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Points = int  #: bit p is set where point p is among them


@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """The variable stands at one of some points."""

    variable: int
    points: Points
    all: Points  # every point that the variable has

    @property
    def spoken(self) -> int:
        """The variable, as the bit of its index."""
        return 1 << self.variable


@dataclass(frozen=True, slots=True, eq=False)
class And:
    """Every part is true; with no part, true. `spoken` has the bit of each variable in it."""

    parts: tuple[Formula, ...]
    spoken: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Or:
    """Some part is true; with no part, false. `spoken` has the bit of each variable in it."""

    parts: tuple[Formula, ...]
    spoken: int = 0


Formula = Lit | And | Or

TRUE, FALSE = And(()), Or(())


def lit(variable: int, points: Points, all_: Points) -> Formula:
    """Return that a variable stands at one of `points`, which are among `all_` of its points."""
    points &= all_
    return FALSE if not points else TRUE if points == all_ else Lit(variable, points, all_)


def both(*parts: Formula) -> Formula:
    """Return that every part is true; parts on one variable become one."""
    return _joined(parts, is_and=True)


def either(*parts: Formula) -> Formula:
    """Return that some part is true; parts on one variable become one."""
    return _joined(parts, is_and=False)


def _joined(parts: Iterable[Formula], *, is_and: bool) -> Formula:
    neutral, absorbing = (TRUE, FALSE) if is_and else (FALSE, TRUE)
    sets: dict[int, Lit] = {}
    kept: list[Formula] = []
    todo = list(reversed(tuple(parts)))
    while todo:
        part = todo.pop()
        if isinstance(part, Lit):
            known = sets.get(part.variable)
            points = part.points
            if known is not None:
                points = points & known.points if is_and else points | known.points
            if not points or points == part.all:
                return absorbing
            sets[part.variable] = Lit(part.variable, points, part.all)
        elif part is absorbing:
            return absorbing
        elif isinstance(part, And) is is_and:
            todo.extend(reversed(part.parts))
        elif part is not neutral:
            kept.append(part)
    whole = (*sets.values(), *kept)
    if len(whole) == 1:
        return whole[0]
    return neutral if not whole else all_of(whole) if is_and else any_of(whole)


def all_of(parts: tuple[Formula, ...]) -> And:
    """Return parts, two at least, joined as they stand."""
    return And(parts, _spoken(parts))


def any_of(parts: tuple[Formula, ...]) -> Or:
    """Return alternatives, two at least, joined as they stand."""
    return Or(parts, _spoken(parts))


def _spoken(parts: tuple[Formula, ...]) -> int:
    found = 0
    for part in parts:
        found |= part.spoken
    return found


def no(formula: Formula) -> Formula:
    """Return the exact complement."""
    known: dict[int, Formula] = {}

    def turned(part: Formula) -> Formula:
        if isinstance(part, Lit):
            return Lit(part.variable, part.all & ~part.points, part.all)
        if id(part) not in known:
            join = either if isinstance(part, And) else both
            known[id(part)] = join(*(turned(inner) for inner in part.parts))
        return known[id(part)]

    return turned(formula)


def variables(formula: Formula) -> frozenset[int]:
    """Return the variables that a statement speaks of."""
    return frozenset(v for v in range(formula.spoken.bit_length()) if formula.spoken >> v & 1)


def holds_at(formula: Formula, points: Sequence[int]) -> bool:
    """Say whether a statement is true with each variable at one point.

    >>> holds_at(both(lit(0, 0b01, 0b11), lit(1, 0b10, 0b11)), [0, 1])
    True
    """
    if isinstance(formula, Lit):
        return bool(formula.points >> points[formula.variable] & 1)
    join = all if isinstance(formula, And) else any
    return join(holds_at(part, points) for part in formula.parts)

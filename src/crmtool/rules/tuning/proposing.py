"""Where to put a cut so that a tier has a wanted share of the customers: nearest to it, exact, and as round as can be.

What each place comes to is in `crmtool.rules.tuning.curves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

import numpy as np

from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Quantity
from crmtool.rules.judging.cells import DISCRETE, Value
from crmtool.rules.model import RuleSet
from crmtool.rules.tuning.curves import Counts, Curve, present_place, quantity_of
from crmtool.rules.tuning.places import from_number

#: Decimals of a number or a share in a proposal.
_FINEST = 12
#: Months of the spans that are rounder than others, the roundest first.
_ROUND_MONTHS = (12, 6, 3, 1)


@dataclass(frozen=True, eq=False)
class Proposal:
    """A place of one cut: what it says as a figure, and the share of the tier there.

    `place` indexes the curve; None: the cut stays where it is. `ties` customers stand on the value that the figure ends
    at, and cannot be told apart by it. `other` is the share at the nearest place on the other side of the wanted one, None
    where there is none.
    """

    curve: Curve
    tier: str
    wanted: Fraction
    place: int | None
    figure: Quantity
    customers: int
    share: Fraction
    ties: int
    other: Fraction | None

    @property
    def misses_by(self) -> Fraction:
        """Return how far the share is from the wanted one (1 = all customers)."""
        return abs(self.share - self.wanted)


def propose(
    curves: Sequence[Curve], rule_set: RuleSet, as_of: date, tier: str, wanted: Fraction
) -> list[Proposal]:
    """Return for each cut that changes the tier's share the place nearest to the wanted one, the nearest first.

    Of places equally near, the one that changes fewest customers is taken, then the nearest to where the cut is; that
    it stays there is preferred to all.
    """
    found = [_proposal(curve, rule_set, as_of, tier, wanted) for curve in curves]
    order = [proposal for proposal in found if proposal is not None]
    return sorted(order, key=lambda proposal: proposal.misses_by)


def reach(curves: Sequence[Curve], tier: str) -> tuple[Fraction, Fraction]:
    """Return the least and the largest share of the customers that a tier can have by moving one cut alone."""
    group, everyone = curves[0].groups.index(tier), int(curves[0].now.sum())
    own = [count for curve in curves for count in (curve.now[group], *curve.customers[:, group])]
    return Fraction(int(min(own)), everyone), Fraction(int(max(own)), everyone)


def _proposal(curve: Curve, rule_set: RuleSet, as_of: date, tier: str, wanted: Fraction) -> Proposal | None:
    group, everyone = curve.groups.index(tier), int(curve.now.sum())
    own, now = curve.customers[:, group], int(curve.now[group])
    if not everyone or not (own != now).any():
        return None
    misses = np.abs(own * wanted.denominator - wanted.numerator * everyone)
    now_misses = abs(now * wanted.denominator - wanted.numerator * everyone)
    place: int | None = None
    if misses.min() < now_misses:
        nearest = np.flatnonzero(misses == misses.min())
        moved = np.abs(curve.customers[nearest] - curve.now).sum(axis=1)
        steps = np.abs(nearest - present_place(curve))
        place = int(nearest[np.lexsort((steps, moved))[0]])
    customers = now if place is None else int(own[place])
    share = Fraction(customers, everyone)
    figure = curve.cut.quantity if place is None else figure_at(curve, place, rule_set, as_of)
    ties = 0 if place is None else int(curve.ties[place])
    return Proposal(
        curve, tier, wanted, place, figure, customers, share, ties, _other(own, share, wanted, everyone)
    )


def _other(own: Counts, share: Fraction, wanted: Fraction, everyone: int) -> Fraction | None:
    if share == wanted:
        return None
    counts = own[own * wanted.denominator > wanted.numerator * everyone]
    if share > wanted:
        counts = own[own * wanted.denominator < wanted.numerator * everyone]
    if not len(counts):
        return None
    return Fraction(int(counts.max() if share > wanted else counts.min()), everyone)


def figure_at(curve: Curve, place: int, rule_set: RuleSet, as_of: date) -> Quantity:
    """Return the roundest figure that leaves every customer where the cut at `values[place]` puts them."""
    value, spec = curve.value_at(place), rule_set.fields[curve.cut.field].spec
    if curve.cut.belongs_up is None:
        return quantity_of(value, as_of)
    before, after = _beside(curve, place)
    if isinstance(value, date):
        return _span(value, before if curve.cut.belongs_up else after, as_of)
    finest = 0 if spec.kind in DISCRETE else -_FINEST
    here, other = Fraction(str(value)), _open_end(value, before if curve.cut.belongs_up else after, curve)
    found = _roundest(here, other, finest)
    if found == here:
        return quantity_of(value, as_of)
    return quantity_of(int(found) if spec.kind == "money" else float(found), as_of)


def _roundest(here: Fraction, other: Fraction, finest: int) -> Fraction:
    """Return the roundest number from `here` on, short of `other`.

    The one whose last digit stands furthest left. Of these `here` itself where that is its only digit, for customers'
    own round figures are those that people know; else one that is 1, 2 or 5, or ends in 5; else `here`; else the one
    nearest the middle.

    >>> [int(_roundest(Fraction(a), Fraction(b), 0)) for a, b in ((12000, 9800), (33000, 36000), (80000, 60000))]
    [10000, 35000, 80000]
    """
    least, most, middle = min(here, other), max(here, other), (here + other) / 2
    for exponent in range(len(str(ceil(max(abs(least), abs(most))))), finest - 1, -1):
        unit = Fraction(10) ** exponent
        counts = range(ceil(least / unit), floor(most / unit) + 1)
        fit = [count for count in counts if count * unit != other]
        if fit:
            return unit * min(fit, key=lambda count: _awkwardness(count, here / unit, middle / unit))
    return here


def _awkwardness(count: int, own: Fraction, middle: Fraction) -> tuple[bool, bool, bool, Fraction]:
    is_own = count == own
    is_handy = abs(count) <= 2 or count % 5 == 0
    return not (is_own and abs(count) < 10), not is_handy, not is_own, abs(count - middle)


def _beside(curve: Curve, place: int) -> tuple[Value | None, Value | None]:
    """Return the points on either side of a value at which something else changes, at the outermost the neighbours."""
    at = int(np.searchsorted(curve.points, curve.values[place], "left"))
    before = from_number(curve.points[at - 1], curve.cut.value) if at else curve.low
    after = from_number(curve.points[at + 1], curve.cut.value) if at + 1 < len(curve.points) else curve.high
    return before, after


def _open_end(value: Value, neighbour: Value | None, curve: Curve) -> Fraction:
    """Return where the figures that do the same end; beyond the outermost value, a tenth further on."""
    assert not isinstance(value, date) and not isinstance(neighbour, date)
    if neighbour is not None:
        return Fraction(str(neighbour))
    here = Fraction(str(value))
    step = max(abs(here) / 10, Fraction(1))
    return here - step if curve.cut.belongs_up else here + step


def _span(value: date, neighbour: Value | None, as_of: date) -> Duration:
    """Return the roundest span that leads back to a day, or between it and its neighbour: years, months, else days."""
    assert neighbour is None or isinstance(neighbour, date)
    days = (as_of - value).days
    most = ceil((as_of - min(value, neighbour or value)).days / 28) + 1
    for months in _ROUND_MONTHS:
        for count in range(1, most // months + 1):
            day = Duration(months=months * count).before(as_of)
            if day == value or (
                neighbour is not None and (neighbour < day < value or value < day < neighbour)
            ):
                return Duration(months=months * count)
    return Duration(days=days)

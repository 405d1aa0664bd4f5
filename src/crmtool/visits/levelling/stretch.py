"""Longer intervals where not everything finds room: by one factor for all, the smallest that is enough.

What is due with longer intervals is for the caller to say, and whether it finds room for
`crmtool.visits.levelling.level`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from crmtool.ledger.quantities import Duration

Made = TypeVar("Made")

#: Factors are tried in steps of this many hundredths, up to the greatest.
STEP, GREATEST = 5, 600
#: So many smaller factors are tried below the one found: what is due does not always shrink as intervals grow.
NEIGHBOURS = 3
#: The mean length of a calendar month in days, of the Gregorian calendar's 400 years.
MONTH_DAYS = Fraction(146_097, 4_800)


@dataclass(frozen=True)
class Stretched(Generic[Made]):
    """The factor that was found, what it makes, and whether that fits: if not, it is the greatest factor."""

    factor: Fraction
    made: Made
    is_enough: bool


def stretched(duration: Duration, factor: Fraction) -> Duration:
    """Return a span `factor` times as long: whole months, and the rest of a month in days; at least one day.

    Each span is right to half a day, so that the ratio of two spans stays what it was but for that.

    >>> stretched(Duration(months=1), Fraction(3, 2)), stretched(Duration(days=14), Fraction(5, 4))
    (Duration(months=1, days=15), Duration(months=0, days=18))
    """
    months = duration.months * factor
    whole = int(months)
    days = int((months - whole) * MONTH_DAYS + duration.days * factor + Fraction(1, 2))
    return Duration(whole, days) if whole or days else Duration(days=1)


def smallest_stretch(make: Callable[[Fraction], Made], fits: Callable[[Made], bool]) -> Stretched[Made]:
    """Find the smallest factor (1, 1.05, … 6) for which what `make` makes `fits`.

    It is found by halving, which takes it that a greater factor fits as well; that is checked for the next smaller
    ones alone.
    """
    tried: dict[int, bool] = {}
    kept: dict[int, Made] = {}

    def is_enough(hundredths: int) -> bool:
        if hundredths not in tried:
            made = make(Fraction(hundredths, 100))
            tried[hundredths] = fits(made)
            if tried[hundredths]:
                kept.clear()  # a year of visits is large: only the smallest that fits is held
                kept[hundredths] = made
        return tried[hundredths]

    found = 100
    if not is_enough(100):
        if not is_enough(GREATEST):
            return Stretched(Fraction(GREATEST, 100), make(Fraction(GREATEST, 100)), False)
        found = _halve(is_enough, 100, GREATEST)
        while (smaller := next(filter(is_enough, _neighbours(found)), None)) is not None:
            found = smaller
    return Stretched(Fraction(found, 100), kept[found], True)


def _halve(is_enough: Callable[[int], bool], short: int, enough: int) -> int:
    """Return a factor that is enough, the next smaller one not being so."""
    while enough - short > STEP:
        middle = short + (enough - short) // (2 * STEP) * STEP
        short, enough = (short, middle) if is_enough(middle) else (middle, enough)
    return enough


def _neighbours(found: int) -> range:
    return range(found - STEP, max(found - (NEIGHBOURS + 1) * STEP, 100), -STEP)

"""Knows the lines that a target draws: a figure as it was written, fixed or so much above a baseline, on a scale.

Reading targets, and which side of a line is asked for, is left to `crmtool.rules.targets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

#: What a KPI is counted in: a fraction of one, points, a number, yuan, days, a change (a fraction: 0.05 is 5 % more).
Unit = Literal["percent", "points", "count", "money", "days", "change"]
#: How a figure is written: `5%` or `10pp`, `1000元`, `30天`, or a bare number (also `2单`, `4.5分`).
Written = Literal["percent", "money", "days", "number"]
#: Which ways of writing fit a unit; a bare 0 fits each.
_FITTING: Final[Mapping[str, tuple[Written, ...]]] = {
    "percent": ("percent",),
    "change": ("percent",),
    "points": ("number",),
    "count": ("number",),
    "money": ("money", "number"),
    "days": ("days", "number"),
}

#: The least and the greatest that a figure of each unit can be; None where there is no end.
Scale = tuple[int | None, int | None]
NO_SCALE: Final[Scale] = (None, None)
SCALES: Final[Mapping[Unit, Scale]] = {
    "percent": (0, 1),
    "change": (-1, None),
    "points": (-100, 100),
    "count": (0, None),
    "money": (None, None),
    "days": (0, None),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and how it was written; `value` is in the KPI's unit (a fraction of one, yuan, days)."""

    value: Fraction
    written: Written

    def fits(self, unit: str) -> bool:
        """Tell whether a KPI of this unit can be of this size: no percentage is a number of days."""
        return self.value == 0 or self.written in _FITTING[unit]


@dataclass(frozen=True, slots=True)
class Line:
    """One end of what is asked for; `is_relative` where it is so much above the baseline.

    A relative line ends where the `scale` of its KPI does: 10 points above 95 % are 100 %.
    """

    figure: Figure
    inclusive: bool
    is_relative: bool = False
    scale: Scale = NO_SCALE

    def at(self, baseline: Fraction | None) -> Fraction | None:
        """Return the line's value; None where it starts from a baseline that is not known."""
        wanted = self.wanted(baseline)
        return wanted if wanted is None or not self.is_relative else kept_to(self.scale, wanted)

    def wanted(self, baseline: Fraction | None) -> Fraction | None:
        """Return the line's value as it is written, on the scale or beyond it."""
        if not self.is_relative:
            return self.figure.value
        return None if baseline is None else baseline + self.figure.value

    def is_kept_by(self, value: Fraction, baseline: Fraction | None, sign: int) -> bool:
        """Tell whether a value lies on the right side: not below for a `sign` of 1, not above for one of -1.

        Where the scale cuts the line off, its end is enough: nothing lies beyond. A line that is not known is kept.
        """
        wanted, end = self.wanted(baseline), self.scale[1 if sign > 0 else 0]
        if wanted is None:
            return True
        if self.is_relative and end is not None and (wanted - end) * sign >= 0:
            return (value - end) * sign >= 0
        return (value - wanted) * sign > 0 or (value == wanted and self.inclusive)


def kept_to(scale: Scale, value: Fraction) -> Fraction:
    """Return a value, or the end of the scale that it lies beyond.

    >>> kept_to((0, 1), Fraction(-3, 100)), kept_to((0, None), Fraction(7))
    (Fraction(0, 1), Fraction(7, 1))
    """
    least, most = scale
    if least is not None and value < least:
        return Fraction(least)
    return Fraction(most) if most is not None and value > most else value

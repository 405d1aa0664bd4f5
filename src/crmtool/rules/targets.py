"""Knows what a target of a KPI asks for: `>= 90%`, `<= 30天`, `[-5%, 5%]`, `>= baseline + 10pp`, in exact fractions.

Which KPI is meant, and what it came to, is left to `crmtool.review.kpis`; how visits are counted, to `crmtool.visits`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from crmtool.ledger.quantities import FEN_PER_YUAN, Duration
from crmtool.rules.language.quantity import UnfitError, normal, parse_quantity

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

_COMPARISON: Final = re.compile(r"(>=|<=|==|=|>|<)\s*(.+)")
_BAND: Final = re.compile(r"([\[(])\s*([^,\[\]()]+?)\s*,\s*([^,\[\]()]+?)\s*([\])])")
_RELATIVE: Final = re.compile(r"baseline(?:\s*([+-])\s*(.+))?")
_POINTS: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*pp")


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
    """One end of what is asked for; `is_relative` where it is so much above the baseline."""

    figure: Figure
    inclusive: bool
    is_relative: bool = False

    def at(self, baseline: Fraction | None) -> Fraction | None:
        """Return the line's value; None where it starts from a baseline that is not known."""
        if not self.is_relative:
            return self.figure.value
        return None if baseline is None else baseline + self.figure.value


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of a KPI: its words, and the lines it must not cross. Without either line, words we cannot judge.

    >>> target = target_of(">= baseline + 10pp")
    >>> target.goal(Fraction(7, 10)), target.is_met(Fraction(79, 100), Fraction(7, 10))
    (Fraction(4, 5), False)
    """

    text: str
    low: Line | None = None
    high: Line | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the lines that there are, the lower one first."""
        if self.low is None:
            return () if self.high is None else (self.high,)
        return (self.low,) if self.high is None else (self.low, self.high)

    @property
    def is_relative(self) -> bool:
        """Tell whether it starts from a baseline."""
        return any(line.is_relative for line in self.lines)

    def fitting(self, unit: str) -> Target:
        """Return it as it can be asked of a KPI of this unit: with its words alone where a figure is of another."""
        return self if all(line.figure.fits(unit) for line in self.lines) else Target(self.text)

    def missed(self, actual: Fraction, baseline: Fraction | None = None) -> Line | None:
        """Return the line that a figure does not keep; None where it keeps both."""
        for line, sign in ((self.low, 1), (self.high, -1)):
            at = None if line is None else line.at(baseline)
            if line is not None and at is not None:
                above = (actual - at) * sign
                if above < 0 or (above == 0 and not line.inclusive):
                    return line
        return None

    def can_tell(self, baseline: Fraction | None) -> bool:
        """Tell whether there is a line, and every line is known."""
        return bool(self.lines) and all(line.at(baseline) is not None for line in self.lines)

    def is_met(self, actual: Fraction | None, baseline: Fraction | None = None) -> bool | None:
        """Tell whether a figure meets it; None where the figure or a line is not known."""
        if actual is None or not self.can_tell(baseline):
            return None
        return self.missed(actual, baseline) is None

    def goal(self, baseline: Fraction | None = None, actual: Fraction | None = None) -> Fraction | None:
        """Return its line; of a band the side that `actual` misses, None where it misses none."""
        if len(self.lines) == 1:
            return self.lines[0].at(baseline)
        if self.low is not None and self.low == self.high:
            return self.low.at(baseline)
        line = None if actual is None or not self.can_tell(baseline) else self.missed(actual, baseline)
        return None if line is None else line.at(baseline)

    def attainment(
        self, actual: Fraction | None, baseline: Fraction | None = None, *, is_change: bool = False
    ) -> Fraction | None:
        """Return how far a figure reaches it: 1 where met, else the quotient of both; None where that cannot be told.

        A change counts by what it leaves: -10 % against -5 % is 0.90 ÷ 0.95. Without a sensible quotient, 0.

        >>> target_of("<= 5%").attainment(Fraction(1, 10)), target_of(">= 40").attainment(Fraction(-3))
        (Fraction(1, 2), Fraction(0, 1))
        """
        if actual is None or not self.can_tell(baseline):
            return None
        line = self.missed(actual, baseline)
        at = None if line is None else line.at(baseline)
        if at is None:
            return Fraction(1)
        reached, asked = (actual + 1, at + 1) if is_change else (actual, at)
        if reached <= 0 or asked <= 0:
            return Fraction(0)
        return min(reached, asked) / max(reached, asked)


def figure_of(text: str) -> Figure | None:
    """Return the figure that a text is: `5%`, `10pp`, `30天`, `1.2万元`, `2单`, `40`; None where it is none.

    A span in months is no number of days, so it is none.

    >>> figure_of("10pp"), figure_of("1个月")
    (Figure(value=Fraction(1, 10), written='percent'), None)
    """
    plain = normal(text)
    if points := _POINTS.fullmatch(plain):
        return Figure(Fraction(points[1]) / 100, "percent")
    for kind, written in (("number", "number"), ("percent", "percent"), ("age", "days"), ("money", "money")):
        try:
            value = parse_quantity(plain, kind)  # type: ignore[arg-type]
        except UnfitError:
            continue
        if isinstance(value, Duration):
            return None if value.months else Figure(Fraction(value.days), "days")
        exact = Fraction(value) if isinstance(value, Decimal) else Fraction(value, FEN_PER_YUAN)
        return Figure(exact, written)  # type: ignore[arg-type]
    return None


def target_of(text: str) -> Target:
    """Return what a text asks for; with its words alone where it cannot be read.

    >>> target_of("[-5%, 5%]").high.figure.value, target_of("稳定").lines
    (Fraction(1, 20), ())
    """
    plain = normal(text)
    if found := _COMPARISON.fullmatch(plain):
        sign, line = found[1], _line(found[2], "=" in found[1])
        if line is None:
            return Target(text)
        is_low, is_high = sign not in ("<", "<="), sign not in (">", ">=")
        return Target(text, line if is_low else None, line if is_high else None)
    if found := _BAND.fullmatch(plain):
        low, high = _line(found[2], found[1] == "["), _line(found[3], found[4] == "]")
        return Target(text, low, high) if low is not None and high is not None else Target(text)
    return Target(text)


def _line(text: str, inclusive: bool) -> Line | None:
    relative = _RELATIVE.fullmatch(text)
    if relative is None:
        figure = figure_of(text)
        return None if figure is None else Line(figure, inclusive)
    if relative[2] is None:
        return Line(Figure(Fraction(0), "number"), inclusive, is_relative=True)
    figure = figure_of(relative[2])
    if figure is None:
        return None
    value = -figure.value if relative[1] == "-" else figure.value
    return Line(Figure(value, figure.written), inclusive, is_relative=True)


def fraction(numerator: int, denominator: int) -> Fraction | None:
    """Return the exact quotient; None where there is nothing to divide by."""
    return Fraction(numerator, denominator) if denominator else None

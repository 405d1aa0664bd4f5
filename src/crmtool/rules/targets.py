"""Knows what a target of a KPI asks for: `>= 90%`, `<= 30天`, `[-5%, 5%]`, `>= baseline + 10pp`, in exact fractions.

Which KPI is meant, and what it came to, is left to `crmtool.review.kpis`; how visits are counted, to `crmtool.visits`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from crmtool.ledger.quantities import FEN_PER_YUAN, Duration
from crmtool.rules.language.quantity import UnfitError, normal, parse_quantity
from crmtool.rules.target_lines import Figure, Line, Scale

_COMPARISON: Final = re.compile(r"(>=|<=|==|=|>|<)\s*(.+)")
_BAND: Final = re.compile(r"([\[(])\s*([^,\[\]()]+?)\s*,\s*([^,\[\]()]+?)\s*([\])])")
_RELATIVE: Final = re.compile(r"baseline(?:\s*([+-])\s*(.+))?")
_POINTS: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*pp")


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

    @property
    def is_empty(self) -> bool:
        """Tell whether no figure at all can meet it, whatever the baseline: `[90%, 80%]`."""
        if self.low is None or self.high is None or self.low.is_relative != self.high.is_relative:
            return False
        low, high = self.low.figure.value, self.high.figure.value
        return low > high or (low == high and not (self.low.inclusive and self.high.inclusive))

    def fitting(self, unit: str) -> Target:
        """Return it as it can be asked of a KPI of this unit: with its words alone where a figure is of another."""
        return self if all(line.figure.fits(unit) for line in self.lines) else Target(self.text)

    def on_scale(self, scale: Scale) -> Target:
        """Return it as it can be asked of figures from `scale[0]` to `scale[1]`: with its words alone where none meets it.

        >>> from crmtool.rules.target_lines import SCALES
        >>> target_of(">= 110%").on_scale(SCALES["percent"]).lines
        ()
        >>> target_of(">= baseline + 10pp").on_scale(SCALES["percent"]).goal(Fraction(95, 100))
        Fraction(1, 1)
        """
        low, high = (None if line is None else replace(line, scale=scale) for line in (self.low, self.high))
        for line, end, sign in ((low, scale[1], 1), (high, scale[0], -1)):
            # The best figure there is shows whether a fixed line can be kept at all.
            if line is not None and end is not None and not line.is_kept_by(Fraction(end), None, sign):
                return Target(self.text)
        return Target(self.text, low, high)

    def missed(self, actual: Fraction, baseline: Fraction | None = None) -> Line | None:
        """Return the line that a figure does not keep; None where it keeps both."""
        for line, sign in ((self.low, 1), (self.high, -1)):
            if line is not None and not line.is_kept_by(actual, baseline, sign):
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

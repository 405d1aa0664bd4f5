"""Knows how a KPI is put into the notation of the documents, and how a figure in it is judged.

Reading and writing the notation is left to `crmtool.ledger.values`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

from crmtool.ledger.values.kpi_writing import write_kpi
from crmtool.ledger.values.kpis import KpiFigure
from crmtool.rules.target_lines import Figure, Line, Unit, Written
from crmtool.rules.targets import Target

_PERCENT: Final = ("percent", "change")
_UNITS: Final = {"days": "天", "money": "元"}
_BEHIND: Final = re.compile(r"[0-9.]\s*([^0-9.\s\]),%]+)")
_SIGNS: Final = {(True, True): "≥", (True, False): ">", (False, True): "≤", (False, False): "<"}


def decimal(value: Fraction) -> Decimal:
    """Return a fraction as a decimal figure of 28 digits."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def is_percent(unit: str) -> bool:
    """Tell whether figures of a unit are written with a percent sign."""
    return unit in _PERCENT


def shown(unit: str, value: Fraction) -> str:
    """Return a figure as it is written: with a percent sign, as days, as yuan; two decimals at most.

    >>> shown("percent", Fraction(1, 3)), shown("days", Fraction(30))
    ('33.33%', '30天')
    """
    figure = KpiFigure("", "=", decimal(value), None, is_percent(unit), _UNITS.get(unit, ""))
    return write_kpi(figure).removeprefix("=").removesuffix("/-")


def written(
    label: str, unit: str, target: Target, actual: Fraction | None, baseline: Fraction | None = None
) -> str:
    """Return a KPI with its target and actual as the documents write it; in words only where the target is words.

    >>> from crmtool.rules.targets import target_of
    >>> written("新增订单数", "count", target_of(">= 2单"), Fraction(1))
    '新增订单数≥2单/1单'
    >>> written("满意度", "percent", target_of(">= baseline + 10pp"), None)
    '满意度≥[X+10]/-'
    """
    result = None if actual is None else decimal(actual)
    if not target.lines:
        return f"{label}{target.text}"
    first = target.lines[0]
    behind = "" if is_percent(unit) else _unit_behind(unit, target)
    figure = KpiFigure(label, _sign(target), None, result, is_percent(unit), behind)
    if not target.can_tell(baseline):
        return write_kpi(replace(figure, open_target=open_words(first, unit)))
    ends = [decimal(at) for line in target.lines if (at := line.at(baseline)) is not None]
    high = ends[-1] if figure.test == "[]" else None
    return write_kpi(replace(figure, target=ends[0], target_high=high))


def open_words(line: Line, unit: str) -> str:
    """Return a line whose baseline is not known: `[X+10]`, in points where it is a percentage.

    >>> open_words(Line(Figure(Fraction(-8, 100), "percent"), True, True), "percent")
    '[X-8]'
    """
    value = line.figure.value * (100 if is_percent(unit) else 1)
    size = f"{decimal(abs(value)).normalize():f}"
    return f"[X{'-' if value < 0 else '+'}{size}]" if value else "[X]"


def _sign(target: Target) -> str:
    if len(target.lines) == 1:
        return _SIGNS[target.low is not None, target.lines[0].inclusive]
    return "=" if target.low == target.high else "[]"


def _unit_behind(unit: str, target: Target) -> str:
    found = None if target.is_relative else _BEHIND.search(target.text)
    return _UNITS.get(unit) or (found[1] if found is not None else "")


def target_in(figure: KpiFigure) -> Target:
    """Return the target that a cell states."""
    asked = (
        figure.test,
        figure.target,
        figure.target_high,
        figure.is_percent,
        figure.unit,
        figure.open_target,
    )
    return _target(*asked)


@lru_cache(maxsize=1024)  # the cells of a ledger ask for the same few things
def _target(
    test: str, target: Decimal | None, high: Decimal | None, is_percent: bool, unit: str, open_target: str
) -> Target:
    text = write_kpi(KpiFigure("", test, target, None, is_percent, unit, high, open_target)).removesuffix(
        "/-"
    )
    if target is None:
        return Target(text)
    how: Written = "percent" if is_percent else _WRITTEN.get(unit, "number")
    low = Line(Figure(Fraction(target), how), test not in (">", "<"))
    if high is not None:
        return Target(text, low, Line(Figure(Fraction(high), how), inclusive=True))
    return Target(text, low if test not in ("<", "≤") else None, low if test not in (">", "≥") else None)


def unit_in(figure: KpiFigure) -> str:
    """Return what a cell counts a KPI in where that is not the KPI's own unit: the word behind its figures, if any.

    >>> [unit_in(KpiFigure("", "≥", Decimal("4.5"), None, False, unit)) for unit in ("分", "天", "")]
    ['分', 'days', '']
    """
    return "percent" if figure.is_percent else _COUNTED.get(figure.unit, figure.unit)


_WRITTEN: Final[dict[str, Written]] = {"天": "days", "元": "money"}
_COUNTED: Final[dict[str, Unit]] = {"天": "days", "元": "money"}

"""How targets and results are written: `复购率≥80%/85%;满意度≥90%/88%`, with as many decimals as people read.

Reading them again is in `crmtool.ledger.values.kpis`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Final

from crmtool.ledger.values.kpis import KpiFigure

#: Two decimals, of percentages as well as of other figures.
_STEP: Final = Decimal("0.01")
_PERCENT_STEP: Final = Decimal("0.0001")
_WAYS: Final = (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING)


def write_kpis(figures: Iterable[KpiFigure]) -> str:
    """Write KPIs as the documents do, a semicolon between them; `parse_kpis` reads the same again.

    Figures have at most two decimals. A result is never rounded over its target: 89.999 % against 90 % is 89.99%.

    >>> write_kpis([KpiFigure("转化周期", "≤", Decimal(30), None, False, "天")])
    '转化周期≤30天/-'
    """
    return ";".join(map(write_kpi, figures))


def write_kpi(figure: KpiFigure) -> str:
    """Write one KPI: `复购率≥80%/85%`, without a result `复购率≥80%/-`; in words only, its words."""
    if not figure.test:
        return figure.label
    shown = rounded(figure)
    if shown.target is None:
        aim = shown.test + shown.open_target
    elif shown.target_high is not None:
        aim = f"[{_written(shown.target, shown)},{_written(shown.target_high, shown)}]"
    else:
        aim = shown.test + _written(shown.target, shown)
    return f"{shown.label}{aim}/{'-' if shown.actual is None else _written(shown.actual, shown)}"


def rounded(figure: KpiFigure) -> KpiFigure:
    """Return a KPI as it is shown: rounded to two decimals, and met exactly where it was met before.

    >>> rounded(KpiFigure("复购率", "≥", Decimal("0.9"), Decimal("0.899999"), True)).actual
    Decimal('0.8999')
    """
    step = _PERCENT_STEP if figure.is_percent else _STEP
    aims = [None if each is None else each.quantize(step) for each in (figure.target, figure.target_high)]
    shown = replace(figure, target=aims[0], target_high=aims[1])
    if figure.actual is None:
        return shown
    nearest = [figure.actual.quantize(step, way) for way in _WAYS]
    near = [*nearest, *(each + more for each in nearest for more in (-step, step))]
    results = (replace(shown, actual=actual) for actual in near)
    return next((each for each in results if each.is_met == figure.is_met), shown)


def _written(value: Decimal, figure: KpiFigure) -> str:
    if figure.is_percent:
        return f"{_plain(value.scaleb(2))}%"
    in_wan = value.scaleb(-4)
    if figure.unit == "元" and abs(in_wan) >= 1 and in_wan == in_wan.quantize(_STEP):
        return f"{_plain(in_wan)}万元"
    return f"{_plain(value)}{figure.unit}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize() + 0:f}"

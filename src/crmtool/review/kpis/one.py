"""Knows how one KPI of one customer is judged: by what is stated of it, else by what is counted.

Whose it is, and how many have the same, is left to `crmtool.review.kpis.customers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from crmtool.ledger.values.kpi_writing import write_kpi
from crmtool.ledger.values.kpis import KpiFigure
from crmtool.review.kpis.figures import BEFORE, CHANGE, NOW, Figure, change, quotient
from crmtool.review.kpis.results import real
from crmtool.review.kpis.wording import decimal, is_percent, shown, target_in, unit_in, written
from crmtool.rules.targets import Target

COUNTED, STATED = "counted", "stated"
#: What is judged of a KPI; beside these, `stated` and `counted` are words where the two differ, else null.
JUDGED: Final = (
    *("id", "label", "unit", "numerator", "denominator", "actual", "target", "goal", "met", "attainment"),
    *("origin", "text"),
)
#: How far a stated figure may be from the counted one: people round shares and amounts.
_TOLERANCE: Final = {
    "percent": Fraction(1, 200),
    "change": Fraction(1, 200),
    "points": Fraction(1, 2),
    "money": Fraction(1, 200),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A KPI as a customer is asked for it; `target` None: it is watched."""

    id: str
    label: str
    unit: str
    target: Target | None
    baseline: Fraction | None = None


def judged(
    kind: Kind, counts: Sequence[int] | None, part: KpiFigure | None, cell: float | None
) -> dict[str, Any]:
    """Return a KPI as it is judged (JUDGED, `stated`, `counted`).

    `counts` are numerator and denominator (of a change both of this period and of the one before), `part` what the cell
    关键监测指标 states, `cell` what a column of the KPI's name does.
    """
    counted = _counted(kind.id, counts or ())
    kind = _as_stated(kind, part)
    stated = _stated(kind, part, cell)
    if part is not None and part.test and not is_alike(kind.unit, part):
        # Stated in another unit than it is counted in (满意度≥4.5/4.2): it stands for itself.
        kind, counted = replace(kind, unit=unit_in(part)), Figure()
    actual = counted.actual if stated is None else stated
    traced = Figure() if stated is not None else counted
    target = kind.target
    is_odd = stated is not None and _differs(kind.unit, stated, counted)
    return {
        "id": kind.id,
        "label": kind.label,
        "unit": kind.unit,
        "numerator": real(traced.numerator),
        "denominator": real(traced.denominator),
        "actual": real(actual),
        "target": None if target is None else target.text,
        "goal": None if target is None else real(target.goal(kind.baseline, actual)),
        "met": None if target is None else target.is_met(actual, kind.baseline),
        "attainment": None if target is None else real(_attainment(kind, target, actual)),
        "origin": COUNTED if stated is None and part is None else STATED,
        "text": _text(kind, part, actual),
        "stated": shown(kind.unit, stated) if is_odd and stated is not None else None,
        "counted": shown(kind.unit, counted.actual) if is_odd and counted.actual is not None else None,
    }


def _attainment(kind: Kind, target: Target, actual: Fraction | None) -> Fraction | None:
    return target.attainment(actual, kind.baseline, is_change=kind.unit == "change")


def _counted(kpi: str, counts: Sequence[int]) -> Figure:
    if not any(counts):
        return Figure()
    if kpi == CHANGE:
        return change(quotient(NOW, *counts[:2]), quotient(BEFORE, *counts[2:]))
    return quotient(kpi, *counts)


def _as_stated(kind: Kind, part: KpiFigure | None) -> Kind:
    """Return the KPI under the name, and with the target, that a cell states; words alone leave the rules' target."""
    if part is None:
        return kind
    if part.test:
        return replace(kind, label=part.label, target=target_in(part))
    return replace(kind, label=part.label, target=kind.target or Target(part.label))


def _stated(kind: Kind, part: KpiFigure | None, cell: float | None) -> Fraction | None:
    if part is not None and part.actual is not None:
        return Fraction(part.actual)
    if cell is None or (part is not None and part.test and not is_alike(kind.unit, part)):
        return None
    return Fraction(Decimal(repr(cell)))


def is_alike(unit: str, part: KpiFigure) -> bool:
    """Tell whether a cell counts a KPI in the KPI's own unit; a bare 0 is of any."""
    figures = [each for each in (part.target, part.target_high, part.actual) if each]
    return not figures or part.is_percent == is_percent(unit)


def _differs(unit: str, stated: Fraction, counted: Figure) -> bool:
    """Tell whether the two differ by more than rounding does.

    A share that is of one customer alone is counted as 0 or 1: a stated one in between is measured in another way.
    """
    if counted.actual is None or (unit == "percent" and counted.denominator == 1 and 0 < stated < 1):
        return False
    return abs(stated - counted.actual) > _TOLERANCE.get(unit, 0)


def _text(kind: Kind, part: KpiFigure | None, actual: Fraction | None) -> str | None:
    if part is not None:
        told = part.actual if actual is None or not part.test else decimal(actual)
        return write_kpi(part if told == part.actual else replace(part, actual=told))
    if kind.target is None:
        return None
    return written(kind.label, kind.unit, kind.target, actual, kind.baseline)

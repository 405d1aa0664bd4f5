"""What a field allows: its minimum and maximum, whole counts, no dates that have not been.

Turns a reading into the value and upper end that stand in a ledger's columns; reading is left to the other
modules.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import EARLIEST_DAY, LATEST_DAY, UNBOUNDED, UNBOUNDED_FEN
from crmtool.ledger.values.money import in_yuan
from crmtool.ledger.values.readings import (
    Exact,
    Interval,
    Note,
    Reading,
    Refusal,
    convert,
    note,
    noted,
    refuse,
)

Value = int | float | date | str
_EXACT_DIGITS = 15
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Limits:
    """The ends that a value may have; `is_low_given` where the field itself sets the lower one."""

    low: Any
    high: Any
    is_low_given: bool
    is_high_given: bool


def settle(
    reading: Reading[Any], spec: FieldSpec, as_of: date
) -> tuple[Value, Value | None, tuple[Note, ...]] | Refusal:
    """Return value, upper end (None: the same) and notes of a reading, or why the field does not allow it.

    Open ends are moved to the nearest value that is included; ends that are not there become the field's
    limits.
    """
    if isinstance(reading, Refusal):
        return reading
    if spec.kind in ("count", "number", "percent"):
        reading = _as_float(reading, spec)
    limits = _dates(spec, as_of) if spec.kind in ("date", "age") else _numbers(spec)
    if isinstance(reading, Exact):
        problem = _outside(reading.value, spec, limits, as_of)
        return problem or (reading.value, None, reading.notes)
    assert isinstance(reading, Interval)
    return _close(reading, spec, limits, as_of)


def _close(
    reading: Interval[Any], spec: FieldSpec, limits: _Limits, as_of: date
) -> tuple[Value, Value | None, tuple[Note, ...]] | Refusal:
    low = (
        limits.low
        if reading.low is None
        else _moved(reading.low, spec, up=True)
        if reading.low_open
        else reading.low
    )
    high = limits.high
    if reading.high is not None:
        high = _moved(reading.high, spec, up=False) if reading.high_open else reading.high
    if isinstance(low, date):
        low, high = (
            max(low, limits.low) if high >= limits.low else low,
            min(high, limits.high) if low <= limits.high else high,
        )
    for end in (low, high):
        problem = None if _is_unbounded(end) else _outside(end, spec, limits, as_of)
        if problem:
            return problem
    if low > high:
        return refuse("unreadable-range")
    return low, (None if low == high else high), reading.notes


def _is_unbounded(end: Any) -> bool:
    """Tell whether an end is one of the values that stand for no end."""
    return not isinstance(end, date) and abs(end) >= UNBOUNDED_FEN


def _moved(end: Any, spec: FieldSpec, *, up: bool) -> Any:
    """Return the nearest value beyond an end that is itself excluded."""
    if spec.kind == "money":
        return end + 1 if up else end - 1
    if isinstance(end, date):
        return end + _ONE_DAY if up else end - _ONE_DAY
    if spec.kind == "count":
        return float(math.floor(end) + 1 if up else math.ceil(end) - 1)
    return math.nextafter(end, math.inf if up else -math.inf)


def _as_float(reading: Exact[Decimal] | Interval[Decimal], spec: FieldSpec) -> Reading[Any]:
    told = []
    if isinstance(reading, Exact):
        if spec.kind == "count" and spec.per is None and reading.value != int(reading.value):
            told.append(note("fractional-count"))
        if reading.value and reading.value == int(reading.value) and abs(reading.value) >= Decimal(2) ** 53:
            told.append(note("digits-lost", digits=_EXACT_DIGITS))
    return noted(convert(reading, float), *told)


def _numbers(spec: FieldSpec) -> _Limits:
    none: int | float = UNBOUNDED_FEN if spec.kind == "money" else UNBOUNDED
    number = int if spec.kind == "money" else float
    least = 0 if spec.minimum is None and spec.kind == "count" else spec.minimum
    low = -none if least is None else number(least)
    high = none if spec.maximum is None else number(spec.maximum)
    return _Limits(low, high, least is not None, spec.maximum is not None)


def _dates(spec: FieldSpec, as_of: date) -> _Limits:
    return _Limits(EARLIEST_DAY, LATEST_DAY if spec.future else as_of, True, True)


def _outside(value: Any, spec: FieldSpec, limits: _Limits, as_of: date) -> Refusal | None:
    if isinstance(value, date):
        if not EARLIEST_DAY <= value <= LATEST_DAY:
            return refuse("date-out-of-range", first=EARLIEST_DAY, last=LATEST_DAY)
        return refuse("future-date", as_of=as_of) if value > limits.high else None
    if limits.is_low_given and value < limits.low:
        return refuse("below-minimum", limit=_shown(limits.low, spec))
    if limits.is_high_given and value > limits.high:
        return refuse("above-maximum", limit=_shown(limits.high, spec))
    return None


def _shown(limit: float, spec: FieldSpec) -> str:
    if spec.kind == "money":
        return in_yuan(int(limit))
    return f"{limit * 100:.15g}%" if spec.kind == "percent" else f"{limit:.15g}"

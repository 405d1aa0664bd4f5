"""What reading one text can give: an exact value, an interval, or a refusal that says why.

How texts become readings is in the modules beside this one; what a reading means for a field of a ledger is
in `crmtool.ledger.values.cells`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know although a value was read: a finding's code and its parameters."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exact(Generic[T]):
    """One value."""

    value: T
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Interval(Generic[T]):
    """Any value between two ends; None is no end on that side, an open end is not itself included."""

    low: T | None
    high: T | None
    low_open: bool = False
    high_open: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """No value: the text cannot be read, or has more than one reading; the code says which."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)


Reading = Exact[T] | Interval[T] | Refusal


def refuse(code: str, **params: object) -> Refusal:
    """Return a refusal with its parameters as texts."""
    return Refusal(code, {name: str(value) for name, value in params.items()})


def note(code: str, **params: object) -> Note:
    """Return a note with its parameters as texts."""
    return Note(code, {name: str(value) for name, value in params.items()})


def two_readings(first: object, second: object) -> Refusal:
    """Refuse a text that says two different things, naming both."""
    return refuse("two-readings", first=first, second=second)


def noted(reading: Reading[T], *notes: Note) -> Reading[T]:
    """Return the reading with more notes; a refusal stays as it is."""
    if isinstance(reading, Refusal) or not notes:
        return reading
    return replace(reading, notes=reading.notes + notes)


def convert(reading: Reading[T], change: Callable[[T], U]) -> Reading[U]:
    """Return the reading with `change`, which must keep the order, applied to its value or ends.

    >>> convert(Interval(5, None, low_open=True), lambda n: n * 100)
    Interval(low=500, high=None, low_open=True, high_open=False, notes=())
    """
    if isinstance(reading, Refusal):
        return reading
    if isinstance(reading, Exact):
        return Exact(change(reading.value), reading.notes)
    low = None if reading.low is None else change(reading.low)
    high = None if reading.high is None else change(reading.high)
    return Interval(low, high, reading.low_open, reading.high_open, reading.notes)

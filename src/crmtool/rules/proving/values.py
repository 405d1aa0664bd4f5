"""A value in a cell: a round figure, a day, a word that a person could have typed there.

Which cells there are is known to `crmtool.rules.judging.cells`; what is proved with them to `space` and `prove`.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Final

from crmtool.ledger.quantities import EARLIEST_DAY, LATEST_DAY, TOO_LARGE_FEN
from crmtool.rules.judging.cells import DATED, DISCRETE, Boundary, FieldCells, Value, has_future_cell

#: What stands for any word that a rule set does not list.
OTHER_WORD: Final = "其他"
_SEPARATORS = ("、", " ", "/", "|", "~")
#: Decimals of a number or a share that a person would type; finer cells have no value.
_FINEST = 12


def value_in(cells: FieldCells, cell: int, as_of: date) -> Value | str | None:
    """Return a value that lies in a cell, or None where no ledger can hold one.

    Fields that are cut at the same places are given the same value in the same cell, so that days which a
    constraint keeps in order stay in order.
    """
    if cells.kind == "contained":
        return _containing(cells, cell)
    if cells.kind == "labelled":
        return _word(cells, cell)
    low = cells.bounds[cell - 1] if cell else None
    high = cells.bounds[cell] if cell < len(cells.bounds) else None
    if cells.field.spec.kind in DATED:
        is_future = has_future_cell(cells.field.spec) and cell == cells.count - 1
        return None if is_future else _day(low, high)
    return _figure(cells, low, high)


def _containing(cells: FieldCells, cell: int) -> str | None:
    """Return a text with just these parts; none where one of them lies within another (定制 in 定制化)."""
    parts = [part for bit, part in enumerate(cells.parts) if cell >> bit & 1]
    texts = [separator.join(parts) or OTHER_WORD for separator in _SEPARATORS]
    return next((text for text in texts if cells.cell_of(text) == cell), None)


def _word(cells: FieldCells, cell: int) -> str | None:
    if cells.groups[cell]:
        return cells.groups[cell][0]
    other = OTHER_WORD
    while cells.cell_of(other):
        other += "者"
    return other


def _day(low: Boundary | None, high: Boundary | None) -> date | None:
    first, last = EARLIEST_DAY, LATEST_DAY
    if low is not None:
        assert isinstance(low.value, date)
        first = max(first, low.value if low.inclusive else low.value + timedelta(days=1))
    if high is not None:
        assert isinstance(high.value, date)
        last = min(last, high.value - timedelta(days=1) if high.inclusive else high.value)
    if first > last:
        return None
    if low is None and high is not None:  # open into the past: not the year 1900
        first = max(first, last - timedelta(days=400))
    elif high is None and low is not None:
        last = min(last, first + timedelta(days=400))
    return first + (last - first) // 2


def _figure(cells: FieldCells, low: Boundary | None, high: Boundary | None) -> Value | None:
    spec = cells.field.spec
    ends = [(_exact(end), end.inclusive) if end is not None else None for end in (low, high)]
    least, most = ends[0], None if ends[1] is None else (ends[1][0], not ends[1][1])
    if spec.minimum is not None:
        minimum = (_exact_number(spec.minimum), True)
        least = minimum if least is None else max(least, minimum, key=lambda e: (e[0], not e[1]))
    if spec.maximum is not None:
        maximum = (_exact_number(spec.maximum), True)
        most = maximum if most is None else min(most, maximum, key=lambda e: (e[0], e[1]))
    found = round_between(least, most, -_FINEST if spec.kind not in DISCRETE else 0)
    if found is None or (spec.kind == "money" and abs(found) >= TOO_LARGE_FEN):
        return None
    value = int(found) if spec.kind == "money" else float(found)
    cell = 0 if low is None else cells.bounds.index(low) + 1
    return value if cells.cell_of(value) == cell else None


def _exact(bound: Boundary) -> Fraction:
    assert not isinstance(bound.value, date)
    return _exact_number(bound.value)


def _exact_number(value: int | float) -> Fraction:
    return Fraction(str(value))


End = tuple[Fraction, bool]


def _closed(least: End | None, most: End | None) -> tuple[End, End]:
    """Return two ends, one of which may have been missing, with something near in its place."""
    if least is not None and most is not None:
        return least, most
    if least is not None:
        return least, (least[0] + max(abs(least[0]), Fraction(2)), False)
    assert most is not None
    below = most[0] - 2 * max(abs(most[0]), Fraction(1))
    return ((Fraction(0), True) if most[0] > 0 else (below, False)), most


def round_between(least: End | None, most: End | None, finest: int) -> Fraction | None:
    """Return the roundest number between two ends (value, included), near their middle; None where there is none.

    >>> round_between((Fraction(50000), True), (Fraction(100000), False), 0)
    Fraction(80000, 1)
    """
    if least is None and most is None:
        return Fraction(0)
    if least is not None and least == most:
        return least[0] if least[1] and least[0].limit_denominator(10**-finest) == least[0] else None
    least, most = _closed(least, most)
    if least[0] > most[0]:
        return None
    width = most[0] - least[0]
    power = finest
    while Fraction(10) ** (power + 1) <= width:
        power += 1
    middle = (least[0] + most[0]) / 2
    for exponent in range(power, finest - 1, -1):
        unit = Fraction(10) ** exponent
        first = ceil(least[0] / unit)
        first += not least[1] and first * unit == least[0]
        last = floor(most[0] / unit)
        last -= not most[1] and last * unit == most[0]
        if first <= last:
            return min(max(round(middle / unit), first), last) * unit
    return None

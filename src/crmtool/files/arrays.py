"""Knows how cells of one column become Arrow arrays, one for each kind of thing that a cell can hold.

Collecting the arrays of many chunks is left to `crmtool.files.columns`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

TEXT, NUMBER, MOMENT = pa.string(), pa.float64(), pa.timestamp("us")

#: Excel shows and compares 15 significant digits.
SIGNIFICANT_DIGITS = 15
_EXACT_DECIMALS = 1e6


def split(values: Sequence[object]) -> tuple[pa.Array | None, pa.Array | None, pa.Array | None]:
    """Return the text, number and moment arrays of one chunk of a column; see `Column`."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return text_array(values), None, None
    if kinds <= {float, int}:
        return None, number_array([_as_number(value) for value in values] if int in kinds else values), None
    if kinds <= {date, datetime}:
        return None, None, moment_array(values)
    texts = [as_text(value) for value in values] if kinds - {float, int, date, datetime} else None
    numbers = [_as_number(value) for value in values] if kinds & {float, int} else None
    return (
        text_array(texts) if texts is not None else None,
        number_array(numbers) if numbers is not None else None,
        moment_array(values) if kinds & {date, datetime} else None,
    )


def _as_number(value: object) -> float | None:
    return float(value) if type(value) is float or type(value) is int else None


def moment_array(values: Sequence[object]) -> pa.Array:
    """Return a timestamp array of the dates and date-times among the values; null elsewhere."""
    dates = pa.array([v if type(v) is date else None for v in values], pa.date32()).cast(MOMENT)
    if all(type(v) is not datetime for v in values):
        return dates
    return pc.coalesce(dates, pa.array([v if type(v) is datetime else None for v in values], MOMENT))


def as_text(value: object) -> str | None:
    """Return the text of a cell that is neither a number nor a date; None for those.

    Truth values read as Excel shows them, a length of time as hours beyond a day.

    >>> as_text(True), as_text(timedelta(hours=30, minutes=5)), as_text(1.5)
    ('TRUE', '30:05:00', None)
    """
    if type(value) is str:
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        sign = "-" if seconds < 0 else ""
        minutes, second = divmod(abs(seconds), 60)
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{second:02}"
    return None


def text_array(values: Iterable[object]) -> pa.Array | None:
    """Return a string array in which blank text is null, or None where nothing is left."""
    array = unblank(pa.array(values, TEXT))
    return array if array.null_count < len(array) else None


def unblank(array: pa.Array) -> pa.Array:
    """Return a string array with null for blank text.

    >>> unblank(pa.array(["a", " ", None])).to_pylist()
    ['a', None, None]
    """
    filled = pc.greater(pc.binary_length(pc.utf8_trim_whitespace(array)), 0)
    if pc.all(filled, skip_nulls=False, min_count=0).as_py():
        return array
    return pc.if_else(pc.fill_null(filled, False), array, pa.scalar(None, TEXT))


def number_array(values: Sequence[object]) -> pa.Array:
    """Return a float64 array with the 15 significant digits that Excel shows; null where None.

    >>> number_array([0.1 + 0.2, 1.0, None]).to_pylist()
    [0.3, 1.0, None]
    """
    return rounded(pa.array(values, NUMBER))


def rounded(array: pa.Array) -> pa.Array:
    """Return the numbers of a float64 array with the 15 significant digits that Excel shows."""
    plain = pc.fill_null(array, 0.0).to_numpy(zero_copy_only=False)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = plain * _EXACT_DECIMALS
        whole = np.rint(scaled)
        # Up to six decimals and 15 digits a float is already the one nearest to what is shown.
        is_shown = (whole / _EXACT_DECIMALS == plain) & (np.abs(scaled) < 1e15)
    odd = np.flatnonzero(~is_shown)
    if len(odd) == 0:
        return array
    mended = plain.copy()
    mended[odd] = [float(f"{number:.{SIGNIFICANT_DIGITS}g}") for number in plain[odd].tolist()]
    return pa.array(mended, NUMBER, mask=array.is_null().to_numpy(zero_copy_only=False))

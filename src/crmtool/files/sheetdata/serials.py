"""Knows which date, time or length of time a number stands for in a cell that is formatted as one.

Which cells are is left to `crmtool.files.sheetdata.formats`.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from crmtool.files.arrays import as_text

_DAY_MS = 86_400_000
#: Days from 1970-01-01 to day 0 of Excel's calendar, which has a 29 February 1900, and to that of 1904.
_DAY_0, _DAYS_TO_1904 = -25_569, 1_462
_FALSE_LEAP_DAY = 60
#: 9999-12-31, the last day that Excel shows.
LAST_SERIAL = 2_958_465

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|$)")
_ISO_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?$")

Floats = npt.NDArray[np.float64]


def moments(serials: Floats, date_1904: bool) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return microseconds since 1970 of date serials, to the millisecond, and which of them are dates.

    Those are none that are negative, smaller than a day, beyond the year 9999 or no numbers.
    """
    counted = serials + _DAYS_TO_1904 if date_1904 else serials
    is_date = (serials >= 1) & (counted < LAST_SERIAL + 1)
    counted = np.where(is_date, counted, 1.0)
    milliseconds = np.floor(counted * _DAY_MS + 0.5)
    # Before the day that never was, Excel's count is one short of the calendar's.
    milliseconds += (_DAY_0 + (counted < _FALSE_LEAP_DAY)) * _DAY_MS
    return milliseconds.astype(np.int64) * 1000, is_date


def time_of_day(serial: float) -> str:
    """Return the text of a time without a day.

    >>> time_of_day(0.5)
    '12:00:00'
    """
    seconds, milliseconds = divmod(int(serial * _DAY_MS + 0.5) % _DAY_MS, 1000)
    moment = time(seconds // 3600, seconds // 60 % 60, seconds % 60, milliseconds * 1000)
    return as_text(moment) or ""


def duration(serial: float) -> str:
    """Return the text of a length of time, given in days.

    >>> duration(1.25)
    '30:00:00'
    """
    return as_text(timedelta(milliseconds=round(serial * _DAY_MS))) or ""


def iso_value(text: str) -> datetime | str:
    """Return what an ISO 8601 cell holds: a moment, or text where it is a time of day or no date.

    >>> iso_value("2021-01-02"), iso_value("03:04:05")
    (datetime.datetime(2021, 1, 2, 0, 0), '03:04:05')
    """
    try:
        if _ISO_TIME.match(text):
            return as_text(time.fromisoformat(text)) or text
        value = datetime.fromisoformat(text) if _ISO_DATE.match(text) else None
    except ValueError:
        return text
    return value if value is not None and value.tzinfo is None else text

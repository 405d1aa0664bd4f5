"""Knows the days of the lunar calendar and of the solar terms in the Gregorian one.

Which of them matter to whom is left to `crmtool.visits.calendar.festivals` and `crmtool.visits.reading.birthdays`.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, Final

#: The winter solstice stands twice in the table of a year: that of the December before, and its own.
_OWN_OF_YEAR: Final = {"冬至": "DONG_ZHI"}


@cache
def lunar_day(year: int, month: int, day: int) -> date:
    """Return the Gregorian day of a day of a lunar year, which begins between 20 January and 21 February of `year`.

    Leap months are passed over: the month is the ordinary one. Day 30 of a month with 29 days is its 29th.

    >>> lunar_day(2026, 1, 1), lunar_day(2025, 12, 30)
    (datetime.date(2026, 2, 17), datetime.date(2026, 2, 16))
    """
    # The tables of the lunar calendar are only loaded where they are asked.
    from lunar_python import Lunar, LunarMonth

    length = int(LunarMonth.fromYm(year, month).getDayCount())
    return _day(Lunar.fromYmd(year, month, min(day, length)).getSolar())


@cache
def solar_term(year: int, name: str) -> date:
    """Return the day of a solar term (`清明`, `冬至`) in a Gregorian year.

    >>> solar_term(2026, "清明"), solar_term(2026, "冬至")
    (datetime.date(2026, 4, 5), datetime.date(2026, 12, 22))
    """
    from lunar_python import Lunar

    return _day(Lunar.fromYmd(year, 6, 1).getJieQiTable()[_OWN_OF_YEAR.get(name, name)])


def _day(solar: Any) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())

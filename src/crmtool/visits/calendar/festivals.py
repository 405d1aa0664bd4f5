"""Knows on which days festivals fall: fixed days, days of the lunar calendar, solar terms, and a company's own.

Which of them are kept is said by `crmtool.yaml` and `rules/common.yaml`; who is greeted, by the cadences.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from crmtool.errors import Finding, UsageError
from crmtool.ledger.values.spelling import fold, normalise
from crmtool.rules.language.nodes import suggestion
from crmtool.visits.calendar.lunar import lunar_day, solar_term

Calendar = Literal["solar", "lunar", "eve", "term", "weekday"]


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival by its name, and how its day is found.

    `solar`: month and day (29 February is 28 February in other years). `lunar`: lunar month and day. `eve`: the
    day before the lunar new year. `term`: a solar term, named by the festival. `weekday`: the `day`-th `weekday`
    (Monday 0) of the month. `year_shift` is added to the year where the lunar year is another: 腊八 of 2026 lies
    before the new year of 2026.
    """

    name: str
    calendar: Calendar
    month: int = 1
    day: int = 1
    weekday: int = 0
    year_shift: int = 0

    def on(self, year: int) -> date:
        """Return the festival's day of a year.

        Only 腊八 may lie outside that calendar year: up to two days before it.

        >>> festivals_of(["春节", "中秋"])[1].on(2025)
        datetime.date(2025, 10, 6)
        """
        if self.calendar == "lunar":
            return lunar_day(year + self.year_shift, self.month, self.day)
        if self.calendar == "eve":
            return lunar_day(year, 1, 1) - timedelta(days=1)
        if self.calendar == "term":
            return solar_term(year, self.name)
        if self.calendar == "weekday":
            start = date(year, self.month, 1)
            return start + timedelta(days=(self.weekday - start.weekday()) % 7 + 7 * (self.day - 1))
        return solar_day(year, self.month, self.day)


def solar_day(year: int, month: int, day: int) -> date:
    """Return a day of a year; 29 February is 28 February in a year without it.

    >>> solar_day(2026, 2, 29)
    datetime.date(2026, 2, 28)
    """
    return date(year, month, min(day, monthrange(year, month)[1]))


_KNOWN: Final = (
    *(
        Festival(name, "solar", month, day)
        for name, month, day in (
            ("元旦", 1, 1),
            ("情人节", 2, 14),
            ("妇女节", 3, 8),
            ("植树节", 3, 12),
            ("劳动节", 5, 1),
            ("青年节", 5, 4),
            ("儿童节", 6, 1),
            ("建党节", 7, 1),
            ("建军节", 8, 1),
            ("教师节", 9, 10),
            ("国庆", 10, 1),
            ("平安夜", 12, 24),
            ("圣诞", 12, 25),
        )
    ),
    *(
        Festival(name, "lunar", month, day)
        for name, month, day in (
            ("春节", 1, 1),
            ("元宵", 1, 15),
            ("龙抬头", 2, 2),
            ("端午", 5, 5),
            ("七夕", 7, 7),
            ("中元", 7, 15),
            ("中秋", 8, 15),
            ("重阳", 9, 9),
        )
    ),
    Festival("腊八", "lunar", 12, 8, year_shift=-1),
    Festival("除夕", "eve"),
    Festival("清明", "term"),
    Festival("冬至", "term"),
    Festival("母亲节", "weekday", 5, 2, weekday=6),
    Festival("父亲节", "weekday", 6, 3, weekday=6),
    Festival("感恩节", "weekday", 11, 4, weekday=3),
)
#: Other names of festivals; with or without 节 is the same anyway.
_ALSO: Final[Mapping[str, str]] = {
    **dict.fromkeys(("新年",), "元旦"),
    **dict.fromkeys(("过年", "农历新年", "大年初一"), "春节"),
    **dict.fromkeys(("大年三十", "年三十"), "除夕"),
    **dict.fromkeys(("上元",), "元宵"),
    **dict.fromkeys(("三八", "三八妇女节", "女神节"), "妇女节"),
    **dict.fromkeys(("五一", "五一劳动节"), "劳动节"),
    **dict.fromkeys(("六一", "六一儿童节"), "儿童节"),
    **dict.fromkeys(("八一",), "建军节"),
    **dict.fromkeys(("十一", "十一国庆"), "国庆"),
}
_OWN: Final = re.compile(r"(.*[^\s0-9:])\s*:?\s*([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def _plain(name: str) -> str:
    return fold(name).removesuffix("节")


_BY_LABEL: Final = {festival.name: festival for festival in _KNOWN}
_BY_NAME: Final = {
    _plain(written): _BY_LABEL[name]
    for written, name in (*((name, name) for name in _BY_LABEL), *_ALSO.items())
}
#: What may be written, for a message about what may not.
FESTIVAL_NAMES: Final = tuple(_BY_LABEL)


def read_festival(text: str) -> Festival | None:
    """Return the festival that a text names, or None: a known one (with or without 节), or `NAME MM-DD`.

    >>> read_festival("端午节").name, read_festival("司庆 09-18").on(2026)
    ('端午', datetime.date(2026, 9, 18))
    >>> read_festival("司庆 02-30") is None
    True
    """
    known = _BY_NAME.get(_plain(text))
    own = _OWN.fullmatch(normalise(text))
    if known is not None or own is None:
        return known
    month, day = int(own[2]), int(own[3])
    try:
        date(2024, month, day)  # a leap year: 29 February is a day
    except ValueError:
        return None
    return Festival(own[1], "solar", month, day)


def festivals_of(names: Iterable[str], file: str = "") -> tuple[Festival, ...]:
    """Return the festivals of a list of names, each day's festival once.

    Raises `UsageError` with a finding for each name that is none (`unknown-festival`); `file` is where they stand.
    """
    read = [(name, read_festival(name)) for name in names]
    unknown = [
        Finding("unknown-festival", file=file, value=name, params=suggestion(name, FESTIVAL_NAMES))
        for name, festival in read
        if festival is None
    ]
    if unknown:
        raise UsageError(*unknown)
    return tuple(dict.fromkeys(festival for _, festival in read if festival is not None))


def festival_days(
    festivals: Sequence[Festival], first: date, last: date
) -> tuple[tuple[date, int, Festival], ...]:
    """Return each festival's days from `first` to `last`, by day: the day, the festival's year, the festival.

    The year is the one that a name is said with: 腊八 of 2023 was on 30 December 2022.

    >>> [(str(day), year) for day, year, _ in festival_days(festivals_of(["腊八"]), date(2022, 1, 1), date(2022, 12, 31))]
    [('2022-01-10', 2022), ('2022-12-30', 2023)]
    """
    found = [
        (festival.on(year), year, festival)
        for festival in festivals
        for year in range(first.year, last.year + 2)
    ]
    return tuple(sorted((each for each in found if first <= each[0] <= last), key=lambda each: each[:2]))

"""Knows how birthdays are written in a ledger, and on which day of a year each falls.

Who is greeted on theirs is left to the cadences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.ledger.ledger import Table
from crmtool.ledger.values import Exact, parse_date, parse_number
from crmtool.ledger.values.spelling import normalise
from crmtool.ledger.values.words import is_placeholder
from crmtool.visits.calendar.days import NO_DAY, Days, laid
from crmtool.visits.calendar.lunar import lunar_day
from crmtool.visits.reading.columns import distinct_texts, findings_at

FIELD: Final = "birthday"


@dataclass(frozen=True, slots=True)
class Birthday:
    """A month and a day of the Gregorian calendar, or of the lunar one (day 30 at most, no leap month)."""

    month: int
    day: int
    is_lunar: bool = False


@dataclass(frozen=True, eq=False)
class Birthdays:
    """The birthdays of customers, in their order: month and day are 0 where there is none.

    `findings` tell the cells that could not be read.
    """

    month: NDArray[np.int64]
    day: NDArray[np.int64]
    is_lunar: NDArray[np.bool_]
    findings: tuple[Finding, ...] = ()

    def on_year(self, year: int) -> Days:
        """Return the day that each birthday falls on in a year; NaT where there is none.

        29 February is 28 February in years without it. A lunar birthday is that of the lunar year that begins in
        `year`, so late ones lie in January or February of the next; day 30 of a month with 29 days is its 29th.
        """
        found = laid((year - 1970) * 12 + self.month - 1, self.day)
        found[self.month == 0] = NO_DAY
        lunar = np.flatnonzero(self.is_lunar & (self.month > 0))
        codes, which = np.unique(self.month[lunar] * 32 + self.day[lunar], return_inverse=True)
        known = [lunar_day(year, *divmod(int(code), 32)) for code in codes]
        found[lunar] = np.array(known, "datetime64[D]")[which]
        return found

    def between(self, first: date, last: date) -> tuple[NDArray[np.int64], Days, NDArray[np.int64]]:
        """Return every birthday from `first` to `last`: whose it is, its day, and the year that it counts for.

        Ordered by year, then by customer. A lunar birthday counts for its lunar year, so that each year has it
        once though a calendar year may have it twice or not at all.
        """
        parts = []
        for year in range(first.year - 1, last.year + 1):
            days = self.on_year(year)
            whose = np.flatnonzero((days >= np.datetime64(first)) & (days <= np.datetime64(last)))
            parts.append((whose, days[whose], np.full(len(whose), year)))
        whose, days, years = (np.concatenate(column) for column in zip(*parts, strict=True))
        return whose, days, years


def read_birthdays(table: Table) -> Birthdays:
    """Return the birthdays in a table's 生日; cells that cannot be read are findings (`unreadable-birthday`).

    A ledger without such a column has none.
    """
    length = len(table.frame)
    if FIELD not in table.frame:
        nothing = np.zeros(length, np.int64)
        return Birthdays(nothing, nothing, np.zeros(length, bool))
    texts, codes = distinct_texts(table.frame[FIELD])
    read = [parse_birthday(text) for text in texts]
    none = Birthday(0, 0)
    # The last entry is that of code -1: an empty cell.
    month, day, is_lunar = (
        np.array([getattr(birthday or none, part) for birthday in (*read, none)])[codes]
        for part in ("month", "day", "is_lunar")
    )
    is_odd = [b is None and not is_placeholder(text) for text, b in zip(texts, read, strict=True)]
    findings = findings_at("unreadable-birthday", table, FIELD, np.array([*is_odd, False])[codes])
    return Birthdays(month, day, is_lunar, findings)


_LUNAR_WORD: Final = re.compile("农历|阴历|旧历|老历|夏历")
_SOLAR_WORD: Final = re.compile("公历|阳历|新历|国历")
_BESIDE: Final = re.compile(r"生日|出生|生于|[0-9]+周?岁|[()\s:,]")
_CN: Final = "一二两三四五六七八九十"
#: A lunar day: 初五, 十五, 廿三, 三十, or in digits; the year and a leap month are left out of account.
_LUNAR_DAY: Final = re.compile(
    rf"(?:(?:[0-9]{{2,4}}|[〇零{_CN}]{{2,4}})年)?闰?(正|腊|冬|[{_CN}]{{1,2}}|[0-9]{{1,2}})月"
    rf"(初[{_CN}]|[廿卅][{_CN}]?|[{_CN}]{{1,3}}|[0-9]{{1,2}})[日号]?"
)
_LUNAR_DIGITS: Final = re.compile(
    r"(?:[0-9]{4}[-/.])?([0-9]{1,2})[-/.]([0-9]{1,2})|[0-9]{4}([0-9]{2})([0-9]{2})"
)
_LUNAR_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12}
#: What only the lunar calendar has, so that 农历 need not be said.
_LUNAR_ALONE: Final = re.compile("正月|腊月|冬月|闰|初|廿|卅")
_NEW_YEAR: Final = {
    "大年初一": Birthday(1, 1, True),
    "除夕": Birthday(12, 30, True),
    "大年三十": Birthday(12, 30, True),
}
_NO_YEAR: Final = re.compile(
    r"([0-9]{1,2})[-/.]([0-9]{1,2})|([0-9]{2})([0-9]{2})|([0-9]{1,2})月([0-9]{1,2})[日号]?"
)
_NO_YEAR_SPELLED: Final = re.compile(rf"([{_CN}]{{1,2}})月([{_CN}]{{1,3}})[日号]")
#: Two digits that can only be a year: 85-3-12, 85年3月12日.
_SHORT_YEAR: Final = re.compile(
    r"(?:[0-9]{2}年|(?:3[2-9]|[4-9][0-9])[-/.])([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?"
)


def parse_birthday(text: str) -> Birthday | None:
    """Read a birthday, with its year or without; None where it is none, or may be two.

    Chinese numerals without 日, 初 or the like (`三月十二`) may be of either calendar.

    >>> parse_birthday("1985年3月12日"), parse_birthday("农历三月初五")
    (Birthday(month=3, day=12, is_lunar=False), Birthday(month=3, day=5, is_lunar=True))
    >>> parse_birthday("02-30"), parse_birthday("三月十二")
    (None, None)
    """
    body = normalise(text)
    if len(body) > 40:
        return None
    is_lunar, is_solar = bool(_LUNAR_WORD.search(body)), bool(_SOLAR_WORD.search(body))
    if is_lunar and is_solar:
        return None
    bare = _BESIDE.sub("", _SOLAR_WORD.sub("", _LUNAR_WORD.sub("", body)))
    if bare in _NEW_YEAR and not is_solar:
        return _NEW_YEAR[bare]
    if is_lunar or (_LUNAR_ALONE.search(bare) and not is_solar):
        return _lunar(bare)
    read = parse_date(_SOLAR_WORD.sub("", body))
    if isinstance(read, Exact):
        return Birthday(read.value.month, read.value.day)
    return _without_year(bare)


def _without_year(body: str) -> Birthday | None:
    for form in (_NO_YEAR, _NO_YEAR_SPELLED, _SHORT_YEAR):
        match = form.fullmatch(body)
        if match is None:
            continue
        month, day = (_number(part) for part in match.groups() if part is not None)
        try:
            date(2024, month, day)  # a leap year: 29 February is a day
        except ValueError:
            return None
        return Birthday(month, day)
    return None


def _lunar(body: str) -> Birthday | None:
    match = _LUNAR_DAY.fullmatch(body) or _LUNAR_DIGITS.fullmatch(body)
    if match is None:
        return None
    said_month, said_day = (part for part in match.groups() if part is not None)
    month, day = _LUNAR_MONTHS.get(said_month) or _number(said_month), _number(said_day)
    return Birthday(month, day, True) if 1 <= month <= 12 and 1 <= day <= 30 else None


def _number(text: str) -> int:
    """Return the number of a month or day, 0 where it is none: 12, 十二, 初五, 廿三, 三十."""
    tens = {"廿": "二十", "卅": "三十"}
    spelled = tens.get(text[0], "") + text[1:] if text[0] in tens else text.removeprefix("初")
    number = parse_number(spelled)
    return int(number) if number is not None and number == int(number) else 0

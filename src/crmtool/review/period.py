"""Knows what a review is of: a month, a quarter, half a year or a year, by its name, and the ones before it.

Which one a person means by `last-quarter` is left to `crmtool.jobs.days`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Kind = Literal["month", "quarter", "half", "year"]

_MONTHS: Final[dict[Kind, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_NAME: Final = re.compile(r"(\d{4})(?:-(\d{1,2})|Q([1-4])|H([12]))?", re.IGNORECASE)
_YEARS: Final = range(1900, 2200)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A whole calendar month, quarter, half-year or year; the `number`-th of its year, from 1."""

    year: int
    number: int
    kind: Kind

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        month = self.number * _MONTHS[self.kind]
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def name(self) -> str:
        """Return how options and file names spell it: `2026-09`, `2026Q3`, `2026H1`, `2026`."""
        if self.kind == "month":
            return f"{self.year:04d}-{self.number:02d}"
        sign = {"quarter": "Q", "half": "H", "year": ""}[self.kind]
        return f"{self.year:04d}{sign}{self.number if sign else ''}"

    @property
    def label(self) -> str:
        """Return how workbooks call it: `2026年9月`, `2026年第3季度`, `2026年上半年`, `2026年`."""
        halves = ("上半年", "下半年")
        part = {
            "month": f"{self.number}月",
            "quarter": f"第{self.number}季度",
            "half": halves[(self.number - 1) % 2],
            "year": "",
        }
        return f"{self.year}年{part[self.kind]}"

    def shifted(self, steps: int) -> Period:
        """Return the period of the same kind so many further on; negative: before.

        >>> Period(2026, 1, "quarter").shifted(-1).name
        '2025Q4'
        """
        in_year = 12 // _MONTHS[self.kind]
        year, place = divmod(self.year * in_year + self.number - 1 + steps, in_year)
        return Period(year, place + 1, self.kind)

    @property
    def before(self) -> Period:
        """Return the period right before it."""
        return self.shifted(-1)

    @property
    def year_before(self) -> Period:
        """Return the same period of the year before."""
        return Period(self.year - 1, self.number, self.kind)


def period_holding(day: date, kind: Kind) -> Period:
    """Return the period of a kind that a day lies in.

    >>> period_holding(date(2026, 11, 26), "half").name
    '2026H2'
    """
    return Period(day.year, (day.month - 1) // _MONTHS[kind] + 1, kind)


def period_named(text: str) -> Period | None:
    """Return the period that `2026-09`, `2026Q3`, `2026H1` or `2026` names; None for anything else.

    >>> period_named("2026q3"), period_named("2026Q5")
    (Period(year=2026, number=3, kind='quarter'), None)
    """
    found = _NAME.fullmatch(text.strip())
    if found is None or int(found[1]) not in _YEARS:
        return None
    year, (month, quarter, half) = int(found[1]), found.groups()[1:]
    if month is not None:
        return Period(year, int(month), "month") if 1 <= int(month) <= 12 else None
    if quarter is not None:
        return Period(year, int(quarter), "quarter")
    return Period(year, int(half), "half") if half is not None else Period(year, 1, "year")

"""Knows what a deadline in a rule is: a day of every year, or of one year alone.

Which day before it a visit gets is left to `crmtool.visits`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Final

_FORMS: Final = (
    re.compile(r"(?:(?P<year>[0-9]{4})-)?(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?:(?P<year>[0-9]{4})/)?(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})"),
    re.compile(r"(?:(?P<year>[0-9]{4})年)?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日"),
)
_LEAP_YEAR: Final = 2024


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day by which something is done, each year; `year` where it is that year alone."""

    month: int
    day: int
    year: int | None = None

    def on(self, year: int) -> date | None:
        """Return its day of a year, None where it is another year's; 29 February is 28 February in most years.

        >>> Deadline(2, 29).on(2026), Deadline(3, 15, 2025).on(2026)
        (datetime.date(2026, 2, 28), None)
        """
        if self.year not in (None, year):
            return None
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))

    def text(self) -> str:
        """Return the day in Chinese.

        >>> Deadline(3, 15).text(), Deadline(3, 15, 2026).text()
        ('3月15日', '2026年3月15日')
        """
        return f"{f'{self.year}年' if self.year else ''}{self.month}月{self.day}日"


def parse_deadline(text: str) -> Deadline | None:
    """Read `03-15`, `3月15日`, or with its year `2026-03-15`; None where there is no such day.

    >>> parse_deadline("3月15日"), parse_deadline("2026-02-29")
    (Deadline(month=3, day=15, year=None), None)
    """
    match = next(filter(None, (form.fullmatch(text.strip()) for form in _FORMS)), None)
    if match is None:
        return None
    year = int(match["year"]) if match["year"] else None
    try:
        day = date(_LEAP_YEAR if year is None else year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    return Deadline(day.month, day.day, year)

"""Which period a person wants reviewed, and on which day it is looked at; checked and typed.

What a period is stands in `crmtool.review.period`; today is for the caller to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crmtool.errors import UsageError
from crmtool.ledger.quantities import EARLIEST_DAY, LATEST_DAY
from crmtool.review.period import Kind, Period, period_holding, period_named

DEFAULT: Final = "last-quarter"
_LAST: Final[dict[str, Kind]] = {
    "last-month": "month",
    "last-quarter": "quarter",
    "last-half": "half",
    "last-year": "year",
    "上月": "month",
    "上个月": "month",
    "上季度": "quarter",
    "上季": "quarter",
    "上个季度": "quarter",
    "上个半年": "half",
    "去年": "year",
    "上年": "year",
    "上一年": "year",
}
#: In Chinese these are the halves of a year by their number: the newest one that is over.
_HALVES: Final = {"上半年": 1, "下半年": 2}


@dataclass(frozen=True, slots=True)
class Looked:
    """A period, and the day on which it is looked at: its last day, or one before or after it."""

    period: Period
    as_of: date

    @property
    def is_whole(self) -> bool:
        """Tell whether the period was over on that day."""
        return self.as_of >= self.period.last

    @property
    def last(self) -> date:
        """Return the last day of the period that counts."""
        return min(self.period.last, self.as_of)


def refuse_no_period(text: str) -> None:
    """Raise `UsageError` where a text names no period, whatever day it is."""
    period_of(text, date(2000, 1, 1))


def period_of(text: str, day: date) -> Period:
    """Return the period that a text names: by its name, or the last one of its kind that is over when `day` ends.

    Raises `UsageError` for anything else, and for a period that no ledger can have days of.

    >>> period_of("last-quarter", date(2026, 9, 30)).name, period_of("上月", date(2026, 9, 29)).name
    ('2026Q3', '2026-08')
    """
    asked = text.strip()
    kind = _LAST.get(asked.lower())
    if kind is not None:
        return period_holding(day + timedelta(days=1), kind).before
    if asked in _HALVES:
        half = period_holding(day + timedelta(days=1), "half").before
        return half if half.number == _HALVES[asked] else half.before
    period = period_named(asked)
    if period is None or not EARLIEST_DAY <= period.first <= LATEST_DAY:
        raise UsageError.of("bad-review-period", value=text)
    return period


def looked_at(text: str | None, as_of: date | None, today: date) -> Looked:
    """Return the period that `--period` asks for, and the day on which it is looked at.

    That is `as_of`, else the period's last day; today while the period is not over. Raises `UsageError` for what is no
    period, and for one that begins after the day.

    >>> looked_at("2026Q4", None, date(2026, 11, 26)).as_of
    datetime.date(2026, 11, 26)
    """
    # A period whose last day is a given as-of day is over; today is not over yet.
    over = as_of if as_of is not None else today - timedelta(days=1)
    period = period_of(text or DEFAULT, over)
    day = as_of if as_of is not None else min(period.last, today)
    if day < period.first:
        raise UsageError.of(
            "review-period-ahead", period=period.name, first=period.first.isoformat(), as_of=day.isoformat()
        )
    return Looked(period, day)

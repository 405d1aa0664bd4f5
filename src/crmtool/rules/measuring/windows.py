"""Windows of calendar time that end at the as-of date: which days they hold, and how they join without overlap.

Month arithmetic is done here, on the as-of date and in Python; frames only compare dates with the results.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import narwhals.stable.v2 as nw

from crmtool.ledger.quantities import Duration, add_months

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `start` up to and including `end`; a `start` of None reaches back without end.

    Half open, so that a window and the one right before it share no day.
    """

    start: date | None
    end: date

    @property
    def first_day(self) -> date | None:
        """Return the first day inside, or None where the window has no beginning."""
        return None if self.start is None else self.start + timedelta(days=1)

    def is_covered_from(self, day: date | None) -> bool:
        """Tell whether records that begin on `day` cover the window from its first day on.

        None (no record at all) covers nothing; a window without a beginning is covered by any record.
        """
        return day is not None and (self.first_day is None or day <= self.first_day)

    def holds(self, column: str) -> nw.Expr:
        """Return the test that a date column lies in the window; null where the date is."""
        until = nw.col(column) <= self.end
        return until if self.start is None else until & (nw.col(column) > self.start)


def window_of(as_of: date, span: Duration | None) -> Window:
    """Return the window of a span that ends at `as_of`; without a span everything up to `as_of`.

    >>> window_of(date(2024, 3, 31), Duration(months=1)).first_day
    datetime.date(2024, 3, 1)
    """
    return Window(None if span is None else span.before(as_of), as_of)


def window_before(as_of: date, span: Duration, versus: Duration) -> Window:
    """Return the window of `versus` right before the window of `span`, both laid back from `as_of`.

    Both ends are laid back from the as-of date itself, so a clamped month end is not carried on.

    >>> window_before(date(2024, 8, 31), Duration(months=6), Duration(months=6))
    Window(start=datetime.date(2023, 8, 31), end=datetime.date(2024, 2, 29))
    """
    both = Duration(span.months + versus.months, span.days + versus.days)
    return Window(both.before(as_of), span.before(as_of))


def year_window(as_of: date, years_ago: int) -> Window:
    """Return the twelve months that end `years_ago` years before `as_of`; 0 is the current one.

    >>> year_window(date(2024, 2, 29), 1)
    Window(start=datetime.date(2022, 2, 28), end=datetime.date(2023, 2, 28))
    """
    newer, older = -MONTHS_PER_YEAR * years_ago, -MONTHS_PER_YEAR * (years_ago + 1)
    return Window(add_months(as_of, older), add_months(as_of, newer))


def years_covered(as_of: date, first_day: date | None) -> int:
    """Return how many of the twelve-month windows back from `as_of` records from `first_day` on cover whole."""
    years = 0
    while year_window(as_of, years).is_covered_from(first_day):
        years += 1
    return years


def months_from(column: str, as_of: date) -> nw.Expr:
    """Return the months begun from a date up to `as_of`: at least 1, at most 12; null where the date is.

    A date in the k-th month back, (as_of − k, as_of − (k − 1)], gives k, so that one order a month for a year
    is a rate of exactly one a month.
    """
    months = (nw.col(column) <= as_of).cast(nw.Int64)
    for back in range(1, MONTHS_PER_YEAR):
        months = months + (nw.col(column) <= add_months(as_of, -back)).cast(nw.Int64)
    return months


def days_since(column: str, day: date) -> nw.Expr:
    """Return whole days from a date column to `day`, negative where it lies after; null where the date is."""
    midnight = nw.lit(day, dtype=nw.Date).cast(nw.Datetime("us"))
    return ((midnight - nw.col(column).cast(nw.Datetime("us"))).dt.total_minutes() // (24 * 60)).cast(
        nw.Int64
    )


def longest(spans: list[Duration], as_of: date) -> Duration | None:
    """Return the span that reaches back furthest from `as_of`, or None where there is none."""
    return min(spans, key=lambda span: span.before(as_of), default=None)

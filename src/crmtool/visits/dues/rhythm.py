"""Days at equal intervals in whole columns, kept on the day of the month or the weekday that they began on.

What they are counted from is left to `crmtool.visits.dues.recurring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crmtool.visits.calendar.days import Days, Numbers, day_of_month, laid, month_of, weekday_of
from crmtool.visits.calendar.span import Span

WEEK: Final = 7


@dataclass(frozen=True, eq=False)
class Rhythm:
    """Days at equal intervals, one row a customer: the `k`-th is `k` intervals after the `k` = 0-th.

    Kept as a month and a day of the month, so that 31 January is followed by 28 February and 31 March.
    """

    month: Numbers
    day: Numbers
    months: Numbers
    days: Numbers

    @classmethod
    def after(cls, anchors: Days, months: Numbers, days: Numbers) -> Rhythm:
        """Return the rhythm whose 0-th day is the anchor."""
        return cls(month_of(anchors), day_of_month(anchors), months, days)

    def with_first(self, which: NDArray[np.bool_], first: Days, of_month: Numbers) -> Rhythm:
        """Return the rhythm whose first day (`k` = 1) is another for some rows; `of_month` is its day of the month there."""
        by_month = self.months > 0
        # The 0-th day is a whole interval before; its days are taken off first, as they are added last.
        begun: Days = np.where(np.isnat(first), np.datetime64("1970-01-01", "D"), first)
        begun = begun - self.days.astype("timedelta64[D]")
        month = np.where(which, month_of(begun) - self.months, self.month)
        kept = np.where(by_month & (self.days == 0), of_month, day_of_month(begun))
        return Rhythm(month, np.where(which, kept, self.day), self.months, self.days)

    def at(self, rows: Numbers, k: Numbers) -> Days:
        """Return the `k`-th day of some rows."""
        return laid(self.month[rows] + k * self.months[rows], self.day[rows]) + k * self.days[rows]

    def within(self, first_k: Numbers, span: Span) -> tuple[Numbers, Numbers]:
        """Return row and `k` of every day of the plan from `first_k` (one a row) on, by row and day."""
        last, start = np.datetime64(span.last), np.datetime64(span.start)
        rows = np.arange(len(self.month))
        by_month, by_day = self.months > 0, np.maximum(self.days, 1)
        zeroth = self.at(rows, rows * 0)
        month_step = np.maximum(self.months, 1)
        to_last = np.where(
            by_month,
            (month_of(np.full(1, last)) - self.month) // month_step,
            (last - zeroth).astype(np.int64) // by_day,
        )
        to_start = np.where(
            by_month,
            (month_of(np.full(1, start)) - self.month) // month_step,
            (start - zeroth).astype(np.int64) // by_day,
        )
        # Where months and days add up the day lies later than its month says: those are counted from the beginning.
        low = np.where(by_month & (self.days > 0), first_k, np.maximum(first_k, to_start))
        counts = np.maximum(to_last - low + 1, 0)
        row = np.repeat(rows, counts)
        k = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + low[row]
        due = self.at(row, k)
        is_in = (due >= start) & (due <= last)
        return row[is_in], k[is_in]


def weekday_kept(start: Days, anchors: Days, days: Numbers) -> Days:
    """Return the anchor's weekday in the week of the start; the start itself where the interval is no whole weeks."""
    return np.where(days % WEEK == 0, start - weekday_of(start) + weekday_of(anchors), start)


def day_number(numbers: NDArray[np.uint64]) -> Numbers:
    """Return a day of the month, 1 to 31, for each number."""
    return (numbers % np.uint64(31)).astype(np.int64) + 1


def spread_days(months: Numbers, days: Numbers, numbers: NDArray[np.uint64], start: Days) -> Days:
    """Return a day within the first interval from the start on for each number.

    The days are fixed ones, wherever the plan starts: a customer's day of the month (for weeks a working weekday), in
    the customer's month of the interval.
    """
    phase = (numbers >> np.uint64(16)).astype(np.int64) & 0xFFFF
    step = np.maximum(months, 1)
    at = month_of(start) + (phase - month_of(start)) % step
    by_month = laid(at, day_number(numbers))
    by_month = np.where(by_month < start, laid(at + step, day_number(numbers)), by_month)
    whole_weeks = days % WEEK == 0
    span = np.maximum(days, 1)
    # 5 January 1970 was a Monday.
    weeks = phase % np.maximum(span // WEEK, 1) * WEEK + day_number(numbers) % 5 + 4
    offset = (np.where(whole_weeks, weeks, phase % span) - start.astype(np.int64)) % span
    return np.where(months > 0, by_month, start + offset)

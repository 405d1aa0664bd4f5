"""When an `every: N weeks | months` line is due: whole columns of customers at once, each from its own anchor.

Which customers follow the line is in `crmtool.visits.lines`, when they were in touch in `crmtool.visits.contacts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.visits.found import Found, looked_up
from crmtool.visits.keys import day_ids, month_ids, week_ids
from crmtool.visits.lines import Line
from crmtool.visits.span import (
    Numbers,
    Span,
    Windows,
    day_of_month,
    laid,
    month_end,
    month_of,
)
from crmtool.visits.workdays import Days

WEEK = 7


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


def recurring(
    line: Line, anchors: Days, agreed: Days, numbers: NDArray[np.uint64], span: Span, window: int
) -> tuple[Found, ...]:
    """Return the due visits of a recurring line: what is made up for, what is agreed, and the regular ones.

    `anchors` (NaT: nothing to go by), `agreed` (NaT: nothing agreed that is not past) and `numbers`, which spread those
    without an anchor, have one cell a customer of the line; `window` is in working days.
    """
    as_of, start = np.datetime64(span.as_of), np.datetime64(span.start)
    is_agreed, is_known = ~np.isnat(agreed), ~np.isnat(anchors)
    from_anchor = Rhythm.after(np.where(is_known, anchors, start), line.months, line.days)
    rows = np.arange(len(anchors))
    oldest = from_anchor.at(rows, rows * 0 + 1)
    is_missed = is_known & ~is_agreed & (oldest < as_of)
    rhythm = _rhythm_from(line, from_anchor, agreed, is_missed, numbers, span, ~is_known & ~is_agreed)
    first_k = np.where(is_known | is_agreed, 1, 0)
    row, k = rhythm.within(first_k, span)
    period = _periods(line, span)
    regular = _regular(line, rhythm, row, k, ~(is_missed | is_agreed), period, span, window)
    following = np.where(is_missed, rhythm.at(rows, rows * 0 + 1), start)
    return (
        _made_up(line, oldest, np.flatnonzero(is_missed), following, period, span),
        _agreed(line, agreed, np.flatnonzero(is_agreed & (agreed >= start)), period, span),
        regular,
    )


def _rhythm_from(
    line: Line,
    from_anchor: Rhythm,
    agreed: Days,
    is_missed: NDArray[np.bool_],
    numbers: NDArray[np.uint64],
    span: Span,
    is_spread: NDArray[np.bool_],
) -> Rhythm:
    """Return the rhythm that regular visits follow: from what is agreed, made up for, the anchor, or spread."""
    month, day = from_anchor.month.copy(), from_anchor.day.copy()
    start = np.full(len(month), np.datetime64(span.start))
    by_month = line.months > 0
    # What is made up for takes the place of the visit of the start's month: the next one is an interval after it.
    month[is_missed & by_month] = month_of(start[:1])[0]
    days = _weekday_kept(start, laid(from_anchor.month, from_anchor.day), line.days)
    days = np.where(~np.isnat(agreed), agreed, days)
    days = np.where(is_spread, _spread_days(line, numbers, start), days)
    is_anew = (is_missed & ~by_month) | ~np.isnat(agreed) | is_spread
    month[is_anew], day[is_anew] = month_of(days[is_anew]), day_of_month(days[is_anew])
    # A spread day of the month stays what it is in shorter months too.
    is_kept = is_spread & by_month
    day[is_kept] = _day_number(numbers)[is_kept]
    return Rhythm(month, day, line.months, line.days)


def _weekday_kept(start: Days, anchors: Days, days: Numbers) -> Days:
    """Return the anchor's weekday in the week of the start; the start itself where the interval is no whole weeks."""
    week_day = (anchors.astype(np.int64) + 3) % WEEK
    monday = start.astype(np.int64) - (start.astype(np.int64) + 3) % WEEK
    return np.where(days % WEEK == 0, monday + week_day, start.astype(np.int64)).astype("datetime64[D]")


def _day_number(numbers: NDArray[np.uint64]) -> Numbers:
    return (numbers % np.uint64(31)).astype(np.int64) + 1


def _spread_days(line: Line, numbers: NDArray[np.uint64], start: Days) -> Days:
    """Return a day within the first interval from the start on for each number.

    The days are fixed ones, wherever the plan starts: a customer's day of the month (for weeks a working weekday), in
    the customer's month of the interval.
    """
    phase = (numbers >> np.uint64(16)).astype(np.int64) & 0xFFFF
    months = np.maximum(line.months, 1)
    at = month_of(start) + (phase - month_of(start)) % months
    by_month = laid(at, _day_number(numbers))
    by_month = np.where(by_month < start, laid(at + months, _day_number(numbers)), by_month)
    whole_weeks = line.days % WEEK == 0
    span = np.maximum(line.days, 1)
    weeks = (
        phase % np.maximum(span // WEEK, 1) * WEEK + _day_number(numbers) % 5 + 4
    )  # 5 January 1970 was a Monday
    offset = (np.where(whole_weeks, weeks, phase % span) - start.astype(np.int64)) % span
    return np.where(line.months > 0, by_month, start + offset)


def _periods(line: Line, span: Span) -> Callable[[Numbers, Days], pa.Array]:
    """Return what names the period of each day, given the places in the line and the days, which lie in the plan."""
    every = np.arange(np.datetime64(span.start), np.datetime64(span.last) + 1)
    texts = [*month_ids(every), *week_ids(every), *day_ids(every)]
    kind = np.where(line.months > 0, 0, np.where(line.days >= WEEK, 1, 2))

    def period(places: Numbers, days: Days) -> pa.Array:
        return looked_up(texts, kind[places] * len(every) + (days - every[0]).astype(np.int64))

    return period


def _regular(
    line: Line,
    rhythm: Rhythm,
    row: Numbers,
    k: Numbers,
    is_unbegun: NDArray[np.bool_],
    period: Callable[[Numbers, Days], pa.Array],
    span: Span,
    window: int,
) -> Found:
    due, following = rhythm.at(row, k), rhythm.at(row, k + 1)
    end = month_end(due)
    preferred = span.moved_on(due, np.minimum(end, following - 1))
    half = np.maximum(line.days[row] - 1, 0) // 2
    by_month = line.months[row] > 0
    lowest = np.where(by_month, due.astype("datetime64[M]").astype("datetime64[D]"), due - half)
    highest = np.where(by_month, end, due + half)
    return Found.of(
        line,
        "every",
        line.customers[row],
        due,
        span.windows(preferred, lowest, highest, window, window),
        _told_apart(line, rhythm, row, due, period(row, due)),
        is_first=np.concatenate([[True], row[1:] != row[:-1]])[: len(row)] & is_unbegun[row],
    )


def _told_apart(line: Line, rhythm: Rhythm, row: Numbers, due: Days, period: pa.Array) -> pa.Array:
    """Return the periods, with a `b` for a second visit of one month: months and days together can come to that."""
    is_mixed = (line.months[row] > 0) & (line.days[row] > 0)
    is_second = np.zeros(len(row), bool)
    is_second[1:] = is_mixed[1:] & (row[1:] == row[:-1]) & (month_of(due[1:]) == month_of(due[:-1]))
    if not is_second.any():
        return period
    return pa.array(
        [f"{text}b" if b else text for text, b in zip(period.to_pylist(), is_second, strict=True)]
    )


def _made_up(
    line: Line,
    oldest: Days,
    rows: Numbers,
    following: Days,
    period: Callable[[Numbers, Days], pa.Array],
    span: Span,
) -> Found:
    """Return the visits that make up for missed ones, in the place of the regular one of the start's period."""
    start = np.full(len(rows), np.datetime64(span.start))
    return Found.of(
        line,
        "every",
        line.customers[rows],
        oldest[rows],
        span.from_start(following[rows] - 1),
        period(rows, start),
        overdue=(np.datetime64(span.as_of) - oldest[rows]).astype(np.int64),
        is_first=np.ones(len(rows), bool),
    )


def _agreed(
    line: Line, agreed: Days, rows: Numbers, period: Callable[[Numbers, Days], pa.Array], span: Span
) -> Found:
    rows = rows[agreed[rows] <= np.datetime64(span.last)]
    days = agreed[rows]
    return Found.of(
        line,
        "agreed",
        line.customers[rows],
        days,
        Windows(days, days, days),
        period(rows, days),
        is_first=np.ones(len(rows), bool),
    )

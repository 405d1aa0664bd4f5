"""When an `every: N weeks | months` line is due: whole columns of customers at once, each from its own anchor.

Which customers follow the line is in `crmtool.visits.dues.lines`, when they were in touch in
`crmtool.visits.reading.contacts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.visits.calendar.days import NO_DAY, Days, Numbers, day_of_month, laid, month_end, month_of
from crmtool.visits.calendar.span import Span, Windows
from crmtool.visits.dues.found import Found, looked_up
from crmtool.visits.dues.lines import MONTH, Line
from crmtool.visits.dues.rhythm import WEEK, Rhythm, day_number, spread_days, weekday_kept
from crmtool.visits.keys import day_ids, month_ids, week_ids


def recurring(
    line: Line,
    from_anchor: Rhythm,
    is_known: NDArray[np.bool_],
    agreed: Days,
    was_due: Days,
    numbers: NDArray[np.uint64],
    span: Span,
    window: int,
) -> tuple[Found, ...]:
    """Return the due visits of a recurring line: what is made up for, what is agreed, and the regular ones.

    `from_anchor` is the rhythm that follows from the anchors; `is_known` says who has one. `agreed` (NaT: nothing agreed
    that is not past), `was_due`, the day on which a visit that was put off to then was due (NaT: it was not put off), and
    `numbers`, which spread those without an anchor, have one cell a customer of the line; `window` is in working days.
    Where a later visit than the next one was put off the next one stays due.
    """
    as_of, start = np.datetime64(span.as_of), np.datetime64(span.start)
    rows = np.arange(len(agreed))
    oldest = from_anchor.at(rows, rows * 0 + 1)
    spread = spread_days(line.months, line.days, numbers, np.full(len(rows), start))
    agreed = np.where(_is_later(was_due, np.where(is_known, oldest, spread), line), NO_DAY, agreed)
    is_agreed = ~np.isnat(agreed)
    is_missed = is_known & ~is_agreed & (oldest < as_of)
    # Due before the plan begins, and in no plan: it would be the next one's only an interval later.
    is_passed = is_known & ~is_agreed & (oldest >= as_of) & (oldest < start)
    begins = _Beginning(is_missed, is_passed, agreed, ~is_known & ~is_agreed, spread)
    rhythm = _rhythm_from(line, from_anchor, begins, numbers, span)
    first_k = np.where((is_known | is_agreed) & ~is_passed, 1, 0)
    row, k = rhythm.within(first_k, span)
    period = _periods(line, span)
    regular = _regular(line, rhythm, row, k, ~(is_missed | is_agreed), period, span, window)
    following = np.where(is_missed, rhythm.at(rows, rows * 0 + 1), start)
    return (
        _made_up(line, oldest, np.flatnonzero(is_missed), following, period, span),
        _agreed(line, agreed, np.flatnonzero(is_agreed & (agreed >= start)), period, span),
        regular,
    )


def _is_later(was_due: Days, due: Days, line: Line) -> NDArray[np.bool_]:
    """Tell which visits that were put off are not the next ones, which are due on `due`: nearer to those after them."""
    half = ((line.months * MONTH + line.days) / 2).astype(np.int64)
    return ~np.isnat(was_due) & (was_due > due + half)


@dataclass(frozen=True, eq=False)
class _Beginning:
    """What the regular visits of each customer begin from, where that is not the anchor.

    `is_missed`: a visit that is made up for · `is_passed`: one that was due after the as-of day and before the plan ·
    `agreed`: a day (NaT: none) · `is_spread`: nothing to go by, so that it is the day in `spread`.
    """

    is_missed: NDArray[np.bool_]
    is_passed: NDArray[np.bool_]
    agreed: Days
    is_spread: NDArray[np.bool_]
    spread: Days


def _rhythm_from(
    line: Line, from_anchor: Rhythm, begins: _Beginning, numbers: NDArray[np.uint64], span: Span
) -> Rhythm:
    """Return the rhythm that regular visits follow: from what is agreed, made up for, the anchor, or spread."""
    month, day = from_anchor.month.copy(), from_anchor.day.copy()
    start = np.full(len(month), np.datetime64(span.start))
    by_month, is_agreed = line.months > 0, ~np.isnat(begins.agreed)
    # What is made up for takes the place of the visit of the start's month: the next one is an interval after it.
    # What was passed over comes on its day of that month, or of the next where that lies behind.
    is_next = begins.is_passed & (laid(month_of(start), day) < start)
    is_at_start = (begins.is_missed | begins.is_passed) & by_month
    month[is_at_start] = (month_of(start) + is_next)[is_at_start]
    kept = weekday_kept(start, laid(from_anchor.month, from_anchor.day), line.days)
    kept = np.where(begins.is_passed & (kept < start), kept + WEEK, kept)
    days = np.where(is_agreed, begins.agreed, kept)
    days = np.where(begins.is_spread, begins.spread, days)
    is_anew = ((begins.is_missed | begins.is_passed) & ~by_month) | is_agreed | begins.is_spread
    month[is_anew], day[is_anew] = month_of(days[is_anew]), day_of_month(days[is_anew])
    # A spread day of the month stays what it is in shorter months too.
    is_kept = begins.is_spread & by_month
    day[is_kept] = day_number(numbers)[is_kept]
    return Rhythm(month, day, line.months, line.days)


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
    slack = np.broadcast_to(line.slack, len(line.customers))[row]
    lowest, highest = np.minimum(lowest, due - slack), np.maximum(highest, due + slack)
    reach = window + slack * 5 // WEEK  # working days
    return Found.of(
        line,
        "every",
        line.customers[row],
        due,
        span.windows(preferred, lowest, highest, reach, reach),
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

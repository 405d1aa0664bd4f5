"""When birthdays, festivals and deadlines are due: each on or before its day; and what is agreed outside any rhythm.

Which days those are is in `crmtool.visits.reading.birthdays` and `crmtool.visits.calendar.festivals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from crmtool.rules.deadlines import Deadline
from crmtool.visits.calendar.days import Days, Numbers
from crmtool.visits.calendar.festivals import Festival, festival_days
from crmtool.visits.calendar.span import Span, Windows
from crmtool.visits.dues.found import Found, looked_up, repeated
from crmtool.visits.dues.lines import Line
from crmtool.visits.keys import day_ids
from crmtool.visits.reading.birthdays import Birthdays

#: How many working days before its own an occasion may be thought of.
EARLIER: Final = 3
#: Festivals that are days off by law, in years whose holidays are not published yet too.
DAYS_OFF: Final = frozenset(("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆"))


def birthdays(line: Line, of_customers: Birthdays, span: Span) -> Found:
    """Return the birthdays of the line's customers; one whose birthday is not known has none."""
    whose, days, years = of_customers.between(span.start, span.reach)
    is_line = np.isin(whose, line.customers)
    texts = pa.array(years[is_line]).cast(pa.string())
    return _found(line, "birthday", whose[is_line], days[is_line], texts, None, span, EARLIER)


def festivals(line: Line, kept: Sequence[Festival], span: Span) -> Found:
    """Return every festival of the plan for each of the line's customers."""
    days = festival_days(kept, span.start, span.reach)
    which = np.tile(np.arange(len(days)), len(line.customers))
    on = np.array([day for day, _, _ in days], "datetime64[D]")
    is_off = np.array([festival.name in DAYS_OFF for _, _, festival in days], np.int64)
    return _found(
        line,
        "festival",
        np.repeat(line.customers, len(days)),
        on[which],
        looked_up([f"{festival.name}-{year}" for _, year, festival in days], which),
        looked_up([festival.name for _, _, festival in days], which),
        span,
        EARLIER,
        until=(on - is_off.astype("timedelta64[D]"))[which],
    )


def deadlines(line: Line, deadline: Deadline, span: Span, window: int) -> Found:
    """Return the days of a deadline for each of the line's customers; `window` is in working days."""
    years = range(span.start.year, span.reach.year + 1)
    days = [day for day in map(deadline.on, years) if day and span.start <= day <= span.reach]
    which = np.tile(np.arange(len(days)), len(line.customers))
    return _found(
        line,
        "deadline",
        np.repeat(line.customers, len(days)),
        np.array(days, "datetime64[D]")[which],
        looked_up([str(day.year) for day in days], which),
        repeated(f"{deadline.month}月{deadline.day}日前", len(which)),
        span,
        window,
    )


def agreed(line: Line, days: Days) -> Found:
    """Return a visit on the day agreed with each of the line's customers, outside any rhythm."""
    windows = Windows(days, days, days)
    is_first = np.ones(len(days), bool)
    return Found.of(line, "agreed", line.customers, days, windows, pa.array(day_ids(days)), is_first=is_first)


def _found(
    line: Line,
    kind: str,
    customer: Numbers,
    due: Days,
    period: pa.Array,
    occasion: pa.Array | None,
    span: Span,
    earlier: int,
    until: Days | None = None,
) -> Found:
    preferred, belongs = span.moved_back(due, until)
    start = np.full(len(due), np.datetime64(span.start))
    windows = span.windows(preferred, start, due, earlier, 0)
    kept = pa.array(belongs)
    return Found.of(
        line,
        kind,
        customer[belongs],
        due[belongs],
        windows.of(belongs),
        period.filter(kept),
        occasion=None if occasion is None else occasion.filter(kept),
    )

"""What a cancelled visit of a plan answers: the due days of its period are not missed, the line goes on after them.

When a line is due otherwise is found in `crmtool.visits.standing.next_due`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.calendar.days import NO_DAY, Days, Numbers, day_of_month, laid, month_end, month_of
from crmtool.visits.dues.rhythm import WEEK, weekday_kept
from crmtool.visits.frames import column, rows_where, same_text
from crmtool.visits.model import CANCELLED
from crmtool.visits.standing.next_due import NextDue

#: How the period ends an id: a month, a week of ISO 8601, or a day.
_PERIOD: Final = re.compile(r"(\d{4})(?:W(\d{2})|(\d{2})(\d{2})?)")


def cancelled_in(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the cancelled visits of a plan (PLAN_COLUMNS)."""
    return rows_where(plan, same_text(column(plan, "status"), CANCELLED))


def without_cancelled(what: NextDue, cancelled: pd.DataFrame, keys: pa.Array) -> NextDue:
    """Return the next due days with the missed ones that cancelled visits answer left behind.

    Such a visit answers every due day from its own to the end of its period, the month, week or day that ends its id.
    The line is due next an interval after that period, on the same day of the month or the week. `keys` are the
    customers'. A step or an occasion has no such period: it is known by its id alone.
    """
    due_on, own = what.due_on.copy(), _line_ids(what, keys)
    months, days = _intervals(what)
    for ids, since, first, last in _in_turn(cancelled):
        at = pc.index_in(own, ids)
        rows = np.flatnonzero(at.is_valid().to_numpy(zero_copy_only=False))
        cell = at.drop_null().to_numpy(zero_copy_only=False)
        is_answered = (due_on[rows] >= since[cell]) & (due_on[rows] <= last[cell])
        rows, cell = rows[is_answered], cell[is_answered]
        due_on[rows] = _following(due_on[rows], first[cell], months[rows], days[rows])
    return replace(what, due_on=due_on)


def _line_ids(what: NextDue, keys: pa.Array) -> pa.Array:
    """Return what the ids of each place's visits begin with; null for a line that does not recur."""
    slots = pa.array([line.slot if line.is_recurring else None for line in what.lines], pa.string())
    own = keys.take(pa.array(what.customer))
    return pc.binary_join_element_wise(own, slots.take(pa.array(what.line)), "-")


def _intervals(what: NextDue) -> tuple[Numbers, Numbers]:
    """Return months and days between the due days of each place."""
    months, days = np.zeros(len(what.line), np.int64), np.zeros(len(what.line), np.int64)
    for number, line in enumerate(what.lines):
        rows = np.flatnonzero((what.line == number) & line.is_recurring)
        places = np.searchsorted(line.customers, what.customer[rows])
        months[rows], days[rows] = line.months[places], line.days[places]
    return months, days


def _following(due_on: Days, period: Days, months: Numbers, days: Numbers) -> Days:
    """Return the day an interval after the due day of a period that begins on `period`."""
    by_month = laid(month_of(period) + months, day_of_month(due_on)) + days
    return np.where(months > 0, by_month, weekday_kept(period, due_on, days) + days)


def _in_turn(cancelled: pd.DataFrame) -> Iterator[tuple[pa.Array, Days, Days, Days]]:
    """Yield cancelled visits, of each line its first ones, then its second ones: what their ids begin with, their due
    days, and the first and last days of their periods."""
    parts = pc.extract_regex(column(cancelled, "visit_id"), r"^(?P<line>.*)-(?P<period>[^-]+)$")
    periods = pc.struct_field(parts, "period").dictionary_encode()
    spans = np.array([_span(text) for text in periods.dictionary.to_pylist()], "datetime64[D]").reshape(-1, 2)
    codes = periods.indices.fill_null(0).to_numpy(zero_copy_only=False)
    first, last = spans[codes].T if len(spans) else np.full((2, len(codes)), NO_DAY)
    since = pc.coalesce(column(cancelled, "due_on"), column(cancelled, "planned_on"))
    since = since.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    lines = pc.struct_field(parts, "line").dictionary_encode()
    number = lines.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    order = np.lexsort((since, first, number))
    order = order[(number[order] >= 0) & ~np.isnat(first[order])]
    begins = np.flatnonzero(np.diff(number[order], prepend=-1))
    turn = np.arange(len(order)) - np.repeat(begins, np.diff(begins, append=len(order)))
    for each in range(int(turn.max(initial=-1)) + 1):
        rows = order[turn == each]
        yield lines.dictionary.take(pa.array(number[rows])), since[rows], first[rows], last[rows]


def _span(period: str) -> tuple[np.datetime64, np.datetime64]:
    """Return the first and last day of a period; NaT of what is none.

    >>> [tuple(map(str, _span(text))) for text in ("202602", "2026W01", "1m")]
    [('2026-02-01', '2026-02-28'), ('2025-12-29', '2026-01-04'), ('NaT', 'NaT')]
    """
    found = _PERIOD.fullmatch(period)
    if found is None:
        return NO_DAY, NO_DAY
    year, week, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        start = date.fromisocalendar(year, week, 1) if week else date(year, month, day or 1)
    except ValueError:  # no such month or week: somebody wrote the id by hand
        return NO_DAY, NO_DAY
    first = np.datetime64(start)
    if week:
        return first, np.datetime64(start + timedelta(days=WEEK - 1))
    return first, first if day else month_end(np.array([first]))[0]

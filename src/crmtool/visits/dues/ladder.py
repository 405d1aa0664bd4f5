"""When the steps after a first purchase (`after: … by: 1周`, `from: 3个月, every: 1季度`) are due, done, or made up for.

Where the day of the purchase comes from is left to `crmtool.visits.reading.facts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from crmtool.ledger.quantities import Duration
from crmtool.visits.calendar.days import NO_DAY, Days, after, month_end
from crmtool.visits.calendar.span import Span, Windows
from crmtool.visits.dues.found import NOT_OVERDUE, Found, repeated
from crmtool.visits.dues.lines import FIRST_YEAR, MONTH, Line, later_steps, length
from crmtool.visits.keys import span_id
from crmtool.visits.reading.contacts import ANY, Contacts

_FAR = np.datetime64("9999-12-31", "D")


@dataclass(frozen=True, eq=False)
class _Step:
    """A step of a ladder: its day for each customer, the last visit of its channel, and who has it behind them."""

    line: Line
    after: Duration
    on: Days
    last: Days
    is_done: NDArray[np.bool_]

    @property
    def is_deadline(self) -> bool:
        """Tell whether the step is a `by`."""
        return self.line.cadence.by is not None


@dataclass(frozen=True, eq=False)
class Climbed:
    """The due steps of a ladder; for each of its customers whether it `is_over`, and whether the agreed visit is in it."""

    found: tuple[Found, ...]
    is_over: NDArray[np.bool_]
    has_agreed: NDArray[np.bool_]


def after_purchase(
    lines: Sequence[Line],
    purchase: Days,
    agreed: Days,
    contacts: Contacts,
    span: Span,
    windows: Sequence[int],
) -> Climbed:
    """Return the due steps of the lines of one tier that count from one day.

    The lines have the same customers, and these a cell each: `purchase` is that day, NaT for one who never bought: no
    step is due then; `agreed` is the day, no earlier than the as-of day, that was agreed for the next step, NaT: none.
    `windows` are those of the lines' channels, in working days. Of several steps that were missed the last is made up
    for, due since the day of the oldest, and none where a later one was done after its day. Over is a ladder whose first
    year (or last step, where that is later) has passed, or whose steps are all done.
    """
    steps = sorted(_steps(lines, purchase, contacts), key=lambda step: length(step.after))
    end = after(purchase, max((FIRST_YEAR, *(step.after for step in steps)), key=length))
    as_of, days = np.datetime64(span.as_of), np.array([step.on for step in steps])
    is_left = ~_settled(steps, days) & ~np.isnat(purchase) & (end >= as_of)
    # What is due before the plan begins, and in no plan, is made up for too; it is overdue where its day has passed.
    start = np.datetime64(span.start)
    missed, ahead = is_left & (days < start), is_left & (days >= start)
    following = np.where(ahead & (days > start), days, _FAR).min(axis=0)
    oldest = np.where(missed, days, _FAR).min(axis=0)
    last_missed = np.where(missed.any(axis=0), len(steps) - 1 - missed[::-1].argmax(axis=0), -1)
    coming = np.where(missed.any(axis=0), last_missed, np.where(ahead.any(axis=0), ahead.argmax(axis=0), -1))
    has_agreed = ~np.isnat(agreed) & (coming >= 0)
    is_within = (agreed >= np.datetime64(span.start)) & (agreed <= np.datetime64(span.last))
    found = []
    for place, step in enumerate(steps):
        is_fixed = has_agreed & (coming == place)
        window = windows[lines.index(step.line)]
        found.append(_ahead(step, np.flatnonzero(ahead[place] & ~is_fixed), span, window))
        rows = np.flatnonzero((last_missed == place) & ~is_fixed)
        age = np.where(oldest[rows] < as_of, (as_of - oldest[rows]).astype(np.int64), NOT_OVERDUE)
        made_up = _found(step, rows, span.from_start(following[rows] - 1), overdue=age)
        found.append(replace(made_up, due_on=oldest[rows]))
        rows = np.flatnonzero(is_fixed & is_within)
        found.append(_agreed(step, rows, agreed[rows]))
    is_over = ~np.isnat(purchase) & ~is_left.any(axis=0)
    return Climbed(tuple(found), is_over, has_agreed)


def _settled(steps: Sequence[_Step], days: Days) -> NDArray[np.bool_]:
    """Tell which steps are done, or made up for by the visit of a later one after their day."""
    is_done = np.array([step.is_done for step in steps])
    seen_on = np.array([np.where(step.is_done, step.last, NO_DAY) for step in steps])
    latest = np.fmax.accumulate(seen_on[::-1])[::-1]
    return is_done | (latest >= days)


def _steps(lines: Sequence[Line], purchase: Days, contacts: Contacts) -> list[_Step]:
    """Return all steps of the lines, and for each who has it behind them.

    A step with a deadline is done once as many visits of its channel are on record since the purchase as the ladder
    asks for up to it, or one since the deadline: that made up for it. A later one is done once a visit is on record
    that is nearer to it than to the one before. Where no visit at all is on record since the purchase the last contact
    (最近联系时间) stands for the first step's, and for one of any channel on its own day.
    """
    customers, found = lines[0].customers, []
    since = np.full(len(contacts.spoken), NO_DAY)
    since[customers] = purchase
    spoken = contacts.spoken[customers]
    is_only_spoken = (contacts.since(ANY, since)[customers] == 0) & (spoken >= purchase)
    deadlines = [line.cadence for line in lines if line.cadence.by is not None]
    for line in lines:
        last = np.where(is_only_spoken, spoken, contacts.last_by(line.cadence.channel)[customers])
        if line.cadence.by is None:
            every = line.cadence.every or Duration()
            half = int(every.months * MONTH + every.days) // 2
            for step in later_steps(line.cadence):
                on = after(purchase, step)
                found.append(_Step(line, step, on, last, last >= on - half))
            continue
        by, on = line.cadence.by, after(purchase, line.cadence.by)
        is_first = all(length(by) <= length(other.by or by) for other in deadlines)
        made = contacts.since(line.cadence.channel, since)[customers] + (is_first & is_only_spoken)
        asked = sum(
            length(other.by or by) <= length(by) and line.cadence.channel in (ANY, other.channel)
            for other in deadlines
        )
        found.append(_Step(line, by, on, last, (made >= asked) | (last >= on)))
    return found


def _ahead(step: _Step, rows: NDArray[np.int64], span: Span, window: int) -> Found:
    """Return a step for those who have it before them, as far as it belongs to the plan."""
    latest = np.datetime64(span.reach if step.is_deadline else span.last)
    rows = rows[(step.on[rows] >= np.datetime64(span.start)) & (step.on[rows] <= latest)]
    due = step.on[rows]
    if not step.is_deadline:
        month = due.astype("datetime64[M]").astype("datetime64[D]")
        preferred = span.moved_on(due, month_end(due))
        return _found(step, rows, span.windows(preferred, month, month_end(due), window, window))
    preferred, belongs = span.moved_back(due)
    start = np.full(len(rows), np.datetime64(span.start))
    windows = span.windows(preferred, start, due, window, 0)
    return _found(step, rows[belongs], windows.of(belongs))


def _agreed(step: _Step, rows: NDArray[np.int64], days: Days) -> Found:
    found = _found(step, rows, Windows(days, days, days))
    return replace(found, kind="agreed", due_on=days, is_first=np.ones(len(rows), bool))


def _found(
    step: _Step, rows: NDArray[np.int64], windows: Windows, *, overdue: NDArray[np.int64] | None = None
) -> Found:
    return Found.of(
        step.line,
        "step" if step.is_deadline else "every",
        step.line.customers[rows],
        step.on[rows],
        windows,
        repeated(span_id(step.after), len(rows)),
        overdue=overdue,
        occasion=repeated(step.after.text(), len(rows)),
    )

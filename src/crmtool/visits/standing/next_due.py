"""When each line of each customer's cadence is due next, or has been since.

Which days those are is found by `crmtool.visits.dues.due`; what that makes of a customer is left to
`crmtool.visits.standing.standings`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.visits.calendar.days import NO_DAY, Days, Numbers, days_in
from crmtool.visits.dues.found import NOT_OVERDUE, Found
from crmtool.visits.dues.lines import Line
from crmtool.visits.dues.rows import visit_ids
from crmtool.visits.frames import column, day, one_of, packed, rows_where, same_text
from crmtool.visits.model import AGREED, LIVE


@dataclass(frozen=True, eq=False)
class NextDue:
    """Next due days, a place a line of a customer, by customer; `line` is the place in `lines` of whose visit that is.

    `due_on` is the next due day, or the oldest one that was missed; NaT where none was found. `planned_on` is the next
    day that a plan has for it.
    """

    lines: Sequence[Line]
    customer: Numbers
    line: Numbers
    due_on: Days
    is_agreed: NDArray[np.bool_]
    planned_on: Days

    def texts(self, name: str) -> pa.Array:
        """Return what the lines' cadences say of each place: `channel` or `label`."""
        words = pa.array([getattr(line.cadence, name) for line in self.lines], pa.string())
        return words.take(pa.array(self.line))


def next_due(
    lines: Sequence[Line], found: Sequence[Found], keys: pa.Array, settled_ids: pa.Array, as_of: date
) -> NextDue:
    """Return the first due day of each line for each of its customers.

    `found` is what is due from `as_of` on; visits whose ids are on record as made or cancelled (`settled_ids`) are not.
    A line that recurs has a place for each of its customers; the steps after a purchase are one line together, and those and
    occasions have a place only where something is due.
    """
    groups: dict[Hashable, list[Found]] = {_group_of(line): [] for line in lines}
    for each in found:
        groups.setdefault(_group_of(each.line), []).append(each)
    known = list(dict.fromkeys([*lines, *(each.line for each in found)]))
    numbers = {line: number for number, line in enumerate(known)}
    recurring = {_group_of(line): line for line in lines if line.is_recurring}
    parts = [
        _first(recurring.get(key), members, numbers, keys, settled_ids, as_of)
        for key, members in groups.items()
    ]
    customer, line, due, agreed = (
        np.concatenate([nothing, *cells])
        for nothing, cells in zip(_NOTHING, zip(*parts, strict=True) if parts else [()] * 4, strict=True)
    )
    order = np.lexsort((line, customer))
    no_plan = np.full(len(order), NO_DAY)
    return NextDue(known, customer[order], line[order], due[order], agreed[order], no_plan)


_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, "datetime64[D]"), np.zeros(0, bool))
_Part = tuple[Numbers, Numbers, Days, NDArray[np.bool_]]


def _group_of(line: Line) -> Hashable:
    """Return what is the same for the steps of one ladder, and for no other two lines."""
    return line if line.cadence.after is None else (line.tier, line.cadence.after)


def _first(
    recurring: Line | None,
    found: Sequence[Found],
    numbers: dict[Line, int],
    keys: pa.Array,
    settled_ids: pa.Array,
    as_of: date,
) -> _Part:
    """Return customer, line, due day and whether it is agreed on, of the first due visit of each customer."""
    cells = [_left(each, numbers[each.line], keys, settled_ids, as_of) for each in found]
    customer, line, due, agreed = (
        np.concatenate([nothing, *column])
        for nothing, column in zip(_NOTHING, zip(*cells, strict=True) if cells else [()] * 4, strict=True)
    )
    order = np.lexsort((line, due, customer))
    whose, first = np.unique(customer[order], return_index=True)
    first = order[first]
    if recurring is None:
        return whose, line[first], due[first], agreed[first]
    everyone = recurring.customers
    places = np.searchsorted(everyone, whose)
    due_on, is_agreed = np.full(len(everyone), NO_DAY), np.zeros(len(everyone), bool)
    due_on[places], is_agreed[places] = due[first], agreed[first]
    return everyone, np.full(len(everyone), numbers[recurring]), due_on, is_agreed


def _left(found: Found, number: int, keys: pa.Array, settled_ids: pa.Array, as_of: date) -> _Part:
    """Return the due visits that are not settled; one that is overdue is due since the oldest day missed."""
    is_overdue = found.overdue != NOT_OVERDUE
    due = np.where(is_overdue, np.datetime64(as_of) - np.where(is_overdue, found.overdue, 0), found.due_on)
    is_left = np.ones(len(due), bool)
    if len(settled_ids):
        ids = visit_ids(found, keys.take(pa.array(found.customer)))
        is_left = ~pc.is_in(ids, settled_ids).to_numpy(zero_copy_only=False)
    count = int(is_left.sum())
    is_agreed = np.full(count, found.kind == "agreed")
    return found.customer[is_left], np.full(count, number), due[is_left], is_agreed


def with_plan(what: NextDue, plan: pd.DataFrame, as_of: date) -> NextDue:
    """Return the next due days with what a plan (PLAN_COLUMNS) knows of them: its next day, and what was agreed on.

    A line whose visit was put off to a day agreed on, from the as-of day on, is due on that day. What was agreed for a
    later visit leaves the one before it as it is.
    """
    is_ahead = pc.fill_null(pc.greater_equal(column(plan, "planned_on"), day(as_of)), False)
    is_known = pc.and_(is_ahead, pc.is_valid(column(plan, "customer")))
    own = packed(pa.array(what.customer), what.texts("channel"))
    agreed = _earliest(rows_where(plan, pc.and_(is_known, same_text(column(plan, "status"), AGREED))), own)
    is_live = one_of(column(plan, "status"), LIVE)
    planned = _earliest(rows_where(plan, pc.and_(is_known, is_live)), own, by="planned_on")[1]
    is_put_off = ~np.isnat(agreed[1]) & ~(agreed[0] > what.due_on)
    due_on = np.where(is_put_off, agreed[1], what.due_on)
    planned = np.where(is_put_off, agreed[1], planned)
    return replace(what, due_on=due_on, is_agreed=what.is_agreed | is_put_off, planned_on=planned)


def _earliest(visits: pd.DataFrame, own: pa.Array, by: str = "due_on") -> tuple[Days, Days]:
    """Return due day and planned day of the first visit of each customer and channel; NaT where there is none."""
    table = pa.table(
        {
            "key": packed(column(visits, "customer"), column(visits, "channel")),
            "due_on": pc.coalesce(column(visits, "due_on"), column(visits, "planned_on")),
            "planned_on": column(visits, "planned_on"),
            "id": column(visits, "visit_id"),
        }
    )
    ordered = table.take(pc.sort_indices(table, [(by, "ascending"), ("id", "ascending")]))
    # `index_in` finds the first of several equal keys.
    at = pc.index_in(own, ordered["key"].combine_chunks())
    due, planned = (ordered[name].combine_chunks().take(at) for name in ("due_on", "planned_on"))
    return days_in(due), days_in(planned)

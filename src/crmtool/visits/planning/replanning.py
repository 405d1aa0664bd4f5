"""What stays of an earlier plan when a plan is made anew, what of it may move, and what came of that.

Whose visits are whose in today's ledger is for `crmtool.visits.planning.earlier`; which days the others get is for
`crmtool.visits.levelling`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import (
    column,
    day,
    months_of,
    one_of,
    packed,
    replaced,
    rows_where,
    same_text,
    stacked,
    table_of,
)
from crmtool.visits.model import (
    ADDED,
    AGREED,
    CALLED_OFF,
    CANCELLED,
    CHANGE_COLUMNS,
    DONE,
    DROPPED,
    LIVE,
    MISSED,
    MOVED,
    OPEN,
    OUTCOME_DONE,
    PLAN_COLUMNS,
    POSTPONED,
    frame_of,
)


@dataclass(frozen=True)
class Replanned:
    """An earlier plan laid beside what is due now.

    `kept` are the visits of the span that stay as they are, `beyond` those outside it, `open_before` those that may move
    or go, each with its earlier day; `to_place` are the rows of the due visits that have yet to find a day.
    """

    kept: pd.DataFrame  # PLAN_COLUMNS
    beyond: pd.DataFrame  # PLAN_COLUMNS
    open_before: pd.DataFrame  # PLAN_COLUMNS
    to_place: pd.DataFrame  # DUE_COLUMNS


def with_reports(plan: pd.DataFrame, reports: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return a plan in which reported visits are done, cancelled, or agreed for the day to which they were put off.

    Only reports that name a visit count here. Of several reports of one visit `done` goes before `cancelled`, and that
    before the latest day of those that put it off; one that was agreed already is put off to a later day only. A visit
    that was not reached stays as it is, and so does an open one that was put off to an earlier day which is over on
    `as_of`: no plan would hold it later than that day but one that was made after it.
    """
    done = _reported(reports, OUTCOME_DONE, "done_on")
    off = _reported(reports, CALLED_OFF, None)
    later = _reported(reports, POSTPONED, "next_contact")
    later = later.filter(pc.is_valid(later["day"]))
    ids, status = column(plan, "visit_id"), column(plan, "status")
    planned_on, done_on = column(plan, "planned_on"), column(plan, "done_on")
    is_live = one_of(status, (*LIVE, MISSED))
    put_off = _looked_up(ids, later)
    is_again = pc.and_(pc.equal(status, AGREED), pc.fill_null(pc.greater(put_off, planned_on), False))
    is_over = pc.and_(pc.less(put_off, planned_on), pc.less(put_off, day(as_of)))
    is_first = pc.and_(pc.equal(status, OPEN), pc.invert(pc.fill_null(is_over, False)))
    is_later = pc.and_(pc.or_(is_first, is_again), pc.is_valid(put_off))
    planned_on = pc.if_else(is_later, put_off, planned_on)
    status = pc.if_else(is_later, AGREED, status)
    status = pc.if_else(pc.and_(is_live, pc.is_in(ids, off["id"])), CANCELLED, status)
    is_done = pc.and_(one_of(status, (*LIVE, MISSED, CANCELLED)), pc.is_in(ids, done["id"]))
    status = pc.if_else(is_done, DONE, status)
    done_on = pc.if_else(is_done, pc.coalesce(_looked_up(ids, done), done_on), done_on)
    return replaced(plan, {"status": status, "planned_on": planned_on, "done_on": done_on})


def _reported(reports: pd.DataFrame, outcome: str, of_day: str | None) -> pa.Table:
    """Return id and day, each id once, of the reports with an outcome: the latest of their days."""
    ids, outcomes = column(reports, "visit_id"), column(reports, "outcome")
    days = pa.nulls(len(ids), pa.date32()) if of_day is None else column(reports, of_day)
    counts = pc.and_(pc.is_valid(ids), same_text(outcomes, outcome))
    found = pa.table({"id": ids, "day": days}).filter(counts)
    grouped = found.group_by("id", use_threads=False).aggregate([("day", "max")])
    return grouped.rename_columns({"day_max": "day"})


def _looked_up(ids: pa.Array, table: pa.Table) -> pa.Array:
    return table["day"].combine_chunks().take(pc.index_in(ids, table["id"].combine_chunks()))


def replan(earlier: pd.DataFrame, dues: pd.DataFrame, *, as_of: date, first: date, last: date) -> Replanned:
    """Lay an earlier plan (PLAN_COLUMNS, reports applied) beside what is due (DUE_COLUMNS) from `first` to `last`.

    What is done, cancelled or given up stays, and so does what is agreed for a day that has not passed, unless the
    ledger has agreed on another day since. A visit whose day has passed without a report is due again where its period
    is not over: it then finds a new day, else it is given up (`missed`); so it is where the visit of another period was
    put off to the day on which it would be due, until that day has passed too. The plan's own open visits from the as-of day
    on may move, or go where nothing is due any more; those outside the span stay. A due visit that stands already is
    not placed again, nor is one that was agreed with the customer for the very day of a visit that stands.
    """
    status, planned_on = column(earlier, "status"), column(earlier, "planned_on")
    ids, due_ids = column(earlier, "visit_id"), column(dues, "visit_id")
    is_past = pc.fill_null(pc.less(planned_on, day(as_of)), False)
    is_agreed = pc.and_(same_text(status, AGREED), pc.invert(pc.or_(is_past, _is_superseded(earlier, dues))))
    is_made_then = _is_same_appointment(dues, rows_where(earlier, is_agreed))
    is_due = pc.is_in(ids, due_ids.filter(pc.invert(is_made_then)))
    is_settled = one_of(status, (DONE, CANCELLED))
    is_settled = pc.or_(is_settled, pc.and_(same_text(status, MISSED), pc.invert(is_due)))
    is_given_up = pc.and_(is_past, pc.invert(pc.or_(is_due, is_settled)))
    is_outside = pc.and_(
        pc.or_(pc.is_valid(planned_on), is_settled),
        pc.invert(pc.or_(_within(planned_on, first, last), pc.is_in(ids, due_ids))),
    )
    stays = pc.or_(pc.or_(is_settled, is_agreed), pc.or_(is_given_up, is_outside))
    earlier = replaced(earlier, {"status": pc.if_else(is_given_up, MISSED, status)})
    stands = rows_where(earlier, stays)
    return Replanned(
        kept=_completed(rows_where(earlier, pc.and_(stays, pc.invert(is_outside))), dues),
        beyond=rows_where(earlier, pc.and_(stays, is_outside)),
        open_before=rows_where(earlier, pc.and_(pc.invert(stays), pc.is_valid(planned_on))),
        to_place=rows_where(
            dues,
            pc.invert(pc.or_(pc.is_in(due_ids, column(stands, "visit_id")), is_made_then)),
        ),
    )


def _completed(kept: pd.DataFrame, dues: pd.DataFrame) -> pd.DataFrame:
    """Return kept visits with what a workbook does not tell of them, from the due visits of the same ids."""
    at = pc.index_in(column(kept, "visit_id"), column(dues, "visit_id"))
    names = ("kind", "occasion", "label", "role", "channel", "tier", "due_on", "prepare_days", "report_days")
    return replaced(
        kept, {name: pc.coalesce(column(kept, name), column(dues, name).take(at)) for name in names}
    )


def _is_superseded(earlier: pd.DataFrame, dues: pd.DataFrame) -> pa.Array:
    """Tell which earlier visits were agreed in the ledger for a day that it does not name any more, but another.

    One that was put off since stays agreed for that day: it was told of that visit.
    """
    agreed = rows_where(dues, same_text(column(dues, "kind"), "agreed"))
    is_put_off = pc.fill_null(pc.not_equal(column(earlier, "planned_on"), column(earlier, "due_on")), False)
    is_from_ledger = pc.and_(same_text(column(earlier, "kind"), "agreed"), pc.invert(is_put_off))
    has_day = pc.is_in(column(earlier, "customer_key"), column(agreed, "customer_key"), skip_nulls=True)
    days = _appointments(earlier, "planned_on")
    is_same = pc.is_in(days, _appointments(agreed, "due_on"), skip_nulls=True)
    return pc.and_(pc.and_(is_from_ledger, has_day), pc.invert(is_same))


def _is_same_appointment(dues: pd.DataFrame, kept: pd.DataFrame) -> pa.Array:
    """Tell which agreed dues fall on the day of an agreed visit of the same customer that stands already."""
    agreed = rows_where(kept, same_text(column(kept, "status"), AGREED))
    known = _appointments(agreed, "planned_on")
    is_agreed = same_text(column(dues, "kind"), "agreed")
    return pc.and_(is_agreed, pc.is_in(_appointments(dues, "due_on"), known, skip_nulls=True))


def _appointments(visits: pd.DataFrame, of_day: str) -> pa.Array:
    return packed(column(visits, "customer_key"), column(visits, of_day))


def placed(
    dues: pd.DataFrame, planned_on: pa.Array, reason: pa.Array, before: pd.DataFrame, is_unpublished: pa.Array
) -> pd.DataFrame:
    """Return due visits as rows of a plan, on the days that were found; null where there was no room (see `reason`)."""
    status = pc.if_else(same_text(column(dues, "kind"), "agreed"), AGREED, OPEN)
    earlier = _earlier_days(column(dues, "visit_id"), before)
    moved = pc.if_else(pc.fill_null(pc.not_equal(earlier, planned_on), False), earlier, None)
    cells = {name: column(dues, name) for name in PLAN_COLUMNS if name in dues}
    cells |= {"planned_on": planned_on, "status": status, "moved_from": moved, "reason": reason}
    return frame_of(PLAN_COLUMNS, cells | {"is_unpublished": is_unpublished})


def _earlier_days(ids: pa.Array, before: pd.DataFrame) -> pa.Array:
    return column(before, "planned_on").take(pc.index_in(ids, column(before, "visit_id")))


def changes(before: pd.DataFrame, after: pd.DataFrame, known: pd.DataFrame, *, last: date) -> pd.DataFrame:
    """Return what differs (CHANGE_COLUMNS) between the open visits `before` and those that were placed, `after`.

    A visit is `added` where it is not in the whole earlier plan (`known`) and lies no later than the last month of
    that: what comes after is no change, the plan merely reaches further. `dropped` are those of `before` up to `last`
    that are no more, or found no room.
    """
    found = rows_where(after, pc.is_valid(column(after, "planned_on")))
    ids, days = column(found, "visit_id"), column(found, "planned_on")
    earlier = _earlier_days(ids, before)
    is_moved = pc.fill_null(pc.not_equal(earlier, days), False)
    reach = pc.max(months_of(column(known, "planned_on")))
    is_new = pc.and_(pc.invert(pc.is_in(ids, column(known, "visit_id"))), pc.is_null(earlier))
    is_added = pc.and_(is_new, pc.fill_null(pc.less_equal(months_of(days), reach), False))
    is_gone = pc.and_(
        pc.invert(pc.is_in(column(before, "visit_id"), ids)),
        pc.fill_null(pc.less_equal(column(before, "planned_on"), day(last)), False),
    )
    gone = rows_where(before, is_gone)
    parts = [
        _change(rows_where(found, is_moved), MOVED, earlier.filter(is_moved), days.filter(is_moved)),
        _change(rows_where(found, is_added), ADDED, None, days.filter(is_added)),
        _change(gone, DROPPED, column(gone, "planned_on"), None),
    ]
    whole = table_of(stacked(*parts))
    order = whole.append_column("at", pc.coalesce(whole["after"], whole["before"]))
    whole = whole.take(pc.sort_indices(order, [("at", "ascending"), ("visit_id", "ascending")]))
    return frame_of(CHANGE_COLUMNS, {name: whole[name] for name in CHANGE_COLUMNS})


def _change(
    visits: pd.DataFrame, change: str, before: pa.Array | None, after: pa.Array | None
) -> pd.DataFrame:
    cells = {name: column(visits, name) for name in CHANGE_COLUMNS if name in visits}
    nothing = pa.nulls(len(visits), pa.date32())
    words = pa.repeat(pa.scalar(change), len(visits))
    days = {"before": nothing if before is None else before, "after": nothing if after is None else after}
    return frame_of(CHANGE_COLUMNS, {**cells, "change": words, **days})


def _within(days: pa.Array, first: date, last: date) -> pa.Array:
    inside = pc.and_(pc.greater_equal(days, day(first)), pc.less_equal(days, day(last)))
    return pc.fill_null(inside, False)

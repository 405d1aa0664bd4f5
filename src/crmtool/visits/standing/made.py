"""Which visits of a plan were due in a period, and which of them were made, in time or late.

A visit counts in the period it was due in. Where the plan comes from is for `crmtool.jobs`; what rates come of it, for
`crmtool.visits.standing.rates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.visits.frames import (
    column,
    day,
    frame_from,
    months_of,
    one_array,
    one_of,
    packed,
    rows_where,
    same_text,
)
from crmtool.visits.model import CANCELLED, DONE, LIVE, MISSED, OUTCOME_DONE, PLAN_COLUMNS, frame_of
from crmtool.visits.reading.contacts import ANY

#: One row a visit that was due. `counted_on` is the day it counts for; `made_on` the day on which it was made, null where
#: it was not; `is_late` tells whether that was after the day it was due and planned for.
MADE_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **{
        name: PLAN_COLUMNS[name]
        for name in ("visit_id", "customer_key", "customer_id", "name", "tier", "owner", "channel", "label")
    },
    "counted_on": pa.date32(),
    "made_on": pa.date32(),
    "is_late": pa.bool_(),
}


def due_and_made(
    plan: pd.DataFrame, records: pd.DataFrame, first: date, last: date, as_of: date
) -> pd.DataFrame:
    """Return the visits of a plan (PLAN_COLUMNS, reports applied) that were due from `first` to `last` (MADE_COLUMNS).

    A visit is due on its due day; one that makes up for missed days, on the day it was planned for. Not counted are
    those that were called off, and those that are neither made nor past: due after `as_of`, or put off to then.
    `records` (REPORT_COLUMNS) are all visits on record: one that names no visit of the plan was the first of its
    customer, channel and month that is not reported otherwise.
    """
    due_on, planned_on = column(plan, "due_on"), column(plan, "planned_on")
    makes_up = pc.is_valid(column(plan, "overdue_days"))
    counted_on = pc.if_else(makes_up, pc.coalesce(planned_on, due_on), pc.coalesce(due_on, planned_on))
    made_on = _made_on(plan, records, counted_on)
    is_made = pc.is_valid(made_on)
    is_within = pc.and_(
        pc.greater_equal(counted_on, day(first)), pc.less_equal(counted_on, day(min(last, as_of)))
    )
    is_past = pc.less(pc.coalesce(planned_on, due_on), day(as_of))
    is_off = same_text(column(plan, "status"), CANCELLED)
    counts = pc.and_(pc.and_(is_within, pc.or_(is_made, is_past)), pc.or_(pc.invert(is_off), is_made))
    is_late = pc.or_(makes_up, pc.greater(made_on, pc.max_element_wise(due_on, planned_on)))
    cells = {name: column(plan, name) for name in MADE_COLUMNS if name in plan}
    cells |= {"counted_on": counted_on, "made_on": made_on}
    cells |= {"is_late": pc.and_(is_made, pc.fill_null(is_late, False))}
    return rows_where(frame_of(MADE_COLUMNS, cells), pc.fill_null(counts, False))


def _made_on(plan: pd.DataFrame, records: pd.DataFrame, counted_on: pa.Array) -> pa.Array:
    """Return the day on which each visit was made; null where it was not."""
    status = column(plan, "status")
    told = pc.coalesce(column(plan, "done_on"), column(plan, "planned_on"), column(plan, "due_on"))
    made_on = pc.if_else(same_text(status, DONE), told, pa.scalar(None, pa.date32()))
    waits = pc.and_(one_of(status, (*LIVE, MISSED)), pc.is_valid(column(plan, "customer_key")))
    loose = _loose(plan, records, made_on)
    for is_any in (False, True):
        is_open = pc.and_(waits, pc.is_null(made_on))
        if is_any:
            is_open = pc.and_(is_open, same_text(column(plan, "channel"), ANY))
        visits = pa.table({"key": _keys(plan, counted_on, is_any=is_any), "day": counted_on})
        reports = pa.table(
            {"key": _keys(loose, column(loose, "done_on"), is_any=is_any), "day": loose["done_on"]}
        )
        found, used = _in_turn(visits, is_open, reports)
        made_on = pc.coalesce(made_on, found)
        loose = rows_where(loose, pa.array(~used))
    return made_on


def _loose(plan: pd.DataFrame, records: pd.DataFrame, made_on: pa.Array) -> pd.DataFrame:
    """Return the records of visits made that name no visit of the plan, one of a customer, channel and day.

    One of a customer and day on which a visit of the plan was made is that visit.
    """
    days = pc.coalesce(column(records, "done_on"), column(records, "planned_on"))
    is_done = same_text(column(records, "outcome"), OUTCOME_DONE)
    is_named = pc.is_in(column(records, "visit_id"), column(plan, "visit_id"), skip_nulls=True)
    known = pc.and_(pc.is_valid(days), pc.is_valid(column(records, "customer_key")))
    names = ("customer_key", "channel")
    table = pa.table({name: column(records, name) for name in names} | {"done_on": days})
    table = table.filter(pc.and_(pc.and_(is_done, known), pc.invert(is_named)))
    made = packed(column(plan, "customer_key"), made_on)
    table = table.filter(
        pc.invert(pc.is_in(packed(table["customer_key"], table["done_on"]), made, skip_nulls=True))
    )
    distinct = table.group_by([*names, "done_on"], use_threads=False).aggregate([])
    order = [(name, "ascending") for name in (*names, "done_on")]
    return frame_from(distinct.take(pc.sort_indices(distinct, order)))


def _keys(frame: pd.DataFrame, days: pa.Array, *, is_any: bool) -> pa.Array:
    """Return customer, channel and month as one text, null where one of them is; without the channel for any."""
    parts = [column(frame, "customer_key"), months_of(days)]
    return packed(*parts if is_any else [*parts, column(frame, "channel")])


def _in_turn(visits: pa.Table, is_open: pa.Array, reports: pa.Table) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Return the day of the report that is each open visit's, of one key in the order of their days, and which are used."""
    own = pc.if_else(is_open, visits["key"], pa.scalar(None, pa.string()))
    turns, told = _with_turn(own, visits["day"]), _with_turn(reports["key"], reports["day"])
    found = one_array(reports["day"]).take(pc.index_in(turns, told, skip_nulls=True))
    used = pc.is_in(told, turns, skip_nulls=True)
    return found, used.to_numpy(zero_copy_only=False)


def _with_turn(keys: pa.Array | pa.ChunkedArray, days: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return each key with its turn among equal ones by day; null where there is no key."""
    whole = one_array(keys)
    table = pa.table({"key": whole, "day": days})
    order = pc.sort_indices(table, [("key", "ascending"), ("day", "ascending")]).to_numpy()
    codes = pc.fill_null(whole.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)[order]
    places = np.arange(len(order))
    is_first = np.concatenate([[True], codes[1:] != codes[:-1]])[: len(order)]
    turn = np.zeros(len(order), np.int64)
    turn[order] = places - np.maximum.accumulate(np.where(is_first, places, 0))
    return packed(whole, pa.array(turn))

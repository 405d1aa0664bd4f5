"""Puts an earlier plan in the terms of today's ledger: whose each visit is, and what a person changed in its workbook.

Reading a plan from a workbook or the history is for `crmtool.jobs`; what stays of it for
`crmtool.visits.planning.replanning`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import column, day, one_of, replaced, rows_where, same_text, stacked
from crmtool.visits.model import (
    AGREED,
    CANCELLED,
    DONE,
    EXPECTED,
    LIVE,
    OPEN,
    OUTCOME_DONE,
    PLAN_COLUMNS,
    REPORT_COLUMNS,
    frame_of,
)


def empty_plan() -> pd.DataFrame:
    """Return a plan without a visit."""
    return frame_of(PLAN_COLUMNS, {})


def in_ledger(plan: pd.DataFrame, keys: pa.Array, owners: pa.Array) -> pd.DataFrame:
    """Return a plan (PLAN_COLUMNS) with `customer`, `customer_key` and `owner` as today's ledger has them.

    `keys` and `owners` have a cell for each customer of the ledger. A visit is known by its customer's key, else by
    the customer's number or name where that is a key, else by the key that its id begins with. A customer that the
    ledger does not have any more is null in `customer`; a visit that is done keeps who made it.
    """
    found = pc.index_in(column(plan, "customer_key"), keys)
    for name in ("customer_id", "name"):
        found = pc.coalesce(found, _index_of(column(plan, name), column(plan, "visit_id"), keys))
    unknown = pc.is_null(found)
    if pc.any(unknown).as_py():
        rest = pa.array(_by_prefix(column(plan, "visit_id").filter(unknown), keys), pa.int32())
        found = pc.replace_with_mask(found, unknown, rest)
    key = pc.coalesce(keys.take(found), column(plan, "customer_key"))
    is_made = same_text(column(plan, "status"), DONE)
    owner = pc.if_else(pc.or_(is_made, pc.is_null(found)), column(plan, "owner"), owners.take(found))
    return replaced(plan, {"customer": found, "customer_key": key, "owner": owner})


def _index_of(texts: pa.Array, ids: pa.Array, keys: pa.Array) -> pa.Array:
    """Return the place of each text among the keys; null where it is none, or the visit's id begins otherwise."""
    found = pc.index_in(texts, keys)
    heads = pc.binary_join_element_wise(texts, "-", "")
    fits = pc.fill_null(_starts_with(ids, heads), False)
    return pc.if_else(fits, found, pa.scalar(None, found.type))


def _starts_with(texts: pa.Array, heads: pa.Array) -> pa.Array:
    """Tell whether each text begins with the head beside it."""
    lengths = pc.utf8_length(heads)
    result = pa.nulls(len(texts), pa.bool_())
    for length in pc.unique(lengths.drop_null()).to_pylist():
        cut = pc.utf8_slice_codeunits(texts, 0, length)
        result = pc.if_else(pc.fill_null(pc.equal(lengths, length), False), pc.equal(cut, heads), result)
    return result


def _by_prefix(ids: pa.Array, keys: pa.Array) -> Iterator[int | None]:
    """Yield for each visit id the place of the longest key that it begins with."""
    places = {key: place for place, key in enumerate(keys.to_pylist())}
    for visit_id in ids.to_pylist():
        head, found = visit_id or "", None
        while found is None and "-" in head:
            head = head.rpartition("-")[0]
            found = places.get(head)
        yield found


def overlaid(recorded: pd.DataFrame, typed: pd.DataFrame) -> pd.DataFrame:
    """Return the recorded plan with what a person typed into a workbook of it: agreed, done and cancelled visits.

    What is settled in the record stays so. Visits that only one of the two has are kept as they are.
    """
    ids, other = column(recorded, "visit_id"), column(typed, "visit_id")
    status = column(recorded, "status")
    at = pc.index_in(ids, other)
    said = column(typed, "status").take(at)
    is_said = pc.and_(one_of(status, LIVE), one_of(said, (AGREED, DONE, CANCELLED)))
    cells = {
        name: pc.if_else(is_said, column(typed, name).take(at), column(recorded, name))
        for name in ("status", "planned_on", "done_on")
    }
    new = rows_where(typed, pc.invert(pc.is_in(other, ids)))
    return stacked(replaced(recorded, cells), new)


def edited_plan(recorded: pd.DataFrame, typed: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return a recorded plan with what was typed into its own workbook since, and of how many visits that is.

    Open visits that the record lacks are left out: a run that was killed before it was recorded leaves them there.
    """
    said = rows_where(typed, one_of(column(typed, "status"), (AGREED, DONE, CANCELLED)))
    edited = overlaid(recorded, said)
    is_same = pa.array(np.ones(len(recorded), bool))
    for name in ("status", "planned_on", "done_on"):
        before, after = column(recorded, name), column(edited, name).slice(0, len(recorded))
        both_empty = pc.and_(pc.is_null(before), pc.is_null(after))
        is_same = pc.and_(is_same, pc.or_(both_empty, pc.fill_null(pc.equal(before, after), False)))
    return edited, len(edited) - is_same.true_count


def reports_of(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the done visits of a plan as reports (REPORT_COLUMNS); one without a day counts for its planned day."""
    done = rows_where(plan, same_text(column(plan, "status"), DONE))
    cells = {name: column(done, name) for name in REPORT_COLUMNS if name in done}
    day = pc.coalesce(column(done, "done_on"), column(done, "planned_on"))
    outcome = pa.repeat(pa.scalar(OUTCOME_DONE), len(done))
    return frame_of(REPORT_COLUMNS, cells | {"done_on": day, "outcome": outcome})


def expected_of(plan: pd.DataFrame, as_of: date, first: date) -> pd.DataFrame:
    """Return the visits (REPORT_COLUMNS) that a plan still holds for the days from `as_of` to before `first`.

    A plan that begins on `first` counts on them: what they answer is not due once more.
    """
    planned_on = column(plan, "planned_on")
    is_open = one_of(column(plan, "status"), LIVE)
    is_before = pc.and_(pc.greater_equal(planned_on, day(as_of)), pc.less(planned_on, day(first)))
    held = rows_where(plan, pc.and_(is_open, pc.fill_null(is_before, False)))
    cells = {name: column(held, name) for name in REPORT_COLUMNS if name in held}
    outcome = pa.repeat(pa.scalar(EXPECTED), len(held))
    # The rhythm goes on from the due day; from the planned one where that is agreed, or makes up for what was missed.
    is_regular = pc.and_(same_text(column(held, "status"), OPEN), pc.is_null(column(held, "overdue_days")))
    due_on = pc.if_else(is_regular, column(held, "due_on"), pa.scalar(None, pa.date32()))
    expected_on = pc.coalesce(due_on, column(held, "planned_on"))
    return frame_of(REPORT_COLUMNS, cells | {"done_on": expected_on, "outcome": outcome})


def has_own_day(plan: pd.DataFrame, next_on: pa.Array) -> pa.Array:
    """Tell for each customer of the ledger whether its next day (`next_on`, date32) is one that the plan gave it.

    That is the day of an open visit of the plan: it was written into the ledger from there, and nobody agreed on it.
    """
    visits = rows_where(plan, same_text(column(plan, "status"), OPEN))
    known = _pairs(column(visits, "customer"), column(visits, "planned_on"))
    places = pa.array(np.arange(len(next_on)), pa.int64())
    return pc.is_in(_pairs(places, next_on), known, skip_nulls=True)


def _pairs(customers: pa.Array, days: pa.Array) -> pa.Array:
    """Return customer and day as one number; null where either is."""
    return pc.add(pc.multiply(customers, 1 << 20), days.cast(pa.int32()).cast(pa.int64()))

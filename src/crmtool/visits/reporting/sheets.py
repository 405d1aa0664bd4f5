"""Which visits a month hands out to whom: the overdue ones on top with their age, then by day.

What is told of a visit before it is made is left to `crmtool.tables.followup`; where the plan comes from to
`crmtool.jobs.followup`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import day, one_of, table_of
from crmtool.visits.model import LIVE, PLAN_COLUMNS, frame_of

#: One row a visit on a sheet: as planned, and `age_days`, the days since it was due; null where it is not overdue.
HANDED_COLUMNS: Final[Mapping[str, pa.DataType]] = {**PLAN_COLUMNS, "age_days": pa.int64()}


@dataclass(frozen=True)
class OwnerSheet:
    """What one owner gets: `visits` (HANDED_COLUMNS) in the order of the sheet; `owner` None is nobody's."""

    owner: str | None
    visits: pd.DataFrame

    @property
    def overdue(self) -> int:
        """Return how many of the visits are overdue."""
        return len(self.visits) - int(self.visits["age_days"].isna().sum())


def handed_out(visits: pd.DataFrame, *, as_of: date, first: date, last: date) -> tuple[OwnerSheet, ...]:
    """Return one sheet for each owner with open visits, by name, those of nobody last.

    `visits` is a plan (PLAN_COLUMNS) with what was reported of it, as
    `crmtool.visits.planning.replanning.with_reports` gives it. On a sheet stand the open and agreed visits planned in
    the month, `first` to `last`, and those planned before `as_of`, so that none is lost; what lies between `as_of` and a
    later month is of the sheets of those days. A visit without a day is on no sheet. Overdue is what was planned before
    `as_of`, or was due when the plan was made; it comes first, the oldest on top. The order of `visits` makes no
    difference.

    >>> january = {"first": date(2026, 1, 1), "last": date(2026, 1, 31)}
    >>> handed_out(frame_of(PLAN_COLUMNS, {"visit_id": []}), as_of=date(2026, 1, 5), **january)
    ()
    """
    plan = table_of(visits).select(list(PLAN_COLUMNS))
    is_open = one_of(plan["status"], LIVE)
    planned_on = plan["planned_on"]
    is_there = pc.or_(pc.less(planned_on, day(as_of)), pc.greater_equal(planned_on, day(first)))
    is_due = pc.and_(is_there, pc.less_equal(planned_on, day(last)))
    plan = plan.filter(pc.and_(is_open, pc.fill_null(is_due, False)))
    plan = plan.append_column("age_days", _ages(plan, as_of))
    return _by_owner(_in_order(plan))


def nobodys() -> OwnerSheet:
    """Return a sheet without visits, for a month that has none."""
    return OwnerSheet(None, frame_of(HANDED_COLUMNS, {"visit_id": []}))


def _ages(plan: pa.Table, as_of: date) -> pa.Array:
    """Return the days from when a visit was due until `as_of`; null where it is not overdue.

    The plan tells the age on the day that it was made, which was earlier or the same.
    """
    is_past = pc.less(plan["planned_on"], day(as_of))
    is_overdue = pc.or_(is_past, pc.is_valid(plan["overdue_days"]))
    due = pc.coalesce(plan["due_on"], plan["planned_on"])
    since = pc.subtract(day(as_of).cast(pa.int32()), due.cast(pa.int32()))
    waited = pc.subtract(day(as_of).cast(pa.int32()), plan["planned_on"].cast(pa.int32()))
    age = pc.max_element_wise(since.cast(pa.int64()), waited.cast(pa.int64()), plan["overdue_days"])
    return pc.if_else(is_overdue, age, pa.scalar(None, pa.int64())).combine_chunks()


def _in_order(plan: pa.Table) -> pa.Table:
    """Return the rows owner by owner, overdue ones by age, then the others by day."""
    keyed = plan.append_column("is_nobody's", pc.is_null(plan["owner"]))
    keyed = keyed.append_column("is_fresh", pc.is_null(plan["age_days"]))
    keys = ["is_nobody's", "owner", "is_fresh"]
    order: Any = [(name, "ascending") for name in keys] + [("age_days", "descending")]
    order += [(name, "ascending") for name in ("planned_on", "customer_key", "visit_id")]
    return keyed.sort_by(order).select(plan.column_names)


def _by_owner(plan: pa.Table) -> tuple[OwnerSheet, ...]:
    if not plan.num_rows:
        return ()
    owners = pc.dictionary_encode(plan["owner"].combine_chunks(), null_encoding="encode")
    codes = np.asarray(owners.indices)
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])).tolist()
    stops = [*starts[1:], len(codes)]
    names = owners.dictionary.to_pylist()
    return tuple(
        OwnerSheet(
            names[codes[start]],
            frame_of(HANDED_COLUMNS, dict(zip(plan.column_names, _slice(plan, start, stop), strict=True))),
        )
        for start, stop in zip(starts, stops, strict=True)
    )


def _slice(plan: pa.Table, start: int, stop: int) -> list[pa.Array]:
    return [column.slice(start, stop - start).combine_chunks() for column in plan.columns]

"""The sheet 工作量: how many visits each owner makes in each month, and how many of what kind there are.

Visits that were cancelled or given up are no work; those that are done are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.content import OutTable, TableColumn
from crmtool.tables.arrays import array
from crmtool.tables.visit_words import NO_OWNER, days_of, months_between, owners, that_count
from crmtool.visits.calendar.days import Days
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.model import Plan

Counts = NDArray[np.int64]

#: What the visits of a month are told apart by in the chart, and which kinds of visits each one holds.
GROUPS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "regular": ("定期回访", ("every",)),
    "overdue": ("逾期补访", ()),
    "ladder": ("新客户阶梯", ("step",)),
    "care": ("生日与节日", ("birthday", "festival")),
    "fixed": ("约定与期限", ("agreed", "deadline")),
}


@dataclass(frozen=True)
class Workload:
    """How the visits of a plan fall on owners and days.

    `owners` are ordered by their visits, most first, equal ones by name, 未分配 last; `owner` is the position
    of each visit's owner among them, `day` its day. `unplaced` counts the visits without a day by owner.
    """

    visits: pd.DataFrame
    months: Sequence[str]
    owners: Sequence[str]
    owner: Counts
    day: Days
    unplaced: Counts

    @classmethod
    def of(cls, plan: Plan) -> Workload:
        """Count the visits of a plan; those of months before or after it, kept from an earlier one, are left out."""
        visits = that_count(plan.visits)
        month, ends = days_of(visits["planned_on"]).astype("datetime64[M]"), (plan.first, plan.last)
        first, last = (np.datetime64(day, "D").astype("datetime64[M]") for day in ends)
        visits = visits[(month >= first) & (month <= last)]
        names, left_out = owners(visits), owners(plan.unplaced)
        tally = {pair["values"]: pair["counts"] for pair in pc.value_counts(names).to_pylist()}
        everyone = {*tally, *pc.unique(left_out).to_pylist()}
        order = sorted(everyone, key=lambda name: (name == NO_OWNER, -tally.get(name, 0), name))
        months = months_between(np.datetime64(plan.first, "D"), np.datetime64(plan.last, "D"))
        places = pa.array(order, pa.string())
        unplaced = np.bincount(_positions(left_out, places), minlength=len(order))
        return cls(visits, months, order, _positions(names, places), days_of(visits["planned_on"]), unplaced)

    @cached_property
    def by_month(self) -> Counts:
        """Return visits by owner and month of the plan."""
        return _grid(self.owner, self.month, len(self.owners), len(self.months))

    @cached_property
    def month(self) -> Counts:
        """Return the position of each visit's month among those of the plan."""
        first = np.datetime64(self.months[0], "M")
        return (self.day.astype("datetime64[M]") - first).astype(np.int64)

    @cached_property
    def busiest(self) -> tuple[Counts, Days]:
        """Return each owner's greatest number of visits on one day, and the first such day (NaT: none)."""
        greatest = np.zeros(len(self.owners), np.int64)
        first = np.full(len(self.owners), np.datetime64("NaT"), "datetime64[D]")
        if not len(self.day):
            return greatest, first
        start = self.day.min()
        span = int((self.day.max() - start).astype(np.int64)) + 1
        keys, counts = np.unique(self.owner * span + (self.day - start).astype(np.int64), return_counts=True)
        # The last one written wins: fewest visits first, and of equal days the latest first.
        order = np.lexsort((-keys, counts))
        who = keys[order] // span
        greatest[who] = counts[order]
        first[who] = start + keys[order] % span
        return greatest, first

    @cached_property
    def total_busiest(self) -> tuple[int, np.datetime64]:
        """Return the greatest number of visits of all together on one day, and the first such day."""
        if not len(self.day):
            return 0, np.datetime64("NaT", "D")
        days, counts = np.unique(self.day, return_counts=True)
        at = int(counts.argmax())
        return int(counts[at]), days[at]


def _positions(names: pa.Array, order: pa.Array) -> Counts:
    return np.asarray(pc.index_in(names, value_set=order).to_numpy(zero_copy_only=False), np.int64)


def _grid(rows: Counts, columns: Counts, height: int, width: int) -> Counts:
    return np.bincount(rows * width + columns, minlength=height * width).reshape(height, width)


def build(load: Workload) -> OutTable:
    """Return one row an owner: visits by month, in all, the greatest day, and what found no day."""
    greatest, day = load.busiest
    return _table("workload", load.owners, load.months, load.by_month, greatest, day, load.unplaced)


def total(load: Workload) -> OutTable:
    """Return the one row below: all owners together; the greatest day is that of all together."""
    grid = load.by_month.sum(axis=0, keepdims=True)
    greatest, day = load.total_busiest
    unplaced = np.array([load.unplaced.sum()])
    return _table(
        "workload_total", ["合计"], load.months, grid, np.array([greatest]), np.array([day]), unplaced
    )


def _table(
    name: str,
    heads: Sequence[str],
    months: Sequence[str],
    grid: Counts,
    greatest: Counts,
    day: Days,
    unplaced: Counts,
) -> OutTable:
    by_month = [
        TableColumn(f"m{number}", month, pa.array(grid[:, number - 1]), "count")
        for number, month in enumerate(months, start=1)
    ]
    return OutTable(
        name,
        [
            TableColumn("owner", "负责人", pa.array(heads, pa.string())),
            *by_month,
            TableColumn("all", "合计", pa.array(grid.sum(axis=1)), "number"),
            TableColumn("greatest", "最忙一天", pa.array(greatest), "number"),
            TableColumn("busiest_day", "最忙的日子", pa.array(day, pa.date32()), "date"),
            TableColumn("unplaced", "未排入", pa.array(unplaced), "number"),
        ],
    )


def by_kind(load: Workload, plan: Plan, workdays: Workdays) -> OutTable:
    """Return one row a month: visits of each group of `GROUPS`, in all, working days, and visits per working day.

    Overdue visits are counted as such whatever their kind. Working days are those of the plan from the as-of day on, and
    visits per working day those that lie there; where a month has none, it is empty.
    """
    grid = _grid(load.month, _groups(load.visits), len(load.months), len(GROUPS))
    worked = _worked(load.months, plan, workdays)
    everything = grid.sum(axis=1)
    ahead = np.bincount(load.month[load.day >= _start(plan)], minlength=len(load.months))
    rate = np.divide(ahead, worked, out=np.full(len(worked), np.nan), where=worked > 0)
    per_day = pa.array(np.round(rate, 2), pa.float64(), from_pandas=True)
    return OutTable(
        "months",
        [
            TableColumn("month", "月份", pa.array(load.months, pa.string())),
            *(
                TableColumn(key, label, pa.array(grid[:, number]), "count")
                for number, (key, (label, _)) in enumerate(GROUPS.items())
            ),
            TableColumn("all", "合计", pa.array(everything), "count"),
            TableColumn("workdays", "工作日", pa.array(worked), "count"),
            TableColumn("per_day", "每个工作日", per_day, "number"),
        ],
    )


def _groups(visits: pd.DataFrame) -> Counts:
    """Return the group of each visit by its position in `GROUPS`; a kind that nobody wrote down is regular."""
    kinds = array(visits["kind"])
    found = np.zeros(len(visits), np.int64)
    for number, (_, known) in enumerate(GROUPS.values()):
        is_own = pc.fill_null(pc.is_in(kinds, value_set=pa.array(known, pa.string())), False)
        found[is_own.to_numpy(zero_copy_only=False)] = number
    overdue = pc.greater(pc.fill_null(array(visits["overdue_days"]), 0), 0)
    found[overdue.to_numpy(zero_copy_only=False)] = list(GROUPS).index("overdue")
    return found


def _start(plan: Plan) -> np.datetime64:
    """Return the first day that could be planned: nothing is planned into the past."""
    return np.datetime64(max(plan.first, plan.as_of), "D")


def _worked(months: Sequence[str], plan: Plan, workdays: Workdays) -> Counts:
    days = np.datetime64(workdays.first, "D") + np.flatnonzero(workdays.is_worked)
    month = days[(days >= _start(plan)) & (days <= np.datetime64(plan.last))].astype("datetime64[M]")
    return np.array([int((month == np.datetime64(name)).sum()) for name in months], np.int64)

"""Puts a plan together: what is due, what stays of the earlier plan, and a day for everything else.

Each step is in a module of its own; this one knows their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.frames import column, day, frame_from, one_of, rows_where, same_text, stacked, table_of
from crmtool.visits.levelling import Levelled, fits, level, smallest_stretch
from crmtool.visits.model import DONE, LIVE, UNPLACED_REASONS, Caps, Dues, Plan
from crmtool.visits.planning.apart import apart
from crmtool.visits.planning.earlier import empty_plan
from crmtool.visits.planning.reassigning import reassigned
from crmtool.visits.planning.replanning import Replanned, changes, placed, replan

#: The order of a plan's visits.
_ORDER = ("planned_on", "owner", "customer_key", "visit_id")


@dataclass(frozen=True)
class Asked:
    """What is asked of a plan: its days, what a person can do, who takes over from whom, and what gives way.

    Where `is_stretching`, intervals grow until all visits find room; else those without room are unplaced.
    """

    first: date
    last: date
    as_of: date
    caps: Caps = field(default_factory=Caps)
    heirs: Mapping[str, str] = field(default_factory=dict)
    is_stretching: bool = False


def plan(
    asked: Asked, due: Callable[[Fraction], Dues], workdays: Workdays, earlier: pd.DataFrame | None = None
) -> Plan:
    """Return a plan for what is due, as close as can be to an earlier one.

    `due` returns what is due where all intervals are stretched by a factor, 1 as the rules have them. `earlier`
    (PLAN_COLUMNS) is in the terms of today's ledger, reports applied; None where there was none. Every due visit is
    in `visits` or `unplaced`, with what stays of the earlier plan. The order of the ledger's rows makes no difference.
    """
    before = empty_plan() if earlier is None else reassigned(earlier, asked.heirs)

    @lru_cache(maxsize=2)
    def owned(factor: Fraction) -> Dues:
        found = due(factor)
        visits, undue = (reassigned(rows, asked.heirs) for rows in (found.visits, found.undue))
        return replace(found, visits=visits, undue=undue)

    def beside(factor: Fraction) -> Replanned:
        visits = owned(factor).visits
        return replan(before, visits, as_of=asked.as_of, first=asked.first, last=asked.last)

    def has_room(standing: Replanned) -> bool:
        loads = fixed_loads(standing, asked.as_of)
        return fits(standing.to_place, workdays, asked.caps, loads=loads)

    factor, standing = Fraction(1), beside(Fraction(1))
    if asked.is_stretching:
        found = smallest_stretch(beside, has_room)
        factor, standing = found.factor, found.made
    loads = fixed_loads(standing, asked.as_of)
    previous = earlier_days(standing.open_before)
    fixed = frame_from(_fixed(standing, asked.as_of))
    wanted = apart(standing.to_place, workdays, standing=fixed, previous=previous)
    levelled = level(wanted, workdays, asked.caps, loads=loads, previous=previous)
    return _put_together(asked, owned(factor), standing, levelled, workdays, before, factor)


def fixed_loads(standing: Replanned, as_of: date) -> pd.DataFrame:
    """Return how many visits stand already (owner, day, channel, count) on the days from `as_of` on."""
    table = _fixed(standing, as_of).select(["owner", "day", "channel"])
    grouped = table.group_by(["owner", "day", "channel"], use_threads=False).aggregate([([], "count_all")])
    return frame_from(grouped.rename_columns({"count_all": "count"}))


def _fixed(standing: Replanned, as_of: date) -> pa.Table:
    """Return the visits (customer, owner, day, channel) that stand already on the days from `as_of` on."""
    visits = table_of(stacked(standing.kept, standing.beyond))
    is_work = one_of(visits["status"], (*LIVE, DONE))
    is_done = pc.equal(visits["status"], DONE)
    days = pc.if_else(is_done, pc.coalesce(visits["done_on"], visits["planned_on"]), visits["planned_on"])
    counts = pc.and_(is_work, pc.fill_null(pc.greater_equal(days, day(as_of)), False))
    return visits.select(["customer", "owner", "channel"]).append_column("day", days).filter(counts)


def earlier_days(open_before: pd.DataFrame) -> pd.DataFrame:
    """Return visit_id and planned_on of the visits that may move, for levelling to move as few as can be."""
    return open_before[["visit_id", "planned_on"]]


def _put_together(
    asked: Asked,
    dues: Dues,
    standing: Replanned,
    levelled: Levelled,
    workdays: Workdays,
    before: pd.DataFrame,
    factor: Fraction,
) -> Plan:
    days, reason = column(levelled.days, "planned_on"), column(levelled.days, "reason")
    unpublished = pa.array(_is_unpublished(days, workdays))
    fresh = placed(standing.to_place, days, reason, standing.open_before, unpublished)
    has_day = pc.is_valid(days)
    visits = table_of(stacked(standing.kept, rows_where(fresh, has_day)))
    unplaced = table_of(rows_where(fresh, pc.is_null(days)))
    differs = changes(standing.open_before, fresh, before, last=asked.last)
    plan = Plan(
        first=asked.first,
        last=asked.last,
        as_of=asked.as_of,
        visits=_sorted(visits, _ORDER),
        unplaced=_sorted(unplaced, ("due_on", *_ORDER[1:])),
        undue=dues.undue,
        changes=differs,
        stretch=float(factor),
        findings=dues.findings,
        beyond=standing.beyond,
    )
    return replace(plan, findings=(*plan.findings, *_said(plan)))


def _is_unpublished(days: pa.Array, workdays: Workdays) -> NDArray[np.bool_]:
    known = pc.is_valid(days)
    unpublished = np.zeros(len(days), bool)
    there = days.drop_null().cast(pa.int32()).to_numpy().astype("datetime64[D]")
    unpublished[known.to_numpy(zero_copy_only=False)] = ~workdays.published(there)
    return unpublished


def _sorted(visits: pa.Table, order: Sequence[str]) -> pd.DataFrame:
    keys = [(name, "ascending") for name in order]
    return frame_from(visits.take(pc.sort_indices(visits, keys)))


def _said(plan: Plan) -> Iterator[Finding]:
    if plan.stretch > 1:
        yield Finding("intervals-stretched", value=f"{plan.stretch:.2f}")
    for reason in UNPLACED_REASONS:
        count = pc.sum(same_text(column(plan.unplaced, "reason"), reason)).as_py() or 0
        if count:
            yield Finding(f"unplaced-{reason}", params={"visits": str(count)})

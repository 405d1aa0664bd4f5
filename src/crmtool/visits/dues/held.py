"""Visits of an earlier plan that were agreed on with customers: whose next visit each is, and which days are spoken for.

What a line makes of that is for `crmtool.visits.dues.recurring`; what was agreed without a plan, for `.basis`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.calendar.span import NO_DAY, Numbers
from crmtool.visits.calendar.workdays import Days
from crmtool.visits.frames import column, day, rows_where, same_text
from crmtool.visits.model import AGREED


@dataclass(frozen=True, eq=False)
class Held:
    """Agreed visits that are still to come, by day: whose (position), which, the day agreed on, and when it was due.

    `due_on` is NaT for one that was agreed on in the first place: it was put off from no other day.
    """

    customer: Numbers
    visit_id: pa.Array
    on: Days
    due_on: Days

    def of_line(self, slot: str, keys: pa.Array) -> tuple[Days, Days]:
        """Return for each customer the day of the first such visit of a line, and when that was due; NaT: none.

        `slot` is what the line is called in the ids of its visits, `keys` are all customers' keys.
        """
        on, due_on = np.full(len(keys), NO_DAY), np.full(len(keys), NO_DAY)
        if len(self.customer):
            line = pc.binary_join_element_wise(keys.take(pa.array(self.customer)), slot, "-")
            is_of = pc.equal(pc.replace_substring_regex(self.visit_id, r"-[^-]*$", ""), line)
            rows = np.flatnonzero(is_of.to_numpy(zero_copy_only=False))[::-1]  # the first one is written last
            on[self.customer[rows]], due_on[self.customer[rows]] = self.on[rows], self.due_on[rows]
        return on, due_on

    def without(self, agreed: Days) -> Days:
        """Return days agreed on (one a customer) without those on which a visit that was put off is to be made."""
        is_put_off = ~np.isnat(self.due_on)
        whose, on = self.customer[is_put_off], self.on[is_put_off]
        left = agreed.copy()
        left[whose[agreed[whose] == on]] = NO_DAY
        return left


def held_of(plan: pd.DataFrame, as_of: date) -> Held:
    """Return the visits of a plan (PLAN_COLUMNS, in the terms of the ledger) that are agreed on from a day on."""
    is_ahead = pc.fill_null(pc.greater_equal(column(plan, "planned_on"), day(as_of)), False)
    is_agreed = pc.and_(same_text(column(plan, "status"), AGREED), pc.is_valid(column(plan, "customer")))
    is_agreed = pc.and_(is_agreed, pc.is_valid(column(plan, "visit_id")))
    visits = rows_where(plan, pc.and_(is_ahead, is_agreed))
    ranks = pa.table({"day": column(visits, "planned_on"), "id": column(visits, "visit_id")})
    order = pc.sort_indices(ranks, [("day", "ascending"), ("id", "ascending")])
    is_put_off = pc.invert(same_text(column(visits, "kind"), "agreed"))
    due_on = pc.if_else(is_put_off, pc.coalesce(column(visits, "due_on"), column(visits, "planned_on")), None)
    return Held(
        column(visits, "customer").take(order).to_numpy(zero_copy_only=False).astype(np.int64),
        ranks["id"].combine_chunks().take(order),
        _days(ranks["day"].combine_chunks().take(order)),
        _days(due_on.take(order)),
    )


def nothing_held() -> Held:
    """Return no visit."""
    nothing = np.zeros(0, "datetime64[D]")
    return Held(np.zeros(0, np.int64), pa.nulls(0, pa.string()), nothing, nothing)


def _days(cells: pa.Array) -> Days:
    days: Days = cells.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return days

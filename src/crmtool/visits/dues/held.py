"""What an earlier plan holds of the lines that recur: the oldest day that was left open, and the day agreed on.

A line keeps its rhythm by it from one planning to the next, though nothing of its channel is on record yet. What stays
of the plan's visits themselves is left to `crmtool.visits.planning.replanning`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.visits.calendar.days import NO_DAY, Days, Numbers, day_of_month, days_in
from crmtool.visits.dues.lines import Line
from crmtool.visits.frames import column, one_of, same_text
from crmtool.visits.model import AGREED, LIVE, MISSED

#: The end of the id of a recurring visit: its line, and its month, day or week.
_RECURRING: Final = r"-(?P<slot>[a-z_]+[0-9]*)-(?:[0-9]{6}b?|[0-9]{8}|[0-9]{4}W[0-9]{2})$"
_LATEST: Final = np.datetime64("9999-12-31", "D")


@dataclass(frozen=True, eq=False)
class Held:
    """Visits of recurring lines that an earlier plan has and that were not made: whose, of which line, when.

    `slot` names the line as ids do. `agreed_on` is the day that was agreed with the customer, NaT: none; it `is_put_off`
    where the visit was due on another day.
    """

    customer: Numbers
    slot: NDArray[np.object_]
    due_on: Days
    agreed_on: Days
    is_put_off: NDArray[np.bool_]

    def oldest(self, line: Line) -> tuple[Days, Numbers]:
        """Return the oldest due day left open for each customer of a line (NaT: none), and its day of the month.

        The day of the month is the greatest of all those visits: that of 31 January, 28 February is 31.
        """
        rows = self.slot == line.slot
        of_month = np.zeros(len(line.customers), np.int64)
        places, known = _places(line, self.customer[rows])
        np.maximum.at(of_month, places[known], day_of_month(self.due_on[rows][known]))
        return self._first(line, self.due_on), of_month

    def agreed(self, line: Line, as_of: date) -> tuple[Days, Days]:
        """Return the first day from `as_of` on that was agreed for a visit of the line, for each of its customers.

        And the day on which that visit was due, if it was put off from there; NaT: there is none.
        """
        on = self._first(line, np.where(self.agreed_on >= np.datetime64(as_of), self.agreed_on, NO_DAY))
        places, known = _places(line, self.customer)
        is_of = known & self.is_put_off & (self.slot == line.slot)
        is_of[is_of] &= self.agreed_on[is_of] == on[places[is_of]]
        was_due = np.full(len(on), NO_DAY)
        was_due[places[is_of]] = self.due_on[is_of]
        return on, was_due

    def without_put_off(self, agreed: Days) -> Days:
        """Return days agreed on (one a customer) without those on which a visit that was put off is to be made."""
        whose, on = self.customer[self.is_put_off], self.agreed_on[self.is_put_off]
        left = agreed.copy()
        left[whose[agreed[whose] == on]] = NO_DAY
        return left

    def _first(self, line: Line, days: Days) -> Days:
        rows = (self.slot == line.slot) & ~np.isnat(days)
        places, known = _places(line, self.customer[rows])
        first = np.full(len(line.customers), _LATEST)
        np.minimum.at(first, places[known], days[rows][known])
        return np.where(first == _LATEST, NO_DAY, first)


def held_in(plan: pd.DataFrame) -> Held:
    """Return what a plan (PLAN_COLUMNS, in the terms of today's ledger, reports applied) holds and nobody made.

    Visits that were called off are not held: nothing of theirs is due.
    """
    slots = pc.struct_field(pc.extract_regex(column(plan, "visit_id"), _RECURRING), "slot")
    status = column(plan, "status")
    counts = pc.and_(one_of(status, (*LIVE, MISSED)), pc.is_valid(slots))
    counts = pc.and_(
        counts, pc.and_(pc.is_valid(column(plan, "customer")), pc.is_valid(column(plan, "due_on")))
    )
    agreed_on = pc.if_else(
        same_text(status, AGREED), column(plan, "planned_on"), pa.scalar(None, pa.date32())
    )
    is_other_day = pc.fill_null(pc.not_equal(agreed_on, column(plan, "due_on")), False)
    is_put_off = pc.and_(is_other_day, pc.invert(same_text(column(plan, "kind"), "agreed")))
    return Held(
        column(plan, "customer").filter(counts).to_numpy(zero_copy_only=False).astype(np.int64),
        slots.filter(counts).to_numpy(zero_copy_only=False),
        days_in(column(plan, "due_on").filter(counts)),
        days_in(agreed_on.filter(counts)),
        is_put_off.filter(counts).to_numpy(zero_copy_only=False),
    )


def _places(line: Line, customers: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return where each customer stands in a line, and which of them follow it."""
    places = np.searchsorted(line.customers, customers)
    places = np.minimum(places, len(line.customers) - 1)
    return places, line.customers[places] == customers

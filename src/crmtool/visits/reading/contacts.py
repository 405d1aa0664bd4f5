"""Knows when each customer was last in touch, by which channel, and which visits are on record as made.

How records are read is left to `crmtool.visits.reading.records`; what follows from them, to the modules that find due days.
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

from crmtool.visits.calendar.days import NO_DAY, Days, Numbers, days_in, latest_of
from crmtool.visits.frames import column, one_of, same_text
from crmtool.visits.model import EXPECTED, OUTCOME_DONE, POSTPONED

#: The channel of a line that any contact answers.
ANY: Final = "any"


@dataclass(frozen=True, eq=False)
class Contacts:
    """Visits that were made: for each the customer's position, the day, and the channel (None: not known).

    `spoken` is each customer's 最近联系时间 (NaT: none). `done_ids` are the ids of visits on record as made.
    """

    customer: Numbers
    day: Days
    channel: NDArray[np.object_]
    spoken: Days
    done_ids: pa.Array

    def last(self) -> Days:
        """Return each customer's last contact of any kind; NaT where none is known."""
        return np.fmax(self.spoken, self._latest(np.full(len(self.customer), True)))

    def last_by(self, channel: str) -> Days:
        """Return each customer's last visit by a channel; of `any` the last contact."""
        return self.last() if channel == ANY else self._latest(self.channel == channel)

    def since(self, channel: str, days: Days) -> Numbers:
        """Return on how many days from `days` (one a customer) on each customer was visited by a channel."""
        is_of = (self.day >= days[self.customer]) & (channel == ANY or self.channel == channel)
        visits = np.unique(np.stack([self.customer[is_of], self.day[is_of].astype(np.int64)]), axis=1)
        return np.bincount(visits[0], minlength=len(self.spoken))

    def _latest(self, is_of: NDArray[np.bool_]) -> Days:
        return latest_of(self.customer[is_of], self.day[is_of], len(self.spoken))


def contacts_of(records: pd.DataFrame, keys: pa.Array, spoken: Days, as_of: date) -> Contacts:
    """Return the contacts in recorded visits (REPORT_COLUMNS) up to the as-of day.

    Only visits that were made are contacts, and those `EXPECTED` to be made before a plan begins, whose days may lie
    after the as-of day; one without a day counts on the day it was planned for. A record is its customer's by key,
    where the ledger has that key, else by position; what is nobody's is left out.
    """
    whose, day = _whose(records, keys), _days_of(records)
    is_made = one_of(column(records, "outcome"), (OUTCOME_DONE, EXPECTED))
    is_past = day <= np.datetime64(as_of)
    is_expected = same_text(column(records, "outcome"), EXPECTED)
    counts = is_made.to_numpy(zero_copy_only=False) & (whose >= 0)
    counts &= is_past | is_expected.to_numpy(zero_copy_only=False)
    return Contacts(
        whose[counts],
        day[counts],
        column(records, "channel").to_numpy(zero_copy_only=False)[counts],
        np.where(spoken <= np.datetime64(as_of), spoken, NO_DAY),
        pc.drop_null(column(records, "visit_id").filter(is_made)),
    )


def agreed_in(records: pd.DataFrame, keys: pa.Array, as_of: date) -> Days:
    """Return the day that each customer's latest report agrees on for the next visit; NaT where none does.

    Days before the as-of day are past; of two agreements in reports of one day the earlier day counts. A report that
    puts off a planned visit says when that one is made: it stays that visit.
    """
    whose, day = _whose(records, keys), _days_of(records)
    following = days_in(column(records, "next_contact"))
    is_put_off = pc.and_(
        same_text(column(records, "outcome"), POSTPONED), pc.is_valid(column(records, "visit_id"))
    )
    is_new = ~is_put_off.to_numpy(zero_copy_only=False)
    rows = np.flatnonzero((whose >= 0) & (following >= np.datetime64(as_of)) & is_new)
    rows = rows[np.lexsort((-following[rows].astype(np.int64), day[rows], whose[rows]))]
    agreed = np.full(len(keys), NO_DAY)
    agreed[whose[rows]] = following[rows]  # of several the last one stays
    return agreed


def _whose(records: pd.DataFrame, keys: pa.Array) -> Numbers:
    """Return the position of each record's customer, -1 where the ledger does not have them."""
    by_key = pc.index_in(column(records, "customer_key"), keys)
    placed = pc.fill_null(pc.coalesce(by_key.cast(pa.int64()), column(records, "customer")), -1)
    positions: Numbers = placed.to_numpy(zero_copy_only=False)
    return positions


def _days_of(records: pd.DataFrame) -> Days:
    return days_in(pc.coalesce(column(records, "done_on"), column(records, "planned_on")))

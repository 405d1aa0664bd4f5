"""What planning asks of a ledger and its judgement, a cell a customer: who they are, whose, and their known days.

Visits on record are left to `crmtool.visits.reading.records`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import HIGH, NEVER, STATE, Ledger
from crmtool.rules.cases import Cases
from crmtool.visits.calendar.days import NO_DAY, Days, days_in, latest_of
from crmtool.visits.frames import column


def texts(frame: pd.DataFrame, *fields: str) -> pa.Array:
    """Return the first of some fields that each row has filled in, trimmed; null where none is."""
    found = [
        pc.utf8_trim_whitespace(column(frame, name).cast(pa.string())) for name in fields if name in frame
    ]
    filled = [pc.if_else(pc.equal(cells, ""), None, cells) for cells in found]
    return pc.coalesce(*filled) if filled else pa.nulls(len(frame), pa.string())


def days(frame: Any, field: str) -> Days:
    """Return a field's days; NaT where there is none, or the cell names a span of days."""
    if field not in frame:
        return np.full(len(frame), NO_DAY)
    cells = days_in(column(frame, field))
    is_span = np.zeros(len(cells), bool)
    if field + HIGH in frame:
        highest = days_in(column(frame, field + HIGH))
        is_span = ~np.isnat(highest) & (highest != cells)
    return np.where(is_span, NO_DAY, cells)


def owners(customers: pd.DataFrame) -> pa.Array:
    """Return who looks after each customer: 负责人, else 回访责任人; null where neither is filled in."""
    return texts(customers, "owner", "visit_owner")


def last_order(ledger: Ledger, cases: Cases, as_of: date) -> Days:
    """Return each customer's last order up to the as-of day, from the ledger's cells or its orders; NaT: not known."""
    latest = np.fmax(days(cases.frame, "last_order"), days(ledger.customers.frame, "last_order"))
    latest = np.where(latest <= np.datetime64(as_of), latest, NO_DAY)
    if ledger.orders is None or "order_date" not in ledger.orders.frame:
        return latest
    whose = pc.fill_null(column(ledger.orders.frame, "customer"), -1).to_numpy(zero_copy_only=False)
    ordered = days_in(column(ledger.orders.frame, "order_date"))
    counts = (whose >= 0) & (ordered <= np.datetime64(as_of))
    return np.fmax(latest, latest_of(whose[counts], ordered[counts], len(latest)))


def purchase(cases: Cases, field: str, start: date) -> Days:
    """Return the day that a ladder counts from: NaT for who never bought, the plan's start where it is not known.

    A span of days is taken for its last one.
    """
    frame = cases.frame
    if field not in frame:
        return np.full(len(frame), np.datetime64(start))
    cells = days_in(column(frame, field))
    if field + HIGH in frame:
        cells = np.fmax(cells, days_in(column(frame, field + HIGH)))
    known = np.where(np.isnat(cells), np.datetime64(start), cells)
    if field + STATE not in frame:
        return known
    states = column(frame, field + STATE).fill_null(0).to_numpy(zero_copy_only=False)
    return np.where(states == NEVER, NO_DAY, known)

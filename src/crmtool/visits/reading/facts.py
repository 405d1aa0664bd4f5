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
from crmtool.visits.calendar.span import NO_DAY
from crmtool.visits.calendar.workdays import Days
from crmtool.visits.keys import one_array


def texts(frame: pd.DataFrame, *fields: str) -> pa.Array:
    """Return the first of some fields that each row has filled in, trimmed; null where none is."""
    found = [
        pc.utf8_trim_whitespace(one_array(frame[name]).cast(pa.string())) for name in fields if name in frame
    ]
    filled = [pc.if_else(pc.equal(cells, ""), None, cells) for cells in found]
    return pc.coalesce(*filled) if filled else pa.nulls(len(frame), pa.string())


def days(frame: Any, field: str) -> Days:
    """Return a field's days; NaT where there is none, or the cell names a span of days."""
    if field not in frame:
        return np.full(len(frame), NO_DAY)
    cells = _days(frame[field])
    is_span = np.zeros(len(cells), bool)
    if field + HIGH in frame:
        highest = _days(frame[field + HIGH])
        is_span = ~np.isnat(highest) & (highest != cells)
    return np.where(is_span, NO_DAY, cells)


def last_order(ledger: Ledger, cases: Cases, as_of: date) -> Days:
    """Return each customer's last order up to the as-of day, from the ledger's cells or its orders; NaT: not known."""
    latest = np.fmax(days(cases.frame, "last_order"), days(ledger.customers.frame, "last_order"))
    latest = np.where(latest <= np.datetime64(as_of), latest, NO_DAY)
    if ledger.orders is None or "order_date" not in ledger.orders.frame:
        return latest
    whose = pc.fill_null(one_array(ledger.orders.frame["customer"]), -1).to_numpy(zero_copy_only=False)
    ordered = _days(ledger.orders.frame["order_date"])
    counts = (whose >= 0) & (ordered <= np.datetime64(as_of))
    by_order = np.full(len(latest), np.iinfo(np.int64).min)  # which is NaT
    np.maximum.at(by_order, whose[counts], ordered[counts].astype(np.int64))
    latest_known: Days = np.fmax(latest, by_order.astype("datetime64[D]"))
    return latest_known


def purchase(cases: Cases, field: str, start: date) -> Days:
    """Return the day that a ladder counts from: NaT for who never bought, the plan's start where it is not known.

    A span of days is taken for its last one.
    """
    frame = cases.frame
    if field not in frame:
        return np.full(len(frame), np.datetime64(start))
    cells = _days(frame[field])
    if field + HIGH in frame:
        cells = np.fmax(cells, _days(frame[field + HIGH]))
    known = np.where(np.isnat(cells), np.datetime64(start), cells)
    if field + STATE not in frame:
        return known
    states = one_array(frame[field + STATE]).fill_null(0).to_numpy(zero_copy_only=False)
    return np.where(states == NEVER, NO_DAY, known)


def _days(column: Any) -> Days:
    cells = one_array(column).cast(pa.date32()).to_numpy(zero_copy_only=False)
    found: Days = cells.astype("datetime64[D]")
    return found

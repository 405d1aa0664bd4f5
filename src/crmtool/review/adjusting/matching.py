"""Knows whose row a row of an adjustment table is: by key, by 客户编号, else by name.

What the row says is for the modules that ask.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import column
from crmtool.visits.reading.facts import texts
from crmtool.visits.reporting.candidates import positions


def places_in(rows: pd.DataFrame, customers: pd.DataFrame, keys: pa.Array) -> pa.Array:
    """Return the position in the ledger (int64) of each row's customer; null where none, or more than one, is meant.

    `keys` are those of the ledger's customers. A row with a 客户编号 that the ledger has once is that customer's, whatever
    the name; otherwise the name tells, unless the two have different numbers.
    """
    ids = texts(customers, "customer_id")
    by_key = pc.index_in(column(rows, "customer_key"), keys, skip_nulls=True).cast(pa.int64())
    by_id = positions(column(rows, "customer_id"), ids)
    by_name = positions(column(rows, "name"), texts(customers, "name"))
    is_other = pc.fill_null(pc.not_equal(column(rows, "customer_id"), ids.take(by_name)), False)
    return pc.coalesce(by_key, by_id, pc.if_else(is_other, pa.scalar(None, pa.int64()), by_name))


def is_shared(rows: pd.DataFrame, customers: pd.DataFrame) -> pa.Array:
    """Tell of which rows the ledger has the 客户编号 or the name more than once."""
    told = []
    for name in ("customer_id", "name"):
        counts = texts(customers, name).value_counts()
        shared = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        told.append(pc.is_in(column(rows, name), shared, skip_nulls=True))
    return pc.or_(*told)

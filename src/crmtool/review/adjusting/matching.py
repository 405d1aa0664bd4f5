"""Knows whose row a row of an adjustment table is: by key, by 客户编号, else by name; and which are of two customers.

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

    `keys` are those of the ledger's customers. A row's key counts where its name or 客户编号 is that customer's. A row with
    a 客户编号 that the ledger has once is that customer's, whatever the name; otherwise the name tells, unless the two
    have different numbers. A row that `also_of` tells of is nobody's.
    """
    ids, names = texts(customers, "customer_id"), texts(customers, "name")
    own_id, own_name = column(rows, "customer_id"), column(rows, "name")
    by_key = pc.index_in(column(rows, "customer_key"), keys, skip_nulls=True).cast(pa.int64())
    is_so_called = pc.or_(_are_same(own_id, ids.take(by_key)), _are_same(own_name, names.take(by_key)))
    by_id, by_name = positions(own_id, ids), positions(own_name, names)
    is_other = pc.fill_null(pc.not_equal(own_id, ids.take(by_name)), False)
    nowhere = pa.scalar(None, pa.int64())
    found = pc.coalesce(
        pc.if_else(is_so_called, by_key, nowhere), by_id, pc.if_else(is_other, nowhere, by_name)
    )
    return pc.if_else(pc.is_valid(also_of(rows, customers, keys)), nowhere, found)


def also_of(rows: pd.DataFrame, customers: pd.DataFrame, keys: pa.Array) -> pa.Array:
    """Return whose 客户编号, else whose key, stands in a row that has another customer's name; null in all other rows.

    Number and key stand out of sight: where rows were sorted without them, or typed over, nobody can say whose they are.
    """
    ids, names = texts(customers, "customer_id"), texts(customers, "name")
    own_name = column(rows, "name")
    by_key = pc.index_in(column(rows, "customer_key"), keys, skip_nulls=True).cast(pa.int64())
    told = pc.coalesce(positions(column(rows, "customer_id"), ids), by_key)
    is_known = pc.is_in(own_name, names.drop_null(), skip_nulls=True)
    is_so_called = _are_same(own_name, names.take(told))
    return pc.if_else(pc.and_not(is_known, is_so_called), told, pa.scalar(None, pa.int64()))


def _are_same(first: pa.Array, second: pa.Array) -> pa.Array:
    return pc.fill_null(pc.equal(first, second), False)


def is_shared(rows: pd.DataFrame, customers: pd.DataFrame) -> pa.Array:
    """Tell of which rows the ledger has the 客户编号 or the name more than once."""
    told = []
    for name in ("customer_id", "name"):
        counts = texts(customers, name).value_counts()
        shared = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
        told.append(pc.is_in(column(rows, name), shared, skip_nulls=True))
    return pc.or_(*told)

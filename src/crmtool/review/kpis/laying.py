"""Knows how what is judged once for all customers who are alike is laid out, a row each.

What is judged is left to `crmtool.review.kpis.one`, whose it is to `crmtool.review.kpis.customers`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.kpis.counts import Numbers
from crmtool.review.kpis.one import JUDGED
from crmtool.review.model import CUSTOMER_KPI_COLUMNS

#: The columns of a block of rows; `rank` is the place of a KPI among those of a customer.
BLOCK: Final = pa.schema(
    [
        *((name, kind) for name, kind in CUSTOMER_KPI_COLUMNS.items() if name != "customer_key"),
        ("rank", pa.int64()),
    ]
)


def counts_laid_out(table: pa.Table, size: int) -> dict[str, tuple[Numbers, Numbers]]:
    """Return numerators and denominators of each KPI (COUNT_COLUMNS) over all customers; 0 where one has no part in it."""
    table = table.filter(pc.is_valid(table["customer"]))
    found = {}
    for kpi in pc.unique(table["id"]).to_pylist():
        rows = table.filter(pc.equal(table["id"], kpi))
        places = rows["customer"].to_numpy()
        laid = [np.zeros(size, dtype=np.int64) for _ in range(2)]
        for array, name in zip(laid, ("numerator", "denominator"), strict=True):
            array[places] = rows[name].to_numpy().astype(np.int64)
        found[kpi] = (laid[0], laid[1])
    return found


def alike_rows(columns: list[Numbers]) -> tuple[list[list[int]], Numbers]:
    """Return the distinct rows of some columns, and for each row which of them it is."""
    rows = np.stack(columns, axis=1)
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    is_new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.cumsum(is_new) - 1
    return ordered[is_new].tolist(), place


def block_of(
    rows: list[dict[str, Any]], customers: Numbers, place: Numbers, rank: Numbers, *, is_own: bool
) -> pa.Table:
    """Return the rows of customers of whom each has one of the judged rows."""
    index = pa.array(place)
    cells = {
        name: pa.array([row[name] for row in rows], BLOCK.field(name).type).take(index) for name in JUDGED
    }
    cells |= {
        "customer": pa.array(customers),
        "rank": pa.array(rank),
        "is_own": pa.repeat(is_own, len(customers)),
    }
    return pa.table([cells[name] for name in BLOCK.names], schema=BLOCK)

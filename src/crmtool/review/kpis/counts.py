"""Knows the rows that a KPI is counted as, one a customer, and how they are laid out over customers.

What is counted is left to the modules beside this one; what it comes to for a group of customers, to `results`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.rules.arrays import Mask
from crmtool.rules.measuring.windows import Window
from crmtool.visits.frames import day, one_array

Numbers = NDArray[np.int64]

#: One row a KPI and customer who has part in it. `customer` is the position in the ledger, null where what is counted is
#: of nobody in it. Both figures are whole numbers: customers, answers, visits, orders, days; of `aov` fen ÷ orders.
#: `aov_before` is `aov` in the period before: the other half of `aov_change`, which has no rows of its own.
COUNT_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "id": pa.string(),
    "customer": pa.int64(),
    "numerator": pa.float64(),
    "denominator": pa.float64(),
}


@dataclass(frozen=True)
class Measured:
    """What the KPIs of a period were counted as.

    `counts` (COUNT_COLUMNS) are sorted by KPI in the order of `KPIS`, then by customer. `missing` says for each KPI that
    is not known what is lacking (a key of `crmtool.review.kpis.definitions.MISSING`); a KPI is in one of the two.
    `labels` are the names of those that are not in `KPIS` (`response_…`).
    """

    counts: pd.DataFrame
    missing: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    """One KPI: for each customer what is counted, and out of what; those with neither have no part in it.

    `left_out` are customers of whom the records cannot tell.
    """

    numerator: Numbers
    denominator: Numbers
    left_out: Mask | None = None

    def rows(self, kpi: str) -> pa.Table:
        """Return the rows of the customers who have part (COUNT_COLUMNS)."""
        has_part = (self.numerator != 0) | (self.denominator != 0)
        if self.left_out is not None:
            has_part &= ~self.left_out
        places = np.flatnonzero(has_part)
        return table_of(kpi, pa.array(places), self.numerator[places], self.denominator[places])


def table_of(kpi: str, customer: pa.Array, numerator: Any, denominator: Any) -> pa.Table:
    """Return rows of a KPI as they stand in `Measured.counts`."""
    cells = (pa.repeat(kpi, len(customer)), customer, pa.array(numerator), pa.array(denominator))
    return pa.table(
        {name: cell.cast(kind) for cell, (name, kind) in zip(cells, COUNT_COLUMNS.items(), strict=True)}
    )


#: What counting a KPI gives: its rows, or the key of what is lacking.
Outcome = Counts | pa.Table | str


def inside(days: pa.Array | pa.ChunkedArray, window: Window) -> pa.Array:
    """Tell which days lie in a window; an empty cell does not."""
    held = pc.less_equal(days, day(window.end))
    if window.start is not None:
        held = pc.and_(held, pc.greater(days, day(window.start)))
    return one_array(pc.fill_null(held, False))


def tally(customers: pa.Array | pa.ChunkedArray, size: int) -> Numbers:
    """Return how many rows each customer has; rows of nobody are left out.

    >>> tally(pa.array([2, 0, None, 2]), 3).tolist()
    [1, 0, 2]
    """
    places = one_array(customers).drop_null().to_numpy(zero_copy_only=False)
    return np.bincount(places, minlength=size).astype(np.int64)


def laid_out(rows: pa.Table, size: int) -> Numbers:
    """Return a measure's rows (`customer`, `value`) over all customers; 0 where one has none."""
    found = np.zeros(size, dtype=np.int64)
    found[rows["customer"].to_numpy()] = rows["value"].cast(pa.int64()).to_numpy()
    return found


def as_numbers(mask: Mask) -> Numbers:
    """Return 1 where the mask holds, else 0."""
    return mask.astype(np.int64)

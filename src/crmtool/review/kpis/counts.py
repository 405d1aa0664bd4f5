"""Knows the rows that a KPI is counted as, one a customer, and how they are laid out over customers.

What is counted is left to the modules beside this one; what it comes to for a group of customers, to `results`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.ledger.quantities import Duration
from crmtool.review.kpis.ground import KpiGround
from crmtool.rules.arrays import Mask
from crmtool.rules.measuring.order_measures import count_orders, sum_amounts
from crmtool.rules.measuring.records import Records
from crmtool.rules.measuring.windows import Window, window_of
from crmtool.visits.frames import column, day, one_array, same_text
from crmtool.visits.model import OUTCOME_DONE

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
#: Silent is who has not ordered for so long.
SILENT: Final = Duration(months=6)
YEAR: Final = Duration(months=12)


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


@dataclass(frozen=True)
class Basis:
    """The ground with its windows and what several KPIs count from, each found once.

    `shared` are the ledger's orders where they were made ready before, for another period.
    """

    ground: KpiGround
    shared: Records | None = None

    @property
    def customers(self) -> int:
        """Return how many customers the ledger has."""
        return len(self.ground.tiers)

    @cached_property
    def now(self) -> Window:
        """Return the days of the period, cut at the as-of day."""
        period = self.ground.period
        return Window(period.first - timedelta(days=1), min(period.last, self.ground.as_of))

    @cached_property
    def before(self) -> Window:
        """Return the days of the period before."""
        period = self.ground.period.before
        return Window(period.first - timedelta(days=1), period.last)

    @cached_property
    def year(self) -> Window:
        """Return the 12 months to the as-of day."""
        return window_of(self.ground.as_of, YEAR)

    @cached_property
    def earlier(self) -> Window:
        """Return all days before the period."""
        return Window(None, self.before.end)

    @cached_property
    def orders(self) -> Records:
        """Return the ledger's orders, ready to be counted."""
        return self.shared or Records(self.ground.ledger, "orders")

    @cached_property
    def doubtful(self) -> Mask:
        """Return the customers of whom the orders cannot tell: some are undated, or may be those of another."""
        return self.orders.doubtful(self.now, ())

    def lacking_orders(self, window: Window) -> str:
        """Return why the orders cannot tell a window: a key of `MISSING`, or "" where they can."""
        if not self.orders.has("customer", "order_date"):
            return "no_orders"
        return "" if window.is_covered_from(self.orders.first_day) else "orders_late"

    def lacking_orders_before(self) -> str:
        """Return why the orders cannot tell whether somebody had ordered before the period, or ""."""
        first = self.orders.first_day if self.orders.has("customer", "order_date") else None
        return self.lacking_orders(self.earlier) or (
            "orders_late" if first and first > self.earlier.end else ""
        )

    @cached_property
    def _orders(self) -> Any:
        """Return one row per order as Arrow holds it: counting takes a fifth of the time then."""
        frame = self.orders.orders.to_native()
        return nw.from_native(pa.Table.from_pandas(frame, preserve_index=False))

    @cached_property
    def _found(self) -> dict[Window, Numbers]:
        return {}

    def orders_in(self, window: Window) -> Numbers:
        """Return how many orders each customer placed in a window."""
        if window not in self._found:
            self._found[window] = laid_out(count_orders(self._orders, window).to_native(), self.customers)
        return self._found[window]

    def amounts_in(self, window: Window) -> Numbers:
        """Return each customer's net amount in a window, in fen."""
        lines = self.orders.frame[["customer", "order_date", "amount"]]
        table = nw.from_native(pa.Table.from_pandas(lines, preserve_index=False))
        return laid_out(sum_amounts(table, window).to_native(), self.customers)

    def order_days(self) -> tuple[pa.Array, pa.Array]:
        """Return the customer and day of every order."""
        table = self._orders.to_native()
        return one_array(table["customer"]), one_array(table["order_date"])

    @cached_property
    def visits(self) -> pa.Table:
        """Return the visits that were made up to the as-of day: `customer`, `day`, and what was answered."""
        records = self.ground.records
        days = pc.coalesce(column(records, "done_on"), column(records, "planned_on"))
        names = ("satisfaction", "recommend", "joined_services", "converted", "complaint")
        table = pa.table(
            {"customer": column(records, "customer"), "day": days, **{n: column(records, n) for n in names}}
        )
        is_made = same_text(column(records, "outcome"), OUTCOME_DONE)
        return table.filter(pc.and_(is_made, pc.less_equal(days, day(self.ground.as_of))))

    @cached_property
    def visits_now(self) -> pa.Table:
        """Return those of the period."""
        return self.visits.filter(inside(self.visits["day"], self.now))


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

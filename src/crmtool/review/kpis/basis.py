"""Knows what several KPIs are counted from: the days of a period, orders in them, visits that were made.

What each KPI makes of it is left to the modules beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

import narwhals.stable.v2 as nw
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.quantities import Duration
from crmtool.review.kpis.counts import Numbers, inside, laid_out
from crmtool.review.kpis.ending import has_ended
from crmtool.review.kpis.ground import KpiGround
from crmtool.rules.arrays import Mask
from crmtool.rules.measuring.order_measures import count_orders, sum_amounts
from crmtool.rules.measuring.records import Records
from crmtool.rules.measuring.windows import Window, window_of
from crmtool.visits.frames import column, day, one_array, same_text
from crmtool.visits.model import OUTCOME_DONE

#: Silent is who has not ordered for so long.
SILENT: Final = Duration(months=6)
YEAR: Final = Duration(months=12)


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
        if has_ended(self.orders.last_day, self.ground.period):
            return "orders_ended"
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

"""Knows the KPIs that are counted from orders: who came back, who stayed away, how much and what was bought.

What an order is, and whose orders cannot be counted, is left to `crmtool.rules.measuring`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.kpis.basis import SILENT, Basis
from crmtool.review.kpis.counts import Counts, Numbers, Outcome, as_numbers, inside, tally
from crmtool.rules.arrays import array_of
from crmtool.rules.measuring.windows import Window


def repeat_rate(basis: Basis) -> Outcome:
    """Count who ordered twice or more, of those who ordered in the 12 months."""
    if lacking := basis.lacking_orders(basis.year):
        return lacking
    orders = basis.orders_in(basis.year)
    return Counts(as_numbers(orders >= 2), as_numbers(orders >= 1), basis.doubtful)


def retention(basis: Basis) -> Outcome:
    """Count who ordered in this period too, of those who ordered in the one before."""
    return _of_those_before(basis, is_back=True)


def churn_rate(basis: Basis) -> Outcome:
    """Count who did not order in this period, of those who ordered in the one before."""
    return _of_those_before(basis, is_back=False)


def _of_those_before(basis: Basis, *, is_back: bool) -> Outcome:
    if lacking := basis.lacking_orders(basis.before):
        return lacking
    had, has = basis.orders_in(basis.before) > 0, basis.orders_in(basis.now) > 0
    return Counts(as_numbers(had & (has == is_back)), as_numbers(had), basis.doubtful)


def new_orders(basis: Basis) -> Outcome:
    """Count the orders of the period, of each customer."""
    if lacking := basis.lacking_orders(basis.now):
        return lacking
    return Counts(basis.orders_in(basis.now), np.ones(basis.customers, dtype=np.int64), basis.doubtful)


def order_value(basis: Basis, window: Window) -> Outcome:
    """Count the net amount of a window in fen, and its orders; a refund lowers the sum of its own day."""
    if lacking := basis.lacking_orders(window):
        return lacking
    if not basis.orders.has("amount"):
        return "no_amounts"
    left_out = basis.orders.doubtful(window, ("amount",))
    return Counts(basis.amounts_in(window), basis.orders_in(window), left_out)


def reactivation_rate(basis: Basis) -> Outcome:
    """Count who ordered in the period, of those who had ordered, but not in the 6 months before its first day."""
    first = basis.ground.period.first
    silence = Window(SILENT.before(first) - timedelta(days=1), basis.earlier.end)
    if lacking := basis.lacking_orders(silence):
        return lacking
    is_silent = (basis.orders_in(basis.earlier) > 0) & (basis.orders_in(silence) == 0)
    came_back = is_silent & (basis.orders_in(basis.now) > 0)
    return Counts(as_numbers(came_back), as_numbers(is_silent), basis.doubtful)


def cross_sell_rate(basis: Basis) -> Outcome:
    """Count who bought two types of products or more, of those who ordered in the 12 months.

    Who has lines without a type, and fewer than two types on the others, is left out.
    """
    if lacking := basis.lacking_orders(basis.year):
        return lacking
    if not basis.orders.has("product_type"):
        return "no_types"
    types = _types(basis)
    has_two = (basis.orders_in(basis.year) > 0) & (types >= 2)
    untold = basis.orders.doubtful(basis.year, ("product_type",)) & ~has_two
    return Counts(as_numbers(has_two), as_numbers(basis.orders_in(basis.year) > 0), basis.doubtful | untold)


def _types(basis: Basis) -> Numbers:
    """Return how many types of products each customer bought in the 12 months; what came back alone is none."""
    frame = basis.orders.frame
    kinds, days = array_of(frame["product_type"]), array_of(frame["order_date"])
    counts = pc.and_(inside(days, basis.year), pc.is_valid(kinds))
    if "amount" in frame:
        counts = pc.and_(counts, pc.fill_null(pc.greater_equal(array_of(frame["amount"]), 0), True))
    lines = pa.table({"customer": array_of(frame["customer"]), "kind": kinds}).filter(counts)
    distinct = lines.group_by(["customer", "kind"], use_threads=False).aggregate([])
    return tally(distinct["customer"], basis.customers)


OF_ORDERS: Final[Mapping[str, Callable[[Basis], Outcome]]] = {
    "repeat_rate": repeat_rate,
    "retention": retention,
    "churn_rate": churn_rate,
    "aov": lambda basis: order_value(basis, basis.now),
    "aov_before": lambda basis: order_value(basis, basis.before),
    "new_orders": new_orders,
    "reactivation_rate": reactivation_rate,
    "cross_sell_rate": cross_sell_rate,
}

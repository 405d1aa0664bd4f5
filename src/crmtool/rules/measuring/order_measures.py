"""Measures over orders, per customer: how often, how much, since when, how steadily.

Every function takes and gives frames of any kind that narwhals knows (Arrow-backed pandas, a DuckDB relation),
in comparisons, casts, arithmetic and grouping only. What a customer without a row here means is said in
`crmtool.rules.measuring.derive`.

`lines` has a row per order line: `customer`, `order_date`, and where the ledger has them `amount` (fen, refunds
negative) and `order_no`. Results have `customer` and `value`, one row for each customer with something to count.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from crmtool.rules.conditions import Bound
from crmtool.rules.measuring.windows import Window, days_since, months_from, year_window

#: A narwhals frame, eager or lazy: both have the methods used here, but no common type.
Frame: TypeAlias = Any

_ANY_DAY = date(2000, 1, 1)


def orders_of(lines: Frame) -> Frame:
    """Return one row per order: `customer`, `order_date`, `one` (1), and `amount` where the lines have one.

    An order is a distinct order number of a customer, or a distinct day where a line has no number; its date is
    its first line's, its amount the net of all its lines. What consists of refunds alone is no order. Lines
    without a customer or a date are left out.
    """
    names = lines.collect_schema().names()
    known = lines.filter(~nw.col("customer").is_null(), ~nw.col("order_date").is_null())
    has_amount = "amount" in names
    refund = (nw.col("amount") < 0).fill_null(False) if has_amount else nw.col("customer") < 0
    known = known.with_columns(bought=(~refund).cast(nw.Int64))
    if "order_no" not in names:
        return _grouped(known, ["customer", "order_date"], has_amount)
    by_number = _grouped(known.filter(~nw.col("order_no").is_null()), ["customer", "order_no"], has_amount)
    by_day = _grouped(known.filter(nw.col("order_no").is_null()), ["customer", "order_date"], has_amount)
    return nw.concat([by_number, by_day])


def _grouped(lines: Frame, keys: list[str], has_amount: bool) -> Frame:
    first = nw.col("order_date").min().alias("first_date")
    amounts = [nw.col("amount").sum()] if has_amount else []
    orders = lines.group_by(keys).agg(first, nw.col("bought").max(), *amounts)
    columns = [nw.col("customer"), nw.col("first_date").alias("order_date"), nw.col("bought").alias("one")]
    amount = [nw.col("amount").cast(nw.Int64)] if has_amount else []
    return orders.filter(nw.col("bought") == 1).select(*columns, *amount)


def count_orders(orders: Frame, window: Window) -> Frame:
    """Return how many orders each customer placed in the window (int64)."""
    return _total(orders.filter(window.holds("order_date")), "one")


def sum_amounts(lines: Frame, window: Window) -> Frame:
    """Return each customer's net amount in the window (int64, fen): a refund lowers the sum of its own day."""
    return _total(lines.filter(window.holds("order_date")), "amount")


def extreme_order(orders: Frame, window: Window, column: str, *, is_max: bool) -> Frame:
    """Return the latest or first `order_date`, or the largest or smallest net `amount`, of a customer's orders."""
    value = nw.col(column).max() if is_max else nw.col(column).min()
    return orders.filter(window.holds("order_date")).group_by("customer").agg(value.alias("value"))


def mean_order(orders: Frame, window: Window) -> Frame:
    """Return the mean net amount of each customer's orders (int64, fen, half a fen up)."""
    sums = orders.filter(window.holds("order_date")).group_by("customer")
    totals = sums.agg(nw.col("amount").sum(), nw.col("one").sum())
    amount, orders_count = nw.col("amount").cast(nw.Int64), nw.col("one").cast(nw.Int64)
    return totals.select("customer", value=(amount * 2 + orders_count) // (orders_count * 2))


def orders_per_month(orders: Frame, window: Window) -> Frame:
    """Return orders in the window per month since the customer's first one in it (float64).

    Months are those begun from the first order in the window to the as-of date: at least 1, at most 12.
    """
    groups = orders.filter(window.holds("order_date")).group_by("customer")
    counted = groups.agg(nw.col("one").sum(), nw.col("order_date").min())
    return counted.select("customer", value=nw.col("one") / months_from("order_date", window.end))


def trend(parts: Frame, window: Window, before: Window, column: str) -> Frame:
    """Return the growth of a total from the window before to this one (float64, 0.2 is +20 %).

    `column` is `amount` of lines or `one` of orders. Nothing before and something now is above every bound
    (inf); nothing in both is 0. A total below zero counts as nothing before. Both windows must be covered by the
    records: compared with a part of a window everything grew.
    """
    now = _total(parts.filter(window.holds("order_date")), column).rename({"value": "now"})
    then = _total(parts.filter(before.holds("order_date")), column).rename({"value": "then"})
    everyone = nw.concat([then.select("customer"), now.select("customer")]).unique()
    both = everyone.join(now, on="customer", how="left").join(then, on="customer", how="left")
    both = both.with_columns(nw.col("now").fill_null(0), nw.col("then").fill_null(0))
    nothing = both.filter((nw.col("now") <= 0) & (nw.col("then") <= 0))
    something = both.filter((nw.col("now") > 0) | (nw.col("then") > 0))
    base = nw.col("then") * (nw.col("then") > 0).cast(nw.Int64)
    flat = nothing.select("customer", value=(nw.col("customer") * 0).cast(nw.Float64))
    return nw.concat([something.select("customer", value=nw.col("now") / base - 1), flat])


def consecutive_years(lines: Frame, as_of: date, threshold: Bound, first_day: date) -> Frame:
    """Return how many twelve-month windows in a row, back from `as_of`, reach the threshold (int64).

    Beside `value` there is `sums`: 1 where the window that ended the run holds lines of the customer, so that it
    is known to have failed, else 0. `threshold` is in fen; `more_than` is exclusive. `first_day` is the first day
    of any line.
    """
    year = nw.col("customer") * 0
    years_ago = 0
    while (window := year_window(as_of, years_ago)).end >= first_day:
        year = year + (nw.col("order_date") <= window.end).cast(nw.Int64)
        years_ago += 1
    dated = lines.filter(window_to(as_of).holds("order_date"), ~nw.col("customer").is_null())
    yearly = _total(dated.with_columns(year=year), "amount", "year")
    total, bound = nw.col("value"), int(threshold.value)  # type: ignore[arg-type]
    reached = yearly.filter(total >= bound if threshold.inclusive else total > bound)
    reached = reached.with_columns(one=(nw.col("year") > 0).cast(nw.Int64))
    ranked = reached.with_columns(
        rank=nw.col("one").cum_sum().over("customer", order_by="year").cast(nw.Int64)
    )
    runs = _total(ranked.filter(nw.col("rank") == nw.col("year")), "one").rename({"value": "run"})
    known = yearly.select("customer", "year").join(runs, on="customer", how="left")
    known = known.with_columns(nw.col("run").fill_null(0))
    ended = known.with_columns(sums=(nw.col("year") == nw.col("run") + 1).cast(nw.Int64)).group_by("customer")
    return ended.agg(nw.col("run").max().alias("value"), nw.col("sums").max())


def window_to(as_of: date) -> Window:
    """Return the window that holds every day up to `as_of`."""
    return Window(None, as_of)


def repeat_rate(orders: Frame, window: Window) -> Frame:
    """Return the share of a customer's orders in the window that were not the first ever (float64).

    Customers without an order in the window have none.
    """
    first = orders.group_by("customer").agg(nw.col("order_date").min().alias("first"))
    began = first.select("customer", began=window.holds("first").cast(nw.Int64))
    counted = count_orders(orders, window).join(began, on="customer", how="inner")
    return counted.select("customer", value=(nw.col("value") - nw.col("began")) / nw.col("value"))


def interval_median_days(orders: Frame, window: Window) -> Frame:
    """Return the median of the days between a customer's order days in the window (float64).

    Customers with fewer than two order days have none.
    """
    days = orders.filter(window.holds("order_date")).select("customer", "order_date").unique()
    days = days.with_columns(day=days_since("order_date", _ANY_DAY) * -1)
    gaps = days.with_columns(gap=nw.col("day") - nw.col("day").shift(1).over("customer", order_by="day"))
    known = gaps.filter(~nw.col("gap").is_null())
    return known.group_by("customer").agg(nw.col("gap").median().alias("value"))


def _total(rows: Frame, column: str, *keys: str) -> Frame:
    """Return the sum of a column per customer (and other keys) as int64 `value`; rows of nobody are left out."""
    groups = rows.filter(~nw.col("customer").is_null()).group_by("customer", *keys)
    return groups.agg(nw.col(column).sum().alias("value")).with_columns(nw.col("value").cast(nw.Int64))

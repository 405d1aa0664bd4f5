"""Which measure a field's derivation asks for, over which window, and whether having no row there is a fact.

The measures are in `order_measures` and `record_measures` beside this file; laying the counts out over all
customers is in `derive`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import narwhals.stable.v2 as nw
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.quantities import UNBOUNDED, Duration
from crmtool.rules.measuring import order_measures as of_orders
from crmtool.rules.measuring import record_measures as of_records
from crmtool.rules.measuring.order_measures import Frame
from crmtool.rules.measuring.records import Records
from crmtool.rules.measuring.windows import MONTHS_PER_YEAR, Window, window_before, window_of, years_covered
from crmtool.rules.model import Derivation

_YEAR = Duration(months=MONTHS_PER_YEAR)


@dataclass(frozen=True, slots=True)
class Counted:
    """What a measure gave: `rows` (`customer`, `value`, perhaps `high`) and what having no row means.

    `absent` is what a customer without a row has, where that is anything, and `is_covered` whether it is a fact:
    the records reach back to the first day of `reach`. `window` holds the days whose rows matter. With
    `is_told` false the records cannot tell the field for anyone. `is_part` says that a total is of a part of its
    window: the records begin within it, later than they ever pause.
    """

    rows: pa.Table
    absent: Literal["zero", "never"] | None
    window: Window
    reach: Window
    is_covered: bool
    is_told: bool = True
    is_part: bool = False


def count(
    source: Records, bought: Records, how: Derivation, as_of: date, asked: Duration | None = None
) -> Counted:
    """Return what a derivation counts in a table that has its columns.

    `bought` are the orders (for shares per order). `asked` is the longest span that any test asks of a date: a
    date without a window is a fact only if the records reach back that far.
    """
    window = window_of(as_of, how.window)
    if how.of == source.day:
        return _dates(source, how, window, window_of(as_of, how.window or asked))
    if how.measure == "consecutive_years":
        return _years(source, how, as_of)
    if how.measure == "trend":
        return _trend(source, how, as_of)
    if how.measure in ("sum", "count"):
        rows = _as_rate(_totals(source, how, window), how, window)
        return _counted(rows, "zero", window, source)
    return _counted(_values(source, bought, how, window), None, window, source)


def _counted(rows: Frame, absent: Literal["zero"] | None, window: Window, source: Records) -> Counted:
    is_covered = absent is None or window.is_covered_from(source.first_day)
    is_part = not is_covered and source.begins_within(window)
    return Counted(rows.to_arrow(), absent, window, window, is_covered, is_part=is_part)


def _totals(source: Records, how: Derivation, window: Window) -> Frame:
    if source.source != "orders":
        return of_records.count_rows(of_records.of_kind(source.rows, how.kind), source.day, window)
    if how.measure == "sum":
        return of_orders.sum_amounts(source.rows, window)
    if how.divisor == "active_months":
        return of_orders.orders_per_month(source.orders, window)
    return of_orders.count_orders(source.orders, window)


def _as_rate(rows: Frame, how: Derivation, window: Window) -> Frame:
    """Return a total of the window per span, where the derivation asks for a rate (float64)."""
    if not isinstance(how.per, Duration) or how.window is None:
        return rows
    if how.divisor == "active_months":
        spans = 1 / max(how.per.months, 1)
    elif how.per.days == 0 and how.window.days == 0:
        spans = how.window.months / how.per.months
    else:
        start = window.start or window.end
        spans = (window.end - start).days / (window.end - how.per.before(window.end)).days
    return rows.with_columns(nw.col("value") / spans)


_OF_ORDERS: Mapping[str, Callable[[Frame, Window], Frame]] = {
    "max": lambda rows, window: of_orders.extreme_order(rows, window, "amount", is_max=True),
    "min": lambda rows, window: of_orders.extreme_order(rows, window, "amount", is_max=False),
    "mean": of_orders.mean_order,
    "repeat_rate": of_orders.repeat_rate,
    "interval_median": of_orders.interval_median_days,
}
_OF_RECORDS: Mapping[str, Callable[[Frame, str, Window, str], Frame]] = {
    "max": of_records.largest,
    "mean": of_records.mean,
    "latest": of_records.latest,
}


def _values(source: Records, bought: Records, how: Derivation, window: Window) -> Frame:
    if source.source == "orders":
        return _OF_ORDERS[how.measure](source.orders, window)
    if how.measure != "share":
        return _OF_RECORDS[how.measure](source.rows, source.day, window, str(how.of))
    part = of_records.count_rows(of_records.of_kind(source.rows, how.kind), source.day, window)
    if how.per == "order":
        return of_records.share(part, of_orders.count_orders(bought.orders, window))
    return of_records.share(part, of_records.count_rows(source.rows, source.day, window))


def _dates(source: Records, how: Derivation, window: Window, reach: Window) -> Counted:
    is_max = how.measure != "min"
    if source.source == "orders":
        rows = of_orders.extreme_order(source.orders, window, source.day, is_max=is_max)
    else:
        rows = of_records.largest(source.rows, source.day, window, source.day)
    is_covered = reach.is_covered_from(source.first_day)
    # The first order of a sheet that begins too late may not have been the first: it tells no age at all.
    return Counted(rows.to_arrow(), "never", window, reach, is_covered, is_told=is_max or is_covered)


def _years(source: Records, how: Derivation, as_of: date) -> Counted:
    if how.threshold is None:
        raise ValueError("consecutive_years without a threshold")
    first = source.first_day or as_of
    rows = of_orders.consecutive_years(source.rows, as_of, how.threshold, first).to_arrow()
    covered = years_covered(as_of, source.first_day)
    # A run that ends where the records begin may go on before them.
    may_go_on = pc.and_(pc.greater_equal(rows["value"], covered), pc.equal(rows["sums"], 0))
    rows = rows.append_column("high", pc.if_else(may_go_on, UNBOUNDED, pa.scalar(None, pa.float64())))
    return Counted(rows, "zero", Window(None, as_of), window_of(as_of, _YEAR), covered >= 1)


def _trend(source: Records, how: Derivation, as_of: date) -> Counted:
    span, versus = how.window or _YEAR, how.versus or how.window or _YEAR
    window, before = window_of(as_of, span), window_before(as_of, span, versus)
    is_covered = before.is_covered_from(source.first_day)
    parts, column = (source.orders, "one") if how.of == "count" else (source.rows, "amount")
    rows = of_orders.trend(parts, window, before, column).to_arrow()
    # Compared with a part of the window before everybody grew: it tells no growth at all.
    return Counted(rows, "zero", Window(before.start, as_of), before, is_covered, is_told=is_covered)

"""Measures over orders, worked out by hand; as of 2024-06-30 unless said, amounts in fen."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals.stable.v2 as nw
import pytest
from small_ledgers import records

from crmtool.ledger.ledger import Table
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Bound
from crmtool.rules.measuring import order_measures as of_orders
from crmtool.rules.measuring.windows import window_before, window_of

AS_OF = date(2024, 6, 30)
YEAR = window_of(AS_OF, Duration(months=12))


def result(rows: Any, name: str = "value") -> dict[int, Any]:
    """Return a measure's values by customer."""
    table = rows.to_arrow()
    return dict(zip(table["customer"].to_pylist(), table[name].to_pylist(), strict=True))


def lines(*rows: tuple[int | None, str | None, int | None, str | None]) -> Any:
    """Return order lines (customer, date, amount, order number) for narwhals."""
    customer, day, amount, number = zip(*rows, strict=True)
    table: Table = records(customer=customer, order_date=day, amount=amount, order_no=number)
    return nw.from_native(table.frame)


def test_an_order_is_a_distinct_number_else_a_distinct_day() -> None:
    bought = lines(
        (0, "2024-05-01", 100, "A1"),
        (0, "2024-05-02", 100, "A1"),  # the same order, a line booked a day later
        (0, "2024-05-02", 100, "A2"),
        (0, "2024-05-03", 100, None),
        (0, "2024-05-03", 100, None),  # the same day
        (1, "2024-05-03", 100, "A1"),  # another customer's number
    )
    assert result(of_orders.count_orders(of_orders.orders_of(bought), YEAR)) == {0: 3, 1: 1}


def test_a_refund_lowers_the_sum_and_is_no_purchase() -> None:
    bought = lines((0, "2024-05-01", 50_000, "A1"), (0, "2024-06-20", -20_000, "R1"))
    orders = of_orders.orders_of(bought)
    assert result(of_orders.sum_amounts(bought, YEAR)) == {0: 30_000}
    assert result(of_orders.count_orders(orders, YEAR)) == {0: 1}
    assert result(of_orders.extreme_order(orders, YEAR, "order_date", is_max=True)) == {0: date(2024, 5, 1)}


def test_a_refund_with_the_order_s_number_lowers_that_order_and_keeps_its_date() -> None:
    bought = lines(
        (0, "2024-05-01", 50_000, "A1"), (0, "2024-06-20", -20_000, "A1"), (0, "2024-06-01", 40_000, "A2")
    )
    orders = of_orders.orders_of(bought)
    assert result(of_orders.count_orders(orders, YEAR)) == {0: 2}
    assert result(of_orders.extreme_order(orders, YEAR, "amount", is_max=False)) == {0: 30_000}
    assert result(of_orders.extreme_order(orders, YEAR, "amount", is_max=True)) == {0: 40_000}


def test_the_first_day_of_a_twelve_month_window_counts_and_the_day_before_does_not() -> None:
    bought = lines((0, "2023-06-30", 100, None), (1, "2023-07-01", 100, None), (2, "2024-06-30", 100, None))
    assert result(of_orders.sum_amounts(bought, YEAR)) == {1: 100, 2: 100}


def test_the_mean_order_is_net_amount_by_orders_half_a_fen_up() -> None:
    bought = lines((0, "2024-05-01", 100, "A1"), (0, "2024-05-02", 101, "A2"), (1, "2024-05-02", 100, "B1"))
    assert result(of_orders.mean_order(of_orders.orders_of(bought), YEAR)) == {0: 101, 1: 100}


@pytest.mark.parametrize(
    ("first", "orders", "rate"),
    [
        ("2024-06-30", 1, 1.0),  # the as-of date itself: one month begun
        ("2024-05-31", 1, 1.0),
        ("2024-05-30", 1, 0.5),  # a whole month before: the second has begun
        ("2023-07-01", 1, 1 / 12),  # the window's first day: twelve
    ],
)
def test_months_are_those_begun_since_the_first_order(first: str, orders: int, rate: float) -> None:
    bought = lines((0, first, 100, None))
    assert result(of_orders.orders_per_month(of_orders.orders_of(bought), YEAR)) == {0: pytest.approx(rate)}


def test_two_orders_a_month_for_a_year_are_exactly_two_a_month() -> None:
    days = [
        (0, f"20{23 + (m > 12)}-{(m - 1) % 12 + 1:02}-{d:02}", 1, None) for m in range(7, 19) for d in (5, 20)
    ]
    assert result(of_orders.orders_per_month(of_orders.orders_of(lines(*days)), YEAR)) == {0: 2.0}


BEFORE = window_before(AS_OF, Duration(months=12), Duration(months=12))


def test_trend_compares_with_the_window_before() -> None:
    bought = lines(
        (0, "2023-06-30", 10_000, None),  # the last day of the window before
        (0, "2023-07-01", 12_000, None),  # the first day of this one
        (1, "2024-01-01", 5_000, None),  # nothing before
        (2, "2022-12-01", 5_000, None),  # nothing now
        (3, "2020-01-01", 5_000, None),  # nothing in both
        (4, "2023-01-01", -5_000, None),  # only a refund before, and nothing now
        (4, "2022-05-01", 9_000, None),
    )
    found = result(of_orders.trend(bought, YEAR, BEFORE, "amount"))
    assert found == {0: pytest.approx(0.2), 1: float("inf"), 2: -1.0, 4: 0.0}


def test_trend_of_the_number_of_orders_counts_orders() -> None:
    bought = lines(
        (0, "2023-01-01", 1, "A"),
        (0, "2023-01-01", 1, "A"),
        (0, "2024-01-01", 1, "B"),
        (0, "2024-01-02", 1, "C"),
    )
    found = of_orders.trend(of_orders.orders_of(bought), YEAR, BEFORE, "one")
    assert result(found) == {0: 1.0}


MORE_THAN_10_000_YUAN = Bound(1_000_000, inclusive=False)


def test_consecutive_years_stop_at_the_first_window_that_fails() -> None:
    bought = lines(
        (0, "2024-01-01", 1_000_001, None),
        (0, "2023-01-01", 1_000_001, None),
        (0, "2021-01-01", 9_000_000, None),  # after a year without orders
        (1, "2024-01-01", 1_000_000, None),  # exactly the line is not more than it
        (2, "2023-01-01", 9_000_000, None),  # not the current year
        (3, "2024-06-30", 600_000, None),  # two orders of one window add up
        (3, "2023-07-01", 600_000, None),
        (3, "2023-06-30", 1_200_000, None),
        (3, "2022-06-30", 1_200_000, None),
    )
    found = of_orders.consecutive_years(bought, AS_OF, MORE_THAN_10_000_YUAN, date(2021, 1, 1))
    assert result(found) == {0: 2, 1: 0, 2: 0, 3: 3}
    assert result(found, "sums") == {0: 0, 1: 1, 2: 0, 3: 0}


def test_consecutive_years_with_at_least_include_the_line() -> None:
    found = of_orders.consecutive_years(
        lines((0, "2024-01-01", 1_000_000, None)), AS_OF, Bound(1_000_000, inclusive=True), date(2024, 1, 1)
    )
    assert result(found) == {0: 1}


def test_the_repeat_rate_leaves_out_the_first_order_ever() -> None:
    bought = lines(
        (0, "2024-01-01", 1, None), (0, "2024-02-01", 1, None), (0, "2024-03-01", 1, None),
        (1, "2020-01-01", 1, None), (1, "2024-03-01", 1, None),
        (2, "2024-03-01", 1, None),
        (3, "2020-01-01", 1, None),
    )  # fmt: skip
    found = result(of_orders.repeat_rate(of_orders.orders_of(bought), YEAR))
    assert found == {0: pytest.approx(2 / 3), 1: 1.0, 2: 0.0}


def test_the_interval_median_is_in_days_between_order_days() -> None:
    bought = lines(
        (0, "2024-01-31", 1, "A"), (0, "2024-01-31", 1, "B"), (0, "2024-02-29", 1, "C"), (0, "2024-03-01", 1, "D"),
        (1, "2024-03-01", 1, None),
    )  # fmt: skip
    assert result(of_orders.interval_median_days(of_orders.orders_of(bought), YEAR)) == {0: 15.0}

"""The measures give the same on Arrow-backed pandas and on DuckDB relations."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmtool.ledger.quantities import Duration
from crmtool.rules.arrays import is_arrow_backed
from crmtool.rules.conditions import Bound
from crmtool.rules.measuring import order_measures as of_orders
from crmtool.rules.measuring import record_measures as of_records
from crmtool.rules.measuring.windows import window_before, window_of

AS_OF = date(2024, 2, 29)
YEAR = window_of(AS_OF, Duration(months=12))
BEFORE = window_before(AS_OF, Duration(months=12), Duration(months=12))
FIRST = AS_OF - timedelta(days=1500)

ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 4),
        st.none() | st.sampled_from(["A", "B", "C"]),
        st.none() | st.integers(0, 1500).map(lambda days: AS_OF - timedelta(days=days)),
        st.none() | st.integers(-5_000, 20_000),
        st.none() | st.sampled_from(["重大投诉", "普通咨询", "紧急问题"]),
    ),
    min_size=1,
    max_size=40,
)

MEASURES: dict[str, Callable[[Any], Any]] = {
    "count": lambda x: of_orders.count_orders(of_orders.orders_of(x), YEAR),
    "sum": lambda x: of_orders.sum_amounts(x, YEAR),
    "last": lambda x: of_orders.extreme_order(of_orders.orders_of(x), YEAR, "order_date", is_max=True),
    "smallest": lambda x: of_orders.extreme_order(of_orders.orders_of(x), YEAR, "amount", is_max=False),
    "mean order": lambda x: of_orders.mean_order(of_orders.orders_of(x), YEAR),
    "per month": lambda x: of_orders.orders_per_month(of_orders.orders_of(x), YEAR),
    "trend": lambda x: of_orders.trend(x, YEAR, BEFORE, "amount"),
    "trend of counts": lambda x: of_orders.trend(of_orders.orders_of(x), YEAR, BEFORE, "one"),
    "years": lambda x: of_orders.consecutive_years(x, AS_OF, Bound(5_000, inclusive=False), FIRST),
    "repeat rate": lambda x: of_orders.repeat_rate(of_orders.orders_of(x), YEAR),
    "interval": lambda x: of_orders.interval_median_days(of_orders.orders_of(x), YEAR),
    "rows": lambda x: of_records.count_rows(x, "order_date", YEAR),
    "largest": lambda x: of_records.largest(x, "order_date", YEAR, "amount"),
    "mean": lambda x: of_records.mean(x, "order_date", YEAR, "amount"),
    "latest": lambda x: of_records.latest(x, "order_date", YEAR, "kind"),
    "share": lambda x: of_records.share(
        of_records.count_rows(of_records.of_kind(x, "complaint"), "order_date", YEAR),
        of_orders.count_orders(of_orders.orders_of(x), YEAR),
    ),
}


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    customer, number, day, amount, kind = zip(*rows, strict=True)
    return pa.table(
        {
            "row": pa.array(range(len(rows)), pa.int64()),
            "customer": pa.array(customer, pa.int64()),
            "order_no": pa.array(number, pa.string()),
            "order_date": pa.array(day, pa.date32()),
            "amount": pa.array(amount, pa.int64()),
            "kind": pa.array(kind, pa.string()),
        }
    )


def values_of(rows: Any) -> list[tuple[Any, ...]]:
    collected = rows.collect() if isinstance(rows, nw.LazyFrame) else rows
    table = collected.to_arrow()
    names = sorted(name for name in table.column_names if not name.startswith("__"))
    return sorted(zip(*(table[name].to_pylist() for name in names), strict=True))


def is_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return all(
        math.isclose(a, b, rel_tol=1e-12) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(one, other, strict=True)
    )


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@pytest.mark.parametrize("name", MEASURES)
def test_pandas_and_duckdb_agree_on_a_thousand_random_orders(
    name: str, connection: duckdb.DuckDBPyConnection
) -> None:
    dice = random.Random(20240229)
    rows = [
        (
            dice.choice([None, *range(60)]),
            dice.choice([None, "A", "B", "C", "D"]),
            AS_OF - timedelta(days=dice.randrange(1500)),
            dice.choice([None, *range(-5_000, 20_000, 777)]),
            dice.choice([None, "重大投诉", "普通咨询", "紧急问题"]),
        )
        for _ in range(1000)
    ]
    assert_agreement(name, rows, connection)


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_pandas_and_duckdb_agree_on_any_few_orders(
    name: str, connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]
) -> None:
    assert_agreement(name, rows, connection)


def assert_agreement(name: str, rows: list[tuple[Any, ...]], connection: duckdb.DuckDBPyConnection) -> None:
    table = table_of(rows)
    measured = MEASURES[name](nw.from_native(table.to_pandas(types_mapper=pd.ArrowDtype)))
    in_duckdb = values_of(MEASURES[name](nw.from_native(connection.from_arrow(table))))
    in_pandas = values_of(measured)
    assert len(in_pandas) == len(in_duckdb)
    assert all(is_same(a, b) for a, b in zip(in_pandas, in_duckdb, strict=True)), (in_pandas, in_duckdb)


@pytest.mark.parametrize("name", MEASURES)
def test_every_frame_stays_arrow_backed_also_where_nothing_is_left(name: str) -> None:
    table = table_of([(0, "A", AS_OF, 100, "重大投诉"), (1, None, date(2019, 1, 1), None, None)])
    for rows in (table, table.slice(0, 0)):
        measured = MEASURES[name](nw.from_native(rows.to_pandas(types_mapper=pd.ArrowDtype)))
        assert is_arrow_backed(measured.to_native()), measured.to_native().dtypes

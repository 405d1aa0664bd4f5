"""The compatibility mode gives what R's `rfm` gives, for every customer of two real shops."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from crmtool.rules.rfm.compat import RCuts, RSegment, r_cuts, score_like_r, segment_like_r, summarize_like_r

SCORES = (
    "recency_days",
    "transaction_count",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "rfm_score",
)

#: The segment table in R's README, first match first.
README_SEGMENTS = (
    RSegment("Champions", (5, 5), (5, 5), (5, 5)),
    RSegment("Potential Loyalist", (3, 5), (3, 5), (2, 5)),
    RSegment("Loyal Customers", (2, 4), (2, 4), (2, 4)),
    RSegment("Promising", (3, 4), (1, 3), (3, 5)),
    RSegment("New Customers", (4, 5), (1, 3), (1, 5)),
    RSegment("Can't Lose Them", (1, 2), (3, 4), (4, 5)),
    RSegment("At Risk", (1, 2), (2, 5), (4, 5)),
    RSegment("Need Attention", (1, 3), (3, 5), (3, 5)),
    RSegment("About To Sleep", (2, 3), (1, 3), (1, 4)),
    RSegment("Lost", (1, 1), (1, 5), (1, 5)),
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines_of(path: Path) -> pd.DataFrame:
    rows = rows_of(path)
    table = pa.table(
        {
            "customer": pa.array([row["customer_id"] for row in rows]),
            "order_date": pa.array([date.fromisoformat(row["order_date"]) for row in rows]),
            "amount": pa.array([int(Decimal(row["revenue"]) * 100) for row in rows], pa.int64()),
        }
    )
    return table.to_pandas(types_mapper=pd.ArrowDtype)


@pytest.fixture(scope="module")
def orders(shared_data: Path) -> pd.DataFrame:
    return summarize_like_r(lines_of(shared_data / "rfm_r" / "rfm_data_orders.csv"), date(2006, 12, 31))


@pytest.fixture(scope="module")
def online_retail(shared_data: Path) -> pd.DataFrame:
    return summarize_like_r(
        lines_of(shared_data / "rfm_online_retail" / "orders_positive.csv"), date(2011, 12, 10)
    )


def assert_equal_scores(frame: pd.DataFrame, expected: list[dict[str, str]]) -> None:
    ours = {row["customer"]: row for row in frame.to_dict("records")}
    assert len(ours) == len(expected)
    for row in expected:
        mine = ours[row["customer_id"]]
        assert [mine[name] for name in SCORES] == [int(row[name]) for name in SCORES], row["customer_id"]
        assert mine["amount"] == pytest.approx(float(row["amount"]), abs=1e-6)


@pytest.mark.parametrize("bins", [3, 5])
def test_quantile_scores_equal_r_s_on_all_995_customers(
    orders: pd.DataFrame, shared_data: Path, bins: int
) -> None:
    expected = rows_of(shared_data / "rfm_r" / f"expected_orders_{bins}bins.csv")
    assert_equal_scores(score_like_r(orders, bins=bins).frame, expected)


@pytest.mark.parametrize("bins", [3, 5])
def test_cuts_are_the_lower_ends_that_r_prints(orders: pd.DataFrame, shared_data: Path, bins: int) -> None:
    printed = rows_of(shared_data / "rfm_r" / f"expected_orders_{bins}bins_thresholds.csv")[1:]
    cuts = score_like_r(orders, bins=bins).cuts
    for name in ("recency", "frequency", "monetary"):
        lower = [float(row[f"{name}_lower"]) for row in printed]
        assert getattr(cuts, name) == pytest.approx(lower)


def test_given_thresholds_equal_r_s_on_all_995_customers(orders: pd.DataFrame, shared_data: Path) -> None:
    cuts = RCuts((115, 181, 297, 482), (4, 5, 6, 8), (256, 382, 506, 666))
    expected = rows_of(shared_data / "rfm_r" / "expected_orders_custom_thresholds.csv")
    assert_equal_scores(score_like_r(orders, cuts=cuts).frame, expected)


def test_the_first_matching_segment_is_r_s_for_all_995_customers(
    orders: pd.DataFrame, shared_data: Path
) -> None:
    table = [
        RSegment(row["segment"], *((int(row[f"{x}_lo"]), int(row[f"{x}_hi"])) for x in "rfm"))
        for row in rows_of(shared_data / "rfm_r" / "segment_rules_A.csv")
    ]
    scores = score_like_r(orders)
    ours = dict(zip(scores.frame["customer"], segment_like_r(scores, table).to_pylist(), strict=True))
    expected = rows_of(shared_data / "rfm_r" / "expected_orders_segments_A.csv")
    assert ours == {row["customer_id"]: row["segment"] for row in expected}
    assert sum(name == "Others" for name in ours.values()) == 48


def test_scores_and_segments_of_4338_retail_customers_equal_r_s(
    online_retail: pd.DataFrame, shared_data: Path
) -> None:
    expected = rows_of(shared_data / "rfm_online_retail" / "expected_R_rfm_positive_2011-12-10.csv")
    scores = score_like_r(online_retail)
    assert_equal_scores(scores.frame, expected)
    ours = dict(
        zip(scores.frame["customer"], segment_like_r(scores, README_SEGMENTS).to_pylist(), strict=True)
    )
    assert ours == {row["customer_id"]: row["segment"] for row in expected}


def test_a_cut_is_a_type_7_quantile_plus_1() -> None:
    # Sorted 10 20 30 40: at 1/2 the place is 1 + 3/2, half way from 20 to 30.
    assert r_cuts(np.array([40.0, 10.0, 30.0, 20.0]), 2) == (26.0,)


def test_amounts_in_another_unit_change_r_s_scores_because_of_the_1(orders: pd.DataFrame) -> None:
    in_wan = orders.assign(amount=orders["amount"] / 10_000)
    assert set(score_like_r(in_wan).frame["monetary_score"]) == {1}


def test_fewer_than_two_bins_and_an_empty_summary_are_refused(orders: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="two bins"):
        score_like_r(orders, bins=1)
    with pytest.raises(ValueError, match="no customer"):
        score_like_r(orders.iloc[:0])

"""RFM scores exactly as the R package `rfm` 0.3.0 gives them, for people who compare with it.

Its cuts are type-7 quantiles plus 1, whatever the unit: amounts in 万元 instead of 元 change the scores, which
is why this is not our own way (`crmtool.rules.rfm.scores`). Read off its results: every interval holds its lower cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.rules.arrays import array_of, frame_of
from crmtool.rules.measuring.windows import days_since

_Floats = npt.NDArray[np.float64]

#: R's guard against an index that is a whole number but for rounding: four times the machine epsilon.
_FUZZ = 4 * float(np.finfo(np.float64).eps)

OTHERS = "Others"


@dataclass(frozen=True, slots=True)
class RCuts:
    """The cuts of the three measures, ascending, each the lower end of the interval above it.

    Recency in days, frequency in transactions, monetary in yuan (R's numbers have no unit; ours are said).
    """

    recency: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RSegment:
    """A line of R's segment table: inclusive ranges of the three scores."""

    name: str
    r: tuple[int, int]
    f: tuple[int, int]
    m: tuple[int, int]


@dataclass(frozen=True)
class RScores:
    """One row per customer, Arrow-backed, sorted as the summary was.

    Columns of `frame`: the summary's (`customer`, `recency_days`, `transaction_count`, `amount`), then
    `recency_score`, `frequency_score`, `monetary_score` and `rfm_score` (100 R + 10 F + M), all int64.
    """

    frame: pd.DataFrame
    cuts: RCuts


def summarize_like_r(lines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return what R scores, a row per customer: days since the last row, number of rows, sum of amounts in yuan.

    `lines` has `customer`, `order_date` (date32) and `amount` (int64, fen). Every row is a transaction, also a
    refund and one of several lines of an order, and dates after `as_of` count with days below 0, as in R. Rows
    without a customer, a date or an amount are left out.
    """
    rows = nw.from_native(lines.loc[:, ["customer", "order_date", "amount"]], eager_only=True).drop_nulls()
    rows = rows.with_columns(days=days_since("order_date", as_of), one=(nw.col("amount") * 0 + 1))
    groups = rows.group_by("customer").agg(nw.col("days").min(), nw.col("one").sum(), nw.col("amount").sum())
    found = groups.sort("customer").to_arrow()
    fen = found["amount"].to_numpy()
    return frame_of(
        {
            "customer": array_of(found["customer"]),
            "recency_days": array_of(found["days"].cast(pa.int64())),
            "transaction_count": array_of(found["one"].cast(pa.int64())),
            "amount": pa.array(fen / FEN_PER_YUAN, pa.float64()),
        }
    )


def score_like_r(
    summary: pd.DataFrame, *, bins: int | tuple[int, int, int] = 5, cuts: RCuts | None = None
) -> RScores:
    """Return R's scores of a summary as `summarize_like_r` makes it (or a table with the same columns, in yuan).

    `bins` is the number of scores, one for all or one each for recency, frequency and monetary; given `cuts` are
    used instead (R's `recency_bins = c(115, 181, 297, 482)`). Raises `ValueError` for fewer than two bins or an
    empty summary.
    """
    if not len(summary):
        raise ValueError("no customer to score")
    days, counts, amounts = (
        array_of(summary[name]).to_numpy(zero_copy_only=False).astype(np.float64)
        for name in ("recency_days", "transaction_count", "amount")
    )
    if cuts is None:
        each = (bins, bins, bins) if isinstance(bins, int) else bins
        found = (r_cuts(values, many) for values, many in zip((days, counts, amounts), each, strict=True))
        cuts = RCuts(*found)
    r = len(cuts.recency) + 1 - _reached(days, cuts.recency)
    f = 1 + _reached(counts, cuts.frequency)
    m = 1 + _reached(amounts, cuts.monetary)
    scores = {
        "recency_score": r,
        "frequency_score": f,
        "monetary_score": m,
        "rfm_score": 100 * r + 10 * f + m,
    }
    columns = {name: array_of(summary[name]) for name in summary.columns}
    return RScores(frame_of(columns | {name: pa.array(array) for name, array in scores.items()}), cuts)


def segment_like_r(scores: RScores, table: Sequence[RSegment]) -> pa.Array:
    """Return each customer's segment name: the first line of the table whose three ranges hold, else `Others`."""
    frame = scores.frame
    triples = zip(frame["recency_score"], frame["frequency_score"], frame["monetary_score"], strict=True)
    return pa.array([_first_segment(triple, table) for triple in triples], pa.string())


def r_cuts(values: _Floats, bins: int) -> tuple[float, ...]:
    """Return R's cuts for a number of bins: its type-7 quantiles at 1/bins, 2/bins …, each plus 1.

    Type 7 (Hyndman & Fan 1996, R's default) lies at 1 + (n − 1) p of the sorted values, linear between two.

    >>> r_cuts(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2)
    (4.0,)
    """
    if bins < 2:
        raise ValueError("fewer than two bins")
    ordered = np.sort(values)
    return tuple(_type_7(ordered, number / bins) + 1 for number in range(1, bins))


def _type_7(ordered: _Floats, share: float) -> float:
    place = (len(ordered) - 1) * share
    low = floor(place + _FUZZ)
    high = min(ceil(place - _FUZZ), len(ordered) - 1)
    rest = place - low
    below, above = float(ordered[low]), float(ordered[high])
    return below if abs(rest) < _FUZZ or above == below else (1 - rest) * below + rest * above


def _reached(values: _Floats, cuts: Sequence[float]) -> npt.NDArray[np.int64]:
    return np.searchsorted(np.asarray(sorted(cuts), dtype=np.float64), values, side="right").astype(np.int64)


def _first_segment(scores: tuple[int, int, int], table: Sequence[RSegment]) -> str:
    for line in table:
        if all(
            low <= score <= high for score, (low, high) in zip(scores, (line.r, line.f, line.m), strict=True)
        ):
            return line.name
    return OTHERS

"""Knows between which two moments a timed cell of the tickets lies. What follows from it is left to `responses`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import HIGH, LATER, STATE, TIME, UNREAD
from crmtool.visits.frames import column

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Spans:
    """Each cell's earliest and latest moment, in seconds since 1970; equal where its time of day is known.

    Both are 0 where `is_known` is false. `is_later`: dated after the as-of day. `is_unread`: filled in, and nothing is
    known of it.
    """

    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    is_known: npt.NDArray[np.bool_]
    is_later: npt.NDArray[np.bool_]
    is_unread: npt.NDArray[np.bool_]


def spans_of(frame: pd.DataFrame, name: str) -> Spans:
    """Return the spans of a timed date of a table of the ledger.

    A day alone is all of its seconds, a month all of its days.
    """
    days = column(frame, name)
    lasts = pc.coalesce(column(frame, name + HIGH), days) if name + HIGH in frame else days
    low, high = (_numbers(each.cast(pa.int32()).cast(pa.int64())) * _DAY_SECONDS for each in (days, lasts))
    is_known = days.is_valid().to_numpy(zero_copy_only=False)
    high = np.where(is_known, high + _DAY_SECONDS - 1, 0)
    if name + TIME in frame:
        moments = column(frame, name + TIME)
        seconds, is_timed = (
            _numbers(moments.cast(pa.int64())),
            moments.is_valid().to_numpy(zero_copy_only=False),
        )
        low, high = (np.where(is_timed, seconds, each) for each in (low, high))
    is_later = _flags(frame, name + LATER)
    return Spans(low, high, is_known, is_later, _unread(frame, name) & ~is_known & ~is_later)


def _numbers(cells: pa.Array) -> npt.NDArray[np.int64]:
    numbers: npt.NDArray[np.int64] = cells.fill_null(0).to_numpy(zero_copy_only=False)
    return numbers


def _flags(frame: pd.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    if name not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    flags: npt.NDArray[np.bool_] = column(frame, name).fill_null(False).to_numpy(zero_copy_only=False)
    return flags


def _unread(frame: pd.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    if name + STATE not in frame:
        return np.zeros(len(frame), dtype=np.bool_)
    is_unread = pc.fill_null(pc.equal(column(frame, name + STATE), UNREAD), False)
    flags: npt.NDArray[np.bool_] = is_unread.to_numpy(zero_copy_only=False)
    return flags

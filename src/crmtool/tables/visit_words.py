"""Knows the words that all sheets about visits share: weekdays, months, channels, owners, states of a visit.

Which visits a sheet shows is left to the sheet's own module.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped
from crmtool.tables.tiers import labels
from crmtool.visits.calendar.days import Days
from crmtool.visits.frames import one_of
from crmtool.visits.model import CANCELLED, MISSED

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
#: How a visit or customer without an owner is listed.
NO_OWNER: Final = "未分配"


def owners(frame: pd.DataFrame) -> pa.Array:
    """Return the owner of each row, 未分配 where there is none."""
    return pc.fill_null(array(frame["owner"]), NO_OWNER)


def days_of(series: pd.Series) -> Days:
    """Return a column of dates without gaps as numpy days."""
    numbers = array(series).cast(pa.int32()).to_numpy(zero_copy_only=False)
    return np.asarray(numbers, np.int64).astype("datetime64[D]")


def weekday_numbers(days: Days) -> NDArray[np.int64]:
    """Return 0 for a Monday to 6 for a Sunday.

    >>> weekday_numbers(np.array(["2026-03-01", "2026-03-02"], "datetime64[D]")).tolist()
    [6, 0]
    """
    return (days.astype(np.int64) + 3) % 7  # the epoch was a Thursday


def weekdays(days: Days) -> pa.Array:
    """Return the weekday of each day in words."""
    return pc.take(pa.array(WEEKDAYS), pa.array(weekday_numbers(days)))


def months_between(first: np.datetime64, last: np.datetime64) -> list[str]:
    """Return the months of a span of days.

    >>> months_between(np.datetime64("2025-12-31"), np.datetime64("2026-02-01"))
    ['2025-12', '2026-01', '2026-02']
    """
    months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]") + 1)
    return [str(month) for month in months]


def tier_words(tiers: pa.Array, rule_set: RuleSet) -> pa.Array:
    """Return the label of each tier; a tier that the rule set does not know stands as it is."""
    return pc.coalesce(mapped(tiers, labels(rule_set)), tiers)


def means(channels: pa.Array, common: Common) -> pa.Array:
    """Return 回访方式 of each channel id, as it is printed: 电话, 上门/视频会议; an unknown id as it is."""
    return pc.coalesce(mapped(channels, {known: common.media(known) for known in common.channels}), channels)


def channel_label(channel: str, common: Common) -> str:
    """Return the name of one channel; an unknown id as it is."""
    known = common.channels.get(channel)
    return known.label if known else channel


def in_order(found: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the found ids in the order of the known ones; those that nobody knows follow, sorted.

    >>> in_order({"c", "a", "z"}, ["a", "b", "c"])
    ['a', 'c', 'z']
    """
    there = set(found)
    order = [name for name in known if name in there]
    return order + sorted(there - set(order))


def that_count(visits: pd.DataFrame) -> pd.DataFrame:
    """Return the visits that are work: made or to be made, not cancelled and not given up."""
    # A visit whose state nobody wrote down is one to be made.
    dropped = one_of(array(visits["status"]), (CANCELLED, MISSED))
    kept: pd.DataFrame = visits[pc.invert(dropped).to_numpy(zero_copy_only=False)]
    return kept

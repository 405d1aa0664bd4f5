"""Whether a change of tier holds: how long it has been seen, and what the rules ask for.

Knows what waits from review to review; the terms are in `crmtool.review.moves.transitions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.review.moves.transitions import Terms, Transitions, transitions_of
from crmtool.review.period import Period
from crmtool.rules.model import RuleSet
from crmtool.visits.calendar.days import NO_DAY, Days, after, day_cells, days_in
from crmtool.visits.frames import column, one_of

Signs = NDArray[np.int64]


@dataclass(frozen=True)
class Held:
    """What waits, a cell a customer of now; all null where nothing does (`Snapshot`, MOVE_COLUMNS).

    `confirmed` is the tier that held until now where a change that waited holds from this review on.
    """

    held_tier: pa.Array
    pending_since: pa.Array
    pending_reviews: pa.Array
    holds_until: pa.Array
    confirmed: pa.Array


def holding(
    now: pd.DataFrame,
    before: pd.DataFrame,
    then: pa.Array,
    rule_set: RuleSet,
    *,
    as_of: date,
    period: Period,
    reviewed_on: date | None,
) -> Held:
    """Return which earlier tiers hold, and since when their changes wait.

    `now` and `before` are frames of snapshots, `then` the place of each customer of now in `before`, which is of the
    review on `reviewed_on` (None: not known when). Directions that stay the same go on waiting, whichever tier
    they lead to.
    """
    terms = transitions_of(rule_set)
    was = pc.coalesce(column(before, "held_tier"), column(before, "tier")).take(then)
    by_hand = pc.or_(_by_hand(column(now, "origin")), _by_hand(column(before, "origin").take(then)))
    sign = np.where(by_hand.to_numpy(zero_copy_only=False), 0, _steps(was, column(now, "tier"), rule_set))
    is_held = pc.is_valid(column(before, "held_tier").take(then)).to_numpy(zero_copy_only=False)
    goes_on = is_held & (_steps(was, column(before, "tier").take(then), rule_set) == sign) & (sign != 0)
    since = _since(column(before, "pending_since").take(then), goes_on, as_of)
    is_counted = reviewed_on is not None and reviewed_on >= period.first
    seen = (
        column(before, "pending_reviews")
        .take(then)
        .fill_null(1)
        .to_numpy(zero_copy_only=False)
        .astype(np.int64)
    )
    reviews = np.where(goes_on, seen + (0 if is_counted else 1), 1)
    waits, until = _waiting(sign, reviews, since, terms, as_of, period)
    mask = pa.array(waits)
    return Held(
        pc.if_else(mask, was, None),
        pc.if_else(mask, day_cells(since), None),
        pc.if_else(mask, pa.array(reviews), None),
        pc.if_else(mask, day_cells(until), None),
        pc.if_else(pa.array(goes_on & ~waits), was, None),
    )


def nothing_held(rows: int) -> Held:
    """Return that nothing waits."""
    days = pa.nulls(rows, pa.date32())
    texts = pa.nulls(rows, pa.string())
    return Held(texts, days, pa.nulls(rows, pa.int64()), days, texts)


def ranks_of(tiers: pa.Array, rule_set: RuleSet) -> Signs:
    """Return the rank of each tier; 0 where there is no tier, or the rule set does not have it any more."""
    ids = pa.array(list(rule_set.tiers), pa.string())
    ranks = pa.array([tier.rank for tier in rule_set.tiers.values()], pa.int64())
    found: Signs = ranks.take(pc.index_in(tiers, ids)).fill_null(0).to_numpy(zero_copy_only=False)
    return found


def _steps(was: pa.Array, now: pa.Array, rule_set: RuleSet) -> Signs:
    """Return -1 for a better tier, 1 for a worse one; 0 for an equal one and where one of them is not known."""
    a, b = ranks_of(was, rule_set), ranks_of(now, rule_set)
    return np.where((a == 0) | (b == 0), 0, np.sign(b - a))


def _by_hand(origins: pa.Array) -> pa.Array:
    return one_of(origins, ("locked", "given"))


def _since(known: pa.Array, goes_on: NDArray[np.bool_], as_of: date) -> Days:
    earlier = days_in(known)
    return np.where(goes_on & ~np.isnat(earlier), earlier, np.datetime64(as_of, "D"))


def _waiting(
    sign: Signs, reviews: Signs, since: Days, terms: Transitions, as_of: date, period: Period
) -> tuple[NDArray[np.bool_], Days]:
    """Return whose change waits, and the first day on which it could hold."""
    waits, until = np.zeros(len(sign), bool), np.full(len(sign), NO_DAY)
    for direction, asked in ((-1, terms.upgrade), (1, terms.downgrade)):
        mine = sign == direction
        lacking = np.where(mine, np.maximum(asked.confirm - reviews, 0), 0)
        graced = since if asked.grace is None else after(since, asked.grace)
        is_waiting = mine & ((lacking > 0) | (graced > np.datetime64(as_of, "D")))
        ends = _ends(asked, period)
        waits |= is_waiting
        until = np.where(is_waiting, np.maximum(graced, ends[lacking]), until)
    return waits, until


def _ends(asked: Terms, period: Period) -> Days:
    """Return the last day of the period that is so many periods on: the day of its review."""
    days = [period.shifted(steps).last if steps else date.min for steps in range(asked.confirm + 1)]
    return np.array(days, "datetime64[D]")

"""Who moved since another day, why, and whether it holds.

Knows the kinds of moves; what makes them is found in `crmtool.review.moves.explained`, whether they hold in `holding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.messages import Lang
from crmtool.review.model import (
    DOWN,
    GONE,
    LEVEL,
    MOVE_COLUMNS,
    NEW,
    OPENED,
    SAME,
    SETTLED,
    UP,
    Moves,
    Snapshot,
)
from crmtool.review.moves.explained import Explained, explained, unexplained
from crmtool.review.moves.holding import Held, holding, nothing_held, ranks_of
from crmtool.review.moves.judged import Judged
from crmtool.review.moves.matching import Matched, matched, matched_rows
from crmtool.review.moves.near import near_of
from crmtool.review.moves.reasons import between, tier_labels
from crmtool.review.period import Period
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, same_text, stacked
from crmtool.visits.keys import spoken
from crmtool.visits.model import frame_of
from crmtool.visits.reading.facts import owners

__all__ = ["Judged", "kinds_of", "moves_of"]

_WHO = ("customer_key", "customer_id", "name")


def moves_of(
    judged: Judged,
    previous: Snapshot | None,
    rule_set: RuleSet,
    period: Period,
    *,
    last_review: Snapshot | None = None,
    lang: Lang = "zh",
) -> Moves:
    """Return who moved between `previous` and now; without it everybody as they are.

    `last_review` is how customers stood at the newest review of an earlier period, whose changes may be waiting to be
    confirmed; None: `previous` is taken for it. Raises nothing: what was not kept is unknown.
    """
    as_of = judged.snapshot.as_of
    assert as_of is not None, "a ledger is judged on a day"
    near = near_of(judged, rule_set, as_of, lang)
    now = judged.snapshot.frame
    if previous is None:
        nobody = pa.nulls(len(now), pa.int64())
        tiers = column(now, "tier")
        kinds = pa.repeat(SAME, len(now))
        rows = _rows(judged, kinds, tiers, unexplained(len(now)), nothing_held(len(now)), nobody)
        return Moves(rows, near)
    match = (matched_rows if previous.source == "ledger" else matched)(now, previous.frame)
    was = column(previous.frame, "tier").take(match.then)
    kinds = kinds_of(was, column(now, "tier"), match.then, rule_set)
    why = explained(judged, previous, match.then, kinds, rule_set, lang)
    held = _held(judged, previous, last_review, match, rule_set, period)
    why = replace(why, reason=pc.coalesce(why.reason, _confirmed(held, kinds, now, rule_set, lang)))
    names = _former_names(now, previous.frame, match.then)
    rows = stacked(_rows(judged, kinds, was, why, held, names), _gone(previous, match.gone, rule_set, lang))
    findings = (*why.findings, *_namesakes(match, previous, lang))
    return Moves(rows, near, previous, why.rules_changed, why.is_told_apart, findings)


def kinds_of(was: pa.Array, now: pa.Array, then: pa.Array, rule_set: RuleSet) -> pa.Array:
    """Return the kind of each customer's move; `then` is null for those that were not there."""
    a, b = ranks_of(was, rule_set), ranks_of(now, rule_set)
    known = (a > 0) & (b > 0)
    ranked = np.select([known & (b < a), known & (b > a)], [UP, DOWN], LEVEL)
    no_was, no_now = (column_is_null(tiers) for tiers in (was, now))
    is_same = pc.fill_null(pc.equal(was, now), False).to_numpy(zero_copy_only=False) | (no_was & no_now)
    kinds = np.select([column_is_null(then), is_same, no_now, no_was], [NEW, SAME, OPENED, SETTLED], ranked)
    return pa.array(kinds.tolist(), pa.string())


def column_is_null(cells: pa.Array) -> Any:
    """Return which cells are null, as a mask."""
    return pc.is_null(cells).to_numpy(zero_copy_only=False)


def _rows(
    judged: Judged, kinds: pa.Array, was: pa.Array, why: Explained, held: Held, names: pa.Array
) -> pd.DataFrame:
    now = judged.snapshot.frame
    cells: Mapping[str, Any] = {
        "customer": pa.array(np.arange(len(now))),
        **{name: column(now, name) for name in _WHO},
        "owner": owners(judged.customers.frame),
        "was_name": names,
        "kind": kinds,
        "was": was,
        "now": column(now, "tier"),
        "cause": why.cause,
        "by_rules": why.by_rules,
        "fields": why.fields,
        "reason": why.reason,
        "held_tier": held.held_tier,
        "pending_since": held.pending_since,
        "pending_reviews": held.pending_reviews,
        "holds_until": held.holds_until,
        "confirmed": held.confirmed,
    }
    return frame_of(MOVE_COLUMNS, cells)


def _gone(previous: Snapshot, gone: pa.Array, rule_set: RuleSet, lang: Lang) -> pd.DataFrame:
    """Return the rows of those who are not in the ledger any more, in the order of their keys."""
    gone = gone.take(pc.array_sort_indices(column(previous.frame, "customer_key").take(gone)))
    was = column(previous.frame, "tier").take(gone)
    cells = {
        **{name: column(previous.frame, name).take(gone) for name in _WHO},
        "kind": pa.repeat(GONE, len(gone)),
        "was": was,
        "reason": between("left", lang, was=tier_labels(was, rule_set)),
    }
    return frame_of(MOVE_COLUMNS, cells)


def _held(
    judged: Judged,
    previous: Snapshot,
    last_review: Snapshot | None,
    match: Matched,
    rule_set: RuleSet,
    period: Period,
) -> Held:
    before = last_review or previous
    now, as_of = judged.snapshot.frame, judged.snapshot.as_of
    assert as_of is not None
    then = match.then if before is previous else matched(now, before.frame).then
    return holding(now, before.frame, then, rule_set, as_of=as_of, period=period, reviewed_on=before.as_of)


def _confirmed(held: Held, kinds: pa.Array, now: pd.DataFrame, rule_set: RuleSet, lang: Lang) -> pa.Array:
    """Return, for customers who did not move, that a change of an earlier review holds from now on; else null."""
    labels = (tier_labels(tiers, rule_set) for tiers in (held.confirmed, column(now, "tier")))
    said = between("confirmed", lang, **dict(zip(("was", "now"), labels, strict=True)))
    holds = pc.and_(pc.is_valid(held.confirmed), same_text(kinds, SAME))
    return pc.if_else(holds, said, pa.scalar(None, pa.string()))


def _former_names(now: pd.DataFrame, before: pd.DataFrame, then: pa.Array) -> pa.Array:
    """Return the name that a renamed customer had, null for the others."""
    former = spoken(before, "name").take(then)
    is_renamed = pc.fill_null(pc.not_equal(former, spoken(now, "name")), False)
    return pc.if_else(is_renamed, former, pa.scalar(None, pa.string()))


def _namesakes(match: Matched, previous: Snapshot, lang: Lang) -> tuple[Finding, ...]:
    if not match.namesakes:
        return ()
    day = previous.as_of.isoformat() if previous.as_of else ""
    place = previous.place or day or previous.rules_id
    return (Finding("namesakes-not-compared", params={"place": place}, count=match.namesakes),)

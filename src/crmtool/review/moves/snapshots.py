"""How customers stood on a day: by a judged ledger, by recorded rows, or by what a ledger says of itself.

Knows where each column of a snapshot comes from; who is who on two days is left to `crmtool.review.moves.matching`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.model import SNAPSHOT_COLUMNS, Moves, Snapshot
from crmtool.review.moves.facts import facts_of
from crmtool.rules.cases import Cases
from crmtool.rules.decisions import Decisions
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, replaced
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import frame_of

_HELD = ("held_tier", "pending_since", "pending_reviews")


def snapshot_of(
    cases: Cases,
    decisions: Decisions,
    customers: pd.DataFrame,
    rule_set: RuleSet,
    as_of: date | None,
    place: str = "",
) -> Snapshot:
    """Return how the customers of a ledger stand that was judged on `as_of`; no change waits yet.

    `customers` is the ledger's frame of the same rows.
    """
    told = ("tier", "label", "rule", "origin", "computed_tier", "reason")
    cells = {name: column(decisions.frame, name) for name in told}
    frame = _frame(customers, {**cells, "facts": facts_of(cases, rule_set)})
    return Snapshot(as_of, frame, "judged", place, rule_set.id, rule_set.version, rule_set.sha256)


def snapshot_from_rows(
    rows: pa.Table,
    as_of: date,
    *,
    place: str = "",
    rules_id: str = "",
    rules_version: str = "",
    rules_sha256: str = "",
    source: Literal["judged", "history", "workbook", "ledger"] = "history",
) -> Snapshot:
    """Return how customers stood by the rows that were recorded of a run (CLASSIFICATIONS of the history).

    Columns that were not recorded then are null.
    """
    known = {name: rows[name] for name in rows.column_names if name in SNAPSHOT_COLUMNS}
    cells = known or {"customer_key": pa.nulls(0, pa.string())}
    frame = frame_of(SNAPSHOT_COLUMNS, cells)
    return Snapshot(as_of, frame, source, place, rules_id, rules_version, rules_sha256)


def given_snapshot(
    customers: pd.DataFrame, previous: pa.Array, rule_set: RuleSet, place: str = ""
) -> Snapshot | None:
    """Return how customers stood by the tier column of the ledger itself; None where it names no tier.

    `previous` (tier ids) is that column of the decisions. A customer whose cell is empty, or holds something else such
    as 待补资料, was undecided: who has come since, the ledger cannot tell. When that was, and what was known, is not told.
    """
    if previous.null_count == len(previous):
        return None
    frame = _frame(customers, {"tier": previous, "label": _labels(previous, rule_set)})
    return Snapshot(None, frame, "ledger", place, rule_set.id)


def workbook_snapshot(
    cases: Cases,
    decisions: Decisions,
    customers: pd.DataFrame,
    rule_set: RuleSet,
    as_of: date | None,
    place: str = "",
) -> Snapshot:
    """Return how customers stood by an earlier workbook that was read, measured and judged like a ledger.

    The tiers are those that its tier column names, as in a classification workbook; where it names none, as in an
    earlier ledger, they are what today's rules say of it. What judged a named tier is not known.
    """
    facts = facts_of(cases, rule_set)
    previous = column(decisions.frame, "previous")
    if previous.null_count == len(previous):
        judged = snapshot_of(cases, decisions, customers, rule_set, as_of, place)
        return replace(judged, source="workbook")
    cells = {"tier": previous, "label": _labels(previous, rule_set), "facts": facts}
    return Snapshot(as_of, _frame(customers, cells), "workbook", place, rule_set.id)


def with_holding(now: Snapshot, moves: Moves) -> Snapshot:
    """Return a snapshot with what waits to be confirmed, as it is to be recorded.

    `moves` are those of this snapshot: customers of the ledger first, in its order.
    """
    kept = moves.frame.iloc[: len(now.frame)]
    return replace(now, frame=replaced(now.frame, {name: column(kept, name) for name in _HELD}))


def _frame(customers: pd.DataFrame, cells: Mapping[str, Any]) -> pd.DataFrame:
    who = {n: column(customers, n).cast(pa.string()) for n in ("customer_id", "name") if n in customers}
    return frame_of(SNAPSHOT_COLUMNS, {"customer_key": customer_keys(customers), **who, **cells})


def _labels(tiers: pa.Array, rule_set: RuleSet) -> pa.Array:
    ids = pa.array(list(rule_set.tiers), pa.string())
    labels = pa.array([tier.label for tier in rule_set.tiers.values()], pa.string())
    return pc.fill_null(labels.take(pc.index_in(tiers, ids)), rule_set.unknown_label)

"""Two days of customers typed into tests: snapshots, judged ledgers, and random customers of the shipped rule sets."""

from __future__ import annotations

import random
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

sys.path.append(str(Path(__file__).resolve().parents[1] / "rules"))

from case_frames import RULES, cases_of, shipped
from scalar_evaluator import NEVER, UNREADABLE, Scalar

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import LedgerColumn, Source, Table
from crmtool.review.model import Moves, Snapshot
from crmtool.review.moves.judged import Judged
from crmtool.review.moves.moves import moves_of
from crmtool.review.moves.snapshots import snapshot_of
from crmtool.review.period import Period, period_holding
from crmtool.rules.deciding.decide import decide
from crmtool.rules.judging.judge import judge
from crmtool.rules.model import RuleSet

__all__ = ["NEVER", "RULES", "UNREADABLE", "cases_of"]

#: A shipped rule set by its name, loaded once.
rules = cache(shipped)
THEN, NOW = date(2026, 6, 30), date(2026, 9, 30)
_TEXTS = ("customer_id", "name", "owner", "tier", "lock_tier", "lock_reason")


def people(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return the customers' table of rows; only identities, owners, tiers and locks are in it."""
    used = [name for name in _TEXTS if any(name in row for row in rows)]
    cells: dict[str, pa.Array] = {
        "row": pa.array(range(2, 2 + len(rows)), pa.int64()),
        "sheet": pa.array(["客户"] * len(rows), pa.string()),
        **{name: pa.array([row.get(name) for row in rows], pa.string()) for name in used},
    }
    columns = {n: LedgerColumn(FieldSpec(n, n, "text"), n, at) for at, n in enumerate(used, start=1)}
    frame = pa.table(cells).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(frame, columns, Source("客户.xlsx", "", ("客户",), 1, len(rows)))


def judged(
    rule_set: RuleSet,
    rows: Sequence[Mapping[str, Any]],
    as_of: date = NOW,
    absent: Collection[str] | None = None,
    levels: Collection[str] = (),
) -> Judged:
    """Return rows judged on a day; fields that no row names are absent unless told."""
    if absent is None:
        absent = [field for field in rule_set.fields if not any(field in row for row in rows)]
    cases = cases_of(rule_set, rows, absent, levels)
    judgement = judge(cases, rule_set, as_of)
    table = people(rows)
    decisions = decide(cases, rule_set, judgement, table, as_of=as_of, lang="zh")
    return Judged(snapshot_of(cases, decisions, table.frame, rule_set, as_of), cases, judgement, table)


def kept(then: Judged) -> Snapshot:
    """Return how those customers stood as a history tells it."""
    return replace(then.snapshot, source="history", place="run 1")


def compared(now: Judged, then: Judged | Snapshot | None, rule_set: RuleSet, **also: Any) -> Moves:
    """Return the moves between two quarters."""
    previous = kept(then) if isinstance(then, Judged) else then
    assert now.snapshot.as_of is not None
    period: Period = also.pop("period", period_holding(now.snapshot.as_of, "quarter"))
    return moves_of(now, previous, rule_set, period, **also)


def by_name(moves: Moves, *columns: str) -> dict[str, Any]:
    """Return columns of the moves by customer's name: one value, or a tuple of them."""
    rows = moves.frame[["name", *columns]].itertuples(index=False, name=None)
    plain = [[None if value is pd.NA else value for value in row] for row in rows]
    return {row[0]: row[1] if len(columns) == 1 else tuple(row[1:]) for row in plain}


def needed(scalar: Scalar) -> list[str]:
    """Return the fields that decide tiers, and those that their policies look at."""
    found = dict.fromkeys(scalar.deciding())
    for name in list(found):
        for policy in (scalar.fields[name].get("missing"), scalar.fields[name].get("absent")):
            for branch in policy if isinstance(policy, list) else ():
                found |= dict.fromkeys(scalar.names([branch["when"]])) if "when" in branch else {}
    return list(found)


def random_row(scalar: Scalar, chance: random.Random, blanks: float) -> dict[str, Any]:
    """Return one customer with values around the cuts of every field, some blank, unreadable or never."""
    row: dict[str, Any] = {}
    for name in needed(scalar):
        if name in scalar.absent or chance.random() < blanks:
            continue
        if chance.random() < 0.04:
            row[name] = UNREADABLE
        elif scalar.kind(name) == "age" and chance.random() < 0.05:
            row[name] = NEVER
        else:
            row[name] = chance.choice(scalar.samples(name)) if scalar.kind(name) != "text" else "要货"
    return row

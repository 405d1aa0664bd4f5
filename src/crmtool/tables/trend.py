"""The table 各期等级分布: how many customers each tier held at this review and those before.

The template has a place for each of `SLOTS` tiers, whose colours are those of its chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.review.model import Review, Snapshot
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array

#: Tiers that have a colour of their own; where there are more, the last stands for all others.
SLOTS: Final = 8
#: The reviews that are shown, the newest ones.
REVIEWS: Final = 12
_OTHERS: Final = "其他等级"
_MARK: Final = "■ "
_UNDECIDED: Final = ""


@dataclass
class _Held:
    """How many customers each tier held at one review (`""`: undecided)."""

    as_of: date
    period: str
    counts: dict[str, int] = field(default_factory=dict)


def tables(review: Review, rule_set: RuleSet) -> list[OutTable]:
    """Return the heads (one row: the names of the tiers) and one row a review, the oldest first."""
    rows = _held(review)[-REVIEWS:]
    names, slot_of = _slots(rule_set, {tier for row in rows for tier in row.counts} - {_UNDECIDED})
    heads = [_MARK + name for name in (rule_set.unknown_label, *names)]
    return [_heads(heads), _rows(rows, slot_of, len(names))]


def _heads(heads: Sequence[str]) -> OutTable:
    cells = [*heads, *([None] * (SLOTS + 1 - len(heads)))]
    columns = [
        TableColumn(slot, slot, pa.array([cell], pa.string()))
        for slot, cell in zip(_slot_ids(), cells, strict=True)
    ]
    return OutTable("trend_heads", columns)


def _slot_ids() -> list[str]:
    return ["undecided", *(f"t{number}" for number in range(1, SLOTS + 1))]


def _rows(rows: Sequence[_Held], slot_of: dict[str, int], used: int) -> OutTable:
    days = [row.as_of.isoformat() for row in rows]
    shown = [f"{row.period}（{day}）" if row.period else day for row, day in zip(rows, days, strict=True)]
    short = [row.period or day for row, day in zip(rows, days, strict=True)]
    columns = [
        TableColumn("review", "复盘（截止日）", pa.array(shown, pa.string())),
        TableColumn("period", "期", pa.array(short, pa.string()), "short"),
        _count("customers", [sum(row.counts.values()) for row in rows]),
        _count("undecided", [row.counts.get(_UNDECIDED, 0) for row in rows]),
    ]
    for number, slot in enumerate(_slot_ids()[1:]):
        tiers = [tier for tier, place in slot_of.items() if place == number]
        held = [sum(row.counts.get(tier, 0) for tier in tiers) for row in rows]
        columns.append(_count(slot, held if number < used else [None] * len(rows)))
    return OutTable("trend", columns)


def _count(column_id: str, cells: Sequence[int | None]) -> TableColumn:
    return TableColumn(column_id, column_id, pa.array(cells, pa.int64()), "count")


def _slots(rule_set: RuleSet, found: set[str]) -> tuple[list[str], dict[str, int]]:
    """Return the names of the slots that are used, best tier first, and the slot of each tier."""
    by_rank = sorted(rule_set.tiers.values(), key=lambda tier: tier.rank)
    former = sorted(found - set(rule_set.tiers))
    room = SLOTS if len(by_rank) + bool(former) <= SLOTS else SLOTS - 1
    own = by_rank[:room]
    slot_of = {tier.id: number for number, tier in enumerate(own)}
    others = [*(tier.id for tier in by_rank[room:]), *former]
    slot_of |= dict.fromkeys(others, len(own))
    return [*(tier.label for tier in own), *([_OTHERS] if others else [])], slot_of


def _held(review: Review) -> list[_Held]:
    """Return what is recorded; what is compared with and what is judged today are added where they are missing."""
    rows = _recorded(review)
    if all(row.as_of != review.as_of for row in rows):
        rows.append(_of_snapshot(review.now, review.as_of, review.period.name))
    previous = review.moves.previous
    if len(rows) == 1 and previous is not None and previous.as_of is not None and len(previous.frame):
        rows.append(_of_snapshot(previous, previous.as_of, ""))
    return sorted(rows, key=lambda row: (row.as_of, row.period))


def _recorded(review: Review) -> list[_Held]:
    frame = review.trend
    cells = [array(frame[name]).to_pylist() for name in ("as_of", "period", "tier", "customers")]
    found: dict[tuple[date, str], _Held] = {}
    for day, period, tier, customers in zip(*cells, strict=True):
        held = found.setdefault((day, period or ""), _Held(day, period or ""))
        held.counts[tier or _UNDECIDED] = held.counts.get(tier or _UNDECIDED, 0) + (customers or 0)
    return list(found.values())


def _of_snapshot(snapshot: Snapshot, as_of: date, period: str) -> _Held:
    counts = pc.value_counts(pc.fill_null(array(snapshot.frame["tier"]), _UNDECIDED))
    tiers, customers = counts.field("values").to_pylist(), counts.field("counts").to_pylist()
    return _Held(as_of, period, dict(zip(tiers, customers, strict=True)))

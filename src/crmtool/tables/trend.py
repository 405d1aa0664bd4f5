"""The table 各期等级分布: how many customers each tier held at this review and those before.

The template has a place for each of `SLOTS` tiers, whose colours are those of its chart.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.review.model import Review
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array

#: Tiers that have a colour of their own; where there are more, the last stands for all others.
SLOTS: Final = 8
#: The reviews that are shown, the newest ones.
REVIEWS: Final = 12
_OTHERS: Final = "其他等级"
_MARK: Final = "■ "


def tables(review: Review, rule_set: RuleSet) -> list[OutTable]:
    """Return the heads (one row: the names of the tiers) and one row a review, the oldest first."""
    counts = _counts(review)
    names, slot_of = _slots(rule_set, {tier for row in counts.values() for tier in row if tier})
    rows = list(counts.items())[-REVIEWS:]
    has_undecided = any("" in row for _, row in rows)
    heads = [*(_MARK + name for name in names), *([None] * (SLOTS - len(names)))]
    undecided = _MARK + rule_set.unknown_label if has_undecided else None
    slots = [f"t{number}" for number in range(1, SLOTS + 1)]
    return [
        OutTable(
            "trend_heads",
            [
                TableColumn("undecided", "未定级", pa.array([undecided], pa.string())),
                *(
                    TableColumn(slot, slot, pa.array([head], pa.string()))
                    for slot, head in zip(slots, heads, strict=True)
                ),
            ],
        ),
        OutTable(
            "trend",
            [
                TableColumn("period", "复盘", pa.array([period for (_, period), _ in rows], pa.string())),
                TableColumn("customers", "客户数", _numbers([sum(row.values()) for _, row in rows]), "count"),
                TableColumn(
                    "undecided",
                    "未定级",
                    _numbers([row.get("", 0) if has_undecided else None for _, row in rows]),
                    "count",
                ),
                *(
                    TableColumn(slot, slot, _slot_counts(rows, slot_of, number, len(names)), "count")
                    for number, slot in enumerate(slots)
                ),
            ],
        ),
    ]


_Rows = list[tuple[tuple[str, str], dict[str, int]]]


def _numbers(cells: list[int | None] | list[int]) -> pa.Array:
    return pa.array(cells, pa.int64())


def _slot_counts(rows: _Rows, slot_of: dict[str, int], number: int, used: int) -> pa.Array:
    if number >= used:
        return pa.nulls(len(rows), pa.int64())
    return _numbers(
        [sum(count for tier, count in row.items() if tier and slot_of[tier] == number) for _, row in rows]
    )


def _slots(rule_set: RuleSet, found: set[str]) -> tuple[list[str], dict[str, int]]:
    """Return the names of the slots that are used, and the slot of each tier."""
    by_rank = sorted(rule_set.tiers.values(), key=lambda tier: tier.rank)
    unknown = sorted(found - set(rule_set.tiers))
    room = SLOTS if not unknown and len(by_rank) <= SLOTS else SLOTS - 1
    names = [tier.label for tier in by_rank[:room]]
    slot_of = {tier.id: min(number, room) for number, tier in enumerate(by_rank)}
    slot_of |= dict.fromkeys(unknown, len(names))
    if unknown or len(by_rank) > room:
        names.append(_OTHERS)
    return names, slot_of


def _counts(review: Review) -> dict[tuple[str, str], dict[str, int]]:
    """Return customers by review (day, period) and tier (`""`: undecided), the oldest first."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    frame = review.trend
    cells = (array(frame[name]).to_pylist() for name in ("as_of", "period", "tier", "customers"))
    for day, period, tier, customers in sorted(
        zip(*cells, strict=True), key=lambda row: (row[0], row[1] or "")
    ):
        row = found.setdefault((day.isoformat(), _named(period, day)), {})
        row[tier or ""] = row.get(tier or "", 0) + (customers or 0)
    return found or {(review.as_of.isoformat(), _named(review.period.name, review.as_of)): _now(review)}


def _named(period: str | None, day: date) -> str:
    return f"{period}（{day.isoformat()}）" if period else day.isoformat()


def _now(review: Review) -> dict[str, int]:
    counts = pc.value_counts(pc.fill_null(array(review.now.frame["tier"]), ""))
    return dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))

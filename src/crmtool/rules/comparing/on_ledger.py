"""Who moves on a ledger: every customer's tier by both versions, and how many went from where to where.

Judging by both is left to `crmtool.jobs.rules_diff`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

#: A row a customer, in ledger order. `fen` null: the amount is not known. `was` and `now` are tier ids, null: undecided.
COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "place": pa.int64(),
    "row": pa.int64(),
    "customer_id": pa.string(),
    "name": pa.string(),
    "owner": pa.string(),
    "was": pa.string(),
    "now": pa.string(),
    "fen": pa.int64(),
    "reason_before": pa.string(),
    "reason_after": pa.string(),
}


@dataclass(frozen=True, slots=True)
class FromTo:
    """How many customers went from a tier to a tier (empty: undecided), and their known amounts (None: none is known)."""

    was: str
    now: str
    customers: int
    fen: int | None


@dataclass(frozen=True)
class OnLedger:
    """Every customer of a ledger by both versions (COLUMNS), judged on one day."""

    as_of: date
    table: pa.Table

    @cached_property
    def changed(self) -> pa.Table:
        """Return the customers whose tier is another one, in ledger order."""
        was, now = (pc.fill_null(self.table[name], "") for name in ("was", "now"))
        return self.table.filter(pc.not_equal(was, now))

    @cached_property
    def ways(self) -> tuple[FromTo, ...]:
        """Return every pair of tiers that some customer has, those who stay included."""
        texts = {name: pc.fill_null(self.table[name], "") for name in ("was", "now")}
        grouped = (
            pa.table({**texts, "fen": self.table["fen"]})
            .group_by(["was", "now"], use_threads=False)
            .aggregate([([], "count_all"), ("fen", "sum")])
        )
        found = [FromTo(r["was"], r["now"], r["count_all"], r["fen_sum"]) for r in grouped.to_pylist()]
        return tuple(sorted(found, key=lambda way: (way.was, way.now)))

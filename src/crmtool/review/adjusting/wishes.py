"""Knows what the rows of an adjustment table ask to be written, and what the ledger holds in its place.

Whether a row may be carried out is for `crmtool.review.adjusting.objections`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.adjusting.spreading import worded
from crmtool.review.adjusting.strategies import tier_rhythms
from crmtool.rules.deciding.labels import tiers_of
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, one_array
from crmtool.visits.reading.facts import days, texts

STRATEGY, CYCLE = "current_strategy", "strategy_cycle"
LOCK_TIER, LOCK_REASON, LOCK_UNTIL = LOCK = ("lock_tier", "lock_reason", "lock_until")
#: What an approved row writes: the ledger's field, and the column of the table that its cell is from.
WRITES: Final[Mapping[str, str]] = {STRATEGY: "new_strategy", CYCLE: "cycle", **{name: name for name in LOCK}}


@dataclass(frozen=True)
class Wishes:
    """What rows ask for, by the ledger's field, a cell each: `cells` to be written where `asks`, `held` the ledger's.

    `places` are the customers' positions. A lock is asked for as a whole: an empty reason or last day then empties the
    ledger's. A cycle goes with a new strategy only.
    """

    places: pa.Array
    cells: Mapping[str, pa.Array]
    asks: Mapping[str, pa.Array]
    held: Mapping[str, pa.Array]

    def is_same(self, name: str) -> pa.Array:
        """Tell which rows ask for what the ledger's field holds already."""
        return is_same(self.cells[name], self.held[name])

    @property
    def differs(self) -> pa.Array:
        """Tell which rows would change the ledger."""
        changes = [pc.and_(self.asks[name], pc.invert(self.is_same(name))) for name in WRITES]
        return one_array(pc.or_(pc.or_(changes[0], changes[1]), self.locks_otherwise))

    @property
    def is_fulfilled(self) -> pa.Array:
        """Tell which rows ask for a strategy or a lock that the ledger has come to, whatever became of the cycle."""
        strategy = pc.and_(self.asks[STRATEGY], pc.invert(self.is_same(STRATEGY)))
        asks = pc.or_(self.asks[STRATEGY], self.asks[LOCK_TIER])
        is_elsewhere = pc.is_null(self.places)
        return pc.and_(asks, pc.invert(pc.or_(pc.or_(strategy, self.locks_otherwise), is_elsewhere)))

    @property
    def locks_otherwise(self) -> pa.Array:
        """Tell which rows give a lock that is not the one of the ledger, to its last day and reason."""
        same = [self.is_same(name) for name in LOCK]
        return pc.and_(self.asks[LOCK_TIER], pc.invert(pc.and_(pc.and_(same[0], same[1]), same[2])))


def wishes_of(rows: pd.DataFrame, places: pa.Array, customers: pd.DataFrame, rule_set: RuleSet) -> Wishes:
    """Return what rows (BACK_COLUMNS) ask for; tiers that are locked by their labels."""
    labels = {tier.id: tier.label for tier in rule_set.tiers.values()}
    cells = {name: column(rows, its) for name, its in WRITES.items()}
    cells[LOCK_TIER] = worded(tiers_of(cells[LOCK_TIER], rule_set), labels)
    held = {name: texts(customers, name).take(places) for name in WRITES if name != LOCK_UNTIL}
    is_chosen = pc.or_(pc.is_valid(held[CYCLE]), pc.invert(_of_another_tier(cells[CYCLE], rows, rule_set)))
    asks = {STRATEGY: pc.is_valid(cells[STRATEGY])}
    asks[CYCLE] = pc.and_(pc.and_(asks[STRATEGY], pc.is_valid(cells[CYCLE])), is_chosen)
    asks |= dict.fromkeys(LOCK, pc.is_valid(cells[LOCK_TIER]))
    held[LOCK_TIER] = pc.coalesce(worded(tiers_of(held[LOCK_TIER], rule_set), labels), held[LOCK_TIER])
    until = pa.array(days(customers, LOCK_UNTIL)).cast(pa.date32())
    return Wishes(places, cells, asks, {**held, LOCK_UNTIL: until.take(places)})


def _of_another_tier(cycles: pa.Array, rows: pd.DataFrame, rule_set: RuleSet) -> pa.Array:
    """Tell which rows show the rhythm of another tier than their customer's: of who moved, what was done until then.

    The new strategy is not for that rhythm, and nobody chose it.
    """
    rhythms = tier_rhythms(rule_set)
    tiers = column(rows, "tier")
    is_one = pc.is_in(cycles, pa.array(list(rhythms.values()), pa.string()), skip_nulls=True)
    is_own = pc.fill_null(pc.equal(cycles, worded(tiers, rhythms)), False)
    return pc.and_(pc.and_(is_one, pc.is_valid(tiers)), pc.invert(is_own))


def is_same(first: pa.Array, second: pa.Array) -> pa.Array:
    """Tell which cells say the same, whatever their blanks and line breaks; two empty ones do.

    >>> is_same(pa.array(["甲 乙", None, None]), pa.array(["甲\\n乙", None, "丙"])).to_pylist()
    [True, True, False]
    """
    said = [_in_one_line(cells) if pa.types.is_string(cells.type) else cells for cells in (first, second)]
    both_empty = pc.and_(pc.is_null(said[0]), pc.is_null(said[1]))
    return one_array(pc.or_(both_empty, pc.fill_null(pc.equal(*said), False)))


def _in_one_line(cells: pa.Array) -> pa.Array:
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(cells, r"\s+", " "))
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)


def among(places: pa.Array, size: int) -> pa.Array:
    """Tell which of so many customers are at one of the places."""
    return pc.is_in(pa.array(np.arange(size)), places.drop_null())

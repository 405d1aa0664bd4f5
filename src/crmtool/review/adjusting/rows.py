"""Knows who stands in the 客户关系维护策略动态调整表, and what stands in each row.

How far KPIs were reached is left to `grading`, what the rules suggest to `strategies`, last time's cells to `carrying`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import Ledger
from crmtool.review.adjusting.carrying import Present, carried_over, last_table
from crmtool.review.adjusting.causes import CAUSE_MARKED
from crmtool.review.adjusting.grading import customer_grades
from crmtool.review.adjusting.spreading import by_customer, joined_by_customer, worded
from crmtool.review.adjusting.strategies import (
    adjusted_strategies,
    suggested,
    tier_rhythms,
    tier_strategies,
)
from crmtool.review.model import ADJUSTMENT_COLUMNS, DOWN, LEVEL, MOVE_LABELS, SAME, UP, Moves, Snapshot
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.rules.reviewing import KPI_SHORT, MARKED, TIER_CHANGED, adjustment_of, grading_of
from crmtool.visits.frames import column, joined, one_of, rows_where
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import frame_of
from crmtool.visits.reading.facts import days, owners, texts

#: Moves from one tier to another: the others come or go, or nobody knows yet where to.
_MOVED = (UP, DOWN, LEVEL)
_NOTHING = pa.scalar(None, pa.string())


def adjustments_of(
    ledger: Ledger,
    now: Snapshot,
    moves: Moves,
    customer_kpis: pd.DataFrame,
    rule_set: RuleSet,
    common: Common,
    carried: pd.DataFrame | None = None,
    settled: pa.Array | None = None,
) -> pd.DataFrame:
    """Return the rows of the adjustment table (ADJUSTMENT_COLUMNS), in the ledger's order.

    `now` says how the ledger's customers stand, by their keys; `customer_kpis` are CUSTOMER_KPI_COLUMNS. `carried` are
    rows of last time (ADJUSTMENT_COLUMNS), `settled` (bool) tells which of them are known to be over. The open ones are
    listed again with what people wrote into them, and stand at the end, without a place in the ledger, where the ledger
    has no such customer any more.
    """
    facts = _Facts(ledger, now, moves, customer_kpis, rule_set, common)
    table = facts.table()
    if carried is None or not len(carried):
        return rows_where(table, facts.listed)
    last = last_table(carried, settled, ledger.customers.frame, facts.keys, rule_set)
    return carried_over(table, last, facts.present, rule_set, common)


@dataclass(frozen=True)
class _Facts:
    """What is known of all customers of a ledger, a cell each in its order."""

    ledger: Ledger
    now: Snapshot
    moves: Moves
    kpis: pd.DataFrame
    rule_set: RuleSet
    common: Common

    @cached_property
    def frame(self) -> pd.DataFrame:
        return self.ledger.customers.frame

    @cached_property
    def keys(self) -> pa.Array:
        return customer_keys(self.frame)

    @cached_property
    def size(self) -> int:
        return len(self.frame)

    @cached_property
    def labels(self) -> dict[str, str]:
        return {tier.id: tier.label for tier in self.rule_set.tiers.values()}

    @cached_property
    def tier(self) -> pa.Array:
        return self._of_snapshot("tier")

    @cached_property
    def holding(self) -> pa.Array:
        """Return the tier that holds: the earlier one while a change waits to be confirmed."""
        return pc.coalesce(self._of_move("held_tier"), self._of_snapshot("held_tier"), self.tier)

    @cached_property
    def before(self) -> pa.Array:
        """Return the tier that held until this review: of who moved and need not wait the one they come from."""
        is_new = pc.and_(self.has_moved, pc.is_null(self._of_move("held_tier")))
        former = pc.coalesce(self._of_move("confirmed"), self._of_move("was"))
        return pc.if_else(is_new, former, self.holding)

    @cached_property
    def has_moved(self) -> pa.Array:
        """Tell whose tier changed from the last time to this, or whose earlier change holds from now on."""
        moved = pc.fill_null(one_of(self._of_move("kind"), _MOVED), False)
        return pc.or_(moved, pc.is_valid(self._of_move("confirmed")))

    @cached_property
    def falls_short(self) -> pa.Array:
        """Return of which rows of `kpis` the customer falls short: KPIs of the own tier that are not met."""
        missed = pc.fill_null(pc.invert(column(self.kpis, "met")), False)
        return pc.and_(missed, pc.fill_null(column(self.kpis, "is_own"), False))

    @cached_property
    def short(self) -> pa.Array:
        """Return the ids of the KPIs that fall short, joined by `|`; null for nobody's."""
        return self._short_joined("id", "|")

    @cached_property
    def short_texts(self) -> pa.Array:
        return self._short_joined("text", "、")

    @cached_property
    def is_marked(self) -> pa.Array:
        return pc.fill_null(pc.equal(texts(self.frame, "marked"), "是"), False)

    @cached_property
    def why(self) -> pa.Array:
        """Return for what each customer is listed, of what the rules list for; null for nothing."""
        asked = adjustment_of(self.rule_set, self.common).suggest_when
        parts = (
            (KPI_SHORT, "short", pc.is_valid(self.short_texts)),
            (TIER_CHANGED, "moved", self.has_moved),
            (MARKED, "marked", self.is_marked),
        )
        words = [pc.if_else(holds, word, _NOTHING) for name, word, holds in parts if name in asked]
        return joined(words, "|") if words else pa.nulls(self.size, pa.string())

    @cached_property
    def listed(self) -> pa.Array:
        return pc.is_valid(self.why)

    @cached_property
    def present(self) -> Present:
        shortfall = pc.binary_join_element_wise("未达标：", self.short_texts, "")
        return Present(self.listed, shortfall, self._move_in_words())

    @cached_property
    def cause(self) -> pa.Array:
        """Return the shortfalls and the move in words, else that the ledger marks the customer; null for none of these."""
        figures = joined([self.present.shortfall, self.present.move], "；")
        return pc.coalesce(figures, pc.if_else(self.is_marked, CAUSE_MARKED, _NOTHING))

    def table(self) -> pd.DataFrame:
        """Return a row for every customer, listed or not."""
        adjustment = adjustment_of(self.rule_set, self.common)
        by_tier = tier_strategies(self.rule_set)
        strategy = pc.coalesce(texts(self.frame, "current_strategy"), worded(self.before, by_tier))
        rhythms = worded(self.before, tier_rhythms(self.rule_set))
        by_shortfall = adjusted_strategies(self.tier, self.short, adjustment)
        is_open = self._is_open(strategy)
        typed_on = pa.array(days(self.frame, "adjusted_on")).cast(pa.date32())
        cells = {
            **{name: self._of_snapshot(name) for name in ("customer_id", "name")},
            "customer": pa.array(range(self.size), pa.int64()),
            "customer_key": self.keys,
            "tier": self.tier,
            "label": pc.fill_null(worded(self.tier, self.labels), self.rule_set.unknown_label),
            "owner": owners(self.frame),
            "strategy": strategy,
            "cycle": pc.coalesce(texts(self.frame, "strategy_cycle"), rhythms),
            "kpis": pc.coalesce(
                joined_by_customer(column(self.kpis, "customer"), column(self.kpis, "text"), self.size, ";"),
                texts(self.frame, "kpi_text"),
            ),
            "grade": customer_grades(self.kpis, self.size, grading_of(self.rule_set, self.common)),
            "cause": pc.coalesce(self._typed("adjust_reason", is_open), self.cause),
            "new_strategy": pc.coalesce(
                self._typed("adjusted_strategy", is_open),
                suggested(by_shortfall, self.has_moved, worded(self.holding, by_tier), strategy),
            ),
            "adjusted_on": pc.if_else(is_open, typed_on, pa.scalar(None, pa.date32())),
            "remark": texts(self.frame, "remark"),
            "why": self.why,
            "short": self.short,
        }
        return frame_of(ADJUSTMENT_COLUMNS, cells)

    def _is_open(self, strategy: pa.Array) -> pa.Array:
        """Tell whose adjustment typed in the ledger is still to be made: the adjusted strategy is not the current one."""
        done = pc.equal(texts(self.frame, "adjusted_strategy"), strategy)
        return pc.invert(pc.fill_null(done, False))

    def _typed(self, field: str, is_open: pa.Array) -> pa.Array:
        return pc.if_else(is_open, texts(self.frame, field), _NOTHING)

    @cached_property
    def _standing(self) -> pa.Array:
        """Return where each customer stands in the snapshot."""
        return pc.index_in(self.keys, column(self.now.frame, "customer_key"))

    def _of_snapshot(self, name: str) -> pa.Array:
        return column(self.now.frame, name).take(self._standing)

    def _of_move(self, name: str) -> pa.Array:
        frame = self.moves.frame
        return by_customer(column(frame, "customer"), column(frame, name), self.size)

    def _short_joined(self, name: str, separator: str) -> pa.Array:
        rows = rows_where(self.kpis, self.falls_short)
        return joined_by_customer(column(rows, "customer"), column(rows, name), self.size, separator)

    def _move_in_words(self) -> pa.Array:
        """Return 降级：年消费额 12万元 → 8万元；等级 高价值客户 → 潜力客户，待确认; null for who has not moved."""
        kind = worded(self._of_move("kind"), {kind: f"{MOVE_LABELS[kind]}：" for kind in _MOVED} | {SAME: ""})
        waits = pc.if_else(pc.is_valid(self._of_move("held_tier")), "，待确认", "")
        said = pc.binary_join_element_wise(kind, self._of_move("reason"), waits, "")
        return pc.if_else(self.has_moved, said, _NOTHING)

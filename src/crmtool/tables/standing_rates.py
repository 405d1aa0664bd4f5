"""The sheets 跟进概览 and 回访完成率: how many customers of each tier stand how, and visit rates against their targets.

Rates are made in `crmtool.visits.standing.rates`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.rules.decisions import Decisions
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped
from crmtool.tables.overview import row_labels
from crmtool.tables.visit_words import NO_OWNER, means, tier_words
from crmtool.visits.model import frame_of
from crmtool.visits.standing.rates import BY_ALL, BY_CHANNEL, BY_OWNER, BY_TIER, RATE_COLUMNS, TOTAL
from crmtool.visits.standing.standings import STANDING_LABELS, Standings

#: What a row of 回访完成率 puts together.
_KINDS: Final = {
    TOTAL: "合计",
    BY_TIER: "按等级",
    BY_OWNER: "按负责人",
    BY_CHANNEL: "按回访方式",
    BY_ALL: "明细",
}
#: 达成 of a rate: met, not met; empty where nothing is asked, or nothing was due.
_MET: Final = {"true": "达成", "false": "未达成"}


def tiers(found: Standings, decisions: Decisions, rule_set: RuleSet) -> OutTable:
    """Return one row a tier, best first, the undecided last: its customers by how they stand."""
    names = row_labels(decisions, rule_set)
    return _counts("standing_tiers", list(names.values()), grid(found, list(names)))


def total(found: Standings, decisions: Decisions, rule_set: RuleSet) -> OutTable:
    """Return the one row below: all tiers together."""
    counts = grid(found, list(row_labels(decisions, rule_set)))
    return _counts("standing_tiers_total", ["合计"], counts.sum(axis=0, keepdims=True))


def grid(found: Standings, tier_ids: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return customers by tier (`""`: undecided) and standing, in the order of `STANDING_LABELS`."""
    row = pc.index_in(pc.fill_null(array(found.customers["tier"]), ""), pa.array(tier_ids, pa.string()))
    column = pc.index_in(array(found.customers["standing"]), pa.array(list(STANDING_LABELS), pa.string()))
    width = len(STANDING_LABELS)
    cells = row.to_numpy(zero_copy_only=False) * width + column.to_numpy(zero_copy_only=False)
    return np.bincount(cells, minlength=len(tier_ids) * width).reshape(len(tier_ids), width)


def _counts(
    name: str, labels: list[str], counts: np.ndarray[tuple[int, int], np.dtype[np.int64]]
) -> OutTable:
    columns = [
        TableColumn(standing, header, pa.array(counts[:, number]), "count")
        for number, (standing, header) in enumerate(STANDING_LABELS.items())
    ]
    whole = TableColumn("customers", "客户数", pa.array(counts.sum(axis=1)), "count")
    return OutTable(name, [TableColumn("label", "等级", pa.array(labels, pa.string())), *columns, whole])


def by_tier(rates: pd.DataFrame | None, rule_set: RuleSet, common: Common) -> OutTable:
    """Return one row a tier, and one for all: visits due and made, the rate and its target; none without a plan."""
    found = _all(rates)
    kinds = array(found["by"])
    order = pa.concat_arrays([pc.indices_nonzero(pc.equal(kinds, by)) for by in (BY_TIER, TOTAL)])
    rows = found.iloc[order.to_pylist()]
    label = tier_words(array(rows["tier"]), rule_set)
    label = pc.coalesce(label, mapped(array(rows["by"]), {TOTAL: "合计"}), pa.scalar(rule_set.unknown_label))
    return OutTable("rate_tiers", [TableColumn("label", "等级", label), *_figures(rows)])


def every(rates: pd.DataFrame | None, rule_set: RuleSet, common: Common) -> OutTable:
    """Return one row a rate: in all, by tier, by owner, by channel, and by all three."""
    rows = _all(rates)
    by = array(rows["by"])

    def named(names: pa.Array, nobody: str, *kinds: str) -> pa.Array:
        is_by = pc.is_in(by, pa.array(kinds))
        return pc.if_else(is_by, pc.fill_null(names, nobody), pa.scalar(None, pa.string()))

    channel = means(array(rows["channel"]), common)
    tier = tier_words(array(rows["tier"]), rule_set)
    return OutTable(
        "rates",
        [
            TableColumn("kind", "口径", mapped(by, _KINDS)),
            TableColumn("tier", "等级", named(tier, rule_set.unknown_label, BY_TIER, BY_ALL)),
            TableColumn("owner", "负责人", named(array(rows["owner"]), NO_OWNER, BY_OWNER, BY_ALL)),
            TableColumn("channel", "回访方式", named(channel, "未说明", BY_CHANNEL, BY_ALL)),
            *_figures(rows),
        ],
    )


def _all(rates: pd.DataFrame | None) -> pd.DataFrame:
    return frame_of(RATE_COLUMNS, {"by": []}) if rates is None else rates


def _figures(rows: pd.DataFrame) -> list[TableColumn]:
    met = mapped(pc.cast(array(rows["met"]), pa.string()), _MET)
    return [
        TableColumn("due", "应访", array(rows["due"]), "count"),
        TableColumn("done", "已访", array(rows["done"]), "count"),
        TableColumn("on_time", "按时完成", array(rows["on_time"]), "count"),
        TableColumn("late", "逾期完成", array(rows["late"]), "count"),
        TableColumn("rate", "回访率", array(rows["rate"]), "percent"),
        TableColumn("target", "目标", array(rows["target"])),
        TableColumn("met", "达成", met),
    ]

"""The sheet 客户关系维护策略动态调整表: what is proposed for whom, and the cells in which that is decided.

What is proposed is found in `crmtool.review.adjusting`; drop-downs and checks stand in the template.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.review.model import ADJUSTMENT_HEADERS, VERDICT_LABELS, Review
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped
from crmtool.tables.tiers import labels

SHEET: Final = "客户关系维护策略动态调整表"
#: What people fill in: the decision, and the tier that is fixed.
INPUTS: Final = ("approver", "verdict", "approved_on", "lock_tier", "lock_reason", "lock_until")
#: The headers of these cells, for those who must not overwrite people's work.
INPUT_HEADERS: Final = tuple(ADJUSTMENT_HEADERS[name] for name in INPUTS)
#: Not shown; they tell whose row it is when the sheet comes back.
KEY_HEADERS: Final = {"customer_id": "客户编号", "customer_key": "客户键"}
#: All headers of the sheet by the ids of its columns.
HEADERS: Final = {**ADJUSTMENT_HEADERS, **KEY_HEADERS}
_WHY: Final = {"short": "指标未达标", "moved": "等级变动", "marked": "台账标记", "waiting": "上期未决"}


def build(review: Review, rule_set: RuleSet) -> OutTable:
    """Return one row a proposal, in the order in which they were made; verdicts and locked tiers in words."""
    rows = review.adjustments
    words = {"verdict": VERDICT_LABELS, "lock_tier": labels(rule_set)}
    columns = []
    for name, header in HEADERS.items():
        cells = array(rows[name])
        if name in words:
            cells = pc.coalesce(mapped(cells, words[name]), cells)
        columns.append(TableColumn(name, header, cells, "date" if pa.types.is_date(cells.type) else "text"))
    return OutTable("adjustments", columns)


def note(review: Review, approver: str) -> str:
    """Return the line below the title: how many rows for which cause, and who decides."""
    rows = review.adjustments
    if not len(rows):
        return f"{review.period.label} · 没有需要调整的客户。"
    why = array(rows["why"])
    counts = {
        word: pc.sum(pc.match_substring(pc.fill_null(why, ""), id_)).as_py() for id_, word in _WHY.items()
    }
    parts = "，".join(f"{word} {count}" for word, count in counts.items() if count)
    by = f"；由{approver}审批" if approver else ""
    return f"{review.period.label} · 共 {len(rows)} 位客户（{parts}）{by}。浅黄色的格子请填写，其他内容也可以改。"

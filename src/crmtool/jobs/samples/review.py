"""A made-up review of the made-up ledger, to try templates of the review workbook on.

Nothing is counted here: the few figures are written down as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from crmtool.jobs.samples.ledger import SAMPLE_AS_OF
from crmtool.jobs.samples.status import sample_status
from crmtool.review.model import (
    ADJUSTMENT_COLUMNS,
    BY_CUSTOMER,
    CUSTOMER_KPI_COLUMNS,
    DOWN,
    GOAL_COLUMNS,
    GONE,
    KPI_COLUMNS,
    MOVE_COLUMNS,
    NEAR_COLUMNS,
    NEW,
    SNAPSHOT_COLUMNS,
    TREND_COLUMNS,
    UP,
    Moves,
    Review,
    Snapshot,
)
from crmtool.review.period import Period
from crmtool.tables.classification import Judged
from crmtool.visits.model import frame_of

_BEFORE: Final = date(2023, 12, 31)
_FIRM: Final = {"customer_key": "样例甲公司", "name": "样例甲公司"}
_SHOP: Final = {"customer_key": "样例乙商行", "name": "样例乙商行"}
_STORE: Final[dict[str, Any]] = {"customer_key": "样例丙门店", "name": "样例丙门店"}
_LEFT: Final = {"customer_key": "样例丁商店", "name": "样例丁商店"}
_VISITS: Final = {"id": "visit_rate", "label": "回访率", "unit": "percent", "target": ">= 100%", "goal": 1.0}
_SATISFIED: Final = {
    "id": "satisfaction_rate",
    "label": "客户满意度",
    "unit": "percent",
    "target": ">= baseline + 10pp",
}


def sample_review(judged: Judged) -> Review:
    """Return a review in which one went up, one down, one came and one left, and one target was missed."""
    rates = sample_status(judged).rates
    return Review(
        Period(2024, 1, "half"),
        SAMPLE_AS_OF,
        _frame(KPI_COLUMNS, _kpis()),
        _frame(CUSTOMER_KPI_COLUMNS, _customer_kpis()),
        Snapshot(SAMPLE_AS_OF, _frame(SNAPSHOT_COLUMNS, _now()), "judged"),
        _moves(judged),
        _frame(ADJUSTMENT_COLUMNS, _adjustments()),
        _frame(TREND_COLUMNS, _trend()),
        rates,
        _frame(GOAL_COLUMNS, _goals()),
    )


def _frame(columns: Mapping[str, pa.DataType], rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame_of(columns, {name: [row.get(name) for row in rows] for name in columns})


def _kpis() -> list[dict[str, Any]]:
    counts = {"numerator": 1.0, "denominator": 2.0, "actual": 0.5}
    return [
        {**_SATISFIED, "missing": "no_satisfaction"},
        {**_VISITS, "target": None, "goal": None, **counts},
        {**_VISITS, "tier": "important", **counts, "met": False, "attainment": 0.5, "before": 1.0},
    ]


def _customer_kpis() -> list[dict[str, Any]]:
    counts = {"numerator": 1.0, "denominator": 2.0, "actual": 0.5, "met": False, "attainment": 0.5}
    told = {"origin": "counted", "is_own": True, "text": "回访率≥100%/50%"}
    return [{"customer": 0, **_FIRM, **_VISITS, **counts, **told}]


def _now() -> list[dict[str, Any]]:
    return [{**_FIRM, "tier": "important"}, {**_SHOP, "tier": "general"}, _STORE]


def _moves(judged: Judged) -> Moves:
    up = {"customer": 0, **_FIRM, "owner": "张三", "kind": UP, "was": "general", "now": "important"}
    down = {"customer": 1, **_SHOP, "owner": "李四", "kind": DOWN, "was": "important", "now": "general"}
    waiting = {"held_tier": "important", "pending_since": SAMPLE_AS_OF, "pending_reviews": 1}
    reason = "年度购买金额 6.1万元 → 3.2万元；等级 重要客户 → 一般客户"
    rows = [
        {**up, "cause": BY_CUSTOMER, "reason": "年度购买金额 4万元 → 8.6万元；等级 一般客户 → 重要客户"},
        {**down, "cause": BY_CUSTOMER, "reason": reason, **waiting, "holds_until": date(2024, 12, 31)},
        {"customer": 2, **_STORE, "owner": "李四", "kind": NEW},
        {**_LEFT, "owner": "李四", "kind": GONE, "was": "small"},
    ]
    near = {"customer": 1, **_SHOP, "owner": "李四", "now": "general", "side": "below", "tier": "important"}
    near |= {"field": "annual_amount", "value": "4.6万元", "line": "5万元", "distance": 0.08}
    rules = judged.rule_set
    previous = Snapshot(
        _BEFORE, frame_of(SNAPSHOT_COLUMNS, {}), "history", rules_id=rules.id, rules_version=rules.version
    )
    return Moves(_frame(MOVE_COLUMNS, rows), _frame(NEAR_COLUMNS, [near]), previous)


def _adjustments() -> list[dict[str, Any]]:
    return [
        {
            "customer": 0,
            **_FIRM,
            "tier": "important",
            "label": "重要客户",
            "owner": "张三",
            "strategy": "提供个性化的专属服务",
            "cycle": "每月1次",
            "kpis": "回访率≥100%/50%",
            "grade": "差",
            "cause": "回访率 50%，未达 ≥100%",
            "why": "short|moved",
            "short": "visit_rate",
        }
    ]


def _trend() -> list[dict[str, Any]]:
    before = {"as_of": _BEFORE, "period": "2023H2"}
    now = {"as_of": SAMPLE_AS_OF, "period": "2024H1"}
    return [
        {**before, "tier": "important", "customers": 1},
        {**before, "tier": "general", "customers": 1},
        {**before, "tier": "small", "customers": 1},
        {**now, "tier": "important", "customers": 1},
        {**now, "tier": "general", "customers": 1},
        {**now, "tier": None, "customers": 1},
    ]


def _goals() -> list[dict[str, Any]]:
    return [{**_SATISFIED, "statement": "客户满意度从 [X]% 提升至 [X+10]%"}]

"""Reviews made by hand or by chance, of any size, to try the review workbook on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from crmtool.review.kpis.definitions import KPIS
from crmtool.review.model import (
    ADJUSTMENT_COLUMNS,
    CUSTOMER_KPI_COLUMNS,
    KPI_COLUMNS,
    MOVE_COLUMNS,
    NEAR_COLUMNS,
    SNAPSHOT_COLUMNS,
    TREND_COLUMNS,
    Moves,
    Review,
    Snapshot,
)
from crmtool.review.period import Period
from crmtool.rules.model import RuleSet
from crmtool.visits.model import frame_of

QUARTER = Period(2026, 3, "quarter")


def framed(columns: Mapping[str, pa.DataType], *rows: Mapping[str, Any]) -> pd.DataFrame:
    """Return a frame of these columns from rows; what a row does not tell is null."""
    return frame_of(columns, {name: [row.get(name) for row in rows] for name in columns})


def review_of(**parts: Any) -> Review:
    """Return a review of a quarter, empty but for what is given."""
    empty: dict[str, Any] = {
        "period": QUARTER,
        "as_of": QUARTER.last,
        "kpis": framed(KPI_COLUMNS),
        "customer_kpis": framed(CUSTOMER_KPI_COLUMNS),
        "now": Snapshot(QUARTER.last, framed(SNAPSHOT_COLUMNS), "judged"),
        "moves": Moves(framed(MOVE_COLUMNS)),
        "adjustments": framed(ADJUSTMENT_COLUMNS),
    }
    return Review(**{**empty, **parts})


def moves_of(*rows: Mapping[str, Any], **parts: Any) -> Moves:
    """Return moves since the quarter before, as the history knows it."""
    previous = Snapshot(
        date(2026, 6, 30), framed(SNAPSHOT_COLUMNS), "history", rules_id="made", rules_version="1"
    )
    return Moves(framed(MOVE_COLUMNS, *rows), **{"previous": previous, **parts})


_OWNERS = ("王经理", "李专员", "张助理", None)


def random_review(rule_set: RuleSet, customers: int, seed: int = 0) -> Review:
    """Return a review of so many customers, each moved by chance, with KPIs, near misses and proposals."""
    chance = np.random.default_rng(seed)
    ids = [*rule_set.tiers, None]
    was, now = (
        pa.array(ids, pa.string()).take(pa.array(chance.integers(0, len(ids), customers))) for _ in range(2)
    )
    stay = pa.array(chance.random(customers) < 0.7)
    now = pa.compute.if_else(stay, was, now)
    numbers = pa.array(np.arange(1, customers + 1)).cast(pa.string())
    who = {
        "customer_id": pa.compute.binary_join_element_wise("C", numbers, ""),
        "name": pa.compute.binary_join_element_wise("第", numbers, "号客户有限公司", ""),
    }
    who["customer_key"] = who["customer_id"]
    rank: dict[str | None, int] = {tier.id: tier.rank for tier in rule_set.tiers.values()}
    kinds = [_kind(then, today, rank) for then, today in zip(was.to_pylist(), now.to_pylist(), strict=True)]
    owners = pa.array(_OWNERS, pa.string()).take(pa.array(chance.integers(0, 4, customers)))
    is_waiting = [kind == "down" and bool(chance.random() < 0.5) for kind in kinds]
    label: dict[str | None, str] = {t.id: t.label for t in rule_set.tiers.values()} | {None: "待补资料"}
    reasons = [
        None if kind == "same" else f"年消费额 {seed + 12}万元 → 8万元；等级 {label[then]} → {label[today]}"
        for kind, then, today in zip(kinds, was.to_pylist(), now.to_pylist(), strict=True)
    ]
    frame = frame_of(
        MOVE_COLUMNS,
        {
            "customer": np.arange(customers),
            **who,
            "owner": owners,
            "kind": kinds,
            "was": was,
            "now": now,
            "cause": ["customer" if kind != "same" else None for kind in kinds],
            "reason": reasons,
            "held_tier": [
                then if waits else None for then, waits in zip(was.to_pylist(), is_waiting, strict=True)
            ],
            "pending_reviews": [1 if waits else None for waits in is_waiting],
            "holds_until": [date(2026, 12, 31) if waits else None for waits in is_waiting],
        },
    )
    previous = Snapshot(
        date(2026, 6, 30),
        framed(SNAPSHOT_COLUMNS),
        "history",
        rules_id=rule_set.id,
        rules_version=rule_set.version,
    )
    snapshot = frame_of(SNAPSHOT_COLUMNS, {**who, "tier": now})
    return review_of(
        moves=Moves(frame, _near(frame, rule_set), previous),
        now=Snapshot(QUARTER.last, snapshot, "judged"),
        kpis=_kpis(rule_set, chance),
        customer_kpis=_customer_kpis(rule_set, now, chance),
        adjustments=_adjustments(frame, rule_set),
        trend=_trend(rule_set, customers, chance),
    )


def _kind(was: str | None, now: str | None, rank: Mapping[str | None, int]) -> str:
    if was == now:
        return "same"
    if was is None or now is None:
        return "settled" if was is None else "opened"
    return "level" if rank[was] == rank[now] else "up" if rank[now] < rank[was] else "down"


def _asked(rule_set: RuleSet) -> list[tuple[str | None, dict[str, Any]]]:
    section = rule_set.plain.get("kpis") or {}
    return [(None if tier == "all" else tier, kpi) for tier, kpis in section.items() for kpi in kpis]


def _kpis(rule_set: RuleSet, chance: np.random.Generator) -> pd.DataFrame:
    asked = _asked(rule_set)
    own = {(tier, str(kpi["id"])) for tier, kpi in asked}
    watched = {str(kpi["id"]): kpi for tier, kpi in asked if (None, str(kpi["id"])) not in own}
    rows = []
    for tier, kpi in [*asked, *((None, {**kpi, "target": None}) for kpi in watched.values())]:
        unit = KPIS[str(kpi["id"])].unit
        actual = _chance_figure(unit, chance)
        target = None if kpi.get("target") is None else str(kpi["target"])
        is_met = None if target is None or "baseline" in target else bool(chance.random() < 0.5)
        rows.append(
            {
                "id": str(kpi["id"]),
                "tier": tier,
                "label": str(kpi["label"]),
                "unit": unit,
                "numerator": 34.0,
                "denominator": 40.0,
                "actual": actual,
                "target": target,
                "met": is_met,
                "attainment": None if is_met is None else 1.0 if is_met else float(chance.random()),
                "before": _chance_figure(unit, chance),
                "year_before": None,
                "missing": None,
            }
        )
    return framed(KPI_COLUMNS, *rows)


def _chance_figure(unit: str, chance: np.random.Generator) -> float:
    size = {"percent": 1.0, "points": 60.0, "count": 4.0, "money": 25_000.0, "days": 60.0, "change": 0.1}
    return float(chance.random()) * size[unit]


def _customer_kpis(rule_set: RuleSet, now: pa.Array, chance: np.random.Generator) -> pd.DataFrame:
    asked = _asked(rule_set)
    tiers = now.to_pylist()
    cells: dict[str, list[Any]] = {name: [] for name in CUSTOMER_KPI_COLUMNS}
    for customer, tier in enumerate(tiers):
        for of, kpi in asked:
            if of is not None and of != tier:
                continue
            unit = KPIS[str(kpi["id"])].unit
            row = {
                "customer": customer,
                "id": str(kpi["id"]),
                "label": str(kpi["label"]),
                "unit": unit,
                "numerator": 1.0,
                "denominator": 2.0,
                "actual": 0.5,
                "target": None if kpi.get("target") is None else str(kpi["target"]),
                "met": False,
                "origin": "counted",
                "is_own": of is not None,
            }
            for name, column in cells.items():
                column.append(row.get(name))
    return frame_of(CUSTOMER_KPI_COLUMNS, cells)


def _near(frame: pd.DataFrame, rule_set: RuleSet) -> pd.DataFrame:
    field = next(iter(rule_set.fields))
    tier = next(iter(rule_set.tiers))
    rows = [
        {
            **{name: frame[name].iloc[at] for name in ("customer", "customer_key", "customer_id", "name")},
            "now": tier,
            "tier": tier,
            "side": "above" if at % 2 else "below",
            "field": field,
            "value": "10.4万元",
            "line": "10万元",
            "distance": 0.04,
        }
        for at in range(0, min(len(frame), 40), 3)
    ]
    return framed(NEAR_COLUMNS, *rows)


def _adjustments(frame: pd.DataFrame, rule_set: RuleSet) -> pd.DataFrame:
    moved = frame[(frame["kind"] == "down").to_numpy(bool)].head(60)
    names = {tier.id: tier.label for tier in rule_set.tiers.values()}
    rows = [
        {
            "customer": row.customer,
            "customer_key": row.customer_key,
            "customer_id": row.customer_id,
            "name": row.name_,
            "tier": row.now,
            "label": names[row.now],
            "owner": "王经理",
            "strategy": "季度高层互访+定制化产品升级方案",
            "cycle": "每季度1次",
            "kpis": "复购率≥80%/85%;满意度≥90%/88%",
            "grade": "优良中差"[number % 4],
            "cause": "满意度 88%，未达 ≥90%；年消费额 12万元 → 8万元，等级 高价值客户 → 潜力客户",
            "new_strategy": "增加产品成本透明度分析报告，同步行业独家技术优势",
            "adjusted_on": date(2026, 9, 30),
            "remark": "已与客户技术总监初步沟通" if number % 3 == 0 else None,
            "why": "short|moved",
        }
        for number, row in enumerate(moved.rename(columns={"name": "name_"}).itertuples())
    ]
    return framed(ADJUSTMENT_COLUMNS, *rows)


def _trend(rule_set: RuleSet, customers: int, chance: np.random.Generator) -> pd.DataFrame:
    rows = []
    for quarter in range(6):
        period = QUARTER.shifted(quarter - 5)
        for tier in (*rule_set.tiers, None):
            count = int(customers / 6 * (0.7 + 0.6 * chance.random()))
            rows.append({"as_of": period.last, "period": period.name, "tier": tier, "customers": count})
    return framed(TREND_COLUMNS, *rows)

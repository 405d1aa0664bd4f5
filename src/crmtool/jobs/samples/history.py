"""A made-up history, to try its template on: every table has rows."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pyarrow as pa

from crmtool.files.history import Run, RunInput, RunOutput
from crmtool.files.history.tables import ADJUSTMENTS, CLASSIFICATIONS, KPIS, REPORTS, VISITS, Stored
from crmtool.files.history.whole import REPLACED_IN, RUN, Whole, kinds_of

_DAYS: Final = (date(2024, 3, 31), date(2024, 6, 30))
_WHO: Final = {"customer_key": "C0012", "customer_id": "C0012", "name": "华东精密机械有限公司"}
_OTHER: Final = {"customer_key": "C0034", "customer_id": "C0034", "name": "成都云图软件"}
_VISIT: Final = "C0012-phone-202406"
#: Longer than a cell can hold.
_LONG: Final = "会议纪要全文。" * 2_500


def sample_whole() -> Whole:
    """Return a history of a classification, a plan, a report and a review."""
    runs = (
        _run(1, "classify", _DAYS[0], counts={"high_value": 1, "potential": 1}),
        _run(2, "plan", _DAYS[0], counts={"visits": 1}),
        _run(3, "collect", date(2024, 6, 20), counts={"reports": 1}),
        _run(4, "review", _DAYS[1], options={"period": "2024Q2"}, counts={"high_value": 1, "": 1}),
    )
    return Whole(
        runs,
        {
            CLASSIFICATIONS.name: _table(CLASSIFICATIONS, *_decided()),
            VISITS.name: _table(VISITS, _visit()),
            REPORTS.name: _table(REPORTS, _report(), _report(complaint=_LONG, **{REPLACED_IN: 3})),
            KPIS.name: _table(KPIS, *_reached()),
            ADJUSTMENTS.name: _table(ADJUSTMENTS, _proposed()),
        },
    )


def _run(number: int, command: str, as_of: date, **more: Any) -> Run:
    return Run(
        f"{number:064}",
        command,
        as_of,
        "annual_value",
        "2024.1",
        "0" * 64,
        "0.1.0",
        f"{as_of.isoformat()}T18:30:05+08:00",
        inputs=(RunInput("客户台账.xlsx", "1" * 64, "客户信息登记表", 2),),
        outputs=(RunOutput(f"客户台账-{as_of.isoformat()}.xlsx", "2" * 64, "3" * 64),),
        id=number,
        turn=number,
        **more,
    )


def _table(stored: Stored, *rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), kinds_of(stored))


def _decided() -> list[dict[str, Any]]:
    high = {"tier": "high_value", "label": "高价值客户", "rule": "high_value", "origin": "computed"}
    low = {"tier": "potential", "label": "潜力客户", "rule": "potential", "origin": "computed"}
    reason = "年消费额 15万元 ≥ 10万元；最近交易 2024-03-15（1 个月内）"
    facts = '{"annual_amount":15000000,"last_order":"2024-03-15"}'
    waiting = {"held_tier": "high_value", "pending_since": _DAYS[1], "pending_reviews": 1}
    open_one = {"label": "待补资料", "origin": "computed", "missing": "annual_amount"}
    return [
        {RUN: 1, **_WHO, **high, "reason": reason, "facts": facts, "tags": "重点", "score": 4.5},
        {RUN: 1, **_OTHER, **low, "reason": "年消费额 6万元 ≥ 5万元", "next": "年消费额再增加 4万元"},
        {RUN: 4, **_WHO, **low, "reason": "年消费额 8万元 < 10万元", "previous": "high_value", **waiting},
        {RUN: 4, **_OTHER, **open_one, "reason": "缺少 年消费额"},
    ]


def _visit() -> dict[str, Any]:
    days = {"due_on": date(2024, 6, 18), "planned_on": date(2024, 6, 18), "done_on": date(2024, 6, 19)}
    what = {"channel": "phone", "label": "电话回访", "kind": "every", "role": "客户经理", "owner": "王敏"}
    return {RUN: 3, "visit_id": _VISIT, **_WHO, "tier": "high_value", **what, **days, "status": "done"}


def _report(**more: Any) -> dict[str, Any]:
    said = {"feedback": "交付很准时，希望增加备件。", "demand": "备件年度框架", "next_step": "6 月底前报价"}
    known = {"visit_id": _VISIT, **_WHO, "channel": "phone", "owner": "王敏", "outcome": "done"}
    source = "[跟进表-2024-06.xlsx]王敏!A7"
    given = {"done_on": date(2024, 6, 19), "satisfaction": 5.0, "recommend": 9.0, "source": source}
    return {RUN: 3, **known, **said, **given, **more}


def _reached() -> list[dict[str, Any]]:
    repeat = {"id": "repeat_rate", "label": "复购率", "unit": "percent", "target": ">= 80%", "goal": 0.8}
    cycle = {"id": "cycle", "label": "转化周期", "unit": "days", "target": "<= 30天", "goal": 30.0}
    told = {"numerator": 17.0, "denominator": 20.0, "actual": 0.85, "met": True, "attainment": 1.0}
    return [
        {RUN: 4, **repeat, "tier": "high_value", **told, "before": 0.82, "year_before": 0.8},
        {RUN: 4, **cycle, "actual": 36.0, "met": False, "attainment": 30 / 36},
    ]


def _proposed() -> dict[str, Any]:
    return {
        RUN: 4,
        "period": "2024Q2",
        **_WHO,
        "tier": "potential",
        "label": "潜力客户",
        "owner": "王敏",
        "strategy": "专属客户经理，季度复盘",
        "cycle": "每季度1次",
        "kpis": "复购率≥80%/85%;满意度≥90%/88%",
        "grade": "良",
        "cause": "满意度未达标；年消费额 15万元 → 8万元",
        "new_strategy": "增加上门拜访，定制优惠方案",
        "adjusted_on": date(2024, 7, 5),
        "remark": "客户换了采购负责人",
        "approver": "李总",
        "verdict": "同意",
        "approved_on": date(2024, 7, 8),
        "why": "short|moved",
        "short": "satisfaction_rate",
        "applied": "applied",
    }

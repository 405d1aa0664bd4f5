"""Plans put together by hand: visits given by their few columns that matter, customers by their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hand_made import annual_value, decisions, two_companies

from crmtool.rules.language.common import Channel, Common
from crmtool.tables.classification import Judged
from crmtool.tables.plan_calendar import DaysOff
from crmtool.tables.visit_plan import Planned
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.model import PLAN_COLUMNS, UNDUE_COLUMNS, Caps, Plan, frame_of

COMMON = Common(
    {
        "phone": Channel("phone", "电话"),
        "onsite": Channel("onsite", "上门"),
        "video": Channel("video", "视频会议"),
        "executive": Channel("executive", "高层拜访", ("onsite", "video")),
        "any": Channel("any", "任意"),
    }
)
CHANGE_COLUMNS: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("visit_id", "customer_id", "name", "owner", "channel", "change"), pa.string()),
    "before": pa.date32(),
    "after": pa.date32(),
}


def frame(columns: Mapping[str, pa.DataType], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a frame of these columns from a mapping a row; what a row does not name is null."""
    return frame_of(columns, {name: [row.get(name) for row in rows] for name in columns})


def visit(day: str | None, name: str = "A公司", **cells: Any) -> dict[str, Any]:
    """Return an open monthly call on a day."""
    planned = date.fromisoformat(day) if day else None
    return {
        "visit_id": f"{name}-phone-{(day or '')[:7]}",
        "customer": 0 if name == "A公司" else 1,
        "customer_key": name,
        "customer_id": None,
        "name": name,
        "tier": "high_value",
        "channel": "phone",
        "label": "电话回访",
        "role": "客户经理",
        "owner": "张三",
        "kind": "every",
        "due_on": planned,
        "is_never_visited": False,
        "planned_on": planned,
        "status": "open",
        "is_unpublished": False,
        **cells,
    }


def plan(
    visits: Sequence[Mapping[str, Any]],
    unplaced: Sequence[Mapping[str, Any]] = (),
    undue: Sequence[Mapping[str, Any]] = (),
    changes: Sequence[Mapping[str, Any]] = (),
    **parts: Any,
) -> Plan:
    """Return a plan for January to March 2026 as of 2025-12-31."""
    return Plan(
        **{
            "first": date(2026, 1, 1),
            "last": date(2026, 3, 31),
            "as_of": date(2025, 12, 31),
            "visits": frame(PLAN_COLUMNS, visits),
            "unplaced": frame(PLAN_COLUMNS, unplaced),
            "undue": frame(UNDUE_COLUMNS, undue),
            "changes": frame(CHANGE_COLUMNS, changes),
            **parts,
        }
    )


def off_2026() -> DaysOff:
    """Return the days off of the first quarter of 2026, as published: 元旦, 春节, and the days worked for them."""
    plain = Workdays.of_weeks(date(2026, 1, 1), date(2026, 3, 31))
    first, names = date(2026, 1, 1), {}
    worked = plain.is_worked.copy()
    for start, end, name in (
        (date(2026, 1, 1), date(2026, 1, 3), "元旦"),
        (date(2026, 2, 15), date(2026, 2, 23), "春节"),
    ):
        for number in range((end - start).days + 1):
            day = start + timedelta(days=number)
            worked[(day - first).days] = False
            names[day] = name
    for day in (date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)):
        worked[(day - first).days] = True
    return DaysOff(Workdays(first, worked, np.ones(len(worked), bool)), names)


def planned(what: Plan, **parts: Any) -> Planned:
    """Return what the workbook of a plan for the two companies of the document is made from."""
    ledger, cases = two_companies()
    judged = Judged(ledger, cases, decisions(), annual_value(), COMMON)
    return Planned(**{"judged": judged, "plan": what, "off": off_2026(), "caps": Caps(day=8), **parts})


def rows(table: Any) -> list[tuple[Any, ...]]:
    """Return a table's rows."""
    return list(zip(*(column.cells.to_pylist() for column in table.columns), strict=True))


def records(table: Any) -> list[dict[str, Any]]:
    """Return a table's rows by header."""
    heads = [column.header for column in table.columns]
    return [dict(zip(heads, row, strict=True)) for row in rows(table)]

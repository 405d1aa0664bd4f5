"""A made-up plan for the made-up ledger, to try templates of the visit plan on.

Nothing is planned here: the few visits are written down as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.jobs.samples.ledger import SAMPLE_AS_OF
from crmtool.tables.classification import Judged
from crmtool.tables.plan_calendar import DaysOff
from crmtool.tables.visit_plan import Planned
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.model import CHANGE_COLUMNS, PLAN_COLUMNS, UNDUE_COLUMNS, Caps, Plan, frame_of

_FIRST, _LAST = date(2024, 7, 1), date(2024, 8, 31)
_CALL = {"channel": "phone", "label": "电话回访", "role": "客户经理", "kind": "every", "status": "open"}
_ON_SITE = {**_CALL, "channel": "onsite", "label": "上门回访", "prepare_days": 3, "report_days": 2}
_FIRM = {
    "customer": 0,
    "customer_key": "样例甲公司",
    "name": "样例甲公司",
    "tier": "important",
    "owner": "张三",
}
_SHOP = {
    "customer": 1,
    "customer_key": "样例乙商行",
    "name": "样例乙商行",
    "tier": "general",
    "owner": "李四",
}
_VISITS: list[dict[str, Any]] = [
    {
        **_FIRM,
        **_CALL,
        "visit_id": "样例甲公司-phone-202407",
        "due_on": date(2024, 5, 20),
        "overdue_days": 41,
    },
    {
        **_SHOP,
        **_CALL,
        "visit_id": "样例乙商行-phone-202407",
        "due_on": date(2024, 7, 2),
        "is_never_visited": True,
    },
    {**_FIRM, **_ON_SITE, "visit_id": "样例甲公司-onsite-202408", "due_on": date(2024, 8, 20)},
]
_DAYS = [date(2024, 7, 1), date(2024, 7, 2), date(2024, 8, 20)]


def sample_planned(judged: Judged) -> Planned:
    """Return a plan of three visits, with one that found no day, a customer without any, a change and a hand-over."""
    placed = [{**visit, "planned_on": day} for visit, day in zip(_VISITS, _DAYS, strict=True)]
    left_out = {**_SHOP, **_ON_SITE, "visit_id": "样例乙商行-onsite-202408", "due_on": date(2024, 8, 26)}
    undue = {
        "customer": 2,
        "customer_key": "样例丙门店",
        "name": "样例丙门店",
        "owner": "李四",
        "reason": "undecided",
    }
    moved = {**_FIRM, "visit_id": "样例甲公司-onsite-202408", "channel": "onsite", "change": "moved"}
    days = {"before": date(2024, 8, 19), "after": date(2024, 8, 20)}
    plan = Plan(
        first=_FIRST,
        last=_LAST,
        as_of=SAMPLE_AS_OF,
        visits=_frame(PLAN_COLUMNS, placed),
        unplaced=_frame(PLAN_COLUMNS, [{**left_out, "reason": "cap"}]),
        undue=_frame(UNDUE_COLUMNS, [undue]),
        changes=_frame(CHANGE_COLUMNS, [{**moved, **days}]),
    )
    off = DaysOff(Workdays.of_weeks(_FIRST, _LAST))
    return Planned(judged, plan, off, Caps(day=8, channels={"onsite": 2}), {"李四": "张三"})


def _frame(columns: Mapping[str, pa.DataType], rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame_of(columns, {name: [row.get(name) for row in rows] for name in columns})

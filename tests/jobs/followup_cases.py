"""A small ledger with everything that is told before a visit, and a plan of its visits, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from crmtool.visits.model import PLAN_COLUMNS, frame_of

AS_OF = date(2026, 3, 10)
CUSTOMERS: Sequence[Sequence[Any]] = (
    (
        *("客户编号", "客户名称", "行业", "年消费额", "最近交易时间", "合作时长", "联系人", "手机号", "电话"),
        *("上次维护内容", "负责人", "关注点", "偏好渠道", "投诉记录", "主要需求"),
        *("最近联系时间", "地址", "备注"),
    ),
    (
        *("001", "甲公司", "制造业", "15万元", date(2026, 2, 3), "2年", "王经理", "13900000001", "010-1"),
        *("新功能使用培训", "张三", "性价比", "线下拜访", "无", "备件"),
        *(date(2026, 3, 2), "工业路 1 号", "对账在月初"),
    ),
    (
        *("002", "乙公司", "服务业", "3万元", date(2026, 1, 20), "6个月", None, None, "010-2"),
        *(None, "张三", None, None, "送货慢", None, None, "科技路 2 号", None),
    ),
    ("003", "丙公司", None, "6万元", None, "1年", *[None] * 4, "李*四/", *[None] * 7),
    ("004", "丁公司", None, "500-1000元", None, "1年", *[None] * 4, None, *[None] * 7),
)
VISITS = (
    ("客户编号", "回访日期", "回访方式", "完成情况", "回访结果", "满意度"),
    ("001", date(2025, 10, 9), "电话", "已完成", None, None),
    ("001", date(2025, 12, 8), "上门", "已完成", "希望增加备件", 5),
    ("001", date(2025, 11, 7), "电话", "未联系上", None, None),
    ("001", date(2026, 2, 5), "电话", "已完成", "对交付满意", 4),
)
TICKETS = (
    ("客户编号", "事件类型", "提出时间", "解决时间", "处理状态", "内容"),
    ("001", "重大投诉", date(2026, 3, 1), None, None, "设备停机两天"),
    ("001", "普通咨询", date(2026, 2, 1), date(2026, 2, 2), None, "已答复"),
    ("001", "紧急问题", date(2026, 2, 9), None, "已关闭", "换件"),
)
DEMANDS = (
    ("客户编号", "需求日期", "需求内容", "需求状态"),
    ("001", date(2026, 1, 5), "备件", "跟进中"),
    ("001", date(2026, 1, 6), "培训", "已满足"),
    ("001", date(2026, 1, 7), "扩容", None),
    ("001", date(2026, 1, 8), "报价", None),
)
ORDERS = (
    ("订单编号", "客户编号", "订单日期", "实付金额"),
    ("D1", "001", date(2026, 2, 3), 120000),
    ("D1", "001", date(2026, 2, 3), 0.5),
    ("D2", "001", date(2025, 6, 1), 30000),
)


def book(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write a workbook of the given sheets."""
    workbook = openpyxl.Workbook()
    del workbook[workbook.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def ledger(folder: Path, *, has_records: bool = True) -> Path:
    """Write the ledger, with its orders, visits, tickets and demands or alone."""
    more = {"订单明细": ORDERS, "回访记录": VISITS, "咨询投诉记录": TICKETS, "需求记录": DEMANDS}
    return book(folder / "台账.xlsx", 客户=CUSTOMERS, **(more if has_records else {}))


#: visit, customer's position, number and name, owner, channel, planned day.
_PLANNED = (
    ("001-phone-202603", 0, "001", "甲公司", "张三", "phone", date(2026, 3, 12)),
    ("002-onsite-202603", 1, "002", "乙公司", "张三", "onsite", date(2026, 3, 5)),
    ("003-phone-202603", 2, "003", "丙公司", "李*四/", "phone", date(2026, 3, 31)),
    ("004-executive-2026H1", 3, "004", "丁公司", None, "executive", date(2026, 3, 20)),
    ("009-phone-202603", None, "009", "已离开的公司", "张三", "phone", date(2026, 3, 13)),
)
_LABELS = {"phone": "电话回访", "onsite": "上门回访", "executive": "高层回访"}


def planned() -> pd.DataFrame:
    """Return the plan of March 2026 (PLAN_COLUMNS): one visit of each customer, one of a customer who is gone."""
    ids, customers, numbers, names, owners, channels, days = zip(*_PLANNED, strict=True)
    is_onsite = [channel == "onsite" for channel in channels]
    cells: dict[str, Any] = {
        "visit_id": ids,
        "customer": customers,
        "customer_key": numbers,
        "customer_id": numbers,
        "name": names,
        "owner": owners,
        "channel": channels,
        "label": [_LABELS[channel] for channel in channels],
        "role": ["客户经理"] * len(ids),
        "tier": ["high_value", "potential", "potential", "low_silent", "high_value"],
        "kind": ["every"] * len(ids),
        "due_on": days,
        "planned_on": days,
        "status": ["open"] * len(ids),
        "is_never_visited": [False, True, False, False, False],
        "prepare_days": [3 if each else None for each in is_onsite],
        "report_days": [2 if each else None for each in is_onsite],
    }
    return frame_of(PLAN_COLUMNS, {name: list(values) for name, values in cells.items()})

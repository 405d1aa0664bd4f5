"""A ledger with strategies, and adjustment tables that people decided on, to apply to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from command_line import Crmtool, Ran, book

AS_OF = "2024-04-01"
LEDGER = (
    ("客户名称", "客户类型", "负责人", "当前核心策略", "策略执行周期"),
    ("A科技有限公司", "高价值稳定型", "*经理", "季度高层互访", "每季度1次"),
    ("B贸易公司", "高价值潜力型", "*专员", "行业案例分享", "每两周1次"),
    ("C个体工商户", "低价值风险型", "*助理", "价格优惠", "每月1次"),
)
HEAD = (
    *("客户名称", "客户类型", "负责人", "当前核心策略", "策略执行周期", "关键监测指标(目标值/实际值)"),
    *("效果评估(优/良/中/差)", "调整原因", "调整后策略", "调整时间", "备注"),
    *("审批人", "审批结果", "审批日期", "等级锁定", "锁定原因", "锁定至"),
)
A: dict[str, Any] = {
    "客户名称": "A科技有限公司",
    "当前核心策略": "季度高层互访",
    "策略执行周期": "每月1次",
    "调整后策略": "增加产品成本透明度分析报告",
    "审批人": "王主管",
    "审批结果": "同意",
}
B = {**A, "客户名称": "B贸易公司", "当前核心策略": "行业案例分享", "调整后策略": "简化试用申请流程"}
C = {**A, "客户名称": "C个体工商户", "当前核心策略": "价格优惠", "调整后策略": "满减促销"}


def ledger(path: Path, rows: Sequence[Sequence[Any]] = LEDGER) -> Path:
    """Write the ledger."""
    return book(path, 客户=rows)


def table(path: Path, *rows: dict[str, Any], head: Sequence[str] = HEAD) -> Path:
    """Write an adjustment table below two title rows; a row says its cells by their headers."""
    return book(
        path,
        说明=[["第三季度复盘"]],
        调整表=[
            ["客户关系维护策略动态调整表"],
            [],
            head,
            *([row.get(name) for name in head] for row in rows),
        ],
    )


def applied(crmtool: Crmtool, *arguments: object) -> Ran:
    """Apply tables to 台账.xlsx by value_risk and return the run with its JSON document."""
    options = ("--ledger", "台账.xlsx", "--rules", "value_risk", "--as-of", AS_OF, "--json")
    return crmtool("apply", *arguments, *options)


def outcomes(ran: Ran) -> list[str]:
    """Return what came of each row, with the code of the problem."""
    rows = ran.document["adjustments"]
    return [" ".join(filter(None, (row["outcome"], row.get("problem")))) for row in rows]


def cells(path: Path) -> dict[str, dict[str, Any]]:
    """Return what the ledger says of each customer, by header; days as days."""
    head, *rows = openpyxl.load_workbook(path)["客户"].iter_rows(values_only=True)
    return {
        row[0]: {
            name: value.date() if isinstance(value, datetime) else value
            for name, value in zip(head, row, strict=True)
        }
        for row in rows
    }

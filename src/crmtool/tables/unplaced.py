"""The sheet 未排入: due visits that found no day, and customers for whom nothing is due, with why and what to do.

Reasons are found in `crmtool.visits`; here they become words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped
from crmtool.tables.visit_words import means, owners, tier_words
from crmtool.visits.model import Plan

#: Why, and what to do about it, by reason: those of visits without a day, then of customers without a visit.
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "cap": (
        "可排的日子里，负责人都已排满（达到每人上限）",
        "提高 crmtool.yaml 的 caps: 上限，或加 --overload stretch 放大间隔，\n或用 --reassign 转给他人",
    ),
    "no-workday": (
        "可排的日子里没有工作日",
        "把 --to 往后延，或在 holidays: 文件中写明哪天上班",
    ),
    "undecided": (
        "等级未定（待补资料），不知道多久回访一次",
        "补上 classify 结果“待补资料”表所列的单元格，再重新排计划",
    ),
    "no-cadence": (
        "该等级在规则文件中没有回访频率",
        "在规则文件的 cadence: 中为该等级写上回访频率；不需要回访则不必处理",
    ),
    "ladder-over": (
        "首次购买后的回访都已到期，之后没有规定",
        "不必处理；下次分级后会按新的等级回访",
    ),
    "no-first-order": (
        "还没有首次购买，该等级的回访从首次购买算起",
        "有首次购买后填入台账；已有购买的，请补填首次购买日期",
    ),
}
_UNKNOWN = "见问题清单"


def build(plan: Plan, rule_set: RuleSet, common: Common) -> OutTable:
    """Return one row a visit without a day, then one row a customer without any visit due.

    The first column says which of both a row is: 未排入, 无到期回访.
    """
    visits, customers = plan.unplaced, plan.undue
    no_text, no_day, no_count = (
        pa.nulls(len(customers), kind) for kind in (pa.string(), pa.date32(), pa.int64())
    )
    kind = pa.array(["未排入"] * len(visits) + ["无到期回访"] * len(customers), pa.string())
    reasons = _both(visits, customers, "reason")
    due = {
        "channel": ("回访方式", [means(array(visits["channel"]), common), no_text], "text"),
        "label": ("回访事项", [array(visits["label"]), no_text], "text"),
        "due_on": ("应访日期", [array(visits["due_on"]), no_day], "date"),
        "overdue_days": ("逾期天数", [array(visits["overdue_days"]), no_count], "count"),
    }
    return OutTable(
        "unplaced",
        [
            TableColumn("kind", "类别", kind),
            TableColumn("customer_id", "客户编号", _both(visits, customers, "customer_id")),
            TableColumn("name", "客户名称", _both(visits, customers, "name"), "medium"),
            TableColumn("tier", "等级", tier_words(_both(visits, customers, "tier"), rule_set)),
            TableColumn("owner", "负责人", pa.concat_arrays([owners(visits), owners(customers)])),
            *(
                TableColumn(key, header, pa.concat_arrays(parts), look)  # type: ignore[arg-type]
                for key, (header, parts, look) in due.items()
            ),
            TableColumn("reason", "原因", _words(reasons, 0), "wide"),
            TableColumn("remedy", "怎么处理", pc.fill_null(_words(reasons, 1), _UNKNOWN), "wide"),
        ],
    )


def note(plan: Plan) -> str:
    """Return the line below the sheet's title."""
    parts = []
    if len(plan.unplaced):
        parts.append(f"{len(plan.unplaced)} 次回访没有排上日子")
    if len(plan.undue):
        parts.append(f"{len(plan.undue)} 位客户在本计划中没有到期的回访")
    return "；".join(parts) + "。" if parts else "所有到期的回访都已排入。"


def _both(visits: pd.DataFrame, customers: pd.DataFrame, column: str) -> pa.Array:
    return pa.concat_arrays([array(visits[column]), array(customers[column])])


def _words(reasons: pa.Array, part: int) -> pa.Array:
    """Return the reason (part 0) or the remedy (1) in words; a reason without words stands as it is."""
    told = mapped(reasons, {reason: words[part] for reason, words in REASONS.items()})
    return told if part else pc.coalesce(told, reasons)

"""The sheet 变动: what differs from the earlier plan, before and after.

What moved, came and went is found in `crmtool.visits.planning.replanning`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.rules.language.common import Common
from crmtool.tables.arrays import array, mapped
from crmtool.tables.visit_words import means, owners
from crmtool.visits.model import ADDED, DROPPED, MOVED, Plan

CHANGES: Final[Mapping[str, str]] = {MOVED: "改期", ADDED: "新增", DROPPED: "取消"}


def build(plan: Plan, common: Common) -> OutTable:
    """Return one row a change, in the plan's order; a plan without an earlier one has none."""
    changes = plan.changes
    texts = {
        name: pa.nulls(0, pa.string()) for name in ("visit_id", "customer_id", "name", "channel", "change")
    }
    days = {name: pa.nulls(0, pa.date32()) for name in ("before", "after")}
    owner = pa.nulls(0, pa.string())
    if len(changes):
        texts = {name: array(changes[name]) for name in texts}
        days = {name: array(changes[name]) for name in days}
        owner = owners(changes)
    kinds = pc.coalesce(mapped(texts["change"], CHANGES), texts["change"])
    return OutTable(
        "changes",
        [
            TableColumn("change", "变动", kinds, "short"),
            TableColumn("visit_id", "回访编号", texts["visit_id"]),
            TableColumn("customer_id", "客户编号", texts["customer_id"]),
            TableColumn("name", "客户名称", texts["name"], "medium"),
            TableColumn("owner", "负责人", owner),
            TableColumn("channel", "回访方式", means(texts["channel"], common)),
            TableColumn("before", "原计划日期", days["before"], "date"),
            TableColumn("after", "现计划日期", days["after"], "date"),
        ],
    )


def note(plan: Plan) -> str:
    """Return the line below the sheet's title: how many of each kind.

    Nothing is said of kinds that did not occur.
    """
    if not len(plan.changes):
        return "与上次计划相同。"
    found = {
        pair["values"]: pair["counts"] for pair in pc.value_counts(array(plan.changes["change"])).to_pylist()
    }
    parts = [f"{label} {found[kind]} 次" for kind, label in CHANGES.items() if kind in found]
    return f"与上次计划相比：{'，'.join(parts)}。"

"""The sheet 回访计划: one row a visit, by day; other commands read these headers back.

Which day a visit has is decided in `crmtool.visits`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import Look, OutTable, TableColumn
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped
from crmtool.tables.deadlines import invitations, reports_due
from crmtool.tables.purposes import purposes
from crmtool.tables.visit_words import means, tier_words, weekdays
from crmtool.visits.calendar.days import days_in
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.frames import joined, one_of
from crmtool.visits.model import SETTLED, STATUS_LABELS, Plan

#: Header and look by column id, in the order of the sheet. What reads a plan back goes by these headers. The last
#: column is hidden: where 计划日期 is another day, a person has changed it.
PLAN_HEADERS: Final[dict[str, tuple[str, Look]]] = {
    "visit_id": ("回访编号", "text"),
    "planned_on": ("计划日期", "date"),
    "weekday": ("星期", "short"),
    "customer_id": ("客户编号", "text"),
    "name": ("客户名称", "medium"),
    "tier": ("等级", "text"),
    "channel": ("回访方式", "text"),
    "label": ("回访事项", "text"),
    "role": ("责任角色", "text"),
    "owner": ("负责人", "text"),
    "purpose": ("回访目的", "wide"),
    "due_on": ("应访日期", "date"),
    "overdue_days": ("逾期天数", "count"),
    "status": ("状态", "short"),
    "invite_on": ("邀请发送日", "date"),
    "report_by": ("报告截止日", "date"),
    "remark": ("备注", "text"),
    "set_on": ("排定日期", "date"),
}
_NO_COUNT = pa.scalar(None, pa.int64())

#: What 备注 says of a visit; what reads a plan back goes by these words too. `{}` is a day, or days.
AGREED_REMARK, NEVER_REMARK, UNPUBLISHED_REMARK = "客户约定的日子", "从未回访", "节假日未公布"
DONE_REMARK, MOVED_REMARK, MADE_UP_REMARK = "已于 {} 完成", "原计划 {}", "逾期 {} 天的补访"


def build(plan: Plan, rule_set: RuleSet, common: Common, workdays: Workdays | None = None) -> OutTable:
    """Return one row a planned visit in the plan's order, in the columns of `PLAN_HEADERS`.

    逾期天数 is empty where nothing was missed, and for a visit that is done or not to be made any more: there the remark
    says that it made up for missed days, for such a visit counts on another day than its due one. 邀请发送日 is one of
    the `workdays` (None: any day).
    """
    visits = plan.visits
    days = days_in(array(visits["planned_on"]))
    cells = {
        "planned_on": array(visits["planned_on"]),
        "weekday": weekdays(days),
        "tier": tier_words(array(visits["tier"]), rule_set),
        "channel": means(array(visits["channel"]), common),
        "purpose": purposes(visits, rule_set),
        "overdue_days": pc.if_else(_is_over(visits), _NO_COUNT, array(visits["overdue_days"])),
        "status": _status(visits),
        "invite_on": invitations(days, array(visits["prepare_days"]), plan.as_of, workdays),
        "report_by": reports_due(days, array(visits["report_days"])),
        "remark": _remarks(visits),
        "set_on": array(visits["planned_on"]),
    }
    return OutTable(
        "visits",
        [
            TableColumn(key, header, cells[key] if key in cells else array(visits[key]), look)
            for key, (header, look) in PLAN_HEADERS.items()
        ],
    )


def _status(visits: pd.DataFrame) -> pa.Array:
    status = array(visits["status"])
    return pc.coalesce(mapped(status, STATUS_LABELS), status)


def _is_over(visits: pd.DataFrame) -> pa.Array:
    return one_of(array(visits["status"]), SETTLED)


def _remarks(visits: pd.DataFrame) -> pa.Array:
    """Return what else is to be known of a visit, joined by ；; null where there is nothing."""
    nothing = pa.scalar(None, pa.string())
    dated = {DONE_REMARK: "done_on", MOVED_REMARK: "moved_from"}
    flagged = {NEVER_REMARK: _first_ever(visits), UNPUBLISHED_REMARK: array(visits["is_unpublished"])}
    kinds = array(visits["kind"])
    missed = pc.if_else(_is_over(visits), array(visits["overdue_days"]), _NO_COUNT)
    parts = [
        pc.if_else(pc.fill_null(pc.equal(kinds, "agreed"), False), AGREED_REMARK, nothing),
        array(visits["occasion"]),
        *(_with_cell(text, array(visits[column])) for text, column in dated.items()),
        _with_cell(MADE_UP_REMARK, missed),
        *(pc.if_else(pc.fill_null(is_so, False), text, nothing) for text, is_so in flagged.items()),
    ]
    return joined(parts, "；")


def _first_ever(visits: pd.DataFrame) -> pa.Array:
    """Tell which visits are the first that a customer without any contact has in the plan and that are to be made."""
    is_new = pc.fill_null(array(visits["is_never_visited"]), False)
    rows = np.flatnonzero(pc.and_(is_new, pc.invert(_is_over(visits))).to_numpy(zero_copy_only=False))
    _, first = np.unique(_codes(visits)[rows], return_index=True)
    is_first = np.zeros(len(visits), bool)
    is_first[rows[first]] = True
    return pa.array(is_first)


def _codes(visits: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    coded = array(visits["customer_key"]).dictionary_encode().indices
    return np.asarray(pc.fill_null(coded, -1).to_numpy(zero_copy_only=False), np.int64)


def _with_cell(text: str, cells: pa.Array) -> pa.Array:
    before, after = text.split("{}")
    return pc.binary_join_element_wise(before, cells.cast(pa.string()), after, "")

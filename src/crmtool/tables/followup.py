"""Puts the follow-up workbook together: a sheet for each owner, what to know before each visit, and the outline.

Which visits an owner gets is in `crmtool.visits.reporting.sheets`, what is known of a customer in
`crmtool.tables.before_visit`; the cells to fill in, with their checks, stand in the template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import Content, OutTable, SheetCopy, TableColumn
from crmtool.tables.arrays import array, mapped
from crmtool.tables.before_visit import Known
from crmtool.tables.classification import Judged
from crmtool.tables.deadlines import invitations, reports_due
from crmtool.tables.purposes import purposes
from crmtool.tables.tiers import labels
from crmtool.tables.visit_words import NO_OWNER, means, tier_words
from crmtool.visits.calendar.days import days_in
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.frames import joined
from crmtool.visits.model import AGREED, STATUS_LABELS
from crmtool.visits.reporting.sheets import OwnerSheet

#: The sheet of the template that is copied for each owner.
TEMPLATE_SHEET = "跟进表"
#: The headers of the cells that people fill in, as the template has them: filled ones are somebody's work.
INPUT_HEADERS = (
    "实际回访日期",
    "完成情况",
    "满意度(1-5)",
    "推荐意愿(0-10)",
    "客户反馈",
    "新增需求",
    "需求挖掘程度",
    "投诉",
    "参与增值服务",
    "是否转化",
    "下一步",
    "下次跟进时间",
)
#: Those in which people say who was visited how, where nobody planned it.
LOOSE_HEADERS = ("客户编号", "客户名称", "回访方式")
#: What a phone call should take, after 《年度客户关系维护计划》 五（二）.
_PHONE_MINUTES = "电话回访 15–30 分钟"
#: What the name of a channel says where somebody goes to the customer.
_ON_SITE = "上门"
_NEVER = "从未回访"
_HOW_TO = "黄色单元格由回访人填写；表尾空行登记计划外的回访；填完存盘交回（crmtool collect）"


@dataclass(frozen=True)
class Month:
    """The month that is handed out, and what its visits are told by; without `workdays` every day is worked."""

    first: date
    last: date
    as_of: date
    outline: Sequence[Mapping[str, Any]] = ()
    workdays: Workdays | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet on its way: its clean name, unique in its workbook, whose it is, and the rows of its table."""

    name: str
    owner_sheet: OwnerSheet
    table: OutTable


def content(judged: Judged, sheets: Sequence[Sheet], month: Month) -> Content:
    """Return what fills the template `follow-up.xlsx` for the owners of one workbook."""
    copies = [
        SheetCopy(sheet.name, {sheet.table.name: sheet.table}, _scalars(sheet.owner_sheet, month))
        for sheet in sheets
    ]
    return Content({}, _common(judged, month), copies={TEMPLATE_SHEET: copies})


def sheets_of(
    judged: Judged, owner_sheets: Sequence[OwnerSheet], names: Sequence[str], month: Month
) -> list[Sheet]:
    """Return the sheets of some owners; what is known of the customers is looked up once for all of them."""
    whole = visit_table(judged, pd.concat([each.visits for each in owner_sheets], ignore_index=True), month)
    made, start = [], 0
    for name, each in zip(names, owner_sheets, strict=True):
        stop = start + len(each.visits)
        made.append(Sheet(name, each, _rows(whole, start, stop)))
        start = stop
    return made


def _rows(table: OutTable, start: int, stop: int) -> OutTable:
    columns = [
        replace(
            column,
            cells=column.cells.slice(start, stop - start),
            texts=None if column.texts is None else column.texts.slice(start, stop - start),
        )
        for column in table.columns
    ]
    return OutTable(table.name, columns)


def visit_table(judged: Judged, visits: pd.DataFrame, month: Month) -> OutTable:
    """Return the table `followup`: a row for each visit (HANDED_COLUMNS), with what to know before it.

    The tier is today's. A customer whom the ledger does not know any more keeps what the plan says of them.
    """
    position = array(visits["customer"])
    known = Known(judged, pc.unique(position.drop_null()).cast(pa.int64()))
    at = pc.index_in(position.cast(pa.int64()), value_set=known.positions)
    now = mapped(array(judged.decisions.frame["tier"]), labels(judged.rule_set))
    tier = pc.coalesce(pc.take(now, position), tier_words(array(visits["tier"]), judged.rule_set))
    planned = [*_planned(judged, visits), TableColumn("tier", "等级", tier)]
    return OutTable("followup", [*planned, *_known(known, at, visits), *_deadlines(visits, month)])


def _planned(judged: Judged, visits: pd.DataFrame) -> list[TableColumn]:
    texts = {name: array(visits[name]) for name in ("visit_id", "customer_id", "name", "role")}
    channel = means(array(visits["channel"]), judged.common)
    return [
        TableColumn("visit_id", "回访编号", texts["visit_id"]),
        TableColumn("planned_on", "计划日期", array(visits["planned_on"]), "date"),
        TableColumn("age_days", "逾期天数", array(visits["age_days"]), "count"),
        TableColumn("customer_id", "客户编号", texts["customer_id"]),
        TableColumn("name", "客户名称", texts["name"]),
        TableColumn("channel", "回访方式", channel),
        TableColumn("role", "责任角色", texts["role"]),
        TableColumn("purpose", "回访目的", purposes(visits, judged.rule_set)),
    ]


def _known(known: Known, at: pa.Array, visits: pd.DataFrame) -> list[TableColumn]:
    def of(cells: pa.Array) -> pa.Array:
        return pc.take(cells, at)

    never = pc.if_else(array(visits["is_never_visited"]), _NEVER, pa.scalar(None, pa.string()))
    annual = known.annual_amount
    shown = None if annual.texts is None else of(annual.texts)
    return [
        TableColumn("contact", "联系人", of(known.contact)),
        TableColumn("phone", "电话", of(known.phone)),
        TableColumn("last_contact", "最近联系", of(known.last_contact), "date"),
        TableColumn("last_maintenance", "上次维护内容", of(known.typed("上次维护内容"))),
        TableColumn("open_issues", "未结投诉与需求", of(known.open_issues)),
        TableColumn("last_order", "最近订单", of(known.last_order)),
        TableColumn("annual", "年度金额", of(annual.cells), "money", texts=shown),
        TableColumn("last_visits", "近三次回访", pc.coalesce(of(known.last_visits), never)),
        TableColumn("portrait", "客户画像", of(known.portrait)),
        TableColumn("remark", "备注", _remarks(known, at, visits)),
    ]


def _remarks(known: Known, at: pa.Array, visits: pd.DataFrame) -> pa.Array:
    """Return whether a visit is agreed on, where to go to on site, and the ledger's own remark; a line each."""
    nothing = pa.scalar(None, pa.string())
    is_agreed = pc.fill_null(pc.equal(array(visits["status"]), AGREED), False)
    channel = means(array(visits["channel"]), known.judged.common)
    is_on_site = pc.fill_null(pc.match_substring(channel, _ON_SITE), False)
    address = pc.binary_join_element_wise("地址：", pc.take(known.typed("地址"), at), "")
    parts = [
        pc.if_else(is_agreed, STATUS_LABELS[AGREED], nothing),
        pc.if_else(is_on_site, address, nothing),
        pc.take(known.typed("备注"), at),
    ]
    return joined(parts, "\n")


def _deadlines(visits: pd.DataFrame, month: Month) -> list[TableColumn]:
    """Return the days on which the invitation goes out and by which the report is due."""
    planned = days_in(array(visits["planned_on"]))
    invite = invitations(planned, array(visits["prepare_days"]), month.as_of, month.workdays)
    return [
        TableColumn("invite_on", "邀请发送日", invite, "date"),
        TableColumn("report_by", "报告截止日", reports_due(planned, array(visits["report_days"])), "date"),
    ]


def _scalars(sheet: OwnerSheet, month: Month) -> dict[str, str]:
    days = array(sheet.visits["planned_on"])
    carried = pc.sum(pc.less(days, pa.scalar(month.first, pa.date32()))).as_py() or 0
    parts = [f"共 {len(sheet.visits)} 次回访"]
    if sheet.overdue:
        parts.append(f"其中逾期 {sheet.overdue} 次")
    if carried:
        parts.append(f"{carried} 次是上月及以前未完成的")
    note = "，".join(parts) if len(sheet.visits) else "本月没有要做的回访"
    return {"owner": sheet.owner or NO_OWNER, "visits_note": note}


def _common(judged: Judged, month: Month) -> dict[str, str]:
    rules = f"{judged.rule_set.name} {judged.rule_set.version}"
    return {
        "month": f"{month.first.year}年{month.first.month}月",
        "caption": f"统计截止日 {month.as_of.isoformat()} · {rules}",
        "how_to": _HOW_TO,
        "outline": outline_text(month.outline),
    }


def outline_text(items: Sequence[Mapping[str, Any]]) -> str:
    """Return 回访提纲 as lines: what a call should take, then what to ask, also on site; empty where nothing is said.

    >>> outline_text([{"label": "需求挖掘", "ask": "潜在需求"}])
    '回访提纲（电话回访 15–30 分钟；上门回访也按此提纲）\\n1. 需求挖掘：潜在需求'
    """
    if not items:
        return ""
    asked = [f"{number}. {item['label']}：{item['ask']}" for number, item in enumerate(items, start=1)]
    return "\n".join([f"回访提纲（{_PHONE_MINUTES}；上门回访也按此提纲）", *asked])

"""Builds the template of the follow-up sheets: what to know before a visit, and the cells to fill in.

One sheet, copied for each owner. The look is in `template_styles`, the rows come from `crmtool.tables.followup`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_checks import choice, day, whole
from template_styles import LINES, Styles, new_book, set_page, write_title

_SHEET = "跟进表"
_NOTE, _HEAD = 2, 3  # 0-based rows of the outline and of the headers; the marker row follows
_EMPTY_ROWS = 8  # for visits that nobody planned
_FROZEN = 5  # id, day, days overdue, customer's id and name
_HEAD_POINTS = 34
_ROW_POINTS = 40


@dataclass(frozen=True)
class _Column:
    """A column: the marker's column id (none: to be filled in), its look, its width, its check."""

    header: str
    width: float
    marker: str = ""
    look: str = "text"
    check: dict[str, Any] | None = None
    is_open_below: bool = False  # to be filled in too where nobody planned the visit


#: Programs break a page where it is full, so both pages are equally wide: what is to be known before the visit, and
#: the frozen columns with what is to be filled in.
_COLUMNS = (
    _Column("回访编号", 10, "visit_id"),
    _Column("计划日期", 10.5, "planned_on", "date"),
    _Column("逾期天数", 6.5, "age_days", "count"),
    _Column("客户编号", 8, "customer_id", is_open_below=True),
    _Column("客户名称", 14, "name", is_open_below=True),
    _Column("等级", 8, "tier"),
    _Column("联系人", 7.5, "contact"),
    _Column("电话", 12.5, "phone"),
    _Column("回访方式", 8, "channel", is_open_below=True),
    _Column("责任角色", 7.5, "role"),
    _Column("回访目的", 16, "purpose"),
    _Column("最近联系", 10, "last_contact", "date"),
    _Column("上次维护内容", 14, "last_maintenance"),
    _Column("未结投诉与需求", 18, "open_issues"),
    _Column("最近订单", 11, "last_order"),
    _Column("年度金额", 10.5, "annual", "money"),
    _Column("近三次回访", 18, "last_visits"),
    _Column("客户画像", 14, "portrait"),
    _Column("备注", 14, "remark"),
    _Column("邀请发送日", 10.5, "invite_on", "date"),
    _Column("报告截止日", 10.5, "report_by", "date"),
    _Column("实际回访日期", 11, look="date", check=day("2026-03-05")),
    _Column("完成情况", 9.5, check=choice("已完成", "改期", "未联系上", "取消")),
    _Column("满意度(1-5)", 8, look="count", check=whole(1, 5, "1 很不满意 … 5 很满意")),
    _Column("推荐意愿(0-10)", 9, look="count", check=whole(0, 10, "0 绝不推荐 … 10 一定推荐")),
    _Column("客户反馈", 36),
    _Column("新增需求", 24),
    _Column("需求挖掘程度", 9.5, check=choice("未挖掘", "部分挖掘", "充分挖掘")),
    _Column("投诉", 24),
    _Column("参与增值服务", 9, check=choice("是", "否")),
    _Column("是否转化", 8, check=choice("是", "否")),
    _Column("下一步", 31),
    _Column("下次跟进时间", 11, look="date", check=day("2026-04-05")),
)
#: What a visit that nobody planned may have been; other words are taken too.
_CHANNELS = ("电话", "上门", "视频会议", "高层拜访", "问卷", "活动", "礼品", "方案")
_UNPLANNED = "没有排进计划、但已经做了的回访：在这里填客户和回访方式，右边填日期和结果。"
_INPUTS = range(next(i for i, c in enumerate(_COLUMNS) if not c.marker), len(_COLUMNS))

#: What people may do on a protected sheet beside filling in: there is no password, so this is against slips only.
_ALLOWED = {
    "format_columns": True,
    "format_rows": True,
    "sort": True,
    "autofilter": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}


def build(path: Path) -> None:
    """Write the template."""
    book = new_book(path, "客户跟进表")
    styles = Styles(book)
    sheet = book.add_worksheet(_SHEET)
    _page(sheet)
    write_title(sheet, styles, "客户跟进表 · {{owner}} · {{month}}", "")
    sheet.write_string(1, 0, "{{visits_note}}", styles.caption())
    sheet.write_string(1, _FROZEN, "{{caption}}", styles.caption())
    sheet.write_string(1, _INPUTS[0], "{{how_to}}", styles.caption())
    sheet.set_row(_NOTE, LINES[1])
    sheet.merge_range(_NOTE, 0, _NOTE, _INPUTS[0] - 1, "{{outline}}", styles.remark())
    _table(sheet, styles)
    _checks(book, sheet)
    sheet.protect("", _ALLOWED)
    book.close()


def _page(sheet: Worksheet) -> None:
    set_page(sheet, header_rows=(_HEAD, _HEAD), pages_wide=2, name_columns=_FROZEN)
    sheet.freeze_panes(_HEAD + 1, _FROZEN)


def _table(sheet: Worksheet, styles: Styles) -> None:
    sheet.set_row(_HEAD, _HEAD_POINTS)
    for row in range(_HEAD + 1, _HEAD + 2 + _EMPTY_ROWS):
        sheet.set_row(row, _ROW_POINTS if row == _HEAD + 1 else LINES[2])
    for index, column in enumerate(_COLUMNS):
        is_input = not column.marker
        sheet.set_column(index, index, column.width, styles.plain())
        sheet.write_string(_HEAD, index, column.header, styles.must() if is_input else styles.head())
        style = styles.input(column.look) if is_input else styles.cell(column.look)
        if is_input:
            sheet.write_blank(_HEAD + 1, index, None, style)
        else:
            sheet.write_string(_HEAD + 1, index, "{{followup." + column.marker + "}}", style)
        below = styles.input(column.look) if is_input or column.is_open_below else style
        for row in range(_HEAD + 2, _HEAD + 2 + _EMPTY_ROWS):
            sheet.write_blank(row, index, None, below)
    sheet.autofilter(_HEAD, 0, _HEAD + 1, len(_COLUMNS) - 1)


def _checks(book: Workbook, sheet: Worksheet) -> None:
    first, last = _HEAD + 1, _HEAD + 1 + _EMPTY_ROWS
    for index, column in enumerate(_COLUMNS):
        if column.check:
            sheet.data_validation(first, index, last, index, column.check)
        elif column.is_open_below:
            hint = {"input_title": "计划外的回访", "input_message": _UNPLANNED, "error_type": "information"}
            kind: dict[str, Any] = {"validate": "any"}
            if column.header == "回访方式":
                kind = {
                    "validate": "list",
                    "source": list(_CHANNELS),
                    "error_message": "列表里没有，仍可填写。",
                }
            sheet.data_validation(first + 1, index, last, index, {**kind, **hint})
    late = book.add_format({"font_color": "#B42318", "bold": True})
    sheet.conditional_format(
        first, 2, first, 2, {"type": "cell", "criteria": ">", "value": 0, "format": late}
    )
    done = book.add_format({"bg_color": "#E3F1E5"})
    outcome = _INPUTS[0] + 1
    sheet.conditional_format(
        first,
        outcome,
        last,
        outcome,
        {"type": "cell", "criteria": "==", "value": '"已完成"', "format": done},
    )

"""Builds the template of the visit-plan workbook: what stands where on its sheets.

The look is in `template_styles`, the rows come from `crmtool.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_calendar import add_calendar
from template_overview import StackedChart, found, grounds, section, stacked_chart
from template_styles import LINES, Styles, new_book, set_page, write_title
from template_tables import FINDINGS, FREQUENCIES, PlainSheet, plain_sheet

_META = [
    ("计划区间", "{{span}}", "text"),
    ("统计截止日", "{{as_of}}", "date"),
    ("沿用的计划", "{{earlier_plan}}", "text"),
    ("分级规则", "{{rule_set}}（{{rule_set_id}} {{rule_set_version}}）", "text"),
    ("规则来源", "{{rule_set_source}}", "text"),
    ("台账", "{{ledger_file}}（{{ledger_sheets}}，共 {{customers}} 位客户）", "text"),
    ("每人上限", "{{caps}}", "text"),
    ("节假日", "{{holidays_note}}", "text"),
    ("生成工具", "{{tool_version}}", "text"),
]
_LAST = 10  # 0-based last column of the pages of 计划概览 and 工作量
#: Columns of counts: those that are coloured (`count`) and those beside them (`number`).
_COUNTS = {"text": 15.0, "count": 9.5, "number": 9.5, "date": 11.5}
_SCALE = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9DB8D2"}
_COLOURS = ("#2F5D8A", "#C58B2A", "#6FA287", "#B56576", "#8D99AE")
_CHART = StackedChart("column", "每月回访次数（次）", _COLOURS, gap=60, size=(830, 290))
_CHART_ROWS = range(3, 16)  # 0-based rows of 工作量 that the chart lies over
_MONTHS = [
    ("月份", "month", "text"),
    ("定期回访", "regular", "count"),
    ("逾期补访", "overdue", "count"),
    ("新客户阶梯", "ladder", "count"),
    ("生日与节日", "care", "count"),
    ("约定与期限", "fixed", "count"),
    ("合计", "all", "count"),
    ("工作日", "workdays", "count"),
    ("每个工作日", "per_day", "number"),
]
_WORKLOAD_NOTE = "已取消和未完成的回访不计。合计行的“最忙一天”是所有人加在一起最忙的一天。"
_LATE, _LATE_INK, _OVER_INK = "#FCEBDD", "#9A4B12", "#9AA5B1"
_STATES = ["待办", "已约定", "已完成", "取消"]

_VISITS = PlainSheet(
    "回访计划",
    "{{caption}}",
    "visits",
    (
        ("回访编号", "visit_id", "text"),
        ("计划日期", "planned_on", "date"),
        ("星期", "weekday", "short"),
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("等级", "tier", "text"),
        ("回访方式", "channel", "text"),
        ("回访事项", "label", "text"),
        ("责任角色", "role", "text"),
        ("负责人", "owner", "text"),
        ("回访目的", "purpose", "wide"),
        ("应访日期", "due_on", "date"),
        ("逾期天数", "overdue_days", "count"),
        ("状态", "status", "text"),
        ("邀请发送日", "invite_on", "date"),
        ("报告截止日", "report_by", "date"),
        ("备注", "remark", "wide"),
        ("排定日期", "set_on", "date"),
    ),
    (17, 11, 6, 9, 20, 12, 11, 13, 10, 9, 36, 11, 9, 8, 11, 11, 24, 11),
    lines=2,
    pages_wide=2,
    name_columns=5,
)
_UNPLACED = PlainSheet(
    "未排入",
    "{{unplaced_note}}",
    "unplaced",
    (
        ("类别", "kind", "text"),
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("等级", "tier", "text"),
        ("负责人", "owner", "text"),
        ("回访方式", "channel", "text"),
        ("回访事项", "label", "text"),
        ("应访日期", "due_on", "date"),
        ("逾期天数", "overdue_days", "count"),
        ("原因", "reason", "wide"),
        ("怎么处理", "remedy", "wide"),
    ),
    (11, 10, 22, 12, 9, 11, 14, 11, 9, 34, 50),
    lines=2,
)
_CHANGES = PlainSheet(
    "变动",
    "{{changes_note}}",
    "changes",
    (
        ("变动", "change", "text"),
        ("回访编号", "visit_id", "text"),
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("负责人", "owner", "text"),
        ("回访方式", "channel", "text"),
        ("原计划日期", "before", "date"),
        ("现计划日期", "after", "date"),
    ),
    (9, 24, 13, 30, 13, 14, 13, 13),
    lines=1,
)
_HANDOVER = PlainSheet(
    "交接清单",
    "{{handover_note}}",
    "handover",
    (
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("等级", "tier", "text"),
        ("联系人", "contact", "text"),
        ("电话", "phone", "text"),
        ("最近联系", "last_contact", "date"),
        ("上次维护内容", "last_maintenance", "wide"),
        ("未结需求与投诉", "open_matters", "wide"),
        ("下次回访", "next_visit", "date"),
        ("下次方式", "next_channel", "text"),
        ("待办次数", "open_visits", "count"),
        ("原负责人", "from", "text"),
        ("接手人", "to", "text"),
    ),
    (10, 22, 12, 10, 15, 11, 28, 36, 11, 11, 9, 10, 10),
    lines=2,
)


def build(path: Path) -> None:
    """Write the template to `path`."""
    book = new_book(path, "回访计划")
    styles = Styles(book)
    _overview(book, styles)
    _visits(book, styles)
    add_calendar(book, styles)
    _workload(book, styles)
    for plain in (_UNPLACED, _CHANGES, _HANDOVER):
        plain_sheet(book, styles, plain).freeze_panes(4, 3)
    sheet = plain_sheet(book, styles, FREQUENCIES)
    sheet.write_string(2, 0, "{{stretch_note}}", styles.caption())
    plain_sheet(book, styles, FINDINGS)
    book.close()


def _overview(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("计划概览")
    set_page(sheet)
    write_title(sheet, styles, "回访计划概览", "{{caption}}")
    sheet.set_column(0, 0, _COUNTS["text"], styles.plain())
    sheet.set_column(1, _LAST + 8, _COUNTS["count"], styles.plain())
    _counts(sheet, styles, 3, "plan_tiers", ["text", "count", "number"])
    sheet.conditional_format(4, 1, 4, 1, _SCALE)
    grounds(sheet, styles, 7, _META, _LAST)
    found(sheet, styles, 9 + len(_META), _LAST, total=1)


def _counts(sheet: Worksheet, styles: Styles, top: int, table: str, looks: Sequence[str]) -> None:
    """Write a table of counts whose columns come with its content, and the row of its totals below."""
    sheet.set_row(top, LINES[2])
    sheet.write_string(top, 0, "{{columns:" + table + "}}", styles.head())
    for row, (name, is_total) in enumerate(((table, False), (f"{table}_total", True)), start=top + 1):
        sheet.set_row(row, LINES[1])
        for column, look in enumerate(looks):
            marker = f"{name}.*|{look}" if column else f"{name}.*"
            style = "count" if look == "number" else look
            sheet.write_string(row, column, "{{" + marker + "}}", styles.cell(style, is_bold=is_total))
    for column in range(1, len(looks)):
        sheet.write_blank(top, column, None, styles.head())


def _visits(book: Workbook, styles: Styles) -> None:
    sheet = plain_sheet(book, styles, _VISITS)
    sheet.freeze_panes(4, 5)
    last, marker = len(_VISITS.columns) - 1, 4
    # The day that was planned, whatever a person writes into 计划日期: that tells what was agreed.
    sheet.set_column(last, last, _VISITS.widths[-1], None, {"hidden": True})
    sheet.write_string(marker, last, "{{visits.set_on}}", styles.aside())
    # What is over is judged first: a visit that is done is late no more.
    over = book.add_format({"font_color": _OVER_INK})
    late = book.add_format({"bg_color": _LATE, "font_color": _LATE_INK})
    rules = [
        ('=OR($N5="已完成",$N5="取消",$N5="未完成")', over, True),
        ("=N($M5)>0", late, False),
    ]
    for criteria, style, is_last in rules:
        rule = {"type": "formula", "criteria": criteria, "format": style, "stop_if_true": is_last}
        sheet.conditional_format(marker, 0, marker, last, rule)
    sheet.data_validation(
        marker,
        13,
        marker,
        13,
        {
            "validate": "list",
            "source": _STATES,
            "error_title": "状态",
            "error_message": f"请从下拉列表中选择：{'、'.join(_STATES)}。",
        },
    )


def _workload(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("工作量")
    set_page(sheet)
    write_title(sheet, styles, "工作量", "{{caption}}")
    for row in _CHART_ROWS:
        sheet.set_row(row, LINES[1])
    top = _CHART_ROWS.stop + 1
    section(sheet, styles, top, "每月回访次数（按事由）")
    sheet.set_row(top + 1, LINES[2])
    sheet.set_row(top + 2, LINES[1])
    for column, (head, key, look) in enumerate(_MONTHS):
        sheet.write_string(top + 1, column, head, styles.head())
        sheet.write_string(top + 2, column, "{{months." + key + "}}", styles.cell(look))
    sheet.set_column(0, 0, _COUNTS["text"], styles.plain())
    sheet.set_column(1, _LAST + 8, _COUNTS["count"], styles.plain())
    stacked_chart(book, sheet, top + 1, "A4", _CHART)
    section(sheet, styles, top + 4, "各负责人每月回访次数")
    _counts(sheet, styles, top + 5, "workload", ["text", "count", "number", "date"])
    sheet.conditional_format(top + 6, 1, top + 6, 1, _SCALE)
    sheet.write_string(top + 8, 0, _WORKLOAD_NOTE, styles.caption())

"""Builds the template of the workbook of standings: what stands where on its sheets.

The look is in `template_styles`, the rows come from `crmtool.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_overview import StackedChart, found, grounds, section, stacked_chart
from template_styles import LINES, Styles, new_book, set_page, write_title
from template_tables import BAD_INK, FINDINGS, PlainSheet, colour_met, plain_sheet

_META = [
    ("统计截止日", "{{as_of}}", "date"),
    ("回访率期间", "{{period}}", "text"),
    ("分级规则", "{{rule_set}}（{{rule_set_id}} {{rule_set_version}}）", "text"),
    ("规则来源", "{{rule_set_source}}", "text"),
    ("台账", "{{ledger_file}}（{{ledger_sheets}}，共 {{customers}} 位客户）", "text"),
    ("生成工具", "{{tool_version}}", "text"),
]
_STANDINGS = [
    ("等级", "label", "text"),
    ("逾期", "overdue", "count"),
    ("从未回访", "never_visited", "count"),
    ("近期应访", "due", "count"),
    ("正常", "on_track", "count"),
    ("无回访安排", "no_cadence", "count"),
    ("等级未定", "undecided", "count"),
    ("客户数", "customers", "count"),
]
_RATES = [
    ("等级", "label", "text"),
    ("应访", "due", "count"),
    ("已访", "done", "count"),
    ("按时完成", "on_time", "count"),
    ("逾期完成", "late", "count"),
    ("回访率", "rate", "percent"),
    ("目标", "target", "text"),
    ("达成", "met", "text"),
]
#: The colours of the standings in the chart, in the order of the columns.
_COLOURS = ("#C4553B", "#B08BB0", "#C58B2A", "#6FA287", "#B8C2CC", "#8D99AE")
_CHART = StackedChart("bar", "各等级客户的跟进状态（位）", _COLOURS, gap=50, size=(846, 268))
_CHART_ROWS = range(3, 14)  # 0-based rows that the chart lies over
_LAST = 7  # 0-based last column of the page
_WIDTHS = (20.0, 13.5)
_NOTE = (
    "逾期：应访日期已过；近期应访：7 天以内（含截止日）应访；从未回访：没有任何联系记录，单独计数。"
    "每位客户按最紧的一项计一次。"
)
_BAD, _MID, _MID_INK, _LOW, _LOW_INK = (
    "#F6D9D2",
    "#FCEBDD",
    "#9A4B12",
    "#FFF7E0",
    "#7A5B10",
)

_OVERDUE = PlainSheet(
    "逾期预警",
    "{{overdue_note}}",
    "overdue",
    (
        ("级别", "level", "short"),
        ("逾期天数", "overdue_days", "count"),
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("等级", "tier", "text"),
        ("负责人", "owner", "text"),
        ("上级", "manager", "text"),
        ("回访方式", "channel", "text"),
        ("回访事项", "label", "text"),
        ("应访日期", "due_on", "date"),
        ("状态", "standing", "text"),
        ("已排日期", "planned_on", "date"),
        ("最近联系", "last_contact", "date"),
        ("联系人", "contact", "text"),
        ("电话", "phone", "text"),
    ),
    (8, 9, 10, 22, 13, 9, 9, 13, 13, 11, 10, 11, 11, 10, 15),
    lines=2,
)
_NEVER = PlainSheet(
    "从未回访",
    "{{never_note}}",
    "never_visited",
    (
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("等级", "tier", "text"),
        ("负责人", "owner", "text"),
        ("回访方式", "channel", "text"),
        ("回访事项", "label", "text"),
        ("应访日期", "due_on", "date"),
        ("逾期天数", "overdue_days", "count"),
        ("级别", "level", "short"),
        ("已排日期", "planned_on", "date"),
        ("联系人", "contact", "text"),
        ("电话", "phone", "text"),
    ),
    (11, 26, 14, 11, 14, 14, 12, 9, 8, 12, 12, 17),
    lines=2,
)
_RATE_SHEET = PlainSheet(
    "回访完成率",
    "{{rate_note}}",
    "rates",
    (
        ("口径", "kind", "text"),
        ("等级", "tier", "text"),
        ("负责人", "owner", "text"),
        ("回访方式", "channel", "text"),
        *_RATES[1:],
    ),
    (13, 18, 13, 16, 10, 10, 11, 11, 11, 11, 11),
    lines=1,
)
_EVERYBODY = PlainSheet(
    "全部客户",
    "{{caption}}",
    "standing_all",
    (
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("等级", "tier", "text"),
        ("负责人", "owner", "text"),
        ("状态", "standing", "text"),
        ("回访方式", "channel", "text"),
        ("回访事项", "label", "text"),
        ("应访日期", "due_on", "date"),
        ("逾期天数", "overdue_days", "count"),
        ("级别", "level", "short"),
        ("已排日期", "planned_on", "date"),
        ("最近联系", "last_contact", "date"),
        ("说明", "remark", "wide"),
    ),
    (10, 22, 14, 10, 12, 13, 13, 11, 9, 8, 11, 11, 34),
    lines=2,
)


def build(path: Path) -> None:
    """Write the template to `path`."""
    book = new_book(path, "跟进状态")
    styles = Styles(book)
    _overview(book, styles)
    _coloured(book, plain_sheet(book, styles, _OVERDUE), "A", range(len(_OVERDUE.columns)), frozen=4)
    _coloured(book, plain_sheet(book, styles, _NEVER), "I", range(len(_NEVER.columns)), frozen=2)
    rate_sheet(book, styles)
    _coloured(book, plain_sheet(book, styles, _EVERYBODY), "J", range(4, 10), frozen=2)
    plain_sheet(book, styles, FINDINGS)
    book.close()


def _overview(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("跟进概览")
    set_page(sheet)
    write_title(sheet, styles, "跟进状态概览", "{{caption}}")
    sheet.set_column(0, 0, _WIDTHS[0], styles.plain())
    sheet.set_column(1, _LAST, _WIDTHS[1], styles.plain())
    for row in _CHART_ROWS:
        sheet.set_row(row, LINES[1])
    top = _CHART_ROWS.stop + 1
    _table(sheet, styles, top, "standing_tiers", _STANDINGS, has_total=True)
    sheet.write_string(top + 3, 0, _NOTE, styles.caption())
    stacked_chart(book, sheet, top, "A4", _CHART)
    section(sheet, styles, top + 5, "回访率与目标")
    sheet.write_string(top + 5, 2, "{{rate_note}}", styles.caption())
    _table(sheet, styles, top + 6, "rate_tiers", _RATES)
    colour_met(book, sheet, top + 7, len(_RATES) - 1)
    grounds(sheet, styles, top + 9, _META, _LAST)
    found(sheet, styles, top + 11 + len(_META), _LAST, total=2)


def _table(
    sheet: Worksheet,
    styles: Styles,
    top: int,
    table: str,
    columns: Sequence[tuple[str, str, str]],
    *,
    has_total: bool = False,
) -> None:
    for row in range(top, top + 2 + has_total):
        sheet.set_row(row, LINES[1])
    for number, (header, key, look) in enumerate(columns):
        sheet.write_string(top, number, header, styles.head())
        sheet.write_string(top + 1, number, "{{" + f"{table}.{key}" + "}}", styles.cell(look))
        if has_total:
            marker = "{{" + f"{table}_total.{key}" + "}}"
            sheet.write_string(top + 2, number, marker, styles.cell(look, is_bold=True))


def rate_sheet(book: Workbook, styles: Styles, caption: str = _RATE_SHEET.caption) -> None:
    """Add the sheet 回访完成率, with another line below its title where one is given."""
    sheet = plain_sheet(book, styles, replace(_RATE_SHEET, caption=caption))
    sheet.freeze_panes(4, 4)
    colour_met(book, sheet, 4, len(_RATE_SHEET.columns) - 1)
    sheet.conditional_format(
        4, 8, 4, 8, {"type": "data_bar", "bar_color": "#9DB8D2", "bar_solid": True, "min_type": "num",
                     "min_value": 0, "max_type": "num", "max_value": 1},
    )  # fmt: skip


def _coloured(book: Workbook, sheet: Worksheet, level: str, columns: range, *, frozen: int) -> None:
    """Colour some columns of each row by its level of warning, whose column is given."""
    sheet.freeze_panes(4, frozen)
    for word, fill, ink in (
        ("上报", _BAD, BAD_INK),
        ("预警", _MID, _MID_INK),
        ("提醒", _LOW, _LOW_INK),
    ):
        style = book.add_format({"bg_color": fill, "font_color": ink})
        rule = {"type": "formula", "criteria": f'=${level}5="{word}"', "format": style}
        sheet.conditional_format(4, columns.start, 4, columns.stop - 1, rule)

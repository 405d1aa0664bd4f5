"""Builds the template of the review workbook: what stands where on its sheets.

The look is in `template_styles`, the rows come from `crmtool.tables`; the adjustment table and the matrix have scripts
of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_adjustment import adjustment_sheet
from template_classification import grading_sheet
from template_moves import moves_sheets
from template_overview import StackedChart, found, grounds, section, stacked_chart
from template_review_looks import CHART_DATA, KPI_DATA, TIER_COLOURS, UNDECIDED, chart_data, colour_kpis
from template_status import rate_sheet
from template_styles import LINE, LINES, Styles, new_book, set_page, write_title
from template_tables import BAD_INK, FINDINGS, GOOD_INK, PlainSheet, plain_sheet

_META = [
    ("复盘期间", "{{review_period}}（{{review_days}}）", "text"),
    ("统计截止日", "{{as_of}}", "date"),
    ("对比", "{{compared_with}}", "text"),
    ("分级规则", "{{rule_set}}（{{rule_set_id}} {{rule_set_version}}）", "text"),
    ("规则来源", "{{rule_set_source}}", "text"),
    ("台账", "{{ledger_file}}（{{ledger_sheets}}，共 {{customers}} 位客户）", "text"),
    ("没有的表", "{{left_out_note}}", "text"),
    ("生成工具", "{{tool_version}}", "text"),
]
_KPIS = (
    ("KPI", "label", "text"),
    ("单位", "unit", "short"),
    ("目标", "target", "text"),
    ("实际", "actual", "number"),
    ("达成", "met", "text"),
    ("达成率", "attainment", "percent"),
    ("上期", "before", "number"),
    ("去年同期", "year_before", "number"),
    ("分子", "numerator", "number"),
    ("分母", "denominator", "number"),
    ("说明", "remark", "wide"),
)
_LAST = 10  # 0-based last column of the overview's page
_WIDTHS = (25.0, *(11.5,) * 9, 34.0)
#: The headline: what a figure is, its marker, and the 0-based columns that it spans.
_HEADLINE = (
    ("客户数", "customers", 0, 0),
    ("升级", "upgraded", 1, 2),
    ("降级", "downgraded", 3, 4),
    ("新增", "came", 5, 6),
    ("不在台账", "went", 7, 8),
    ("待调整策略", "adjusted", 9, 9),
    ("KPI 达标", "kpi_score", 10, 10),
)
_CHART_ROWS = range(6, 20)  # 0-based rows that the charts lie over
_TREND = StackedChart(
    "column",
    "各等级客户数（位）",
    (*TIER_COLOURS, UNDECIDED),
    gap=70,
    size=(592, 340),
    source=CHART_DATA,
    has_legend=False,
)
_BARS = StackedChart(
    "bar",
    "{{kpi_chart_title}}",
    (GOOD_INK, BAD_INK),
    gap=45,
    size=(581, 340),
    source=KPI_DATA,
    is_percent=True,
    has_labels=True,
)

_TIER_KPIS = PlainSheet(
    "KPI按等级",
    "{{caption}} · 未知不等于 0：缺什么写在说明里",
    "tier_kpis",
    (("等级", "tier", "text"), *_KPIS),
    (15, 22, 7, 17, 11, 9, 9, 11, 11, 11, 11, 40),
    lines=2,
)
_DETAILS = PlainSheet(
    "KPI明细",
    "{{kpi_details_note}}",
    "kpi_details",
    (
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("负责人", "owner", "text"),
        ("等级", "tier", "text"),
        ("KPI", "label", "text"),
        ("单位", "unit", "short"),
        ("目标", "target", "text"),
        ("实际", "actual", "number"),
        ("达成", "met", "text"),
        ("分子", "numerator", "number"),
        ("分母", "denominator", "number"),
        ("来源", "origin", "text"),
        ("本等级指标", "is_own", "short"),
    ),
    (11, 24, 11, 15, 22, 7, 17, 11, 10, 12, 12, 12, 11),
    lines=1,
)
_GOALS = PlainSheet(
    "年度目标",
    "{{review_period}} · 具体目标与实际；[X] 为上年基数，未知时保留 [X]。",
    "goals",
    (
        ("等级", "tier", "text"),
        ("KPI", "label", "text"),
        ("具体目标", "statement", "wide"),
        ("单位", "unit", "short"),
        ("上年实际", "year_before", "number"),
        ("本年目标", "target", "text"),
        ("本年实际", "actual", "number"),
        ("达成", "met", "text"),
    ),
    (16, 26, 52, 8, 13, 21, 13, 11),
    lines=2,
)


def build(path: Path) -> None:
    """Write the template to `path`."""
    book = new_book(path, "客户复盘")
    styles = Styles(book)
    _overview(book, styles)
    sheet = plain_sheet(book, styles, _TIER_KPIS)
    sheet.freeze_panes(4, 2)
    colour_kpis(book, sheet, 4, unit="C", figures=("E", "H", "I"), others=("G",), counts=("J", "K"), met="F")
    _name_once(book, sheet)
    sheet = plain_sheet(book, styles, _GOALS)
    colour_kpis(book, sheet, 4, unit="D", figures=("E", "G"), met="H")
    moves_sheets(book, styles)
    rate_sheet(book, styles, "{{review_rate_note}}")
    adjustment_sheet(book, styles)
    sheet = plain_sheet(book, styles, _DETAILS)
    sheet.freeze_panes(4, 2)
    colour_kpis(book, sheet, 4, unit="F", figures=("H",), counts=("J", "K"), met="I")
    grading_sheet(book, styles)
    plain_sheet(book, styles, FINDINGS)
    chart_data(book, styles)
    book.close()


def _overview(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("复盘总览")
    set_page(sheet)
    write_title(sheet, styles, "复盘总览 · {{review_period}}", "{{caption}} · 对比 {{compared_with}}")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, styles.plain())
    _headline(sheet, styles, 3)
    for row in _CHART_ROWS:
        sheet.set_row(row, LINES[1])
    stacked_chart(book, sheet, 0, "A7", _TREND)
    # Behind the chart, for reviews that have none.
    sheet.merge_range(7, 6, 7, _LAST, "{{kpi_chart_note}}", styles.remark())
    stacked_chart(book, sheet, 0, "G7", _BARS)
    top = _CHART_ROWS.stop
    _trend(book, sheet, styles, top)
    section(sheet, styles, top + 4, "KPI（全部客户）")
    sheet.write_string(top + 4, 1, "{{kpi_note}}", styles.caption())
    _table(sheet, styles, top + 5, "kpis", _KPIS)
    colour_kpis(
        book,
        sheet,
        top + 6,
        unit="B",
        figures=("D", "G", "H"),
        counts=("I", "J"),
        others=("F",),
        met="E",
    )
    found(sheet, styles, top + 8, _LAST, total=1)
    grounds(sheet, styles, top + 12, _META, _LAST)


def _headline(sheet: Worksheet, styles: Styles, top: int) -> None:
    sheet.set_row(top, 18)
    sheet.set_row(top + 1, 30)
    for label, marker, first, last in _HEADLINE:
        for row, text, style in (
            (top, label, styles.figure_label()),
            (top + 1, "{{" + marker + "}}", styles.figure()),
        ):
            if first == last:
                sheet.write_string(row, first, text, style)
            else:
                sheet.merge_range(row, first, row, last, text, style)


def _trend(book: Workbook, sheet: Worksheet, styles: Styles, top: int) -> None:
    """Write the table whose heads are the legend of the chart: places that no tier takes are not to be seen."""
    for row in range(top, top + 3):
        sheet.set_row(row, LINES[1])
    sheet.set_row(top + 1, LINES[2])
    section(sheet, styles, top, "各期等级分布")
    sheet.write_string(top, 1, "颜色即图中的颜色；列为复盘时所判的等级。", styles.caption())
    heads = [("复盘（截止日）", "review", "text"), ("客户数", "customers", "count")]
    for column, (head, key, look) in enumerate(heads):
        sheet.write_string(top + 1, column, head, styles.head())
        sheet.write_string(top + 2, column, "{{trend." + key + "}}", styles.cell(look))
    slots = [("undecided", "#7B8794"), *((f"t{n}", colour) for n, colour in enumerate(TIER_COLOURS, 1))]
    for column, (slot, colour) in enumerate(slots, start=2):
        sheet.write_string(top + 1, column, "{{trend_heads." + slot + "}}", styles.swatch(colour))
        sheet.write_string(top + 2, column, "{{trend." + slot + "}}", styles.open_count())
    sides = dict.fromkeys(("left", "right", "top", "bottom"), 1)
    style = book.add_format({**sides, "border_color": LINE})
    rule = {"type": "formula", "criteria": f'=C${top + 2}<>""', "format": style}
    sheet.conditional_format(top + 1, 2, top + 2, _LAST, rule)


def _table(
    sheet: Worksheet, styles: Styles, top: int, table: str, columns: Sequence[tuple[str, str, str]]
) -> None:
    sheet.set_row(top, LINES[1])
    sheet.set_row(top + 1, LINES[2])
    for number, (header, key, look) in enumerate(columns):
        sheet.write_string(top, number, header, styles.head())
        sheet.write_string(top + 1, number, "{{" + f"{table}.{key}" + "}}", styles.cell(look))


def _name_once(book: Workbook, sheet: Worksheet) -> None:
    """Show the name of a tier clearly in the first of its rows only."""
    again = book.add_format({"font_color": "#B8C2CC"})
    sheet.conditional_format(4, 0, 4, 0, {"type": "formula", "criteria": "=$A5=$A4", "format": again})

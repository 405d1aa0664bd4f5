"""Builds the template of the classification workbook: what stands where on its ten sheets.

The look is in `template_styles`, the rows come from `crmtool.tables`.
"""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_overview import grounds
from template_styles import (
    ACCENT,
    ACCENT_2,
    FONT,
    INK,
    LINES,
    LOOKS,
    MUTED,
    Styles,
    new_book,
    set_page,
    write_block,
    write_marker_table,
    write_title,
)
from template_tables import FINDINGS, FREQUENCIES, PlainSheet, plain_sheet

_META = [
    ("统计截止日", "{{as_of}}", "date"),
    ("分级规则", "{{rule_set}}（{{rule_set_id}} {{rule_set_version}}）", "text"),
    ("规则来源", "{{rule_set_source}}", "text"),
    ("台账", "{{ledger_file}}（{{ledger_sheets}}）", "text"),
    ("未计入的行", "{{left_out}}", "text"),
    ("生成工具", "{{tool_version}}", "text"),
]
_TIERS = [
    ("等级", "label", "text"),
    ("客户数", "customers", "count"),
    ("占比", "share", "percent"),
    ("金额合计", "amount", "money"),
    ("金额占比", "amount_share", "percent"),
]
_CHART_ROWS = range(3, 11)  # 0-based rows that the charts lie over
_TIER_HEAD = 12  # 0-based row of the tier table's header
_NAME_COLUMNS = 2  # 客户编号 and 客户名称, where the ledger has both
_OVERVIEW_WIDTHS = [25, 11, 10, 18, 11]
_SECTION_POINTS = 22
_LAST = 10  # 0-based last column of the overview's page
_CODE = 9  # 0-based first column of a finding's code


def build(path: Path) -> None:
    """Write the template to `path`."""
    book = new_book(path, "客户分级")
    styles = Styles(book)
    _overview(book, styles)
    grading_sheet(book, styles)
    _rfm(book, styles)
    _rfm_matrix(book, styles)
    for plain in _PLAIN_SHEETS:
        plain_sheet(book, styles, plain)
    book.close()


def _overview(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("分级概览")
    set_page(sheet)
    write_title(sheet, styles, "客户分级概览", "{{caption}}")
    sheet.set_column(5, _LAST, 10, styles.plain())
    for row in _CHART_ROWS:
        sheet.set_row(row, LINES[1])
    _bar_chart(book, sheet, "各等级客户数（位）", 1, ACCENT, "A4", 555)
    _bar_chart(book, sheet, "各等级金额合计（元）", 3, ACCENT_2, "F4", 450)
    write_marker_table(sheet, styles, _TIER_HEAD, "overview", _TIERS, _OVERVIEW_WIDTHS)
    totals = [
        ("合计", "text"),
        ("{{customers}}", "count"),
        ("{{total_share}}", "percent"),
        ("{{total_amount}}", "money"),
        ("{{total_amount_share}}", "percent"),
    ]
    sheet.set_row(_TIER_HEAD + 2, LINES[1])
    for column, (text, look) in enumerate(totals):
        sheet.write_string(_TIER_HEAD + 2, column, text, styles.cell(look, is_bold=True))
    sheet.write_string(_TIER_HEAD + 3, 0, "{{amount_note}}", styles.caption())
    sheet.conditional_format(
        _TIER_HEAD + 1, 2, _TIER_HEAD + 1, 2, {"type": "data_bar", "bar_color": "#9DB8D2", "bar_solid": True}
    )
    _remarks(sheet, styles, _TIER_HEAD + 5)
    grounds(sheet, styles, _TIER_HEAD + 13, _META, _LAST)


def _remarks(sheet: Worksheet, styles: Styles, top: int) -> None:
    sheet.write_string(top, 0, "判定时所作的假设", styles.section())
    sheet.write_string(top, 1, "{{assumptions_note}}", styles.caption())
    sheet.write_string(top + 1, 0, "涉及客户", styles.head())
    sheet.merge_range(top + 1, 1, top + 1, _LAST, "假设", styles.head())
    sheet.write_string(top + 2, 0, "{{assumptions.customers}}", styles.note_count())
    sheet.merge_range(top + 2, 1, top + 2, _LAST, "{{assumptions.text}}", styles.note())
    sheet.write_string(top + 4, 0, "台账中的问题", styles.section())
    sheet.write_string(top + 4, 1, "{{findings_total}}", styles.caption())
    for column, head in enumerate(("级别", "处数")):
        sheet.write_string(top + 5, column, head, styles.head())
    sheet.merge_range(top + 5, 2, top + 5, _CODE - 1, "举例", styles.head())
    sheet.merge_range(top + 5, _CODE, top + 5, _LAST, "代码", styles.head())
    sheet.write_string(top + 6, 0, "{{findings_summary.severity}}", styles.note())
    sheet.write_string(top + 6, 1, "{{findings_summary.count}}", styles.note_count())
    sheet.merge_range(top + 6, 2, top + 6, _CODE - 1, "{{findings_summary.example}}", styles.note())
    sheet.merge_range(top + 6, _CODE, top + 6, _LAST, "{{findings_summary.code}}", styles.code())
    for row in (1, 2, 5, 6):
        sheet.set_row(top + row, LINES[1])
    for row in (0, 4):
        sheet.set_row(top + row, _SECTION_POINTS)


def _bar_chart(
    book: Workbook, sheet: Worksheet, title: str, column: int, colour: str, cell: str, width: int
) -> None:
    row = _TIER_HEAD + 1
    chart = book.add_chart({"type": "bar"})
    font = {"name": FONT, "size": 9, "color": INK}
    chart.add_series(
        {
            "name": title,
            "categories": [sheet.name, row, 0, row, 0],
            "values": [sheet.name, row, column, row, column],
            "fill": {"color": colour},
            "gap": 60,
            "data_labels": {"value": True, "num_format": "#,##0", "font": font},
        }
    )
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 11, "color": ACCENT, "bold": True}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": MUTED}, "major_tick_mark": "none"})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    # Room for the labels at the bars' ends, which some programs let run over the edge.
    chart.set_plotarea({"layout": {"x": 0.32, "y": 0.2, "width": 0.46, "height": 0.76}})
    chart.set_chartarea({"border": {"color": "#D5DCE4"}})
    chart.set_size({"width": width, "height": 196})
    sheet.insert_chart(cell, chart, {"object_position": 3, "x_offset": 2, "y_offset": 2})


def grading_sheet(book: Workbook, styles: Styles) -> None:
    """Add the sheet 客户分级表."""
    sheet = book.add_worksheet("客户分级表")
    set_page(sheet, header_rows=(3, 3), pages_wide=2, name_columns=_NAME_COLUMNS)
    write_title(sheet, styles, "客户分级表", "{{caption}}")
    write_block(sheet, styles, 3, "grading", lines=2)
    sheet.autofilter(3, 0, 4, len(LOOKS) - 1)
    sheet.freeze_panes(4, _NAME_COLUMNS)


def _rfm(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("RFM明细")
    set_page(sheet, header_rows=(4, 4))
    write_title(sheet, styles, "RFM 明细", "{{caption}}")
    sheet.write_string(2, 0, "{{rfm_cuts}}", styles.caption())
    write_block(sheet, styles, 4, "rfm")
    sheet.autofilter(4, 0, 5, len(LOOKS) - 1)
    sheet.freeze_panes(5, 1)


def _rfm_matrix(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("RFM矩阵")
    set_page(sheet)
    write_title(sheet, styles, "RFM 矩阵", "{{caption}}")
    write_block(
        sheet, styles, 3, "rfm_matrix", ["text", "count", "number"], {"text": 22, "count": 16, "number": 16}
    )
    scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#9DB8D2"}
    sheet.conditional_format(4, 1, 4, 1, scale)
    sheet.write_string(5, 0, "{{rfm_matrix_note}}", styles.caption())
    sheet.set_row(7, _SECTION_POINTS)
    sheet.write_string(7, 0, "客户分群", styles.section())
    heads = [("客户分群", "label", "text"), *_TIERS[1:]]
    write_marker_table(sheet, styles, 8, "rfm_segments", heads, [22, 16, 16, 16, 16])
    sheet.merge_range(10, 0, 10, 6, "{{rfm_notes}}", styles.remark())
    sheet.set_column(5, 12, 16, styles.plain())


_PLAIN_SHEETS = (
    PlainSheet(
        "客户分类标准表",
        "{{rules_caption}}",
        "standards",
        (
            ("分类维度", "dimension", "text"),
            ("具体指标", "metric", "wide"),
            ("类别定义", "class", "text"),
            ("来源", "origin", "text"),
            ("规则", "rule", "text"),
            ("说明", "note", "wide"),
        ),
        (20, 54, 18, 8, 22, 28),
        lines=2,
    ),
    PlainSheet(
        "客户分类表",
        "{{rules_caption}}",
        "classes",
        (
            ("客户类别", "tier", "text"),
            ("划分标准", "standard", "wide"),
            ("特点", "traits", "wide"),
            ("维护重点", "focus", "wide"),
            ("来源", "origin", "text"),
        ),
        (13, 50, 32, 38, 10),
        lines=2,
    ),
    FREQUENCIES,
    PlainSheet(
        "客户维护策略表",
        "{{rules_caption}}",
        "strategies",
        (
            ("客户类型", "tier", "text"),
            ("维护目标", "goal", "text"),
            ("核心策略动作", "actions", "wide"),
            ("资源投入", "resources", "wide"),
            ("责任人", "role", "text"),
            ("跟进频次", "frequency", "wide"),
            ("来源", "origin", "wide"),
        ),
        (17, 18, 36, 24, 11, 26, 20),
        lines=3,
    ),
    PlainSheet(
        "待补资料",
        "{{undecided_note}}",
        "undecided",
        (
            ("客户编号", "customer_id", "text"),
            ("客户名称", "name", "text"),
            ("单元格", "cell", "link"),
            ("可能的等级", "possible", "wide"),
            ("补上这些即可判定", "missing", "wide"),
            ("说明", "reason", "wide"),
        ),
        (12, 22, 17, 28, 32, 38),
        lines=2,
    ),
    FINDINGS,
)

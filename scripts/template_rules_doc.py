"""Builds the template of a rule set to read and sign: standards, tiers, fields, cases, with lines for signatures.

The look is in `template_styles`, the rows come from `crmtool.tables.rules_doc`.
"""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_styles import LINES, Styles, new_book, set_page, write_marker_table, write_title
from template_tables import BAD_INK, PlainSheet, plain_sheet

_SIGN_POINTS = 34
_STANDARDS = (
    ("分类维度", "dimension", "text"),
    ("具体指标", "metric", "wide"),
    ("类别定义", "class", "text"),
    ("来源", "origin", "text"),
    ("规则", "rule", "text"),
    ("说明", "note", "wide"),
)
_WIDTHS = (20, 60, 18, 8, 20, 34)
_HEAD = 7
_ENDS = "每项指标后写明含不含本数。以上、以下、以内含本数，不满、超过、以外不含（民法典第1259条）；月和年按日历计算。"
_SHEETS = (
    PlainSheet(
        "等级与维护",
        "{{rules_caption}} · {{effective}}",
        "tiers",
        (
            ("级", "rank", "count"),
            ("客户类型", "tier", "text"),
            ("特点", "traits", "wide"),
            ("维护目标", "goal", "text"),
            ("核心策略动作", "actions", "wide"),
            ("资源投入", "resources", "wide"),
            ("责任人", "role", "text"),
            ("跟进频次", "frequency", "wide"),
            ("来源", "origin", "wide"),
        ),
        (5, 15, 22, 20, 32, 22, 12, 28, 20),
        lines=3,
    ),
    PlainSheet(
        "字段与空白",
        "{{unknown_note}}",
        "fields",
        (
            ("字段", "field", "text"),
            ("台账里的表头", "headers", "wide"),
            ("类型", "kind", "wide"),
            ("台账没有时怎么算", "counted", "wide"),
            ("单元格空白时", "missing", "wide"),
            ("没有这一列时", "absent", "wide"),
            ("好坏", "better", "text"),
            ("来源", "origin", "text"),
        ),
        (18, 34, 22, 30, 26, 26, 11, 8),
        lines=2,
    ),
    PlainSheet(
        "案例",
        "规则文件里的案例：台账里是这样时，应有这样的结果。crmtool rules test 会逐个核对。",
        "cases",
        (
            ("案例", "name", "text"),
            ("统计截止日", "as_of", "text"),
            ("台账里是", "given", "wide"),
            ("应有的结果", "expect", "wide"),
            ("来源", "origin", "text"),
        ),
        (28, 13, 66, 40, 8),
        lines=2,
    ),
)


def build(path: Path) -> None:
    """Write the template."""
    book = new_book(path, "crmtool 客户分类标准")
    styles = Styles(book)
    _standards(book, styles)
    for plain in _SHEETS:
        sheet = plain_sheet(book, styles, plain)
        _mark_ours(book, sheet, 4, len(plain.columns) - 1)
    book.close()


def _standards(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("客户分类标准表")
    set_page(sheet, header_rows=(_HEAD, _HEAD))
    write_title(sheet, styles, "客户分类标准表", "{{rule_set}} · {{rules_caption}}")
    last = len(_STANDARDS) - 1
    sheet.write_string(2, 0, "{{effective}}", styles.caption())
    for row, note in enumerate(("{{hit_note}}{{unknown_note}}", _ENDS, "{{origin_note}}"), start=3):
        sheet.set_row(row, LINES[1])
        sheet.merge_range(row, 0, row, last, note, styles.remark())
    write_marker_table(sheet, styles, _HEAD, "standards", _STANDARDS, _WIDTHS, lines=2)
    _mark_ours(book, sheet, _HEAD + 1, 3)
    sheet.autofilter(_HEAD, 0, _HEAD + 1, last)
    sheet.freeze_panes(_HEAD + 1, 0)
    sheet.set_row(_HEAD + 3, _SIGN_POINTS)
    signatures = (
        (0, "编制人签字：______________"),
        (1, "复核人签字：______________"),
        (2, "批准人签字：______________"),
        (5, "日期：______ 年 ____ 月 ____ 日"),
    )
    for column, text in signatures:
        sheet.write_string(_HEAD + 3, column, text, styles.plain())
    sheet.write_string(_HEAD + 4, 0, "{{digest}}", styles.caption())


def _mark_ours(book: Workbook, sheet: Worksheet, row: int, column: int) -> None:
    """Colour what the source document does not say."""
    style = book.add_format({"font_color": BAD_INK, "bold": True})
    rule = {"type": "text", "criteria": "containing", "value": "补缺", "format": style}
    sheet.conditional_format(row, column, row, column, rule)

"""Builds the template of the workbook on a change of rules, which is to be read, discussed and signed.

The look is in `template_styles`, the rows come from `crmtool.tables.rules_diff`.
"""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_checks import choice, day
from template_moves import matrix_counts
from template_overview import found, grounds, section
from template_styles import LINES, Styles, new_book, set_page, write_title
from template_tables import BAD_INK, FINDINGS, GOOD_INK, PlainSheet, plain_sheet

_CAPTION = "{{old_rules}} → {{new_rules}}"
#: The headline: what a figure is, its marker, and the 0-based columns that it spans.
_HEADLINE = (
    ("写法变更（处）", "changes_count", 0, 0),
    ("等级变动（种）", "moves_count", 1, 1),
    ("台账客户", "customers", 2, 2),
    ("变动客户", "moved_customers", 3, 3),
    ("升级", "moved_up", 4, 4),
    ("降级", "moved_down", 5, 5),
    ("变动客户金额（元）", "moved_amount", 6, 6),
)
_CHANGES = (
    ("类别", "section", "text", 0, 0),
    ("名称", "name", "text", 1, 2),
    ("变更", "way", "text", 3, 3),
    ("原版本", "before", "wide", 4, 4),
    ("新版本", "after", "wide", 5, 5),
    ("影响", "effect", "text", 6, 6),
)
_META = [
    ("原版本", "{{old_rules}}", "text"),
    ("新版本", "{{new_rules}}", "text"),
    ("统计截止日", "{{as_of}}", "date"),
    ("台账", "{{ledger_note}}", "text"),
    ("生成工具", "{{tool_version}}", "text"),
]
_WIDTHS = (17.0, 17.0, 17.0, 12.0, 40.0, 40.0, 21.0)
_LAST = 6

_REGIONS = PlainSheet(
    "变动区域",
    "{{regions_note}}",
    "regions",
    (
        ("原等级", "was", "text"),
        ("新等级", "now", "text"),
        ("变动", "kind", "text"),
        ("哪类客户", "words", "wide"),
        ("例如", "example", "wide"),
    ),
    (17, 17, 13, 66, 52),
    lines=2,
)
_MOVED = PlainSheet(
    "客户变动",
    "{{moved_note}}",
    "moved",
    (
        ("客户编号", "customer_id", "text"),
        ("客户名称", "name", "medium"),
        ("负责人", "owner", "text"),
        ("原等级", "was", "text"),
        ("新等级", "now", "text"),
        ("变动", "kind", "text"),
        ("金额（元）", "amount", "money"),
        ("原依据", "reason_before", "wide"),
        ("新依据", "reason_after", "wide"),
    ),
    (11, 24, 10, 16, 16, 12, 15, 42, 42),
    lines=2,
)
_SIGNERS = ("编制人", "复核人", "销售负责人", "批准人")
_SIGNING = ("角色", "姓名", "意见", "说明", "签字", "日期")
_SIGN_WIDTHS = (16, 18, 14, 62, 26, 16)


def build(path: Path) -> None:
    """Write the template."""
    book = new_book(path, "分级规则变更")
    styles = Styles(book)
    _overview(book, styles)
    sheet = plain_sheet(book, styles, _REGIONS)
    _colour(book, sheet, 4, 2)
    _matrix(book, styles)
    sheet = plain_sheet(book, styles, _MOVED)
    sheet.freeze_panes(4, 2)
    _colour(book, sheet, 4, 5)
    _signing(book, styles)
    plain_sheet(book, styles, FINDINGS)
    book.close()


def _colour(book: Workbook, sheet: Worksheet, row: int, column: int) -> None:
    for word, ink in (("升级", GOOD_INK), ("降级", BAD_INK), ("不再有等级", BAD_INK), ("原无等级", GOOD_INK)):
        style = book.add_format({"font_color": ink})
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
        sheet.conditional_format(row, column, row, column, rule)


def _overview(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("变更概览")
    set_page(sheet)
    write_title(sheet, styles, "分级规则变更 · {{diff_title}}", _CAPTION)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, styles.plain())
    sheet.set_row(3, 18)
    sheet.set_row(4, 30)
    for label, marker, first, _ in _HEADLINE:
        sheet.write_string(3, first, label, styles.figure_label())
        sheet.write_string(4, first, "{{" + marker + "}}", styles.figure())
    section(sheet, styles, 6, "写法变更")
    sheet.write_string(
        6, 1, "等级判定、读数、标签共 {{judging_count}} 处，其余只改文字与安排。", styles.caption()
    )
    sheet.set_row(7, LINES[1])
    sheet.set_row(8, LINES[2])
    for head, key, look, first, last in _CHANGES:
        marker = "{{changes." + key + "}}"
        if first == last:
            sheet.write_string(7, first, head, styles.head())
            sheet.write_string(8, first, marker, styles.cell(look))
        else:
            sheet.merge_range(7, first, 7, last, head, styles.head())
            sheet.merge_range(8, first, 8, last, marker, styles.cell(look))
    found(sheet, styles, 10, _LAST, total=1)
    grounds(sheet, styles, 14, _META, _LAST)


def _matrix(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("等级变动矩阵")
    set_page(sheet)
    sheet.fit_to_pages(1, 1)
    write_title(sheet, styles, "等级变动矩阵", _CAPTION + " · 截至 {{as_of}}")
    sheet.set_column(0, 0, 28, styles.plain())
    sheet.set_column(1, 16, 15.5, styles.plain())
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write_string(2, 0, "{{up_ways}}", styles.caption())
    sheet.write_string(2, 1, "{{down_ways}}", styles.caption())
    matrix_counts(book, sheet, styles)
    sheet.set_row(7, LINES[1])
    note = "行为按原版本的等级，列为按新版本的等级，数字为客户数。蓝底为不变，绿色为升级，红色为降级；颜色越深，占原等级的比例越大。"
    sheet.merge_range(7, 0, 7, 8, note, styles.remark())


def _signing(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet("签字")
    set_page(sheet)
    write_title(sheet, styles, "签字 · {{diff_title}}", _CAPTION)
    for column, width in enumerate(_SIGN_WIDTHS):
        sheet.set_column(column, column, width, styles.plain())
    lines = (
        "写法变更 {{changes_count}} 处，等级变动 {{moves_count}} 种；台账：{{ledger_note}}。",
        "{{sign_note}}",
    )
    for row, line in enumerate(lines, start=3):
        sheet.set_row(row, LINES[1])
        sheet.write_string(row, 0, line, styles.plain())
    sheet.set_row(6, LINES[1])
    sheet.write_string(6, 0, "生效日期", styles.label())
    sheet.write_blank(6, 1, None, styles.decision("date"))
    sheet.data_validation(6, 1, 6, 1, day("2026-10-01"))
    sheet.set_row(8, LINES[1])
    for column, head in enumerate(_SIGNING):
        sheet.write_string(8, column, head, styles.head() if not column else styles.must())
    for row, signer in enumerate(_SIGNERS, start=9):
        sheet.set_row(row, 40)
        sheet.write_string(row, 0, signer, styles.cell("text"))
        for column, look in enumerate(("text", "text", "wide", "text", "date"), start=1):
            sheet.write_blank(row, column, None, styles.decision(look))
        sheet.data_validation(row, 2, row, 2, choice("同意", "修改后同意", "不同意"))
        sheet.data_validation(row, 5, row, 5, day("2026-10-01"))

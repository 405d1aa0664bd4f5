"""Builds the template of an exported history: one sheet a table, with what is only looked up folded away.

The look is in `template_styles`; the columns, and the rows, come from `crmtool.tables`.
"""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.workbook import Workbook

from crmtool.tables.history_sheets import COVER, LONG_TEXTS, SHEETS, HistorySheet
from template_styles import LINES, Styles, new_book, set_page, write_title

_ABOUT = {
    "runs": "每次运行一行，按完成的先后；“运行”是编号，其他各表都用它。",
    "classifications": "每次分级或复盘、每位客户一行：等级和依据。",
    "visits": "回访计划现在的样子，一次回访一行；“运行”是最后改动它的那一次。",
    "reports": "登记过的回访报告；被更正过的也在，“被哪次运行更正”有编号的不再计入。",
    "kpis": "每次复盘的指标：目标、实际、分子和分母。",
    "adjustments": "每次复盘的策略动态调整表，和审批后写回台账的情况。",
    "long_texts": "一个单元格放不下的文字，分段存放；没有这样的文字时没有这张表。",
}
_NOTES = (
    "这里有历史库的全部内容。用 crmtool history import 可以把它读回一个新的历史库，一条不少。",
    "每张表右侧折叠着代号和明细（点表头上方的“+”展开），读回时要用到，请不要删除；行可以排序，列可以移动，内容改过的表不能读回。",
    "个别单元格以 json: 开头：原文带有控制字符、首尾空格等单元格存不住的内容，读回时会还原。",
    "含有客户姓名和反馈内容，请像台账一样妥善保管。",
)


def build(path: Path) -> None:
    """Write the template."""
    book = new_book(path, "crmtool 历史")
    styles = Styles(book)
    _cover(book, styles)
    for sheet in SHEETS:
        _sheet(book, styles, sheet)
    book.close()


def _cover(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet(COVER)
    set_page(sheet)
    write_title(sheet, styles, "历史", "{{span}} · {{tool_version}}")
    for column, width in enumerate((16, 12, 84)):
        sheet.set_column(column, column, width, styles.plain())
    sheet.set_column(3, 3, 36, styles.plain(), {"level": 1, "hidden": True})
    sheet.set_column(4, 4, 3, styles.plain(), {"collapsed": True})
    for column, header in enumerate(("工作表", "行数", "内容", "校验")):
        sheet.write_string(3, column, header, styles.head())
    sheet.set_row(3, LINES[1])
    for row, each in enumerate(SHEETS, start=4):
        sheet.set_row(row, LINES[1])
        sheet.write_string(row, 0, each.name, styles.cell("text"))
        sheet.write_string(row, 1, "{{" + f"{each.table}_rows" + "}}", styles.cell("count"))
        sheet.write_string(row, 2, _ABOUT[each.table], styles.note())
        if each.table != LONG_TEXTS:
            sheet.write_string(row, 3, "{{" + f"{each.table}_digest" + "}}", styles.code())
    last = 5 + len(SHEETS)
    for row, note in enumerate(_NOTES, start=last):
        sheet.set_row(row, LINES[1])
        sheet.write_string(row, 0, note, styles.caption())
    sheet.write_string(last + len(_NOTES) + 1, 0, "格式", styles.label())
    sheet.write_string(last + len(_NOTES) + 1, 1, "{{format}}", styles.caption())


def _sheet(book: Workbook, styles: Styles, each: HistorySheet) -> None:
    sheet = book.add_worksheet(each.name)
    set_page(sheet, header_rows=(3, 3), pages_wide=2, name_columns=each.frozen)
    write_title(sheet, styles, each.name, _ABOUT[each.table])
    sheet.set_row(3, LINES[2])
    sheet.set_row(4, LINES[1])
    for number, column in enumerate(each.columns):
        style = styles.code() if column.is_folded else styles.cell(column.look)
        sheet.write_string(3, number, column.header, styles.head())
        sheet.write_string(4, number, "{{" + f"{each.table}.{column.id}" + "}}", style)
        folded = {"level": 1, "hidden": True} if column.is_folded else {}
        sheet.set_column(number, number, column.width, styles.plain(), folded)
    if any(column.is_folded for column in each.columns):
        end = len(each.columns)
        sheet.set_column(end, end, 3, styles.plain(), {"collapsed": True})
    sheet.autofilter(3, 0, 4, len(each.columns) - 1)
    sheet.freeze_panes(4, each.frozen)

"""Builds the sheet 月历 of the visit-plan template: six weeks, of each day its number and its visits.

Copied for every month; what stands in the cells comes from `crmtool.tables.plan_calendar`.
"""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_styles import ACCENT, FONT, HEAD_FILL, INK, LINE, LINES, MUTED, Styles, set_page, write_title

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WEEKS = 6
_TOP = 3  # 0-based row of the weekdays
_DAY_POINTS, _VISITS_POINTS = 17, 79
_WIDTH = 26
_OFF = "#F1F3F5"


def add_calendar(book: Workbook, styles: Styles) -> None:
    """Add the sheet to the book."""
    sheet = book.add_worksheet("月历")
    set_page(sheet)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    write_title(sheet, styles, "{{month}} 回访月历", "{{month_note}}")
    sheet.set_column(0, 6, _WIDTH, styles.plain())
    sheet.set_row(_TOP, LINES[1])
    for column, name in enumerate(_WEEKDAYS):
        sheet.write_string(_TOP, column, name, styles.head())
    base = {
        "font_name": FONT,
        "border_color": LINE,
        "left": 1,
        "right": 1,
        "num_format": "@",
        "align": "left",
        "indent": 1,
    }
    head = book.add_format(
        {**base, "font_size": 10, "bold": True, "font_color": ACCENT, "top": 1, "valign": "vcenter"}
    )
    body = book.add_format(
        {**base, "font_size": 8.5, "font_color": INK, "bottom": 1, "valign": "top", "text_wrap": True}
    )
    for week in range(_WEEKS):
        top = _TOP + 1 + 2 * week
        sheet.set_row(top, _DAY_POINTS)
        sheet.set_row(top + 1, _VISITS_POINTS)
        for column in range(7):
            place = f"w{week + 1}d{column + 1}"
            sheet.write_string(top, column, "{{" + place + "}}", head)
            sheet.write_string(top + 1, column, "{{" + place + "_visits}}", body)
    _shade(book, sheet)
    sheet.freeze_panes(_TOP + 1, 0)
    sheet.print_area(0, 0, _TOP + 2 * _WEEKS, 6)


def _shade(book: Workbook, sheet: Worksheet) -> None:
    """Shade days off, by what the cell of the day says; days outside the month are left without a colour."""
    off = book.add_format({"bg_color": _OFF, "font_color": MUTED})
    worked = book.add_format({"bg_color": HEAD_FILL})
    for week in range(_WEEKS):
        top = _TOP + 1 + 2 * week
        day = xl_rowcol_to_cell(top, 0, row_abs=True)
        for word, style in (("休", off), ("班", worked)):
            rule = {"type": "formula", "criteria": f'=ISNUMBER(SEARCH("{word}",{day}))', "format": style}
            sheet.conditional_format(top, 0, top + 1, 6, rule)

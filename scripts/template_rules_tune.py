"""Builds the template of tuned cuts: proposals and cuts on the first sheet, then a sheet with charts for each cut.

The look is in `template_styles`, the rows come from `crmtool.tables.tuning`.
"""

from __future__ import annotations

from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from crmtool.tables.tuning import FEWEST_GROUPS, MOST_GROUPS, OVERVIEW, steps_sheet
from template_overview import section
from template_styles import FONT, INK, LINE, LINES, MUTED, Styles, new_book, set_page, write_title

#: Tiers from the best on, the undecided or the rest last.
_COLOURS = (
    *("#2F5D8A", "#5B8DB8", "#8FB4D3", "#C2D6E6", "#C58B2A", "#DDB56C"),
    *("#8D99AE", "#B8C0CC", "#D8DCE2"),
)
_PROPOSED = (
    ("等级", "tier", "text"),
    ("目标占比", "wanted", "percent"),
    ("分界点（现在）", "cut", "text"),
    ("改为", "figure", "text"),
    ("客户数", "customers", "count"),
    ("占比", "share", "percent"),
    ("再移一步", "other", "percent"),
    ("同值客户", "ties", "count"),
)
_WIDTHS = (20, 11, 26, 16, 10, 10, 10, 10)
_HEAD = 3
_FIGURE_WIDTH, _MARK_WIDTH, _GROUP_WIDTH = 18, 7, 13
_CHART_POINTS = 17


def build(path: Path) -> None:
    """Write the template."""
    book = new_book(path, "crmtool 试调")
    styles = Styles(book)
    _overview(book, styles)
    for groups in range(FEWEST_GROUPS, MOST_GROUPS + 1):
        _steps(book, styles, groups)
    book.close()


def _overview(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet(OVERVIEW)
    set_page(sheet)
    write_title(sheet, styles, "{{rule_set}} 试调", "{{caption}}")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, styles.plain())
    section(sheet, styles, _HEAD, "想要的占比")
    sheet.write_string(_HEAD, 2, "{{proposals_note}}", styles.caption())
    for column, (header, key, look) in enumerate(_PROPOSED):
        sheet.write_string(_HEAD + 1, column, header, styles.head())
        sheet.write_string(_HEAD + 2, column, "{{proposals." + key + "}}", styles.cell(look))
    sheet.set_row(_HEAD + 1, LINES[1])
    sheet.set_row(_HEAD + 2, LINES[1])
    top = _HEAD + 4
    section(sheet, styles, top, "分界点")
    sheet.set_row(top + 1, LINES[2])
    sheet.set_row(top + 2, LINES[2])
    sheet.write_string(top + 1, 0, "分界点", styles.head())
    sheet.merge_range(top + 1, 1, top + 1, 3, "用到它的规则和级别", styles.head())
    sheet.merge_range(top + 1, 4, top + 1, 5, "相邻分界点之间的客户", styles.head())
    sheet.merge_range(top + 1, 6, top + 1, 7, "最多改变的客户数", styles.head())
    sheet.write_string(top + 2, 0, "{{cuts.cut}}", styles.link())
    sheet.merge_range(top + 2, 1, top + 2, 3, "{{cuts.used}}", styles.cell("wide"))
    sheet.merge_range(top + 2, 4, top + 2, 5, "{{cuts.between}}", styles.cell("count"))
    sheet.merge_range(top + 2, 6, top + 2, 7, "{{cuts.most}}", styles.cell("count"))
    sheet.set_row(top + 4, LINES[1])
    sheet.merge_range(top + 4, 0, top + 4, len(_WIDTHS) - 1, "{{tune_note}}", styles.remark())


def _steps(book: Workbook, styles: Styles, groups: int) -> None:
    sheet = book.add_worksheet(steps_sheet(groups))
    set_page(sheet)
    write_title(sheet, styles, "{{cut_title}}", "{{cut_caption}}")
    sheet.set_column(0, 0, _FIGURE_WIDTH, styles.plain())
    sheet.set_column(1, 1, _MARK_WIDTH, styles.plain())
    sheet.set_column(2, 1 + 2 * groups, _GROUP_WIDTH, styles.plain())
    sheet.set_row(_HEAD, LINES[1])
    sheet.set_row(_HEAD + 1, LINES[2])
    sheet.set_row(_HEAD + 2, LINES[1])
    sheet.merge_range(_HEAD, 0, _HEAD + 1, 1, "分界点", styles.head())
    for first, title in ((2, "客户数"), (2 + groups, "占已知金额")):
        sheet.merge_range(_HEAD, first, _HEAD, first + groups - 1, title, styles.head())
    sheet.write_string(_HEAD + 2, 0, "{{steps.figure}}", styles.cell("text"))
    sheet.write_string(_HEAD + 2, 1, "{{steps.mark}}", styles.cell("text"))
    for place in range(1, groups + 1):
        for first, key, look in ((1, "customers", "count"), (1 + groups, "amount", "percent")):
            sheet.write_string(_HEAD + 1, first + place, "{{" + f"group{place}" + "}}", styles.head())
            sheet.write_string(
                _HEAD + 2, first + place, "{{" + f"steps.{key}{place}" + "}}", styles.cell(look)
            )
    bold = book.add_format({"bold": True, "bg_color": "#FFF8E1"})
    now = {"type": "formula", "criteria": f'=$B${_HEAD + 3}="现在"'.replace("$B$", "$B"), "format": bold}
    sheet.conditional_format(_HEAD + 2, 0, _HEAD + 2, 1 + 2 * groups, now)
    sheet.freeze_panes(_HEAD + 2, 2)
    for row in range(_HEAD + 4, _HEAD + 4 + _CHART_POINTS):
        sheet.set_row(row, LINES[1])
    width = int(7.3 * (_FIGURE_WIDTH + _MARK_WIDTH + 2 * groups * _GROUP_WIDTH) / 2) - 10
    for place, (title, first) in enumerate((("客户", 2), ("金额", 2 + groups))):
        _chart(book, sheet, title, first, groups, (max(width, 440), 420), place * (max(width, 440) + 16))


def _chart(
    book: Workbook, sheet: Worksheet, title: str, first: int, groups: int, size: tuple[int, int], offset: int
) -> None:
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    font = {"name": FONT, "size": 9, "color": INK}
    row = _HEAD + 2
    for place in range(groups):
        column = first + place
        colour = _COLOURS[place] if place < groups - 1 else _COLOURS[-2]
        chart.add_series(
            {
                "name": [sheet.name, _HEAD + 1, column],
                "categories": [sheet.name, row, 0, row, 0],
                "values": [sheet.name, row, column, row, column],
                "fill": {"color": colour},
                "gap": 35,
            }
        )
    chart.set_title({"name": f"各等级的{title}占比", "name_font": {"name": FONT, "size": 11, "color": INK}})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": MUTED}, "interval_unit": 1})
    chart.set_x_axis(
        {
            "num_font": font,
            "num_format": "0%",
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": LINE}},
            "label_position": "high",
        }
    )
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": size[0], "height": size[1]})
    options = {"object_position": 2, "x_offset": 2 + offset, "y_offset": 2}
    sheet.insert_chart(f"A{_HEAD + 5}", chart, options)

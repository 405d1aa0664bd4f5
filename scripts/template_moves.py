"""Builds the review's sheets on changes of tier: the matrix with its ways, 升级, 降级, 新增与流失, 临近线.

The look is in `template_styles`, the rows come from `crmtool.tables.moves` and `crmtool.tables.moves_matrix`.
"""

from __future__ import annotations

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_overview import StackedChart, section, stacked_chart
from template_review_looks import CHART_DATA
from template_styles import LINES, MUTED, Styles, set_page, write_title
from template_tables import BAD_INK, GOOD_INK, PlainSheet, plain_sheet

_MATRIX = "等级变动矩阵"
_HEAD = 4  # 0-based row of the matrix's header
_LAST = 8  # 0-based last column of the page
_FIRST_WIDTH, _WIDTH = 28.0, 15.5
_HOW_TO_READ = (
    "行为原等级，列为现等级，数字为客户数。蓝底为等级未变，绿色为升级，红色为降级；颜色越深，占原等级的比例越大。"
    "矩阵按规则所判计数，变动是否已生效见“升级”“降级”。"
)
#: Rows are written for the matrix's first row, `_HEAD` + 2. Fills by the share of the earlier tier, from the largest.
_UPS = ((0.2, "#8FC3A6"), (0.05, "#BFDFCD"), (0.0, "#E3F1E9"))
_DOWNS = ((0.2, "#E39C8C"), (0.05, "#F0C3B8"), (0.0, "#FAE4DE"))
_FLOWS = (
    ("原等级 → 现等级", "way", "text"),
    ("变动", "kind", "text"),
    ("客户数", "customers", "count"),
    ("占原等级", "share", "percent"),
    ("客户变化", "by_customer", "count"),
    ("规则变化", "by_rules", "count"),
    ("客户与规则", "by_both", "count"),
    ("其他原因", "by_other", "count"),
)
_CHART = StackedChart(
    "bar",
    "主要的等级变动（位）",
    (GOOD_INK, BAD_INK, "#8D99AE"),
    gap=45,
    size=(1090, 326),
    source=CHART_DATA,
    has_labels=True,
    is_below=True,
)
_CHART_POINTS = 13  # rows that the chart lies over

_MOVED = (
    ("客户编号", "customer_id", "text"),
    ("客户名称", "name", "medium"),
    ("负责人", "owner", "text"),
    ("原等级", "was", "text"),
    ("现等级", "now", "text"),
    ("变动原因", "reason", "wide"),
    ("归因", "cause", "text"),
    ("状态", "state", "text"),
    ("目前执行", "holds", "text"),
    ("最早生效日", "holds_until", "date"),
)
_MOVED_WIDTHS = (11, 22, 10, 15, 15, 46, 12, 17, 15, 12)
_SHEETS = (
    PlainSheet("升级", "{{upgrades_note}}", "upgrades", _MOVED, _MOVED_WIDTHS, lines=2),
    PlainSheet("降级", "{{downgrades_note}}", "downgrades", _MOVED, _MOVED_WIDTHS, lines=2),
    PlainSheet(
        "新增与流失",
        "{{came_and_went_note}}",
        "came_and_went",
        (
            ("变动", "kind", "text"),
            ("客户编号", "customer_id", "text"),
            ("客户名称", "name", "medium"),
            ("负责人", "owner", "text"),
            ("原名称", "was_name", "medium"),
            ("原等级", "was", "text"),
            ("现等级", "now", "text"),
            ("原因", "reason", "wide"),
        ),
        (16, 11, 24, 11, 22, 15, 15, 46),
        lines=2,
    ),
    PlainSheet(
        "临近线",
        "{{near_note}}",
        "near",
        (
            ("位置", "side", "text"),
            ("客户编号", "customer_id", "text"),
            ("客户名称", "name", "medium"),
            ("负责人", "owner", "text"),
            ("现等级", "now", "text"),
            ("过线后的等级", "tier", "text"),
            ("依据", "field", "text"),
            ("目前", "value", "text"),
            ("界线", "line", "text"),
            ("相差", "distance", "percent"),
        ),
        (16, 10, 23, 10, 16, 16, 14, 27, 16, 9),
        lines=1,
    ),
)


def moves_sheets(book: Workbook, styles: Styles) -> None:
    """Add the sheets."""
    _matrix(book, styles)
    for plain in _SHEETS:
        sheet = plain_sheet(book, styles, plain)
        sheet.freeze_panes(4, 3 if plain.columns[0][1] in ("kind", "side") else 2)
        for word, colour in (("待确认", "#9A4B12"), ("线下", GOOD_INK), ("线上", "#9A4B12")):
            style = book.add_format({"font_color": colour})
            rule = {"type": "text", "criteria": "begins with", "value": word, "format": style}
            column = 7 if plain.columns is _MOVED else 0
            sheet.conditional_format(4, column, 4, column, rule)


def _matrix(book: Workbook, styles: Styles) -> None:
    sheet = book.add_worksheet(_MATRIX)
    set_page(sheet)
    sheet.fit_to_pages(1, 1)
    write_title(sheet, styles, _MATRIX, "{{caption}} · 对比 {{compared_with}}")
    sheet.set_column(0, 0, _FIRST_WIDTH, styles.plain())
    sheet.set_column(1, _LAST + 8, _WIDTH, styles.plain())
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.write_string(2, 0, "{{up_ways}}", styles.caption())
    sheet.write_string(2, 1, "{{down_ways}}", styles.caption())
    matrix_counts(book, sheet, styles)
    sheet.set_row(_HEAD + 3, LINES[1])
    sheet.merge_range(_HEAD + 3, 0, _HEAD + 3, _LAST, _HOW_TO_READ, styles.remark())
    sheet.set_row(_HEAD + 4, LINES[1])
    sheet.merge_range(_HEAD + 4, 0, _HEAD + 4, _LAST, "{{rules_note}}", styles.remark())
    top = _HEAD + 6
    for row in range(top, top + _CHART_POINTS):
        sheet.set_row(row, LINES[1])
    stacked_chart(book, sheet, 3, f"A{top + 1}", _CHART)
    top += _CHART_POINTS + 1
    section(sheet, styles, top, "变动去向与归因")
    sheet.set_row(top + 1, LINES[1])
    sheet.set_row(top + 2, LINES[1])
    for column, (head, key, look) in enumerate(_FLOWS):
        sheet.write_string(top + 1, column, head, styles.head())
        sheet.write_string(top + 2, column, "{{flows." + key + "}}", styles.cell(look))
    for word, ink in (("升级", GOOD_INK), ("降级", BAD_INK)):
        style = book.add_format({"font_color": ink})
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
        sheet.conditional_format(top + 2, 1, top + 2, 1, rule)


def matrix_counts(book: Workbook, sheet: Worksheet, styles: Styles) -> None:
    """Write the matrix, whose columns come with its content: `count` are the coloured ones, `number` the margin."""
    sheet.set_row(_HEAD, LINES[2])
    sheet.write_string(_HEAD, 0, "{{columns:matrix}}", styles.head())
    for row, (name, is_total) in enumerate((("matrix", False), ("matrix_total", True)), start=_HEAD + 1):
        sheet.set_row(row, LINES[1] + 5)
        for column, look in enumerate(("text", "count", "number")):
            marker = f"{name}.*|{look}" if column else f"{name}.*"
            style = styles.cell("text" if look == "text" else "count", is_bold=is_total or look == "number")
            sheet.write_string(row, column, "{{" + marker + "}}", style)
    for column in (1, 2):
        sheet.write_blank(_HEAD, column, None, styles.head())
    for criteria, properties in _rules():
        rule = {
            "type": "formula",
            "criteria": criteria,
            "format": book.add_format(properties),
            "stop_if_true": True,
        }
        sheet.conditional_format(_HEAD + 1, 1, _HEAD + 1, 1, rule)


def _rules() -> list[tuple[str, dict[str, object]]]:
    """Return which cells of the matrix look how; the first that applies."""
    found: list[tuple[str, dict[str, object]]] = [
        ("=$A6=B$5", {"bold": True, "bg_color": "#D3E0EE"}),
        ("=B6=0", {"font_color": "#B8C2CC"}),
    ]
    for pairs, fills in (("$A$3", _UPS), ("$B$3", _DOWNS)):
        way = f'ISNUMBER(FIND("|"&$A6&">"&B$5&"|",{pairs}))'
        # A row holds its cells and their sum, so its sum is twice that.
        found += [(f"=AND({way},B6*2>={least}*SUM($B6:$Z6))", {"bg_color": fill}) for least, fill in fills]
    found.append(("=B6>0", {"bg_color": "#EEF0F3", "font_color": MUTED}))
    return found

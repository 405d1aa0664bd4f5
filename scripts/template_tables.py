"""Builds sheets that hold one table of fixed columns, and those that several workbooks share.

The look is in `template_styles`, the rows come from `crmtool.tables`.
"""

from __future__ import annotations

from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from template_styles import Styles, set_page, write_marker_table, write_title

#: The inks of what is met and what is not.
GOOD_INK, BAD_INK = "#2E6B4F", "#96321B"


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A sheet with one table of fixed columns: (header, column id, look) and their widths.

    Where it is printed several pages wide, each has the first `name_columns`.
    """

    name: str
    caption: str
    table: str
    columns: tuple[tuple[str, str, str], ...]
    widths: tuple[float, ...]
    lines: int
    pages_wide: int = 1
    name_columns: int = 1


def plain_sheet(book: Workbook, styles: Styles, plain: PlainSheet) -> Worksheet:
    """Add the sheet to the book and return it."""
    sheet = book.add_worksheet(plain.name)
    set_page(sheet, header_rows=(3, 3), pages_wide=plain.pages_wide, name_columns=plain.name_columns)
    write_title(sheet, styles, plain.name, plain.caption)
    write_marker_table(sheet, styles, 3, plain.table, plain.columns, plain.widths, plain.lines)
    sheet.autofilter(3, 0, 4, len(plain.columns) - 1)
    sheet.freeze_panes(4, 0)
    return sheet


def colour_met(book: Workbook, sheet: Worksheet, row: int, column: int) -> None:
    """Colour 达成 by what it says."""
    for word, ink in (("未达成", BAD_INK), ("达成", GOOD_INK)):
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{word}"',
            "format": book.add_format({"font_color": ink}),
        }
        sheet.conditional_format(row, column, row, column, rule)


FREQUENCIES = PlainSheet(
    "回访频率表",
    "{{rules_caption}}",
    "frequencies",
    (
        ("客户类别", "tier", "text"),
        ("回访频率", "frequency", "wide"),
        ("回访方式", "means", "text"),
        ("回访责任人", "role", "text"),
        ("来源", "origin", "wide"),
    ),
    (13, 52, 22, 30, 28),
    lines=2,
)

FINDINGS = PlainSheet(
    "问题清单",
    "{{findings_note}}",
    "findings",
    (
        ("级别", "severity", "text"),
        ("位置", "place", "link"),
        ("列", "column", "text"),
        ("内容", "value", "text"),
        ("说明", "text", "wide"),
        ("怎么处理", "help", "wide"),
        ("代码", "code", "text"),
        ("处数", "count", "count"),
    ),
    (7, 26, 14, 18, 42, 36, 24, 7),
    lines=2,
)

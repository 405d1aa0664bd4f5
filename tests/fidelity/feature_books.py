"""What XlsxWriter can do to a workbook as a whole: sheets, names, properties, macros, themes, ways of storing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from feature_ledger import SHEET, Feature
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet


def _more_sheets(book: Workbook, sheet: Worksheet) -> None:
    for name in ("订单", "名字 有空格", "Ünïcode'引号"):
        book.add_worksheet(name).write_row("A1", ["x", 1, True])


def _second(**calls: tuple[Any, ...]) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        second = book.add_worksheet("第二张")
        second.write("A1", "别的")
        for method, arguments in calls.items():
            getattr(second, method)(*arguments)

    return add


def _first_hidden(book: Workbook, sheet: Worksheet) -> None:
    book.add_worksheet("看得见").activate()
    sheet.hide()


def _protected_chartsheet(book: Workbook, sheet: Worksheet) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$C$2:$C$7"})
    page = book.add_chartsheet("图")
    page.set_chart(chart)
    page.protect("secret", {"objects": False})
    page.set_tab_color("red")
    page.set_landscape()
    page.set_zoom_to_fit()
    page.set_header("&C图")


def _names(book: Workbook, sheet: Worksheet) -> None:
    book.add_worksheet("第二张")
    book.define_name("金额", f"='{SHEET}'!$C$2:$C$7")
    book.define_name("税率", "=0.13")
    book.define_name("第二张!局部", "=第二张!$A$1")
    book.define_name("动态", f"=OFFSET('{SHEET}'!$C$2,0,0,COUNTA('{SHEET}'!$A:$A)-1,1)")


def _custom_properties(book: Workbook, sheet: Worksheet) -> None:
    book.set_custom_property("负责人", "张三 & <李四>")
    book.set_custom_property("日期", datetime(2024, 1, 2, tzinfo=UTC))
    book.set_custom_property("整数", 12)
    book.set_custom_property("小数", 1.5)
    book.set_custom_property("布尔", True)


def _properties(book: Workbook, sheet: Worksheet) -> None:
    words = ("title", "subject", "author", "manager", "company", "category", "keywords", "comments", "status")
    book.set_properties({**{word: f"{word} 值 <&>" for word in words}, "created": datetime(2020, 5, 6, tzinfo=UTC),
                         "hyperlink_base": "https://example.com"})  # fmt: skip


def _macros(book: Workbook, sheet: Worksheet) -> None:
    book.add_vba_project(io.BytesIO(b"no real macros, kept as they are"), True)
    sheet.insert_button("H2", {"macro": "做事"})


def _signed_macros(book: Workbook, sheet: Worksheet) -> None:
    book.add_signed_vba_project(io.BytesIO(b"macros"), io.BytesIO(b"a signature"), True, True)


def _named_macros(book: Workbook, sheet: Worksheet) -> None:
    book.add_vba_project(io.BytesIO(b"macros with names"), True)
    book.set_vba_name("本工作簿")
    sheet.set_vba_name("表一")


def _theme(book: Workbook, sheet: Worksheet) -> None:
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as other:
        other.add_worksheet()
    theme = zipfile.ZipFile(plain).read("xl/theme/theme1.xml").decode()
    book.use_custom_theme(io.StringIO(re.sub(r'name="Office( Theme)?"', 'name="自己的"', theme)))


def _called(method: str, *arguments: Any) -> Feature:
    return lambda book, sheet: getattr(book, method)(*arguments)


def _wide(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_row(8, 0, range(16_300))


def _full_width(book: Workbook, sheet: Worksheet) -> None:
    sheet.write("XFD9", "最右")


def _tall(book: Workbook, sheet: Worksheet) -> None:
    for row in range(7, 2000):
        sheet.write_row(row, 0, (f"KH{row:04d}", f"第{row}号公司", row * 10.5, 45000 + row % 365))


def _last_row(book: Workbook, sheet: Worksheet) -> None:
    sheet.write("A1048576", "最下")


def _sparse(book: Workbook, sheet: Worksheet) -> None:
    sheet.write("A50", "远")
    sheet.write("D90", 1)
    sheet.write("Z20", "偏")


def _formulas_across(book: Workbook, sheet: Worksheet) -> None:
    second = book.add_worksheet("汇总")
    second.write_formula("A1", f"=SUM('{SHEET}'!C2:C7)", None, 314699.49)
    second.write_formula("A2", f"=COUNTA('{SHEET}'!A:A)", None, 7)
    sheet.write_formula("C7", "=汇总!A2", None, 7)


def _nothing(book: Workbook, sheet: Worksheet) -> None:
    """Add nothing: the feature is an option of the whole workbook."""


def _below_in_order(book: Workbook, sheet: Worksheet) -> None:
    bold = book.add_format({"bold": True})
    sheet.write_string("A9", "  另起  ")
    sheet.write_rich_string("A10", "普通", bold, "粗体")
    sheet.write_formula("B10", "=B2", None, "甲公司")
    sheet.write_blank("C10", None, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter("A1:D7")
    sheet.conditional_format("C2:C7", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B2:B7", {"validate": "list", "source": ["甲", "乙"]})


def _newer_functions(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_formula("C7", "=STDEV.S(C2:C6)+CONCAT(1,2)", None, 12)


def _bare_date(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_datetime("D8", datetime(2024, 6, 1))  # noqa: DTZ001 - a cell has no time zone


#: Options of a workbook, and what is put on its first sheet. In constant_memory mode texts stand in the cells.
OPTIONS: dict[str, tuple[dict[str, Any], Feature]] = {
    "epoch-1904": ({"date_1904": True}, _nothing),
    "inline-strings": ({"constant_memory": True}, _nothing),
    "inline-strings-and-more": ({"constant_memory": True}, _below_in_order),
    "inline-strings-second-sheet": ({"constant_memory": True}, _second(write_row=("A2", ["订", 1]))),
    "excel-2003-style": ({"excel2003_style": True}, _nothing),
    "theme-2023": ({"excel_2023_theme": True}, _nothing),
    "default-format": ({"default_format_properties": {"font_name": "微软雅黑", "font_size": 12}}, _nothing),
    "default-row-height": ({"default_row_height": 30}, _nothing),
    "default-column-width": ({"default_column_width": 72}, lambda b, s: s.set_column("B:B", 20)),
    "future-functions": ({"use_future_functions": True}, _newer_functions),
    "default-date-format": ({"default_date_format": "dd/mm/yy"}, _bare_date),
    "errors-for-nan": (
        {"nan_inf_to_errors": True},
        lambda b, s: s.write_row("A9", [float("nan"), float("inf")]),
    ),
    "texts-as-numbers": (
        {"strings_to_numbers": True},
        lambda b, s: s.write_row("A9", ["12", "1e3", "x"]),
    ),
    "texts-as-texts": (
        {"strings_to_formulas": False, "strings_to_urls": False},
        lambda b, s: s.write_row("A9", ["=1+1", "https://example.com"]),
    ),
}


def features() -> Iterator[tuple[str, Feature]]:
    """Yield the features, each with its name."""
    yield "book-plain", _nothing
    yield "book-several-sheets", _more_sheets
    yield "book-second-active", _second(activate=(), set_first_sheet=())
    yield "book-second-selected", _second(select=())
    yield "book-second-hidden", _second(hide=())
    yield "book-second-very-hidden", _second(very_hidden=())
    yield "book-second-protected", _second(protect=("secret",))
    yield "book-first-hidden", _first_hidden
    yield "book-chartsheet-protected", _protected_chartsheet
    yield "book-names", _names
    yield "book-properties", _properties
    yield "book-custom-properties", _custom_properties
    yield "book-macros", _macros
    yield "book-macros-signed", _signed_macros
    yield "book-macros-named", _named_macros
    yield "book-theme", _theme
    yield "book-calculated-by-hand", _called("set_calc_mode", "manual")
    yield "book-calculated-but-tables", _called("set_calc_mode", "auto_except_tables")
    yield "book-window", _called("set_size", 1200, 800)
    yield "book-tab-ratio", _called("set_tab_ratio", 75)
    yield "book-read-only", _called("read_only_recommended")
    yield "book-wide", _wide
    yield "book-full-width", _full_width
    yield "book-tall", _tall
    yield "book-last-row", _last_row
    yield "book-sparse", _sparse
    yield "book-formulas-across", _formulas_across

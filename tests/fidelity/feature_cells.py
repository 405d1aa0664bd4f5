"""Every kind of cell and cell format that XlsxWriter writes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from feature_ledger import NAMES, SHEET, Feature, png
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_NOON = datetime(2024, 2, 29, 12, 30, 45)  # noqa: DTZ001 - a cell has no time zone
_NUMBER_FORMATS = (
    "0", "0.00", "#,##0.00", "0%", "0.00E+00", "# ?/?", "m/d/yyyy", "[h]:mm:ss", "@", "¥#,##0.00;[Red]-¥#,##0.00",
    '[$-804]yyyy"年"m"月"d"日"', '0.0,"千"', '[>=10000]0!.0,"万";0', ";;;", "General",
)  # fmt: skip
_ALIGNMENTS = (
    "left", "center", "right", "fill", "justify", "center_across", "distributed", "top", "vcenter", "bottom", "vjustify",
    "vdistributed",
)  # fmt: skip
_LOOKS: dict[str, dict[str, Any]] = {
    **{f"number {code}": {"num_format": code} for code in _NUMBER_FORMATS},
    "number by index": {"num_format": 22},
    **{f"align {where}": {"valign" if where[0] in "tvb" else "align": where} for where in _ALIGNMENTS},
    **{f"underline {kind}": {"underline": kind} for kind in (1, 2, 33, 34)},
    **{f"border {line}": {"border": line, "border_color": "#FF6600"} for line in range(1, 14)},
    **{f"diagonal {kind}": {"diag_type": kind, "diag_border": 4, "diag_color": "red"} for kind in (1, 2, 3)},
    **{f"pattern {p}": {"pattern": p, "fg_color": "red", "bg_color": "#FFFF00"} for p in range(1, 19)},
    "font": {
        "font_name": "微软雅黑",
        "font_size": 14.5,
        "bold": True,
        "italic": True,
        "font_color": "#C00000",
    },
    "strike": {"font_strikeout": True, "font_outline": True, "font_shadow": True},
    "superscript": {"font_script": 1},
    "subscript": {"font_script": 2},
    "scheme": {"font_scheme": "major", "font_family": 1, "font_charset": 134, "theme": 4},
    "rotated": {"rotation": 45},
    "stacked": {"rotation": 270},
    "wrapped": {"text_wrap": True, "indent": 2},
    "shrunk": {"shrink": True, "reading_order": 2},
    "justified": {"align": "distributed", "indent": 1},
    "four borders": {
        "left": 1,
        "right": 2,
        "top": 5,
        "bottom": 6,
        "left_color": "red",
        "top_color": "#00FF00",
    },
    "unlocked": {"locked": False, "hidden": True},
    "quoted": {"quote_prefix": True},
    "hyperlink": {"hyperlink": True},
    "checkbox": {"checkbox": True},
}

_FORMULAS: dict[str, tuple[str, Any]] = {
    "number": ("=SUM(C2:C7)", 314699.49),
    "text": ('=B2&" <&> ""x"""', '甲公司 <&> "x"'),
    "boolean": ("=C2>C3", True),
    "error": ("=1/0", "#DIV/0!"),
    "no value": ("=NOW()", ""),
    "other sheet": (f"='{SHEET}'!$A$1", "客户编号"),
    "future": ("=_xlfn.STDEV.S(C2:C7)", 1),
    "intersection": ("=@A1:A7", "客户编号"),
}
_DYNAMIC = {
    "filter": '=FILTER(B2:B7,C2:C7>50000,"")',
    "unique": "=UNIQUE(B2:B7)",
    "sort": "=SORT(C2:C7)",
    "lambda": "=LAMBDA(x,x*2)(C2)",
    "let": "=LET(x,C2,x+1)",
    "xlookup": '=XLOOKUP("KH001",A2:A7,B2:B7)',
    "spill": "=ANCHORARRAY(F2)",
}
_URLS = {
    "web": "https://example.com/客户?a=1&b=2#锚",
    "mail": "mailto:a@example.com?subject=你好",
    "ftp": "ftp://example.com/",
    "inside": f"internal:'{SHEET}'!A1:B2",
    "file": r"external:c:\temp\客户.xlsx#Sheet1!A1",
    "relative file": "external:../另一个.xlsx",
    "share": r"external:\\server\share\a.docx",
}
_TEXTS = {
    "spaces": "  前后空格  ",
    "lines": "第一行\n第二行\r\n第三行\t制表",
    "escapes": "_x0041_ 与 _x000D_",
    "controls": "响铃\x07 与 \x1b",
    "markup": '<a href="x">&amp; \' ]]></a>',
    "astral": "𠮷野家 😀",
    "longest": "长" * 32767,
    "like a formula": "=1+1",
    "leading zeros": "00123",
    "not in Unicode": "\ufffe\uffff",
}


def _styled(properties: dict[str, Any]) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        look = book.add_format(properties)
        sheet.write_number("C2", 1234.5, look)
        sheet.write_blank("A10", None, look)
        sheet.write_string("B10", "文字", look)

    return add


def _formula(text: str, value: Any) -> Feature:
    return lambda book, sheet: sheet.write_formula("C7", text, None, value)


def _dynamic(text: str) -> Feature:
    return lambda book, sheet: sheet.write_dynamic_array_formula("A10:A10", text, None, 1)


def _linked(url: str) -> Feature:
    return lambda book, sheet: sheet.write_url("B2", url, string="链接", tip="提示")


def _texts(text: str) -> Feature:
    return lambda book, sheet: sheet.write_string("B3", text)


def _rich(book: Workbook, sheet: Worksheet) -> None:
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red", "font_name": "宋体"})
    sheet.write_rich_string(
        "B2", "这是 ", bold, "粗", " 与 ", red, "红 & <标>", book.add_format({"align": "center"})
    )


def _arrays(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_array_formula("A10:A12", "{=C2:C4*2}", None, 1)
    sheet.write_array_formula("C10", "{=SUM(C2:C7*1)}", None, 2)


def _merged(book: Workbook, sheet: Worksheet) -> None:
    sheet.merge_range("A9:D9", "合并 单元格", book.add_format({"border": 1, "align": "center"}))
    sheet.merge_range("A10:B12", 12, book.add_format({"border": 6}))


def _merged_in_ledger(book: Workbook, sheet: Worksheet) -> None:
    sheet.merge_range("B2:B3", "甲公司", None)


def _kinds(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_boolean("A10", True)
    sheet.write_boolean("B10", False, book.add_format({"bold": True}))
    sheet.write_datetime("C10", _NOON, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}))
    sheet.write("A11", time(8, 15), book.add_format({"num_format": "hh:mm"}))
    sheet.write("B11", timedelta(hours=30), book.add_format({"num_format": "[h]:mm"}))
    sheet.write_row("A12", [1e300, -1e-300, 0.1 + 0.2, 12345678901234567])


def _comments(options: dict[str, Any]) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_comment("B2", "批注 <一>", options)
        sheet.write_comment("C7", "第二条\n两行", {"author": "李四"})
        sheet.set_comments_author("张三")

    return add


def _shown_comments(book: Workbook, sheet: Worksheet) -> None:
    sheet.write_comment("B2", "看得见")
    sheet.show_comments()


def _embedded(options: dict[str, Any]) -> Feature:
    def add(book: Workbook, sheet: Worksheet) -> None:
        sheet.embed_image("A10", "红.png", {"image_data": io.BytesIO(png(255, 0, 0)), **options})
        sheet.embed_image("B10", "蓝.png", {"image_data": io.BytesIO(png(0, 0, 255))})

    return add


def _checkboxes(book: Workbook, sheet: Worksheet) -> None:
    sheet.insert_checkbox("A10", True)
    sheet.insert_checkbox("B10", False, book.add_format({"bg_color": "#FFC7CE"}))


def _links_of_many(book: Workbook, sheet: Worksheet) -> None:
    for row in range(9, 60):
        sheet.write_url(row, 0, f"https://example.com/{row}")


def _link_over_range(book: Workbook, sheet: Worksheet) -> None:
    sheet.merge_range("A10:C10", "", book.add_format())
    sheet.write_url("A10", "https://example.com/一处", string="合并的链接")


def features() -> Iterator[tuple[str, Feature]]:
    """Yield the features, each with its name."""
    for name, properties in _LOOKS.items():
        yield f"format-{name}", _styled(properties)
    for name, (text, value) in _FORMULAS.items():
        yield f"formula-{name}", _formula(text, value)
    for name, text in _DYNAMIC.items():
        yield f"dynamic-{name}", _dynamic(text)
    for name, url in _URLS.items():
        yield f"url-{name}", _linked(url)
    for name, text in _TEXTS.items():
        yield f"text-{name}", _texts(text)
    options = {"visible": True, "x_scale": 2, "color": "#FFFF99", "font_name": "宋体", "start_cell": "F3"}
    yield "comment", _comments({})
    yield "comment-options", _comments(options)
    yield "comment-shown", _shown_comments
    yield "rich-string", _rich
    yield "array-formulas", _arrays
    yield "merged", _merged
    yield "merged-in-ledger", _merged_in_ledger
    yield "kinds-of-values", _kinds
    yield "embedded-images", _embedded({})
    yield (
        "embedded-image-options",
        _embedded({"url": "https://example.com", "description": "红", "decorative": False}),
    )
    yield "checkboxes", _checkboxes
    yield "many-links", _links_of_many
    yield "link-over-merged", _link_over_range
    yield (
        "names-column-ignored",
        lambda book, sheet: sheet.ignore_errors({"number_stored_as_text": NAMES}),
    )

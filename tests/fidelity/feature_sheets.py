"""Everything around the cells that XlsxWriter writes: drawings, views, printing, protection, outlines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from feature_ledger import BESIDE, SHEET, WHOLE, Feature, bmp, gif, png
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

_IMAGES: dict[str, dict[str, Any]] = {
    "scaled": {"x_scale": 10, "y_scale": 12.5, "x_offset": 5, "y_offset": 9},
    "linked": {"url": "https://example.com/", "tip": "去看"},
    "linked-inside": {"url": f"internal:'{SHEET}'!A1", "description": "说明 <&>"},
    "decorative": {"decorative": True},
    **{f"position-{number}": {"object_position": number} for number in (1, 2, 3)},
}
_BOXES: dict[str, dict[str, Any]] = {
    "plain": {},
    "sized": {"width": 256, "height": 100, "x_offset": 10, "object_position": 3},
    "filled": {"fill": {"color": "#FF9900"}, "line": {"color": "red", "width": 2, "dash_type": "dash"}},
    "bare": {"fill": {"none": True}, "line": {"none": True}},
    "gradient": {"gradient": {"colors": ["#DDEBCF", "#9CB86E", "#156B13"], "type": "path"}},
    "font": {"font": {"bold": True, "underline": True, "name": "微软雅黑", "color": "blue", "size": 14}},
    "aligned": {
        "align": {"vertical": "middle", "horizontal": "center", "text": "right"},
        "text_rotation": 90,
    },
    "linked": {"url": "https://example.com/", "tip": "提示"},
    "text-of-a-cell": {"textlink": f"='{SHEET}'!$B$2", "description": "盒子"},
}
#: A method of the first sheet and its arguments.
_CALLS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "freeze-row": ("freeze_panes", (1, 0)),
    "freeze-column": ("freeze_panes", (0, 2)),
    "freeze-both": ("freeze_panes", (1, 2)),
    "freeze-scrolled": ("freeze_panes", (1, 0, 4, 0)),
    "split-rows": ("split_panes", (30, 0)),
    "split-columns": ("split_panes", (0, 16.93)),
    "split-both": ("split_panes", (30, 16.93, 3, 2)),
    "selection": ("set_selection", ("B3:C5",)),
    "top-left-cell": ("set_top_left_cell", ("A4",)),
    "zoom": ("set_zoom", (150,)),
    "page-view": ("set_page_view", ()),
    "page-break-view": ("set_pagebreak_view", ()),
    "right-to-left": ("right_to_left", ()),
    "zeros-hidden": ("hide_zero", ()),
    "gridlines-0": ("hide_gridlines", (0,)),
    "gridlines-2": ("hide_gridlines", (2,)),
    "headings-hidden": ("hide_row_col_headers", ()),
    "tab-colour": ("set_tab_color", ("#FF9900",)),
    "default-height": ("set_default_row", (24,)),
    "default-hidden": ("set_default_row", (None, True)),
    "autofit": ("autofit", ()),
    "landscape": ("set_landscape", ()),
    "paper": ("set_paper", (9,)),
    "margins": ("set_margins", (0.5, 0.6, 0.7, 0.8)),
    "centred": ("center_horizontally", ()),
    "centred-vertically": ("center_vertically", ()),
    "header": ("set_header", ('&L&D&C&"微软雅黑,Bold"&14客户 && 台账&R&P/&N',)),
    "footer": ("set_footer", ("&L&F&C&A&R&T", {"margin": 0.4})),
    "header-options": ("set_header", ("页眉", {"scale_with_doc": False, "align_with_margins": False})),
    "repeat-rows": ("repeat_rows", (0,)),
    "repeat-columns": ("repeat_columns", ("A:B",)),
    "print-area": ("print_area", (WHOLE,)),
    "print-across": ("print_across", ()),
    "print-headings": ("print_row_col_headers", ()),
    "print-black": ("print_black_and_white", ()),
    "fit-to-pages": ("fit_to_pages", (1, 0)),
    "print-scale": ("set_print_scale", (75,)),
    "row-breaks": ("set_h_pagebreaks", ([3, 5],)),
    "column-breaks": ("set_v_pagebreaks", ([2],)),
    "protected": ("protect", ()),
    "protected-password": ("protect", ("secret", {"insert_rows": True, "autofilter": True, "objects": True})),
    "protected-selection": ("protect", ("", {"select_locked_cells": False, "scenarios": True})),
    "outline-settings": ("outline_settings", (False, False, False, True)),
    "vba-name": ("set_vba_name", ("表一",)),
    "column-width": ("set_column", ("B:C", 25.5)),
    "column-hidden": ("set_column", ("B:B", None, None, {"hidden": True})),
    "column-all": ("set_column", ("A:XFD", 12)),
    "row-height": ("set_row", (2, 40.5)),
    "row-hidden": ("set_row", (2, None, None, {"hidden": True})),
    "button": ("insert_button", ("H2", {"macro": "做事", "caption": "按 & 钮", "width": 80, "description": "d"})),
    **{
        f"ignored-{kind}": ("ignore_errors", ({kind: "A1:D7 F1:F9"},))
        for kind in (
            "number_stored_as_text", "eval_error", "formula_differs", "formula_range", "formula_unlocked",
            "empty_cell_reference", "list_data_validation", "calculated_column", "two_digit_text_year",
        )
    },
}  # fmt: skip


def _called(method: str, arguments: tuple[Any, ...]) -> Feature:
    return lambda book, sheet: getattr(sheet, method)(*arguments)


def _image(name: str, data: bytes, options: dict[str, Any]) -> Feature:
    return lambda book, sheet: sheet.insert_image(BESIDE, name, {"image_data": io.BytesIO(data), **options})


def _textbox(options: dict[str, Any]) -> Feature:
    return lambda book, sheet: sheet.insert_textbox(BESIDE, "一段 <文字>\n第二行", options)


def _pictured_header(book: Workbook, sheet: Worksheet) -> None:
    pictures = {"image_left": "左.png", "image_data_left": io.BytesIO(png(1, 2, 3)), "image_right": "右.png",
                "image_data_right": io.BytesIO(png(4, 5, 6))}  # fmt: skip
    sheet.set_header("&L&G&C标题&R&G", pictures)


def _pictured_footer(book: Workbook, sheet: Worksheet) -> None:
    sheet.set_footer("&C&G", {"image_center": "中.png", "image_data_center": io.BytesIO(png(7, 8, 9))})


def _everything_drawn(book: Workbook, sheet: Worksheet) -> None:
    sheet.insert_image("H2", "a.png", {"image_data": io.BytesIO(png(1, 1, 1))})
    sheet.insert_image("H9", "b.png", {"image_data": io.BytesIO(png(1, 1, 1))})
    sheet.insert_textbox("H16", "字")
    sheet.insert_button("H23")
    sheet.write_comment("A2", "批注")
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"values": f"='{SHEET}'!$C$2:$C$7"})
    sheet.insert_chart("L2", chart)
    sheet.set_background(io.BytesIO(png(200, 200, 200)))


def _background(book: Workbook, sheet: Worksheet) -> None:
    sheet.set_background(io.BytesIO(png(230, 240, 250)))


def _row_outline(book: Workbook, sheet: Worksheet) -> None:
    for row in (1, 2):
        sheet.set_row(row, None, None, {"level": 2})
    sheet.set_row(3, None, None, {"level": 1})
    sheet.set_row(5, None, None, {"level": 1, "hidden": True})
    sheet.set_row(6, None, None, {"collapsed": True})


def _column_outline(book: Workbook, sheet: Worksheet) -> None:
    sheet.set_column("B:C", 10, None, {"level": 1, "hidden": True})
    sheet.set_column("D:D", None, None, {"collapsed": True})


def _formatted_lines(book: Workbook, sheet: Worksheet) -> None:
    sheet.set_column("D:F", 12, book.add_format({"bg_color": "#EEEEEE", "num_format": "0.0"}))
    sheet.set_row(4, 30, book.add_format({"italic": True}))


def _unprotected_ranges(book: Workbook, sheet: Worksheet) -> None:
    sheet.protect("secret")
    sheet.unprotect_range("C2:C7")
    sheet.unprotect_range("A1 D3:D5", "日期", "pass")


def _print_everything(book: Workbook, sheet: Worksheet) -> None:
    sheet.repeat_rows(0)
    sheet.repeat_columns("A:A")
    sheet.print_area("A1:D7")
    sheet.autofilter("A1:D7")
    sheet.set_paper(8)
    sheet.set_start_page(5)
    sheet.set_landscape()


def features() -> Iterator[tuple[str, Feature]]:
    """Yield the features, each with its name."""
    for name, (method, arguments) in _CALLS.items():
        yield f"sheet-{name}", _called(method, arguments)
    for name, options in _IMAGES.items():
        yield f"image-{name}", _image("图.png", png(10, 20, 30), options)
    yield "image-bmp", _image("图.bmp", bmp(), {})
    yield "image-gif", _image("图.gif", gif(), {})
    for name, options in _BOXES.items():
        yield f"textbox-{name}", _textbox(options)
    yield "header-pictures", _pictured_header
    yield "footer-picture", _pictured_footer
    yield "background", _background
    yield "everything-drawn", _everything_drawn
    yield "outline-rows", _row_outline
    yield "outline-columns", _column_outline
    yield "formatted-lines", _formatted_lines
    yield "unprotected-ranges", _unprotected_ranges
    yield "print-everything", _print_everything

"""Write the same decorated table with one of several writers: values, looks, widths, row heights, filter, panes.

python benchmarks/rendering.py crmtool|xlsxwriter|rustpy|polars table.arrow out.xlsx
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from decorated import (
    A4,
    CAPTION,
    FORMATS,
    HEADER_HEIGHT,
    HEADER_ROW,
    SHEET,
    TITLE_HEIGHT,
    WIDTHS,
    load,
    look,
)

TEMPLATE = Path(__file__).parents[1] / "templates" / "classification.xlsx"
#: The sheets of the template but the one that is written.
OTHERS = frozenset(
    [
        "分级概览", "RFM明细", "RFM矩阵", "客户分类标准表", "客户分类表", "回访频率表", "客户维护策略表", "待补资料",
        "问题清单",
    ]
)  # fmt: skip


def crmtool(path: str, out: str) -> None:
    """Fill the shipped template; row heights are worked out on the way."""
    from crmtool.content import Content, OutTable, TableColumn
    from crmtool.files.xlsx import fill

    table, _ = load(path)
    columns = [
        TableColumn(f"c{number}", header, table.column(header), look(header))
        for number, header in enumerate(table.column_names)
    ]
    content = Content({"grading": OutTable("grading", columns)}, {"caption": CAPTION}, OTHERS)
    with Path(out).open("wb") as target:
        fill(TEMPLATE.read_bytes(), content, target, created=date(2024, 6, 30))


def xlsxwriter(path: str, out: str) -> None:
    """Write row by row with XlsxWriter in its constant_memory mode, each cell by its type's own method."""
    import xlsxwriter

    table, heights = load(path)
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        formats = {name: book.add_format(properties) for name, properties in FORMATS.items()}
        sheet = book.add_worksheet(SHEET)
        _dress(sheet, table)
        sheet.set_row(0, TITLE_HEIGHT)
        sheet.write_string(0, 0, SHEET, formats["title"])
        sheet.write_string(1, 0, CAPTION, formats["caption"])
        sheet.set_row(HEADER_ROW - 1, HEADER_HEIGHT)
        for place, header in enumerate(table.column_names):
            sheet.write_string(HEADER_ROW - 1, place, header, formats["head"])
        kinds = {"date": sheet.write_datetime, "money": sheet.write_number}
        writers = [
            (place, kinds.get(look(header), sheet.write_string), formats[look(header)])
            for place, header in enumerate(table.column_names)
        ]
        columns = [table.column(header).to_pylist() for header in table.column_names]
        rows = zip(heights.to_pylist(), *columns, strict=True)
        for number, (height, *row) in enumerate(rows, start=HEADER_ROW):
            if height is not None:
                sheet.set_row(number, height)
            for (place, write, its_format), value in zip(writers, row, strict=True):
                if value is None:
                    sheet.write_blank(number, place, None, its_format)
                else:
                    write(number, place, value, its_format)


def _dress(sheet: Any, table: Any) -> None:
    last = HEADER_ROW - 1 + table.num_rows
    for place, header in enumerate(table.column_names):
        sheet.set_column(place, place, WIDTHS[look(header)])
    sheet.freeze_panes(HEADER_ROW, 2)
    sheet.autofilter(HEADER_ROW - 1, 0, last, table.num_columns - 1)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.repeat_columns(0, 1)


def rustpy(path: str, out: str) -> None:
    """Write the Arrow table with rustpy-xlsxwriter. It leaves empty cells out: the column's look stands for them."""
    import rustpy_xlsxwriter

    table, heights = load(path)
    names = table.column_names
    tall = {HEADER_ROW + at: height for at, height in enumerate(heights.to_pylist()) if height is not None}
    # It writes the last row twice where that has a height of its own, which is no valid sheet.
    tall.pop(HEADER_ROW + table.num_rows - 1, None)
    rustpy_xlsxwriter.write_worksheet(
        table,
        out,
        sheet_name=SHEET,
        freeze_row=HEADER_ROW,
        freeze_col=2,
        column_widths={name: WIDTHS[look(name)] for name in names},
        column_formats={name: _rust_format(FORMATS[look(name)]) for name in names},
        header_format=_rust_format(FORMATS["head"]),
        header_row=HEADER_ROW - 1,
        merge_ranges=[
            (0, 0, 0, 1, SHEET, _rust_format(FORMATS["title"])),
            (1, 0, 1, 1, CAPTION, _rust_format(FORMATS["caption"])),
        ],
        row_heights={0: TITLE_HEIGHT, HEADER_ROW - 1: HEADER_HEIGHT, **tall},
        autofilter=True,
        sheet_view={"gridlines": False},
        page_setup={
            "landscape": True,
            "paper_size": A4,
            "repeat_rows": HEADER_ROW - 1,
            "repeat_columns": (0, 1),
        },
    )


def _rust_format(properties: dict[str, Any]) -> Any:
    from rustpy_xlsxwriter import Format

    made = Format()
    words = {"align": "set_align", "valign": "set_align", "border_color": "set_border_color",
             "font_name": "set_font_name", "font_size": "set_font_size", "font_color": "set_font_color",
             "num_format": "set_num_format", "indent": "set_indent", "bg_color": "set_background_color"}  # fmt: skip
    flags = {"bold": "set_bold", "text_wrap": "set_text_wrap", "shrink": "set_shrink"}
    for name, value in properties.items():
        if name == "border":
            made = made.set_border("thin")
        else:
            made = getattr(made, flags[name])() if name in flags else getattr(made, words[name])(value)
    return made


def polars(path: str, out: str) -> None:
    """Write with polars, which has XlsxWriter below; the title is written on the sheet it is given."""
    import polars as pl
    import xlsxwriter

    table, heights = load(path)
    with xlsxwriter.Workbook(out) as book:
        formats = {name: book.add_format(properties) for name, properties in FORMATS.items()}
        sheet = book.add_worksheet(SHEET)
        pl.from_arrow(table).write_excel(
            book,
            sheet,
            position=(HEADER_ROW - 1, 0),
            column_formats={name: FORMATS[look(name)] for name in table.column_names},
            header_format=FORMATS["head"],
            table_style=None,
            autofilter=False,
        )
        _dress(sheet, table)
        sheet.write_string(0, 0, SHEET, formats["title"])
        sheet.write_string(1, 0, CAPTION, formats["caption"])
        tall = [
            (0, TITLE_HEIGHT),
            (HEADER_ROW - 1, HEADER_HEIGHT),
            *enumerate(heights.to_pylist(), HEADER_ROW),
        ]
        for number, height in tall:
            if height is not None:
                sheet.set_row(number, height)


WAYS = {way.__name__: way for way in (crmtool, rustpy, xlsxwriter, polars)}


if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2], sys.argv[3])

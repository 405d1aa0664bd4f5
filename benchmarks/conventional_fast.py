"""The conventional way with the fastest parts that pandas can be given: calamine reads, XlsxWriter writes.

The logic is that of `conventional.py`, and so are the sheets, columns, looks and the overview with its chart.

    python benchmarks/conventional_fast.py ledger.xlsx out.xlsx
"""

from __future__ import annotations

import sys

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from conventional import A4, AS_OF, GRADING, RFM, WIDTHS, classify, explain, overview, score

_CELL = {
    "border": 1,
    "border_color": "#BFBFBF",
    "font_name": "微软雅黑",
    "font_size": 10,
    "valign": "vcenter",
}
_LEFT = {"align": "left", "text_wrap": True, "num_format": "@"}
FORMATS = {
    "text": {**_CELL, **_LEFT},
    "wide": {**_CELL, **_LEFT, "font_size": 9},
    "date": {**_CELL, "align": "center", "num_format": "yyyy-mm-dd"},
    "money": {**_CELL, "align": "right", "num_format": "#,##0.00"},
    "count": {**_CELL, "align": "right", "num_format": "#,##0"},
    "share": {**_CELL, "align": "right", "num_format": "0.0%"},
    "head": {**_CELL, "align": "center", "text_wrap": True, "bold": True, "bg_color": "#E9EFF5"},
    "title": {"font_name": "微软雅黑", "font_size": 14, "bold": True},
}


def write_sheet(
    book: xlsxwriter.Workbook,
    formats: dict[str, Format],
    title: str,
    frame: pd.DataFrame,
    looks: dict[str, str],
) -> Worksheet:
    """Write one sheet: a title, a header, and a row for each row of the frame; return the sheet."""
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(3, 1)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.autofilter(2, 0, len(frame) + 2, len(looks) - 1)
    for number, look in enumerate(looks.values()):
        sheet.set_column(number, number, WIDTHS.get(look, 12) - 0.7)
    sheet.write_string(0, 0, title, formats["title"])
    sheet.write_string(1, 0, f"统计截止日 {AS_OF:%Y-%m-%d} · 共 {len(frame)} 行")
    for place, name in enumerate(looks):
        sheet.write_string(2, place, name, formats["head"])
    shown = frame[list(looks)].astype(object)
    shown = shown.where(shown.notna(), None)
    writers = {"date": sheet.write_datetime, "text": sheet.write_string, "wide": sheet.write_string}
    cells = [
        (place, writers.get(look, sheet.write_number), formats[look])
        for place, look in enumerate(looks.values())
    ]
    for number, row in enumerate(shown.itertuples(index=False), start=3):
        for (place, write, its_format), value in zip(cells, row, strict=True):
            if value is None:
                sheet.write_blank(number, place, None, its_format)
            else:
                write(number, place, value, its_format)
    return sheet


def write(frame: pd.DataFrame, path: str) -> None:
    """Write the workbook: the overview with a chart, 客户分级表, RFM明细."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        formats = {name: book.add_format(properties) for name, properties in FORMATS.items()}
        counted = overview(frame)
        looks = {"等级": "text", "客户数": "count", "金额合计": "money", "占比": "share"}
        sheet = write_sheet(book, formats, "分级概览", counted, looks)
        chart = book.add_chart({"type": "column"})
        last = 2 + len(counted)
        chart.add_series(
            {
                "name": ["分级概览", 2, 1],
                "categories": ["分级概览", 3, 0, last, 0],
                "values": ["分级概览", 3, 1, last, 1],
            }
        )
        sheet.insert_chart("G3", chart)
        write_sheet(book, formats, "客户分级表", frame, GRADING)
        write_sheet(book, formats, "RFM明细", frame, RFM)


def run(ledger: str, out: str) -> pd.DataFrame:
    """Classify a ledger; return its rows with all that was added."""
    frame = pd.read_excel(ledger, engine="calamine", dtype={"客户编号": str, "手机号": str, "规模": str})
    frame["最近交易时间"] = pd.to_datetime(frame["最近交易时间"])
    classify(frame)
    explain(frame)
    score(frame)
    write(frame, out)
    return frame


if __name__ == "__main__":
    print(run(sys.argv[1], sys.argv[2])["客户类型"].value_counts().to_string())

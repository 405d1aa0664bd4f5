"""The table that every writer is given, and how it has to look: 客户分级表 as the shipped template shows it.

`take` gets it from a workbook that `crmtool classify` wrote, so that all write the very same values; the row heights
come with it, since only crmtool works them out itself. The looks are those of `templates/classification.xlsx`; a test
holds that all writers give each cell the same font, border, alignment and number format.

Arrow is imported where it is used: the benchmark's own process has to stay small (see `measuring.apart`).
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

SHEET = "客户分级表"
HEADER_ROW = 4
CAPTION = "统计截止日 2024-06-30 · 客户分级"
HEIGHT = "row height"
LOOKS = {"最近交易时间": "date", "年消费额": "money", "分级依据": "wide", "距上一级": "wide"}
WIDTHS = {"text": 13, "wide": 44, "date": 11.57, "money": 15}
HEADER_HEIGHT, TITLE_HEIGHT = 30, 27.75
A4 = 9

_CELL = {
    "border": 1,
    "border_color": "#D5DCE4",
    "font_name": "微软雅黑",
    "font_color": "#1F2933",
    "valign": "vcenter",
}
_LEFT = {"align": "left", "indent": 1, "text_wrap": True, "num_format": "@"}
#: In XlsxWriter's words, which polars uses too.
FORMATS: dict[str, dict[str, Any]] = {
    "text": {**_CELL, **_LEFT, "font_size": 10},
    "wide": {**_CELL, **_LEFT, "font_size": 9},
    "date": {**_CELL, "font_size": 10, "align": "center", "shrink": True, "num_format": "yyyy-mm-dd"},
    "money": {**_CELL, "font_size": 10, "align": "right", "shrink": True, "num_format": "#,##0.00_ "},
    "head": {
        **_CELL, "font_size": 10, "bold": True, "font_color": "#2F5D8A", "align": "center", "text_wrap": True,
        "bg_color": "#E9EFF5",
    },
    "title": {"font_name": "微软雅黑", "font_size": 16, "bold": True, "font_color": "#2F5D8A", "valign": "vcenter"},
    "caption": {"font_name": "微软雅黑", "font_size": 9, "font_color": "#6B7785", "valign": "vcenter"},
}  # fmt: skip


def look(header: str) -> str:
    """Return how the column of this header looks."""
    return LOOKS.get(header, "text")


def take(workbook: Path, made: Path) -> None:
    """Write the rows of a classification workbook and their heights to an Arrow file."""
    import pyarrow as pa

    from crmtool.files.book import open_book

    book = open_book(workbook)
    heads = book.read(SHEET, None, HEADER_ROW, HEADER_ROW)
    body = book.read(SHEET, None, HEADER_ROW + 1)
    columns: dict[str, pa.Array] = {}
    for number, head in heads.columns.items():
        header = head.text[0].as_py()
        columns[header] = _cells(body.columns[number], look(header))
    columns[HEIGHT] = pa.array(_heights(workbook)[-body.length :])
    with pa.OSFile(str(made), "wb") as out:
        table = pa.table(columns)
        with pa.ipc.new_file(out, table.schema) as writer:
            writer.write_table(table)


def load(path: str) -> tuple[pa.Table, pa.Array]:
    """Return the table and the heights of its rows in points, null where a row has none of its own."""
    import pyarrow as pa

    with pa.memory_map(path) as source:
        table = pa.ipc.open_file(source).read_all().combine_chunks()
    return table.drop_columns([HEIGHT]), table.column(HEIGHT)


def _cells(column: Any, its_look: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if its_look == "date":
        return column.moment.cast(pa.date32())
    if its_look == "money":
        return column.number
    texts = pa.nulls(column.length, pa.string()) if column.text is None else column.text
    if column.number is None:
        return texts
    numbers = pc.if_else(column.number.is_valid(), column.number.cast(pa.int64()).cast(pa.string()), None)
    return pc.coalesce(texts, numbers)


def _heights(workbook: Path) -> list[float | None]:
    with zipfile.ZipFile(workbook) as package:
        rows = re.findall(rb'<row r="\d+"([^>]*)>', package.read("xl/worksheets/sheet2.xml"))
    found = [re.search(rb' ht="([0-9.]+)"', attributes) for attributes in rows]
    return [float(height[1]) if height else None for height in found]

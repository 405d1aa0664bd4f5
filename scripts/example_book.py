"""A ledger workbook of `examples/`, with the plain formats that people use.

What stands in which example is in `build_examples` and `example_visits`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

EXAMPLES = Path(__file__).parents[1] / "examples"
Row = Sequence[Any]


class Workbook:
    """A ledger workbook with the plain formats that people use."""

    def __init__(self, name: str) -> None:
        EXAMPLES.mkdir(exist_ok=True)
        self.book = xlsxwriter.Workbook(str(EXAMPLES / name))
        self.book.set_properties({"author": "example", "created": datetime(2023, 10, 31)})  # noqa: DTZ001
        font = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
        self.title = self.book.add_format({**font, "bold": True, "font_size": 14})
        self.head = self.book.add_format(
            {**font, "bold": True, "bg_color": "#DDEBF7", "border": 1, "align": "center", "text_wrap": True}
        )
        self.plain = self.book.add_format({**font, "border": 1})
        self.day = self.book.add_format({**font, "border": 1, "num_format": "yyyy-mm-dd", "align": "center"})
        self.money = self.book.add_format({**font, "border": 1, "num_format": "#,##0.00"})

    def sheet(self, name: str, header: Sequence[str], rows: Sequence[Row], widths: Sequence[int]) -> Any:
        """Add a sheet with one header row and typed cells."""
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, header, self.head)
        for number, row in enumerate(rows, start=1):
            self.row(sheet, number, row)
        return sheet

    def row(self, sheet: Any, number: int, row: Row) -> None:
        """Write one row (0-based number), each value with its own format."""
        for column, value in enumerate(row):
            if value is None:
                sheet.write_blank(number, column, None, self.plain)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, self.day)
            elif isinstance(value, float):
                sheet.write_number(number, column, value, self.money)
            elif isinstance(value, int):
                sheet.write_number(number, column, value, self.plain)
            else:
                sheet.write_string(number, column, value, self.plain)

    def save(self) -> None:
        """Write the file."""
        self.book.close()

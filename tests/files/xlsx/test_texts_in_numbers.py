"""A column of numbers may hold, here and there, what a person typed instead."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pyarrow as pa

from crmtool.content import Content, OutTable, TableColumn
from crmtool.files.xlsx import fill


def template() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "{{staff.size}}"
    sheet["A1"].number_format = "#,##0"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(column: TableColumn) -> list[tuple[object, str]]:
    out = io.BytesIO()
    fill(template(), Content({"staff": OutTable("staff", [column])}), out, created=date(2024, 1, 1))
    sheet = openpyxl.load_workbook(out).worksheets[0]
    return [(row[0].value, row[0].number_format) for row in sheet.iter_rows()]


def test_a_text_stands_where_it_is_given_and_numbers_elsewhere() -> None:
    sizes = pa.array([200.0, None, 300.0, None])
    typed = pa.array([None, "1000人+ & <更多>", None, None])
    found = cells(TableColumn("size", "规模", sizes, "count", texts=typed))
    assert [value for value, _ in found] == [200, "1000人+ & <更多>", 300, None]
    assert {look for _, look in found} == {"#,##0"}


def test_a_text_hides_the_value_beside_it() -> None:
    both = TableColumn("size", "规模", pa.array([1000.0]), texts=pa.array(["1000人+"]))
    assert cells(both)[0][0] == "1000人+"

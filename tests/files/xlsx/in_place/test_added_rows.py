"""Rows that a sheet lacks are made below its last, look like it, and are part of what covered the whole."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_packages import (
    DAY,
    ROWS,
    SHEET,
    SHEET_KIND,
    contents,
    days,
    midnight,
    opened,
    package,
    relationships,
    row_of,
    sheet_xml,
    texts,
    values,
)
from small_packages import MAIN, zipped

from crmtool.errors import OutputError
from crmtool.files.xlsx import SheetUpdate, UpdateColumn, UpdateReport, update


def added(
    parts: dict[str, bytes] | bytes,
    columns: Sequence[UpdateColumn],
    rows: Sequence[int] = (4, 5),
    model: int = 3,
    edge: tuple[int, int] = (1, 2),
) -> tuple[bytes, UpdateReport]:
    """Write columns into rows that follow row `model`."""
    data = parts if isinstance(parts, bytes) else zipped(parts)
    asked = SheetUpdate("客户", (1,), *edge, pa.array(rows, pa.int32()), columns, model_row=model)
    out = io.BytesIO()
    report = update(data, [asked], out, created=DAY, file="台账.xlsx")
    return out.getvalue(), report


NAMES = texts("客户名称", "丙", "丁", column=1)


def test_rows_are_made_below_the_last_one_and_the_others_stay_byte_for_byte() -> None:
    made, report = added(package(), [NAMES])
    assert values(made) == [["客户名称", "年消费额"], ["甲", 15], ["乙", 3], ["丙", None], ["丁", None]]
    assert ROWS in contents(made)[SHEET]
    assert report.written == 2


def test_a_made_row_looks_like_the_last_one() -> None:
    made, _ = added(package(), [NAMES])
    assert row_of(made, 4) == (
        '<row r="4" spans="1:2"><c r="A4" s="0" t="inlineStr"><is><t>丙</t></is></c><c r="B4" s="3"/></row>'
    )
    assert opened(made)["B5"].fill.fgColor.rgb == "FFFF0000"


def test_a_column_that_is_new_is_headed_and_filled_in_the_made_rows_alone() -> None:
    made, report = added(package(), [NAMES, days("回访日期", dt.date(2026, 3, 5), None)])
    assert report.added == {"客户": ["回访日期"]}
    assert [row[2] for row in values(made)] == ["回访日期", None, None, midnight(dt.date(2026, 3, 5)), None]
    assert opened(made)["C4"].number_format == "yyyy\\-mm\\-dd"


def test_rows_that_are_there_but_empty_are_taken_as_they_are() -> None:
    more = '<row r="4" ht="30" customHeight="1"/><row r="6"><c r="A6" s="5"/></row>'
    made, _ = added(
        package(sheet_xml(ROWS + more)), [texts("客户名称", "丙", "丁", "戊", column=1)], (4, 5, 6)
    )
    assert [row[0] for row in values(made)] == ["客户名称", "甲", "乙", "丙", "丁", "戊"]
    assert row_of(made, 4).startswith('<row r="4" ht="30" customHeight="1"><c r="A4"')
    assert row_of(made, 6) == '<row r="6"><c r="A6" s="5" t="inlineStr"><is><t>戊</t></is></c></row>'


def test_rows_without_numbers_are_counted() -> None:
    rows = (
        '<row><c t="str"><v>客户名称</v></c></row><row><c t="str"><v>甲</v></c></row>'
        '<row><c t="str"><v>乙</v></c></row>'
    )
    made, _ = added(package(sheet_xml(rows)), [NAMES], edge=(1, 1))
    assert [row[0] for row in values(made)] == ["客户名称", "甲", "乙", "丙", "丁"]


def test_the_dimension_reaches_over_the_made_rows() -> None:
    made, _ = added(package(sheet_xml(before='<dimension ref="A1:B3"/>')), [NAMES])
    assert '<dimension ref="A1:B5"/>' in contents(made)[SHEET]


def test_filter_and_formats_that_ended_with_the_last_row_reach_further_and_others_do_not() -> None:
    after = (
        '<autoFilter ref="A1:B3"/><conditionalFormatting sqref="B2:B3 A2:A2"><cfRule type="dataBar" priority="1"/>'
        '</conditionalFormatting><conditionalFormatting sqref="B1:B2"><cfRule type="dataBar" priority="2"/>'
        "</conditionalFormatting>"
    )
    made, _ = added(package(sheet_xml(after=after)), [NAMES])
    sheet = contents(made)[SHEET]
    assert '<autoFilter ref="A1:B5"/>' in sheet
    assert 'sqref="B2:B5 A2:A2"' in sheet and 'sqref="B1:B2"' in sheet


def table_part(ref: str, more: str = "") -> str:
    return (
        f'<table xmlns="{MAIN}" id="1" name="记录" displayName="记录" ref="{ref}"{more}><autoFilter ref="A1:B3"/>'
        '<tableColumns count="2"><tableColumn id="1" name="客户名称"/><tableColumn id="2" name="年消费额"/>'
        "</tableColumns></table>"
    )


def with_table(part: str) -> dict[str, bytes]:
    return package(
        sheet_xml(after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'),
        types=f'<Override PartName="/xl/tables/table1.xml" ContentType="{SHEET_KIND}.table+xml"/>',
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relationships(("rId1", "table", "../tables/table1.xml")),
            "xl/tables/table1.xml": part,
        },
    )


def test_a_table_that_ended_with_the_last_row_takes_the_made_rows_and_columns_in() -> None:
    made, _ = added(with_table(table_part("A1:B3")), [NAMES, texts("备注", "a", "b")])
    part = contents(made)["xl/tables/table1.xml"]
    assert 'ref="A1:C5"><autoFilter ref="A1:C5"/>' in part
    assert '<tableColumn id="3" name="备注"/>' in part


def test_a_table_that_ends_with_its_totals_stays_as_long_as_it_is() -> None:
    part = table_part("A1:B4", ' totalsRowCount="1"')
    rows = ROWS + '<row r="4"><c r="A4" t="str"><v>合计</v></c></row>'
    parts = with_table(part)
    parts[SHEET] = sheet_xml(
        rows, after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
    ).encode()
    made, _ = added(parts, [NAMES], (5, 6), 4)
    assert (
        'ref="A1:B4" totalsRowCount="1"><autoFilter ref="A1:B3"/>' in contents(made)["xl/tables/table1.xml"]
    )


def test_the_name_of_the_filter_ends_where_the_filter_ends() -> None:
    name = (
        '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">'
        "客户!$A$1:$B$3</definedName></definedNames>"
    )
    made, _ = added(package(sheet_xml(after='<autoFilter ref="A1:B3"/>'), book=name), [NAMES])
    assert "客户!$A$1:$B$5</definedName>" in contents(made)["xl/workbook.xml"]


def test_a_sheet_that_is_full_is_said_to_be() -> None:
    with pytest.raises(OutputError) as caught:
        added(package(), [texts("客户名称", "丙", column=1)], (1_048_577,))
    assert caught.value.findings[0].code == "update-rows-full"


@given(st.integers(1, 40), st.integers(0, 20), st.sampled_from([64, 300, 4 << 20]))
def test_as_many_rows_as_are_asked_for_follow_those_that_are_there(
    there: int, more: int, block_bytes: int
) -> None:
    """openpyxl writes the sheet and reads it back; blocks of any size are cut from it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmtool.files.xlsx.in_place.rowstream.BLOCK_BYTES", block_bytes)
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "客户"
        for row in [("客户名称", "年消费额"), *((f"旧{n}", n) for n in range(there))]:
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        names = [f"新{n}" for n in range(more)]
        rows = range(there + 2, there + 2 + more)
        made, _ = added(out.getvalue(), [texts("客户名称", *names, column=1)], rows, there + 1)
    assert [row[0] for row in values(made)] == [
        "客户名称",
        *(f"旧{n}" for n in range(there)),
        *names,
    ]

"""Columns that a ledger has are written into cell by cell; what is not to change stays byte for byte."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from ledger_packages import (
    ROWS,
    SHEET,
    contents,
    days,
    midnight,
    numbers,
    opened,
    package,
    row_of,
    sheet_xml,
    texts,
    updated,
    values,
)
from small_packages import zipped

from crmtool.errors import OutputError

DAY = dt.date(2023, 10, 31)


def test_only_the_cells_of_the_mask_change() -> None:
    before = package()
    column = numbers("年消费额", 20, 3, column=2, mask=pa.array([True, False]))
    made, report = updated(before, [column])
    changed = before[SHEET].decode().replace('s="2"><v>15</v>', 's="2"><v>20</v>')
    assert contents(made)[SHEET] == changed
    assert report.written == 1


def test_a_mask_of_nothing_changes_nothing_at_all() -> None:
    data = zipped(package())
    first, _ = updated(data, [numbers("年消费额", 20, 3, column=2)])
    again, report = updated(first, [numbers("年消费额", 9, 9, column=2, mask=pa.array([False, False]))])
    assert (again, report.written, report.sheet_rows) == (first, 0, {})


def test_a_cell_keeps_its_own_style() -> None:
    made, _ = updated(package(), [texts("年消费额", "不详", "无", column=2)])
    assert row_of(made, 2).endswith('<c r="B2" s="2" t="inlineStr"><is><t>不详</t></is></c></row>')
    assert row_of(made, 3).endswith('<c r="B3" s="3" t="inlineStr"><is><t>无</t></is></c></row>')


def test_a_date_in_a_general_cell_gets_a_date_format_and_else_that_of_its_cell() -> None:
    rows = ROWS.replace('r="B3" s="3"', 'r="B3" s="4"')
    made, _ = updated(package(sheet_xml(rows)), [days("年消费额", DAY, DAY, column=2)])
    sheet = opened(made)
    assert [sheet[name].value for name in ("B2", "B3")] == [midnight(DAY)] * 2
    assert [sheet[name].number_format for name in ("B2", "B3")] == [r"yyyy\-mm\-dd", "yyyy/m/d"]
    assert sheet["B2"].alignment.horizontal == "right"


def test_a_date_in_a_workbook_of_1904_counts_from_there() -> None:
    parts = package()
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<sheets>", b'<workbookPr date1904="1"/><sheets>'
    )
    made, _ = updated(parts, [days("日", DAY, None)])
    # 2023-10-31 is day 45230 of the 1900 system, which begins 1,462 days earlier.
    assert '<c r="C2" s="6"><v>43768</v></c>' in row_of(made, 2)
    assert opened(made)["C2"].value == midnight(DAY)


def test_null_empties_a_cell_and_keeps_its_style() -> None:
    made, _ = updated(package(), [numbers("年消费额", None, None, column=2)])
    assert row_of(made, 2).endswith('<c r="B2" s="2"/></row>')


def test_a_missing_cell_is_put_in_where_it_belongs() -> None:
    rows = '<row r="2"><c r="A2"><v>1</v></c><c r="D2"><v>4</v></c></row>'
    made, _ = updated(package(sheet_xml(rows)), [numbers("c", 3, column=3)], rows=[2], edge=(1, 4))
    assert (
        row_of(made, 2)
        == '<row r="2"><c r="A2"><v>1</v></c><c r="C2" s="6"><v>3</v></c><c r="D2"><v>4</v></c></row>'
    )


def test_a_missing_cell_that_is_to_be_empty_is_not_put_in() -> None:
    rows = '<row r="2"><c r="A2"><v>1</v></c></row>'
    made, report = updated(package(sheet_xml(rows)), [texts("b", None, column=2)], rows=[2])
    assert (row_of(made, 2), report.written) == (rows, 0)


def test_columns_may_be_given_in_any_order() -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>客户</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    columns = [numbers("d", 4, column=4), texts("新", "五"), numbers("b", 2, column=2), texts("新2", "六")]
    made, report = updated(package(sheet_xml(rows)), columns, rows=[2], edge=(1, 4))
    places = [part.split('"')[0] for part in row_of(made, 2).split('<c r="')[1:]]
    assert places == ["A2", "B2", "D2", "E2", "F2"]
    assert values(made)[1] == [1, 2, None, 4, "五", "六"]
    assert report.columns["客户"] == {"d": 4, "新": 5, "b": 2, "新2": 6}


def test_a_known_column_may_stand_right_of_the_new_ones() -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>客户</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    columns = [numbers("h", 8, column=8), texts("新", "二")]
    made, _ = updated(package(sheet_xml(rows)), columns, rows=[2], edge=(1, 1))
    assert [part.split('"')[0] for part in row_of(made, 2).split('<c r="')[1:]] == ["A2", "B2", "H2"]


def test_cells_that_stand_in_an_odd_order_are_found() -> None:
    rows = '<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c><c r="B2" s="3"><v>2</v></c></row>'
    made, _ = updated(package(sheet_xml(rows)), [numbers("b", 20, column=2)], rows=[2], edge=(1, 3))
    assert row_of(made, 2) == rows.replace("<v>2</v>", "<v>20.0</v>").replace("20.0", "20")


def test_types_are_those_of_the_values() -> None:
    from crmtool.files.xlsx import UpdateColumn

    columns = [
        UpdateColumn("整", pa.array([2**53, None], pa.int64())),
        UpdateColumn("是", pa.array([True, False])),
        UpdateColumn("数", pa.array([float("nan"), 0.1])),
    ]
    made, _ = updated(package(), columns)
    assert [row[2:] for row in values(made)[1:]] == [[2**53, True, None], [None, False, 0.1]]


def test_a_text_that_cannot_stand_in_a_cell_is_cleaned_and_told() -> None:
    made, report = updated(package(), [texts("类", "甲\x00乙", "x" * 40_000)])
    assert [(each.code, each.cell, each.sheet) for each in report.findings] == [
        ("text-cleaned", "C2", "客户"),
        ("text-truncated", "C3", "客户"),
    ]
    assert opened(made)["C2"].value == "甲乙" and len(str(opened(made)["C3"].value)) == 32_767


@pytest.mark.parametrize("rows", [[2, 3, 4], [2, 9]])
def test_a_row_that_is_not_to_be_found_is_refused(rows: list[int]) -> None:
    cells = [None] * len(rows)
    with pytest.raises(OutputError) as caught:
        updated(package(), [texts("年消费额", *cells, column=2)], rows=rows)
    assert caught.value.findings[0].code == "update-row-missing"


def test_a_row_that_stands_twice_is_refused() -> None:
    rows = ROWS.replace('r="3"', 'r="2"', 1)
    with pytest.raises(OutputError) as caught:
        updated(package(sheet_xml(rows)), [texts("年消费额", "a", column=2)], rows=[2])
    assert caught.value.findings[0].code == "update-odd-sheet"


def test_hidden_rows_are_written_and_stay_hidden() -> None:
    rows = ROWS.replace('<row r="3"', '<row r="3" hidden="1"')
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "高", "低")])
    assert opened(made).row_dimensions[3].hidden and opened(made)["C3"].value == "低"


def test_a_row_with_an_extension_at_its_end_keeps_it_there() -> None:
    extension = '<extLst><ext uri="x"><y/></ext></extLst>'
    rows = ROWS.replace("<v>3</v></c></row>", f"<v>3</v></c>{extension}</row>")
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "高", "低")])
    assert row_of(made, 3).endswith(f"<is><t>低</t></is></c>{extension}</row>")


def test_a_workbook_with_too_many_styles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmtool.files.xlsx.in_place.looks.MAX_STYLES", 6)
    with pytest.raises(OutputError) as caught:
        updated(package(), [days("日", DAY, DAY)])
    assert caught.value.findings[0].code == "update-too-many-styles"

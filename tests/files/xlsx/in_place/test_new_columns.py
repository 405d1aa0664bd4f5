"""Columns that a ledger lacks are added at its edge, where nothing else stands, and look as its own do."""

from __future__ import annotations

import datetime as dt

import pytest
from ledger_packages import (
    ROWS,
    SHEET,
    STYLES,
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

from crmtool.errors import OutputError

TIER = texts("客户类型", "高价值", None)
DAY = dt.date(2023, 10, 31)


def test_a_new_column_stands_right_of_the_last_one() -> None:
    made, report = updated(package(), [TIER])
    assert row_of(made, 1).endswith('<c r="C1" s="1" t="inlineStr"><is><t>客户类型</t></is></c></row>')
    assert values(made) == [["客户名称", "年消费额", "客户类型"], ["甲", 15, "高价值"], ["乙", 3, None]]
    assert report.columns == {"客户": {"客户类型": 3}}
    assert (report.added, report.written) == ({"客户": ["客户类型"]}, 2)


def test_several_new_columns_stand_side_by_side_in_their_order() -> None:
    made, _ = updated(package(), [TIER, days("分级日期", DAY, DAY), numbers("得分", 1.5, None)])
    assert values(made)[:2] == [
        ["客户名称", "年消费额", "客户类型", "分级日期", "得分"],
        ["甲", 15, "高价值", midnight(DAY), 1.5],
    ]


def test_what_was_there_stays_byte_for_byte() -> None:
    made, _ = updated(package(), [TIER])
    for before in ROWS.replace('spans="1:2"', 'spans="1:3"').split("</row>"):
        assert before in contents(made)[SHEET]


def test_dimension_and_spans_reach_over_the_new_columns() -> None:
    made, _ = updated(package(sheet_xml(before='<dimension ref="A1:B3"/>')), [TIER])
    assert '<dimension ref="A1:C3"/>' in contents(made)[SHEET]
    assert contents(made)[SHEET].count('spans="1:3"') == 3


def test_spans_that_begin_right_of_a_written_cell_begin_there() -> None:
    rows = ROWS.replace('<row r="3" spans="1:2"><c r="A3" t="str"><v>乙</v></c>', '<row r="3" spans="2:2">')
    made, _ = updated(package(sheet_xml(rows)), [texts("客户名称", "甲", "乙", column=1)])
    assert row_of(made, 3).startswith('<row r="3" spans="1:2"><c r="A3" s="0" t="inlineStr">')


def test_cells_follow_their_neighbour_row_by_row() -> None:
    made, _ = updated(package(), [TIER])
    sheet = opened(made)
    assert sheet["C1"].font.b and sheet["C1"].fill.fgColor.rgb == "FFFFFF00"
    assert sheet["C2"].fill.fill_type is None and sheet["C2"].border.left.style == "thin"
    assert sheet["C3"].fill.fgColor.rgb == "FFFF0000" and sheet["C3"].border.left.style == "thin"


def test_a_text_beside_right_aligned_money_is_neither_right_aligned_nor_a_number() -> None:
    made, _ = updated(package(), [TIER])
    assert (opened(made)["C2"].alignment.horizontal, opened(made)["C2"].number_format) == (None, "General")


def test_a_text_beside_text_cells_is_in_text_format_too() -> None:
    made, _ = updated(package(sheet_xml(ROWS.replace('r="B2" s="2"', 'r="B2" s="5"'))), [TIER])
    assert opened(made)["C2"].number_format == "@"


def test_number_formats_are_appended_and_never_renumbered() -> None:
    made, _ = updated(package(), [days("分级日期", DAY, DAY), numbers("得分", 1, 2)])
    sheet = opened(made)
    assert [sheet[name].number_format for name in ("C2", "D2")] == [r"yyyy\-mm\-dd", "#,##0.00"]
    styles = contents(made)["xl/styles.xml"]
    assert '<numFmt numFmtId="170" formatCode="yyyy/m/d"/><numFmt numFmtId="171"' in styles
    old, new = (contents(made)["xl/styles.xml"].find(f'numFmtId="{number}" ') for number in (170, 171))
    assert 0 < old < new


def test_a_date_format_of_conditional_formats_is_none_of_cells() -> None:
    dxfs = '<dxfs count="1"><dxf><numFmt numFmtId="177" formatCode="yyyy-mm-dd"/></dxf></dxfs></styleSheet>'
    made, _ = updated(package(styles=STYLES.replace("</styleSheet>", dxfs)), [days("分级日期", DAY, DAY)])
    assert opened(made)["C2"].number_format == r"yyyy\-mm\-dd"
    assert '<numFmt numFmtId="171" formatCode="yyyy\\-mm\\-dd"/></numFmts>' in contents(made)["xl/styles.xml"]


def test_a_second_run_appends_no_style_again() -> None:
    columns = [TIER, days("分级日期", DAY, DAY)]
    first, _ = updated(package(), columns)
    known = [texts("客户类型", "高价值", None, column=3), days("分级日期", DAY, DAY, column=4)]
    again, report = updated(first, known, edge=(1, 4))
    assert again == first
    assert report.added == {"客户": []}


def test_a_later_new_column_takes_the_date_format_that_is_there() -> None:
    first, _ = updated(package(), [days("分级日期", DAY, DAY)])
    second, _ = updated(first, [days("下次跟进时间", DAY, DAY)], edge=(1, 3))
    assert contents(second)["xl/styles.xml"].count("<numFmt ") == 2


def test_widths_are_set_where_none_are() -> None:
    made, _ = updated(package(), [TIER, texts("分级依据", "a", "b", look="wide"), days("日", DAY, DAY)])
    assert (
        '<cols><col min="3" max="3" width="14.7" customWidth="1"/>'
        '<col min="4" max="4" width="60" customWidth="1"/>'
        '<col min="5" max="5" width="12.7" customWidth="1"/></cols><sheetData>'
    ) in contents(made)[SHEET]


@pytest.mark.parametrize(
    ("cols", "expected"),
    [
        ('<col min="1" max="1" width="9"/>', '<col min="1" max="1" width="9"/>NEW'),
        ('<col min="7" max="7" width="9"/>', 'NEW<col min="7" max="7" width="9"/>'),
        ('<col min="1" max="9" width="9"/>', '<col min="1" max="9" width="9"/>'),
        ('<col min="3" max="3" width="9"/>', '<col min="3" max="3" width="9"/>'),
    ],
)
def test_widths_stand_in_order_and_those_that_are_set_stay(cols: str, expected: str) -> None:
    made, _ = updated(package(sheet_xml(before=f"<cols>{cols}</cols>")), [TIER])
    new = '<col min="3" max="3" width="14.7" customWidth="1"/>'
    assert f"<cols>{expected.replace('NEW', new)}</cols>" in contents(made)[SHEET]


def test_hidden_columns_are_shown_where_something_is_written() -> None:
    hidden = '<col min="2" max="16384" width="9" hidden="1"/>'
    made, _ = updated(package(sheet_xml(before=f"<cols>{hidden}</cols>")), [TIER])
    assert (
        '<cols><col min="2" max="2" width="9" hidden="1"/><col min="3" max="3" width="14.7" customWidth="1"/>'
        '<col min="4" max="16384" width="9" hidden="1"/></cols>'
    ) in contents(made)[SHEET]


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ('<c r="C2" t="str"><v>备注</v></c>', "D"),
        ('<c r="D3" t="str"><v>备注</v></c>', "C"),
        ('<c r="C2"><f>A2</f></c>', "D"),
        # An empty cell with a fill of its own is free: it is written into and keeps its look.
        ('<c r="C2" s="3"/>', "C"),
    ],
)
def test_a_new_column_goes_to_the_first_one_that_is_free(cell: str, column: str) -> None:
    row = int(cell[7])
    rows = ROWS.replace(f'<row r="{row}"', f'<row r="{row}" ht="20"').split("</row>")
    rows[row - 1] += cell
    made, _ = updated(package(sheet_xml("</row>".join(rows))), [TIER])
    assert opened(made)[f"{column}1"].value == "客户类型"
    assert opened(made)[f"{column}2"].value == "高价值"
    if 's="3"' in cell:
        assert opened(made)["C2"].fill.fgColor.rgb == "FFFF0000"


def test_several_new_columns_stay_together_beyond_what_is_in_the_way() -> None:
    rows = ROWS.replace("</row>", '<c r="D1" t="str"><v>说明</v></c></row>', 1)
    made, report = updated(package(sheet_xml(rows)), [TIER, days("分级日期", DAY, DAY)])
    assert report.columns["客户"] == {"客户类型": 5, "分级日期": 6}
    assert opened(made)["D1"].value == "说明"


def test_notes_above_or_below_the_ledger_are_in_the_way_too() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>台账</v></c><c r="C1" t="str"><v>制表</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>客户名称</v></c><c r="B2" t="str"><v>年消费额</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>甲</v></c></row>'
        '<row r="9"><c r="C9" t="str"><v>附注</v></c></row>'
    )
    made, report = updated(package(sheet_xml(rows)), [texts("客户类型", "高")], rows=[3], header=(2,))
    assert report.columns["客户"] == {"客户类型": 4}
    assert [row[2] for row in values(made)] == [
        "制表",
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        "附注",
    ]
    assert [row[3] for row in values(made)][1:3] == ["客户类型", "高"]


@pytest.mark.parametrize(("merged", "column"), [("C1:D1", 5), ("B2:C2", 4), ("C5:D6", 3), ("A1:B1", 3)])
def test_merged_cells_are_in_the_way_though_they_are_empty(merged: str, column: int) -> None:
    after = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>'
    _, report = updated(package(sheet_xml(after=after)), [TIER])
    assert report.columns["客户"] == {"客户类型": column}


def test_a_header_over_two_rows_is_merged_in_the_new_column_too() -> None:
    rows = (
        '<row r="1"><c r="A1" s="1" t="str"><v>客户名称</v></c><c r="B1" s="1" t="str"><v>年消费额</v></c></row>'
        '<row r="2"><c r="A2" s="1"/><c r="B2" s="1"/></row>'
        '<row r="3"><c r="A3" t="str"><v>甲</v></c><c r="B3"><v>1</v></c></row>'
    )
    after = '<mergeCells count="2"><mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/></mergeCells>'
    made, _ = updated(package(sheet_xml(rows, after=after)), [texts("类", "高")], rows=[3], header=(1, 2))
    assert '<mergeCells count="3">' in contents(made)[SHEET]
    assert '<mergeCell ref="C1:C2"/></mergeCells>' in contents(made)[SHEET]
    assert row_of(made, 1).endswith('<c r="C1" s="1" t="inlineStr"><is><t>类</t></is></c></row>')
    assert row_of(made, 2).endswith('<c r="C2" s="1"/></row>')


def test_a_header_in_two_rows_that_is_not_merged_has_its_text_in_the_lower_one() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><v>基本</v></c><c r="B1" s="1"/></row>'
        '<row r="2"><c r="A2" t="str"><v>客户名称</v></c><c r="B2" s="1" t="str"><v>年消费额</v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>甲</v></c></row>'
    )
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "高")], rows=[3], header=(1, 2))
    assert [row[2] for row in values(made)] == [None, "类", "高"]
    assert "mergeCell" not in contents(made)[SHEET]


def test_a_header_that_is_not_to_be_found_is_refused() -> None:
    rows = ROWS.replace('<row r="1" spans="1:2">', '<row r="7"/><row r="8" spans="1:2">', 1)
    with pytest.raises(OutputError) as caught:
        updated(package(sheet_xml(rows)), [TIER])
    assert caught.value.findings[0].code == "update-row-missing"


def test_a_sheet_that_is_full_is_refused() -> None:
    rows = ROWS.replace("</row>", '<c r="XFD1" t="str"><v>末</v></c></row>', 1)
    with pytest.raises(OutputError) as caught:
        updated(package(sheet_xml(rows)), [TIER], edge=(1, 16_384))
    assert caught.value.findings[0].code == "update-sheet-full"


def test_texts_are_text_whatever_they_look_like() -> None:
    made, _ = updated(package(), [texts("类", "=1+1", " <甲> & 乙\n")])
    assert opened(made)["C2"].data_type == "s"
    assert [row[2] for row in values(made)] == ["类", "=1+1", " <甲> & 乙\n"]

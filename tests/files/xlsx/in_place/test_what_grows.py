"""What covered the whole ledger covers its new columns too; what covered a part of it does not."""

from __future__ import annotations

import re

import pytest
from ledger_packages import (
    SHEET,
    SHEET_KIND,
    contents,
    opened,
    package,
    relationships,
    sheet_xml,
    texts,
    updated,
)
from small_packages import MAIN

TIER = texts("客户类型", "高", "低")
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


def with_table(table: str) -> dict[str, bytes]:
    """Return the ledger with a table part."""
    return package(
        sheet_xml(after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'),
        types=f'<Override PartName="/xl/tables/table1.xml" ContentType="{SHEET_KIND}.table+xml"/>',
        parts={
            "xl/worksheets/_rels/sheet1.xml.rels": relationships(("rId1", "table", "../tables/table1.xml")),
            "xl/tables/table1.xml": table,
        },
    )


def table(ref: str = "A1:B3", *, more: str = "", inside: str = "") -> str:
    return (
        f'<table xmlns="{MAIN}" id="1" name="台账" displayName="台账" ref="{ref}"{more}>{inside}'
        '<tableColumns count="2"><tableColumn id="1" name="客户名称"/><tableColumn id="7" name="年消费额"/>'
        "</tableColumns></table>"
    )


def test_a_table_that_ends_at_the_edge_takes_the_new_columns_in() -> None:
    inside = (
        '<autoFilter ref="A1:B3"><sortState ref="A2:B3"><sortCondition ref="B2:B3"/></sortState></autoFilter>'
    )
    made, _ = updated(with_table(table(inside=inside)), [TIER, texts("分级\n依据", "a", "b")])
    part = contents(made)["xl/tables/table1.xml"]
    assert 'ref="A1:D3"><autoFilter ref="A1:D3"><sortState ref="A2:D3"><sortCondition ref="B2:B3"/>' in part
    assert (
        '<tableColumns count="4"><tableColumn id="1" name="客户名称"/><tableColumn id="7" name="年消费额"/>'
        '<tableColumn id="8" name="客户类型"/><tableColumn id="9" name="分级_x000a_依据"/></tableColumns>'
    ) in part
    assert [column.name for column in opened(made).tables["台账"].tableColumns][2] == opened(made)["C1"].value


def test_a_table_with_a_row_of_totals_grows_with_it() -> None:
    made, _ = updated(with_table(table("A1:B4", more=' totalsRowCount="1"')), [TIER])
    assert 'ref="A1:C4" totalsRowCount="1"' in contents(made)["xl/tables/table1.xml"]


@pytest.mark.parametrize(
    "other",
    [
        table("A1:A3"),
        table("A9:B12"),
        table(more=' headerRowCount="0"'),
        # Its columns are tied to the fields of a query.
        table(more=' tableType="queryTable"'),
    ],
)
def test_a_table_that_is_not_the_ledger_stays_as_it_is(other: str) -> None:
    made, _ = updated(with_table(other), [TIER])
    assert contents(made)["xl/tables/table1.xml"] == other


def test_a_table_beside_the_ledger_is_in_the_way_though_its_cells_are_empty() -> None:
    made, report = updated(with_table(table("C1:D3")), [TIER])
    assert report.columns["客户"] == {"客户类型": 5}
    assert contents(made)["xl/tables/table1.xml"] == table("C1:D3")


def test_nothing_grows_where_the_new_columns_stand_apart() -> None:
    parts = with_table(table())
    parts[SHEET] = (
        parts[SHEET]
        .replace(b"</row>", '<c r="C1" t="str"><v>注</v></c></row>'.encode(), 1)
        .replace(b"</sheetData>", b'</sheetData><autoFilter ref="A1:B3"/>')
    )
    made, _ = updated(parts, [TIER])
    assert contents(made)["xl/tables/table1.xml"] == table()
    assert '<autoFilter ref="A1:B3"/>' in contents(made)[SHEET]


AFTER = (
    '<autoFilter ref="A1:B3"><sortState ref="A2:B3"/></autoFilter>'
    '<conditionalFormatting sqref="A2:B3"><cfRule type="expression" priority="1"><formula>$B2&gt;5</formula></cfRule>'
    '</conditionalFormatting><conditionalFormatting sqref="B2:B3 A1:B1 A2:A3"><cfRule type="top10" priority="2"/>'
    '</conditionalFormatting><dataValidations count="1"><dataValidation type="list" sqref="B2:B3 A2:B3">'
    "<formula1>$A$1:$B$1</formula1></dataValidation></dataValidations>"
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings xmlns:x14="X14" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:conditionalFormatting><x14:cfRule/>'
    "<xm:sqref>A2:B3</xm:sqref></x14:conditionalFormatting><x14:conditionalFormatting><xm:sqref>B2:B3</xm:sqref>"
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
).replace("X14", X14)


def test_filters_and_formats_over_the_whole_ledger_grow_and_nothing_else_behind_the_rows() -> None:
    made, _ = updated(package(sheet_xml(after=AFTER)), [TIER])
    expected = (
        AFTER.replace('autoFilter ref="A1:B3"', 'autoFilter ref="A1:C3"')
        .replace('sortState ref="A2:B3"', 'sortState ref="A2:C3"')
        .replace('Formatting sqref="A2:B3"', 'Formatting sqref="A2:C3"')
        .replace('sqref="B2:B3 A1:B1 A2:A3"', 'sqref="B2:B3 A1:C1 A2:A3"')
        .replace("<xm:sqref>A2:B3", "<xm:sqref>A2:C3")
    )
    assert contents(made)[SHEET].partition("</sheetData>")[2] == f"{expected}</worksheet>"


def test_nothing_grows_for_values_in_known_columns() -> None:
    made, _ = updated(package(sheet_xml(after=AFTER)), [texts("年消费额", "a", "b", column=2)])
    assert contents(made)[SHEET].partition("</sheetData>")[2] == f"{AFTER}</worksheet>"


NAMES = {
    '_xlnm._FilterDatabase" localSheetId="0" hidden="1': ("客户!$A$1:$B$3", "客户!$A$1:$C$3"),
    # What is printed stays what was printed, at the size it had.
    '_xlnm.Print_Area" localSheetId="0': ("客户!$A$1:$B$30",) * 2,
    '_xlnm.Print_Titles" localSheetId="0': ("客户!$A:$B,客户!$1:$1",) * 2,
    '_xlnm._FilterDatabase" localSheetId="1': ("别的!$A$1:$B$3",) * 2,
    "全部": ("客户!$A$1:$B$3",) * 2,
}


@pytest.mark.parametrize("name", NAMES)
def test_of_the_names_only_the_filter_of_the_sheet_grows(name: str) -> None:
    before, after = NAMES[name]
    names = f'<definedNames><definedName name="{name}">{before}</definedName></definedNames>'
    made, _ = updated(package(book=names), [TIER])
    found = re.search(r"<definedName [^>]*>([^<]*)<", contents(made)["xl/workbook.xml"])
    assert found is not None and found[1] == after

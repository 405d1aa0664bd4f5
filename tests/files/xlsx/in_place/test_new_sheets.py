"""Sheets of crmtool's own are added at the end, or take the place of an earlier one of the same make."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from ledger_packages import (
    STYLES,
    contents,
    opened,
    package,
    relationships,
    sheet_xml,
    texts,
    updated,
    values,
)
from small_packages import MAIN, OFFICE

from crmtool.content import OutTable, TableColumn
from crmtool.errors import OutputError
from crmtool.files.xlsx import NewSheet

TABLE = OutTable(
    "findings",
    [
        TableColumn("level", "级别", pa.array(["注意", "说明"])),
        TableColumn("place", "位置", pa.array(["客户!C12", None]), links=pa.array(["#客户!C12", None])),
        TableColumn("text", "说明", pa.array(["“上月”不是日期", "x" * 200]), "wide"),
        TableColumn("count", "处数", pa.array([1, 1200]), "count"),
    ],
)
FINDINGS = NewSheet("问题清单", "问题清单", "统计截止日 2024-06-30", TABLE)
SHEET2 = "xl/worksheets/sheet2.xml"


def with_sheet(
    sheet: str = "", *, state: str = "", parts: dict[str, str | bytes] | None = None
) -> dict[str, bytes]:
    """Return a workbook of 客户, 问题清单 and 别的, in this order."""
    more = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number - 5}.xml"/>'
        for number in (7, 8)
    )
    return package(
        sheets='<sheet name="客户" sheetId="1" r:id="rId1"/>'
        f'<sheet name="问题清单" sheetId="9"{state} r:id="rId7"/><sheet name="别的" sheetId="3" r:id="rId8"/>',
        relations=more,
        parts={SHEET2: sheet or sheet_xml(""), "xl/worksheets/sheet3.xml": sheet_xml(""), **(parts or {})},
    )


def test_a_sheet_is_added_at_the_end_with_title_caption_header_and_rows() -> None:
    made, report = updated(package(), [], sheets=[FINDINGS])
    assert values(made, "问题清单") == [
        ["问题清单", None, None, None],
        ["统计截止日 2024-06-30", None, None, None],
        ["级别", "位置", "说明", "处数"],
        ["注意", "客户!C12", "“上月”不是日期", 1],
        ["说明", None, "x" * 200, 1200],
    ]
    assert opened(made, "问题清单")["A3"].font.b
    assert opened(made, "问题清单")["D5"].number_format == "#,##0"
    assert report.sheets == ["问题清单"]


def test_it_is_made_known_to_the_package() -> None:
    found = contents(updated(package(), [], sheets=[FINDINGS])[0])
    assert '<sheet name="问题清单" sheetId="2" r:id="rId3"/></sheets>' in found["xl/workbook.xml"]
    assert (
        f'<Relationship Id="rId3" Type="{OFFICE}/worksheet" Target="/{SHEET2}"/>'
        in found["xl/_rels/workbook.xml.rels"]
    )
    assert re.search(rf'PartName="/{SHEET2}" ContentType="[^"]*worksheet\+xml"', found["[Content_Types].xml"])


def test_its_id_is_unlike_those_that_are_there() -> None:
    sheets = '<sheet name="客户" sheetId="41" state="visible" r:id="rId1"/>'
    found = contents(updated(package(sheets=sheets), [], sheets=[FINDINGS])[0])
    assert '<sheet name="问题清单" sheetId="42" r:id="rId3"/>' in found["xl/workbook.xml"]


def test_its_links_lead_to_places_of_the_same_workbook() -> None:
    found = contents(updated(package(), [], sheets=[FINDINGS])[0])[SHEET2]
    assert '<hyperlinks><hyperlink ref="B4" location="客户!C12"/></hyperlinks>' in found


def test_links_look_like_links_and_long_texts_have_room() -> None:
    sheet = opened(updated(package(), [], sheets=[FINDINGS])[0], "问题清单")
    assert (sheet["B4"].font.u, sheet["B4"].font.color.rgb) == ("single", "FF0563C1")
    assert sheet["A4"].font.u is None and sheet["A4"].font.name == "宋体"
    # 200 letters of 10 points on lines of 44 characters are 5 lines or more, each at least 13 points high.
    assert (sheet.row_dimensions[5].height or 0) > 65 > 30 > (sheet.row_dimensions[4].height or 99)


def test_the_list_of_titles_is_dropped_and_other_properties_stay() -> None:
    titles = (
        '<Properties xmlns="x" xmlns:vt="y"><Application>Excel</Application><HeadingPairs><vt:vector/></HeadingPairs>'
        "<TitlesOfParts><vt:vector/></TitlesOfParts><Company>甲</Company></Properties>"
    )
    parts = package(parts={"docProps/app.xml": titles})
    parts["_rels/.rels"] = relationships(
        ("rId1", "officeDocument", "xl/workbook.xml"), ("rId2", "extended-properties", "docProps/app.xml")
    ).encode()
    made, _ = updated(parts, [], sheets=[FINDINGS])
    left = '<Properties xmlns="x" xmlns:vt="y"><Application>Excel</Application><Company>甲</Company></Properties>'
    assert contents(made)["docProps/app.xml"].endswith(left)


def test_an_earlier_one_keeps_its_place_id_and_code_name() -> None:
    earlier = sheet_xml("<row r='1'/>", before='<sheetPr codeName="Sheet7"/>')
    made, _ = updated(with_sheet(earlier, state=' state="hidden"'), [], sheets=[FINDINGS])
    found = contents(made)
    assert re.findall(r'<sheet name="([^"]+)" sheetId="([0-9]+)"', found["xl/workbook.xml"]) == [
        ("客户", "1"),
        ("问题清单", "9"),
        ("别的", "3"),
    ]
    assert '<sheetPr codeName="Sheet7">' in found[SHEET2]
    assert opened(made, "问题清单").sheet_state == "hidden"


def test_what_hung_on_an_earlier_one_is_gone() -> None:
    kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
    parts = with_sheet(
        sheet_xml("", after='<drawing r:id="rId1"/><legacyDrawing r:id="rId2"/>'),
        parts={
            "xl/worksheets/_rels/sheet2.xml.rels": relationships(
                ("rId1", "drawing", "../drawings/drawing1.xml"), ("rId2", "comments", "../comments1.xml")
            ),
            "xl/drawings/drawing1.xml": "<a/>",
            "xl/comments1.xml": "<b/>",
        },
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", f'<Override PartName="/xl/drawings/drawing1.xml" ContentType="{kind}"/></Types>'.encode()
    )
    found = contents(updated(parts, [], sheets=[FINDINGS])[0])
    assert not {"xl/drawings/drawing1.xml", "xl/comments1.xml", "xl/worksheets/_rels/sheet2.xml.rels"} & set(
        found
    )
    assert "drawing" not in found["[Content_Types].xml"] + found[SHEET2]


def test_formulas_that_somebody_wrote_on_an_earlier_one_leave_the_calculation_chain() -> None:
    parts = with_sheet(
        sheet_xml('<row r="9"><c r="A9"><f>1</f></c></row>'),
        parts={
            "xl/calcChain.xml": f'<calcChain xmlns="{MAIN}"><c r="A9" i="9"/><c r="B2" i="1"/></calcChain>'
        },
    )
    relation = f'<Relationship Id="rId5" Type="{OFFICE}/calcChain" Target="calcChain.xml"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", relation.encode())
    found = contents(updated(parts, [], sheets=[FINDINGS])[0])
    assert found["xl/calcChain.xml"].endswith('"><c r="B2" i="1"/></calcChain>')


def test_twice_is_the_same_bytes_as_once() -> None:
    column = [texts("类", "高", "低")]
    first, _ = updated(package(), column, sheets=[FINDINGS])
    second, _ = updated(first, [texts("类", "高", "低", column=3)], edge=(1, 3), sheets=[FINDINGS])
    assert second == first


def test_a_chart_sheet_of_that_name_is_refused() -> None:
    parts = with_sheet()
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(
        b'Id="rId7" Type="' + OFFICE.encode() + b"/worksheet",
        b'Id="rId7" Type="' + OFFICE.encode() + b"/chartsheet",
    )
    with pytest.raises(OutputError) as caught:
        updated(parts, [], sheets=[FINDINGS])
    assert caught.value.findings[0].code == "update-odd-sheet"


def test_a_strict_workbook_gets_a_strict_sheet_and_strict_styles() -> None:
    strict = "http://purl.oclc.org/ooxml/"
    parts = {
        name: data.replace(MAIN.encode(), f"{strict}spreadsheetml/main".encode()).replace(
            OFFICE.encode(), f"{strict}officeDocument/relationships".encode()
        )
        for name, data in package(styles=None).items()
    }
    found = contents(updated(parts, [texts("类", "高", "低")], sheets=[FINDINGS])[0])
    assert f'<worksheet xmlns="{strict}spreadsheetml/main">' in found[SHEET2]
    assert f'<styleSheet xmlns="{strict}spreadsheetml/main">' in found["xl/styles.xml"]
    kinds = re.findall(r'Type="([^"]+)"', found["xl/_rels/workbook.xml.rels"])
    assert kinds == [
        f"{strict}officeDocument/relationships/{kind}" for kind in ("worksheet", "styles", "worksheet")
    ]


def test_a_workbook_whose_elements_have_a_prefix_gets_a_sheet_of_the_right_namespace() -> None:
    parts = package()
    book = parts["xl/workbook.xml"].decode()
    other = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
    book = re.sub(r"<(/?)(\w)", r"<\1x:\2", book).replace("xmlns=", f'xmlns:x15="{other}" xmlns:x=')
    made, _ = updated({**parts, "xl/workbook.xml": book.encode()}, [], sheets=[FINDINGS])
    assert f'<worksheet xmlns="{MAIN}">' in contents(made)[SHEET2]
    assert '<x:sheet name="问题清单"' in contents(made)["xl/workbook.xml"]


def test_a_font_without_a_size_does_no_harm() -> None:
    styles = STYLES.replace('<sz val="10"/>', "")
    made, _ = updated(package(styles=styles), [], sheets=[FINDINGS])
    assert opened(made, "问题清单")["A4"].value == "注意"

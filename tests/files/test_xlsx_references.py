"""References that spreadsheet programs write and XlsxWriter does not move as those of the torture template do."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

import pyarrow as pa
import pytest
from small_packages import MAIN, OFFICE, PACKAGE, build_package

from crmtool.content import Content, OutTable, TableColumn
from crmtool.files.xlsx import fill
from crmtool.files.xlsx.moves import Block, Move
from crmtool.files.xlsx.references import (
    Scope,
    SheetChange,
    formula_pieces,
    mentions,
    move_areas,
    move_formula,
    move_range,
    pieces_at,
    shift_shared,
)

THREE = Move([(5, 3)])
SCOPE = Scope(
    "客户",
    {
        "客户": SheetChange("客户", THREE),
        "订单 表": SheetChange("订单 2023", Move([(3, 10)])),
        "没有了": SheetChange(None, Move()),
    },
    {"表1": "表1_2"},
)


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("SUM(A5:A5)", "SUM(A5:A7)"),
        ("C5+C6", "C5+C8"),
        ("$C$5", "$C$5"),
        ("SUM($A$4:B6)", "SUM($A$4:B8)"),
        ("SUM(A:A)+SUM(4:6)", "SUM(A:A)+SUM(4:8)"),
        ("'订单 表'!B4", "'订单 2023'!B13"),
        ("SUM('订单 表'!B3:B3)", "SUM('订单 2023'!B3:B12)"),
        ("没有了!A1+1", "#REF!+1"),
        ('"A5:A5"&A6', '"A5:A5"&A8'),
        ("LOG10(A6)+A6_x+A6.b", "LOG10(A8)+A6_x+A6.b"),
        ("[1]客户!A6+'[b.xlsx]客户'!A6", "[1]客户!A6+'[b.xlsx]客户'!A6"),
        ("表1[[#Totals],[A6]]+表1[A6]", "表1_2[[#Totals],[A6]]+表1_2[A6]"),
        ("IF(A6>1E5,TRUE,A6%)", "IF(A8>1E5,TRUE,A8%)"),
        ("A6:INDEX(A6:A9,2)", "A8:INDEX(A8:A11,2)"),
        ("SUM(A5,A5:A5 A6)", "SUM(A5,A5:A7 A8)"),
        ("ABCD6+XFE6+A1048577", "ABCD6+XFE6+A1048577"),
    ],
)
def test_an_ordinary_formula_stretches_ranges_and_shifts_cells(formula: str, moved: str) -> None:
    assert move_formula(formula, SCOPE) == moved


@pytest.mark.parametrize(
    ("formula", "at_third"),
    [
        ("C5*2", "C7*2"),
        ("C4+C5", "C6+C7"),
        ("SUM(C$5:C5)", "SUM(C$5:C7)"),
        ("C5/SUM($C$5:$C$5)", "C7/SUM($C$5:$C$7)"),
        ("C$8", "C$10"),
        ("VLOOKUP(A5,'订单 表'!A3:B3,2)", "VLOOKUP(A7,'订单 2023'!A3:B12,2)"),
    ],
)
def test_a_formula_in_a_marker_row_is_filled_down(formula: str, at_third: str) -> None:
    assert pieces_at(formula_pieces(formula, SCOPE, marker_row=5), 7) == at_third


def test_shared_formulas_are_written_out_by_distance() -> None:
    assert shift_shared("A1+$A1+A$1+SUM(A1:B2)", 2, 1) == "B3+$A3+B$1+SUM(B3:C4)"


def test_what_a_formula_mentions_is_found() -> None:
    assert mentions("SUM('a b'!A1)+C2+名字+表1[x]") == ({"a b", ""}, {"sum", "名字", "表1"})
    assert "*" in mentions("INDIRECT(A1)")[0] and "*" in mentions("SUM(一:三!A1)")[0]


BLOCK = Move([(5, 2)], [Block(4, 5, 3, 3, (0, 1, 0, 1, 2))])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A4:E5", "A4:G6"),
        ("A1:D1", "A1:G1"),
        ("A1:K20", "A1:K21"),
        ("C5", "C5:G6"),
        ("A5:B5", "A5:B6"),
        ("C9:C12", "C10:C13"),
        ("E5", "G5:G6"),
    ],
)
def test_ranges_over_the_marker_column_stretch_right(before: str, after: str) -> None:
    assert move_range(before, BLOCK) == after


def test_a_format_of_a_sample_goes_to_all_columns_of_its_look() -> None:
    assert move_areas("D5 A5", BLOCK) == "D5:D6 F5:F6 A5:A6"
    assert move_areas("D5", Move([(5, 2)], [Block(4, 5, 3, 2, (0, 0))])) == ""


SHEET = """
<customSheetViews><customSheetView guid="{0}" topLeftCell="A6"><pane topLeftCell="A6"/>
<selection activeCell="B6" sqref="B6"/><rowBreaks count="1"><brk id="5"/></rowBreaks>
<autoFilter ref="A4:B5"/></customSheetView></customSheetViews>
<autoFilter ref="A4:B5"><sortState ref="A5:B5"><sortCondition ref="B5:B5"/></sortState></autoFilter>
<controls><mc:AlternateContent xmlns:mc="m"><mc:Choice><control><controlPr linkedCell="$B$6"
 listFillRange="$A$5:$A$5"><anchor xmlns:xdr="x"><from><xdr:col>0</xdr:col><xdr:row>6</xdr:row></from>
<to><xdr:col>1</xdr:col><xdr:row>8</xdr:row></to></anchor></controlPr></control></mc:Choice>
</mc:AlternateContent></controls>
<extLst><ext xmlns:x14="x14"><x14:dataValidations xmlns:xm="xm" count="1"><x14:dataValidation>
<x14:formula1><xm:f>$A5&gt;$B$7</xm:f></x14:formula1><xm:sqref>A5</xm:sqref></x14:dataValidation>
</x14:dataValidations><x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="xm"><x14:cfRule>
<xm:f>$B$7=1</xm:f></x14:cfRule><xm:sqref>A5:B6</xm:sqref></x14:conditionalFormatting>
</x14:conditionalFormattings></ext></extLst>
"""
ROWS = """<row r="5"><c r="A5" t="inlineStr"><is><t>{{t.a}}</t></is></c></row>
<row r="6"><c r="A6"><f t="shared" ref="A6:B6" si="0">SUM(A5:A5)</f><v>9</v></c><c r="B6"><f t="shared" si="0"/><v>9</v></c>
</row><row r="7"><c r="A7"><f t="dataTable" ref="A7:B8" dt2D="1" dtr="1" r1="A6" r2="B6"/><v>1</v></c></row>"""


def filled(extra: dict[str, str] | None = None, relations: str = "") -> zipfile.ZipFile:
    parts = {name: text.encode() for name, text in (extra or {}).items()}
    if relations:
        rels = f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>'
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = rels.encode()
    template = build_package(f"<sheetData>{ROWS}</sheetData>{SHEET}", extra=parts)
    out = io.BytesIO()
    table = OutTable("t", [TableColumn("a", "a", pa.array([1, 2, 3]))])
    fill(template, Content({"t": table}), out, created=dt.date(2023, 10, 31))
    return zipfile.ZipFile(out)


def relation(kind: str, target: str) -> str:
    return f'<Relationship Id="r{target}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def text_of(package: zipfile.ZipFile, name: str = "xl/worksheets/sheet1.xml") -> str:
    return package.read(name).decode()


def test_custom_views_filters_controls_and_newer_checks_follow() -> None:
    sheet = text_of(filled())
    for expected in (
        '<customSheetView guid="{0}" topLeftCell="A8"><pane topLeftCell="A8"/>',
        '<selection activeCell="B8" sqref="B8"/>',
        '<brk id="7"/>',
        '<autoFilter ref="A4:B7"><sortState ref="A5:B7"><sortCondition ref="B5:B7"/>',
        'linkedCell="$B$8"',
        'listFillRange="$A$5:$A$7"',
        "<xdr:row>8</xdr:row></from>",
        "<xdr:row>10</xdr:row></to>",
        "<xm:f>$A5&gt;$B$9</xm:f></x14:formula1><xm:sqref>A5:A7</xm:sqref>",
        "<xm:f>$B$9=1</xm:f></x14:cfRule><xm:sqref>A5:B8</xm:sqref>",
        '<f t="dataTable" ref="A9:B10" dt2D="1" dtr="1" r1="A8" r2="B8"/>',
    ):
        assert expected in sheet.replace("\n", ""), expected
    assert sheet.count('<autoFilter ref="A4:B7"') == 2


def test_shared_formulas_are_written_out_where_they_move() -> None:
    sheet = text_of(filled())
    assert re.findall(r'<c r="([AB]8)"><f>([^<]*)</f></c>', sheet) == [
        ("A8", "SUM(A5:A7)"),
        ("B8", "SUM(B5:B7)"),
    ]


def test_comments_of_both_kinds_follow() -> None:
    package = filled(
        {
            "xl/comments1.xml": f'<comments xmlns="{MAIN}"><commentList><comment ref="B6"/></commentList></comments>',
            "xl/threadedComments/tc1.xml": '<ThreadedComments><threadedComment ref="B6"/></ThreadedComments>',
        },
        relation("comments", "../comments1.xml") + relation("threadedComment", "../threadedComments/tc1.xml"),
    )
    assert 'ref="B8"' in text_of(package, "xl/comments1.xml")
    assert 'ref="B8"' in text_of(package, "xl/threadedComments/tc1.xml")


def test_a_pivot_table_moves_and_its_source_is_stretched_and_read_anew() -> None:
    source = '<cacheSource type="worksheet"><worksheetSource ref="A4:B5" sheet="客户"/></cacheSource>'
    package = filled(
        {
            "xl/pivotTables/pivotTable1.xml": f'<pivotTableDefinition xmlns="{MAIN}"><location ref="D7:E9"/></pivotTableDefinition>',
            "xl/pivotTables/_rels/pivotTable1.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
            + relation("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
            + "</Relationships>",
            "xl/pivotCache/pivotCacheDefinition1.xml": f'<pivotCacheDefinition xmlns="{MAIN}">{source}</pivotCacheDefinition>',
        },
        relation("pivotTable", "../pivotTables/pivotTable1.xml"),
    )
    assert '<location ref="D9:E11"/>' in text_of(package, "xl/pivotTables/pivotTable1.xml")
    cache = text_of(package, "xl/pivotCache/pivotCacheDefinition1.xml")
    assert 'refreshOnLoad="1"' in cache and 'ref="A4:B7"' in cache


def test_form_controls_follow_the_cells_they_are_linked_to() -> None:
    control = '<formControlPr objectType="Drop" fmlaLink="$B$6" fmlaRange="$A$5"/>'
    package = filled(
        {"xl/ctrlProps/ctrlProp1.xml": control}, relation("ctrlProp", "../ctrlProps/ctrlProp1.xml")
    )
    assert 'fmlaLink="$B$8" fmlaRange="$A$5:$A$7"' in text_of(package, "xl/ctrlProps/ctrlProp1.xml")


def test_newer_charts_filtered_series_and_shapes_that_show_a_cell_follow() -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="x" xmlns:a="a"><xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col>'
        '<xdr:row>9</xdr:row></xdr:from><xdr:sp textlink="客户!$B$6"/></xdr:oneCellAnchor></xdr:wsDr>'
    )
    chart_ex = (
        '<cx:chartSpace xmlns:cx="c"><cx:strDim><cx:f>客户!$A$5:$A$5</cx:f><cx:lvl ptCount="1">'
        "<cx:pt>{{t.a}}</cx:pt></cx:lvl></cx:strDim></cx:chartSpace>"
    )
    chart = (
        '<c:chartSpace xmlns:c="c" xmlns:c15="d"><c15:filteredBarSeries><c15:ser><c:val><c:numRef>'
        "<c:extLst><c15:fullRef><c15:sqref>客户!$A$5:$A$6</c15:sqref></c15:fullRef></c:extLst><c:f>客户!$A$5</c:f>"
        "<c:numCache/></c:numRef></c:val><c15:datalabelsRange><c15:f>客户!$B$6</c15:f><c15:dlblRangeCache/>"
        "</c15:datalabelsRange></c15:ser></c15:filteredBarSeries></c:chartSpace>"
    )
    rels = (
        f'<Relationships xmlns="{PACKAGE}">{relation("chart", "../charts/chart1.xml")}'
        '<Relationship Id="h" Type="hyperlink" Target="#客户!B6"/>'
        f"{relation('chartEx', '../charts/chartEx1.xml')}</Relationships>"
    )
    package = filled(
        {
            "xl/drawings/drawing1.xml": drawing,
            "xl/drawings/_rels/drawing1.xml.rels": rels,
            "xl/charts/chart1.xml": chart,
            "xl/charts/chartEx1.xml": chart_ex,
        },
        relation("drawing", "../drawings/drawing1.xml"),
    )
    assert 'textlink="客户!$B$8"' in text_of(package, "xl/drawings/drawing1.xml")
    assert "<xdr:row>11</xdr:row>" in text_of(package, "xl/drawings/drawing1.xml")
    assert 'Target="#客户!B8"' in text_of(package, "xl/drawings/_rels/drawing1.xml.rels")
    assert "<cx:f>客户!$A$5:$A$7</cx:f></cx:strDim>" in text_of(package, "xl/charts/chartEx1.xml")
    moved = text_of(package, "xl/charts/chart1.xml")
    assert "<c15:sqref>客户!$A$5:$A$8</c15:sqref>" in moved
    assert "<c:f>客户!$A$5:$A$7</c:f></c:numRef>" in moved
    assert "<c15:f>客户!$B$8</c15:f></c15:datalabelsRange>" in moved


def test_a_sheet_whose_elements_have_a_prefix_is_filled() -> None:
    source = zipfile.ZipFile(io.BytesIO(build_package(f"<sheetData>{ROWS}</sheetData>")))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", content[content.index("<worksheet") :])
                content = content.replace("xmlns=", "xmlns:x=")
            target.writestr(name, content)
    filled_out = io.BytesIO()
    table = OutTable("t", [TableColumn("a", "a", pa.array(["甲", None, "丙"]))])
    fill(out.getvalue(), Content({"t": table}), filled_out, created=dt.date(2023, 10, 31))
    sheet = text_of(zipfile.ZipFile(filled_out))
    assert '<x:row r="5"><x:c r="A5" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c></x:row>' in sheet
    assert '<x:row r="6"><x:c r="A6"/></x:row>' in sheet
    assert '<x:c r="A8"><x:f>SUM(A5:A7)</x:f></x:c>' in sheet

"""Formulas give way to values in crmtool's own columns only, and all other formulas go on working."""

from __future__ import annotations

import pytest
from ledger_packages import SHEET, contents, package, row_of, sheet_xml, texts, updated
from small_packages import MAIN

from crmtool.errors import OutputError

CHAIN_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
CHAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
SHEETS = '<sheet name="客户" sheetId="4" r:id="rId1"/>'


def ledger(*cells: str) -> str:
    """Return the rows of customers from row 2 on: a name, and what is given."""
    return "".join(
        f'<row r="{row}"><c r="A{row}" t="str"><v>甲</v></c>{cell}</row>' for row, cell in enumerate(cells, 2)
    )


def with_chain(rows: str, chain: str) -> dict[str, bytes]:
    return package(
        sheet_xml(rows),
        sheets=SHEETS,
        relations=f'<Relationship Id="rId9" Type="{CHAIN_KIND}" Target="calcChain.xml"/>',
        types=f'<Override PartName="/xl/calcChain.xml" ContentType="{CHAIN_TYPE}"/>',
        parts={"xl/calcChain.xml": f'<calcChain xmlns="{MAIN}">{chain}</calcChain>'},
    )


def test_a_formula_in_an_own_column_gives_way() -> None:
    rows = ledger('<c r="B2" t="str"><f>VLOOKUP(A2,&quot;x&quot;)</f><v>高</v></c>')
    made, report = updated(package(sheet_xml(rows)), [texts("类", "低", column=2)], rows=[2])
    assert '<c r="B2" t="inlineStr"><is><t>低</t></is></c>' in row_of(made, 2)
    assert "<f>" not in contents(made)[SHEET] and report.written == 1


def test_a_formula_in_somebody_elses_column_stays_and_is_told() -> None:
    rows = ledger('<c r="B2"><f>1+1</f><v>2</v></c>', '<c r="B3"><v>1</v></c>', '<c r="B4"><f>2</f></c>')
    column = texts("负责人", "王", "李", "赵", column=2, is_own=False)
    made, report = updated(package(sheet_xml(rows)), [column], rows=[2, 3, 4])
    assert row_of(made, 2) + row_of(made, 4) == rows.replace(
        rows[rows.index('<row r="3"') : rows.index('<row r="4"')], ""
    )
    assert "李" in row_of(made, 3)
    assert [(f.code, f.cell, f.column, f.count) for f in report.findings] == [
        ("update-formula-kept", "B2", "负责人", 2)
    ]
    assert report.written == 1


SHARED = (
    '<c r="C2"><f t="shared" ref="C2:C4" si="0">IF($B2&gt;B$1,"&lt;高&gt;",A2)</f><v>1</v></c>',
    '<c r="C3"><f t="shared" si="0"/><v>1</v></c>',
    '<c r="C4"><f t="shared" si="0"></f><v>1</v></c>',
)


def test_cells_that_shared_the_formula_of_an_overwritten_one_get_it_as_their_own() -> None:
    made, _ = updated(package(sheet_xml(ledger(*SHARED))), [texts("类", "低", column=3)], rows=[2])
    assert '<f>IF($B3&gt;B$1,"&lt;高&gt;",A3)</f><v>1</v></c></row>' in row_of(made, 3)
    assert '<f>IF($B4&gt;B$1,"&lt;高&gt;",A4)</f><v>1</v></c></row>' in row_of(made, 4)


def test_rows_far_below_get_their_own_too_though_nothing_is_written_into_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crmtool.files.xlsx.in_place.rowstream.BLOCK_BYTES", 16)
    monkeypatch.setattr("crmtool.files.limits.CHUNK_BYTES", 64)
    made, _ = updated(package(sheet_xml(ledger(*SHARED))), [texts("类", "低", column=3)], rows=[2])
    assert "<f>IF($B3&gt;B$1" in row_of(made, 3) and "<f>IF($B4&gt;B$1" in row_of(made, 4)


def test_a_shared_formula_stays_where_only_a_cell_that_uses_it_is_overwritten() -> None:
    made, _ = updated(package(sheet_xml(ledger(*SHARED))), [texts("类", "低", column=3)], rows=[3])
    assert SHARED[0] in row_of(made, 2) and SHARED[2] in row_of(made, 4)


def test_another_formula_of_the_same_index_stays() -> None:
    other = '<c r="D2"><f t="shared" ref="D2:D3" si="0">A2&amp;"!"</f></c>'
    rows = ledger(SHARED[0] + other, SHARED[1] + '<c r="D3"><f t="shared" si="0"/></c>')
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "低", column=3)], rows=[2])
    assert other in row_of(made, 2)
    assert "<f>IF($B3" in row_of(made, 3) and '<c r="D3"><f t="shared" si="0"/></c>' in row_of(made, 3)


def test_a_shared_formula_is_freed_over_a_block_of_columns() -> None:
    rows = ledger(
        '<c r="C2"><f t="shared" ref="C2:D3" si="5">$A2+B$2</f></c><c r="D2"><f t="shared" si="5"/></c>',
        '<c r="C3"><f t="shared" si="5"/></c><c r="D3"><f t="shared" si="5"/></c>',
    )
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "低", "低", column=3)], rows=[2, 3])
    assert "<f>$A2+C$2</f>" in row_of(made, 2) and "<f>$A3+C$2</f>" in row_of(made, 3)


@pytest.mark.parametrize("kind", ["array", "dataTable"])
@pytest.mark.parametrize("rows", [[2], [3], [2, 3, 4]])
def test_a_part_of_an_array_formula_is_not_torn_out(kind: str, rows: list[int]) -> None:
    cells = ledger(
        f'<c r="B2"><f t="{kind}" ref="B2:C3">X</f></c><c r="C2"/>', '<c r="B3"/><c r="C3"/>', '<c r="B4"/>'
    )
    with pytest.raises(OutputError) as caught:
        updated(package(sheet_xml(cells)), [texts("类", *["低"] * len(rows), column=2)], rows=rows)
    assert [(f.code, f.params) for f in caught.value.findings] == [
        ("update-array-formula", {"area": "B2:C3"})
    ]


def test_a_whole_array_formula_may_give_way_and_so_may_one_of_a_single_cell() -> None:
    cells = ledger(
        '<c r="B2"><f t="array" ref="B2:B3">X</f></c>',
        '<c r="B3"/>',
        '<c r="B4"><f t="array" ref="B4">Y</f></c>',
    )
    made, _ = updated(package(sheet_xml(cells)), [texts("类", "a", "b", "c", column=2)], rows=[2, 3, 4])
    assert "<f" not in contents(made)[SHEET]


def test_an_array_formula_beside_the_columns_is_no_matter() -> None:
    cells = ledger('<c r="B2"><f t="array" ref="B2:B3">X</f></c>', '<c r="B3"/>')
    made, _ = updated(package(sheet_xml(cells)), [texts("类", "a", "b", column=3)], rows=[2, 3])
    assert '<f t="array" ref="B2:B3">X</f>' in contents(made)[SHEET]


B2, B3 = '<c r="B2"><f>1</f></c>', '<c r="B3"><f>2</f></c>'


@pytest.mark.parametrize(
    ("chain", "left"),
    [
        ('<c r="B2" i="4"/><c r="B3" i="4"/>', '<c r="B3" i="4"/>'),
        # An entry without a sheet is on that of the one before it, which may be the one that goes.
        ('<c r="B2" i="4"/><c r="B3"/><c r="B2" i="7"/>', '<c r="B3" i="4"/><c r="B2" i="7"/>'),
        ('<c r="B3" i="4"/><c r="B2" l="1"/><c r="A9"/>', '<c r="B3" i="4"/><c r="A9"/>'),
        ('<c r="B2" i="7"/><c r="B2" i="4"/><c r="C2"/>', '<c r="B2" i="7"/><c r="C2" i="4"/>'),
    ],
)
def test_the_calculation_chain_loses_the_cells_whose_formula_is_gone(chain: str, left: str) -> None:
    made, _ = updated(with_chain(ledger(B2, B3), chain), [texts("类", "低", column=2)], rows=[2])
    assert (
        contents(made)["xl/calcChain.xml"].partition(f'<calcChain xmlns="{MAIN}">')[2]
        == f"{left}</calcChain>"
    )


def test_a_chain_that_is_empty_goes_altogether() -> None:
    parts = with_chain(ledger(B2, B3), '<c r="B2" i="4"/><c r="B3"/>')
    made, _ = updated(parts, [texts("类", "低", "低", column=2)], rows=[2, 3])
    found = contents(made)
    assert "xl/calcChain.xml" not in found
    assert "calcChain" not in found["[Content_Types].xml"] + found["xl/_rels/workbook.xml.rels"]


def test_a_chain_stays_byte_for_byte_where_no_formula_goes() -> None:
    header = '<row r="1"><c r="A1" t="str"><v>客户名称</v></c></row>'
    parts = with_chain(header + ledger(B2, B3), '<c r="B2" i="4"/><c r="B3"/>')
    made, _ = updated(parts, [texts("类", "低", "低")], rows=[2, 3])
    assert contents(made)["xl/calcChain.xml"] == parts["xl/calcChain.xml"].decode()


@pytest.mark.parametrize(
    ("rows", "has_formulas"), [(ledger(B2, B3), True), (ledger('<c r="B2"><v>1</v></c>', ""), False)]
)
def test_calculation_is_asked_for_only_where_there_are_formulas(rows: str, has_formulas: bool) -> None:
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "低", "低", column=3)], rows=[2, 3])
    assert ('<calcPr fullCalcOnLoad="1"/>' in contents(made)["xl/workbook.xml"]) is has_formulas


def test_what_the_workbook_says_of_calculation_stays() -> None:
    parts = package(sheet_xml(ledger(B2)), book='<calcPr calcId="191029" calcMode="manual"/><extLst/>')
    made, _ = updated(parts, [texts("类", "低", column=3)], rows=[2])
    assert (
        '<calcPr calcId="191029" calcMode="manual" fullCalcOnLoad="1"/><extLst/>'
        in contents(made)["xl/workbook.xml"]
    )


def test_the_wish_to_calculate_stands_where_the_schema_wants_it() -> None:
    names = '<definedNames><definedName name="x">1</definedName></definedNames>'
    parts = package(sheet_xml(ledger(B2)), book=f"{names}<pivotCaches/>")
    made, _ = updated(parts, [texts("类", "低", column=3)], rows=[2])
    assert f'</sheets>{names}<calcPr fullCalcOnLoad="1"/><pivotCaches/>' in contents(made)["xl/workbook.xml"]


def test_nothing_is_asked_for_where_nothing_is_written() -> None:
    import pyarrow as pa

    column = texts("类", "低", column=2, mask=pa.array([False]))
    made, _ = updated(package(sheet_xml(ledger(B2))), [column], rows=[2])
    assert "calcPr" not in contents(made)["xl/workbook.xml"]

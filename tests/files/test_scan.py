"""One pass over a sheet's bytes finds what a fast reader loses, however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.errors import InputError
from crmtool.files.places import column_number
from crmtool.files.scan import long_digits, scan_sheet
from crmtool.sheets import Area, letters

SHEET = (
    b'<worksheet><sheetData><row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c></row>'
    b'<row r="2" hidden="1"><c r="A2" s="1" t="e"><v>#N/A</v></c><c r="AB2"><f>A1</f></c></row>'
    b'<row r="12"><c r="A12"><v>110101199001011234</v></c></row></sheetData>'
    b'<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="B4:B5"/></mergeCells></worksheet>'
)


@given(st.integers(min_value=1, max_value=len(SHEET)))
def test_the_cut_of_the_chunks_does_not_matter(size: int) -> None:
    pieces = [SHEET[at : at + size] for at in range(0, len(SHEET), size)]
    found = scan_sheet(pieces, "a.xlsx", "sheet1.xml")
    assert (found.rows, found.columns, found.size, found.is_plain) == (12, 28, len(SHEET), True)
    assert found.hidden_rows == {2}
    assert found.errors == {(2, 1): "#N/A", (2, 28): "no-value"}
    assert found.merged == [Area(1, 1, 1, 3), Area(4, 2, 5, 2)]
    assert long_digits(pieces) == {(12, 1): "110101199001011234"}


def test_a_namespace_prefix_changes_nothing() -> None:
    prefixed = SHEET.replace(b"<", b"<x:").replace(b"<x:/", b"</x:")
    assert scan_sheet([prefixed], "a.xlsx", "s").errors == {(2, 1): "#N/A", (2, 28): "no-value"}
    assert scan_sheet([prefixed], "a.xlsx", "s").hidden_rows == {2}


@pytest.mark.parametrize(
    "row",
    [
        b'<row><c r="A1"/></row>',
        b'<row r="1"><c s="1"/></row>',
        b'<row r="1"><c><v>1</v></c></row>',
        b'<row r="1"><c r="A1048576"><v>1</v></c></row>',
        b"<row r='1'><c r='XFD1'><v>1</v></c></row>",
    ],
)
def test_a_place_that_is_not_spelled_out_is_not_trusted(row: bytes) -> None:
    sheet = b"<worksheet><sheetData>" + row + b"</sheetData></worksheet>"
    assert not scan_sheet([sheet], "a.xlsx", "s").is_plain


def test_a_document_type_is_refused() -> None:
    sheet = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    with pytest.raises(InputError) as problem:
        scan_sheet([sheet], "a.xlsx", "xl/worksheets/sheet1.xml")
    assert problem.value.findings[0].code == "forbidden-markup"


@given(st.integers(min_value=1, max_value=16_384))
def test_column_letters_go_back_and_forth(number: int) -> None:
    assert column_number(letters(number).encode()) == number

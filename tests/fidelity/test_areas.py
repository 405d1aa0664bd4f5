"""Columns that lose their width and areas that shrink are found, also where columns and areas may grow."""

from __future__ import annotations

import pytest
from areas import area_differences, column_differences

SHEET = b"""<worksheet><cols><col min="1" max="2" width="9"/><col min="4" max="4" width="12" hidden="1"/></cols>\
<sheetData/><autoFilter ref="A1:D7"/><conditionalFormatting sqref="A2:A7 C2:D7"><cfRule/></conditionalFormatting>\
<conditionalFormatting sqref="B:B"><cfRule/></conditionalFormatting></worksheet>"""


def test_the_same_looks_may_be_written_otherwise_and_new_columns_may_have_theirs() -> None:
    apart = SHEET.replace(
        b'<col min="1" max="2" width="9"/>',
        b'<col min="1" max="1" width="9"/><col min="2" max="2" width="9"/>',
    ).replace(b"</cols>", b'<col min="5" max="5" width="40"/></cols>')
    assert column_differences(SHEET, apart, {5}) == []
    assert column_differences(SHEET, apart, set()) == ["column 5: {} became {'width': '40'}"]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (b' hidden="1"', b"", 4),
        (b'max="2" width="9"', b'max="1" width="9"', 2),
        (b'max="2" width="9"', b'max="3" width="9"', 3),
        (b'width="12"', b'width="13"', 4),
    ],
)
def test_a_changed_column_is_found(old: bytes, new: bytes, column: int) -> None:
    (found,) = column_differences(SHEET, SHEET.replace(old, new), {5})
    assert found.startswith(f"column {column}:")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"A1:D7", b"A1:E7"),
        (b"A2:A7 C2:D7", b"A2:A7 C2:E7"),
        (b"A2:A7 C2:D7", b"A2:E7"),
        (b'"B:B"', b'"A1:C1048576"'),
    ],
)
def test_an_area_may_grow(old: bytes, new: bytes) -> None:
    assert area_differences(SHEET, SHEET.replace(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"A1:D7", b"A1:C7"),
        (b"A1:D7", b"E1:E7"),
        (b"A2:A7 C2:D7", b"C2:E7"),
        (b'"B:B"', b'"B2:B7"'),
        (b'<conditionalFormatting sqref="B:B"><cfRule/></conditionalFormatting>', b""),
        (b'<autoFilter ref="A1:D7"/>', b""),
    ],
)
def test_an_area_that_shrinks_or_goes_is_found(old: bytes, new: bytes) -> None:
    assert len(area_differences(SHEET, SHEET.replace(old, new))) == 1

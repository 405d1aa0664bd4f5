"""The comparison finds every kind of loss, and nothing where nothing is lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from canonical import extent_of, package_differences, sheet_differences
from growth import string_differences, style_differences, table_differences
from packages import contents_of, parts_of
from xlsxwriter_books import BOOKS, build

SHEET = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="urn:main" xmlns:r="urn:r" xmlns:mc="urn:mc" xmlns:x14ac="urn:x14ac" mc:Ignorable="x14ac">\
<dimension ref="A1:B2"/><cols><col min="1" max="2" width="9"/></cols><sheetData>\
<row r="1" spans="1:2" x14ac:dyDescent="0.2"><c r="A1" s="3" t="s"><v>0</v></c><c r="B1"><f>A1</f><v>1</v></c></row>\
<row r="2" spans="1:2"><c r="A2" s="4"/><c r="B2" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c></row>\
</sheetData><autoFilter ref="A1:B2"/><pageMargins left="0.7"/><extLst><ext uri="{1}"><x/></ext></extLst></worksheet>"""


def _with(xml: bytes, *pairs: tuple[bytes, bytes]) -> bytes:
    """Replace what stands there exactly once."""
    for old, new in pairs:
        assert xml.count(old) == 1, old
        xml = xml.replace(old, new)
    return xml


#: A right change of the sheet: a header in C1 and a cell in C2, and what follows from them.
RIGHT = _with(
    SHEET,
    (b'<dimension ref="A1:B2"/>', b'<dimension ref="A1:C2"/>'),
    (b'spans="1:2" x14ac', b'spans="1:3" x14ac'),
    (b"<v>1</v></c></row>", b'<v>1</v></c><c r="C1" s="3" t="inlineStr"><is><t>h</t></is></c></row>'),
    (b"</is></c></row></sheetData>", b'</is></c><c r="C2"><v>5</v></c></row></sheetData>'),
)


def test_added_cells_the_dimension_and_spans_are_no_difference() -> None:
    assert sheet_differences(SHEET, RIGHT, cells={"C1", "C2"}) == []
    assert sheet_differences(SHEET, SHEET) == []


def test_what_no_reader_sees_is_no_difference() -> None:
    same = _with(
        SHEET,
        (b'<c r="A1" s="3" t="s">', b"<c t='s'  s='3' r='A1' >"),
        (b'<c r="A2" s="4"/>', b'<c r="A2" s="4"></c>'),
    )
    assert sheet_differences(SHEET, same) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<ext uri="{1}"><x/></ext>', b""),
        (b'<extLst><ext uri="{1}"><x/></ext></extLst>', b""),
        (b'<c r="A1" s="3" t="s">', b'<c r="A1" s="2" t="s">'),
        (b'<c r="A2" s="4"/>', b""),
        (b'<c r="A1" s="3" t="s"><v>0</v>', b'<c r="A1" s="3" t="s"><v>1</v>'),
        (b'<c r="B1"><f>A1</f>', b'<c r="B1">'),
        (b"<f>A1</f>", b"<f>A2</f>"),
        (b' xml:space="preserve"', b""),
        (b"> x <", b">x<"),
        (b' xmlns:x14ac="urn:x14ac" mc:Ignorable="x14ac"', b' xmlns:x14ac="urn:x14ac"'),
        (b' xmlns:r="urn:r"', b""),
        (b' x14ac:dyDescent="0.2"', b""),
        (b' standalone="yes"', b""),
        (b'<pageMargins left="0.7"/>', b'<pageMargins left="0.75"/>'),
        (b'<autoFilter ref="A1:B2"/><pageMargins left="0.7"/>', b'<pageMargins left="0.7"/><autoFilter ref="A1:B2"/>'),
        (b'<autoFilter ref="A1:B2"/>', b'<autoFilter ref="A1:C2"/>'),
        (b"</sheetData>", b'<row r="3" ht="9"/></sheetData>'),
        (b"</sheetData>", b'<row r="9"><c r="D9"><v>1</v></c></row></sheetData>'),
        (b"<cols>", b" <cols>"),
        (b"<sheetData>", b"<!-- new --><sheetData>"),
    ],
)  # fmt: skip
def test_every_loss_in_a_sheet_is_found(old: bytes, new: bytes) -> None:
    assert sheet_differences(SHEET, _with(RIGHT, (old, new)), cells={"C1", "C2"})


def test_a_row_that_is_only_there_for_a_given_cell_is_no_difference() -> None:
    more = _with(SHEET, (b"</sheetData>", b'<row r="7" spans="3:3"><c r="C7"/></row></sheetData>'))
    assert sheet_differences(SHEET, more, cells={"C7"}) == []
    assert sheet_differences(SHEET, more)


def test_a_renamed_prefix_is_found() -> None:
    renamed = SHEET.replace(b"x14ac", b"ns0")
    assert sheet_differences(SHEET, renamed)
    prefixed = (
        SHEET.replace(b"<c ", b"<m:c ")
        .replace(b"</c>", b"</m:c>")
        .replace(b'xmlns="urn:main"', b'xmlns="urn:main" xmlns:m="urn:main"')
    )
    assert sheet_differences(SHEET, prefixed)


def test_only_the_given_places_may_change() -> None:
    grown = _with(
        SHEET,
        (b'<autoFilter ref="A1:B2"/>', b'<autoFilter ref="A1:C2"/>'),
        (b"</cols>", b'<col min="3" max="3"/></cols>'),
    )
    assert sheet_differences(SHEET, grown, places={"autoFilter@ref", "cols"}) == []
    assert sheet_differences(SHEET, grown, places={"autoFilter@ref"})
    assert sheet_differences(SHEET, grown, places={"cols"})


def test_cells_without_references_are_counted() -> None:
    before = b"<s><sheetData><row><c><v>1</v></c></row><row><c><v>2</v></c></row></sheetData></s>"
    after = _with(before, (b"<v>2</v></c>", b"<v>2</v></c><c><v>3</v></c>"))
    assert sheet_differences(before, after, cells={"B2"}) == []
    assert sheet_differences(before, after, cells={"B1"})
    assert sheet_differences(before, after, cells={"A2"})


def test_a_difference_can_be_read() -> None:
    found = sheet_differences(SHEET, _with(SHEET, (b' s="4"', b' s="5"')))
    assert [line for line in found if line[0] in "+-" and line[:3] not in ("+++", "---")] == [
        "-      c r='A2' s='4'",
        "+      c r='A2' s='5'",
    ]


def test_the_extent_is_that_of_cells_with_something_in_them() -> None:
    assert extent_of(SHEET) == (1, 2, 2)
    assert extent_of(_with(SHEET, (b"</sheetData>", b'<row r="8"><c r="AB8" s="1"/></row></sheetData>'))) == (
        1,
        2,
        2,
    )
    assert extent_of(b"<s><sheetData/></s>") == (0, 0, 0)


STYLES = b"""<styleSheet xmlns="urn:main"><fonts count="2"><font><b/></font><font><i/></font></fonts>\
<cellXfs count="2"><xf numFmtId="0" fontId="0"/><xf numFmtId="14" fontId="1"/></cellXfs>\
<dxfs count="0"/><colors><mruColors/></colors></styleSheet>"""
FORMATS = b'<numFmts count="1"><numFmt numFmtId="164" formatCode="0"/></numFmts>'


def test_styles_may_grow_at_the_end() -> None:
    more = _with(
        STYLES,
        (b'<cellXfs count="2">', b'<cellXfs count="3">'),
        (b"</cellXfs>", b'<xf numFmtId="164" fontId="0"/></cellXfs>'),
        (b"<fonts", FORMATS + b"<fonts"),
    )
    assert style_differences(STYLES, more) == []
    assert style_differences(more, more) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<xf numFmtId="14" fontId="1"/></cellXfs>', b"</cellXfs>"),
        (b'<xf numFmtId="14" fontId="1"/></cellXfs>', b'<xf numFmtId="164" fontId="0"/></cellXfs>'),
        (b'<cellXfs count="2">', b'<cellXfs count="3">'),
        (b'<cellXfs count="2">', b'<cellXfs count="3"><xf numFmtId="9"/>'),
        (b"<font><b/></font><font><i/></font>", b"<font><i/></font><font><b/></font>"),
        (b"<colors><mruColors/></colors>", b""),
        (b'<dxfs count="0"/>', b""),
        (b"<fonts", FORMATS.replace(b"</", b'<numFmt numFmtId="164" formatCode="@"/></').replace(b'"1"', b'"2"') + b"<fonts"),
    ],
)  # fmt: skip
def test_every_loss_in_styles_is_found(old: bytes, new: bytes) -> None:
    assert style_differences(STYLES, _with(STYLES, (old, new)))


def test_a_number_format_that_was_there_keeps_its_id() -> None:
    before = _with(STYLES, (b"<fonts", FORMATS + b"<fonts"))
    assert style_differences(before, before.replace(b"164", b"165"))
    assert style_differences(before, _with(before, (FORMATS, b"")))


def test_shared_strings_may_only_follow() -> None:
    before = b'<sst count="2" uniqueCount="2"><si><t>a</t></si><si><t> b</t></si></sst>'
    after = _with(before, (b"</sst>", b"<si><t>c</t></si></sst>"), (b'count="2" uniq', b'count="3" uniq'))
    assert string_differences(before, after) == []
    assert string_differences(before, _with(after, (b"<si><t>a</t></si>", b"")))
    assert string_differences(before, _with(after, (b"> b<", b">b<")))


TABLE = b"""<table ref="A1:B7" id="1"><autoFilter ref="A1:B7"/><tableColumns count="2"><tableColumn id="1" name="a"/>\
<tableColumn id="2" name="b"/></tableColumns><tableStyleInfo name="s"/></table>"""


def test_a_table_may_only_get_columns_at_its_edge() -> None:
    more = (b"</tableColumns>", b'<tableColumn id="3" name="c"/></tableColumns>')
    grown = _with(TABLE.replace(b"A1:B7", b"A1:C7"), (b'count="2"', b'count="3"'), more)
    assert table_differences(TABLE, grown) == []
    assert table_differences(TABLE, _with(grown, (b'count="3"', b'count="2"')))
    assert table_differences(TABLE, _with(grown, (b'name="c"', b'name="b"')))
    assert table_differences(TABLE, _with(grown, (b'id="3"', b'id="2"')))
    assert table_differences(TABLE, _with(grown, (b'name="a"', b'name="aa"')))
    assert table_differences(TABLE, _with(grown, (b'<tableStyleInfo name="s"/>', b"")))


def _packed_anew(
    data: bytes, change: Callable[[zipfile.ZipInfo, bytes], tuple[str, bytes] | None], level: int = 6
) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for info in old.infolist():
            kept = change(info, old.read(info))
            if kept is not None:
                new.writestr(*kept)
    return made.getvalue()


@pytest.fixture(scope="module")
def book() -> bytes:
    return build("everything-drawn")


def test_the_same_parts_in_another_envelope_are_no_difference(book: bytes) -> None:
    assert package_differences(book, _packed_anew(book, lambda info, content: (info.filename, content))) == []


@pytest.mark.parametrize("lost", ["xl/media/image1.png", "xl/drawings/vmlDrawing1.vml", "docProps/app.xml"])
def test_a_dropped_or_renamed_part_is_found(book: bytes, lost: str) -> None:
    dropped = _packed_anew(
        book, lambda info, content: None if info.filename == lost else (info.filename, content)
    )
    assert f"-{lost}" in package_differences(book, dropped)
    assert package_differences(book, dropped, dropped={lost}) == []
    assert package_differences(book, book, dropped={lost}) == [f"{lost} should be gone"]
    renamed = _packed_anew(book, lambda info, content: (info.filename.replace(lost, "xl/other.bin"), content))
    assert {f"-{lost}", "+xl/other.bin"} <= set(package_differences(book, renamed))


def test_a_changed_part_is_found_unless_it_is_named(book: bytes) -> None:
    part = "xl/theme/theme1.xml"
    spoilt = _packed_anew(
        book, lambda info, content: (info.filename, content + b" " * (info.filename == part))
    )
    assert package_differences(book, spoilt) == [f"{part}: other content"]
    assert package_differences(book, spoilt, changed={part}) == []


def test_a_part_that_was_packed_anew_is_found(book: bytes) -> None:
    found = package_differences(
        book, _packed_anew(book, lambda info, content: (info.filename, content), level=1)
    )
    assert "xl/theme/theme1.xml: packed anew" in found


def test_an_added_part_and_another_order_are_found(book: bytes) -> None:
    made = io.BytesIO(book)
    with zipfile.ZipFile(made, "a") as package:
        package.writestr("xl/new.xml", "<new/>")
    assert "+xl/new.xml" in package_differences(book, made.getvalue())
    assert package_differences(book, made.getvalue(), added={"xl/new.xml"}) == []
    assert package_differences(book, book, added={"xl/new.xml"}) == ["xl/new.xml should be new"]
    moved = io.BytesIO()
    with zipfile.ZipFile(moved, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in reversed(contents_of(book).items()):
            package.writestr(name, content)
    assert package_differences(book, moved.getvalue())


def test_the_package_reader_reads_what_zipfile_reads() -> None:
    for name in list(BOOKS)[::20]:
        data = build(name)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            assert {part.name: part.content for part in parts_of(data)} == {
                n: package.read(n) for n in package.namelist()
            }

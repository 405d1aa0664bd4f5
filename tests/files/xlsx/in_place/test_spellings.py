"""However a program spells its sheets, cells land where they belong; unusual spellings are made plain, or refused."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_packages import (
    DAY,
    ROWS,
    SHEET,
    contents,
    days,
    opened,
    package,
    sheet_xml,
    texts,
    updated,
    values,
)
from small_packages import zipped

from crmtool.errors import CrmtoolError
from crmtool.files.limits import Package
from crmtool.files.xlsx import SheetUpdate, refuse_unwritable, update
from crmtool.files.xlsx.in_place.rowstream import OddSpelling, RowStream, checked

COLUMNS = [
    texts("年消费额", "多", None, column=2),
    texts("类", "高", "低"),
    days("日", date(2024, 1, 2), None),
]
EXPECTED = [["客户名称", "年消费额", "类", "日"], ["甲", "多", "高", "2024-01-02"], ["乙", None, "低", None]]


def seen(data: bytes) -> list[list[object]]:
    return [
        [str(cell.date()) if hasattr(cell, "date") else cell for cell in row]
        for row in values(data)
        if any(cell is not None for cell in row)
    ]


def without_row_numbers(xml: str) -> str:
    return re.sub(r'<row r="\d+" ', "<row ", xml)


def without_places(xml: str) -> str:
    return re.sub(r' r="[A-Z]?\d+"', "", xml)


SPELLINGS = {
    "as usual": sheet_xml(),
    "prefixed": re.sub(r"<(/?)(\w)", r"<\1x:\2", sheet_xml()).replace("xmlns=", "xmlns:x="),
    "rows without numbers": without_row_numbers(sheet_xml()),
    "cells without places": without_places(sheet_xml()),
    "no attributes at all": re.sub(r"<row [^>]*>", "<row>", without_places(sheet_xml())),
    "single quotes": sheet_xml().replace('"', "'"),
    "single quotes in cells": re.sub(r'<c r="(\w+)"', r"<c r='\1'", sheet_xml()),
    "single quotes in one late cell": sheet_xml().replace('r="B3"', "r='B3'"),
    "blanks around the equals sign": sheet_xml().replace(' r="', ' r = "'),
    "blanks in end tags": sheet_xml().replace("</c>", "</c >").replace("</row>", "</row\n>"),
    "a comment": sheet_xml().replace("</row>", "</row><!-- <row r='7'> -->"),
    "character data": sheet_xml().replace("<v>甲</v>", "<v><![CDATA[甲]]></v>"),
    "an instruction": sheet_xml().replace("<sheetData>", "<?x <sheetData>?><sheetData>"),
    "a mark in front": "\ufeff" + '<?xml version="1.0" encoding="UTF-8"?>' + sheet_xml(),
    "white space": sheet_xml().replace("><", ">\n  <"),
    "white space in tags": sheet_xml().replace('<c r="', '<c\n r="').replace("<row ", "<row\n "),
    "lower-case places": re.sub(r'r="([AB]\d)"', lambda match: match[0].lower(), sheet_xml()),
    "places behind other attributes": re.sub(r'<c (r="\w+") ([^>]*)>', r"<c \2 \1>", sheet_xml()),
    "empty rows closed at once": sheet_xml(
        ROWS.replace('<row r="3"', '<row r="3"', 1) + '<row r="4"/><row r="5"/>'
    ),
    "an empty row in front": sheet_xml(without_row_numbers(ROWS)).replace(
        "<sheetData>", '<sheetData><row r="0"/>'
    ),
    "empty values": sheet_xml(ROWS.replace("<v>15</v>", "<v/>")),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_cells_land_where_they_belong(spelling: str) -> None:
    made, report = updated(package(SPELLINGS[spelling]), COLUMNS)
    assert seen(made) == EXPECTED
    assert report.written == 6


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_twice_is_the_same_bytes(spelling: str) -> None:
    first, _ = updated(package(SPELLINGS[spelling]), COLUMNS)
    known = [texts("年消费额", "多", None, column=2), texts("类", "高", "低", column=3)]
    assert updated(first, known, edge=(1, 4))[0] == first


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "iso-8859-1"])
def test_a_part_in_another_encoding_is_written_as_utf_8_or_refused(encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{sheet_xml()}'
    if encoding == "iso-8859-1":
        xml = xml.replace("客户名称", "name").replace("年消费额", "sum").replace("甲", "a").replace("乙", "b")
    try:
        made, _ = updated(package(xml.encode(encoding)), COLUMNS)
    except CrmtoolError as refused:
        assert (encoding, refused.findings[0].code) == ("gb18030", "broken-xml")
        return
    assert [row[1:] for row in seen(made)][1:] == [row[1:] for row in EXPECTED][1:]


def test_bare_empty_rows_count_as_rows() -> None:
    rows = (
        '<row><c t="str"><v>客户名称</v></c><c t="str"><v>年消费额</v></c></row><row/><row r="3"><c t="str"><v>甲</v></c>'
        '<c r="B3"><v>1</v></c></row><row/><row/><row><c r="A6" t="str"><v>乙</v></c></row>'
    )
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "高", "低")], rows=[3, 6])
    assert seen(made) == [["客户名称", "年消费额", "类"], ["甲", 1, "高"], ["乙", None, "低"]]
    assert [opened(made)[name].value for name in ("C3", "C6")] == ["高", "低"]


def test_a_bare_empty_row_before_a_single_numbered_one_is_none_of_it() -> None:
    rows = '<row/><row r="3"><c r="A3" t="str"><v>甲</v></c></row>'
    made, _ = updated(package(sheet_xml(rows)), [texts("类", "高", column=2)], rows=[3], edge=(1, 2))
    assert opened(made)["B3"].value == "高"


@pytest.mark.parametrize(
    "target", ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", r"worksheets\sheet1.xml"]
)
def test_targets_are_followed_however_they_are_spelt(target: str) -> None:
    parts = package()
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace(b"worksheets/sheet1.xml", target.encode())
    made, _ = updated(parts, [texts("类", "高", "低")])
    assert "高" in contents(made)[SHEET]


def test_names_of_entries_with_backslashes_are_read() -> None:
    parts = {name.replace("xl/worksheets/", "xl\\worksheets\\"): data for name, data in package().items()}
    made, _ = updated(zipped(parts), [texts("类", "高", "低")])
    found = contents(made)
    assert len(found) == len(parts)
    assert any("高" in text for name, text in found.items() if "sheet1" in name)


def test_stored_entries_and_data_descriptors_are_read_and_copied() -> None:
    class Unseekable(io.RawIOBase):
        def __init__(self) -> None:
            self.made = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.made += bytes(data)
            return len(data)

    target = Unseekable()
    with zipfile.ZipFile(target, "w") as archive:
        for index, (name, data) in enumerate(package().items()):
            archive.writestr(name, data, zipfile.ZIP_STORED if index % 2 else zipfile.ZIP_DEFLATED)
    assert struct.unpack_from("<H", target.made, 6)[0] & 8
    made, _ = updated(target.made, COLUMNS)
    assert seen(made) == EXPECTED


def test_a_workbook_without_styles_gets_some() -> None:
    made, _ = updated(package(re.sub(r' s="\d"', "", sheet_xml()), styles=None), COLUMNS)
    assert seen(made) == EXPECTED
    assert opened(made)["D2"].number_format == r"yyyy\-mm\-dd"
    first = contents(made)
    assert 'PartName="/xl/styles.xml"' in first["[Content_Types].xml"]
    assert "relationships/styles" in first["xl/_rels/workbook.xml.rels"]


def test_styles_with_a_prefix_get_more_with_that_prefix() -> None:
    from ledger_packages import STYLES

    styles = re.sub(r"<(/?)(\w)", r"<\1x:\2", STYLES).replace("xmlns=", "xmlns:x=")
    made, _ = updated(package(styles=styles), COLUMNS)
    assert '<x:numFmt numFmtId="171"' in contents(made)["xl/styles.xml"]
    assert seen(made) == EXPECTED


def test_a_workbook_with_macros_keeps_them_byte_for_byte() -> None:
    parts = package(parts={"xl/vbaProject.bin": bytes(range(256)) * 9})
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    made, _ = updated(parts, [texts("类", "高", "低")])
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.read("xl/vbaProject.bin") == parts["xl/vbaProject.bin"]
        assert "macroEnabled" in archive.read("[Content_Types].xml").decode()


def test_several_sheets_are_updated_at_once() -> None:
    from small_packages import OFFICE

    parts = package(
        sheets='<sheet name="客户" sheetId="1" r:id="rId1"/><sheet name="乙区" sheetId="2" r:id="rId5"/>',
        relations=f'<Relationship Id="rId5" Type="{OFFICE}/worksheet" Target="worksheets/sheet2.xml"/>',
        parts={"xl/worksheets/sheet2.xml": sheet_xml()},
    )
    rows = pa.array([2, 3], pa.int32())
    asked = [
        SheetUpdate("乙区", (1,), 1, 2, rows, [texts("类", "c", "d")]),
        SheetUpdate("客户", (1,), 1, 2, rows, [texts("类", "a", "b")]),
    ]
    out = io.BytesIO()
    report = update(zipped(parts), asked, out, created=DAY)
    cells = [
        [opened(out.getvalue(), sheet)[name].value for name in ("C2", "C3")] for sheet in ("客户", "乙区")
    ]
    assert cells == [["a", "b"], ["c", "d"]]
    assert report.written == 4 and set(report.columns) == {"客户", "乙区"}


def test_two_workbooks_of_the_same_cells_get_the_same_bytes_in_each_run() -> None:
    made = {updated(package(), COLUMNS)[0] for _ in range(3)}
    assert len(made) == 1


def big_rows(count: int) -> str:
    """Return rows that differ in what they hold, some closed at once, some without numbers on their cells."""
    kinds = (
        '<row r="{0}"><c r="A{0}" t="str"><v>甲{0}</v></c><c r="B{0}" s="2"><v>{0}</v></c></row>',
        '<row r="{0}" ht="20"><c t="str"><v>乙{0}</v></c><c><v>{0}</v></c></row>',
        '<row r="{0}"><c r="A{0}" t="str"><v>丙{0}</v></c></row><row r="{1}"/>',
    )
    return (
        ROWS.partition("</row>")[0]
        + "</row>"
        + "".join(kinds[(number // 2) % 3].format(number, number + 1) for number in range(2, 2 * count, 2))
    )


@given(st.integers(1, 400), st.integers(1, 300), st.sampled_from([0, 1, 50, 700]))
def test_pieces_of_any_size_give_the_same_rows(count: int, size: int, block: int) -> None:
    xml = sheet_xml(big_rows(count), after='<autoFilter ref="A1:B9"/>').encode()

    def pieces() -> Iterator[bytes]:
        return (xml[at : at + size] for at in range(0, len(xml), size))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmtool.files.xlsx.in_place.rowstream.BLOCK_BYTES", block)
        stream = RowStream(pieces(), SHEET)
        blocks = list(stream.blocks())
    assert stream.head + b"".join(blocks) + stream.tail == xml
    assert stream.tail.startswith(b"</sheetData>")
    assert all(each.endswith(b"</row>") for each in blocks[:-1])


@given(st.integers(1, 60), st.integers(20, 900))
def test_blocks_of_any_size_give_the_same_workbook(count: int, block: int) -> None:
    rows = list(range(2, 2 * count, 2))
    column = texts("类", *[f"第{row}行" for row in rows])
    parts = package(sheet_xml(big_rows(count)))
    whole, report = updated(parts, [column], rows=rows)

    def small(self: Package, name: str) -> Iterator[bytes]:
        content = b"".join(chunks(self, name))
        return (content[at : at + block] for at in range(0, len(content), block))

    chunks = Package.chunks
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmtool.files.xlsx.in_place.rowstream.BLOCK_BYTES", block)
        patch.setattr(Package, "chunks", small)
        cut, cut_report = updated(parts, [column], rows=rows)
    assert cut == whole
    assert (cut_report.written, cut_report.sheet_rows) == (report.written, report.sheet_rows)
    sheet = opened(whole)
    assert [sheet.cell(row, 3).value for row in rows] == [f"第{row}行" for row in rows]


@given(st.integers(1, 80))
def test_loose_spellings_are_found_wherever_the_pieces_are_cut(size: int) -> None:
    for loose in (
        sheet_xml().replace('r="B3"', "r='B3'"),
        sheet_xml().replace("</row>", "</row><!-- a -->", 1),
    ):
        data = loose.encode()
        with pytest.raises(OddSpelling):
            list(checked((data[at : at + size] for at in range(0, len(data), size)), "", SHEET))
    data = sheet_xml().encode()
    assert b"".join(checked((data[at : at + size] for at in range(0, len(data), size)), "", SHEET)) == data


def test_a_sheet_of_several_blocks_is_written_throughout() -> None:
    rows = list(range(2, 60_002))
    xml = "".join(
        f'<row r="{row}"><c r="A{row}" t="str"><v>客户{row}</v></c><c r="B{row}" s="2"><v>{row * 7919}</v></c></row>'
        for row in rows
    )
    assert len(xml) > 5 << 20
    column = texts("类", *[f"{row}" for row in rows])
    made, report = updated(
        package(sheet_xml(ROWS.partition("</row>")[0] + "</row>" + xml)), [column], rows=rows
    )
    found = re.findall(r'<c r="C(\d+)" s="\d+" t="inlineStr"><is><t>(\d+)</t>', contents(made)[SHEET])
    assert found == [(str(row), str(row)) for row in rows]
    assert report.sheet_rows == {SHEET: 60_001}


def refused(data: bytes, name: str = "台账.xlsx") -> str:
    """Return the code with which a workbook is refused before anything is asked of it."""
    with pytest.raises(CrmtoolError) as caught:
        refuse_unwritable(data, name)
    return caught.value.findings[0].code


def test_encrypted_workbooks_are_refused() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    assert refused(ole + "EncryptedPackage\0".encode("utf-16-le")) == "update-refused-encrypted"


def test_signed_workbooks_are_refused() -> None:
    assert refused(zipped(package(parts={"_xmlsignatures/sig1.xml": "<a/>"}))) == "update-refused-signed"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook\0".encode("utf-16-le"), "xls"),
        ("客户,年消费额\n甲,1\n".encode(), "csv"),
        (
            zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}),
            "ods",
        ),
        (zipped({**package(), "xl/workbook.bin": b"\0"}), "xlsb"),
    ],
)
def test_other_kinds_of_files_are_refused(data: bytes, kind: str) -> None:
    assert refused(data, f"台账.{kind}") == "update-refused-kind"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [SHEET, SHEET.upper(), SHEET.replace("/", "\\"), "/" + SHEET])
def test_two_parts_of_one_name_are_refused(name: str) -> None:
    target = io.BytesIO(zipped(package()))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, sheet_xml())
    assert refused(target.getvalue()) == "update-refused-duplicates"


@pytest.mark.parametrize(
    "xml",
    [
        "<worksheet/>",
        sheet_xml()[:-30],
        sheet_xml().replace("</sheetData>", ""),
        sheet_xml().replace("<sheetData>", "<sheetData></row>"),
        sheet_xml("<row </row>"),
    ],
)
def test_a_sheet_that_is_cut_off_or_odd_is_refused(xml: str) -> None:
    with pytest.raises(CrmtoolError) as caught:
        updated(package(xml), COLUMNS)
    assert caught.value.findings[0].code in ("update-odd-sheet", "broken-xml")


@pytest.mark.parametrize("number", ["", "x", "-2", "２", "9" * 5000])
def test_a_row_whose_number_is_none_is_refused(number: str) -> None:
    with pytest.raises(CrmtoolError) as caught:
        updated(package(sheet_xml(ROWS.replace('r="2"', f'r="{number}"', 1))), COLUMNS)
    assert caught.value.findings[0].code == "update-odd-sheet"


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 5000])
def test_other_numbers_that_are_none_do_no_harm(number: str) -> None:
    from ledger_packages import STYLES

    sheet = sheet_xml(ROWS.replace('s="2"', f's="{number}"').replace('spans="1:2"', f'spans="1:{number}"'))
    styles = STYLES.replace('numFmtId="49"', f'numFmtId="{number}"').replace(
        'numFmtId="170"', f'numFmtId="{number}"'
    )
    out, _ = updated(package(sheet, styles=styles), [texts("类", "高", "低")])
    assert '<c r="C2" s="0" t="inlineStr"><is><t>高</t></is></c>' in contents(out)[SHEET]


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 5000])
def test_a_sheet_whose_id_is_none_is_refused(number: str) -> None:
    sheets = f'<sheet name="客户" sheetId="{number}" r:id="rId1"/>'
    assert refused(zipped(package(sheets=sheets))) == "broken-xml"


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    data = sheet_xml(before='<dimension ref="A1:B3"/>').encode().replace(b'"A1:B3"', b'"A1:\xfc3"')
    with_bytes = zipped(package(data))
    out = updated(with_bytes, [texts("类", "高", "低")])[0]
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert b'<dimension ref="A1:\xfc3"/>' in archive.read(SHEET)

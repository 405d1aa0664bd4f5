"""The fast reader reads a cell as Excel shows it, or leaves the sheet to the slower reader; it never guesses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sheet_xml import cells_of, chunks_of, moment, read_xml, sheet_xml
from small_packages import build_package, write_package

from crmtool.errors import InputError
from crmtool.files.book import open_book
from crmtool.files.sheetdata.plain import NotPlain
from crmtool.files.sheetdata.source import WorksheetSource

NO_VALUE = ("error", "no-value")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1"><v>12</v></c>', 12.0),
        ('<c r="A1" t="n"><v>-12.50</v></c>', -12.5),
        ('<c r="A1"><v>12345678</v></c>', 12345678.0),
        ('<c r="A1"><v>123456789</v></c>', 123456789.0),
        ('<c r="A1"><v>1.5E-3</v></c>', 0.0015),
        ('<c r="A1"><v>0.30000000000000004</v></c>', 0.3),
        ('<c r="A1"><v>999999999999999</v></c>', 999999999999999.0),
        ('<c r="A1"><v>1234567890123456</v></c>', "1234567890123456"),
        ('<c r="A1"><v>-110101199001011234</v></c>', "-110101199001011234"),
        ('<c r="A1"><v> 1&#50;\n</v></c>', 12.0),
        ('<c r="A1"><v>NaN</v></c>', ("error", "#NUM!")),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1"/>', None),
        ("<c/>", None),
        ('<c r="A1" s="1"></c>', None),
        ('<c r="A1" t="s"><v>0</v></c>', "零"),
        ('<c r="A1" t="s"><v></v></c>', None),
        ('<c r="A1" t="str"><v>a&lt;b&amp;&#20013;&#x6587;</v></c>', "a<b&中文"),
        ('<c r="A1" t="str"><v> a </v></c>', " a "),
        ('<c r="A1" t="str"><v>x\r\ny\rz</v></c>', "x\ny\nz"),
        ('<c r="A1" t="str"><v>x_x000D_y_x005F_x000D_</v></c>', "x\ry_x000D_"),
        ('<c r="A1" t="str"><v><![CDATA[a<b>&c]]></v></c>', "a<b>&c"),
        ('<c r="A1" t="str"><v>a<!-- <row> -->b</v></c>', "ab"),
        ('<c r="A1" t="str"><v xml:space="preserve"> a</v></c>', " a"),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', None),
        ('<c r="A1" t="str"><f>""</f></c>', None),
        ('<c r="A1" t="inlineStr"><is><t> a b\n</t></is></c>', "a b"),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a b\n</t></is></c>', " a b\n"),
        ('<c r="A1" t="inlineStr"><is><t/></is></c>', None),
        ('<c r="A1" t="inlineStr"><is/></c>', None),
        (
            '<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>a&amp;</t></r><r><t xml:space="preserve"> b</t></r>'
            '<rPh sb="0" eb="1"><t>X</t></rPh><phoneticPr fontId="1"/></is></c>',
            "a& b",
        ),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', ("error", "#N/A")),
        ('<c r="A1" t="e"><v>#SPILL!</v></c>', ("error", "#SPILL!")),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ("error", "#DIV/0!")),
        ('<c r="A1" t="e"><f>A2</f></c>', NO_VALUE),
        ('<c r="A1"><f>SUM(B1)</f></c>', NO_VALUE),
        ('<c r="A1"><f>SUM(B1)</f><v></v></c>', NO_VALUE),
        ('<c r="A1"><f t="shared" si="0"/></c>', NO_VALUE),
        ('<c r="A1"><f t="shared" si="0"/><v>5</v></c>', 5.0),
        ('<c r="A1"><f>IF(B1>0,1,2)</f><v>1</v></c>', 1.0),
        ('<c r="A1"><v>1</v><f>1</f></c>', 1.0),
        ('<c r="A1"><v>1</v><f t="shared" si="0"/></c>', 1.0),
        ('<c r="A1"><v>1</v><extLst><ext uri="x"><y:z/></ext></extLst></c>', 1.0),
        ('<c r="A1" t="s"><f>A2</f></c>', NO_VALUE),
        ('<c r="A1" s="1"><v>45309</v></c>', moment("2024-01-18")),
        ('<c r="A1" s="1"><v>45309.75</v></c>', moment("2024-01-18T18:00:00")),
        ('<c r="A1" s="1"><v>1</v></c>', moment("1900-01-01")),
        ('<c r="A1" s="1"><v>61</v></c>', moment("1900-03-01")),
        ('<c r="A1" s="1"><v>2958465</v></c>', moment("9999-12-31")),
        ('<c r="A1" s="1"><v>2958466</v></c>', 2958466.0),
        # Excel shows ##### for a negative date; the number is what is there.
        ('<c r="A1" s="1"><v>-1</v></c>', -1.0),
        ('<c r="A1" s="1"><v>0.5</v></c>', "12:00:00"),
        ('<c r="A1" s="2"><v>1.5</v></c>', "36:00:00"),
        ('<c r="A1" t="d"><v>2021-01-02</v></c>', moment("2021-01-02")),
        ('<c r="A1" t="d"><v>2021-01-02T03:04:05.5</v></c>', moment("2021-01-02T03:04:05.5")),
        ('<c r="A1" t="d"><v>03:04:05</v></c>', "03:04:05"),
        ('<c r="A1" t="d"><v>明天</v></c>', "明天"),
        ('<c t="str" s="1" r="A1"><v>1</v></c>', "1"),
        ("<c r='A1' t='s' ><v>1</v></c>", "one"),
        ('<c\n r = "A1"\tt="s"\n><v>1</v></c >', "one"),
        ('<c r="a1"><v>1</v></c>', 1.0),
        ('<c r="A1" cm="1" vm="2"><v>1</v></c>', 1.0),
        ('<c r="A1" s="1" t="s" ph="1"/>', None),
    ],
)
def test_a_cell_is_what_excel_shows(cell: str, expected: object) -> None:
    sheet = read_xml(sheet_xml(f'<row r="1">{cell}</row>'))
    assert cells_of(sheet) == ({(1, 1): expected} if expected is not None else {})


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="s"><v>4</v></c>',
        '<c r="A1" t="s"><v>1x</v></c>',
        '<c r="A1" t="s"><v>100000000000</v></c>',
        '<c r="A1" t="s"><is><t>x</t></is></c>',
        '<c r="A1" t="inlineStr"><v>x</v></c>',
        '<c r="A1" t="b"><v>2</v></c>',
        '<c r="A1" t="b"><is><t>x</t></is></c>',
        '<c r="A1" t="e"><v>oops</v></c>',
        '<c r="A1" t="x"><v>2</v></c>',
        '<c r="A1"><v>1,5</v></c>',
        '<c r="A1"><v>0x10</v></c>',
        '<c r="A1"><v>一</v></c>',
        '<c r="A1" s="one"><v>1</v></c>',
        '<c r="A1" r="B1"><v>1</v></c>',
        '<c r="A1" s="1" s="2"><v>1</v></c>',
        '<c r="A1" s=1><v>1</v></c>',
        '<c r="A1"s="1"><v>1</v></c>',
        '<c r="A0"><v>1</v></c>',
        '<c r="ABCD1"><v>1</v></c>',
        '<c r="XFE1"><v>1</v></c>',
        '<c r="A1048577"><v>1</v></c>',
        '<c r="A1"><v>1</v><v>2</v></c>',
        '<c r="A1"><v>1<b/></v></c>',
        '<c r="A1">1<v>1</v></c>',
        '<c r="A1"><v>1</v>1</c>',
        '<c r="A1"><v>1</v></c>1',
        '<c r="A1"><v>1</V></c>',
        '<c r="A1"><v>1</v>',
        '<c r="A1"><v>1</c>',
        '<c r="A1"/><v>1</v></c>',
        '<c r="A1"><f>1<v>1</v></c>',
        '<col r="A1"><v>1</v></c>',
        '<c r="A1" t="str"><v>a & b</v></c>',
        '<c r="A1" t="str"><v>&nbsp;</v></c>',
        '<c r="A1" t="str"><v>&#0;</v></c>',
        '<c r="A1" t="inlineStr"><is><t>x<b/></t></is></c>',
        '<c r="A1" t="inlineStr"><is><r><t>x</r></t></is></c>',
        '<x:c xmlns:x="y" r="A1"><x:v>1</x:v></x:c>',
    ],
)
def test_what_is_not_certain_is_left_to_the_slower_reader(cell: str) -> None:
    with pytest.raises(NotPlain):
        read_xml(sheet_xml(f'<row r="1">{cell}</row>'))


@pytest.mark.parametrize(
    "sheet",
    [
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>',
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>',
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet><x>',
        b'<worksheet><a><sheetData><row r="1"/></sheetData></worksheet>',
        b'<worksheet><!-- <sheetData> --><row r="1"/></worksheet>',
        b'<worksheet><sheetData><row r="1"></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="0"/></sheetData></worksheet>',
        b'<worksheet><sheetData><rowX r="1"/></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"/>x<row r="2"/></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><row r="2"/></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"/></sheetData><sheetData><row r="2"><c><v>1</v></c></row></sheetData></worksheet>',
        b'<?xml version="1.0" encoding="GBK"?><worksheet><sheetData/></worksheet>',
        '<worksheet><sheetData><row r="1"/></sheetData></worksheet>'.encode("utf-16"),
        b'<worksheet><sheetData><row r="1"><c t="str"><v>\xff</v></c></row></sheetData></worksheet>',
        b"<worksheet/>",
        b"",
    ],
)
def test_a_part_that_is_not_whole_is_left_to_the_slower_reader(sheet: bytes) -> None:
    with pytest.raises(NotPlain):
        read_xml(sheet)


def test_cells_and_rows_without_a_place_come_after_the_last_one() -> None:
    sheet = read_xml(
        sheet_xml(
            '<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row/><row><c t="s"><v>0</v></c></row>'
            '<row r="9" hidden="1"/><row hidden="true"><c r="B10"/><c><v>4</v></c></row>'
        )
    )
    assert cells_of(sheet) == {(1, 1): 1.0, (1, 4): 2.0, (1, 5): 3.0, (3, 1): "零", (10, 3): 4.0}
    assert sheet.hidden_rows == {9, 10}


def test_order_does_not_matter_and_the_later_of_two_cells_counts() -> None:
    sheet = read_xml(
        sheet_xml(
            '<row r="5"><c r="B5"><v>1</v></c><c r="A5"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
            '<row r="5"><c r="B5" t="s"><v>0</v></c><c r="C7"><v>4</v></c></row>'
        )
    )
    assert cells_of(sheet) == {(2, 1): 3.0, (5, 1): 2.0, (5, 2): "零", (7, 3): 4.0}


@pytest.mark.parametrize("size", [7, 64, 1000, 100_000])
def test_the_cut_of_the_chunks_does_not_matter(size: int) -> None:
    rows = "".join(
        f'<row r="{n}" spans="1:2" ht="15.{n}"><c r="A{n}" s="{n % 3}"><v>{n}</v></c>'
        f'<c r="AB{n}" t="inlineStr"><is><t>第{n}号</t></is></c></row>'
        for n in range(98, 1100)
    )
    tail = '<mergeCells><mergeCell ref="A1:B2"/></mergeCells><rowBreaks><brk id="1"/></rowBreaks>'
    sheet = read_xml(chunks_of(sheet_xml(rows, tail=tail), size))
    table = sheet.table
    assert (table.rows, table.columns) == (1099, 28)
    texts = table.column(28, 1, 1099).text.to_pylist()
    assert texts == [None] * 97 + [f"第{n}号" for n in range(98, 1100)]
    assert table.column(1, 500, 502).number.to_pylist()[1 if 501 % 3 == 0 else 0] in (500.0, 501.0)
    assert [(area.top, area.left, area.bottom, area.right) for area in sheet.merged] == [(1, 1, 2, 2)]


def test_a_prefix_and_a_bom_change_nothing() -> None:
    rows = '<x:row r="1"><x:c r="A1" t="s"><x:v>1</x:v></x:c><x:c r="B1"><x:f>1</x:f></x:c></x:row>'
    assert cells_of(read_xml(sheet_xml(rows, prefix="x:"))) == {(1, 1): "one", (1, 2): NO_VALUE}
    assert cells_of(read_xml(b"\xef\xbb\xbf" + sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))) == {
        (1, 1): 1.0
    }


def test_blank_text_reaches_as_far_as_any_other() -> None:
    table = read_xml(sheet_xml('<row r="2"><c r="C2" t="str"><v> </v></c></row>')).table
    assert (table.rows, table.columns) == (2, 3)
    assert table.column(3, 1, 2).text is None


def test_a_wide_sheet_and_a_diagonal_are_read() -> None:
    from crmtool.sheets import cell_name

    wide = "".join(f'<c r="{cell_name(1, column)}"><v>{column}</v></c>' for column in range(1, 16_385))
    table = read_xml(sheet_xml(f'<row r="1">{wide}</row>')).table
    assert [table.column(c, 1, 1).number.to_pylist() for c in (1, 26, 27, 702, 703, 16_384)] == [
        [1.0], [26.0], [27.0], [702.0], [703.0], [16_384.0]
    ]  # fmt: skip
    diagonal = "".join(f'<row r="{n}"><c r="{cell_name(n, n)}"><v>{n}</v></c></row>' for n in range(1, 3_001))
    table = read_xml(sheet_xml(diagonal)).table
    assert table.column(3_000, 2_999, 3_000).number.to_pylist() == [None, 3000.0]


def test_more_kinds_of_attributes_than_the_table_of_spans_has_places() -> None:
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" cm="{n}" t="s"><v>{n % 3}</v></c></row>' for n in range(1, 9_001)
    )
    table = read_xml(sheet_xml(cells), shared=("a", "b", "c")).table
    assert table.column(1, 1, 9_000).text.to_pylist() == ["abc"[n % 3] for n in range(1, 9_001)]


def test_a_plain_workbook_needs_no_other_reader(tmp_path: Path) -> None:
    path = write_package(tmp_path, '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    assert [type(source) for source in open_book(path).sources] == [WorksheetSource]
    script = (
        "import sys; from pathlib import Path; from crmtool.files.book import open_book; "
        "open_book(Path(sys.argv[1])); print('python_calamine' in sys.modules)"
    )
    environment = {"PYTHONPATH": ":".join(sys.path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "False"


def test_one_odd_sheet_sends_only_itself_to_the_slower_reader(tmp_path: Path) -> None:
    import io
    import zipfile

    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        for name in ("甲", "乙", "丙"):
            made.add_worksheet(name).write_row(0, 0, [name, 1])
    target = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            data = source.read(name)
            odd = data.replace(b'<c r="B1"><v>1</v>', b'<c r="B1"><v>abc</v>')
            changed.writestr(name, odd if name.endswith("sheet2.xml") else data)
    path.write_bytes(target.getvalue())
    book = open_book(path)
    assert [type(source) is WorksheetSource for source in book.sources] == [True, False, True]
    assert [list(peek.cells[0]) for peek in book.peeks] == [["甲", 1.0], ["乙", "abc"], ["丙", 1.0]]


def test_shared_texts_in_every_spelling_are_the_same(tmp_path: Path) -> None:
    sheet = "".join(f'<row r="{n + 1}"><c r="A{n + 1}" t="s"><v>{n}</v></c></row>' for n in range(5))
    plain = (
        "<sst{ns}><si><t>a&amp;b</t></si><si><t xml:space='preserve'> c </t></si><si/>\n"
        "<si><r><rPr><b/></rPr><t>d</t></r><r><t> e_x000D_</t></r><rPh><t>X</t></rPh></si><si><t>{last}</t></si></sst>"
    )
    from small_packages import MAIN, OFFICE, PACKAGE

    links = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{OFFICE}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>'
    )
    text = plain.format(ns=f' xmlns="{MAIN}"', last="f")
    prefixed = text.replace("</", "</x:").replace("<s", "<x:s").replace("<r", "<x:r").replace("<t", "<x:t")
    prefixed = prefixed.replace("<b/>", "<x:b/>").replace("xmlns=", "xmlns:x=")
    spellings = [
        text.encode(),
        prefixed.encode(),
        text.replace(">f<", "><![CDATA[f]]><").encode(),
        text.replace(">f<", "><!-- <si> -->f<").encode(),
        text.encode("utf-16"),
    ]
    for data in spellings:
        path = tmp_path / "a.xlsx"
        extra = {"xl/sharedStrings.xml": data, "xl/_rels/workbook.xml.rels": links.encode()}
        path.write_bytes(build_package(f"<sheetData>{sheet}</sheetData>", extra=extra))
        book = open_book(path)
        assert type(book.sources[0]) is WorksheetSource
        assert book.read("客户", [1], 1).columns[1].text.to_pylist() == ["a&b", " c ", None, "de\r", "f"]


@pytest.mark.parametrize("styles", [b"<styleSheet>", b'<?xml version="1.0" encoding="UTF-t8"?><styleSheet/>'])
def test_broken_styles_make_no_dates_into_numbers(tmp_path: Path, styles: bytes) -> None:
    from small_packages import OFFICE, PACKAGE

    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, kind, target in ((1, "worksheet", "worksheets/sheet1.xml"), (2, "styles", "styles.xml"))
    )
    rels = f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>'.encode()
    sheet = '<sheetData><row r="1"><c r="A1" s="1"><v>45000</v></c></row></sheetData>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        build_package(sheet, extra={"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": rels})
    )
    try:
        book = open_book(path)
    except InputError as problem:
        assert problem.findings[0].code == "damaged-workbook"
    else:
        assert not any(isinstance(source, WorksheetSource) for source in book.sources)

"""Templates are filled as their markers say, and mistakes in them are told at their cells."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from xlsxwriter.workbook import Workbook as Writer
from xlsxwriter.worksheet import Worksheet as Page

from crmtool.content import Content, OutTable, Scalar, SheetCopy, TableColumn
from crmtool.errors import CrmtoolError, InputError, OutputError, UsageError
from crmtool.files.xlsx import FillReport, Marker, check_workbook, fill, markers
from crmtool.files.xlsx import fill as _fill_function
from crmtool.messages import CATALOG

DAY = dt.date(2023, 10, 31)


def made(*pages: Callable[[Writer, Page], None], names: Sequence[str] = ("表", "二", "三")) -> bytes:
    out = io.BytesIO()
    book = Writer(out, {"in_memory": True})
    sheets = [book.add_worksheet(name) for name, _ in zip(names, pages, strict=False)]
    for sheet, page in zip(sheets, pages, strict=True):
        page(book, sheet)
    book.close()
    return out.getvalue()


def cells(**values: str) -> Callable[[Writer, Page], None]:
    def page(book: Writer, sheet: Page) -> None:
        for name, value in values.items():
            sheet.write_string(name, value)

    return page


def table(title: str, /, **columns: list[object]) -> OutTable:
    return OutTable(title, [TableColumn(key, key, pa.array(values)) for key, values in columns.items()])


def filled(
    template: bytes, scalars: dict[str, Scalar] | None = None, **tables: OutTable
) -> tuple[bytes, FillReport]:
    return put(template, Content(tables, scalars or {}))


def put(template: bytes, content: Content) -> tuple[bytes, FillReport]:
    out = io.BytesIO()
    report = fill(template, content, out, created=DAY)
    return out.getvalue(), report


def sheet_of(data: bytes, name: str = "表") -> Worksheet:
    found = openpyxl.load_workbook(io.BytesIO(data))[name]
    assert isinstance(found, Worksheet)
    return found


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode("utf-8")


def column_values(data: bytes, column: str = "A", first: int = 1) -> list[object]:
    return [cell.value for cell in sheet_of(data)[column][first - 1 :]]


# --- values ---------------------------------------------------------------------------------------------


def test_texts_keep_their_characters_and_lose_only_what_no_cell_can_hold() -> None:
    texts = ["<a&b>", " 前后 ", "两\n行", "=1+1", "+86 138", "-", "@x", 'q"q', None, ""]
    data, report = filled(made(cells(A1="{{t.a}}")), t=table("t", a=[*texts, "响\x07铃", "\ufffe"]))
    assert column_values(data)[:8] == ["<a&b>", " 前后 ", "两\n行", "=1+1", "+86 138", "-", "@x", 'q"q']
    assert column_values(data)[8:] == [None, None, "响铃", None]
    assert all(cell.data_type != "f" for cell in sheet_of(data)["A"])
    (finding,) = report.findings
    assert (finding.code, finding.sheet, finding.cell, finding.count) == ("text-cleaned", "表", "A11", 2)


def test_a_text_that_looks_like_a_character_code_is_escaped() -> None:
    data, _ = filled(
        made(cells(A1="{{t.a}}", B1="{{b}}")), {"b": "_x0007_"}, t=table("t", a=["_x000D_", "_x"])
    )
    assert re.findall(r"<t>([^<]*)</t>", part(data)) == [
        "_x005F_x000D_",
        "_x005F_x0007_",
        "_x",
        "_x005F_x0007_",
    ]


def test_a_lone_surrogate_is_taken_out() -> None:
    raw = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\x05\0\0\0"), pa.py_buffer(b"a\xed\xa0\x80b")]
    )
    data, report = filled(made(cells(A1="{{t.a}}")), t=OutTable("t", [TableColumn("a", "a", raw)]))
    assert column_values(data) == ["ab"]
    assert [finding.code for finding in report.findings] == ["text-cleaned"]


def test_a_text_longer_than_a_cell_is_cut_between_characters() -> None:
    long = "x" * 32_766 + "😀" + "y"
    data, report = filled(made(cells(A1="{{t.a}}")), t=table("t", a=["ok", long]))
    assert column_values(data) == ["ok", "x" * 32_766]
    assert [(f.code, f.cell) for f in report.findings] == [("text-truncated", "A2")]


def test_numbers_are_written_exactly_and_what_is_no_number_is_empty() -> None:
    numbers = [0.1, 1 / 3, 1e21, 5e-324, -0.5, 123456789012345.6, math.nan, math.inf, None, 15.0]
    data, _ = filled(made(cells(A1="{{t.a}}")), t=table("t", a=numbers))
    written = re.findall(r"<c r=\"A(\d+)\"(?:/>|><v>([^<]*)</v>)", part(data))
    assert [float(text) if text else None for _, text in written] == [
        *numbers[:6],
        None,
        None,
        None,
        15.0,
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_every_number_reads_back_as_itself(numbers: list[float]) -> None:
    data, _ = filled(made(cells(A1="{{t.a}}")), t=OutTable("t", [TableColumn("a", "a", pa.array(numbers))]))
    assert [float(text) for text in re.findall(r"<v>([^<]*)</v>", part(data))] == numbers


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=20))
def test_every_text_that_a_cell_can_hold_reads_back_as_itself(texts: list[str]) -> None:
    data, _ = filled(made(cells(A1="{{t.a}}")), t=OutTable("t", [TableColumn("a", "a", pa.array(texts))]))
    unfit = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
    expected = [unfit.sub("", text).replace("\r\n", "\n").replace("\r", "\n") or None for text in texts]
    # openpyxl leaves `_x005F_` in inline strings, which Excel reads as the underscore of what looks like a code.
    read = [text and re.sub("_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", text) for text in column_values(data)]
    assert read == expected


def test_what_looks_like_a_character_code_is_told_from_one() -> None:
    data, _ = filled(
        made(cells(A1="{{t.a}}")), t=OutTable("t", [TableColumn("a", "a", pa.array(["_x0041_"]))])
    )
    assert ">_x005F_x0041_<" in part(data)


def test_dates_are_serials_of_the_workbooks_date_system() -> None:
    days = [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), DAY, None, dt.date(1899, 12, 31)]
    data, report = filled(made(cells(A1="{{t.a}}", B20="{{day}}")), {"day": DAY}, t=table("t", a=days))
    assert re.findall(r"<v>(\d+)</v>", part(data)) == ["1", "59", "61", "45230", "45230"]
    assert [(f.code, f.cell) for f in report.findings] == [("date-before-calendar", "A6")]

    def since_1904(book: Writer, sheet: Page) -> None:
        book.date_1904 = True
        sheet.write_string("A1", "{{t.a}}")

    data, _ = filled(made(since_1904), t=table("t", a=[dt.date(1904, 1, 2), DAY]))
    assert re.findall(r"<v>(\d+)</v>", part(data)) == ["1", "43768"]


def test_columns_of_every_arrow_kind_and_in_chunks_are_written() -> None:
    long = pa.chunked_array([["a", None], [], ["b"]], pa.large_string())
    coded = pa.array(["x", "y", "x"]).dictionary_encode()
    chunks = pa.chunked_array([pa.array([1], pa.int64()), pa.array([None, 3], pa.int64())])
    columns = [TableColumn(key, key, each) for key, each in (("a", long), ("b", coded), ("c", chunks))]
    data, _ = filled(made(cells(A1="{{t.a}}", B1="{{t.b}}", C1="{{t.c}}")), t=OutTable("t", columns))
    assert [[c.value for c in row] for row in sheet_of(data)] == [
        ["a", "x", 1],
        [None, "y", None],
        ["b", "x", 3],
    ]


def test_many_chunks_join_without_a_seam() -> None:
    count = 10_000
    data, report = filled(made(cells(A3="{{t.a}}", A4="完")), t=table("t", a=list(range(count))))
    assert column_values(data, first=3) == [*range(count), "完"]
    assert report.sheet_rows == {"xl/worksheets/sheet1.xml": count + 1}


def test_progress_is_told_for_each_chunk() -> None:
    steps: list[tuple[str, int, int]] = []
    content = Content({"t": table("t", a=list(range(20_000)))})
    _fill_function(
        made(cells(A1="{{t.a}}")), content, io.BytesIO(), created=DAY, progress=lambda *s: steps.append(s)
    )
    assert steps == [("表", 16_384, 20_000), ("表", 20_000, 20_000)]


# --- links ----------------------------------------------------------------------------------------------


def linked(links: list[str | None]) -> OutTable:
    texts = pa.array([str(number) for number in range(len(links))])
    return OutTable("t", [TableColumn("a", "甲", texts, links=pa.array(links, pa.string()))])


def test_links_lead_into_the_workbook_and_to_other_files() -> None:
    targets = ["#客户!C12", "#RFM 明细!A1", "台账 1.xlsx#客户!C3", None, "台账 1.xlsx#二!A1"]
    data, _ = filled(made(cells(B2="{{t.a}}")), t=linked(targets))
    sheet = sheet_of(data)
    assert [sheet[f"B{row}"].hyperlink.location for row in (2, 3, 4, 6)] == [
        "客户!C12",
        "'RFM 明细'!A1",
        "客户!C3",
        "二!A1",
    ]
    assert [sheet[f"B{row}"].hyperlink.target for row in (2, 4, 6)] == [
        None,
        "台账%201.xlsx",
        "台账%201.xlsx",
    ]
    assert sheet["B5"].hyperlink is None
    assert part(data, "xl/worksheets/_rels/sheet1.xml.rels").count("Relationship ") == 1


def test_links_end_at_the_limit_of_a_sheet_with_a_finding() -> None:
    data, report = filled(made(cells(A1="{{t.a}}")), t=linked(["#表!A1"] * 65_540))
    assert part(data).count("<hyperlink ") == 65_530
    assert [(f.code, f.cell, f.count) for f in report.findings] == [("links-capped", "A65531", 10)]


# --- sheets ---------------------------------------------------------------------------------------------


def _with_table_and_chart(book: Writer, sheet: Page) -> None:
    sheet.write_string("A1", "{{owner}}")
    sheet.add_table("A3:B4", {"name": "表格", "columns": [{"header": "名"}, {"header": "额"}]})
    sheet.write_row("A4", ["{{t.name}}", "{{t.amount}}"])
    sheet.write_formula("D1", "=SUM(表格[额])+SUM(B4:B4)+SUM(表!B4:B4)")
    sheet.write_comment("A3", "批注")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=表!$B$4:$B$4"})
    sheet.insert_chart("F3", chart)
    sheet.print_area("A1:B4")


def _pointing(book: Writer, sheet: Page) -> None:
    sheet.write_formula("A1", "=SUM(表!B4:B4)")
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=表!$B$4:$B$4"})
    sheet.insert_chart("C3", chart)
    book.define_name("额", "=表!$B$4:$B$4")


def test_a_sheet_is_copied_with_its_own_table_chart_comments_and_names(
    convert: Callable[[Sequence[Path], str], list[Path]], tmp_path: Path
) -> None:
    copies = [
        SheetCopy(name, {"t": table("t", name=["x"] * rows, amount=[1.0] * rows)}, {"owner": name})
        for name, rows in (("张三", 1), ("李 四", 3), ("王五", 2))
    ]
    template = made(_with_table_and_chart, _pointing)
    data, report = put(template, Content({}, {}, copies={"表": copies}))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["张三", "李 四", "王五", "二"]
    assert report.rows == {"张三": 1, "李 四": 3, "王五": 2, "二": 0}
    names = {name: list(book[name].tables.items()) for name in book.sheetnames}
    assert names == {
        "张三": [("表格", "A3:B4")],
        "李 四": [("表格_2", "A3:B6")],
        "王五": [("表格_3", "A3:B5")],
        "二": [],
    }
    assert book["李 四"]["D1"].value == "=SUM(表格_2[额])+SUM(B4:B6)+SUM('李 四'!B4:B6)"
    assert book["王五"]["A1"].value == "王五" and book["王五"]["A3"].comment.text == "批注"
    assert book["二"]["A1"].value == "=SUM(张三!B4:B4)"
    assert [book[name].print_area for name in ("张三", "李 四")] == ["'张三'!$A$1:$B$4", "'李 四'!$A$1:$B$6"]
    charts = sorted(name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "charts/chart" in name)
    formulas = [re.findall(r"<c:f>([^<]*)<", part(data, name)) for name in charts]
    assert sorted(formulas) == [
        ["'李 四'!$B$4:$B$6"],
        ["张三!$B$4:$B$4"],
        ["张三!$B$4:$B$4"],
        ["王五!$B$4:$B$5"],
    ]
    ids = re.findall(r'sheetId="(\d+)"', part(data, "xl/workbook.xml"))
    assert len(set(ids)) == 4
    path = tmp_path / "copies.xlsx"
    path.write_bytes(data)
    check_workbook(path, report.sheet_rows)
    (converted,) = convert([path], "xlsx")
    assert openpyxl.load_workbook(converted, data_only=True)["李 四"]["D1"].value == 9


def test_a_sheet_left_out_takes_its_parts_names_and_charts_with_it(
    convert: Callable[[Sequence[Path], str], list[Path]], tmp_path: Path
) -> None:
    template = made(_with_table_and_chart, _pointing, cells(A1="{{day}}"))
    data, _ = put(template, Content({}, {"day": DAY}, omit=frozenset({"表", "没有的表"})))
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["二", "三"]
    assert book["二"]["A1"].value == "=SUM(#REF!)"
    assert not book.defined_names
    assert not [name for name in names if re.search("tables|comments|chart|vml|sheet1", name)]
    types = part(data, "[Content_Types].xml")
    for target in re.findall(r'PartName="/([^"]+)"', types):
        assert target in names
    assert "<xdr:twoCellAnchor" not in part(data, "xl/drawings/drawing2.xml")
    assert part(data, "xl/worksheets/sheet2.xml").count('tabSelected="1"') == 1
    assert "表" not in part(data, "docProps/app.xml")
    path = tmp_path / "omitted.xlsx"
    path.write_bytes(data)
    (converted,) = convert([path], "xlsx")
    assert openpyxl.load_workbook(converted).sheetnames == ["二", "三"]


def test_rows_beyond_a_sheet_go_on_to_further_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmtool.files.xlsx.planning.MAX_ROW", 10)
    template = made(cells(A3="{{t.a}}", A5="完"), cells(A1="x"))
    data, report = filled(template, t=table("t", a=list(range(20))))
    book = openpyxl.load_workbook(io.BytesIO(data))
    # Ten rows less two above, one between and one below leave six for the table.
    assert book.sheetnames == ["表", "表 (2)", "表 (3)", "表 (4)", "二"]
    rows = [[cell.value for cell in book[name]["A"]] for name in book.sheetnames[:4]]
    assert rows[0] == [None, None, 0, 1, 2, 3, 4, 5, None, "完"]
    assert rows[3] == [None, None, 18, 19, None, "完"]
    assert [value for row in rows for value in row if isinstance(value, int)] == list(range(20))
    assert sum(report.rows.values()) == 20


def test_two_tables_on_a_sheet_too_long_for_it_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crmtool.files.xlsx.planning.MAX_ROW", 10)
    with pytest.raises(OutputError) as caught:
        filled(made(cells(A1="{{t.a}}", A2="{{u.a}}")), t=table("t", a=[1] * 20), u=table("u", a=[1]))
    assert caught.value.findings[0].code == "too-many-rows"


def test_untouched_sheets_keep_their_bytes_even_with_merges_and_formulas() -> None:
    def plain(book: Writer, sheet: Page) -> None:
        sheet.merge_range("A1:B2", "并")
        sheet.write_formula("C1", "=LEN(A1)", None, 1)
        sheet.data_validation("A5", {"validate": "list", "source": ["a", "b"]})
        sheet.conditional_format("C1:C5", {"type": "cell", "criteria": ">", "value": 1})

    template = made(cells(A1="{{t.a}}", A2="x"), plain)
    data, _ = filled(template, t=table("t", a=[1, 2, 3]))
    assert part(data, "xl/worksheets/sheet2.xml") == part(template, "xl/worksheets/sheet2.xml")


def _renamed(name: str, part: bytes) -> bytes:
    """Return a part with crmtool in the place of LibreOffice or a relative, as the program that saved the workbook."""
    programs = rb"<Application>(?:LibreOffice|OpenOffice|NeoOffice|Collabora)[^<]*</Application>"
    if name != "docProps/app.xml" or not re.search(programs, part):
        return part
    part = re.sub(programs, b"<Application>crmtool</Application>", part)
    return re.sub(rb"<(\w+)></\1>", rb"<\1/>", part)  # an empty element has two spellings


def test_real_workbooks_come_out_as_they_went_in(shared_data: Path) -> None:
    """Only the properties change, and rows and cells without a reference are given theirs.

    What LibreOffice saved names crmtool as its program, for it did not save what comes out. Where the properties are missing or stand elsewhere, the lists of parts and of relations name the new ones.
    """
    unnumbered = {"cal__minimal_package", "clx__NoReferencesOnRowsOrCells", "clx__row-index-1-based"}
    unnumbered |= {"php__without_cell_reference", "poi__59746_NoRowNums", "poi__InlineString"}
    whole = 0
    for path in sorted((shared_data / "workbooks").rglob("*.xlsx")):
        try:
            data, _ = put(path.read_bytes(), Content({}))
        except InputError:
            continue
        before, after = zipfile.ZipFile(path), zipfile.ZipFile(io.BytesIO(data))
        kept = [name for name in after.namelist() if not re.search("core|psmdcp", name)]
        if path.stem in unnumbered:
            kept = [name for name in kept if "sheet" not in name]
        names, new = (
            {name.replace("\\", "/").casefold() for name in package.namelist()} for package in (before, after)
        )
        assert names ^ new <= {"docprops/core.xml", *(name for name in names if name.endswith("psmdcp"))}
        if names != new:
            kept = [name for name in kept if name not in ("[Content_Types].xml", "_rels/.rels")]
        for name in kept:
            assert after.read(name) == _renamed(name, before.read(name)), (path.name, name)
        whole += 1
    assert whole >= 100


# --- mistakes -------------------------------------------------------------------------------------------

T = table("t", name=["a"], amount=[1.0])
U = table("u", name=["b"])


@pytest.mark.parametrize(
    ("page", "code", "cell", "params"),
    [
        ({"B2": "{{ttle}}"}, "unknown-marker", "B2", {"marker": "ttle", "nearest": "title"}),
        ({"B2": "年 {{x.y}}"}, "unknown-marker", "B2", {"marker": "x.y", "nearest": ""}),
        ({"A3": "{{t.amout}}"}, "unknown-marker", "A3", {"marker": "t.amout", "nearest": "t.amount"}),
        ({"A3": "{{tt.name}}"}, "unknown-marker", "A3", {"marker": "tt.name", "nearest": "t.name"}),
        (
            {"A3": "{{t.name}}", "C3": "{{u.name}}"},
            "two-tables-on-one-row",
            "C3",
            {"first": "t", "second": "u"},
        ),
        ({"A3": "{{t.*}}", "B3": "{{t.*|mony}}"}, "unknown-look", "B3", {"look": "mony"}),
        ({"A3": "{{t.*}}", "C3": "{{t.*|money}}"}, "samples-apart", "C3", {"table": "t"}),
        ({"A3": "{{t.*}}", "B3": "more"}, "columns-not-last", "B3", {"table": "t"}),
        ({"A2": "{{columns:t}}", "B2": "more", "A3": "{{t.*}}"}, "columns-not-last", "B2", {"table": "t"}),
        ({"B2": "{{columns:t}}", "A3": "{{t.*}}"}, "header-without-columns", "B2", {"table": "t"}),
        ({"A3": "{{t.name}}", "B3": "全部 {{t.*}}"}, "misplaced-marker", "B3", {}),
    ],
)
def test_a_wrong_marker_is_told_at_its_cell(
    page: dict[str, str], code: str, cell: str, params: dict[str, str]
) -> None:
    with pytest.raises(UsageError) as caught:
        filled(made(cells(**page)), {"title": "x"}, t=T, u=U)
    found = [finding for finding in caught.value.findings if finding.code == code]
    assert [(finding.sheet, finding.cell) for finding in found] == [("表", cell)]
    assert params.items() <= dict(found[0].params).items()


def test_all_mistakes_are_told_at_once_and_nothing_is_written() -> None:
    out = io.BytesIO()
    with pytest.raises(UsageError) as caught:
        fill(made(cells(A1="{{a}}", B2="{{b}} {{c}}")), Content({}), out, created=DAY)
    assert [finding.cell for finding in caught.value.findings] == ["A1", "B2", "B2"]
    assert out.getvalue() == b""


@pytest.mark.parametrize(
    ("text", "broken", "meant"),
    [
        ("{{title}", ["{{title}"], ["title"]),
        ("{title}}", ["{title}}"], ["title"]),
        ("{{title", ["{{title"], ["title"]),
        ("{title}", ["{title}"], ["title"]),
        ("｛｛title｝｝", ["｛｛title｝｝"], ["title"]),
        ("{{ titel ｝｝", ["{{ titel ｝｝"], ["title"]),
        ("｛｛t.*|money｝｝", ["｛｛t.*|money｝｝"], ["t.*|money"]),
        ("{{title}} 与 {{title}", ["{{title}"], ["title"]),
        ("{{title}} {其他} ｛注｝ {", [], []),
        ('{"a": {"b": 1}}', [], []),
        ("title", [], []),
    ],
)
def test_what_looks_like_a_marker_and_is_none_is_told_at_its_cell(
    text: str, broken: list[str], meant: list[str]
) -> None:
    _, report = filled(made(cells(B2=text, C3="{{title}}")), {"title": "x"}, t=T)
    assert [(found.code, found.sheet, found.cell) for found in report.findings] == [
        ("broken-marker", "表", "B2")
    ] * len(broken)
    assert [found.value for found in report.findings] == broken
    assert [found.params["marker"] for found in report.findings] == meant


def test_broken_markers_outside_the_cells_are_told_by_their_sheet() -> None:
    def page(book: Writer, sheet: Page) -> None:
        cells(A1="{{title}}")(book, sheet)
        sheet.set_header("&L{{title}")
        sheet.insert_textbox("C3", "截至 ｛｛title｝｝")

    _, report = filled(made(page), {"title": "x"})
    assert [(found.sheet, found.cell, found.value) for found in report.findings] == [
        ("表", "", "{{title}"),
        ("表", "", "｛｛title｝｝"),
    ]


def test_all_columns_of_a_table_want_their_headers() -> None:
    _, bare = filled(made(cells(B4="{{t.*}}")), t=T)
    assert [(found.code, found.cell, found.params) for found in bare.findings] == [
        ("columns-without-header", "B4", {"table": "t"})
    ]
    _, headed = filled(made(cells(B2="{{columns:t}}", B4="{{t.*}}")), t=T)
    assert not headed.findings


def test_a_row_of_totals_right_below_a_block_needs_no_headers_of_its_own() -> None:
    below = {"t": T, "sums": T}
    _, totals = filled(made(cells(B2="{{columns:t}}", B3="{{t.*}}", B4="{{sums.*}}")), **below)
    assert not totals.findings
    _, apart = filled(made(cells(B2="{{columns:t}}", B3="{{t.*}}", B5="{{sums.*}}")), **below)
    assert [found.cell for found in apart.findings] == ["B5"]


@pytest.mark.parametrize("data", [b"", b"PK", b"<html>", zipfile.__name__.encode() * 100])
def test_what_is_no_workbook_is_no_template(data: bytes) -> None:
    with pytest.raises(InputError):
        fill(data, Content({}), io.BytesIO(), created=DAY)


def test_a_template_with_a_document_type_is_refused() -> None:
    source = zipfile.ZipFile(io.BytesIO(made(cells(A1="x"))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b"<sst", b'<!DOCTYPE sst [<!ENTITY a "b">]><sst', 1)
            target.writestr(name, content)
    with pytest.raises(InputError) as caught:
        fill(out.getvalue(), Content({}), io.BytesIO(), created=DAY)
    assert caught.value.findings[0].code == "broken-xml"


def test_every_code_of_this_room_has_its_words() -> None:
    folder = Path(fill.__code__.co_filename).parent
    used = set()
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'(?:Error\.of|complain|note|Finding)\(\s*"([a-z-]+)"', text))
    assert len(used) > 15
    assert used <= set(CATALOG)


def test_copies_of_a_sheet_that_the_template_lacks_are_refused() -> None:
    with pytest.raises(CrmtoolError) as caught:
        put(made(cells(A1="x")), Content({}, copies={"没有": [SheetCopy("a")]}))
    assert caught.value.findings[0].code == "unknown-sheet"


def test_a_sheet_to_copy_is_found_by_its_markers_where_the_user_has_renamed_it() -> None:
    copies = [SheetCopy(name, scalars={"owner": name}) for name in ("张三", "李四")]
    template = made(cells(A1="{{day}}"), cells(A1="{{owner}} {{day}}"))
    data, _ = put(template, Content({}, {"day": "周一"}, copies={"跟进": copies}))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [(sheet.title, sheet["A1"].value) for sheet in book] == [
        ("表", "周一"),
        ("张三", "张三 周一"),
        ("李四", "李四 周一"),
    ]


def test_a_sheet_to_copy_that_the_user_has_deleted_is_not_missed() -> None:
    copies = [SheetCopy("张三", scalars={"owner": "张三"})]
    data, _ = put(made(cells(A1="{{day}}")), Content({}, {"day": "周一"}, copies={"跟进": copies}))
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["表"]


# --- listing --------------------------------------------------------------------------------------------


def test_markers_lists_what_a_template_asks_for() -> None:
    def page(book: Writer, sheet: Page) -> None:
        cells(A1="{{title}}", A4="{{columns:t}}", A5="{{t.*}}", B5="{{t.*|money}}", A9="{{u.name}} x")(
            book, sheet
        )
        sheet.set_header("&L{{owner}}")

    assert markers(made(page)) == [
        Marker("表", "A1", None, "title"),
        Marker("表", "A4", "t", "*", kind="header"),
        Marker("表", "A5", "t", "*", kind="all"),
        Marker("表", "B5", "t", "*", "money", "all"),
        Marker("表", "A9", "u", "name", kind="column"),
        Marker("表", "", None, "owner"),
    ]

"""A template with every kind of reference fills right with no, one, two and a thousand rows.

In these expectations `s` is the number of rows written for the first marker row (row 5), never below one;
the second one (row 9) always gets three. So template row 6 ends at 5 + s, row 9 begins at 8 + s, and row 11
and all below move by s + 1.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow as pa
import pytest

from crmtool.content import Content, OutTable, TableColumn
from crmtool.files.xlsx import FillReport, check_workbook, fill

CREATED = dt.date(2023, 10, 31)
SECOND_DAY = dt.datetime.fromisoformat("2023-01-02")
COUNTS = pytest.mark.parametrize("n", [0, 1, 2, 1000])
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def content(n: int) -> Content:
    amounts = [10.5 * (i + 1) for i in range(n)]
    days = [None if i == 0 else dt.date(2023, 1, 1) + dt.timedelta(days=i) for i in range(n)]
    customers = OutTable(
        "t",
        [
            TableColumn("name", "名称", pa.array([f"=客户<{i}>&" for i in range(n)], pa.string())),
            TableColumn("kind", "类别", pa.array([None if i == 1 else "A" for i in range(n)], pa.string())),
            TableColumn("amount", "金额", pa.array(amounts, pa.float64()), "money"),
            TableColumn("day", "日期", pa.array(days, pa.date32()), "date"),
            TableColumn("ok", "是否", pa.array([i % 2 == 0 for i in range(n)], pa.bool_())),
        ],
    )
    second = OutTable(
        "u",
        [
            TableColumn("name", "名", pa.array(["一", "二", "三"])),
            TableColumn("count", "数", pa.array([1, 2, 3], pa.int64()), "count"),
        ],
    )
    matrix = OutTable(
        "m",
        [
            TableColumn("id", "编号", pa.array(range(1, n + 1), pa.int64()), "count"),
            TableColumn("who", "谁", pa.array(["某"] * n, pa.string())),
            TableColumn("a", "额", pa.array([1.5] * n, pa.float64()), "money"),
            TableColumn("d", "日", pa.array([CREATED] * n, pa.date32()), "date"),
            TableColumn("b", "额", pa.array([2.5] * n, pa.float64()), "money"),
        ],
    )
    scalars = {"title": '季度 "A&B"', "as_of": CREATED, "year": 2023, "owner": "张/三", "nothing": None}
    return Content({"t": customers, "u": second, "m": matrix}, scalars)


class Filled:
    """A filled workbook, read by the standard library."""

    def __init__(self, data: bytes, report: FillReport) -> None:
        self.data, self.report = data, report
        self.parts = zipfile.ZipFile(io.BytesIO(data))

    def text(self, name: str) -> str:
        return self.parts.read(name).decode("utf-8")

    def found(self, name: str, pattern: str) -> list[str]:
        return re.findall(pattern, self.text(name))

    def cells(self, name: str) -> dict[str, ElementTree.Element]:
        return {c.attrib["r"]: c for c in ElementTree.fromstring(self.text(name)).iter(f"{MAIN}c")}

    def formula(self, name: str, cell: str) -> str | None:
        return self.cells(name)[cell].findtext(f"{MAIN}f")


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DATA, LISTS, COLUMNS = (f"xl/worksheets/sheet{i}.xml" for i in (1, 2, 3))
_cache: dict[int, Filled] = {}


@pytest.fixture
def filled(torture_template: bytes) -> Callable[[int], Filled]:
    def make(n: int) -> Filled:
        if n not in _cache:
            out = io.BytesIO()
            report = fill(torture_template, content(n), out, created=CREATED)
            _cache[n] = Filled(out.getvalue(), report)
        return _cache[n]

    return make


@COUNTS
def test_rows_and_cells_are_numbered_without_gap_or_repeat(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    rows = [int(r) for r in filled(n).found(DATA, r'<row r="(\d+)"')]
    below = [12 + s, 13 + s, 14 + s]
    assert rows == [1, 2, 4, *range(5, 5 + s), 5 + s, 7 + s, 8 + s, 9 + s, 10 + s, *below]
    cells = filled(n).found(DATA, r'<c r="([A-Z]+\d+)"')
    assert len(cells) == len(set(cells))
    assert filled(n).report.rows["数据"] == n + 3


@COUNTS
def test_views_ranges_and_breaks_follow(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    sheet = filled(n).text(DATA)
    last = 4 + s
    assert f'<dimension ref="A1:J{14 + s}"/>' in sheet
    assert 'topLeftCell="B5"' in sheet
    assert '<selection pane="bottomLeft" activeCell="A5" sqref="A5"/>' in sheet
    assert f'<protectedRange sqref="C5:C{last} A{13 + s}"' in sheet or (
        s == 1 and '<protectedRange sqref="C5:C5 A14"' in sheet
    )
    assert f'<inputCells r="A{13 + s}"' in sheet
    assert f'<cellWatch r="C{13 + s}"/>' in sheet
    assert f'<ignoredError sqref="A5:B{13 + s}"' in sheet
    assert re.findall(r'<brk id="(\d+)" max="16383"', sheet) == [str(last), str(12 + s)]
    assert '<brk id="3" max="1048575"' in sheet


@COUNTS
def test_merges_move_and_repeat_in_marker_rows(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    merged = filled(n).found(DATA, r'<mergeCell ref="([^"]+)"')
    assert merged == ["A1:F1", *(f"I{r}:J{r}" for r in range(5, 5 + s)), f"A{12 + s}:C{12 + s}"]


@COUNTS
def test_formulas_stretch_ranges_and_shift_single_cells(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    last, book = 4 + s, filled(n)
    assert book.formula(DATA, f"A{13 + s}") == f"SUM(C5:C{last})"
    assert book.formula(DATA, f"B{13 + s}") == "C5"
    assert book.formula(DATA, f"C{13 + s}") == f"SUM(B{8 + s}:B{10 + s})+AVERAGE($C$5:$C${last})"
    assert book.formula(DATA, f"D{13 + s}") == f'"季度 ""A&B"""&A{12 + s}'
    assert book.formula(DATA, f"E{13 + s}") == f"C5:C{last}*2"
    assert f'<f t="array" ref="E{13 + s}:E{14 + s}">' in book.text(DATA)
    assert book.formula(DATA, f"C{5 + s}") == "SUBTOTAL(109,客户表[金额])"
    assert book.formula(LISTS, "B1") == f"SUM('数据'!C5:C{last})"
    assert book.formula(LISTS, "B2") == f"'数据'!C{13 + s}+张三跟进!A1"
    assert book.formula(LISTS, "B3") == "SUM(客户表[金额])"


@COUNTS
def test_formulas_in_a_marker_row_are_filled_down(filled: Callable[[int], Filled], n: int) -> None:
    book = filled(n)
    rows = range(5, 5 + n)
    cells = book.cells(DATA)
    assert [cells[f"F{r}"].findtext(f"{MAIN}f") for r in rows] == [f"C{r}*2" for r in rows]
    assert [cells[f"G{r}"].findtext(f"{MAIN}f") for r in rows] == [f"SUM(C$5:C{r})" for r in rows]
    if not n:
        assert [child.tag for child in cells["F5"]] == []


@COUNTS
def test_no_dependent_formula_keeps_a_cached_value(filled: Callable[[int], Filled], n: int) -> None:
    for part in (DATA, LISTS):
        for name, cell in filled(n).cells(part).items():
            if cell.find(f"{MAIN}f") is not None:
                assert cell.find(f"{MAIN}v") is None, (part, name)
    assert filled(n).cells(DATA)[f"E{14 + max(n, 1)}"].find(f"{MAIN}v") is None
    assert 'fullCalcOnLoad="1"' in filled(n).text("xl/workbook.xml")


@COUNTS
def test_formats_and_checks_follow_with_their_formulas(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    last, book = 4 + s, filled(n)
    rules = dict(book.found(DATA, r'<conditionalFormatting sqref="([^"]+)"><cfRule[^>]*><formula>([^<]*)<'))
    own = "C5" if s == 1 else f"C5:C{last}"
    assert rules == {
        own: f"AND($C5&gt;$C${13 + s},C5&lt;&gt;C4)",
        f"C{13 + s}:C{14 + s}": f"C{13 + s}&gt;SUM($C$5:$C${last})",
        f"B{8 + s}:B{10 + s}": f"B{8 + s}&gt;B${7 + s}",
    }
    assert book.found(DATA, r"<xm:sqref>(D[^<]+)<") == ["D5" if s == 1 else f"D5:D{last}"]
    checks = book.found(DATA, r'<dataValidation [^>]*sqref="([^"]+)"><formula1>([^<]*)<')
    assert checks == [
        ("B5" if s == 1 else f"B5:B{last}", "'清单'!$A$2:$A$4"),
        ("E5" if s == 1 else f"E5:E{last}", f"$E5&lt;&gt;$E${13 + s}"),
        (f"B{14 + s}", '"张/三,否"'),
    ]


@COUNTS
def test_sparklines_repeat_in_marker_rows_and_stretch_elsewhere(
    filled: Callable[[int], Filled], n: int
) -> None:
    s = max(n, 1)
    lines = filled(n).found(DATA, r"<x14:sparkline><xm:f>([^<]*)</xm:f><xm:sqref>([^<]*)<")
    assert lines[0] == (f"'数据'!C5:C{4 + s}", f"F{13 + s}")
    assert lines[1:] == [(f"'数据'!C{r}:E{r}", f"K{r}") for r in range(5, 5 + s)]


@COUNTS
def test_links_and_page_texts_follow(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    book = filled(n)
    assert (
        f'<hyperlink ref="A{14 + s}" location="\'数据\'!A{12 + s}" display="去 季度 &quot;A&amp;B&quot;"/>'
        in (book.text(DATA))
    )
    assert f'<hyperlink ref="B{14 + s}" r:id="rId1"/>' in book.text(DATA)
    assert 'Target="https://example.com/张/三"' in book.text("xl/worksheets/_rels/sheet1.xml.rels")
    assert '<oddHeader>&amp;L张/三&amp;C季度 "A&amp;&amp;B"&amp;R第 &amp;P 页</oddHeader>' in book.text(DATA)


@COUNTS
def test_the_table_keeps_a_row_its_totals_and_its_column_names(
    filled: Callable[[int], Filled], n: int
) -> None:
    s = max(n, 1)
    table = filled(n).text("xl/tables/table1.xml")
    assert f' ref="A4:E{5 + s}"' in table
    assert f'<autoFilter ref="A4:E{4 + s}"' in table
    assert re.findall(r'<tableColumn id="\d" name="([^"]+)"', table) == [
        "名称",
        "类别",
        "金额",
        "日期",
        "2023年",
    ]
    header = filled(n).cells(DATA)["E4"]
    assert header.attrib["t"] == "inlineStr"
    assert "".join(header.itertext()) == "2023年"


@COUNTS
def test_names_follow(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    last = 4 + s
    names = dict(filled(n).found("xl/workbook.xml", r'<definedName name="([^"]+)"[^>]*>([^<]*)<'))
    every = filled(n).found(
        "xl/workbook.xml", r'<definedName name="_xlnm.Print_Area" localSheetId="(\d)">([^<]*)<'
    )
    assert dict(every) == {"0": f"数据!$A$1:$K${14 + s}", "2": f"展开!$A$1:$F${last}"}
    titles = filled(n).found(
        "xl/workbook.xml", r'<definedName name="_xlnm.Print_Titles" localSheetId="(\d)">([^<]*)<'
    )
    assert dict(titles) == {"0": "数据!$A:$B,数据!$4:$4", "2": "展开!$B:$B"}
    assert names["_xlnm._FilterDatabase"] == f"展开!$A$4:$F${last}"
    assert names["数据区"] == f"'数据'!$A$5:$F${last}"
    assert names["首格"] == ("'数据'!$C$5" if s == 1 else f"'数据'!$C$5:$C${last}")
    assert names["下方"] == f"'数据'!$C${13 + s}"
    assert names["动态"] == "OFFSET('数据'!$C$5,0,0,COUNTA('数据'!$A:$A),1)"
    assert names["本表"] == f"'数据'!$A${8 + s}:$B${10 + s}"


@COUNTS
def test_charts_follow_and_forget_what_they_remembered(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    last = 4 + s
    one = "'数据'!$C$5" if s == 1 else f"'数据'!$C$5:$C${last}"
    for chart in range(1, 5):
        text = filled(n).text(f"xl/charts/chart{chart}.xml")
        wide = f"'数据'!$D$5:$D${last}"
        assert sorted(re.findall(r"<c:f>([^<]*)<", text)) == sorted(
            ["'数据'!$C$4", f"'数据'!$A$5:$A${last}", one, wide, wide, f"'数据'!$B${13 + s}"]
        )
        assert "Cache" not in text
        assert '季度 "A&amp;B" 图' in text


@COUNTS
def test_drawings_notes_and_buttons_move_with_their_cells(filled: Callable[[int], Filled], n: int) -> None:
    s = max(n, 1)
    by = s + 1
    rows = filled(n).found("xl/drawings/drawing1.xml", r"<xdr:row>(\d+)</xdr:row>")
    #        below at A17        absolute      above the rows   text box at B15
    assert rows == [str(x) for x in (16 + by, 30 + by, 1, 15, 3, 17, 14 + by, 20 + by)]
    assert '文本框 季度 "A&amp;B"' in filled(n).text("xl/drawings/drawing1.xml")
    assert filled(n).found("xl/comments1.xml", r'<comment ref="([^"]+)"') == ["A5", f"A{12 + s}"]
    assert '季度 "A&amp;B" 的批注' in filled(n).text("xl/comments1.xml")
    vml = filled(n).text("xl/drawings/vmlDrawing1.vml")
    assert re.findall(r"<x:Anchor>([^<]*)<", vml) == [
        f"4, 0, {15 + by}, 0, 5, 0, {16 + by}, 0",
        "1, 15, 3, 10, 3, 15, 7, 4",
        f"1, 15, {9 + by}, 10, 3, 15, {13 + by}, 4",
    ]
    assert re.findall(r"<x:Row>(\d+)<", vml) == ["4", str(10 + by)]


@COUNTS
def test_all_columns_of_a_table_are_expanded_with_their_looks(
    filled: Callable[[int], Filled], n: int
) -> None:
    s = max(n, 1)
    last, book = 4 + s, filled(n)
    sheet, cells = book.text(COLUMNS), book.cells(COLUMNS)
    heads = ["".join(cells[f"{c}4"].itertext()) for c in "BCDEF"]
    assert heads == ["编号", "谁", "额", "日", "额2"]
    styles = [cells[f"{c}5"].attrib.get("s") for c in "BCDEF"]
    money, day = styles[2], styles[3]
    assert styles == [None, None, money, day, money] and money and day and money != day
    assert f'<autoFilter ref="A4:F{last}"/>' in sheet
    assert '<mergeCell ref="A1:F1"/>' in sheet
    widths = {int(a): float(w) for a, w in re.findall(r'<col min="(\d+)" max="\d+" width="([\d.]+)"', sheet)}
    assert [round(widths[c]) for c in range(1, 7)] == [6, 21, 21, 15, 12, 15]
    areas = book.found(COLUMNS, r'<conditionalFormatting sqref="([^"]+)"')
    assert areas == (["D5 F5", "A5:F5"] if s == 1 else [f"D5:D{last} F5:F{last}", f"A5:F{last}"])
    if n:
        assert cells["E5"].findtext(f"{MAIN}v") == "45230"


@COUNTS
def test_single_markers_get_typed_values(filled: Callable[[int], Filled], n: int) -> None:
    cells = filled(n).cells(DATA)
    assert "".join(cells["A1"].itertext()) == '季度 "A&B"'
    assert cells["B2"].findtext(f"{MAIN}v") == "45230" and "t" not in cells["B2"].attrib
    assert "".join(cells["C2"].itertext()) == "截至 2023-10-31 止"
    assert [run.text for run in cells["C2"].iter(f"{MAIN}t")] == ["截至 2023-10-31", " 止"]
    assert list(cells["D2"]) == [] and cells["D2"].attrib["s"] == "3"


@COUNTS
def test_no_marker_is_left_anywhere(filled: Callable[[int], Filled], n: int) -> None:
    for name in filled(n).parts.namelist():
        assert b"{{" not in re.sub(rb"<[^>]*>", b"", filled(n).parts.read(name)), name
        assert b"{{" not in filled(n).parts.read(name), name


@COUNTS
def test_the_calculation_chain_is_gone_and_untouched_parts_are_raw_copies(
    filled: Callable[[int], Filled], torture_template: bytes, n: int
) -> None:
    book = filled(n)
    assert "xl/calcChain.xml" not in book.parts.namelist()
    assert "calcChain" not in book.text("[Content_Types].xml") + book.text("xl/_rels/workbook.xml.rels")
    template = zipfile.ZipFile(io.BytesIO(torture_template))
    for name in (
        "xl/worksheets/sheet4.xml",
        "xl/styles.xml",
        "xl/theme/theme1.xml",
        "xl/drawings/drawing2.xml",
    ):
        assert raw(book.data, book.parts, name) == raw(torture_template, template, name), name


def raw(data: bytes, package: zipfile.ZipFile, name: str) -> bytes:
    info = package.getinfo(name)
    header = data[info.header_offset : info.header_offset + 30]
    start = (
        info.header_offset
        + 30
        + int.from_bytes(header[26:28], "little")
        + int.from_bytes(header[28:30], "little")
    )
    return data[start : start + info.compress_size]


@COUNTS
def test_rows_grow_with_the_text_of_the_cell_that_wraps(filled: Callable[[int], Filled], n: int) -> None:
    """Column A has 59 pixels for text, 8 half characters of 11 points; `=客户<0>&` is 9 wide: two lines."""
    tags = filled(n).found(DATA, r'<row r="(\d+)"([^>]*)>')
    heights = {int(row): re.findall(r' ht="([\d.]+)"', tag) for row, tag in tags}
    assert {row for row, height in heights.items() if height} == set(range(5, 5 + n))
    assert all(height == ["36"] for row, height in heights.items() if 5 <= row < 5 + n)


@COUNTS
def test_two_runs_give_the_same_bytes(
    filled: Callable[[int], Filled], torture_template: bytes, n: int
) -> None:
    again = io.BytesIO()
    report = fill(torture_template, content(n), again, created=CREATED)
    assert again.getvalue() == filled(n).data
    assert report.digest == filled(n).report.digest
    assert "2023-10-31T00:00:00Z" in filled(n).text("docProps/core.xml")


@COUNTS
def test_openpyxl_reads_the_values(filled: Callable[[int], Filled], tmp_path: Path, n: int) -> None:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(filled(n).data)
    check_workbook(path, filled(n).report.sheet_rows)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["数据", "清单", "展开", "不动", "张三跟进", "图表"]
    sheet = book["数据"]
    rows = [
        tuple(cell.value for cell in row[:5]) for row in sheet.iter_rows(min_row=5, max_row=4 + max(n, 1))
    ]
    if n == 0:
        assert rows == [(None,) * 5]
    if n >= 1:
        assert rows[0] == ("=客户<0>&", "=客户<0>&（A）2023", 10.5, None, True)
        assert sheet["A5"].data_type == "s"
        assert sheet["H5"].value == "元"
        assert len(rows) == n
    if n >= 2:
        assert rows[1] == ("=客户<1>&", "=客户<1>&（）2023", 21, SECOND_DAY, False)
        assert sheet["D6"].number_format == "yyyy-mm-dd"


def test_libreoffice_opens_and_calculates(
    filled: Callable[[int], Filled], convert: Callable[[Sequence[Path], str], list[Path]], tmp_path: Path
) -> None:
    counts = [0, 1, 2, 1000]
    paths = [tmp_path / f"filled{n}.xlsx" for n in counts]
    for n, path in zip(counts, paths, strict=True):
        path.write_bytes(filled(n).data)
    for n, converted in zip(counts, convert(paths, "xlsx"), strict=True):
        book = openpyxl.load_workbook(converted, data_only=True)
        s = max(n, 1)
        total = 10.5 * n * (n + 1) / 2
        sums = [book["数据"][f"A{13 + s}"], book["数据"][f"C{5 + s}"], book["清单"]["B1"], book["清单"]["B3"]]
        assert [cell.value for cell in sums] == pytest.approx([total] * 4)
        if n:
            assert book["数据"][f"C{13 + s}"].value == pytest.approx(6 + total / n)
            assert book["数据"][f"G{4 + n}"].value == pytest.approx(total)
            assert book["数据"][f"F{4 + n}"].value == pytest.approx(21 * n)

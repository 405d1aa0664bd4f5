"""Separated values in any usual encoding and with any usual separator, and what was assumed of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.errors import Finding, InputError
from crmtool.files.book import Book, open_book
from crmtool.files.text import dialect_of
from crmtool.messages import severity_of

LEDGER = "客户名称,电话,备注\nA公司,001,无\nB公司,+8613800000000,大客户\n"
CELLS = [["客户名称", "电话", "备注"], ["A公司", "001", "无"], ["B公司", "+8613800000000", "大客户"]]


def _book(tmp_path: Path, data: bytes) -> Book:
    path = tmp_path / "客户.csv"
    path.write_bytes(data)
    return open_book(path)


def _cells(book: Book) -> list[list[str | None]]:
    sheet = book.read(book.peeks[0].sheet, None, 1)
    columns = [
        [None] * sheet.length if column.text is None else column.text.to_pylist()
        for column in sheet.columns.values()
    ]
    return [list(row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    ("codec", "mark", "assumed"),
    [
        ("utf-8", b"", None),
        ("utf-8", b"\xef\xbb\xbf", None),
        ("gb18030", b"", "GB18030"),
        ("gbk", b"", "GB18030"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "UTF-16"),
        ("utf-16-le", b"", "UTF-16"),
        ("utf-16-be", b"", "UTF-16"),
    ],
)
def test_every_usual_encoding_reads_the_same(
    tmp_path: Path, codec: str, mark: bytes, assumed: str | None
) -> None:
    book = _book(tmp_path, mark + LEDGER.encode(codec))
    assert _cells(book) == CELLS
    said = [finding.params["encoding"] for finding in book.findings if finding.code == "assumed-encoding"]
    assert said == ([assumed] if assumed else [])
    assert all(severity_of(finding) == "info" for finding in book.findings)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_found(tmp_path: Path, separator: str, end: str) -> None:
    book = _book(tmp_path, LEDGER.replace(",", separator).replace("\n", end).encode())
    assert _cells(book) == CELLS
    said = [finding.params["separator"] for finding in book.findings if finding.code == "assumed-separator"]
    assert said == ([separator] if separator in ";|" else [])


def test_a_sep_line_gives_the_separator_and_is_no_row(tmp_path: Path) -> None:
    book = _book(tmp_path, b"sep=;\r\nA,B;C\r\n1;2\r\n")
    assert _cells(book) == [["A,B", "C"], ["1", "2"]]
    assert book.findings == ()


def test_quotation_marks_hold_separators_line_breaks_and_each_other(tmp_path: Path) -> None:
    book = _book(tmp_path, '名称,地址\n"甲,乙","第一行\n第二行"\n"说""好""",x\n'.encode())
    assert _cells(book) == [["名称", "地址"], ["甲,乙", "第一行\n第二行"], ['说"好"', "x"]]
    assert book.read("客户", [1], 3).row_numbers.to_pylist() == [3]


def test_title_rows_ragged_rows_and_blank_lines_keep_their_row_numbers(tmp_path: Path) -> None:
    book = _book(tmp_path, "登记表\n\n名称,额\nA,1,多\n".encode())
    assert _cells(book) == [
        ["登记表", None, None],
        [None, None, None],
        ["名称", "额", None],
        ["A", "1", "多"],
    ]
    assert (book.peeks[0].rows, book.peeks[0].columns) == (4, 3)


def test_commas_under_semicolons_are_decimal_where_they_must_be(tmp_path: Path) -> None:
    book = _book(tmp_path, "名称;额;率\nA;1.234,50;0,8%\nB,C;2,5;1\n".encode())
    assert _cells(book) == [["名称", "额", "率"], ["A", "1234.50", "0.8%"], ["B,C", "2.5", "1"]]
    assert [finding.code for finding in book.findings] == ["assumed-separator", "assumed-decimal-comma"]


def test_commas_that_may_separate_thousands_are_left_alone(tmp_path: Path) -> None:
    assert _cells(_book(tmp_path, "名称;额\nA;1,200\n".encode())) == [["名称", "额"], ["A", "1,200"]]
    kept = _cells(_book(tmp_path, "名称;额;率\nA;1,200.50;1,5\n".encode()))
    assert kept == [["名称", "额", "率"], ["A", "1,200.50", "1,5"]]


def test_a_few_broken_bytes_do_not_make_it_another_encoding(tmp_path: Path) -> None:
    data = ("名称,备注\n" + "客户公司,正常\n" * 20).encode() + b"\xff\xfe,x\n"
    book = _book(tmp_path, data)
    assert _cells(book)[1] == ["客户公司", "正常"]
    assert [(f.code, f.count) for f in book.findings] == [("undecodable-text", 2)]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as problem:
        _book(tmp_path, bytes(range(1, 32)) * 10)
    assert problem.value.findings[0].code == "unknown-file-type"


@pytest.mark.parametrize("at", ["甲公司", "2024", "注"])
def test_a_stray_zero_byte_is_no_utf_16_and_its_line_is_told(tmp_path: Path, at: str) -> None:
    data = ("名称,日期,备\n" + "甲公司,2024-01-05,备注\n" * 3).encode()
    place = data.index(at.encode()) + len(at.encode())
    with pytest.raises(InputError) as problem:
        _book(tmp_path, data[:place] + b"\0" + data[place:])
    (finding,) = problem.value.findings
    assert (finding.code, finding.params) == ("zero-bytes", {"line": "2", "bytes": "1"})


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["name,sum\nA,1\n", "名称,备注\n" + "某某某某某某某某有限公司,很长很长的一段说明文字\n" * 9]
)
def test_utf_16_without_a_mark_is_known_by_its_share_of_zero_bytes(
    tmp_path: Path, codec: str, text: str
) -> None:
    book = _book(tmp_path, text.encode(codec))
    assert [",".join(map(str, row)) for row in _cells(book)] == text.splitlines()


def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as problem:
        _book(tmp_path, b'a,b\n"open,' + b"x" * 1_100_000)
    assert problem.value.findings[0].code == "broken-csv"


def test_more_rows_than_one_chunk_arrive_in_order(tmp_path: Path) -> None:
    rows = [f"C{number:05d},{number}" for number in range(20_000)]
    rows[15_000] += ",末列"
    sheet = _book(tmp_path, "\n".join(rows).encode()).read("客户", None, 1)
    assert sheet.columns[1].text.to_pylist() == [f"C{number:05d}" for number in range(20_000)]
    assert sheet.columns[3].text[15_000].as_py() == "末列"
    assert sheet.columns[3].text.null_count == 19_999


CELL = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), min_size=1, max_size=12
).filter(lambda text: text.strip())


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=2, max_size=8), st.sampled_from(["utf-8", "utf-16"]))
def test_what_a_csv_writer_quotes_comes_back(rows: list[tuple[str, str, str]], codec: str) -> None:
    quoted = "\r\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    data = ("名称,额,备注\r\n" + quoted).encode(codec)
    dialect = dialect_of(data, "a.csv")
    assert dialect.separator == ","
    assert [tuple(row) for row in dialect.rows(data, "a.csv")][1:] == rows
    assert not [f for f in dialect.findings if f.code == "undecodable-text"]


def test_findings_of_reading_have_words_in_both_languages() -> None:
    from crmtool.messages import text_of

    finding = Finding("assumed-encoding", file="a.csv", params={"encoding": "GB18030"})
    assert text_of(finding, "zh") == "按 GB18030 编码读取 a.csv"
    assert text_of(finding, "en") == "a.csv was read as GB18030"

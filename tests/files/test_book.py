"""What a person sees in a workbook is what is read of it, at its own row and column."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from small_packages import write_package

from crmtool.errors import InputError
from crmtool.files.book import open_book
from crmtool.sheets import Area

DAY = dt.datetime(2023, 10, 15)  # noqa: DTZ001 - a cell has no time zone


def _ledger(path: Path, **options: object) -> Path:
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("客户")
    sheet.merge_range("A1:D1", "客户信息登记表")
    sheet.write_row(2, 1, ["客户名称", "电话", "最近交易时间", "年消费额"])
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write(3, 1, "A公司")
    sheet.write_string(3, 2, "001")
    sheet.write_datetime(3, 3, DAY, date)
    sheet.write_number(3, 4, 0.1 + 0.2)
    sheet.write(5, 1, "B公司")
    sheet.write_boolean(5, 2, True)
    sheet.write(5, 3, "2023年")
    sheet.write(5, 4, " 　 ")
    sheet.set_row(5, None, None, {"hidden": True})
    book.close()
    return path


def test_nothing_is_dropped_above_or_left_of_the_table(tmp_path: Path) -> None:
    book = open_book(_ledger(tmp_path / "a.xlsx"))
    (peek,) = book.peeks
    assert (peek.rows, peek.columns) == (6, 5)
    assert peek.cells[0][0] == "客户信息登记表"
    assert list(peek.cells[2]) == [None, "客户名称", "电话", "最近交易时间", "年消费额"]
    assert peek.merged == (Area(1, 1, 1, 4),)


def test_each_kind_of_cell_arrives_in_its_own_array(tmp_path: Path) -> None:
    book = open_book(_ledger(tmp_path / "a.xlsx"))
    sheet = book.read("客户", [2, 3, 4, 5], 4)
    assert sheet.row_numbers.to_pylist() == [4, 5, 6]
    name, phone, last, amount = (sheet.columns[column] for column in (2, 3, 4, 5))
    assert name.text.to_pylist() == ["A公司", None, "B公司"]
    assert (name.number, name.moment, name.error) == (None, None, None)
    assert phone.text.to_pylist() == ["001", None, "TRUE"]
    assert last.moment.to_pylist() == [DAY, None, None]
    assert last.text.to_pylist() == [None, None, "2023年"]
    assert amount.number.to_pylist() == [0.3, None, None]
    assert amount.text is None


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    book = open_book(_ledger(tmp_path / "a.xlsx"))
    assert book.read("客户", [2], 4).hidden_rows == frozenset({6})
    assert book.read("客户", [2], 4, 5).hidden_rows == frozenset()


def test_a_column_that_the_sheet_does_not_reach_is_empty(tmp_path: Path) -> None:
    sheet = open_book(_ledger(tmp_path / "a.xlsx")).read("客户", [40], 4)
    assert sheet.columns[40].length == 3
    assert sheet.columns[40].text is None


def test_a_sheet_may_be_read_twice_and_in_parts(tmp_path: Path) -> None:
    book = open_book(_ledger(tmp_path / "a.xlsx"))
    assert book.read("客户", [2], 1, 1).columns[2].text is None
    assert book.read("客户", [2], 6, 6).columns[2].text.to_pylist() == ["B公司"]
    assert book.read("客户", [2], 6, 999).row_numbers.to_pylist() == [6]


def test_both_epochs_give_the_day_that_excel_shows(tmp_path: Path) -> None:
    for is_1904 in (False, True):
        path = _ledger(tmp_path / f"{is_1904}.xlsx", date_1904=is_1904)
        sheet = open_book(path).read("客户", [4], 4, 4)
        assert sheet.date_1904 is is_1904
        assert sheet.columns[4].moment.to_pylist() == [DAY]


def test_the_digest_is_that_of_the_bytes_that_were_read(tmp_path: Path) -> None:
    path = _ledger(tmp_path / "a.xlsx")
    data = path.read_bytes()
    book = open_book(path)
    path.write_bytes(b"something else")
    assert book.sha256 == hashlib.sha256(data).hexdigest()
    assert book.read("客户", [2], 4, 4).columns[2].text.to_pylist() == ["A公司"]


def test_visible_sheets_come_before_hidden_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "密"
    book.active.sheet_state = "hidden"
    book.create_sheet("甲")["A1"] = 1
    book.create_sheet("乙").sheet_state = "veryHidden"
    book.create_sheet("丙")
    book.save(path)
    peeks = open_book(path).peeks
    assert [(peek.sheet, peek.visibility) for peek in peeks] == [
        ("甲", "visible"),
        ("丙", "visible"),
        ("密", "hidden"),
        ("乙", "very-hidden"),
    ]


def test_error_cells_and_formulas_without_a_value_are_errors_not_blanks(tmp_path: Path) -> None:
    path = write_package(
        tmp_path,
        "<sheetData>"
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="2"><c r="A2"><f>SUM(C1:C2)</f></c><c r="B2"><f>SUM(C1)</f><v></v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/></c><c r="B3" t="str"><f>""</f><v></v></c></row>'
        '<row r="4"><c r="A4"><f>1+1</f><v>2</v></c><c r="B4"><v>7</v></c></row>'
        "</sheetData>",
    )
    sheet = open_book(path).read("客户", [1, 2], 1)
    assert sheet.columns[1].error.to_pylist() == ["#N/A", "no-value", "no-value", None]
    assert sheet.columns[2].error.to_pylist() == ["#DIV/0!", "no-value", None, None]
    assert sheet.columns[1].number.to_pylist() == [None, None, None, 2.0]
    assert sheet.columns[2].number.to_pylist() == [None, None, None, 7.0]


def test_a_number_that_is_none_is_an_error(tmp_path: Path) -> None:
    path = write_package(
        tmp_path, '<sheetData><row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1</v></c></row></sheetData>'
    )
    column = open_book(path).read("客户", [1], 1).columns[1]
    assert column.number is None
    assert column.error.to_pylist() == ["#NUM!"]


def test_an_identity_number_stored_as_a_number_keeps_the_digits_that_are_there(
    tmp_path: Path,
) -> None:
    path = write_package(
        tmp_path,
        '<sheetData><row r="1"><c r="A1"><v>110101199001011234</v></c></row>'
        '<row r="2"><c r="A2" s="0"><v>12345678901</v></c></row>'
        '<row r="3"><c r="A3"><v>1.1010119900101123E+17</v></c></row></sheetData>',
    )
    column = open_book(path).read("客户", [1], 1).columns[1]
    assert column.text.to_pylist() == ["110101199001011234", None, None]
    assert column.number.to_pylist() == [None, 12345678901.0, 1.10101199001011e17]


def test_a_stale_dimension_hides_no_cell(tmp_path: Path) -> None:
    path = write_package(
        tmp_path,
        '<dimension ref="A1"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="3"><c r="C3" t="inlineStr"><is><t>丙</t></is></c></row></sheetData>',
    )
    book = open_book(path)
    assert (book.peeks[0].rows, book.peeks[0].columns) == (3, 3)
    assert book.read("客户", [3], 3).columns[3].text.to_pylist() == ["丙"]


def test_empty_rows_and_columns_before_the_first_cell_count(tmp_path: Path) -> None:
    path = write_package(
        tmp_path,
        '<sheetData><row r="3"><c r="D3"><v>1</v></c></row><row r="5"><c r="E5"><v>2</v></c></row></sheetData>',
    )
    book = open_book(path)
    assert [list(row) for row in book.peeks[0].cells] == [
        [None] * 5,
        [None] * 5,
        [None, None, None, 1.0, None],
        [None] * 5,
        [None, None, None, None, 2.0],
    ]
    sheet = book.read("客户", None, 2)
    assert sheet.row_numbers.to_pylist() == [2, 3, 4, 5]
    assert sheet.columns[1].number is None
    assert sheet.columns[4].number.to_pylist() == [None, 1.0, None, None]
    assert sheet.columns[5].number.to_pylist() == [None, None, None, 2.0]


def test_rows_and_cells_without_references_count_from_the_last_one(tmp_path: Path) -> None:
    path = write_package(
        tmp_path, "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>"
    )
    sheet = open_book(path).read("客户", None, 1)
    assert [sheet.columns[c].number.to_pylist() for c in (1, 2)] == [[1.0, 3.0], [2.0, None]]


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    book = open_book(_ledger(tmp_path / "a.xlsx"))
    with pytest.raises(InputError) as problem:
        book.read("订单", None, 1)
    (finding,) = problem.value.findings
    assert (finding.code, finding.params["sheets"]) == ("no-such-sheet", "客户")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("~$客户.xlsx", b"\x05user", "owner-file"),
        ("空.xlsx", b"", "empty-file"),
        ("空.csv", b"\xef\xbb\xbf\r\n \n", "empty-file"),
    ],
)
def test_what_is_no_ledger_is_refused_clearly(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as problem:
        open_book(tmp_path / name)
    assert problem.value.findings[0].code == code


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError) as missing:
        open_book(tmp_path / "没有.xlsx")
    with pytest.raises(InputError) as folder:
        open_book(tmp_path)
    assert [missing.value.findings[0].code, folder.value.findings[0].code] == [
        "no-such-file",
        "input-is-folder",
    ]


def test_progress_is_told_while_rows_are_read(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    book = open_book(_ledger(tmp_path / "a.xlsx"), progress=lambda *step: told.append(step))
    book.read("客户", None, 1)
    assert told[-1] == ("progress-reading", 6, 6)


def test_a_folder_without_a_name_is_called_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as problem:
        open_book(Path())
    assert [(each.code, each.file) for each in problem.value.findings] == [("input-is-folder", ".")]

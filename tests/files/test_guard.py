"""A file that would take the reader down ends in an error, or without its stray cells, never in a crash."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from small_packages import write_package

from crmtool.errors import InputError
from crmtool.files import guard
from crmtool.files.book import open_book
from crmtool.files.trim import trim

FAR = '<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>'
NEAR = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>客户名称</t></is></c></row>'
    '<row r="2" hidden="1"><c r="A2" t="inlineStr"><is><t>A公司</t></is></c></row>'
)


def test_a_stray_cell_is_cut_off_and_said(tmp_path: Path) -> None:
    book = open_book(write_package(tmp_path, f"<sheetData>{NEAR}{FAR}</sheetData>"))
    assert (book.peeks[0].rows, book.peeks[0].columns) == (2, 1)
    (finding,) = book.findings
    assert (finding.code, finding.sheet, finding.cell, finding.count) == (
        "stray-cells",
        "客户",
        "XFD1048576",
        1,
    )
    sheet = book.read("客户", [1], 2)
    assert sheet.columns[1].text.to_pylist() == ["A公司"]
    assert sheet.hidden_rows == frozenset({2})


def test_a_far_cell_without_a_value_goes_without_a_word(tmp_path: Path) -> None:
    book = open_book(write_package(tmp_path, f"<sheetData>{NEAR}{FAR.replace('<v>9</v>', '')}</sheetData>"))
    assert book.findings == ()
    assert book.peeks[0].rows == 2


@pytest.mark.parametrize(
    "far",
    [
        FAR.replace(' r="1048576"', ""),
        FAR.replace('"', "'"),
        '<row r="3"><c r="XFD1048576"><v>9</v></c></row>',
        "<x:row xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main' r='1048576'>"
        "<x:c r='XFD1048576'><x:v>9</x:v></x:c></x:row>",
    ],
)
def test_a_stray_cell_in_disguise_ends_no_process(tmp_path: Path, far: str) -> None:
    path = write_package(tmp_path, f"<sheetData>{NEAR}{far}</sheetData>")
    try:
        book = open_book(path)
    except InputError as problem:
        assert problem.findings[0].code in {"reader-crashed", "sheet-too-large"}
    else:
        assert book.peeks[0].rows * book.peeks[0].columns < 1_000_000


def test_trimming_keeps_what_stands_before_a_gap() -> None:
    xml = (
        b'<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="ALL1"><v>2</v></c></row>'
        b'<row r="9000"><c r="B9000"><v>3</v></c></row><row r="20000"><c r="A20000"><v>4</v></c></row></sheetData>'
    )
    kept = trim(xml)
    assert (kept.rows, kept.columns, kept.dropped, kept.first_dropped) == (9000, 2, 2, "ALL1")
    assert b"<v>1</v>" in kept.xml and b"<v>3</v>" in kept.xml
    assert b"<v>2</v>" not in kept.xml and b"<v>4</v>" not in kept.xml


def test_a_child_that_dies_or_hangs_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_PROBE", "import os; os.abort()  # {memory}")
    with pytest.raises(InputError) as dead:
        guard.probe(b"", "a.xls")
    monkeypatch.setattr(guard, "_PROBE", "import time; time.sleep(60)  # {memory}")
    monkeypatch.setattr(guard, "PROBE_SECONDS", 0.2)
    with pytest.raises(InputError) as slow:
        guard.probe(b"", "a.xls")
    assert [dead.value.findings[0].code, slow.value.findings[0].code] == ["reader-crashed", "reader-too-slow"]


def test_a_panic_is_an_error_and_an_interrupt_is_not() -> None:
    class PanicException(BaseException):
        pass

    def panic() -> None:
        raise PanicException

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(InputError) as problem:
        guard.guarded(panic, "a.xlsb")
    assert problem.value.findings[0].code == "reader-crashed"
    with pytest.raises(KeyboardInterrupt):
        guard.guarded(interrupt, "a.xlsb")


def test_broken_xml_in_a_sheet_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as problem:
        open_book(write_package(tmp_path, '<sheetData><row r="1"><c r="A1"><v>1</c></row>'))
    assert problem.value.findings[0].code == "damaged-workbook"


def test_a_sheet_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    made = xlsxwriter.Workbook(str(path))
    made.add_worksheet("好").write(0, 0, 1)
    made.add_worksheet("坏").write(0, 0, 2)
    made.close()
    target = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as broken:
        for name in source.namelist():
            data = source.read(name)
            broken.writestr(name, data.replace(b"</c>", b"</q>") if name.endswith("sheet2.xml") else data)
    path.write_bytes(target.getvalue())
    book = open_book(path)
    assert [peek.sheet for peek in book.peeks] == ["好"]
    assert [(finding.code, finding.sheet) for finding in book.findings] == [("unreadable-sheet", "坏")]

"""A file is what its bytes say, not what its name says."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from small_packages import build_package, zipped

from crmtool.errors import InputError
from crmtool.files.book import open_book
from crmtool.files.sniff import OLE_MAGIC, kind_of


@pytest.mark.parametrize(
    ("content", "real_type"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        ("<table><tr><td>客户</td></tr></table>".encode("utf-16"), "HTML"),
        ('<html><meta charset="gbk">客户</html>'.encode("gbk"), "HTML"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            "SpreadsheetML 2003 (.xml)",
        ),
        (b'<?xml version="1.0"?><gnm:Workbook xmlns:gnm="http://www.gnumeric.org/v10.dtd"/>', "Gnumeric"),
        (b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE\r\n", "SYLK (.slk)"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip / Gnumeric"),
        (b"{\\rtf1 x}", "RTF"),
        (b"\x09\x08\x06\x00\x00\x00", None),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "Excel 2-4 (.xls)"),
        (OLE_MAGIC + "WordDocument\0".encode("utf-16-le"), "Word (.doc)"),
        (OLE_MAGIC + b"\x00" * 600, "OLE"),
    ],
)
def test_another_type_is_named_whatever_the_file_is_called(
    tmp_path: Path, content: bytes, real_type: str | None
) -> None:
    path = tmp_path / "客户.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError) as problem:
        open_book(path)
    (finding,) = problem.value.findings
    expected = "unknown-file-type" if real_type is None else "foreign-file-type"
    assert (finding.code, finding.params.get("type")) == (expected, real_type)


def test_a_csv_named_xlsx_is_read(tmp_path: Path) -> None:
    path = tmp_path / "客户.xlsx"
    path.write_text("客户名称,年消费额\nA公司,1\n", encoding="utf-8")
    book = open_book(path)
    assert (book.kind, book.peeks[0].rows) == ("csv", 2)


def test_an_xlsx_named_csv_or_xls_is_read(tmp_path: Path) -> None:
    data = build_package('<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')
    for name in ("客户.csv", "客户.xls", "客户"):
        (tmp_path / name).write_bytes(data)
        assert open_book(tmp_path / name).kind == "xlsx"


def test_a_word_document_and_a_plain_zip_are_named() -> None:
    types = []
    for name in ("word/document.xml", "ppt/presentation.xml", "readme.txt"):
        with pytest.raises(InputError) as problem:
            kind_of(zipped({name: b"x"}), "a.xlsx")
        types.append(problem.value.findings[0].params["type"])
    assert types == ["Word (.docx)", "PowerPoint (.pptx)", "ZIP"]


def test_a_bomb_that_poses_as_the_type_is_not_inflated() -> None:
    package = zipped({"mimetype": b"\0" * 60_000_000, "content.xml": b"<x/>"})
    tracemalloc.start()
    try:
        assert kind_of(package, "a.ods") == "ods"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_type_that_does_not_inflate_is_a_damaged_package() -> None:
    package = bytearray(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet" * 9}))
    package[38:60] = b"\xff" * 22
    with pytest.raises(InputError) as problem:
        kind_of(bytes(package), "a.ods")
    assert problem.value.findings[0].code == "damaged-package"


def test_an_encrypted_workbook_names_the_option(shared_data: Path) -> None:
    from crmtool.messages import help_of

    for path in sorted((shared_data / "workbooks" / "encrypted").iterdir()):
        with pytest.raises(InputError) as problem:
            open_book(path)
        (finding,) = problem.value.findings
        assert finding.code == "encrypted-workbook", path.name
        assert "--password-file" in help_of(finding, "zh")
        assert "--password-file" in help_of(finding, "en")


def test_a_password_opens_it_or_is_said_to_be_wrong(shared_data: Path) -> None:
    pytest.importorskip("msoffcrypto")
    path = shared_data / "workbooks" / "encrypted" / "poi__protected_passtika.xlsx"
    assert open_book(path, password="tika").kind == "xlsx"
    with pytest.raises(InputError) as problem:
        open_book(path, password="toka")
    assert problem.value.findings[0].code == "wrong-password"


def test_without_the_package_for_passwords_its_absence_is_said(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "msoffcrypto", None)
    path = shared_data / "workbooks" / "encrypted" / "poi__protected_passtika.xlsx"
    with pytest.raises(InputError) as problem:
        open_book(path, password="tika")
    assert problem.value.findings[0].code == "encryption-not-supported"

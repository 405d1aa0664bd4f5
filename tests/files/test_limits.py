"""A package that lies, bursts or climbs is refused before it is inflated."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from small_packages import build_package

from crmtool.errors import InputError
from crmtool.files.book import open_book
from crmtool.files.limits import Package

EMPTY_SHEET = "<sheetData/>"


def _code_of(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError) as problem:
        open_book(path)
    assert problem.value.exit_code == 3
    return problem.value.findings[0].code


def test_a_bomb_is_refused_without_being_inflated(tmp_path: Path) -> None:
    data = build_package(EMPTY_SHEET, extra={"xl/sharedStrings.xml": b" " * 100_000_000})
    start = time.process_time()
    assert _code_of(tmp_path, data) == "suspicious-ratio"
    assert time.process_time() - start < 1


def test_five_thousand_entries_are_refused(tmp_path: Path) -> None:
    extra = {f"xl/media/{number}.txt": b"x" for number in range(5_000)}
    assert _code_of(tmp_path, build_package(EMPTY_SHEET, extra=extra)) == "too-many-parts"


@pytest.mark.parametrize("name", ["../evil.xml", "xl/../../evil.xml", "xl\\..\\..\\evil.xml"])
def test_a_part_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert _code_of(tmp_path, build_package(EMPTY_SHEET, extra={name: b"x"})) == "unsafe-part-name"


def test_a_part_over_512_mb_is_refused_by_its_declared_size(tmp_path: Path) -> None:
    data = build_package(EMPTY_SHEET, extra={"xl/styles.xml": b"<styleSheet/>"})
    assert _code_of(tmp_path, _with_declared_size(data, "xl/styles.xml", 513 * 1024**2)) == "part-too-large"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("declared", [10, 100_000])
def test_a_lying_size_is_refused(tmp_path: Path, part: str, declared: int) -> None:
    data = build_package(EMPTY_SHEET + "<!-- -->" * 50, extra={"xl/sharedStrings.xml": b"<sst/>" * 100})
    assert _code_of(tmp_path, _with_declared_size(data, part, declared)) == "lying-part-size"


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/styles.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(tmp_path: Path, part: str, encoding: str) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY lol "lol">]><sst/>'
    assert (
        _code_of(tmp_path, build_package(EMPTY_SHEET, extra={part: text.encode(encoding)}))
        == "forbidden-markup"
    )


def test_a_truncated_package_is_refused(tmp_path: Path) -> None:
    data = build_package(EMPTY_SHEET)
    assert {_code_of(tmp_path, data[:end]) for end in (40, len(data) // 2, len(data) - 30)} == {
        "damaged-package"
    }


def test_an_ordinary_sheet_passes_whole() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 100_001))
    data = build_package(f"<sheetData>{rows}</sheetData>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        expected = archive.read("xl/worksheets/sheet1.xml")
    assert Package(data, "a.xlsx").part("xl/worksheets/sheet1.xml") == expected


def _with_declared_size(data: bytes, part: str, size: int) -> bytes:
    """Return the package with another inflated size in the part's directory entry and local header."""
    patched = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        offset = archive.getinfo(part).header_offset
    struct.pack_into("<I", patched, offset + 22, size)
    directory = data.index(b"PK\x01\x02")
    while data[directory : directory + 4] == b"PK\x01\x02":
        name_length, extra_length, comment_length = struct.unpack_from("<HHH", data, directory + 28)
        if data[directory + 46 : directory + 46 + name_length] == part.encode():
            struct.pack_into("<I", patched, directory + 24, size)
        directory += 46 + name_length + extra_length + comment_length
    return bytes(patched)

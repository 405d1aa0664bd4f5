"""Packages are read and written so that untouched parts keep their bytes."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from crmtool.errors import InputError, OutputError
from crmtool.files.xlsx import check, check_workbook, package, unpacking
from crmtool.files.xlsx.package import PackageWriter
from crmtool.files.xlsx.unpacking import Entry, inflate, packed_bytes, read_directory

DAY = dt.date(2023, 10, 31)


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def repacked(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = PackageWriter(out, DAY)
    for entry in read_directory(data):
        writer.copy(data, entry)
    writer.finish()
    return out.getvalue()


def test_every_real_workbook_survives_a_raw_copy_with_equal_names_and_crcs(shared_data: Path) -> None:
    copied = 0
    for path in sorted((shared_data / "workbooks").rglob("*.xls[xm]")):
        try:
            before = zipfile.ZipFile(path)
            if before.testzip() is not None:
                continue
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error, EOFError):
            continue
        after = zipfile.ZipFile(io.BytesIO(repacked(path.read_bytes())))
        assert after.testzip() is None, path.name
        assert [(i.filename, i.CRC, i.file_size, i.compress_size) for i in after.infolist()] == [
            (i.filename, i.CRC, i.file_size, i.compress_size) for i in before.infolist()
        ], path.name
        assert not any(i.flag_bits & 8 for i in after.infolist())
        copied += 1
    assert copied >= 119


def test_a_data_descriptor_is_cleared_and_the_bytes_stay() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<a/>" * 100)
    data = out.getvalue()
    assert read_directory(data)[0].flags & 8
    after = repacked(data)
    assert not read_directory(after)[0].flags & 8
    assert packed_bytes(after, read_directory(after)[0]) == packed_bytes(data, read_directory(data)[0])
    assert zipfile.ZipFile(io.BytesIO(after)).read("a.xml") == b"<a/>" * 100


def test_written_parts_have_fixed_dates_and_no_trace_of_the_chunks_they_came_in() -> None:
    content = bytes(range(256)) * 12_000
    made = []
    for size in (7, 65_536, 1_000_003, len(content)):
        out = io.BytesIO()
        writer = PackageWriter(out, DAY)
        pieces = (content[at : at + size] for at in range(0, len(content), size))
        writer.write("xl/a.xml", pieces if size > 7 else [content])
        made.append((out.getvalue(), writer.finish(), out.getvalue()))
    assert len({data for _, _, data in made}) == 1
    assert len({digest for _, digest, _ in made}) == 1
    info = zipfile.ZipFile(io.BytesIO(made[0][2])).infolist()[0]
    assert info.date_time == (2023, 10, 31, 0, 0, 0)
    assert info.create_system == 0


def test_the_digest_is_that_of_the_contents_whatever_packed_them() -> None:
    digests = []
    for order in (("a", "b"), ("b", "a")):
        data = zipped(**{name: name.encode() * 50 for name in order})
        copied, written = PackageWriter(io.BytesIO(), DAY), PackageWriter(io.BytesIO(), DAY)
        for entry in read_directory(data):
            copied.copy(data, entry)
            written.write(entry.name, [inflate(data, entry)])
        digests += [copied.finish(), written.finish()]
    assert len(set(digests)) == 1


def test_64_bit_fields_are_written_where_asked_for_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for side in (package, unpacking):
        monkeypatch.setattr(side, "MAX_32", 1000)
    out = io.BytesIO()
    writer = PackageWriter(out, DAY)
    content = b"".join(struct.pack("<I", number * 2654435761 % 2**32) for number in range(1000))
    writer.write("big.xml", [content], is_huge=True)
    writer.write("small.xml", [b"<s/>"])
    with pytest.raises(OutputError) as caught:
        PackageWriter(io.BytesIO(), DAY).write("big.xml", [content])
    assert caught.value.findings[0].code == "oversized-part"
    writer.finish()
    directory = {entry.name: entry.size for entry in _read_wide(out.getvalue())}
    assert directory == {"big.xml": 4000, "small.xml": 4}


def _read_wide(data: bytes) -> list[Entry]:
    """The lowered limit stands for 0xFFFFFFFF in what is written; so read it with the same limit."""
    return read_directory(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"not a package",
        lambda data: data[: len(data) // 2],
        lambda data: data[:40] + bytes(8) + data[48:],
        lambda data: data.replace(b"PK\x01\x02", b"PK\x09\x09"),
    ],
)
def test_a_damaged_package_is_refused(damage: object) -> None:
    data = damage(zipped(**{"a.xml": b"0123456789" * 50}))  # type: ignore[operator]
    with pytest.raises(InputError):
        for entry in read_directory(data):
            inflate(data, entry)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(zipped(**{"a.xml": b"x" * 500}))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 400)
    with pytest.raises(InputError):
        inflate(bytes(data), read_directory(bytes(data))[0])


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    data = zipped(**{"a.xml": bytes(50_000_000)})
    with pytest.raises(InputError) as caught:
        inflate(data, read_directory(data)[0])
    assert caught.value.findings[0].code == "oversized-package"


GOOD = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b"<Relationships/>",
    "xl/worksheets/sheet1.xml": b'<worksheet><sheetData><row r="1"/><row r="2"/></sheetData></worksheet>',
}


def test_a_whole_workbook_passes_the_check(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped(**GOOD))
    check_workbook(path, {"xl/worksheets/sheet1.xml": 2})


@pytest.mark.parametrize(
    ("parts", "rows"),
    [
        ({**GOOD, "xl/x.xml": b"<a><b></a>"}, 2),
        (GOOD, 3),
        ({"[Content_Types].xml": b"<Types/>"}, 2),
    ],
)
def test_a_workbook_with_a_broken_or_missing_part_fails_the_check(
    tmp_path: Path, parts: dict[str, bytes], rows: int
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped(**parts))
    with pytest.raises(OutputError) as caught:
        check_workbook(path, {"xl/worksheets/sheet1.xml": rows})
    assert caught.value.findings[0].code == "unreadable-output"


def test_a_cut_workbook_fails_the_check_wherever_it_ends(tmp_path: Path) -> None:
    data = zipped(**GOOD)
    path = tmp_path / "a.xlsx"
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(OutputError) as caught:
            check_workbook(path)
        assert caught.value.findings[0].code == "unreadable-output"


def test_a_wild_directory_is_refused_or_harmless_but_never_a_crash(tmp_path: Path) -> None:
    data = zipped(**GOOD)
    path = tmp_path / "a.xlsx"
    start = data.index(b"PK\x01\x02")
    refused = 0
    for position in range(start, len(data)):
        for mask in (0x01, 0x80, 0xFF):
            path.write_bytes(data[:position] + bytes([data[position] ^ mask]) + data[position + 1 :])
            try:
                check_workbook(path, {"xl/worksheets/sheet1.xml": 2})
            except OutputError:
                refused += 1
    assert refused > len(data) - start


@pytest.mark.parametrize("tag", ["row", "x:row"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 16])
def test_rows_are_counted_wherever_the_pieces_are_cut(tag: str, size: int) -> None:
    prefix = tag.removesuffix("row")
    rest = f'<{tag} r="1"><{prefix}c/></{tag}><{tag} r="2"/><{prefix}rowBreaks w="row "/>w<{tag} >'.encode()
    counted = check._RowCount()
    counted.feed(f"<{prefix}worksheet ".encode())
    for start in range(0, len(rest), size):
        counted.feed(rest[start : start + size])
    assert counted.rows == 3


def test_every_single_flipped_byte_of_the_packed_parts_fails_the_check(tmp_path: Path) -> None:
    data = zipped(**GOOD)
    path = tmp_path / "a.xlsx"
    for entry in read_directory(data):
        start = data.index(bytes(packed_bytes(data, entry)))
        for position in range(start, start + entry.packed_size - 1):  # the last byte may end in unused bits
            path.write_bytes(data[:position] + bytes([data[position] ^ 0x40]) + data[position + 1 :])
            with pytest.raises(OutputError):
                check_workbook(path)

"""Knows a file's type by its content, never by its name; opening it is left to `crmtool.files.book`."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import Literal

from crmtool.errors import InputError

Kind = Literal["xlsx", "xlsm", "xlsb", "xls", "ods", "encrypted", "text"]

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: BIFF 2, 3 and 4 are bare record streams: a BOF record with its length, without an OLE container.
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip / Gnumeric"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"),
    (b"ID;P", "SYLK (.slk)"),
    *((magic, "Excel 2-4 (.xls)") for magic in _OLD_BIFF),
)

#: How `zipfile` refuses a damaged package.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
)


def kind_of(data: bytes, file: str) -> Kind:
    """Return what a file is from its bytes, whatever its name says.

    `encrypted` is a workbook under a password in any format that announces it; `text` is anything that may be
    a table of separated values. Raises InputError with the real type for what cannot hold a readable ledger.

    >>> kind_of("客户名称,年消费额".encode(), "customers.xlsx")
    'text'
    """
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise InputError.of("empty-file", file=file)
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _kind_of_zip(data, file)
    if data.startswith(OLE_MAGIC):
        return _kind_of_ole(data, file)
    for magic, name in _SIGNATURES:
        if data.startswith(magic):
            raise InputError.of("foreign-file-type", file=file, type=name)
    markup = _markup_type(data)
    if markup:
        raise InputError.of("foreign-file-type", file=file, type=markup)
    return "text"


def _kind_of_zip(data: bytes, file: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
            mimetype = _beginning(archive, "mimetype") if "mimetype" in archive.namelist() else b""
    except _UNREADABLE as problem:
        raise InputError.of("damaged-package", file=file, reason=problem) from problem
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if any(name.startswith("word/") for name in names):
        raise InputError.of("foreign-file-type", file=file, type="Word (.docx)")
    if any(name.startswith("ppt/") for name in names):
        raise InputError.of("foreign-file-type", file=file, type="PowerPoint (.pptx)")
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.endswith("vbaproject.bin") for name in names):
        return "xlsm"
    if "[content_types].xml" in names or any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise InputError.of("foreign-file-type", file=file, type="ZIP")


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    # No limit has been looked at yet: never inflate the whole of it.
    with archive.open(name) as part:
        return part.read(80)


def _kind_of_ole(data: bytes, file: str) -> Kind:
    def has_stream(name: str) -> bool:
        return name.encode("utf-16-le") + b"\x00\x00" in data

    if has_stream("EncryptedPackage"):
        return "encrypted"
    if any(has_stream(name) for name in ("Workbook", "WORKBOOK", "Book", "BOOK")):
        return "encrypted" if _has_filepass(data) else "xls"
    if has_stream("WordDocument"):
        raise InputError.of("foreign-file-type", file=file, type="Word (.doc)")
    if has_stream("PowerPoint Document"):
        raise InputError.of("foreign-file-type", file=file, type="PowerPoint (.ppt)")
    raise InputError.of("foreign-file-type", file=file, type="OLE")


def _has_filepass(data: bytes) -> bool:
    """Tell whether a workbook stream begins with BOF records followed by FILEPASS (0x002F) near its start."""
    for begin in (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00"):
        at = data.find(begin)
        while at >= 0 and at % 512:
            at = data.find(begin, at + 1)
        if at >= 0:
            return _has_record(data, at, 0x2F)
    return False


def _has_record(data: bytes, at: int, wanted: int) -> bool:
    # FILEPASS comes before the first sheet's name (BOUNDSHEET, 0x85) and within the first few records.
    for _ in range(12):
        kind = int.from_bytes(data[at : at + 2], "little")
        length = int.from_bytes(data[at + 2 : at + 4], "little")
        if kind == wanted:
            return True
        if kind in (0x85, 0x0A) or at + 4 > len(data):
            return False
        at += 4 + length
    return False


def _markup_type(data: bytes) -> str | None:
    """Return the name of a markup language that spreadsheets are exported in, if the file is one."""
    # Exports from Chinese portals are HTML in GBK or UTF-16; the tags are ASCII in every case once NULs go.
    head = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not head.startswith(b"<"):
        return None
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b"excel.sheet" in head:
        return "SpreadsheetML 2003 (.xml)"
    if b"gnumeric" in head:
        return "Gnumeric"
    tags = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body", b"<div", b"<style")
    if any(tag in head for tag in tags):
        return "HTML"
    return "XML" if head.startswith(b"<?xml") else None

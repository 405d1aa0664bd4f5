"""The small ledger that every generated workbook has on its first sheet, and what a feature is."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import datetime

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

#: Adds one feature of Excel to a workbook whose first sheet already holds the ledger.
Feature = Callable[[Workbook, Worksheet], object]

SHEET = "客户"
HEADER = ("客户编号", "客户名称", "年消费额", "最近交易时间")
ROWS = (
    ("KH001", "甲公司", 120000.5, datetime(2024, 5, 1)),  # noqa: DTZ001 - a cell has no time zone
    ("KH002", "乙公司", 60000, datetime(2024, 4, 12)),  # noqa: DTZ001
    ("KH003", "丙公司 & <子>", 35000, datetime(2023, 12, 31)),  # noqa: DTZ001
    ("KH004", "丁公司", -800, datetime(2024, 2, 29)),  # noqa: DTZ001
    ("KH005", "戊公司", 0, datetime(2022, 7, 15)),  # noqa: DTZ001
    ("KH006", "己公司", 99999.99, datetime(2024, 6, 30)),  # noqa: DTZ001
)
#: References to the amounts, the names and the dates; and free places below and beside the ledger.
AMOUNTS, NAMES, DATES, WHOLE = "C2:C7", "B2:B7", "D2:D7", "A1:D7"
BELOW, BESIDE = "A10", "H2"


def write_ledger(book: Workbook, sheet: Worksheet) -> None:
    """Write the header row and six customers at A1."""
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADER, head)
    for number, (code, name, amount, last) in enumerate(ROWS, start=1):
        sheet.write_string(number, 0, code)
        sheet.write_string(number, 1, name)
        sheet.write_number(number, 2, amount)
        sheet.write_datetime(number, 3, last, day)


def png(red: int, green: int, blue: int) -> bytes:
    """Return a picture of 4 × 4 pixels in one colour."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">2I5B", 4, 4, 8, 2, 0, 0, 0)
    lines = (b"\0" + bytes((red, green, blue)) * 4) * 4
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def bmp() -> bytes:
    """Return a picture of 2 × 2 white pixels as a Windows bitmap."""
    pixels = b"\xff" * 16
    head = struct.pack("<IiiHH6I", 40, 2, 2, 1, 32, 0, len(pixels), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(pixels), 0, 0, 14 + len(head)) + head + pixels


def gif() -> bytes:
    """Return a picture of 1 × 1 white pixel as a GIF, with a comment in it."""
    head, palette = b"GIF89a" + bytes((1, 0, 1, 0, 0x80, 0, 0)), bytes(3) + b"\xff\xff\xff"
    comment = b"!\xfe" + bytes((8,)) + b"eight by" + b"\0"
    return head + palette + comment + b"," + bytes((0, 0, 0, 0, 1, 0, 1, 0, 0)) + b"\x02\x02D\x01\0;"

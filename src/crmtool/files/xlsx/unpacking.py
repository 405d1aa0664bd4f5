"""Read ZIP packages: their directory, and their entries, raw or inflated within limits.

Knows the ZIP format and its 64-bit fields; writing is in `crmtool.files.xlsx.package`, what a part means for the others.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from isal import isal_zlib

from crmtool.errors import InputError

#: An entry that inflates to more, or from less of it than any workbook's part, is not read.
MAX_PART_BYTES = 512 << 20
MIN_RATIO = 0.005
_SMALL_BYTES = 1 << 20  # whatever its ratio is

#: What both sides of the format have in common: methods, flags, the greatest fields of 32 and 16 bits, and signatures.
STORED, DEFLATED = 0, 8
UTF8_NAME = 0x0800
MAX_32 = 0xFFFFFFFF
MAX_16 = 0xFFFF
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
END_64, LOCATOR_64 = b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_BYTES = 30
#: Bytes of the end of a package: its record, the longest comment, and the two records of 64 bits.
_LONGEST_END = 22 + MAX_16 + 20 + 56


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a package as its central directory describes it; sizes in bytes."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int

    @property
    def name(self) -> str:
        """Return the part's name with forward slashes and without a leading one."""
        text = self.raw_name.decode("utf-8" if self.flags & UTF8_NAME else "cp437", "replace")
        return text.replace("\\", "/").lstrip("/")


def read_directory(data: bytes) -> list[Entry]:
    """Return the entries of the ZIP package `data`, in the order of its central directory.

    Raises InputError `broken-package` where the directory cannot be followed.
    """
    try:
        return list(_entries(data, *_directory_place(data)))
    except struct.error as error:
        raise InputError.of("broken-package", reason=str(error)) from error


def read_directory_of(file: BinaryIO) -> list[Entry]:
    """Return the entries of an open package, as `read_directory` does, reading nothing but its end."""
    size = file.seek(0, io.SEEK_END)
    start = max(size - _LONGEST_END, 0)
    file.seek(start)
    try:
        position, count = _directory_place(file.read(), start)
        file.seek(min(position, size))
        entries = list(_entries(file.read(), 0, count))
    except struct.error as error:
        raise InputError.of("broken-package", reason=str(error)) from error
    if any(entry.offset > size for entry in entries):
        raise InputError.of("broken-package", reason="central directory")
    return entries


def _entries(data: bytes, position: int, count: int) -> Iterator[Entry]:
    for _ in range(count):
        if data[position : position + 4] != CENTRAL:
            raise InputError.of("broken-package", reason="central directory")
        fields = struct.unpack_from("<4s6H3I5H2I", data, position)
        flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
        name_length, extra_length, comment_length, offset = fields[10], fields[11], fields[12], fields[16]
        name_at = position + 46
        extra = data[name_at + name_length : name_at + name_length + extra_length]
        size, packed, offset = _widened(extra, size, packed, offset)
        raw_name = data[name_at : name_at + name_length]
        yield Entry(raw_name, flags, method, crc, packed, size, offset)
        position = name_at + name_length + extra_length + comment_length


def _directory_place(data: bytes, start: int = 0) -> tuple[int, int]:
    """Return where the central directory begins and how many entries it has; `data` is the package from `start` on."""
    end = data.rfind(END, max(0, len(data) - 22 - MAX_16))
    if end < 0:
        raise InputError.of("broken-package", reason="no end of central directory")
    count, _, position, _ = struct.unpack_from("<HIIH", data, end + 10)
    locator = end - 20
    if locator >= 0 and data[locator : locator + 4] == LOCATOR_64:
        (end_64,) = struct.unpack_from("<Q", data, locator + 8)
        count, _, position = struct.unpack_from("<QQQ", data, max(end_64 - start, 0) + 32)
    return position, count


def _widened(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Replace the 32-bit fields that say "look in the ZIP64 extra field"."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            wide = iter(struct.unpack_from(f"<{length // 8}Q", extra, at + 4))
            size = next(wide, size) if size == MAX_32 else size
            packed = next(wide, packed) if packed == MAX_32 else packed
            offset = next(wide, offset) if offset == MAX_32 else offset
            break
        at += 4 + length
    return size, packed, offset


def packed_pieces(file: BinaryIO, entry: Entry, size: int) -> Iterator[bytes]:
    """Yield the entry's compressed bytes from an open package, `size` at a time.

    Raises InputError `broken-package` where the entry is not where the directory says, or ends too soon.
    """
    file.seek(entry.offset)
    header = file.read(_LOCAL_BYTES)
    if header[:4] != LOCAL or len(header) < _LOCAL_BYTES:
        raise InputError.of("broken-package", reason=entry.name)
    file.seek(sum(struct.unpack_from("<HH", header, 26)), io.SEEK_CUR)
    rest = entry.packed_size
    while rest:
        piece = file.read(min(size, rest))
        if not piece:
            raise InputError.of("broken-package", reason=entry.name)
        rest -= len(piece)
        yield piece


def packed_bytes(data: bytes, entry: Entry) -> memoryview:
    """Return the entry's compressed bytes as they lie in the package."""
    if data[entry.offset : entry.offset + 4] != LOCAL:
        raise InputError.of("broken-package", reason=entry.name)
    name_length, extra_length = struct.unpack_from("<HH", data, entry.offset + 26)
    start = entry.offset + 30 + name_length + extra_length
    if start + entry.packed_size > len(data):
        raise InputError.of("broken-package", reason=entry.name)
    return memoryview(data)[start : start + entry.packed_size]


def inflate(data: bytes, entry: Entry) -> bytes:
    """Return the entry's inflated bytes, checked against its size and CRC.

    Raises InputError `broken-package` for a damaged, encrypted or lying entry, `oversized-package` beyond
    512 MB or a ratio no workbook has.
    """
    if entry.flags & 1 or entry.method not in (STORED, DEFLATED):
        raise InputError.of("broken-package", reason=entry.name)
    if entry.size > MAX_PART_BYTES or (
        entry.size > _SMALL_BYTES and entry.packed_size < entry.size * MIN_RATIO
    ):
        raise InputError.of("oversized-package", part=entry.name)
    packed = packed_bytes(data, entry)
    if entry.method == STORED:
        content = bytes(packed)
    else:
        try:
            content = isal_zlib.decompressobj(-15).decompress(packed, entry.size + 1)
        except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub calls it a value
            raise InputError.of("broken-package", reason=entry.name) from error
    if len(content) != entry.size or isal_zlib.crc32(content) != entry.crc:
        raise InputError.of("broken-package", reason=entry.name)
    return bytes(content)

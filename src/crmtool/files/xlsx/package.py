"""Read and write ZIP packages so that untouched parts keep their raw compressed bytes.

Knows the ZIP format, its 64-bit fields and nothing of workbooks; what a part means is for the other modules.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from isal import isal_zlib

from crmtool.errors import InputError, OutputError

CHUNK_BYTES = 1 << 20
"""Deflate is fed in pieces of exactly this size: another chunking gives other bytes for the same part."""

MAX_PART_BYTES = 512 << 20
MIN_RATIO = 0.005
_STORED, _DEFLATED = 0, 8
_PACKED_BYTES = 1 << 18
_UTF8_NAME, _DEFLATE_HINTS = 0x0800, 0x0006
_MAX_32 = 0xFFFFFFFF
_MAX_16 = 0xFFFF
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END_64, _LOCATOR_64 = b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_BYTES = 30
_LONGEST_END = 22 + _MAX_16 + 20 + 56
"""Bytes of the end of a package: its record, the longest comment, and the two records of 64 bits."""


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
        text = self.raw_name.decode("utf-8" if self.flags & _UTF8_NAME else "cp437", "replace")
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
        if data[position : position + 4] != _CENTRAL:
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
    end = data.rfind(_END, max(0, len(data) - 22 - _MAX_16))
    if end < 0:
        raise InputError.of("broken-package", reason="no end of central directory")
    count, _, position, _ = struct.unpack_from("<HIIH", data, end + 10)
    locator = end - 20
    if locator >= 0 and data[locator : locator + 4] == _LOCATOR_64:
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
            size = next(wide, size) if size == _MAX_32 else size
            packed = next(wide, packed) if packed == _MAX_32 else packed
            offset = next(wide, offset) if offset == _MAX_32 else offset
            break
        at += 4 + length
    return size, packed, offset


def packed_pieces(file: BinaryIO, entry: Entry, size: int) -> Iterator[bytes]:
    """Yield the entry's compressed bytes from an open package, `size` at a time.

    Raises InputError `broken-package` where the entry is not where the directory says, or ends too soon.
    """
    file.seek(entry.offset)
    header = file.read(_LOCAL_BYTES)
    if header[:4] != _LOCAL or len(header) < _LOCAL_BYTES:
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
    if data[entry.offset : entry.offset + 4] != _LOCAL:
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
    if entry.flags & 1 or entry.method not in (_STORED, _DEFLATED):
        raise InputError.of("broken-package", reason=entry.name)
    if entry.size > MAX_PART_BYTES or (
        entry.size > CHUNK_BYTES and entry.packed_size < entry.size * MIN_RATIO
    ):
        raise InputError.of("oversized-package", part=entry.name)
    packed = packed_bytes(data, entry)
    if entry.method == _STORED:
        content = bytes(packed)
    else:
        try:
            content = isal_zlib.decompressobj(-15).decompress(packed, entry.size + 1)
        except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub calls it a value
            raise InputError.of("broken-package", reason=entry.name) from error
    if len(content) != entry.size or isal_zlib.crc32(content) != entry.crc:
        raise InputError.of("broken-package", reason=entry.name)
    return bytes(content)


@dataclass(frozen=True, slots=True)
class Deflated:
    """What came of deflating a part: sizes in bytes, the CRC and the sha256 of its contents."""

    crc: int
    size: int
    packed_size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """A part deflated ahead of its place in a package."""

    deflated: Deflated
    pieces: list[bytes]


def pack(pieces: Iterable[bytes | memoryview]) -> Packed:
    """Deflate a part into memory, for the other parts that must be written before it."""
    packed: list[bytes] = []

    def keep(piece: bytes) -> int:
        packed.append(piece)
        return len(piece)

    return Packed(_deflate(pieces, keep), packed)


def _deflate(pieces: Iterable[bytes | memoryview], write: Callable[[bytes], int]) -> Deflated:
    crc, size, packed_size, sha = 0, 0, 0, hashlib.sha256()
    packer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    for chunk in _in_chunks(pieces):
        crc = isal_zlib.crc32(chunk, crc)
        sha.update(chunk)
        size += len(chunk)
        packed_size += write(packer.compress(chunk))
    packed_size += write(packer.flush())
    return Deflated(crc, size, packed_size, sha.digest())


def _content_digest(data: bytes, entry: Entry) -> bytes:
    """Return the sha256 of an entry's contents, inflated a piece at a time and checked against its CRC."""
    sha, crc, size = hashlib.sha256(), 0, 0
    packed = packed_bytes(data, entry)
    unpacker = isal_zlib.decompressobj(-15) if entry.method else None
    try:
        for start in range(0, len(packed), _PACKED_BYTES):
            piece = packed[start : start + _PACKED_BYTES]
            content = unpacker.decompress(piece) if unpacker is not None else piece
            sha.update(content)
            crc, size = isal_zlib.crc32(content, crc), size + len(content)
    except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub calls it a value
        raise InputError.of("broken-package", reason=entry.name) from error
    if (crc, size) != (entry.crc, entry.size):
        raise InputError.of("broken-package", reason=entry.name)
    return sha.digest()


class PackageWriter:
    """Write a package to a seekable binary file; identical calls give identical bytes.

    Every entry carries the date `created` at midnight and the same creator system. `digest` is the sha256
    over the inflated parts in order of their names: equal where the contents are, whatever deflate made.
    """

    def __init__(self, out: BinaryIO, created: date) -> None:
        self._out = out
        self._start = out.tell()
        self._day = (min(max(created.year, 1980), 2107) - 1980) << 9 | created.month << 5 | created.day
        self._directory: list[Entry] = []
        self._digests: list[tuple[bytes, bytes]] = []

    def copy(self, data: bytes, entry: Entry) -> None:
        """Copy an entry of another package as its raw compressed bytes, without a data descriptor."""
        packed = packed_bytes(data, entry)
        flags = entry.flags & (_UTF8_NAME | _DEFLATE_HINTS)
        offset = self._out.tell() - self._start
        copied = Entry(entry.raw_name, flags, entry.method, entry.crc, entry.packed_size, entry.size, offset)
        self._out.write(self._local_header(copied, is_wide=False))
        self._out.write(packed)
        self._directory.append(copied)
        self._digests.append((entry.raw_name, _content_digest(data, entry)))

    def write(self, name: str, pieces: Iterable[bytes | memoryview], *, is_huge: bool = False) -> int:
        """Deflate `pieces` into a new entry and return its inflated size in bytes.

        `is_huge` reserves the 64-bit fields that a part of 4 GiB and more needs. Raises OutputError
        `oversized-part` where a part outgrows the 32-bit ones.
        """
        raw_name = name.encode("utf-8")
        flags = 0 if name.isascii() else _UTF8_NAME
        offset = self._out.tell() - self._start
        self._out.write(self._local_header(Entry(raw_name, flags, _DEFLATED, 0, 0, 0, offset), is_huge))
        deflated = _deflate(pieces, self._out.write)
        if not is_huge and max(deflated.size, deflated.packed_size) >= _MAX_32:
            raise OutputError.of("oversized-part", part=name)
        written = Entry(raw_name, flags, _DEFLATED, deflated.crc, deflated.packed_size, deflated.size, offset)
        end = self._out.tell()
        self._out.seek(self._start + offset)
        self._out.write(self._local_header(written, is_huge))
        self._out.seek(end)
        self._directory.append(written)
        self._digests.append((raw_name, deflated.sha256))
        return deflated.size

    def write_packed(self, name: str, part: Packed) -> int:
        """Write a part that was deflated ahead of its place and return its inflated size in bytes."""
        raw_name, made = name.encode("utf-8"), part.deflated
        flags = 0 if name.isascii() else _UTF8_NAME
        offset = self._out.tell() - self._start
        written = Entry(raw_name, flags, _DEFLATED, made.crc, made.packed_size, made.size, offset)
        self._out.write(self._local_header(written, max(made.size, made.packed_size) >= _MAX_32))
        for piece in part.pieces:
            self._out.write(piece)
        self._directory.append(written)
        self._digests.append((raw_name, made.sha256))
        return made.size

    def _local_header(self, entry: Entry, is_wide: bool) -> bytes:
        extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.packed_size) if is_wide else b""
        sizes = (_MAX_32, _MAX_32) if is_wide else (entry.packed_size, entry.size)
        version = 45 if is_wide else 20
        fixed = (_LOCAL, version, entry.flags, entry.method, 0, self._day, entry.crc, *sizes)
        return struct.pack("<4s5H3I2H", *fixed, len(entry.raw_name), len(extra)) + entry.raw_name + extra

    def finish(self) -> str:
        """Write the central directory and return the digest of the contents, as hexadecimal."""
        start = self._out.tell() - self._start
        for entry in self._directory:
            self._out.write(self._central_header(entry))
        size = self._out.tell() - self._start - start
        count = len(self._directory)
        if count >= _MAX_16 or start + size >= _MAX_32:
            end_64 = (_END_64, 44, 45, 45, 0, 0, count, count, size, start)
            self._out.write(struct.pack("<4sQ2H2I4Q", *end_64))
            self._out.write(struct.pack("<4sIQI", _LOCATOR_64, 0, start + size, 1))
        few, low_size, low_start = min(count, _MAX_16), min(size, _MAX_32), min(start, _MAX_32)
        self._out.write(struct.pack("<4s4H2IH", _END, 0, 0, few, few, low_size, low_start, 0))
        whole = hashlib.sha256()
        for raw_name, digest in sorted(self._digests):
            whole.update(raw_name + b"\0" + digest)
        return whole.hexdigest()

    def _central_header(self, entry: Entry) -> bytes:
        fields = (entry.size, entry.packed_size, entry.offset)
        wide = [field for field in fields if field >= _MAX_32]
        extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        size, packed_size, offset = (min(field, _MAX_32) for field in fields)
        version = 45 if wide else 20
        fixed = (_CENTRAL, version, version, entry.flags, entry.method, 0, self._day, entry.crc)
        rest = (packed_size, size, len(entry.raw_name), len(extra), 0, 0, 0, 0, offset)
        return struct.pack("<4s6H3I5H2I", *fixed, *rest) + entry.raw_name + extra


def _in_chunks(pieces: Iterable[bytes | memoryview]) -> Iterator[memoryview]:
    """Yield the bytes of all pieces, `CHUNK_BYTES` at a time; each chunk is overwritten by the next."""
    buffer = memoryview(bytearray(CHUNK_BYTES))
    filled = 0
    for piece in pieces:
        rest = memoryview(piece)
        while len(rest):
            taken = min(CHUNK_BYTES - filled, len(rest))
            buffer[filled : filled + taken] = rest[:taken]
            filled += taken
            rest = rest[taken:]
            if filled == CHUNK_BYTES:
                yield buffer
                filled = 0
    if filled:
        yield buffer[:filled]

"""Write ZIP packages so that untouched parts keep their raw compressed bytes.

Knows the ZIP format, its 64-bit fields and nothing of workbooks; reading is in `crmtool.files.xlsx.unpacking`, what a part
means for the other modules.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from isal import isal_zlib

from crmtool.errors import InputError, OutputError
from crmtool.files.xlsx.unpacking import (
    CENTRAL,
    DEFLATED,
    END,
    END_64,
    LOCAL,
    LOCATOR_64,
    MAX_16,
    MAX_32,
    UTF8_NAME,
    Entry,
    packed_bytes,
)

#: Deflate is fed in pieces of exactly this size: another chunking gives other bytes for the same part.
CHUNK_BYTES = 1 << 20
_PACKED_BYTES = 1 << 18
_DEFLATE_HINTS = 0x0006


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
        flags = entry.flags & (UTF8_NAME | _DEFLATE_HINTS)
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
        flags = 0 if name.isascii() else UTF8_NAME
        offset = self._out.tell() - self._start
        self._out.write(self._local_header(Entry(raw_name, flags, DEFLATED, 0, 0, 0, offset), is_huge))
        deflated = _deflate(pieces, self._out.write)
        if not is_huge and max(deflated.size, deflated.packed_size) >= MAX_32:
            raise OutputError.of("oversized-part", part=name)
        written = Entry(raw_name, flags, DEFLATED, deflated.crc, deflated.packed_size, deflated.size, offset)
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
        flags = 0 if name.isascii() else UTF8_NAME
        offset = self._out.tell() - self._start
        written = Entry(raw_name, flags, DEFLATED, made.crc, made.packed_size, made.size, offset)
        self._out.write(self._local_header(written, max(made.size, made.packed_size) >= MAX_32))
        for piece in part.pieces:
            self._out.write(piece)
        self._directory.append(written)
        self._digests.append((raw_name, made.sha256))
        return made.size

    def _local_header(self, entry: Entry, is_wide: bool) -> bytes:
        extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.packed_size) if is_wide else b""
        sizes = (MAX_32, MAX_32) if is_wide else (entry.packed_size, entry.size)
        version = 45 if is_wide else 20
        fixed = (LOCAL, version, entry.flags, entry.method, 0, self._day, entry.crc, *sizes)
        return struct.pack("<4s5H3I2H", *fixed, len(entry.raw_name), len(extra)) + entry.raw_name + extra

    def finish(self) -> str:
        """Write the central directory and return the digest of the contents, as hexadecimal."""
        start = self._out.tell() - self._start
        for entry in self._directory:
            self._out.write(self._central_header(entry))
        size = self._out.tell() - self._start - start
        count = len(self._directory)
        if count >= MAX_16 or start + size >= MAX_32:
            end_64 = (END_64, 44, 45, 45, 0, 0, count, count, size, start)
            self._out.write(struct.pack("<4sQ2H2I4Q", *end_64))
            self._out.write(struct.pack("<4sIQI", LOCATOR_64, 0, start + size, 1))
        few, low_size, low_start = min(count, MAX_16), min(size, MAX_32), min(start, MAX_32)
        self._out.write(struct.pack("<4s4H2IH", END, 0, 0, few, few, low_size, low_start, 0))
        whole = hashlib.sha256()
        for raw_name, digest in sorted(self._digests):
            whole.update(raw_name + b"\0" + digest)
        return whole.hexdigest()

    def _central_header(self, entry: Entry) -> bytes:
        fields = (entry.size, entry.packed_size, entry.offset)
        wide = [field for field in fields if field >= MAX_32]
        extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        size, packed_size, offset = (min(field, MAX_32) for field in fields)
        version = 45 if wide else 20
        fixed = (CENTRAL, version, version, entry.flags, entry.method, 0, self._day, entry.crc)
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

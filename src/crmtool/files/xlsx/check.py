"""Open a written workbook again and prove it whole, before it replaces anything.

Reads the file's own bytes, independently of what the writer remembers.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat

from isal import isal_zlib

from crmtool.errors import InputError, OutputError
from crmtool.files.xlsx.package import Entry, packed_bytes, read_directory

SMALL_PART_BYTES = 4 << 20
"""XML up to this size is parsed; of larger parts, which are rows, the ends and the rows are looked at."""

PACKED_CHUNK_BYTES = 1 << 16
"""Packed bytes inflated at once: rows inflate to ten times and more."""

_SIZES_FOLLOW, _WIDE = 0x0008, 0xFFFFFFFF
_ROOT = re.compile(rb"<(\w+:)?worksheet\b")


def check_workbook(path: Path, sheet_rows: Mapping[str, int] | None = None) -> None:
    """Prove that the workbook at `path` is whole: directory, sizes, CRC of every part, well-formed XML.

    `sheet_rows` (of a FillReport) are the rows that each sheet part must have. Raises OutputError
    `unreadable-output` naming the part and what is wrong with it.
    """
    data = path.read_bytes()
    try:
        entries = read_directory(data)
    except InputError as error:
        raise _broken(path, "", "directory") from error
    names = [entry.name for entry in entries]
    for name in ("[Content_Types].xml", "_rels/.rels", *(sheet_rows or {})):
        if name not in names:
            raise _broken(path, name, "missing")
    for entry in entries:
        _check_part(path, data, entry, (sheet_rows or {}).get(entry.name))


def _broken(path: Path, part: str, reason: str) -> OutputError:
    return OutputError(
        *OutputError.of("unreadable-output", file=path.name, part=part, reason=reason).findings
    )


def _check_part(path: Path, data: bytes, entry: Entry, rows: int | None) -> None:
    try:
        packed = packed_bytes(data, entry)
    except InputError as error:
        raise _broken(path, entry.name, "place") from error
    if not _agrees_with_directory(data, entry):
        raise _broken(path, entry.name, "header")
    crc, size, found, last, head = 0, 0, 0, b"", bytearray()
    is_small = entry.size <= SMALL_PART_BYTES
    row_tag = b""
    unpacker = isal_zlib.decompressobj(-15) if entry.method else None
    try:
        for start in range(0, max(len(packed), 1), PACKED_CHUNK_BYTES):
            piece = packed[start : start + PACKED_CHUNK_BYTES]
            content = unpacker.decompress(piece) if unpacker is not None else bytes(piece)
            crc = isal_zlib.crc32(content, crc)
            size += len(content)
            row_tag = row_tag or _row_tag(content)
            joined = last + content
            found += joined.count(row_tag) if rows is not None else 0
            last = joined[1 - len(row_tag) :]
            if is_small:
                head += content
    except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub calls it a value
        raise _broken(path, entry.name, "deflate") from error
    if size != entry.size or crc != entry.crc:
        raise _broken(path, entry.name, "CRC")
    if rows is not None and found != rows:
        raise _broken(path, entry.name, f"rows {found} ≠ {rows}")
    if is_small and entry.name.endswith((".xml", ".rels")):
        _check_xml(path, entry.name, bytes(head))
    elif entry.name.endswith(".xml") and last[-1:] != b">":
        raise _broken(path, entry.name, "end")


def _agrees_with_directory(data: bytes, entry: Entry) -> bool:
    """Tell whether the part's own header says what the directory says; readers of streams go by the header."""
    fields = struct.unpack_from("<4s5H3I2H", data, entry.offset)
    flags, method, crc, packed_size, size, name_length = *fields[2:4], *fields[6:10]
    name = data[entry.offset + 30 : entry.offset + 30 + name_length]
    if name != entry.raw_name or method != entry.method:
        return False
    is_told_later, is_wide = bool(flags & _SIZES_FOLLOW), _WIDE in (packed_size, size)
    sizes = (crc, entry.packed_size, entry.size) if is_wide else (crc, packed_size, size)
    return is_told_later or sizes == (entry.crc, entry.packed_size, entry.size)


def _row_tag(content: bytes) -> bytes:
    """Return how a row begins in a sheet part, whose root may have a prefix."""
    prefix = _ROOT.search(content)
    return b"<" + (prefix[1] or b"" if prefix else b"") + b"row "


def _check_xml(path: Path, part: str, content: bytes) -> None:
    try:
        expat.ParserCreate().Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: encodings that nobody has
        raise _broken(path, part, str(error)) from error

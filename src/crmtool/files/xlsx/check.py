"""Open a written workbook again and prove it whole, before it replaces anything.

Reads the file's own bytes, independently of what the writer remembers.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

import numpy as np
from isal import isal_zlib

from crmtool.errors import InputError, OutputError
from crmtool.files.xlsx.unpacking import Entry, packed_pieces, read_directory_of

SMALL_PART_BYTES = 4 << 20
"""XML up to this size is parsed; of larger parts, which are rows, the ends and the rows are looked at."""

PACKED_CHUNK_BYTES = 1 << 16
"""Packed bytes inflated at once: rows inflate to ten times and more."""

_RARE = ord("w")
_SIZES_FOLLOW, _WIDE = 0x0008, 0xFFFFFFFF
_HEADER = struct.Struct("<4s5H3I2H")
_ROOT = re.compile(rb"<(\w+:)?worksheet\b")


def check_workbook(path: Path, sheet_rows: Mapping[str, int] | None = None) -> None:
    """Prove that the workbook at `path` is whole: directory, sizes, CRC of every part, well-formed XML.

    `sheet_rows` (of a FillReport) are the rows that each sheet part must have. Raises OutputError
    `unreadable-output` naming the part and what is wrong with it.
    """
    with path.open("rb") as file:
        try:
            entries = read_directory_of(file)
        except InputError as error:
            raise _broken(path, "", "directory") from error
        names = [entry.name for entry in entries]
        for name in ("[Content_Types].xml", "_rels/.rels", *(sheet_rows or {})):
            if name not in names:
                raise _broken(path, name, "missing")
        for entry in entries:
            _check_part(path, file, entry, (sheet_rows or {}).get(entry.name))


def _broken(path: Path, part: str, reason: str) -> OutputError:
    return OutputError(
        *OutputError.of("unreadable-output", file=path.name, part=part, reason=reason).findings
    )


def _check_part(path: Path, file: BinaryIO, entry: Entry, rows: int | None) -> None:
    if not _agrees_with_directory(file, entry):
        raise _broken(path, entry.name, "header")
    crc, size, head = 0, 0, bytearray()
    is_small = entry.size <= SMALL_PART_BYTES
    counted = _RowCount() if rows is not None else None
    last = b""
    unpacker = isal_zlib.decompressobj(-15) if entry.method else None
    try:
        for piece in packed_pieces(file, entry, PACKED_CHUNK_BYTES):
            content = unpacker.decompress(piece) if unpacker is not None else piece
            crc = isal_zlib.crc32(content, crc)
            size += len(content)
            last = content[-1:] or last
            if counted is not None:
                counted.feed(content)
            if is_small:
                head += content
    except InputError as error:
        raise _broken(path, entry.name, "place") from error
    except isal_zlib.IsalError as error:  # type: ignore[misc]  # its stub calls it a value
        raise _broken(path, entry.name, "deflate") from error
    if size != entry.size or crc != entry.crc:
        raise _broken(path, entry.name, "CRC")
    if counted is not None and counted.rows != rows:
        raise _broken(path, entry.name, f"rows {counted.rows} ≠ {rows}")
    if is_small and entry.name.endswith((".xml", ".rels")):
        _check_xml(path, entry.name, bytes(head))
    elif entry.name.endswith(".xml") and last != b">":
        raise _broken(path, entry.name, "end")


def _agrees_with_directory(file: BinaryIO, entry: Entry) -> bool:
    """Tell whether the part's own header says what the directory says; readers of streams go by the header."""
    file.seek(entry.offset)
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return False
    fields = _HEADER.unpack(header)
    flags, method, crc, packed_size, size, name_length = *fields[2:4], *fields[6:10]
    if file.read(name_length) != entry.raw_name or method != entry.method:
        return False
    is_told_later, is_wide = bool(flags & _SIZES_FOLLOW), _WIDE in (packed_size, size)
    sizes = (crc, entry.packed_size, entry.size) if is_wide else (crc, packed_size, size)
    return is_told_later or sizes == (entry.crc, entry.packed_size, entry.size)


class _RowCount:
    """Counts the start tags of rows in a sheet part that comes in pieces.

    The rare letter of the tag is looked for first, in all bytes at once; searching for the tag itself takes twice
    as long.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._tag = b""
        self._before = b""

    def feed(self, content: bytes) -> None:
        """Count in the next piece; a tag may begin in the one before."""
        if not self._tag:
            root = _ROOT.search(content)
            self._tag = b"<" + ((root[1] or b"") if root else b"") + b"row "
        seam = self._before + content[: len(self._tag) - 1]
        self.rows += seam.count(self._tag) + self._whole(content)
        self._before = (self._before + content[1 - len(self._tag) :])[1 - len(self._tag) :]

    def _whole(self, content: bytes) -> int:
        found = np.frombuffer(content, dtype=np.uint8)
        places = np.flatnonzero(found == _RARE)
        places = places[(places >= len(self._tag) - 2) & (places < len(found) - 1)]
        for distance, byte in enumerate(self._tag[::-1], start=-1):
            places = places[found[places - distance] == byte]
        return len(places)


def _check_xml(path: Path, part: str, content: bytes) -> None:
    try:
        expat.ParserCreate().Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: encodings that nobody has
        raise _broken(path, part, str(error)) from error

"""Knows how a ZIP package lies in its bytes, and which part of a workbook is which sheet.

Written apart from crmtool's own code, so that the two do not share a mistake.
"""

from __future__ import annotations

import posixpath
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class Part:
    """One entry of a package: its name as written, how and into what it was packed, size and CRC of its content."""

    name: str
    method: int
    packed: bytes
    size: int
    crc: int

    @property
    def content(self) -> bytes:
        """Return the inflated bytes, checked against size and CRC."""
        found = zlib.decompress(self.packed, -15) if self.method == 8 else self.packed
        assert (len(found), zlib.crc32(found)) == (self.size, self.crc), f"{self.name} is damaged"
        return found


def parts_of(data: bytes) -> list[Part]:
    """Return the entries of a package in the order of its central directory; no ZIP64."""
    end = data.rindex(b"PK\x05\x06")
    count, _, at = struct.unpack_from("<HII", data, end + 10)
    found = []
    for _ in range(count):
        signature, flags, method, crc, packed, size, name, extra, comment, offset = struct.unpack_from(
            "<4s4x2H4x3I3H8xI", data, at
        )
        assert signature == b"PK\x01\x02", "the central directory is broken"
        raw_name = data[at + 46 : at + 46 + name]
        local_name, local_extra = struct.unpack_from("<26x2H", data, offset)
        assert data[offset : offset + 4] == b"PK\x03\x04", "a local header is not where it should be"
        assert data[offset + 30 : offset + 30 + local_name] == raw_name, "two names for one entry"
        start = offset + 30 + local_name + local_extra
        text = raw_name.decode("utf-8" if flags & 0x800 else "cp437")
        found.append(Part(text, method, data[start : start + packed], size, crc))
        at += 46 + name + extra + comment
    return found


def contents_of(data: bytes) -> dict[str, bytes]:
    """Return the inflated bytes of each part by its name."""
    return {part.name: part.content for part in parts_of(data)}


def sheets_of(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Return the name of the part of each sheet, by the sheet's name, in the workbook's order."""
    book = related(contents, "_rels/.rels", "officeDocument")[0]
    folder, file = posixpath.split(book)
    targets = _targets(contents, f"{folder}/_rels/{file}.rels")
    found = {}
    for sheet in ElementTree.fromstring(contents[book]).iter():
        if sheet.tag.endswith("}sheet"):
            identity = sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or ""
            if identity in targets:
                found[sheet.attrib["name"]] = targets[identity][1]
    return found


def related(contents: Mapping[str, bytes], relations: str, kind: str) -> list[str]:
    """Return the parts that a part of relationships names as this kind, such as `styles`."""
    return [target for its_kind, target in _targets(contents, relations).values() if its_kind == kind]


def _targets(contents: Mapping[str, bytes], relations: str) -> dict[str, tuple[str, str]]:
    base = posixpath.dirname(posixpath.dirname(relations))
    found = {}
    for relation in ElementTree.fromstring(contents[relations]) if relations in contents else ():
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", base, relation.attrib["Target"])).lstrip("/")
            found[relation.attrib["Id"]] = (relation.attrib["Type"].rsplit("/", 1)[-1], target)
    return found

"""Knows which encoding a text file is in, and reads it as lines without holding it twice.

How a line divides into cells is left to `crmtool.files.text`.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from crmtool.errors import InputError

CHUNK_BYTES = 1024**2

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHOWN = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "gb18030": "GB18030",
    "cp1252": "Windows-1252",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Decoding:
    """A codec's name, the bytes of the mark before the text, and how many places do not decode."""

    codec: str
    start: int = 0
    undecodable: int = 0

    @property
    def shown(self) -> str:
        """Return the encoding's name as people know it."""
        return _SHOWN[self.codec]

    def lines(self, data: bytes) -> TextIO:
        """Return the text as a stream of lines with their own ends (LF, CR or CRLF), decoded on the way."""
        raw = io.BytesIO(data)
        raw.seek(self.start)
        return io.TextIOWrapper(raw, encoding=self.codec, errors="replace", newline="")


def decoding_of(data: bytes, file: str) -> Decoding:
    """Return how to decode a text file; InputError where it is no text in an encoding known here.

    A mark decides; then zero bytes mean UTF-16; then whatever decodes without an error, of UTF-8, GB18030 and
    Windows-1252. A few broken bytes in long UTF-8 do not make it another encoding.

    >>> decoding_of("客户".encode("gb18030"), "a.csv").codec
    'gb18030'
    """
    decoding = _by_mark(data) or _by_trial(data)
    if decoding is None or _is_binary(decoding.lines(data).read(CHUNK_BYTES)):
        raise InputError.of("unknown-file-type", file=file)
    return decoding


def _by_mark(data: bytes) -> Decoding | None:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return Decoding(codec, len(mark), _census(data, codec)[1])
    if b"\x00" in data[:CHUNK_BYTES]:
        # Separators, digits and line ends are ASCII in any language: their zero byte comes first or second.
        head = data[:CHUNK_BYTES]
        codec = "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
        return Decoding(codec, 0, _census(data, codec)[1])
    return None


def _by_trial(data: bytes) -> Decoding | None:
    for codec in ("utf-8", "gb18030", "cp1252"):
        if _is_decodable(data, codec):
            return Decoding(codec)
        if codec == "utf-8":
            good, bad = _census(data, codec)
            if good >= 10 and bad * 20 < good:
                return Decoding(codec, 0, bad)
    return None


def _is_decodable(data: bytes, codec: str) -> bool:
    try:
        for _ in _decoded(data, codec, "strict"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _census(data: bytes, codec: str) -> tuple[int, int]:
    """Return how many characters beyond ASCII decode, and how many places do not."""
    good = bad = 0
    for text in _decoded(data, codec, "replace"):
        replaced = text.count("\ufffd")
        bad += replaced
        good += len(text) - len(text.encode("ascii", "ignore")) - replaced
    return good, max(0, bad - data.count("\ufffd".encode(codec)))


def _decoded(data: bytes, codec: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    for at in range(0, len(data), CHUNK_BYTES):
        yield decoder.decode(data[at : at + CHUNK_BYTES])
    yield decoder.decode(b"", True)


def _is_binary(sample: str) -> bool:
    return "\x00" in sample or len(_CONTROLS.findall(sample)) * 100 > len(sample)

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
#: One in so many is few.
_FEW = 20
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

    A mark decides; then many zero bytes of one side mean UTF-16; then whatever decodes without an error, of UTF-8, GB18030
    and Windows-1252. A few broken bytes in long UTF-8 do not make it another encoding, nor do a few zero bytes: where
    the first of them stands is told.

    >>> decoding_of("客户".encode("gb18030"), "a.csv").codec
    'gb18030'
    """
    decoding = _by_mark(data) or _by_trial(data)
    if decoding is None or _is_binary(decoding.lines(data).read(CHUNK_BYTES)):
        zeros = data.count(0)
        if 0 < zeros * _FEW < len(data) and decoding is not None and not decoding.codec.startswith("utf-16"):
            line = data.count(b"\n", 0, data.index(0)) + 1
            raise InputError.of("zero-bytes", file=file, line=line, bytes=zeros)
        raise InputError.of("unknown-file-type", file=file)
    return decoding


def _by_mark(data: bytes) -> Decoding | None:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return Decoding(codec, len(mark), _census(data, codec)[1])
    bare = _utf_16_of(data[:CHUNK_BYTES])
    return Decoding(bare, 0, _census(data, bare)[1]) if bare is not None else None


def _utf_16_of(head: bytes) -> str | None:
    """Return which UTF-16 a text without a mark is in, None where it is in none.

    Separators, digits and line ends are ASCII in any language: their zero byte comes first or second, and they are not
    few. (A Chinese character with one, such as U+4E00, has it on the other side.) Where they are no third of the text,
    what lies between is Chinese, and no UTF-8.
    """
    first, second = head[0::2].count(0), head[1::2].count(0)
    many, few = max(first, second), min(first, second)
    if not many or many * _FEW < len(head) // 2 or few * 2 > many:
        return None
    if many * 3 < len(head) // 2 and _is_decodable(head[: head.rfind(b"\n") + 1] or head, "utf-8"):
        return None
    return "utf-16-be" if first > second else "utf-16-le"


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

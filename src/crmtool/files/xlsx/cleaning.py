"""Make any text fit to stand in a cell: what XML or Excel cannot hold is taken out, and said.

Knows the limits of text in cells; where a cell goes and how a column is joined is for `render`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MAX_CELL_UNITS = 32_767
"""Most UTF-16 units a cell holds (Excel specifications and limits)."""

_FIRST_PRINTABLE = 0x20
_CONTROL_BYTES = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IS_SPACE = np.isin(np.arange(256), list(b" \t\n"))
_ESCAPE_LOOKALIKE = re.compile("_(x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Texts fit for cells, with the positions where characters were taken out or the end was cut off."""

    texts: pa.Array
    cleaned: tuple[int, ...] = ()
    truncated: tuple[int, ...] = ()


def clean_text(text: str) -> str:
    r"""Return `text` without control characters, lone surrogates and noncharacters; line ends become `\n`.

    >>> clean_text("a\x07b\r\nc"), clean_text("\ud800")
    ('ab\nc', '')
    """
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_unfit(text: str) -> bool:
    """Return whether a text holds what a cell cannot, or is too long for one."""
    return bool(_UNFIT.search(text)) or truncate_text(text) != text


def truncate_text(text: str) -> str:
    """Return the longest beginning of `text` that fits a cell and splits no character."""
    if len(text) * 2 <= MAX_CELL_UNITS:
        return text
    return text.encode("utf-16-le")[: 2 * MAX_CELL_UNITS].decode("utf-16-le", "ignore")


def bytes_of(texts: pa.Array) -> bytes:
    """Return the UTF-8 bytes of all texts of a string array, one after the other."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return b""
    ends = np.frombuffer(offsets, dtype=np.int32)
    return bytes(memoryview(data)[ends[texts.offset] : ends[texts.offset + len(texts)]])


def clean_array(texts: pa.Array, *, is_cut: bool = True) -> Cleaned:
    """Return the texts of a string array fit for cells; nulls stay null. Long ones are cut off if `is_cut`.

    The tests run over the array's bytes, so that a column that needs nothing costs next to nothing.
    """
    data = bytes_of(texts)
    is_long = (
        is_cut and len(data) > MAX_CELL_UNITS and pc.max(pc.binary_length(texts)).as_py() > MAX_CELL_UNITS
    )
    if not is_long and not _has_unfit(data):
        return Cleaned(_with_line_feeds(texts) if b"\r" in data else texts)
    kept: list[str | None] = []
    cleaned, truncated = [], []
    for position, raw in enumerate(texts.cast(pa.binary()).to_pylist()):
        if raw is None:
            kept.append(None)
            continue
        before = raw.decode("utf-8", "surrogatepass") if _is_utf8(raw) else raw.decode("utf-8", "replace")
        after = clean_text(before)
        if _UNFIT.search(before) or not _is_utf8(raw):
            cleaned.append(position)
        kept.append(truncate_text(after) if is_cut else after)
        if kept[-1] != after:
            truncated.append(position)
    return Cleaned(pa.array(kept, pa.string()), tuple(cleaned), tuple(truncated))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _has_unfit(data: bytes) -> bool:
    if _lowest(data) < _FIRST_PRINTABLE and len(data.translate(None, _CONTROL_BYTES)) != len(data):
        return True
    if data.isascii():
        return False
    if b"\xef\xbf" in data and (b"\xef\xbf\xbe" in data or b"\xef\xbf\xbf" in data):
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def _lowest(data: bytes) -> int:
    return int(np.frombuffer(data, dtype=np.uint8).min(initial=_FIRST_PRINTABLE))


def _with_line_feeds(texts: pa.Array) -> pa.Array:
    return pc.replace_substring(pc.replace_substring(texts, "\r\n", "\n"), "\r", "\n")


def without_empty(texts: pa.Array) -> pa.Array:
    """Return the texts with null for each that has no character: an empty cell, not one with no text in it."""
    lengths = pc.binary_length(texts)
    if pc.min(lengths).as_py() != 0:
        return texts
    return pc.if_else(pc.equal(lengths, 0), None, texts)


def escape_array(texts: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Return clean texts as they may stand in `<t>`, and which have white space at an end to preserve.

    None instead of the latter where no text has.
    """
    data = bytes_of(texts)
    is_spaced = _is_spaced(texts) if data and _lowest(data) <= _FIRST_PRINTABLE else None
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        if character.encode() in data:
            texts = pc.replace_substring(texts, character, entity)
    if b"_x" in data:
        texts = pc.replace_substring_regex(texts, _ESCAPE_LOOKALIKE.pattern, r"_x005F_\1")
    return texts, is_spaced


def _is_spaced(texts: pa.Array) -> pa.Array | None:
    """Return which texts begin or end with white space, or None where no text does; there is no empty text."""
    ends = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2], dtype=np.uint8)
    edges = np.concatenate([data[np.minimum(ends[:-1], len(data) - 1)], data[np.maximum(ends[1:] - 1, 0)]])
    found = _IS_SPACE[edges].reshape(2, -1).any(axis=0)
    # The bytes beside a null belong to other texts.
    found &= pc.is_valid(texts).to_numpy(zero_copy_only=False)
    return pa.array(found) if found.any() else None


def escape_lookalikes(text: str) -> str:
    """Return `text` so that Excel does not take `_x000D_` in it for a character code."""
    return _ESCAPE_LOOKALIKE.sub(r"_x005F_\1", text)

"""Which texts of a column can be taken as they stand, found by their bytes; nearly all of them can.

What the others say is read one by one in `crmtool.ledger.values.cells`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

#: A text longer than this many characters is looked at alone.
_LONGEST = 16_000
_ODD = r"^[-–—－/#]|^$|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{FFFE}\x{FFFF}]"
_SPACE, _DELETE = 0x20, 0x7F
_BREAKS = [0x09, 0x0A, 0x0D]
#: First bytes (0: there is none) of texts that `_ODD` may match by their start.
_ODD_STARTS = np.zeros(256, dtype=bool)
_ODD_STARTS[[0, *"–－".encode()[::3], *b"-/#"]] = True
_BYTES_AT_ONCE = 1 << 22


def trimmed(text: pa.Array) -> pa.Array:
    """Return texts without spaces at their ends; the very same array where there are none."""
    short = pc.utf8_trim_whitespace(text)
    return text if pc.sum(pc.binary_length(short)) == pc.sum(pc.binary_length(text)) else short


def odd_texts(text: pa.Array) -> pa.Array:
    """Return which texts may be a placeholder, an error or nothing, or hold control characters; null stays null.

    >>> odd_texts(pa.array(["甲公司", "-", "", "#N/A", "a\\x00b", "－", None])).to_pylist()
    [False, True, True, True, True, True, None]
    """
    offsets, data = _buffers(text)
    lengths = np.diff(offsets)
    if not len(text) or lengths.max() > _LONGEST or _has_unfit(data[offsets[0] : offsets[-1]]):
        is_long = pc.greater(pc.utf8_length(text), _LONGEST)
        return pc.or_(pc.match_substring_regex(text, _ODD), is_long)
    firsts = np.zeros(len(text), dtype=np.uint8)
    has_any = lengths > 0
    firsts[has_any] = data[offsets[:-1][has_any]]
    places = np.flatnonzero(_ODD_STARTS[firsts])
    is_odd = np.zeros(len(text), dtype=bool)
    looked_at = pc.match_substring_regex(text.take(pa.array(places)), _ODD)
    is_odd[places] = looked_at.fill_null(False).to_numpy(zero_copy_only=False)
    return pa.array(is_odd) if not text.null_count else pc.if_else(text.is_valid(), pa.array(is_odd), None)


def _buffers(text: pa.Array) -> tuple[npt.NDArray[Any], npt.NDArray[np.uint8]]:
    """Return the offsets of the texts (one more than texts) and the bytes that they point into."""
    _, offsets, data = text.buffers()
    if not len(text):
        return np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.uint8)
    width = np.int64 if pa.types.is_large_string(text.type) else np.int32
    starts = np.frombuffer(offsets, width)[text.offset : text.offset + len(text) + 1]
    return starts, np.frombuffer(data if data is not None else b"", np.uint8)


def _has_unfit(data: npt.NDArray[np.uint8]) -> bool:
    """Tell whether there is a control character, U+FFFE or U+FFFF (EF BF BE, EF BF BF) among UTF-8 bytes."""
    for start in range(0, len(data), _BYTES_AT_ONCE):
        part = data[start : start + _BYTES_AT_ONCE + 2]
        low = part[part < _SPACE]
        marks = np.flatnonzero(part[:-2] == 0xEF)
        is_mark = (part[marks + 1] == 0xBF) & (part[marks + 2] >= 0xBE)
        if (part == _DELETE).any() or not np.isin(low, _BREAKS).all() or is_mark.any():
            return True
    return False

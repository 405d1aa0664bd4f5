"""Knows how text is spelled in XML and in OOXML: entities, line ends, `_x000D_`, outer whitespace.

Where the text stands is left to the modules that find it.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.sheetdata.marks import Flags
from crmtool.files.sheetdata.plain import XML_SPACE, NotPlain

_ENTITY = re.compile(r"&([^;&]*);?")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NUMERIC = re.compile(r"#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))")


def decoded(array: pa.Array, trims: Flags | None) -> pa.Array:
    """Return texts as a person sees them, from the bytes between tags.

    `trims` says which of them lose whitespace at both ends (None: none does). NotPlain for an entity that
    XML does not know.
    """
    data = (
        np.frombuffer(array.buffers()[2], np.uint8)
        if array.buffers()[2] is not None
        else np.empty(0, np.uint8)
    )
    marks = [mark for mark in ("&", "\r", "_x") if (data == ord(mark[0])).any()]
    odd = np.zeros(len(array), np.bool_)
    for mark in marks:
        odd |= pc.match_substring(array, mark).to_numpy(zero_copy_only=False)
    if trims is not None:
        odd |= trims & _has_outer_space(array, data)
    places = np.flatnonzero(odd)
    if len(places) == 0:
        return array
    olds = array.take(pa.array(places)).to_pylist()
    is_trimmed = trims[places].tolist() if trims is not None else [False] * len(places)
    news = [shown(old, trim) for old, trim in zip(olds, is_trimmed, strict=True)]
    return pc.replace_with_mask(array, pa.array(odd), pa.array(news, pa.string()))


def _has_outer_space(array: pa.Array, data: npt.NDArray[np.uint8]) -> Flags:
    offsets = np.frombuffer(array.buffers()[1], np.int32)[: len(array) + 1]
    has = np.zeros(len(array), np.bool_)
    filled = np.flatnonzero(np.diff(offsets))
    # A character reference may stand for a space.
    first, last = data[offsets[filled]], data[offsets[filled + 1] - 1]
    has[filled] = (first <= ord(" ")) | (last <= ord(" "))
    return has


def shown(text: str, trim: bool) -> str:
    """Return one text decoded.

    >>> shown(" a&lt;b_x000D_", True)
    'a<b\\r'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _ENTITY.sub(_entity, text)
    if trim:
        text = text.strip(XML_SPACE)
    return unescaped(text)


def unescaped(text: str) -> str:
    """Return a text with the characters that OOXML escapes (`_x000D_`) as themselves; halves of pairs stay."""
    return _ESCAPE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if found[0].endswith(";"):
        if name in _NAMED:
            return _NAMED[name]
        number = _NUMERIC.fullmatch(name)
        if number is not None:
            code = int(number[1], 16) if number[1] else int(number[2])
            if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000:
                return chr(code)
    raise NotPlain("an unknown entity")

"""Knows how any text goes into a cell and comes out of it again as it was.

A cell holds no control characters, no empty text that differs from none, and 32,767 characters at most; what is not of
that kind is spelt as JSON (`json:"第一行\\r\\n第二行"`), or stands in pieces elsewhere and is named by a number (`json:7`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

PREFIX: Final = "json:"
#: What a cell cannot hold, or spreadsheet programs change: for RE2, which tells it of whole columns.
_BLANK: Final = r"[\s\p{Z}\x{feff}]"
_ODD: Final = rf"^json:|^$|[\x00-\x08\x0b-\x1f\x7f-\x9f]|\x{{fffe}}|\x{{ffff}}|^{_BLANK}|{_BLANK}$"
_UNFIT: Final = re.compile("[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Characters of UTF-16 in a cell.
_MOST: Final = 32_767
#: Characters of one piece: spelt as JSON, each takes twelve at most.
_PIECE: Final = 2_500


class NotSpelt(ValueError):
    """A text that begins with `json:` and is none that was spelt here."""


@dataclass
class LongTexts:
    """The texts that are too long for a cell, numbered from 1 on in the order in which they came."""

    texts: list[str] = field(default_factory=list)

    def number_of(self, text: str) -> int:
        """Take a text in and return its number."""
        self.texts.append(text)
        return len(self.texts)

    def table(self) -> pa.Table:
        """Return the pieces: `number`, `part` from 1 on, and `text`, spelt for cells."""
        rows = [
            (number, part, spelt(text[at : at + _PIECE]))
            for number, text in enumerate(self.texts, start=1)
            for part, at in enumerate(range(0, len(text), _PIECE), start=1)
        ]
        kinds = {"number": pa.int64(), "part": pa.int64(), "text": pa.string()}
        return pa.Table.from_pylist([dict(zip(kinds, row, strict=True)) for row in rows], pa.schema(kinds))


def spelt(text: str) -> str:
    """Return a text as a cell can hold it; most are what they are.

    >>> spelt("甲"), spelt(""), spelt("a\\r\\n")
    ('甲', 'json:""', 'json:"a\\\\r\\\\n"')
    """
    return _as_json(text) if _is_odd(pa.array([text])).to_pylist() == [True] else text


def spelt_all(texts: pa.Array | pa.ChunkedArray, long: LongTexts) -> pa.Array | pa.ChunkedArray:
    """Return texts as cells can hold them, null staying null; what is too long for one goes into `long`."""
    is_odd = _is_odd(texts)
    if not pc.any(is_odd).as_py():
        return texts
    news = [
        _as_json(text) if len(_as_json(text)) * 2 <= _MOST else f"{PREFIX}{long.number_of(text)}"
        for text in texts.filter(is_odd).to_pylist()
    ]
    return pc.replace_with_mask(texts, is_odd, pa.array(news, pa.string()))


def read_back(cells: pa.Array, pieces: dict[int, str]) -> pa.Array:
    """Return the texts that cells were spelt from; `pieces` are the long ones by number.

    Raises `NotSpelt` with the first cell that is none.
    """
    is_spelt = pc.fill_null(pc.starts_with(cells, PREFIX), False)
    if not pc.any(is_spelt).as_py():
        return cells
    news = [_read(cell, pieces) for cell in cells.filter(is_spelt).to_pylist()]
    return pc.replace_with_mask(cells, is_spelt, pa.array(news, pa.string()))


def _read(cell: str, pieces: dict[int, str]) -> str:
    try:
        value = json.loads(cell.removeprefix(PREFIX))
        text = pieces[value] if type(value) is int else value
        if not isinstance(text, str):
            raise NotSpelt(cell)
        text.encode()
    except (ValueError, KeyError) as problem:
        raise NotSpelt(cell) from problem
    return text


def _is_odd(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    is_odd = pc.match_substring_regex(texts, _ODD)
    # A character is two of UTF-16 at most.
    is_long = pc.greater(pc.utf8_length(texts), _MOST // 2)
    return pc.fill_null(pc.or_(is_odd, is_long), False)


def _as_json(text: str) -> str:
    return PREFIX + _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))

"""Turns judged values into the Arrow arrays of output columns: labels for ids, yuan for fen, shares.

Which columns a sheet has is left to the sheet's own module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import Look
from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.visits.frames import one_array

#: How many units of text fit on a line of each look in the shipped templates; a Chinese character takes two.
LINE_UNITS: Mapping[Look, int] = {"short": 8, "text": 12, "medium": 21}


def array(series: pd.Series) -> pa.Array:
    """Return an Arrow-backed series as one Arrow array, texts always as `string`; null stays null."""
    cells = one_array(series)
    return cells.cast(pa.string()) if pa.types.is_large_string(cells.type) else cells


def no_texts(rows: int) -> pa.Array:
    """Return `rows` empty text cells."""
    return pa.nulls(rows, pa.string())


def yuan(fen: pa.Array) -> pa.Array:
    """Return whole fen (int64) as yuan (float64), to 15 digits; null stays null.

    >>> yuan(pa.array([1234567, None])).to_pylist()
    [12345.67, None]
    """
    return pc.divide(pc.cast(fen, pa.float64(), safe=False), float(FEN_PER_YUAN))


def mapped(ids: pa.Array, names: Mapping[str, str]) -> pa.Array:
    """Return the name of each id; null where the id is null, not known, or has an empty name.

    >>> mapped(pa.array(["b", None, "?"]), {"a": "甲", "b": "乙"}).to_pylist()
    ['乙', None, None]
    """
    labels = pa.array([name or None for name in names.values()], pa.string())
    return pc.take(labels, pc.index_in(ids, value_set=pa.array(names, pa.string())))


def rewritten(texts: pa.Array, rewrite: Callable[[str], str | None]) -> pa.Array:
    """Return each text rewritten; every distinct text is rewritten once, and null stays null."""
    encoded = pc.dictionary_encode(texts)
    words = [rewrite(text) for text in encoded.dictionary.to_pylist()]
    return pc.take(pa.array(words, pa.string()), encoded.indices)


def relabelled(ids: pa.Array, names: Mapping[str, str], separator: str = "、") -> pa.Array:
    """Return lists of ids, joined by `|`, as lists of names.

    >>> relabelled(pa.array(["a|b", "", None]), {"a": "甲", "b": "乙"}).to_pylist()
    ['甲、乙', None, None]
    """

    def words(joined: str) -> str | None:
        return separator.join(names.get(part, part) for part in joined.split("|") if part) or None

    return rewritten(ids, words)


def share(part: float, whole: float) -> float | None:
    """Return part ÷ whole; None where the whole is nothing."""
    return part / whole if whole else None


def look_of_texts(texts: pa.Array, header: str = "", *, is_name: bool = False) -> Look:
    """Return the narrowest look that shows all texts on two lines, and the header too; `wide` if none does.

    `short` is for texts on one line; names get a wider look before they are broken.

    >>> look_of_texts(pa.array(["制造业", None])), look_of_texts(pa.array(["华东精密机械有限公司"]))
    ('short', 'text')
    >>> look_of_texts(pa.array(["华东精密机械有限公司"]), is_name=True), look_of_texts(pa.array(["字" * 22]))
    ('medium', 'wide')
    """
    # In UTF-8 a letter is one byte and a Chinese character three, so units are half of bytes and characters.
    halves: Any = pc.max(pc.add(pc.binary_length(texts), pc.utf8_length(texts))).as_py()
    longest = (halves or 0) / 2
    heading = (len(header.encode()) + len(header)) / 2
    lines = {"short": 1, "text": 1 if is_name else 2, "medium": 2}
    for look, units in LINE_UNITS.items():
        if longest <= units * lines[look] and heading <= units * 2:
            return look
    return "wide"


def integral(numbers: pa.Array) -> bool:
    """Tell whether every number that is there is whole."""
    is_whole: Any = pc.all(pc.equal(pc.floor(numbers), numbers)).as_py()
    return is_whole is not False

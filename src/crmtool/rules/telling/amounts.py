"""Whole columns of amounts in words, as `crmtool.rules.telling.words.money_text` says a single one.

What the words are for is left to reasons and advice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.messages import Lang
from crmtool.rules.telling.words import money_text

_THOUSAND, _MILLION = 1_000, 1_000_000
#: Yuan below this have at most three groups of three digits.
_MOST_YUAN = 1_000_000_000


def money_texts(fen: pa.Array, lang: Lang = "zh") -> pa.Array:
    """Return exact amounts (int64, whole fen) as people write them (string); null stays null.

    An amount with odd fen is always written out, so its groups of digits are looked up and joined; the others
    are mostly round and few, and each distinct one is put into words once.

    >>> money_texts(pa.array([123_456_701, 15_000_000, None, -150, 5])).to_pylist()
    ['1,234,567.01元', '15万元', None, '-1.50元', '0.05元']
    """
    values = fen.fill_null(0).to_numpy(zero_copy_only=False)
    is_plain = (values > 0) & (values % FEN_PER_YUAN != 0) & (values < _MOST_YUAN * FEN_PER_YUAN)
    if not is_plain.any():
        return _each(fen, lang)
    texts = _written_out(np.where(is_plain, values, 0), lang)
    return (
        texts if is_plain.all() else pc.if_else(pa.array(is_plain), texts, _each(_but(fen, is_plain), lang))
    )


def _but(fen: pa.Array, is_plain: Any) -> pa.Array:
    return pc.if_else(pa.array(is_plain), pa.scalar(None, pa.int64()), fen)


def _each(fen: pa.Array, lang: Lang) -> pa.Array:
    coded = fen.dictionary_encode()
    words = [money_text(value, lang) for value in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def _written_out(fen: Any, lang: Lang) -> pa.Array:
    """Return amounts of at most nine digits of yuan with separators and two decimals."""
    yuan = fen // FEN_PER_YUAN
    millions, thousands, ones = yuan // _MILLION, yuan // _THOUSAND % _THOUSAND, yuan % _THOUSAND
    before, after = ("CNY ", "") if lang == "en" else ("", "元")
    # What a group looks like depends on whether another one stands before it: the second half of each list.
    numbers = range(_THOUSAND)
    first = ["", *(f"{n}," for n in numbers if n)]
    middle = [*first, *(f"{n:03}," for n in numbers)]
    last = [*map(str, numbers), *(f"{n:03}" for n in numbers)]
    cents = [f".{n:02}{after}" for n in range(FEN_PER_YUAN)]
    groups = (
        (first, millions),
        (middle, thousands + _THOUSAND * (millions > 0)),
        (last, ones + _THOUSAND * (yuan >= _THOUSAND)),
        (cents, fen % FEN_PER_YUAN),
    )
    parts = [pa.array(words, pa.string()).take(pa.array(places)) for words, places in groups]
    return pc.binary_join_element_wise(*([before] if before else []), *parts, "")

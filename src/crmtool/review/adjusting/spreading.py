"""Steps over rows that belong to customers: laid out a cell a customer, texts of one customer put together.

What the rows say is for the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import one_array


def by_customer(positions: Any, cells: Any, customers: int) -> pa.Array:
    """Return the cells laid out for so many customers; null for who has none, the first for who has several.

    >>> by_customer(pa.array([2, 0, None]), pa.array(["丙", "甲", "?"]), 3).to_pylist()
    ['甲', None, '丙']
    """
    at = pc.index_in(pa.array(np.arange(customers)), one_array(positions).cast(pa.int64()))
    return one_array(cells).take(at)


def joined_by_customer(positions: Any, texts: Any, customers: int, separator: str) -> pa.Array:
    """Return the texts of each of so many customers, joined in their order; null for who has none."""
    rows = pa.table({"customer": one_array(positions), "text": one_array(texts)})
    rows = rows.filter(pc.and_(pc.is_valid(rows["customer"]), pc.is_valid(rows["text"])))
    held = rows.group_by("customer", use_threads=False).aggregate([("text", "list")])
    return by_customer(held["customer"], pc.binary_join(one_array(held["text_list"]), separator), customers)


def worded(keys: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """Return the word for each key; null where a key is null or has none."""
    known = pa.array(list(words), pa.string())
    return pa.array(list(words.values()), pa.string()).take(pc.index_in(keys, known))


def each_distinct(cells: pa.Array, told: Callable[[str], str | None]) -> pa.Array:
    """Return what is told of each text, asked once for each different one; null stays null."""
    coded = cells.dictionary_encode()
    return pa.array([told(text) for text in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def empty_as_null(cells: pa.Array) -> pa.Array:
    """Return texts without those that are empty or nothing but blanks."""
    plain = pc.utf8_trim_whitespace(cells)
    return one_array(pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain))

"""A digest of a table's rows, in whatever order they stand: by it an exported history knows whether it was edited.

Where it stands in the workbook is told in `history_sheets`.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_BYTES: Final = 16
_ROWS_AT_ONCE: Final = 65_536
#: Between cells, and for an empty one: no text of a cell is mistaken for either, for its length stands before it.
_BETWEEN, _EMPTY = "\x1f", "\x00"


def digest_of(table: pa.Table) -> str:
    """Return the digest of a table's columns (in the order of their names) and rows (in any), in hexadecimal digits.

    >>> rows = pa.table({"a": ["x", None], "b": [1.5, 2.0]})
    >>> digest_of(rows) == digest_of(rows.take([1, 0]).select(["b", "a"]))
    True
    >>> digest_of(rows) == digest_of(pa.table({"a": ["x", ""], "b": [1.5, 2.0]}))
    False
    """
    total = len(table)
    for at in range(0, len(table), _ROWS_AT_ONCE):
        for row in _rows(table.slice(at, _ROWS_AT_ONCE)).to_pylist():
            digest = hashlib.blake2b(row.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
            total += int.from_bytes(digest)
    return f"{total % (1 << 8 * _BYTES):0{2 * _BYTES}x}"


def _rows(table: pa.Table) -> pa.Array:
    cells = [_texts(table[name].combine_chunks()) for name in sorted(table.column_names)]
    return pc.binary_join_element_wise(*cells, _BETWEEN)


def _texts(cells: pa.Array) -> pa.Array:
    """Return cells as texts that say what is in them to the last bit; empty ones as a text that no other one is."""
    if pa.types.is_floating(cells.type):
        # How a number is written may change; what it is made of does not. A negative zero is zero.
        bits = (np.asarray(pc.fill_null(cells, 0.0)) + 0.0).view(np.int64)
        cells = pc.if_else(pc.is_valid(cells), pa.array(bits), None)
    elif pa.types.is_date(cells.type):
        cells = cells.cast(pa.int32())
    texts = cells.cast(pa.string())
    lengths = pc.binary_length(texts).cast(pa.string())
    return pc.fill_null(pc.binary_join_element_wise(lengths, texts, ":"), _EMPTY)

"""Whole-column steps over frames and Arrow arrays: one array of a column, rows that are chosen, texts put together.

What the columns mean is for the modules that use them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def one_array(cells: Any) -> pa.Array:
    """Return a column (Arrow-backed or Arrow, chunked or not) as one Arrow array, whatever pieces it is made of."""
    array = cells if isinstance(cells, pa.Array | pa.ChunkedArray) else pa.array(cells)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def column(frame: pd.DataFrame, name: str) -> pa.Array:
    """Return a column of a frame as one Arrow array."""
    return one_array(frame[name])


def table_of(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as an Arrow table without an index, a column one array."""
    return pa.table({name: column(frame, name) for name in frame.columns})


def frame_from(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as an Arrow-backed frame."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def stacked(*frames: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of frames of the same columns, one frame below the other, numbered anew."""
    return frame_from(pa.concat_tables([table_of(frame) for frame in frames]))


def rows_where(frame: pd.DataFrame, mask: pa.Array) -> pd.DataFrame:
    """Return the rows where `mask` (bool, one cell a row) is true, numbered anew."""
    return frame_from(table_of(frame).filter(mask))


def replaced(frame: pd.DataFrame, cells: Mapping[str, pa.Array]) -> pd.DataFrame:
    """Return the frame with the given columns in the place of its own, as the same types."""
    table = table_of(frame)
    for name, array in cells.items():
        at = table.column_names.index(name)
        table = table.set_column(at, name, array.cast(table.schema.field(name).type))
    return frame_from(table)


def same_text(cells: pa.Array, value: str) -> pa.Array:
    """Tell which cells hold a text; an empty cell does not."""
    return pc.fill_null(pc.equal(cells, value), False)


def one_of(cells: pa.Array | pa.ChunkedArray, values: Iterable[str]) -> pa.Array:
    """Tell which cells hold one of some texts; an empty cell does not."""
    return pc.is_in(cells, pa.array(list(values), pa.string()))


def joined(parts: Sequence[pa.Array | pa.ChunkedArray], separator: str = " ") -> pa.Array:
    """Return the texts of each row that are there, joined by the separator; null where there is none.

    >>> joined([pa.array(["甲", None, None]), pa.array(["乙", "丙", None])], "；").to_pylist()
    ['甲；乙', '丙', None]
    """
    # With nothing but nulls in a row, Arrow's `skip` loses the row itself: an empty text in front keeps it.
    texts = pc.binary_join_element_wise(pa.scalar(""), *parts, separator, null_handling="skip")
    texts = pc.utf8_slice_codeunits(texts, len(separator))
    return one_array(pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts))


def packed(*parts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the cells of several columns as one text a row, to compare them by; null where one of them is.

    >>> packed(pa.array(["a", None]), pa.array([1, 2])).to_pylist()
    ['a\\x1f1', None]
    """
    return one_array(pc.binary_join_element_wise(*(part.cast(pa.string()) for part in parts), "\x1f"))


def day(value: date) -> pa.Scalar:
    """Return a day as Arrow compares it with columns of days."""
    return pa.scalar(value, pa.date32())


def months_of(days: pa.Array) -> pa.Array:
    """Return the running number of each day's month, twelve a year; null where there is no day."""
    return pc.add(pc.multiply(pc.year(days), 12), pc.month(days))

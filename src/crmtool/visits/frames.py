"""Whole-column steps over the frames of this room: a column as one Arrow array, rows that are chosen, cells replaced.

What the columns mean is for the modules that use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def column(frame: pd.DataFrame, name: str) -> pa.Array:
    """Return a column as one Arrow array, whatever pieces it is made of."""
    array = pa.array(frame[name])
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def table_of(frame: pd.DataFrame) -> pa.Table:
    """Return a frame as an Arrow table without an index."""
    return pa.table({name: column(frame, name) for name in frame.columns})


def frame_from(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as an Arrow-backed frame."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


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


def text(*values: str) -> pa.Array:
    """Return the values as an array of texts, for `is_in`."""
    return pa.array(values, pa.string())


def same_text(cells: pa.Array, value: str) -> pa.Array:
    """Tell which cells hold a text; an empty cell does not."""
    return pc.fill_null(pc.equal(cells, value), False)


def day(value: date) -> pa.Scalar:
    """Return a day as Arrow compares it with columns of days."""
    return pa.scalar(value, pa.date32())


def months_of(days: pa.Array) -> pa.Array:
    """Return the running number of each day's month, twelve a year; null where there is no day."""
    return pc.add(pc.multiply(pc.year(days), 12), pc.month(days))

"""Hold what repeats in rows once: distinct values, and which of them each row has; join such texts row by row.

Knows Arrow arrays and nothing of XML or workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Indices: TypeAlias = npt.NDArray[np.integer[Any]]

GATHERED_ROWS = 1_024
"""Rows joined at once: their bytes are still in the processor's cache when they are packed."""

CHUNK_ROWS = 16_384
"""Rows worked on at once: memory stays the same however long a table is."""

MAX_CHUNK_BYTES = 1 << 30
"""Fewer rows are worked on at once where their text might outgrow this: Arrow's texts end at 2 GiB."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Values, each held once: row `i` has `values[which[i]]`. A null is a value like any other."""

    values: pa.Array
    which: Indices

    @property
    def is_varied(self) -> bool:
        """Tell whether hardly a value repeats, so that looking for repetitions is not worth its while."""
        return len(self.values) * 2 > len(self.which)

    def rows_with(self, places: Indices) -> Indices:
        """Return the rows that have one of the values at `places`, in order."""
        return np.flatnonzero(np.isin(self.which, places))

    def of_rows(self) -> pa.Array:
        """Return the value of each row."""
        return pc.take(self.values, pa.array(self.which), boundscheck=False)


def coded(values: pa.Array, *, is_varied: bool = False) -> Coded:
    """Return the distinct values of an array; all of them, as they come, where they are known to vary.

    >>> seen = coded(pa.array(["A", "B", "A", None]))
    >>> seen.values.to_pylist(), seen.which.tolist()
    (['A', 'B', None], [0, 1, 0, 2])
    """
    if is_varied:
        return Coded(values, np.arange(len(values), dtype=np.int32))
    found = values.dictionary_encode(null_encoding="encode")
    return Coded(found.dictionary, found.indices.to_numpy())


def longest(cells: pa.Array | pa.ChunkedArray | None) -> int:
    """Return the bytes of the longest text of an array; 0 where it holds none."""
    if cells is None or not len(cells):
        return 0
    texts = cells.cast(pa.string()) if pa.types.is_dictionary(cells.type) else cells
    return pc.max(pc.binary_length(texts)).as_py() or 0 if pa.types.is_string(texts.type) else 0


def rows_at_once(row_bytes: int) -> int:
    """Return how many rows may be worked on at once where none takes more than `row_bytes`."""
    return max(1, min(CHUNK_ROWS, MAX_CHUNK_BYTES // max(row_bytes, 1)))


def join_rows(parts: Sequence[str | Coded], rows: int) -> Iterator[memoryview]:
    """Yield the UTF-8 bytes of rows, each row its parts one after the other; no value may be null.

    Gathers all pieces of some rows at once: several times as fast as joining columns row by row. All bytes
    together must stay below 2 GiB.
    """
    pool: list[pa.Array] = []
    starts: dict[int, int] = {}
    size = 0
    which = np.empty((rows, len(parts)), dtype=np.int32)
    for place, part in enumerate(parts):
        if isinstance(part, str):
            which[:, place] = size
            pool.append(pa.array([part], pa.string()))
        else:
            start = starts.setdefault(id(part), size)
            np.add(part.which, start, out=which[:, place], casting="unsafe")
            if start < size:
                continue
            pool.append(part.values)
        size += len(pool[-1])
    pieces = pa.concat_arrays(pool)
    for first in range(0, rows, GATHERED_ROWS):
        some = pa.array(which[first : first + GATHERED_ROWS].reshape(-1))
        yield view_of(pc.take(pieces, some, boundscheck=False))


def view_of(texts: pa.Array) -> memoryview:
    """Return the UTF-8 bytes of all texts of a string array, one after the other, without copying them."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return memoryview(b"")
    ends = np.frombuffer(offsets, dtype=np.int32)
    return memoryview(data).cast("B")[ends[texts.offset] : ends[texts.offset + len(texts)]]

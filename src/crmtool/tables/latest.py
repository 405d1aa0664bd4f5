"""Puts the latest few records of each customer into one cell, a line each.

What a record says is left to `crmtool.tables.before_visit`.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import joined as joined_texts


def latest_lines(
    places: pa.Array, days: pa.Array, lines: pa.Array, *, rows: int, most: int, tells_rest: bool = False
) -> pa.Array:
    """Return for each of `rows` places its `most` latest lines, newest first; null where it has none.

    `places` (int) says whose each line is, null: nobody's; `days` (date32) when it was, null last. With `tells_rest`
    a last line says how many more there are. Lines of one day stand in the order of their texts, so that the order of
    the records makes no difference.

    >>> latest_lines(pa.array([1, 1, None]), pa.array([1, 2, 3], pa.date32()), pa.array(["a", "b", "c"]), rows=2,
    ...              most=1, tells_rest=True).to_pylist()
    [None, 'b\\n……另有 1 条']
    """
    told = pa.table({"place": places, "day": days, "line": lines})
    told = told.filter(pc.and_(pc.is_valid(told["place"]), pc.is_valid(told["line"])))
    order = [("place", "ascending"), ("day", "descending"), ("line", "ascending")]
    told = told.take(pc.sort_indices(told, sort_keys=order)).combine_chunks()
    owners = told["place"].to_numpy()
    counts = np.bincount(owners, minlength=rows) if len(owners) else np.zeros(rows, np.int64)
    starts = np.cumsum(counts) - counts
    is_kept = np.arange(len(owners)) - starts[owners] < most if len(owners) else np.zeros(0, bool)
    kept = told["line"].combine_chunks().filter(pa.array(is_kept))
    offsets = np.append(0, np.cumsum(np.minimum(counts, most))).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), kept), "\n")
    if tells_rest:
        rest = pa.array(np.maximum(counts - most, 0))
        more = pc.binary_join_element_wise("……另有 ", rest.cast(pa.string()), " 条", "")
        more = pc.if_else(pc.greater(rest, 0), more, pa.scalar(None, pa.string()))
        return joined_texts(
            [pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined), more], "\n"
        )
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)

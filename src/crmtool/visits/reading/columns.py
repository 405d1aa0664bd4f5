"""Knows how a column of texts is read: each distinct one once, and what is odd told at its cells.

What a text says is left to the readers of birthdays, intervals and channels; the words, to `crmtool.messages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.errors import Finding
from crmtool.ledger.ledger import Table
from crmtool.ledger.rows.places import LISTED, Spot, listed
from crmtool.visits.frames import one_array


def distinct_texts(column: Any) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts of a column, and for each row which of them it has; -1 where it is null.

    The column is an Arrow array, chunked or not, or an Arrow-backed series; what is no text is written as one.

    >>> distinct_texts(pa.array(["a", None, "b", "a"]))
    (['a', 'b'], array([ 0, -1,  1,  0]))
    """
    encoded = pc.dictionary_encode(one_array(column).cast(pa.string()))
    codes: NDArray[np.int64] = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return encoded.dictionary.to_pylist(), codes


def findings_at(code: str, table: Table, field: str, is_odd: NDArray[np.bool_]) -> tuple[Finding, ...]:
    """Return findings at the cells of a field in the rows that are odd; at most `LISTED` a sheet, all are counted.

    The cell's text is the finding's `value`. A field without a column of its own gives none.
    """
    positions = np.flatnonzero(is_odd)
    placed = table.columns.get(field)
    if not len(positions) or placed is None:
        return ()
    rows = pa.table({name: pa.array(table.frame[name]) for name in ("row", "sheet", field)}).take(
        pa.array(positions)
    )
    found: list[Finding] = []
    for sheet in pc.unique(rows["sheet"]).to_pylist():
        of_sheet = rows.filter(pc.equal(rows["sheet"], sheet))
        found += listed(
            code,
            _spots(of_sheet.slice(0, LISTED), field),
            file=table.source.file,
            sheet=sheet,
            column=placed.column,
            header=placed.header,
            total=len(of_sheet),
        )
    return tuple(found)


def _spots(rows: pa.Table, field: str) -> Sequence[Spot]:
    numbers, values = rows["row"].to_pylist(), rows[field].to_pylist()
    return [Spot(row, str(value)) for row, value in zip(numbers, values, strict=True)]

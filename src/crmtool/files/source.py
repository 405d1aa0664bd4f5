"""Knows what a readable sheet offers, whatever kind of file it stands in.

`crmtool.files.spreadsheet` and `crmtool.files.text` make them; `crmtool.files.book` collects them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from crmtool.files.arrays import as_text
from crmtool.sheets import Peek, RawCell, Sheet

#: Called with the key of a terminal text (`progress-reading`), how much is done, and how much there is.
Progress = Callable[[str, int, int], None]

PEEK_ROWS, PEEK_COLUMNS = 60, 512


class Source(Protocol):
    """One sheet that is parsed already."""

    @property
    def peek(self) -> Peek:
        """Return the sheet's first rows and its used size."""
        ...

    def read(self, columns: Sequence[int] | None, first_row: int, last_row: int) -> Sheet:
        """Return the wanted columns (None: all) of the rows from `first_row` to `last_row`, both 1-based."""
        ...


def row_numbers(first_row: int, length: int) -> pa.Array:
    """Return consecutive 1-based sheet rows as int32."""
    return pa.array(np.arange(first_row, first_row + length, dtype=np.int32))


def raw_cell(value: object) -> RawCell:
    """Return a cell as a peek shows it: blank text is None, a length of time is text.

    >>> raw_cell(" "), raw_cell(2.5)
    (None, 2.5)
    """
    text = as_text(value)
    if text is None or isinstance(value, bool):
        return value  # type: ignore[return-value]
    return text if text.strip() else None

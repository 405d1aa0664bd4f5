"""Knows the kinds of what cells hold, and keeps the texts and errors that cells point at.

Which cell holds what is told by `crmtool.files.sheetdata.values`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from crmtool.files.sheetdata.marks import Places

# What a cell holds: a float's bits, a place among the shared or the own texts, microseconds, a place among the
# errors, 0 or 1, the bits of a float that is shown as a percentage.
EMPTY, FLOAT, SHARED, OWN, MOMENT, ERROR, TRUTH, PERCENT = range(8)

Kinds = npt.NDArray[np.int8]


@dataclass(slots=True)
class Pools:
    """What cells point at: how many shared texts there are, the sheet's own texts, and its errors by name."""

    shared_count: int
    date_1904: bool
    own: list[pa.Array] = field(default_factory=list)
    own_count: int = 0
    errors: dict[str, int] = field(default_factory=dict)

    def add(self, array: pa.Array) -> Places:
        """Keep texts of the sheet's own and return their places."""
        first = self.own_count
        self.own.append(array)
        self.own_count += len(array)
        return np.arange(first, self.own_count)

    def error(self, name: str) -> int:
        """Return the place of an error."""
        return self.errors.setdefault(name, len(self.errors))

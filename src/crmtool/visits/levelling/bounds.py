"""How many visits a day must hold at least so that all of a person's visits find room in their windows.

By Hall's theorem (1935) no more is needed than that no stretch of days has more windows within it than room.
"""

from __future__ import annotations

import numpy as np

from crmtool.visits.levelling.bins import Ints


class Stretches:
    """How many windows lie within each stretch of days, from the first day of a window to the last of another."""

    def __init__(self, first: Ints, last: Ints, counts: Ints, taken: Ints) -> None:
        """Take windows of `counts` visits each, and how many visits each day has whatever is done (`taken`)."""
        self._taken = taken
        self._first, row = np.unique(first, return_inverse=True)
        self._last, column = np.unique(last, return_inverse=True)
        shape = len(self._first), len(self._last)
        within = np.bincount(row * shape[1] + column, counts, shape[0] * shape[1]).astype(np.int64)
        # From a day on: sums over all later first days. Up to a day: sums over all earlier last days.
        within = np.cumsum(within.reshape(shape)[::-1], axis=0)[::-1]
        self._within = np.cumsum(within, axis=1)
        self._days = np.maximum(self._last[None, :] - self._first[:, None] + 1, 1)

    def least_greatest(self) -> int:
        """Return the smallest number that can be the greatest of a day, with what is taken."""
        if not len(self._taken):
            return 0
        needed = -(-(self._within + self._sums(self._taken)) // self._days)
        return max(int(self._taken.max()), int(needed[self._within > 0].max(initial=0)))

    def least_cap(self, at_least: int) -> int:
        """Return the smallest cap of a day, from `at_least` on, that holds all: a day over it takes nothing more."""
        low, high = at_least, self.least_greatest()
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._holds(middle) else (middle + 1, high)
        return low

    def _holds(self, cap: int) -> bool:
        return not bool((self._within > self._sums(np.maximum(cap - self._taken, 0))).any())

    def _sums(self, of_days: Ints) -> Ints:
        """Return the sum over each stretch, 0 where it ends before it begins."""
        upto = np.concatenate([[0], np.cumsum(of_days)])
        sums: Ints = np.maximum(upto[self._last + 1][None, :] - upto[self._first][:, None], 0)
        return sums

"""Lots: visits of one person that are alike, so that it does not matter which of them gets which of their days.

Which visits make up a lot is for `crmtool.visits.levelling.asked` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crmtool.visits.levelling.bins import Ints


@dataclass(frozen=True, eq=False)
class Lots:
    """One entry a lot: its line of bins, its window and preferred day, the day of an earlier plan (-1: none), its size.

    Days are numbers of working days; `first` ≤ `preferred` ≤ `last`, and an earlier day lies in the window.
    """

    line: Ints
    first: Ints
    last: Ints
    preferred: Ints
    earlier: Ints
    counts: Ints

    @property
    def home(self) -> Ints:
        """Return the day that costs least."""
        return np.where(self.earlier >= 0, self.earlier, self.preferred)

    def with_counts(self, counts: Ints) -> Lots:
        """Return the lots of which there are any, with these sizes."""
        is_some = counts > 0
        return Lots(
            self.line[is_some],
            self.first[is_some],
            self.last[is_some],
            self.preferred[is_some],
            self.earlier[is_some],
            counts[is_some],
        )


@dataclass(frozen=True, eq=False)
class Choices:
    """Every day that every lot may get, lot after lot: the `leaf`, and what a visit there `costs`.

    `starts` is where the choices of each lot begin; `dates` says of each working day which calendar day it is, as a
    number. A visit costs the calendar days off its preferred day: across a holiday the next working day is not near.
    One that gives up its earlier day costs more than all days off together.
    """

    lots: Lots
    dates: Ints

    @cached_property
    def starts(self) -> Ints:
        """Return where the choices of each lot begin."""
        return np.cumsum(self._lengths) - self._lengths

    @cached_property
    def lot(self) -> Ints:
        """Return the lot of each choice."""
        return np.repeat(np.arange(len(self._lengths)), self._lengths)

    @cached_property
    def leaf(self) -> Ints:
        """Return the leaf of each choice."""
        begin = self.lots.line * len(self.dates) + self.lots.first - self.starts
        leaves: Ints = np.repeat(begin, self._lengths) + np.arange(self._lengths.sum())
        return leaves

    @cached_property
    def costs(self) -> Ints:
        """Return what a visit costs there."""
        day = self.leaf - (self.lots.line * len(self.dates))[self.lot]
        best = self.dates[self.lots.preferred]
        off: Ints = np.abs(self.dates[day] - best[self.lot])
        if (self.lots.earlier < 0).all():
            return off
        farthest = np.maximum(best - self.dates[self.lots.first], self.dates[self.lots.last] - best)
        moved = 1 + int((farthest * self.lots.counts).sum())
        earlier = self.lots.earlier[self.lot]
        costs: Ints = np.where((earlier >= 0) & (day != earlier), off + moved, off)
        return costs

    @cached_property
    def _lengths(self) -> Ints:
        lengths: Ints = self.lots.last - self.lots.first + 1
        return lengths

"""What is asked of everybody and what the caps leave for it: who has too many visits where each has its best day.

Found in whole columns, for all at once; what is done about it is for `crmtool.visits.levelling.person`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmtool.visits.calendar.days import Days
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.levelling.asked import Asked, ask
from crmtool.visits.levelling.bins import Bins, Ints, bins_of
from crmtool.visits.levelling.bounds import Stretches
from crmtool.visits.levelling.flow import Tree
from crmtool.visits.levelling.lots import Lots
from crmtool.visits.model import LEVEL, Caps


@dataclass(frozen=True, eq=False)
class Asking:
    """What is asked for, and the bins for it; `caps` are those that were set, or else days of `LEVEL` visits.

    `taken` are the visits that are settled, as person, bin and number, sorted by person and bin.
    """

    asked: Asked
    workdays: Days
    caps: Caps
    is_capped: bool
    bins: Bins
    tree: Tree
    taken: tuple[Ints, Ints, Ints]

    @classmethod
    def of(
        cls,
        dues: pd.DataFrame,
        workdays: Workdays,
        caps: Caps,
        loads: pd.DataFrame | None,
        previous: pd.DataFrame | None,
    ) -> Asking:
        """Return what these dues ask for; see `level` for the frames."""
        worked, channels = workdays.days, sorted(caps.channels)
        asked = ask(dues, worked, channels, loads, previous)
        held = caps if caps.is_set else replace(caps, day=LEVEL)
        bins = bins_of(held, channels, worked)
        return cls(asked, worked, held, caps.is_set, bins, Tree.of(bins), asked.settled.bins(bins, worked))

    def is_crowded(self) -> NDArray[np.bool_]:
        """Tell for each person whether some bin would hold more visits than it has room for."""
        bins, asked = self.bins, self.asked
        leaf = asked.line * bins.days + asked.home
        found = np.zeros(len(asked.owners), bool)
        bin_, owner = leaf, asked.owner
        while len(bin_):
            keys, counts = np.unique(owner * len(bins.parents) + bin_, return_counts=True)
            whose, which = np.divmod(keys, len(bins.parents))
            found[whose[counts > np.maximum(bins.room[which] - self._taken_of(keys), 0)]] = True
            outer = bins.parents[bin_]
            bin_, owner = outer[outer >= 0], owner[outer >= 0]
        return found

    def room(self, owner: int, day_cap: int | None = None) -> list[int]:
        """Return the room of each bin of a person; `day_cap` goes before the cap of a day where none is set."""
        room = self.bins.room - self._taken_by(owner)
        if day_cap is not None:
            room += day_cap - self.bins.room
        rooms: list[int] = np.maximum(room, 0).tolist()
        return rooms

    def least_cap(self, owner: int, lots: Lots) -> int:
        """Return the smallest cap of a day, from `LEVEL` on, with which all visits of a person find room."""
        taken = self._taken_by(owner)
        return Stretches(lots.first, lots.last, lots.counts, taken).least_cap(LEVEL)

    def _taken_by(self, owner: int) -> Ints:
        owners, bins, counts = self.taken
        begin, end = np.searchsorted(owners, [owner, owner + 1])
        taken = np.zeros(len(self.bins.parents), np.int64)
        taken[bins[begin:end]] = counts[begin:end]
        return taken

    def _taken_of(self, keys: Ints) -> Ints:
        """Return how much is taken of each bin, given as person times the number of bins plus bin."""
        owners, bins, counts = self.taken
        if not len(owners):
            return np.zeros(len(keys), np.int64)
        known = owners * len(self.bins.parents) + bins
        place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        return np.where(known[place] == keys, counts[place], 0)

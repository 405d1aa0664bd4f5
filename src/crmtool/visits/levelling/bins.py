"""What the caps count: a person's visits by channel and day, by day, and by week, each of these bins within the next.

How many visits lie in them is for `crmtool.visits.levelling.flow` to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crmtool.visits.model import Caps
from crmtool.visits.workdays import Days

Ints = NDArray[np.int64]

#: Room that is never used up: no cap.
ENDLESS = 1 << 60


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of one person, the same for everybody, numbered so that a bin comes before the one that it lies in.

    The leaves come first: `lines` times `days` of them, one for each capped channel, one more for all other
    channels, and working day (`line * days + day`); where no channel is capped a leaf is a whole day. `parents` holds
    the bin that each lies in, -1 where it lies in none. `room` is how many visits each holds. `week_bins` has the
    week's bin for each Monday-based number of a week (see `week_numbers`), where weeks are capped.
    """

    days: int
    lines: int
    parents: Ints
    room: Ints
    week_bins: dict[int, int]

    @property
    def leaves(self) -> int:
        """Return how many leaves there are."""
        return self.days * self.lines

    def children(self) -> list[list[int]]:
        """Return the bins that lie in each bin."""
        found: list[list[int]] = [[] for _ in self.parents]
        for child, parent in enumerate(self.parents.tolist()):
            if parent >= 0:
                found[parent].append(child)
        return found


def week_numbers(days: Days) -> Ints:
    """Number the calendar weeks, Monday to Sunday.

    >>> week_numbers(np.array(["1970-01-04", "1970-01-05"], "datetime64[D]")).tolist()
    [0, 1]
    """
    return (days.astype("datetime64[D]").astype(np.int64) + 3) // 7  # the epoch was a Thursday


def bins_of(caps: Caps, channels: Sequence[str], workdays: Days) -> Bins:
    """Return the bins for these caps over these working days; `channels` are the capped ones, in order."""
    days, lines = len(workdays), len(channels) + 1
    leaves = days * lines
    day_of_leaf = np.tile(np.arange(days), lines)
    by_channel = [caps.channels[channel] for channel in channels]
    day_room = ENDLESS if caps.day is None else caps.day
    room = [np.repeat([*by_channel, ENDLESS if channels else day_room], days)]
    parents = [np.full(leaves, -1)]
    of_day = None  # the bin that a whole day is, where it is not its leaf
    if channels and caps.day is not None:
        parents = [leaves + day_of_leaf, np.full(days, -1)]
        room.append(np.full(days, day_room))
        of_day = leaves
    week_bins: dict[int, int] = {}
    if caps.week is not None:
        weeks, week_of_day = np.unique(week_numbers(workdays), return_inverse=True)
        base = sum(map(len, parents))
        week_bins = dict(zip(weeks.tolist(), range(base, base + len(weeks)), strict=True))
        parents[-1] = base + (week_of_day if of_day is not None else week_of_day[day_of_leaf])
        parents.append(np.full(len(weeks), -1))
        room.append(np.full(len(weeks), caps.week))
    return Bins(days, lines, _joined(parents), _joined(room), week_bins)


def _joined(parts: Sequence[NDArray[np.integer]]) -> Ints:
    return np.concatenate(parts).astype(np.int64)

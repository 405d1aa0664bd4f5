"""What the caps count: a person's visits by channel and day, by day, and by week, each of these bins within the next.

How many visits lie in them is for `crmtool.visits.levelling.flow` to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crmtool.visits.calendar.days import Days
from crmtool.visits.model import Caps

Ints = NDArray[np.int64]

#: Room that is never used up: no cap.
ENDLESS = 1 << 60


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of one person, the same for everybody, numbered so that a bin comes before the one that it lies in.

    The leaves come first: `lines` times `days` of them, one for each capped channel, one more for all other
    channels, and working day (`line * days + day`); where no channel is capped a leaf is a whole day. `parents` holds
    the bin that each lies in, -1 where it lies in none. `room` is how many visits each holds. `weeks` are the numbers
    (see `week_numbers`) of the weeks that the last bins are; none where weeks are not capped.
    """

    days: int
    lines: int
    parents: Ints
    room: Ints
    weeks: Ints

    @property
    def leaves(self) -> int:
        """Return how many leaves there are."""
        return self.days * self.lines

    def week_of(self, days: Days) -> Ints:
        """Return the bin of the week of each day, worked or not; -1 where there is none."""
        numbers = week_numbers(days)
        if not len(self.weeks):
            return np.full(len(days), -1)
        place = np.minimum(np.searchsorted(self.weeks, numbers), len(self.weeks) - 1)
        return np.where(self.weeks[place] == numbers, len(self.parents) - len(self.weeks) + place, -1)

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
    has_days = bool(channels) and caps.day is not None  # days are bins of their own, not the leaves
    if has_days:
        parents = [leaves + day_of_leaf, np.full(days, -1)]
        room.append(np.full(days, day_room))
    weeks = np.empty(0, np.int64)
    if caps.week is not None:
        weeks, week_of_day = np.unique(week_numbers(workdays), return_inverse=True)
        base = sum(map(len, parents))
        parents[-1] = base + (week_of_day if has_days else week_of_day[day_of_leaf])
        parents.append(np.full(len(weeks), -1))
        room.append(np.full(len(weeks), caps.week))
    return Bins(days, lines, _joined(parents), _joined(room), weeks)


def _joined(parts: Sequence[NDArray[np.integer]]) -> Ints:
    return np.concatenate(parts).astype(np.int64)

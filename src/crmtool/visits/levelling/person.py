"""One person with too many visits on some day: which of them find room, and on which day each.

Whether a person has too many is for `crmtool.visits.levelling.asking` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmtool.visits.levelling.asked import Asked, urgency_order
from crmtool.visits.levelling.bins import Ints
from crmtool.visits.levelling.flow import Tree
from crmtool.visits.levelling.lots import Lots
from crmtool.visits.levelling.placing import place
from crmtool.visits.levelling.selecting import has_room, kept_counts, window_sets


@dataclass(frozen=True, eq=False)
class Person:
    """A person's visits: their places in what is asked for, lot after lot, the most urgent of each lot first.

    `ranks` is the order of the visits among all by urgency; `number` is the person's own.
    """

    number: int
    visits: Ints
    ranks: Ints
    lots: Lots

    def has_room(self, tree: Tree, room: list[int], days: int) -> bool:
        """Tell whether all visits find room in the bins of `tree`."""
        return has_room(tree, room, *self._ways(days))

    def days_of(self, tree: Tree, room: list[int], dates: Ints) -> Ints:
        """Return the working day of each visit, in the order of `visits`; -1 where it finds no room.

        `dates` says of each working day which calendar day it is, as a number.
        """
        lot_of_visit = np.repeat(np.arange(len(self.lots.counts)), self.lots.counts)
        windows, home, _ = self._ways(len(dates))
        by_urgency = lot_of_visit[np.argsort(self.ranks)].tolist()
        kept = np.array(kept_counts(tree, room, windows, home, by_urgency), np.int64)
        lots = self.lots.with_counts(kept)
        leaves = [
            leaf for parts in place(tree, room, lots, dates) for leaf, count in parts for _ in range(count)
        ]
        starts = np.cumsum(self.lots.counts) - self.lots.counts
        is_kept = np.arange(len(self.visits)) - starts[lot_of_visit] < kept[lot_of_visit]
        found = np.full(len(self.visits), -1)
        found[is_kept] = np.array(leaves, np.int64) % len(dates)
        return found

    def _ways(self, days: int) -> tuple[list[int], list[int], list[int]]:
        """Return of each lot the leaves it may lie in, the one that it begins in, and its size."""
        lots, begin = self.lots, self.lots.line * days
        windows = window_sets((begin + lots.first).tolist(), (begin + lots.last).tolist())
        return windows, (begin + lots.home).tolist(), lots.counts.tolist()


def persons(dues: pd.DataFrame, asked: Asked, is_wanted: np.ndarray) -> Iterator[Person]:
    """Yield the persons for whose numbers `is_wanted` is true."""
    visits = np.flatnonzero(is_wanted[asked.owner])
    if not len(visits):
        return
    rank = urgency_order(dues, asked.rows[visits])
    alike = [
        column[visits]
        for column in (asked.earlier, asked.preferred, asked.last, asked.first, asked.line, asked.owner)
    ]
    order = np.lexsort([rank, *alike])
    visits, rank, alike = visits[order], rank[order], [column[order] for column in alike]
    is_new = np.concatenate([[True], np.any([np.diff(column) != 0 for column in alike], axis=0)])
    lot_starts = np.flatnonzero(is_new)
    earlier, preferred, last, first, line, owner = (column[lot_starts] for column in alike)
    sizes = np.diff(np.append(lot_starts, len(visits)))
    bounds = np.flatnonzero(np.concatenate([[True], np.diff(owner) != 0, [True]]))
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        lots = slice(begin, end)
        own = slice(lot_starts[begin], lot_starts[end - 1] + sizes[end - 1])
        yield Person(
            int(owner[begin]),
            visits[own],
            rank[own],
            Lots(line[lots], first[lots], last[lots], preferred[lots], earlier[lots], sizes[lots]),
        )

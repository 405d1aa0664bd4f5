"""A day for each of a person's visits that all find room: as many as can be keep their earlier day, then nearest.

This is a flow of least cost, found by successive shortest ways with potentials ("heights", the dual prices of the
days): visits begin on the days that cost least, too many on some; what is too much moves on along ways that are open at
the present heights; where none is left, all that can be reached is raised until another way opens.
Which visits find room at all is for `crmtool.visits.levelling.selecting` to find.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crmtool.visits.levelling.bins import ENDLESS, Ints
from crmtool.visits.levelling.flow import Flow, Tree, drain, places
from crmtool.visits.levelling.lots import Choices, Lots


def place(tree: Tree, room: Sequence[int], lots: Lots, dates: Ints) -> list[list[tuple[int, int]]]:
    """Return for each lot the leaves that its visits get and how many each gets, nearest to the preferred day first.

    `dates` says of each working day which calendar day it is, as a number. All visits must find room (see
    `selecting`), and each lot must have one.
    """
    rising = _Rising(tree, room, lots, dates)
    while rising.flow.excess:
        reached = drain(rising.flow)
        if rising.flow.excess:
            rising.raise_(reached)
    placed: list[list[tuple[int, int]]] = [[] for _ in rising.flow.where]
    for leaf, here in enumerate(rising.flow.lots):
        for lot, count in here.items():
            placed[lot].append((leaf, count))
    best, date_of = dates[lots.preferred].tolist(), dates.tolist()
    for lot, parts in enumerate(placed):
        if len(parts) > 1:
            parts.sort(key=lambda part: (abs(date_of[part[0] % len(date_of)] - best[lot]), part[0]))
    return placed


class _Rising:
    """A flow whose lots reach the leaves that cost least at the present heights of the bins."""

    def __init__(self, tree: Tree, room: Sequence[int], lots: Lots, dates: Ints) -> None:
        self.tree, self.choices = tree, Choices(lots, dates)
        home = (lots.line * len(dates) + lots.home).tolist()
        self.flow = Flow(tree, room, [1 << leaf for leaf in home], home, lots.counts.tolist())
        self.heights = np.zeros(len(tree.parents), np.int64)
        self.best = np.minimum.reduceat(self.choices.costs, self.choices.starts)

    def raise_(self, reached: int) -> None:
        """Raise all bins that can be reached until another way opens out of them."""
        flow, outside = self.flow, ~reached
        # What can be reached reaches nothing else; what cannot be reached no longer falls into it.
        inside = [lot for lot, reach in enumerate(flow.reach) if not reach & outside]
        flow.reach[:] = [reach & outside or reach for reach in flow.reach]
        flow.moves[:] = [moves & outside or moves for moves in flow.moves]
        raised = list(places(reached))
        is_raised = np.zeros(len(self.heights), bool)
        is_raised[raised] = True
        costs = self.choices.costs + self.heights[self.choices.leaf]
        costs[is_raised[self.choices.leaf]] = ENDLESS
        least = np.minimum.reduceat(costs, self.choices.starts)
        members = np.array(inside, np.int64)
        gaps = least[members] - self.best[members]
        by = min(int(gaps.min()) if len(gaps) else ENDLESS, self._gap_of_ties(raised, is_raised))
        if by > ENDLESS >> 1:
            raise AssertionError("visits that find room have a way to it")
        self.heights[raised] += by
        self.best[members] += by
        self._open(costs, members[gaps == by], least)
        self._tie(raised, outside, by)

    def _open(self, costs: np.ndarray, lots: np.ndarray, least: np.ndarray) -> None:
        """Let these lots reach those leaves outside that now cost them no more than where they lie."""
        flow, choices = self.flow, self.choices
        is_open = np.zeros(len(least), bool)
        is_open[lots] = True
        found = np.flatnonzero((costs == least[choices.lot]) & is_open[choices.lot])
        for lot, leaf in zip(choices.lot[found].tolist(), choices.leaf[found].tolist(), strict=True):
            flow.reach[lot] |= 1 << leaf
        for lot in lots.tolist():
            for leaf in places(flow.where[lot]):
                flow.moves[leaf] |= flow.reach[lot]

    def _gap_of_ties(self, raised: list[int], is_raised: np.ndarray) -> int:
        """Return how far the raised bins must rise until a way opens to a bin above or below."""
        if self.tree.is_flat:
            return ENDLESS
        flow, heights, gap = self.flow, self.flow.heights, ENDLESS
        for bin_ in raised:
            parent = self.tree.parents[bin_]
            if parent >= 0 and not is_raised[parent] and flow.up[bin_] < flow.room[bin_]:
                gap = min(gap, heights[parent] - heights[bin_])
            for child in self.tree.children[bin_]:
                if not is_raised[child] and flow.up[child] > 0:
                    gap = min(gap, heights[child] - heights[bin_])
        return gap

    def _tie(self, raised: list[int], outside: int, by: int) -> None:
        if self.tree.is_flat:
            return
        for bin_ in raised:
            self.flow.heights[bin_] += by
        self.flow.ties[:] = [ties & outside for ties in self.flow.ties]
        for bin_ in raised:
            self.flow.tie(bin_)

"""Lots of visits lying in a person's bins: what is too much in one, and along which ways it can go elsewhere.

A set of bins is one whole number with a bit for each of them, so that a step of a search is a few operations on
numbers, however many days there are. Which ways are open is for `selecting` and `placing` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crmtool.visits.levelling.bins import Bins


@dataclass(frozen=True, eq=False)
class Tree:
    """The bins as plain lists: which bin each lies in (-1: none), which lie in each, and on which (first) day each is."""

    leaves: int
    parents: list[int]
    children: list[list[int]]
    days: list[int]

    @classmethod
    def of(cls, bins: Bins) -> Tree:
        """Return the tree of these bins."""
        children = bins.children()
        days = [leaf % bins.days for leaf in range(bins.leaves)]
        for inner in children[bins.leaves :]:
            days.append(days[inner[0]])  # of a week: that of its first day, just found
        return cls(bins.leaves, bins.parents.tolist(), children, days)

    @property
    def is_flat(self) -> bool:
        """Tell whether no bin lies in another."""
        return len(self.parents) == self.leaves


def places(bins: int) -> Iterator[int]:
    """Yield the bins of a set, lowest first.

    >>> list(places(0b101))
    [0, 2]
    """
    while bins:
        low = bins & -bins
        yield low.bit_length() - 1
        bins ^= low


class Flow:
    """All lots at home at first; each bin passes on to the bin that it lies in what it has room for.

    `lots[leaf]` are the lots there and how many visits of each; `where[lot]` the leaves that it lies in, as a set;
    `reach[lot]` the leaves that it may go to, among them those where it lies. `moves[bin]` are the leaves that
    something there may go to, `ties[bin]` the bins above and below that are open to it. `up` is what a bin passes on,
    `excess` what it cannot. `spare` are the outermost bins that still have room. A way between a bin and the one that
    it lies in is open only where both have the same `heights`.
    """

    def __init__(
        self,
        tree: Tree,
        room: Sequence[int],
        reach: list[int],
        home: Sequence[int],
        counts: Sequence[int],
    ) -> None:
        """Lay `counts` visits of each lot into its `home`."""
        self.tree, self.room, self.reach = tree, room, reach
        bins = len(tree.parents)
        self.lots: list[dict[int, int]] = [{} for _ in range(tree.leaves)]
        self.moves, self.ties, self.heights = [0] * bins, [0] * bins, [0] * bins
        self.where = [0] * len(home)
        load = [0] * bins
        for lot, (leaf, count) in enumerate(zip(home, counts, strict=True)):
            if count:
                self._add(lot, leaf, count)
                load[leaf] += count
        self._fill(load)

    def _fill(self, load: list[int]) -> None:
        """Pass on from each bin what it has room for."""
        self.up, self.excess, self.spare = load, {}, 0
        for bin_, parent in enumerate(self.tree.parents):
            over = load[bin_] - self.room[bin_]
            if over > 0:
                self.excess[bin_] = over
                load[bin_] -= over
            if parent >= 0:
                load[parent] += load[bin_]
            elif over < 0:
                self.spare |= 1 << bin_
        if not self.tree.is_flat:
            for bin_ in range(len(load)):
                self.tie(bin_)

    def tie(self, bin_: int) -> None:
        """Find anew which bins above and below are open to this one."""
        parent, heights, up = self.tree.parents[bin_], self.heights, self.up
        open_ = 0
        if parent >= 0 and up[bin_] < self.room[bin_] and heights[parent] == heights[bin_]:
            open_ = 1 << parent
        for child in self.tree.children[bin_]:
            if up[child] > 0 and heights[child] == heights[bin_]:
                open_ |= 1 << child
        self.ties[bin_] = open_

    def search(self, source: int, goal: int, closed: int) -> tuple[list[int], int]:
        """Return the bins of a shortest open way from a bin to one of `goal`, and the bins seen.

        No bin of `closed` is entered. Where no way leads to the goal the way is empty, and the bins seen are all that
        can be reached, and the closed ones.
        """
        if goal >> source & 1:
            return [source], closed
        seen, queue = closed | 1 << source, [source]
        moves, ties, trail = self.moves, self.ties, []
        for bin_ in queue:
            new = (moves[bin_] | ties[bin_]) & ~seen
            if not new:
                continue
            trail.append((bin_, new))
            seen |= new
            found = new & goal
            if found:
                return _way(trail, (found & -found).bit_length() - 1), seen
            queue.extend(places(new))
        return [], seen

    def send(self, way: Sequence[int], most: int) -> int:
        """Move as many as can go, at most `most`, of what is too much at the start of a way to its end; return how many.

        What arrives at the end is left to the caller: to be passed on there, or to take the place of what leaves.
        """
        lots = [self._lot(start, end) for start, end in pairwise(way)]
        steps = list(zip(way, way[1:], lots, strict=False))
        amount = min([most, self.excess[way[0]], *(self._passable(*step) for step in steps)])
        for start, end, lot in steps:
            if lot >= 0:
                self.take(lot, start, amount)
                self._add(lot, end, amount)
            elif self.tree.parents[start] == end:
                self._pass_on(start, amount)
            else:
                self._pass_on(end, -amount)
        self.excess[way[0]] -= amount
        if not self.excess[way[0]]:
            del self.excess[way[0]]
        return amount

    def settle(self, bin_: int, amount: int) -> None:
        """Let an outermost bin keep what has arrived there."""
        self.up[bin_] += amount
        if self.up[bin_] == self.room[bin_]:
            self.spare &= ~(1 << bin_)

    def take(self, lot: int, leaf: int, amount: int) -> None:
        """Take visits of a lot out of a leaf."""
        here = self.lots[leaf]
        here[lot] -= amount
        if not here[lot]:
            del here[lot]
            self.where[lot] &= ~(1 << leaf)
            moves = 0
            for other in here:
                moves |= self.reach[other]
            self.moves[leaf] = moves

    def _add(self, lot: int, leaf: int, amount: int) -> None:
        here = self.lots[leaf]
        here[lot] = here.get(lot, 0) + amount
        self.where[lot] |= 1 << leaf
        self.moves[leaf] |= self.reach[lot]

    def _lot(self, start: int, end: int) -> int:
        """Return a lot that may go from one leaf to another; -1 for a step between a bin and the one it lies in."""
        if self.tree.parents[start] == end or self.tree.parents[end] == start:
            return -1
        return next(lot for lot in self.lots[start] if self.reach[lot] >> end & 1)

    def _passable(self, start: int, end: int, lot: int) -> int:
        if lot >= 0:
            return self.lots[start][lot]
        if self.tree.parents[start] == end:
            return self.room[start] - self.up[start]
        return self.up[end]

    def _pass_on(self, child: int, amount: int) -> None:
        self.up[child] += amount
        self.tie(child)
        self.tie(self.tree.parents[child])


def _way(trail: list[tuple[int, int]], end: int) -> list[int]:
    """Return the way to `end` along the steps of a search: each is a bin and those first seen from it."""
    way = [end]
    for bin_, new in reversed(trail):
        if new >> way[-1] & 1:
            way.append(bin_)
    return way[::-1]


def drain(flow: Flow) -> int:
    """Send what is too much along open ways to where there is room.

    Returns the set of bins that can be reached from what is left over: no open way leads out of it, and none of its
    outermost bins has room. A set without room is entered only once, for what goes in never comes out.
    """
    closed = 0
    for source in sorted(flow.excess):
        while source in flow.excess:
            way, seen = flow.search(source, flow.spare, closed)
            if not way:
                closed = seen
                break
            end = way[-1]
            flow.settle(end, flow.send(way, flow.room[end] - flow.up[end]))
    return closed

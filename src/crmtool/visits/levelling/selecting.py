"""Which visits of a person find room: the most urgent ones, and as many as can be.

The sets of visits that find room together are the independent sets of a matroid (a gammoid: visits are sent through
bins of bounded room), so that the greedy choice by urgency has the greatest number and is the best one. Instead of
putting visits in one by one, all are put in, and of those that are in one another's way the least urgent leave: the
same choice, found from its other end. On which day each goes is for `crmtool.visits.levelling.placing` to find.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from crmtool.visits.levelling.flow import Flow, Tree, drain


def kept_counts(
    tree: Tree,
    room: Sequence[int],
    windows: Sequence[int],
    home: Sequence[int],
    by_urgency: Sequence[int],
) -> list[int]:
    """Return how many visits of each lot find room, the most urgent of each.

    `windows` are the leaves that a lot may lie in, as sets; `by_urgency` has the lot of each visit, most urgent first.
    """
    hopeful = _hopeful(tree, room, windows, by_urgency)
    kept = [0] * len(windows)
    for lot in hopeful:
        kept[lot] += 1
    flow = Flow(tree, room, list(windows), home, kept)
    crowded = drain(flow)
    if not flow.excess:
        return kept
    for lot in reversed(hopeful):
        if windows[lot] & ~crowded:
            continue
        way, seen = _way_to(flow, lot, home[lot])
        if not way:
            # As visits leave, fewer bins can be reached from what is too much, never more.
            crowded = seen
            continue
        flow.send(way, 1)
        flow.take(lot, way[-1], 1)
        kept[lot] -= 1
        if not flow.excess:
            break
    return kept


def _hopeful(tree: Tree, room: Sequence[int], windows: Sequence[int], by_urgency: Sequence[int]) -> list[int]:
    """Return the lot of each visit, most urgent first, but for those whose whole window is full of more urgent ones.

    This only spares work: a person with a hundred times as many visits as days must not take a hundred times as long.
    """
    outermost = [*room[: tree.leaves]]
    for leaf, parent in enumerate(tree.parents[: tree.leaves]):
        while parent >= 0:
            outermost[leaf] = min(outermost[leaf], room[parent])
            parent = tree.parents[parent]
    upto = [0, *accumulate(outermost)]
    left = {
        window: upto[window.bit_length()] - upto[(window & -window).bit_length() - 1]
        for window in set(windows)
    }
    hopeful = []
    for lot in by_urgency:
        window = windows[lot]
        if left[window]:
            left[window] -= 1
            hopeful.append(lot)
    return hopeful


def _way_to(flow: Flow, lot: int, leaf: int) -> tuple[list[int], int]:
    """Return an open way from what is too much to a lot, and the bins seen; the nearest is tried first."""
    days, seen, goal = flow.tree.days, 0, flow.where[lot]
    for source in sorted(flow.excess, key=lambda bin_: (abs(days[bin_] - days[leaf]), bin_)):
        way, seen = flow.search(source, goal, seen)
        if way:
            return way, seen
    return [], seen


def has_room(
    tree: Tree, room: Sequence[int], windows: Sequence[int], home: Sequence[int], counts: Sequence[int]
) -> bool:
    """Tell whether all visits of a person find room."""
    flow = Flow(tree, room, list(windows), home, counts)
    drain(flow)
    return not flow.excess


def window_sets(first_leaf: Sequence[int], last_leaf: Sequence[int]) -> list[int]:
    """Return the set of leaves from `first_leaf` to `last_leaf`.

    >>> [bin(window) for window in window_sets([1], [3])]
    ['0b1110']
    """
    return [
        ((1 << (last - first + 1)) - 1) << first for first, last in zip(first_leaf, last_leaf, strict=True)
    ]

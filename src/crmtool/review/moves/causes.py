"""Which fields make a move: a smallest set of them whose change alone leads from the tier of then to that of now.

What a mixture of two days is judged is left to `crmtool.review.moves.twodays`, the words to `reasons`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from crmtool.review.moves.twodays import Parts, TwoDays

#: So many mixtures are tried by size, fewest fields first; beyond them fields are left out one by one.
_MOST_TRIED: Final = 300


def changed(then: Parts, now: Parts) -> tuple[int, ...]:
    """Return the places of the subjects that are not on both days in the same cell."""
    return tuple(place for place, (a, b) in enumerate(zip(then, now, strict=True)) if a != b)


def mixed(then: Parts, now: Parts, places: Sequence[int]) -> Parts:
    """Return what was known then, with what is known now at some places."""
    return tuple(now[place] if place in places else part for place, part in enumerate(then))


def smallest_cause(days: TwoDays, then: Parts, now: Parts) -> tuple[int, ...]:
    """Return the places of a set of subjects whose change alone leads to the tier of now; none is in it for nothing.

    Of sets of equal size the first in the rule set's order is taken. Empty where both days have the same tier.
    """
    goal, places = days.tier(now), changed(then, now)
    tried = 0
    for size in range(len(places) + 1):
        for chosen in combinations(places, size):
            if days.tier(mixed(then, now, chosen)) == goal:
                return chosen
            tried += 1
            if tried > _MOST_TRIED:
                return _thinned(days, then, now, places)
    return places


def _thinned(days: TwoDays, then: Parts, now: Parts, places: tuple[int, ...]) -> tuple[int, ...]:
    """Return the places without those that can be left out, tried from the last to the first until none can."""
    goal, kept = days.tier(now), places
    is_thinner = True
    while is_thinner:
        is_thinner = False
        for place in reversed(kept):
            fewer = tuple(other for other in kept if other != place)
            if days.tier(mixed(then, now, fewer)) == goal:
                kept, is_thinner = fewer, True
    return kept

"""From the values of one RFM measure to scores 1 … bins: by rank among the customers, or by cuts.

Values are whole numbers or floats of which more is better; the caller turns dates into such. Which cuts apply is
decided in `crmtool.rules.rfm.scores`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Numbers: TypeAlias = "npt.NDArray[np.int64] | npt.NDArray[np.float64]"
Scores: TypeAlias = "npt.NDArray[np.int64]"


def quantile_scores(known: Numbers, bins: int) -> Scores:
    """Return the scores of known values: the bin of a value's average rank among them, 1 … `bins`.

    Equal values share their average rank, so ties never split, and only the order of the values counts, so their
    unit does not. A value with `b` smaller and `t` equal ones (itself included) of `n` stands at (2b + t) / 2n of
    the way, computed in whole numbers. Where many values are equal some scores do not occur.

    >>> quantile_scores(np.array([1, 1, 1, 1, 9]), 5).tolist()
    [3, 3, 3, 3, 5]
    """
    _, places, equal = np.unique(known, return_inverse=True, return_counts=True)
    smaller = np.cumsum(equal) - equal
    scores: Scores = 1 + bins * (2 * smaller + equal) // (2 * max(len(known), 1))
    return scores[places].astype(np.int64)


def smallest_of_scores(known: Numbers, scores: Scores, bins: int) -> tuple[int | float | None, ...]:
    """Return the smallest value of each score 2 … `bins`, None for a score that does not occur.

    These are the cuts that give every known value its score again, whatever other values come or go.
    """
    found = (known[scores == score] for score in range(2, bins + 1))
    return tuple(values.min().item() if len(values) else None for values in found)


def scores_by_cuts(
    known: Numbers, reached: Sequence[Callable[[Numbers], npt.NDArray[np.bool_]] | None]
) -> Scores:
    """Return the highest score whose test is reached, 1 where none is; the tests belong to scores 2, 3, …

    A test of None belongs to a score that nobody can get.
    """
    scores = np.ones(len(known), dtype=np.int64)
    for score, test in enumerate(reached, start=2):
        if test is not None:
            scores[test(known)] = score
    return scores

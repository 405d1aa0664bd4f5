"""From three scores to a segment: exactly one for every code, and all that are possible where a score is unknown.

The maps are read and checked by `crmtool.rules.language.load`; scoring is in `crmtool.rules.rfm.scores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from crmtool.rules.rfm.model import MEASURES, SegmentMap

#: A code: the scores of recency, frequency and monetary; None where one is unknown.
Code = tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class Segmenting:
    """A segment map for scores of 1 … `bins`; `means` are the mean scores that a split by mean looks at."""

    segment_map: SegmentMap
    bins: Sequence[int]
    means: Mapping[str, float] = field(default_factory=dict)

    def possible(self, code: Code) -> tuple[str, ...]:
        """Return the ids of all segments that the code can be in, in the map's order; one where all are known.

        An unknown score is every score from 1 to its number of bins; a score beyond them stands for itself.
        """
        choices = [
            range(1, bins + 1) if score is None else (score,)
            for score, bins in zip(code, self.bins, strict=True)
        ]
        found = {segment for scores in product(*choices) for segment in self._segments_of(scores)}
        return tuple(segment for segment in self.segment_map.segments if segment in found)

    def _segments_of(self, scores: tuple[int, ...]) -> tuple[str, ...]:
        by_letter = dict(zip(MEASURES, scores, strict=True))
        split = self.segment_map.split
        if split is None:
            return self.segment_map.segments_of(by_letter, {})
        is_high = {
            letter: split.is_high(score, self.means.get(letter, 0.0)) for letter, score in by_letter.items()
        }
        return self.segment_map.segments_of(by_letter, is_high)

"""What the RFM rules are once loaded: three measures with their cuts, and the maps from codes to segments.

Loading is in `crmtool.rules.language.load`; scoring customers is in `crmtool.rules.rfm.scores`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from crmtool.rules.conditions import All, Any, Condition, Not, OneOf, Quantity, Range
from crmtool.rules.model import Example, Field, Origin

#: Letters that conditions of a segment use, with the measure that each stands for.
MEASURES: Mapping[str, str] = {"r": "recency", "f": "frequency", "m": "monetary"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One of recency, frequency, monetary: where its value comes from and how it becomes a score.

    `cuts` are inclusive lower bounds in the field's unit (fen, Decimal), for recency spans of which each one
    that the date is `within` counts; the score is 1 + the cuts reached, so their order does not matter.
    `quantile` scores by the bin of a value's average rank instead. `frozen` are cuts of an earlier run, one
    fewer than `bins` (None: nobody reached that score); where given, they replace `cuts`.
    """

    letter: Literal["r", "f", "m"]
    field: Field
    cuts: Literal["quantile"] | tuple[Quantity, ...]
    bins: int
    frozen: tuple[Quantity | None, ...] | None = None
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Split:
    """What `high` and `low` mean for a score; `low` is always the complement of `high`.

    High is a score above `at`, or equal to it where `is_at_high`. With `at` None the line is the mean score
    of the customers judged.
    """

    at: Decimal | None
    is_at_high: bool

    def is_high(self, score: int, mean_score: float | Decimal) -> bool:
        """Tell whether a score is high; `mean_score` is looked at only where the split is by mean.

        >>> Split(Decimal(4), is_at_high=True).is_high(4, 3.2), Split(None, is_at_high=False).is_high(4, 4.0)
        (True, False)
        """
        line = mean_score if self.at is None else self.at
        return score > line or (self.is_at_high and score == line)


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of codes. Its tests are on `r`, `f`, `m`: ranges of scores, or OneOf `high` / `low`."""

    id: str
    label: str
    when: Condition
    label_en: str = ""
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class SegmentMap:
    """Segments of which every code has exactly one (checked when loaded)."""

    id: str
    label: str
    segments: Mapping[str, Segment]
    split: Split | None = None
    origin: Origin = "source"

    def segments_of(self, scores: Mapping[str, int], is_high: Mapping[str, bool]) -> tuple[str, ...]:
        """Return the ids of all segments that a code falls in.

        `scores` and `is_high` are keyed `r`, `f`, `m`; `is_high` is what the split says of each score (empty
        where there is no split). Exactly one id comes back for a map that was loaded.
        """
        return tuple(s.id for s in self.segments.values() if holds(s.when, scores, is_high))


@dataclass(frozen=True)
class RfmRules:
    """One RFM rules file. `chosen` names the map of `maps` that gives a customer's segment."""

    id: str
    name: str
    version: str
    source: str
    file: str
    sha256: str
    recency: Measure
    frequency: Measure
    monetary: Measure
    maps: Mapping[str, SegmentMap]
    chosen: str
    unknown_label: str = "待补资料"
    effective: tuple[date | None, date | None] = (None, None)
    examples: tuple[Example, ...] = field(default=())

    @property
    def measures(self) -> tuple[Measure, Measure, Measure]:
        """Return the three measures in the order of the code's digits."""
        return (self.recency, self.frequency, self.monetary)

    @property
    def segment_map(self) -> SegmentMap:
        """Return the chosen map."""
        return self.maps[self.chosen]


def holds(condition: Condition, scores: Mapping[str, int], is_high: Mapping[str, bool]) -> bool:
    """Tell whether a condition over `r`, `f`, `m` is true of known scores.

    >>> from crmtool.rules.conditions import Atom
    >>> holds(Atom("r", OneOf(("high",))), {"r": 5}, {"r": True})
    True
    """
    if isinstance(condition, All):
        return all(holds(part, scores, is_high) for part in condition.parts)
    if isinstance(condition, Any):
        return any(holds(part, scores, is_high) for part in condition.parts)
    if isinstance(condition, Not):
        return not holds(condition.part, scores, is_high)
    if isinstance(condition.test, OneOf):
        return ("high" if is_high[condition.subject] else "low") in condition.test.values
    if isinstance(condition.test, Range):
        return _is_in(Decimal(scores[condition.subject]), condition.test)
    raise TypeError(f"no such test on a score: {condition.test!r}")


def _is_in(score: Decimal, span: Range) -> bool:
    low, high = span.low, span.high
    reaches = low is None or score > low.value or (low.inclusive and score == low.value)  # type: ignore[operator]
    stays = high is None or score < high.value or (high.inclusive and score == high.value)  # type: ignore[operator]
    return bool(reaches and stays)

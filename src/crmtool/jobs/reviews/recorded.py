"""Knows which recorded runs a review looks back to: by the days they judged on, never by when they were made.

What stands in their rows is for `crmtool.review`; the history itself is asked through `crmtool.jobs.history`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeGuard

import pandas as pd
import pyarrow as pa

from crmtool.files.history import History, Run
from crmtool.review.model import TREND_COLUMNS
from crmtool.review.period import Period, period_named
from crmtool.visits.model import frame_of

#: Commands whose runs keep what was judged of each customer.
JUDGED: Final = ("classify", "review")
REVIEW: Final = "review"
#: Reviews that the picture of tiers over periods goes back.
_TREND: Final = 12


def period_of_run(run: Run) -> Period | None:
    """Return the period that a run reviewed, None where it reviewed none."""
    text = run.options.get("period")
    return period_named(text) if run.command == REVIEW and isinstance(text, str) else None


@dataclass(frozen=True)
class Recorded:
    """The runs of a history by one rule set, seen from the review of `period` as of a day."""

    history: History | None
    rules_id: str
    period: Period
    as_of: date

    @property
    def runs(self) -> list[Run]:
        """Return the runs by this rule set that judged every customer on or before the as-of day."""
        return [run for run in self._judged if run.rules_id == self.rules_id]

    @property
    def other_rules(self) -> list[str]:
        """Return the ids of the other rule sets by which customers were judged before, each once."""
        earlier = [run.rules_id for run in self._judged if run.as_of < self.as_of]
        return sorted({id for id in earlier if id and id != self.rules_id})

    @property
    def _judged(self) -> list[Run]:
        runs = self.history.runs() if self.history is not None else []
        return [run for run in runs if run.command in JUDGED and run.as_of <= self.as_of]

    @property
    def previous(self) -> Run | None:
        """Return the run to compare with: the newest for a day before the period, else the oldest for one within it.

        Of several for one day a review goes before a classification, for it knows which changes wait; else the later.
        """
        earlier = [run for run in self.runs if run.as_of < self.period.first]
        if earlier:
            return max(earlier, key=_newest)
        within = [run for run in self.runs if run.as_of < self.as_of]
        oldest = min((run.as_of for run in within), default=None)
        return max((run for run in within if run.as_of == oldest), key=_newest, default=None)

    @property
    def reviewed_before(self) -> Run | None:
        """Return the last review of an earlier period, whose table's open rows and changes that wait are carried on.

        It is one of the same kind of period where there is any: quarters follow quarters, whatever years are in between.
        """
        earlier = [(run, found) for run in self.runs if self._is_earlier(found := period_of_run(run))]
        alike = [run for run, found in earlier if found.kind == self.period.kind]
        return max(alike or [run for run, _ in earlier], key=_newest, default=None)

    @property
    def period_before(self) -> Run | None:
        """Return the last review that saw the whole of the period before, of the same kind."""
        return self._review_of(self.period.before)

    @property
    def year_before(self) -> Run | None:
        """Return the last review that saw the whole of the same period a year before."""
        return self._review_of(self.period.year_before)

    def _review_of(self, period: Period) -> Run | None:
        reviews = [run for run in self.runs if period_of_run(run) == period and run.as_of >= period.last]
        return max(reviews, key=_newest, default=None)

    @property
    def reviews(self) -> list[Run]:
        """Return the last review of each earlier period of the same kind, oldest first, a dozen at most."""
        newest: dict[Period, Run] = {}
        for run in sorted(self.runs, key=_newest):
            period = period_of_run(run)
            if period is not None and period.kind == self.period.kind and self._is_earlier(period):
                newest[period] = run
        return [newest[period] for period in sorted(newest)][1 - _TREND :]

    @property
    def begins_with(self) -> Run | None:
        """Return the run that the oldest of `reviews` was compared with, where there is room for it in the trend."""
        reviews = self.reviews
        if not reviews or len(reviews) > _TREND - 2:
            return None
        period = period_of_run(reviews[0])
        assert period is not None, "a review is of a period"
        return replace(self, period=period, as_of=reviews[0].as_of).previous

    def _is_earlier(self, period: Period | None) -> TypeGuard[Period]:
        return period is not None and period.first < self.period.first and period.last < self.period.last


def _newest(run: Run) -> tuple[date, bool, int]:
    return (run.as_of, run.command == REVIEW, run.turn)


def trend_of(recorded: Recorded, counts: Mapping[str, int], tiers: Sequence[str]) -> pd.DataFrame:
    """Return how many customers each tier held (TREND_COLUMNS): at earlier reviews, and by `counts` now.

    Ahead of them stands, of no period, what the first of them was compared with. `counts` are by tier id, "" counts the
    undecided.
    """
    first = recorded.begins_with
    points: list[tuple[date, Period | None, Mapping[str, int]]] = []
    points += [(first.as_of, None, first.counts)] if first is not None else []
    points += [(run.as_of, period_of_run(run), run.counts) for run in recorded.reviews]
    points.append((recorded.as_of, recorded.period, counts))
    rows = [
        (day, each.name if each else None, tier or None, count.get(tier, 0))
        for day, each, count in points
        for tier in (*tiers, "")
    ]
    cells = zip(*rows, strict=True)
    return frame_of(
        TREND_COLUMNS,
        {
            name: pa.array(column, kind)
            for (name, kind), column in zip(TREND_COLUMNS.items(), cells, strict=True)
        },
    )

"""Making a review of a judged ledger: who stood how before, KPIs of three periods, moves, adjustments, the trend.

How each is found is in `crmtool.review`; what a review is compared with in `comparing`, what is carried on in `carried`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from crmtool.errors import Finding
from crmtool.jobs.assess import Assessment
from crmtool.jobs.days.review_period import Looked
from crmtool.jobs.history import Recording, recorded_reports
from crmtool.jobs.plans.making import Ground
from crmtool.jobs.reviews.as_known import until
from crmtool.jobs.reviews.carried import Carried, carried_rows
from crmtool.jobs.reviews.comparing import Compared, compared_with
from crmtool.jobs.reviews.kpis import Figures, figures_of_period
from crmtool.jobs.reviews.recorded import Recorded, trend_of
from crmtool.jobs.reviews.renamed import under_former_names
from crmtool.jobs.reviews.visits import Visits, visits_of
from crmtool.messages import Lang
from crmtool.review.adjusting.rows import adjustments_of
from crmtool.review.model import Moves, Review, Snapshot
from crmtool.review.moves.judged import Judged
from crmtool.review.moves.moves import moves_of
from crmtool.review.moves.snapshots import snapshot_of, with_holding
from crmtool.rules.decisions import Decisions
from crmtool.visits.frames import column, table_of
from crmtool.visits.model import frame_of

#: What a review records of a customer beyond a classification.
_HELD: Final = ("facts", "held_tier", "pending_since", "pending_reviews")


@dataclass(frozen=True)
class Made:
    """A review, what was odd on the way, and `options`: what of the history and of other files it depends on.

    `held` is how the customers stand, with what waits to be confirmed, as it is to be recorded. `moves_in` tells the moves
    with their reasons in a language.
    """

    review: Review
    held: Snapshot
    findings: tuple[Finding, ...]
    options: Mapping[str, object]
    carried_from: str
    moves_in: Callable[[Lang], Moves]


def make_review(
    assessment: Assessment,
    looked: Looked,
    kept: Recording,
    *,
    previous: Path | None = None,
    plan: Path | None = None,
) -> Made:
    """Review the period of a ledger that was judged on its as-of day.

    `previous` is a workbook to compare with where the history has nothing, `plan` one that visits are counted in.
    """
    making = _Making(assessment, looked, kept, previous, plan)
    return Made(
        making.review,
        making.held,
        (
            *making.compared.findings,
            *making.visits.findings,
            *making.figures.findings,
            *making.moves.findings,
            *under_former_names(assessment.read.findings, making.moves),
            *making.carried.findings,
        ),
        {"built_on": making.built_on()},
        making.carried.place,
        making.moves_in,
    )


@dataclass(frozen=True)
class _Making:
    """The steps of making a review, each done once."""

    assessment: Assessment
    looked: Looked
    kept: Recording
    previous: Path | None
    plan: Path | None

    @cached_property
    def ground(self) -> Ground:
        reports = until(recorded_reports(self.kept.history), self.looked.as_of)
        return Ground(self.assessment, reports)

    @cached_property
    def recorded(self) -> Recorded:
        rules_id = self.assessment.rule_set.id
        return Recorded(self.kept.history, rules_id, self.looked.period, self.looked.as_of)

    @cached_property
    def compared(self) -> Compared:
        return compared_with(self.assessment, self.recorded, self.looked, self.previous)

    @cached_property
    def visits(self) -> Visits:
        return visits_of(self.ground, self.kept, self.looked, self.plan)

    @cached_property
    def figures(self) -> Figures:
        return figures_of_period(self.ground, self.visits, self.looked, self.recorded, self.compared)

    @cached_property
    def now(self) -> Snapshot:
        return self._now_by(self.assessment.decisions)

    def _now_by(self, decisions: Decisions) -> Snapshot:
        what, customers = self.assessment, self.assessment.read.ledger.customers
        place = customers.source.file
        return snapshot_of(what.cases, decisions, customers.frame, what.rule_set, self.looked.as_of, place)

    @cached_property
    def moves(self) -> Moves:
        return self.moves_in("zh")

    def moves_in(self, lang: Lang) -> Moves:
        """Return who moved, with the reasons in a language; workbooks speak Chinese."""
        what, compared = self.assessment, self.compared
        now = self.now if lang == "zh" else self._now_by(what.told)
        judged = Judged(now, what.cases, what.judgement, what.read.ledger.customers)
        last, period = compared.last_review, self.looked.period
        return moves_of(judged, compared.previous, what.rule_set, period, last_review=last, lang=lang)

    @cached_property
    def held(self) -> Snapshot:
        return with_holding(self.now, self.moves)

    @cached_property
    def carried(self) -> Carried:
        return carried_rows(self.assessment, self.recorded, self.kept, self.looked, self.previous)

    @cached_property
    def adjustments(self) -> pd.DataFrame:
        what = self.assessment
        return adjustments_of(
            what.read.ledger,
            self.held,
            self.moves,
            self.figures.customers,
            what.rule_set,
            self.ground.common,
            self.carried.rows,
            self.carried.settled,
        )

    @cached_property
    def review(self) -> Review:
        what, period = self.assessment, self.looked.period
        trend = trend_of(self.recorded, what.decisions.counts, list(what.rule_set.tiers))
        return Review(
            period,
            self.looked.as_of,
            self.figures.kpis,
            self.figures.customers,
            self.held,
            self.moves,
            self.adjustments,
            trend,
            self.visits.rates,
            self.figures.goals,
        )

    def built_on(self) -> str:
        """Return a digest of the recorded runs and of the workbook that the review depends on."""
        recorded = self.recorded
        runs = [recorded.previous, recorded.reviewed_before, recorded.period_before, recorded.year_before]
        runs.append(recorded.begins_with)
        parts = [(run.key, run.turn) if run is not None else None for run in (*runs, *recorded.reviews)]
        text = json.dumps([parts, recorded.other_rules, self.carried.digest])
        return hashlib.sha256(text.encode()).hexdigest()


def held_rows(rows: pa.Table, held: Snapshot) -> pa.Table:
    """Return recorded rows of the customers with what was known of each, and which change waits to be confirmed."""
    for name in _HELD:
        if name in rows.column_names:
            rows = rows.drop_columns([name])
        rows = rows.append_column(name, column(held.frame, name))
    return rows


def recordable_adjustments(review: Review) -> pd.DataFrame:
    """Return the rows of the adjustment table as the history takes them: with their period, and not applied."""
    table = table_of(review.adjustments).drop_columns(["customer"])
    kinds = {
        "period": pa.string(),
        **{field.name: field.type for field in table.schema},
        "applied": pa.string(),
    }
    cells = {name: table[name] for name in table.column_names}
    return frame_of(kinds, {"period": pa.repeat(review.period.name, len(table)), **cells})


def digest_of(path: Path | None) -> str:
    """Return the sha256 of a file that is named, "" where none is or it cannot be read (reading it tells why)."""
    try:
        return "" if path is None else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""

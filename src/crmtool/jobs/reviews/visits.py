"""Knows which visits of a plan were due in a period and which were made, as they were known on the review's day.

Which count is in `crmtool.visits.standing.made`; where a plan comes from, in `crmtool.jobs.plans.sources`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.jobs.days.review_period import Looked
from crmtool.jobs.history import Recording, recorded_plan
from crmtool.jobs.plans.making import Ground, known_of
from crmtool.jobs.plans.sources import known_plan
from crmtool.jobs.reviews.as_known import plan_until, until
from crmtool.review.period import Period
from crmtool.visits.frames import column, replaced
from crmtool.visits.planning.owning import as_planned
from crmtool.visits.reading.records import records_of
from crmtool.visits.standing.made import due_and_made
from crmtool.visits.standing.rates import rates_of


@dataclass(frozen=True)
class Visits:
    """The visits of a ledger: `records` (REPORT_COLUMNS, `customer` filled) are those on record, each once.

    `planned` (PLAN_COLUMNS) is the plan, None where none is known; `rates` (RATE_COLUMNS) are the period's.
    """

    looked: Looked
    records: pd.DataFrame
    all_records: pd.DataFrame
    planned: pd.DataFrame | None
    rates: pd.DataFrame | None
    findings: tuple[Finding, ...] = ()

    def made_in(self, period: Period) -> pd.DataFrame | None:
        """Return the visits (MADE_COLUMNS) that were due in a period up to the as-of day; None without a plan."""
        if self.planned is None:
            return None
        as_of = min(self.looked.as_of, period.last) if period != self.looked.period else self.looked.as_of
        return due_and_made(self.planned, self.all_records, period.first, period.last, as_of)


def visits_of(ground: Ground, kept: Recording, looked: Looked, workbook: Path | None) -> Visits:
    """Return the visits on record and those of the plan of the history, or of `workbook`, as known on the as-of day."""
    read = ground.assessment.read
    plan, odd = known_plan(recorded_plan(kept.history), workbook, read, ground.common)
    plan = None if plan is None else plan_until(plan, looked.as_of)
    known = known_of(ground, plan, looked.as_of)
    planned = None if plan is None or known.plan is None else as_planned(known.plan, plan)
    visits = Visits(looked, _records(ground, looked), known.basis.records, planned, None, tuple(odd))
    made = visits.made_in(looked.period)
    if made is None:
        return visits
    rates = rates_of(made, ground.assessment.rule_set, list(ground.common.channels))
    return Visits(looked, visits.records, visits.all_records, planned, rates, tuple(odd))


def _records(ground: Ground, looked: Looked) -> pd.DataFrame:
    """Return the visits of the ledger, with those that the history knows beside, each once."""
    records = records_of(ground.assessment.read.ledger, ground.keys, ground.common)
    customer = pc.coalesce(
        column(records, "customer"),
        pc.index_in(column(records, "customer_key"), ground.keys).cast(pa.int64()),
    )
    return until(replaced(records, {"customer": customer}), looked.as_of)

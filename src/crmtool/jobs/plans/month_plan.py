"""Which plan a month's sheets are made from: a workbook's, the history's, or one made on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow.compute as pc

from crmtool.errors import Finding, UsageError
from crmtool.jobs.assess import Assessment
from crmtool.jobs.days.months import month_name
from crmtool.jobs.history import Recording, recorded_plan, recorded_reports
from crmtool.jobs.plans.making import Ground, make_plan
from crmtool.jobs.plans.owners import other_owners
from crmtool.jobs.plans.reach import end_of_workbook, recorded_end
from crmtool.jobs.plans.sources import known_plan
from crmtool.visits.frames import column
from crmtool.visits.planning.earlier import in_ledger
from crmtool.visits.planning.owning import as_planned
from crmtool.visits.planning.replanning import with_reports

Origin = Literal["workbook", "history", "now"]


@dataclass(frozen=True)
class Planned:
    """A plan's visits (PLAN_COLUMNS) as they stand on the as-of day, and where they come from.

    `reaches` is the last day that was planned, where more is known of it than the visits tell.
    """

    visits: pd.DataFrame
    origin: Origin
    path: Path | None = None
    findings: tuple[Finding, ...] = ()
    reaches: date | None = None


def planned_visits(
    assessment: Assessment, kept: Recording, workbook: Path | None, first: date, last: date
) -> Planned:
    """Return the visits of the plan that a month's sheets are made from, in the terms of today's ledger.

    It is that of `workbook`, else that of the history, else one made on the spot from the as-of day to `last`. What was
    reported since, in the history or the ledger's 回访记录, is counted in. Raises `InputError` where the workbook holds
    no plan, `UsageError` where there is no plan and the month, which begins on `first`, is over.
    """
    ground = Ground(assessment, recorded_reports(kept.history))
    plan, odd = known_plan(recorded_plan(kept.history), workbook, assessment.read, ground.common)
    if plan is None:
        if last < assessment.as_of:
            as_of = assessment.as_of.isoformat()
            raise UsageError.of("month-is-over", month=month_name(first), as_of=as_of)
        made = make_plan(ground, assessment.as_of, last)
        return Planned(made.plan.visits, "now", findings=made.findings)
    visits = with_reports(in_ledger(plan, ground.keys, ground.owners), ground.records, assessment.as_of)
    visits = as_planned(visits, plan)
    odd = (*odd, *other_owners(visits, ground.owners))
    reaches = recorded_end(kept)
    if workbook is not None or kept.history is None:
        ends = [each for each in (end_of_workbook(workbook), reaches) if each is not None]
        return Planned(visits, "workbook", workbook, odd, max(ends, default=None))
    return Planned(visits, "history", kept.history.path, odd, reaches)


def refuse_early_end(planned: Planned, first: date) -> None:
    """Raise `UsageError` where a plan ends before the month begins."""
    latest = pc.max(column(planned.visits, "planned_on")).as_py()
    known = [each for each in (latest, planned.reaches) if each is not None]
    if planned.origin != "now" and known and max(known) < first:
        file = planned.path.name if planned.path else ""
        day = max(known).isoformat()
        raise UsageError.of("plan-ends-early", file=file, day=day, month=month_name(first))

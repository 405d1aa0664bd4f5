"""Status: who is on track, due, overdue or was never visited, who is to be told, and how many due visits were made.

What a standing is, and which visits count, is in `crmtool.visits`; how it looks in a workbook, in `crmtool.tables`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.days.status_period import Period, PeriodAsked
from crmtool.jobs.days.workdays import workdays_for
from crmtool.jobs.delivery import (
    Delivery,
    Written,
    default_output,
    deliver,
    prepare,
    refuse_overwriting,
)
from crmtool.jobs.history import Recording, recorded_plan, recorded_reports, recording
from crmtool.jobs.last_classified import last_classified, outdated
from crmtool.jobs.plans.making import Ground, known_of
from crmtool.jobs.plans.owners import other_owners
from crmtool.jobs.plans.sources import known_plan
from crmtool.jobs.request import Request
from crmtool.rules.language.common import Common
from crmtool.tables.status import Status, content
from crmtool.visits.frames import column, same_text
from crmtool.visits.planning.owning import as_planned
from crmtool.visits.standing.made import due_and_made
from crmtool.visits.standing.rates import rates_of
from crmtool.visits.standing.standings import ESCALATE, HORIZON, standings

TITLE = "跟进状态"
#: Owners that a finding names.
_NAMED = 5


@dataclass(frozen=True)
class StatusAsked:
    """What is asked: rates of which period, from which plan's workbook, and whether a workbook is written."""

    period: PeriodAsked = field(default_factory=PeriodAsked)
    plan: Path | None = None
    has_workbook: bool = False


@dataclass(frozen=True)
class StatusOutcome:
    """How things stand; `written` is the workbook, None where none was asked for."""

    assessment: Assessment
    status: Status
    common: Common
    findings: tuple[Finding, ...]
    written: Written | None = None


def status(request: Request, asked: StatusAsked, delivery: Delivery) -> StatusOutcome:
    """Judge a ledger and say how its customers stand; the history is read and left as it is.

    Raises `InputError` (the ledger or the plan cannot be used), `UsageError` (options, config, rules), `OutputError`
    or `BusyError` (the workbook was not written).
    """
    has_workbook = asked.has_workbook or delivery.output is not None
    if delivery.output is not None and asked.plan is not None:
        refuse_overwriting(delivery.output, (asked.plan,))
    template = prepare(delivery, request.ledger, "status") if has_workbook else b""
    with recording(request, "status", Delivery(dry_run=True, wait_seconds=delivery.wait_seconds)) as kept:
        assessment = assess(request)
        ground = Ground(assessment, recorded_reports(kept.history))
        found, told = _found(ground, asked, kept)
    outcome = StatusOutcome(assessment, found, ground.common, (*assessment.findings, *told))
    return _with_workbook(outcome, delivery, template) if has_workbook else outcome


def _found(ground: Ground, asked: StatusAsked, kept: Recording) -> tuple[Status, tuple[Finding, ...]]:
    """Return how everybody stands, with the rates of the period, and what is to be told beside."""
    assessment, as_of = ground.assessment, ground.assessment.as_of
    period = asked.period.on(as_of)
    plan, odd = known_plan(recorded_plan(kept.history), asked.plan, assessment.read, ground.common)
    known = known_of(ground, plan, as_of)
    planned = None if plan is None or known.plan is None else as_planned(known.plan, plan)
    # That next year's holidays are not published yet says nothing about who is overdue today.
    workdays, _ = workdays_for(as_of, as_of + HORIZON, ground.config, ground.folder)
    found = standings(known.basis, as_of, workdays, planned)
    rates = None
    if planned is not None:
        made = due_and_made(planned, known.basis.records, period.first, period.last, as_of)
        rates = rates_of(made, assessment.rule_set, list(ground.common.channels))
    managers = {owner.strip(): manager.strip() for owner, manager in ground.config.managers.items()}
    status = Status(found, managers, period.first, period.last, rates)
    last = last_classified(assessment.read, kept)
    theirs = () if planned is None else other_owners(planned, ground.owners)
    said = (*_of_plan(planned, period), *theirs, *_unmanaged(status), *outdated(assessment.read, last))
    return status, (*known.basis.findings, *odd, *said)


def _of_plan(plan: pd.DataFrame | None, period: Period) -> Iterator[Finding]:
    """Yield what the rates cannot tell: there is no plan, or it begins after the period."""
    if plan is None:
        yield Finding("no-plan-for-rates")
        return
    begins = _first_day(plan)
    if begins is None or (begins.year, begins.month) > (period.first.year, period.first.month):
        params = {"first": period.first.isoformat(), "begins": begins.isoformat() if begins else "-"}
        yield Finding("plan-begins-late", params=params)


def _first_day(plan: pd.DataFrame) -> date | None:
    first: date | None = pc.min(pc.coalesce(column(plan, "planned_on"), column(plan, "due_on"))).as_py()
    return first


def _unmanaged(status: Status) -> Iterator[Finding]:
    """Yield whose customers are so long overdue that a manager is to be told, where nobody is known to be that."""
    late = status.found.overdue()
    owners = column(late, "owner").filter(same_text(column(late, "level"), ESCALATE))
    is_managed = pc.is_in(owners, pa.array(list(status.managers), pa.string()))
    without = owners.filter(pc.and_(pc.is_valid(owners), pc.invert(is_managed)))
    names = sorted(pc.unique(without).to_pylist())
    if names:
        listed = "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
        params = {"owner": names[0], "visits": str(len(without))}
        yield Finding("no-manager", value=listed, params=params)
    if owners.null_count:
        yield Finding("overdue-without-owner", params={"visits": str(owners.null_count)})


def _with_workbook(outcome: StatusOutcome, delivery: Delivery, template: bytes) -> StatusOutcome:
    assessment = outcome.assessment
    request, as_of = assessment.read.request, assessment.as_of
    folder = assessment.read.output_folder
    target = delivery.output or default_output(request.ledger, TITLE, as_of.isoformat(), folder)
    refuse_overwriting(target, assessment.input_paths)
    request.progress("progress-writing", 0, 1)
    judged = assessment.for_tables(outcome.findings, addresses_from(target, assessment.input_paths))
    filled = content(judged, outcome.status)
    written, told = deliver(filled, target, template, delivery, created=as_of, progress=request.progress)
    return replace(outcome, findings=(*outcome.findings, *told), written=written)

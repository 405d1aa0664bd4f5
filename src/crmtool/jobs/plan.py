"""Plan: read and judge the ledger, find a day for every visit that is due, hand out workbook and calendars.

How a plan is made is in `plan_making`, where the earlier one comes from in `plan_sources`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.errors import Finding
from crmtool.files.history import Run
from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.days.days_off import days_off
from crmtool.jobs.days.plan_span import Span
from crmtool.jobs.delivery import (
    Delivery,
    InPlace,
    Written,
    default_output,
    deliver,
    prepare,
    refuse_overwriting,
)
from crmtool.jobs.history import Finished, Recording, recording
from crmtool.jobs.plans.calendars import ENDING, write_calendars
from crmtool.jobs.plans.making import Ground, Made, joined, make_plan
from crmtool.jobs.plans.request import Planning
from crmtool.jobs.plans.sources import TITLE, digest_of_plan, earlier_plan, recorded_plan, recorded_reports
from crmtool.jobs.request import Request
from crmtool.tables.visit_plan import Planned, content
from crmtool.visits.frames import column, day, rows_where
from crmtool.visits.model import AGREED, OPEN, Plan

if TYPE_CHECKING:
    from crmtool.jobs.into_ledger.update import Updated

#: Commands that change a recorded plan: what was planned before them is not up to date any more.
_CHANGING = ("plan", "collect")


@dataclass(frozen=True)
class PlanOutcome:
    """What was planned and what was written; `updated` is the ledger, where that was asked for.

    `planning` are the findings of reading and planning, `notes` those of writing, `noted` those of the ledger's update.
    """

    assessment: Assessment
    planned: Planned
    written: Written
    calendars: tuple[Written, ...]
    planning: tuple[Finding, ...]
    notes: tuple[Finding, ...] = ()
    updated: Updated | None = None
    noted: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all that was found, in the order of the work."""
        return (*self.planning, *self.notes, *self.noted)

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.planned.plan


def plan(
    request: Request, asked: Planning, delivery: Delivery, in_place: InPlace | None = None
) -> PlanOutcome:
    """Plan a ledger's visits and write the visit-plan workbook, the calendars, and with `in_place` the ledger.

    Raises `InputError` (the ledger or the earlier plan cannot be used), `UsageError` (options, config, rules),
    `OutputError` or `BusyError` (not written). A ledger that cannot be written into is told before anything is written.
    """
    template = prepare(delivery, request.ledger, "visit-plan")
    if in_place is not None:
        from crmtool.jobs.into_ledger.update import refuse_early

        refuse_early(request.ledger, in_place)
    digests = {"template": hashlib.sha256(template).hexdigest(), "plan": digest_of_plan(asked.workbook)}
    with recording(request, "plan", delivery, digests) as kept:
        assessment = assess(request)
        read, span = assessment.read, asked.span.on(assessment.as_of)
        target = delivery.output or default_output(request.ledger, TITLE, span.text, read.output_folder)
        refuse_overwriting(target, assessment.input_paths)
        run = kept.run(read, target, _options(asked, span, in_place))
        finished = kept.finished(run, target, unless_after=_CHANGING)
        outcome, made = _planned(assessment, asked, span, target, kept)
        outcome = (
            _with_files(outcome, asked, template, delivery)
            if finished is None
            else _as_before(outcome, finished)
        )
        if kept.is_kept and finished is None:
            _record(kept, run, outcome)
        # Days of a plan that is not recorded would be taken for agreements by the next one.
        return _with_ledger(outcome, made, in_place)


def _planned(
    assessment: Assessment, asked: Planning, span: Span, target: Path, kept: Recording
) -> tuple[PlanOutcome, Made]:
    """Make the plan, on from the earlier one; nothing is written yet."""
    ground = Ground(assessment, recorded_reports(kept))
    earlier, odd = earlier_plan(ground, recorded_plan(kept), asked.workbook, target)
    made = make_plan(
        ground, span.first, span.last, earlier=earlier, heirs=asked.heirs, is_stretching=asked.is_stretching
    )
    findings = (*assessment.findings, *odd, *made.findings)
    judged = assessment.for_tables(findings, addresses_from(target, assessment.input_paths))
    planned = Planned(judged, made.plan, days_off(made.workdays), ground.caps, asked.heirs)
    return PlanOutcome(assessment, planned, Written(target), (), findings), made


def _with_files(outcome: PlanOutcome, asked: Planning, template: bytes, delivery: Delivery) -> PlanOutcome:
    """Write the workbook and the calendars."""
    assessment = outcome.assessment
    written, told = deliver(
        content(outcome.planned),
        outcome.written.path,
        template,
        delivery,
        created=assessment.as_of,
        progress=assessment.read.request.progress,
    )
    calendars = write_calendars(outcome.planned, asked.calendars, delivery)
    return replace(outcome, written=written, calendars=calendars, notes=told)


def _as_before(outcome: PlanOutcome, finished: Finished) -> PlanOutcome:
    """Return what the same run wrote before."""
    written, *others = finished.written
    calendars = tuple(each for each in others if each.path.suffix == ENDING)
    return replace(outcome, written=written, calendars=calendars, notes=finished.notes)


def _record(kept: Recording, run: Run, outcome: PlanOutcome) -> None:
    plan = outcome.plan
    kept.finish(
        run,
        outcome.written.path,
        [outcome.written, *outcome.calendars],
        notes=outcome.notes,
        counts={"visits": len(plan.visits), "unplaced": len(plan.unplaced)},
        visits=joined(plan.visits, plan.beyond),
        is_whole_plan=True,
    )


def _options(asked: Planning, span: Span, in_place: InPlace | None) -> Mapping[str, object]:
    return {
        "span": [span.first.isoformat(), span.last.isoformat()],
        "reassign": dict(asked.heirs),
        "overload": "stretch" if asked.is_stretching else "",
        "plan": asked.workbook.name if asked.workbook else "",
        "ics": asked.calendars.name if asked.calendars else "",
        "update_ledger": in_place is not None,
    }


def _with_ledger(outcome: PlanOutcome, made: Made, in_place: InPlace | None) -> PlanOutcome:
    """Write each customer's next day into the ledger, where that is asked for."""
    if in_place is None:
        return outcome
    from crmtool.jobs.into_ledger.columns import Given, customer_columns
    from crmtool.jobs.into_ledger.update import change_ledger

    read = outcome.assessment.read
    next_on = next_days(made.plan, len(made.agreed_on))
    # An agreement that is still to come is the customer's word, and stays where it stands.
    mask = pc.and_(pc.is_valid(next_on), pc.is_null(made.agreed_on))
    column = TableColumn("next_followup", "下次跟进时间", next_on, "date")
    given = Given(column, "next_followup", mask, is_own=False)
    updated, noted = change_ledger(read, lambda: customer_columns(read, [given]), in_place)
    return replace(outcome, updated=updated, noted=noted)


def next_days(plan: Plan, customers: int) -> pa.Array:
    """Return the day of each customer's next visit from the as-of day on (date32), null where none is planned."""
    visits = joined(plan.visits, plan.beyond)
    is_live = pc.is_in(column(visits, "status"), pa.array([OPEN, AGREED]))
    is_ahead = pc.fill_null(pc.greater_equal(column(visits, "planned_on"), day(plan.as_of)), False)
    known = pc.and_(pc.and_(is_live, is_ahead), pc.is_valid(column(visits, "customer")))
    ahead = rows_where(visits, known)
    table = pa.table({"customer": column(ahead, "customer"), "day": column(ahead, "planned_on")})
    first = table.group_by("customer", use_threads=False).aggregate([("day", "min")])
    places = pa.array(range(customers), pa.int64())
    return first["day_min"].combine_chunks().take(pc.index_in(places, first["customer"].combine_chunks()))

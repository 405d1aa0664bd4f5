"""Plan: read and judge the ledger, find a day for every visit that is due, hand out workbook and calendars.

How a plan is made is in `crmtool.jobs.plans.making`, where the earlier one comes from in `crmtool.jobs.plans.sources`.
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
from crmtool.errors import Finding, OutputError
from crmtool.files.history import Run
from crmtool.files.replace import ensure_replaceable
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
from crmtool.jobs.history import (
    CHANGE_THE_PLAN,
    Finished,
    Recording,
    recorded_reports,
    recording,
)
from crmtool.jobs.plan_totals import never_visited
from crmtool.jobs.plans.calendars import ENDING, write_calendars
from crmtool.jobs.plans.making import Ground, Made, make_plan
from crmtool.jobs.plans.owners import heirs_of, of_handing_over
from crmtool.jobs.plans.request import Planning
from crmtool.jobs.plans.sources import TITLE, digest_of_plan, earlier_plan, names_of_earlier
from crmtool.jobs.plans.unasked import unasked
from crmtool.jobs.request import Request
from crmtool.tables.visit_plan import Planned, content
from crmtool.visits.frames import column, day, one_of, rows_where, stacked
from crmtool.visits.model import LIVE, Plan
from crmtool.visits.reading.facts import texts

if TYPE_CHECKING:
    from crmtool.jobs.into_ledger.update import Updated


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
    if delivery.output is not None and delivery.output.suffix.lower() == ".xlsx":
        refuse_overwriting(delivery.output, (request.ledger,))
        _refuse_worked_in(delivery.output)
    template = prepare(delivery, request.ledger, "visit-plan", guard=ensure_replaceable)
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
        finished = kept.finished(run, target, unless_after=CHANGE_THE_PLAN)
        outcome, made = _planned(assessment, asked, span, target, kept, is_written=in_place is not None)
        outcome = (
            _with_files(outcome, asked, template, delivery)
            if finished is None
            else _as_before(outcome, finished)
        )
        if kept.is_kept and finished is None:
            _record(kept, run, outcome)
        # Days of a plan that is not recorded would be taken for agreements by the next one.
        return _with_ledger(outcome, made, in_place, asked.heirs)


def _refuse_worked_in(target: Path) -> None:
    """Raise as `ensure_replaceable`; of a workbook that somebody saved, tell how to plan on from it."""
    try:
        ensure_replaceable(target)
    except OutputError as error:
        if any(finding.code == "not-our-output" for finding in error.findings):
            raise OutputError.of("plan-worked-in", file=str(target)) from None
        raise


def _planned(
    assessment: Assessment, asked: Planning, span: Span, target: Path, kept: Recording, *, is_written: bool
) -> tuple[PlanOutcome, Made]:
    """Make the plan, on from the earlier one; nothing is written yet."""
    ground = Ground(assessment, recorded_reports(kept.history))
    earlier, odd = earlier_plan(ground, kept, asked.workbook, target)
    made = make_plan(
        ground, span.first, span.last, earlier=earlier, heirs=asked.heirs, is_stretching=asked.is_stretching
    )
    handing_over = of_handing_over(asked.heirs, ground.owners, earlier, is_written=is_written)
    findings = (*assessment.findings, *odd, *made.findings, *handing_over, *unasked(ground))
    judged = assessment.for_tables(findings, addresses_from(target, assessment.input_paths))
    planned = Planned(
        judged,
        made.plan,
        days_off(made.workdays, ground.config, ground.folder),
        ground.caps,
        asked.heirs,
        never_visited(ground, made.plan),
        names_of_earlier(earlier, kept.history, asked.workbook),
    )
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
        guard=_refuse_worked_in,
    )
    calendars, emptied = write_calendars(outcome.planned, asked.calendars, delivery)
    return replace(outcome, written=written, calendars=calendars, notes=(*told, *emptied))


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
        visits=stacked(plan.visits, plan.beyond),
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


def _with_ledger(
    outcome: PlanOutcome, made: Made, in_place: InPlace | None, heirs: Mapping[str, str]
) -> PlanOutcome:
    """Write each customer's next day, and who takes over, into the ledger, where that is asked for."""
    if in_place is None:
        return outcome
    from crmtool.jobs.into_ledger.columns import Given, customer_columns
    from crmtool.jobs.into_ledger.update import change_ledger

    read = outcome.assessment.read
    next_on = next_days(made.plan, len(made.agreed_on))
    # An agreement that is still to come is the customer's word, and stays where it stands.
    mask = pc.and_(pc.is_valid(next_on), pc.is_null(made.agreed_on))
    column = TableColumn("next_followup", "下次跟进时间", next_on, "date")
    given = [Given(column, "next_followup", mask, is_own=False)]
    heir = heirs_of(texts(read.ledger.customers.frame, "owner"), heirs)
    if heir.null_count < len(heir):
        owner = TableColumn("owner", "负责人", heir, "short")
        given.append(Given(owner, "owner", pc.is_valid(heir), is_own=False))
    updated, noted = change_ledger(read, lambda: customer_columns(read, given), in_place)
    return replace(outcome, updated=updated, noted=noted)


def next_days(plan: Plan, customers: int) -> pa.Array:
    """Return the day of each customer's next visit from the as-of day on (date32), null where none is planned."""
    visits = stacked(plan.visits, plan.beyond)
    is_live = one_of(column(visits, "status"), LIVE)
    is_ahead = pc.fill_null(pc.greater_equal(column(visits, "planned_on"), day(plan.as_of)), False)
    known = pc.and_(pc.and_(is_live, is_ahead), pc.is_valid(column(visits, "customer")))
    ahead = rows_where(visits, known)
    table = pa.table({"customer": column(ahead, "customer"), "day": column(ahead, "planned_on")})
    first = table.group_by("customer", use_threads=False).aggregate([("day", "min")])
    places = pa.array(range(customers), pa.int64())
    return first["day_min"].combine_chunks().take(pc.index_in(places, first["customer"].combine_chunks()))

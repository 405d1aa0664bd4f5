"""Hand out a month's follow-up sheets: one workbook with a sheet for each owner, or a file for each.

Which visits those are is in `crmtool.visits.reporting.sheets`, which plan they are of in
`crmtool.jobs.plans.month_plan`, where the sheets go in `crmtool.jobs.handing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from crmtool.errors import Finding, InputError, OutputError, UsageError
from crmtool.files.history import History
from crmtool.files.replace import ensure_replaceable
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.comparing import Asked, compared
from crmtool.jobs.days.months import month_name, month_of
from crmtool.jobs.days.workdays import workdays_for
from crmtool.jobs.delivery import Delivery, Written, default_output, deliver, prepare, refuse_overwriting
from crmtool.jobs.filled_in import refuse_filled_in
from crmtool.jobs.handing import TITLE, Handed, left_over, placed
from crmtool.jobs.history import CHANGE_THE_PLAN, recording
from crmtool.jobs.plans.making import Ground
from crmtool.jobs.plans.month_plan import Planned, planned_visits, refuse_early_end
from crmtool.jobs.plans.sources import digest_of_plan
from crmtool.jobs.reading import Read
from crmtool.jobs.request import Request
from crmtool.jobs.rules import load_named
from crmtool.rules.model import RuleSet
from crmtool.tables.followup import INPUT_HEADERS, LOOSE_HEADERS, Month, content, sheets_of
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.frames import column
from crmtool.visits.reporting.sheets import OwnerSheet, handed_out, nobodys


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be handed out: which month (as `month_of` reads it), from which plan, in how many files."""

    month: str = "this"
    plan: Path | None = None
    is_split: bool = False


@dataclass(frozen=True)
class FollowupOutcome:
    """What was handed out to whom for a month, and what was written."""

    assessment: Assessment
    month: Month
    planned: Planned
    handed: tuple[Handed, ...]
    written: tuple[Written, ...]
    findings: tuple[Finding, ...]


def followup(request: Request, wanted: Wanted, delivery: Delivery) -> FollowupOutcome:
    """Judge a ledger and write the follow-up sheets of a month.

    Raises `InputError` (the ledger or the plan cannot be used), `UsageError` (options, config, rules, a month after the
    plan's end), `OutputError` or `BusyError` (not written; a workbook that somebody has filled in is replaced only once
    all of that is recorded).
    """
    month_of(wanted.month, date(2000, 1, 1))  # what is no month is told before anything is read
    template = _prepared(request, wanted, delivery)
    digests = {"template": hashlib.sha256(template).hexdigest(), "plan": digest_of_plan(wanted.plan)}
    with recording(request, "followup", delivery, digests) as kept:
        assessment = assess(request)
        first, last = month_of(wanted.month, assessment.as_of)
        month = Month(
            first, last, assessment.as_of, _outline(assessment.rule_set), _workdays(assessment, first, last)
        )
        planned = planned_visits(assessment, kept, wanted.plan, first, last)
        refuse_early_end(planned, first)
        sheets = handed_out(planned.visits, as_of=assessment.as_of, first=first, last=last)
        target = _target(assessment, wanted, delivery, month_name(first))
        handed = placed(sheets or (nobodys(),), target, month_name(first), is_split=wanted.is_split)
        run = kept.run(assessment.read, target, {"month": month_name(first), "split": wanted.is_split})
        guard = partial(_guard, what=assessment.read, history=kept.history, plan=wanted.plan)
        finished = kept.finished(run, target, unless_after=CHANGE_THE_PLAN)
        if finished is None:
            written, told = _write(assessment, handed, month, template, _how(wanted, delivery), guard)
            counts = {"visits": sum(len(sheet.visits) for sheet in sheets), "sheets": len(sheets)}
            kept.finish(run, target, written, notes=told, counts=counts)
        else:
            written, told = finished.written, finished.notes
    noted = _noted(sheets, handed, first, wanted)
    findings = (*assessment.findings, *planned.findings, *noted, *told)
    return FollowupOutcome(assessment, month, planned, handed if sheets else (), written, findings)


def _noted(
    sheets: Sequence[OwnerSheet], handed: Sequence[Handed], first: date, wanted: Wanted
) -> Iterator[Finding]:
    if not sheets:
        yield Finding("nothing-to-visit", params={"month": month_name(first)})
    yield from _gone(sheets)
    if wanted.is_split:
        yield from left_over(handed, month_name(first))


def _gone(sheets: Sequence[OwnerSheet]) -> Iterator[Finding]:
    """Yield a finding where visits are handed out of customers that the ledger does not have any more."""
    visits = [each.visits[each.visits["customer"].isna()] for each in sheets]
    names = [name for frame in visits for name in column(frame, "name").to_pylist()]
    if names:
        yield Finding("visit-of-gone-customer", value=names[0] or "", count=len(names))


def _how(wanted: Wanted, delivery: Delivery) -> Delivery:
    """Return how files are written: a folder of them is made where it is missing, even where it is named."""
    return replace(delivery, output=None) if wanted.is_split else delivery


def _guard(target: Path, what: Read, history: History | None, plan: Path | None) -> None:
    """Raise where `target` may not be replaced; one that was filled in may, once all of that is on record."""
    try:
        refuse_filled_in(target, INPUT_HEADERS, "回访编号", LOOSE_HEADERS)
    except OutputError as error:
        if any(each.code != "filled-in" for each in error.findings):
            raise
        if not _is_all_on_record(target, what, history, plan):
            raise


def _is_all_on_record(target: Path, what: Read, history: History | None, plan: Path | None) -> bool:
    try:
        return compared(what, Asked((target,), plan), history).is_all_on_record
    except InputError:  # what cannot be read as a follow-up sheet was not collected either
        return False


def _prepared(request: Request, wanted: Wanted, delivery: Delivery) -> bytes:
    """Return the template to fill, having refused early what cannot end well."""
    output = delivery.output
    if output is not None and wanted.plan is not None:
        refuse_overwriting(output, (wanted.plan,))
    if wanted.is_split:
        if output is not None and output.exists() and not output.is_dir():
            raise UsageError.of("split-into-file", file=str(output))
        return prepare(replace(delivery, output=None), request.ledger, "follow-up")
    if output is not None and output.suffix.lower() == ".xlsx":
        refuse_overwriting(output, (request.ledger,))
    return prepare(delivery, request.ledger, "follow-up", guard=ensure_replaceable)


def _target(assessment: Assessment, wanted: Wanted, delivery: Delivery, stamp: str) -> Path:
    """Return the workbook, or the folder of workbooks, that is written."""
    ledger, folder = assessment.read.request.ledger, assessment.read.output_folder
    ending = "" if wanted.is_split else ".xlsx"
    return delivery.output or default_output(ledger, TITLE, stamp, folder, ending)


def _workdays(assessment: Assessment, first: date, last: date) -> Workdays:
    """Return the working days about a month; that a year is not published yet is told where it is planned."""
    ground = Ground(assessment)
    return workdays_for(first, last, ground.config, ground.folder)[0]


def _outline(rule_set: RuleSet) -> Sequence[Mapping[str, Any]]:
    """Return the points of the rule set's outline, or of the rule set that it names; none where there is none."""
    outline = rule_set.plain.get("outline", ())
    seen = {rule_set.id}
    while isinstance(outline, str) and outline not in seen:
        seen.add(outline)
        outline = load_named(outline, Path(rule_set.file).parent).plain.get("outline", ())
    return () if isinstance(outline, str) else outline


def _write(
    assessment: Assessment,
    handed: Sequence[Handed],
    month: Month,
    template: bytes,
    delivery: Delivery,
    guard: Callable[[Path], None],
) -> tuple[tuple[Written, ...], tuple[Finding, ...]]:
    """Write each file, none where one of them may not be replaced; return what was written and had to be cleaned."""
    for path in dict.fromkeys(each.path for each in handed):
        refuse_overwriting(path, assessment.input_paths)
        guard(path)
    written: list[Written] = []
    told: list[Finding] = []
    assessment.read.request.progress("progress-writing", 0, 1)
    judged = assessment.for_tables(assessment.findings, {})
    names = [each.name for each in handed]
    sheets = sheets_of(judged, [each.owner_sheet for each in handed], names, month)
    for path, group in groupby(zip(handed, sheets, strict=True), key=lambda each: each[0].path):
        filled = content(judged, [sheet for _, sheet in group], month)
        one, findings = deliver(filled, path, template, delivery, created=month.as_of, guard=guard)
        written.append(one)
        told += findings
    return tuple(written), tuple(told)

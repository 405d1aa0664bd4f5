"""Hand out a month's follow-up sheets: one workbook with a sheet for each owner, or a file for each.

Which visits those are is in `crmtool.visits.sheets`, where the plan comes from in `crmtool.jobs.plan_source`, where
the sheets go in `crmtool.jobs.handing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from crmtool.errors import Finding, UsageError
from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.delivery import Delivery, Written, default_output, deliver, prepare, refuse_overwriting
from crmtool.jobs.filled_in import refuse_filled_in
from crmtool.jobs.handing import TITLE, Handed, left_over, placed
from crmtool.jobs.months import month_name, month_of
from crmtool.jobs.plan_source import Planned, ends_early, planned_visits
from crmtool.jobs.request import Request
from crmtool.jobs.rules import load_named
from crmtool.rules.model import RuleSet
from crmtool.tables.followup import INPUT_HEADERS, LOOSE_HEADERS, Month, content
from crmtool.visits.sheets import handed_out, nobodys


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be handed out: which month (`this`, `next`, `last`, `YYYY-MM`), from which plan, in how many files."""

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

    Raises `InputError` (the ledger or the plan cannot be used), `UsageError` (options, config, rules), `OutputError`
    or `BusyError` (not written; a workbook that somebody has filled in is never replaced).
    """
    month_of(wanted.month, date(2000, 1, 1))  # what is no month is told before anything is read
    template = _prepared(request, wanted, delivery)
    assessment = assess(request)
    first, last = month_of(wanted.month, assessment.as_of)
    planned = planned_visits(assessment, wanted.plan, first, last)
    sheets = handed_out(planned.visits, as_of=assessment.as_of, last=last)
    month = Month(first, last, assessment.as_of, _outline(assessment.rule_set))
    stamp = month_name(first)
    handed = placed(
        sheets or (nobodys(),), _target(assessment, wanted, delivery, stamp), stamp, is_split=wanted.is_split
    )
    inputs = (*assessment.input_paths, *([wanted.plan] if wanted.plan else []))
    for path in dict.fromkeys(each.path for each in handed):
        refuse_overwriting(path, inputs)
        _guard(path)
    request.progress("progress-writing", 0, 1)
    # A folder of files is made where it is missing, even where the command line names it.
    how = replace(delivery, output=None) if wanted.is_split else delivery
    written, told = _write(assessment, handed, month, template, how)
    noted = [*ends_early(planned, first), *(left_over(handed, stamp) if wanted.is_split else ())]
    if not sheets:
        noted.append(Finding("nothing-to-visit", params={"month": stamp}))
    findings = (*assessment.findings, *planned.findings, *noted, *told)
    return FollowupOutcome(assessment, month, planned, handed if sheets else (), written, findings)


def _guard(target: Path) -> None:
    refuse_filled_in(target, INPUT_HEADERS, "回访编号", LOOSE_HEADERS)


def _prepared(request: Request, wanted: Wanted, delivery: Delivery) -> bytes:
    """Return the template to fill, having refused early what cannot end well."""
    output = delivery.output
    if wanted.is_split:
        if output is not None and output.exists() and not output.is_dir():
            raise UsageError.of("split-into-file", file=str(output))
        return prepare(replace(delivery, output=None), request.ledger, "follow-up")
    if output is not None and output.suffix.lower() == ".xlsx":
        refuse_overwriting(output, (request.ledger,))
        _guard(output)
    return prepare(delivery, request.ledger, "follow-up")


def _target(assessment: Assessment, wanted: Wanted, delivery: Delivery, stamp: str) -> Path:
    """Return the workbook, or the folder of workbooks, that is written."""
    ledger, folder = assessment.read.request.ledger, assessment.read.output_folder
    ending = "" if wanted.is_split else ".xlsx"
    return delivery.output or default_output(ledger, TITLE, stamp, folder, ending)


def _outline(rule_set: RuleSet) -> Sequence[Mapping[str, Any]]:
    """Return the points of the rule set's outline, or of the rule set that it names; none where there is none."""
    outline = rule_set.plain.get("outline", ())
    seen = {rule_set.id}
    while isinstance(outline, str) and outline not in seen:
        seen.add(outline)
        outline = load_named(outline, Path(rule_set.file).parent).plain.get("outline", ())
    return () if isinstance(outline, str) else outline


def _write(
    assessment: Assessment, handed: Sequence[Handed], month: Month, template: bytes, delivery: Delivery
) -> tuple[tuple[Written, ...], tuple[Finding, ...]]:
    """Write each file; return what was written and what had to be cleaned."""
    written: list[Written] = []
    told: list[Finding] = []
    for path, group in groupby(handed, key=lambda each: each.path):
        own = list(group)
        judged = assessment.for_tables(assessment.findings, addresses_from(path, assessment.input_paths))
        filled = content(judged, [each.owner_sheet for each in own], [each.name for each in own], month)
        one, findings = deliver(filled, path, template, delivery, created=month.as_of, guard=_guard)
        written.append(one)
        told += findings
    return tuple(written), tuple(told)

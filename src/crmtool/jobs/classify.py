"""Classify: read the ledger, judge every customer, hand out the classification workbook."""

from __future__ import annotations

from dataclasses import dataclass

from crmtool.errors import Finding
from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.delivery import Delivery, Written, default_output, deliver, prepare, refuse_overwriting
from crmtool.jobs.request import Request
from crmtool.tables.classification import content


@dataclass(frozen=True)
class ClassifyOutcome:
    """What was judged and what was written."""

    assessment: Assessment
    written: Written
    findings: tuple[Finding, ...]


def classify(request: Request, delivery: Delivery) -> ClassifyOutcome:
    """Judge a ledger and write its classification workbook.

    Raises `InputError` (the ledger cannot be used), `UsageError` (options, config, rules), `OutputError` or
    `BusyError` (not written).
    """
    template = prepare(delivery, request.ledger, "classification")
    assessment = assess(request)
    target = delivery.output or default_output(
        request.ledger, "客户分级", assessment.as_of.isoformat(), assessment.read.output_folder
    )
    refuse_overwriting(target, assessment.input_paths)
    request.progress("progress-writing", 0, 1)
    written, cleaned = deliver(
        content(assessment.for_tables(assessment.findings, addresses_from(target, assessment.input_paths))),
        target,
        template,
        delivery,
        created=assessment.as_of,
        progress=request.progress,
    )
    return ClassifyOutcome(assessment, written, (*assessment.findings, *cleaned))

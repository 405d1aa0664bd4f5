"""Classify: read the ledger, judge every customer, hand out the classification workbook, update the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmtool.errors import Finding
from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.delivery import (
    Delivery,
    InPlace,
    Written,
    default_output,
    deliver,
    prepare,
    refuse_overwriting,
)
from crmtool.jobs.request import Request
from crmtool.jobs.table_delivery import deliver_table, format_of, prepare_table
from crmtool.tables import grading
from crmtool.tables.classification import content

if TYPE_CHECKING:
    from crmtool.jobs.update_ledger import Updated


@dataclass(frozen=True)
class ClassifyOutcome:
    """What was judged and what was written; `updated` is the ledger, where that was asked for."""

    assessment: Assessment
    written: Written
    findings: tuple[Finding, ...]
    updated: Updated | None = None


def classify(request: Request, delivery: Delivery, in_place: InPlace | None = None) -> ClassifyOutcome:
    """Judge a ledger and write its classification workbook, or 客户分级表 alone as CSV or Parquet.

    With `in_place` the results are written into the ledger too.

    Raises `InputError` (the ledger cannot be used), `UsageError` (options, config, rules), `OutputError` or
    `BusyError` (not written). A ledger that cannot be written into is told before anything is written.
    """
    kind = format_of(delivery)
    template = prepare(delivery, request.ledger, "classification") if kind == "xlsx" else b""
    if kind != "xlsx":
        prepare_table(delivery, request.ledger, kind)
    if in_place is not None:
        from crmtool.jobs.update_ledger import refuse_early, update_ledger

        refuse_early(request.ledger, in_place)
    assessment = assess(request)
    target = delivery.output or default_output(
        request.ledger, "客户分级", assessment.as_of.isoformat(), assessment.read.output_folder, f".{kind}"
    )
    refuse_overwriting(target, assessment.input_paths)
    request.progress("progress-writing", 0, 1)
    judged = assessment.for_tables(assessment.findings, addresses_from(target, assessment.input_paths))
    if kind != "xlsx":
        table = grading.build(judged.ledger, judged.cases, judged.decisions, judged.rule_set)
        places = sum(finding.count for finding in assessment.findings)
        written, told = deliver_table(table, target, kind, delivery, listed=places)
    else:
        written, told = deliver(
            content(judged),
            target,
            template,
            delivery,
            created=assessment.as_of,
            progress=request.progress,
        )
    findings = (*assessment.findings, *told)
    if in_place is None:
        return ClassifyOutcome(assessment, written, findings)
    updated, noted = update_ledger(assessment, assessment.findings, in_place)
    return ClassifyOutcome(assessment, written, (*findings, *noted), updated)

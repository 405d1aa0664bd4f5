"""Classify: read the ledger, judge every customer, hand out the classification workbook, update the ledger.

What is recorded of it, where a history is kept, is a row a customer: `classification_rows`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from crmtool.errors import Finding
from crmtool.files.history.tables import CLASSIFICATIONS
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
from crmtool.jobs.history import recording
from crmtool.jobs.request import Request
from crmtool.jobs.table_delivery import deliver_table, format_of, prepare_table
from crmtool.review.moves.facts import facts_of
from crmtool.tables import grading
from crmtool.tables.classification import content
from crmtool.visits.keys import customer_keys

if TYPE_CHECKING:
    from crmtool.jobs.into_ledger.update import Updated


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
        from crmtool.jobs.into_ledger.update import refuse_early

        refuse_early(request.ledger, in_place)
    digests = {"template": hashlib.sha256(template).hexdigest()}
    with recording(request, "classify", delivery, digests) as kept:
        assessment = assess(request)
        target = delivery.output or default_output(
            request.ledger,
            "客户分级",
            assessment.as_of.isoformat(),
            assessment.read.output_folder,
            f".{kind}",
        )
        refuse_overwriting(target, assessment.input_paths)
        run = kept.run(assessment.read, target, _options(kind, in_place))
        earlier = kept.finished(run, target)
        if earlier is None:
            written, told = _write(assessment, target, kind, template, delivery)
        else:
            (written, *_), told = earlier.written, earlier.notes
        outcome = ClassifyOutcome(assessment, written, (*assessment.findings, *told))
        if in_place is not None:
            outcome = _updated(outcome, in_place)
        if kept.is_kept and earlier is None:
            kept.finish(
                run,
                target,
                [written, *([outcome.updated.written] if outcome.updated else [])],
                notes=told,
                counts=assessment.decisions.counts,
                classifications=classification_rows(assessment),
            )
    return outcome


def classification_rows(assessment: Assessment) -> pa.Table:
    """Return a row for each customer: the key by which the next run knows them, who they are, the tier and why.

    What was known of them (`facts`) is kept too, so that a review can say by what they moved.
    """
    customers = assessment.read.ledger.customers.frame
    rows = pa.Table.from_pandas(assessment.decisions.frame, preserve_index=False)
    rows = rows.append_column("facts", facts_of(assessment.cases, assessment.rule_set))
    rows = rows.select([name for name in rows.column_names if name in CLASSIFICATIONS.columns])
    for name in ("customer_id", "name"):
        if name in customers:
            rows = rows.append_column(name, pa.array(customers[name]).cast(pa.string()))
    return rows.append_column("customer_key", customer_keys(customers))


def _options(kind: str, in_place: InPlace | None) -> Mapping[str, object]:
    return {"format": kind, "update_ledger": in_place is not None}


def _write(
    assessment: Assessment, target: Path, kind: str, template: bytes, delivery: Delivery
) -> tuple[Written, tuple[Finding, ...]]:
    request = assessment.read.request
    request.progress("progress-writing", 0, 1)
    judged = assessment.for_tables(assessment.findings, addresses_from(target, assessment.input_paths))
    if kind != "xlsx":
        table = grading.build(judged.ledger, judged.cases, judged.decisions, judged.rule_set)
        places = sum(finding.count for finding in assessment.findings)
        return deliver_table(table, target, kind, delivery, listed=places)
    return deliver(
        content(judged), target, template, delivery, created=assessment.as_of, progress=request.progress
    )


def _updated(outcome: ClassifyOutcome, in_place: InPlace) -> ClassifyOutcome:
    from crmtool.jobs.into_ledger.update import update_ledger

    assessment = outcome.assessment
    updated, noted = update_ledger(assessment, assessment.findings, in_place)
    return replace(outcome, findings=(*outcome.findings, *noted), updated=updated)

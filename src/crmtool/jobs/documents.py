"""The JSON documents: one versioned schema per command, made from the same frames as the workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from crmtool.errors import CrmtoolError, Finding
from crmtool.messages import Lang, help_of, severity_of, text_of

if TYPE_CHECKING:
    from crmtool.jobs.assess import Assessment
    from crmtool.jobs.check import CheckOutcome
    from crmtool.jobs.classify import ClassifyOutcome
    from crmtool.jobs.delivery import Written
    from crmtool.jobs.explain import ExplainOutcome
    from crmtool.jobs.into_ledger.update import Updated
    from crmtool.jobs.reading import Read
    from crmtool.jobs.rfm import RfmOutcome
    from crmtool.jobs.rules import RuleListing, TestOutcome
    from crmtool.jobs.template import TemplateCheck, TemplateListing
    from crmtool.rules.model import RuleSet

Document = dict[str, Any]


def finding_record(finding: Finding, lang: Lang) -> Document:
    """Return one finding as it stands in every document."""
    return {
        "code": finding.code,
        "severity": severity_of(finding),
        "file": finding.file,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "column": finding.column,
        "value": finding.value,
        "message": text_of(finding, lang),
        "help": help_of(finding, lang),
        "count": finding.count,
    }


def _findings(findings: Iterable[Finding], lang: Lang) -> list[Document]:
    return [finding_record(finding, lang) for finding in findings]


def error_document(error: CrmtoolError, lang: Lang) -> Document:
    """Return `crmtool.error/v1`: why a run ended without a result."""
    return {
        "schema": "crmtool.error/v1",
        "exit_code": error.exit_code,
        "findings": _findings(error.findings, lang),
    }


def _read_part(read: Read) -> Document:
    return {
        "as_of": read.as_of.isoformat(),
        "rules": {"id": read.rule_set.id, "version": read.rule_set.version},
        "inputs": [
            {
                "path": str(item.path),
                "sha256": item.sha256,
                "sheet": item.sheet,
                "header_row": item.header_row,
                "rows": item.rows,
            }
            for item in read.inputs
        ],
    }


def _outputs(written: Iterable[Written]) -> list[Document]:
    return [
        {"path": str(item.path), "sha256": item.sha256 or None, "content_sha256": item.content_sha256 or None}
        for item in written
    ]


def written_document(schema: str, written: Sequence[Written]) -> Document:
    """Return a document of a command that only writes files."""
    return {"schema": schema, "outputs": _outputs(written)}


def classify_document(outcome: ClassifyOutcome, lang: Lang) -> Document:
    """Return `crmtool.classify/v1`; customers in ledger order, keys absent where they do not apply."""
    assessment = outcome.assessment
    return {
        "schema": "crmtool.classify/v1",
        **_read_part(assessment.read),
        "tiers": [
            {
                "tier": row.tier,
                "label": row.label,
                "customers": row.customers,
                "share": round(row.share, 6),
                "amount_cny": row.amount_cny,
            }
            for row in assessment.tiers
        ],
        "assumptions": [item.text for item in assessment.assumptions],
        "customers": _customers(assessment),
        "findings": _findings(outcome.findings, lang),
        "outputs": _outputs([outcome.written, *([outcome.updated.written] if outcome.updated else [])]),
        **({"ledger": _update_part(outcome.updated)} if outcome.updated else {}),
    }


def _update_part(updated: Updated) -> Document:
    """Return what was written into the ledger, or in a rehearsal would be, cell by cell."""
    return {
        "path": str(updated.written.path),
        "is_current": updated.is_current,
        "backup": str(updated.backup) if updated.backup else None,
        "added_columns": {sheet: list(headers) for sheet, headers in updated.report.added.items()},
        "sheets": list(updated.report.sheets),
        "cells": updated.cells.to_pylist(),
    }


_SPLIT = ("possible", "missing", "tags")
_PLAIN = ("tier", "label", "rule", "origin", "reason", "flag", "computed_tier", "previous", "score")


def _customers(assessment: Assessment) -> list[Document]:
    rows: list[Document] = []
    identity = assessment.identity()
    frame = assessment.told.frame
    columns = {name: _cells(frame, name) for name in frame.columns}
    rfm = _rfm_columns(assessment)
    for index in range(len(frame)):
        row: Document = {name: values[index] for name, values in identity.items()}
        for name in _PLAIN:
            if name in columns:
                row[name] = columns[name][index]
        for name in _SPLIT:
            text = columns[name][index]
            row[name] = text.split("|") if text else None
        if columns["next"][index] is not None:
            row["next"] = {"tier": columns["next_tier"][index], "changes": columns["next"][index]}
        for name, values in rfm.items():
            row[name] = values[index]
        rows.append({name: value for name, value in row.items() if value is not None})
    return rows


def _rfm_columns(assessment: Assessment) -> Mapping[str, list[Any]]:
    if assessment.rfm is None:
        return {}
    frame = assessment.rfm.frame
    return {name: _cells(frame, name) for name in ("r", "f", "m", "rfm", "segment")}


def _cells(frame: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as JSON knows it: dates as texts, null for what is missing."""
    cells = pa.array(frame[name]).to_pylist()
    return [cell.isoformat() if isinstance(cell, date) else cell for cell in cells]


def check_document(outcome: CheckOutcome, lang: Lang) -> Document:
    """Return `crmtool.check/v1`."""
    counts: dict[str, int] = {}
    for finding in outcome.findings:
        counts[finding.code] = counts.get(finding.code, 0) + finding.count
    return {
        "schema": "crmtool.check/v1",
        **_read_part(outcome.read),
        "columns": [
            {"header": column.header, "field": field_id}
            for field_id, column in outcome.read.ledger.customers.columns.items()
        ],
        "unmapped": list(outcome.read.ledger.customers.unmapped),
        "counts": counts,
        "findings": _findings(outcome.findings, lang),
    }


def explain_document(outcome: ExplainOutcome, lang: Lang) -> Document:
    """Return `crmtool.explain/v1`: each matching customer's decision and the lines of its trace."""
    return {
        "schema": "crmtool.explain/v1",
        **_read_part(outcome.assessment.read),
        "customers": [
            {**_customers(outcome.assessment)[story.row], "trace": list(story.lines)}
            for story in outcome.stories
        ],
        "findings": _findings(outcome.findings, lang),
    }


def rfm_document(outcome: RfmOutcome, lang: Lang) -> Document:
    """Return `crmtool.rfm/v1`."""
    frame, ledger = outcome.scores.frame, outcome.read.ledger.customers.frame
    names = [name for name in ("row", "customer_id", "name") if name in ledger]
    columns = {name: _cells(ledger, name) for name in names}
    columns |= {name: _cells(frame, name) for name in frame.columns}
    customers = [
        {name: values[index] for name, values in columns.items() if values[index] is not None}
        for index in range(len(frame))
    ]
    return {
        "schema": "crmtool.rfm/v1",
        **_read_part(outcome.read),
        "rules": {"id": outcome.rules.id, "version": outcome.rules.version},
        "method": outcome.scoring.method,
        "map": outcome.scores.map_id,
        "cuts": {name: list(cuts) for name, cuts in outcome.scores.cuts.items()},
        "segments": [dict(row) for row in outcome.segments(lang)],
        "customers": customers,
        "findings": _findings(outcome.findings, lang),
        "outputs": _outputs([outcome.written]),
    }


def rules_list_document(listing: Sequence[RuleListing]) -> Document:
    """Return `crmtool.rules-list/v1`."""
    return {
        "schema": "crmtool.rules-list/v1",
        "rules": [
            {
                "id": item.id,
                "name": item.name,
                "version": item.version,
                "source": item.source,
                "tiers": item.tiers,
            }
            for item in listing
        ],
    }


def rules_show_document(rule_set: RuleSet, lang: Lang) -> Document:
    """Return `crmtool.rules-show/v1`: the rule set in words."""
    from crmtool.rules.telling.words import condition_text

    return {
        "schema": "crmtool.rules-show/v1",
        "id": rule_set.id,
        "name": rule_set.name,
        "version": rule_set.version,
        "source": rule_set.source,
        "tiers": [{"tier": t.id, "label": t.label, "rank": t.rank} for t in rule_set.tiers.values()],
        "rules": [
            {
                "rule": rule.id,
                "tier": rule.tier,
                "origin": rule.origin,
                "when": condition_text(rule.when, rule_set, lang),
                "note": rule.note,
            }
            for rule in rule_set.rules
        ],
    }


def rules_test_document(outcome: TestOutcome) -> Document:
    """Return `crmtool.rules-test/v1`."""
    return {
        "schema": "crmtool.rules-test/v1",
        "passed": outcome.passed,
        "examples": [
            {
                "rules": result.rules,
                "name": result.name,
                "passed": result.passed,
                "differences": result.differences,
            }
            for result in outcome.results
        ],
    }


def template_list_document(listing: Sequence[TemplateListing]) -> Document:
    """Return `crmtool.template-list/v1`."""
    return {
        "schema": "crmtool.template-list/v1",
        "templates": [{"name": item.name, "sheets": list(item.sheets)} for item in listing],
    }


def template_check_document(outcome: TemplateCheck, lang: Lang) -> Document:
    """Return `crmtool.template-check/v1`."""
    return {
        "schema": "crmtool.template-check/v1",
        "markers": [
            {"sheet": item.sheet, "cell": item.cell, "table": item.table, "column": item.column}
            for item in outcome.markers
        ],
        "findings": _findings(outcome.findings, lang),
    }

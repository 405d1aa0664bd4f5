"""The documents of the commands that judge customers: classify, check, explain and rfm.

What they have in common with others is in `crmtool.jobs.documents.parts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from crmtool.jobs.documents.parts import Document, findings_part, outputs_part, read_part, update_part
from crmtool.messages import Lang

if TYPE_CHECKING:
    from crmtool.jobs.assess import Assessment
    from crmtool.jobs.check import CheckOutcome
    from crmtool.jobs.classify import ClassifyOutcome
    from crmtool.jobs.explain import ExplainOutcome
    from crmtool.jobs.rfm import RfmOutcome


def classify_document(outcome: ClassifyOutcome, lang: Lang) -> Document:
    """Return `crmtool.classify/v1`; customers in ledger order, keys absent where they do not apply."""
    assessment = outcome.assessment
    return {
        "schema": "crmtool.classify/v1",
        **read_part(assessment.read),
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
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([outcome.written, *([outcome.updated.written] if outcome.updated else [])]),
        **({"ledger": update_part(outcome.updated)} if outcome.updated else {}),
    }


_SPLIT = ("possible", "missing", "tags")
_PLAIN = ("tier", "label", "rule", "origin", "reason", "flag", "computed_tier", "previous", "score")


def _customers(assessment: Assessment) -> list[Document]:
    rows: list[Document] = []
    identity = assessment.identity()
    frame = assessment.told.frame
    columns = {name: _cells(frame, name) for name in frame.columns}
    rfm = _rfm_columns(assessment)
    higher = {tier: words.to_pylist() for tier, words in assessment.higher.items()}
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
        if columns["origin"][index] == "computed":
            told = ((tier, words[index]) for tier, words in higher.items())
            row["higher"] = [{"tier": tier, "changes": words} for tier, words in told if words] or None
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
        **read_part(outcome.read),
        "columns": [
            {"header": column.header, "field": field_id}
            for field_id, column in outcome.read.ledger.customers.columns.items()
        ],
        "unmapped": list(outcome.read.ledger.customers.unmapped),
        "counts": counts,
        "findings": findings_part(outcome.findings, lang),
    }


def explain_document(outcome: ExplainOutcome, lang: Lang) -> Document:
    """Return `crmtool.explain/v1`: each matching customer's decision and the lines of its trace."""
    customers = _customers(outcome.assessment)
    return {
        "schema": "crmtool.explain/v1",
        **read_part(outcome.assessment.read),
        "customers": [{**customers[story.row], "trace": list(story.lines)} for story in outcome.stories],
        "findings": findings_part(outcome.findings, lang),
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
        **read_part(outcome.read),
        "rules": {"id": outcome.rules.id, "version": outcome.rules.version},
        "method": outcome.scoring.method,
        "map": outcome.scores.map_id,
        "cuts": {name: list(cuts) for name, cuts in outcome.scores.cuts.items()},
        "segments": [dict(row) for row in outcome.segments(lang)],
        "customers": customers,
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([outcome.written]),
    }

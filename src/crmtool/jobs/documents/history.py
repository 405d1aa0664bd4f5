"""The JSON documents of `crmtool history`, from what the history tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from crmtool.jobs.documents.parts import Document, findings_part, outputs_part
from crmtool.messages import Lang

if TYPE_CHECKING:
    from crmtool.jobs.histories.exporting import Exported
    from crmtool.jobs.histories.taking_in import TakenIn
    from crmtool.jobs.histories.telling import CustomerTold, HistoryList, RunLine, RunTold


def list_document(told: HistoryList) -> Document:
    """Return `crmtool.history/v1`: the runs, in the order in which they were finished."""
    return {
        "schema": "crmtool.history/v1",
        "history": str(told.path),
        "runs": [_run_part(line) for line in told.runs],
    }


def run_document(told: RunTold, lang: Lang) -> Document:
    """Return `crmtool.history-run/v1`: one run, with what it read, wrote, reached and proposed."""
    run = told.line.run
    return {
        "schema": "crmtool.history-run/v1",
        "history": str(told.path),
        **_run_part(told.line),
        "key": run.key,
        "options": dict(run.options),
        "inputs": [
            {"name": each.name, "sha256": each.sha256, "sheet": each.sheet, "rows": each.rows}
            for each in run.inputs
        ],
        "outputs": [
            {"path": each.path, "sha256": each.sha256, "content_sha256": each.content_sha256 or None}
            for each in run.outputs
        ],
        "kpis": _rows(told.kpis),
        "adjustments": _rows(told.adjustments.drop_columns(["run"])),
        "findings": findings_part(run.notes, lang),
    }


def customer_document(told: CustomerTold) -> Document:
    """Return `crmtool.history-customer/v1`: how a customer stood, oldest first."""
    return {
        "schema": "crmtool.history-customer/v1",
        "history": str(told.path),
        "customer": told.asked,
        "stands": [
            {
                "run": each.run.id,
                "command": each.run.command,
                "as_of": each.run.as_of.isoformat(),
                "rules": {"id": each.run.rules_id, "version": each.run.rules_version},
                "customer_id": each.customer_id,
                "name": each.name,
                "tier": each.tier,
                "label": each.label,
                "since": each.since.isoformat(),
                "held": each.held,
                "origin": each.origin,
                "reason": each.reason,
            }
            for each in told.stands
        ],
    }


def export_document(exported: Exported, lang: Lang) -> Document:
    """Return `crmtool.history-export/v1`: what was written, and how many rows of each table."""
    return {
        "schema": "crmtool.history-export/v1",
        "history": str(exported.path),
        "rows": dict(exported.rows),
        "findings": findings_part(exported.findings, lang),
        "outputs": outputs_part([exported.written]),
    }


def import_document(taken: TakenIn, lang: Lang) -> Document:
    """Return `crmtool.history-import/v1`: which runs came in, and how many were known."""
    return {
        "schema": "crmtool.history-import/v1",
        "history": str(taken.path),
        "file": str(taken.source),
        "kind": taken.kind,
        "added": [run.id or None for run in taken.added],
        "known": len(taken.known),
        "is_rehearsal": taken.is_rehearsal,
        "rows": dict(taken.rows),
        "findings": findings_part(taken.findings, lang),
    }


def _run_part(line: RunLine) -> Document:
    run = line.run
    part: Document = {
        "run": run.id,
        "finished_at": run.finished_at,
        "command": run.command,
        "as_of": run.as_of.isoformat(),
        "period": line.period,
        "rules": {"id": run.rules_id, "version": run.rules_version},
        "tool_version": run.tool_version,
        "customers": line.customers,
    }
    if line.customers is not None:
        return part | {
            "tiers": [{"tier": t.tier, "label": t.label, "customers": t.customers} for t in line.tiers]
        }
    return part | {"counts": dict(run.counts)}


def _rows(table: pa.Table) -> list[dict[str, Any]]:
    days = [name for name in table.column_names if pa.types.is_date(table.schema.field(name).type)]
    for name in days:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].cast(pa.string()))
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows

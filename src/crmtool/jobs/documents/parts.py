"""What several documents say alike: what was read, what was found, what was written, and rows of frames.

Which command says what is left to the documents themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from crmtool.errors import CrmtoolError, Finding
from crmtool.messages import Lang, help_of, severity_of, text_of
from crmtool.visits.frames import column

if TYPE_CHECKING:
    from crmtool.jobs.delivery import Written
    from crmtool.jobs.into_ledger.update import Updated
    from crmtool.jobs.reading import Read

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


def findings_part(findings: Iterable[Finding], lang: Lang) -> list[Document]:
    """Return findings as they stand in every document."""
    return [finding_record(finding, lang) for finding in findings]


def error_document(error: CrmtoolError, lang: Lang) -> Document:
    """Return `crmtool.error/v1`: why a run ended without a result."""
    return {
        "schema": "crmtool.error/v1",
        "exit_code": error.exit_code,
        "findings": findings_part(error.findings, lang),
    }


def read_part(read: Read) -> Document:
    """Return what was read, by which rules, and as of which day."""
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


def outputs_part(written: Iterable[Written]) -> list[Document]:
    """Return the files that were written; in a rehearsal without digests."""
    return [
        {"path": str(item.path), "sha256": item.sha256 or None, "content_sha256": item.content_sha256 or None}
        for item in written
    ]


def written_document(schema: str, written: Sequence[Written]) -> Document:
    """Return a document of a command that only writes files."""
    return {"schema": schema, "outputs": outputs_part(written)}


def update_part(updated: Updated) -> Document:
    """Return what was written into the ledger, or in a rehearsal would be, cell by cell."""
    return {
        "path": str(updated.written.path),
        "is_current": updated.is_current,
        "backup": str(updated.backup) if updated.backup else None,
        "added_columns": {sheet: list(headers) for sheet, headers in updated.report.added.items()},
        "sheets": list(updated.report.sheets),
        "cells": updated.cells.to_pylist(),
    }


def records(frame: pd.DataFrame, names: Sequence[str]) -> list[Document]:
    """Return the rows of a frame; days as texts, without what is missing."""
    return [plain(row) for row in pa.table({name: column(frame, name) for name in names}).to_pylist()]


def plain(row: dict[str, Any]) -> Document:
    """Return a row as JSON knows it: days as texts, without what is missing."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in row.items()
        if value is not None
    }

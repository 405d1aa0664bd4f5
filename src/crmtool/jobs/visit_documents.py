"""The JSON documents of plans, follow-up sheets and what comes back, from the same frames as their workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from crmtool.jobs.documents import Document, _findings, _outputs, _read_part, _update_part
from crmtool.messages import Lang
from crmtool.visits.model import REPORT_COLUMNS

if TYPE_CHECKING:
    from crmtool.jobs.collect import CollectOutcome

#: What is told of a report beside whether it is new; its place in the ledger and its key are for crmtool alone.
_REPORTED = tuple(name for name in REPORT_COLUMNS if name not in ("customer", "customer_key"))


def collect_document(outcome: CollectOutcome, lang: Lang) -> Document:
    """Return `crmtool.collect/v1`: the sheets, the reports in them, what changes, and what contradicts what.

    `visits` are all reports that were understood, `is_new` tells which of them were not recorded before. A report that
    contradicts another is in `conflicts` alone. In a rehearsal `outputs` have no digests.
    """
    found = outcome.collected
    updated = outcome.updated
    return {
        "schema": "crmtool.collect/v1",
        **_read_part(outcome.read),
        "sheets": [
            {
                "path": str(sheet.path),
                "sha256": sheet.sha256,
                "sheet": sheet.sheet,
                "header_row": sheet.header_row,
                "filled": sheet.filled,
                "blank": sheet.blank,
            }
            for sheet in outcome.sheets
        ],
        "counts": {
            "filled": found.rows,
            "blank": found.blank,
            "new": len(found.reports),
            "known": len(found.known),
            "conflicts": len(found.conflicts),
            "left": found.left,
        },
        "visits": [
            *({**row, "is_new": True} for row in _rows(found.reports[list(_REPORTED)])),
            *({**row, "is_new": False} for row in _rows(found.known[list(_REPORTED)])),
        ],
        "changes": _rows(found.changes),
        "conflicts": _rows(found.conflicts),
        "recorded": {
            "history": str(outcome.history) if outcome.history else None,
            "ledger": str(updated.written.path) if updated else None,
        },
        **({"ledger": _update_part(updated)} if updated else {}),
        "findings": _findings(outcome.findings, lang),
        "outputs": _outputs([updated.written] if updated and not updated.is_current else []),
    }


def _rows(frame: pd.DataFrame) -> list[Document]:
    """Return a frame's rows with days as texts and what is missing as null."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for at, field in enumerate(table.schema):
        if pa.types.is_date(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.string()))
    rows: list[Document] = table.to_pylist()
    return rows

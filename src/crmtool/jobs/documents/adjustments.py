"""The document of `apply`. What it has in common with others is in `crmtool.jobs.documents.parts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crmtool.jobs.documents.parts import (
    Document,
    findings_part,
    outputs_part,
    read_part,
    records,
    update_part,
)
from crmtool.messages import Lang
from crmtool.review.model import ADJUSTMENT_HEADERS

if TYPE_CHECKING:
    from crmtool.jobs.apply import ApplyOutcome

_ROW: Final = (*("file", "sheet", "row", "customer_id", "tier", *ADJUSTMENT_HEADERS, "outcome", "problem"),)


def apply_document(outcome: ApplyOutcome, lang: Lang) -> Document:
    """Return `crmtool.apply/v1`: the tables, their rows with what came of each, and the cells of the ledger that change.

    `outcome` of a row is applied, current, rejected, undecided or refused, `problem` the code of the finding that says why.
    Keys are absent where a cell is empty. In a rehearsal `outputs` have no digests.
    """
    tables = [
        {
            "path": str(each.path),
            "sha256": each.sha256,
            "sheet": each.sheet,
            "header_row": each.header_row,
            "rows": each.rows,
            "approved": each.approved,
            "rejected": each.rejected,
        }
        for each in outcome.tables
    ]
    return {
        "schema": "crmtool.apply/v1",
        **read_part(outcome.read),
        "tables": tables,
        "counts": outcome.decided.counts,
        "adjustments": records(outcome.decided.rows, _ROW),
        "is_recorded": outcome.is_recorded and not outcome.is_rehearsal,
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([outcome.updated.written]),
        "ledger": update_part(outcome.updated),
    }

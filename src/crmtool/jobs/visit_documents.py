"""The JSON documents of plans, follow-up sheets and what comes back, from the same frames as their workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from crmtool.jobs.documents import Document, _cells, _findings, _outputs, _read_part
from crmtool.messages import Lang

if TYPE_CHECKING:
    from crmtool.jobs.followup import FollowupOutcome
    from crmtool.jobs.handing import Handed

#: What is told of each visit that was handed out, by its column.
_HANDED = (
    "visit_id",
    "planned_on",
    "due_on",
    "overdue_days",
    "customer_id",
    "name",
    "tier",
    "channel",
    "role",
    "owner",
    "purpose",
    "status",
)


def followup_document(outcome: FollowupOutcome, lang: Lang) -> Document:
    """Return `crmtool.followup/v1`: the sheets, and their visits in the order of the sheets."""
    visits = [visit for each in outcome.handed for visit in _handed_visits(outcome, each)]
    return {
        "schema": "crmtool.followup/v1",
        **_read_part(outcome.assessment.read),
        "month": {"from": outcome.month.first.isoformat(), "to": outcome.month.last.isoformat()},
        "plan": {
            "origin": outcome.planned.origin,
            "path": str(outcome.planned.path) if outcome.planned.path else None,
        },
        "sheets": [
            {
                "owner": each.owner_sheet.owner,
                "sheet": each.name,
                "path": str(each.path),
                "visits": len(each.owner_sheet.visits),
                "overdue": each.owner_sheet.overdue,
            }
            for each in outcome.handed
        ],
        "visits": visits,
        "findings": _findings(outcome.findings, lang),
        "outputs": _outputs(outcome.written),
    }


def _handed_visits(outcome: FollowupOutcome, handed: Handed) -> list[Document]:
    """Return the visits of one sheet; keys without a value are left out, `overdue_days` is the age on the as-of day."""
    from crmtool.tables.purposes import purposes

    frame = handed.owner_sheet.visits
    told = {name: _cells(frame, name) for name in _HANDED if name in frame}
    told["overdue_days"] = _cells(frame, "age_days")
    told["purpose"] = pa.array(purposes(frame, outcome.assessment.rule_set)).to_pylist()
    return [
        {name: told[name][row] for name in _HANDED if told[name][row] is not None}
        for row in range(len(frame))
    ]

"""The documents of plan, followup and collect.

What they have in common with others is in `crmtool.jobs.documents.parts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.jobs.documents.parts import (
    Document,
    findings_part,
    outputs_part,
    plain,
    read_part,
    records,
    update_part,
)
from crmtool.messages import Lang
from crmtool.tables import handover
from crmtool.tables.purposes import purposes
from crmtool.tables.visit_words import that_count
from crmtool.visits.frames import column
from crmtool.visits.model import REPORT_COLUMNS, Plan

if TYPE_CHECKING:
    from crmtool.jobs.collect import CollectOutcome
    from crmtool.jobs.followup import FollowupOutcome
    from crmtool.jobs.plan import PlanOutcome
    from crmtool.rules.model import RuleSet

#: What is told of a report beside whether it is new; its place in the ledger and its key are for crmtool alone.
_REPORTED = tuple(name for name in REPORT_COLUMNS if name not in ("customer", "customer_key"))
_VISIT = ("visit_id", "due_on", "planned_on", "customer_id", "name", "tier", "channel", "role", "owner")
_STATE = ("overdue_days", "status", "moved_from", "done_on", "reason")


def plan_document(outcome: PlanOutcome, lang: Lang) -> Document:
    """Return `crmtool.plan/v1`; visits by day, owner and customer, keys absent where they do not apply."""
    plan, rule_set = outcome.plan, outcome.assessment.rule_set
    changed = [outcome.updated.written] if outcome.updated else []
    return {
        "schema": "crmtool.plan/v1",
        **read_part(outcome.assessment.read),
        "from": plan.first.isoformat(),
        "to": plan.last.isoformat(),
        "stretch": plan.stretch,
        "visits": _visits(plan.visits, rule_set),
        "unplaced": _visits(plan.unplaced, rule_set),
        "undue": records(plan.undue, ("customer_id", "name", "tier", "owner", "reason")),
        "changes": records(plan.changes, tuple(plan.changes.columns)),
        "workload": workload(plan),
        "handover": _handover(outcome),
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([outcome.written, *outcome.calendars, *changed]),
        **({"ledger": update_part(outcome.updated)} if outcome.updated else {}),
    }


def followup_document(outcome: FollowupOutcome, lang: Lang) -> Document:
    """Return `crmtool.followup/v1`: the sheets, and their visits in the order of the sheets.

    `overdue_days` of a visit is its age on the as-of day; keys are absent where they do not apply.
    """
    rule_set = outcome.assessment.rule_set
    sheets = [
        {
            "owner": each.owner_sheet.owner,
            "sheet": each.name,
            "path": str(each.path),
            "visits": len(each.owner_sheet.visits),
            "overdue": each.owner_sheet.overdue,
        }
        for each in outcome.handed
    ]
    frames = [each.owner_sheet.visits for each in outcome.handed]
    aged = [
        frame.drop(columns="overdue_days").rename(columns={"age_days": "overdue_days"}) for frame in frames
    ]
    path = outcome.planned.path
    return {
        "schema": "crmtool.followup/v1",
        **read_part(outcome.assessment.read),
        "from": outcome.month.first.isoformat(),
        "to": outcome.month.last.isoformat(),
        "plan": {"origin": outcome.planned.origin, "path": str(path) if path else None},
        "sheets": sheets,
        "visits": [visit for frame in aged for visit in _visits(frame, rule_set)],
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part(outcome.written),
    }


def _visits(visits: pd.DataFrame, rule_set: RuleSet) -> list[Document]:
    rows = records(visits, (*_VISIT, *_STATE))
    for row, purpose in zip(rows, purposes(visits, rule_set).to_pylist(), strict=True):
        if purpose is not None:
            row["purpose"] = purpose
    return rows


def workload(plan: Plan) -> list[Document]:
    """Return how many visits each owner makes in each month, and on the busiest day of it; by owner and month.

    Visits that were cancelled or given up do not count.
    """
    visits = that_count(plan.visits)
    days = column(visits, "planned_on")
    months = pc.strftime(days, format="%Y-%m")
    table = pa.table({"owner": column(visits, "owner"), "month": months, "day": days})
    a_day = table.group_by(["owner", "month", "day"], use_threads=False).aggregate([([], "count_all")])
    a_month = a_day.group_by(["owner", "month"], use_threads=False).aggregate(
        [("count_all", "sum"), ("count_all", "max")]
    )
    order = pc.sort_indices(a_month, [("owner", "ascending"), ("month", "ascending")])
    named = {"owner": "owner", "month": "month", "count_all_sum": "visits", "count_all_max": "greatest_day"}
    return [{named[key]: row[key] for key in named} for row in a_month.take(order).to_pylist()]


def _handover(outcome: PlanOutcome) -> list[Document]:
    planned = outcome.planned
    if not planned.reassign:
        return []
    judged = planned.judged
    table = handover.build(
        planned.plan, judged.ledger, judged.decisions, judged.rule_set, judged.common, planned.reassign
    )
    wanted = ("customer_id", "name", "from", "to", "next_visit", "open_visits")
    cells = {each.id: each.cells.to_pylist() for each in table.columns if each.id in wanted}
    return [plain(dict(zip(cells, row, strict=True))) for row in zip(*cells.values(), strict=True)]


def collect_document(outcome: CollectOutcome, lang: Lang) -> Document:
    """Return `crmtool.collect/v1`: the sheets, the reports in them, what changes, and what contradicts what.

    `visits` are all reports that were understood, keys absent where a cell is blank; `is_new` tells which of them were
    not recorded before. A report that contradicts another is in `conflicts` alone; `corrections` are the cells
    of recorded reports that give way to those of sheets. In a rehearsal `outputs` have no
    digests.
    """
    found = outcome.collected
    updated = outcome.updated
    return {
        "schema": "crmtool.collect/v1",
        **read_part(outcome.read),
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
            "corrected": len(found.replaced),
            "conflicts": len(found.conflicts),
            "left": found.left,
        },
        "visits": [
            *({**row, "is_new": True} for row in records(found.reports, _REPORTED)),
            *({**row, "is_new": False} for row in records(found.known, _REPORTED)),
        ],
        "changes": records(found.changes, tuple(found.changes.columns)),
        "corrections": records(found.corrections, tuple(found.corrections.columns)),
        "conflicts": records(found.conflicts, tuple(found.conflicts.columns)),
        "recorded": {
            "history": str(outcome.history) if outcome.history else None,
            "ledger": str(updated.written.path) if updated else None,
        },
        **({"ledger": update_part(updated)} if updated else {}),
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([updated.written] if updated and not updated.is_current else []),
    }

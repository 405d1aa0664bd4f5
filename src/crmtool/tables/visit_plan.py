"""Puts the visit-plan workbook together: the tables and single values of all its sheets.

Each sheet's rows are made in its own module; the template says how they look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from crmtool import __version__
from crmtool.content import Content, Scalar
from crmtool.errors import Finding
from crmtool.tables import findings as findings_table
from crmtool.tables import (
    frequencies,
    handover,
    overview,
    plan_calendar,
    plan_changes,
    plan_overview,
    plan_rows,
    unplaced,
    workload,
)
from crmtool.tables.classification import Judged
from crmtool.tables.plan_calendar import CALENDAR_SHEET, DaysOff
from crmtool.tables.plan_overview import Tally
from crmtool.tables.visit_words import that_count
from crmtool.tables.workload import Workload
from crmtool.visits.model import Caps, Plan

#: Sheets that only some workbooks have.
CHANGES_SHEET: Final = "变动"
HANDOVER_SHEET: Final = "交接清单"


@dataclass(frozen=True)
class Planned:
    """All that the visit-plan workbook tells: the ledger as it was judged, the plan, and what bound it.

    `judged.findings` are those of the ledger, with the plan's own or without. `reassign` says who hands over to
    whom, empty where nobody does; `is_never_visited` of each customer of the ledger (bool) whether something is due
    for them and no contact is on record, None where only the plan's visits tell; `laid_over` the names of
    the `history` and the `workbook` that the earlier plan came from, empty where neither was named.
    """

    judged: Judged
    plan: Plan
    off: DaysOff
    caps: Caps = field(default_factory=Caps)
    reassign: Mapping[str, str] = field(default_factory=dict)
    is_never_visited: pa.Array | None = None
    laid_over: Mapping[str, str] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what was found in the ledger and on the way to the plan, each once."""
        known = self.judged.findings
        return (*known, *(finding for finding in self.plan.findings if finding not in known))


def content(planned: Planned) -> Content:
    """Return what fills the template `visit-plan.xlsx`.

    变动 is left out where nothing differs from an earlier plan, 交接清单 where nobody hands over.
    """
    judged, plan = planned.judged, planned.plan
    rule_set, common = judged.rule_set, judged.common
    tally = Tally.of(plan, judged.decisions, rule_set, common, planned.is_never_visited)
    load = Workload.of(plan)
    handed_over = handover.build(plan, judged.ledger, judged.decisions, rule_set, common, planned.reassign)
    tables = [
        plan_overview.build(tally, common),
        plan_overview.total(tally, common),
        overview.findings_summary(planned.findings),
        plan_rows.build(plan, rule_set, common, planned.off.workdays),
        workload.build(load),
        workload.total(load),
        workload.by_kind(load, plan, planned.off.workdays),
        unplaced.build(plan, rule_set, common),
        plan_changes.build(plan, common),
        handed_over,
        frequencies.build(rule_set, common),
        findings_table.build(planned.findings, judged.addresses),
    ]
    scalars = plan_overview.scalars(plan, tally, planned.caps, common, planned.off.workdays)
    scalars |= _captions(planned) | {"handover_note": handover.note(handed_over.rows, planned.reassign)}
    omit = frozenset() if len(plan.changes) else frozenset({CHANGES_SHEET})
    omit |= frozenset() if planned.reassign else frozenset({HANDOVER_SHEET})
    months = plan_calendar.copies(plan, common, planned.off)
    return Content({table.name: table for table in tables}, scalars, omit, {CALENDAR_SHEET: months})


def _captions(planned: Planned) -> dict[str, Scalar]:
    """Return what the plan rests on, and the lines below the titles of the sheets."""
    judged, plan = planned.judged, planned.plan
    rule_set = judged.rule_set
    rules = f"{rule_set.name} {rule_set.version}"
    span = f"{plan.first.isoformat()} 至 {plan.last.isoformat()}"
    visits = len(that_count(plan.visits))
    return {
        **overview.grounds(judged.ledger, rule_set, tool_version=__version__),
        "customers": len(judged.decisions.frame),
        "span": span,
        "earlier_plan": plan_overview.earlier_text(planned.laid_over),
        "caption": f"{span} · 共 {visits} 次回访 · 统计截止日 {plan.as_of.isoformat()} · {rules}",
        "rules_caption": f"{rules} · 来源：{rule_set.source} · “补缺”为原文没有、由规则文件补上的部分",
        "unplaced_note": unplaced.note(plan),
        "changes_note": plan_changes.note(plan),
        **overview.findings_scalars(planned.findings),
    }

"""What filled-in sheets change: which reports are new, which were recorded already, and which contradict others.

Whose visits they are was found by `crmtool.visits.reporting.matching`; where they are recorded is for
`crmtool.jobs.collect`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.rows.masks import Mask
from crmtool.visits.frames import column, frame_from, table_of
from crmtool.visits.model import (
    AGREED,
    CALLED_OFF,
    CANCELLED,
    DONE,
    OPEN,
    OUTCOME_DONE,
    POSTPONED,
    REPORT_COLUMNS,
    UNREACHED,
)
from crmtool.visits.planning.correcting import REPLACED_COLUMNS, changed_plan
from crmtool.visits.planning.replanning import with_reports
from crmtool.visits.reporting.filled import reports_frame
from crmtool.visits.reporting.matching import Matched
from crmtool.visits.reporting.sorting import CONFLICT_COLUMNS, CORRECTION_COLUMNS, Sorting
from crmtool.visits.reporting.taking import whole

#: What becomes of a visit by one report of it: its status and day before and after; `before` is null where no plan has
#: the visit. `is_planned` tells whether the report names a visit.
CHANGED_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **{
        name: REPORT_COLUMNS[name]
        for name in ("visit_id", "customer_id", "name", "owner", "channel", "outcome")
    },
    "done_on": pa.date32(),
    "is_planned": pa.bool_(),
    "status_before": pa.string(),
    "status_after": pa.string(),
    "planned_before": pa.date32(),
    "planned_after": pa.date32(),
    "source": pa.string(),
}


@dataclass(frozen=True)
class Collected:
    """What came back on sheets.

    `reports` are new and to be recorded, `known` say nothing that is not recorded already (both REPORT_COLUMNS).
    `changes` (CHANGED_COLUMNS) has a row for each new report. `conflicts` (CONFLICT_COLUMNS) were not taken.
    `replaced` (REPLACED_COLUMNS) are recorded reports in whose place new ones come, `corrections` (CORRECTION_COLUMNS)
    the cells in which those differ.
    `rows` filled-in rows were read, `blank` are not done yet, `left` were not taken for want of an outcome, a day or
    a customer; `started` of the blank ones name a customer and no visit.
    """

    reports: pd.DataFrame
    known: pd.DataFrame
    changes: pd.DataFrame
    conflicts: pd.DataFrame
    replaced: pd.DataFrame
    corrections: pd.DataFrame
    findings: tuple[Finding, ...]
    rows: int
    blank: int
    left: int
    started: int = 0


def collect(
    matched: Matched,
    recorded: pd.DataFrame,
    plan: pd.DataFrame | None,
    as_of: date,
    correctable: Mask | None = None,
) -> Collected:
    """Tell what the rows of sheets change, given what is recorded (REPORT_COLUMNS) and a plan (PLAN_COLUMNS) or None.

    `as_of` is the day on which they are taken back. A report that contradicts one that is recorded is not taken, and of
    two new ones that contradict each other neither is; the same one twice is one. Cells that an earlier report left blank
    are added. Where a recorded report is `correctable` (None: none is) one that contradicts it takes its place, unless
    another row still says what is recorded. The order of rows and sheets makes no difference.
    """
    filled = matched.filled
    taken = whole(matched, as_of)
    chosen = np.flatnonzero(taken.mask)
    table = table_of(recorded)
    may = np.zeros(len(table), bool) if correctable is None else correctable
    sorting = Sorting(filled, chosen, table, may)
    new, known = sorting.new(), sorting.known()
    replaced = _frame_of(sorting.replaced, REPLACED_COLUMNS)
    return Collected(
        reports=reports_frame(new),
        known=reports_frame(known),
        changes=_changes(new, recorded, plan, replaced, as_of),
        conflicts=_frame_of(sorting.conflicts, CONFLICT_COLUMNS),
        replaced=replaced,
        corrections=_frame_of(sorting.corrections, CORRECTION_COLUMNS),
        findings=(
            *_untold(filled.findings, taken.findings),
            *matched.findings,
            *taken.findings,
            *sorting.findings,
        ),
        rows=len(filled.rows),
        blank=sum(filled.blank.values()),
        left=len(filled.rows) - len(chosen),
        started=filled.started,
    )


def _untold(read: Sequence[Finding], taken: Sequence[Finding]) -> list[Finding]:
    """Return what was odd in reading, without the cells of which is said that their rows were not taken."""
    told = {(each.file, each.sheet, each.cell) for each in taken if each.code == "report-day-unread"}
    return [each for each in read if each.count > 1 or (each.file, each.sheet, each.cell) not in told]


def _changes(
    new: pa.Table, recorded: pd.DataFrame, plan: pd.DataFrame | None, replaced: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """Return what becomes of the visit of each new report."""
    cells = {name: new[name] for name in CHANGED_COLUMNS if name in new.column_names}
    cells["is_planned"] = pc.is_valid(new["visit_id"])
    by_outcome = pa.array([_AFTER[outcome] for outcome in new["outcome"].to_pylist()], pa.string())
    is_put_off = pc.and_(pc.equal(new["outcome"], POSTPONED), pc.is_valid(new["next_contact"]))
    after = {
        "status": pc.if_else(is_put_off, AGREED, by_outcome),
        "planned_on": pc.if_else(is_put_off, new["next_contact"], new["planned_on"]),
    }
    before = {"status": pa.nulls(len(new), pa.string()), "planned_on": new["planned_on"]}
    if plan is not None and len(plan):
        then = with_reports(plan, recorded, as_of)
        now = changed_plan(then, recorded, reports_frame(new), replaced, as_of)
        at = pc.index_in(new["visit_id"], column(then, "visit_id"))
        for name in ("status", "planned_on"):
            before[name] = pc.coalesce(column(then, name).take(at), before[name])
            after[name] = pc.coalesce(column(now, name).take(at), after[name])
    cells |= {"status_before": before["status"], "status_after": after["status"]}
    cells |= {"planned_before": before["planned_on"], "planned_after": after["planned_on"]}
    return frame_from(pa.table({name: cells[name].cast(kind) for name, kind in CHANGED_COLUMNS.items()}))


_AFTER: Final = {OUTCOME_DONE: DONE, CALLED_OFF: CANCELLED, POSTPONED: OPEN, UNREACHED: OPEN}


def _frame_of(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, pa.DataType]) -> pd.DataFrame:
    return frame_from(pa.Table.from_pylist(list(rows), schema=pa.schema(list(columns.items()))))

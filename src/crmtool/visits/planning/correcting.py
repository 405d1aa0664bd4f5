"""What a plan becomes by new reports, and by those that take the place of recorded ones.

Which reports those are is for `crmtool.visits.reporting`; what a report makes of its visit stands in
`crmtool.visits.planning.replanning`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import column, frame_from, replaced, rows_where, same_text, table_of
from crmtool.visits.model import (
    AGREED,
    CALLED_OFF,
    CANCELLED,
    DONE,
    OPEN,
    OUTCOME_DONE,
    POSTPONED,
    REPORT_COLUMNS,
)
from crmtool.visits.planning.replanning import with_reports

#: Recorded reports in whose place others come: `replaced_by` is where the new one stands.
REPLACED_COLUMNS: Final[Mapping[str, pa.DataType]] = {**REPORT_COLUMNS, "replaced_by": pa.string()}


def changed_plan(
    plan: pd.DataFrame, recorded: pd.DataFrame, new: pd.DataFrame, gone: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """Return a plan (PLAN_COLUMNS) as new reports change it; `gone` (REPLACED_COLUMNS) are those that hold no more.

    The visits of `gone` stand as before those, then as what else is `recorded` of them makes them. All others are changed by
    the new reports alone: what was recorded earlier has had its turn, and the plan may have been made anew since.
    """
    if len(gone):
        ids = column(gone, "visit_id")
        rest = rows_where(
            recorded,
            pc.and_(
                pc.is_in(column(recorded, "visit_id"), ids, skip_nulls=True),
                pc.invert(pc.is_in(_told(recorded), _told(gone))),
            ),
        )
        new = frame_from(pa.concat_tables([_reports(rest), _reports(new)]))
        plan = _as_before(plan, gone)
    return with_reports(plan, new, as_of)


def _as_before(plan: pd.DataFrame, gone: pd.DataFrame) -> pd.DataFrame:
    """Return a plan without what some reports made of their visits."""
    ids, status = column(plan, "visit_id"), column(plan, "status")
    planned_on, done_on = column(plan, "planned_on"), column(plan, "done_on")
    outcome = column(gone, "outcome")

    def is_by(which: str) -> pa.Array:
        return pc.is_in(ids, column(gone, "visit_id").filter(same_text(outcome, which)), skip_nulls=True)

    is_made = pc.and_(is_by(OUTCOME_DONE), same_text(status, DONE))
    is_off = pc.and_(is_by(CALLED_OFF), same_text(status, CANCELLED))
    moved = rows_where(gone, same_text(outcome, POSTPONED))
    at = pc.index_in(ids, column(moved, "visit_id"), skip_nulls=True)
    is_moved = pc.and_(
        same_text(status, AGREED),
        pc.fill_null(pc.equal(planned_on, column(moved, "next_contact").take(at)), False),
    )
    back = pc.coalesce(column(moved, "planned_on").take(at), planned_on)
    is_open = pc.or_(pc.or_(is_made, is_off), is_moved)
    return replaced(
        plan,
        {
            "status": pc.if_else(is_open, OPEN, status),
            "planned_on": pc.if_else(is_moved, back, planned_on),
            "done_on": pc.if_else(is_made, pa.scalar(None, pa.date32()), done_on),
        },
    )


def _told(reports: pd.DataFrame) -> pa.Array:
    """Return where each report stands and what it says, as one text."""
    names = [name for name in REPORT_COLUMNS if name != "customer"]
    cells = [pc.fill_null(column(reports, name).cast(pa.string()), "\x00") for name in names]
    return pc.binary_join_element_wise(*cells, "\x1f")


def _reports(reports: pd.DataFrame) -> pa.Table:
    """Return reports as a table of their own columns alone."""
    return table_of(reports).select(list(REPORT_COLUMNS))

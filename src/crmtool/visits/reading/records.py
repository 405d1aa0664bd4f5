"""Knows how a ledger's 回访记录 is read as reports of visits: which channel was used, and what came of it.

When a customer was last in touch is left to `crmtool.visits.reading.contacts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import Ledger, Table
from crmtool.ledger.standard.outcomes import PENDING, outcomes_of
from crmtool.rules.language.common import Common
from crmtool.visits.frames import column, same_text
from crmtool.visits.model import OUTCOME_DONE, REPORT_COLUMNS, frame_of
from crmtool.visits.reading.channels import channels_of
from crmtool.visits.reading.facts import texts

#: The field of 回访记录 that each column of a report is read from, and goes into when it becomes a row there.
FIELDS: Final[Mapping[str, str]] = {
    "visit_id": "visit_id",
    "customer_id": "customer_id",
    "name": "customer_name",
    "channel": "channel",
    "owner": "owner",
    "planned_on": "planned_date",
    "done_on": "date",
    "outcome": "status",
    "satisfaction": "satisfaction",
    "recommend": "recommend",
    "feedback": "feedback",
    "demand": "new_demand",
    "demand_explored": "demand_explored",
    "complaint": "complaint",
    "joined_services": "vas_joined",
    "converted": "converted",
    "next_step": "next_step",
    "next_contact": "next_followup",
}


def records_of(ledger: Ledger, keys: pa.Array, common: Common) -> pd.DataFrame:
    """Return the visits on record in a ledger (REPORT_COLUMNS), in its order; `keys` are its customers'.

    完成情况 says what came of a visit, else 回访结果 where it is one of the words for that. A row that says neither was
    made if it has a date; one that says it is not made yet has no outcome.
    """
    if ledger.visits is None:
        return frame_of(REPORT_COLUMNS, {"visit_id": []})
    frame = ledger.visits.frame
    cells = {name: _cell(frame, FIELDS.get(name, name), kind) for name, kind in REPORT_COLUMNS.items()}
    customer = column(frame, "customer").cast(pa.int64())
    feedback, next_step = texts(frame, "feedback", "content", "result"), texts(frame, "next_step")
    return frame_of(
        REPORT_COLUMNS,
        cells
        | {
            "customer": customer,
            "customer_key": keys.take(customer),
            "customer_id": texts(frame, "customer_id"),
            "name": texts(frame, "customer_name"),
            "channel": channels_of(texts(frame, "channel"), common),
            "outcome": _outcomes(frame),
            "feedback": feedback,
            "next_step": next_step,
            "source": _places(ledger.visits),
        },
    )


def _cell(frame: pd.DataFrame, field: str, kind: pa.DataType) -> pa.Array:
    if field not in frame:
        return pa.nulls(len(frame), kind)
    cells: Any = column(frame, field)
    return cells.cast(kind) if cells.type != kind else cells


def _outcomes(frame: pd.DataFrame) -> pa.Array:
    """Return what came of each visit, null where it is not made, or nothing says that it was."""
    dated = pc.is_valid(column(frame, "date")) if "date" in frame else pa.repeat(False, len(frame))
    outcome = pc.if_else(dated, OUTCOME_DONE, pa.scalar(None, pa.string()))
    for field in ("result", "status"):  # the later one goes first
        outcome = pc.coalesce(outcomes_of(texts(frame, field)), outcome)
    return pc.if_else(same_text(outcome, PENDING), pa.scalar(None, pa.string()), outcome)


def _places(visits: Table) -> pa.Array:
    """Return where each row stands: `[a.xlsx]回访记录!5`."""
    sheet, row = column(visits.frame, "sheet"), column(visits.frame, "row")
    file = pa.scalar(f"[{visits.source.file}]")
    return pc.binary_join_element_wise(
        pc.binary_join_element_wise(file, sheet.cast(pa.string()), ""), row.cast(pa.string()), "!"
    )

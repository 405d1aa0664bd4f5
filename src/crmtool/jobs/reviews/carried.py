"""Knows where the rows of the last adjustment table are that nobody has decided on: a workbook, else the history.

What of them comes into the new table is in `crmtool.review.adjusting.carrying`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmtool.errors import Finding
from crmtool.jobs.assess import Assessment
from crmtool.jobs.days.review_period import Looked
from crmtool.jobs.history import Recording
from crmtool.jobs.reviews.recorded import Recorded
from crmtool.review.model import ADJUSTMENT_COLUMNS
from crmtool.visits.model import frame_of

_TITLE = "复盘"


@dataclass(frozen=True)
class Carried:
    """The rows of the last adjustment table (ADJUSTMENT_COLUMNS), None where there was none.

    `place` names where they stand, `digest` changes with what stands there.
    """

    rows: pd.DataFrame | None = None
    place: str = ""
    digest: str = ""
    findings: tuple[Finding, ...] = ()


def carried_rows(
    assessment: Assessment, recorded: Recorded, kept: Recording, looked: Looked, previous: Path | None
) -> Carried:
    """Return the rows of the last table: of `previous`, else of the workbook of the last review, else of the history.

    Without a history the last review's workbook is the one that has its own name beside this one's.
    """
    run = recorded.reviewed_before
    if run is not None and recorded.history is not None:
        table = recorded.history.adjustments(run.id)
        rows = frame_of(
            ADJUSTMENT_COLUMNS, {n: table[n] for n in table.column_names if n in ADJUSTMENT_COLUMNS}
        )
        return Carried(rows, f"{run.command} #{run.turn}", run.key)
    return Carried()

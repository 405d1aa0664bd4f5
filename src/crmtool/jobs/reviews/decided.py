"""Tells whether people have decided on the adjustments of a review's workbook that is about to be replaced.

Which cells of a workbook are filled in is found by `crmtool.jobs.filled_in`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.compute as pc

from crmtool.errors import InputError, OutputError
from crmtool.files.replace import ensure_replaceable
from crmtool.jobs.adjustment_reading import tables_back
from crmtool.jobs.filled_in import refuse_filled_in
from crmtool.jobs.history import Recording
from crmtool.jobs.reading import Read
from crmtool.jobs.reviews.sealed import refuse_broken
from crmtool.review.model import ADJUSTMENT_HEADERS, APPROVED, REJECTED
from crmtool.visits.frames import column, one_of

#: What people fill in of the adjustment table: the approval, and a lock.
INPUTS: Final = ("approver", "verdict", "approved_on", "lock_tier", "lock_reason", "lock_until")
_KEY: Final = ADJUSTMENT_HEADERS["name"]


def refuse_decided(target: Path, what: Read, kept: Recording, carried: pd.DataFrame) -> None:
    """Raise where `target` may not be replaced: it is not ours, or somebody has filled in its adjustment table.

    A workbook that is as the history recorded it holds nothing that is not known. `carried` (ADJUSTMENT_COLUMNS) are the
    rows that are to be written: what was filled in and is carried over into them is not lost. Raises `OutputError`
    naming the first filled cell, and else as `ensure_replaceable`.
    """
    ensure_replaceable(target)
    if kept.has_recorded(target) or refuse_broken(target):
        return
    theirs = [name for name in INPUTS if carried[name].isna().all()]
    if "verdict" not in theirs and target.is_file() and target.stat().st_size:
        _refuse_verdicts(target, what)
    try:
        refuse_filled_in(target, [ADJUSTMENT_HEADERS[name] for name in theirs], _KEY)
    except OutputError as error:
        findings = (
            replace(each, code="adjustments-filled-in") if each.code == "filled-in" else each
            for each in error.findings
        )
        raise OutputError(*findings) from None


def _refuse_verdicts(target: Path, what: Read) -> None:
    """Raise where a row is approved or rejected: only what waits is carried over into another table."""
    try:
        back = tables_back(
            [target],
            what.request.ledger,
            what.rule_set,
            as_of=what.as_of,
            header_map=what.request.header_map,
        ).back
    except InputError:
        return
    decided = one_of(column(back.rows, "verdict"), (APPROVED, REJECTED))
    if pc.any(decided).as_py():
        sheet, row = (column(back.rows, name)[pc.index(decided, True).as_py()] for name in ("sheet", "row"))
        raise OutputError.of(
            "adjustments-filled-in",
            file=str(target),
            sheet=sheet.as_py(),
            cell=f"{row.as_py()}:{row.as_py()}",
        )

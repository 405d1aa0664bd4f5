"""Where an earlier plan comes from: the history, a workbook that is named, or the one that is about to be replaced."""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.files.book import open_book
from crmtool.files.replace import is_ours
from crmtool.jobs.history import Recording
from crmtool.jobs.plans.making import Ground
from crmtool.jobs.plans.reading import read_plan
from crmtool.tables.plan_calendar import CALENDAR_SHEET
from crmtool.visits.frames import column, rows_where, text
from crmtool.visits.model import AGREED, CANCELLED, DONE, PLAN_COLUMNS, REPORT_COLUMNS, frame_of
from crmtool.visits.planning.earlier import overlaid

#: The name of a month's calendar in a plan's workbook.
_CALENDAR: Final = re.compile(rf"{CALENDAR_SHEET} (\d{{4}})-(0[1-9]|1[0-2])")
#: Stands in the names of plans' workbooks, after the ledger's.
TITLE = "回访计划"


def recorded_plan(kept: Recording) -> pd.DataFrame | None:
    """Return the plan (PLAN_COLUMNS) as it stands in the history; None where there is no history, or none in it."""
    if kept.history is None:
        return None
    table = kept.history.visits()
    return frame_of(PLAN_COLUMNS, {name: table[name] for name in table.column_names}) if len(table) else None


def recorded_reports(kept: Recording) -> pd.DataFrame:
    """Return the reports (REPORT_COLUMNS) of the history; empty where there is none."""
    if kept.history is None:
        return frame_of(REPORT_COLUMNS, {})
    table = kept.history.reports()
    return frame_of(REPORT_COLUMNS, {name: table[name] for name in table.column_names})


def earlier_plan(
    ground: Ground, kept: Recording, workbook: Path | None, target: Path | None = None
) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """Return the plan (PLAN_COLUMNS) that came before, and what is odd about it; None where there is none.

    It is the history's, with what was typed into `workbook` where one is named, else into the `target`, the workbook
    that is about to be replaced, where that is not as the history recorded it. Without a history it is that workbook's.
    Plans of other days beside the target are told, and so are cells of it that cannot be read. Raises `InputError` where
    `workbook` holds no plan or cannot be read.
    """
    recorded = recorded_plan(kept)
    if workbook is not None:
        typed, odd = _read(ground, workbook)
        return typed if recorded is None else overlaid(recorded, typed), odd
    if recorded is not None:
        return _with_edits(ground, kept, recorded, target)
    if target is None or not (target.is_file() and is_ours(target)):
        return None, () if target is None else _beside(ground, target)
    found, odd = _typed(ground, target)
    return found, odd


def _with_edits(
    ground: Ground, kept: Recording, recorded: pd.DataFrame, target: Path | None
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return the recorded plan with what was typed into the target since it was written, by a program that left our mark."""
    if target is None or not (target.is_file() and is_ours(target)) or kept.has_recorded(target):
        return recorded, ()
    typed, odd = _typed(ground, target)
    if typed is None:
        return recorded, ()
    # A run that was killed before it was recorded leaves a workbook too: its own open visits are no edits.
    said = rows_where(typed, pc.is_in(column(typed, "status"), text(AGREED, DONE, CANCELLED)))
    edited = overlaid(recorded, said)
    visits = len(edited) - _same_rows(recorded, edited)
    if not visits:
        return recorded, odd
    found = Finding("plan-edits-taken", file=target.name, params={"visits": str(visits)})
    return edited, (found, *odd)


def _same_rows(recorded: pd.DataFrame, edited: pd.DataFrame) -> int:
    """Return how many visits of a recorded plan an edited one begins with as they were."""
    is_same = pa.array(np.ones(len(recorded), bool))
    for name in ("status", "planned_on", "done_on"):
        before, after = column(recorded, name), column(edited, name).slice(0, len(recorded))
        both_empty = pc.and_(pc.is_null(before), pc.is_null(after))
        is_same = pc.and_(is_same, pc.or_(both_empty, pc.fill_null(pc.equal(before, after), False)))
    return pc.sum(is_same).as_py() or 0


def _typed(ground: Ground, target: Path) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """Return the plan of the workbook that is about to be replaced; None where it holds none."""
    try:
        return _read(ground, target)
    except InputError as error:
        if any(finding.code != "no-plan-in-file" for finding in error.findings):
            raise
        return None, ()


def recorded_end(kept: Recording) -> date | None:
    """Return the last day of the plans that the history has runs of; None where it has none."""
    runs = kept.history.runs() if kept.history is not None else ()
    spans = (run.options.get("span") for run in runs if run.command == "plan")
    return max((date.fromisoformat(span[1]) for span in spans if isinstance(span, list)), default=None)


def end_of_workbook(workbook: Path | None) -> date | None:
    """Return the last day of the last month that a plan's workbook has a calendar of; None where it has none."""
    if workbook is None:
        return None
    names = (peek.sheet for peek in open_book(workbook).peeks)
    months = sorted(found.groups() for name in names if (found := _CALENDAR.fullmatch(name)))
    if not months:
        return None
    year, month = map(int, months[-1])
    return date(year, month, monthrange(year, month)[1])


def _beside(ground: Ground, target: Path) -> tuple[Finding, ...]:
    """Return a finding where the ledger's plans of other days lie beside the target: none of them was gone by."""
    start = f"{ground.assessment.read.request.ledger.stem}-{TITLE}-"
    folder = target.parent
    others = folder.iterdir() if folder.is_dir() else ()
    names = sorted(
        path.name
        for path in others
        if path.name.startswith(start) and path.suffix == ".xlsx" and path.name != target.name
    )
    params = {"first": names[-1], "known": "、".join(names)} if names else {}
    return (Finding("other-plan-beside", params=params),) if names else ()


def _read(ground: Ground, path: Path) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    assessment = ground.assessment
    return read_plan(path, assessment.rule_set, ground.common, as_of=assessment.as_of)


def digest_of_plan(workbook: Path | None) -> str:
    """Return the sha256 of a plan's workbook, "" where there is none or it cannot be read (reading it tells why)."""
    try:
        return "" if workbook is None else hashlib.sha256(workbook.read_bytes()).hexdigest()
    except OSError:
        return ""

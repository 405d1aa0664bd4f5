"""Where an earlier plan comes from: the history, a workbook that is named, or the one that is about to be replaced."""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from crmtool.errors import Finding, InputError
from crmtool.files.book import open_book
from crmtool.files.replace import is_ours
from crmtool.jobs.history import Recording
from crmtool.jobs.plans.making import Ground
from crmtool.jobs.plans.reading import read_plan
from crmtool.tables.plan_calendar import CALENDAR_SHEET
from crmtool.visits.model import PLAN_COLUMNS, REPORT_COLUMNS, frame_of
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
    ground: Ground, recorded: pd.DataFrame | None, workbook: Path | None, target: Path
) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """Return the plan (PLAN_COLUMNS) that came before, and what is odd about it; None where there is none.

    It is the history's, with what was typed into `workbook` where one is named; without a history that workbook's;
    without either that of the `target`, as long as nobody changed it. Plans of other days beside it are told.
    Raises `InputError` where `workbook` holds no plan or cannot be read.
    """
    if workbook is not None:
        typed, odd = _read(ground, workbook)
        return typed if recorded is None else overlaid(recorded, typed), odd
    if recorded is not None:
        return recorded, ()
    if not (target.is_file() and is_ours(target)):
        return None, _beside(ground, target)
    try:
        found, _ = _read(ground, target)
    except InputError as error:
        if any(finding.code != "no-plan-in-file" for finding in error.findings):
            raise
        return None, ()
    return found, ()


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

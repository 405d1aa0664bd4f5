"""How far a plan reaches, which its visits alone do not tell: a plan's last months may be without one."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Final

from crmtool.files.book import open_book
from crmtool.jobs.history import Recording
from crmtool.tables.plan_calendar import CALENDAR_SHEET

#: The name of a month's calendar in a plan's workbook.
_CALENDAR: Final = re.compile(rf"{CALENDAR_SHEET} (\d{{4}})-(0[1-9]|1[0-2])")


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

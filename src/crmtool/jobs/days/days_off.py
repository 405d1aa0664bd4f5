"""What the days off of a plan are called, for its wall calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from crmtool.config import Config
from crmtool.jobs.days.holidays_file import HolidayEntry, read_holidays
from crmtool.tables.plan_calendar import DaysOff
from crmtool.visits.calendar.festivals import festivals_of
from crmtool.visits.calendar.workdays import Workdays

#: The festivals that days off are given for: what a company's days off are called that has no word for them.
_GIVEN_FOR: Final = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")


def days_off(workdays: Workdays, config: Config, folder: Path) -> DaysOff:
    """Return which days are worked, and what those that are not are called.

    In the company's own file (`holidays:`, relative to `folder`) that is its 说明, else the festival among the days of
    a row; else the published holiday. Raises `UsageError` for a mistake in the file.
    """
    from chinese_calendar.constants import Holiday, holidays

    chinese = {each.value: each.chinese for each in Holiday}
    known = (day for day in holidays if workdays.first <= day <= workdays.last)
    names: dict[date, str] = {day: chinese[holidays[day]] for day in known if not workdays.is_workday(day)}
    entries = read_holidays(folder / config.holidays, config.holidays) if config.holidays else ()
    for entry in entries:
        own = {} if entry.is_worked else dict(_named(entry))
        names |= {day: name for day, name in own.items() if workdays.first <= day <= workdays.last}
    return DaysOff(workdays, names)


def _named(entry: HolidayEntry) -> Iterator[tuple[date, str]]:
    """Yield the days of a row of days off with what they are called; nothing where they have no name."""
    length = (entry.last - entry.first).days + 1
    days = [entry.first + timedelta(days=number) for number in range(length)]
    years = range(entry.first.year, entry.last.year + 1)
    known = {each.on(year): each.name for each in festivals_of(_GIVEN_FOR) for year in years}
    name = entry.name or next((known[day] for day in days if day in known), "")
    yield from ((day, name) for day in days if name)

"""Which days are worked in a span of time: the published holidays, then a company's own file.

How the file is read is in `crmtool.jobs.days.holidays_file`; how the days are asked, in `crmtool.visits.calendar.workdays`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np

from crmtool.config import Config
from crmtool.errors import Finding
from crmtool.jobs.days.holidays_file import HolidayEntry, read_holidays
from crmtool.visits.calendar.days import Days
from crmtool.visits.calendar.festivals import festivals_of
from crmtool.visits.calendar.workdays import Workdays

#: Days that are known beyond both ends of a span, for what moves off a day off or is asked back and forth from there.
MARGIN: Final = timedelta(days=92)
#: Days off of every year's notice: a file that tells them tells the year, not only a day of the company's own. 春节
#: comes last, for its calendar is only loaded where it is asked.
_TELLING: Final = festivals_of(("元旦", "国庆", "春节"))


def workdays_for(
    first: date, last: date, config: Config, folder: Path
) -> tuple[Workdays, tuple[Finding, ...]]:
    """Return which days are worked from `MARGIN` before `first` to `MARGIN` after `last`, and what was odd.

    `folder` is that of `crmtool.yaml`, which the path of its `holidays:` is relative to. A day named in that
    file is as it says, any other as published; the rest of a year that neither knows as a whole is worked from
    Monday to Friday, and `holidays-unpublished` names those years of the span itself. Raises `UsageError`
    with a finding for each mistake in the file.

    >>> workdays, findings = workdays_for(date(2026, 10, 1), date(2026, 10, 31), Config(), Path())
    >>> [workdays.is_workday(date(2026, 10, day)) for day in (7, 8, 10, 11)], findings
    ([False, True, True, False], ())
    """
    entries = read_holidays(folder / config.holidays, config.holidays) if config.holidays else ()
    weeks = Workdays.of_weeks(first - MARGIN, last + MARGIN)
    is_worked, start = weeks.is_worked, np.datetime64(weeks.first, "D")
    off, made_up, known_years = _published()
    for days, is_work in ((off, False), (made_up, True)):
        places = (days - start).astype(np.int64)
        is_worked[places[(places >= 0) & (places < len(is_worked))]] = is_work
    for entry in entries:
        begin, end = ((day - weeks.first).days for day in (entry.first, entry.last))
        is_worked[max(begin, 0) : max(end + 1, 0)] = entry.is_worked
    known = known_years | _whole_years(entries, known_years)
    years = (start + np.arange(len(is_worked))).astype("datetime64[Y]").astype(np.int64) + 1970
    workdays = Workdays(weeks.first, is_worked, np.isin(years, sorted(known)))
    missing = [year for year in range(first.year, last.year + 1) if year not in known]
    return workdays, _unpublished(missing, config.holidays)


def _whole_years(entries: Sequence[HolidayEntry], published: frozenset[int]) -> set[int]:
    """Return the years beyond the published ones whose holidays a company's file tells: those of `_TELLING` are off in it.

    A file with a company's own days alone says nothing about the others of that year.
    """
    years = {year for each in entries for year in range(each.first.year, each.last.year + 1)} - published
    return {year for year in years if all(_is_off(entries, each.on(year)) for each in _TELLING)}


def _is_off(entries: Sequence[HolidayEntry], day: date) -> bool:
    """Tell whether the last entry for a day says that it is off."""
    said = [not entry.is_worked for entry in entries if entry.first <= day <= entry.last]
    return bool(said) and said[-1]


def _published() -> tuple[Days, Days, frozenset[int]]:
    """Return the published days off, those that are worked though they are a Saturday or Sunday, and their years."""
    from chinese_calendar.constants import holidays, workdays

    off, made_up = (np.array(sorted(days), "datetime64[D]") for days in (holidays, workdays))
    return off, made_up, frozenset(day.year for day in holidays)


def _unpublished(years: Sequence[int], file: str | None) -> tuple[Finding, ...]:
    if not years:
        return ()
    params = {"years": _spans(years), "year": str(years[0])}
    return (Finding("holidays-unpublished", file=file or "", value=params["years"], params=params),)


def _spans(years: Iterable[int]) -> str:
    """Return years with runs of them drawn together: `2027-2029, 2031`."""
    runs = (
        [year for _, year in run]
        for _, run in groupby(enumerate(years), key=lambda numbered: numbered[1] - numbered[0])
    )
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)

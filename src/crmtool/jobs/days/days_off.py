"""What the days off of a plan are called, for its wall calendar."""

from __future__ import annotations

from datetime import date

from crmtool.tables.plan_calendar import DaysOff
from crmtool.visits.calendar.workdays import Workdays


def days_off(workdays: Workdays) -> DaysOff:
    """Return which days are worked, and the names of the published holidays among those that are not."""
    from chinese_calendar.constants import Holiday, holidays

    chinese = {each.value: each.chinese for each in Holiday}
    known = (day for day in holidays if workdays.first <= day <= workdays.last)
    names: dict[date, str] = {day: chinese[holidays[day]] for day in known if not workdays.is_workday(day)}
    return DaysOff(workdays, names)

"""The days of a plan, and where a due day finds its working day and its window among them; in whole columns.

Knows nothing of customers or cadences; which days are worked is asked of `crmtool.visits.calendar.workdays`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crmtool.visits.calendar.days import NO_DAY, Days, Numbers
from crmtool.visits.calendar.workdays import Workdays

#: How far beyond a plan's last day an occasion can lie whose last working day before it is still in the plan.
REACH: Final = timedelta(days=15)


@dataclass(frozen=True)
class Windows:
    """For each due visit the working day that it moves to, and those between which it may be moved; NaT: there is none."""

    earliest: Days
    preferred: Days
    latest: Days

    def of(self, rows: NDArray[np.bool_]) -> Windows:
        """Return those of some rows."""
        return Windows(self.earliest[rows], self.preferred[rows], self.latest[rows])


@dataclass(frozen=True, eq=False)
class Span:
    """The days `first` to `last` of a plan made on `as_of`; `workdays` reach beyond both ends where they can."""

    first: date
    last: date
    as_of: date
    workdays: Workdays

    @property
    def start(self) -> date:
        """Return the first day that can be planned: nothing is planned into the past."""
        return max(self.first, self.as_of)

    @property
    def reach(self) -> date:
        """Return the last day on which what may only be earlier can be due and yet belong to the plan."""
        return max(self.last, min(self.last + REACH, self.workdays.last))

    @cached_property
    def _first_workday(self) -> Days:
        """Return the first working day of the plan as an array of one, NaT where it has none."""
        return self.workdays.on_or_after(np.array([self.start], "datetime64[D]"), until=self.last)

    def nearest(self, days: Days) -> Days:
        """Return the working day of the plan that is nearest to each day, the later of two; NaT where it has none."""
        inside = self._inside(days)
        after = self.workdays.on_or_after(inside, until=self.last)
        before = self._before(inside)
        is_after = ~np.isnat(after) & (np.isnat(before) | (after - days <= days - before))
        return np.where(is_after, after, before)

    def moved_on(self, days: Days, until: Days) -> Days:
        """Return the first working day from each day to `until`, else the last before it, else the nearest of the plan."""
        after = self.workdays.on_or_after(days, until=np.minimum(until, np.datetime64(self.last)))
        before = self._before(days)
        return np.where(~np.isnat(after), after, np.where(np.isnat(before), self.nearest(days), before))

    def moved_back(self, days: Days, until: Days | None = None) -> tuple[Days, NDArray[np.bool_]]:
        """Return the last working day up to each day (up to `until`, where given), and which days belong to the plan.

        A day belongs to the plan that its working day lies in. Where that has passed by the as-of day, it is made up
        for on the plan's first working day, if the day itself lies in the plan.
        """
        until = days if until is None else until
        found = self.workdays.on_or_before(np.maximum(until, np.datetime64(self.workdays.first)))
        is_inside = (found >= np.datetime64(self.start)) & (found <= np.datetime64(self.last))
        is_past = np.isnat(found) | (found < np.datetime64(self.as_of))
        is_late = is_past & (days >= np.datetime64(self.start)) & (days <= np.datetime64(self.last))
        return np.where(is_inside, found, self._first_workday), is_inside | is_late

    def windows(
        self, preferred: Days, lowest: Days, highest: Days, back: int | Numbers, forth: int | Numbers
    ) -> Windows:
        """Return the window of `back` to `forth` working days around each preferred one, within `lowest` to `highest`.

        The window stays within the plan, and always holds the preferred day. `highest` may lie below `lowest`.
        """
        is_day = ~np.isnat(preferred)
        at = self.workdays.index(self._inside(preferred))
        low = self.workdays.index(self._inside(lowest))
        end = self._inside(highest)
        high = self.workdays.index(end) - ~self.workdays.worked(end)
        earliest = np.minimum(at, np.maximum(at - back, low))
        latest = np.maximum(at, np.minimum(at + forth, high))
        return Windows(self._at(earliest, is_day), preferred, self._at(latest, is_day))

    def from_start(self, until: Days) -> Windows:
        """Return the windows of what is made up for: from the plan's first working day to the last one up to `until`."""
        preferred = np.repeat(self._first_workday, len(until))
        return self.windows(preferred, preferred, until, 0, len(self.workdays.is_worked))

    def _inside(self, days: Days) -> Days:
        """Return the days drawn into the plan, its start for NaT."""
        start = np.datetime64(self.start)
        return np.where(np.isnat(days), start, np.clip(days, start, np.datetime64(self.last)))

    def _before(self, days: Days) -> Days:
        before = self.workdays.on_or_before(days)
        return np.where(before >= np.datetime64(self.start), before, NO_DAY)

    def _at(self, index: Numbers, is_day: NDArray[np.bool_]) -> Days:
        days = np.full(len(index), NO_DAY)
        days[is_day] = self.workdays.day_at(index[is_day])
        return days

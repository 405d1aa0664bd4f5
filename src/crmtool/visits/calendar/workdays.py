"""Which days are worked: a value over a span of days, asked in whole columns.

Where the days off come from (the published holidays, a company's own file) is for `crmtool.jobs` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from crmtool.visits.calendar.days import NO_DAY, Days, weekday_of


@dataclass(frozen=True, eq=False)
class Workdays:
    """The days from `first` on: `is_worked` says of each whether it is worked, `is_published` whether that is known.

    A day whose year's holidays are not published is taken for worked from Monday to Friday. All questions take
    arrays of days and give arrays of their shape. NaT stays NaT (False where the answer is yes or no); a day
    outside `first` to `last` raises `ValueError`: whoever asks builds the value wide enough.
    """

    first: date
    is_worked: NDArray[np.bool_]
    is_published: NDArray[np.bool_]

    @classmethod
    def of_weeks(cls, first: date, last: date) -> Workdays:
        """Return plain weeks, Monday to Friday, nothing published.

        >>> Workdays.of_weeks(date(2026, 1, 1), date(2026, 1, 5)).is_worked.tolist()
        [True, True, False, False, True]
        """
        days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
        return cls(first, weekday_of(days) < 5, np.zeros(len(days), bool))

    @property
    def last(self) -> date:
        """Return the last day that is known."""
        return self.first + timedelta(days=len(self.is_worked) - 1)

    @cached_property
    def days(self) -> Days:
        """Return all working days, ascending; `day_at` and `index` count in it."""
        return np.datetime64(self.first, "D") + np.flatnonzero(self.is_worked)

    @cached_property
    def _before(self) -> NDArray[np.int64]:
        """Return how many working days lie before each day, with one entry more for the day after the last."""
        return np.concatenate([[0], np.cumsum(self.is_worked, dtype=np.int64)])

    def is_workday(self, day: date) -> bool:
        """Tell whether a single day is worked."""
        return bool(self.worked(np.array([day], "datetime64[D]"))[0])

    def worked(self, days: Days) -> NDArray[np.bool_]:
        """Tell which days are worked."""
        places, is_day = self._places(days)
        return self.is_worked[places] & is_day

    def published(self, days: Days) -> NDArray[np.bool_]:
        """Tell for which days it is published whether they are worked."""
        places, is_day = self._places(days)
        return self.is_published[places] & is_day

    def on_or_after(self, days: Days, until: Days | date | None = None) -> Days:
        """Return the first working day on or after each day; NaT where none is up to `until` (None: `last`).

        >>> weeks = Workdays.of_weeks(date(2026, 1, 1), date(2026, 1, 31))
        >>> weeks.on_or_after(np.array(["2026-01-03", "2026-01-31"], "datetime64[D]")).astype(str).tolist()
        ['2026-01-05', 'NaT']
        """
        places, is_day = self._places(days)
        found = self._at(self._before[places])
        is_found = is_day if until is None else is_day & (found <= np.asarray(until, "datetime64[D]"))
        return np.where(is_found, found, NO_DAY)

    def on_or_before(self, days: Days) -> Days:
        """Return the last working day on or before each day; NaT where none is from `first` on."""
        places, is_day = self._places(days)
        return np.where(is_day, self._at(self._before[places + 1] - 1), NO_DAY)

    def index(self, days: Days) -> NDArray[np.int64]:
        """Return how many working days lie before each day: 0 for the first working day of all.

        A day off has the number of the next working day. NaT raises `ValueError`.
        """
        places, is_day = self._places(days)
        if not is_day.all():
            raise ValueError("no day has no number")
        return self._before[places]

    def day_at(self, index: NDArray[np.int64]) -> Days:
        """Return the working day with each number; `ValueError` where there is none.

        >>> weeks = Workdays.of_weeks(date(2026, 1, 1), date(2026, 1, 31))
        >>> weeks.day_at(weeks.index(np.array(["2026-01-02", "2026-01-03"], "datetime64[D]")) + 1)
        array(['2026-01-05', '2026-01-06'], dtype='datetime64[D]')
        """
        numbers = np.asarray(index, np.int64)
        if numbers.size and not (numbers.min() >= 0 and numbers.max() < len(self.days)):
            raise ValueError(f"between {self.first} and {self.last} are {len(self.days)} working days")
        return self._at(numbers)

    def _at(self, numbers: NDArray[np.int64]) -> Days:
        """Return the working days with these numbers, NaT where there is none."""
        if not len(self.days):
            return np.full(numbers.shape, NO_DAY)
        is_there = (numbers >= 0) & (numbers < len(self.days))
        return np.where(is_there, self.days[np.where(is_there, numbers, 0)], NO_DAY)

    def _places(self, days: Days) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the position of each day from `first` on, 0 for NaT, and which of them are days at all."""
        asked = np.asarray(days, "datetime64[D]")
        is_day = ~np.isnat(asked)
        places = np.where(is_day, (asked - np.datetime64(self.first, "D")).astype(np.int64), 0)
        if places.size and is_day.any() and (places.min() < 0 or places.max() >= len(self.is_worked)):
            outside = asked[(places < 0) | (places >= len(self.is_worked))][0]
            raise ValueError(f"{outside} is not between {self.first} and {self.last}")
        return places, is_day

"""Which days are worked: a value over a span of days, asked in whole columns.

Where the days off come from (the published holidays, a company's own file) is for `crmtool.jobs` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

#: Days as numpy knows them, `datetime64[D]`.
Days = NDArray[np.datetime64]


@dataclass(frozen=True, eq=False)
class Workdays:
    """The days from `first` on: `is_worked` says of each whether it is worked, `is_published` whether that is known.

    A day whose year's holidays are not published is taken for worked from Monday to Friday.
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
        weekday = (days.astype(np.int64) + 3) % 7  # the epoch was a Thursday
        return cls(first, weekday < 5, np.zeros(len(days), bool))

"""When the invitation to a visit goes out and its report is due, in whole columns.

How many days before and after a visit that is, is said by the rule set.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from crmtool.visits.calendar.days import NO_DAY, Days, day_cells
from crmtool.visits.calendar.workdays import Workdays


def invitations(planned: Days, prepare: pa.Array, as_of: date, workdays: Workdays | None) -> pa.Array:
    """Return the working day on which each visit's invitation goes out: `prepare` calendar days before it or earlier.

    Of a visit that is still to come it is not before the as-of day: the first working day from then on, or that day
    itself where there is none up to the visit. Null where none is asked for or the visit has no day. Without
    `workdays`, and beyond the days that they know, every day is worked.

    >>> weeks, on = Workdays.of_weeks(date(2026, 3, 1), date(2026, 3, 31)), np.array(["2026-03-11"], "datetime64[D]")
    >>> [str(invitations(on, pa.array([3]), date(2026, 3, day), weeks)[0]) for day in (1, 10)]
    ['2026-03-06', '2026-03-10']
    """
    invite = _shifted(planned, prepare, -1)
    earliest = np.full(len(planned), np.datetime64(as_of, "D"))
    is_ahead = planned >= earliest
    if workdays is not None:
        before = workdays.on_or_before(_known(invite, workdays))
        invite = np.where(np.isnat(before), invite, before)
        start = workdays.on_or_after(_known(earliest, workdays))
        earliest = np.where(start <= planned, start, earliest)
    return day_cells(np.where(is_ahead & (invite < earliest), earliest, invite))


def reports_due(planned: Days, report: pa.Array) -> pa.Array:
    """Return the calendar day by which each visit's report is due; null where none is asked for."""
    return day_cells(_shifted(planned, report, 1))


def _shifted(planned: Days, by: pa.Array, sign: int) -> Days:
    is_asked = by.is_valid().to_numpy(zero_copy_only=False)
    days = by.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    return np.where(is_asked, planned + sign * days, NO_DAY)


def _known(days: Days, workdays: Workdays) -> Days:
    """Return the days that are among the known ones, NaT for the others."""
    is_known = (days >= np.datetime64(workdays.first)) & (days <= np.datetime64(workdays.last))
    return np.where(is_known, days, NO_DAY)

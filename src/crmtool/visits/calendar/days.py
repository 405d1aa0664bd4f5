"""Days in whole columns: from Arrow and back, laid out from months and days, and the latest of each customer.

Which days are worked is left to `crmtool.visits.calendar.workdays`, windows of them to `crmtool.visits.calendar.span`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.ledger.quantities import Duration

#: Days as numpy knows them, `datetime64[D]`.
Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]
NO_DAY: Final = np.datetime64("NaT", "D")


def days_in(cells: pa.Array) -> Days:
    """Return a column of dates as days; NaT where it is null."""
    days: Days = cells.cast(pa.date32()).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return days


def day_cells(days: Days) -> pa.Array:
    """Return days as a column (date32); null where there is none."""
    return pa.array(days.astype("datetime64[D]"), pa.date32())


def weekday_of(days: Days) -> Numbers:
    """Return 0 for a Monday to 6 for a Sunday.

    >>> weekday_of(np.array(["2026-03-01", "2026-03-02"], "datetime64[D]")).tolist()
    [6, 0]
    """
    return (days.astype(np.int64) + 3) % 7  # the epoch was a Thursday


def month_of(days: Days) -> Numbers:
    """Return the running number of each day's month, 0 for January 1970."""
    return days.astype("datetime64[M]").astype(np.int64)


def day_of_month(days: Days) -> Numbers:
    """Return 1 to 31 for each day."""
    numbers: Numbers = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    return numbers


def laid(months: Numbers, days_of_month: Numbers) -> Days:
    """Return the day of each month, or the month's last where it is shorter.

    >>> january = month_of(np.array(["2026-01-01"], "datetime64[D]"))
    >>> laid(january + np.arange(3), np.full(3, 31)).astype(str).tolist()
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - first).astype(np.int64)
    days: Days = first + (np.minimum(days_of_month, length) - 1)
    return days


def month_end(days: Days) -> Days:
    """Return the last day of each day's month."""
    return (days.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1


def after(days: Days, span: Duration) -> Days:
    """Return the day that lies a span after each day: months first, then days; NaT stays NaT.

    >>> after(np.array(["2026-01-31", "NaT"], "datetime64[D]"), Duration(months=1, days=1)).astype(str).tolist()
    ['2026-03-01', 'NaT']
    """
    is_day = ~np.isnat(days)
    known = np.where(is_day, days, np.datetime64("1970-01-01", "D"))
    counted = laid(month_of(known) + span.months, day_of_month(known)) + span.days
    return np.where(is_day, counted, NO_DAY)


def latest_of(whose: Numbers, days: Days, customers: int) -> Days:
    """Return the latest of each customer's days, `whose` they are by position; NaT for one without any."""
    latest = np.full(customers, np.iinfo(np.int64).min)  # which is NaT
    np.maximum.at(latest, whose, days.astype(np.int64))
    return latest.astype("datetime64[D]")

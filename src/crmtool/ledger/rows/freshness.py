"""Whether the as-of date fits the ledger: a ledger of last year judged on today calls everyone silent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.quantities import Duration

#: From this far behind the as-of date the newest day of a ledger is told.
STALE_AFTER = Duration(months=3)


def newest_day(columns: Iterable[pa.ChunkedArray], as_of: date) -> date | None:
    """Return the newest day of several date columns that is not after the as-of date."""
    days = [
        pc.max(column.filter(pc.less_equal(column, pa.scalar(as_of, pa.date32())))).as_py()
        for column in columns
    ]
    return max((day for day in days if day is not None), default=None)


def stale_findings(newest: date | None, dated_as_of: date | None, as_of: date, *, file: str) -> list[Finding]:
    """Return what is to be said about a default as-of date; nothing is said about one that was given."""
    if dated_as_of and dated_as_of != as_of:
        return [_finding("ledger-has-own-date", dated_as_of, as_of, file)]
    if newest and newest < STALE_AFTER.before(as_of):
        return [_finding("ledger-is-stale", newest, as_of, file)]
    return []


def _finding(code: str, day: date, as_of: date, file: str) -> Finding:
    params = {"day": day.isoformat(), "as_of": as_of.isoformat(), "line": f"--as-of {day.isoformat()}"}
    return Finding(code, file=file, value=day.isoformat(), params=params)

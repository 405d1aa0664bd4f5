"""Which day a person meant who left out the year, or wrote another one.

What becomes of a row whose day is doubtful is for `crmtool.visits.reporting.taking`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from crmtool.ledger.values.dates import parse_date
from crmtool.ledger.values.readings import Exact, Refusal

#: A visit made more days before its planned day was hardly that visit: its year is another one.
EARLY_DAYS: Final = 90
#: A day without a year lies no farther from the one it is told by; 29 February may.
_HALF_A_YEAR: Final = 183


def without_year(text: str, near: date, *, is_later: bool = False) -> date | None:
    """Return the day that a text without a year means: the one nearest to `near`; None where it names no day.

    With `is_later` the first that is not before `near`.

    >>> without_year("12月7日", date(2027, 1, 4)), without_year("1-10", date(2026, 12, 16), is_later=True)
    (datetime.date(2026, 12, 7), datetime.date(2027, 1, 10))
    >>> without_year("2026-12-07", date(2027, 1, 4)), without_year("12月", date(2027, 1, 4))
    (None, None)
    """
    reading = parse_date(text)
    if not isinstance(reading, Refusal) or reading.code != "date-without-year":
        return None
    years = range(near.year - 1, near.year + 2)
    days = [day for year in years for form in ("{}年{}", "{}-{}") if (day := _exact(form.format(year, text)))]
    if is_later:
        return min((day for day in days if day >= near), default=None)
    return _nearest((day for day in days if abs((day - near).days) <= _HALF_A_YEAR), near)


def other_year(written: date, planned: date, as_of: date) -> date | None:
    """Return the day of another year that a visit planned for `planned` may have been made on; None where none can.

    >>> other_year(date(2025, 12, 16), date(2026, 12, 16), date(2026, 12, 31))
    datetime.date(2026, 12, 16)
    >>> other_year(date(2025, 12, 16), date(2026, 12, 16), date(2026, 12, 1)) is None
    True
    """
    years = range(planned.year - 1, planned.year + 2)
    days = (day for year in years if (day := _exact(f"{year}-{written:%m-%d}")))
    return _nearest((day for day in days if day <= as_of and (planned - day).days <= EARLY_DAYS), planned)


def is_early(made: date, planned: date) -> bool:
    """Tell whether a day lies so long before the planned one that its year is likely wrong."""
    return (planned - made).days > EARLY_DAYS


def _exact(text: str) -> date | None:
    reading = parse_date(text)
    return reading.value if isinstance(reading, Exact) else None


def _nearest(days: Iterable[date], near: date) -> date | None:
    return min(days, key=lambda day: (abs((day - near).days), day), default=None)

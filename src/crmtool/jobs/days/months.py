"""Which month a person means: this, next or last one, seen from the as-of day, or one by its number."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from crmtool.errors import UsageError
from crmtool.ledger.quantities import EARLIEST_DAY, LATEST_DAY

_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_STEPS = {"last": -1, "this": 0, "next": 1, "上月": -1, "本月": 0, "下月": 1}


def month_of(text: str, as_of: date) -> tuple[date, date]:
    """Return the first and the last day of a month: `this`, `next`, `last` (relative to `as_of`) or `YYYY-MM`.

    `本月`, `下月`, `上月` mean the same three.

    Raises `UsageError` for anything else, and for a month that no ledger can name.

    >>> month_of("next", date(2026, 12, 31))
    (datetime.date(2027, 1, 1), datetime.date(2027, 1, 31))
    """
    numbered = _MONTH.fullmatch(text.strip())
    if text.strip() in _STEPS:
        months = as_of.year * 12 + as_of.month - 1 + _STEPS[text.strip()]
        year, month = divmod(months, 12)
        month += 1
    elif numbered:
        year, month = int(numbered[1]), int(numbered[2])
    else:
        raise UsageError.of("bad-month", value=text)
    if not (EARLIEST_DAY.year <= year <= LATEST_DAY.year and 1 <= month <= 12):
        raise UsageError.of("bad-month", value=text)
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def month_name(first: date) -> str:
    """Return how file names spell a month: `2026-12`."""
    return f"{first.year:04d}-{first.month:02d}"

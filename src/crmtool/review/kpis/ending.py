"""Knows how near to the end of a period the newest rows of its sheets come: what is not exported yet is no 0.

Which figures are unknown for it is left to `crmtool.review.kpis.basis` and the modules that count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from crmtool.errors import Finding
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.period import Period
from crmtool.rules.measuring.records import Records

#: So large a share of the period without a row is told.
_QUIET_PARTS: Final = 3
#: Sheets that may well have no row for weeks: of these only an end before the period is told.
_RARE: Final = frozenset({"tickets"})


def ends_early(last: date | None, period: Period, as_of: date) -> bool:
    """Tell whether rows up to `last` stop more than a third of the period short of its end, or of the as-of day in it."""
    end = min(period.last, as_of)
    whole = (period.last - period.first).days + 1
    return last is not None and (end - last).days * _QUIET_PARTS > whole


def has_ended(last: date | None, period: Period) -> bool:
    """Tell whether rows up to `last` stop before the period begins: they say nothing of it, not even 0."""
    return last is not None and last < period.first


def ending_findings(ground: KpiGround, tables: Iterable[Records]) -> Iterator[Finding]:
    """Yield a finding for each sheet whose newest row lies before the period, or well before the end of it."""
    period, as_of = ground.period, ground.as_of
    for records in tables:
        if records.table is None or not records.has(records.day):
            continue
        last = records.last_day
        is_over = has_ended(last, period)
        is_early = ends_early(last, period, as_of) and records.source not in _RARE
        if last is None or not (is_over or is_early):
            continue
        source, end = records.table.source, min(period.last, as_of)
        params = {
            "sheet": "、".join(source.sheets),
            "last": last.isoformat(),
            "period": period.name,
            "end": end.isoformat(),
            "days": str((end - last).days),
        }
        code = "records-ended" if is_over else "records-end-early"
        yield Finding(code, file=source.file, sheet=source.sheets[0], value=last.isoformat(), params=params)

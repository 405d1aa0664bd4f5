"""Which filled-in rows can be taken: those that say what became of the visit, on a day that can be its day.

A row that cannot waits until it is mended, told at its cell; what the others change is for
`crmtool.visits.reporting.reports`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.rows.masks import Mask, true
from crmtool.visits.model import OUTCOME_DONE
from crmtool.visits.reporting.days import is_early, other_year
from crmtool.visits.reporting.filled import Filled
from crmtool.visits.reporting.matching import Matched


@dataclass(frozen=True)
class Whole:
    """Which rows can be taken, and why the others cannot."""

    mask: Mask
    findings: list[Finding]


def whole(matched: Matched, as_of: date) -> Whole:
    """Tell which rows can be taken.

    A row has to name an outcome, and of a visit that was made the day. No day lies after `as_of`, nor that of a planned
    visit more than `EARLY_DAYS` before its planned day.
    """
    rows, filled = matched.filled.rows, matched.filled
    has_outcome = np.asarray(pc.is_valid(rows["outcome"]))
    is_undated = true(pc.equal(rows["outcome"], OUTCOME_DONE)) & np.asarray(pc.is_null(rows["done_on"]))
    silent = ~has_outcome & ~true(rows["has_status"])
    dayless = is_undated & ~true(rows["has_day"])
    unread = is_undated & true(rows["has_day"])
    findings = filled.findings_at("report-without-outcome", _places(silent), "status", "date")
    findings += filled.findings_at("report-without-day", _places(dayless), "date", "status")
    findings += filled.findings_at("report-day-unread", _places(unread), "date", values=rows["day_text"])
    doubtful = _doubtful(filled, matched.is_usable, as_of)
    for code, places in doubtful.items():
        findings += _told(filled, code, places, as_of)
    is_doubtful = np.zeros(len(rows), bool)
    is_doubtful[[at for places in doubtful.values() for at in places]] = True
    return Whole(matched.is_usable & has_outcome & ~is_undated & ~is_doubtful, findings)


def _places(mask: Mask) -> list[int]:
    places: list[int] = np.flatnonzero(mask).tolist()
    return places


def _doubtful(filled: Filled, is_usable: Mask, as_of: date) -> dict[str, list[int]]:
    """Return the rows whose day cannot be the visit's, by what is to be said of them."""
    made, planned = filled.rows["done_on"], filled.rows["planned_on"]
    is_ahead = true(pc.greater(made, pa.scalar(as_of, pa.date32())))
    apart = pc.subtract(planned.cast(pa.int32()), made.cast(pa.int32()))
    found: dict[str, list[int]] = {"report-other-year": [], "report-day-ahead": [], "report-day-early": []}
    for at in _places((is_ahead | true(pc.greater(apart, 0))) & is_usable):
        day, due = made[at].as_py(), planned[at].as_py()
        if day <= as_of and not is_early(day, due):
            continue
        likely = other_year(day, due, as_of) if due is not None else None
        code = "report-day-ahead" if day > as_of else "report-day-early"
        found["report-other-year" if likely else code].append(at)
    return found


def _told(filled: Filled, code: str, places: list[int], as_of: date) -> list[Finding]:
    def params(at: int) -> dict[str, str]:
        planned, day = filled.rows["planned_on"][at].as_py(), filled.rows["done_on"][at].as_py()
        likely = other_year(day, planned, as_of) if planned is not None else None
        return {"planned": str(planned), "likely": str(likely), "as_of": as_of.isoformat()}

    values = filled.rows["done_on"].cast(pa.string())
    return filled.findings_at(code, places, "date", values=values, params=params)

"""Knows which visits on record count in no period, since nothing says on which day they were made.

How visits are read is left to `crmtool.visits.reading.records`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import Final

import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.review.kpis.ground import KpiGround
from crmtool.sheets import cell_name
from crmtool.visits.frames import column, same_text
from crmtool.visits.model import OUTCOME_DONE

#: What customers answered at a visit.
_ANSWERS: Final = ("satisfaction", "recommend", "joined_services", "converted", "complaint")


def undated_findings(ground: KpiGround) -> Iterator[Finding]:
    """Yield one finding for the visits that were made, or have answers, and have no day; at the first of them."""
    records = ground.records
    days = pc.coalesce(column(records, "done_on"), column(records, "planned_on"))
    is_answered = reduce(pc.or_, (pc.is_valid(column(records, name)) for name in _ANSWERS))
    outcome = column(records, "outcome")
    is_made = pc.or_(same_text(outcome, OUTCOME_DONE), pc.and_(pc.is_null(outcome), is_answered))
    lost = pc.and_(pc.is_null(days), pc.fill_null(is_made, False))
    places = column(records, "source").filter(lost)
    if len(places):
        answers = pc.sum(pc.and_(lost, is_answered)).as_py()
        params = {"visits": str(len(places)), "answers": str(answers)}
        yield _placed(Finding("kpi-visits-undated", params=params), ground, places[0].as_py())


def _placed(finding: Finding, ground: KpiGround, place: str | None) -> Finding:
    """Return the finding at the visit's row (`[a.xlsx]回访记录!5`), where it is one of the ledger's own."""
    visits = ground.ledger.visits
    start = "" if visits is None else f"[{visits.source.file}]"
    if visits is None or place is None or not place.startswith(start):
        return finding
    sheet, _, row = place.removeprefix(start).rpartition("!")
    own = visits.columns.get("date")
    cell = cell_name(int(row), own.column if own else 1) if row.isdecimal() else ""
    header = own.header if own else ""
    return replace(finding, file=visits.source.file, sheet=sheet, cell=cell, column=header)

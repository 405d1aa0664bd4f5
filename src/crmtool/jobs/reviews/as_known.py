"""Knows what else of a ledger does not count in the review of a day that is past: later cells, what has no day.

Rows of later days never count (`crmtool.jobs.later_rows`); what counts is judged as always, by `crmtool.jobs.assess`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.jobs.later_rows import emptied, later_cells
from crmtool.jobs.reading import Read
from crmtool.ledger.quantities import add_months
from crmtool.rules.judging.fitting import judged_fields
from crmtool.rules.measuring.derive import Deriving
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, day, replaced, rows_where, same_text
from crmtool.visits.model import DONE, OPEN

#: What is said of single rows that are dated after the as-of day; a review of an earlier day has many.
_LATER: Final = ("order-after-as-of", "future-date")
_FIGURES: Final = ("money", "count", "number", "percent")
_DATED: Final = ("date", "age")


def as_known(what: Read) -> Read:
    """Return what was read as it was known on its as-of day.

    A customer's own cell that names a later day (最近交易时间) does not count: the field is counted from the sheets where
    they can tell it, and unknown else. That, and what is left out in any case, is told in one finding for each column.
    """
    ledger = what.ledger
    counted, deriving = [], Deriving(ledger)
    for field in what.rule_set.fields.values():
        how = field.derivation
        if field.spec.kind in _DATED and how is not None and deriving.can_tell(how):
            late = later_cells(ledger.customers, field.id, what.as_of)
            if late is not None:
                counted.append(ledger.customers.columns[field.id].header)
                ledger = replace(ledger, customers=emptied(ledger.customers, field.id, late))
    findings = tuple(_gathered(what.findings, counted, what.as_of))
    return replace(what, ledger=ledger, findings=findings)


def _gathered(findings: Iterable[Finding], counted: Iterable[str], as_of: date) -> Iterator[Finding]:
    """Yield findings with those on rows and cells of later days put together, one for each column."""
    later: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        if finding.code not in _LATER:
            yield finding
            continue
        place = (finding.file, finding.sheet, finding.column)
        known = later.get(place)
        later[place] = replace(known, count=known.count + finding.count) if known else finding
    own = set(counted)
    for finding in later.values():
        code = "later-cells-counted" if finding.column in own else "later-left-out"
        yield replace(finding, code=code, value="", params={"as_of": as_of.isoformat()})


def undated(what: Read, today: date) -> Iterator[Finding]:
    """Yield a finding where figures judge that stand in the ledger without a day, and the as-of day is long past."""
    if what.as_of >= add_months(today, -1):
        return
    columns = what.ledger.customers.columns
    headers = [columns[name].header for name in _figures(what.rule_set) if name in columns]
    if headers:
        source = what.ledger.customers.source
        params = {"as_of": what.as_of.isoformat()}
        listed = "、".join(headers)
        yield Finding(
            "figures-of-today", file=source.file, sheet=source.sheets[0], value=listed, params=params
        )


def _figures(rule_set: RuleSet) -> list[str]:
    return [name for name in judged_fields(rule_set) if rule_set.fields[name].spec.kind in _FIGURES]


def until(reports: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return the reports (REPORT_COLUMNS) that were made up to a day, or say no day."""
    later = pc.greater(column(reports, "done_on"), day(as_of))
    return rows_where(reports, pc.invert(pc.fill_null(later, False)))


def plan_until(plan: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Return a plan (PLAN_COLUMNS) in which visits that were made after a day are still open."""
    later = pc.fill_null(pc.greater(column(plan, "done_on"), day(as_of)), False)
    later = pc.and_(later, same_text(column(plan, "status"), DONE))
    return replaced(
        plan,
        {
            "status": pc.if_else(later, pa.scalar(OPEN), column(plan, "status")),
            "done_on": pc.if_else(later, pa.scalar(None, pa.date32()), column(plan, "done_on")),
        },
    )

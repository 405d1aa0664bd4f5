"""Knows what of a ledger does not count in the review of a day that is past: what is dated later, what has no day.

What counts is judged as always, by `crmtool.jobs.assess`.
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
from crmtool.jobs.reading import Read
from crmtool.ledger.ledger import EMPTY, STATE, TEXT, UNREAD, Ledger, Table
from crmtool.ledger.quantities import add_months
from crmtool.ledger.values.dates import parse_date
from crmtool.ledger.values.readings import Exact
from crmtool.rules.judging.fitting import judged_fields
from crmtool.rules.measuring.derive import Deriving
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, day, replaced, rows_where, same_text
from crmtool.visits.model import DONE, OPEN

#: What is said of single rows that are dated after the as-of day; a review of an earlier day has many.
_LATER: Final = ("order-after-as-of", "future-date")
_FIGURES: Final = ("money", "count", "number", "percent")
_DATED: Final = ("date", "age")
#: The day of a row in each table that is not orders, and the days of what came of it.
_ROWS: Final = {
    "visits": ("date",),
    "demands": ("date",),
    "tickets": ("raised", "replied", "started", "resolved"),
}


def as_known(what: Read) -> Read:
    """Return what was read as it was known on its as-of day.

    Visits, demands and tickets of later days are left out, as later orders are; what became of a ticket later is not
    known yet. A customer's own cell that names a later day (最近交易时间) does not count: the field is counted from the
    sheets where they can tell it, and unknown else. All that is told in one finding for each column.
    """
    ledger = _without_later_rows(what.ledger, what.as_of)
    counted, deriving = [], Deriving(ledger)
    for field in what.rule_set.fields.values():
        how = field.derivation
        if field.spec.kind in _DATED and how is not None and deriving.can_tell(how):
            late = _later_cells(ledger.customers, field.id, what.as_of)
            if late is not None:
                counted.append(ledger.customers.columns[field.id].header)
                ledger = replace(ledger, customers=_emptied(ledger.customers, field.id, late))
    findings = tuple(_gathered(what.findings, counted, what.as_of))
    return replace(what, ledger=ledger, findings=findings)


def _without_later_rows(ledger: Ledger, as_of: date) -> Ledger:
    visits, demands, tickets = (_known_rows(getattr(ledger, name), name, as_of) for name in _ROWS)
    return replace(ledger, visits=visits, demands=demands, tickets=tickets)


def _known_rows(table: Table | None, name: str, as_of: date) -> Table | None:
    """Return a table without its rows of later days, and without what came of the others later."""
    if table is None:
        return None
    own, *outcomes = _ROWS[name]
    late = _later_cells(table, own, as_of)
    if late is not None:
        table = replace(table, frame=rows_where(table.frame, pc.invert(late)))
    for field in outcomes:
        late = _later_cells(table, field, as_of)
        table = table if late is None else _emptied(table, field, late)
    return table


def _later_cells(table: Table, field: str, as_of: date) -> pa.Array | None:
    """Return which cells of a field name a day after the as-of day; None where none does."""
    frame = table.frame
    if field not in frame or field + STATE not in frame:
        return None
    is_later = pc.fill_null(pc.equal(column(frame, field + STATE), UNREAD), False)
    if field + TEXT in frame:
        texts = column(frame, field + TEXT)
        unread = pc.unique(texts.filter(is_later)).drop_null().to_pylist()
        later = pa.array([text for text in unread if _is_later(text, as_of)], pa.string())
        # A real date that could not be taken was a later one: no day before 1900 is a date in a workbook.
        is_later = pc.and_(is_later, pc.or_(pc.is_null(texts), pc.is_in(texts, later)))
    return is_later if pc.any(is_later).as_py() else None


def _emptied(table: Table, field: str, late: pa.Array) -> Table:
    """Return a table with these cells of a field empty, as if nobody had typed them yet."""
    state = pc.if_else(late, pa.scalar(EMPTY, pa.int8()), column(table.frame, field + STATE))
    cells = {field + STATE: pd.Series(state, dtype=pd.ArrowDtype(pa.int8()))}
    return replace(table, frame=table.frame.assign(**cells))


def _is_later(text: str, as_of: date) -> bool:
    reading = parse_date(text)
    return isinstance(reading, Exact) and reading.value > as_of


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

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
from crmtool.ledger.ledger import EMPTY, STATE, TEXT, UNREAD, Ledger
from crmtool.ledger.quantities import add_months
from crmtool.ledger.values.dates import parse_date
from crmtool.ledger.values.readings import Exact
from crmtool.rules.judging.fitting import judged_fields
from crmtool.rules.measuring.derive import Deriving
from crmtool.rules.model import Field, RuleSet
from crmtool.visits.frames import column, day, rows_where

#: What is said of single rows that are dated after the as-of day; a review of an earlier day has many.
_LATER: Final = ("order-after-as-of", "future-date")
_FIGURES: Final = ("money", "count", "number", "percent")


def as_known(what: Read) -> Read:
    """Return what was read as it was known on its as-of day.

    A customer's own cell that names a later day (最近交易时间) does not count: the field is counted from the sheets, where
    they can tell it, and unknown else. Rows of a later day are told in one finding for each column.
    """
    counted, ledger = [], what.ledger
    deriving = Deriving(ledger)
    for field in what.rule_set.fields.values():
        how = field.derivation
        if field.spec.kind == "date" and how is not None and deriving.can_tell(how):
            late = _late_cells(ledger, field, what.as_of)
            if late is not None and pc.any(late).as_py():
                counted.append(ledger.customers.columns[field.id].header)
                ledger = _without(ledger, field, late)
    findings = tuple(_gathered(what.findings, counted, what.as_of))
    return replace(what, ledger=ledger, findings=findings)


def _late_cells(ledger: Ledger, field: Field, as_of: date) -> pa.Array | None:
    """Return which of a field's own cells name a day after the as-of day; None where no cell is unreadable."""
    frame = ledger.customers.frame
    if field.id not in frame or field.id + STATE not in frame:
        return None
    is_unread = pc.fill_null(pc.equal(column(frame, field.id + STATE), UNREAD), False)
    if field.id + TEXT not in frame:
        return is_unread
    texts = column(frame, field.id + TEXT)
    unread = pc.unique(texts.filter(is_unread)).drop_null().to_pylist()
    later = [text for text in unread if _is_later(text, as_of)]
    # A real date that could not be taken was a later one: no day before 1900 is a date in a workbook.
    return pc.and_(is_unread, pc.or_(pc.is_null(texts), pc.is_in(texts, pa.array(later, pa.string()))))


def _is_later(text: str, as_of: date) -> bool:
    reading = parse_date(text)
    return isinstance(reading, Exact) and reading.value > as_of


def _without(ledger: Ledger, field: Field, late: pa.Array) -> Ledger:
    """Return the ledger with these cells of a field empty."""
    frame = ledger.customers.frame
    state = pc.if_else(late, pa.scalar(EMPTY, pa.int8()), column(frame, field.id + STATE))
    cells = {field.id + STATE: pd.Series(state, dtype=pd.ArrowDtype(pa.int8()))}
    return replace(ledger, customers=replace(ledger.customers, frame=frame.assign(**cells)))


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

"""Knows which rows of a ledger lie after the day it is judged on: visits, demands and tickets of later days do not count.

Later orders are left out where the ledger is built; a customer's own cells are left to `crmtool.jobs.reviews.as_known`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import EMPTY, STATE, TEXT, UNREAD, Ledger, Table
from crmtool.ledger.values.dates import parse_date
from crmtool.ledger.values.readings import Exact, Interval
from crmtool.visits.frames import column, rows_where

#: The day of a row in each table that is not orders, and the days of what came of it.
_ROWS: Final = {
    "visits": ("date",),
    "demands": ("date",),
    "tickets": ("raised", "replied", "started", "resolved"),
}
#: What is said of a day after the as-of day where a ledger is built.
_LATER: Final = frozenset({"order-after-as-of", "future-date"})


def without_later_rows(ledger: Ledger, as_of: date) -> Ledger:
    """Return the ledger without visits, demands and tickets of days after `as_of`.

    What became of an earlier ticket after that day has not happened yet.
    """
    visits, demands, tickets = (_known_rows(getattr(ledger, name), name, as_of) for name in _ROWS)
    return replace(ledger, visits=visits, demands=demands, tickets=tickets)


def marked_as_usual(findings: Iterable[Finding], as_of: date, today: date) -> Iterator[Finding]:
    """Yield findings with those on days between a past `as_of` and today marked `is_past`: they are as they should be."""
    for finding in findings:
        is_usual = finding.code in _LATER and as_of < today and not _is_later(finding.value, today)
        yield replace(finding, params={**finding.params, "is_past": "yes"}) if is_usual else finding


def told_of_rows(findings: Iterable[Finding], ledger: Ledger, as_of: date) -> Iterator[Finding]:
    """Yield findings with those on later days in such sheets saying what became of the row, or of the cell."""
    codes = dict(_codes(ledger))
    for finding in findings:
        place = (finding.file, finding.sheet, finding.column)
        code = codes.get(place) if finding.code == "future-date" else None
        mark = {key: value for key, value in finding.params.items() if key == "is_past"}
        params = {"as_of": as_of.isoformat(), **mark}
        yield finding if code is None else replace(finding, code=code, params=params)


def _codes(ledger: Ledger) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Yield file, sheet and header of each column of days, and the code of its later cells."""
    for name, (own, *outcomes) in _ROWS.items():
        table: Table | None = getattr(ledger, name)
        if table is None:
            continue
        codes: Mapping[str, str] = {own: "row-after-as-of"} | dict.fromkeys(outcomes, "cell-after-as-of")
        for field, code in codes.items():
            if field in table.columns:
                header = table.columns[field].header
                yield from (((table.source.file, sheet, header), code) for sheet in table.source.sheets)


def _known_rows(table: Table | None, name: str, as_of: date) -> Table | None:
    """Return a table without its rows of later days, and without what came of the others later."""
    if table is None:
        return None
    own, *outcomes = _ROWS[name]
    late = later_cells(table, own, as_of)
    if late is not None:
        table = replace(table, frame=rows_where(table.frame, pc.invert(late)))
    for field in outcomes:
        late = later_cells(table, field, as_of)
        table = table if late is None else emptied(table, field, late)
    return table


def later_cells(table: Table, field: str, as_of: date) -> pa.Array | None:
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


def emptied(table: Table, field: str, late: pa.Array) -> Table:
    """Return a table with these cells of a field empty, as if nobody had typed them yet."""
    state = pc.if_else(late, pa.scalar(EMPTY, pa.int8()), column(table.frame, field + STATE))
    cells = {field + STATE: pd.Series(state, dtype=pd.ArrowDtype(pa.int8()))}
    return replace(table, frame=table.frame.assign(**cells))


def _is_later(text: str, as_of: date) -> bool:
    reading = parse_date(text)
    if isinstance(reading, Interval):
        return reading.low is not None and reading.low > as_of
    return isinstance(reading, Exact) and reading.value > as_of

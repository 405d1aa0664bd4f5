"""When a ledger was classified last: what the history and the ledger itself say, and whether that is too long ago."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

import numpy as np

from crmtool.errors import Finding
from crmtool.jobs.history import Recording
from crmtool.jobs.reading import Read
from crmtool.ledger.quantities import Duration
from crmtool.sheets import Peek, RawCell
from crmtool.tables.in_ledger import JUDGED_ON
from crmtool.visits.calendar.days import after

_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?: 00:00:00)?")
#: Commands that judge every customer.
_JUDGE: Final = ("classify", "review")


def last_classified(read: Read, kept: Recording) -> date | None:
    """Return the as-of day of the last classification by these rules up to the as-of day, None where none is known.

    The history knows its runs; a ledger that results were written into says the day in 分级日期.
    """
    runs = kept.history.runs() if kept.history is not None else []
    known = [run.as_of for run in runs if run.command in _JUDGE and run.rules_id == read.rule_set.id]
    sheets = {each.sheet for each in read.inputs[:1]}
    for peek in read.peeks:
        if peek.sheet in sheets:
            known += days_written_in(peek)
    return max((each for each in known if each <= read.as_of), default=None)


def days_written_in(peek: Peek) -> Iterator[date]:
    """Yield the days below a cell 分级日期, as far as the first rows of a sheet show them."""
    column: int | None = None
    for row in peek.cells:
        if column is not None and column < len(row) and (found := _day_in(row[column])) is not None:
            yield found
        column = next((number for number, cell in enumerate(row) if cell == JUDGED_ON), column)


def _day_in(cell: RawCell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def outdated(read: Read, last: date | None) -> Iterator[Finding]:
    """Yield a finding where the last classification is older than the rule set's `review_every`."""
    every = read.rule_set.review_every
    if every is None or last is None or (due := _day_after(last, every)) >= read.as_of:
        return
    params = {"due": due.isoformat(), "ledger": read.request.ledger.name}
    yield Finding("classification-old", value=last.isoformat(), params=params)


def _day_after(day: date, span: Duration) -> date:
    found: date = after(np.array([day], "datetime64[D]"), span)[0].item()
    return found

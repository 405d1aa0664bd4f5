"""Knows where the rows of the last adjustment table are that nobody has decided on: in a workbook, else in the history.

What of them comes into the new table is in `crmtool.review.adjusting.carrying`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.files.history import History, Run
from crmtool.jobs.adjustment_reading import TablesBack, tables_back
from crmtool.jobs.assess import Assessment
from crmtool.jobs.days.review_period import Looked
from crmtool.jobs.delivery import default_output
from crmtool.jobs.history import Recording
from crmtool.jobs.reading import Read, password_of
from crmtool.jobs.reviews.recorded import Recorded
from crmtool.review.adjusting.matching import places_in
from crmtool.review.model import ADJUSTMENT_COLUMNS
from crmtool.visits.frames import column, one_of, rows_where
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import frame_of

#: Stands in the names of reviews' workbooks, after the ledger's.
TITLE = "复盘"
_APPLY = "apply"
#: What `apply` says of rows whose decision is carried out, or was that nothing changes; what it refused is still open.
_SETTLED = ("applied", "current", "rejected")


@dataclass(frozen=True)
class Carried:
    """The rows of the last adjustment table (ADJUSTMENT_COLUMNS), None where there was none.

    `place` names where they stand, `digest` changes with what stands there.
    """

    rows: pd.DataFrame | None = None
    place: str = ""
    digest: str = ""
    findings: tuple[Finding, ...] = ()


def carried_rows(
    assessment: Assessment, recorded: Recorded, kept: Recording, looked: Looked, previous: Path | None
) -> Carried:
    """Return the rows of the last table: of `previous`, else of the last review's workbook, else of the history.

    Without a history the last review's workbook is the one of its own name where this one goes. What was decided in the
    history since the last review, in whichever copy of the table, does not come again.
    """
    what, run = assessment.read, recorded.reviewed_before
    carried = _of_history(recorded.history, run) if recorded.history is not None and run is not None else None
    places = _workbooks(what, looked, kept, run, previous)
    found = next((each for each in (_back(path, what) for path in places) if each is not None), carried)
    if found is None or found.rows is None:
        return Carried()
    return found if run is None else _undecided_since(found, what, recorded.history, run)


def _workbooks(
    what: Read, looked: Looked, kept: Recording, run: Run | None, previous: Path | None
) -> Iterator[Path]:
    """Yield the workbooks that may hold the last table, the likeliest first."""
    if previous is not None:
        yield previous
    if run is not None:
        # As it was recorded, nobody has written into it: the history has its rows, and has them at hand.
        yield from (path for path in kept.places_of(run) if not kept.has_recorded(path))
        return
    own = default_output(what.request.ledger, TITLE, looked.period.before.name, what.output_folder)
    if own.is_file():
        yield own


def _back(path: Path, what: Read) -> Carried | None:
    """Return the table of a workbook; None where it is gone, cannot be read, or has no such table."""
    if not path.is_file() or path.suffix.lower() != ".xlsx":
        return None
    try:
        back: TablesBack = tables_back(
            [path],
            what.request.ledger,
            what.rule_set,
            as_of=what.as_of,
            header_map={**what.config.columns, **what.request.header_map},
            password=password_of(what.request),
        )
    except InputError:
        return None
    rows = frame_of(ADJUSTMENT_COLUMNS, {name: column(back.back.rows, name) for name in ADJUSTMENT_COLUMNS})
    digest = "".join(table.sha256 for table in back.tables)
    return Carried(rows, path.name, digest, back.back.findings)


def _of_history(history: History, run: Run) -> Carried:
    table = history.adjustments(run.id)
    names = [name for name in table.column_names if name in ADJUSTMENT_COLUMNS]
    rows = frame_of(ADJUSTMENT_COLUMNS, {name: table[name] for name in names})
    return Carried(rows, f"{run.command} #{run.turn}", run.key)


def _undecided_since(carried: Carried, what: Read, history: History | None, run: Run) -> Carried:
    """Return the rows without those of customers whom `apply` has recorded a decision of since a run."""
    if history is None or carried.rows is None:
        return carried
    later = [each for each in history.runs() if each.command == _APPLY and each.turn > run.turn]
    decided: set[str] = set()
    for each in later:
        table = history.adjustments(each.id)
        keys = table["customer_key"].filter(one_of(table["applied"], _SETTLED))
        decided |= set(keys.drop_null().to_pylist())
    if not decided:
        return carried
    frame = what.ledger.customers.frame
    keys = customer_keys(frame)
    theirs = keys.take(places_in(carried.rows, frame, keys))
    is_open = pc.invert(pc.is_in(theirs, pa.array(sorted(decided), pa.string())))
    return Carried(rows_where(carried.rows, is_open), carried.place, carried.digest, carried.findings)

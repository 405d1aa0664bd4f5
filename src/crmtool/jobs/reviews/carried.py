"""Knows where the rows of the last adjustment table are: in a workbook, else in the history.

What was decided since is told by `decisions`; what of them comes into the new table, by
`crmtool.review.adjusting.carrying`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
from crmtool.jobs.reviews.decisions import Decisions, decisions_since
from crmtool.jobs.reviews.recorded import Recorded
from crmtool.review.adjusting.objections import is_unread
from crmtool.review.model import ADJUSTMENT_COLUMNS, APPROVED, UNDECIDED
from crmtool.visits.frames import column, same_text
from crmtool.visits.model import frame_of

#: Stands in the names of reviews' workbooks, after the ledger's.
TITLE = "复盘"


@dataclass(frozen=True)
class Carried:
    """The rows of the last adjustment table (ADJUSTMENT_COLUMNS), None where there was none.

    `settled` (bool) tells of which rows the history knows that they are over, None: of none. `place` names where they
    stand, `digest` changes with what stands there.
    """

    rows: pd.DataFrame | None = None
    place: str = ""
    digest: str = ""
    findings: tuple[Finding, ...] = ()
    settled: pa.Array | None = None


def carried_rows(
    assessment: Assessment, recorded: Recorded, kept: Recording, looked: Looked, previous: Path | None
) -> Carried:
    """Return the rows of the last table: of `previous`, else of the last review's workbook, else of the history.

    Without a history the last review's workbook is the one of its own name where this one goes. What `apply` recorded
    since the last review counts in whichever copy of the table it was decided.
    """
    what, run = assessment.read, recorded.reviewed_before
    carried = _of_history(recorded.history, run) if recorded.history is not None and run is not None else None
    places = _workbooks(what, looked, kept, run, previous)
    found = next((each for each in (_back(path, what) for path in places) if each is not None), carried)
    if found is None or found.rows is None:
        return Carried()
    if run is None or recorded.history is None:
        return found
    return _with_decisions(found, found.rows, what, decisions_since(recorded.history, run), found is carried)


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
    digest = "".join(table.sha256 for table in back.tables)
    return Carried(_readable(back.back.rows), path.name, digest, back.back.findings)


def _readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows that came back as ADJUSTMENT_COLUMNS; an approval of what cannot be read is none yet.

    Without the cell it would be the approval of something else: of a lock without end.
    """
    cells = {name: column(rows, name) for name in ADJUSTMENT_COLUMNS}
    is_partial = pc.and_(same_text(cells["verdict"], APPROVED), is_unread(rows))
    cells["verdict"] = pc.if_else(is_partial, UNDECIDED, cells["verdict"])
    return frame_of(ADJUSTMENT_COLUMNS, cells)


def _of_history(history: History, run: Run) -> Carried:
    table = history.adjustments(run.id)
    names = [name for name in table.column_names if name in ADJUSTMENT_COLUMNS]
    rows = frame_of(ADJUSTMENT_COLUMNS, {name: table[name] for name in names})
    return Carried(rows, f"{run.command} #{run.turn}", run.key)


def _with_decisions(
    found: Carried, rows: pd.DataFrame, what: Read, decisions: Decisions, is_untouched: bool
) -> Carried:
    """Return the rows with what was decided since: which are settled, and what people wrote, unless the workbook says it.

    Of rows that nobody wrote into in the workbook itself, a copy came back to `apply` if any did.
    """
    customers = what.ledger.customers.frame
    settled = decisions.settles(rows, customers)
    if is_untouched:
        rows = decisions.written_into(rows, customers)
    return replace(found, rows=rows, settled=settled, digest=found.digest + decisions.digest)

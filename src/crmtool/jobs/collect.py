"""Collect: read filled-in follow-up sheets, tell what they change, and record it in the history and the ledger.

What sheets say beside what is on record is told by `crmtool.jobs.comparing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.jobs.clock import moment
from crmtool.jobs.comparing import Asked, compared
from crmtool.jobs.delivery import Delivery, InPlace
from crmtool.jobs.history import Recording, recorded_plan, recording
from crmtool.jobs.reading import Read, read
from crmtool.jobs.report_reading import SheetBack
from crmtool.jobs.request import Request
from crmtool.rules.language.common import Common
from crmtool.visits.frames import column, rows_where, stacked, table_of
from crmtool.visits.planning.correcting import changed_plan
from crmtool.visits.reporting.reports import Collected

if TYPE_CHECKING:
    from crmtool.jobs.into_ledger.update import Updated


@dataclass(frozen=True)
class CollectOutcome:
    """What came back on which sheets, and where it was recorded.

    `history` is the file that new reports were recorded in, None where there is none; `updated` the ledger, where that
    was asked for. In a rehearsal nothing was written.
    """

    read: Read
    sheets: tuple[SheetBack, ...]
    collected: Collected
    common: Common
    findings: tuple[Finding, ...]
    history: Path | None = None
    updated: Updated | None = None
    is_rehearsal: bool = False

    @property
    def is_recorded(self) -> bool:
        """Tell whether there is a place in which new reports are kept, or would be."""
        return self.history is not None or self.updated is not None


def collect(
    request: Request, asked: Asked, delivery: Delivery, in_place: InPlace | None = None
) -> CollectOutcome:
    """Read filled-in sheets and record what is new in them: in the history, and with `in_place` in the ledger.

    Of `delivery` only rehearsal and waiting count. Without a history the ledger's 回访记录 keeps the reports. The same
    sheets again change nothing. Raises `InputError` (ledger, plan or sheets cannot be used), `UsageError` (options,
    config, rules), `OutputError` or `BusyError` (not written; what was not recorded is by the same command again).
    """
    if in_place is not None:
        from crmtool.jobs.into_ledger.update import refuse_early

        refuse_early(request.ledger, in_place)
    with recording(request, "collect", delivery) as kept:
        what = read(request)
        if in_place is not None and kept.history is None:
            from crmtool.jobs.into_ledger.visits import refuse_elsewhere

            refuse_elsewhere(what)
        found = compared(what, asked, kept.history, in_place)
        collected = found.collected
        outcome = CollectOutcome(
            what,
            found.sheets,
            collected,
            found.common,
            # What is odd about the ledger itself is for `check` to say.
            (*(f for f in what.findings if f.code == "as-of-ahead"), *found.odd, *collected.findings),
            kept.history.path if kept.history is not None else None,
            is_rehearsal=delivery.dry_run,
        )
        if in_place is not None:
            outcome = _with_ledger(outcome, found.own, found.recorded, in_place)
        _record(outcome, kept, found.recorded)
    if len(collected.reports) and not outcome.is_recorded:
        told = Finding("reports-not-recorded", params={"rows": str(len(collected.reports))})
        outcome = replace(outcome, findings=(*outcome.findings, told))
    return outcome


def labels_of(common: Common) -> Mapping[str, str]:
    """Return what each channel is called."""
    return {key: channel.label for key, channel in common.channels.items()}


def _with_ledger(
    outcome: CollectOutcome, own: pd.DataFrame, recorded: pd.DataFrame, in_place: InPlace
) -> CollectOutcome:
    from crmtool.jobs.into_ledger.columns import Given, LedgerChange, customer_columns
    from crmtool.jobs.into_ledger.update import change_ledger
    from crmtool.jobs.into_ledger.visits import visit_rows
    from crmtool.tables.contact_columns import Changed, contact_columns, unread_contacts

    what, labels, collected = outcome.read, labels_of(outcome.common), outcome.collected
    changed = Changed(collected.reports, _still_known(collected, recorded), collected.replaced)
    columns = contact_columns(what.ledger, changed, labels, what.as_of)
    given = [Given(each.column, each.field_id, each.changes, is_own=False) for each in columns]

    def change() -> LedgerChange:
        rows = visit_rows(what, collected, own, labels, appends=outcome.history is None)
        changed = customer_columns(what, given) if given else LedgerChange([])
        return LedgerChange([*changed.updates, *rows.updates], rows.sheets, rows.findings)

    updated, noted = change_ledger(what, change, in_place)
    unread = unread_contacts(what.ledger, changed, what.as_of)
    return replace(outcome, updated=updated, findings=(*outcome.findings, *unread, *noted))


def _still_known(collected: Collected, recorded: pd.DataFrame) -> pd.DataFrame:
    """Return the known reports, and of customers whose reports are corrected all that are recorded and still hold."""
    gone = collected.replaced
    if not len(gone):
        return collected.known
    own = pc.is_in(column(recorded, "customer"), column(gone, "customer"), skip_nulls=True)
    holds = pc.invert(pc.is_in(column(recorded, "source"), column(gone, "source")))
    rest = rows_where(recorded, pc.and_(own, holds))
    return stacked(collected.known, rest)


def _record(outcome: CollectOutcome, kept: Recording, recorded: pd.DataFrame) -> None:
    """Record new reports in the history, and what became of the visits of its plan."""
    new, gone = outcome.collected.reports, outcome.collected.replaced
    if kept.history is None or not kept.is_kept or not len(new):
        return
    plan = recorded_plan(kept.history)
    changed = None
    if plan is not None:
        changed = _without_place(
            _differing(plan, changed_plan(plan, recorded, new, gone, outcome.read.as_of))
        )
    options = {"sheets_back": _named(outcome.sheets), "corrects": len(gone)}
    run = kept.run(outcome.read, outcome.read.request.ledger, options)
    kept.history.record(
        replace(run, finished_at=moment(kept.zone), counts=_counts(outcome.collected)),
        visits=changed,
        reports=_without_place(new),
        replaced=_without_place(gone).drop_columns(["replaced_by"]),
    )


def _named(sheets: Sequence[SheetBack]) -> list[list[str]]:
    return [[each.path.name, each.sheet, each.sha256] for each in sheets]


def _counts(collected: Collected) -> dict[str, int]:
    return {
        "reports": len(collected.reports),
        "known": len(collected.known),
        "corrected": len(collected.replaced),
        "conflicts": len(collected.conflicts),
        "left": collected.left,
        "blank": collected.blank,
    }


def _differing(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the visits of the second plan that stand otherwise in the first; both have the same rows."""
    differs = None
    for name in ("status", "planned_on", "done_on"):
        was, now = column(before, name), column(after, name)
        same = pc.fill_null(pc.equal(was, now), False)
        same = pc.or_(same, pc.and_(pc.is_null(was), pc.is_null(now)))
        differs = pc.invert(same) if differs is None else pc.or_(differs, pc.invert(same))
    return rows_where(after, differs)


def _without_place(frame: pd.DataFrame) -> pa.Table:
    """Return visits or reports without their place in the ledger, which says nothing in another run."""
    return table_of(frame).drop_columns(["customer"])

"""Collect: read filled-in follow-up sheets, tell what they change, and record it in the history and the ledger.

What sheets say, and which reports contradict each other, is for `crmtool.visits.reporting`; where the plan comes from that
their visits are looked up in, for `crmtool.jobs.plans.sources`.
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
from crmtool.jobs.delivery import Delivery, InPlace
from crmtool.jobs.history import Recording, recorded_plan, recorded_reports, recording
from crmtool.jobs.plans.sources import known_plan
from crmtool.jobs.reading import Read, password_of, read
from crmtool.jobs.report_reading import SheetBack, read_back
from crmtool.jobs.request import Request
from crmtool.jobs.vocabulary import vocabulary
from crmtool.rules.language.common import Common
from crmtool.visits.frames import column, replaced, rows_where, stacked, table_of
from crmtool.visits.keys import customer_keys
from crmtool.visits.planning.earlier import in_ledger
from crmtool.visits.planning.replanning import with_reports
from crmtool.visits.reading.channels import channels_of
from crmtool.visits.reading.facts import owners, texts
from crmtool.visits.reporting.candidates import Customers
from crmtool.visits.reporting.matching import match
from crmtool.visits.reporting.recorded import recorded_visits
from crmtool.visits.reporting.reports import Collected
from crmtool.visits.reporting.reports import collect as sorted_out

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


@dataclass(frozen=True)
class Asked:
    """Which sheets to collect (files and folders), and the plan's workbook, where one is named."""

    places: tuple[Path, ...]
    plan: Path | None = None


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
        common = vocabulary()
        back = read_back(
            asked.places,
            request.ledger,
            as_of=what.as_of,
            channels_of=lambda names: _channels(names, common),
            header_map={**what.config.columns, **request.header_map},
            password=password_of(request),
        )
        customers = customers_of(what)
        own = recorded_visits(what.ledger, common)
        recorded = _together(own, recorded_reports(kept.history), customers)
        plan, odd = known_plan(recorded_plan(kept.history), asked.plan, what, common)
        plan = None if plan is None else in_ledger(plan, customers.keys, customers.owners)
        collected = sorted_out(match(back.filled, customers, plan, recorded), recorded, plan, what.as_of)
        outcome = CollectOutcome(
            what,
            back.sheets,
            collected,
            common,
            # What is odd about the ledger itself is for `check` to say.
            (*(f for f in what.findings if f.code == "as-of-ahead"), *odd, *collected.findings),
            kept.history.path if kept.history is not None else None,
            is_rehearsal=delivery.dry_run,
        )
        if in_place is not None:
            outcome = _with_ledger(outcome, own, in_place, has_history=kept.history is not None)
        _record(outcome, kept, recorded)
    if len(collected.reports) and not outcome.is_recorded:
        told = Finding("reports-not-recorded", params={"rows": str(len(collected.reports))})
        outcome = replace(outcome, findings=(*outcome.findings, told))
    return outcome


def customers_of(what: Read) -> Customers:
    """Return who the ledger's customers are, to find them by what a sheet says."""
    frame = what.ledger.customers.frame
    ids, names = (texts(frame, field) for field in ("customer_id", "name"))
    return Customers(customer_keys(frame), ids, names, owners(frame))


def labels_of(common: Common) -> Mapping[str, str]:
    """Return what each channel is called."""
    return {key: channel.label for key, channel in common.channels.items()}


def _channels(names: pa.Array, common: Common) -> pa.Array:
    """Return the channel that each text names: as follow-up sheets print it, else by its words."""
    printed = {common.media(key): key for key in common.channels}
    known = pa.array([printed.get(name) for name in names.to_pylist()], pa.string())
    return pc.coalesce(known, channels_of(names.cast(pa.string()), common))


def _together(own: pd.DataFrame, reports: pd.DataFrame, customers: Customers) -> pd.DataFrame:
    """Return the ledger's reports and those of the history."""
    at = pc.index_in(column(reports, "customer_key"), customers.keys)
    return stacked(own, replaced(reports, {"customer": at}))


def _with_ledger(
    outcome: CollectOutcome, own: pd.DataFrame, in_place: InPlace, *, has_history: bool
) -> CollectOutcome:
    from crmtool.jobs.into_ledger.columns import Given, LedgerChange, customer_columns
    from crmtool.jobs.into_ledger.update import change_ledger
    from crmtool.jobs.into_ledger.visits import visit_rows
    from crmtool.tables.contact_columns import contact_columns

    what, labels, collected = outcome.read, labels_of(outcome.common), outcome.collected
    columns = contact_columns(what.ledger, collected.reports, collected.known, labels, what.as_of)
    given = [Given(each.column, each.field_id, each.changes, is_own=False) for each in columns]

    def change() -> LedgerChange:
        rows = LedgerChange([]) if has_history else visit_rows(what, collected.reports, own, labels)
        changed = customer_columns(what, given) if given else LedgerChange([])
        return LedgerChange([*changed.updates, *rows.updates], rows.sheets, rows.findings)

    updated, noted = change_ledger(what, change, in_place)
    return replace(outcome, updated=updated, findings=(*outcome.findings, *noted))


def _record(outcome: CollectOutcome, kept: Recording, recorded: pd.DataFrame) -> None:
    """Record new reports in the history, and what became of the visits of its plan."""
    new = outcome.collected.reports
    if kept.history is None or not kept.is_kept or not len(new):
        return
    plan = recorded_plan(kept.history)
    changed = None
    if plan is not None:
        changed = _without_place(
            _differing(plan, with_reports(plan, stacked(recorded, new), outcome.read.as_of))
        )
    run = kept.run(outcome.read, outcome.read.request.ledger, {"sheets_back": _named(outcome.sheets)})
    kept.history.record(
        replace(run, finished_at=moment(kept.zone), counts=_counts(outcome.collected)),
        visits=changed,
        reports=_without_place(new),
    )


def _named(sheets: Sequence[SheetBack]) -> list[list[str]]:
    return [[each.path.name, each.sheet, each.sha256] for each in sheets]


def _counts(collected: Collected) -> dict[str, int]:
    return {
        "reports": len(collected.reports),
        "known": len(collected.known),
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

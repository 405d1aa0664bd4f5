"""Apply: read adjustment tables that people decided on, and write what was approved into the ledger and the history.

What a row changes, and why one does not, is told by `crmtool.review.adjusting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from crmtool.content import Look, TableColumn
from crmtool.errors import BusyError, Finding, OutputError
from crmtool.files.history import History, Run
from crmtool.jobs.adjustment_reading import TableBack, tables_back
from crmtool.jobs.clock import moment
from crmtool.jobs.delivery import Delivery, InPlace
from crmtool.jobs.history import Recording, recording
from crmtool.jobs.into_ledger.columns import Given, LedgerChange, customer_columns
from crmtool.jobs.into_ledger.update import Updated, change_ledger, refuse_early
from crmtool.jobs.reading import Read, password_of, read
from crmtool.jobs.request import Request
from crmtool.jobs.reviews.decisions import APPLY, is_recorded
from crmtool.jobs.vocabulary import vocabulary
from crmtool.ledger.standard.dictionary import standard_field
from crmtool.review.adjusting.deciding import APPLIED, Decided, decide
from crmtool.review.model import ADJUSTMENT_COLUMNS
from crmtool.rules.reviewing import adjustment_of
from crmtool.visits.frames import one_array, same_text, table_of

_LOOKS: Final[dict[str, Look]] = {"lock_tier": "short", "lock_until": "date"}


@dataclass(frozen=True)
class ApplyOutcome:
    """What stands in which tables, what came of it, and where it was written.

    `history` is the file that the decisions are recorded in, None where there is none; `is_recorded` tells whether some
    were new to it. In a rehearsal nothing was written.
    """

    read: Read
    tables: tuple[TableBack, ...]
    decided: Decided
    updated: Updated
    findings: tuple[Finding, ...]
    history: Path | None = None
    is_recorded: bool = False
    is_rehearsal: bool = False


def apply(request: Request, places: Sequence[Path], delivery: Delivery, in_place: InPlace) -> ApplyOutcome:
    """Carry out the approved rows of adjustment tables (files and folders): in the ledger, and in the history if any.

    The same tables again change nothing. Of `delivery` only rehearsal and waiting count. Raises `InputError` (ledger or
    tables cannot be used), `UsageError` (options, config, rules), `OutputError` or `BusyError` (not written; the same
    command does it later).
    """
    refuse_early(request.ledger, in_place)
    with recording(request, APPLY, delivery) as kept:
        what = read(request)
        back = tables_back(
            places,
            request.ledger,
            what.rule_set,
            as_of=what.as_of,
            header_map={**what.config.columns, **request.header_map},
            password=password_of(request),
        )
        adjustment = adjustment_of(what.rule_set, vocabulary())
        decided = decide(back.back, what.ledger.customers.frame, what.rule_set, adjustment, what.as_of)
        updated, noted = change_ledger(what, lambda: _change(what, decided), in_place)
        # What is odd about the ledger itself is for `check` to say.
        odd = (finding for finding in what.findings if finding.code == "as-of-ahead")
        findings = (*odd, *back.back.findings, *decided.findings, *noted)
        outcome = ApplyOutcome(what, back.tables, decided, updated, findings, is_rehearsal=delivery.dry_run)
        return _recorded(outcome, kept)


def _change(what: Read, decided: Decided) -> LedgerChange:
    """Return what the approved rows write; a column that nothing goes into is not made."""
    given = [
        Given(_column(name, decided.cells[name]), name, mask, is_own=False)
        for name, mask in decided.masks.items()
        if _is_written(name, mask, decided, what)
    ]
    return customer_columns(what, given) if given else LedgerChange([])


def _is_written(name: str, mask: pa.Array, decided: Decided, what: Read) -> bool:
    is_there = name in what.ledger.customers.columns
    return bool(mask.true_count) and (is_there or decided.cells[name].null_count < len(mask))


def _column(name: str, cells: pa.Array) -> TableColumn:
    return TableColumn(name, standard_field("customers", name).label, cells, _LOOKS.get(name, "text"))


def _recorded(outcome: ApplyOutcome, kept: Recording) -> ApplyOutcome:
    """Record the decisions, where some are not in the history yet."""
    if kept.history is None:
        return outcome
    rows = table_of(outcome.decided.rows)
    names = [name for name in ADJUSTMENT_COLUMNS if name != "customer"]
    made = rows.select(names).append_column("applied", rows["outcome"])
    is_new = _is_new(made, kept.history)
    if is_new and kept.is_kept:
        sheets = [[each.path.name, each.sheet, each.sha256] for each in outcome.tables]
        run = kept.run(outcome.read, outcome.read.request.ledger, {"tables": sheets})
        run = replace(run, finished_at=moment(kept.zone), counts=outcome.decided.counts)
        _record(kept.history, run, made, outcome)
    return replace(outcome, history=kept.history.path, is_recorded=is_new)


def _record(history: History, run: Run, made: pa.Table, outcome: ApplyOutcome) -> None:
    """Record the decisions; where that fails after the ledger was changed, the error says so."""
    try:
        history.record(run, adjustments=made)
    except (OutputError, BusyError) as error:
        if outcome.updated.is_current:
            raise
        changed = Finding("applied-not-recorded", file=str(outcome.read.request.ledger))
        raise type(error)(*error.findings, changed) from error


def _is_new(made: pa.Table, history: History) -> bool:
    """Tell whether something was carried out, or a decision is none of those that were recorded."""
    return bool(same_text(one_array(made["applied"]), APPLIED).true_count) or not is_recorded(made, history)

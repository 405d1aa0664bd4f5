"""Taking a workbook into the history: an exported history whole, or an earlier classification as a run of its day.

What of a workbook becomes a run is told in `rebuilding` and `classified`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from crmtool.errors import Finding, UsageError
from crmtool.files.book import Book, open_book
from crmtool.files.history import History, Run
from crmtool.files.history.whole import Whole
from crmtool.jobs.clock import moment
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.histories.book_reading import is_history_book, read_tables
from crmtool.jobs.histories.classified import Classified, classified
from crmtool.jobs.histories.opening import HistoryPlace
from crmtool.jobs.histories.rebuilding import rebuilt
from crmtool.jobs.histories.unedited import refuse_edited
from crmtool.jobs.reading import password_of
from crmtool.jobs.request import Request

Kind = Literal["history", "classification"]
_NO_ROWS: Final[Mapping[str, int]] = {}


@dataclass(frozen=True)
class TakenIn:
    """What came of an import: the runs that came in (in a rehearsal: would), and those that were there.

    `rows` are those of each table of an exported history; `classified` what an earlier classification said.
    """

    path: Path
    source: Path
    kind: Kind
    added: tuple[Run, ...]
    known: tuple[Run, ...]
    findings: tuple[Finding, ...] = ()
    rows: Mapping[str, int] = field(default_factory=lambda: _NO_ROWS)
    classified: Classified | None = None
    is_rehearsal: bool = False


def take_in(place: HistoryPlace, request: Request, delivery: Delivery) -> TakenIn:
    """Take the workbook `request.ledger` into a history; runs that are there already are left as they are.

    An exported history comes in whole. Any other workbook is an earlier ledger or classification, whose tiers become a
    classification as of its day.

    Raises `InputError` (the workbook or the history cannot be read, or says no tiers), `UsageError` (rules or the day are
    not known, options), `OutputError` or `BusyError`; the history is then as it was.
    """
    if place.path.resolve() == request.ledger.resolve():
        raise UsageError.of("history-in-the-way", file=str(place.path))
    book = open_book(request.ledger, password=password_of(request), progress=request.progress)
    if is_history_book(book):
        return _whole(place, book, delivery)
    return _classification(place, book, request, delivery)


def _whole(place: HistoryPlace, book: Book, delivery: Delivery) -> TakenIn:
    tables = read_tables(book)
    whole = rebuilt(tables, book.file)
    refuse_edited(book, tables, whole)
    rows = {"runs": len(whole.runs), **{name: len(table) for name, table in whole.tables.items()}}
    with History.open(place.path, delivery.wait_seconds, is_read_only=delivery.dry_run) as history:
        there = {run.key for run in history.runs()}
        added = tuple(run for run in whole.runs if run.key not in there)
        known = tuple(run for run in whole.runs if run.key in there)
        has_kept_plan = bool(added and len(whole.tables["visits"])) and len(history.visits()) > 0
        if added and not delivery.dry_run:
            added = history.take_over(whole).added
    told = [*_known(known), *_plan_kept(whole, has_kept_plan=has_kept_plan)]
    return TakenIn(
        *(place.path, book.path, "history", added, known, tuple(told), rows), is_rehearsal=delivery.dry_run
    )


def _classification(place: HistoryPlace, book: Book, request: Request, delivery: Delivery) -> TakenIn:
    found = classified(book, dataclasses.replace(request, history=place.path), place.config)
    with History.open(place.path, delivery.wait_seconds, is_read_only=delivery.dry_run) as history:
        there = history.run_with(found.run.key)
        added, known = ((), (there,)) if there is not None else ((found.run,), ())
        if added and not delivery.dry_run:
            run = dataclasses.replace(found.run, finished_at=moment(place.config.timezone))
            added = (history.record(run, classifications=found.rows),)
    findings = (*found.findings, *_known(known))
    return TakenIn(
        *(place.path, book.path, "classification", added, known, findings),
        classified=found,
        is_rehearsal=delivery.dry_run,
    )


def _known(runs: tuple[Run, ...]) -> list[Finding]:
    return [Finding("history-runs-known", params={"runs": str(len(runs))})] if runs else []


def _plan_kept(whole: Whole, *, has_kept_plan: bool) -> list[Finding]:
    visits = len(whole.tables["visits"])
    return [Finding("history-plan-kept", params={"visits": f"{visits:,}"})] if has_kept_plan else []

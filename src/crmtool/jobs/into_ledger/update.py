"""Writing results into the user's own ledger: a backup first, and the ledger replaced whole."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.config import Config
from crmtool.errors import BusyError, CrmtoolError, Finding
from crmtool.files.backups import back_up
from crmtool.files.locks import locked
from crmtool.files.replace import refuse_open_elsewhere, refuse_protected, replacing
from crmtool.files.xlsx import UpdateReport, check_workbook, refuse_unwritable, update
from crmtool.jobs.assess import Assessment
from crmtool.jobs.clock import stamp
from crmtool.jobs.delivery import InPlace, Written
from crmtool.jobs.into_ledger.columns import LedgerChange, SheetAsked, changed_cells
from crmtool.jobs.into_ledger.results import results
from crmtool.jobs.memory import give_back
from crmtool.jobs.reading import Read


@dataclass(frozen=True)
class Updated:
    """What was written into a ledger (or, in a rehearsal, would be).

    `asked` is what each sheet was to hold, `report` what came of it; `dropped` are older backups that made room,
    `has_backup` says whether one is kept at all.
    Nothing is written where the ledger says all of it already: `is_current`.
    """

    written: Written
    asked: Sequence[SheetAsked]
    report: UpdateReport
    backup: Path | None = None
    dropped: tuple[Path, ...] = ()
    is_current: bool = False
    has_backup: bool = True

    @cached_property
    def cells(self) -> pa.Table:
        """Return a row for each cell that changes: sheet, cell, header, before, after (strings; null: empty)."""
        return changed_cells(self.asked, self.report)

    @property
    def count(self) -> int:
        """Return how many cells change."""
        columns = (column for asked in self.asked for column in asked.update.columns)
        return sum(len(each.cells) if each.mask is None else each.mask.true_count for each in columns)

    @cached_property
    def overwritten(self) -> dict[str, int]:
        """Return how many cells change that held something before, by header."""
        found: Counter[str] = Counter()
        for asked in self.asked:
            for column, before in zip(asked.update.columns, asked.before, strict=True):
                if before is not None and column.mask is not None:
                    found[column.header] += pc.and_(pc.is_valid(before), column.mask).true_count
        return {header: count for header, count in found.items() if count}


def refuse_early(ledger: Path, in_place: InPlace) -> None:
    """Raise `OutputError` where a ledger cannot be written into, `BusyError` where a program has it open.

    One that cannot be read is told by reading; a rehearsal minds no other program.
    """
    try:
        data = ledger.read_bytes()
    except OSError:
        return
    with _told_of_the_ledger():
        refuse_protected(ledger)
        if not in_place.dry_run:
            refuse_open_elsewhere(ledger.resolve())
        refuse_unwritable(data, ledger.name)


def update_ledger(
    assessment: Assessment, findings: Sequence[Finding], in_place: InPlace
) -> tuple[Updated, tuple[Finding, ...]]:
    """Write tiers, reasons and 问题清单 into the ledger that was judged; see `change_ledger`."""
    return change_ledger(assessment.read, lambda: results(assessment, findings), in_place)


def change_ledger(
    what: Read, work_out: Callable[[], LedgerChange], in_place: InPlace
) -> tuple[Updated, tuple[Finding, ...]]:
    """Write into the ledger that was read; return what was done, and new findings.

    `work_out` tells what is to be written; it is called once nobody else can write into the ledger. Rows are those of
    the same read: a ledger that has changed since is left alone. Raises `OutputError` (it cannot be written into, or
    was not written) or `BusyError` (changed, locked, or open in a spreadsheet program); the ledger is then as it was.
    """
    path = what.request.ledger
    give_back()
    with _told_of_the_ledger(), locked(path, wait_seconds=in_place.wait_seconds):
        data = _bytes_that_were_read(what)
        change = work_out()
        made = io.BytesIO()
        report = update(
            data,
            [each.update for each in change.updates],
            made,
            sheets=change.sheets,
            created=what.as_of,
            file=path.name,
        )
        # Where no cell changes, packing alone would make other bytes of what a spreadsheet program saved.
        has_changed = report.written or report.sheets or any(report.added.values())
        new = made.getvalue() if has_changed else data
        is_current = new == data
        backup: Path | None = None
        dropped: tuple[Path, ...] = ()
        if not (in_place.dry_run or is_current):
            backup, dropped = _replace(path, data, new, report, what.config, in_place)
        digest = "" if in_place.dry_run else hashlib.sha256(new).hexdigest()
    written = Written(path, digest, report.digest if digest else "", has_replaced=True)
    noted = (*change.findings, *(finding.at(file=path.name) for finding in report.findings))
    has_backup = in_place.has_backup and what.config.backups > 0
    return Updated(written, change.updates, report, backup, dropped, is_current, has_backup), noted


def _bytes_that_were_read(what: Read) -> bytes:
    """Return what the ledger's file holds; raises `BusyError` where that is not what was read."""
    path = what.request.ledger
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise BusyError.of("ledger-changed", file=str(path)) from problem
    known = {item.sha256 for item in what.inputs if item.path == path}
    if hashlib.sha256(data).hexdigest() not in known:
        raise BusyError.of("ledger-changed", file=str(path))
    return data


@contextmanager
def _told_of_the_ledger() -> Iterator[None]:
    """Say what is wrong with a file as of a ledger: another name for the output would be no help."""
    try:
        yield
    except CrmtoolError as error:
        findings = (replace(each, code=_OF_LEDGER.get(each.code, each.code)) for each in error.findings)
        raise type(error)(*findings) from error


_OF_LEDGER = {"open-elsewhere": "ledger-open-elsewhere", "write-refused": "ledger-write-refused"}


def _replace(
    path: Path, data: bytes, made: bytes, report: UpdateReport, config: Config, in_place: InPlace
) -> tuple[Path | None, tuple[Path, ...]]:
    refuse_open_elsewhere(path.resolve())
    backup: Path | None = None
    dropped: tuple[Path, ...] = ()
    if in_place.has_backup and config.backups:
        backup, dropped = back_up(path, data, stamp(config.timezone), config.backups)
    with replacing(path, check=lambda temporary: check_workbook(temporary, report.sheet_rows)) as out:
        out.write(made)
    return backup, dropped

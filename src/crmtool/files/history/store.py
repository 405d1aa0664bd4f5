"""Knows what is recorded together and what can be asked of the history: runs and what they found out.

The columns are told in `tables`; what they mean, and how customers are told apart, is left to `crmtool.jobs`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa

from crmtool.errors import CrmtoolError, InputError
from crmtool.files.history.connection import Connection, connect, drop_if_empty, said_of, transaction
from crmtool.files.history.model import Run
from crmtool.files.history.rows import (
    add_reports,
    change_visits,
    digest_of_reports,
    read,
    read_classifications,
    read_in_order,
    read_labels,
    read_one_customer,
    replace_classifications,
    replace_in_order,
    set_aside_reports,
)
from crmtool.files.history.runs import read_runs, write_run
from crmtool.files.history.schema import bring_up, is_newest, version_of
from crmtool.files.history.tables import ADJUSTMENTS, KPIS, REPORTS, VISITS, Stored
from crmtool.files.history.whole import TakenOver, Whole, add_whole, read_whole
from crmtool.files.locks import locked
from crmtool.files.replace import refuse_protected, said_plainly

_OF_HISTORY: Final = {
    each: f"history-{each}" for each in ("write-refused", "write-failed", "missing-folder", "no-space")
}


class History:
    """The history, held against other runs while it is open; made by `open`."""

    def __init__(self, path: Path, connection: Connection, wait_seconds: float, *, is_new: bool) -> None:
        self._path = path
        self._connection = connection
        self._wait_seconds = wait_seconds
        self._is_new = is_new

    @classmethod
    @contextmanager
    def open(cls, path: Path, wait_seconds: float = 0.0, *, is_read_only: bool = False) -> Iterator[History]:
        """Open a history for as long as the block lasts; one that is not there is made by the first `record`.

        Other runs wait, or are told that it is busy; with `is_read_only` it is neither held nor changed. Raises
        `InputError` (no history, damaged, made by a newer crmtool), `OutputError` (write-protected, no such
        folder) or `BusyError` (held by another run or program).
        """
        with ExitStack() as stack:
            with _told_of_the_history(), said_plainly(path):
                if not is_read_only:
                    stack.enter_context(locked(path, wait_seconds=wait_seconds))
                    if path.exists():
                        refuse_protected(path)
                history = cls._opened(path, wait_seconds, is_read_only=is_read_only)
            # Not a fixed connection: the first recording changes it.
            stack.callback(lambda: history._connection.close())
            yield history

    @classmethod
    def _opened(cls, path: Path, wait_seconds: float, *, is_read_only: bool) -> History:
        with said_of(path, is_writing=not is_read_only):
            if not path.exists():
                return cls(path, _empty(), wait_seconds, is_new=True)
            if not path.is_file():
                raise InputError.of("history-not-one", file=str(path))
            with ExitStack() as opened:
                connection = connect(path, wait_seconds=wait_seconds, is_read_only=is_read_only)
                opened.callback(connection.close)
                version = version_of(connection, path)
                if version == 0:
                    return cls(path, _empty(), wait_seconds, is_new=True)
                if is_read_only and not is_newest(version):
                    return cls(path, _brought_up_in_memory(connection, version), wait_seconds, is_new=False)
                if not is_read_only:
                    with transaction(connection):
                        bring_up(connection, version)
                opened.pop_all()
                return cls(path, connection, wait_seconds, is_new=False)

    @property
    def path(self) -> Path:
        """Return the file, as it was given."""
        return self._path

    @property
    def is_new(self) -> bool:
        """Tell whether nothing was ever recorded in it."""
        return self._is_new

    def record(
        self,
        run: Run,
        *,
        classifications: pa.Table | None = None,
        visits: pa.Table | None = None,
        is_whole_plan: bool = False,
        reports: pa.Table | None = None,
        replaced: pa.Table | None = None,
        kpis: pa.Table | None = None,
        adjustments: pa.Table | None = None,
    ) -> Run:
        """Record a finished run and what it found out, all or nothing; return it with its id and turn.

        A run of the same key is replaced, and its classifications, KPIs and adjustments with it. `visits` come into
        the plan as it stands, in the place of those of the same id; with `is_whole_plan` all others leave it. A report
        whose content is there already is kept once, as it was. `replaced` are recorded reports in whose place `reports`
        come: they hold no more. Columns are those of `tables`; one that is missing is null.

        Raises `OutputError`, `BusyError` or `InputError`; the history is then whole, and in all likelihood as it was: where
        only the last sync of the disk failed, the run is in it all the same.
        """
        with said_of(self._path, is_writing=True), self._begun(), transaction(self._connection):
            bring_up(self._connection, version_of(self._connection, self._path))
            recorded = write_run(self._connection, run)
            if classifications is not None:
                replace_classifications(self._connection, recorded.id, classifications)
            if visits is not None:
                change_visits(self._connection, recorded.id, visits, is_whole_plan=is_whole_plan)
            if replaced is not None:
                set_aside_reports(self._connection, recorded.id, replaced)
            if reports is not None:
                add_reports(self._connection, recorded.id, reports)
            for stored, table in ((KPIS, kpis), (ADJUSTMENTS, adjustments)):
                if table is not None:
                    replace_in_order(self._connection, recorded.id, stored, table)
        return recorded

    def take_over(self, whole: Whole) -> TakenOver:
        """Put another history's contents into this one, all or nothing, and tell what came of it.

        Runs that are known by their key, and reports that are there, stay as they are; visits come in only where there
        is no plan. Raises as `record` does.
        """
        with said_of(self._path, is_writing=True), self._begun(), transaction(self._connection):
            bring_up(self._connection, version_of(self._connection, self._path))
            return add_whole(self._connection, whole)

    def whole(self) -> Whole:
        """Return all that is in the history."""
        with said_of(self._path, is_writing=False):
            return read_whole(self._connection)

    def run_with(self, key: str) -> Run | None:
        """Return the run of a key, or None."""
        with said_of(self._path, is_writing=False):
            return next(read_runs(self._connection, key), None)

    def runs(self) -> list[Run]:
        """Return all runs in the order in which they were finished last."""
        with said_of(self._path, is_writing=False):
            return list(read_runs(self._connection))

    def classifications(self, run: int) -> pa.Table:
        """Return what a run decided, a row a customer, by the customer's key; empty for a run that decided nothing."""
        with said_of(self._path, is_writing=False):
            return read_classifications(self._connection, run)

    def classifications_of(self, customer: str) -> pa.Table:
        """Return what was decided of a customer over all runs, by the runs' turns; the run's id stands ahead, as `run`.

        Rows are those whose key, id or name is `customer`.
        """
        with said_of(self._path, is_writing=False):
            return read_one_customer(self._connection, customer)

    def labels(self, run: int) -> dict[str, str]:
        """Return how a run calls the tiers that it gave, by their ids."""
        with said_of(self._path, is_writing=False):
            return read_labels(self._connection, run)

    def kpis(self, run: int) -> pa.Table:
        """Return what a run's KPIs came to, in the order in which they were recorded; empty for a run without any."""
        with said_of(self._path, is_writing=False):
            return read_in_order(self._connection, KPIS, run)

    def adjustments(self, run: int | None = None) -> pa.Table:
        """Return a run's rows of the adjustment table in its order; None: those of all runs, by the runs' turns.

        The run's id stands ahead of the columns of `tables`, as `run`.
        """
        runs = [each.id for each in self.runs()] if run is None else [run]
        with said_of(self._path, is_writing=False):
            found = [read_in_order(self._connection, ADJUSTMENTS, number) for number in runs]
        parts = [
            table.add_column(0, "run", pa.repeat(pa.scalar(number, pa.int64()), len(table)))
            for number, table in zip(runs, found, strict=True)
        ]
        kinds = pa.schema([("run", pa.int64()), *ADJUSTMENTS.columns.items()])
        return pa.concat_tables([kinds.empty_table(), *parts])

    def visits(self) -> pa.Table:
        """Return the plan as it stands, a row a visit, by visit id."""
        return self._read(VISITS, order="visit_id")

    def reports(self) -> pa.Table:
        """Return all reports that hold, in an order that does not tell when they came in."""
        return self._read(REPORTS, order="digest")

    def reports_digest(self) -> str:
        """Return a sha256 over all reports that changes with any of them, and with nothing else."""
        with said_of(self._path, is_writing=False):
            return digest_of_reports(self._connection)

    @contextmanager
    def _begun(self) -> Iterator[None]:
        """Make the file of a new history for what the block writes; none is left where that failed."""
        if not self._is_new:
            yield
            return
        stand_in = self._connection
        try:
            self._connection = connect(self._path, wait_seconds=self._wait_seconds)
            yield
            self._is_new = False
            stand_in.close()
        finally:
            if self._is_new:
                if self._connection is not stand_in:
                    self._connection.close()
                self._connection = stand_in
                drop_if_empty(self._path)

    def _read(self, stored: Stored, *, order: str) -> pa.Table:
        with said_of(self._path, is_writing=False):
            return read(self._connection, stored, order=order)


def _empty() -> Connection:
    connection = connect(None)
    bring_up(connection, 0)
    return connection


def _brought_up_in_memory(connection: Connection, version: int) -> Connection:
    copy = connect(None)
    connection.backup(copy)
    bring_up(copy, version)
    return copy


@contextmanager
def _told_of_the_history() -> Iterator[None]:
    """Say what is wrong with a file as of a history: another name for the output would be no help."""
    try:
        yield
    except CrmtoolError as error:
        findings = (
            dataclasses.replace(each, code=_OF_HISTORY.get(each.code, each.code)) for each in error.findings
        )
        raise type(error)(*findings) from error

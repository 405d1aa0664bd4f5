"""Knows whether a history's file is whole, without changing or holding it. What is in it is left to `store`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crmtool.errors import InputError
from crmtool.files.history.connection import connect, said_of
from crmtool.files.history.schema import MIGRATIONS, version_of


@dataclass(frozen=True, slots=True)
class Examined:
    """A whole history: the version of its tables, the one that this crmtool writes, and how many runs are recorded.

    `version` is 0 for a file that is empty still.
    """

    version: int
    newest: int
    runs: int


def examine(path: Path) -> Examined:
    """Read a history from end to end, as SQLite's own quick check does.

    Raises `InputError` (no history, damaged, made by a newer crmtool) or `BusyError` (held by another program).
    """
    if not path.is_file():
        raise InputError.of("history-not-one", file=str(path))
    with said_of(path, is_writing=False):
        connection = connect(path, is_read_only=True)
        try:
            version = version_of(connection, path)
            ((first, *_),) = connection.execute("PRAGMA quick_check(1)")
            if first != "ok":
                raise InputError.of("history-damaged", file=str(path), reason=first)
            runs = 0
            if version:
                ((runs,),) = connection.execute("SELECT count(*) FROM runs")
            return Examined(version, len(MIGRATIONS), int(runs))
        finally:
            connection.close()

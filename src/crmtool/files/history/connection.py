"""Knows how the history's file is opened, held in one transaction, and what SQLite says against it.

The only place of crmtool that uses SQLite. What stands in the file is left to `schema` and `store`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crmtool.errors import BusyError, CrmtoolError, InputError, OutputError

Connection = sqlite3.Connection

#: Another program holds the file for the moment of its own writing only: a second is waited for that in any case.
_LEAST_WAIT_SECONDS: Final = 1.0
_SETTINGS = (
    "trusted_schema = OFF",  # a file may come from somebody else: its views call no functions with effects
    "cell_size_check = ON",
    "temp_store = MEMORY",
    "cache_size = -65536",  # 64 MB
)
#: A rollback journal, for write-ahead logs do not work on network drives; everything is on the disk before a commit
#: returns, the journal's end included.
_SETTINGS_OF_WRITING = ("journal_mode = DELETE", "synchronous = EXTRA", "fullfsync = ON")

_CODE_MASK = 0xFF
_REFUSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH}


class Damaged(sqlite3.DatabaseError):
    """The file is whole for SQLite, and holds what crmtool never put into it."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def connect(path: Path | None, *, wait_seconds: float = 0.0, is_read_only: bool = False) -> Connection:
    """Open a file (None: a new one in memory); one that is not there is made when it is first written to."""
    wait = max(wait_seconds, _LEAST_WAIT_SECONDS)
    connection = sqlite3.connect(":memory:" if path is None else path, timeout=wait, isolation_level=None)
    try:
        # A file whose last writer was killed is first put right, which needs writing: so it is not opened for reading
        # alone, but told to take no changes.
        for setting in (*_SETTINGS, *(("query_only = ON",) if is_read_only else _SETTINGS_OF_WRITING)):
            connection.execute(f"PRAGMA {setting}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def drop_if_empty(path: Path) -> None:
    """Remove a file that nothing got written into: a history that could not be begun."""
    with contextlib.suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Hold the file against other writers, and keep all that the block writes, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # What cannot even be rolled back now is rolled back by whoever opens the file next.
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")


@contextmanager
def said_of(path: Path, *, is_writing: bool) -> Iterator[None]:
    """Turn what SQLite says into an error of crmtool's own.

    Raises `InputError` (no history, damaged), `OutputError` (no space, no permission, failed) or `BusyError`.
    """
    try:
        yield
    except sqlite3.Error as problem:
        error = _error(problem, path, is_writing=is_writing)
        if error is None:
            raise
        raise error from problem


def _error(problem: sqlite3.Error, path: Path, *, is_writing: bool) -> CrmtoolError | None:
    # Texts that are no UTF-8 are told without a code.
    code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & _CODE_MASK
    file = str(path)
    if code == sqlite3.SQLITE_NOTADB:
        return InputError.of("history-not-one", file=file)
    if code in _DAMAGED:
        return InputError.of("history-damaged", file=file, reason=problem)
    if code in _BUSY:
        return BusyError.of("history-busy", file=file)
    if code in _REFUSED:
        return OutputError.of("history-write-refused", file=file)
    if code == sqlite3.SQLITE_FULL:
        return OutputError.of("history-no-space", file=file)
    if code == sqlite3.SQLITE_IOERR:
        made = OutputError if is_writing else InputError
        return made.of(
            "history-write-failed" if is_writing else "history-unreadable", file=file, reason=problem
        )
    return None

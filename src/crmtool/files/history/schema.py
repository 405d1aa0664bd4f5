"""Knows how the history's tables are made, version by version, and how an older file is brought up.

What their columns hold is said in `tables`; connections are opened in `connection`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from crmtool.errors import InputError
from crmtool.files.history.connection import Connection
from crmtool.files.history.tables import STORED, Stored

#: `CRMT`: what the file says of itself in its header, so that it is told from other SQLite files.
APPLICATION_ID: Final = 0x43524D54

#: Statements that lead from each version to the next: the first list makes version 1 of an empty file. What was once
#: released is never edited; a change is a new list at the end.
MIGRATIONS: Final[Sequence[Sequence[str]]] = (
    (
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY, turn INTEGER NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE,
            command TEXT NOT NULL, as_of TEXT NOT NULL,
            rules_id TEXT NOT NULL, rules_version TEXT NOT NULL, rules_sha256 TEXT NOT NULL,
            tool_version TEXT NOT NULL, options TEXT NOT NULL, counts TEXT NOT NULL, notes TEXT NOT NULL,
            finished_at TEXT NOT NULL)""",
        """CREATE TABLE run_inputs (
            run INTEGER NOT NULL, position INTEGER NOT NULL,
            name TEXT NOT NULL, sha256 TEXT NOT NULL, sheet TEXT NOT NULL, rows INTEGER,
            PRIMARY KEY (run, position)) WITHOUT ROWID""",
        """CREATE TABLE run_outputs (
            run INTEGER NOT NULL, position INTEGER NOT NULL,
            path TEXT NOT NULL, sha256 TEXT NOT NULL, content_sha256 TEXT NOT NULL,
            PRIMARY KEY (run, position)) WITHOUT ROWID""",
        "CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
        """CREATE TABLE stored_classifications (
            run INTEGER NOT NULL, customer_key INTEGER NOT NULL, customer_id INTEGER, name INTEGER,
            tier INTEGER, label INTEGER, rule INTEGER, rule_origin INTEGER, origin INTEGER,
            computed_tier INTEGER, previous INTEGER, flag INTEGER, reason INTEGER,
            possible INTEGER, missing INTEGER, next_tier INTEGER, next INTEGER, tags INTEGER, score REAL,
            PRIMARY KEY (run, customer_key)) WITHOUT ROWID""",
        """CREATE TABLE stored_visits (
            run INTEGER NOT NULL, visit_id TEXT NOT NULL PRIMARY KEY,
            customer_key INTEGER, customer_id INTEGER, name INTEGER, tier INTEGER, channel INTEGER,
            label INTEGER, role INTEGER, owner INTEGER, kind INTEGER, occasion INTEGER,
            due_on INTEGER, overdue_days INTEGER, is_never_visited INTEGER,
            prepare_days INTEGER, report_days INTEGER, planned_on INTEGER, status INTEGER,
            moved_from INTEGER, done_on INTEGER, reason INTEGER, is_unpublished INTEGER) WITHOUT ROWID""",
        """CREATE TABLE stored_reports (
            run INTEGER NOT NULL, digest BLOB NOT NULL PRIMARY KEY, visit_id TEXT,
            customer_key INTEGER, customer_id INTEGER, name INTEGER, channel INTEGER, owner INTEGER,
            planned_on INTEGER, done_on INTEGER, outcome INTEGER, satisfaction REAL, recommend REAL,
            feedback TEXT, demand TEXT, demand_explored INTEGER, complaint TEXT,
            joined_services INTEGER, converted INTEGER, next_step TEXT, next_contact INTEGER,
            source INTEGER) WITHOUT ROWID""",
    ),
    # The run whose report took the place of an earlier one; NULL: the report holds.
    ("ALTER TABLE stored_reports ADD COLUMN replaced_in INTEGER",),
    (
        "ALTER TABLE stored_classifications ADD COLUMN held_tier INTEGER",
        "ALTER TABLE stored_classifications ADD COLUMN pending_since INTEGER",
        "ALTER TABLE stored_classifications ADD COLUMN pending_reviews INTEGER",
        # Texts of one column of a run's rows, in the order of these: JSON lists, deflated.
        """CREATE TABLE stored_packed (
            run INTEGER NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, texts BLOB NOT NULL,
            PRIMARY KEY (run, name, position))""",
        """CREATE TABLE stored_kpis (
            run INTEGER NOT NULL, position INTEGER NOT NULL,
            id INTEGER, tier INTEGER, label INTEGER, unit INTEGER,
            numerator REAL, denominator REAL, actual REAL, target INTEGER, goal REAL, met INTEGER,
            attainment REAL, before REAL, year_before REAL, baseline REAL, missing INTEGER,
            PRIMARY KEY (run, position)) WITHOUT ROWID""",
        """CREATE TABLE stored_adjustments (
            run INTEGER NOT NULL, position INTEGER NOT NULL, period INTEGER,
            customer_key INTEGER, customer_id INTEGER, tier INTEGER, name INTEGER, label INTEGER,
            owner INTEGER, strategy INTEGER, cycle INTEGER, kpis TEXT, grade INTEGER, cause TEXT,
            new_strategy INTEGER, adjusted_on INTEGER, remark TEXT, approver INTEGER, verdict INTEGER,
            approved_on INTEGER, lock_tier INTEGER, lock_reason INTEGER, lock_until INTEGER,
            why INTEGER, short INTEGER, applied INTEGER,
            PRIMARY KEY (run, position)) WITHOUT ROWID""",
    ),
)


def version_of(connection: Connection, path: Path) -> int:
    """Return the version of a file's tables, 0 for an empty file; raises `InputError` for what is no history of ours."""
    ((application,),) = connection.execute("PRAGMA application_id")
    ((version,),) = connection.execute("PRAGMA user_version")
    ((objects,),) = connection.execute("SELECT count(*) FROM sqlite_master")
    if (application, version, objects) == (0, 0, 0):
        return 0
    if application != APPLICATION_ID:
        raise InputError.of("history-not-one", file=str(path))
    if version > len(MIGRATIONS):
        raise InputError.of("history-newer", file=str(path), version=version, known=len(MIGRATIONS))
    return int(version)


def is_newest(version: int) -> bool:
    """Tell whether a version is the one that this crmtool writes."""
    return version == len(MIGRATIONS)


def bring_up(connection: Connection, version: int) -> None:
    """Lead a file of an earlier version (0: an empty one) to the newest; to be called inside a transaction."""
    if is_newest(version):
        return
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    for stored in STORED:
        connection.execute(f"DROP VIEW IF EXISTS {stored.name}")
        connection.execute(_view(stored))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _view(stored: Stored) -> str:
    shown = ", ".join(_shown(stored))
    return f"CREATE VIEW {stored.name} AS SELECT {shown} FROM stored_{stored.name} AS s WHERE {stored.holds}"


def _shown(stored: Stored) -> Iterator[str]:
    yield "s.run AS run"
    for name, kind in stored.cells.items():
        if name in stored.coded:
            yield f"(SELECT text FROM texts WHERE id = s.{name}) AS {name}"
        elif kind == pa.date32():
            yield f"date(s.{name} * 86400, 'unixepoch') AS {name}"
        else:
            yield f"s.{name} AS {name}"

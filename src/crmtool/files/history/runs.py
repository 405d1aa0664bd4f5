"""Knows how runs are written into the history's own tables and read from them.

What a run is stands in `model`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from crmtool.errors import Finding
from crmtool.files.history.connection import Connection, Damaged
from crmtool.files.history.model import Run, RunInput, RunOutput

_TEXTS = ("rules_id", "rules_version", "rules_sha256", "tool_version", "finished_at")
_COLUMNS = ("turn", "key", "command", "as_of", *_TEXTS, "options", "counts", "notes")


def write_run(connection: Connection, run: Run, *, turn: int | None = None) -> Run:
    """Write a run as the latest, in the place of the one of the same key; return it with its id and turn.

    `turn` is one that no other run has; None: the next.
    """
    if turn is None:
        ((turn,),) = connection.execute("SELECT coalesce(max(turn), 0) + 1 FROM runs")
    cells = (
        *(turn, run.key, run.command, run.as_of.isoformat()),
        *(getattr(run, name) for name in _TEXTS),
        *map(_json, (run.options, run.counts, [dataclasses.asdict(note) for note in run.notes])),
    )
    names, marks = ", ".join(_COLUMNS), ", ".join("?" * len(_COLUMNS))
    changes = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
    connection.execute(
        f"INSERT INTO runs ({names}) VALUES ({marks}) ON CONFLICT (key) DO UPDATE SET {changes}", cells
    )
    ((number,),) = connection.execute("SELECT id FROM runs WHERE key = ?", (run.key,))
    for table in ("run_inputs", "run_outputs"):
        connection.execute(f"DELETE FROM {table} WHERE run = ?", (number,))
    connection.executemany(
        "INSERT INTO run_inputs (run, position, name, sha256, sheet, rows) VALUES (?, ?, ?, ?, ?, ?)",
        ((number, at, each.name, each.sha256, each.sheet, each.rows) for at, each in enumerate(run.inputs)),
    )
    connection.executemany(
        "INSERT INTO run_outputs (run, position, path, sha256, content_sha256) VALUES (?, ?, ?, ?, ?)",
        ((number, at, each.path, each.sha256, each.content_sha256) for at, each in enumerate(run.outputs)),
    )
    return dataclasses.replace(run, id=number, turn=turn)


def read_runs(connection: Connection, key: str | None = None) -> Iterator[Run]:
    """Yield the runs in the order of their turns: all, or the one of a key.

    Raises `Damaged` where one cannot be understood.
    """
    sql = f"SELECT id, {', '.join(_COLUMNS)} FROM runs"
    if key is None:
        rows = connection.execute(f"{sql} ORDER BY turn").fetchall()
    else:
        rows = connection.execute(f"{sql} WHERE key = ?", (key,)).fetchall()
    for number, *cells in rows:
        try:
            yield _run(connection, number, dict(zip(_COLUMNS, cells, strict=True)))
        except (ValueError, TypeError) as problem:
            raise Damaged(f"runs: {number}") from problem


def _run(connection: Connection, number: int, cells: dict[str, Any]) -> Run:
    inputs = connection.execute(
        "SELECT name, sha256, sheet, rows FROM run_inputs WHERE run = ? ORDER BY position", (number,)
    )
    outputs = connection.execute(
        "SELECT path, sha256, content_sha256 FROM run_outputs WHERE run = ? ORDER BY position", (number,)
    )
    made = {
        "as_of": date.fromisoformat(cells["as_of"]),
        "options": json.loads(cells["options"]),
        "counts": json.loads(cells["counts"]),
        "notes": tuple(Finding(**note) for note in json.loads(cells["notes"])),
        "inputs": tuple(RunInput(*row) for row in inputs),
        "outputs": tuple(RunOutput(*row) for row in outputs),
    }
    return Run(**{**cells, **made, "id": number})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

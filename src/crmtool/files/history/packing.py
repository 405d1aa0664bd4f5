"""Knows how long texts that differ in every row are kept: deflated, many rows together.

What was judged of a customer is such a text: by itself it would take more than all else that the history keeps.
"""

from __future__ import annotations

import json
import zlib
from typing import Final

import pyarrow as pa

from crmtool.files.history.connection import Connection, Damaged
from crmtool.files.history.tables import Stored

#: Texts that are deflated together: what they share is written once.
_TOGETHER: Final = 16_384


def write_packed(connection: Connection, run: int, stored: Stored, table: pa.Table) -> None:
    """Keep the packed columns of a run's rows, in the place of those it had; a column of nulls takes nothing."""
    for name in stored.packed:
        connection.execute("DELETE FROM stored_packed WHERE run = ? AND name = ?", (run, name))
        if name not in table.column_names or table[name].null_count == len(table):
            continue
        texts = table[name].cast(pa.string())
        parts = (texts.slice(at, _TOGETHER).to_pylist() for at in range(0, len(texts), _TOGETHER))
        connection.executemany(
            "INSERT INTO stored_packed (run, name, position, texts) VALUES (?, ?, ?, ?)",
            ((run, name, at, _deflated(part)) for at, part in enumerate(parts)),
        )


def with_packed(connection: Connection, run: int, stored: Stored, table: pa.Table) -> pa.Table:
    """Return a run's rows with their packed columns, in the order of `stored.columns`.

    The rows must be in the order in which they were written. Raises `Damaged` where there are more or fewer texts than rows.
    """
    whole = {name: table[name] for name in table.column_names}
    for name in stored.packed:
        found = connection.execute(
            "SELECT texts FROM stored_packed WHERE run = ? AND name = ? ORDER BY position", (run, name)
        )
        parts = [_inflated(texts, name) for (texts,) in found]
        whole[name] = pa.chunked_array(parts, pa.string()) if parts else pa.nulls(len(table), pa.string())
        if len(whole[name]) != len(table):
            raise Damaged(f"stored_packed: {run} {name}")
    return pa.table({name: whole[name] for name in stored.columns})


def _deflated(texts: list[str | None]) -> bytes:
    return zlib.compress(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode())


def _inflated(texts: object, name: str) -> pa.Array:
    try:
        if not isinstance(texts, bytes):
            raise TypeError("no bytes")
        return pa.array(json.loads(zlib.decompress(texts)), pa.string())
    except (zlib.error, ValueError, TypeError, pa.ArrowException) as problem:
        raise Damaged(f"stored_packed: {name}") from problem

"""Knows how long texts that differ in every row are kept: deflated, many rows together, in the order of the rows' keys,
or in their own where a table has one.

Reasons and what was judged are such texts: by themselves they would take more than all else that the history keeps, and
most of the time of recording it and of reading it again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.history.connection import Connection, Damaged
from crmtool.files.history.tables import Stored

#: Texts that are deflated together: what they share is written once.
_TOGETHER: Final = 16_384
#: In which order the rows of a run stand, and their texts with them.
_KEY: Final = "customer_key"


def write_packed(connection: Connection, run: int, stored: Stored, table: pa.Table) -> None:
    """Keep the packed columns of a run's rows, which were written before; a column of nulls takes nothing."""
    if not _emptied(connection, run, stored, table):
        return
    keys = f"SELECT (SELECT text FROM texts WHERE id = {_KEY}) FROM stored_{stored.name} WHERE run = ? ORDER BY {_KEY}"
    order = pa.array([key for (key,) in connection.execute(keys, (run,))], pa.string())
    table = table.take(pc.index_in(order, table[_KEY].combine_chunks().cast(pa.string())))
    write_packed_in_order(connection, run, stored, table)


def write_packed_in_order(connection: Connection, run: int, stored: Stored, table: pa.Table) -> None:
    """Keep the packed columns of a run's rows in the order in which they stand in the table."""
    for name in _emptied(connection, run, stored, table):
        texts = table[name].cast(pa.string())
        parts = ((at, texts.slice(at, _TOGETHER).to_pylist()) for at in range(0, len(texts), _TOGETHER))
        connection.executemany(
            "INSERT INTO stored_packed (run, name, position, texts) VALUES (?, ?, ?, ?)",
            ((run, name, at, _deflated(part)) for at, part in parts),
        )


def _emptied(connection: Connection, run: int, stored: Stored, table: pa.Table) -> list[str]:
    """Take away what was kept of a run's packed columns, and return those that hold something now."""
    names = sorted(stored.packed)
    connection.executemany("DELETE FROM stored_packed WHERE run = ? AND name = ?", ((run, n) for n in names))
    return [n for n in names if n in table.column_names and table[n].null_count < len(table)]


def with_packed(
    connection: Connection,
    run: int,
    stored: Stored,
    table: pa.Table,
    where: str = "run = ?",
    parameters: Sequence[object] | None = None,
) -> pa.Table:
    """Return a run's rows with their packed columns, in the order of `stored.columns`.

    `table` holds the rows that `where` chooses, by the numbers of their keys. Raises `Damaged` where there are more or
    fewer texts than the run has rows.
    """
    asked = (run,) if parameters is None else parameters
    keys = connection.execute(
        f"SELECT {_KEY} FROM stored_{stored.name} WHERE run = ? ORDER BY {_KEY}", (run,)
    )
    all_keys = np.array([key for (key,) in keys], np.int64)
    chosen = connection.execute(
        f"SELECT {_KEY} FROM stored_{stored.name} WHERE {where} ORDER BY {_KEY}", asked
    )
    places = np.searchsorted(all_keys, np.array([key for (key,) in chosen], np.int64))
    whole = {name: table[name] for name in table.column_names}
    for name in stored.packed:
        texts = _texts(connection, run, stored, name, len(all_keys))
        whole[name] = texts.take(pa.array(places)) if texts is not None else pa.nulls(len(table), pa.string())
    return pa.table({name: whole[name] for name in stored.columns})


def with_packed_in_order(connection: Connection, run: int, stored: Stored, table: pa.Table) -> pa.Table:
    """Return all rows of a run, in their order, with their packed columns; raises as `with_packed`."""
    whole = {name: table[name] for name in table.column_names}
    for name in stored.packed:
        texts = _texts(connection, run, stored, name, len(table), "position")
        whole[name] = texts if texts is not None else pa.nulls(len(table), pa.string())
    return pa.table({name: whole[name] for name in stored.columns})


def _texts(
    connection: Connection, run: int, stored: Stored, name: str, rows: int, order: str = _KEY
) -> pa.ChunkedArray | None:
    """Return the texts of all rows of a run, None where none were kept."""
    found = connection.execute(
        "SELECT texts FROM stored_packed WHERE run = ? AND name = ? ORDER BY position", (run, name)
    )
    parts = [_inflated(texts, name) for (texts,) in found]
    if not parts and name in stored.formerly:
        cell = name if name in stored.plain else f"(SELECT text FROM texts WHERE id = {name})"
        cells = connection.execute(
            f"SELECT {cell} FROM stored_{stored.name} WHERE run = ? ORDER BY {order}", (run,)
        )
        parts = [pa.array([cell for (cell,) in cells], pa.string())]
    if parts and sum(map(len, parts)) != rows:
        raise Damaged(f"stored_packed: {run} {name}")
    return pa.chunked_array(parts, pa.string()) if parts else None


def _deflated(texts: list[str | None]) -> bytes:
    return zlib.compress(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode())


def _inflated(texts: object, name: str) -> pa.Array:
    try:
        if not isinstance(texts, bytes):
            raise TypeError("no bytes")
        return pa.array(json.loads(zlib.decompress(texts)), pa.string())
    except (zlib.error, ValueError, TypeError, pa.ArrowException) as problem:
        raise Damaged(f"stored_packed: {name}") from problem

"""Knows how tables go into SQLite in whole columns and come out again: each text once, named by its number.

Which columns there are is said in `tables`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.history.connection import Connection, Damaged
from crmtool.files.history.tables import REPORT_CONTENT, Stored

#: Rows that are Python objects at one time, on their way into SQLite or out of it.
CHUNK_ROWS: Final = 16_384
DIGEST_BYTES: Final = 16
#: Looking one text up takes as long as reading so many that follow one another.
_CLOSE: Final = 8


def stored_rows(connection: Connection, stored: Stored, table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a table as they are stored, in the order of `stored.cells`; new texts are added first.

    A column that `table` lacks is null; one that is not of the history is a mistake of the caller: ValueError.
    """
    strange = set(table.column_names) - set(stored.columns)
    if strange:
        raise ValueError(f"{stored.name} has no {', '.join(sorted(strange))}")
    whole = {
        name: table[name].cast(kind) if name in table.column_names else pa.nulls(len(table), kind)
        for name, kind in stored.cells.items()
    }
    numbers = _numbers(connection, [whole[name] for name in stored.coded])
    columns = [
        pc.index_in(cells, numbers["text"]) if name in stored.coded else _plain(cells)
        for name, cells in whole.items()
    ]
    columns = [
        numbers["id"].take(cells) if name in stored.coded else cells
        for name, cells in zip(whole, columns, strict=True)
    ]
    coded = pa.table(columns, names=list(whole))
    for at in range(0, len(coded), CHUNK_ROWS):
        part = coded.slice(at, CHUNK_ROWS)
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)


def table_from(connection: Connection, stored: Stored, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
    """Return the rows that a query gives, whose columns are `stored.cells`, in their order.

    Raises `Damaged` where a cell holds what was never put into it.
    """
    names = list(stored.cells)
    kinds = [
        pa.int64() if name in stored.coded else _stored_kind(kind) for name, kind in stored.cells.items()
    ]
    found = connection.execute(sql, parameters)
    chunks: list[list[pa.Array]] = [[] for _ in names]
    while rows := found.fetchmany(CHUNK_ROWS):
        for chunk, cells, kind in zip(chunks, zip(*rows, strict=True), kinds, strict=True):
            try:
                chunk.append(pa.array(cells, kind))
            except (pa.ArrowInvalid, pa.ArrowTypeError) as problem:
                raise Damaged(str(problem)) from problem
    columns = [pa.chunked_array(chunk, kind) for chunk, kind in zip(chunks, kinds, strict=True)]
    texts = _texts(connection, [columns[names.index(name)] for name in stored.coded])
    return pa.table(
        {
            name: texts["text"].take(pc.index_in(cells, texts["id"]))
            if name in stored.coded
            else cells.cast(kind)
            for (name, kind), cells in zip(stored.cells.items(), columns, strict=True)
        }
    )


def report_digests(table: pa.Table) -> list[bytes]:
    """Return of each report what tells it from others: 16 bytes over its content, whatever sheet it came on."""
    columns = [
        (
            _plain(table[name]).cast(pa.string()) if name in table.column_names else pa.nulls(len(table))
        ).to_pylist()
        for name in REPORT_CONTENT
    ]
    return [
        hashlib.blake2b(json.dumps(row, ensure_ascii=False).encode(), digest_size=DIGEST_BYTES).digest()
        for row in zip(*columns, strict=True)
    ]


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    if cells.type == pa.float64():
        # SQLite knows no negative zero, and a report that says it is the same report.
        return pc.add(cells, 0.0)
    return cells.cast(_stored_kind(cells.type))


def _stored_kind(kind: pa.DataType) -> pa.DataType:
    """Return how a column that is no coded text is held: days and flags as integers."""
    if kind == pa.date32():
        return pa.int32()
    return pa.int8() if kind == pa.bool_() else kind


def _distinct(columns: Sequence[pa.ChunkedArray], kind: pa.DataType) -> pa.Array:
    found = pa.chunked_array([column.unique() for column in columns], kind).unique().drop_null()
    return found.take(pc.sort_indices(found))


def _numbers(connection: Connection, columns: Sequence[pa.ChunkedArray]) -> pa.Table:
    """Return `text` and `id` of every text in these columns, having added those that are new, in their own order."""
    texts = _distinct(columns, pa.string())
    known: list[int | None] = []
    for text in texts.to_pylist():
        found = connection.execute("SELECT id FROM texts WHERE text = ?", (text,)).fetchone()
        known.append(found[0] if found else None)
    last = connection.execute("SELECT coalesce(max(id), 0) FROM texts").fetchone()[0]
    ids = []
    for number in known:
        last += number is None
        ids.append(last if number is None else number)
    new = ((i, t) for i, t, number in zip(ids, texts.to_pylist(), known, strict=True) if number is None)
    connection.executemany("INSERT INTO texts (id, text) VALUES (?, ?)", new)
    return pa.table({"text": texts, "id": pa.array(ids, pa.int64())})


def _texts(connection: Connection, columns: Sequence[pa.ChunkedArray]) -> pa.Table:
    """Return `id` and `text` of every number in these columns; raises `Damaged` for one that names no text."""
    ids = _distinct(columns, pa.int64())
    found = list(_named(connection, ids.to_pylist()))
    known = pa.array([number for number, _ in found], pa.int64())
    texts = pa.array([str(text) for _, text in found], pa.string()).take(pc.index_in(ids, known))
    if texts.null_count:
        raise Damaged(f"texts: {ids[pc.index(pc.is_null(texts), True).as_py()]}")
    return pa.table({"id": ids, "text": texts})


def _named(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, object]]:
    """Yield numbers with their texts: looked up one by one, or read in one go where they stand close together."""
    if ids and ids[-1] - ids[0] < _CLOSE * len(ids):
        yield from connection.execute(
            "SELECT id, text FROM texts WHERE id BETWEEN ? AND ?", (ids[0], ids[-1])
        )
        return
    for number in ids:
        yield from connection.execute("SELECT id, text FROM texts WHERE id = ?", (number,))

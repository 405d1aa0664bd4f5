"""Knows how all that a history holds is told at once, and put into another history whole or not at all.

What stands in each table is told in `tables`; how it looks outside of a history is left to `crmtool.jobs.histories`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.history.coding import report_digests, stored_rows
from crmtool.files.history.connection import Connection, Damaged
from crmtool.files.history.model import Run
from crmtool.files.history.rows import (
    insert,
    read,
    read_classifications,
    read_in_order,
    replace_classifications,
    replace_in_order,
)
from crmtool.files.history.runs import read_runs, write_run
from crmtool.files.history.tables import ADJUSTMENTS, CLASSIFICATIONS, KPIS, REPORTS, VISITS, Stored

#: Ahead of the columns of every table: the id of the run that a row is of.
RUN: Final = "run"
#: Of reports only: the run that put another one in the place of the row; null: the row holds.
REPLACED_IN: Final = "replaced_in"


@dataclass(frozen=True)
class Whole:
    """All that a history holds. `runs` stand in the order of their turns, each with its id, from 1 on without a gap.

    `tables` are keyed by the names of `tables.STORED`, each with the column `run` ahead; reports also have
    `replaced_in`, and those that hold no more are among them. Rows stand in an order that does not tell how they came in.
    """

    runs: tuple[Run, ...]
    tables: Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of putting another history's contents into one.

    `known` are the runs that were there already. `has_kept_plan`: there were visits in it, so those of the other stayed out.
    """

    added: tuple[Run, ...]
    known: tuple[Run, ...]
    has_kept_plan: bool = False


def kinds_of(stored: Stored) -> pa.Schema:
    """Return the columns that a table has in a `Whole`."""
    ahead = [(RUN, pa.int64()), *([(REPLACED_IN, pa.int64())] if stored is REPORTS else [])]
    return pa.schema([*ahead, *stored.columns.items()])


def read_whole(connection: Connection) -> Whole:
    """Return all that a history holds; raises `Damaged` where a row is of a run that is not there."""
    found = list(read_runs(connection))
    ids = {number: place for place, number in enumerate(sorted(run.id for run in found), start=1)}
    runs = tuple(
        dataclasses.replace(run, id=ids[run.id], turn=turn) for turn, run in enumerate(found, start=1)
    )
    decided = [(ids[run.id], read_classifications(connection, run.id)) for run in found]
    tables = {CLASSIFICATIONS.name: _of_runs(CLASSIFICATIONS, decided)}
    for stored in (KPIS, ADJUSTMENTS):
        parts = [(ids[run.id], read_in_order(connection, stored, run.id)) for run in found]
        tables[stored.name] = _of_runs(stored, parts)
    for stored, order in ((VISITS, "visit_id"), (REPORTS, "digest")):
        tables[stored.name] = _of_all(connection, stored, order, ids)
    return Whole(runs, tables)


def add_whole(connection: Connection, whole: Whole) -> TakenOver:
    """Put another history's contents into one, to be called inside a transaction.

    Runs whose key is there already are left as they are, and what they found out with them. Visits come in only where
    there is no plan, for two plans are none. A report that is there already stays as it is.
    """
    there = {run.key: run.id for run in read_runs(connection)}
    ((turns,),) = connection.execute("SELECT coalesce(max(turn), 0) FROM runs")
    ((visits,),) = connection.execute("SELECT count(*) FROM stored_visits")
    ids: dict[int, int] = {run.id: there[run.key] for run in whole.runs if run.key in there}
    new = [run for run in whole.runs if run.key not in there]
    added = {}
    for run in sorted(new, key=lambda run: run.id):
        added[run.key] = write_run(connection, run, turn=turns + run.turn)
        ids[run.id] = added[run.key].id
    for run in sorted(new, key=lambda run: run.id):
        _add_found_out(connection, whole, run, ids[run.id])
    if not visits:
        table = whole.tables[VISITS.name]
        rows = zip(_mapped(table[RUN], ids), _rows(connection, VISITS, table), strict=True)
        insert(connection, VISITS, [RUN], "", ((run, *row) for run, row in rows))
    _add_reports(connection, whole.tables[REPORTS.name], ids)
    known = tuple(run for run in whole.runs if run.key in there)
    has_kept_plan = bool(visits) and len(whole.tables[VISITS.name]) > 0 and bool(added)
    return TakenOver(tuple(added[run.key] for run in new), known, has_kept_plan)


def _add_found_out(connection: Connection, whole: Whole, run: Run, number: int) -> None:
    """Write what one run decided, reached and proposed."""
    for stored in (CLASSIFICATIONS, KPIS, ADJUSTMENTS):
        table = whole.tables[stored.name]
        rows = table.filter(pc.equal(table[RUN], run.id)).select(list(stored.columns))
        if stored is not CLASSIFICATIONS:
            replace_in_order(connection, number, stored, rows)
        elif len(rows):
            replace_classifications(connection, number, rows)


def _add_reports(connection: Connection, table: pa.Table, ids: Mapping[int, int]) -> None:
    runs, replaced = _mapped(table[RUN], ids), _mapped(table[REPLACED_IN], ids)
    rows = zip(runs, replaced, report_digests(table), _rows(connection, REPORTS, table), strict=True)
    insert(
        connection,
        REPORTS,
        [RUN, REPLACED_IN, "digest"],
        "ON CONFLICT (digest) DO NOTHING",
        ((run, after, digest, *row) for run, after, digest, row in rows),
    )


def _rows(connection: Connection, stored: Stored, table: pa.Table) -> Iterator[tuple[object, ...]]:
    return stored_rows(connection, stored, table.select(list(stored.columns)))


def _mapped(runs: pa.ChunkedArray, ids: Mapping[int, int]) -> list[int | None]:
    return [None if run is None else ids[run] for run in runs.to_pylist()]


def _of_runs(stored: Stored, parts: Sequence[tuple[int, pa.Table]]) -> pa.Table:
    """Return the rows of several runs in one table, with the run of each, by the runs' ids."""
    kinds = kinds_of(stored)
    placed = [
        table.add_column(0, RUN, pa.repeat(pa.scalar(run, pa.int64()), len(table)))
        for run, table in sorted(parts, key=lambda part: part[0])
    ]
    return pa.concat_tables([kinds.empty_table(), *placed])


def _of_all(connection: Connection, stored: Stored, order: str, ids: Mapping[int, int]) -> pa.Table:
    """Return the rows of a table that is not kept run by run, those that hold no more among them."""
    table = read(connection, dataclasses.replace(stored, holds="true"), order=order)
    kinds = kinds_of(stored)
    ahead = [name for name in kinds.names if name not in stored.columns]
    numbers = connection.execute(f"SELECT {', '.join(ahead)} FROM stored_{stored.name} ORDER BY {order}")
    cells = list(zip(*numbers.fetchall(), strict=True)) or [()] * len(ahead)
    try:
        whole = {
            name: pa.array([None if run is None else ids[run] for run in runs], pa.int64())
            for name, runs in zip(ahead, cells, strict=True)
        }
    except KeyError as problem:
        raise Damaged(f"stored_{stored.name}: run {problem}") from problem
    return pa.table({**whole, **{name: table[name] for name in stored.columns}}, schema=kinds)

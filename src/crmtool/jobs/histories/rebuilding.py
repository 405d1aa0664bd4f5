"""Making a history of the tables of an exported one, having checked that they are one.

Where the tables come from is left to `book_reading`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.files.history import Run, RunInput, RunOutput
from crmtool.files.history.whole import REPLACED_IN, RUN, Whole
from crmtool.jobs.histories.book_reading import BookTable
from crmtool.tables.history_sheets import RUNS, SHEETS

#: What rows of a table differ in; the others have no such thing.
_KEYS: Final[Mapping[str, Sequence[str]]] = {
    RUNS: ("key",),
    "classifications": (RUN, "customer_key"),
    "visits": ("visit_id",),
}
_TEXTS: Final = ("command", "rules_id", "rules_version", "rules_sha256", "tool_version", "finished_at")


def rebuilt(tables: Mapping[str, BookTable], file: str) -> Whole:
    """Return the history that an exported workbook's tables make.

    Raises `InputError` at the cell of a run that is not among the runs, of a key that is there twice or not at all, and
    of what a run's details cannot be.
    """
    runs = tables[RUNS]
    for name, keys in _KEYS.items():
        _refuse_repeated(tables[name], name, keys, file)
    _refuse_repeated(runs, RUNS, (RUN,), file)
    ids = runs.table[RUN].to_pylist()
    ranks = {number: rank for rank, number in enumerate(sorted(ids), start=1)}
    found = tuple(
        dataclasses.replace(_run(runs, row, file), id=ranks[number], turn=row + 1)
        for row, number in enumerate(ids)
    )
    rest = {name: _ranked(table, ranks, name, file) for name, table in tables.items() if name != RUNS}
    return Whole(found, rest)


def _run(runs: BookTable, row: int, file: str) -> Run:
    cells: dict[str, Any] = runs.table.slice(row, 1).to_pylist()[0]
    if not isinstance(cells["as_of"], date):
        raise _refused(runs, RUNS, row, "as_of", file)
    told: dict[str, Any] = {}
    for name, read in _DETAILS.items():
        try:
            told[name] = read(json.loads(cells[name] or ""))
        except (ValueError, TypeError, AttributeError) as problem:
            raise _refused(runs, RUNS, row, name, file) from problem
    told |= {name: cells[name] or "" for name in _TEXTS}
    return Run(**{**told, "key": cells["key"], "as_of": cells["as_of"]})


def _options(told: Any) -> dict[str, Any]:
    return dict(told.items())


def _counts(told: Any) -> dict[str, int]:
    if not all(type(count) is int for count in told.values()):
        raise TypeError("counts")
    return dict(told.items())


_DETAILS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "options": _options,
    "counts": _counts,
    "notes": lambda told: tuple(Finding(**each) for each in told),
    "inputs": lambda told: tuple(RunInput(**each) for each in told),
    "outputs": lambda told: tuple(RunOutput(**each) for each in told),
}


def _ranked(read: BookTable, ranks: Mapping[int, int], name: str, file: str) -> pa.Table:
    """Return a table with the ranks of its runs instead of their numbers."""
    table = read.table
    known, places = pa.array(list(ranks), pa.int64()), pa.array(list(ranks.values()), pa.int64())
    for column in (RUN, REPLACED_IN) if REPLACED_IN in table.column_names else (RUN,):
        ranked = places.take(pc.index_in(table[column].combine_chunks(), known))
        is_lost = pc.is_null(ranked)
        if column == REPLACED_IN:
            is_lost = pc.and_(is_lost, pc.is_valid(table[column]))
        if pc.any(is_lost).as_py():
            raise _refused(read, name, pc.index(is_lost, True).as_py(), column, file)
        table = table.set_column(table.column_names.index(column), table.schema.field(column), ranked)
    return table


def _refuse_repeated(read: BookTable, name: str, keys: Sequence[str], file: str) -> None:
    """Raise `InputError` where a key is empty, or is there twice."""
    table, last = read.table.select(list(keys)), keys[-1]
    for key in keys:
        if table[key].null_count:
            raise _refused(read, name, pc.index(pc.is_null(table[key]), True).as_py(), key, file)
    numbered = table.append_column("at", pa.array(np.arange(len(table))))
    firsts = numbered.group_by(list(keys)).aggregate([("at", "min")])["at_min"]
    if len(firsts) == len(table):
        return
    is_first = np.zeros(len(table), np.bool_)
    is_first[np.asarray(firsts)] = True
    row = int(np.flatnonzero(~is_first)[0])
    raise InputError(_finding("history-book-twice", read, name, row, last, file))


def _refused(read: BookTable, name: str, row: int, column: str, file: str) -> InputError:
    return InputError(_finding("history-book-cell", read, name, row, column, file))


def _finding(code: str, read: BookTable, name: str, row: int, column: str, file: str) -> Finding:
    (sheet,) = (each for each in SHEETS if each.table == name)
    header = next(each.header for each in sheet.columns if each.id == column)
    value = read.table[column][row].as_py()
    shown = "" if value is None else str(value)
    where, cell = read.cell_of(row, column)
    return Finding(code, file, where, cell, header, shown)

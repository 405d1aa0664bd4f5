"""Reading an exported history back: its sheets, found by name and header, as the tables that they were.

How a cell becomes a value is told in `book_cells`; whether the tables make a history, in `rebuilding`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.files.book import Book
from crmtool.files.history.tables import STORED
from crmtool.files.history.whole import kinds_of
from crmtool.jobs.histories.book_cells import Unfit, values_of
from crmtool.sheets import Peek, Sheet, cell_name
from crmtool.tables.history import RUN_COLUMNS
from crmtool.tables.history_cells import NotSpelt, read_back
from crmtool.tables.history_sheets import COVER, FORMAT, LONG_TEXTS, RUNS, SHEETS, HistoryColumn, HistorySheet

#: Rows at the top of a sheet in which its header may stand.
_SEARCHED_ROWS: Final = 40
#: What stands in a column for people that is no text.
_LOOKS: Final[Mapping[str, pa.DataType]] = {
    "date": pa.date32(),
    "count": pa.int64(),
    "percent": pa.float64(),
}


@dataclass(frozen=True)
class BookTable:
    """The rows of one table, and where each stands: `places` has `sheet` and `row` of each.

    `shown` are the columns for people that are still there, of the same rows.
    """

    table: pa.Table
    places: pa.Table
    columns: Mapping[str, int]
    shown: Mapping[str, pa.Array]

    def cell_of(self, row: int, column: str) -> tuple[str, str]:
        """Return the sheet and the cell of a value."""
        place = self.places.slice(row, 1).to_pylist()[0]
        return place["sheet"], cell_name(place["row"], self.columns[column])


def kinds() -> dict[str, pa.Schema]:
    """Return the columns of every table of the workbook, by its name."""
    pieces = pa.schema({"number": pa.int64(), "part": pa.int64(), "text": pa.string()})
    stored = {each.name: kinds_of(each) for each in STORED}
    return {RUNS: pa.schema(list(RUN_COLUMNS.items())), **stored, LONG_TEXTS: pieces}


def is_history_book(book: Book) -> bool:
    """Tell whether a workbook is an exported history."""
    return any(peek.sheet == COVER and any(FORMAT in row for row in peek.cells) for peek in book.peeks)


def read_tables(book: Book) -> dict[str, BookTable]:
    """Return all tables of an exported history; raises `InputError` with the place of what cannot be read back."""
    known = kinds()
    by_name = {sheet.table: sheet for sheet in SHEETS}
    pieces = _pieces(_table(book, by_name[LONG_TEXTS], known[LONG_TEXTS], {}))
    return {
        name: _table(book, by_name[name], kind, pieces) for name, kind in known.items() if name != LONG_TEXTS
    }


def _pieces(read: BookTable) -> dict[int, str]:
    parts: dict[int, list[tuple[int, str]]] = {}
    for row in read.table.to_pylist():
        parts.setdefault(row["number"], []).append((row["part"] or 0, row["text"] or ""))
    return {number: "".join(text for _, text in sorted(found)) for number, found in parts.items()}


def _table(book: Book, sheet: HistorySheet, kinds: pa.Schema, pieces: dict[int, str]) -> BookTable:
    parts = [_part(book, peek, sheet, kinds, pieces) for peek in _peeks(book, sheet)]
    if not parts and sheet.table != LONG_TEXTS:
        raise InputError.of("history-book-sheet", file=book.file, sheet=sheet.name)
    placed = pa.schema({"sheet": pa.string(), "row": pa.int32()})
    names = [name for name in parts[0].shown if all(name in part.shown for part in parts)] if parts else []
    return BookTable(
        pa.concat_tables([kinds.empty_table(), *(part.table for part in parts)]).combine_chunks(),
        pa.concat_tables([placed.empty_table(), *(part.places for part in parts)]),
        parts[0].columns if parts else {},
        {name: pa.concat_arrays([part.shown[name] for part in parts]) for name in names},
    )


def _peeks(book: Book, sheet: HistorySheet) -> list[Peek]:
    """Return the sheet and those that it continues on (`分级记录 (2)`), in their order."""
    name = re.compile(re.escape(sheet.name) + r"(?: \((\d+)\))?")
    found = [(name.fullmatch(peek.sheet), peek) for peek in book.peeks]
    named = [(int(match[1] or 1), peek) for match, peek in found if match is not None]
    return [peek for _, peek in sorted(named, key=lambda each: each[0])]


def _part(book: Book, peek: Peek, sheet: HistorySheet, kinds: pa.Schema, pieces: dict[int, str]) -> BookTable:
    header, columns = _header(book, peek, sheet)
    read = book.read(peek.sheet, sorted(columns.values()), header + 1)
    cells = {
        column.id: _cells(book, peek, read, column, columns[column.id], _kind_of(column, kinds), pieces)
        for column in sheet.columns
        if column.id in columns
    }
    table = pa.table({name: cells[name] for name in kinds.names}, kinds)
    is_filled = _filled(table)
    places = pa.table(
        {
            "sheet": pa.repeat(pa.scalar(peek.sheet, pa.string()), read.length),
            "row": read.row_numbers.cast(pa.int32()),
        }
    )
    shown = {name: each.filter(is_filled) for name, each in cells.items() if name not in kinds.names}
    return BookTable(table.filter(is_filled), places.filter(is_filled), columns, shown)


def _kind_of(column: HistoryColumn, kinds: pa.Schema) -> pa.DataType:
    return _LOOKS.get(column.look, pa.string()) if column.is_shown else kinds.field(column.id).type


def _cells(
    book: Book,
    peek: Peek,
    read: Sheet,
    column: HistoryColumn,
    at: int,
    kind: pa.DataType,
    pieces: dict[int, str],
) -> pa.Array:
    """Return a column as values of a kind; raises `InputError` at a cell that is none."""
    try:
        values = values_of(read.columns.get(at), kind, read.length)
        return read_back(values, pieces) if kind == pa.string() else values
    except Unfit as problem:
        row = read.row_numbers[problem.position].as_py()
        raise _refused(book, peek, column.header, cell_name(row, at), problem.value) from problem
    except NotSpelt as problem:
        place = pc.index(values, str(problem)).as_py()
        cell = cell_name(read.row_numbers[place].as_py(), at)
        raise _refused(book, peek, column.header, cell, str(problem)) from problem


def _filled(table: pa.Table) -> pa.Array:
    found = np.zeros(len(table), np.bool_)
    for column in table.columns:
        found |= np.asarray(pc.is_valid(column))
    return pa.array(found)


def _header(book: Book, peek: Peek, sheet: HistorySheet) -> tuple[int, dict[str, int]]:
    """Return the 1-based row of a sheet's header, and where its columns stand; those for people may be gone."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, row in enumerate(peek.cells[:_SEARCHED_ROWS], start=1):
        places = {cell: at for at, cell in reversed(list(enumerate(row, start=1))) if isinstance(cell, str)}
        found = {column.id: places[column.header] for column in sheet.columns if column.header in places}
        best = max(best, (number, found), key=lambda each: len(each[1]))
    missing = [column.header for column in sheet.kept if column.id not in best[1]]
    if missing:
        params = {"file": book.file, "sheet": peek.sheet, "columns": "、".join(missing)}
        raise InputError.of("history-book-columns", **params)
    return best


def _refused(book: Book, peek: Peek, header: str, cell: str, value: str) -> InputError:
    return InputError(Finding("history-book-cell", book.file, peek.sheet, cell, header, value))

"""Tells whether people have filled anything into a workbook that was handed out to them.

Which cells are theirs is told by their headers; who may replace a workbook otherwise is left to `crmtool.files.replace`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import InputError, OutputError
from crmtool.files.book import Book, open_book
from crmtool.files.replace import ensure_replaceable
from crmtool.ledger.headers.texts import normalise
from crmtool.sheets import Column, Peek, cell_name

#: Input headers that tell a sheet to fill in: one alone may be a word in a note.
_HEADERS_ENOUGH = 2


def refuse_filled_in(target: Path, inputs: Sequence[str], key: str, loose: Collection[str] = ()) -> None:
    """Raise where `target` may not be replaced because it is not ours, or because people's work stands in it.

    `inputs` are the headers of the cells that people fill in. A row without anything under the header `key` is
    wholly theirs: there the columns headed by `loose` count too. Raises `OutputError` naming the first filled cell,
    whoever saved the file, and else as `ensure_replaceable` does.
    """
    if target.is_file() and target.stat().st_size:
        try:
            place = first_filled(open_book(target), inputs, key, loose)
        except InputError:
            # No workbook, or one that cannot be read: whether there is work in it nobody can tell.
            raise OutputError.of("not-our-output", file=str(target)) from None
        if place is not None:
            raise OutputError.of("filled-in", file=str(target), sheet=place[0], cell=place[1])
    ensure_replaceable(target)


def first_filled(
    book: Book, inputs: Sequence[str], key: str, loose: Collection[str] = ()
) -> tuple[str, str] | None:
    """Return sheet and cell of the first input cell with something in it, or None where all are empty."""
    for peek in book.peeks:
        row, places = header_of(peek, [key, *inputs, *loose])
        if row is None or len(set(inputs) & set(places)) < _HEADERS_ENOUGH:
            continue
        columns = book.read(peek.sheet, sorted(places.values()), row + 1)
        is_keyless = ~_filled(columns.columns[places[key]]) if key in places else None
        for header, column in sorted(places.items(), key=lambda item: item[1]):
            filled = _filled(columns.columns[column])
            if header == key:
                continue
            if header in loose and header not in inputs:
                filled = filled & is_keyless if is_keyless is not None else np.zeros_like(filled)
            found = np.flatnonzero(filled)
            if len(found):
                return peek.sheet, cell_name(columns.row_numbers[int(found[0])].as_py(), column)
    return None


def header_of(peek: Peek, headers: Sequence[str]) -> tuple[int | None, dict[str, int]]:
    """Return the row that holds most of the headers and the column of each, 1-based; None where none holds one."""
    names = {normalise(header).full_key: header for header in headers}
    best: tuple[int | None, dict[str, int]] = (None, {})
    for row, cells in enumerate(peek.cells, start=1):
        keys = [
            (normalise(cell).full_key, at) for at, cell in enumerate(cells, start=1) if isinstance(cell, str)
        ]
        found = {names[name]: at for name, at in reversed(keys) if name in names}
        if len(found) > len(best[1]):
            best = (row, found)
    return best


def _filled(column: Column) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which cells hold anything but blanks."""
    filled = np.zeros(column.length, dtype=np.bool_)
    for cells in (column.number, column.moment, column.error):
        if cells is not None:
            filled |= np.asarray(pc.is_valid(cells))
    if column.text is not None:
        blank = pc.equal(pc.utf8_trim_whitespace(column.text), pa.scalar(""))
        filled |= np.asarray(pc.fill_null(pc.invert(blank), False))
    return filled

"""Tells whether somebody has written into the adjustment table of a workbook since crmtool wrote it, by its seal.

What a seal is made of is in `crmtool.tables.adjustment_seal`; workbooks without one are for `decided`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import InputError, OutputError
from crmtool.files.book import Book, open_book
from crmtool.jobs.filled_in import header_of
from crmtool.sheets import Column, Peek, cell_name
from crmtool.tables.adjustment import HEADERS
from crmtool.tables.adjustment_seal import broken, is_seal
from crmtool.visits.frames import one_array

_KEYS: Final = ("customer_key", "name")


def refuse_broken(target: Path) -> bool:
    """Raise where the table of `target` does not say any more what crmtool wrote, naming the cells of the first such column.

    Returns whether it has a seal at all: of a table without one nothing is known. Raises `OutputError`.
    """
    try:
        book = open_book(target)
    except InputError:
        return False
    found = _sealed(book)
    if found is None:
        return False
    peek, seal = found
    head, places = header_of(peek, list(HEADERS.values()))
    if head is None:
        return False
    sheet = book.read(peek.sheet, sorted(places.values()), head + 1)
    placed = {name: places[header] for name, header in HEADERS.items() if header in places}
    changed = broken(seal, {name: _texts(sheet.columns[place]) for name, place in placed.items()})
    if changed:
        place = placed[changed[0]]
        cells = f"{cell_name(head + 1, place)}:{cell_name(max(peek.rows, head + 1), place)}"
        raise OutputError.of("adjustments-filled-in", file=str(target), sheet=peek.sheet, cell=cells)
    return True


def _sealed(book: Book) -> tuple[Peek, str] | None:
    for peek in book.peeks:
        for row in peek.cells:
            for cell in row:
                if isinstance(cell, str) and is_seal(cell):
                    return peek, cell
    return None


def _texts(column: Column) -> pa.Array:
    """Return what stands in cells: texts, days, numbers or errors; null where they are empty."""
    parts = [column.text, column.error]
    if column.moment is not None:
        parts.append(pc.strftime(column.moment, "%Y-%m-%d"))
    if column.number is not None:
        parts.append(column.number.cast(pa.string()))
    known = [one_array(part).cast(pa.string()) for part in parts if part is not None]
    return pc.coalesce(*known) if known else pa.nulls(column.length, pa.string())

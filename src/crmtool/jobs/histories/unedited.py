"""Tells whether an exported history is as it was written: what is read back, and what is made from it for people.

How it is read is told in `book_reading`; what a sheet's digest is, in `crmtool.tables.history_digests`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError
from crmtool.files.book import Book
from crmtool.files.history.whole import Whole
from crmtool.jobs.histories.book_reading import BookTable
from crmtool.jobs.histories.exporting import told_of
from crmtool.tables.history import shown_cells
from crmtool.tables.history_digests import digest_of
from crmtool.tables.history_sheets import COVER, RUNS, SHEETS, HistorySheet

_DIGEST: Final = re.compile("[0-9a-f]{32}")
#: Shares that people read are written with fewer digits than they have.
_EQUAL: Final = 1e-9


def refuse_edited(book: Book, tables: Mapping[str, BookTable], whole: Whole) -> None:
    """Raise `InputError` where somebody edited an exported history: at the sheet, else at the cell that people see.

    `whole` is what the tables make. Sheets of a template that keeps no digests are taken as they are.
    """
    told = told_of(whole)
    rows = {RUNS: told.runs, **told.tables}
    sheets = [sheet for sheet in SHEETS if sheet.table in tables]
    digests = _digests(book)
    for sheet in sheets:
        found = tables[sheet.table].table
        if digests.get(sheet.name, "") not in ("", digest_of(found)):
            params = {"rows": f"{len(found):,}"}
            raise InputError(Finding("history-book-edited", book.file, sheet.name, params=params))
    for sheet in sheets:
        expected = shown_cells(told, sheet, rows[sheet.table])
        for name, cells in tables[sheet.table].shown.items():
            _refuse_other(book, sheet, tables[sheet.table], name, cells, expected[name])


def _refuse_other(
    book: Book, sheet: HistorySheet, read: BookTable, name: str, cells: pa.Array, expected: pa.Array
) -> None:
    """Raise at the first cell that does not say what it is made from."""
    if pa.types.is_floating(expected.type):
        is_same = pc.less_equal(pc.abs(pc.subtract(cells, expected)), _EQUAL)
    else:
        is_same = pc.equal(cells, expected)
    both_empty = pc.and_(pc.is_null(cells), pc.is_null(expected))
    is_other = pc.invert(pc.or_(pc.fill_null(is_same, False), both_empty))
    row = pc.index(is_other, True).as_py()
    if row < 0:
        return
    where, cell = read.cell_of(row, name)
    header = next(column.header for column in sheet.columns if column.id == name)
    value, was = ("" if each[row].as_py() is None else str(each[row].as_py()) for each in (cells, expected))
    raise InputError(
        Finding("history-book-shown", book.file, where, cell, header, value, {"expected": was or "-"})
    )


def _digests(book: Book) -> dict[str, str]:
    """Return the digest that the first sheet gives of each other one."""
    names = {sheet.name for sheet in SHEETS}
    rows = [row for peek in book.peeks if peek.sheet == COVER for row in peek.cells]
    texts = [[cell for cell in row if isinstance(cell, str)] for row in rows]
    return {
        row[0]: digest for row in texts for digest in row if row[0] in names and _DIGEST.fullmatch(digest)
    }

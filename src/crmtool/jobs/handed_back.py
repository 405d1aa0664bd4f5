"""Opening the workbooks that people hand back, named one by one or by their folder.

Which of their sheets are meant, and what stands in them, is left to those who read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from crmtool.errors import InputError
from crmtool.files.book import OWNER_FILE_PREFIXES, Book, open_book
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.sheets import Sheet

#: What is read out of a folder.
_ENDINGS: Final = (".xlsx", ".xlsm")
#: What is worth saying of a ledger and a matter of course in a sheet that somebody filtered and filled in.
OF_LEDGERS: Final = frozenset({"hidden-rows-read", "blank-rows-left-out", "column-without-header"})


def files_of(places: Sequence[Path]) -> list[Path]:
    """Return the files that are named, and the workbooks of folders that are, by name; each file once.

    Raises `InputError` for a folder without workbooks.
    """
    found: dict[Path, Path] = {}
    for place in places:
        if not place.is_dir():
            found.setdefault(place.resolve(), place)
            continue
        inside = [
            path
            for path in sorted(place.iterdir())
            if path.suffix.lower() in _ENDINGS
            and not path.name.startswith(OWNER_FILE_PREFIXES)
            and path.is_file()
        ]
        if not inside:
            raise InputError.of("no-sheets-in-folder", file=str(place))
        for path in inside:
            found.setdefault(path.resolve(), path)
    return list(found.values())


def opened(paths: Sequence[Path], password: str | None) -> dict[str, Book]:
    """Return the workbooks by what findings call them: their name, where it is taken already their path.

    Raises `InputError` where a file cannot be read.
    """
    books: dict[str, Book] = {}
    for path in paths:
        book = open_book(path, password=password)
        book = replace(book, file=str(path)) if book.file in books else book
        books[book.file] = book
    return books


def sheet_of(book: Book, layout: SheetLayout) -> Sheet:
    """Return the sheet of a layout, called as its workbook is."""
    return replace(book.read(layout.sheet, layout.wanted_columns, layout.first_row), file=book.file)

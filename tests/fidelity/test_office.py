"""LibreOffice opens generated workbooks in one call and shows the ledger in them."""

from __future__ import annotations

from pathlib import Path

from feature_ledger import HEADER, ROWS, SHEET
from office import Convert, values_of
from xlsxwriter_books import build, suffix

BOOKS = (
    "book-plain",
    "table-calculated",
    "option-epoch-1904",
    "option-inline-strings",
    "book-macros",
    "sparkline-line",
)


def test_libreoffice_shows_the_values_of_many_workbooks(tmp_path: Path, convert: Convert) -> None:
    paths = [tmp_path / f"{number}{suffix(name)}" for number, name in enumerate(BOOKS)]
    for path, name in zip(paths, BOOKS, strict=True):
        path.write_bytes(build(name))
    shown = [HEADER, *((code, name, amount, last.date()) for code, name, amount, last in ROWS)]
    found = values_of(paths, convert)
    assert [[tuple(row[:4]) for row in rows[:7]] for rows in found] == [shown] * len(BOOKS)
    assert values_of(paths[:1], convert, SHEET, last_row=2) == [[list(row) for row in shown[:2]]]

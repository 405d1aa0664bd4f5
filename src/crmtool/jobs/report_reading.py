"""Reading filled-in sheets: which sheets of the files that came back are meant, and what was filled into them.

What a row of them says is told by `crmtool.visits.reporting.filled`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError, UsageError
from crmtool.files.book import Book
from crmtool.jobs.handed_back import OF_LEDGERS, files_of, opened, sheet_of
from crmtool.ledger.headers.finding import find_each
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.headers.remarks import headers_seen
from crmtool.visits.reporting.filled import Filled, is_follow_up, read_filled


@dataclass(frozen=True, slots=True)
class SheetBack:
    """A sheet that came back: where it stands, the rows that were filled in, and those that are left blank."""

    path: Path
    sha256: str
    sheet: str
    header_row: int
    filled: int
    blank: int


@dataclass(frozen=True)
class SheetsBack:
    """What was filled into all sheets, and the sheets."""

    filled: Filled
    sheets: tuple[SheetBack, ...]


def read_back(
    places: Sequence[Path],
    ledger: Path,
    *,
    as_of: date,
    channels_of: Callable[[pa.Array], pa.Array],
    header_map: Mapping[str, str],
    password: str | None = None,
) -> SheetsBack:
    """Read the follow-up sheets of workbooks, and of all workbooks in folders; `channels_of` tells channels by their names.

    Raises `InputError` where a file cannot be read or none has such a sheet, `UsageError` where the ledger is one of them.
    """
    paths = files_of(places)
    if any(path.exists() and path.resolve() == ledger.resolve() for path in paths):
        raise UsageError.of("sheet-is-the-ledger", file=str(ledger))
    books = opened(paths, password)
    layouts: list[SheetLayout] = []
    findings: list[Finding] = []
    for book in books.values():
        found, told = _sheets_of(book, header_map)
        layouts += found
        findings += told
    if not layouts:
        raise InputError(*(f for f in findings if f.code == "no-follow-up-sheet"))
    sheets = [sheet_of(books[each.file], each) for each in layouts]
    filled = read_filled(layouts, sheets, as_of=as_of)
    at = filled.rows.column_names.index("channel")
    rows = filled.rows.set_column(at, "channel", channels_of(filled.rows["channel"].combine_chunks()))
    told_of = tuple(f for f in filled.findings if f.code not in OF_LEDGERS)
    filled = replace(filled, rows=rows, findings=(*findings, *told_of))
    return SheetsBack(filled, tuple(_back(books[each.file], each, filled) for each in layouts))


def _sheets_of(book: Book, header_map: Mapping[str, str]) -> tuple[list[SheetLayout], list[Finding]]:
    found = find_each(book.peeks, "visits", header_map=header_map, file=book.file)
    layouts = [layout for layout in found.sheets if is_follow_up(layout)]
    names = {layout.sheet for layout in layouts}
    told = [f for f in found.findings if f.sheet in names and f.code not in OF_LEDGERS]
    if not layouts:
        told = [Finding("no-follow-up-sheet", file=book.file, params={"seen": headers_seen(book.peeks)})]
    return layouts, [*book.findings, *told]


def _back(book: Book, layout: SheetLayout, filled: Filled) -> SheetBack:
    here = pc.and_(pc.equal(filled.rows["file"], book.file), pc.equal(filled.rows["sheet"], layout.sheet))
    rows = pc.sum(here.cast(pa.int64())).as_py() or 0
    blank = filled.blank[book.file, layout.sheet]
    return SheetBack(book.path, book.sha256, layout.sheet, layout.header_rows[-1], rows, blank)

"""Reading adjustment tables: which files and sheets are meant, and what stands in their rows.

What a cell of them says is told by `crmtool.review.adjusting.reading`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError, UsageError
from crmtool.files.book import Book
from crmtool.jobs.handed_back import OF_LEDGERS, files_of, opened, sheet_of
from crmtool.ledger.headers.finding import find_each
from crmtool.ledger.headers.layout import SheetLayout
from crmtool.ledger.headers.remarks import headers_seen
from crmtool.review.adjusting.reading import WANTED, AdjustmentsBack, is_adjustment_table, read_adjustments
from crmtool.review.model import APPROVED, REJECTED
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, same_text

#: What is a matter of course in a table that was signed, filtered and filled in.
_NOT_TOLD: Final = OF_LEDGERS | {"footer-left-out"}


@dataclass(frozen=True, slots=True)
class TableBack:
    """A table that came back: where it stands, how many rows it has, and how many were approved and rejected."""

    path: Path
    sha256: str
    sheet: str
    header_row: int
    rows: int
    approved: int
    rejected: int


@dataclass(frozen=True)
class TablesBack:
    """What stands in all tables, and the tables."""

    back: AdjustmentsBack
    tables: tuple[TableBack, ...]


def tables_back(
    places: Sequence[Path],
    ledger: Path,
    rule_set: RuleSet,
    *,
    as_of: date,
    header_map: Mapping[str, str],
    password: str | None = None,
) -> TablesBack:
    """Read the adjustment tables of workbooks, and of all workbooks in folders.

    The ledger, and workbooks of a folder without such a table, are passed over with a note. Raises `InputError` where a
    file cannot be read or none has such a table, `UsageError` where the ledger is all that there is.
    """
    paths, passed = _without_ledger(files_of(places), ledger)
    books = opened(paths, password)
    found = {name: _tables_of(book, header_map) for name, book in books.items()}
    layouts = [layout for layouts, _ in found.values() for layout in layouts]
    if not layouts:
        told = [finding for _, told in found.values() for finding in told]
        raise InputError(*(f for f in told if f.code == "no-adjustment-table"))
    sheets = [sheet_of(books[each.file], each) for each in layouts]
    back = read_adjustments(layouts, sheets, rule_set, as_of=as_of)
    named = {place.resolve() for place in places if not place.is_dir()}
    findings = [
        finding if books[name].path.resolve() in named else _passed_over(finding)
        for name, (_, told) in found.items()
        for finding in told
    ]
    told = [f for f in back.findings if f.code not in _NOT_TOLD]
    back = replace(back, findings=(*passed, *findings, *told))
    return TablesBack(back, tuple(_table_back(books[each.file], each, back.rows) for each in layouts))


def _without_ledger(paths: Sequence[Path], ledger: Path) -> tuple[list[Path], list[Finding]]:
    """Return the files but the ledger, and a note where it was among them."""
    own = ledger.resolve()
    others = [path for path in paths if path.resolve() != own]
    if len(others) == len(paths):
        return others, []
    if not others:
        raise UsageError.of("sheet-is-the-ledger", file=str(ledger))
    return others, [Finding("ledger-passed-over", file=ledger.name)]


def _passed_over(finding: Finding) -> Finding:
    is_other = finding.code == "no-adjustment-table"
    return replace(finding, code="workbook-passed-over") if is_other else finding


def _tables_of(book: Book, header_map: Mapping[str, str]) -> tuple[list[SheetLayout], list[Finding]]:
    found = find_each(book.peeks, "customers", header_map=header_map, file=book.file, wanted=WANTED)
    layouts = [layout for layout in found.sheets if is_adjustment_table(layout)]
    names = {layout.sheet for layout in layouts}
    told = [f for f in found.findings if f.sheet in names and f.code not in _NOT_TOLD]
    if not layouts:
        told = [Finding("no-adjustment-table", file=book.file, params={"seen": headers_seen(book.peeks)})]
    return layouts, [*book.findings, *told, *_without_verdicts(layouts)]


def _without_verdicts(layouts: Sequence[SheetLayout]) -> Iterator[Finding]:
    for layout in layouts:
        if layout.column_of("verdict") is None:
            yield Finding("adjustments-without-verdicts", file=layout.file, sheet=layout.sheet)


def _table_back(book: Book, layout: SheetLayout, rows: pd.DataFrame) -> TableBack:
    here = pc.and_(pc.equal(column(rows, "file"), book.file), pc.equal(column(rows, "sheet"), layout.sheet))
    verdicts = column(rows, "verdict").filter(here)
    said = (same_text(verdicts, each).true_count for each in (APPROVED, REJECTED))
    return TableBack(book.path, book.sha256, layout.sheet, layout.header_rows[-1], len(verdicts), *said)

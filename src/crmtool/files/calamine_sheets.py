"""Knows how python-calamine reads .xls, .xlsb and .ods, and those sheets of an .xlsx that the fast reader leaves to it.

Its rows and an own pass over the XML become one `Sheet`. The ways of failing are left to `crmtool.files.guard`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from crmtool.errors import Finding, InputError
from crmtool.files.columns import CHUNK_ROWS, ColumnBuilder, has_long_numbers
from crmtool.files.guard import guarded_rows, load, load_sheet, probe
from crmtool.files.limits import Package
from crmtool.files.parts import WorkbookParts
from crmtool.files.scan import Scan, long_digits, scan_sheet
from crmtool.files.source import PEEK_COLUMNS, PEEK_ROWS, Progress, Source, raw_cell, row_numbers
from crmtool.files.trim import MAX_AREA, is_sparse, trim, with_parts
from crmtool.sheets import Area, Peek, RawCell, Sheet, Visibility

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Place = tuple[int, int]

_VISIBILITY: dict[str, Visibility] = {
    "Visible": "visible",
    "Hidden": "hidden",
    "VeryHidden": "very-hidden",
}


@dataclass
class Prepared:
    """A workbook's bytes, fit for the reader, and what was seen of its sheets on the way."""

    data: bytes
    scans: dict[str, Scan] = field(default_factory=dict)
    digits: dict[str, Callable[[], dict[Place, str]]] = field(default_factory=dict)
    date_1904: bool = False
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """The sheets that could be read, in the book's order, and why the others could not."""

    sources: list[Source]
    failures: list[Finding]


def read_sheets(
    prepared: Prepared, file: str, progress: Progress | None, names: Collection[str] | None = None
) -> Read:
    """Return the worksheets of a workbook (`names`: only those); InputError where the book cannot be opened.

    Chart, macro and dialog sheets are left out.
    """
    from python_calamine import SheetTypeEnum

    book = load(prepared.data, file)
    read = Read([], [])
    worksheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    for index, sheet in enumerate(worksheets):
        if names is not None and sheet.name not in names:
            continue
        if progress is not None:
            progress("progress-reading", index, len(worksheets))
        try:
            source = _CalamineSource(
                file,
                load_sheet(book, sheet.name, file),
                _VISIBILITY[str(sheet.visible).rpartition(".")[2]],
                prepared.scans.get(sheet.name, Scan()),
                prepared.digits.get(sheet.name, dict),
                prepared.date_1904,
                progress,
            )
            source.peek  # noqa: B018 - reading the first rows may fail as well
        except InputError as problem:
            read.failures.extend(problem.findings)
            continue
        read.sources.append(source)
    return read


def prepared_xlsx(package: Package, parts: WorkbookParts, names: Collection[str]) -> Prepared:
    """Return an .xlsx whose sheets of those names are fit for the reader.

    InputError where one is too large or declares a document type, or would take the process down.
    """
    prepared = Prepared(package.data, date_1904=parts.date_1904)
    replaced: dict[str, bytes] = {}
    is_trusted = parts.is_complete
    for sheet in parts.sheets:
        if sheet.name not in names:
            continue
        scan = scan_sheet(package.chunks(sheet.part), package.file, sheet.part)
        prepared.digits[sheet.name] = lambda part=sheet.part: long_digits(package.chunks(part))  # type: ignore[misc]
        if scan.is_plain and is_sparse(scan.rows, scan.columns, scan.size):
            scan, replaced[sheet.part] = _trimmed(package, sheet.name, sheet.part, scan, prepared.findings)
        is_trusted = is_trusted and scan.is_plain
        prepared.scans[sheet.name] = scan
    if replaced:
        prepared.data = with_parts(package, replaced)
    if not is_trusted:
        probe(prepared.data, package.file)
    return prepared


def _trimmed(
    package: Package, name: str, part: str, scan: Scan, findings: list[Finding]
) -> tuple[Scan, bytes]:
    kept = trim(package.part(part))
    if kept.dropped:
        params = {"rows": str(kept.rows), "columns": str(kept.columns)}
        findings.append(
            Finding("stray-cells", package.file, name, kept.first_dropped, params=params, count=kept.dropped)
        )
    if kept.rows * kept.columns > MAX_AREA:
        raise InputError.of(
            "sheet-too-large", file=package.file, sheet=name, rows=kept.rows, columns=kept.columns
        )
    again = scan_sheet([kept.xml], package.file, part)
    again.hidden_rows = scan.hidden_rows
    return again, kept.xml


@dataclass
class _CalamineSource:
    file: str
    sheet: CalamineSheet
    visibility: Visibility
    scan: Scan
    digits: Callable[[], dict[Place, str]]
    date_1904: bool
    progress: Progress | None

    @property
    def left(self) -> int:
        """Return the 1-based column at which the reader's rows begin; they begin at row 1 always."""
        return (self.sheet.start or (0, 0))[1] + 1

    @cached_property
    def end(self) -> Place:
        """Return the last used row and column, 1-based; zero for an empty sheet."""
        row, column = self.sheet.end or (-1, -1)
        return row + 1, column + 1

    @cached_property
    def merged(self) -> tuple[Area, ...]:
        if self.scan.size:
            return tuple(self.scan.merged)
        areas = self.sheet.merged_cell_ranges or []
        return tuple(Area(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in areas)

    @cached_property
    def peek(self) -> Peek:
        head = islice(self._rows(), PEEK_ROWS)
        lead: list[RawCell] = [None] * (self.left - 1)
        cells = [[*lead, *map(raw_cell, row)][:PEEK_COLUMNS] for row in head]
        rows, columns = self.end
        return Peek(self.sheet.name, cells, rows, columns, self.visibility, self.merged)

    def read(self, columns: Sequence[int] | None, first_row: int, last_row: int) -> Sheet:
        wanted = range(1, self.end[1] + 1) if columns is None else columns
        builder = ColumnBuilder({column: column - self.left for column in wanted})
        length = max(0, last_row - first_row + 1)
        rows = islice(self._rows(), first_row - 1, max(first_row - 1, last_row))
        while chunk := list(islice(rows, CHUNK_ROWS)):
            builder.add(chunk)
            if self.progress is not None:
                self.progress("progress-reading", builder.length, length)
        builder.skip(length - builder.length)
        errors = _overlay(self.scan.errors, first_row)
        built = builder.columns(errors)
        if has_long_numbers(built.values()):
            built = builder.columns(errors, _overlay(self.digits(), first_row))
        return Sheet(
            self.file,
            self.sheet.name,
            built,
            row_numbers(first_row, length),
            frozenset(row for row in self.scan.hidden_rows if first_row <= row <= last_row),
            self.merged,
            self.date_1904,
        )

    def _rows(self) -> Iterator[Sequence[object]]:
        return guarded_rows(self.sheet, self.file) if self.sheet.height else iter(())


def _overlay(cells: dict[Place, str], first_row: int) -> dict[int, dict[int, str]]:
    overlay: dict[int, dict[int, str]] = {}
    for (row, column), value in cells.items():
        overlay.setdefault(column, {})[row - first_row] = value
    return overlay

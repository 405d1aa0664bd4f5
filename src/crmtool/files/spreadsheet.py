"""Knows how to read .xlsx, .xlsm, .xlsb, .xls and .ods: what is checked, in which order, and how the reader's rows
and an own pass over the XML become one `Sheet`.

Telling the type is left to `crmtool.files.sniff`, the ways of failing to `crmtool.files.guard`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from python_calamine import CalamineSheet, SheetTypeEnum, SheetVisibleEnum

from crmtool.errors import Finding, InputError
from crmtool.files.columns import CHUNK_ROWS, ColumnBuilder, has_long_numbers
from crmtool.files.guard import guarded_rows, load, load_sheet, probe
from crmtool.files.limits import Package
from crmtool.files.parts import workbook_parts
from crmtool.files.scan import Scan, long_digits, scan_sheet
from crmtool.files.sniff import Kind
from crmtool.files.source import PEEK_COLUMNS, PEEK_ROWS, Progress, Source, raw_cell, row_numbers
from crmtool.files.trim import MAX_AREA, is_sparse, trim, with_parts
from crmtool.sheets import Area, Peek, RawCell, Sheet, Visibility

Place = tuple[int, int]

_VISIBILITY: dict[str, Visibility] = {
    str(SheetVisibleEnum.Visible): "visible",
    str(SheetVisibleEnum.Hidden): "hidden",
    str(SheetVisibleEnum.VeryHidden): "very-hidden",
}


@dataclass
class _Prepared:
    """A workbook's bytes, fit for the reader, and what was seen of its sheets on the way."""

    data: bytes
    scans: dict[str, Scan] = field(default_factory=dict)
    digits: dict[str, Callable[[], dict[Place, str]]] = field(default_factory=dict)
    date_1904: bool = False
    findings: list[Finding] = field(default_factory=list)


def open_spreadsheet(
    data: bytes, file: str, kind: Kind, progress: Progress | None
) -> tuple[list[Source], list[Finding]]:
    """Return the readable worksheets of a workbook in its own order, and findings.

    Chart, macro and dialog sheets are left out; a sheet that cannot be read is a finding while another can.
    InputError where none can, where a limit is passed or where the reader would take this process down.
    """
    prepared = _prepare(data, file, kind)
    book = load(prepared.data, file)
    sources: list[Source] = []
    failures: list[Finding] = []
    worksheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    for index, sheet in enumerate(worksheets):
        if progress is not None:
            progress("progress-reading", index, len(worksheets))
        try:
            source = _SpreadsheetSource(
                file,
                load_sheet(book, sheet.name, file),
                _VISIBILITY[str(sheet.visible)],
                prepared.scans.get(sheet.name, Scan()),
                prepared.digits.get(sheet.name, dict),
                prepared.date_1904,
                progress,
            )
            source.peek  # noqa: B018 - reading the first rows may fail as well
        except InputError as problem:
            failures += problem.findings
            continue
        sources.append(source)
    if not sources:
        raise InputError(*failures) if failures else InputError.of("no-worksheet", file=file)
    skipped = [
        Finding(
            "unreadable-sheet",
            file=file,
            sheet=failure.sheet,
            params={"reason": failure.params.get("reason", "")},
        )
        for failure in failures
    ]
    return sources, [*prepared.findings, *skipped]


def _prepare(data: bytes, file: str, kind: Kind) -> _Prepared:
    if kind == "xls":
        probe(data, file)
        return _Prepared(data)
    package = Package(data, file)
    if kind in ("xlsb", "ods"):
        package.verify_parts()
        probe(data, file)
        return _Prepared(data)
    return _prepare_xlsx(package)


def _prepare_xlsx(package: Package) -> _Prepared:
    parts = workbook_parts(package)
    package.verify_parts(besides=frozenset(parts.sheet_parts.values()))
    prepared = _Prepared(package.data, date_1904=parts.date_1904)
    replaced: dict[str, bytes] = {}
    is_trusted = parts.is_complete
    for name, part in parts.sheet_parts.items():
        scan = scan_sheet(package.chunks(part), package.file, part)
        prepared.digits[name] = lambda part=part: long_digits(package.chunks(part))  # type: ignore[misc]
        if scan.is_plain and is_sparse(scan):
            scan, replaced[part] = _trimmed(package, name, part, scan, prepared.findings)
        is_trusted = is_trusted and scan.is_plain
        prepared.scans[name] = scan
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
class _SpreadsheetSource:
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

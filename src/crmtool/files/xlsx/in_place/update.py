"""Write columns and sheets into somebody's workbook, and leave all else in it byte for byte as it is.

Puts the modules beside it in order; it replaces no file and knows no customers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

import numpy as np

from crmtool.errors import OutputError
from crmtool.files.limits import Package
from crmtool.files.sniff import kind_of
from crmtool.files.xlsx.columns_xml import CellNotes
from crmtool.files.xlsx.in_place.asked import NewSheet, SheetUpdate, UpdateReport
from crmtool.files.xlsx.in_place.cellxml import CellWriter
from crmtool.files.xlsx.in_place.edges import Growth, edit_head, edit_tail
from crmtool.files.xlsx.in_place.formulas import Formulas, ask_for_calculation, has_formula, settle_chain
from crmtool.files.xlsx.in_place.headings import Heading, headings, merged_headings
from crmtool.files.xlsx.in_place.looks import Looks
from crmtool.files.xlsx.in_place.new_rows import RowMaker
from crmtool.files.xlsx.in_place.new_sheets import put_sheet
from crmtool.files.xlsx.in_place.placing import PlacedColumn, place
from crmtool.files.xlsx.in_place.rows import RowSplicer
from crmtool.files.xlsx.in_place.rowstream import OddSpelling, RowStream, checked, plain
from crmtool.files.xlsx.in_place.surroundings import Surroundings, surroundings
from crmtool.files.xlsx.in_place.tables import grow_filter_name, grow_tables, tables_of
from crmtool.files.xlsx.package import pack
from crmtool.files.xlsx.parts import Parts
from crmtool.files.xlsx.workbook import OutSheet, Workbook


def update(
    data: bytes,
    updates: Sequence[SheetUpdate],
    out: BinaryIO,
    *,
    sheets: Sequence[NewSheet] = (),
    created: date,
    file: str = "",
) -> UpdateReport:
    """Write columns into sheets of the workbook `data` (.xlsx or .xlsm) and the whole of it to `out`.

    Every part that need not change is copied as its raw compressed bytes. In a changed sheet other cells are
    those they were, byte for byte; what refers to the whole ledger (its table, filter, formats over
    all its columns) reaches over columns that are added. `created` becomes the date of every entry of the
    package. The same call on its own result gives the same bytes.

    Raises OutputError where the workbook is of a kind that cannot be written into (its finding says which),
    InputError where it is damaged; `out` then holds nothing that is of use.
    """
    return _Update(data, file).write(updates, sheets, out, created)


def refuse_unwritable(data: bytes, file: str = "") -> None:
    """Raise OutputError where a workbook cannot be written into, whatever is to be written."""
    _Update(data, file)


@dataclass(frozen=True)
class _Planned:
    """One sheet on its way: what is to stand where."""

    sheet: OutSheet
    columns: list[PlacedColumn]
    growth: Growth
    headings: list[Heading]

    @property
    def new_headers(self) -> dict[int, str]:
        """Return the headers of the new columns by column."""
        return {column.column: column.asked.header for column in self.columns if column.is_new}

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is to be written."""
        return not any(column.is_new or _writes(column) for column in self.columns)


class _Update:
    def __init__(self, data: bytes, file: str) -> None:
        _refuse_kind(data, file)
        self.file = file
        self.package = Package(data, file)
        self.parts = Parts(data)
        if len(self.package.entries) != len(self.parts.names()) or self.parts.has_duplicates:
            raise OutputError.of("update-refused-duplicates", file=file)
        if any("_xmlsignatures/" in name.casefold() for name in self.parts.names()):
            raise OutputError.of("update-refused-signed", file=file)
        self.workbook = Workbook(self.parts, takes_macros=True)
        self.looks = Looks(self.workbook)
        self.report = UpdateReport()
        self.has_formulas = False

    def write(
        self, updates: Sequence[SheetUpdate], sheets: Sequence[NewSheet], out: BinaryIO, created: date
    ) -> UpdateReport:
        for asked in updates:
            self._update_sheet(asked)
        for sheet in sheets:
            notes = CellNotes(sheet.name)
            put_sheet(self.workbook, sheet, self.looks, CellWriter("", self.workbook.is_1904, notes))
            self.report.sheets.append(sheet.name)
            self.report.findings += notes.found.values()
        if self.report.written and (self.has_formulas or self._has_formulas()):
            ask_for_calculation(self.workbook)
        self.report.digest = self.parts.write(out, created)
        return self.report

    def _update_sheet(self, asked: SheetUpdate) -> None:
        part = self._sheet(asked.sheet).part
        try:
            self._write_sheet(asked, lambda: checked(self.package.chunks(part), self.file, part))
        except OddSpelling:
            content = plain(self.package.part(part), part)
            self._write_sheet(asked, lambda: iter((content,)))

    def _write_sheet(self, asked: SheetUpdate, chunks: Callable[[], Iterator[bytes]]) -> None:
        """Write into a sheet; `chunks` yields its bytes anew at each call, in the spelling that can be cut."""
        planned = self._plan(asked, chunks)
        self.report.columns[asked.sheet] = {each.asked.header: each.column for each in planned.columns}
        if planned.is_idle:
            return
        sheet, notes = planned.sheet, CellNotes(asked.sheet)
        stream = RowStream(chunks(), sheet.part)
        writer = CellWriter(stream.prefix.decode(), self.workbook.is_1904, notes)
        formulas = Formulas(asked.rows, [each.column for each in planned.columns if not each.is_new])
        splicer = RowSplicer(
            stream.prefix,
            np.asarray(asked.rows),
            planned.columns,
            planned.headings,
            self.looks,
            formulas,
            writer,
        )
        rows = (
            RowMaker(splicer.patterns, asked.rows.to_pylist(), asked.model_row) if asked.model_row else None
        )
        self.parts.put_packed(sheet.part, pack(_pieces(stream, splicer, planned, rows)))
        settle_chain(self.workbook, sheet.node.attributes.get("sheetId", ""), formulas.dropped)
        if planned.growth.grows:
            grow_tables(self.workbook, sheet, planned.growth, planned.new_headers)
            grow_filter_name(self.workbook, sheet, planned.growth)
        self._tell(asked.sheet, planned, splicer)

    def _tell(self, name: str, planned: _Planned, splicer: RowSplicer) -> None:
        report = self.report
        report.written += splicer.written
        report.added[name] = list(planned.new_headers.values())
        report.sheet_rows[planned.sheet.part] = splicer.row_tags
        report.findings += [*splicer.formulas.findings(name), *splicer.writer.notes.found.values()]
        self.has_formulas = self.has_formulas or splicer.formulas.are_there

    def _plan(self, asked: SheetUpdate, chunks: Callable[[], Iterator[bytes]]) -> _Planned:
        sheet = self._sheet(asked.sheet)
        top, bottom = (
            asked.header_rows[0],
            max(asked.rows[-1].as_py() if len(asked.rows) else 0, asked.header_rows[-1]),
        )
        around = Surroundings()
        is_crowded = asked.used_columns is None or asked.used_columns > asked.last_column
        if any(each.column is None for each in asked.columns) and (is_crowded or len(asked.header_rows) > 1):
            around = surroundings(chunks(), sheet.part, asked.last_column, top, bottom)
        for _, area in tables_of(self.workbook, sheet):
            if area.right > asked.last_column and area.bottom >= top and area.top <= bottom:
                around.right |= set(range(max(area.left, asked.last_column + 1), area.right + 1))
        columns, growth = place(asked, around.right, bottom)
        return _Planned(sheet, columns, growth, headings(columns, asked, around.tail))

    def _sheet(self, name: str) -> OutSheet:
        found = next((sheet for sheet in self.workbook.sheets if sheet.name == name), None)
        if found is None or found.kind != "worksheet":
            raise OutputError.of("unknown-sheet", file=self.file, name=name)
        return found

    def _has_formulas(self) -> bool:
        if self.workbook.single("calcChain") is not None:
            return True
        return any(
            has_formula(self.package.chunks(sheet.part))
            for sheet in self.workbook.sheets
            if sheet.kind == "worksheet"
            and sheet.part in self.package
            and sheet.part not in self.report.sheet_rows
        )


def _pieces(
    stream: RowStream, splicer: RowSplicer, planned: _Planned, rows: RowMaker | None
) -> Iterator[bytes]:
    yield edit_head(stream.head, stream.prefix, planned.growth)
    yield from splicer.spliced(stream.blocks() if rows is None else rows.made(stream.blocks()))
    tail = merged_headings(stream.tail, stream.prefix, planned.headings)
    yield edit_tail(tail, stream.prefix, planned.growth)


def _writes(column: PlacedColumn) -> bool:
    mask = column.asked.mask
    return mask is None or bool(mask.true_count)


def _refuse_kind(data: bytes, file: str) -> None:
    kind = kind_of(data, file)
    if kind == "encrypted":
        raise OutputError.of("update-refused-encrypted", file=file)
    if kind not in ("xlsx", "xlsm"):
        raise OutputError.of("update-refused-kind", file=file, kind="csv" if kind == "text" else kind)

"""Decide which sheets the output has, under which names and with which rows of the tables.

Copies template sheets where that is asked for or where rows would not fit; filling them is for `filling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crmtool.content import Content, OutTable, SheetCopy
from crmtool.errors import Finding, OutputError
from crmtool.files.xlsx.columns_xml import CellNotes
from crmtool.files.xlsx.layout import SheetLayout, find_texts, lay_out, number_cells
from crmtool.files.xlsx.markers import MARKER, Words
from crmtool.files.xlsx.markup import Node
from crmtool.files.xlsx.moves import MAX_ROW
from crmtool.files.xlsx.workbook import OutSheet, Workbook, clean_sheet_name


@dataclass
class PlannedSheet:
    """A sheet on its way: its place in the workbook, what may fill it, and its layout."""

    out: OutSheet
    words: Words
    layout: SheetLayout
    notes: CellNotes
    headers: dict[tuple[int, int], str] = field(default_factory=dict)


class Plan:
    """The sheets to come from a workbook and a content; mistakes of the template are noted in `problems`."""

    def __init__(
        self, workbook: Workbook, content: Content, shared: Sequence[Node], problems: list[Finding]
    ) -> None:
        self._workbook = workbook
        self._content = content
        self._shared = shared
        self._problems = problems
        #: What the user should know of how the tables were laid out.
        self.findings: list[Finding] = []
        self._taken: dict[str, object] = {sheet.name.casefold(): None for sheet in workbook.sheets}

    def sheets(self) -> list[PlannedSheet]:
        """Return the sheets of the output in order, copied where asked and where rows would not fit."""
        asked = self._asked()
        made: list[PlannedSheet] = []
        for out in list(self._workbook.sheets):
            own = asked.get(out.name)
            copies = list(own) if own is not None else [SheetCopy(self._named(out))]
            copies = [part for each in copies for part in self._split(out, each)]
            outs = self._workbook.copy(out.name, [each.name for each in copies])
            made += [self._sheet(sheet, each) for sheet, each in zip(outs, copies, strict=True)]
        return made

    def _asked(self) -> dict[str, Sequence[SheetCopy]]:
        """Return the copies that are asked for by the name of the template's sheet.

        A sheet that the user has renamed is known by its markers, which nothing but the copies can fill; one
        that is gone altogether is not copied. Copies that have nothing of their own are known by name alone.
        """
        content = self._content
        names = {sheet.name for sheet in self._workbook.sheets}
        asked: dict[str, Sequence[SheetCopy]] = {}
        for name, copies in content.copies.items():
            if name in names:
                asked[name] = copies
            elif name not in content.omit:
                asked |= dict.fromkeys(self._renamed(name, copies), copies)
        return asked

    def _renamed(self, name: str, copies: Sequence[SheetCopy]) -> list[str]:
        own = {key for copy in copies for key in (*copy.tables, *copy.scalars)}
        own -= {*self._content.tables, *self._content.scalars}
        if not own:
            raise OutputError.of("unknown-sheet", name=name)
        return [sheet.name for sheet in self._workbook.sheets if self._has_marker(sheet, own)]

    def _has_marker(self, sheet: OutSheet, names: set[str]) -> bool:
        if sheet.kind != "worksheet":
            return False
        rows = number_cells(self._workbook.parts.tree(sheet.part))
        markers = (marker for found in find_texts(rows, self._shared) for marker in found.markers())
        return any((marker.table or marker.column) in names for marker in markers)

    def _named(self, out: OutSheet) -> str:
        if not MARKER.search(out.name):
            return out.name
        words = Words("", self._content.tables, self._content.scalars, self._problems)
        name = clean_sheet_name(words.substitute(out.name), self._taken)
        self._taken[name.casefold()] = None
        return name

    def _split(self, out: OutSheet, copy: SheetCopy) -> list[SheetCopy]:
        """Split what has more rows than a sheet holds over several copies: `name`, `name (2)` …"""
        if out.kind != "worksheet":
            return [copy]
        layout = self._layout(out, copy, [])
        if not layout.rows or layout.move.is_still:
            return [copy]
        surplus = max(layout.rows) + sum(row.written - 1 for row in layout.marker_rows) - MAX_ROW
        if surplus <= 0:
            return [copy]
        if len(layout.marker_rows) > 1:
            raise OutputError.of("too-many-rows", sheet=copy.name, limit=MAX_ROW)
        row = layout.marker_rows[0]
        room = row.written - surplus
        name = next(name for name, table in layout.words.tables.items() if table is row.table)
        parts = []
        for start in range(0, row.table.rows, room):
            title = (
                copy.name
                if not start
                else clean_sheet_name(copy.name, {copy.name.casefold(): 0, **self._taken})
            )
            self._taken[title.casefold()] = None
            tables = {**copy.tables, name: _rows_of(row.table, start, room)}
            parts.append(SheetCopy(title, tables, copy.scalars))
        self.findings.append(_continued([part.name for part in parts], row.table.rows))
        return parts

    def _layout(self, out: OutSheet, copy: SheetCopy, problems: list[Finding]) -> SheetLayout:
        tables = {**self._content.tables, **copy.tables}
        words = Words(out.source, tables, {**self._content.scalars, **copy.scalars}, problems)
        if out.kind != "worksheet":
            return SheetLayout(words)
        return lay_out(self._workbook.parts.tree(out.part), self._shared, words)

    def _sheet(self, out: OutSheet, copy: SheetCopy) -> PlannedSheet:
        layout = self._layout(out, copy, self._problems)
        return PlannedSheet(out, layout.words, layout, CellNotes(out.name))


def _continued(names: Sequence[str], rows: int) -> Finding:
    params = {"sheets": "、".join(names), "parts": str(len(names)), "rows": f"{rows:,}"}
    return Finding("continued-on-sheets", sheet=names[0], params=params)


def _rows_of(table: OutTable, start: int, count: int) -> OutTable:
    columns = [
        replace(
            column,
            cells=column.cells.slice(start, count),
            links=column.links.slice(start, count) if column.links is not None else None,
            texts=column.texts.slice(start, count) if column.texts is not None else None,
        )
        for column in table.columns
    ]
    return OutTable(table.name, columns)

"""Write the rows of a table as the XML of sheet rows, a column at a time and a chunk of rows at a time.

Knows how cells of each type are spelt; where the rows go and what refers to them is for `sheet_parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.errors import Finding
from crmtool.files.xlsx.cells import serial_offset
from crmtool.files.xlsx.cleaning import bytes_of, clean_array, escape_array, without_empty
from crmtool.files.xlsx.heights import RowFit, heights, line_counts
from crmtool.files.xlsx.layout import MarkerRow, RowCell
from crmtool.files.xlsx.markup import Node, escape_attribute, escape_text, open_tag, to_text
from crmtool.files.xlsx.references import Pieces
from crmtool.sheets import cell_name, letters

CHUNK_ROWS = 4_096
"""Rows rendered at once: memory stays the same however long the sheet is."""

Step = Callable[[int, int], None]
_Part: TypeAlias = "str | pa.Array"


@dataclass
class CellNotes:
    """Findings about cells of one sheet, one for each code and column, counted."""

    sheet: str
    found: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def note(self, code: str, header: str, cell: str, count: int) -> None:
        """Count places of a kind; the first one of a column is kept."""
        known = self.found.get((code, header))
        if known is None:
            self.found[code, header] = Finding(code, sheet=self.sheet, cell=cell, column=header, count=count)
        else:
            first = Finding(code, sheet=self.sheet, cell=known.cell, column=header, count=known.count + count)
            self.found[code, header] = first


@dataclass(frozen=True, slots=True)
class RowWriter:
    """What all rows of one marker row have in common.

    `first` is the sheet row of the first one. `formulas` are the moved formulas of the row's own formula
    cells, by column. `prefix` is the XML prefix of the sheet's elements, with its colon. `fit` says how the
    rows become as high as their wrapped texts, where some are.
    """

    row: MarkerRow
    first: int
    formulas: dict[int, Pieces]
    is_1904: bool
    notes: CellNotes
    prefix: str = ""
    step: Step | None = None
    fit: RowFit | None = None

    def pieces(self) -> Iterator[bytes]:
        """Yield the rows' XML in chunks; a table without rows gives one empty row."""
        total = self.row.table.rows
        if not total:
            yield self._empty_row().encode("utf-8")
        for start in range(0, total, CHUNK_ROWS):
            stop = min(start + CHUNK_ROWS, total)
            yield self._chunk(start, stop)
            if self.step is not None:
                self.step(stop, total)

    def _row_tag(self, *dropped: str) -> tuple[str, str]:
        node = self.row.node
        kept = {k: v for k, v in node.attributes.items() if k not in ("r", "spans", *dropped)}
        tag = open_tag(Node(node.name, kept)).removeprefix(f"<{node.name}")
        return f'<{node.name} r="', f'"{tag}'

    def _opening(self, numbers: pa.Array, start: int, stop: int) -> list[_Part]:
        """Return the start tags of rows, with heights that fit their wrapped texts."""
        points = None
        if self.fit is not None:
            lines = [
                line_counts(self._shown_text(cell.value, start, stop), cell.units) for cell in self.fit.cells
            ]
            points = heights(lines, self.fit)
        if points is None:
            head, tail = self._row_tag()
            return [head, numbers, tail]
        head, tail = self._row_tag("ht")
        return [head, numbers, '" ht="', points.cast(pa.string()), tail]

    def _shown_text(self, value: TableColumn | list[str | TableColumn], start: int, stop: int) -> pa.Array:
        """Return the texts that a cell shows; null where it shows a number, which is never broken."""
        if not isinstance(value, TableColumn):
            return self._joined_text(value, start, stop)
        if value.texts is not None:
            return value.texts.slice(start, stop - start)
        cells = slice_of(value, start, stop)
        return cells if pa.types.is_string(cells.type) else pa.nulls(len(cells), pa.string())

    def _empty_row(self) -> str:
        head, tail = self._row_tag()
        cells = [
            f'<{self.prefix}c r="{cell_name(self.first, cell.column)}"{_style(cell.style)}/>'
            for cell in self.row.cells
        ]
        return f"{head}{self.first}{tail}{''.join(cells)}</{self.row.node.name}>"

    def _chunk(self, start: int, stop: int) -> bytes:
        numbers = row_numbers(self.first + start, self.first + stop)
        parts = self._opening(numbers, start, stop)
        for cell in self.row.cells:
            parts += self._cell(cell, numbers, start, stop)
        parts.append(f"</{self.row.node.name}>")
        return bytes_of(join(parts, stop - start))

    def _cell(self, cell: RowCell, numbers: pa.Array, start: int, stop: int) -> list[_Part]:
        opening: list[_Part] = [f'<{self.prefix}c r="{letters(cell.column)}', numbers]
        style = f'"{_style(cell.style)}'
        if cell.value is None:
            return [*opening, style, *self._own(cell, numbers, start, stop)]
        if isinstance(cell.value, TableColumn):
            column = cell.value
            values = slice_of(column, start, stop)
            header = column.header
        else:
            values = self._joined_text(cell.value, start, stop)
            header = ""
        kind, body = self._body(values, cell.column, header, self.first + start)
        texts = cell.value.texts if isinstance(cell.value, TableColumn) else None
        if texts is None and not body.null_count:
            return [*opening, *self._around(kind, body, style)]
        filled = join(self._around(kind, body, style), stop - start)
        if texts is None:
            return [*opening, pc.fill_null(filled, f"{style}/>")]
        part = texts.slice(start, stop - start)
        told = self._around(*self._text_body(part, cell.column, header, self.first + start), style)
        return [*opening, pc.coalesce(join(told, stop - start), filled, f"{style}/>")]

    def _around(self, kind: str, body: pa.Array, style: str) -> list[_Part]:
        """Return a cell from its style on, with what stands inside it."""
        head, tail = _inner(kind, self.prefix, style)
        return [head, body, f"{tail}</{self.prefix}c>"]

    def _own(self, cell: RowCell, numbers: pa.Array, start: int, stop: int) -> list[_Part]:
        """Return the rest of a cell that holds no marker: a formula filled down, or what stands there."""
        formula = self.formulas.get(cell.column)
        if formula is None:
            kind = cell.node.attributes.get("t")
            kind_text = f' t="{escape_attribute(kind)}"' if kind else ""
            if not cell.node.children:
                return ["/>"]
            inside = "".join(_plain_xml(child) for child in cell.node.children)
            return [f"{kind_text}>{inside}</{cell.node.name}>"]
        node = next(child for child in cell.node.nodes if child.local == "f")
        array = f' t="array" ref="{letters(cell.column)}' if node.attributes.get("t") == "array" else ""
        parts: list[_Part] = [f"><{self.prefix}f{array}"]
        if array:
            parts += [numbers, '"']
        parts.append(">")
        parts += [
            escape_text(piece)
            if isinstance(piece, str)
            else row_numbers(self.first + start + piece, self.first + stop + piece)
            for piece in formula
        ]
        return [*parts, f"</{self.prefix}f></{cell.node.name}>"]

    def _joined_text(self, pieces: Sequence[str | TableColumn], start: int, stop: int) -> pa.Array:
        texts: list[_Part] = [""]
        for piece in pieces:
            if isinstance(piece, str):
                texts.append(piece)
            else:
                values = _as_text(slice_of(piece, start, stop))
                if piece.texts is not None:
                    values = pc.coalesce(piece.texts.slice(start, stop - start), values)
                texts.append(pc.fill_null(values, ""))
        return join(texts, stop - start)

    def _body(self, values: pa.Array, column: int, header: str, first: int) -> tuple[str, pa.Array]:
        """Return what kind of cell the values make, and what stands inside it."""
        if pa.types.is_boolean(values.type):
            return "b", pc.if_else(values, "1", "0")
        if pa.types.is_integer(values.type):
            return "n", values.cast(pa.string())
        if pa.types.is_floating(values.type):
            finite = pc.if_else(pc.is_finite(values), values, None)
            return "n", finite.cast(pa.string())
        if pa.types.is_date(values.type):
            return self._date_body(values, column, header, first)
        return self._text_body(_as_text(values), column, header, first)

    def _date_body(self, values: pa.Array, column: int, header: str, first: int) -> tuple[str, pa.Array]:
        serials = pc.add(values.cast(pa.date32()).cast(pa.int32()), serial_offset(self.is_1904))
        if not self.is_1904:
            serials = pc.subtract(serials, pc.less_equal(serials, 60).cast(pa.int32()))
        before = pc.less(serials, 0 if self.is_1904 else 1)
        early = pc.indices_nonzero(before)
        if len(early):
            cell = cell_name(first + early[0].as_py(), column)
            self.notes.note("date-before-calendar", header, cell, len(early))
            serials = pc.if_else(before, None, serials)
        return "n", serials.cast(pa.string())

    def _text_body(self, texts: pa.Array, column: int, header: str, first: int) -> tuple[str, pa.Array]:
        clean = clean_array(texts)
        for code, places in (("text-cleaned", clean.cleaned), ("text-truncated", clean.truncated)):
            if places:
                self.notes.note(code, header, cell_name(first + places[0], column), len(places))
        escaped, has_space = escape_array(without_empty(clean.texts))
        return "s " if has_space else "s", escaped


def _inner(kind: str, prefix: str, style: str) -> tuple[str, str]:
    if kind == "n":
        return f"{style}><{prefix}v>", f"</{prefix}v>"
    if kind == "b":
        return f'{style} t="b"><{prefix}v>', f"</{prefix}v>"
    space = ' xml:space="preserve"' if kind == "s " else ""
    return f'{style} t="inlineStr"><{prefix}is><{prefix}t{space}>', f"</{prefix}t></{prefix}is>"


def _style(style: str | None) -> str:
    return "" if style is None else f' s="{style}"'


def _plain_xml(child: Node | str) -> str:
    return to_text(child) if isinstance(child, Node) else escape_text(child)


def _as_text(values: pa.Array) -> pa.Array:
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def slice_of(column: TableColumn, start: int, stop: int) -> pa.Array:
    """Return some cells of a column as one array."""
    part = column.cells.slice(start, stop - start)
    if isinstance(part, pa.ChunkedArray):
        part = part.combine_chunks()
    return part.dictionary_decode() if pa.types.is_dictionary(part.type) else part


def row_numbers(start: int, stop: int) -> pa.Array:
    """Return the numbers start … stop − 1 as texts."""
    return pa.array(range(start, stop), pa.int32()).cast(pa.string())


def join(parts: Sequence[_Part], length: int) -> pa.Array:
    """Join texts and arrays of texts row by row; a null anywhere makes the row null."""
    merged: list[_Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return pa.array(["".join(str(part) for part in merged)] * length, pa.string())
    return pc.binary_join_element_wise(*merged, "")

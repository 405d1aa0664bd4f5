"""Write the rows of a table as the XML of sheet rows, a chunk of rows at a time.

Knows what stands in which order in a row; how the cells of a column are spelt is for `columns_xml`, where the rows
go and what refers to them for `sheet_parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.files.coded import Coded, coded, join_rows, longest, rows_at_once
from crmtool.files.xlsx.columns_xml import CellForm, CellNotes, cell_ends
from crmtool.files.xlsx.heights import RowFit, heights, line_counts
from crmtool.files.xlsx.layout import MarkerRow, RowCell
from crmtool.files.xlsx.markup import Node, escape_attribute, escape_text, open_tag, to_text
from crmtool.files.xlsx.references import Pieces
from crmtool.sheets import cell_name, letters

_ESCAPED_BYTES = 6
"""Most bytes that escaping makes of one."""

_CELL_BYTES = 160
"""Most bytes of a cell's own XML, beside its content."""

Step = Callable[[int, int], None]
_Part: TypeAlias = "str | pa.Array"
_RowPart: TypeAlias = "str | Coded"


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

    def pieces(self) -> Iterator[bytes | memoryview]:
        """Yield the rows' XML in chunks; a table without rows gives one empty row."""
        total = self.row.table.rows
        if not total:
            yield self._empty_row().encode("utf-8")
            return
        varied: set[int] = set()
        rows = self._rows_at_once()
        for start in range(0, total, rows):
            stop = min(start + rows, total)
            yield from _Chunk(self, start, stop, varied).xml()
            if self.step is not None:
                self.step(stop, total)

    def _rows_at_once(self) -> int:
        """Return how many rows are rendered at once, from the longest text of each column."""
        row_bytes = 0
        for cell in self.row.cells:
            pieces = cell.value if isinstance(cell.value, list) else [cell.value]
            row_bytes += _CELL_BYTES + sum(len(child.text) for child in cell.node.nodes)
            row_bytes += _ESCAPED_BYTES * sum(_bytes_of(piece) for piece in pieces)
        return rows_at_once(row_bytes)

    def row_tag(self, *dropped: str) -> tuple[str, str]:
        node = self.row.node
        kept = {k: v for k, v in node.attributes.items() if k not in ("r", "spans", *dropped)}
        tag = open_tag(Node(node.name, kept)).removeprefix(f"<{node.name}")
        return f'<{node.name} r="', f'"{tag}'

    def _empty_row(self) -> str:
        head, tail = self.row_tag()
        cells = [
            f'<{self.prefix}c r="{cell_name(self.first, cell.column)}"{_style(cell.style)}/>'
            for cell in self.row.cells
        ]
        return f"{head}{self.first}{tail}{''.join(cells)}</{self.row.node.name}>"


class _Chunk:
    """Some rows of a table on their way to XML.

    `varied` are the columns in which hardly a value repeats, as far as the chunks before this one have shown.
    """

    def __init__(self, writer: RowWriter, start: int, stop: int, varied: set[int]) -> None:
        self._writer = writer
        self._start, self._stop = start, stop
        self._varied = varied
        self._rows = np.arange(writer.first + start, writer.first + stop)
        self._numbers = Coded(row_numbers(writer.first + start, writer.first + stop), np.arange(stop - start))
        self._shown: dict[int, tuple[Coded, Coded | None]] = {}

    def xml(self) -> Iterator[memoryview]:
        """Return the XML of all rows, in order."""
        cells = self._writer.row.cells
        end = f"</{self._writer.row.node.name}>"
        openings = [f'<{self._writer.prefix}c r="{letters(cell.column)}' for cell in cells]
        parts: list[_RowPart] = [*self._row_opening(openings[0] if cells else end)]
        for cell, after in zip(cells, [*openings[1:], end], strict=True):
            parts += [self._numbers, *self._cell(cell, after)]
        return join_rows(parts, self._stop - self._start)

    def _row_opening(self, after: str) -> list[_RowPart]:
        """Return the start tags of rows, with heights that fit their wrapped texts."""
        fit = self._writer.fit
        points = None
        if fit is not None:
            shown = [self._shown_texts(cell.value) for cell in fit.cells]
            lines = [
                line_counts(texts.values, cell.units)[texts.which]
                for texts, cell in zip(shown, fit.cells, strict=True)
            ]
            points = heights(lines, fit)
        if points is None:
            head, tail = self._writer.row_tag()
            return [head, self._numbers, tail + after]
        head, tail = self._writer.row_tag("ht")
        different = coded(pa.array(points))
        texts = pc.binary_join_element_wise('" ht="', different.values.cast(pa.string()), tail + after, "")
        return [head, self._numbers, Coded(texts, different.which)]

    def _shown_texts(self, value: TableColumn | list[str | TableColumn]) -> Coded:
        """Return the texts that a cell shows; null where it shows a number, which is never broken."""
        values, texts = self._values(value)
        if texts is not None:
            return texts
        if pa.types.is_string(values.values.type):
            return values
        return Coded(pa.nulls(len(values.values), pa.string()), values.which)

    def _values(self, value: TableColumn | list[str | TableColumn]) -> tuple[Coded, Coded | None]:
        """Return the values of a cell and the texts that stand instead of some, each distinct one once."""
        key = id(value)
        if key not in self._shown:
            texts = None
            if isinstance(value, TableColumn):
                cells = slice_of(value, self._start, self._stop)
                if value.texts is not None:
                    texts = coded(value.texts.slice(self._start, self._stop - self._start))
            else:
                cells = self._joined_text(value)
            values = coded(cells, is_varied=key in self._varied)
            if values.is_varied:
                self._varied.add(key)
            self._shown[key] = (values, texts)
        return self._shown[key]

    def _cell(self, cell: RowCell, after: str) -> list[_RowPart]:
        """Return a cell from behind its row number on, followed by `after`."""
        writer = self._writer
        if cell.value is None:
            return self._own(cell, after)
        header = cell.value.header if isinstance(cell.value, TableColumn) else ""
        form = CellForm(cell.column, cell.style, writer.notes, header, writer.prefix, writer.is_1904)
        return [cell_ends(*self._values(cell.value), self._rows, form, after)]

    def _own(self, cell: RowCell, after: str) -> list[_RowPart]:
        """Return the rest of a cell that holds no marker: a formula filled down, or what stands there."""
        prefix = self._writer.prefix
        style = f'"{_style(cell.style)}'
        formula = self._writer.formulas.get(cell.column)
        if formula is None:
            kind = cell.node.attributes.get("t")
            kind_text = f' t="{escape_attribute(kind)}"' if kind else ""
            if not cell.node.children:
                return [f"{style}/>{after}"]
            inside = "".join(_plain_xml(child) for child in cell.node.children)
            return [f"{style}{kind_text}>{inside}</{cell.node.name}>{after}"]
        node = next(child for child in cell.node.nodes if child.local == "f")
        parts: list[_RowPart] = [f"{style}><{prefix}f>"]
        if node.attributes.get("t") == "array":
            parts = [f'{style}><{prefix}f t="array" ref="{letters(cell.column)}', self._numbers, '">']
        parts += [escape_text(each) if isinstance(each, str) else self._moved(each) for each in formula]
        return [*parts, f"</{prefix}f></{cell.node.name}>{after}"]

    def _moved(self, distance: int) -> Coded:
        first = self._writer.first + distance
        return Coded(row_numbers(first + self._start, first + self._stop), self._numbers.which)

    def _joined_text(self, pieces: Sequence[str | TableColumn]) -> pa.Array:
        texts: list[_Part] = [""]
        for piece in pieces:
            if isinstance(piece, str):
                texts.append(piece)
            else:
                values = _as_text(slice_of(piece, self._start, self._stop))
                if piece.texts is not None:
                    values = pc.coalesce(piece.texts.slice(self._start, self._stop - self._start), values)
                texts.append(pc.fill_null(values, ""))
        return join(texts, self._stop - self._start)


def _bytes_of(piece: str | TableColumn | None) -> int:
    """Return the most bytes that a piece of a cell takes before it is escaped."""
    if isinstance(piece, TableColumn):
        return max(longest(piece.cells), longest(piece.texts))
    return len((piece or "").encode())


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
    return pa.array(np.arange(start, stop, dtype=np.int32)).cast(pa.string())


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

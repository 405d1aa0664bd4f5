"""Write cells into a worksheet's rows where they stand, and leave every other byte of the rows as it is.

Where rows and cells are is told by `blocks`; looks of cells are for `looks`, formulas for `formulas`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import OutputError
from crmtool.files.coded import Indices
from crmtool.files.xlsx.in_place.appending import row_ends
from crmtool.files.xlsx.in_place.blocks import Block, Cell, Edit
from crmtool.files.xlsx.in_place.cellxml import CellWriter
from crmtool.files.xlsx.in_place.formulas import Formulas
from crmtool.files.xlsx.in_place.headings import Heading
from crmtool.files.xlsx.in_place.looks import Looks
from crmtool.files.xlsx.in_place.placing import PlacedColumn
from crmtool.files.xlsx.in_place.rowstream import Patterns
from crmtool.files.xlsx.markup import to_text


@dataclass
class RowSplicer:
    """Writes the columns of one update into a sheet's rows, block by block.

    `rows` are the update's sheet rows, ascending; `headings` the header cells of new columns. `written` counts
    the cells of customers, `row_tags` the start tags of rows that have attributes.
    """

    prefix: bytes
    rows: Indices
    columns: Sequence[PlacedColumn]
    headings: Sequence[Heading]
    looks: Looks
    formulas: Formulas
    writer: CellWriter
    written: int = 0
    row_tags: int = 0
    patterns: Patterns = field(init=False)
    _seen: int = 0
    _headed: int = 0
    _last: int = 0
    _header_rows: set[int] = field(init=False)
    _only_appends: bool = field(init=False)
    _last_header: int = field(init=False)
    _bottom: int = field(init=False)

    def __post_init__(self) -> None:
        self.patterns = Patterns(self.prefix)
        # What several cells put in at one place stands there in their order.
        self.columns = sorted(self.columns, key=lambda column: column.column)
        self._header_rows = {head.row for head in self.headings}
        self._last_header = max(self._header_rows, default=0)
        self._bottom = int(self.rows[-1]) if len(self.rows) else 0
        self._only_appends = all(column.is_new and column.asked.mask is None for column in self.columns)

    def spliced(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the blocks with the cells written; raises OutputError where some row was not to be found."""
        for data in blocks:
            if self.patterns.has_formula(data):
                self.formulas.watch(data)
            made = self._appended(data) if self._only_appends else None
            yield self._spliced(Block(data, self.patterns, self._last)) if made is None else made
        missing = len(self.rows) - self._seen
        if missing or self._headed != sum(head.text is not None for head in self.headings):
            raise OutputError.of("update-row-missing", rows=missing or 1)

    def _appended(self, data: bytes) -> bytes | None:
        """Return a block with the new columns at the ends of its rows; None where it takes more than that."""
        found = row_ends(data, self.patterns)
        if found is None or not self._header_rows.isdisjoint(found.numbers):
            return None
        chosen, places = self._chosen(found.numbers)
        if any(
            self._may_be_filled(number) for number in set(found.numbers) - self._named(found.numbers, chosen)
        ):
            return None
        first, last = self.columns[0], self.columns[-1]
        styles = found.styles(chosen, first.column, first.beside)
        if styles is None:
            return None
        self._count(len(found.segments), len(chosen), found.numbers[-1] if found.numbers else self._last)
        numbers = np.array(found.numbers)[chosen]
        cells = self._side_by_side(self.columns, numbers, styles, places) if chosen else []
        return found.appended(chosen, cells, first.column, last.column)

    def _count(self, row_tags: int, seen: int, last: int) -> None:
        self.row_tags += row_tags
        self._seen += seen
        self._last = last

    def _spliced(self, block: Block) -> bytes:
        chosen, places = self._chosen(block.numbers)
        self._count(block.row_tags, len(chosen), block.last)
        edits: list[Edit] = []
        if chosen:
            new = [column for column in self.columns if column.is_new]
            for column in self.columns:
                if not column.is_new:
                    edits += self._cells(block, chosen, places, column)
                elif column is new[0]:
                    edits += self._new_cells(block, chosen, places, new)
        headers = [row for row, number in enumerate(block.numbers) if number in self._header_rows]
        edits += [edit for row in headers for edit in self._header_cells(block, row)]
        filled = self._filled(block, self._named(block.numbers, chosen)) if self.headings else {}
        edits += [edit for row_edits in filled.values() for edit in row_edits]
        made = block.data
        if edits:
            edits += block.wider_spans(
                [*headers, *chosen, *filled], self.columns[0].column, self.columns[-1].column
            )
            made = _applied(block.data, edits)
        # A row that is not written into may share a formula whose first cell was.
        if self.formulas.freed and b't="shared"' in made:
            made = self.patterns.cell.sub(self.formulas.unshared, made)
        return made

    def _chosen(self, rows: Sequence[int]) -> tuple[list[int], pa.Array]:
        """Return which of some rows the update names, by their index, and the place of each in the update."""
        if not len(self.rows) or not rows:
            return [], pa.array([], pa.int64())
        numbers = np.array(rows)
        at = np.searchsorted(self.rows, numbers)
        is_wanted = self.rows[np.minimum(at, len(self.rows) - 1)] == numbers
        places = at[is_wanted]
        if len(np.unique(places)) != len(places):
            raise OutputError.of("update-odd-sheet", part="sheetData")
        return np.flatnonzero(is_wanted).tolist(), pa.array(places)

    def _new_cells(
        self, block: Block, rows: Sequence[int], places: pa.Array, new: Sequence[PlacedColumn]
    ) -> list[Edit]:
        """Return the cells of the new columns, which lie side by side: what a row gets is one piece."""
        if not all(block.ends_before(row, new[0].column) for row in rows):
            # Empty cells with a style of their own may stand there already.
            return [edit for column in new for edit in self._cells(block, rows, places, column)]
        numbers = np.array([block.numbers[row] for row in rows])
        beside = block.styles(new[0].beside)
        styles = [beside.get(number, "") for number in numbers.tolist()]
        ends = [block.ends[row] for row in rows]
        return list(zip(ends, ends, self._side_by_side(new, numbers, styles, places), strict=True))

    def _side_by_side(
        self, new: Sequence[PlacedColumn], numbers: Indices, styles: Sequence[str], places: pa.Array
    ) -> list[bytes]:
        """Return what each of some rows gets: its cells of all new columns; `styles` are those beside them."""
        made = []
        for column in new:
            asked = column.asked
            looks = {style: self.looks.beside(style, asked.look) for style in dict.fromkeys(styles)}
            wanted = [looks[style] for style in styles]
            made.append(
                self.writer.cells(asked.cells.take(places), column.column, numbers, wanted, asked.header)
            )
        self.written += len(numbers) * len(new)
        pieces: list[bytes] = pc.binary_join_element_wise(*made, "").cast(pa.binary()).to_pylist()
        return pieces

    def _cells(self, block: Block, rows: Sequence[int], places: pa.Array, column: PlacedColumn) -> list[Edit]:
        """Return the cells of a column, each in place of the one that stands there, where one does."""
        asked = column.asked
        known, beside = block.column(column.column), block.styles(column.beside)
        wanted = [True] * len(rows) if asked.mask is None else asked.mask.take(places).to_pylist()
        values = asked.cells.take(places)
        is_filled = pc.is_valid(values).to_pylist()
        styles = []
        for index, row in enumerate(rows):
            own = known.get(block.numbers[row])
            if own is None:
                styles.append(self.looks.beside(beside.get(block.numbers[row], ""), asked.look))
                wanted[index] = wanted[index] and (column.is_new or is_filled[index])
                continue
            styles.append(self.looks.within(own.style, asked.look))
            if wanted[index] and self.patterns.has_formula(block.data[own.start : own.end]):
                wanted[index] = self._overwrites(block.data[own.start : own.end], block.numbers[row], column)
        self.written += sum(wanted)
        numbers = np.array([block.numbers[row] for row in rows])
        made = self.writer.cells(values, column.column, numbers, styles, asked.header)
        edits: list[Edit] = []
        for row, is_wanted, cell in zip(rows, wanted, made.cast(pa.binary()).to_pylist(), strict=True):
            if is_wanted:
                edits.append((*_room(block, row, column.column, known.get(block.numbers[row])), cell))
        return edits

    def _overwrites(self, cell: bytes, row: int, column: PlacedColumn) -> bool:
        """Tell whether a cell with a formula gives way to a value; either is noted."""
        if not column.asked.is_own:
            self.formulas.keep(row, column.column, column.asked.header)
            return False
        self.formulas.drop(cell, row, column.column)
        return True

    @staticmethod
    def _named(numbers: Sequence[int], chosen: Sequence[int]) -> set[int]:
        return {numbers[row] for row in chosen}

    def _may_be_filled(self, number: int) -> bool:
        """Tell whether a row that is no customer's stands among those of the ledger, or follows them at once."""
        return self._last_header < number <= self._bottom or number == self._bottom + 1

    def _filled(self, block: Block, named: set[int]) -> dict[int, list[Edit]]:
        """Return empty cells that carry on the looks of rows without customers: blank rows, totals below."""
        new = [column for column in self.columns if column.is_new]
        filled: dict[int, list[Edit]] = {}
        for row, number in enumerate(block.numbers):
            if number in named or not self._may_be_filled(number):
                continue
            cells = {cell.column: cell for cell in block.cells(row)}
            beside = cells.get(new[0].beside)
            if beside is None or not beside.style:
                continue
            self._bottom = max(self._bottom, number)
            filled[row] = [
                (*_room(block, row, column.column, None), to_text(node).encode())
                for column in new
                if column.column not in cells
                for node in [self.writer.node(None, column.column, number, beside.style)]
            ]
        return filled

    def _header_cells(self, block: Block, row: int) -> list[Edit]:
        """Return the header cells that belong into a row."""
        cells = {cell.column: cell for cell in block.cells(row)}
        edits: list[Edit] = []
        for head in self.headings:
            if head.row == block.numbers[row]:
                style = cells[head.beside].style if head.beside in cells else ""
                self._headed += head.text is not None
                node = self.writer.node(head.text, head.column, head.row, style)
                edits.append(
                    (*_room(block, row, head.column, cells.get(head.column)), to_text(node).encode())
                )
        return edits


def _room(block: Block, row: int, column: int, own: Cell | None) -> tuple[int, int]:
    """Return the bytes that a cell takes the place of: those of the one that is there, or none."""
    if own is not None:
        return own.start, own.end
    at = block.place_for(row, column)
    return at, at


def _applied(data: bytes, edits: list[Edit]) -> bytes:
    """Return the bytes with all edits made.

    What is put in at one place follows in the order of the edits, before what takes the place of bytes there.
    """
    edits.sort(key=lambda edit: edit[:2])
    pieces: list[bytes] = []
    at = 0
    for start, end, new in edits:
        pieces += (data[at:start], new)
        at = end
    pieces.append(data[at:])
    return b"".join(pieces)

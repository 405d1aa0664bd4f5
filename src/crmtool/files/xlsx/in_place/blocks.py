"""Find rows and cells in a block of a worksheet's XML, by their places in its bytes.

Reads only; what is written where is decided in `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from crmtool.errors import OutputError
from crmtool.files.xlsx.in_place.rowstream import Patterns
from crmtool.files.xlsx.references import parse_point
from crmtool.sheets import letters

_NUMBER = re.compile(rb'\sr="([^"]*)"')
_PLACE = re.compile(rb'\sr="([A-Za-z]{1,3})[0-9]+"')
_LETTERS = re.compile(rb"[A-Za-z]{1,3}")
_STYLE = re.compile(rb'\ss="([0-9]{1,9})"')
_SPANS = re.compile(rb'\sspans="([0-9]{1,9}):(?:[0-9]+ [0-9]+:)*([0-9]{1,9})"')
_ROW_DIGITS = 7

#: What becomes of some bytes of a block: where they begin and end, and what stands there then.
Edit = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in the bytes of a block, with its style as its `s` spells it (empty: none)."""

    column: int
    start: int
    end: int
    style: str


@cache
def column_of(name: bytes) -> int:
    """Return the 1-based column of its letters."""
    return parse_point(name.decode()).column


def _row_number(text: bytes) -> int:
    if not text.isdigit() or len(text) > _ROW_DIGITS:
        raise OutputError.of("update-odd-sheet", part="sheetData")
    return int(text)


@dataclass
class Block:
    """Whole rows of a sheet. `before` is the number of the last row in front of them.

    Rows that hold something are known by their index: `numbers`, where the start tag begins and ends, where the
    end tag begins. `row_tags` counts start tags with attributes. Where every cell spells its place first
    (`is_regular`), cells are looked up by it; else one by one, each without a place standing right of the one
    before. Raises OutputError where rows are not closed.
    """

    data: bytes
    patterns: Patterns
    before: int
    numbers: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    tag_ends: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    last: int = 0
    row_tags: int = 0
    is_regular: bool = field(init=False)

    def __post_init__(self) -> None:
        data, patterns = self.data, self.patterns
        self.is_regular = patterns.is_regular(data)
        self.last = self.before
        at = 0
        *segments, rest = data.split(patterns.row_end)
        self.row_tags = data.count(patterns.row_start + b" ")
        is_dense = self.row_tags == data.count(patterns.row_start) == len(segments)
        for segment in segments:
            self._add(segment, at, is_dense=is_dense)
            at += len(segment) + len(patterns.row_end)
        for tag in patterns.row_tag.findall(rest):
            self._count(tag)

    def _add(self, segment: bytes, at: int, *, is_dense: bool) -> None:
        """Note the row that a segment ends with; rows closed at once may stand before it unless rows are dense."""
        opening = self.patterns.row_start
        start = 0
        if not (is_dense and segment.startswith(opening)):
            start = segment.rfind(opening)
            if start < 0:
                raise OutputError.of("update-odd-sheet", part="sheetData")
            for tag in self.patterns.row_tag.findall(segment[:start]):
                self._count(tag)
        close = segment.find(b">", start)
        if close < 0:
            raise OutputError.of("update-odd-sheet", part="sheetData")
        self._count(segment[start : close + 1])
        self.numbers.append(self.last)
        self.starts.append(at + start)
        self.tag_ends.append(at + close + 1)
        self.ends.append(at + len(segment))

    def _count(self, tag: bytes) -> None:
        if tag.startswith(self.patterns.numbered_row):
            at = len(self.patterns.numbered_row)
            self.last = _row_number(tag[at : tag.find(b'"', at)])
            return
        number = _NUMBER.search(tag)
        self.last = _row_number(number[1]) if number else self.last + 1

    def cells(self, row: int) -> list[Cell]:
        """Return a row's cells in order."""
        column, cells = 0, []
        for match in self.patterns.cell.finditer(self.data, self.tag_ends[row], self.ends[row]):
            place, style = _PLACE.search(match[1]), _STYLE.search(match[1])
            column = column_of(place[1]) if place else column + 1
            cells.append(Cell(column, match.start(), match.end(), style[1].decode() if style else ""))
        return cells

    def column(self, column: int) -> dict[int, Cell]:
        """Return the cells of a column by the number of their row."""
        if not self.is_regular:
            every = ((number, self.cells(row)) for row, number in enumerate(self.numbers))
            return {number: cell for number, cells in every for cell in cells if cell.column == column}
        found = {}
        for match in self.patterns.cell_of(letters(column)).finditer(self.data):
            style = _STYLE.search(match[2])
            found[int(match[1])] = Cell(
                column, match.start(), match.end(), style[1].decode() if style else ""
            )
        return found

    def ends_before(self, row: int, column: int) -> bool:
        """Tell whether a row's last cell, with which it ends, certainly stands left of a column."""
        data, tag_end, end = self.data, self.tag_ends[row], self.ends[row]
        if not (self.is_regular and data.endswith(self.patterns.cell_closings, tag_end, end)):
            return False
        start = data.rfind(self.patterns.cell_start, tag_end, end)
        place = _LETTERS.match(data, start + len(self.patterns.cell_start)) if start >= 0 else None
        return place is not None and column_of(place[0]) < column

    def styles(self, column: int) -> dict[int, str]:
        """Return the styles of a column's cells by the number of their row."""
        if not self.is_regular:
            return {number: cell.style for number, cell in self.column(column).items()}
        pairs = self.patterns.tag_of(letters(column)).findall(self.data)
        known: dict[bytes, str] = {}
        for attributes in {attributes for _, attributes in pairs}:
            style = _STYLE.search(attributes)
            known[attributes] = style[1].decode() if style else ""
        return {int(number): known[attributes] for number, attributes in pairs}

    def place_for(self, row: int, column: int) -> int:
        """Return where a cell of a column that the row lacks belongs."""
        if self.ends_before(row, column):
            return self.ends[row]
        cells = self.cells(row)
        beyond = next((cell.start for cell in cells if cell.column > column), None)
        if beyond is not None:
            return beyond
        return cells[-1].end if cells else self.tag_ends[row]

    def wider_spans(self, rows: Sequence[int], first: int, last: int) -> list[Edit]:
        """Return what makes some rows' `spans` reach from a first to a last column; rows may have none."""
        if b" spans=" not in self.data:
            return []
        edits: list[Edit] = []
        known: dict[bytes, list[Edit]] = {}
        for row in rows:
            end = self.tag_ends[row]
            at = self.data.find(b" ", self.starts[row] + len(self.patterns.row_start) + 1, end)
            tag = self.data[at:end] if at >= 0 else b""
            if tag not in known:
                known[tag] = span_edits(tag, first, last)
            edits += [(at + start, at + stop, number) for start, stop, number in known[tag]]
        return edits


def span_edits(tag: bytes, first: int, last: int) -> list[Edit]:
    """Return what makes the `spans` among a row's attributes reach from a first to a last column."""
    spans = _SPANS.search(tag)
    if spans is None:
        return []
    edits: list[Edit] = []
    if int(spans[1]) > first:
        edits.append((spans.start(1), spans.end(1), b"%d" % first))
    if int(spans[2]) < last:
        edits.append((spans.start(2), spans.end(2), b"%d" % last))
    return edits

"""Make the rows that an update names and a sheet lacks: empty, where they belong, looking like a row above.

Cells are written into them by `rows`, as into any other; what refers to the rows reaches over them by `edges`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crmtool.files.xlsx.in_place.blocks import Block, Edit
from crmtool.files.xlsx.in_place.rowstream import Patterns
from crmtool.sheets import letters

_NUMBER = re.compile(rb'\sr="([0-9]{1,7})"')
#: What a made row takes over from the one that it looks like; heights are for its own texts to say.
_TAKEN_OVER = re.compile(rb'\s(?:s|customFormat|spans)="[^"]*"')


class RowMaker:
    """Sees to it that a sheet has all of some rows below the row `model`, whose looks new ones carry on."""

    def __init__(self, patterns: Patterns, rows: Sequence[int], model: int) -> None:
        self._patterns = patterns
        self._pending = [row for row in rows if row > model]
        self._model = model
        self._attributes = b""
        self._styles: list[tuple[int, str]] = []

    def made(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the blocks, and one more at the end where rows follow the sheet's last."""
        last = 0
        for data in blocks:
            before, last = last, self._last_number(data, last)
            yield data if last < self._model or not self._pending else self._with_rows(data, before)
        if self._pending:
            yield b"".join(map(self._row, self._pending))

    def _last_number(self, data: bytes, before: int) -> int:
        """Return the number of the last row of a block; `before` is that of the row in front of it."""
        start = data.rfind(self._patterns.row_start)
        if start < 0:
            return before
        number = _NUMBER.search(data[start : data.find(b">", start)])
        if number is not None:
            return int(number[1])
        for tag in self._patterns.row_tag.findall(data):
            before = _number(tag, before)
        return before

    def _with_rows(self, data: bytes, before: int) -> bytes:
        self._look_at_model(data, before)
        edits: list[Edit] = []
        number = before
        for tag in self._patterns.row_tag.finditer(data):
            number = _number(tag[0], number)
            while self._pending and self._pending[0] < number:
                edits.append((tag.start(), tag.start(), self._row(self._pending.pop(0))))
            if self._pending and self._pending[0] == number:
                self._pending.pop(0)
                if tag[0].endswith(b"/>"):
                    whole = tag[0][:-2].rstrip() + b">" + self._cells(number) + self._patterns.row_end
                    edits.append((tag.start(), tag.end(), whole))
        pieces: list[bytes] = []
        at = 0
        for start, end, new in edits:
            pieces += (data[at:start], new)
            at = end
        return b"".join((*pieces, data[at:]))

    def _look_at_model(self, data: bytes, before: int) -> None:
        block = Block(data, self._patterns, before)
        if self._model not in block.numbers:
            return
        at = block.numbers.index(self._model)
        tag = data[block.starts[at] : block.tag_ends[at]]
        self._attributes = b"".join(_TAKEN_OVER.findall(tag))
        self._styles = [(cell.column, cell.style) for cell in block.cells(at) if cell.style]

    def _row(self, number: int) -> bytes:
        opening = self._patterns.numbered_row + b'%d"' % number + self._attributes + b">"
        return opening + self._cells(number) + self._patterns.row_end

    def _cells(self, number: int) -> bytes:
        """Return the empty cells of a new row, one for each of the model's that has a style."""
        start = self._patterns.cell_start
        return b"".join(
            start + b'%b%d" s="%b"/>' % (letters(column).encode(), number, style.encode())
            for column, style in self._styles
        )


def _number(tag: bytes, before: int) -> int:
    found = _NUMBER.search(tag)
    return int(found[1]) if found else before + 1

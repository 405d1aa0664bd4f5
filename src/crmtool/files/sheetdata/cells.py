"""Knows where the cells of a piece stand and what their attributes say: row, column, type and kind of format.

What is in them is left to `crmtool.files.sheetdata.values`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crmtool.files.places import MAX_COLUMNS, MAX_ROWS, place
from crmtool.files.sheetdata.attributes import AttributeReader, attribute_map
from crmtool.files.sheetdata.grammar import Tags
from crmtool.files.sheetdata.marks import (
    FIRST_BYTES,
    MAX_SPAN,
    Bytes,
    Flags,
    Places,
    U,
    Words,
    repeated,
    whole_numbers,
)
from crmtool.files.sheetdata.plain import NotPlain

_CELL_HEAD = U(int.from_bytes(b'<c r="', "little"))
_ROW_HEAD = U(int.from_bytes(b'<row r="', "little"))
_QUOTE = ord('"')


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a piece in their order: 1-based row and column, and what it is."""

    rows: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Each row's number, the word that ends its cells' references (`12"`), and how many digits it has."""

    numbers: npt.NDArray[np.int32]
    words: Words
    digits: Places


def placed_cells(piece: Bytes, tags: Tags, last_row: int, reader: AttributeReader) -> tuple[Cells, int]:
    """Return the cells of a piece and the number of its last row; `last_row` is that of the row before it.

    A row or a cell that does not say where it stands comes after the one before it.
    """
    rows = _rows(piece, tags, last_row, reader)
    counts = np.diff(np.append(np.searchsorted(tags.cells, tags.rows), len(tags.cells)))
    cells = _cells(piece, tags, np.repeat(np.arange(len(tags.rows)), counts), rows, reader)
    return cells, int(rows.numbers[-1])


def _rows(piece: Bytes, tags: Tags, last_row: int, reader: AttributeReader) -> _Rows:
    starts = tags.starts[tags.rows]
    ends = tags.starts[tags.rows + 1] - 1
    words = piece.words(starts, 8)
    lengths = _before_quote(words)
    numbers, is_number = whole_numbers(piece, starts + 8 + lengths, lengths)
    rest = starts + 9 + lengths
    is_plain = (piece.words(starts) == _ROW_HEAD) & is_number & (lengths > 0) & (rest <= ends)
    is_plain &= ends - rest <= MAX_SPAN
    plain = np.flatnonzero(is_plain)
    ids, spans = repeated(piece, rest[plain], ends[plain] - rest[plain])
    hides = np.array([_is_hidden(attribute_map(span)) for span in spans], np.bool_)
    if hides.any():
        reader.hidden.update(numbers[plain[hides[ids]]].tolist())
    keys = words & FIRST_BYTES[lengths + 1]
    for at in np.flatnonzero(~is_plain).tolist():
        before = int(numbers[at - 1]) if at else last_row
        number = _odd_row(piece.span(int(starts[at]) + 4, int(ends[at])), before, reader)
        numbers[at], lengths[at] = number, len(str(number))
        keys[at] = int.from_bytes(b'%d"' % number, "little")
    if ((numbers < 1) | (numbers > MAX_ROWS)).any():
        raise NotPlain("a row outside the sheet")
    return _Rows(numbers.astype(np.int32), keys, lengths)


def _before_quote(words: Words) -> Places:
    """Return how many of the first seven bytes stand before the first quote; 0 where there is none."""
    lengths = np.zeros(len(words), np.int64)
    for at in range(7, 0, -1):
        lengths[(words >> U(8 * at)) & U(255) == _QUOTE] = at
    return lengths


def _odd_row(attributes: bytes, before: int, reader: AttributeReader) -> int:
    named = attribute_map(attributes)
    number = named.get(b"r", b"%d" % (before + 1))
    if not number.isdigit() or len(number) > 7:
        raise NotPlain("a row without a number")
    if _is_hidden(named):
        reader.hidden.add(int(number))
    return int(number)


def _is_hidden(named: dict[bytes, bytes]) -> bool:
    return named.get(b"hidden") in (b"1", b"true")


def _cells(piece: Bytes, tags: Tags, row_of: Places, rows: _Rows, reader: AttributeReader) -> Cells:
    starts = tags.starts[tags.cells]
    ends = tags.starts[tags.cells + 1] - 1
    columns, letters, is_plain = _columns(piece, starts)
    keys = rows.words[row_of]
    digits = _per_cell(rows.digits, row_of)
    rest = starts + letters
    references = piece.words(rest, 6)
    references &= FIRST_BYTES[digits + 1]
    is_plain &= references == keys
    rest += digits + 7
    lengths = ends - rest
    # A negative length is a huge one without its sign.
    is_plain &= lengths.view(np.uint64) <= MAX_SPAN
    kinds = np.full(len(starts), reader.kind(b""), np.int8)
    more = np.flatnonzero(is_plain & (lengths > 0))
    ids, spans = repeated(piece, rest[more], lengths[more])
    kinds[more] = np.array([reader.kind(span) for span in spans], np.int8)[ids]
    cells = Cells(rows.numbers[row_of], columns, kinds)
    odd = np.flatnonzero(~is_plain)
    if len(odd):
        _place_odd_cells(piece, cells, odd, starts, ends, row_of, reader)
    if ((columns < 1) | (columns > MAX_COLUMNS)).any():
        raise NotPlain("a cell outside the sheet")
    return cells


def _per_cell(values: Places, row_of: Places) -> Places:
    """Return a row's value for each of its cells; one value where all rows have the same."""
    return values[:1] if (values == values[0]).all() else values[row_of]


def _columns(piece: Bytes, starts: Places) -> tuple[npt.NDArray[np.int32], Places, Flags]:
    """Return column, count of letters, and whether the tag begins `<c r="` and a capital, for each cell."""
    words = piece.words(starts)
    is_plain = words & FIRST_BYTES[6] == _CELL_HEAD
    columns = piece.at(starts, 6).astype(np.int32)
    columns -= 64
    is_plain &= (columns >= 1) & (columns <= 26)
    letters = np.ones(len(starts), np.int64)
    wide = np.flatnonzero(piece.at(starts, 7) > 64)
    if len(wide):
        _more_letters(piece, starts, wide, columns, letters, is_plain)
    return columns, letters, is_plain


def _more_letters(
    piece: Bytes,
    starts: Places,
    wide: Places,
    columns: npt.NDArray[np.int32],
    letters: Places,
    is_plain: Flags,
) -> None:
    for offset in (7, 8):
        letter = piece.at(starts[wide], offset).astype(np.int32) - 64
        wide, letter = wide[letter > 0], letter[letter > 0]
        is_plain[wide] &= letter <= 26
        columns[wide] = columns[wide] * 26 + letter
        letters[wide] += 1


def _place_odd_cells(
    piece: Bytes,
    cells: Cells,
    odd: Places,
    starts: Places,
    ends: Places,
    row_of: Places,
    reader: AttributeReader,
) -> None:
    """Read the tags that are spelled in another order, or that do not say where they stand."""
    starts = starts[odd] + 2
    lengths = ends[odd] - starts
    if (lengths > MAX_SPAN).any():
        raise NotPlain("a cell with very long attributes")
    ids, spans = repeated(piece, starts, lengths)
    told = [_odd_cell(attribute_map(span), reader) for span in spans]
    kinds, rows, columns = (np.array(values, np.int32) for values in zip(*told, strict=True))
    cells.kinds[odd] = kinds[ids]
    cells.columns[odd] = columns[ids]
    is_placed = rows[ids] > 0
    cells.rows[odd[is_placed]] = rows[ids][is_placed]
    for at in odd[~is_placed].tolist():
        is_first = at == 0 or row_of[at - 1] != row_of[at]
        cells.columns[at] = 1 if is_first else cells.columns[at - 1] + 1


def _odd_cell(named: dict[bytes, bytes], reader: AttributeReader) -> tuple[int, int, int]:
    """Return a cell's kind, row and column; 0 for a place that it does not spell."""
    reference = named.get(b"r")
    if reference is None:
        return reader.kind_of(named), 0, 0
    found = place(reference)
    if found is None or not 1 <= found[0] <= MAX_ROWS:
        raise NotPlain("a cell without a place")
    return reader.kind_of(named), *found

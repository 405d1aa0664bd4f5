"""Knows how rows of cells, arriving chunk by chunk, become `Column`s.

How one chunk becomes arrays is left to `crmtool.files.arrays`; where the cells come from, to
`crmtool.files.spreadsheet` and `crmtool.files.text`; what they mean, to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.arrays import MOMENT, NUMBER, SIGNIFICANT_DIGITS, TEXT, split
from crmtool.sheets import Column

CHUNK_ROWS = 4_096

#: Column (1-based) → index of a built row (0-based) → text.
Overlay = Mapping[int, Mapping[int, str]]


@dataclass(slots=True)
class _Pieces:
    """The arrays of one column so far, chunk by chunk; None stands for a chunk without such cells."""

    text: list[pa.Array | None] = field(default_factory=list)
    number: list[pa.Array | None] = field(default_factory=list)
    moment: list[pa.Array | None] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)


class ColumnBuilder:
    """Builds the `Column`s of some sheet columns from rows that arrive in order.

    `positions` maps a 1-based sheet column to its place in a row (0-based); a place that the rows do not
    reach is an empty column. Without it every column that some row has is built. Text of nothing but
    whitespace counts as empty; other text is kept as it is.
    """

    def __init__(self, positions: Mapping[int, int] | None = None) -> None:
        self._grows = positions is None
        self._positions = dict(positions or {})
        self._pieces = {column: _Pieces() for column in self._positions}
        self.length = 0

    def skip(self, rows: int) -> None:
        """Add empty rows."""
        if rows > 0:
            self.length += rows
            for pieces in self._pieces.values():
                _add(pieces, rows, None, None, None)

    def add(self, rows: Sequence[Sequence[object]]) -> None:
        """Add rows; a shorter row ends in empty cells."""
        if not rows:
            return
        is_even = len(set(map(len, rows))) == 1
        cells = list(zip(*rows, strict=True)) if is_even else list(zip_longest(*rows, fillvalue=""))
        if self._grows:
            self._grow(len(cells))
        self.length += len(rows)
        for column, position in self._positions.items():
            is_reached = 0 <= position < len(cells)
            parts = split(cells[position]) if is_reached else (None, None, None)
            _add(self._pieces[column], len(rows), *parts)

    def _grow(self, width: int) -> None:
        for column in range(len(self._positions) + 1, width + 1):
            self._positions[column] = column - 1
            self._pieces[column] = _Pieces()
            _add(self._pieces[column], self.length, None, None, None)

    def columns(self, errors: Overlay | None = None, digits: Overlay | None = None) -> dict[int, Column]:
        """Return the columns.

        The cells of `errors` stand in place of whatever the rows had there, those of `digits` as text instead
        of as a number.
        """
        errors, digits = errors or {}, digits or {}
        return {
            column: _overlaid(pieces, self.length, errors.get(column, {}), digits.get(column, {}))
            for column, pieces in self._pieces.items()
        }


def _add(
    pieces: _Pieces, length: int, text: pa.Array | None, number: pa.Array | None, moment: pa.Array | None
) -> None:
    pieces.text.append(text)
    pieces.number.append(number)
    pieces.moment.append(moment)
    pieces.lengths.append(length)


def _overlaid(pieces: _Pieces, length: int, errors: Mapping[int, str], digits: Mapping[int, str]) -> Column:
    _join(pieces)
    text, number, moment = pieces.text[0], pieces.number[0], pieces.moment[0]
    error = _sparse(length, errors)
    if number is not None:
        finite = pc.is_finite(number)
        if not pc.all(finite, min_count=0).as_py():
            error = _or(error, pc.if_else(finite, pa.scalar(None, TEXT), pa.scalar("#NUM!", TEXT)))
    if error is not None:
        fine = error.is_null()
        text, number, moment = (_only(array, fine) for array in (text, number, moment))
    spelled = _sparse(length, digits)
    if spelled is not None:
        number = _only(number, spelled.is_null())
        text = _or(spelled, text)
    return Column(length, text, number, moment, error)


def _join(pieces: _Pieces) -> None:
    """Make one piece of many, so that no column is held twice longer than it takes to join it."""
    for parts, kind in ((pieces.text, TEXT), (pieces.number, NUMBER), (pieces.moment, MOMENT)):
        parts[:] = [_joined(parts, pieces.lengths, kind)]
    pieces.lengths[:] = [sum(pieces.lengths)]


def _joined(pieces: list[pa.Array | None], lengths: list[int], kind: pa.DataType) -> pa.Array | None:
    if all(piece is None for piece in pieces):
        return None
    if len(pieces) == 1:
        return pieces[0]
    arrays = [
        pa.nulls(length, kind) if piece is None else piece
        for piece, length in zip(pieces, lengths, strict=True)
    ]
    return pa.concat_arrays(arrays)


def sliced(column: Column, start: int, length: int) -> Column:
    """Return some consecutive rows of a column, from a 0-based start."""

    def cut(array: pa.Array | None) -> pa.Array | None:
        return None if array is None else array.slice(start, length)

    arrays = (column.text, column.number, column.moment, column.error, column.is_percent)
    return Column(length, *(cut(array) for array in arrays))


def has_long_numbers(columns: Iterable[Column]) -> bool:
    """Tell whether some number has more than 15 digits before its point, too many for a float."""
    return any(
        column.number is not None
        and (pc.max(pc.abs(column.number)).as_py() or 0.0) >= 10.0**SIGNIFICANT_DIGITS
        for column in columns
    )


def _sparse(length: int, cells: Mapping[int, str]) -> pa.Array | None:
    if not cells:
        return None
    values: list[str | None] = [None] * length
    for index, value in cells.items():
        if 0 <= index < length:
            values[index] = value
    return pa.array(values, TEXT)


def _or(first: pa.Array | None, second: pa.Array | None) -> pa.Array | None:
    if first is None or second is None:
        return first if second is None else second
    return pc.coalesce(first, second)


def _only(array: pa.Array | None, keep: pa.Array) -> pa.Array | None:
    if array is None:
        return None
    kept = pc.if_else(keep, array, pa.scalar(None, array.type))
    return kept if kept.null_count < len(kept) else None

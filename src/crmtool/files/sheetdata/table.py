"""Knows how the cells of a sheet are kept, sorted by column, and become `Column`s and the rows of a peek.

What each cell holds is told by `crmtool.files.sheetdata.values`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.arrays import MOMENT as MOMENT_TYPE
from crmtool.files.arrays import TEXT, rounded, unblank
from crmtool.files.sheetdata.cells import Cells
from crmtool.files.sheetdata.marks import Flags, Places
from crmtool.files.sheetdata.plain import NotPlain
from crmtool.files.sheetdata.pools import (
    EMPTY,
    ERROR,
    FLOAT,
    MOMENT,
    OWN,
    PERCENT,
    SHARED,
    TRUTH,
    Kinds,
    Pools,
)
from crmtool.files.sheetdata.values import Values
from crmtool.sheets import Column, RawCell

#: Cells that are sorted at once; of a wide sheet more, so that a column's share of a block stays worth its step.
BLOCK_CELLS, BLOCK_CELLS_PER_COLUMN, MAX_BLOCK_CELLS = 250_000, 500, 4_000_000

Rows = npt.NDArray[np.int32]
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a cell has no time zone
_TRUTH_TEXTS = ("FALSE", "TRUE")


@dataclass(frozen=True, slots=True)
class _Run:
    """Some filled cells of one column in the file's order, as small as they can be kept.

    `rows` is shared among columns that fill the same rows; `kinds` is one kind if all cells have it; `numbers`
    takes four bytes a cell where that is enough.
    """

    rows: Rows
    kinds: Kinds | np.int8
    numbers: Places | npt.NDArray[np.int32]


@dataclass(slots=True)
class Table:
    """The filled cells of one sheet; `rows` and `columns` reach to the last of them.

    Cells are added in the file's order: of two cells at one place the later one counts.
    """

    pools: Pools
    shared: pa.Array
    rows: int = 0
    columns: int = 0
    _runs: dict[int, list[_Run]] = field(default_factory=dict)
    _pending: list[tuple[Rows, npt.NDArray[np.int32], Kinds, Places]] = field(default_factory=list)
    _pending_count: int = 0
    _own: pa.Array = field(default_factory=lambda: pa.array([], TEXT))

    def add(self, cells: Cells, values: Values) -> None:
        """Keep the cells that hold something."""
        filled = np.flatnonzero(values.kinds != EMPTY)
        self._keep((cells.rows[filled], cells.columns[filled], values.kinds[filled], values.numbers[filled]))

    def _keep(self, part: tuple[Rows, npt.NDArray[np.int32], Kinds, Places]) -> None:
        if len(part[0]) == 0:
            return
        self.rows = max(self.rows, int(part[0].max()))
        self.columns = max(self.columns, int(part[1].max()))
        self._pending.append(part)
        self._pending_count += len(part[0])
        enough = max(BLOCK_CELLS, BLOCK_CELLS_PER_COLUMN * self.columns)
        if self._pending_count >= min(enough, MAX_BLOCK_CELLS):
            self._sort()

    def finish(self) -> None:
        """Make the table ready for reading; NotPlain where its texts are too many."""
        if self._pending:
            self._sort()
        own = self.pools.own
        try:
            self._own = unblank(pa.concat_arrays(own)) if own else self._own
        except pa.ArrowInvalid as problem:
            raise NotPlain("more than 2 GB of text") from problem
        own.clear()

    def _sort(self) -> None:
        rows, columns, kinds, numbers = (np.concatenate(parts) for parts in zip(*self._pending, strict=True))
        self._pending.clear()
        self._pending_count = 0
        columns = columns.astype(np.uint16)
        order = np.argsort(columns, kind="stable")
        counts = np.bincount(columns)
        end = 0
        last = np.empty(0, np.int32)
        for column in np.flatnonzero(counts).tolist():
            start, end = end, end + int(counts[column])
            cells = order[start:end]
            filled = rows[cells]
            last = last if np.array_equal(filled, last) else filled
            run = _Run(last, _one_if_same(kinds[cells]), _narrowed(numbers[cells]))
            self._runs.setdefault(column, []).append(run)

    def places(self) -> Iterator[tuple[int, Rows]]:
        """Yield a column and rows in it that are filled, until all filled cells are named."""
        for column, runs in self._runs.items():
            for run in runs:
                yield column, run.rows

    def cut(self, last_row: int, last_column: int) -> tuple[int, tuple[int, int]]:
        """Drop the cells beyond a row or a column; return how many they were and the place of the first."""
        dropped, first = 0, (self.rows + 1, 0)
        self.rows, self.columns = 0, 0
        for column, runs in list(self._runs.items()):
            kept: list[_Run] = []
            for run in runs:
                is_kept = (run.rows <= last_row) & (column <= last_column)
                if not is_kept.all():
                    gone = run.rows[~is_kept]
                    dropped += len(gone)
                    first = min(first, (int(gone.min()), column))
                if is_kept.any():
                    kinds = run.kinds[is_kept] if isinstance(run.kinds, np.ndarray) else run.kinds
                    kept.append(_Run(run.rows[is_kept], kinds, run.numbers[is_kept]))
                    self.rows = max(self.rows, int(kept[-1].rows.max()))
                    self.columns = max(self.columns, column)
            self._runs[column] = kept
        return dropped, first

    def column(self, number: int, first_row: int, last_row: int) -> Column:
        """Return some rows, both ends included, of a 1-based column."""
        length = max(0, last_row - first_row + 1)
        kinds = np.zeros(length, np.int8)
        numbers = np.zeros(length, np.int64)
        for run in self._runs.get(number, ()):
            rows = run.rows - first_row
            if rows.min() >= 0 and rows.max() < length:
                kinds[rows], numbers[rows] = run.kinds, run.numbers
                continue
            inside = np.flatnonzero((rows >= 0) & (rows < length))
            kinds[rows[inside]] = run.kinds[inside] if isinstance(run.kinds, np.ndarray) else run.kinds
            numbers[rows[inside]] = run.numbers[inside]
        return self._built(kinds, numbers)

    def _built(self, kinds: Kinds, numbers: Places) -> Column:
        present = np.bincount(kinds, minlength=PERCENT + 1) > 0
        text = error = number = moment = percent = None
        for kind, pool in ((SHARED, self.shared), (OWN, self._own), (TRUTH, pa.array(_TRUTH_TEXTS, TEXT))):
            if present[kind]:
                text = _either(text, pool.take(_masked(numbers, kinds != kind)))
        if present[ERROR]:
            names = pa.array(list(self.pools.errors), TEXT)
            error = names.take(_masked(numbers, kinds != ERROR))
        if present[FLOAT] or present[PERCENT]:
            is_number = (kinds == FLOAT) | (kinds == PERCENT)
            number, error = _numbers(numbers.view(np.float64), ~is_number, error)
        if present[PERCENT]:
            percent = pa.array(kinds == PERCENT)
        if present[MOMENT]:
            moment = _masked(numbers, kinds != MOMENT).cast(MOMENT_TYPE)
        return Column(len(kinds), _unless_empty(text), number, moment, error, percent)

    def head(self, rows: int, columns: int) -> list[list[RawCell]]:
        """Return the cells of the first rows and columns, as far as the table reaches."""
        rows, columns = min(rows, self.rows), min(columns, self.columns)
        cells: list[list[RawCell]] = [[None] * columns for _ in range(rows)]
        for column in range(1, columns + 1):
            for run in self._runs.get(column, ()):
                for at in np.flatnonzero(run.rows <= rows).tolist():
                    kind = run.kinds[at] if isinstance(run.kinds, np.ndarray) else run.kinds
                    value = self._value(int(kind), np.int64(run.numbers[at]))
                    cells[int(run.rows[at]) - 1][column - 1] = value
        return cells

    def _value(self, kind: int, number: np.int64) -> RawCell:
        if kind in (FLOAT, PERCENT):
            return float(number.view(np.float64))
        if kind == MOMENT:
            value = _EPOCH + timedelta(microseconds=int(number))
            return value.date() if value.time() == time() else value
        if kind == TRUTH:
            return bool(number)
        if kind == ERROR:
            return None
        pool = self.shared if kind == SHARED else self._own
        found: str | None = pool[int(number)].as_py()
        return found


def _one_if_same(kinds: Kinds) -> Kinds | np.int8:
    return np.int8(kinds[0]) if (kinds == kinds[0]).all() else kinds


def _narrowed(numbers: Places) -> Places | npt.NDArray[np.int32]:
    is_narrow = numbers.min() >= 0 and numbers.max() < 1 << 31
    return numbers.astype(np.int32) if is_narrow else numbers


def _masked(numbers: npt.NDArray[np.int64], mask: Flags) -> pa.Array:
    return pa.array(numbers, mask=mask) if mask.any() else pa.array(numbers)


def _numbers(
    floats: npt.NDArray[np.float64], mask: Flags, error: pa.Array | None
) -> tuple[pa.Array | None, pa.Array | None]:
    """Return the numbers, and the errors with those added that are no numbers."""
    odd = ~mask & ~np.isfinite(floats)
    if odd.any():
        marks = pc.if_else(pa.array(odd), pa.scalar("#NUM!", TEXT), pa.scalar(None, TEXT))
        error = _either(error, marks)
        mask = mask | odd
        floats = np.where(odd, 0.0, floats)
    return _unless_empty(rounded(pa.array(floats, mask=mask))), error


def _either(first: pa.Array | None, second: pa.Array) -> pa.Array:
    return second if first is None else pc.coalesce(first, second)


def _unless_empty(array: pa.Array | None) -> pa.Array | None:
    return None if array is None or array.null_count == len(array) else array

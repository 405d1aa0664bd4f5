"""What a whole column says for a field, as Arrow arrays: each distinct text is read once.

What a single cell says is in `crmtool.ledger.values.cells`; both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.ledger.ledger import EMPTY, READ
from crmtool.ledger.values.bulk import (
    TYPES,
    bulk_moments,
    bulk_numbers,
    bulk_texts,
    moment_words,
    number_words,
    plain_numbers,
    rounded_rows,
    without_times,
)
from crmtool.ledger.values.cells import CellReading, read_error, read_moment, read_number, read_text
from crmtool.ledger.values.moments import times_of
from crmtool.ledger.values.money import in_yuan
from crmtool.ledger.values.numerals import parse_number
from crmtool.ledger.values.percents import Bare, unit_zeros
from crmtool.ledger.values.plaintexts import odd_texts, trimmed
from crmtool.sheets import Column

#: At most so many cells are listed for one code in one column; all are counted.
MOST_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something odd at one cell: its place in the column (0-based), a finding's code, what stands there."""

    index: int
    code: str
    value: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadColumn:
    """A column as read: arrays of the column's length.

    `value` is in the kind's type (`TYPES`), null unless read; `high` is the upper end of ranges, null
    elsewhere, None where the column has none; `state` int8 (0 empty, 1 read, 2 unreadable); `level` ids of
    levels or None; `text` what stands there where that is text, or None. `problem_counts` counts every cell
    by code, `problems` lists at most `MOST_LISTED` of each. `time` and `later` are what `TIME` and `LATER` of
    `crmtool.ledger.ledger` say of a timed date, None where the column has nothing of that.
    """

    value: pa.Array
    state: pa.Array
    high: pa.Array | None = None
    level: pa.Array | None = None
    text: pa.Array | None = None
    problems: list[Problem] = field(default_factory=list)
    problem_counts: dict[str, int] = field(default_factory=dict)
    time: pa.Array | None = None
    later: pa.Array | None = None


@dataclass(slots=True)
class _Gathered:
    """The arrays as they fill up; every cell is in one source only, so they are laid together."""

    kind: Kind
    length: int
    values: list[pa.Array] = field(default_factory=list)
    highs: list[pa.Array] = field(default_factory=list)
    levels: list[pa.Array] = field(default_factory=list)
    states: list[pa.Array] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    later: list[npt.NDArray[np.intp]] = field(default_factory=list)

    def add_distinct(
        self, cells: pa.Array, read: Callable[[Any], CellReading], shown: pa.Array | None = None
    ) -> None:
        """Read each distinct value of `cells` once; `shown` are the texts for findings, where they differ."""
        if cells.null_count == len(cells):
            return
        encoded = cells.dictionary_encode()
        readings = [read(value) for value in encoded.dictionary.to_pylist()]
        where = encoded.indices
        self.values.append(pa.array([r.value for r in readings], TYPES[self.kind]).take(where))
        self.states.append(pa.array([r.state for r in readings], pa.int8()).take(where))
        if any(r.high is not None for r in readings):
            self.highs.append(pa.array([r.high for r in readings], TYPES[self.kind]).take(where))
        if any(r.level is not None for r in readings):
            self.levels.append(pa.array([r.level for r in readings], pa.string()).take(where))
        self._list_problems(
            readings, where.fill_null(-1).to_numpy(zero_copy_only=False), cells if shown is None else shown
        )

    def add_read(self, values: pa.Array) -> None:
        """Take values that were read in bulk; nulls are not theirs."""
        if values.null_count < len(values):
            self.values.append(values)
            self.states.append(
                pc.if_else(values.is_valid(), pa.scalar(READ, pa.int8()), pa.scalar(None, pa.int8()))
            )

    def note_rounded(self, rows: npt.NDArray[np.intp], number: pa.Array, fen: pa.Array) -> None:
        """List the amounts that were rounded in bulk."""
        if len(rows):
            self.counts["rounded-to-fen"] = len(rows)
        for row in rows[:MOST_LISTED].tolist():
            read = {"yuan": in_yuan(fen[row].as_py())}
            self.problems.append(Problem(row, "rounded-to-fen", f"{number[row].as_py():.15g}", read))

    def _list_problems(self, readings: list[CellReading], where: npt.NDArray[Any], shown: pa.Array) -> None:
        by_code: dict[str, dict[int, Mapping[str, str]]] = {}
        for index, reading in enumerate(readings):
            if reading.problem:
                by_code.setdefault(reading.problem.code, {})[index] = reading.problem.params
            for told in reading.notes:
                by_code.setdefault(told.code, {})[index] = told.params
        for code, params in by_code.items():
            has_code = np.zeros(len(readings) + 1, dtype=bool)
            has_code[list(params)] = True
            rows = np.flatnonzero(has_code[where])
            if code == "future-date":
                self.later.append(rows)
            listed = rows[: max(0, MOST_LISTED - self.counts.get(code, 0))]
            self.counts[code] = self.counts.get(code, 0) + len(rows)
            self.problems += [
                Problem(int(row), code, str(shown[int(row)].as_py()), params[int(where[row])])
                for row in listed
            ]

    def finish(self, text: pa.Array | None) -> ReadColumn:
        values = self.values or [pa.nulls(self.length, TYPES[self.kind])]
        value = values[0] if len(values) == 1 else pc.coalesce(*values)
        state = (
            pc.coalesce(*self.states, pa.scalar(EMPTY, pa.int8()))
            if self.states
            else _empty_state(self.length)
        )
        high = pc.coalesce(*self.highs) if self.highs else None
        level = pc.coalesce(*self.levels) if self.levels else None
        problems = sorted(self.problems, key=lambda problem: problem.index)
        return ReadColumn(value, state, high, level, text, problems, self.counts)

    def rows_later(self) -> pa.Array | None:
        """Return which cells are dates after the as-of day; None where none is."""
        if not self.later:
            return None
        is_later = np.zeros(self.length, dtype=bool)
        is_later[np.concatenate(self.later)] = True
        return pa.array(is_later)


def _empty_state(length: int) -> pa.Array:
    return pa.array(np.full(length, EMPTY, dtype=np.int8))


def read_column(
    column: Column, spec: FieldSpec, *, as_of: date, unit: str | None = None, date_1904: bool = False
) -> ReadColumn:
    """Read every cell of a column for a field.

    `unit` is the header's (`万元`): it holds for bare numbers, a cell's own unit wins. `date_1904` is the
    workbook's date system. Nothing is dropped in silence: a filled cell that gives no value has state 2 and a
    problem, and NaN or infinity never come out as values.

    >>> cells = Column(3, text=pa.array(["15万元", None, "约5万"]), number=pa.array([None, 1.5, None]))
    >>> spec = FieldSpec("amount", "年消费额", "money")
    >>> amount = read_column(cells, spec, as_of=date(2024, 1, 1), unit="万元")
    >>> amount.value.to_pylist(), amount.state.to_pylist(), amount.problems[0].code
    ([15000000, 1500000, None], [1, 1, 2], 'approximate-value')
    """
    gathered = _Gathered(spec.kind, column.length)
    text, number = _flat(column.text), _flat(column.number)
    rest = text
    if text is not None and not spec.levels:
        said, rest = bulk_texts(text, spec, unit)
        if said is not None:
            gathered.add_read(said)
        rest, spelled = plain_numbers(rest, spec.kind)
        number = (
            spelled if number is None else pc.coalesce(number, spelled) if spelled is not None else number
        )
    if number is not None and column.is_percent is not None and spec.kind == "percent":
        number = _add_shown_percents(gathered, number, column.is_percent, spec, as_of)
    bare = _bare_meaning(number, spec, unit)
    if number is not None:
        fast, slow = bulk_numbers(number, spec, as_of, unit=unit, date_1904=date_1904, bare=bare)
        if _has_numeric_levels(spec):
            fast, slow = pa.nulls(len(number), fast.type), number
        gathered.add_read(fast)
        if spec.kind == "money":
            gathered.note_rounded(rounded_rows(number, fast, unit), number, fast)
        gathered.add_distinct(
            slow,
            lambda x: read_number(x, spec, as_of, unit=unit, date_1904=date_1904, bare=bare),
            number_words(slow),
        )
    if rest is not None:
        _add_texts(
            gathered,
            rest,
            lambda t: read_text(t, spec, as_of, unit=unit, date_1904=date_1904, bare=bare),
            spec,
        )
    if column.moment is not None:
        fast, slow = bulk_moments(_flat(column.moment), spec, as_of)
        gathered.add_read(fast)
        gathered.add_distinct(slow, lambda moment: read_moment(moment, spec, as_of), moment_words(slow))
    if column.error is not None:
        gathered.add_distinct(_flat(column.error), read_error)
    read = gathered.finish(text)
    if not spec.timed:
        return read
    return replace(read, time=times_of(column, read.value), later=gathered.rows_later())


def _add_shown_percents(
    gathered: _Gathered, number: pa.Array, is_percent: pa.Array, spec: FieldSpec, as_of: date
) -> pa.Array:
    """Read the numbers that the workbook shows as percentages: 3.5 is 350 %, whatever the header.

    Return the others; a number that would be beyond the field's bounds so (85 of a share, shown as 8500 %) is one.
    """
    nothing = pa.scalar(None, number.type)
    shown = pc.if_else(pc.fill_null(_flat(is_percent), False), number, nothing)
    read, _ = bulk_numbers(shown, spec, as_of, unit=None, date_1904=False, bare="fraction")
    gathered.add_read(read)
    return pc.if_else(read.is_valid(), nothing, number)


def _has_numeric_levels(spec: FieldSpec) -> bool:
    """Tell whether a number may be a level's name, so that no number can be read in bulk."""
    names = (name for level in spec.levels for name in (level.label, *level.aliases))
    return any(parse_number(name) is not None for name in names)


def _flat(array: Any) -> Any:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _add_texts(
    gathered: _Gathered, text: pa.Array, read: Callable[[str], CellReading], spec: FieldSpec
) -> None:
    if spec.kind in ("id", "text") and not spec.levels:
        plain = trimmed(text)
        is_odd = odd_texts(plain)
        if not pc.any(is_odd).as_py():
            gathered.add_read(plain)
            return
        nothing = pa.scalar(None, pa.string())
        gathered.add_read(pc.if_else(is_odd, nothing, plain))
        gathered.add_distinct(pc.if_else(is_odd, text, nothing), read)
    elif spec.kind in ("date", "age"):
        gathered.add_distinct(without_times(text), read, shown=text)
    else:
        gathered.add_distinct(text, read)


def _bare_meaning(number: pa.Array | None, spec: FieldSpec, unit: str | None) -> Bare | None:
    """Tell what bare numbers below `%` mean: where none is above 1, they may be fractions shown as percent."""
    if spec.kind != "percent" or not unit_zeros(unit) or number is None or number.null_count == len(number):
        return None
    sizes = pc.abs(number)
    is_fraction = pc.and_(pc.greater(sizes, 0), pc.less(sizes, 1))
    return "unclear" if pc.max(sizes).as_py() <= 1 and pc.any(is_fraction).as_py() else None

"""Values become cells: the intervals between, and the points at, the cuts that a rule set's tests mention.

Which cells a customer may stand in follows from codes that a frame computes; what the tests say together is
left to `crmtool.rules.judging.outcomes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import ceil, floor
from typing import Literal

import narwhals.stable.v2 as nw

from crmtool.ledger.fields import NO, YES, FieldSpec
from crmtool.ledger.ledger import HIGH, READ, STATE, UNREAD
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Bound, OneOf, Quantity, Range, Test, Within
from crmtool.rules.model import Field

Value = int | float | date
Truth = bool | None  #: None: the test is left out (`ignore`)

#: Kinds whose values have an order, and those of them between whose neighbours lies nothing.
ORDERED = frozenset({"money", "count", "number", "percent", "date", "age"})
DISCRETE = frozenset({"money", "count", "date", "age"})
DATED = frozenset({"date", "age"})


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where one cell ends and the next begins: values `>=` it, or only `>` it, lie above.

    `span` is the calendar span that a date was laid back from the as-of date by.
    """

    value: Value
    inclusive: bool
    span: Duration | None = None


@dataclass(frozen=True, slots=True)
class FieldCells:
    """The cells of one field, and beyond them three points that are no value.

    Points 0 … `count` − 1 are cells; then come `never`, `fails` (every test is false) and `ignored` (every
    test is left out). `truths[test][point]` says what a test is there. `domain` are the cells that an unknown
    value can be in. Ordered cells lie between `bounds`; the others are told by `groups` (a cell's values; the
    first cell holds every other value), or are the bits of the `parts` that a text contains.
    """

    field: Field
    kind: Literal["ordered", "labelled", "contained"]
    truths: Mapping[Test, tuple[Truth, ...]]
    count: int
    domain: tuple[int, ...]
    bounds: tuple[Boundary, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def never(self) -> int:
        """Return the point of a date that has never happened."""
        return self.count

    @property
    def fails(self) -> int:
        """Return the point at which every test is false."""
        return self.count + 1

    @property
    def ignored(self) -> int:
        """Return the point at which every test is left out."""
        return self.count + 2

    @property
    def size(self) -> int:
        """Return the number of points."""
        return self.count + 3

    def cell_of(self, value: str | Value) -> int:
        """Return the cell of one value, in the field's own unit."""
        if self.kind == "ordered":
            return sum(_above(value, bound) for bound in self.bounds)
        text = str(value)
        if self.kind == "contained":
            return sum(1 << bit for bit, part in enumerate(self.parts) if part in text)
        return next((cell for cell, group in enumerate(self.groups) if text in group), 0)

    def code(self, columns: Iterable[str]) -> nw.Expr:
        """Return the code of each row, an integer below `radix`: state + 4 · (low cell + count · high cell).

        A row that claims to be read without a value counts as unreadable. Where the frame has no `f__high`,
        the high cell is left out of the code (and of the radix).
        """
        name = self.field.id
        value, state = nw.col(name), nw.col(name + STATE)
        empty_but_read = (value.is_null() & (state == READ)).cast(nw.Int64)
        code = state.cast(nw.Int64) + empty_but_read
        code = self._add_cell(code, value, 4)
        if self._has_high(columns):
            code = self._add_cell(code, nw.coalesce(nw.col(name + HIGH), value), 4 * self.count)
        return code

    def radix(self, columns: Iterable[str]) -> int:
        """Return the number of codes that `code` can give on a frame with these columns."""
        return 4 * self.count * (self.count if self._has_high(columns) else 1)

    def read_code(self, code: int) -> tuple[int, int, int]:
        """Return a code's state, low cell and high cell (the same where there is no range).

        An age that lies after the as-of date is unreadable: it is never recent.
        """
        rest, state = divmod(code, 4)
        high, low = divmod(rest, self.count)
        if has_future_cell(self.field.spec) and low == self.count - 1 and state == READ:
            return UNREAD, low, low
        return state, low, max(low, high)

    def _has_high(self, columns: Iterable[str]) -> bool:
        return self.kind == "ordered" and self.field.id + HIGH in columns

    def _add_cell(self, code: nw.Expr, value: nw.Expr, weight: int) -> nw.Expr:
        # Comparisons, casts and + only: a literal made a column is two-valued on Arrow-backed pandas.
        for steps, test in self._steps(value):
            code = code + test.cast(nw.Int64).fill_null(0) * (steps * weight)
        return code

    def _steps(self, value: nw.Expr) -> Iterable[tuple[int, nw.Expr]]:
        if self.kind == "ordered":
            for bound in self.bounds:
                yield 1, value >= bound.value if bound.inclusive else value > bound.value
        elif self.kind == "contained":
            for bit, part in enumerate(self.parts):
                yield 1 << bit, value.str.contains(part, literal=True)
        else:
            for cell, group in enumerate(self.groups):
                for text in group if cell else ():
                    yield cell, value == text


def _above(value: str | Value, bound: Boundary) -> bool:
    assert not isinstance(value, str)
    return value >= bound.value if bound.inclusive else value > bound.value  # type: ignore[operator]


def cells_of(field: Field, tests: Sequence[Test], as_of: date, shared: Sequence[Test] = ()) -> FieldCells:
    """Return the cells of a field between all cut values of `tests`.

    Neighbouring cells on which every test says the same are merged, except at a boundary of the `shared`
    tests: fields joined by an `assume` constraint must be cut at the same days for the constraint to be
    exact.
    """
    kind = field.spec.kind
    if kind in ORDERED:
        return _ordered(field, tests, as_of, shared)
    if field.spec.match == "contains":
        return _contained(field, tests)
    return _labelled(field, tests)


def _labelled(field: Field, tests: Sequence[Test]) -> FieldCells:
    known = (YES, NO) if field.spec.kind == "flag" else field.spec.values
    values = dict.fromkeys((*known, *(v for test in tests for v in _values(test))))
    by_truth: dict[tuple[bool, ...], list[str]] = {}
    for value in values:
        by_truth.setdefault(tuple(value in _values(test) for test in tests), []).append(value)
    groups = ((), *(tuple(group) for group in by_truth.values()))
    truths = {test: _closed([bool(set(group) & set(_values(test))) for group in groups]) for test in tests}
    closed = field.spec.kind in ("enum", "flag") and not field.spec.open
    domain = tuple(range(1 if closed and len(groups) > 1 else 0, len(groups)))
    return FieldCells(field, "labelled", truths, len(groups), domain, groups=groups)


def _contained(field: Field, tests: Sequence[Test]) -> FieldCells:
    parts = tuple(dict.fromkeys(v for test in tests for v in _values(test)))
    masks = list(product((False, True), repeat=len(parts)))
    found = [{part for part, has in zip(reversed(parts), mask, strict=True) if has} for mask in masks]
    truths = {test: _closed([bool(names & set(_values(test))) for names in found]) for test in tests}
    return FieldCells(field, "contained", truths, len(masks), tuple(range(len(masks))), parts=parts)


def _values(test: Test) -> tuple[str, ...]:
    return test.values if isinstance(test, OneOf) else ()


def _closed(on_cells: Sequence[bool], never: bool = False) -> tuple[Truth, ...]:
    return (*on_cells, never, False, None)


def _ordered(field: Field, tests: Sequence[Test], as_of: date, shared: Sequence[Test]) -> FieldCells:
    spec = field.spec
    spans: dict[Value, Duration | None] = {}
    for test in (*tests, *shared):
        for quantity in _quantities(test):
            spans.setdefault(
                cut_value(quantity, spec, as_of), quantity if isinstance(quantity, Duration) else None
            )
    if spec.kind in DATED:
        spans.setdefault(as_of, Duration())
    cuts = sorted(spans)
    positions = range(2 * len(cuts) + 1)
    index = {cut: 2 * i + 1 for i, cut in enumerate(cuts)}
    on_positions = {
        test: [_holds(test, p, index, spec, as_of) for p in positions] for test in (*tests, *shared)
    }
    future = index[as_of] + 1 if has_future_cell(spec) else -1
    starts = [
        p
        for p in positions
        if p == 0 or p == future or any(truth[p] != truth[p - 1] for truth in on_positions.values())
    ]
    bounds = tuple(Boundary(cuts[(p - 1) // 2], p % 2 == 1, spans[cuts[(p - 1) // 2]]) for p in starts[1:])
    truths = {test: _closed([on_positions[test][p] for p in starts], never_holds(test)) for test in tests}
    ends = [*starts[1:], len(positions)]
    domain = tuple(
        cell
        for cell, (start, end) in enumerate(zip(starts, ends, strict=True))
        if start != future and any(_is_possible(p, cuts, spec) for p in range(start, end))
    )
    return FieldCells(field, "ordered", truths, len(starts), domain, bounds=bounds)


def has_future_cell(spec: FieldSpec) -> bool:
    """Say whether the field's last cell is that of the days after the as-of date, which cannot be."""
    return spec.kind == "age" and not spec.future


def _quantities(test: Test) -> Iterable[Quantity]:
    if isinstance(test, Within):
        yield test.span
    elif isinstance(test, Range):
        yield from (bound.value for bound in (test.low, test.high) if bound is not None)


def cut_value(quantity: Quantity, spec: FieldSpec, as_of: date) -> Value:
    """Return a test's quantity in the unit of its column: fen, a float, or the day a span before as-of."""
    if isinstance(quantity, Duration):
        return quantity.before(as_of)
    return int(quantity) if spec.kind == "money" else float(quantity)


def _holds(test: Test, p: int, index: Mapping[Value, int], spec: FieldSpec, as_of: date) -> bool:
    if isinstance(test, Within):
        return (index[test.span.before(as_of)] <= p <= index[as_of]) != test.negated
    if not isinstance(test, Range):
        return False
    low, high = test.low, test.high
    if spec.kind in DATED:  # a longer span is an earlier day
        low, high = high, low
    return _reaches(low, p, index, spec, as_of, 1) and _reaches(high, p, index, spec, as_of, -1)


def _reaches(
    bound: Bound | None, p: int, index: Mapping[Value, int], spec: FieldSpec, as_of: date, sign: int
) -> bool:
    if bound is None:
        return True
    beyond = sign * (p - index[cut_value(bound.value, spec, as_of)])
    return beyond > 0 or (beyond == 0 and bound.inclusive)


def never_holds(test: Test) -> bool:
    """Return what a test on a date is where it never happened: no age, so shorter than every span."""
    if isinstance(test, Within):
        return test.negated
    return isinstance(test, Range) and test.low is None


def _is_possible(p: int, cuts: Sequence[Value], spec: FieldSpec) -> bool:
    """Say whether some value of the kind, between the field's minimum and maximum, lies at a position."""
    minimum = float("-inf") if spec.minimum is None or spec.kind in DATED else spec.minimum
    maximum = float("inf") if spec.maximum is None or spec.kind in DATED else spec.maximum
    numbers = [float(cut.toordinal()) if isinstance(cut, date) else float(cut) for cut in cuts]
    if p % 2:
        value = numbers[p // 2]
        return minimum <= value <= maximum and (spec.kind not in DISCRETE or value == floor(value))
    low = numbers[p // 2 - 1] if p else float("-inf")
    high = numbers[p // 2] if p // 2 < len(numbers) else float("inf")
    if spec.kind not in DISCRETE:
        return max(low, minimum) < min(high, maximum)
    first = max(low, minimum)
    if first == float("-inf"):
        return min(high, maximum) > first
    first = floor(first) + 1 if first == low else ceil(first)
    return first < high and first <= maximum

"""Where each customer's tier can change as one cut moves: at the value, or where what is known of the value ends.

What the tier then is, is left to `crmtool.rules.tuning.curves`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import EMPTY, HIGH, NEVER, READ, STATE
from crmtool.ledger.quantities import Duration
from crmtool.rules.arrays import Mask, array_of, mask_of
from crmtool.rules.judging.cells import DATED, Value
from crmtool.rules.model import Policy, RuleSet
from crmtool.rules.tuning.moving import Cut

#: Numbers of a column: int64 (fen, days since 1970) or float64.
Figures = npt.NDArray[Any]
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, eq=False)
class Places:
    """One row a customer: `at` is where the tier can change, if it `moves` at all between the cut's neighbours.

    `is_known`: it is the value itself. `left` customers would change at two places, and are left as they are.
    """

    at: Figures
    moves: Mask
    is_known: Mask
    left: int


def from_number(number: Any, like: Value) -> Value:
    """Return a number of a column in the unit of its values: a day, whole fen, or a float."""
    if isinstance(like, date):
        return date.fromordinal(int(number) + _EPOCH)
    return int(number) if isinstance(like, int) else float(number)


def to_number(value: Value) -> int | float:
    """Return a value as a number of its column: of a day, the days since 1970."""
    return value.toordinal() - _EPOCH if isinstance(value, date) else value


def places_of(
    table: pa.Table, rule_set: RuleSet, as_of: date, cut: Cut, low: Value | None, high: Value | None
) -> Places:
    """Return where each customer can change as a cut moves between its neighbours `low` and `high` (None: there is none).

    A value that is a range, or unknown, lies between two ends: of the range, the field's bounds, or the days that an
    `assume` sets. A tier can change where the cut passes one of them. An empty cell that is taken as a value has that value.
    """
    known = _Known(table, rule_set, as_of)
    lower, upper = known.ends(cut)
    is_known = lower == upper
    lower_inside, upper_inside = (_within(ends, low, high) for ends in (lower, upper))
    is_twice = lower_inside & upper_inside & ~is_known
    moves = (lower_inside | upper_inside) & ~is_twice
    if cut.belongs_up is None:  # whose the cut itself is differs from test to test: told of values alone
        is_twice |= moves & ~is_known
        moves &= is_known
    return Places(np.where(lower_inside, lower, upper), moves, is_known, int(is_twice.sum()))


def _within(at: Figures, low: Value | None, high: Value | None) -> Mask:
    inside = np.ones(len(at), dtype=np.bool_)
    inside &= True if low is None else at > to_number(low)
    inside &= True if high is None else at < to_number(high)
    lowest, highest = _extremes(at.dtype)
    inside &= at != lowest
    inside &= at != highest
    return inside


def _extremes(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    if np.issubdtype(dtype, np.floating):
        return -np.inf, np.inf
    return np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class _Known:
    """What is known of the values of a ledger's customers."""

    table: pa.Table
    rule_set: RuleSet
    as_of: date

    def ends(self, cut: Cut) -> tuple[Figures, Figures]:
        """Return between which ends each customer's value lies; the same twice where it is known."""
        field = cut.field
        numbers, is_read = self._column(field)
        states = array_of(self.table[field + STATE])
        assumed = self._assumed(self.rule_set.fields[field].missing)
        if assumed is not None:
            is_empty = mask_of(pc.equal(states, EMPTY))
            numbers, is_read = np.where(is_empty, assumed, numbers), is_read | is_empty
        least, most = self._unknown_ends(cut, numbers)
        lower, upper = np.where(is_read, numbers, least), np.where(is_read, numbers, most)
        if field + HIGH in self.table.column_names:
            tops, has_top = self._numbers(field, self.table[field + HIGH])
            upper = np.where(is_read & has_top, tops, upper)
        # A date that never happened lies nowhere, wherever the cut stands.
        lowest, highest = _extremes(lower.dtype)
        is_never = mask_of(pc.equal(states, NEVER))
        return np.where(is_never, lowest, lower), np.where(is_never, highest, upper)

    def _column(self, field: str) -> tuple[Figures, Mask]:
        numbers, is_there = self._numbers(field, self.table[field])
        return numbers, is_there & mask_of(pc.equal(self.table[field + STATE], READ))

    def _numbers(self, field: str, column: pa.ChunkedArray) -> tuple[Figures, Mask]:
        kind = self.rule_set.fields[field].spec.kind
        plain = array_of(column)
        plain = plain.cast(pa.int32()) if kind in DATED else plain
        filled = array_of(pc.fill_null(plain, 0)).to_numpy(zero_copy_only=False)
        return filled.astype(np.int64 if kind in (*DATED, "money") else np.float64), mask_of(
            pc.is_valid(plain)
        )

    def _assumed(self, policy: Policy) -> int | float | None:
        if policy.kind == "zero":
            return 0
        if policy.kind != "as":
            return None
        value = policy.value
        return to_number(value.before(self.as_of) if isinstance(value, Duration) else value)

    def _unknown_ends(self, cut: Cut, like: Figures) -> tuple[Figures, Figures]:
        """Return between which ends a value lies of which nothing stands in the ledger.

        Of the field's bounds the cut can pass but one: nothing lies beyond the other, whichever side the cut belongs to.
        """
        spec = self.rule_set.fields[cut.field].spec
        lowest, highest = _extremes(like.dtype)
        minimum, maximum = (None, None) if spec.kind in DATED else (spec.minimum, spec.maximum)
        least = np.full_like(like, lowest if minimum is None or cut.belongs_up is False else minimum)
        most = np.full_like(like, highest if maximum is None or cut.belongs_up else maximum)
        for other, is_later in self._assumed_beside(cut.field):
            if other in self.table.column_names:
                days, is_known = self._column(other)
                if (
                    is_later
                ):  # this field's day is the later one: the other day is the earliest that it can be
                    least = np.where(is_known, np.maximum(least, days), least)
                else:
                    most = np.where(is_known, np.minimum(most, days), most)
        return least, most

    def _assumed_beside(self, field: str) -> Iterator[tuple[str, bool]]:
        """Yield the fields to whose days a field's own is bound, over others too, and whether its own is the later one."""
        for is_later in (True, False):
            pairs = [pair if is_later else pair[::-1] for pair in self.rule_set.assume]
            seen, todo = set[str](), [field]
            while todo:
                name = todo.pop()
                beside = [other for own, other in pairs if own == name and other not in seen]
                seen.update(beside)
                todo += beside
            yield from ((other, is_later) for other in sorted(seen))

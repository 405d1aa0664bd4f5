"""Which day each of a customer's visits would best have, so that no two of them fall on one day.

Which day each gets in the end, within what a person can do, is for `crmtool.visits.levelling`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.visits.calendar.days import NO_DAY, Days, day_cells, days_in
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.frames import column, one_of, replaced, same_text

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Farther than any day.
_NOWHERE: Final = 1 << 40


def apart(
    dues: pd.DataFrame, workdays: Workdays, *, standing: pd.DataFrame, previous: pd.DataFrame
) -> pd.DataFrame:
    """Return due visits (DUE_COLUMNS) of which, where it can be, no two of a customer have one `preferred` day.

    Of those on one day the one with the fewest working days to choose from keeps it; of equal ones a birthday or
    festival, then the first by `visit_id`. Each other prefers the working day of its window that is nearest in the
    calendar, of two the later, among those on which the customer has nothing; without such a day it stays. Agreed
    visits, those that are `standing` (customer, day) and those that an earlier plan (`previous`: visit_id,
    planned_on) gave a working day of their window take that day and are not moved. Nothing but `preferred` changes,
    and the order of rows makes no difference. A visit without a customer or without a window is left as it is.
    """
    worked = workdays.days
    customer, preferred = _numbers(dues, "customer"), _days(dues, "preferred")
    held = _held(dues, worked, previous)
    taken = _Taken.of(
        np.concatenate([customer, _numbers(standing, "customer")]),
        np.concatenate([held, _days(standing, "day")]),
        worked,
    )
    rows = np.flatnonzero((customer >= 0) & np.isnat(held) & _has_window(dues) & np.isin(preferred, worked))
    rows = rows[_is_crowded(customer[rows], np.searchsorted(worked, preferred[rows]), taken, len(worked))]
    if not len(rows):
        return dues
    visits = _in_order(dues, rows, worked)
    preferred[visits.rows] = worked[_spread(visits, taken, worked.astype(np.int64))]
    return replaced(dues, {"preferred": day_cells(preferred)})


@dataclass(frozen=True, eq=False)
class _Taken:
    """Days that customers have a visit on, whatever is preferred: days are numbers of working days."""

    customer: Ints
    place: Ints

    @classmethod
    def of(cls, customer: Ints, days: Days, worked: Days) -> _Taken:
        """Return those that lie on working days, of customers that are known."""
        is_one = (customer >= 0) & np.isin(days, worked)
        return cls(customer[is_one], np.searchsorted(worked, days[is_one]))


@dataclass(frozen=True, eq=False)
class _Visits:
    """Visits that may have to part, customer by customer and day by day, who keeps the day first.

    `rows` are their places in the dues; days are numbers of working days.
    """

    rows: Ints
    customer: Ints
    first: Ints
    preferred: Ints
    last: Ints


def _held(dues: pd.DataFrame, worked: Days, previous: pd.DataFrame) -> Days:
    """Return the day that each visit has already: an agreed one, or that of the earlier plan where it may stay."""
    at = pc.index_in(column(dues, "visit_id"), column(previous, "visit_id"))
    earlier = days_in(column(previous, "planned_on").take(at))
    may_stay = (_days(dues, "earliest") <= earlier) & (earlier <= _days(dues, "latest"))
    earlier[~(may_stay & np.isin(earlier, worked))] = NO_DAY
    is_agreed = same_text(column(dues, "kind"), "agreed").to_numpy(zero_copy_only=False)
    return np.where(is_agreed, _days(dues, "preferred"), earlier)


def _has_window(dues: pd.DataFrame) -> Flags:
    return ~np.isnat(_days(dues, "earliest")) & ~np.isnat(_days(dues, "latest"))


def _is_crowded(customer: Ints, preferred: Ints, taken: _Taken, days: int) -> Flags:
    """Tell which visits are of a customer who has several on some day."""
    own, counts = np.unique(customer * days + preferred, return_counts=True)
    is_shared = (counts > 1) | np.isin(own, taken.customer * days + taken.place)
    return np.isin(customer, own[is_shared] // days)


def _in_order(dues: pd.DataFrame, rows: Ints, worked: Days) -> _Visits:
    """Return the visits at these places of the dues; see `_Visits` for their order."""
    preferred = np.searchsorted(worked, _days(dues, "preferred")[rows])
    first = np.searchsorted(worked, _days(dues, "earliest")[rows])
    last = np.searchsorted(worked, _days(dues, "latest")[rows], side="right") - 1
    chosen = pa.array(rows)
    kinds = one_of(column(dues, "kind").take(chosen), ("birthday", "festival"))
    by_id = pc.sort_indices(column(dues, "visit_id").take(chosen)).to_numpy()
    rank = np.empty(len(rows), np.int64)
    rank[by_id] = np.arange(len(rows))
    customer = _numbers(dues, "customer")[rows]
    is_movable = ~kinds.to_numpy(zero_copy_only=False)
    order = np.lexsort([rank, is_movable, last - first, preferred, customer])
    return _Visits(rows[order], customer[order], first[order], preferred[order], last[order])


def _spread(visits: _Visits, taken: _Taken, dates: Ints) -> Ints:
    """Return the working day that each visit prefers now; `dates` has the calendar day of each, as a number."""
    customers, row = np.unique(visits.customer, return_inverse=True)
    is_taken = np.zeros((len(customers), len(dates)), bool)
    at = np.minimum(np.searchsorted(customers, taken.customer), len(customers) - 1)
    is_theirs = customers[at] == taken.customer
    is_taken[at[is_theirs], taken.place[is_theirs]] = True
    is_first = np.concatenate([[True], (np.diff(row) != 0) | (np.diff(visits.preferred) != 0)])
    keeps = is_first & ~is_taken[row, visits.preferred]
    is_taken[row[keeps], visits.preferred[keeps]] = True
    place = visits.preferred.copy()
    for now in _turns(np.flatnonzero(~keeps), row, visits.last - visits.first):
        bounds = visits.first[now], visits.last[now]
        found = _nearest(is_taken, row[now], place[now], bounds, dates)
        place[now] = found
        is_taken[row[now], found] = True
    return place


def _turns(left: Ints, row: Ints, width: Ints) -> Iterator[Ints]:
    """Yield one visit of each customer at a time, those with the fewest days to choose from first."""
    left = left[np.lexsort([width[left], row[left]])]
    _, starts, counts = np.unique(row[left], return_index=True, return_counts=True)
    turn = np.arange(len(left)) - np.repeat(starts, counts)
    left, turn = left[np.argsort(turn, kind="stable")], np.sort(turn)
    ends = np.searchsorted(turn, np.arange(1, counts.max(initial=1)))
    yield from np.split(left, ends)


def _nearest(is_taken: Flags, row: Ints, place: Ints, bounds: tuple[Ints, Ints], dates: Ints) -> Ints:
    """Return the free day nearest to each place, the later of two; the place itself where none is free.

    `row` says which row of `is_taken` is that of the visit's customer.
    """
    first, last = bounds
    later, earlier = _free(is_taken, row, place, last, 1), _free(is_taken, row, place, first, -1)
    ahead = np.where(later >= 0, dates[later] - dates[place], _NOWHERE)
    back = np.where(earlier >= 0, dates[place] - dates[earlier], _NOWHERE)
    found = np.where(ahead <= back, later, earlier)
    return np.where(found >= 0, found, place)


def _free(is_taken: Flags, row: Ints, place: Ints, bound: Ints, step: int) -> Ints:
    """Return the first free day after each place and up to a bound, going by `step`; -1 where none is free."""
    found, left, at = np.full(len(place), -1), np.arange(len(place)), place + step
    while True:
        is_inside = (bound[left] - at) * step >= 0
        left, at = left[is_inside], at[is_inside]
        if not len(left):
            return found
        is_free = ~is_taken[row[left], at]
        found[left[is_free]] = at[is_free]
        left, at = left[~is_free], at[~is_free] + step


def _days(frame: pd.DataFrame, name: str) -> Days:
    return days_in(column(frame, name))


def _numbers(frame: pd.DataFrame, name: str) -> Ints:
    """Return a column of numbers, -1 where there is none."""
    numbers: Ints = pc.fill_null(column(frame, name), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers

"""The visits of a frame of dues as whole columns of numbers: whose, in which line of bins, on which working days.

Which day each gets is for `crmtool.visits.levelling.level` to find.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.rules.arrays import array_of
from crmtool.visits.calendar.days import Days
from crmtool.visits.levelling.bins import Bins, Ints

#: The columns of a frame of visits that are settled already, and of one of an earlier plan.
LOAD_COLUMNS = {"owner": pa.string(), "day": pa.date32(), "channel": pa.string(), "count": pa.int64()}
PREVIOUS_COLUMNS = {"visit_id": pa.string(), "planned_on": pa.date32()}


@dataclass(frozen=True, eq=False)
class Settled:
    """Visits whose day is not to be found: agreed, done, or another's to say. One entry a person, day and line."""

    owner: Ints
    day: Days
    line: Ints
    counts: Ints

    def bins(self, bins: Bins, workdays: Days) -> tuple[Ints, Ints, Ints]:
        """Return the person, the bin and how many visits it holds, for each bin that any lies in.

        Visits on a day off count for their week alone.
        """
        place = np.searchsorted(workdays, self.day)
        is_worked = np.isin(self.day, workdays)
        at = np.where(is_worked, self.line * bins.days + place, bins.week_of(self.day))
        found = [(self.owner[at >= 0], at[at >= 0], self.counts[at >= 0])]
        while len(found[-1][1]):
            owner, inner, counts = found[-1]
            outer = bins.parents[inner]
            found.append((owner[outer >= 0], outer[outer >= 0], counts[outer >= 0]))
        owners, all_bins, all_counts = (np.concatenate(part) for part in zip(*found, strict=True))
        keys, which = np.unique(owners * len(bins.parents) + all_bins, return_inverse=True)
        sums = np.bincount(which, all_counts, len(keys)).astype(np.int64)
        return keys // len(bins.parents), keys % len(bins.parents), sums


@dataclass(frozen=True, eq=False)
class Asked:
    """The visits that levelling finds a day for: `rows` are their places in the dues, and all else goes by them.

    `owners` are the persons by number, one of them null where a visit has none. Days are numbers of working days;
    `earlier` is -1 where an earlier plan has no day within the window. `no_workday` are the places of visits whose
    window holds no working day, `agreed` those of visits that keep their day whatever it is.
    """

    owners: pa.Array
    owner_of_row: Ints
    rows: Ints
    owner: Ints
    line: Ints
    first: Ints
    last: Ints
    preferred: Ints
    earlier: Ints
    no_workday: Ints
    agreed: Ints
    settled: Settled

    @property
    def home(self) -> Ints:
        """Return the day of each visit that costs least."""
        return np.where(self.earlier >= 0, self.earlier, self.preferred)


def ask(
    dues: pd.DataFrame,
    workdays: Days,
    channels: Sequence[str],
    loads: pd.DataFrame | None,
    previous: pd.DataFrame | None,
) -> Asked:
    """Return what is asked for by these dues; see `level` for the frames. `channels` are the capped ones."""
    owners, owner = _numbered(_column(dues, "owner"))
    line = _lines(_column(dues, "channel"), channels)
    is_agreed = _flags(pc.equal(_column(dues, "kind"), "agreed"))
    earliest, preferred, latest = (_days(_column(dues, name)) for name in ("earliest", "preferred", "latest"))
    first = np.searchsorted(workdays, earliest)
    last = np.searchsorted(workdays, latest, side="right") - 1
    is_asked = ~is_agreed & ~(np.isnat(earliest) | np.isnat(preferred) | np.isnat(latest)) & (first <= last)
    rows = np.flatnonzero(is_asked)
    first, last = first[rows], last[rows]
    agreed = np.flatnonzero(is_agreed)
    return Asked(
        owners,
        owner,
        rows,
        owner[rows],
        line[rows],
        first,
        last,
        np.clip(np.searchsorted(workdays, preferred[rows]), first, last),
        _earlier(dues, rows, previous, workdays, first, last),
        np.flatnonzero(~is_asked & ~is_agreed),
        agreed,
        _settled(owners, owner[agreed], agreed_days(dues, agreed), line[agreed], loads, channels),
    )


def agreed_days(dues: pd.DataFrame, agreed: Ints) -> Days:
    """Return the days of the agreed visits at these places."""
    return _days(_column(dues, "preferred").take(pa.array(agreed)))


def urgency_order(dues: pd.DataFrame, rows: Ints) -> Ints:
    """Return the place of each of these rows when they are sorted by urgency, equal ones by visit id."""
    taken = pa.array(rows)
    keys = pa.table({name: _column(dues, name).take(taken) for name in ("urgency", "visit_id")})
    order = pc.sort_indices(keys, [("urgency", "ascending"), ("visit_id", "ascending")]).to_numpy()
    rank = np.empty(len(rows), np.int64)
    rank[order] = np.arange(len(rows))
    return rank


def _earlier(
    dues: pd.DataFrame, rows: Ints, previous: pd.DataFrame | None, workdays: Days, first: Ints, last: Ints
) -> Ints:
    """Return the working day of the earlier plan where it lies in the window, else -1."""
    if previous is None or not len(previous):
        return np.full(len(rows), -1)
    ids = _column(dues, "visit_id").take(pa.array(rows))
    found = pc.index_in(ids, value_set=_column(previous, "visit_id"))
    day = _days(_column(previous, "planned_on").take(found))
    place = np.searchsorted(workdays, day)
    is_kept = np.isin(day, workdays) & (first <= place) & (place <= last)
    return np.where(is_kept, place, -1)


def _settled(
    owners: pa.Array, owner: Ints, day: Days, line: Ints, loads: pd.DataFrame | None, channels: Sequence[str]
) -> Settled:
    """Join the agreed visits with the loads; a load of a person who has no visit here matters to nobody."""
    counts = np.ones(len(day), np.int64)
    if loads is not None and len(loads):
        whose = pc.fill_null(pc.index_in(_column(loads, "owner"), value_set=owners), -1).to_numpy()
        is_known = whose >= 0
        owner = np.concatenate([owner, whose[is_known].astype(np.int64)])
        day = np.concatenate([day, _days(_column(loads, "day"))[is_known]])
        line = np.concatenate([line, _lines(_column(loads, "channel"), channels)[is_known]])
        counts = np.concatenate([counts, _column(loads, "count").to_numpy(zero_copy_only=False)[is_known]])
    is_day = ~np.isnat(day)
    return Settled(owner[is_day], day[is_day], line[is_day], counts[is_day])


def _numbered(texts: pa.Array) -> tuple[pa.Array, Ints]:
    """Return the distinct texts, sorted, null last, and the number of each."""
    distinct = pc.unique(texts)
    distinct = distinct.take(pc.sort_indices(distinct))
    return distinct, pc.index_in(texts, value_set=distinct).to_numpy().astype(np.int64)


def _lines(channel: pa.Array, channels: Sequence[str]) -> Ints:
    """Return the line of bins of each channel: its place among the capped ones, else the one after them."""
    capped = pa.array(channels, pa.string())
    found = pc.fill_null(pc.index_in(channel, value_set=capped), len(channels))
    lines: Ints = found.to_numpy().astype(np.int64)
    return lines


def _column(frame: pd.DataFrame, name: str) -> pa.Array:
    return array_of(frame[name])


def _days(days: pa.Array) -> Days:
    numbers: Days = days.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return numbers


def _flags(flags: pa.Array) -> NDArray[np.bool_]:
    values: NDArray[np.bool_] = pc.fill_null(flags, False).to_numpy(zero_copy_only=False)
    return values

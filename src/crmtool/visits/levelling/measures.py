"""How even each person's days came out, and how even they could have been.

Which day each visit got is for `crmtool.visits.levelling.level` to say.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from crmtool.visits.calendar.days import Days
from crmtool.visits.levelling.asked import Asked
from crmtool.visits.levelling.bins import Ints
from crmtool.visits.levelling.bounds import Stretches
from crmtool.visits.model import frame_of

#: One row a person; see `Levelled`.
OWNER_COLUMNS = {
    "owner": pa.string(),
    "day_cap": pa.int64(),
    "visits": pa.int64(),
    "unplaced": pa.int64(),
    "greatest_day": pa.int64(),
    "least_greatest_day": pa.int64(),
    "days_off": pa.int64(),
}


def measure(asked: Asked, workdays: Days, place: Ints, day_caps: pa.Array) -> pd.DataFrame:
    """Return `OWNER_COLUMNS` for each person: `place` is the working day of each visit, -1 for none."""
    is_placed = place >= 0
    owner, persons = asked.owner[is_placed], len(asked.owners)
    visits = _counts(owner, persons) + _counts(asked.owner_of_row[asked.agreed], persons)
    dates = workdays.astype(np.int64)
    off = np.abs(dates[place[is_placed]] - dates[asked.preferred[is_placed]])
    cells = {
        "owner": asked.owners,
        "day_cap": day_caps,
        "visits": visits,
        "unplaced": _counts(asked.owner_of_row, persons) - visits,
        "greatest_day": _greatest(asked, workdays, owner, place[is_placed]),
        "least_greatest_day": _least_greatest(asked, workdays, is_placed),
        "days_off": np.bincount(owner, off, persons).astype(np.int64),
    }
    return frame_of(OWNER_COLUMNS, cells)


def _greatest(asked: Asked, workdays: Days, owner: Ints, place: Ints) -> Ints:
    """Return the greatest number of visits on one day, worked or not, for each person."""
    settled, found = asked.settled, np.zeros(len(asked.owners), np.int64)
    whose = np.concatenate([owner, settled.owner])
    if not len(whose):
        return found
    day = np.concatenate([workdays[place], settled.day]).astype(np.int64)
    weight = np.concatenate([np.ones(len(owner), np.int64), settled.counts])
    earliest = day.min()
    span = day.max() - earliest + 1
    keys, which = np.unique(whose * span + day - earliest, return_inverse=True)
    np.maximum.at(found, keys // span, np.bincount(which, weight).astype(np.int64))
    return found


def _least_greatest(asked: Asked, workdays: Days, is_placed: NDArray[np.bool_]) -> Ints:
    """Return for each person the least that the greatest number of visits on one day could have been."""
    settled, none = asked.settled, np.empty(0, np.int64)
    found = _greatest(asked, workdays, none, none)
    owner, first, last = (column[is_placed] for column in (asked.owner, asked.first, asked.last))
    is_worked = np.isin(settled.day, workdays)
    whose, counts = settled.owner[is_worked], settled.counts[is_worked]
    place = np.searchsorted(workdays, settled.day[is_worked])
    own, taken = _by_owner(owner, len(found)), _by_owner(whose, len(found))
    for person, visits in enumerate(own):
        if len(visits):
            begin, end = int(first[visits].min()), int(last[visits].max()) + 1
            load = np.bincount(place[taken[person]], counts[taken[person]], end)[begin:end].astype(np.int64)
            ones = np.ones(len(visits), np.int64)
            stretches = Stretches(first[visits] - begin, last[visits] - begin, ones, load)
            found[person] = max(int(found[person]), stretches.least_greatest())
    return found


def _by_owner(owner: Ints, persons: int) -> list[Ints]:
    """Return the places of each person's entries."""
    order = np.argsort(owner, kind="stable")
    return np.split(order, np.searchsorted(owner[order], np.arange(1, persons)))


def _counts(owner: Ints, persons: int) -> Ints:
    return np.bincount(owner, minlength=persons)

"""A working day for each due visit: everybody's at once where nobody has too many, person by person where one has.

Who has too many is for `asking` to find, and what is done about it for `person`. When a visit is due is for
`crmtool.visits.dues.due`, what stays of an earlier plan for `crmtool.visits.planning.replanning`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.levelling.asked import agreed_days
from crmtool.visits.levelling.asking import Asking
from crmtool.visits.levelling.bins import Ints
from crmtool.visits.levelling.measures import measure
from crmtool.visits.levelling.person import persons
from crmtool.visits.model import Caps, frame_of


@dataclass(frozen=True, eq=False)
class Levelled:
    """The day that each due visit got, in the order of the dues, and what that comes to.

    `days` has `planned_on` (date32, null: none) and `reason` (why there is none: one of `UNPLACED_REASONS`).
    `owners` has one row a person: `owner`, `day_cap` (the cap of a day that held; null where days are not capped),
    `visits` and `unplaced` (numbers of visits), `greatest_day` (the greatest number of visits on one day, settled
    ones included), `least_greatest_day` (no plan that places the same visits in their windows has a smaller one) and
    `days_off` (calendar days off the preferred days, all visits together).
    """

    days: pd.DataFrame
    owners: pd.DataFrame


def level(
    dues: pd.DataFrame,
    workdays: Workdays,
    caps: Caps,
    *,
    loads: pd.DataFrame | None = None,
    previous: pd.DataFrame | None = None,
) -> Levelled:
    """Find a working day within its window for each due visit (`DUE_COLUMNS`) so that no cap is exceeded.

    `loads` are visits that are settled already (columns owner, day, channel, count); they and the agreed visits count
    against the caps, and where they exceed one nothing more is put there. `previous` is an earlier plan (columns
    visit_id, planned_on). Of all ways the one found places the most urgent visits, and so as many as can be; then it
    keeps as many of them as can be on their earlier day; then the sum of calendar days off the preferred days is least.
    Equally good ways are told apart by the visits alone, never by the order of rows. A visit whose window is null or
    holds no working day gets none. A load or an earlier day that is null is passed over.
    """
    asking = Asking.of(dues, workdays, caps, loads, previous)
    asked = asking.asked
    place, dates = asked.home, asking.workdays.astype(np.int64)
    day_caps = [asking.caps.day] * len(asked.owners)
    for person in persons(dues, asked, asking.is_crowded()):
        cap = None if asking.is_capped else asking.least_cap(person.number, person.lots)
        room = asking.room(person.number, cap)
        place[person.visits] = person.days_of(asking.tree, room, dates)
        day_caps[person.number] = cap or asking.caps.day
    owners = measure(asked, asking.workdays, place, pa.array(day_caps, pa.int64()))
    return Levelled(_days(dues, asking, place), owners)


def fits(dues: pd.DataFrame, workdays: Workdays, caps: Caps, *, loads: pd.DataFrame | None = None) -> bool:
    """Tell whether every due visit with a working day in its window finds room; see `level` for the frames.

    Without caps all do.
    """
    if not caps.is_set:
        return True
    asking = Asking.of(dues, workdays, caps, loads, None)
    return all(
        person.has_room(asking.tree, asking.room(person.number), asking.bins.days)
        for person in persons(dues, asking.asked, asking.is_crowded())
    )


def _days(dues: pd.DataFrame, asking: Asking, place: Ints) -> pd.DataFrame:
    """Return the day of each due visit, or why it has none."""
    asked, is_placed = asking.asked, place >= 0
    planned = np.full(len(dues), np.datetime64("NaT"), "datetime64[D]")
    planned[asked.rows[is_placed]] = asking.workdays[place[is_placed]]
    planned[asked.agreed] = agreed_days(dues, asked.agreed)
    why = np.zeros(len(dues), np.int64)
    why[asked.rows[~is_placed]] = 1
    why[asked.no_workday] = 2
    reasons = pa.array([None, "cap", "no-workday"], pa.string()).take(pa.array(why))
    columns = {"planned_on": pa.date32(), "reason": pa.string()}
    return frame_of(columns, {"planned_on": pa.array(planned, pa.date32()), "reason": reasons})

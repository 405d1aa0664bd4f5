"""Who is on track, due, overdue or was never visited: how every line of a cadence stands, and every customer.

Knows what a standing is and from when on somebody is warned. When a line is due next is found in
`crmtool.visits.standing.next_due`; how many visits of a period were made, in `crmtool.visits.standing.rates`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.visits.calendar.days import NO_DAY, Days, day_cells
from crmtool.visits.calendar.span import Span
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.dues.basis import Basis
from crmtool.visits.dues.due import found_of, people_of, reasons_of
from crmtool.visits.dues.rows import People
from crmtool.visits.frames import column, frame_from, rows_where, same_text, table_of
from crmtool.visits.model import UNDECIDED as NOT_DECIDED
from crmtool.visits.model import frame_of
from crmtool.visits.planning.owning import owners_by_plan
from crmtool.visits.reading.contacts import Contacts
from crmtool.visits.standing.called_off import cancelled_in, without_cancelled
from crmtool.visits.standing.next_due import NextDue, next_due, with_plan

#: How somebody stands: a due day was missed (逾期), no contact is on record (从未回访), a due day comes within `DUE_WITHIN`
#: days, the as-of day included (近期应访), or later (正常). Counted apart: nothing is asked for (无回访安排), and the tier
#: is not decided (等级未定).
OVERDUE, NEVER_VISITED, DUE, ON_TRACK, NO_CADENCE, UNDECIDED = (
    "overdue",
    "never_visited",
    "due",
    "on_track",
    "no_cadence",
    "undecided",
)
STANDING_LABELS: Final[Mapping[str, str]] = {
    OVERDUE: "逾期",
    NEVER_VISITED: "从未回访",
    DUE: "近期应访",
    ON_TRACK: "正常",
    NO_CADENCE: "无回访安排",
    UNDECIDED: "等级未定",
}
DUE_WITHIN: Final = timedelta(days=7)
#: How far ahead the next due day is looked for; what comes later is on track.
HORIZON: Final = timedelta(days=366)

#: Who is told of a missed day, and from how many days past it on: the owner is reminded, then warned, then the owner's
#: manager is told.
REMIND, WARN, ESCALATE = "remind", "warn", "escalate"
LEVEL_LABELS: Final[Mapping[str, str]] = {REMIND: "提醒", WARN: "预警", ESCALATE: "上报"}
LEVEL_DAYS: Final[Mapping[str, int]] = {REMIND: 7, WARN: 15, ESCALATE: 30}

_SHARED: Final[Mapping[str, pa.DataType]] = {
    "customer": pa.int64(),
    "customer_key": pa.string(),
    "customer_id": pa.string(),
    "name": pa.string(),
    "tier": pa.string(),
    "owner": pa.string(),
    "standing": pa.string(),
    "channel": pa.string(),
    "label": pa.string(),
    "due_on": pa.date32(),
    "is_agreed": pa.bool_(),
    "overdue_days": pa.int64(),
    "level": pa.string(),
    "planned_on": pa.date32(),
    "last_contact": pa.date32(),
}
#: One row a line of a customer's cadence. `customer` is the position in the ledger. `due_on` is the next due day, of an
#: overdue line the oldest that was missed; null where none comes within `HORIZON`. `is_agreed` tells that it was agreed
#: on with the customer. `overdue_days` is null where nothing is overdue, `level` in the first days too. `planned_on` is
#: the next day that a plan has for it, `last_contact` the last visit by its channel.
LINE_COLUMNS: Final[Mapping[str, pa.DataType]] = _SHARED
#: One row a customer, in the ledger's order: the one of its lines that is due first, the last contact of any kind, and
#: `reason` (of `UNDUE_COLUMNS`), which says why nothing is asked for.
CUSTOMER_COLUMNS: Final[Mapping[str, pa.DataType]] = {**_SHARED, "reason": pa.string()}


@dataclass(frozen=True)
class Standings:
    """How all customers of a ledger stand on `as_of`; `lines` by customer, in the order of the rules file."""

    as_of: date
    lines: pd.DataFrame  # LINE_COLUMNS
    customers: pd.DataFrame  # CUSTOMER_COLUMNS

    def overdue(self) -> pd.DataFrame:
        """Return the lines with a missed day, those of never visited customers too; the oldest first."""
        late = table_of(rows_where(self.lines, pc.is_valid(column(self.lines, "overdue_days"))))
        order = [("due_on", "ascending"), ("customer_key", "ascending"), ("channel", "ascending")]
        order.append(("label", "ascending"))
        return frame_from(late.take(pc.sort_indices(late, order)))

    def never_visited(self) -> pd.DataFrame:
        """Return the customers without a contact on record; those due first come first, those without a day last."""
        new = table_of(
            rows_where(self.customers, same_text(column(self.customers, "standing"), NEVER_VISITED))
        )
        order = [("due_on", "ascending"), ("customer_key", "ascending")]
        return frame_from(new.take(pc.sort_indices(new, order)))


def standings(basis: Basis, as_of: date, workdays: Workdays, plan: pd.DataFrame | None = None) -> Standings:
    """Return how every customer, and every line of their cadence, stands on a day.

    `workdays` reach from `as_of` over `HORIZON`. `plan` (PLAN_COLUMNS, in the terms of the ledger) tells what was put
    off to a day agreed on, which is not overdue before its day, and whose a customer is until it is made anew. A
    cancelled visit of it answers its period. Each
    customer has one standing; the order of the ledger's rows makes no difference to it. Raises `UsageError` for a
    festival that nobody knows.
    """
    span = Span(as_of, as_of + HORIZON, as_of, workdays)
    contacts = basis.contacts(as_of)
    found, over = found_of(basis, span, contacts)
    settled = contacts.done_ids
    if plan is not None:
        cancelled = cancelled_in(plan)
        settled = pa.concat_arrays([settled, column(cancelled, "visit_id")])
    coming = next_due(basis.lines, found, basis.keys, settled, as_of)
    if plan is not None:
        coming = with_plan(without_cancelled(coming, cancelled, basis.keys), plan, as_of)
    people = people_of(basis, np.isnat(contacts.last()))
    if plan is not None:
        people = replace(people, owner=owners_by_plan(plan, people.owner))
    lines = _line_cells(coming, basis, people, contacts, as_of)
    customers = _customer_cells(coming, basis, people, reasons_of(basis, over), contacts, as_of)
    return Standings(as_of, frame_of(LINE_COLUMNS, lines), frame_of(CUSTOMER_COLUMNS, customers))


def _line_cells(
    coming: NextDue, basis: Basis, people: People, contacts: Contacts, as_of: date
) -> dict[str, Any]:
    channels = coming.texts("channel")
    last = np.full(len(coming.customer), NO_DAY)
    for channel in pc.unique(channels).to_pylist():
        is_of = pc.equal(channels, channel).to_numpy(zero_copy_only=False)
        last[is_of] = contacts.last_by(channel)[coming.customer[is_of]]
    return {
        **_who(coming.customer, basis, people),
        "standing": _standing(coming.due_on, people.is_never_visited[coming.customer], as_of),
        "channel": channels,
        "label": coming.texts("label"),
        **_when(coming, np.arange(len(coming.customer)), as_of),
        "last_contact": day_cells(last),
    }


def _customer_cells(
    coming: NextDue,
    basis: Basis,
    people: People,
    reasons: NDArray[np.object_],
    contacts: Contacts,
    as_of: date,
) -> dict[str, Any]:
    everyone = np.arange(len(basis.keys))
    order = np.lexsort((coming.line, coming.due_on, coming.customer))  # NaT comes last
    whose, first = np.unique(coming.customer[order], return_index=True)
    place = np.full(len(everyone), -1)
    place[whose] = order[first]
    has_line = place >= 0
    has_day = np.zeros(len(everyone), bool)
    has_day[has_line] = ~np.isnat(coming.due_on[place[has_line]])
    reasons = np.where(has_day, "", reasons)
    due_on = np.full(len(everyone), NO_DAY)
    due_on[has_line] = coming.due_on[place[has_line]]
    standing = _standing(due_on, people.is_never_visited, as_of)
    standing = np.where(reasons == "", standing, np.where(reasons == NOT_DECIDED, UNDECIDED, NO_CADENCE))
    at = pa.array(place, mask=~has_line)
    return {
        **_who(everyone, basis, people),
        "standing": pa.array(standing, pa.string()),
        "channel": coming.texts("channel").take(at),
        "label": coming.texts("label").take(at),
        **_when(coming, place, as_of),
        "last_contact": day_cells(contacts.last()),
        "reason": pa.array(reasons, pa.string(), mask=reasons == ""),
    }


def _who(customers: NDArray[np.int64], basis: Basis, people: People) -> dict[str, pa.Array]:
    places = pa.array(customers)
    return {
        "customer": places,
        "customer_key": people.key.take(places),
        "customer_id": people.customer_id.take(places),
        "name": people.name.take(places),
        "tier": column(basis.decisions.frame, "tier").cast(pa.string()).take(places),
        "owner": people.owner.take(places),
    }


def _when(coming: NextDue, places: NDArray[np.int64], as_of: date) -> dict[str, pa.Array]:
    """Return what is said of the due days at some places, -1: of none."""
    at = pa.array(places, mask=places < 0)
    late = np.where(coming.due_on < np.datetime64(as_of), np.datetime64(as_of) - coming.due_on, 0)
    overdue = late.astype("timedelta64[D]").astype(np.int64)
    level = np.full(len(overdue), "", object)
    for name, days in LEVEL_DAYS.items():
        level[overdue >= days] = name
    return {
        "due_on": day_cells(coming.due_on).take(at),
        "is_agreed": pa.array(coming.is_agreed).take(at),
        "overdue_days": pa.array(overdue, mask=overdue == 0).take(at),
        "level": pa.array(level, pa.string(), mask=level == "").take(at),
        "planned_on": day_cells(coming.planned_on).take(at),
    }


def _standing(due_on: Days, is_never_visited: NDArray[np.bool_], as_of: date) -> NDArray[np.object_]:
    found = np.full(len(due_on), ON_TRACK, object)
    found[due_on <= np.datetime64(as_of + DUE_WITHIN)] = DUE
    found[due_on < np.datetime64(as_of)] = OVERDUE
    found[is_never_visited] = NEVER_VISITED
    return found

"""What a due visit, a planned visit and a report of a visit are: the columns of their frames, and what is set for planning.

Made and read by every module of this room; how a due date is found is in `crmtool.visits.dues.due`, how a day is found for
it in `crmtool.visits.levelling`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from crmtool.errors import Finding

#: What became of a visit: open (待办), agreed with the customer (已约定), done (已完成), cancelled (取消), and missed
#: (未完成): past without a report, and given up for a later one when the plan was made anew.
OPEN, AGREED, DONE, CANCELLED, MISSED = "open", "agreed", "done", "cancelled", "missed"
STATUS_LABELS: Final[Mapping[str, str]] = {
    OPEN: "待办",
    AGREED: "已约定",
    DONE: "已完成",
    CANCELLED: "取消",
    MISSED: "未完成",
}
#: Visits that are yet to be made, and those that are settled for good: no planning touches them.
LIVE: Final = (OPEN, AGREED)
SETTLED: Final = (DONE, CANCELLED, MISSED)

#: What a person reports of a visit.
OUTCOME_DONE, POSTPONED, UNREACHED, CALLED_OFF = "done", "postponed", "unreached", "cancelled"
OUTCOME_LABELS: Final[Mapping[str, str]] = {
    OUTCOME_DONE: "已完成",
    POSTPONED: "改期",
    UNREACHED: "未联系上",
    CALLED_OFF: "取消",
}

#: Stands in a record of a visit that an earlier plan holds for a day before this one begins: it will have been made by then.
EXPECTED: Final = "expected"

#: Kinds of due visits: `every` N weeks or months, a `step` of a ladder after a day, a `birthday`, a `festival`, a
#: `deadline`, and `agreed` with the customer (下次跟进时间 of the ledger).
KINDS: Final = ("every", "step", "birthday", "festival", "deadline", "agreed")

#: One row a due visit. `customer` is the position in the ledger's customers, null where the ledger has no such
#: customer any more. `due_on` is the day that the cadence names, a day off or not; `preferred` the working day that
#: it moves to, `earliest` and `latest` the working days between which levelling may move it (all three are working
#: days, earliest ≤ preferred ≤ latest; for `agreed` all three are the agreed day, whatever day that is; all three are
#: null where the plan has no working day left: the visit ends unplaced, `no-workday`). Of an overdue `every` visit
#: `due_on` is the oldest day that was missed, before the span.
#: `overdue_days` is as-of minus the oldest due day that was missed, null where none was. `urgency` orders visits
#: where not all find room: lower first; equal ones by `visit_id`. `occasion` names a festival, a step or a deadline.
#: `owner` is null where the ledger names none.
DUE_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "visit_id": pa.string(),
    "customer": pa.int64(),
    "customer_key": pa.string(),
    "customer_id": pa.string(),
    "name": pa.string(),
    "tier": pa.string(),
    "channel": pa.string(),
    "label": pa.string(),
    "role": pa.string(),
    "owner": pa.string(),
    "kind": pa.string(),
    "occasion": pa.string(),
    "due_on": pa.date32(),
    "earliest": pa.date32(),
    "preferred": pa.date32(),
    "latest": pa.date32(),
    "overdue_days": pa.int64(),
    "is_never_visited": pa.bool_(),
    "urgency": pa.int64(),
    "prepare_days": pa.int64(),  # days before the visit on which the invitation goes out; null: none does
    "report_days": pa.int64(),  # days after it by which the report is due; null: none is
}

#: One row a visit of a plan: a due visit without its window, and the day it got. `planned_on` is null for a visit that
#: found no room; `reason` then says why (a code of `UNPLACED_REASONS`). `moved_from` is the day of the earlier plan
#: where that was another. `done_on` is the day on which a visit was made. `is_unpublished`: the holidays of that year
#: are not published yet.
PLAN_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **{
        name: kind
        for name, kind in DUE_COLUMNS.items()
        if name not in ("earliest", "preferred", "latest", "urgency")
    },
    "planned_on": pa.date32(),
    "status": pa.string(),
    "moved_from": pa.date32(),
    "done_on": pa.date32(),
    "reason": pa.string(),
    "is_unpublished": pa.bool_(),
}

#: A customer for whom no visit is due, and why: `reason` is `undecided` (待补资料), `no-cadence` (the tier has none),
#: `ladder-over` (the steps after the first purchase lie behind, and nothing follows) or `no-first-order`. Whoever is
#: visited, but not in the span, is in neither frame; `Dues.quiet` counts them.
UNDECIDED, NO_CADENCE, LADDER_OVER, NO_FIRST_ORDER = (
    "undecided",
    "no-cadence",
    "ladder-over",
    "no-first-order",
)
UNDUE_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    name: DUE_COLUMNS[name] for name in ("customer", "customer_key", "customer_id", "name", "tier", "owner")
} | {"reason": pa.string()}

#: What was reported of visits, planned or not: from the ledger's 回访记录, the history, or filled-in sheets. `channel`
#: is a channel id or null; `outcome` as above; `visit_id` null where the row names none; `source` says where it stands.
REPORT_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "visit_id": pa.string(),
    "customer": pa.int64(),
    "customer_key": pa.string(),
    "customer_id": pa.string(),
    "name": pa.string(),
    "channel": pa.string(),
    "owner": pa.string(),
    "planned_on": pa.date32(),
    "done_on": pa.date32(),
    "outcome": pa.string(),
    "satisfaction": pa.float64(),
    "recommend": pa.float64(),
    "feedback": pa.string(),
    "demand": pa.string(),
    "demand_explored": pa.string(),
    "complaint": pa.string(),
    "joined_services": pa.string(),
    "converted": pa.string(),
    "next_step": pa.string(),
    "next_contact": pa.date32(),
    "source": pa.string(),
}

#: What differs from an earlier plan, one row a visit: `change` is `moved`, `added` or `dropped`; `before` and `after` are
#: days, null where there was or is none.
CHANGE_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    name: DUE_COLUMNS[name] for name in ("visit_id", "customer_id", "name", "owner", "channel")
} | {"change": pa.string(), "before": pa.date32(), "after": pa.date32()}
MOVED, ADDED, DROPPED = "moved", "added", "dropped"

#: Why a due visit has no day: `cap` (every working day of its window is full), `no-workday` (its window holds none).
UNPLACED_REASONS: Final = ("cap", "no-workday")


def frame_of(columns: Mapping[str, pa.DataType], cells: Mapping[str, Any]) -> pd.DataFrame:
    """Return an Arrow-backed frame with exactly these columns; a column that is not in `cells` is all null.

    `cells` holds Arrow arrays, numpy arrays or lists of one length.

    >>> list(frame_of({"a": pa.int64(), "b": pa.string()}, {"a": [1]}).dtypes.astype(str))
    ['int64[pyarrow]', 'string[pyarrow]']
    """
    rows = len(next(iter(cells.values()))) if cells else 0
    arrays = {
        name: pa.array(cells[name], type=kind)
        if name in cells and not isinstance(cells[name], pa.ChunkedArray | pa.Array)
        else cells[name].cast(kind)
        if name in cells
        else pa.nulls(rows, kind)
        for name, kind in columns.items()
    }
    frame: pd.DataFrame = pa.table(arrays).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


@dataclass(frozen=True, slots=True)
class Caps:
    """How many visits a person can make: per working day, per calendar week (Monday to Sunday), and per day by channel.

    None: no such cap. Where none is set at all, days are levelled to `LEVEL` visits or, where that cannot hold them, to
    the smallest number that can, person by person.
    """

    day: int | None = None
    week: int | None = None
    channels: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        """Tell whether the user set any cap."""
        return self.day is not None or self.week is not None or bool(self.channels)


#: Visits a person and day below which nothing is moved for the sake of an even load, where no cap is set.
LEVEL: Final = 8


@dataclass(frozen=True)
class Dues:
    """What is due in a span of days: the visits, the customers without any, and what was odd on the way.

    `quiet` counts the customers for whom something is due, but not in the span: with those of `visits` and of `undue`
    they are all the customers there are.
    """

    visits: pd.DataFrame  # DUE_COLUMNS
    undue: pd.DataFrame  # UNDUE_COLUMNS
    findings: tuple[Finding, ...] = ()
    quiet: int = 0


@dataclass(frozen=True)
class Plan:
    """A plan for the days `first` to `last` as it stands on `as_of`.

    `visits` are those with a day, sorted by day, owner, customer and id; `unplaced` the due ones without; `undue` the
    customers for whom nothing is due; `changes` what differs from the earlier plan, empty where there was none.
    `stretch` is the factor that all intervals were stretched by. `beyond` are visits of the earlier plan that lie
    outside the span, as they stand now.
    """

    first: date
    last: date
    as_of: date
    visits: pd.DataFrame  # PLAN_COLUMNS
    unplaced: pd.DataFrame  # PLAN_COLUMNS
    undue: pd.DataFrame  # UNDUE_COLUMNS
    changes: pd.DataFrame  # CHANGE_COLUMNS
    stretch: float = 1.0
    findings: tuple[Finding, ...] = ()
    beyond: pd.DataFrame = field(default_factory=lambda: frame_of(PLAN_COLUMNS, {}))

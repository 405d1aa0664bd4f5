"""Knows the columns of what the history keeps beside its runs, and how each is stored.

What the columns mean is for those who fill them; the tables themselves are made in `schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

_TEXT, _COUNT, _DAY, _REAL, _FLAG = pa.string(), pa.int64(), pa.date32(), pa.float64(), pa.bool_()


@dataclass(frozen=True)
class Stored:
    """A table of the history: `columns` as they are taken and given; the run that wrote a row stands beside them.

    Texts repeat, so that each is kept once in `texts` and named by its number, but for those in `plain`. Days are
    kept as days since 1970-01-01. The stored table is called `stored_<name>`; the view `<name>` shows it in plain
    words. `holds` is the SQL that tells which rows are told: others are kept for the record alone. Texts of `packed`
    columns are long and different in every row: they stand deflated in `stored_packed`, many rows together, and are
    not in the view. Those of `formerly` stood in the table itself before; what was recorded then still does.
    """

    name: str
    columns: Mapping[str, pa.DataType]
    plain: frozenset[str] = frozenset()
    packed: frozenset[str] = frozenset()
    formerly: frozenset[str] = frozenset()
    holds: str = "true"

    @property
    def cells(self) -> Mapping[str, pa.DataType]:
        """Return the columns that stand in the stored table itself."""
        return {name: kind for name, kind in self.columns.items() if name not in self.packed}

    @property
    def coded(self) -> tuple[str, ...]:
        """Return the columns whose texts are kept in `texts`."""
        return tuple(n for n, kind in self.cells.items() if kind == _TEXT and n not in self.plain)


CLASSIFICATIONS: Final = Stored(
    "classifications",
    {
        **dict.fromkeys(("customer_key", "customer_id", "name"), _TEXT),
        **dict.fromkeys(("tier", "label", "rule", "rule_origin", "origin"), _TEXT),
        **dict.fromkeys(("computed_tier", "previous", "flag", "reason"), _TEXT),
        **dict.fromkeys(("possible", "missing", "next_tier", "next", "tags"), _TEXT),
        "score": _REAL,
        "facts": _TEXT,
        "held_tier": _TEXT,
        "pending_since": _DAY,
        "pending_reviews": _COUNT,
    },
    packed=frozenset({"reason", "next", "facts"}),
    formerly=frozenset({"reason", "next"}),
)

VISITS: Final = Stored(
    "visits",
    {
        **dict.fromkeys(("visit_id", "customer_key", "customer_id", "name", "tier", "channel"), _TEXT),
        **dict.fromkeys(("label", "role", "owner", "kind", "occasion"), _TEXT),
        "due_on": _DAY,
        "overdue_days": _COUNT,
        "is_never_visited": _FLAG,
        "prepare_days": _COUNT,
        "report_days": _COUNT,
        "planned_on": _DAY,
        "status": _TEXT,
        "moved_from": _DAY,
        "done_on": _DAY,
        "reason": _TEXT,
        "is_unpublished": _FLAG,
    },
    plain=frozenset({"visit_id"}),
)

REPORTS: Final = Stored(
    "reports",
    {
        **dict.fromkeys(("visit_id", "customer_key", "customer_id", "name", "channel", "owner"), _TEXT),
        "planned_on": _DAY,
        "done_on": _DAY,
        "outcome": _TEXT,
        "satisfaction": _REAL,
        "recommend": _REAL,
        **dict.fromkeys(("feedback", "demand", "demand_explored", "complaint"), _TEXT),
        **dict.fromkeys(("joined_services", "converted", "next_step"), _TEXT),
        "next_contact": _DAY,
        "source": _TEXT,
    },
    plain=frozenset({"visit_id", "feedback", "demand", "complaint", "next_step"}),
    holds="replaced_in IS NULL",
)

#: What a report is the same by: where it was written down, and how the customer was called there, is not part of it.
#: The digests of recorded reports are over these: another column here needs a migration that makes them anew.
REPORT_CONTENT: Final = tuple(
    name for name in REPORTS.columns if name not in ("source", "customer_id", "name", "planned_on")
)

#: What the KPIs of a period came to, in the order in which they were recorded: `crmtool.review.model.KPI_COLUMNS`.
KPIS: Final = Stored(
    "kpis",
    {
        **dict.fromkeys(("id", "tier", "label", "unit"), _TEXT),
        **dict.fromkeys(("numerator", "denominator", "actual"), _REAL),
        "target": _TEXT,
        "goal": _REAL,
        "met": _FLAG,
        **dict.fromkeys(("attainment", "before", "year_before", "baseline"), _REAL),
        "missing": _TEXT,
    },
)

#: Rows of the adjustment table, in its order: `crmtool.review.model.ADJUSTMENT_COLUMNS` without the place in the ledger.
#: `applied` tells what came of a row: null where it was only proposed, else what `apply` did with it.
ADJUSTMENTS: Final = Stored(
    "adjustments",
    {
        **dict.fromkeys(("period", "customer_key", "customer_id", "tier", "name", "label", "owner"), _TEXT),
        **dict.fromkeys(("strategy", "cycle", "kpis", "grade", "cause", "new_strategy"), _TEXT),
        "adjusted_on": _DAY,
        **dict.fromkeys(("remark", "approver", "verdict"), _TEXT),
        "approved_on": _DAY,
        **dict.fromkeys(("lock_tier", "lock_reason"), _TEXT),
        "lock_until": _DAY,
        **dict.fromkeys(("why", "short", "applied"), _TEXT),
    },
    plain=frozenset({"kpis", "cause", "remark"}),
    packed=frozenset({"kpis", "cause", "remark"}),
    formerly=frozenset({"kpis", "cause", "remark"}),
)

STORED: Final = (CLASSIFICATIONS, VISITS, REPORTS, KPIS, ADJUSTMENTS)

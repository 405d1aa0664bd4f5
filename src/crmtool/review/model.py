"""What a review is made of: how customers stood on a day, what was reached, who moved, what is proposed.

The columns of the frames that all rooms of the review share; how they are found is in `kpis`, `moves` and `adjusting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import pandas as pd
import pyarrow as pa

from crmtool.errors import Finding
from crmtool.review.period import Period
from crmtool.visits.model import frame_of

_TEXT, _REAL, _COUNT, _DAY, _FLAG = pa.string(), pa.float64(), pa.int64(), pa.date32(), pa.bool_()
_WHO: Final = dict.fromkeys(("customer_key", "customer_id", "name"), _TEXT)

#: How a customer stood on a day, one row a customer, by `customer_key` unique. `tier` is null for the undecided,
#: `computed_tier` what the rules say where `origin` is locked or given. `facts` is the JSON text of
#: `crmtool.review.moves.facts`: what was known of the fields that judge, null where that was not kept. `held_tier` is
#: the tier that holds while a change waits to be confirmed (null: none does), `pending_since` the as-of day of the
#: first review that saw the change, `pending_reviews` how many reviews in a row have seen it.
SNAPSHOT_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **_WHO,
    **dict.fromkeys(("tier", "label", "rule", "origin", "computed_tier", "reason", "facts"), _TEXT),
    "held_tier": _TEXT,
    "pending_since": _DAY,
    "pending_reviews": _COUNT,
}


@dataclass(frozen=True)
class Snapshot:
    """How the customers of a ledger stood on `as_of` (None: not known when), by which rules.

    `source` says where that is known from, `place` which one: a run's turn, a workbook's name, a column's header.
    Rules are null texts ("") where that is not known.
    """

    as_of: date | None
    frame: pd.DataFrame  # SNAPSHOT_COLUMNS
    source: Literal["judged", "history", "workbook", "ledger"]
    place: str = ""
    rules_id: str = ""
    rules_version: str = ""
    rules_sha256: str = ""


#: What a KPI came to, one row a KPI and group of customers. `tier` null: all customers. `unit` is percent (a fraction
#: of one), points (NPS), count, money (yuan), days, change (a fraction: 0.05 is 5 % more). `actual` is null where it is
#: unknown; `missing` then names what is lacking (a key of `crmtool.review.kpis.definitions.MISSING`). `target` is the
#: words of the rules, `goal` its line once the baseline is known, `attainment` how far it was reached (1 where met).
#: `before` and `year_before` are the same KPI one period and one year earlier, `baseline` what a relative target
#: starts from. `is_watched` rows have no target.
KPI_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **dict.fromkeys(("id", "tier", "label", "unit"), _TEXT),
    **dict.fromkeys(("numerator", "denominator", "actual"), _REAL),
    "target": _TEXT,
    "goal": _REAL,
    "met": _FLAG,
    **dict.fromkeys(("attainment", "before", "year_before", "baseline"), _REAL),
    "missing": _TEXT,
}

#: What a KPI came to for one customer, one row a KPI and customer, in the ledger's order then the rules'. `customer` is
#: the position in the ledger. `origin`: counted, or stated in the ledger's own 关键监测指标. `is_own` tells whether the
#: KPI is of the customer's tier: those of `all:` are shown, and nobody falls short of them alone. `text` is the KPI in
#: the notation of the documents (`复购率≥80%/85%`).
CUSTOMER_KPI_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "customer": _COUNT,
    "customer_key": _TEXT,
    **dict.fromkeys(("id", "label", "unit"), _TEXT),
    **dict.fromkeys(("numerator", "denominator", "actual"), _REAL),
    "target": _TEXT,
    "goal": _REAL,
    "met": _FLAG,
    "attainment": _REAL,
    "origin": _TEXT,
    "is_own": _FLAG,
    "text": _TEXT,
}

#: Kinds of moves. `level` is a change between tiers of equal rank; `opened` became undecided, `settled` was undecided.
SAME, UP, DOWN, LEVEL, NEW, GONE, OPENED, SETTLED = (
    *("same", "up", "down", "level", "new", "gone", "opened", "settled"),
)
MOVE_LABELS: Final[Mapping[str, str]] = {
    UP: "升级",
    DOWN: "降级",
    LEVEL: "平级变动",
    NEW: "新增客户",
    GONE: "不在台账",
    OPENED: "转为待定",
    SETTLED: "由待定转为已定",
    SAME: "未变",
}
#: What a move is owed to: the customer's own figures, the rules (another version), both, a lock, a tier given in the
#: ledger, or not known (what was judged then was not kept).
BY_CUSTOMER, BY_RULES, BY_BOTH, BY_LOCK, BY_GIVEN, BY_UNKNOWN = (
    *("customer", "rules", "both", "lock", "given", "unknown"),
)
#: One row a customer of either side: the ledger's order, then those who are gone. `customer` is null for these.
#: `was` and `now` are tier ids, null: undecided or not there (`kind` tells). `by_rules` is the tier that today's rules
#: give to what was known then, where the rules changed in between. `fields` are the ids joined by `|` of the fields whose
#: change makes the move; `reason` says so in words (of a customer who did not move: that a change which waited holds
#: from now on). `was_name` is filled where the customer was renamed. `held_tier`,
#: `pending_since`, `pending_reviews` as in a snapshot; `holds_until` is the first day on which the change could hold.
#: `confirmed` is the tier that held until now where a change that waited holds from this review on.
MOVE_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "customer": _COUNT,
    **_WHO,
    **dict.fromkeys(
        ("owner", "was_name", "kind", "was", "now", "cause", "by_rules", "fields", "reason"), _TEXT
    ),
    "held_tier": _TEXT,
    "pending_since": _DAY,
    "pending_reviews": _COUNT,
    "holds_until": _DAY,
    "confirmed": _TEXT,
}

#: Who stands near a line: `side` is above (just inside the tier they have) or below (just short of a better one);
#: `tier` is what they would be in across the line; `distance` a fraction of the line. `value` and `line` are in words.
NEAR_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "customer": _COUNT,
    **_WHO,
    **dict.fromkeys(("owner", "now", "side", "tier", "field", "value", "line"), _TEXT),
    "distance": _REAL,
}

#: How many customers each tier held at the reviews before and at this one (`tier` null: undecided), oldest first.
TREND_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "as_of": _DAY,
    "period": _TEXT,
    "tier": _TEXT,
    "customers": _COUNT,
}

#: What stands in the 客户关系维护策略动态调整表: the source's eleven columns, then the approval.
ADJUSTMENT_HEADERS: Final[Mapping[str, str]] = {
    "name": "客户名称",
    "label": "客户类型",
    "owner": "负责人",
    "strategy": "当前核心策略",
    "cycle": "策略执行周期",
    "kpis": "关键监测指标(目标值/实际值)",
    "grade": "效果评估(优/良/中/差)",
    "cause": "调整原因",
    "new_strategy": "调整后策略",
    "adjusted_on": "调整时间",
    "remark": "备注",
    "approver": "审批人",
    "verdict": "审批结果",
    "approved_on": "审批日期",
    "lock_tier": "等级锁定",
    "lock_reason": "锁定原因",
    "lock_until": "锁定至",
}
#: One row of that table. `customer` is the position in the ledger (null where it was not found there), `tier` the id of
#: `label`. `why` says for what it is listed, joined by `|`: short, moved, marked, waiting (not decided on last time).
#: `short` are the ids of the KPIs that fall short. All else is text as it stands or will stand in the cell.
ADJUSTMENT_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "customer": _COUNT,
    "customer_key": _TEXT,
    "customer_id": _TEXT,
    "tier": _TEXT,
    **{
        name: _DAY if name in ("adjusted_on", "approved_on", "lock_until") else _TEXT
        for name in ADJUSTMENT_HEADERS
    },
    "why": _TEXT,
    "short": _TEXT,
}
APPROVED, REJECTED, UNDECIDED = "approved", "rejected", "undecided"
VERDICT_LABELS: Final[Mapping[str, str]] = {APPROVED: "同意", REJECTED: "驳回", UNDECIDED: "待定"}

#: 具体目标 of a year: the KPIs that have a target, last year's and this year's figure and what was aimed at, in words
#: (`[X+10]` where the baseline is not known).
GOAL_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **dict.fromkeys(("id", "tier", "label", "unit", "statement", "target"), _TEXT),
    **dict.fromkeys(("year_before", "goal", "actual"), _REAL),
    "met": _FLAG,
}


@dataclass(frozen=True)
class Moves:
    """Who moved since `previous` (None: nothing to compare with, and `frame` holds everybody as they are).

    `rules_changed` tells whether another version of the rules judged then; `is_told_apart` whether its effect could be
    told from that of the customers.
    """

    frame: pd.DataFrame  # MOVE_COLUMNS
    near: pd.DataFrame = field(default_factory=lambda: frame_of(NEAR_COLUMNS, {}))
    previous: Snapshot | None = None
    rules_changed: bool = False
    is_told_apart: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Review:
    """A period's review as it stands on `as_of`.

    `rates` (RATE_COLUMNS of `crmtool.visits.standing.rates`) is None where no plan is known; `goals` None but for a year.
    """

    period: Period
    as_of: date
    kpis: pd.DataFrame  # KPI_COLUMNS
    customer_kpis: pd.DataFrame  # CUSTOMER_KPI_COLUMNS
    now: Snapshot
    moves: Moves
    adjustments: pd.DataFrame  # ADJUSTMENT_COLUMNS
    trend: pd.DataFrame = field(default_factory=lambda: frame_of(TREND_COLUMNS, {}))
    rates: pd.DataFrame | None = None
    goals: pd.DataFrame | None = None
    findings: tuple[Finding, ...] = ()

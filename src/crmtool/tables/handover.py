"""The sheet 交接清单: the customers of someone who leaves, with what the next owner has to know.

Who takes over from whom was asked for by the user; moving the visits is done in `crmtool.visits`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.ledger.ledger import Ledger
from crmtool.ledger.standard.outcomes import took_place
from crmtool.rules.decisions import Decisions
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped, no_texts
from crmtool.tables.open_matters import open_matters
from crmtool.tables.reaching import phones, told
from crmtool.tables.visit_words import means, tier_words
from crmtool.visits.calendar.days import NO_DAY, Days, day_cells, days_in, latest_of
from crmtool.visits.frames import one_of
from crmtool.visits.model import LIVE, Plan


def build(
    plan: Plan,
    ledger: Ledger,
    decisions: Decisions,
    rule_set: RuleSet,
    common: Common,
    reassign: Mapping[str, str],
) -> OutTable:
    """Return one row a customer whose owner in the ledger hands over (`reassign`: from → to), in the ledger's order.

    A customer without an open visit is in the list too, for somebody has to look after them.
    """
    frame = ledger.customers.frame
    everyone = array(frame["owner"]) if "owner" in frame else no_texts(len(frame))
    leavers = pa.array(list(reassign), pa.string())
    positions = pc.indices_nonzero(pc.fill_null(pc.is_in(everyone, value_set=leavers), False)).cast(
        pa.int64()
    )
    owner = everyone.take(positions)

    def shown(field: str) -> pa.Array:
        return told(frame, field).take(positions)

    next_visit = _next_visits(plan, positions, common)
    matters = open_matters(ledger, set(positions.to_pylist()))
    open_texts = pa.array(
        ["\n".join(matters.get(at, ())) or None for at in positions.to_pylist()], pa.string()
    )
    return OutTable(
        "handover",
        [
            TableColumn("customer_id", "客户编号", shown("customer_id")),
            TableColumn("name", "客户名称", shown("name"), "medium"),
            TableColumn("tier", "等级", tier_words(array(decisions.frame["tier"]).take(positions), rule_set)),
            TableColumn("contact", "联系人", shown("contact")),
            TableColumn("phone", "电话", phones(frame).take(positions)),
            TableColumn("last_contact", "最近联系", _last_contacts(ledger).take(positions), "date"),
            TableColumn("last_maintenance", "上次维护内容", shown("last_maintenance"), "wide"),
            TableColumn("open_matters", "未结需求与投诉", open_texts, "wide"),
            *next_visit,
            TableColumn("from", "原负责人", owner),
            TableColumn("to", "接手人", mapped(owner, reassign)),
        ],
    )


def note(rows: int, reassign: Mapping[str, str]) -> str:
    """Return the line below the sheet's title: who hands over to whom, and how many customers."""
    pairs = "；".join(f"{leaver} → {heir}" for leaver, heir in reassign.items())
    return f"{pairs} · 共 {rows} 位客户；台账中的负责人要改为接手人（--update-ledger 会写回）。"


def _last_contacts(ledger: Ledger) -> pa.Array:
    """Return each customer's last contact: 最近联系时间 or the last visit on record that was made, whichever is later."""
    frame = ledger.customers.frame
    days = _days(frame, "last_contact")
    if ledger.visits is not None:
        visits = ledger.visits.frame
        whose = pc.fill_null(array(visits["customer"]), -1).to_numpy(zero_copy_only=False)
        recorded = _days(visits, "date")
        counts = (whose >= 0) & (recorded <= np.datetime64(ledger.as_of))
        counts &= took_place(told(visits, "status"), told(visits, "result")).to_numpy(zero_copy_only=False)
        days = np.fmax(days, latest_of(whose[counts], recorded[counts], len(frame)))
    return day_cells(days)


def _days(frame: pd.DataFrame, field: str) -> Days:
    """Return a column of dates as days, NaT where there is none or the sheet has no such column."""
    if field not in frame or not pa.types.is_date(array(frame[field]).type):
        return np.full(len(frame), NO_DAY)
    return days_in(array(frame[field]))


def _next_visits(plan: Plan, positions: pa.Array, common: Common) -> list[TableColumn]:
    """Return day and channel of each customer's next open visit, and how many open ones there are in all."""
    visits = plan.visits
    is_open = one_of(array(visits["status"]), LIVE)
    is_known = pc.and_(is_open, pc.is_valid(array(visits["customer"])))
    own = visits[is_known.to_numpy(zero_copy_only=False)].sort_values("planned_on", kind="stable")
    customer = array(own["customer"])
    first = pc.index_in(positions, value_set=customer)  # of a set that repeats a value, its first place
    counts = {pair["values"]: pair["counts"] for pair in pc.value_counts(customer).to_pylist()}
    number = pa.array([counts.get(at, 0) for at in positions.to_pylist()], pa.int64())
    return [
        TableColumn("next_visit", "下次回访", array(own["planned_on"]).take(first), "date"),
        TableColumn("next_channel", "下次方式", means(array(own["channel"]).take(first), common)),
        TableColumn("open_visits", "待办次数", number, "count"),
    ]

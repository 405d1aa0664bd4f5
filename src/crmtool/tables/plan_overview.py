"""The sheet 计划概览: visits of each tier by channel, and what the plan rests on: day, span, rules, caps.

Whose visits they are, month by month, is the sheet 工作量.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmtool.content import OutTable, Scalar, TableColumn
from crmtool.rules.decisions import Decisions
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array
from crmtool.tables.overview import row_labels
from crmtool.tables.visit_words import channel_label, in_order, that_count
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.model import LEVEL, Caps, Plan

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """Customers and visits of each tier; `labels` by tier id, `""` for the undecided, `channels` in order.

    `customers`, `visited` and `never` (those without any contact on record) count customers, the others visits.
    """

    labels: Mapping[str, str]
    channels: Sequence[str]
    customers: Counts
    visited: Counts
    by_channel: Counts
    unplaced: Counts
    overdue: Counts
    never: Counts

    @classmethod
    def of(
        cls,
        plan: Plan,
        decisions: Decisions,
        rule_set: RuleSet,
        common: Common,
        is_never_visited: pa.Array | None = None,
    ) -> Tally:
        """Count a plan; tiers that only an earlier plan knows follow the rule set's own.

        `is_never_visited` (bool) has a cell for each customer; without it the visits of the plan tell who that is.
        """
        visits = that_count(plan.visits)
        tiers = pc.fill_null(array(visits["tier"]), "")
        names = row_labels(decisions, rule_set)
        found = in_order(pc.unique(tiers).to_pylist(), names)
        names |= {tier: tier or rule_set.unknown_label for tier in found if tier not in names}
        order = pa.array(names, pa.string())
        row = _positions(tiers, order)
        channels = in_order(pc.unique(array(visits["channel"])).drop_null().to_pylist(), common.channels)
        column = _positions(array(visits["channel"]), pa.array(channels, pa.string()))
        grid = np.bincount(row * len(channels) + column, minlength=len(names) * len(channels))
        return cls(
            names,
            channels,
            _counted(array(decisions.frame["tier"]), order),
            _distinct(visits, row, len(names)),
            grid.reshape(len(names), len(channels)),
            _counted(array(plan.unplaced["tier"]), order),
            _flagged(pc.greater(array(visits["overdue_days"]), 0), row, len(names)),
            _never(visits, row, len(names))
            if is_never_visited is None
            else _counted(array(decisions.frame["tier"]).filter(is_never_visited), order),
        )


def _positions(values: pa.Array, order: pa.Array) -> Counts:
    found = pc.fill_null(pc.index_in(values, value_set=order), 0)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def _counted(tiers: pa.Array, order: pa.Array) -> Counts:
    found = pc.index_in(pc.fill_null(tiers, ""), value_set=order).drop_null()
    return np.bincount(found.to_numpy(zero_copy_only=False), minlength=len(order))


def _flagged(flags: pa.Array, row: Counts, rows: int) -> Counts:
    return np.bincount(row[pc.fill_null(flags, False).to_numpy(zero_copy_only=False)], minlength=rows)


def _distinct(visits: pd.DataFrame, row: Counts, rows: int) -> Counts:
    """Return how many customers each row has visits of."""
    coded = array(visits["customer_key"]).dictionary_encode()
    keys = np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), np.int64) + 1
    pairs = np.unique(row * (len(coded.dictionary) + 1) + keys)
    return np.bincount(pairs // (len(coded.dictionary) + 1), minlength=rows)


def _never(visits: pd.DataFrame, row: Counts, rows: int) -> Counts:
    """Return how many customers without a contact each row has visits of."""
    never = pc.fill_null(array(visits["is_never_visited"]), False)
    is_never = np.asarray(never.to_numpy(zero_copy_only=False), bool)
    return _distinct(visits[is_never], row[is_never], rows)


def build(tally: Tally, common: Common) -> OutTable:
    """Return one row a tier, best first, the undecided last: customers, visits by channel and in all."""
    return _table("plan_tiers", list(tally.labels.values()), tally, common)


def total(tally: Tally, common: Common) -> OutTable:
    """Return the one row below: all tiers together."""
    counts = (tally.customers, tally.visited, tally.by_channel, tally.unplaced, tally.overdue, tally.never)
    summed = Tally({}, tally.channels, *(_sum(each) for each in counts))
    return _table("plan_tiers_total", ["合计"], summed, common)


def _sum(counts: Counts) -> Counts:
    return np.asarray(counts.sum(axis=0, keepdims=True))


def _table(name: str, labels: Sequence[str], tally: Tally, common: Common) -> OutTable:
    def count(key: str, header: str, cells: Counts) -> TableColumn:
        return TableColumn(key, header, pa.array(cells), "number")

    return OutTable(
        name,
        [
            TableColumn("label", "等级", pa.array(labels, pa.string())),
            count("customers", "客户数", tally.customers),
            count("visited", "有回访的客户", tally.visited),
            *(
                TableColumn(
                    f"c{number}",
                    channel_label(channel, common),
                    pa.array(tally.by_channel[:, number - 1]),
                    "count",
                )
                for number, channel in enumerate(tally.channels, start=1)
            ),
            count("visits", "回访合计", tally.by_channel.sum(axis=1)),
            count("unplaced", "未排入", tally.unplaced),
            count("overdue", "逾期补访", tally.overdue),
            count("never", "从未回访的客户", tally.never),
        ],
    )


def scalars(plan: Plan, tally: Tally, caps: Caps, common: Common, workdays: Workdays) -> dict[str, Scalar]:
    """Return what the workbook says once of the plan."""
    return {
        "first": plan.first,
        "last": plan.last,
        "visits": len(that_count(plan.visits)),
        "unplaced": len(plan.unplaced),
        "overdue": int(tally.overdue.sum()),
        "never_visited": int(tally.never.sum()),
        "caps": caps_text(caps, common)
        + (f"；排不下，间隔统一放大为 {plan.stretch:.4g} 倍" if plan.stretch != 1 else ""),
        "stretch_note": stretch_note(plan.stretch),
        "holidays_note": _holidays_note(plan, workdays),
    }


def caps_text(caps: Caps, common: Common) -> str:
    """Return how much one person can do, in words.

    >>> caps_text(Caps(day=8, channels={"onsite": 2}), Common({}))
    '每人每天不超过 8 次，其中onsite 2 次'
    >>> caps_text(Caps(), Common({}))
    '没有设上限；按每人每天 8 次以内均衡，容不下时尽量均匀'
    """
    if not caps.is_set:
        return f"没有设上限；按每人每天 {LEVEL} 次以内均衡，容不下时尽量均匀"
    parts = [f"每人每天不超过 {caps.day} 次"] if caps.day is not None else []
    own = "、".join(f"{channel_label(name, common)} {cap} 次" for name, cap in caps.channels.items())
    if own:
        parts.append(f"其中{own}" if parts else f"每人每天{own}以内")
    if caps.week is not None:
        parts.append(f"每周不超过 {caps.week} 次" if parts else f"每人每周不超过 {caps.week} 次")
    return "，".join(parts)


def earlier_text(laid_over: Mapping[str, str]) -> str:
    """Return which earlier plan a plan goes on from, in words; by `history` and `workbook`, their names.

    >>> earlier_text({"history": "crm.db", "workbook": "计划.xlsx"}), earlier_text({})
    ('历史库 crm.db 中的计划，加上 计划.xlsx 里填写的内容', '没有指定；同名的旧工作簿若在，已沿用其中的安排')
    """
    if not laid_over:
        return "没有指定；同名的旧工作簿若在，已沿用其中的安排"
    history, workbook = laid_over.get("history"), laid_over.get("workbook")
    if history is None:
        return f"工作簿 {workbook}"
    return f"历史库 {history} 中的计划" + (f"，加上 {workbook} 里填写的内容" if workbook else "")


def stretch_note(factor: float) -> str:
    """Return what is said where intervals were stretched; nothing where they were not.

    >>> stretch_note(1.25), stretch_note(1.0)
    ('排不下，本计划把所有间隔统一放大为 1.25 倍；下表是放大之前的频率。', '')
    """
    if factor == 1.0:
        return ""
    return f"排不下，本计划把所有间隔统一放大为 {factor:.4g} 倍；下表是放大之前的频率。"


def _holidays_note(plan: Plan, workdays: Workdays) -> str:
    """Return whether the holidays of all days of the plan are known; the years of those that are not."""
    known = np.datetime64(workdays.first, "D") + np.flatnonzero(workdays.is_published)
    days = np.arange(np.datetime64(plan.first, "D"), np.datetime64(plan.last, "D") + 1)
    unknown = days[~np.isin(days, known)].astype("datetime64[Y]")
    if not len(unknown):
        return "法定节假日与调休均已计入"
    years = "、".join(str(year) for year in np.unique(unknown))
    return f"{years} 年的节假日尚未公布，只避开周末；公布后请重新排计划"

"""Knows why an approved row of an adjustment table cannot be carried out.

What rows ask for is in `crmtool.review.adjusting.wishes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.review.adjusting.matching import is_shared
from crmtool.review.adjusting.reading import AdjustmentsBack
from crmtool.review.adjusting.wishes import CYCLE, LOCK_TIER, STRATEGY, WRITES, Wishes, is_same
from crmtool.review.model import APPROVED, REJECTED
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, day, one_array, one_of
from crmtool.visits.reading.facts import texts

#: The columns that must be read for a row to be carried out.
_NEEDED: Final = ("approver", *WRITES.values())
#: At which column's cell an objection is told, the first that the sheet has; 审批结果 where nothing is said.
_WHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "adjustment-of-nobody": ("name", "customer_id"),
    "adjustment-of-two": ("name", "customer_id"),
    "adjustment-of-several": ("name", "customer_id"),
    "adjustment-without-approver": ("approver", "verdict"),
    "adjustment-without-strategy": ("new_strategy",),
    "adjustment-lock-unknown": ("lock_tier",),
    "adjustment-lock-alone": ("lock_tier", "lock_reason", "lock_until"),
    "adjustment-lock-over": ("lock_until",),
    "adjustment-overtaken": ("new_strategy",),
}


@dataclass(frozen=True)
class Case:
    """Tables that came back, whose rows they are, what these ask for, and what approvals are bound by.

    `second` are the customers' positions whose number or key stands beside another's name.
    """

    back: AdjustmentsBack
    customers: pd.DataFrame
    wishes: Wishes
    rule_set: RuleSet
    approver: str
    today: date
    second: pa.Array

    def cells(self, name: str) -> pa.Array:
        """Return a column of the rows."""
        return column(self.back.rows, name)

    @property
    def is_approved(self) -> pa.Array:
        """Tell which rows are approved."""
        return pc.fill_null(pc.equal(self.cells("verdict"), APPROVED), False)


def objections(case: Case) -> pa.Array:
    """Return for each approved row the code of what stands against it; null for nothing, and for all other rows."""
    found = pa.nulls(len(case.back.rows), pa.string())
    for code, holds in _objections(case).items():
        stands = pc.and_(pc.and_(case.is_approved, pc.is_null(found)), pc.fill_null(holds, False))
        found = pc.if_else(stands, code, found)
    return one_array(found)


def _objections(case: Case) -> Mapping[str, pa.Array]:
    """Return for each code the rows that it holds for, in the order in which they are told."""
    places, wishes = case.wishes.places, case.wishes
    is_lost = pc.is_null(places)
    is_many = is_shared(case.back.rows, case.customers)
    lock, until = case.cells("lock_tier"), case.cells("lock_until")
    is_alone = pc.and_(pc.is_null(lock), pc.or_(pc.is_valid(case.cells("lock_reason")), pc.is_valid(until)))
    return {
        "adjustment-of-two": pc.is_valid(case.second),
        "adjustment-of-several": pc.and_(is_lost, is_many),
        "adjustment-of-nobody": is_lost,
        "adjustment-contradicted": _contradicted(case),
        "adjustment-without-approver": _and(bool(case.approver), pc.is_null(case.cells("approver"))),
        "adjustment-unread": is_unread(case.back.rows),
        "adjustment-lock-unknown": pc.and_(pc.is_valid(lock), pc.is_null(wishes.cells[LOCK_TIER])),
        "adjustment-lock-alone": is_alone,
        "adjustment-lock-over": pc.less(until, day(case.today)),
        "adjustment-without-strategy": pc.and_(pc.is_null(case.cells("new_strategy")), pc.is_null(lock)),
        "adjustment-overtaken": _overtaken(case),
    }


def is_unread(rows: pd.DataFrame) -> pa.Array:
    """Tell in which rows (BACK_COLUMNS) something stands that cannot be read where it says what is to be done."""
    pattern = r"\b(?:" + "|".join(_NEEDED) + r")\b"
    return pc.fill_null(pc.match_substring_regex(column(rows, "unread"), pattern), False)


def _and(holds: bool, rows: pa.Array) -> pa.Array:
    return rows if holds else pa.array(np.zeros(len(rows), bool))


def _contradicted(case: Case) -> pa.Array:
    """Tell which rows are of a customer for whom the tables decide on different things."""
    verdict = case.cells("verdict")
    is_decided = pc.fill_null(one_of(verdict, (APPROVED, REJECTED)), False)
    asked = [pc.fill_null(each.cast(pa.string()), "") for each in case.wishes.cells.values()]
    content = pc.binary_join_element_wise(*asked, "\x1f")
    content = pc.if_else(case.is_approved, content, "rejected")
    rows = pa.table({"place": case.wishes.places, "content": content}).filter(is_decided)
    counted = rows.group_by("place").aggregate([("content", "count_distinct")])
    several = counted.filter(pc.greater(counted["content_count_distinct"], 1))
    return pc.is_in(case.wishes.places, one_array(several["place"]), skip_nulls=True)


def _overtaken(case: Case) -> pa.Array:
    """Tell which rows the ledger has overtaken.

    Its strategy is neither the one that the row started from nor the one it leads to; or it is the latter, and was
    reached before, and the cycle or the lock has been changed since.
    """
    wishes, held = case.wishes, case.wishes.held[STRATEGY]
    is_new = pc.and_(wishes.asks[STRATEGY], wishes.is_same(STRATEGY))
    is_old = pc.or_(is_same(held, case.cells("strategy")), pc.invert(_says_strategy(case)))
    is_else = pc.and_(pc.is_valid(held), pc.invert(pc.or_(is_new, is_old)))
    is_repeated = pc.and_(is_new, pc.invert(is_same(case.cells("strategy"), wishes.cells[STRATEGY])))
    cycle = pc.and_(wishes.asks[CYCLE], pc.invert(wishes.is_same(CYCLE)))
    cycle = pc.and_(cycle, pc.is_valid(wishes.held[CYCLE]))
    lock = pc.and_(wishes.locks_otherwise, pc.is_valid(wishes.held[LOCK_TIER]))
    return pc.or_(is_else, pc.and_(is_repeated, pc.or_(cycle, lock)))


def _says_strategy(case: Case) -> pa.Array:
    """Tell which rows are of a sheet that has a column 当前核心策略."""
    silent = [
        f"{file}\x1f{sheet}" for (file, sheet), known in case.back.columns.items() if "strategy" not in known
    ]
    own = pc.binary_join_element_wise(case.cells("file"), case.cells("sheet"), "\x1f")
    return pc.invert(one_of(own, silent))


def objections_told(case: Case, found: pa.Array) -> list[Finding]:
    """Return the findings on the rows that something stands against, code by code, at their cells."""
    told: list[Finding] = []
    for code in pc.unique(found.drop_null()).to_pylist():
        rows = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(found, code), False))).tolist()
        told += case.back.findings_at(
            code, rows, *_WHERE.get(code, ("verdict",)), params=lambda at: _params(case, at)
        )
    return told


def _params(case: Case, at: int) -> dict[str, str]:
    """Return what messages say of a row: whose it is, what the ledger holds, and who else says something of the customer."""
    names = (case.cells(name)[at].as_py() for name in ("name", "customer_id"))
    return {
        "name": next((name for name in names if name), ""),
        "other": _name_of(case, case.second[at].as_py()),
        "held": case.wishes.held[STRATEGY][at].as_py() or "",
        "approver": case.approver,
        "known": "、".join(tier.label for tier in case.rule_set.tiers.values()),
        "today": case.today.isoformat(),
        "others": _others(case, at),
    }


def _name_of(case: Case, place: int | None) -> str:
    if place is None:
        return ""
    frame = case.customers
    told = (texts(frame, name)[place].as_py() for name in ("name", "customer_id"))
    return next((text for text in told if text), "")


def _others(case: Case, at: int) -> str:
    """Return where the other rows of a row's customer stand."""
    place = case.wishes.places[at].as_py()
    if place is None:
        return ""
    same = pc.indices_nonzero(pc.fill_null(pc.equal(case.wishes.places, place), False)).to_pylist()
    return "、".join(case.back.place(other) for other in same if other != at)

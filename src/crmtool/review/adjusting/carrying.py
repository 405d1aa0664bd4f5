"""Knows what of last time's adjustment table comes into this one: open rows, as people filled them in, and remarks.

Reading a table back is in `crmtool.review.adjusting.reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.adjusting.causes import CAUSE_WAITING, is_ours, with_news, without_news
from crmtool.review.adjusting.matching import places_in
from crmtool.review.adjusting.spreading import by_customer, empty_as_null
from crmtool.review.adjusting.strategies import all_suggestions, tier_rhythms
from crmtool.review.adjusting.wishes import LOCK_TIER, among, wishes_of
from crmtool.review.model import ADJUSTMENT_COLUMNS, APPROVED, REJECTED
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.rules.reviewing import adjustment_of
from crmtool.visits.frames import (
    column,
    frame_from,
    joined,
    one_array,
    replaced,
    rows_where,
    same_text,
    stacked,
    table_of,
)

#: Columns that nobody but people writes into.
_INPUTS: Final = (
    *("adjusted_on", "approver", "verdict", "approved_on", "lock_tier", "lock_reason", "lock_until"),
)
#: What an approval is of: it stays as it was approved, also where a cell is empty.
_APPROVED: Final = ("strategy", "cycle", "new_strategy")
#: For whom: which cycle an approval writes depends on the tier of its row.
_APPROVED_FOR: Final = ("tier", "label")
_NOTHING: Final = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class LastTable:
    """The rows of the last table (ADJUSTMENT_COLUMNS), whose `places` in the ledger they are, and which are open."""

    rows: pd.DataFrame
    places: pa.Array
    is_open: pa.Array

    @cached_property
    def open(self) -> LastTable:
        """Return the open rows that are of customers of the ledger, approved ones first."""
        is_approved = same_text(column(self.rows, "verdict"), APPROVED)
        is_here = pc.and_(self.is_open, pc.is_valid(self.places))
        return self._ordered(is_approved)._where(is_here.take(self._order(is_approved)))

    @cached_property
    def with_remarks(self) -> LastTable:
        """Return the rows that hold a remark, whatever came of them, open ones first."""
        ordered = self._ordered(self.is_open)
        return ordered._where(pc.is_valid(empty_as_null(column(ordered.rows, "remark"))))

    @property
    def gone(self) -> pd.DataFrame:
        """Return the open rows of customers who are not in the ledger, or are not to be told."""
        return rows_where(self.rows, pc.and_(self.is_open, pc.is_null(self.places)))

    def cells(self, name: str, customers: int) -> pa.Array:
        """Return a column laid out for so many customers."""
        return by_customer(self.places, column(self.rows, name), customers)

    def _order(self, first: pa.Array) -> pa.Array:
        return pa.array(np.argsort(~np.asarray(first), kind="stable"))

    def _ordered(self, first: pa.Array) -> LastTable:
        order = self._order(first)
        rows = frame_from(table_of(self.rows).take(order))
        return LastTable(rows, self.places.take(order), self.is_open.take(order))

    def _where(self, mask: pa.Array) -> LastTable:
        return LastTable(rows_where(self.rows, mask), self.places.filter(mask), self.is_open.filter(mask))


@dataclass(frozen=True)
class Present:
    """Who is `listed` (bool) for what is known now, and the customers' `shortfall` and `move` in words; a cell each."""

    listed: pa.Array
    shortfall: pa.Array
    move: pa.Array


def last_table(
    rows: pd.DataFrame,
    settled: pa.Array | None,
    customers: pd.DataFrame,
    keys: pa.Array,
    rule_set: RuleSet,
) -> LastTable:
    """Return the last table (ADJUSTMENT_COLUMNS) seen from a ledger's customers.

    Open is a row unless it is `settled` (bool, None: not known of any), rejected, or approved and what it asks for is what
    the ledger says by now.
    """
    places = places_in(rows, customers, keys)
    verdict = column(rows, "verdict")
    wishes = wishes_of(rows, places, customers, rule_set)
    is_odd = pc.and_not(pc.is_valid(column(rows, "lock_tier")), wishes.asks[LOCK_TIER])
    is_fulfilled = pc.and_not(wishes.is_fulfilled, is_odd)
    is_over = pc.or_(same_text(verdict, REJECTED), pc.and_(same_text(verdict, APPROVED), is_fulfilled))
    if settled is not None:
        is_over = pc.or_(is_over, settled)
    return LastTable(rows, places, one_array(pc.invert(is_over)))


def carried_over(
    table: pd.DataFrame, last: LastTable, now: Present, rule_set: RuleSet, common: Common
) -> pd.DataFrame:
    """Return the listed rows of a table with a row for every customer, and those that are open since last time.

    What a person wrote into an open row comes along: 审批 and 锁定 cells as they are, and a strategy, cycle or reason where
    it is none that crmtool writes itself. What was approved stays what it was, so that nothing is suggested into an
    approval; behind its reason stands what is new. 备注 comes along in any row. Customers who are not in the ledger any
    more come last, as they were.
    """
    size = len(table)
    waits = among(last.open.places, size)
    why = pc.if_else(waits, "waiting", _NOTHING)
    cells = _carried_cells(table, last, now, rule_set, common)
    reason = pc.coalesce(cells["cause"], pc.if_else(waits, CAUSE_WAITING, _NOTHING))
    told = {"cause": reason, "why": joined([column(table, "why"), why], "|")}
    here = rows_where(replaced(table, {**cells, **told}), pc.or_(now.listed, waits))
    return stacked(here, _as_they_were(last.gone)) if len(last.gone) else here


def _carried_cells(
    table: pd.DataFrame, last: LastTable, now: Present, rule_set: RuleSet, common: Common
) -> dict[str, pa.Array]:
    """Return the columns of a table with what comes along from the last one in its place."""
    size, rows = len(table), last.open
    own = _own_cells(rows.rows, rule_set, common)
    cells = {
        name: pc.coalesce(by_customer(rows.places, typed, size), column(table, name))
        for name, typed in own.items()
    }
    cells["new_strategy"] = pc.coalesce(cells["new_strategy"], _suggested_before(table, rows))
    approved = same_text(rows.cells("verdict", size), APPROVED)
    for name in _APPROVED:
        cells[name] = pc.if_else(approved, rows.cells(name, size), cells.get(name, column(table, name)))
    is_for_then = pc.and_(approved, pc.is_valid(rows.cells("label", size)))
    for name in _APPROVED_FOR:
        cells[name] = pc.if_else(is_for_then, rows.cells(name, size), column(table, name))
    news = joined([now.shortfall, pc.coalesce(now.move, _other_tier(table, cells["label"]))], "；")
    cause = with_news(by_customer(rows.places, own["cause"], size), news)
    cells["cause"] = pc.if_else(approved, pc.coalesce(cause, cells["cause"]), cells["cause"])
    remarks = last.with_remarks.cells("remark", size)
    return {**cells, "remark": pc.coalesce(remarks, column(table, "remark"))}


def _other_tier(table: pd.DataFrame, shown: pa.Array) -> pa.Array:
    """Return 现为潜力客户 for who is in another tier than the one that is shown; null for all others."""
    label = column(table, "label")
    return pc.if_else(pc.not_equal(label, shown), pc.binary_join_element_wise("现为", label, ""), _NOTHING)


def _suggested_before(table: pd.DataFrame, rows: LastTable) -> pa.Array:
    """Return what was suggested in the last table, where it is of the same tier and not what is done by now."""
    size = len(table)
    strategy = empty_as_null(rows.cells("new_strategy", size))
    is_same_tier = pc.fill_null(pc.equal(rows.cells("label", size), column(table, "label")), False)
    is_done = pc.fill_null(pc.equal(strategy, column(table, "strategy")), False)
    return pc.if_else(pc.and_not(is_same_tier, is_done), strategy, _NOTHING)


def _as_they_were(gone: pd.DataFrame) -> pd.DataFrame:
    return replaced(
        gone,
        {
            "customer": pa.nulls(len(gone), ADJUSTMENT_COLUMNS["customer"]),
            "cause": pc.coalesce(without_news(column(gone, "cause")), CAUSE_WAITING),
            "why": pa.repeat("waiting", len(gone)),
        },
    )


def _own_cells(rows: pd.DataFrame, rule_set: RuleSet, common: Common) -> dict[str, pa.Array]:
    """Return what people wrote into rows, by column; null where a cell is empty or crmtool's own.

    The reason of an approval is part of it.
    """
    is_approved = same_text(column(rows, "verdict"), APPROVED)
    suggestions = all_suggestions(rule_set, adjustment_of(rule_set, common))
    rhythms = pa.array(list(tier_rhythms(rule_set).values()), pa.string())
    strategy, cycle, cause = (empty_as_null(column(rows, n)) for n in ("new_strategy", "cycle", "cause"))
    cause = without_news(cause)
    ours_of = {
        "new_strategy": (strategy, pc.is_in(strategy, suggestions)),
        "cycle": (cycle, pc.is_in(cycle, rhythms)),
        "cause": (cause, pc.and_not(is_ours(cause), is_approved)),
    }
    told = {name: one_array(pc.if_else(ours, _NOTHING, cells)) for name, (cells, ours) in ours_of.items()}
    return {**told, **{name: column(rows, name) for name in _INPUTS}}

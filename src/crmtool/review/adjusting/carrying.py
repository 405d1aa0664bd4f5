"""Knows what of last time's adjustment table comes into this one: rows that were not decided on, as people filled them in.

Reading a table back is in `crmtool.review.adjusting.reading`.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.adjusting.matching import places_in
from crmtool.review.adjusting.spreading import by_customer, empty_as_null
from crmtool.review.adjusting.strategies import all_suggestions
from crmtool.review.model import DOWN, LEVEL, MOVE_LABELS, UNDECIDED, UP
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.rules.reviewing import adjustment_of
from crmtool.rules.telling.rhythm import rhythm_of
from crmtool.visits.frames import column, joined, one_array, replaced, rows_where, stacked

#: Columns that nobody but people writes into.
_INPUTS: Final = (
    *(
        "adjusted_on",
        "remark",
        "approver",
        "verdict",
        "approved_on",
        "lock_tier",
        "lock_reason",
        "lock_until",
    ),
)
#: How a reason begins that was put together from the figures.
_FROM_FIGURES: Final = (
    "^(?:"
    + "|".join(
        re.escape(word) + "：" for word in ("未达标", *(MOVE_LABELS[kind] for kind in (UP, DOWN, LEVEL)))
    )
    + ")"
)


def undecided(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows (ADJUSTMENT_COLUMNS) that were neither approved nor rejected."""
    verdict = column(rows, "verdict")
    return rows_where(rows, pc.or_(pc.is_null(verdict), pc.fill_null(pc.equal(verdict, UNDECIDED), False)))


def carried_over(
    table: pd.DataFrame,
    carried: pd.DataFrame | None,
    customers: pd.DataFrame,
    keys: pa.Array,
    listed: pa.Array,
    rule_set: RuleSet,
    common: Common,
) -> pd.DataFrame:
    """Return the listed rows of a table with a row for every customer, and those that wait since last time.

    What a person wrote into such a row comes along: 备注, 审批 and 锁定 cells as they are, and a strategy, cycle or reason
    where it is none that crmtool writes itself. Customers who are not in the ledger any more come last, as they were.
    """
    waiting = undecided(carried) if carried is not None else None
    if waiting is None or not len(waiting):
        return rows_where(table, listed)
    places = places_in(waiting, customers, keys)
    waits = pc.is_in(pa.array(range(len(table)), pa.int64()), places.drop_null())
    own = _own_cells(waiting, rule_set, common)
    size = len(table)
    cells = {
        name: pc.coalesce(by_customer(places, own_cells, size), column(table, name))
        for name, own_cells in own.items()
    }
    why = pc.if_else(waits, "waiting", pa.scalar(None, pa.string()))
    filled = replaced(table, {**cells, "why": joined([column(table, "why"), why], "|")})
    here = rows_where(filled, pc.or_(listed, waits))
    gone = rows_where(waiting, pc.is_null(places))
    nowhere = {"customer": pa.nulls(len(gone), pa.int64()), "why": pa.repeat("waiting", len(gone))}
    return stacked(here, replaced(gone, nowhere)) if len(gone) else here


def _own_cells(rows: pd.DataFrame, rule_set: RuleSet, common: Common) -> dict[str, pa.Array]:
    """Return what people wrote into rows, by column; null where a cell is empty or crmtool's own."""
    nothing = pa.scalar(None, pa.string())
    suggestions = all_suggestions(rule_set, adjustment_of(rule_set, common))
    rhythms = pa.array([rhythm_of(tier, rule_set) for tier in rule_set.tiers], pa.string())
    strategy, cycle, cause = (empty_as_null(column(rows, n)) for n in ("new_strategy", "cycle", "cause"))
    is_ours = {
        "new_strategy": (strategy, pc.is_in(strategy, suggestions)),
        "cycle": (cycle, pc.is_in(cycle, rhythms)),
        "cause": (cause, pc.fill_null(pc.match_substring_regex(cause, _FROM_FIGURES), False)),
    }
    told = {name: one_array(pc.if_else(ours, nothing, cells)) for name, (cells, ours) in is_ours.items()}
    return {**told, **{name: column(rows, name) for name in _INPUTS}}

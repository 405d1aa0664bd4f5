"""Knows what `apply` recorded of an adjustment table since its review: which rows are settled, and what people wrote.

Where the table itself is found is in `crmtool.jobs.reviews.carried`; decisions are made in `crmtool.jobs.apply`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.files.history import History, Run
from crmtool.review.adjusting.deciding import APPLIED, CURRENT, TURNED_DOWN
from crmtool.review.adjusting.matching import places_in
from crmtool.review.model import ADJUSTMENT_COLUMNS, APPROVED, UNDECIDED
from crmtool.visits.frames import column, one_array, one_of, packed, replaced, same_text
from crmtool.visits.keys import customer_keys

APPLY: Final = "apply"
#: What a decision that was recorded before is told by.
_SAME: Final = (
    *("customer_key", "verdict", "new_strategy", "cycle", "lock_tier", "lock_reason", "lock_until"),
    *("approver", "approved_on", "remark"),
)
#: Decisions that are carried out, or were that nothing changes; what `apply` refused is still open.
_SETTLED: Final = (APPLIED, CURRENT, TURNED_DOWN)
#: What says whose row it is, and where the customer stands: as the review had it.
_OF_THE_REVIEW: Final = ("customer", "customer_key", "customer_id", "name", "why", "short", "tier", "label")


@dataclass(frozen=True)
class Decisions:
    """The decisions that `apply` recorded since a review, newest first, each once; `digest` changes with them."""

    rows: pa.Table
    digest: str

    def settles(self, rows: pd.DataFrame, customers: pd.DataFrame) -> pa.Array:
        """Tell which rows of a table (ADJUSTMENT_COLUMNS) are of customers for whom something was settled."""
        keys = self.rows["customer_key"].filter(one_of(self.rows["applied"], _SETTLED)).drop_null()
        return pc.is_in(_keys_of(rows, customers), one_array(keys), skip_nulls=True)

    def written_into(self, rows: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table as they came back to `apply` last, where they did.

        A last day that could not be read was not recorded: an approval of a lock without one is to be looked at again.
        """
        at = pc.index_in(_keys_of(rows, customers), one_array(self.rows["customer_key"]), skip_nulls=True)
        cells = {
            name: pc.if_else(pc.is_valid(at), one_array(self.rows[name]).take(at), column(rows, name))
            for name in ADJUSTMENT_COLUMNS
            if name not in _OF_THE_REVIEW
        }
        is_endless = pc.and_(pc.is_valid(cells["lock_tier"]), pc.is_null(cells["lock_until"]))
        is_doubtful = pc.and_(pc.and_(pc.is_valid(at), is_endless), same_text(cells["verdict"], APPROVED))
        return replaced(rows, {**cells, "verdict": pc.if_else(is_doubtful, UNDECIDED, cells["verdict"])})


def decisions_since(history: History, run: Run) -> Decisions:
    """Return what `apply` recorded since a run; what was told again of a decision settled before that is left out."""
    turns = {each.id: each.turn for each in history.runs() if each.command == APPLY}
    made = _made(history)
    turn = np.array([turns.get(each, 0) for each in made["run"].to_pylist()], np.int64)
    is_later = pa.array(turn > run.turn)
    settled = made.filter(pc.and_(pc.invert(is_later), one_of(made["applied"], _SETTLED)))
    is_repeated = pc.and_(pc.is_in(_said(made), _said(settled)), pc.not_equal(made["applied"], APPLIED))
    is_silent = np.asarray(pc.is_null(made["verdict"]))
    newest = pa.array(np.lexsort((is_silent, -turn)))
    rows = made.take(newest).filter(pc.and_not(is_later, is_repeated).take(newest))
    digest = hashlib.sha256("".join(_said(rows).to_pylist()).encode()).hexdigest() if len(rows) else ""
    return Decisions(rows, digest)


def is_recorded(made: pa.Table, history: History) -> bool:
    """Tell whether the history holds each of some decisions already."""
    return bool(pc.all(pc.is_in(_said(made), _said(_made(history))), min_count=0).as_py())


def _made(history: History) -> pa.Table:
    """Return all decisions that a history holds, by the runs' turns; rows that were only proposed are none."""
    rows = history.adjustments()
    return rows.filter(pc.is_valid(rows["applied"])).combine_chunks()


def _said(table: pa.Table) -> pa.Array:
    """Return what each row decides, as one text."""
    return packed(*(pc.fill_null(table[name].cast(pa.string()), "") for name in _SAME))


def _keys_of(rows: pd.DataFrame, customers: pd.DataFrame) -> pa.Array:
    keys = customer_keys(customers)
    return keys.take(places_in(rows, customers, keys))

"""Knows what the verdicts of an adjustment table change in the ledger: each row as a whole or not at all.

Why a row is not carried out is in `crmtool.review.adjusting.objections`; writing is for `crmtool.jobs.apply`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.review.adjusting.matching import also_of, places_in
from crmtool.review.adjusting.objections import Case, objections, objections_told
from crmtool.review.adjusting.reading import BACK_COLUMNS, AdjustmentsBack
from crmtool.review.adjusting.spreading import by_customer
from crmtool.review.adjusting.wishes import WRITES, Wishes, among, wishes_of
from crmtool.review.model import REJECTED
from crmtool.rules.model import RuleSet
from crmtool.rules.reviewing import Adjustment
from crmtool.visits.frames import column, same_text, table_of
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import frame_of

#: What came of a row: written; said by the ledger already; rejected, or not decided on, by people; not carried out.
APPLIED, CURRENT, TURNED_DOWN, WAITING, REFUSED = "applied", "current", "rejected", "undecided", "refused"
OUTCOMES: Final = (APPLIED, CURRENT, TURNED_DOWN, WAITING, REFUSED)
#: A row with what came of it; `problem` is the code of the finding that says why it was not carried out.
DECIDED_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    **BACK_COLUMNS,
    "outcome": pa.string(),
    "problem": pa.string(),
}


@dataclass(frozen=True)
class Decided:
    """What came of the rows (DECIDED_COLUMNS, `customer` and `customer_key` filled where the ledger has them).

    `cells` are what is to be written, by the ledger's field a cell for each customer, and `masks` (bool) whose are.
    """

    rows: pd.DataFrame
    cells: Mapping[str, pa.Array]
    masks: Mapping[str, pa.Array]
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows came to which outcome."""
        outcomes = column(self.rows, "outcome")
        return {name: same_text(outcomes, name).true_count for name in OUTCOMES}


def decide(
    back: AdjustmentsBack, customers: pd.DataFrame, rule_set: RuleSet, adjustment: Adjustment, today: date
) -> Decided:
    """Tell what the rows of tables that came back change in the rows of a ledger's customers.

    An approved row puts 调整后策略 into 当前核心策略, its 策略执行周期 into the ledger, and a lock where it gives one.
    Not carried out, with a finding each, are approvals whose customer is not to be told, without an approver where one
    is asked for, with nothing to change or a lock that cannot hold on `today`, that another row of the same customer
    contradicts, and that the ledger has overtaken.
    """
    keys = customer_keys(customers)
    places = places_in(back.rows, customers, keys)
    wishes = wishes_of(back.rows, places, customers, rule_set)
    second = also_of(back.rows, customers, keys)
    case = Case(back, customers, wishes, rule_set, adjustment.approver, today, second)
    problem = objections(case)
    outcome = _outcomes(case, problem)
    told = {"customer": places, "customer_key": keys.take(places), "outcome": outcome, "problem": problem}
    table = table_of(back.rows)
    rows = frame_of(DECIDED_COLUMNS, {**{name: table[name] for name in table.column_names}, **told})
    cells, masks = _laid_out(wishes, same_text(outcome, APPLIED), len(customers))
    return Decided(rows, cells, masks, tuple(objections_told(case, problem)))


def _outcomes(case: Case, problem: pa.Array) -> pa.Array:
    is_rejected = same_text(case.cells("verdict"), REJECTED)
    carried_out = pc.if_else(case.wishes.differs, APPLIED, CURRENT)
    approved = pc.if_else(pc.is_valid(problem), REFUSED, carried_out)
    return pc.if_else(case.is_approved, approved, pc.if_else(is_rejected, TURNED_DOWN, WAITING))


def _laid_out(
    wishes: Wishes, applied: pa.Array, customers: int
) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """Return what applied rows write, a cell for each customer, and whose cells are written."""
    cells, masks = {}, {}
    for name in WRITES:
        takes = pc.and_(applied, wishes.asks[name])
        places = wishes.places.filter(takes)
        cells[name] = by_customer(places, wishes.cells[name].filter(takes), customers)
        masks[name] = among(places, customers)
    return cells, masks

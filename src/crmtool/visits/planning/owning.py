"""Knows whose the visits of a plan are between two plannings: the plan's word holds, though the ledger may name another.

How visits change hands when a plan is made is in `crmtool.visits.planning.reassigning`; what is told of the difference
is left to `crmtool.jobs`.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.visits.frames import column, one_of, replaced, rows_where, table_of
from crmtool.visits.model import LIVE


def as_planned(visits: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """Return visits (PLAN_COLUMNS, in the ledger's terms) with the owners that the plan they are of gave them.

    A visit that is nobody's in the plan is its customer's owner's.

    >>> visits, plan = (pd.DataFrame({"visit_id": ["a", "b"], "owner": names}).convert_dtypes(
    ...     dtype_backend="pyarrow") for names in (["甲", "甲"], ["乙", None]))
    >>> as_planned(visits, plan)["owner"].tolist()
    ['乙', '甲']
    """
    at = pc.index_in(column(visits, "visit_id"), column(plan, "visit_id"))
    planned = column(plan, "owner").cast(pa.string()).take(at)
    return replaced(visits, {"owner": pc.coalesce(planned, column(visits, "owner").cast(pa.string()))})


def differing(visits: pd.DataFrame, owners: pa.Array) -> pd.DataFrame:
    """Return the visits still to be made whose owner is not the one of their customer; by visit id.

    `owners` has a cell for each customer of the ledger, null where it names none.
    """
    owner = column(visits, "owner")
    now = owners.take(column(visits, "customer"))
    is_live = one_of(column(visits, "status"), LIVE)
    is_known = pc.and_(pc.is_valid(owner), pc.is_valid(column(visits, "customer")))
    is_other = pc.fill_null(pc.not_equal(owner, now), True)
    found = rows_where(visits, pc.and_(is_live, pc.and_(is_known, is_other)))
    return found.sort_values("visit_id", ignore_index=True)


def owners_by_plan(visits: pd.DataFrame, owners: pa.Array) -> pa.Array:
    """Return the owner of each customer by a plan: of the first visit still to be made, else the ledger's (`owners`)."""
    others = differing(visits, owners)
    if others.empty:
        return owners
    is_theirs = pc.is_in(column(visits, "customer"), column(others, "customer"), skip_nulls=True)
    is_live = one_of(column(visits, "status"), LIVE)
    has_owner = pc.and_(pc.is_valid(column(visits, "owner")), pc.is_valid(column(visits, "planned_on")))
    theirs = table_of(rows_where(visits, pc.and_(has_owner, pc.and_(is_theirs, is_live))))
    theirs = theirs.sort_by([("planned_on", "ascending"), ("visit_id", "ascending")]).combine_chunks()
    places = pa.array(range(len(owners)), pa.int64())
    first = pc.index_in(places, theirs["customer"].combine_chunks())
    return pc.coalesce(theirs["owner"].combine_chunks().take(first), owners)

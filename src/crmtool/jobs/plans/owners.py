"""What is to be told of owners: where plan and ledger name different ones, and what a handing over leaves to be done.

Whose a visit is, is decided in `crmtool.visits.planning`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.tables.visit_words import NO_OWNER
from crmtool.visits.frames import column
from crmtool.visits.planning.owning import differing


def other_owners(visits: pd.DataFrame, owners: pa.Array) -> Iterator[Finding]:
    """Yield a finding where visits of a plan (PLAN_COLUMNS) have another owner than their customer in the ledger has."""
    found = differing(visits, owners)
    if found.empty:
        return
    first = {name: column(found, name)[0].as_py() for name in ("name", "customer_id", "owner", "customer")}
    params = {
        "customers": str(pc.count_distinct(column(found, "customer")).as_py()),
        "name": first["name"] or first["customer_id"] or "-",
        "planned": first["owner"],
        "owner": owners[first["customer"]].as_py() or NO_OWNER,
    }
    yield Finding("owner-differs", value=first["owner"], params=params)


def of_handing_over(
    heirs: Mapping[str, str], owners: pa.Array, earlier: pd.DataFrame | None, *, is_written: bool
) -> Iterator[Finding]:
    """Yield whoever takes over and is nobody's owner so far, and that the ledger still names those who leave.

    `owners` are those of the ledger, `is_written` says that the heirs are written into it.
    """
    planned = pa.array([], pa.string()) if earlier is None else column(earlier, "owner")
    known = {*pc.unique(owners).to_pylist(), *pc.unique(planned).to_pylist()}
    for heir in dict.fromkeys(heirs.values()):
        if heir not in known:
            yield Finding("new-owner-unknown", value=heir)
    for leaver, heir in heirs.items():
        customers = pc.sum(pc.equal(owners, leaver)).as_py() or 0
        if customers and not is_written:
            params = {"customers": str(customers), "leaver": leaver, "heir": heir}
            yield Finding("ledger-names-leaver", value=leaver, params=params)


def heirs_of(owners: pa.Array, heirs: Mapping[str, str]) -> pa.Array:
    """Return who takes over each customer (string), null where the owner stays.

    >>> heirs_of(pa.array(["张三", "李四", None]), {"张三": "李四"}).to_pylist()
    ['李四', None, None]
    """
    at = pc.index_in(owners, pa.array(list(heirs), pa.string()), skip_nulls=True)
    return pa.array(list(heirs.values()), pa.string()).take(at)

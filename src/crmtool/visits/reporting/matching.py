"""Which customer and which planned visit each filled-in row means: by its ids, else by name, customer and day.

Never by likeness: what is not certain is a finding at its cell. What the reports then say is for
`crmtool.visits.reporting.reports`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.rows.masks import Mask, true
from crmtool.visits.frames import one_array
from crmtool.visits.reporting.candidates import Customers, Known, Planned, positions
from crmtool.visits.reporting.filled import Filled

_OF_PLAN: Final = ("visit_id", "customer_key", "customer_id", "name", "channel", "owner", "planned_on")


@dataclass(frozen=True)
class Matched:
    """Filled-in rows with customer, key and visit; `is_usable` says of each whether it is certain whose visit it is."""

    filled: Filled
    is_usable: Mask
    findings: tuple[Finding, ...]


def match(
    filled: Filled, customers: Customers, plan: pd.DataFrame | None, recorded: pd.DataFrame | None = None
) -> Matched:
    """Find customer and visit of each row.

    `plan` is a plan (PLAN_COLUMNS) as it stands, None where there is none: then a row's id is taken as it stands. An
    id that the plan does not have keeps standing, with a finding: a plan that is made later may have it. A row
    without an id is what was recorded (`recorded`, REPORT_COLUMNS) of its customer and day, else the nearest open visit
    of its customer in the same month or within a week, of the same channel first, told by a finding; else a
    visit nobody planned. Cells that a row leaves blank are filled from plan and ledger.
    """
    known = Known(recorded, customers) if recorded is not None and len(recorded) else None
    whose, differs, findings = _customers(filled, customers)
    rows = filled.rows
    is_told = np.zeros(len(rows), bool)
    if known is not None:
        rows, is_told = known.visits(rows, whose)
        filled = replace(filled, rows=rows)
    planned = Planned(plan, customers) if plan is not None else None
    is_usable = np.asarray(pc.is_valid(whose))
    at = pa.nulls(len(rows), pa.int32())
    if planned is not None:
        at = one_array(pc.index_in(rows["visit_id"], planned.ids))
        findings += _unknown_ids(filled, at, known)
        own = planned.customers.take(at)
        is_other = true(pc.not_equal(own, whose))
        findings += _told(filled, "report-other-customer", is_other, "customer_name", "customer_id")
        differs |= is_other
        is_usable |= np.asarray(pc.is_valid(at))
        whose = pc.coalesce(own, whose)
        free = np.asarray(pc.is_null(rows["visit_id"])) & is_usable & ~is_told
        found = planned.nearest(rows, whose, free)
        findings += _matched_by_day(filled, found, planned)
        at = pc.coalesce(at, found)
    findings += _lost(filled, customers, ~is_usable & ~differs)
    completed = _completed(filled, customers, whose, planned, at)
    return Matched(completed, is_usable & ~differs, tuple(findings))


def _customers(filled: Filled, customers: Customers) -> tuple[pa.Array, Mask, list[Finding]]:
    """Return the position of each row's customer, and where id and name are those of two customers.

    It is known by its id, where the ledger has ids, else by a name that only one customer has.
    """
    by_id = positions(one_array(filled.rows["customer_id"]), customers.ids)
    by_name = positions(one_array(filled.rows["name"]), customers.names)
    if customers.ids.null_count == len(customers.ids):
        return by_name, np.zeros(len(filled.rows), bool), []
    has_id = one_array(pc.is_valid(filled.rows["customer_id"]))
    differs = true(pc.and_(has_id, pc.not_equal(by_id, by_name)))
    findings = _told(filled, "report-id-and-name", differs, "customer_name", values=filled.rows["name"])
    found = pc.if_else(has_id, by_id, by_name)
    return pc.if_else(pa.array(differs), pa.scalar(None, pa.int64()), found), differs, findings


def _lost(filled: Filled, customers: Customers, is_lost: Mask) -> list[Finding]:
    """Return why rows have no customer: nobody is named, or nobody of that name or id is there, or several are."""
    rows = filled.rows
    ids, names = one_array(rows["customer_id"]), one_array(rows["name"])
    blank = np.asarray(pc.and_(pc.is_null(ids), pc.is_null(names)))
    by_id = np.asarray(pc.is_valid(ids))
    known = np.where(by_id, true(pc.is_in(ids, customers.ids)), true(pc.is_in(names, customers.names)))
    findings = _told(filled, "report-without-customer", is_lost & blank, "customer_name", "customer_id")
    told = {
        "report-ambiguous-customer": is_lost & ~blank & known,
        "report-unknown-customer": is_lost & ~known,
    }
    for code, mask in told.items():
        some = mask & ~blank
        findings += _told(filled, code, some & by_id, "customer_id", values=rows["customer_id"])
        findings += _told(filled, code, some & ~by_id, "customer_name", values=rows["name"])
    return findings


def _unknown_ids(filled: Filled, at: pa.Array, known: Known | None) -> list[Finding]:
    ids = one_array(filled.rows["visit_id"])
    unknown = true(pc.and_(pc.is_valid(ids), pc.is_null(at)))
    if known is not None:
        unknown &= ~true(pc.is_in(ids, known.ids))
    return _told(filled, "unknown-visit", unknown, "visit_id", values=filled.rows["visit_id"])


def _told(
    filled: Filled, code: str, mask: Mask, *fields: str, values: pa.ChunkedArray | None = None
) -> list[Finding]:
    return filled.findings_at(code, np.flatnonzero(mask).tolist(), *fields, values=values)


def _matched_by_day(filled: Filled, found: pa.Array, planned: Planned) -> list[Finding]:
    """Return a finding for each row that was taken for a visit although it does not name it."""

    def params(row: int) -> dict[str, str]:
        place = found[row].as_py()
        return {"visit": planned.ids[place].as_py(), "planned": str(planned.days[place].as_py())}

    places = np.flatnonzero(np.asarray(pc.is_valid(found))).tolist()
    return filled.findings_at("report-matched-by-day", places, "date", "customer_name", params=params)


def _completed(
    filled: Filled, customers: Customers, whose: pa.Array, planned: Planned | None, at: pa.Array
) -> Filled:
    """Return the rows with what plan and ledger know of their visits and customers."""
    rows = filled.rows
    known: dict[str, Sequence[pa.Array]] = {
        "customer": (whose,),
        "customer_key": (customers.keys.take(whose),),
        "customer_id": (customers.ids.take(whose), one_array(rows["customer_id"])),
        "name": (customers.names.take(whose), one_array(rows["name"])),
        "owner": (one_array(rows["owner"]), customers.owners.take(whose)),
    }
    if planned is not None:
        of_plan = {name: planned.cells(name).take(at) for name in _OF_PLAN}
        known["visit_id"] = (of_plan["visit_id"], one_array(rows["visit_id"]))
        # Beside a visit's id stands what its channel is printed as, which may be said of two channels.
        own = pc.if_else(
            pc.is_valid(one_array(rows["visit_id"])), pa.scalar(None, pa.string()), one_array(rows["channel"])
        )
        known["channel"] = (own, of_plan["channel"], one_array(rows["channel"]))
        known["owner"] = (one_array(rows["owner"]), of_plan["owner"], customers.owners.take(whose))
        known["planned_on"] = (of_plan["planned_on"], one_array(rows["planned_on"]))
        # A customer who is not in the ledger any more is still the plan's.
        for name in ("customer_key", "customer_id", "name"):
            known[name] = (*known[name], of_plan[name])
    for name, arrays in known.items():
        kind = rows.schema.field(name).type
        cells = pc.coalesce(*(array.cast(kind) for array in arrays))
        rows = rows.set_column(rows.column_names.index(name), name, cells)
    return replace(filled, rows=rows)

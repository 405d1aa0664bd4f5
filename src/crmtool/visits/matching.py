"""Which customer and which planned visit each filled-in row means: by its ids, else by name, customer and day.

Never by likeness: what is not certain is a finding at its cell. What the reports then say is for
`crmtool.visits.reports`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.rows.masks import Mask, true
from crmtool.visits.filled import Filled
from crmtool.visits.model import AGREED, MISSED, OPEN

#: A visit made so many days before or after its planned day is that visit, even in another month.
NEAR_DAYS: Final = 7


@dataclass(frozen=True)
class Customers:
    """Who there is, in the ledger's order: a stable key of each, its id, name and owner (null where there is none)."""

    keys: pa.Array
    ids: pa.Array
    names: pa.Array
    owners: pa.Array


@dataclass(frozen=True)
class Matched:
    """Filled-in rows with customer, key and visit; `is_usable` says of each whether it is certain whose visit it is."""

    filled: Filled
    is_usable: Mask
    findings: tuple[Finding, ...]


def match(filled: Filled, customers: Customers, plan: pd.DataFrame | None) -> Matched:
    """Find customer and visit of each row.

    `plan` is a plan (PLAN_COLUMNS) as it stands, None where there is none: then a row's id is taken as it stands. An
    id that the plan does not have keeps standing, with a finding: a plan that is made later may have it. A row
    without an id is the nearest open visit of its customer in the same month or within a week, of the same channel
    first, told by a finding; else a visit nobody planned. Cells that a row leaves blank are filled from plan and ledger.
    """
    positions, findings = _customers(filled, customers)
    planned = _Planned(plan, customers) if plan is not None else None
    rows = filled.rows
    at = _flat(pc.index_in(rows["visit_id"], planned.ids)) if planned else pa.nulls(len(rows), pa.int32())
    is_usable = np.asarray(pc.is_valid(positions))
    if planned is not None:
        findings += _unknown_ids(filled, at)
        own = planned.customers.take(at)
        differs = true(pc.not_equal(own, positions))
        findings += _told(filled, "report-other-customer", differs, "customer_name", "customer_id")
        is_usable = (is_usable | np.asarray(pc.is_valid(at))) & ~differs
        positions = pc.coalesce(own, positions)
        found = planned.nearest(rows, positions, np.asarray(pc.is_null(at)) & is_usable)
        findings += _matched_by_day(filled, found, planned)
        at = pc.coalesce(at, found)
    findings += _lost(filled, customers, ~is_usable & np.asarray(pc.is_null(positions)))
    return Matched(_completed(filled, customers, positions, planned, at), is_usable, tuple(findings))


def _customers(filled: Filled, customers: Customers) -> tuple[pa.Array, list[Finding]]:
    """Return the position of each row's customer: by its id, else by a name that only one customer has."""
    by_id = _positions(_flat(filled.rows["customer_id"]), customers.ids)
    by_name = _positions(_flat(filled.rows["name"]), customers.names)
    has_id = pc.is_valid(filled.rows["customer_id"])
    found = pc.if_else(_flat(has_id), by_id, by_name)
    differs = true(pc.and_(_flat(has_id), pc.not_equal(by_id, by_name)))
    findings = _told(filled, "report-id-and-name", differs, "customer_name", values=filled.rows["name"])
    return pc.if_else(pa.array(differs), pa.scalar(None, pa.int64()), found), findings


def _positions(texts: pa.Array, known: pa.Array) -> pa.Array:
    """Return where each text stands among the known ones; null where none, or more than one, is the same."""
    once = pc.value_counts(known.drop_null())
    alone = once.field("values").filter(pc.equal(once.field("counts"), 1))
    found = pc.index_in(texts, known)
    return pc.if_else(pc.is_in(texts, alone), found, pa.scalar(None, found.type)).cast(pa.int64())


def _lost(filled: Filled, customers: Customers, is_lost: Mask) -> list[Finding]:
    """Return why rows have no customer: nobody is named, or nobody of that name or id is there, or several are."""
    rows = filled.rows
    ids, names = _flat(rows["customer_id"]), _flat(rows["name"])
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


def _unknown_ids(filled: Filled, at: pa.Array) -> list[Finding]:
    has_id = pc.is_valid(filled.rows["visit_id"])
    unknown = true(pc.and_(_flat(has_id), pc.is_null(at)))
    return _told(filled, "unknown-visit", unknown, "visit_id", values=filled.rows["visit_id"])


def _told(
    filled: Filled, code: str, mask: Mask, *fields: str, values: pa.ChunkedArray | None = None
) -> list[Finding]:
    return filled.findings_at(code, np.flatnonzero(mask).tolist(), *fields, values=values)


def _matched_by_day(filled: Filled, found: pa.Array, planned: _Planned) -> list[Finding]:
    """Return a finding for each row that was taken for a visit although it does not name it."""

    def params(row: int) -> dict[str, str]:
        place = found[row].as_py()
        return {"visit": planned.ids[place].as_py(), "planned": str(planned.days[place].as_py())}

    places = np.flatnonzero(np.asarray(pc.is_valid(found))).tolist()
    return filled.findings_at("report-matched-by-day", places, "date", "customer_name", params=params)


def _completed(
    filled: Filled, customers: Customers, positions: pa.Array, planned: _Planned | None, at: pa.Array
) -> Filled:
    """Return the rows with what plan and ledger know of their visits and customers."""
    rows = filled.rows
    known: dict[str, Sequence[pa.Array]] = {
        "customer": (positions,),
        "customer_key": (customers.keys.take(positions),),
        "customer_id": (customers.ids.take(positions), _flat(rows["customer_id"])),
        "name": (customers.names.take(positions), _flat(rows["name"])),
        "owner": (_flat(rows["owner"]), customers.owners.take(positions)),
    }
    if planned is not None:
        of_plan = {
            name: planned.cells(name).take(at) for name in ("visit_id", "channel", "owner", "planned_on")
        }
        known["visit_id"] = (of_plan["visit_id"], _flat(rows["visit_id"]))
        known["channel"] = (_flat(rows["channel"]), of_plan["channel"])
        known["owner"] = (_flat(rows["owner"]), of_plan["owner"], customers.owners.take(positions))
        known["planned_on"] = (of_plan["planned_on"], _flat(rows["planned_on"]))
    for name, arrays in known.items():
        kind = rows.schema.field(name).type
        cells = pc.coalesce(*(array.cast(kind) for array in arrays))
        rows = rows.set_column(rows.column_names.index(name), name, cells)
    return replace(filled, rows=rows)


def _flat(array: Any) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


class _Planned:
    """A plan's visits, to be found by id, or by customer and day."""

    def __init__(self, plan: pd.DataFrame, customers: Customers) -> None:
        self._table = pa.Table.from_pandas(plan, preserve_index=False).combine_chunks()
        self.ids, self.days = self.cells("visit_id"), self.cells("planned_on")
        self.customers = pc.index_in(self.cells("customer_key"), customers.keys).cast(pa.int64())

    def cells(self, name: str) -> pa.Array:
        """Return a column."""
        return _flat(self._table[name])

    def nearest(self, rows: pa.Table, positions: pa.Array, is_asked: Mask) -> pa.Array:
        """Return the place of the open visit that each of some rows means; each visit is meant once."""
        found: list[int | None] = [None] * len(rows)
        asked = np.flatnonzero(is_asked).tolist()
        if asked:
            opened = self._open(positions.filter(pa.array(is_asked)))
            taken = set(pc.index_in(rows["visit_id"], self.ids).drop_null().to_pylist())
            for row in sorted(asked, key=lambda row: _order(rows, row)):
                day = rows["done_on"][row].as_py() or rows["planned_on"][row].as_py()
                channel = rows["channel"][row].as_py()
                near = self._near(opened[positions[row].as_py()], day, channel, taken)
                if near is not None:
                    found[row] = near
                    taken.add(near)
        return pa.array(found, pa.int32())

    def _open(self, positions: pa.Array) -> dict[int, list[int]]:
        """Return the places of the visits of some customers that are not settled, by customer."""
        is_open = pc.is_in(self.cells("status"), pa.array([OPEN, AGREED, MISSED]))
        chosen = pc.and_(
            pc.and_(is_open, pc.is_valid(self.days)), pc.is_in(self.customers, positions.drop_null())
        )
        opened: dict[int, list[int]] = defaultdict(list)
        for place in np.flatnonzero(true(chosen)).tolist():
            opened[self.customers[place].as_py()].append(place)
        return opened

    def _near(
        self, places: Iterable[int], day: date | None, channel: str | None, taken: set[int]
    ) -> int | None:
        if day is None:
            return None
        best: tuple[bool, int, str, int] | None = None
        for place in places:
            planned = self.days[place].as_py()
            days = abs((planned - day).days)
            if place in taken or not (
                (planned.year, planned.month) == (day.year, day.month) or days <= NEAR_DAYS
            ):
                continue
            its = self.cells("channel")[place].as_py()
            rank = (channel is not None and its != channel, days, str(self.ids[place].as_py()), place)
            best = rank if best is None else min(best, rank)
        return None if best is None else best[-1]


def _order(rows: pa.Table, row: int) -> tuple[str, ...]:
    """Return what orders rows whatever sheet they stand in: day, channel, and what they say."""
    names = ("done_on", "planned_on", "channel", "outcome", "feedback", "next_step", "source")
    return tuple(str(rows[name][row].as_py() or "") for name in names)

"""The visits that a row without a visit id may mean: its customer's that were reported, or are planned, near its day.

Which rows ask is decided in `crmtool.visits.reporting.matching`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.rows.masks import Mask, true
from crmtool.visits.frames import one_array, one_of, table_of
from crmtool.visits.model import LIVE, MISSED
from crmtool.visits.reporting.agreeing import contents

#: A visit made so many days before or after its planned day is that visit, even in another month.
NEAR_DAYS: Final = 7


@dataclass(frozen=True)
class Customers:
    """Who there is, in the ledger's order: a stable key of each, its id, name and owner (null where there is none)."""

    keys: pa.Array
    ids: pa.Array
    names: pa.Array
    owners: pa.Array


def positions(texts: pa.Array, known: Any) -> pa.Array:
    """Return where each text stands among the known ones; null where none, or more than one, is the same."""
    known = one_array(known)
    once = pc.value_counts(known.drop_null())
    alone = once.field("values").filter(pc.equal(once.field("counts"), 1))
    found = pc.index_in(texts, known)
    return pc.if_else(pc.is_in(texts, alone), found, pa.scalar(None, found.type)).cast(pa.int64())


class Known:
    """What was recorded of visits, to be found by customer and day."""

    def __init__(self, recorded: pd.DataFrame, customers: Customers) -> None:
        self._table = table_of(recorded)
        self._customers = pc.index_in(one_array(self._table["customer_key"]), customers.keys).cast(pa.int64())
        self.ids = one_array(self._table["visit_id"])
        self._said = contents(self._table)

    def visits(self, rows: pa.Table, positions: pa.Array) -> tuple[pa.Table, Mask]:
        """Return the rows with their visits' ids, and which rows without one are of a visit that was recorded.

        That is one of the same customer and day, by the same channel or one that either leaves open. Of several it is
        the one that says the same, at best in the same cell, and that no other row means. A row of a recorded visit
        that nobody planned has its channel, where it names none.
        """
        asks = np.asarray(pc.and_(pc.is_null(one_array(rows["visit_id"])), pc.is_valid(positions)))
        is_told = np.zeros(len(rows), bool)
        if not asks.any():
            return rows, is_told
        recorded = self._by_day(positions.filter(pa.array(asks)))
        said, ids, channels = contents(rows), rows["visit_id"].to_pylist(), rows["channel"].to_pylist()
        taken: set[int] = set()
        for row in sorted(np.flatnonzero(asks).tolist(), key=lambda row: _order(rows, row)):
            day = rows["done_on"][row].as_py() or rows["planned_on"][row].as_py()
            places = recorded.get((positions[row].as_py(), day), ())
            found = self._best(places, channels[row], (said[row].as_py(), rows["source"][row].as_py()), taken)
            if found is not None:
                taken.add(found)
                ids[row], is_told[row] = self.ids[found].as_py(), True
                channels[row] = channels[row] or self._table["channel"][found].as_py()
        for name, cells in (("visit_id", ids), ("channel", channels)):
            rows = rows.set_column(rows.column_names.index(name), name, pa.array(cells, pa.string()))
        return rows, is_told

    def _best(
        self, places: Iterable[int], channel: str | None, told: tuple[str, str | None], taken: set[int]
    ) -> int | None:
        """Return which of some recorded visits a row means; `told` is what it says, and where it stands."""
        ranks = []
        for place in places:
            its = self._table["channel"][place].as_py()
            if its is None or channel is None or its == channel:
                differs = self._said[place].as_py() != told[0]
                is_elsewhere = self._table["source"][place].as_py() != told[1]
                name = (its or "", self.ids[place].as_py() or "")
                ranks.append((differs, is_elsewhere, place in taken, its != channel, name, place))
        return min(ranks)[-1] if ranks else None

    def _by_day(self, positions: pa.Array) -> dict[tuple[int, date | None], list[int]]:
        found: dict[tuple[int, date | None], list[int]] = defaultdict(list)
        days = pc.coalesce(self._table["done_on"], self._table["planned_on"])
        for place in np.flatnonzero(true(pc.is_in(self._customers, positions))).tolist():
            found[self._customers[place].as_py(), days[place].as_py()].append(place)
        return found


class Planned:
    """A plan's visits, to be found by id, or by customer and day."""

    def __init__(self, plan: pd.DataFrame, customers: Customers) -> None:
        self._table = table_of(plan)
        self.ids, self.days = self.cells("visit_id"), self.cells("planned_on")
        self.customers = pc.index_in(self.cells("customer_key"), customers.keys).cast(pa.int64())

    def cells(self, name: str) -> pa.Array:
        """Return a column."""
        return one_array(self._table[name])

    def nearest(self, rows: pa.Table, positions: pa.Array, is_asked: Mask) -> pa.Array:
        """Return the place of the open visit that each of some rows means; each visit is meant once."""
        found: list[int | None] = [None] * len(rows)
        asked = np.flatnonzero(is_asked).tolist()
        if asked:
            opened = self._open(positions.filter(pa.array(is_asked)))
            taken = set(pc.drop_null(pc.index_in(rows["visit_id"], self.ids)).to_pylist())
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
        is_open = one_of(self.cells("status"), (*LIVE, MISSED))
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

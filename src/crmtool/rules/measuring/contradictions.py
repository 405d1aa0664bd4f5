"""Customers whose own ledger row says that they bought, or were seen, while the records have nothing of them.

For these, having no record is no fact: the records are incomplete or write the customer in another way. What is
counted for everyone is in `crmtool.rules.measuring.derive`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.ledger import EMPTY, NEVER, READ, STATE, UNREAD, Ledger
from crmtool.rules.arrays import Mask, array_of, choose, mask_of
from crmtool.rules.measuring.derive import Derived, Deriving
from crmtool.rules.model import Field
from crmtool.sheets import cell_name

#: Standard columns that say something was bought of late; lifetime totals do not, a customer may be long gone.
_BOUGHT = frozenset({"annual_amount", "spend", "trade_amount", "arpu", "orders_12m"})
#: Standard columns that date the last record of a sheet.
_LAST = {"orders": frozenset({"last_order"}), "visits": frozenset({"last_contact"})}


@dataclass
class Contradictions:
    """Finds, for the records of each sheet, the customers whom only the ledger knows, and counts them."""

    ledger: Ledger
    deriving: Deriving
    fields: tuple[Field, ...]
    masks: dict[str, Mask] = field(default_factory=dict)
    doubted: dict[str, dict[str, Mask]] = field(default_factory=dict)

    def without(self, wanted: Field, counted: Derived, is_empty: Mask) -> Derived:
        """Return what was counted with 0 and never made unknown for such customers.

        `is_empty` says whose own cell is empty: only for them does it matter, and only they are counted.
        """
        if counted.source not in _LAST:
            return counted
        is_doubted = self._mask(counted.source) & np.isin(counted.state, (READ, NEVER))
        if not is_doubted.any():
            return counted
        if (is_doubted & is_empty).any():
            self.doubted.setdefault(counted.source, {})[wanted.label] = is_doubted & is_empty
        value = choose(is_doubted, pa.scalar(None, counted.value.type), counted.value)
        state = np.where(is_doubted, EMPTY, counted.state).astype(np.int8)
        return replace(counted, value=value, state=state)

    def findings(self) -> Iterable[Finding]:
        """Yield one finding for each sheet, at the first of its customers."""
        table = self.ledger.customers
        for source, by_field in self.doubted.items():
            rows = np.flatnonzero(np.logical_or.reduce(list(by_field.values())))
            first = int(rows[0])
            place = table.columns.get("name") or table.columns.get("customer_id")
            yield Finding(
                "ledger-not-in-records",
                file=table.source.file,
                sheet=str(table.frame["sheet"].iloc[first]),
                cell=cell_name(int(table.frame["row"].iloc[first]), place.column if place else 1),
                column=place.header if place else "",
                params={"source": self._sheet(source), "fields": "、".join(by_field)},
                count=len(rows),
            )

    def _sheet(self, source: str) -> str:
        table = self.deriving.tables[source].table
        return source if table is None else "、".join(table.source.sheets)

    def _mask(self, source: str) -> Mask:
        if source not in self.masks:
            records = self.deriving.tables[source]
            known = np.zeros(records.customers, dtype=np.bool_)
            known[pc.drop_null(array_of(records.frame["customer"])).to_numpy()] = True
            self.masks[source] = ~known & self._is_told(source)
        return self.masks[source]

    def _is_told(self, source: str) -> Mask:
        """Return who has a positive figure of late, a last date that the records reach back to, or something there
        that cannot be read."""
        frame = self.ledger.customers.frame
        told = np.zeros(len(frame), dtype=np.bool_)
        figures, days = self._columns(source)
        for name in (*figures, *days):
            told |= self._is_in(name, UNREAD)
        for name in figures:
            told |= self._is_in(name, READ) & mask_of(pc.greater(array_of(frame[name]), 0))
        first = self.deriving.tables[source].first_day
        for name in days if first is not None else ():
            cells = array_of(frame[name])
            inside = pc.and_(pc.greater_equal(cells, first), pc.less_equal(cells, self.ledger.as_of))
            told |= self._is_in(name, READ) & mask_of(inside)
        return told

    def _is_in(self, name: str, state: int) -> Mask:
        frame = self.ledger.customers.frame
        if name + STATE not in frame:
            return np.full(len(frame), state == READ)
        return mask_of(pc.equal(array_of(frame[name + STATE]), state))

    def _columns(self, source: str) -> tuple[list[str], list[str]]:
        """Return the ledger's columns of figures, and of last days, that speak of the same records."""
        own = [f for f in self.fields if f.derivation is not None and f.derivation.source == source]
        figures = {f.id for f in own if f.derivation is not None and _is_recent_figure(f)}
        figures |= _BOUGHT if source == "orders" else set()
        days = {f.id for f in own if f.derivation is not None and f.derivation.measure == "max"}
        days |= _LAST[source]
        frame = self.ledger.customers.frame
        types = {name: array_of(frame[name]).type for name in (figures | days) & set(frame.columns)}
        return (
            sorted(n for n in figures & set(types) if _is_number(types[n])),
            sorted(n for n in days & set(types) if pa.types.is_date32(types[n])),
        )


def _is_recent_figure(field: Field) -> bool:
    how = field.derivation
    return how is not None and how.window is not None and how.measure in ("sum", "count", "max", "mean")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))

"""One table of a ledger made ready to be counted: its rows and orders, its span, and whose rows are in doubt.

Counting is left to `crmtool.rules.measuring.order_measures` and `crmtool.rules.measuring.record_measures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import STATE, UNREAD, Ledger, Table
from crmtool.ledger.standard.outcomes import took_place
from crmtool.rules.arrays import Mask, array_of, is_arrow_backed, mask_of
from crmtool.rules.measuring.order_measures import Frame, orders_of
from crmtool.rules.measuring.windows import Window

#: The column that dates a row of each table.
DAYS: Mapping[str, str] = {"orders": "order_date", "visits": "date", "demands": "date", "tickets": "raised"}


class Records:
    """A ledger's orders, visits, demands or tickets, which may be absent."""

    def __init__(self, ledger: Ledger, source: str) -> None:
        self.table: Table | None = getattr(ledger, source)
        self.source, self.day = source, DAYS[source]
        self._customers, self._as_of = ledger.customers.frame, ledger.as_of
        self.customers = len(self._customers)

    def has(self, *columns: str) -> bool:
        """Tell whether the table is there and has all these columns."""
        return self.table is not None and set(columns) <= set(self.table.frame.columns)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return the table's rows, of visits those that were made; only asked for where the table is there."""
        if self.table is None:
            raise LookupError(self.source)
        frame = self.table.frame
        if self.source != "visits" or "status" not in frame:
            return frame
        results = array_of(frame["result"]) if "result" in frame else None
        made = took_place(array_of(frame["status"]), results)
        return frame if pc.all(made, min_count=0).as_py() else frame[mask_of(made)].reset_index(drop=True)

    @cached_property
    def rows(self) -> Frame:
        """Return the rows for narwhals, with the columns that measures may use."""
        if not is_arrow_backed(self.frame):
            raise TypeError(f"{self.source}: a column is not Arrow-backed")
        return nw.from_native(self.frame)

    @cached_property
    def orders(self) -> Frame:
        """Return one row per order, Arrow-backed; grouped as an Arrow table, which takes a third of the time."""
        columns = [name for name in ("customer", "order_date", "order_no", "amount") if name in self.frame]
        lines = pa.Table.from_pandas(self.frame[columns], preserve_index=False)
        grouped: pa.Table = orders_of(nw.from_native(lines)).to_native()
        return nw.from_native(grouped.to_pandas(types_mapper=pd.ArrowDtype))

    @cached_property
    def first_day(self) -> date | None:
        """Return the first day on record, whoever's it is and whether it counts or not; None where no row has a date."""
        if self.table is not None and self.table.reach is not None:
            return self.table.reach[0]
        found: date | None = pc.min(array_of(self.frame[self.day])).as_py()
        return found

    @cached_property
    def last_day(self) -> date | None:
        """Return the last day on record up to the as-of day, as `first_day` does the first; None where there is none."""
        if self.table is not None and self.table.reach is not None:
            return self.table.reach[1]
        days = array_of(self.frame[self.day])
        found: date | None = pc.max(
            days.filter(pc.less_equal(days, pa.scalar(self._as_of, pa.date32())))
        ).as_py()
        return found

    def begins_within(self, window: Window) -> bool:
        """Tell whether records are missing at the window's start: it is longer before the first than they ever pause.

        Sheets exported for a window seldom have a record on its very first day.
        """
        if self.first_day is None or window.first_day is None:
            return False
        days = np.unique(array_of(self.frame[self.day]).drop_null().cast(pa.int32()).to_numpy())
        return (self.first_day - window.first_day).days > int(np.diff(days).max(initial=0))

    def doubtful(self, window: Window, columns: tuple[str, ...]) -> Mask:
        """Return the customers who have rows that cannot be counted, because a cell of them is not known.

        That is a date or a cell of `columns` that cannot be read, for an order also one that is empty; rows known
        to lie outside the window do not matter. So are customers who may own a row that was joined to
        nobody.
        """
        unknown = self._unknown(self.day)
        elsewhere = np.zeros(len(self.frame), dtype=np.bool_)
        for column in columns:
            elsewhere |= self._unknown(column)
        unknown |= elsewhere & self._inside(window)
        positions = array_of(self.frame["customer"])
        marked = pc.drop_null(positions.filter(pa.array(unknown)))
        mask = np.zeros(self.customers, dtype=np.bool_)
        mask[marked.to_numpy(zero_copy_only=False)] = True
        return mask | self._namesakes

    def _unknown(self, column: str) -> Mask:
        is_null = mask_of(array_of(self.frame[column]).is_null())
        if self.source == "orders" or column + STATE not in self.frame:
            return is_null if self.source == "orders" else np.zeros(len(self.frame), dtype=np.bool_)
        return is_null & mask_of(self.frame[column + STATE] == UNREAD)

    def _inside(self, window: Window) -> Mask:
        days = array_of(self.frame[self.day])
        inside = pc.less_equal(days, pa.scalar(window.end, pa.date32()))
        if window.start is not None:
            inside = pc.and_(inside, pc.greater(days, pa.scalar(window.start, pa.date32())))
        return mask_of(inside)

    @cached_property
    def _namesakes(self) -> Mask:
        """Return the customers who may own rows that were joined to nobody: their id or name is on one, or blank.

        A row that names somebody else is not that of a customer whose id is blank.
        """
        positions = array_of(self.frame["customer"])
        mask = np.zeros(self.customers, dtype=np.bool_)
        if not positions.null_count:
            return mask
        loose = self.frame[mask_of(positions.is_null())]
        for own, there in (("customer_id", "customer_id"), ("name", "customer_name")):
            if own not in self._customers or there not in loose:
                continue
            keys = array_of(self._customers[own]).cast(pa.string())
            known = pc.drop_null(array_of(loose[there]).cast(pa.string())).unique()
            mask |= mask_of(pc.is_in(keys, known))
        if self._key is not None:
            is_blank = mask_of(array_of(self._customers[self._key]).is_null())
            mask |= is_blank if _has_nameless(loose) else is_blank & self._is_nameless
        return mask

    @property
    def _is_nameless(self) -> Mask:
        if "name" not in self._customers:
            return np.ones(self.customers, dtype=np.bool_)
        return mask_of(array_of(self._customers["name"]).is_null())

    @property
    def _key(self) -> str | None:
        """Return the customers' column by which rows were joined."""
        if "customer_id" in self._customers and "customer_id" in self.frame:
            return "customer_id"
        return "name" if "name" in self._customers and "customer_name" in self.frame else None


def _has_nameless(rows: pd.DataFrame) -> bool:
    return "customer_name" not in rows or array_of(rows["customer_name"]).null_count > 0

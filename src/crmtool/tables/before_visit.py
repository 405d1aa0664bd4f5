"""Knows what is good to know of a customer before a visit: how to reach them, what is open, what was last.

All of it for some customers of a ledger, given by their positions; which visits there are is left to
`crmtool.tables.followup`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.ledger.ledger import Table
from crmtool.tables.arrays import array, no_texts, rewritten
from crmtool.tables.classification import Judged
from crmtool.tables.latest import latest_lines
from crmtool.tables.open_matters import CLOSED, NOTHING, said_at_visits
from crmtool.tables.portrait import money_field, portrait
from crmtool.tables.values import column, spec_of
from crmtool.visits.frames import joined
from crmtool.visits.keys import customer_keys
from crmtool.visits.reading.contacts import contacts_of
from crmtool.visits.reading.facts import days
from crmtool.visits.reading.records import records_of

_VISITS_SHOWN = 3
_ISSUES_SHOWN = 3


@dataclass(frozen=True)
class Known:
    """What is known of the customers at some positions of a ledger, a row each in the order of `positions`.

    `positions` (int64) are distinct and never null.
    """

    judged: Judged
    positions: pa.Array

    def typed(self, *headers: str) -> pa.Array:
        """Return the first filled of some columns of the ledger, as texts; null where none is."""
        found = [self._shown(header) for header in headers]
        return pc.coalesce(*found) if found else no_texts(len(self.positions))

    @property
    def contact(self) -> pa.Array:
        """Return whom to ask for."""
        return self.typed("联系人")

    @property
    def phone(self) -> pa.Array:
        """Return the number to reach them by."""
        return self.typed("手机号", "电话", "联系方式")

    @cached_property
    def annual_amount(self) -> TableColumn:
        """Return the yearly amount that the rule set judges by, in yuan; as typed where it is no exact one."""
        spec = money_field(self.judged.rule_set)
        known = (
            None
            if spec is None
            else column("annual", "年度金额", spec, self.judged.ledger, self.judged.cases)
        )
        if known is None or not pa.types.is_floating(known.cells.type):
            texts = no_texts(len(self.positions)) if known is None else pc.take(known.cells, self.positions)
            return TableColumn("annual", "年度金额", pa.nulls(len(texts), pa.float64()), "money", texts=texts)
        texts = None if known.texts is None else pc.take(known.texts, self.positions)
        return TableColumn("annual", "年度金额", pc.take(known.cells, self.positions), "money", texts=texts)

    @cached_property
    def portrait(self) -> pa.Array:
        """Return 客户画像."""
        judged = self.judged
        drawn = portrait(judged.ledger, judged.cases, judged.decisions, judged.rule_set)
        return pc.take(drawn, self.positions)

    @cached_property
    def last_order(self) -> pa.Array:
        """Return day and amount of the last order as one text, from the orders, else from the ledger's columns."""
        typed = joined([self._shown("最近交易时间", "最近订单"), self._shown("最近订单金额")])
        orders = self.judged.ledger.orders
        if orders is None or not {"order_date", "amount"} <= set(orders.frame.columns):
            return typed
        lines = self._records(orders.frame, "order_date", ("amount",))
        by_day = lines.group_by(["place", "day"]).aggregate([("amount", "sum")]).combine_chunks()
        texts = joined([_days(by_day["day"].combine_chunks()), _money(by_day["amount_sum"].combine_chunks())])
        return pc.coalesce(self._latest(by_day, texts, 1), typed)

    @cached_property
    def last_contact(self) -> pa.Array:
        """Return the day on which each was last in touch: of 最近联系时间 and the visits that were made the later one."""
        ledger = self.judged.ledger
        keys = customer_keys(ledger.customers.frame)
        spoken = days(ledger.customers.frame, "last_contact")
        records = records_of(ledger, keys, self.judged.common)
        last = contacts_of(records, keys, spoken, ledger.as_of).last()
        return pc.take(pa.array(last.astype("datetime64[D]"), pa.date32()), self.positions)

    @cached_property
    def last_visits(self) -> pa.Array:
        """Return day, channel and result of the last three visits on record, a line each."""
        visits = self.judged.ledger.visits
        if visits is None or "date" not in visits.frame:
            return no_texts(len(self.positions))
        found = self._records(visits.frame, "date", ("channel", "result", "status", "satisfaction"))
        found = found.filter(pc.is_valid(found["day"])).combine_chunks()
        rated = pc.binary_join_element_wise("满意度", _plain(_cells(found, "satisfaction")), "")
        result = pc.coalesce(_cells(found, "result"), _cells(found, "status"))
        texts = joined([_days(_cells(found, "day")), _cells(found, "channel"), result, rated])
        return self._latest(found, texts, _VISITS_SHOWN)

    @cached_property
    def open_issues(self) -> pa.Array:
        """Return the complaints and demands that are still open, newest first, those of recent visits among them.

        Where the ledger has no such sheets, what its columns say of complaints and demands.
        """
        parts = [self._said]
        tickets, demands = self.judged.ledger.tickets, self.judged.ledger.demands
        if tickets is not None:
            parts.append(self._issues(tickets, "raised", "kind", "content", "咨询投诉"))
        if demands is not None:
            parts.append(self._issues(demands, "date", "demand_type", "demand", "需求"))
        found = pa.concat_tables(parts).combine_chunks()
        told = [self._latest(found, _cells(found, "line"), _ISSUES_SHOWN, rest=True)]
        if tickets is None:
            told.append(_headed("投诉记录：", self.typed("投诉记录")))
        if demands is None:
            told.append(_headed("需求：", self.typed("主要需求", "客户需求", "需求描述")))
        return joined(told, "\n")

    @property
    def _said(self) -> pa.Table:
        """Return place, day and line of what customers complained of or asked for at their visits of late."""
        said = said_at_visits(self.judged.ledger)
        place = pc.index_in(_cells(said, "customer"), value_set=self.positions)
        head = joined([_cells(said, "kind"), _days(_cells(said, "day"))])
        line = joined([head, _cells(said, "words")], "：")
        found = pa.table({"place": place, "day": _cells(said, "day"), "line": line})
        found = found.filter(pc.is_valid(found["place"]))
        return found.group_by(["place", "day", "line"], use_threads=False).aggregate([]).combine_chunks()

    def _issues(self, table: Table, day: str, kind: str, words: str, otherwise: str) -> pa.Table:
        """Return place, day and line of the rows that are not closed; a row with neither state nor end is open."""
        found = self._records(table.frame, day, (kind, words, "status", "resolved"))
        states = rewritten(_cells(found, "status"), lambda text: text.strip().casefold())
        is_closed = pc.is_in(states, value_set=pa.array(sorted(CLOSED)))
        found = found.filter(pc.invert(pc.or_(is_closed, pc.is_valid(found["resolved"])))).combine_chunks()
        head = joined([pc.coalesce(_cells(found, kind), pa.scalar(otherwise)), _days(_cells(found, "day"))])
        line = joined([head, _cells(found, words)], "：")
        return pa.table({"place": found["place"], "day": found["day"], "line": line})

    def _records(self, frame: pd.DataFrame, day: str, fields: Sequence[str]) -> pa.Table:
        """Return the rows of these customers until the as-of day: `place`, `day` and the fields, empty where missing."""
        rows = len(frame)
        place = pc.index_in(array(frame["customer"]).cast(pa.int64()), value_set=self.positions)
        days = array(frame[day]) if day in frame else pa.nulls(rows, pa.date32())
        cells = {name: array(frame[name]) if name in frame else no_texts(rows) for name in fields}
        found = pa.table({"place": place, "day": days, **cells})
        is_over = pc.fill_null(
            pc.greater(found["day"], pa.scalar(self.judged.ledger.as_of, pa.date32())), False
        )
        return found.filter(pc.and_(pc.is_valid(found["place"]), pc.invert(is_over))).combine_chunks()

    def _latest(self, found: pa.Table, lines: pa.Array, most: int, *, rest: bool = False) -> pa.Array:
        places, days = _cells(found, "place"), _cells(found, "day")
        return latest_lines(places, days, lines, rows=len(self.positions), most=most, tells_rest=rest)

    def _shown(self, *headers: str) -> pa.Array:
        """Return a column of the ledger as a person reads it; the first of the headers that it has."""
        judged = self.judged
        for header in headers:
            spec = spec_of(header, judged.ledger, judged.rule_set)
            cells = None if spec is None else column(header, header, spec, judged.ledger, judged.cases)
            if cells is not None:
                shown = _as_text(cells)
                return pc.take(shown, self.positions)
        return no_texts(len(self.positions))


def _as_text(cells: TableColumn) -> pa.Array:
    values = cells.cells
    if pa.types.is_string(values.type):
        return values
    if pa.types.is_date(values.type):
        texts = _days(values)
    elif cells.look == "money":
        texts = _money(pc.cast(pc.round(pc.multiply(values, 100.0)), pa.int64()))
    else:
        texts = _plain(values)
    return texts if cells.texts is None else pc.coalesce(cells.texts, texts)


def _cells(table: pa.Table, name: str) -> pa.Array:
    return table[name].combine_chunks()


def _days(days: pa.Array) -> pa.Array:
    return days.cast(pa.string())


def _plain(numbers: pa.Array) -> pa.Array:
    """Return numbers as texts without a needless `.0`."""
    return rewritten(numbers.cast(pa.string()), lambda text: text.removesuffix(".0"))


def _money(fen: pa.Array) -> pa.Array:
    """Return whole fen as `12,000元` or `12,000.50元`."""

    def spelt(text: str) -> str:
        yuan, rest = divmod(abs(int(text)), 100)
        return f"{'-' if int(text) < 0 else ''}{yuan:,}{f'.{rest:02d}' if rest else ''}元"

    return rewritten(fen.cast(pa.string()), spelt)


def _headed(head: str, texts: pa.Array) -> pa.Array:
    """Return texts with a word in front; those that say that there is nothing are left out."""
    filled = rewritten(texts, lambda text: None if text.strip().casefold() in NOTHING else text)
    return pc.binary_join_element_wise(head, filled, "")

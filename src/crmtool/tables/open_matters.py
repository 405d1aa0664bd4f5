"""Tells what a customer still waits for: demands that are not met and complaints that are not settled.

Both come from the ledger's own sheets 需求记录 and 咨询投诉记录, where a row without a state is open, and from what
customers said at their visits of late: that has no state, and counts as open for some time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import Ledger, Table
from crmtool.tables.arrays import array, rewritten

#: States after which nothing is open any more, as people and systems write them.
CLOSED = frozenset(
    {
        *("已完成", "完成", "已解决", "已处理", "处理完成", "已关闭", "关闭", "已满足", "已实现", "已成交"),
        *("已办结", "办结", "已取消", "取消", "已撤销", "已拒绝"),
        *("closed", "done", "resolved", "solved", "cancelled", "canceled"),
    }
)


#: What stands in a cell that says that there is nothing to say.
NOTHING = frozenset({"无", "没有", "暂无", "否", "-", "--", "/", "0", "none", "no", "n/a"})
#: Days for which what was said at a visit counts as open.
SAID_DAYS: Final = 90
_SAID_COLUMNS: Final = {"customer": pa.int64(), "day": pa.date32(), "kind": pa.string(), "words": pa.string()}


def said_at_visits(ledger: Ledger) -> pa.Table:
    """Return the complaints and new demands of visits made in the 90 days before the as-of day: customer, day, kind, words.

    What stands in 咨询投诉记录 or 需求记录 in the same words is left out: it is told from there, or is settled.
    """
    parts = [pa.schema(list(_SAID_COLUMNS.items())).empty_table()]
    if ledger.visits is not None and "date" in ledger.visits.frame:
        frame = ledger.visits.frame
        days = array(frame["date"]).cast(pa.date32())
        oldest, newest = (
            pa.scalar(day, pa.date32()) for day in (ledger.as_of - timedelta(days=SAID_DAYS), ledger.as_of)
        )
        is_late = pc.and_(pc.greater_equal(days, oldest), pc.less_equal(days, newest))
        for field, kind, table, text in (
            ("complaint", "回访投诉", ledger.tickets, "content"),
            ("new_demand", "新增需求", ledger.demands, "demand"),
        ):
            if field not in frame:
                continue
            customer = array(frame["customer"]).cast(pa.int64())
            words = rewritten(array(frame[field]).cast(pa.string()), _something)
            told = pa.table([customer, days, pa.repeat(kind, len(frame)), words], names=list(_SAID_COLUMNS))
            is_told = pc.and_(pc.and_(is_late, pc.is_valid(words)), pc.is_valid(customer))
            parts.append(_not_in(told.filter(is_told), table, text))
    return pa.concat_tables(parts).combine_chunks()


def _something(text: str) -> str | None:
    return None if text.strip().casefold() in NOTHING else text


def _not_in(told: pa.Table, table: Table | None, text: str) -> pa.Table:
    """Return what was said without what a customer's rows of a table say in the same words."""
    if table is None or text not in table.frame:
        return told
    known = _pairs(array(table.frame["customer"]), array(table.frame[text]))
    said = _pairs(told["customer"].combine_chunks(), told["words"].combine_chunks())
    return told.filter(pc.invert(pc.is_in(said, known, skip_nulls=True)))


def _pairs(customer: pa.Array, words: pa.Array) -> pa.Array:
    texts = (cells.cast(pa.string()) for cells in (customer, words))
    return pc.binary_join_element_wise(*texts, "\x1f")


def open_matters(ledger: Ledger, customers: Collection[int]) -> dict[int, list[str]]:
    """Return what is open for each of these customers (positions in the ledger), the newest first.

    Each is `需求：二期扩容（2026-01-05）`, `重大投诉：到货破损（2026-01-05）` or, said at a visit,
    `回访投诉：发票晚了（2026-01-05）`; customers with nothing open are not
    in the result.
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for table, kind, text, day in (
        (ledger.demands, "", "demand", "date"),
        (ledger.tickets, "kind", "content", "raised"),
    ):
        for customer, entry in _entries(table, kind, text, day, customers):
            found.setdefault(customer, []).append(entry)
    said = said_at_visits(ledger)
    said = said.filter(pc.is_in(said["customer"], pa.array(list(customers), pa.int64())))
    for row in said.to_pylist():
        when = row["day"].isoformat()
        entry = (when, f"{row['kind']}：{row['words']}（{when}）")
        if entry not in found.setdefault(row["customer"], []):
            found[row["customer"]].append(entry)
    return {
        customer: [told for _, told in sorted(own, key=lambda entry: entry[0], reverse=True)]
        for customer, own in found.items()
    }


def _entries(
    table: Table | None, kind: str, text: str, day: str, customers: Collection[int]
) -> list[tuple[int, tuple[str, str]]]:
    """Return (customer, (day, words)) of the open rows of a table."""
    if table is None:
        return []
    frame = table.frame
    own = frame[frame["customer"].isin(list(customers)).fillna(False)]
    rows = zip(
        _cells(own, "customer"),
        *(_cells(own, name) for name in (kind, text, day, "status", "resolved")),
        strict=True,
    )
    entries = []
    for customer, what, words, raised, status, resolved in rows:
        if resolved is not None or str(status or "").strip().casefold() in CLOSED or not words:
            continue
        when = raised.isoformat() if isinstance(raised, date) else ""
        told = f"{what or ('需求' if text == 'demand' else '咨询投诉')}：{words}"
        entries.append((customer, (when, f"{told}（{when}）" if when else told)))
    return entries


def _cells(frame: pd.DataFrame, name: str) -> list[object]:
    cells: list[object] = pa.array(frame[name]).to_pylist() if name in frame else [None] * len(frame)
    return cells

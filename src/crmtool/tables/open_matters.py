"""Tells what a customer still waits for: demands that are not met and complaints that are not settled.

Both come from the ledger's own sheets 需求记录 and 咨询投诉记录; a row without a state is open.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd
import pyarrow as pa

from crmtool.ledger.ledger import Ledger, Table

#: States after which nothing is open any more, as people and systems write them.
CLOSED = frozenset(
    {
        *("已完成", "完成", "已解决", "已处理", "处理完成", "已关闭", "关闭", "已满足", "已实现", "已成交"),
        *("已办结", "办结", "已取消", "取消", "已撤销", "已拒绝"),
        *("closed", "done", "resolved", "solved", "cancelled", "canceled"),
    }
)


def open_matters(ledger: Ledger, customers: Collection[int]) -> dict[int, list[str]]:
    """Return what is open for each of these customers (positions in the ledger), the newest first.

    Each is `需求：二期扩容（2026-01-05）` or `重大投诉：到货破损（2026-01-05）`; customers with nothing open are not
    in the result.
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for table, kind, text, day in (
        (ledger.demands, "", "demand", "date"),
        (ledger.tickets, "kind", "content", "raised"),
    ):
        for customer, entry in _entries(table, kind, text, day, customers):
            found.setdefault(customer, []).append(entry)
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

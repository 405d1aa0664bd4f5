"""Rows of filled-in sheets made by hand, customers that they are of, and a plan of their visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.ledger.ledger import LedgerColumn
from crmtool.ledger.standard.dictionary import standard_field
from crmtool.visits.model import PLAN_COLUMNS, REPORT_COLUMNS, frame_of
from crmtool.visits.reporting.candidates import Customers
from crmtool.visits.reporting.filled import FILLED_COLUMNS, Filled
from crmtool.visits.reporting.matching import match
from crmtool.visits.reporting.reports import Collected, collect

CUSTOMERS = Customers(
    pa.array(["C1", "C2"]), pa.array(["C1", "C2"]), pa.array(["甲", "乙"]), pa.array(["张三", None])
)
AS_OF = date(2026, 3, 20)
NOTHING_RECORDED = frame_of(REPORT_COLUMNS, {"visit_id": []})
_FIELDS = ("visit_id", "customer_id", "customer_name", "date", "status", "satisfaction", "feedback")


def day(number: int) -> date:
    """Return a day of March."""
    return date(2026, 3, number)


def filled(rows: Sequence[dict[str, Any]]) -> Filled:
    """Return rows as they are read off one sheet, from its row 2 on."""
    columns = {
        name: LedgerColumn(standard_field("visits", name), name, at)
        for at, name in enumerate(_FIELDS, start=1)
    }
    whole = [
        {"file": "表.xlsx", "sheet": "张三", "row": at, "source": f"[表.xlsx]张三!D{at}", **row}
        | {"has_status": row.get("outcome") is not None, "has_day": row.get("done_on") is not None}
        for at, row in enumerate(rows, start=2)
    ]
    table = pa.Table.from_pylist(whole, schema=pa.schema(list(FILLED_COLUMNS.items())))
    return Filled(table, {("表.xlsx", "张三"): columns})


def plan(*visits: tuple[str, str, str, int]) -> pd.DataFrame:
    """Return a plan of open visits: id, customer, channel, day of March."""
    ids, customers, channels, days = zip(*visits, strict=True)
    cells = {"visit_id": list(ids), "customer_key": list(customers), "customer_id": list(customers)}
    cells |= {"channel": list(channels), "planned_on": [day(d) for d in days], "status": ["open"] * len(ids)}
    return frame_of(PLAN_COLUMNS, cells)


def taken(
    rows: Sequence[dict[str, Any]], planned: pd.DataFrame | None, recorded: pd.DataFrame = NOTHING_RECORDED
) -> Collected:
    """Return what rows change."""
    return collect(match(filled(rows), CUSTOMERS, planned, recorded), recorded, planned, AS_OF)


def said(reports: pd.DataFrame) -> list[dict[str, Any]]:
    """Return reports without their place, in an order of their own."""
    rows = pa.Table.from_pandas(reports, preserve_index=False).drop_columns(["source"]).to_pylist()
    return sorted(rows, key=str)

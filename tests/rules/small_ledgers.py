"""Small ledgers typed into tests: customers and their records as plain lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import Ledger, LedgerColumn, Source, Table

_TYPES = {
    "row": pa.int64(),
    "customer": pa.int64(),
    "order_date": pa.date32(),
    "date": pa.date32(),
    "raised": pa.date32(),
    "amount": pa.int64(),
    "satisfaction": pa.float64(),
}


def arrow_frame(columns: Mapping[str, Sequence[Any]], types: Mapping[str, pa.DataType]) -> pd.DataFrame:
    """Return an Arrow-backed frame; columns without a type are strings."""
    arrays = {name: pa.array(list(cells), types.get(name, pa.string())) for name, cells in columns.items()}
    return pa.table(arrays).to_pandas(types_mapper=pd.ArrowDtype)


def records(**columns: Sequence[Any]) -> Table:
    """Return a table of orders, visits, demands or tickets; dates may be texts, states end in `__state`."""
    length = len(next(iter(columns.values())))
    cells = {
        name: [date.fromisoformat(c) if isinstance(c, str) and _is_date(name) else c for c in column]
        for name, column in columns.items()
    }
    types = _TYPES | {name: pa.int8() for name in cells if name.endswith("__state")}
    placed = {"row": range(2, 2 + length), "sheet": ["明细"] * length, **cells}
    return Table(arrow_frame(placed, types), {}, Source("a.xlsx", "", ("明细",), 1, length))


def customers(count: int, *columns: tuple[FieldSpec, pa.Array], **beside: pa.Array) -> Table:
    """Return customers named 客户0 … with these fields in sheet columns B, C …"""
    names = pa.array([f"客户{i}" for i in range(count)])
    arrays = {"row": pa.array(range(2, 2 + count)), "sheet": pa.array(["客户"] * count), "name": names}
    placed = {}
    for number, (spec, cells) in enumerate(columns, start=2):
        arrays[spec.id] = cells
        placed[spec.id] = LedgerColumn(spec, spec.label, number)
    frame = pa.table(arrays | beside).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(frame, placed, Source("a.xlsx", "", ("客户",), 1, count))


def ledger(as_of: str, people: Table, **tables: Table) -> Ledger:
    """Return the ledger of these tables."""
    return Ledger(date.fromisoformat(as_of), people, **tables)


def _is_date(name: str) -> bool:
    return _TYPES.get(name) == pa.date32()

"""Customers' tables as a ledger has them, for deciding and explaining."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import LedgerColumn, Source, Table


def customers(rows: int, columns: Mapping[str, Sequence[Any]] | None = None) -> Table:
    """Return a table of `rows` customers from sheet row 2 on, with these columns from column B on."""
    given = dict(columns or {})
    data: dict[str, Any] = {
        "row": pa.array(range(2, rows + 2), pa.int64()),
        "sheet": pa.array(["客户"] * rows),
    }
    data |= {name: pa.array(list(values)) for name, values in given.items()}
    named = {}
    for number, name in enumerate(given, start=2):
        named[name] = LedgerColumn(FieldSpec(name, name, "text"), f"列{name}", number)
    frame = pa.table(data).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(frame, named, Source("台账.xlsx", "0" * 64, ("客户",), 1, rows))

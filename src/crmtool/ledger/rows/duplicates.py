"""Order lines that stand there twice: which are left out, which are only pointed at.

A line that repeats an order number with another amount, day or product is an order's second line and nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.rows.masks import Mask
from crmtool.ledger.rows.places import LISTED
from crmtool.ledger.rows.readtable import Raw
from crmtool.sheets import cell_name

#: What an order line is: two lines of a number that are the same in these are told, whatever else they say.
_LINE = ("order_no", "order_date", "amount", "customer_id", "customer_name", "product", "quantity")
_PLACE = ("row", "sheet")


def without_duplicates(raw: Raw) -> Raw:
    """Return the lines with one that repeats another in every column, order number included, counted once.

    Lines that are the same only in number, customer, day, amount and product stay, and so do lines without a
    number that are the same in every column: both may be meant. All three are findings, at the repeating line.
    """
    table = raw.table
    every = sorted((n for n in table.column_names if n not in _PLACE), key=_first_narrowing)
    line = [name for name in _LINE if name in table.column_names]
    numbered = _is_filled(table, "order_no")
    told = _is_filled(table, "order_date")
    out, out_first = _repeats(table, every, numbered)
    alike, alike_first = _repeats(table, line, numbered & told & ~out)
    loose, loose_first = _repeats(table, every, ~numbered & told)
    findings = list(raw.findings)
    for code, mask, first, column in (
        ("duplicate-order-line", out, out_first, "order_no"),
        ("duplicate-order", alike, alike_first, "order_no"),
        ("duplicate-order-without-number", loose, loose_first, "order_date"),
    ):
        places = [int(i) for i in np.flatnonzero(mask)]
        found = raw.spots(code, column, places[:LISTED], total=len(places))
        findings += [
            replace(f, params={**f.params, "first": _cell(raw, column, int(first[place]))})
            for f, place in zip(found, places, strict=False)
        ]
    if not out.any():
        return replace(raw, findings=tuple(findings))
    counts = {**raw.counts, "duplicate_orders": int(out.sum())}
    return replace(raw, table=table.filter(pa.array(~out)), findings=tuple(findings), counts=counts)


def _first_narrowing(name: str) -> int:
    return _LINE.index(name) if name in _LINE else len(_LINE)


def _is_filled(table: pa.Table, name: str) -> Mask:
    if name not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.bool_)
    return np.asarray(pc.is_valid(table[name]), dtype=np.bool_)


def _repeats(table: pa.Table, columns: Iterable[str], among: Mask) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Return which rows repeat an earlier one in all columns, and for each row the first of its kind.

    Column by column only the rows that still have an equal are looked at, so a sheet without repeats is cheap.
    """
    rows = np.flatnonzero(among).astype(np.int64)
    groups = np.zeros(len(rows), dtype=np.int64)
    for name in columns:
        if not len(rows):
            break
        cells = table[name].take(pa.array(rows))
        codes = pd.factorize(cells.to_pandas(types_mapper=pd.ArrowDtype), use_na_sentinel=False)[0]
        groups = pd.factorize(groups * (len(rows) + 1) + codes)[0].astype(np.int64)
        keep = np.bincount(groups)[groups] > 1
        rows, groups = rows[keep], groups[keep]
    first = np.arange(table.num_rows, dtype=np.int64)
    if len(rows):
        _, index, inverse = np.unique(groups, return_index=True, return_inverse=True)
        first[rows] = rows[index][inverse]
    return first != np.arange(table.num_rows), first


def _cell(raw: Raw, column: str, position: int) -> str:
    return cell_name(raw.row_at(position), raw.columns[column].column)

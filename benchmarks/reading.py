"""Read all cells of a ledger into memory in one of several ways; print its rows and the sum of 年消费额 as JSON.

The sum proves that the values were there to be used. Each way is written as its makers write it in their examples.

    python benchmarks/reading.py crmtool|fastexcel|calamine|… ledger.xlsx
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

#: 1-based.
AMOUNT_COLUMN = 12


def crmtool(path: str) -> tuple[int, float]:
    """Read with crmtool: typed Arrow columns, with errors, hidden rows and exact digits apart."""
    import pyarrow.compute as pc

    from crmtool.files.book import open_book

    book = open_book(Path(path))
    (sheet,) = (book.read(peek.sheet, None, 1) for peek in book.peeks)
    return sheet.length - 1, pc.sum(sheet.columns[AMOUNT_COLUMN].number).as_py()


def fastexcel(path: str) -> tuple[int, float]:
    """Read with fastexcel into an Arrow record batch."""
    import fastexcel
    import pyarrow.compute as pc

    batch = fastexcel.read_excel(path).load_sheet(0).to_arrow()
    return batch.num_rows, pc.sum(batch.column(AMOUNT_COLUMN - 1)).as_py()


def calamine(path: str) -> tuple[int, float]:
    """Read with python-calamine into lists of Python values."""
    from python_calamine import load_workbook

    rows = load_workbook(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return len(rows) - 1, math.fsum(row[AMOUNT_COLUMN - 1] for row in rows[1:])


def polars(path: str) -> tuple[int, float]:
    """Read with polars into its data frame."""
    import polars as pl

    frame = pl.read_excel(path)
    return frame.height, frame.to_series(AMOUNT_COLUMN - 1).sum()


def pandas_calamine(path: str) -> tuple[int, float]:
    """Read with pandas, calamine below."""
    return _pandas(path, "calamine")


def pandas_openpyxl(path: str) -> tuple[int, float]:
    """Read with pandas, openpyxl below: its default."""
    return _pandas(path, "openpyxl")


def _pandas(path: str, engine: str) -> tuple[int, float]:
    import pandas as pd

    frame = pd.read_excel(path, engine=engine)
    return len(frame), frame.iloc[:, AMOUNT_COLUMN - 1].sum()


def openpyxl(path: str) -> tuple[int, float]:
    """Read with openpyxl in read-only mode into tuples of Python values."""
    from openpyxl import load_workbook

    rows = list(load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))
    return len(rows) - 1, math.fsum(row[AMOUNT_COLUMN - 1] for row in rows[1:])


WAYS = {
    way.__name__: way
    for way in (crmtool, fastexcel, calamine, polars, pandas_calamine, pandas_openpyxl, openpyxl)
}


if __name__ == "__main__":
    rows, amount = WAYS[sys.argv[1]](sys.argv[2])
    print(json.dumps({"rows": rows, "amount": round(amount, 2)}))

"""What building costs beside reading values, measured in one run so that the machine does not matter."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from ledger_books import FILE

from crmtool.ledger.build import build_ledger
from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.finding import Wanted, find
from crmtool.ledger.values import read_column
from crmtool.sheets import Column, Peek, Sheet

ROWS = 100_000
HEADERS = ["客户编号", "客户名称", "年消费额", "最近交易时间", *(f"自定义{i}" for i in range(16))]


def wide_sheet() -> Sheet:
    words = pa.array([f"内容{i % 5_000}" for i in range(ROWS)])
    columns = {
        1: Column(ROWS, text=pa.array([f"C{i:06d}" for i in range(ROWS)])),
        2: Column(ROWS, text=pa.array([f"客户{i}有限公司" for i in range(ROWS)])),
        3: Column(ROWS, number=pa.array(np.arange(ROWS, dtype=float))),
        4: Column(ROWS, text=pa.array([f"2023-{i % 12 + 1:02d}-{i % 28 + 1:02d}" for i in range(ROWS)])),
    }
    columns |= {number: Column(ROWS, text=words) for number in range(5, 21)}
    return Sheet(FILE, "客户", columns, pa.array(np.arange(2, ROWS + 2), pa.int32()))


@pytest.mark.slow
def test_building_costs_no_more_than_a_few_looks_at_every_text() -> None:
    """The yardstick is one pass of the value reader over the same 20 columns, which any reading needs."""
    sheet = wide_sheet()
    layout = find([Peek("客户", [HEADERS, ["x"] * 20], ROWS + 1, 20)], Wanted(), file=FILE)
    as_of = date(2024, 1, 1)
    start = time.perf_counter()
    for column in sheet.columns.values():
        read_column(column, FieldSpec("any", "x", "text"), as_of=as_of)
    values = time.perf_counter() - start
    start = time.perf_counter()
    ledger = build_ledger(layout, {"customers": [sheet]}, as_of=as_of)
    assert len(ledger.customers.frame) == ROWS
    assert time.perf_counter() - start < 4 * values

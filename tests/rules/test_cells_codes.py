"""Cells: what lies between the cut values of a rule set, and the codes that a frame computes for them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import pyarrow as pa
import pytest

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import Bound, OneOf, Range, Within
from crmtool.rules.judging.cells import FieldCells, cells_of
from crmtool.rules.judging.classes import collect
from crmtool.rules.model import Field

AS_OF = date(2024, 5, 31)
AT_LEAST_TEN = Range(Bound(10_000_000, True))
UNDER_TWO = Range(None, Bound(2_000_000, False))
MONEY = Field(FieldSpec("amount", "年消费额", "money", minimum=0))
AGE = Field(FieldSpec("tenure", "合作时长", "age"))


def test_cells_on_which_every_test_says_the_same_are_one() -> None:
    cells = cells_of(MONEY, [AT_LEAST_TEN, UNDER_TWO], AS_OF)
    # below 2万 · from 2万 to below 10万 · from 10万: three, not the five intervals and points
    assert cells.count == 3
    assert [cells.cell_of(fen) for fen in (0, 1_999_999, 2_000_000, 9_999_999, 10_000_000)] == [0, 0, 1, 1, 2]
    assert cells.truths[AT_LEAST_TEN][:3] == (False, False, True)
    assert cells.truths[UNDER_TWO][:3] == (True, False, False)


def test_a_cell_that_no_value_can_be_in_is_no_completion() -> None:
    negative = Range(None, Bound(0, False))
    between = Range(Bound(Decimal(3), False), Bound(Decimal(4), False))
    count = Field(FieldSpec("orders", "订单次数", "count", minimum=0))
    assert cells_of(MONEY, [negative], AS_OF).domain == (1,)  # the minimum is 0
    cells = cells_of(count, [between], AS_OF)
    assert [cells.truths[between][cell] for cell in cells.domain] == [False, False]  # no whole number there
    number = Field(FieldSpec("score", "评分", "number"))
    assert len(cells_of(number, [between], AS_OF).domain) == 3


def test_never_is_shorter_than_every_span_and_not_within_any() -> None:
    tests = {
        Within(Duration(months=3)): False,
        Within(Duration(months=3), negated=True): True,
        Range(Bound(Duration(months=12), True)): False,
        Range(Bound(Duration(months=12), False)): False,
        Range(None, Bound(Duration(months=12), False)): True,
        Range(None, Bound(Duration(months=12), True)): True,
    }
    cells = cells_of(AGE, list(tests), AS_OF)
    assert {test: cells.truths[test][cells.never] for test in tests} == tests


def test_spans_are_laid_back_by_calendar_months_and_include_their_ends() -> None:
    within = Within(Duration(months=3))
    cells = cells_of(AGE, [within], AS_OF)
    days = [date(2024, 2, 28), date(2024, 2, 29), date(2024, 5, 31)]  # 31 May − 3 months is 29 February
    assert [cells.truths[within][cells.cell_of(day)] for day in days] == [False, True, True]


def codes(frame: object, cells: list[FieldCells], columns: list[str]) -> list[list[int]]:
    expressions = [c.code(columns).alias(f"{c.field.id}:code") for c in cells]
    known = nw.from_native(frame)  # on the frame itself: pandas is not turned into Arrow first
    table = collect(frame, expressions) if isinstance(known, nw.LazyFrame) else known.select(*expressions)
    if isinstance(table, nw.DataFrame):
        table = table.to_arrow()
    return [table[f"{c.field.id}:code"].to_pylist() for c in cells]


def test_codes_are_the_same_on_pandas_pyarrow_and_duckdb() -> None:
    kind = Field(FieldSpec("kind", "类别", "enum", values=("甲", "乙", "丙")))
    need = Field(FieldSpec("need", "需求", "enum", values=("定制", "标准"), match="contains"))
    rate = Field(FieldSpec("rate", "比率", "percent"))
    table = pa.table(
        {
            "customer": [0, 1, 2, 3, 4],
            "amount": pa.array([1_999_999, 2_000_000, None, None, 20_000_000], pa.int64()),
            "amount__state": pa.array([1, 1, 0, 2, 1], pa.int8()),
            "amount__high": pa.array([None, 10_000_000, None, None, None], pa.int64()),
            "tenure": pa.array(
                [date(2024, 5, 31), date(2023, 5, 31), None, None, date(2024, 6, 1)], pa.date32()
            ),
            "tenure__state": pa.array([1, 1, 3, 0, 1], pa.int8()),
            "kind": pa.array(["甲", "丙", None, "别的", None], pa.string()),
            "kind__state": pa.array([1, 1, 0, 1, 1], pa.int8()),  # the last is read without a value
            "need": pa.array(["定制化系统", "定制和标准", None, "无", None], pa.string()),
            "need__state": pa.array([1, 1, 0, 1, 2], pa.int8()),
            "rate": pa.array([0.05, 0.051, None, None, 0.049], pa.float64()),
            "rate__state": pa.array([1, 1, 0, 0, 1], pa.int8()),
        }
    )
    cells = [
        cells_of(MONEY, [AT_LEAST_TEN, UNDER_TWO], AS_OF),
        cells_of(AGE, [Range(Bound(Duration(months=12), True))], AS_OF),
        cells_of(kind, [OneOf(("甲", "乙"))], AS_OF),
        cells_of(need, [OneOf(("定制",)), OneOf(("标准",))], AS_OF),
        cells_of(rate, [Range(Bound(Decimal("0.05"), False))], AS_OF),
    ]
    names = table.column_names
    shuffled = table.take([3, 1, 4, 0, 2])  # a warehouse returns rows in any order
    in_duckdb = duckdb.from_arrow(shuffled)
    found = codes(table, cells, names)
    assert codes(table.to_pandas(types_mapper=pd.ArrowDtype), cells, names) == found
    assert codes(in_duckdb, cells, names) == found
    read = [[c.read_code(code) for code in column] for c, column in zip(cells, found, strict=True)]
    assert read[0] == [(1, 0, 0), (1, 1, 2), (0, 0, 0), (2, 0, 0), (1, 2, 2)]
    assert [state for state, *_ in read[1]] == [
        1,
        1,
        3,
        0,
        2,
    ]  # a day after as-of is unreadable, never recent
    assert [state for state, *_ in read[2]] == [1, 1, 0, 1, 2]
    assert [low for state, low, _ in read[2] if state == 1] == [
        1,
        2,
        0,
    ]  # 甲 and 乙 are one cell; 别的 is other
    assert [low for state, low, _ in read[3] if state == 1] == [1, 3, 0]  # bits: 定制 1, 标准 2
    assert [low for state, low, _ in read[4] if state == 1] == [0, 1, 0]


@pytest.mark.parametrize("fen", [9_999_999, 10_000_000, 10_000_001])
def test_money_compares_in_exact_fen(fen: int) -> None:
    frame = pa.table({"amount": pa.array([fen], pa.int64()), "amount__state": pa.array([1], pa.int8())})
    cells = cells_of(MONEY, [AT_LEAST_TEN], AS_OF)
    code = nw.from_native(frame).select(cells.code(frame.column_names).alias("code"))["code"][0]
    assert cells.truths[AT_LEAST_TEN][cells.read_code(code)[1]] is (fen >= 10_000_000)

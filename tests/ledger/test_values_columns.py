"""Whole columns: that they mean what their cells mean, and that they are read in bulk."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmtool.ledger.fields import FieldSpec, Kind, LevelNames
from crmtool.ledger.values import MOST_LISTED, read_column, read_moment, read_number, read_text
from crmtool.sheets import Column

AS_OF = date(2024, 3, 1)
KINDS: tuple[Kind, ...] = ("id", "text", "money", "count", "number", "percent", "date", "age", "enum", "flag")
TYPES = {"money": "int64", "count": "double", "number": "double", "percent": "double", "date": "date32[day]"}
TEXTS = [
    "15万元",
    "1,200.50元",
    "¥5",
    "3.456元",
    "-5",
    "200人",
    "80%",
    "2023-10-15",
    "2023-10-15 14:30",
    "2年",
    "45214",
]
TEXTS += [
    "20231015",
    "",
    "-",
    "无",
    "#N/A",
    "约5万",
    "0.8",
    "80",
    "001",
    "5-10万元",
    "甲\x07",
    "是",
    "成交",
    "1.005",
    "9" * 17,
]
TEXTS += [
    "2023.10",
    "12年",
    "1e400",
    "123456789012345.67元",
    "+5",
    "5万+",
    "2024-13-01 10:00",
    "0.1234567",
    "-0.5%",
    "1,20",
]


def field(kind: Kind, **options: Any) -> FieldSpec:
    return FieldSpec("f", "字段", kind, values=("潜在客户", "成交客户"), **options)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unit", [None, "万元", "%", "年"])
def test_a_column_means_what_its_texts_mean(kind: Kind, unit: str | None) -> None:
    spec = field(kind, minimum=0 if kind == "money" else None)
    column = read_column(Column(len(TEXTS), text=pa.array(TEXTS)), spec, as_of=AS_OF, unit=unit)
    bare = "unclear" if kind == "percent" and unit == "never" else None
    cells = [read_text(text, spec, AS_OF, unit=unit, bare=bare) for text in TEXTS]
    assert column.value.to_pylist() == [cell.value for cell in cells]
    assert column.state.to_pylist() == [cell.state for cell in cells]
    highs = [None] * len(TEXTS) if column.high is None else column.high.to_pylist()
    assert highs == [cell.high for cell in cells]
    expected = sorted(
        (row, said.code)
        for row, cell in enumerate(cells)
        for said in ([cell.problem] if cell.problem else []) + list(cell.notes)
    )
    assert sorted((problem.index, problem.code) for problem in column.problems) == expected


@example("percent", [0.5], "万元")
@given(
    st.sampled_from(KINDS),
    st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**7), 10**7).map(lambda n: n / 100)
             | st.integers(0, 90_000).map(float), min_size=1, max_size=30),
    st.sampled_from([None, "万元", "年"]),
)  # fmt: skip
@settings(max_examples=200)
def test_a_column_means_what_its_numbers_mean(kind: Kind, numbers: list[float], unit: str | None) -> None:
    spec = field(kind, maximum=10**9 if kind in ("money", "number") else None)
    column = read_column(
        Column(len(numbers), number=pa.array(numbers, pa.float64())), spec, as_of=AS_OF, unit=unit
    )
    cells = [read_number(number, spec, AS_OF, unit=unit) for number in numbers]
    assert column.state.to_pylist() == [cell.state for cell in cells]
    for read, cell in zip(column.value.to_pylist(), cells, strict=True):
        assert read == cell.value or read == pytest.approx(cell.value, rel=1e-14)
        assert read is None or read == read


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_means_what_its_dates_mean(kind: Kind) -> None:
    moments = [datetime(2023, 10, 15, 14, 30), datetime(2024, 3, 2), datetime(1899, 12, 31), None]  # noqa: DTZ001
    column = read_column(Column(4, moment=pa.array(moments, pa.timestamp("us"))), field(kind), as_of=AS_OF)
    cells = [None if moment is None else read_moment(moment, field(kind), AS_OF) for moment in moments]
    assert column.value.to_pylist() == [cell and cell.value for cell in cells]
    assert column.state.to_pylist() == [cell.state if cell else 0 for cell in cells]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_column_has_its_type_and_no_problems(kind: Kind) -> None:
    column = read_column(Column(3), field(kind), as_of=AS_OF)
    assert str(column.value.type) == TYPES.get(kind, "date32[day]" if kind == "age" else "string")
    assert column.value.null_count == 3
    assert column.state.to_pylist() == [0, 0, 0]
    assert (column.high, column.level, column.text, column.problems) == (None, None, None, [])
    assert read_column(Column(0), field(kind), as_of=AS_OF).state.to_pylist() == []


def test_sources_are_laid_together_and_the_text_is_kept() -> None:
    column = Column(
        6,
        text=pa.array(["15万元", None, None, None, "高", None]),
        number=pa.array([None, 1.5, float("nan"), None, None, None]),
        error=pa.array([None, None, None, "no-value", None, None]),
    )
    spec = field("money", dimension="amount", levels=(LevelNames("high", "高"),))
    read = read_column(column, spec, as_of=AS_OF, unit="万元")
    assert read.value.to_pylist() == [15_000_000, 1_500_000, None, None, None, None]
    assert read.state.to_pylist() == [1, 1, 2, 2, 1, 0]
    assert read.level is not None
    assert read.level.to_pylist() == [None, None, None, None, "high", None]
    assert read.text is not None
    assert read.text.to_pylist() == ["15万元", None, None, None, "高", None]
    assert [(p.index, p.code) for p in read.problems] == [(2, "error-cell"), (3, "formula-without-value")]


def test_amounts_rounded_in_bulk_are_told_like_the_others() -> None:
    amounts = [1.234, 2.5, 0.005, 1e8 + 0.123, -3.333]
    read = read_column(Column(5, number=pa.array(amounts)), field("money"), as_of=AS_OF)
    assert read.value.to_pylist() == [123, 250, 1, 10_000_000_012, -333]
    assert read.problem_counts == {"rounded-to-fen": 4}
    told = [(problem.index, problem.value, problem.params["yuan"]) for problem in read.problems]
    assert told == [
        (0, "1.234", "1.23元"),
        (2, "0.005", "0.01元"),
        (3, "100000000.123", "100,000,000.12元"),
        (4, "-3.333", "-3.33元"),
    ]


def test_a_number_may_be_the_name_of_a_level() -> None:
    spec = field("number", dimension="loyalty", levels=(LevelNames("top", "3"), LevelNames("low", "1")))
    read = read_column(Column(2, number=pa.array([3.0, 2.0])), spec, as_of=AS_OF)
    assert read.level is not None
    assert (read.level.to_pylist(), read.value.to_pylist()) == (["top", None], [None, 2.0])


def test_many_problems_are_all_counted_and_the_first_are_listed() -> None:
    texts = [f"什么{row % 700}" for row in range(5_000)]
    read = read_column(Column(5_000, text=pa.array(texts)), field("money"), as_of=AS_OF)
    assert read.problem_counts == {"unreadable-money": 5_000}
    assert [problem.index for problem in read.problems] == list(range(MOST_LISTED))
    assert read.problems[705].value == "什么5"


def test_a_percent_column_without_anything_above_one_is_not_guessed() -> None:
    cells = Column(2, number=pa.array([0.05, 0.8]))
    assert read_column(cells, field("percent"), as_of=AS_OF, unit="%").state.to_pylist() == [2, 2]
    assert read_column(cells, field("percent"), as_of=AS_OF).value.to_pylist() == [0.05, 0.8]
    mixed = Column(2, number=pa.array([0.5, 80.0]))
    assert read_column(mixed, field("percent"), as_of=AS_OF, unit="%").value.to_pylist() == [0.005, 0.8]


def test_a_1904_workbook_counts_from_another_day() -> None:
    cells = Column(1, number=pa.array([43_752.0]))
    assert read_column(cells, field("date"), as_of=AS_OF, date_1904=True).value.to_pylist() == [
        date(2023, 10, 15)
    ]


def test_chunked_arrays_are_read_like_any() -> None:
    chunks = pa.chunked_array([["15万元"], ["2万", None]])
    read = read_column(Column(3, text=chunks), field("money"), as_of=AS_OF)
    assert read.value.to_pylist() == [15_000_000, 2_000_000, None]


def test_homogeneous_columns_are_read_in_bulk() -> None:
    count = 100_000
    rng = np.random.default_rng(7)
    yuan = np.round(rng.random(count) * 1e6, 2)
    columns: list[tuple[Kind, Column]] = [
        ("money", Column(count, number=pa.array(yuan))),
        ("money", Column(count, text=pa.array([f"{amount:,.2f}元" for amount in yuan]))),
        ("date", Column(count, number=pa.array(rng.integers(40_000, 45_000, count).astype(float)))),
        ("id", Column(count, text=pa.array([f"C{row:06}" for row in range(count)]))),
        ("number", Column(count, number=pa.array(rng.random(count)))),
    ]
    read_column(Column(1, text=pa.array(["1万"])), field("money"), as_of=AS_OF)
    started = time.perf_counter()
    for kind, column in columns:
        assert read_column(column, field(kind), as_of=AS_OF).state.to_numpy().min() == 1
    assert time.perf_counter() - started < 2.5  # measured 0.15 s; the slack is for busy machines


def test_a_number_that_the_workbook_shows_as_a_percentage_is_that_whatever_its_header() -> None:
    cells = Column(
        4, number=pa.array([3.5, 0.035, 3.5, 85.0]), is_percent=pa.array([True, True, False, False])
    )
    assert read_column(cells, field("percent"), as_of=AS_OF).value.to_pylist() == [3.5, 0.035, None, None]
    below = read_column(cells, field("percent"), as_of=AS_OF, unit="%")
    assert below.value.to_pylist() == [3.5, 0.035, 0.035, 0.85]
    # 85 shown as 8500 % is beyond what a share can be: the number is read as any other is
    share = field("percent", minimum=0, maximum=1)
    cells = Column(1, number=pa.array([85.0]), is_percent=pa.array([True]))
    assert read_column(cells, share, as_of=AS_OF).value.to_pylist() == [0.85]


def test_a_date_that_says_never_is_a_fact_and_no_unreadable_cell() -> None:
    cells = Column(3, text=pa.array(["从未", "", "从前"]))
    for kind in ("date", "age"):
        read = read_column(cells, field(kind), as_of=AS_OF)
        assert read.state.to_pylist() == [3, 0, 2]
        assert [problem.value for problem in read.problems] == ["从前"]
    assert read_column(cells, field("money"), as_of=AS_OF).state.to_pylist()[0] == 2

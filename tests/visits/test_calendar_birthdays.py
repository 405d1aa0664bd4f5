"""Birthdays as people type them, and the day each falls on in a year."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.build import build_ledger
from crmtool.ledger.headers.finding import Wanted, find
from crmtool.ledger.ledger import Table
from crmtool.messages import help_of, place_of, text_of
from crmtool.sheets import Column, Peek, Sheet
from crmtool.visits.calendar.lunar import lunar_day
from crmtool.visits.reading.birthdays import Birthday, Birthdays, parse_birthday, read_birthdays


@pytest.mark.parametrize(
    "text",
    [
        "1985-03-12", "1985/3/12", "1985.3.12", "1985年3月12日", "19850312", "1985-03-12 00:00:00", "31118",
        "03-12", "3-12", "3/12", "3.12", "0312", "3月12日", "3月12", "３月１２日", "三月十二日", "一九八五年三月十二日",
        "85-3-12", "85年3月12日", "公历3月12日", "生日：3月12日", "3月12日（38岁）", "Mar 12, 1985",
    ],
)  # fmt: skip
def test_a_birthday_of_the_common_calendar(text: str) -> None:
    assert parse_birthday(text) == Birthday(3, 12)


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("农历三月初五", 3, 5), ("阴历3月5日", 3, 5), ("三月初五", 3, 5), ("旧历3-5", 3, 5), ("三月初五（农历）", 3, 5),
        ("阴历1985年8月15", 8, 15), ("1985年农历八月十五", 8, 15), ("农历1985-08-15", 8, 15), ("农历19850815", 8, 15),
        ("正月初一", 1, 1), ("大年初一", 1, 1), ("腊月廿三", 12, 23), ("腊月二十三", 12, 23), ("冬月三十", 11, 30),
        ("十一月初十", 11, 10), ("闰四月初八", 4, 8), ("除夕", 12, 30), ("農曆三月初五", 3, 5),
    ],
)  # fmt: skip
def test_a_birthday_of_the_lunar_calendar(text: str, month: int, day: int) -> None:
    assert parse_birthday(text) == Birthday(month, day, is_lunar=True)


@pytest.mark.parametrize(
    "text",
    [
        "1985-02-29",
        "02-30",
        "13-01",
        "3/4/1985",
        "三月十二",
        "1985",
        "1985-03",
        "未知",
        "农历13月1日",
        "农历三月三十一",
        "公历正月初一农历",
        "廿三",
        "x" * 100,
    ],
)
def test_what_is_no_birthday_or_may_be_two_is_none(text: str) -> None:
    assert parse_birthday(text) is None


@given(st.dates(date(1930, 1, 1), date(2030, 12, 31)))
def test_every_date_is_read_however_it_is_written(day: date) -> None:
    plain = f"{day.year}年{day.month}月{day.day}日"
    for text in (
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        plain,
        f"{day:%m-%d}",
        f"{day.month}月{day.day}日",
    ):
        assert parse_birthday(text) == Birthday(day.month, day.day)


@given(st.text(alphabet="0123456789-/.年月日农历初十一三正腊廿闰() ", max_size=14))
def test_whatever_is_typed_is_a_day_of_some_calendar_or_none(text: str) -> None:
    read = parse_birthday(text)
    assert read is None or (1 <= read.month <= 12 and 1 <= read.day <= (30 if read.is_lunar else 31))


def birthdays(*read: Birthday) -> Birthdays:
    month, day, is_lunar = ([getattr(b, name) for b in read] for name in ("month", "day", "is_lunar"))
    return Birthdays(np.array(month), np.array(day), np.array(is_lunar, bool))


def test_the_day_in_a_year() -> None:
    read = birthdays(
        Birthday(3, 12), Birthday(2, 29), Birthday(12, 31), Birthday(0, 0), Birthday(8, 15, True)
    )
    # The 15th of the eighth month is the mid-autumn festival: 25 September 2026, 15 September 2027, 3 October 2028.
    assert read.on_year(2026).astype(str).tolist() == [
        "2026-03-12",
        "2026-02-28",
        "2026-12-31",
        "NaT",
        "2026-09-25",
    ]
    assert read.on_year(2027).astype(str).tolist() == [
        "2027-03-12",
        "2027-02-28",
        "2027-12-31",
        "NaT",
        "2027-09-15",
    ]
    assert read.on_year(2028).astype(str).tolist() == [
        "2028-03-12",
        "2028-02-29",
        "2028-12-31",
        "NaT",
        "2028-10-03",
    ]


def test_lunar_days_at_the_ends_of_the_year() -> None:
    # New year: 29 January 2025, 17 February 2026. The year 2025 has a second sixth month (from 25 July), and its
    # twelfth month has 29 days: its 30th is taken for the 29th, the eve of 17 February 2026.
    read = birthdays(Birthday(1, 1, True), Birthday(12, 30, True), Birthday(6, 1, True))
    assert read.on_year(2025).astype(str).tolist() == ["2025-01-29", "2026-02-16", "2025-06-25"]


def test_a_lunar_day_that_falls_twice_into_one_year_and_not_at_all_into_the_next_counts_once_a_lunar_year() -> (
    None
):
    # The 8th of the twelfth month: 10 January 2022, 30 December 2022, 18 January 2024.
    whose, days, years = birthdays(Birthday(5, 1), Birthday(12, 8, True)).between(
        date(2022, 1, 1), date(2024, 1, 31)
    )
    assert whose.tolist() == [1, 0, 1, 0, 1]
    assert days.astype(str).tolist() == ["2022-01-10", "2022-05-01", "2022-12-30", "2023-05-01", "2024-01-18"]
    assert years.tolist() == [2021, 2022, 2022, 2023, 2023]


def test_nobody_has_a_birthday() -> None:
    whose, days, _ = birthdays(Birthday(0, 0)).between(date(2026, 1, 1), date(2026, 12, 31))
    assert (len(whose), len(days)) == (0, 0)


def table_of(column: Column, header: str = "生日") -> Table:
    """Return the customers of a ledger with names and one more column, as it is read."""
    names = pa.array([f"客户{i}" for i in range(column.length)])
    peek = Peek(
        "客户", [("客户名称", header), *([(name, "x") for name in names.to_pylist()])], column.length + 1, 2
    )
    layout = find([peek], Wanted(), file="a.xlsx")
    rows = pa.array(range(2, column.length + 2), pa.int32())
    sheet = Sheet("a.xlsx", "客户", {1: Column(column.length, text=names), 2: column}, rows)
    return build_ledger(layout, {"customers": [sheet]}, as_of=date(2026, 1, 1)).customers


def test_cells_typed_as_dates_as_numbers_and_as_text_are_read_and_the_others_told_at_their_place() -> None:
    day = pa.array([date(1985, 3, 12), None, None, None, None, None, None], pa.date32()).cast(
        pa.timestamp("us")
    )
    number = pa.array([None, 19850312.0, 31118.0, None, None, None, None], pa.float64())
    text = pa.array([None, None, None, "农历三月初五", "不记得", "无", None])
    read = read_birthdays(table_of(Column(7, text=text, number=number, moment=day)))
    assert read.month.tolist() == [3, 3, 3, 3, 0, 0, 0]
    assert read.day.tolist() == [12, 12, 12, 5, 0, 0, 0]
    assert read.is_lunar.tolist() == [False, False, False, True, False, False, False]
    (finding,) = read.findings
    assert (finding.code, place_of(finding), finding.column, finding.value) == (
        "unreadable-birthday",
        "[a.xlsx]客户!B6",
        "生日",
        "不记得",
    )
    assert "不记得" in text_of(finding, "zh") + text_of(finding, "en")
    assert "农历三月初五" in help_of(finding, "zh")


def test_a_ledger_without_the_column_has_no_birthdays() -> None:
    read = read_birthdays(table_of(Column(2, text=pa.array(["a", "b"])), header="城市"))
    assert (read.month.tolist(), read.findings) == ([0, 0], ())


def test_many_unreadable_cells_are_listed_in_part_and_counted_whole() -> None:
    read = read_birthdays(table_of(Column(500, text=pa.array([f"不详{i}" for i in range(500)]))))
    assert len(read.findings) == 200
    assert sum(finding.count for finding in read.findings) == 500


@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(1, 30))
def test_a_lunar_day_lies_in_its_lunar_year(year: int, month: int, day: int) -> None:
    assert lunar_day(year, 1, 1) <= lunar_day(year, month, day) < lunar_day(year + 1, 1, 1)

"""Dates and spans as people type them; expectations are worked out by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import EARLIEST_DAY, Duration
from crmtool.ledger.values import (
    Exact,
    Interval,
    Refusal,
    parse_age,
    parse_date,
    parse_duration,
    read_moment,
    read_number,
    read_text,
)

AS_OF = date(2023, 10, 31)
ORDER = FieldSpec("last_order", "最近订单", "age")
NEXT = FieldSpec("next_visit", "下次跟进时间", "date", future=True)
_CHINESE = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """Spell 1 to 31."""
    tens, ones = divmod(number, 10)
    return ("", "十", "二十", "三十")[tens] + (_CHINESE[ones] if ones else "")


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_back_in_every_spelling(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    spelled = f"{''.join(_CHINESE[int(d)] for d in str(year))}年{chinese(month)}月{chinese(number)}日"
    texts = [
        day.isoformat(),
        f"{year}年{month}月{number}日",
        f"{year}.{month:02}.{number:02}",
        f"{year}/{month}/{number}",
    ]
    texts += [
        f"{year}{month:02}{number:02}",
        spelled,
        f"{day.isoformat()} 14:30:05",
        f"{year} {month:02} {number:02}",
    ]
    texts += [
        f"{year}年{month}月{number}号 星期{'一二三四五六日'[day.weekday()]}",
        f"{day:%d %b %Y}",
        f"　{year}－{month}－{number}",
    ]
    for text in texts:
        assert parse_date(text) == Exact(day), text


@given(st.dates(date(1927, 5, 18), date(2173, 10, 13)))
def test_serial_numbers_count_days_in_both_systems(day: date) -> None:
    serial = day.toordinal() - date(1899, 12, 30).toordinal()
    assert parse_date(str(serial)) == Exact(day)
    if serial - 1462 >= 10_000:
        assert parse_date(f"{serial - 1462}.75", date_1904=True) == Exact(day)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("24-1-5", "2024-01-05", "2005-01-24"),
        ("3/4/2024", "2024-03-04", "2024-04-03"),
        ("24年1月5日", "2024-01-05", "1924-01-05"),
        ("2023", "2023年", "1905-07-15"),
        ("2023.1", "2023年1月", "2023年10月"),
        ("2023-10-15T23:30:00Z", "2023-10-15", "2023-10-16"),
    ],
)
def test_what_has_two_readings_is_refused_with_both(text: str, first: str, second: str) -> None:
    assert parse_date(text) == Refusal("two-readings", {"first": first, "second": second})


def test_the_century_of_two_digits_is_not_guessed() -> None:
    reading = parse_date("05/05/89")
    assert isinstance(reading, Refusal)
    assert set(reading.params.values()) == {"1989-05-05", "2089-05-05"}


@pytest.mark.parametrize(
    "text", ["13/4/2024", "4/13/2024", "13.4.2024", "2024-04-13T02:00:00.000Z", "2024-04-13 下午3点20分"]
)
def test_what_has_one_reading_only_is_read(text: str) -> None:
    assert parse_date(text) == Exact(date(2024, 4, 13))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("农历2015年十月初一", "lunar-date"),
        ("三月初一", "lunar-date"),
        ("大年三十", "lunar-date"),
        ("明天", "relative-date"),
        ("上周一", "relative-date"),
        ("3天前", "relative-date"),
        ("最近", "relative-date"),
        ("1月19日", "date-without-year"),
        ("12/1", "date-without-year"),
        ("12号", "date-without-year"),
        ("2019年2月29日", "no-such-date"),
        ("2023-13-01", "no-such-date"),
        ("1900-01-00", "no-such-date"),
        ("雍正四年大年三十", "unreadable-date"),
        ("2023-10-15 25:99", "unreadable-date"),
        ("2023-10-15、2023-11-02", "unreadable-date"),
        ("2", "unreadable-date"),
    ],
)
def test_what_is_no_gregorian_day_is_refused(text: str, code: str) -> None:
    reading = parse_date(text)
    assert isinstance(reading, Refusal)
    assert reading.code == code


def test_a_month_or_year_is_the_interval_of_its_days() -> None:
    assert parse_date("2024年2月") == Interval(date(2024, 2, 1), date(2024, 2, 29))
    assert parse_date("二〇二三年") == Interval(date(2023, 1, 1), date(2023, 12, 31))
    this_month = read_text("2023年10月", ORDER, date(2023, 10, 20))
    assert (this_month.value, this_month.high) == (date(2023, 10, 1), date(2023, 10, 20))


def test_a_weekday_that_does_not_fit_is_told() -> None:
    reading = parse_date("2023-10-15(周一)")
    assert isinstance(reading, Exact)
    assert (reading.value, reading.notes[0].code) == (date(2023, 10, 15), "weekday-differs")


@pytest.mark.parametrize("text", ["2023-11-01", "9999-12-31", "1899-12-31", "1789-01-29"])
def test_days_that_cannot_have_been_are_unknown(text: str) -> None:
    reading = read_text(text, ORDER, AS_OF)
    assert (reading.state, reading.value) == (2, None)


def test_the_as_of_day_has_been_and_agreed_dates_may_lie_ahead() -> None:
    assert read_text("2023-10-31", ORDER, AS_OF).value == AS_OF
    assert read_text("2023-11-01", NEXT, AS_OF).value == date(2023, 11, 1)
    assert read_text("9999-12-31", NEXT, AS_OF).state == 2


def test_number_and_date_cells_mean_the_same_day() -> None:
    assert read_number(45214.6, ORDER, AS_OF).value == date(2023, 10, 15)
    assert read_number(43752.0, ORDER, AS_OF, date_1904=True).value == date(2023, 10, 15)
    assert read_number(20231015.0, ORDER, AS_OF).value == date(2023, 10, 15)
    assert read_moment(datetime(2023, 10, 15, 23, 59), ORDER, AS_OF).value == date(2023, 10, 15)  # noqa: DTZ001
    assert read_moment(datetime(1899, 12, 31), ORDER, AS_OF).state == 2  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("2年", 24, 0),
        ("两年", 24, 0),
        ("1年半", 18, 0),
        ("三年半", 42, 0),
        ("半年", 6, 0),
        ("1年3个月", 15, 0),
        ("18个月", 18, 0),
        ("2周", 0, 14),
        ("五个星期", 0, 35),
        ("90天", 0, 90),
        ("一年又一个月21天", 13, 21),
        ("一个星期又三天", 0, 10),
        ("1季度", 3, 0),
        ("2.5年", 30, 0),
        ("0天", 0, 0),
        ("1年零3个月", 15, 0),
    ],
)
def test_spans_are_calendar_months_and_days(text: str, months: int, days: int) -> None:
    assert parse_duration(text) == Exact(Duration(months, days))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("一年左右", "approximate-value"),
        ("三年多", "approximate-value"),
        ("近1年", "approximate-value"),
        ("5分钟", "unreadable-duration"),
        ("8天20小时", "unreadable-duration"),
        ("一个半月", "unreadable-duration"),
        ("3月", "two-readings"),
        ("12年3月", "two-readings"),
        ("500年", "unreadable-duration"),
    ],
)
def test_spans_that_are_not_whole_days_or_doubtful_are_refused(text: str, code: str) -> None:
    reading = parse_duration(text)
    assert isinstance(reading, Refusal)
    assert reading.code == code


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2年", date(2021, 10, 31), None),
        ("6个月", date(2023, 4, 30), None),
        ("2年以上", EARLIEST_DAY, date(2021, 10, 31)),
        ("2年+", EARLIEST_DAY, date(2021, 10, 31)),
        ("1-2年", date(2021, 10, 31), date(2022, 10, 31)),
        ("不满1年", date(2022, 11, 1), date(2023, 10, 31)),
        ("1年以内", date(2022, 10, 31), date(2023, 10, 31)),
        ("超过1年", EARLIEST_DAY, date(2022, 10, 30)),
        ("2.3年", date(2021, 6, 30), date(2021, 7, 31)),
    ],
)
def test_an_age_is_laid_back_by_calendar_months(text: str, low: date, high: date | None) -> None:
    reading = read_text(text, ORDER, AS_OF)
    assert (reading.value, reading.high) == (low, high)


def test_month_ends_are_clamped() -> None:
    assert parse_age("3个月", date(2024, 5, 31)) == Exact(date(2024, 2, 29))
    assert parse_age("1年", date(2024, 2, 29)) == Exact(date(2023, 2, 28))


def test_bare_numbers_are_spans_below_a_header_with_a_span() -> None:
    assert parse_age("1.5", AS_OF, "年") == Exact(date(2022, 4, 30))
    assert parse_age("45214", AS_OF, "年") == Exact(date(2023, 10, 15))
    assert read_number(2.0, ORDER, AS_OF, unit="年").value == date(2021, 10, 31)
    assert read_number(2.0, ORDER, AS_OF).state == 2


def test_twelve_years_may_be_the_year_twelve() -> None:
    reading = read_text("12年", ORDER, AS_OF)
    assert (reading.value, reading.high) == (date(2011, 10, 31), date(2012, 12, 31))
    assert reading.notes[0].code == "year-or-span"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("05年", date(2005, 1, 1), date(2018, 10, 31)),
        ("99年", date(1924, 10, 31), date(1999, 12, 31)),
        ("2020年5月至今", date(2020, 5, 1), date(2020, 5, 31)),
        ("3个月内", date(2023, 7, 31), date(2023, 10, 31)),
    ],
)
def test_years_of_two_digits_and_open_spans_hold_every_reading(text: str, low: date, high: date) -> None:
    reading = read_text(text, ORDER, AS_OF)
    assert (reading.value, reading.high) == (low, high)


@given(st.integers(0, 600), st.integers(0, 400), st.dates(date(1995, 1, 1), date(2100, 1, 1)))
def test_an_age_in_months_and_days_is_never_after_the_as_of_day(months: int, days: int, as_of: date) -> None:
    reading = parse_age(f"{months}个月{days}天", as_of)
    assert isinstance(reading, Exact)
    assert reading.value == Duration(months, days).before(as_of) <= as_of

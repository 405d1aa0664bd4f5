"""`--period`: which one is meant, and on which day it is looked at."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.errors import UsageError
from crmtool.jobs.days.review_period import looked_at, refuse_no_period

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "name", "as_of"),
    [
        (None, "2026Q3", date(2026, 9, 30)),
        ("last-quarter", "2026Q3", date(2026, 9, 30)),
        ("上季度", "2026Q3", date(2026, 9, 30)),
        ("last-month", "2026-10", date(2026, 10, 31)),
        ("上月", "2026-10", date(2026, 10, 31)),
        ("last-half", "2026H1", date(2026, 6, 30)),
        ("上半年", "2026H1", date(2026, 6, 30)),
        ("下半年", "2025H2", date(2025, 12, 31)),
        ("last-year", "2025", date(2025, 12, 31)),
        ("去年", "2025", date(2025, 12, 31)),
        (" 2026q2 ", "2026Q2", date(2026, 6, 30)),
        ("2024-2", "2024-02", date(2024, 2, 29)),
        ("2025H2", "2025H2", date(2025, 12, 31)),
        ("2025", "2025", date(2025, 12, 31)),
    ],
)
def test_a_period_is_looked_at_on_its_last_day(text: str | None, name: str, as_of: date) -> None:
    looked = looked_at(text, None, TODAY)
    assert (looked.period.name, looked.as_of, looked.is_whole) == (name, as_of, True)


@pytest.mark.parametrize(
    ("as_of", "quarter", "month"),
    [
        # the period whose last day is the given day is over
        (date(2026, 9, 30), "2026Q3", "2026-09"),
        (date(2026, 9, 29), "2026Q2", "2026-08"),
        (date(2026, 10, 1), "2026Q3", "2026-09"),
        (date(2026, 1, 31), "2025Q4", "2026-01"),
        (date(2026, 1, 1), "2025Q4", "2025-12"),
        (date(2025, 12, 31), "2025Q4", "2025-12"),
    ],
)
def test_the_last_one_is_seen_from_a_given_day(as_of: date, quarter: str, month: str) -> None:
    assert looked_at("last-quarter", as_of, TODAY).period.name == quarter
    assert looked_at("last-month", as_of, TODAY).period.name == month
    assert looked_at("last-quarter", as_of, TODAY).as_of == as_of


def test_today_is_not_over_and_so_neither_is_its_quarter() -> None:
    assert looked_at("last-quarter", None, date(2026, 9, 30)).period.name == "2026Q2"
    assert looked_at("last-quarter", None, date(2026, 10, 1)).period.name == "2026Q3"


def test_in_february_the_first_half_is_that_of_the_year_before() -> None:
    assert looked_at("上半年", None, date(2027, 2, 3)).period.name == "2026H1"
    assert looked_at("last-half", None, date(2027, 2, 3)).period.name == "2026H2"


def test_a_period_that_goes_on_is_looked_at_as_far_as_it_has_come() -> None:
    looked = looked_at("2026Q4", None, TODAY)
    assert (looked.as_of, looked.is_whole, looked.last) == (TODAY, False, TODAY)
    looked = looked_at("2026", date(2026, 3, 31), TODAY)
    assert (looked.as_of, looked.is_whole) == (date(2026, 3, 31), False)


def test_a_day_after_the_period_looks_back_on_it() -> None:
    looked = looked_at("2026Q2", date(2026, 8, 15), TODAY)
    assert (looked.as_of, looked.is_whole, looked.last) == (date(2026, 8, 15), True, date(2026, 6, 30))


@pytest.mark.parametrize(
    ("text", "as_of"),
    [("2027Q1", None), ("2026-12", None), ("2026Q3", date(2026, 6, 30)), ("2026H2", date(2026, 1, 1))],
)
def test_a_period_that_has_not_begun_is_refused(text: str, as_of: date | None) -> None:
    with pytest.raises(UsageError) as caught:
        looked_at(text, as_of, TODAY)
    assert [finding.code for finding in caught.value.findings] == ["review-period-ahead"]


@pytest.mark.parametrize(
    "text", ["", "2026Q5", "2026-13", "2026H3", "26Q3", "Q3", "last-week", "1899", "2026 Q3"]
)
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_no_period(text)
    assert [finding.code for finding in caught.value.findings] == ["bad-review-period"]


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_the_last_quarter_is_over_and_the_next_one_is_not(today: date) -> None:
    period = looked_at("last-quarter", None, today).period
    assert period.last < today <= period.shifted(1).last

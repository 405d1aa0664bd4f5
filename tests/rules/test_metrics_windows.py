"""Windows are calendar spans that end at the as-of date and share no day with the one before."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crmtool.ledger.quantities import Duration
from crmtool.rules.measuring.windows import Window, window_before, window_of, year_window, years_covered

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def test_a_month_back_from_31_march_begins_on_1_march_as_february_is_clamped() -> None:
    assert window_of(date(2024, 3, 31), Duration(months=1)) == Window(date(2024, 2, 29), date(2024, 3, 31))


def test_a_year_back_from_29_february_begins_on_1_march() -> None:
    assert window_of(date(2024, 2, 29), Duration(months=12)).first_day == date(2023, 3, 1)


def test_the_window_before_is_laid_back_from_the_as_of_date_and_not_from_a_clamped_end() -> None:
    assert window_before(date(2024, 8, 31), Duration(months=6), Duration(months=6)).first_day == date(
        2023, 9, 1
    )


@given(DAYS, st.integers(1, 24), st.integers(1, 24))
def test_adjacent_windows_share_no_day_and_leave_none_out(as_of: date, months: int, versus: int) -> None:
    window = window_of(as_of, Duration(months=months))
    before = window_before(as_of, Duration(months=months), Duration(months=versus))
    assert window.first_day is not None
    assert before.end + timedelta(days=1) == window.first_day


@given(DAYS)
def test_year_windows_meet(as_of: date) -> None:
    assert year_window(as_of, 0).end == as_of
    assert all(year_window(as_of, n).start == year_window(as_of, n + 1).end for n in range(5))


def test_records_cover_a_year_only_from_its_first_day_on() -> None:
    as_of = date(2024, 6, 30)
    assert years_covered(as_of, date(2023, 7, 1)) == 1
    assert years_covered(as_of, date(2023, 7, 2)) == 0
    assert years_covered(as_of, date(2021, 12, 31)) == 2
    assert years_covered(as_of, None) == 0

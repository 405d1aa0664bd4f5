"""Working days in whole columns: what is on or after, on or before, within the month, and how far apart."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.visits.calendar.days import Days
from crmtool.visits.calendar.workdays import Workdays

FIRST = date(2026, 1, 1)


def days(*texts: str) -> Days:
    return np.array(texts, "datetime64[D]")


def texts(found: Days) -> list[str]:
    return [str(day) for day in found.astype(str)]


def january() -> Workdays:
    """January 2026 without Monday the 5th and with Saturday the 10th; only up to the 20th is published."""
    is_worked = Workdays.of_weeks(FIRST, date(2026, 1, 31)).is_worked
    is_worked[[4, 9]] = False, True
    return Workdays(FIRST, is_worked, np.arange(31) < 20)


def test_the_last_day_is_known() -> None:
    assert january().last == date(2026, 1, 31)


def test_a_single_day_is_worked_or_not() -> None:
    workdays = january()
    assert [workdays.is_workday(date(2026, 1, day)) for day in (2, 3, 5, 10, 11)] == [
        True,
        False,
        False,
        True,
        False,
    ]


def test_a_day_off_moves_to_the_first_working_day_after() -> None:
    assert texts(january().on_or_after(days("2026-01-02", "2026-01-03", "2026-01-09", "2026-01-10", "2026-01-11"))) == [
        "2026-01-02", "2026-01-06", "2026-01-09", "2026-01-10", "2026-01-12",
    ]  # fmt: skip


def test_nothing_is_found_after_the_day_until_which_it_may_be() -> None:
    asked = days("2026-01-03", "2026-01-03", "2026-01-31")
    assert texts(january().on_or_after(asked, until=days("2026-01-05", "2026-01-06", "2026-01-31"))) == [
        "NaT",
        "2026-01-06",
        "NaT",
    ]
    assert texts(january().on_or_after(asked, until=date(2026, 1, 5))) == ["NaT"] * 3


def test_a_day_off_moves_to_the_last_working_day_before() -> None:
    assert texts(january().on_or_before(days("2026-01-05", "2026-01-11", "2026-01-31"))) == [
        "2026-01-02",
        "2026-01-10",
        "2026-01-30",
    ]
    assert texts(Workdays.of_weeks(date(2026, 1, 3), date(2026, 1, 6)).on_or_before(days("2026-01-04"))) == [
        "NaT"
    ]


def test_days_without_a_working_day_give_none() -> None:
    assert texts(Workdays(FIRST, np.zeros(5, bool), np.ones(5, bool)).on_or_after(days("2026-01-01"))) == [
        "NaT"
    ]


def test_what_is_published_is_told_day_by_day() -> None:
    assert january().published(days("2026-01-20", "2026-01-21", "NaT")).tolist() == [True, False, False]


def test_no_day_stays_no_day() -> None:
    workdays = january()
    for found in (workdays.on_or_after, workdays.on_or_before):
        assert texts(found(days("NaT", "2026-01-06"))) == ["NaT", "2026-01-06"]
    assert workdays.worked(days("NaT")).tolist() == [False]
    with pytest.raises(ValueError, match="no day has no number"):
        workdays.index(days("NaT"))


def test_working_days_are_numbered_and_found_by_number() -> None:
    workdays = january()
    # Working days: 1, 2, 6, 7, 8, 9, 10, 12, ...; the 3rd to 5th have the number of the 6th.
    asked = days(
        "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-05", "2026-01-06", "2026-01-10", "2026-01-12"
    )
    assert workdays.index(asked).tolist() == [0, 1, 2, 2, 2, 6, 7]
    assert texts(workdays.day_at(np.array([0, 2, 6, 7]))) == [
        "2026-01-01",
        "2026-01-06",
        "2026-01-10",
        "2026-01-12",
    ]
    for number in (-1, 100):
        with pytest.raises(ValueError, match="working days"):
            workdays.day_at(np.array([number]))


@pytest.mark.parametrize("day", ["2025-12-31", "2026-02-01"])
def test_a_day_outside_is_named(day: str) -> None:
    with pytest.raises(ValueError, match=f"{day} is not between 2026-01-01 and 2026-01-31"):
        january().on_or_after(days("2026-01-05", day))
    with pytest.raises(ValueError, match=day):
        january().is_workday(date.fromisoformat(day))


def test_no_days_are_no_answer() -> None:
    assert len(january().on_or_after(days())) == 0
    assert len(january().day_at(np.array([], np.int64))) == 0


@given(st.lists(st.booleans(), min_size=1, max_size=80), st.data())
def test_every_answer_is_that_of_counting_day_by_day(is_worked: list[bool], data: st.DataObject) -> None:
    workdays = Workdays(FIRST, np.array(is_worked), np.ones(len(is_worked), bool))
    offset = data.draw(st.integers(0, len(is_worked) - 1))
    day = FIRST + timedelta(days=offset)
    worked = [FIRST + timedelta(days=i) for i, yes in enumerate(is_worked) if yes]
    after = [d for d in worked if d >= day]
    before = [d for d in worked if d <= day]
    asked = np.array([day], "datetime64[D]")
    assert texts(workdays.on_or_after(asked)) == [str(after[0]) if after else "NaT"]
    assert texts(workdays.on_or_before(asked)) == [str(before[-1]) if before else "NaT"]
    assert workdays.index(asked).tolist() == [sum(d < day for d in worked)]
    if after:
        assert texts(workdays.day_at(workdays.index(asked))) == [str(after[0])]

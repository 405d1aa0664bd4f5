"""What levelling does, case by case: who gives way, what counts against a cap, and what is told of each person."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from levelling_cases import Visit, dues_of, january, loads_of, previous_of
from scipy.optimize import linprog

from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.levelling import fits, level
from crmtool.visits.model import Caps

# January 2026: the 1st is a Thursday, so 5–9, 12–16, 19–23 and 26–30 are whole weeks of work.
MONTH = Workdays.of_weeks(date(2026, 1, 1), date(2026, 1, 31))


def days(visits: Sequence[Visit], caps: Caps, **given: Any) -> dict[str, int | str]:
    """Return the day of January that each visit got, or why it got none."""
    found = level(dues_of(visits), MONTH, caps, **given).days
    return {
        visit.name: day.day if isinstance(day, date) else reason
        for visit, day, reason in zip(visits, found["planned_on"], found["reason"], strict=True)
    }


def told(visits: Sequence[Visit], caps: Caps, **given: Any) -> dict[str | None, dict[str, Any]]:
    """Return what is told of each person."""
    rows = level(dues_of(visits), MONTH, caps, **given).owners.to_dict("records")
    return {None if pd.isna(row["owner"]) else row.pop("owner"): row for row in rows}


def test_a_visit_keeps_its_due_day_where_there_is_room() -> None:
    assert days([Visit("a", 5, 7, 9), Visit("b", 5, 7, 9)], Caps(day=2)) == {"a": 7, "b": 7}


def test_of_two_visits_on_a_full_day_one_moves_by_one_working_day() -> None:
    # Friday 9 and Monday 12 are neighbours; Thursday 8 lies outside the second visit's window.
    assert days([Visit("a", 9, 9, 9), Visit("b", 9, 9, 20)], Caps(day=1)) == {"a": 9, "b": 12}


def test_across_a_holiday_a_visit_moves_to_the_day_that_is_nearest_in_the_calendar() -> None:
    # 19 to 23 are a holiday: Friday 16 is the working day before Monday 26, but ten days off; Wednesday 28 is two.
    holiday = np.isin(np.arange(1, 32), np.arange(19, 24))
    worked = Workdays(MONTH.first, MONTH.is_worked & ~holiday, MONTH.is_published)
    visits = [Visit("a", 26, 26, 26), Visit("b", 27, 27, 27), Visit("c", 15, 26, 28)]
    found = level(dues_of(visits), worked, Caps(day=1))
    assert found.days["planned_on"].tolist() == [january(26), january(27), january(28)]
    assert found.owners["days_off"].tolist() == [2]


def test_a_visit_makes_room_for_another_that_has_only_that_day() -> None:
    visits = [Visit("a", 5, 6, 7, urgency=1), Visit("b", 6, 6, 6, urgency=9), Visit("c", 7, 7, 7, urgency=9)]
    assert days(visits, Caps(day=1)) == {"a": 5, "b": 6, "c": 7}


def test_the_least_urgent_visit_is_left_out_and_says_why() -> None:
    visits = [Visit("a", 5, 5, 6, urgency=3), Visit("b", 5, 5, 6, urgency=1), Visit("c", 5, 6, 6, urgency=2)]
    assert days(visits, Caps(day=1)) == {"a": "cap", "b": 5, "c": 6}


def test_of_equally_urgent_visits_the_last_id_is_left_out() -> None:
    visits = [Visit("b", 5, 5, 5), Visit("c", 5, 5, 5), Visit("a", 5, 5, 5)]
    assert days(visits, Caps(day=2)) == {"a": 5, "b": 5, "c": "cap"}


def test_as_many_as_can_be_are_placed_even_if_an_urgent_visit_must_move_far() -> None:
    visits = [
        Visit("a", 5, 5, 16, urgency=0),
        *(Visit(f"b{n}", n, n, n, urgency=5) for n in (5, 6, 7, 8, 9, 12)),
    ]
    assert days(visits, Caps(day=1))["a"] == 13


def test_an_agreed_visit_keeps_its_day_and_counts_though_it_is_a_day_off() -> None:
    # Saturday 10 belongs to the week of 5–9: two visits a week leave room for one other.
    visits = [
        Visit("agreed", 10, 10, 10, kind="agreed"),
        Visit("a", 5, 5, 9, urgency=1),
        Visit("b", 5, 5, 9, urgency=2),
        Visit("c", 8, 9, 12, urgency=3),
    ]
    assert days(visits, Caps(week=2)) == {"agreed": 10, "a": 5, "b": "cap", "c": 12}


def test_nothing_is_added_to_a_day_that_agreed_visits_fill_beyond_the_cap() -> None:
    agreed = [Visit(f"agreed{n}", 7, 7, 7, kind="agreed") for n in range(3)]
    found = days([*agreed, Visit("a", 6, 7, 8)], Caps(day=2), loads=loads_of([("张三", 6, "phone", 2)]))
    assert found == {"agreed0": 7, "agreed1": 7, "agreed2": 7, "a": 8}


def test_what_is_settled_for_one_person_leaves_others_alone() -> None:
    loads = loads_of([("李四", 7, "phone", 5), ("王五", 7, "phone", 5)])
    visits = [Visit("a", 7, 7, 8), Visit("b", 7, 7, 8, owner="李四")]
    assert days(visits, Caps(day=1), loads=loads) == {"a": 7, "b": 8}


def test_a_channels_cap_counts_that_channel_alone() -> None:
    visits = [
        Visit(f"{channel}{n}", 7, 7, 8, channel=channel) for channel in ("onsite", "phone") for n in (1, 2)
    ]
    found = days(visits, Caps(channels={"onsite": 1}))
    assert found == {"onsite1": 7, "onsite2": 8, "phone1": 7, "phone2": 7}


def test_a_week_is_a_calendar_week() -> None:
    # Thursday 1 and Friday 2 are a week of their own within the plan; Monday 5 begins the next.
    visits = [Visit(f"v{n}", 1, 2, 5) for n in range(4)]
    assert sorted(map(str, days(visits, Caps(week=2)).values())) == ["2", "2", "5", "5"]


def test_visits_without_an_owner_are_one_persons() -> None:
    visits = [Visit("a", 7, 7, 8, owner=None), Visit("b", 7, 7, 8, owner=None), Visit("c", 7, 7, 8)]
    assert days(visits, Caps(day=1)) == {"a": 7, "b": 8, "c": 7}


def test_an_earlier_day_within_the_window_is_kept_and_another_is_not() -> None:
    visits = [Visit("a", 5, 6, 9), Visit("b", 5, 6, 9), Visit("c", 5, 6, 9)]
    previous = previous_of({"a": 9, "b": 12, "c": 10})  # b: after the window; c: a Saturday
    assert days(visits, Caps(day=3), previous=previous) == {"a": 9, "b": 6, "c": 6}


def test_as_few_visits_as_can_be_leave_their_earlier_day() -> None:
    # d is new and must be on 7. Moving c by four days moves one visit; any nearer way moves two.
    visits = [Visit("a", 5, 5, 6), Visit("b", 6, 6, 6), Visit("c", 7, 7, 13), Visit("d", 7, 7, 7)]
    earlier = {"a": 5, "b": 6, "c": 7}
    others = [Visit(f"e{n}", n, n, n) for n in (8, 9, 12)]
    found = days([*visits, *others], Caps(day=1), previous=previous_of(earlier))
    assert (found["a"], found["b"], found["c"], found["d"]) == (5, 6, 13, 7)


def test_a_visit_whose_window_holds_no_working_day_says_so() -> None:
    dues = dues_of([Visit("weekend", 10, 10, 11), Visit("null", 5, 5, 5), Visit("a", 5, 5, 5)])
    nothing = pd.array(
        pa.array([date(2026, 1, 10), None, date(2026, 1, 5)]), dtype=pd.ArrowDtype(pa.date32())
    )
    found = level(dues.assign(earliest=nothing), MONTH, Caps(day=1)).days
    assert found["reason"].fillna("-").tolist() == ["no-workday", "no-workday", "-"]
    assert found["planned_on"].fillna(january(31)).tolist() == [january(31), january(31), january(5)]


def test_without_caps_days_are_levelled_to_eight_visits() -> None:
    visits = [Visit(f"v{n:02}", 5, 7, 9) for n in range(20)]
    found = list(days(visits, Caps()).values())
    assert (found.count(7), found.count(6) + found.count(8)) == (8, 12)
    assert max(found.count(6), found.count(8)) <= 8
    assert told(visits, Caps())["张三"] == {
        "day_cap": 8,
        "visits": 20,
        "unplaced": 0,
        "greatest_day": 8,
        "least_greatest_day": 4,
        "days_off": 12,
    }


def test_without_caps_a_day_takes_no_more_than_it_must() -> None:
    # 30 visits in three days need ten a day; the fourth person's day is for nobody else.
    visits = [Visit(f"v{n:02}", 5, 5, 7) for n in range(30)] + [Visit("w", 5, 5, 5, owner="李四")]
    people = told(visits, Caps())
    assert (people["张三"]["day_cap"], people["张三"]["greatest_day"]) == (10, 10)
    assert (people["李四"]["day_cap"], people["李四"]["greatest_day"]) == (8, 1)


def test_without_caps_a_day_that_is_full_of_settled_visits_takes_nothing_more() -> None:
    visits = [Visit(f"v{n:02}", 5, 5, 6) for n in range(10)]
    loads = loads_of([("张三", 5, "phone", 12)])
    # Day 5 has 12, day 6 would need 10: with a cap of 10 day 5 stays as it is.
    assert set(days(visits, Caps(), loads=loads).values()) == {6}
    assert told(visits, Caps(), loads=loads)["张三"]["day_cap"] == 10
    assert told(visits, Caps(), loads=loads)["张三"]["least_greatest_day"] == 12


def test_where_only_channels_are_capped_days_have_no_cap() -> None:
    assert pd.isna(told([Visit("a", 5, 5, 6)], Caps(channels={"onsite": 1}))["张三"]["day_cap"])


def test_nothing_due_is_nothing_planned() -> None:
    levelled = level(dues_of([]), MONTH, Caps(day=1), loads=loads_of([]), previous=previous_of({}))
    assert (len(levelled.days), len(levelled.owners)) == (0, 0)
    assert fits(dues_of([]), MONTH, Caps(day=1))


def test_where_no_day_is_worked_nothing_is_placed() -> None:
    weekend = Workdays.of_weeks(date(2026, 1, 10), date(2026, 1, 11))
    found = level(dues_of([Visit("a", 10, 10, 11)]), weekend, Caps(day=1, week=1, channels={"phone": 1}))
    assert found.days["reason"].tolist() == ["no-workday"]


def test_frames_are_arrow_backed_to_the_last_column() -> None:
    levelled = level(dues_of([Visit("a", 5, 5, 6)]), MONTH, Caps(day=1))
    for frame in (levelled.days, levelled.owners):
        assert all(isinstance(kind, pd.ArrowDtype) for kind in frame.dtypes)


@pytest.mark.parametrize("seed", range(40))
def test_without_caps_the_greatest_day_is_as_small_as_it_can_be(seed: int) -> None:
    """The bound is worked out by a linear programme: with whole caps its vertices are whole."""
    chance = random.Random(seed)
    worked = [day for day in range(1, 32) if MONTH.is_worked[day - 1]][: chance.randint(2, 8)]
    visits = []
    for number in range(chance.randint(20, 90)):
        earliest, preferred, latest = sorted(chance.choices(worked, k=3))
        visits.append(Visit(f"v{number:02}", earliest, preferred, latest))
    loads = [
        ("张三", chance.choice(worked), "phone", chance.randint(1, 15)) for _ in range(chance.randint(0, 2))
    ]
    least = _least_greatest(
        visits, worked, {day: sum(n for _, d, _, n in loads if d == day) for day in worked}
    )
    person = told(visits, Caps(), loads=loads_of(loads))["张三"]
    assert person["least_greatest_day"] == least
    assert person["unplaced"] == 0
    assert person["greatest_day"] <= max(8, least)


def _least_greatest(visits: Sequence[Visit], worked: Sequence[int], taken: dict[int, int]) -> int:
    arcs = [(v, day) for v in visits for day in worked if v.earliest <= day <= v.latest]
    once = np.array([[float(v is other) for v, _ in arcs] + [0.0] for other in visits])
    on_day = np.array([[float(day == other) for _, day in arcs] + [-1.0] for other in worked])
    answer = linprog(
        [0.0] * len(arcs) + [1.0],
        A_ub=on_day,
        b_ub=[-float(taken[day]) for day in worked],
        A_eq=once,
        b_eq=np.ones(len(visits)),
        bounds=[(0, 1)] * len(arcs) + [(max(taken.values()), None)],
    )
    assert answer.success
    return math.ceil(answer.fun - 1e-6)


def test_a_thousand_visits_of_one_window_leave_room_for_nobody_less_urgent() -> None:
    crowd = [Visit(f"v{n:04}", 5, 6, 7, urgency=n) for n in range(1000)]
    other = Visit("x", 6, 6, 9, urgency=5000)
    found = days([*crowd, other], Caps(day=2))
    assert [name for name, day in found.items() if day != "cap"] == [*(f"v{n:04}" for n in range(6)), "x"]
    assert found["x"] == 8

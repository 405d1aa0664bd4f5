"""Visits of one customer that fall on one day part: who keeps the day, where the others go, and what stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from levelling_cases import january, previous_of

from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.model import DUE_COLUMNS, PLAN_COLUMNS, UNDUE_COLUMNS, Caps, Dues, frame_of
from crmtool.visits.planning.apart import apart
from crmtool.visits.planning.plan import Asked, plan

WEEKDAYS = Workdays.of_weeks(date(2026, 1, 1), date(2026, 1, 31))
#: January 2026 with a holiday from 19 to 23: Friday 16 and Monday 26 are neighbours ten days apart.
MONTH = Workdays(
    WEEKDAYS.first, WEEKDAYS.is_worked & ~np.isin(np.arange(1, 32), np.arange(19, 24)), WEEKDAYS.is_published
)
WORKED = [day for day in range(1, 32) if MONTH.is_worked[day - 1]]


@dataclass(frozen=True)
class Due:
    """A due visit of a customer: its window, given as days of January 2026."""

    name: str
    earliest: int
    preferred: int
    latest: int
    customer: int | None = 0
    kind: str = "every"
    owner: str = "张三"


def dues_of(visits: Sequence[Due]) -> pd.DataFrame:
    cells: dict[str, list[Any]] = {
        "visit_id": [visit.name for visit in visits],
        "customer": [visit.customer for visit in visits],
        "customer_key": [f"C{visit.customer}" for visit in visits],
        "channel": ["phone" for _ in visits],
        "kind": [visit.kind for visit in visits],
        "owner": [visit.owner for visit in visits],
        "due_on": [january(visit.preferred) for visit in visits],
        "earliest": [january(visit.earliest) for visit in visits],
        "preferred": [january(visit.preferred) for visit in visits],
        "latest": [january(visit.latest) for visit in visits],
        "urgency": [0 for _ in visits],
    }
    return frame_of(DUE_COLUMNS, {name: pa.array(cells[name], DUE_COLUMNS[name]) for name in cells})


def standing_of(days: Sequence[tuple[int | None, int]]) -> pd.DataFrame:
    columns = {"customer": pa.int64(), "day": pa.date32()}
    return frame_of(
        columns,
        {
            "customer": pa.array([customer for customer, _ in days], pa.int64()),
            "day": pa.array([january(day) for _, day in days], pa.date32()),
        },
    )


def preferred(
    visits: Sequence[Due],
    standing: Sequence[tuple[int | None, int]] = (),
    previous: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Return the day of January that each visit prefers when they have parted."""
    dues = dues_of(visits)
    found = apart(dues, MONTH, standing=standing_of(standing), previous=previous_of(previous or {}))
    assert found.drop(columns="preferred").equals(dues.drop(columns="preferred"))
    return {name: day.day for name, day in zip(found["visit_id"], found["preferred"], strict=True)}


def test_the_visit_with_the_narrowest_window_keeps_the_day_and_the_others_come_after_it() -> None:
    # Executives have ten working days either way, visits on site five, calls three.
    visits = [Due("executive", 2, 6, 27), Due("onsite", 2, 6, 13), Due("phone", 2, 6, 9)]
    assert preferred(visits) == {"phone": 6, "onsite": 7, "executive": 5}


def test_the_nearest_day_in_the_calendar_is_preferred_and_of_two_the_later() -> None:
    # Before a weekend and before a holiday the day before is nearer than the next working day.
    assert preferred([Due("a", 7, 7, 7), Due("b", 5, 7, 9)]) == {"a": 7, "b": 8}
    assert preferred([Due("a", 9, 9, 9), Due("b", 5, 9, 14)]) == {"a": 9, "b": 8}
    assert preferred([Due("a", 16, 16, 16), Due("b", 12, 16, 28)]) == {"a": 16, "b": 15}
    assert preferred([Due("a", 26, 26, 26), Due("b", 12, 26, 28)]) == {"a": 26, "b": 27}


def test_where_no_later_day_is_in_the_window_an_earlier_one_is_preferred() -> None:
    assert preferred([Due("a", 7, 7, 7), Due("b", 5, 7, 7)]) == {"a": 7, "b": 6}


def test_where_no_other_day_is_in_the_window_both_stay() -> None:
    assert preferred([Due("a", 7, 7, 7), Due("b", 7, 7, 7)]) == {"a": 7, "b": 7}


def test_of_equally_narrow_windows_a_birthday_keeps_its_day_else_the_first_id_does() -> None:
    visits = [Due("b", 5, 7, 9), Due("a", 5, 7, 9)]
    assert preferred(visits) == {"a": 7, "b": 8}
    assert preferred([replace(visits[0], kind="birthday"), visits[1]]) == {"a": 8, "b": 7}


def test_a_day_that_another_visit_prefers_is_passed_over() -> None:
    visits = [Due("a", 6, 6, 6), Due("b", 5, 6, 13), Due("c", 6, 7, 8), Due("d", 2, 5, 6)]
    assert preferred(visits) == {"a": 6, "b": 8, "c": 7, "d": 5}


def test_agreed_visits_and_those_that_stand_take_their_day() -> None:
    visits = [Due("agreed", 7, 7, 7, kind="agreed"), Due("a", 7, 7, 9), Due("b", 12, 13, 14)]
    assert preferred(visits, standing=[(0, 8), (0, 13), (None, 9), (5, 9)]) == {"agreed": 7, "a": 9, "b": 14}


def test_an_agreed_visit_on_a_day_off_takes_no_working_day() -> None:
    assert preferred([Due("agreed", 10, 10, 10, kind="agreed"), Due("a", 9, 12, 14)])["a"] == 12


def test_a_visit_with_a_day_of_the_earlier_plan_holds_that_day_and_leaves_its_own_to_others() -> None:
    visits = [Due("a", 5, 7, 9), Due("b", 5, 7, 14), Due("c", 5, 8, 14)]
    assert preferred(visits, previous={"a": 8}) == {"a": 7, "b": 7, "c": 9}
    # 20 is a holiday, 15 lies outside the window: such days count for nothing.
    assert preferred(visits, previous={"a": 15, "c": 20}) == {"a": 7, "b": 6, "c": 8}


def test_other_customers_are_left_alone_and_so_is_a_visit_without_a_customer() -> None:
    visits = [Due("a", 5, 7, 9), Due("b", 5, 7, 9, 1), Due("c", 5, 7, 9, None), Due("d", 5, 7, 9, None)]
    assert set(preferred(visits).values()) == {7}


def test_nothing_due_and_a_visit_without_a_window_are_given_back() -> None:
    assert preferred([]) == {}
    nothing = pd.array(pa.array([None, date(2026, 1, 7)]), dtype=pd.ArrowDtype(pa.date32()))
    dues = dues_of([Due("a", 7, 7, 7), Due("b", 7, 7, 7)])
    dues = dues.assign(earliest=nothing, preferred=nothing, latest=nothing)
    found = apart(dues, MONTH, standing=standing_of([(0, 7)]), previous=previous_of({}))
    assert found.equals(dues)


@st.composite
def due_visits(draw: st.DrawFn) -> list[Due]:
    """Draw visits of few customers, many of them on one day."""
    names = draw(st.lists(st.integers(0, 99), min_size=1, max_size=12, unique=True))
    visits = []
    for name in names:
        earliest, best, latest = sorted(draw(st.tuples(*[st.sampled_from(WORKED[3:11])] * 3)))
        kind = draw(st.sampled_from(["every", "every", "every", "birthday", "agreed"]))
        customer = draw(st.sampled_from([0, 0, 1]))
        visits.append(Due(f"v{name:02}", earliest, best, latest, customer, kind))
    return visits


STANDING = st.lists(st.tuples(st.sampled_from([0, 1, 7]), st.sampled_from(WORKED)), max_size=3)
PREVIOUS = st.dictionaries(st.integers(0, 99).map(lambda n: f"v{n:02}"), st.sampled_from(WORKED), max_size=6)


def is_held(visit: Due, previous: Mapping[str, int]) -> bool:
    """Tell whether a visit has its day already."""
    return visit.kind == "agreed" or visit.earliest <= previous.get(visit.name, 0) <= visit.latest


def whole_days(
    visits: Sequence[Due], days: Mapping[str, int], previous: Mapping[str, int]
) -> dict[str, tuple[int | None, int]]:
    """Return customer and day of each visit, where those that have a day already are on that day."""
    return {
        v.name: (
            v.customer,
            previous[v.name] if v.kind != "agreed" and is_held(v, previous) else days[v.name],
        )
        for v in visits
    }


def meetings(days: Mapping[str, tuple[int | None, int]], standing: Sequence[tuple[int | None, int]]) -> int:
    """Count the pairs of visits that one customer has on one day."""
    counts = Counter(days.values()) + Counter(standing)
    return sum(count * (count - 1) // 2 for count in counts.values())


@settings(max_examples=60, deadline=None)
@given(due_visits(), STANDING, PREVIOUS, st.randoms(use_true_random=False))
def test_visits_stay_in_their_windows_and_meet_only_where_no_day_is_free(
    visits: list[Due], standing: list[tuple[int | None, int]], previous: dict[str, int], random: Any
) -> None:
    found = preferred(visits, standing, previous)
    before = whole_days(visits, {v.name: v.preferred for v in visits}, previous)
    after = whole_days(visits, found, previous)
    settled = {*standing, *(after[v.name] for v in visits if is_held(v, previous))}
    could_part = Counter[tuple[int | None, int]]()
    for v in visits:
        assert found[v.name] in WORKED
        assert v.earliest <= found[v.name] <= v.latest
        if is_held(v, previous):
            assert found[v.name] == v.preferred
        elif any(
            (v.customer, day) not in {*after.values(), *standing}
            for day in WORKED
            if v.earliest <= day <= v.latest
        ):
            could_part[after[v.name]] += 1
    # Of those who share a day only one has somewhere else to go: the one that keeps it.
    assert all(count <= (0 if day in settled else 1) for day, count in could_part.items())
    assert meetings(after, standing) <= meetings(before, standing)
    random.shuffle(shuffled := list(visits))
    assert preferred(shuffled, standing, previous) == found


def planned(visits: Sequence[Due], caps: Caps, earlier: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the visits of a plan of January."""
    dues = Dues(dues_of(visits), frame_of(UNDUE_COLUMNS, {}))
    asked = Asked(january(1), january(31), january(1), caps)
    found = plan(asked, lambda factor: dues, MONTH, earlier)
    assert len(found.unplaced) == 0
    return found.visits


def days_of(visits: pd.DataFrame) -> dict[str, int]:
    return {name: day.day for name, day in zip(visits["visit_id"], visits["planned_on"], strict=True)}


def test_a_plan_gives_the_visits_of_a_customer_days_of_their_own_and_leaves_the_due_day() -> None:
    visits = [Due("executive", 2, 6, 27), Due("onsite", 2, 6, 13), Due("phone", 2, 6, 9)]
    found = planned(visits, Caps())
    assert days_of(found) == {"phone": 6, "onsite": 7, "executive": 5}
    assert set(found["due_on"]) == {january(6)}


def test_two_visits_of_a_customer_share_a_day_where_the_caps_leave_no_other() -> None:
    others = [Due(f"z{day}", day, day, day, customer=day) for day in (6, 8)]
    visits = [Due("a", 6, 7, 8), Due("b", 6, 7, 8), *others]
    assert days_of(planned(visits, Caps(day=2))) == {"a": 7, "b": 8, "z6": 6, "z8": 8}
    crowd = [Due(f"y{day}", day, day, day, customer=day + 100) for day in (6, 8)]
    assert days_of(planned([*visits, *crowd], Caps(day=2))) == {
        "a": 7,
        "b": 7,
        "z6": 6,
        "z8": 8,
        "y6": 6,
        "y8": 8,
    }


def test_planned_anew_visits_keep_the_day_that_they_share_and_a_new_one_goes_beside_them() -> None:
    visits = [Due("a", 5, 7, 9), Due("b", 5, 7, 9)]
    earlier = planned(visits, Caps())
    assert days_of(earlier) == {"a": 7, "b": 8}
    together = earlier.assign(planned_on=pd.array(pa.array([january(8)] * 2), pd.ArrowDtype(pa.date32())))
    assert list(together.columns) == list(PLAN_COLUMNS)
    again = planned([*visits, Due("c", 5, 8, 9)], Caps(), together)
    assert days_of(again) == {"a": 8, "b": 8, "c": 9}
    assert days_of(planned([*visits, Due("c", 5, 8, 9)], Caps(), again)) == days_of(again)


def test_a_visit_that_was_made_takes_its_day() -> None:
    earlier = planned([Due("a", 5, 7, 9)], Caps())
    made = earlier.assign(status=pd.array(pa.array(["done"]), pd.ArrowDtype(pa.string())))
    assert days_of(planned([Due("b", 5, 7, 9)], Caps(), made)) == {"a": 7, "b": 8}

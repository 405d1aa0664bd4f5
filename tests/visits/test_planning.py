"""A plan holds every due visit, on working days and within the caps, and changes as little as can be when made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.model import DUE_COLUMNS, UNDUE_COLUMNS, Caps, Dues, Plan, frame_of
from crmtool.visits.planning.plan import Asked, plan

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
#: The published holidays of these months: 1 to 3 January, 15 to 23 February; 4 January, 14 and 28 February are worked.
OFF = {date(2026, 1, d) for d in (1, 2, 3)} | {date(2026, 2, d) for d in range(15, 24)}
MADE_UP = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)}


def is_worked(day: date) -> bool:
    return day in MADE_UP or (day.weekday() < 5 and day not in OFF)


def calendar() -> Workdays:
    first, last = FIRST - timedelta(92), LAST + timedelta(92)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return Workdays(first, np.array([is_worked(day) for day in days]), np.ones(len(days), bool))


@dataclass(frozen=True)
class Customer:
    """Somebody to be called each month from the `day` on, give or take some working days."""

    key: str
    owner: str | None
    day: int
    slack: int


def month_dues(customers: Sequence[Customer], as_of: date, done: frozenset[str]) -> list[dict[str, Any]]:
    """Work out by plain steps what is due: a call a month, on working days from the as-of day on."""
    rows = []
    for customer in customers:
        for month in (1, 2, 3):
            due_on = date(2026, month, customer.day)
            days = [date(2026, month, d) for d in range(1, 32 if month != 2 else 29)]
            days = [day for day in days if is_worked(day) and day >= as_of]
            if not days or f"{customer.key}-phone-2026{month:02d}" in done:
                continue
            near = min(range(len(days)), key=lambda at: (abs((days[at] - due_on).days), at))
            late = (as_of - due_on).days if due_on < as_of else None
            rows.append(
                {
                    "visit_id": f"{customer.key}-phone-2026{month:02d}",
                    "customer_key": customer.key,
                    "customer_id": customer.key,
                    "owner": customer.owner,
                    "channel": "phone",
                    "kind": "every",
                    "due_on": due_on,
                    "earliest": days[max(near - customer.slack, 0)],
                    "preferred": days[near],
                    "latest": days[min(near + customer.slack, len(days) - 1)],
                    "overdue_days": late,
                    "urgency": 0 if late else 1,
                }
            )
    return rows


def due(rows: Sequence[dict[str, Any]]) -> Any:
    found = frame_of(DUE_COLUMNS, {name: [row.get(name) for row in rows] for name in DUE_COLUMNS})
    nobody = frame_of(UNDUE_COLUMNS, {})
    return lambda factor: Dues(found, nobody)


def made(
    customers: Sequence[Customer],
    as_of: date,
    caps: Caps,
    *,
    earlier: pd.DataFrame | None = None,
    done: frozenset[str] = frozenset(),
    heirs: dict[str, str] | None = None,
) -> Plan:
    rows = month_dues(customers, as_of, done)
    return plan(Asked(FIRST, LAST, as_of, caps, heirs or {}), due(rows), calendar(), earlier)


def days_of(visits: pd.DataFrame) -> dict[str, date]:
    return dict(zip(visits["visit_id"], visits["planned_on"], strict=True))


CUSTOMERS = st.lists(
    st.builds(
        Customer,
        key=st.integers(0, 99).map(lambda n: f"C{n:02d}"),
        owner=st.sampled_from(["张三", "李四", None]),
        day=st.integers(1, 28),
        slack=st.integers(0, 4),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda customer: customer.key,
)
CAPS = st.builds(
    Caps,
    day=st.one_of(st.none(), st.integers(1, 3)),
    week=st.one_of(st.none(), st.integers(1, 6)),
    channels=st.sampled_from([{}, {"phone": 1}, {"phone": 2}]),
)


@settings(max_examples=20)
@given(CUSTOMERS, CAPS)
def test_no_due_visit_is_lost_none_is_on_a_day_off_and_no_cap_is_exceeded(
    customers: list[Customer], caps: Caps
) -> None:
    found = made(customers, FIRST, caps)
    wanted = sorted(row["visit_id"] for row in month_dues(customers, FIRST, frozenset()))
    assert sorted([*found.visits["visit_id"], *found.unplaced["visit_id"]]) == wanted
    assert all(is_worked(day) and FIRST <= day <= LAST for day in found.visits["planned_on"])
    owners = ["" if pd.isna(owner) else owner for owner in found.visits["owner"]]
    a_day = Counter(zip(owners, found.visits["planned_on"], strict=True))
    a_week = Counter(
        (owner, day.isocalendar()[:2]) for owner, day in zip(owners, found.visits["planned_on"], strict=True)
    )
    limit = min([each for each in (caps.day, caps.channels.get("phone")) if each is not None], default=None)
    assert limit is None or max(a_day.values(), default=0) <= limit
    assert caps.week is None or max(a_week.values(), default=0) <= caps.week
    assert all(reason in ("cap", "no-workday") for reason in found.unplaced["reason"])
    if not caps.is_set:
        assert len(found.unplaced) == 0


@settings(max_examples=20)
@given(CUSTOMERS, CAPS, st.randoms(use_true_random=False))
def test_the_order_of_the_ledger_makes_no_difference(
    customers: list[Customer], caps: Caps, random: Any
) -> None:
    shuffled = list(customers)
    random.shuffle(shuffled)
    one, other = made(customers, FIRST, caps), made(shuffled, FIRST, caps)
    pd.testing.assert_frame_equal(one.visits, other.visits)
    pd.testing.assert_frame_equal(one.unplaced, other.unplaced)


@settings(max_examples=20)
@given(CUSTOMERS, CAPS, st.data())
def test_planning_anew_after_any_visits_are_done_changes_none_of_them_and_twice_is_the_same_as_once(
    customers: list[Customer], caps: Caps, data: st.DataObject
) -> None:
    as_of = date(2026, 2, 11)
    first = made(customers, FIRST, caps)
    past = [visit for visit, day in days_of(first.visits).items() if day < as_of]
    done = data.draw(st.sets(st.sampled_from(past)) if past else st.just(set()))
    agreed = data.draw(st.sets(st.sampled_from(sorted(days_of(first.visits)))) if past else st.just(set()))
    status = [
        "done" if visit in done else "agreed" if visit in agreed else "open"
        for visit in first.visits["visit_id"]
    ]
    earlier = first.visits.assign(status=pd.array(status, pd.ArrowDtype(pa.string())))
    again = made(customers, as_of, caps, earlier=earlier, done=frozenset(done))
    before, after = days_of(earlier), days_of(again.visits)
    for visit, state in zip(earlier["visit_id"], status, strict=True):
        if state == "done" or (state == "agreed" and before[visit] >= as_of):
            assert after[visit] == before[visit]
    kept = again.visits[again.visits["visit_id"].isin(list(done))]
    assert set(kept["status"]) <= {"done"}
    # What is open lies ahead; what lies behind is done or given up.
    for status_now, day in zip(again.visits["status"], again.visits["planned_on"], strict=True):
        assert (day >= as_of) or status_now in ("done", "missed")
    wanted = {row["visit_id"] for row in month_dues(customers, as_of, frozenset(done))}
    assert wanted <= {*again.visits["visit_id"], *again.unplaced["visit_id"]}
    twice = made(customers, as_of, caps, earlier=again.visits, done=frozenset(done))
    assert days_of(twice.visits) == after
    assert list(twice.visits["status"]) == list(again.visits["status"])
    assert len(twice.changes) == 0


def test_what_a_leaver_was_to_visit_goes_to_the_heir_and_what_is_done_stays_theirs() -> None:
    customers = [Customer("C1", "张三", 10, 3), Customer("C2", "李四", 10, 3)]
    first = made(customers, FIRST, Caps(day=1))
    status = ["done" if visit == "C1-phone-202601" else "open" for visit in first.visits["visit_id"]]
    earlier = first.visits.assign(status=pd.array(status, pd.ArrowDtype(pa.string())))
    done = frozenset({"C1-phone-202601"})
    again = made(customers, date(2026, 2, 2), Caps(day=1), earlier=earlier, done=done, heirs={"张三": "李四"})
    owners = dict(zip(again.visits["visit_id"], again.visits["owner"], strict=True))
    assert owners["C1-phone-202601"] == "张三"
    assert {owners[f"C1-phone-2026{month}"] for month in ("02", "03")} == {"李四"}
    # 李四 has room for one visit a day: of two that fell on one day, one had to go elsewhere.
    ahead = again.visits[again.visits["planned_on"] >= date(2026, 2, 2)]
    assert ahead["planned_on"].is_unique


def test_where_intervals_may_stretch_they_do_until_everything_finds_room() -> None:
    """Two customers want a visit on each of two days of one visit each; with half as many visits there is room."""
    day = [date(2026, 1, 5), date(2026, 1, 6)]

    def stretched(factor: Fraction) -> Dues:
        wanted = day if factor < 2 else day[:1]
        rows = [
            {
                "visit_id": f"{key}-{on}",
                "owner": "张三",
                "channel": "phone",
                "kind": "every",
                "due_on": on,
                "earliest": day[0],
                "preferred": on,
                "latest": day[1],
                "urgency": 1,
            }
            for key in ("A", "B")
            for on in wanted
        ]
        return due(rows)(1.0)

    asked = Asked(FIRST, LAST, FIRST, Caps(day=1), is_stretching=True)
    found = plan(asked, stretched, calendar())
    assert (found.stretch, len(found.visits), len(found.unplaced)) == (2.0, 2, 0)
    assert [finding.code for finding in found.findings] == ["intervals-stretched"]
    kept = plan(replace(asked, is_stretching=False), stretched, calendar())
    assert (kept.stretch, len(kept.visits), len(kept.unplaced)) == (1.0, 2, 2)
    assert [(f.code, dict(f.params)) for f in kept.findings] == [("unplaced-cap", {"visits": "2"})]


def test_a_visit_whose_window_holds_no_working_day_is_unplaced_for_that_reason() -> None:
    row = {
        "visit_id": "A",
        "owner": "张三",
        "channel": "phone",
        "kind": "every",
        "due_on": LAST,
        "urgency": 1,
    }
    found = plan(Asked(FIRST, LAST, FIRST), due([row]), calendar())
    assert (len(found.visits), list(found.unplaced["reason"])) == (0, ["no-workday"])
    assert [(f.code, dict(f.params)) for f in found.findings] == [("unplaced-no-workday", {"visits": "1"})]

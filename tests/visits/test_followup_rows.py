"""Which visits a month hands out to whom, and in which order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from crmtool.visits.model import PLAN_COLUMNS, frame_of
from crmtool.visits.reporting.sheets import HANDED_COLUMNS, OwnerSheet, handed_out, nobodys

AS_OF = date(2026, 3, 10)
MARCH = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
APRIL = {"first": date(2026, 4, 1), "last": date(2026, 4, 30)}


def plan(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return a plan of visits that are open, of 张三, and due when they are planned, unless a row says otherwise."""
    filled = [
        {
            "visit_id": f"v{number}",
            "customer_key": f"c{number}",
            "owner": "张三",
            "status": "open",
            "due_on": row.get("planned_on"),
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]
    names = {name for row in filled for name in row}
    return frame_of(PLAN_COLUMNS, {name: [row.get(name) for row in filled] for name in names})


def listed(sheets: Sequence[OwnerSheet]) -> dict[str | None, list[tuple[str, int | None]]]:
    """Return id and age of each row, by owner."""
    return {
        sheet.owner: list(
            zip(*(pa.array(sheet.visits[name]).to_pylist() for name in ("visit_id", "age_days")), strict=True)
        )
        for sheet in sheets
    }


def march(*rows: dict[str, Any]) -> dict[str | None, list[tuple[str, int | None]]]:
    return listed(handed_out(plan(*rows), as_of=AS_OF, **MARCH))


def test_overdue_visits_are_on_top_the_oldest_first_then_the_others_by_day() -> None:
    assert march(
        {"planned_on": date(2026, 3, 20)},
        {"planned_on": date(2026, 3, 9)},
        {"planned_on": date(2026, 2, 10)},
        {"planned_on": date(2026, 3, 10)},
    ) == {"张三": [("v3", 28), ("v2", 1), ("v4", None), ("v1", None)]}


def test_the_age_counts_from_the_day_that_a_visit_was_due_not_from_the_day_it_was_planned_for() -> None:
    assert march({"planned_on": date(2026, 3, 9), "due_on": date(2026, 3, 1)}) == {"张三": [("v1", 9)]}


def test_a_visit_planned_before_its_due_day_is_as_old_as_its_plan() -> None:
    assert march({"planned_on": date(2026, 3, 6), "due_on": date(2026, 3, 12)}) == {"张三": [("v1", 4)]}


def test_what_was_overdue_when_it_was_planned_is_overdue_though_its_day_is_still_to_come() -> None:
    missed = {"planned_on": date(2026, 3, 11), "due_on": date(2026, 3, 1), "overdue_days": 40}
    assert march({"planned_on": date(2026, 3, 10)}, missed) == {"张三": [("v2", 40), ("v1", None)]}


def test_a_day_off_that_moved_a_visit_does_not_make_it_overdue() -> None:
    sunday = {"planned_on": date(2026, 3, 10), "due_on": date(2026, 3, 8)}
    assert march(sunday) == {"张三": [("v1", None)]}


#: A visit that was missed, one caught up later in March, one of March, two of April and one of May.
UNTIL_MAY = (
    {"planned_on": date(2026, 3, 9)},
    {"planned_on": date(2026, 3, 12), "overdue_days": 20, "due_on": date(2026, 2, 18)},
    {"planned_on": date(2026, 3, 30)},
    {"planned_on": date(2026, 4, 1)},
    {"planned_on": date(2026, 4, 30)},
    {"planned_on": date(2026, 5, 1)},
)


def test_a_later_month_has_its_own_visits_and_those_whose_day_has_passed() -> None:
    found = listed(handed_out(plan(*UNTIL_MAY), as_of=AS_OF, **APRIL))
    assert found == {"张三": [("v1", 1), ("v4", None), ("v5", None)]}


def test_a_month_that_is_over_has_what_of_it_is_still_open() -> None:
    february = {"first": date(2026, 2, 1), "last": date(2026, 2, 28)}
    rows = plan({"planned_on": date(2026, 2, 10)}, *UNTIL_MAY)
    assert listed(handed_out(rows, as_of=AS_OF, **february)) == {"张三": [("v1", 28)]}


def test_what_is_done_cancelled_missed_or_without_a_day_is_on_no_sheet() -> None:
    states = ("open", "agreed", "done", "cancelled", "missed", None)
    rows = [{"planned_on": date(2026, 3, 20), "status": status} for status in states]
    assert march(*rows, {"planned_on": None}) == {"张三": [("v1", None), ("v2", None)]}


def test_owners_come_by_name_and_those_of_nobody_last() -> None:
    rows = [{"planned_on": date(2026, 3, 20), "owner": owner} for owner in (None, "李四", "张三", None)]
    found = march(*rows)
    assert list(found) == ["张三", "李四", None]
    assert found[None] == [("v1", None), ("v4", None)]


def test_visits_of_one_day_come_by_customer_and_then_by_their_id() -> None:
    day = {"planned_on": date(2026, 3, 20)}
    assert march(
        {**day, "customer_key": "b"},
        {**day, "customer_key": "a"},
        {**day, "customer_key": "a", "visit_id": "a"},
    ) == {"张三": [("a", None), ("v2", None), ("v1", None)]}


def test_a_month_without_visits_has_no_sheets_and_an_empty_one_has_the_same_columns() -> None:
    assert march({"planned_on": date(2026, 4, 1)}) == {}
    empty = nobodys()
    assert (empty.owner, len(empty.visits), empty.overdue) == (None, 0, 0)
    assert list(empty.visits.columns) == list(HANDED_COLUMNS)


def test_a_sheet_counts_what_is_overdue_and_stays_in_arrow() -> None:
    (sheet,) = handed_out(
        plan({"planned_on": date(2026, 3, 1)}, {"planned_on": date(2026, 3, 20)}), as_of=AS_OF, **MARCH
    )
    assert sheet.overdue == 1
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in sheet.visits.dtypes)


DAYS = st.integers(0, 120).map(lambda days: date(2026, 1, 1) + timedelta(days))
VISITS = st.fixed_dictionaries(
    {
        "planned_on": st.none() | DAYS,
        "due_on": DAYS,
        "owner": st.sampled_from(["张三", "李四", "王五", None]),
        "status": st.sampled_from(["open", "agreed", "done", "cancelled", "missed"]),
        "customer_key": st.sampled_from(["a", "b", "c"]),
        "overdue_days": st.none() | st.integers(1, 50),
    }
)


@given(st.lists(VISITS, max_size=30), st.randoms(use_true_random=False))
def test_every_open_visit_up_to_this_months_end_is_on_one_sheet_whatever_the_order_of_the_plan(
    rows: list[dict[str, Any]], chance: random.Random
) -> None:
    whole = plan(*rows)
    order = list(range(len(rows)))
    chance.shuffle(order)
    straight = handed_out(whole, as_of=AS_OF, **MARCH)
    shuffled = handed_out(whole.iloc[order].reset_index(drop=True), as_of=AS_OF, **MARCH)
    assert listed(straight) == listed(shuffled)
    expected = {
        (f"v{number}", row["owner"])
        for number, row in enumerate(rows, start=1)
        if row["status"] in ("open", "agreed")
        and row["planned_on"] is not None
        and row["planned_on"] <= MARCH["last"]
    }
    found = [(visit, owner) for owner, visits in listed(straight).items() for visit, _ in visits]
    assert len(found) == len(set(found))
    assert set(found) == expected

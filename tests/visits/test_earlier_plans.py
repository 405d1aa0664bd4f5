"""An earlier plan is laid beside today's ledger: its customers are found, and what people typed goes into it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa

from crmtool.visits.model import PLAN_COLUMNS, frame_of
from crmtool.visits.planning.earlier import expected_of, has_own_day, in_ledger, overlaid, reports_of


def texts(frame: pd.DataFrame, name: str) -> list[str | None]:
    return [None if pd.isna(cell) else str(cell) for cell in frame[name]]


def test_customers_are_found_by_key_number_name_or_the_head_of_the_visit_id() -> None:
    plan = frame_of(
        PLAN_COLUMNS,
        {
            "visit_id": [
                "C2-phone-202603",
                "C-1-phone-202603",
                "甲公司-phone-202603",
                "乙-~2-phone-202603",
                "X-phone-1",
            ],
            "customer_key": ["C2", None, None, None, None],
            "customer_id": [None, "C-1", None, None, "C2"],
            "name": ["甲公司", "丙", "甲公司", "乙-", "丁"],
            "owner": ["旧", "旧", "旧", "旧", "旧"],
            "status": ["open", "done", "open", "open", "open"],
        },
    )
    keys = pa.array(["甲公司", "乙-", "乙-~2", "C2", "C-1"])
    owners = pa.array(["a", "b", None, "d", "e"])
    found = in_ledger(plan, keys, owners)
    # The last one's number is another customer's: its visit id begins otherwise, so it is nobody's.
    assert found["customer"].tolist()[:4] == [3, 4, 0, 2]
    assert pd.isna(found["customer"][4])
    assert texts(found, "customer_key") == ["C2", "C-1", "甲公司", "乙-~2", None]
    assert texts(found, "owner") == ["d", "旧", "a", None, "旧"]


def test_what_was_typed_goes_over_what_is_open_in_the_record_and_over_nothing_else() -> None:
    day, other = date(2026, 3, 20), date(2026, 3, 27)
    recorded = frame_of(
        PLAN_COLUMNS,
        {
            "visit_id": ["A", "B", "C", "D"],
            "planned_on": [day] * 4,
            "status": ["open", "open", "done", "open"],
        },
    )
    typed = frame_of(
        PLAN_COLUMNS,
        {
            "visit_id": ["B", "C", "D", "E"],
            "planned_on": [other] * 4,
            "status": ["agreed", "cancelled", "open", "open"],
        },
    )
    both = overlaid(recorded, typed)
    assert list(zip(both["visit_id"], both["planned_on"], both["status"], strict=True)) == [
        ("A", day, "open"),
        ("B", other, "agreed"),
        ("C", day, "done"),
        ("D", day, "open"),
        ("E", other, "open"),
    ]


def test_done_visits_are_reports_of_their_day() -> None:
    plan = frame_of(
        PLAN_COLUMNS,
        {
            "visit_id": ["A", "B", "C"],
            "channel": ["phone", "onsite", "phone"],
            "planned_on": [date(2026, 3, 2)] * 3,
            "done_on": [date(2026, 3, 4), None, None],
            "status": ["done", "done", "open"],
        },
    )
    told = reports_of(plan)
    assert list(zip(told["visit_id"], told["channel"], told["done_on"], told["outcome"], strict=True)) == [
        ("A", "phone", date(2026, 3, 4), "done"),
        ("B", "onsite", date(2026, 3, 2), "done"),
    ]


def test_a_next_day_is_the_plans_own_where_an_open_visit_of_that_customer_has_it() -> None:
    day = date(2026, 3, 20)
    plan = frame_of(
        PLAN_COLUMNS,
        {"customer": [0, 1, 2, None], "planned_on": [day] * 4, "status": ["open", "agreed", "open", "open"]},
    )
    next_on = pa.array([day, day, date(2026, 3, 21), None, day], pa.date32())
    assert has_own_day(plan, next_on).to_pylist() == [True, False, False, False, False]


def test_only_open_and_agreed_visits_between_today_and_the_new_plan_are_counted_on() -> None:
    days = [date(2025, 12, 19), date(2025, 12, 20), date(2025, 12, 31), date(2026, 1, 1), date(2025, 12, 29)]
    plan = frame_of(
        PLAN_COLUMNS,
        {
            "visit_id": ["past", "today", "agreed", "in the plan", "cancelled"],
            "planned_on": days,
            "status": ["open", "open", "agreed", "open", "cancelled"],
        },
    )
    held = expected_of(plan, date(2025, 12, 20), date(2026, 1, 1))
    assert texts(held, "visit_id") == ["today", "agreed"]
    assert texts(held, "outcome") == ["expected", "expected"]
    assert texts(held, "done_on") == ["2025-12-20", "2025-12-31"]

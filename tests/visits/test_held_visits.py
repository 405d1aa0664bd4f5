"""A visit that was put off by agreement is its line's next one: it is not asked for a second time before that day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from due_cases import basis, column, due, visited

from crmtool.visits.model import PLAN_COLUMNS, frame_of

#: Called on 10 February, visited on 20 November: the next call is due on 10 March, the visit was on 20 February.
CUSTOMER = {"customer_id": "C1", "tier": "important"}
VISITS = visited(
    ("C1", "2026-02-10", "phone"), ("C1", "2025-11-20", "onsite"), ("C1", "2026-01-15", "executive")
)
SPAN = ("2026-03-01", "2026-06-30", "2026-03-02")


def agreed(visit_id: str, due_on: str, planned_on: str, **more: Any) -> pd.DataFrame:
    cells = {
        "visit_id": visit_id,
        "customer": 0,
        "status": "agreed",
        "kind": "every",
        "due_on": date.fromisoformat(due_on),
        "planned_on": date.fromisoformat(planned_on),
        **more,
    }
    return frame_of(PLAN_COLUMNS, {name: [cell] for name, cell in cells.items()})


def found(earlier: pd.DataFrame | None, **ledger: str) -> dict[str, str]:
    return column(
        due(basis("annual_plan", [{**CUSTOMER, **ledger}], VISITS, earlier=earlier), *SPAN), "due_on"
    )


WITHOUT = {
    "C1-onsite-202603": "2026-02-20",  # made up for
    "C1-onsite-202606": "2026-06-20",
    "C1-phone-202603": "2026-03-10",
    "C1-phone-202604": "2026-04-10",
    "C1-phone-202605": "2026-05-10",
    "C1-phone-202606": "2026-06-10",
}


def test_without_an_agreement_the_missed_visit_is_made_up_for() -> None:
    assert found(None) == WITHOUT


@pytest.mark.parametrize("ledger", [{}, {"next_followup": "2026-03-18"}])
def test_the_line_whose_visit_was_put_off_counts_from_that_day_and_no_other_does(
    ledger: dict[str, str],
) -> None:
    held = agreed("C1-onsite-202602", "2026-02-20", "2026-03-18")
    onsite = {"C1-onsite-202603": "2026-03-18", "C1-onsite-202606": "2026-06-18"}
    assert found(held, **ledger) == WITHOUT | onsite


def test_a_call_that_was_put_off_into_the_next_month_is_that_months() -> None:
    assert found(agreed("C1-phone-202603", "2026-03-10", "2026-04-08")) == {
        "C1-onsite-202603": "2026-02-20",
        "C1-onsite-202606": "2026-06-20",
        "C1-phone-202604": "2026-04-08",
        "C1-phone-202605": "2026-05-08",
        "C1-phone-202606": "2026-06-08",
    }


def test_where_a_later_visit_was_put_off_the_next_one_stays_due() -> None:
    assert found(agreed("C1-phone-202604", "2026-04-10", "2026-04-20")) == WITHOUT


def test_another_day_that_the_ledger_names_goes_before() -> None:
    held = agreed("C1-phone-202603", "2026-03-10", "2026-04-08")
    phone = {visit: day for visit, day in found(held, next_followup="2026-03-27").items() if "phone" in visit}
    assert phone == {
        "C1-phone-202603": "2026-03-27",
        "C1-phone-202604": "2026-04-27",
        "C1-phone-202605": "2026-05-27",
        "C1-phone-202606": "2026-06-27",
    }


@pytest.mark.parametrize(
    "more",
    [
        {"status": "open"},
        {"planned_on": "2026-03-01"},
        {"customer": None},
        {"visit_id": "C1-festival-春节-2026"},
    ],
    ids=["not agreed", "over", "nobody's", "another line's"],
)
def test_nothing_else_holds_a_line(more: dict[str, Any]) -> None:
    days = {"visit_id": "C1-onsite-202602", "due_on": "2026-02-20", "planned_on": "2026-03-18"}
    assert found(agreed(**{**days, **more})) == WITHOUT


def test_what_was_agreed_in_the_first_place_is_the_next_one_whatever_was_missed() -> None:
    held = agreed("C1-onsite-202603", "2026-03-18", "2026-03-25", kind="agreed")
    assert found(held) == WITHOUT | {"C1-onsite-202603": "2026-03-25", "C1-onsite-202606": "2026-06-25"}

"""What is not on record of a period is unknown and told: sheets that end before it does, visits without a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from kpi_cases import figure, ground, parts, table, visits

from crmtool.ledger.ledger import Table
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.measure import measured

#: So that the orders reach back far enough: a customer of no interest, long ago.
LONG_AGO = (9, "2020-01-01", 100)


def orders(*rows: tuple[Any, ...]) -> Table:
    return table("customer order_date amount", *rows)


def missing(kpi: str, where: KpiGround) -> str | None:
    return figure(kpi, where).missing


def ending(where: KpiGround) -> dict[str, str]:
    """Return the sheets that are told to end too early, by code, with their last day."""
    codes = ("records-ended", "records-end-early")
    return {each.code: each.value for each in measured(where).findings if each.code in codes}


def test_orders_that_end_before_the_period_tell_nothing_of_it_and_are_told() -> None:
    stale = ground(10, orders=orders(LONG_AGO, (0, "2025-12-25", 1)))
    for kpi in ("new_orders", "churn_rate", "repeat_rate", "aov", "aov_change", "cycle", "reactivation_rate"):
        assert missing(kpi, stale) == "orders_ended"
    assert ending(stale) == {"records-ended": "2025-12-25"}


@pytest.mark.parametrize(
    ("last", "as_of", "code"),
    [
        # The quarter has 92 days: 31 of them are more than a third, 30 are not.
        ("2026-08-30", None, "records-end-early"),
        ("2026-08-31", None, None),
        ("2026-06-30", None, "records-ended"),
        # What ends before the quarter says nothing of it, however few of its days are over.
        ("2026-06-30", "2026-07-20", "records-ended"),
        ("2026-06-30", "2026-07-01", "records-ended"),
        ("2026-07-01", "2026-07-20", None),
        ("2026-07-01", "2026-07-31", None),
    ],
)
def test_an_end_before_the_period_or_more_than_a_third_of_it_without_an_order_is_told(
    last: str, as_of: str | None, code: str | None
) -> None:
    where = ground(10, orders=orders(LONG_AGO, (0, last, 1)), as_of=as_of)
    assert ending(where) == ({code: last} if code else {})
    assert missing("new_orders", where) == ("orders_ended" if code == "records-ended" else None)


def test_sheets_that_ended_before_a_period_that_goes_on_make_its_shares_unknown_and_no_0_or_100_percent() -> (
    None
):
    """By the 20th day of 2026Q3: who ordered in May has not been proved to stay away since."""
    tickets = table("customer raised kind", (0, "2026-01-01", "重大投诉"), (0, "2026-06-10", "普通咨询"))
    stale = ground(
        10,
        orders=orders(LONG_AGO, (0, "2026-05-10", 1)),
        tickets=tickets,
        period="2026Q3",
        as_of="2026-07-20",
    )
    for kpi in ("churn_rate", "retention", "repeat_rate", "new_orders"):
        assert missing(kpi, stale) == "orders_ended"
    assert missing("complaint_rate", stale) in ("orders_ended", "complaints_ended")
    told = [each.value for each in measured(stale).findings if each.code == "records-ended"]
    assert told == ["2026-05-10", "2026-06-10"]


def test_later_orders_show_that_a_period_without_one_really_had_none() -> None:
    where = ground(10, orders=orders(LONG_AGO, (0, "2026-08-01", 1)), period="2025Q3")
    later = replace(where, ledger=replace(where.ledger, as_of=date(2026, 9, 30)))
    assert missing("new_orders", later) is None
    assert figure("new_orders", later).actual == 0


def test_tickets_are_told_only_where_they_end_before_the_period_and_then_prove_no_peace() -> None:
    bought = orders(LONG_AGO, (0, "2026-09-01", 1))
    few = table("customer raised kind", (0, "2026-01-01", "重大投诉"), (0, "2026-07-01", "普通咨询"))
    gone = table("customer raised kind", (0, "2026-01-01", "重大投诉"), (0, "2026-06-30", "普通咨询"))
    assert ending(ground(10, orders=bought, tickets=few)) == {}
    assert parts("complaint_rate", ground(10, orders=bought, tickets=few)) == {0: (0, 1)}
    assert ending(ground(10, orders=bought, tickets=gone)) == {"records-ended": "2026-06-30"}
    assert missing("complaint_rate", ground(10, orders=bought, tickets=gone)) == "complaints_ended"


def test_cancelled_orders_show_how_far_the_sheet_reaches() -> None:
    counting = orders(LONG_AGO, (0, "2025-12-25", 1))
    whole = replace(counting, reach=(date(2020, 1, 1), date(2026, 9, 15)))
    assert figure("new_orders", ground(10, orders=whole)).actual == 0
    assert ending(ground(10, orders=whole)) == {}


# visits without a day --------------------------------------------------------------------------------------


def test_visits_without_a_day_are_told_once_at_the_first_with_how_many_have_answers() -> None:
    said = visits(
        {"customer": 0, "done_on": "2026-07-01", "satisfaction": 5, "source": "[a.xlsx]明细!2"},
        {"customer": 0, "satisfaction": 1, "source": "[a.xlsx]明细!3"},
        {"customer": 0, "source": "[a.xlsx]明细!4"},
        {"customer": 0, "outcome": None, "recommend": 0, "source": "[a.xlsx]明细!5"},
        {"customer": 0, "outcome": None, "source": "[a.xlsx]明细!6"},  # not made yet
        {"customer": 0, "planned_on": "2026-07-01", "source": "[a.xlsx]明细!7"},
    )
    where = ground(1, records=said, visits=table("customer date", (0, "2026-07-01")))
    (odd,) = [each for each in measured(where).findings if each.code == "kpi-visits-undated"]
    assert (odd.params["visits"], odd.params["answers"]) == ("3", "2")
    assert (odd.file, odd.sheet, odd.cell) == ("a.xlsx", "明细", "A3")
    assert parts("satisfaction_rate", where) == {0: (1, 1)}

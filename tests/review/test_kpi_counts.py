"""What each KPI counts, and where it is unknown instead of zero. The period is the third quarter of 2026 unless said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction as F
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kpi_cases import customers, figure, ground, parts, table, visits

from crmtool.messages import text_of
from crmtool.review.kpis.definitions import KPIS, MISSING
from crmtool.review.kpis.figures import Figure, Figures
from crmtool.review.kpis.measure import measured
from crmtool.rules.measuring.records import Records
from crmtool.visits.model import frame_of
from crmtool.visits.standing.made import MADE_COLUMNS

#: So that the orders reach back far enough: a customer of no interest, long ago.
LONG_AGO = (9, "2020-01-01", 100)
ORDER = "customer order_date amount"


def orders(*rows: tuple[Any, ...], header: str = ORDER) -> Any:
    return table(header, *rows)


def missing(kpi: str, where: Any) -> str | None:
    return figure(kpi, where).missing


def test_without_any_sheet_every_kpi_is_unknown_and_says_what_is_lacking() -> None:
    found = measured(ground(3))
    assert found.counts.empty
    assert set(found.missing) == set(KPIS)
    assert set(found.missing.values()) <= set(MISSING)
    assert set(found.missing.values()) == {"no_orders", "no_visits", "no_plan"}


def test_nobody_is_counted_in_a_ledger_without_customers() -> None:
    where = ground(0, orders=orders(header=ORDER))
    assert figure("new_orders", where) == Figure(missing="orders_late")


def test_repeat_rate_counts_customers_of_the_12_months_to_the_as_of_day() -> None:
    bought = orders(
        LONG_AGO,
        (0, "2025-10-01", 100),  # the first of the twelve months
        (0, "2026-09-30", 100),
        (1, "2025-09-30", 100),  # the day before them
        (1, "2026-01-01", 100),
        (2, "2026-01-01", 100),
        (2, "2026-01-01", 500),  # the same day: the same order
        (3, "2026-10-01", 100),  # after the as-of day
        (3, "2026-10-02", 100),
    )
    assert parts("repeat_rate", ground(10, orders=bought)) == {0: (1, 1), 1: (0, 1), 2: (0, 1)}
    assert figure("repeat_rate", ground(10, orders=bought)).actual == F(1, 3)


def test_lines_of_a_number_are_one_order_and_a_refund_is_none() -> None:
    bought = table(
        "customer order_no order_date amount",
        (9, "0", "2020-01-01", 1),
        (0, "A", "2026-07-01", 100),
        (0, "A", "2026-07-20", 200),
        (0, "B", "2026-08-01", -50),
        (1, None, "2026-07-01", 100),
        (1, None, "2026-07-02", 100),
    )
    assert {k: v for k, v in parts("new_orders", ground(10, orders=bought)).items() if v[0]} == {
        0: (1, 1),
        1: (2, 1),
    }
    assert parts("aov", ground(10, orders=bought)) == {0: (250, 1), 1: (200, 2)}


def test_orders_that_begin_after_the_window_leave_it_unknown() -> None:
    late = ground(1, orders=orders((0, "2026-07-01", 100), (0, "2026-09-01", 100)))
    assert missing("new_orders", late) is None
    assert {
        missing(kpi, late)
        for kpi in ("repeat_rate", "retention", "cross_sell_rate", "reactivation_rate", "cycle")
    } == {"orders_late"}
    assert missing("new_orders", ground(1, orders=orders((0, "2026-07-02", 100)))) == "orders_late"


def test_retention_and_churn_are_of_those_who_ordered_in_the_period_before() -> None:
    bought = orders(
        LONG_AGO,
        *((0, day, 1) for day in ("2026-04-01", "2026-09-30")),  # both
        (1, "2026-06-30", 1),  # before alone
        *((2, day, 1) for day in ("2026-03-31", "2026-07-01")),  # not in the period before
    )
    where = ground(10, orders=bought)
    assert parts("retention", where) == {0: (1, 1), 1: (0, 1)}
    assert parts("churn_rate", where) == {0: (0, 1), 1: (1, 1)}


def test_a_share_of_nobody_is_unknown_and_not_zero() -> None:
    where = ground(10, orders=orders(LONG_AGO, (0, "2026-08-01", 1)))
    assert figure("retention", where) == Figure(F(0), F(0), None, "nothing_to_count")


def test_a_period_that_is_not_over_is_counted_as_far_as_it_has_come() -> None:
    bought = orders(LONG_AGO, (0, "2026-07-10", 1), (0, "2026-08-16", 1))
    where = ground(10, as_of="2026-08-15", orders=bought)
    assert parts("new_orders", where)[0] == (1, 1)
    # The twelve months end on the as-of day too.
    assert parts("repeat_rate", where) == {0: (0, 1)}


def test_the_order_value_is_net_and_a_refund_lowers_its_own_day() -> None:
    bought = table(
        "customer order_no order_date amount",
        (9, "0", "2020-01-01", 1),
        (0, "A", "2026-06-30", 1000),
        (0, "A", "2026-07-05", -400),
        (0, "B", "2026-07-06", 1000),
        (1, "C", "2026-05-01", 500),
    )
    where = ground(10, orders=bought)
    assert figure("aov", where) == Figure(F(6), F(1), F(6))
    assert figure("aov_change", where) == Figure(F(6), F(15, 2), F(6) / F(15, 2) - 1)


def test_a_change_from_nothing_is_unknown() -> None:
    only_now = ground(10, orders=orders(LONG_AGO, (0, "2026-07-05", 100)))
    assert figure("aov_change", only_now).missing == "nothing_to_count"
    from_zero = ground(10, orders=orders(LONG_AGO, (0, "2026-05-05", 0), (0, "2026-07-05", 100)))
    assert figure("aov_change", from_zero) == Figure(F(1), F(0), None, "no_base")


def test_orders_without_amounts_have_no_value() -> None:
    where = ground(10, orders=table("customer order_date", (9, "2020-01-01"), (0, "2026-07-01")))
    assert (missing("aov", where), missing("aov_change", where)) == ("no_amounts", "no_amounts")
    assert parts("new_orders", where)[0] == (1, 1)


def test_amounts_add_up_exactly() -> None:
    # As real numbers the two amounts would add up to 9007199254740992.
    bought = orders(
        LONG_AGO, (0, "2026-07-01", 9_007_199_254_740_000), (1, "2026-07-01", 991), (2, "2026-07-01", 2)
    )
    assert figure("aov", ground(10, orders=bought)).numerator == F(9_007_199_254_740_993, 100)


def test_silent_is_who_ordered_before_but_not_in_the_6_months_before_the_period() -> None:
    bought = orders(
        LONG_AGO,
        (0, "2025-12-31", 1),
        (0, "2026-07-01", 1),  # silent, came back
        (1, "2025-12-31", 1),  # silent
        (2, "2026-01-01", 1),  # ordered on the first of the six months
        (3, "2026-07-01", 1),  # never before: new, not silent
    )
    assert parts("reactivation_rate", ground(10, orders=bought)) == {0: (1, 1), 1: (0, 1), 9: (0, 1)}


def test_types_are_those_of_what_was_bought_and_unknown_where_a_line_has_none() -> None:
    bought = table(
        "customer order_no order_date amount product_type",
        (9, "0", "2020-01-01", 1, "甲"),
        (0, "A", "2026-01-01", 1, "甲"),
        (0, "A", "2026-01-01", 1, "乙"),
        (1, "B", "2026-01-01", 1, "甲"),
        (1, "B", "2026-01-05", -1, "乙"),  # came back: not bought
        (2, "C", "2026-01-01", 1, "甲"),
        (2, "C", "2026-01-01", 1, None),  # may be a second one
        (9, "D", "2026-09-30", 1, "甲"),
    )
    where = ground(10, orders=bought)
    assert parts("cross_sell_rate", where) == {0: (1, 1), 1: (0, 1), 9: (0, 1)}
    assert missing("cross_sell_rate", ground(10, orders=orders(LONG_AGO, (9, "2026-09-30", 1)))) == "no_types"


def test_customers_whose_orders_are_in_doubt_are_left_out_and_told() -> None:
    bought = orders(LONG_AGO, (0, "2026-07-01", 1), (1, None, 1), (2, "2026-07-01", None))
    found = measured(ground(10, orders=bought))
    where = ground(10, orders=bought)
    assert set(parts("new_orders", where)) == set(range(10)) - {1}
    assert set(parts("aov", where)) == {0}
    left_out = [finding for finding in found.findings if finding.code == "kpi-customers-left-out"]
    assert [finding.params["customers"] for finding in left_out] == ["2"]
    assert "复购率" in text_of(left_out[0], "zh")


# Answers at visits ----------------------------------------------------------------------------------------


def test_satisfaction_counts_answers_of_the_periods_visits() -> None:
    said = visits(
        {"customer": 0, "done_on": "2026-07-01", "satisfaction": 4},
        {"customer": 0, "done_on": "2026-09-30", "satisfaction": 3.9},
        {"customer": None, "done_on": "2026-08-01", "satisfaction": 5},  # of nobody in the ledger: of all
        {"customer": 1, "planned_on": "2026-08-01", "satisfaction": 5},  # made, on the day it was planned for
        {"customer": 1, "done_on": "2026-06-30", "satisfaction": 1},
        {"customer": 1, "done_on": "2026-10-01", "satisfaction": 1},
        {"customer": 1, "done_on": "2026-08-02", "satisfaction": 1, "outcome": "unreached"},
        {"customer": 1, "done_on": "2026-08-03"},
    )
    where = ground(2, records=said, tiers=["new", None])
    assert parts("satisfaction_rate", where) == {0: (1, 2), 1: (1, 1), None: (1, 1)}
    assert figure("satisfaction_rate", where).actual == F(3, 4)
    assert figure("satisfaction_rate", where, "new").actual == F(1, 2)


def test_recommending_is_in_points() -> None:
    scores = (10, 9, 8, 7, 6, 0)
    said = visits(*({"customer": 0, "done_on": "2026-07-01", "recommend": score} for score in scores))
    assert figure("nps", ground(1, records=said)) == Figure(F(0), F(6), F(0))
    fewer = visits(*({"customer": 0, "done_on": "2026-07-01", "recommend": score} for score in (10, 8, 0, 0)))
    assert figure("nps", ground(1, records=fewer)).actual == F(-25)


def test_where_nobody_was_asked_the_share_is_unknown() -> None:
    silent = ground(1, records=visits({"customer": 0, "done_on": "2026-07-01"}))
    assert missing("satisfaction_rate", silent) == "no_satisfaction"
    assert missing("nps", silent) == "no_recommend"
    assert missing("vas_rate", silent) == "no_services"
    assert missing("nps", ground(1)) == "no_visits"


def test_an_answer_below_its_scale_is_not_counted_and_told_and_nobody_recommending_is_an_answer() -> None:
    said = visits(
        {"customer": 0, "done_on": "2026-07-01", "satisfaction": 0, "recommend": 0},
        {"customer": 0, "done_on": "2026-07-02", "satisfaction": 5},
    )
    where = ground(1, records=said)
    assert parts("satisfaction_rate", where) == {0: (1, 1)}
    assert parts("nps", where) == {0: (-100, 1)}
    (odd,) = [each for each in measured(where).findings if each.code == "kpi-answers-off-scale"]
    assert (odd.params["answers"], odd.params["scale"]) == ("1", "1–5")


def test_an_answer_beyond_its_scale_is_not_counted_and_told() -> None:
    said = visits(
        {"customer": 0, "done_on": "2026-07-01", "satisfaction": 95},
        {"customer": 0, "done_on": "2026-07-02", "satisfaction": 2},
    )
    found = measured(ground(1, records=said))
    assert parts("satisfaction_rate", ground(1, records=said)) == {0: (0, 1)}
    odd = [finding for finding in found.findings if finding.code == "kpi-answers-off-scale"]
    assert [(finding.params["answers"], finding.params["scale"]) for finding in odd] == [("1", "1–5")]


def test_a_customer_takes_part_in_services_who_said_so_once() -> None:
    said = visits(
        {"customer": 0, "done_on": "2026-07-01", "joined_services": "否"},
        {"customer": 0, "done_on": "2026-07-02", "joined_services": "是"},
        {"customer": 1, "done_on": "2026-07-02", "joined_services": "否"},
        {"customer": 2, "done_on": "2026-07-02"},
    )
    assert parts("vas_rate", ground(3, records=said)) == {0: (1, 1), 1: (0, 1)}


def due(*rows: tuple[str, str | None]) -> Any:
    made_on = [None if day is None else date.fromisoformat(day) for _, day in rows]
    return frame_of(
        MADE_COLUMNS,
        {
            "customer_key": [key for key, _ in rows],
            "made_on": made_on,
            "visit_id": [str(i) for i in range(len(rows))],
        },
    )


def test_due_visits_of_customers_who_are_gone_count_for_all() -> None:
    where = ground(
        2, made=due(("C0", "2026-07-01"), ("C0", None), ("C7", "2026-07-01")), tiers=["new", "new"]
    )
    assert parts("visit_rate", where) == {0: (1, 2), None: (1, 1)}
    assert (figure("visit_rate", where).actual, figure("visit_rate", where, "new").actual) == (
        F(2, 3),
        F(1, 2),
    )
    assert missing("visit_rate", ground(2, made=due())) == "nothing_to_count"


# Prospects ------------------------------------------------------------------------------------------------


def test_a_prospect_is_won_by_a_visit_a_status_or_a_first_order() -> None:
    said = visits(
        *({"customer": i, "done_on": "2026-07-01"} for i in (0, 1, 2, 3, 5, 6)),
        {"customer": 3, "done_on": "2026-07-02", "converted": "是"},
        {"customer": 4, "done_on": "2026-06-30", "converted": "是"},  # not visited in the period
    )
    bought = orders(LONG_AGO, (1, "2026-08-01", 1), (5, "2026-01-01", 1), (5, "2026-08-01", 1))
    people = customers(10, status=[None, None, "成交", None, None, None, None, None, None, None])
    status = [None, "意向客户", "意向", "意向客户", "意向客户", None, "潜在客户", None, None, None]
    where = ground(people, records=said, orders=bought, status_before=status)
    # 0 had not ordered and did not: a prospect who was not won. 5 had ordered: none. 6 was something else.
    assert parts("conversion", where) == {0: (0, 1), 1: (1, 1), 2: (1, 1), 3: (1, 1)}


def test_who_was_a_prospect_is_unknown_without_orders_or_a_status() -> None:
    said = visits({"customer": 0, "done_on": "2026-07-01"}, {"customer": 1, "done_on": "2026-07-01"})
    assert missing("conversion", ground(2, records=said)) == "no_status"
    # Orders that begin with the period cannot tell who had ordered before.
    begun = ground(2, records=said, orders=orders((0, "2026-07-01", 1)))
    assert missing("conversion", begun) == "no_status"
    told = ground(2, records=said, status_before=["意向客户", None])
    assert parts("conversion", told) == {0: (0, 1)}


def test_the_cycle_runs_from_the_first_contact_to_the_first_order() -> None:
    bought = orders(
        LONG_AGO,
        *((i, "2026-08-10", 1) for i in (0, 1, 2)),
        (3, "2026-06-30", 1),
        (3, "2026-08-10", 1),  # not the first
    )
    where = ground(
        10,
        orders=bought,
        demands=table(
            "customer date demand", (0, "2026-08-01", "x"), (0, "2026-07-31", "x"), (3, "2026-01-01", "x")
        ),
        tickets=table("customer raised kind", (1, "2026-07-11", "普通咨询"), (2, "2026-08-10", "普通咨询")),
        records=visits(
            {"customer": 0, "done_on": "2026-07-30", "outcome": "unreached"},
            {"customer": 1, "done_on": "2026-07-12"},
        ),
    )
    # 2 was first in touch on the day of the order itself.
    assert parts("cycle", where) == {0: (10, 1), 1: (30, 1)}
    assert figure("cycle", where) == Figure(None, F(2), F(20))
    assert missing("cycle", ground(10, orders=bought)) == "no_contacts"


# Complaints -----------------------------------------------------------------------------------------------


def test_complaints_are_tickets_of_that_kind_and_what_visits_hold() -> None:
    bought = orders(LONG_AGO, *((i, "2026-09-01", 1) for i in range(5)))
    raised = table(
        "customer raised kind",
        (0, "2026-07-01", "重大投诉"),
        (1, "2026-07-01", "普通咨询"),
        (2, "2026-06-30", "重大投诉"),
        (6, "2026-07-01", "重大投诉"),  # no active customer
    )
    said = visits(
        {"customer": 3, "done_on": "2026-09-30", "complaint": "送货慢"},
        {"customer": 4, "done_on": "2026-09-30", "complaint": "没有"},
    )
    where = ground(10, orders=bought, tickets=raised, records=said)
    assert parts("complaint_rate", where) == {0: (1, 1), 1: (0, 1), 2: (0, 1), 3: (1, 1), 4: (0, 1)}


def test_no_record_of_complaints_is_no_proof_of_peace() -> None:
    bought = orders(LONG_AGO, (0, "2026-09-01", 1))
    assert missing("complaint_rate", ground(10, orders=bought)) == "no_complaints"
    said = visits({"customer": 0, "done_on": "2026-07-01"})
    assert missing("complaint_rate", ground(10, orders=bought, records=said)) == "no_complaints"
    late = table("customer raised kind", (0, "2026-07-02", "重大投诉"))
    assert missing("complaint_rate", ground(10, orders=bought, tickets=late)) == "complaints_late"


@pytest.mark.parametrize("kpi", KPIS)
def test_what_each_kpi_is_can_be_shown_on_a_gbk_console(kpi: str) -> None:
    known = KPIS[kpi]
    texts = (known.label, known.formula, *known.names, *(zh for zh, _ in MISSING.values()))
    assert [text for text in texts if text.encode("gbk", "replace").decode("gbk") != text] == []


def test_counts_of_another_period_come_from_the_same_ledger() -> None:
    where = ground(10, orders=orders(LONG_AGO, (0, "2026-05-01", 1), (0, "2026-08-01", 1)))
    before = replace(where, period=where.period.before, as_of=where.period.before.last)
    assert parts("new_orders", before)[0] == (1, 1)
    assert parts("repeat_rate", before) == {0: (0, 1)}


def test_orders_made_ready_once_serve_every_period() -> None:
    where = ground(10, orders=orders(LONG_AGO, (0, "2026-05-01", 1), (0, "2026-08-01", 1)))
    shared = Records(where.ledger, "orders")
    before = replace(where, period=where.period.before, as_of=where.period.before.last)
    for each in (where, before):
        assert measured(each, shared).counts.equals(measured(each).counts)


DAYS = st.dates(date(2025, 6, 1), date(2026, 11, 1)).map(date.isoformat)


@settings(max_examples=15, deadline=None)
@given(
    bought=st.lists(st.tuples(st.integers(0, 5), DAYS, st.integers(-500, 500)), min_size=1, max_size=30),
    tiers=st.lists(st.sampled_from(["new", "general", None]), min_size=6, max_size=6),
    kpi=st.sampled_from(["repeat_rate", "retention", "churn_rate", "aov", "new_orders", "reactivation_rate"]),
)
def test_what_all_come_to_is_what_its_groups_add_up_to(
    bought: list[tuple[int, str, int]], tiers: list[str | None], kpi: str
) -> None:
    where = ground(10, orders=orders(LONG_AGO, *bought, (9, "2026-09-30", 1)))
    groups = pa.array([tier or "rest" for tier in (*tiers, None, None, None, None)])
    found = Figures(measured(where), groups)
    for side in ("numerator", "denominator"):
        added = sum(getattr(found.of(kpi, group), side) for group in ("new", "general", "rest"))
        assert getattr(found.of(kpi, None), side) == added

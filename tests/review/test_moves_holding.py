"""Whether a change holds: what `confirm` and `grace` ask for, quarter after quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from moves_cases import UNREADABLE, by_name, compared, judged, kept, rules

from crmtool.ledger.quantities import Duration
from crmtool.review.model import Moves, Snapshot
from crmtool.review.moves.snapshots import with_holding
from crmtool.review.moves.transitions import Terms, Transitions, transitions_of
from crmtool.review.period import Period, period_named
from crmtool.rules.model import RuleSet

ANNUAL = rules("annual_value")
HIGH, POTENTIAL, STABLE, LOW = 120_000, 80_000, 30_000, 10_000
Q2, Q3, Q4, Q1 = (period_named(name) for name in ("2026Q2", "2026Q3", "2026Q4", "2027Q1"))
HELD = ("held_tier", "pending_since", "pending_reviews", "holds_until")


def asking(up: Mapping[str, str] | None = None, down: Mapping[str, str] | None = None) -> RuleSet:
    """annual_value with other transitions."""
    return replace(ANNUAL, plain={"transitions": {"upgrade": up or {}, "downgrade": down or {}}})


def reviews(
    amounts: Sequence[int | None],
    rule_set: RuleSet,
    periods: Sequence[Period | None] = (Q2, Q3, Q4, Q1),
    **also: Any,
) -> list[tuple[Any, ...]]:
    """What is held after each review of one customer whose amount is given for each period."""
    previous: Snapshot | None = None
    told = []
    for amount, period in zip(amounts, periods, strict=False):
        assert period is not None
        known = UNREADABLE if amount is None else amount
        row = {"name": "甲", "annual_amount": known, "last_order": period.last, "tenure": date(2020, 1, 1)}
        now = judged(rule_set, [{**row, **{k: v[len(told)] for k, v in also.items()}}], period.last)
        moves: Moves = compared(now, previous, rule_set, period=period)
        told.append(by_name(moves, "now", *HELD)["甲"])
        previous = replace(with_holding(now.snapshot, moves), source="history")
    return told


def test_a_downgrade_that_is_seen_once_waits_and_holds_when_it_is_seen_again() -> None:
    # annual_value: confirm 2期, grace 1季度; upgrades at once
    assert reviews([HIGH, POTENTIAL, POTENTIAL, POTENTIAL], ANNUAL) == [
        ("high_value", None, None, None, None),
        ("potential", "high_value", date(2026, 9, 30), 1, date(2026, 12, 31)),
        ("potential", None, None, None, None),
        ("potential", None, None, None, None),
    ]


def test_a_change_that_holds_from_now_on_is_said_of_who_did_not_move() -> None:
    assert Q3 is not None and Q4 is not None
    row = {"name": "甲", "tenure": date(2020, 1, 1)}
    q2, q3, q4 = (
        judged(ANNUAL, [{**row, "annual_amount": amount, "last_order": day}], day)
        for amount, day in ((HIGH, date(2026, 6, 30)), (POTENTIAL, Q3.last), (POTENTIAL, Q4.last))
    )
    reviewed = with_holding(q3.snapshot, compared(q3, q2, ANNUAL))
    told = by_name(compared(q4, reviewed, ANNUAL, period=Q4), "kind", "cause", "fields", "reason")
    assert told["甲"] == ("same", None, None, "变动已确认：高价值客户 → 潜力客户")


def test_a_change_back_ends_the_waiting_and_the_next_one_begins_anew() -> None:
    assert reviews([HIGH, POTENTIAL, HIGH, POTENTIAL], ANNUAL)[2:] == [
        ("high_value", None, None, None, None),
        ("potential", "high_value", date(2027, 3, 31), 1, date(2027, 6, 30)),
    ]


def test_going_further_down_goes_on_waiting_and_ends_in_the_lowest() -> None:
    assert reviews([HIGH, POTENTIAL, LOW], ANNUAL)[1:] == [
        ("potential", "high_value", date(2026, 9, 30), 1, date(2026, 12, 31)),
        ("low_silent", None, None, None, None),
    ]


def test_going_above_the_tier_that_holds_is_an_upgrade_from_it() -> None:
    assert reviews([POTENTIAL, STABLE, HIGH], ANNUAL)[1:] == [
        ("stable", "potential", date(2026, 9, 30), 1, date(2026, 12, 31)),
        ("high_value", None, None, None, None),
    ]


def test_an_upgrade_waits_where_the_rules_ask_for_it() -> None:
    patient = asking(up={"confirm": "3期"})
    assert reviews([STABLE, HIGH, HIGH, HIGH], patient)[1:] == [
        ("high_value", "stable", date(2026, 9, 30), 1, date(2027, 3, 31)),
        ("high_value", "stable", date(2026, 9, 30), 2, date(2027, 3, 31)),
        ("high_value", None, None, None, None),
    ]


def test_a_direction_that_turns_begins_anew() -> None:
    both = asking(up={"confirm": "2期"}, down={"confirm": "2期"})
    assert reviews([POTENTIAL, STABLE, HIGH, HIGH], both)[1:] == [
        ("stable", "potential", date(2026, 9, 30), 1, date(2026, 12, 31)),
        ("high_value", "potential", date(2026, 12, 31), 1, date(2027, 3, 31)),
        ("high_value", None, None, None, None),
    ]


def test_grace_alone_counts_from_the_first_sight_in_calendar_months() -> None:
    half = asking(down={"grace": "6个月"})
    assert reviews([HIGH, POTENTIAL, POTENTIAL, POTENTIAL], half)[1:] == [
        ("potential", "high_value", date(2026, 9, 30), 1, date(2027, 3, 30)),
        ("potential", "high_value", date(2026, 9, 30), 2, date(2027, 3, 30)),
        ("potential", None, None, None, None),
    ]


def test_without_transitions_everything_holds_at_once() -> None:
    assert reviews([HIGH, LOW], replace(ANNUAL, plain={}))[1] == ("low_silent", None, None, None, None)


def test_reviews_of_one_period_count_once() -> None:
    told = reviews([HIGH, POTENTIAL, POTENTIAL, POTENTIAL], ANNUAL, (Q2, Q3, Q3, Q4))
    waiting = ("potential", "high_value", date(2026, 9, 30), 1, date(2026, 12, 31))
    assert told[1:] == [waiting, waiting, ("potential", None, None, None, None)]


def test_a_lock_holds_at_once_and_so_does_what_follows_when_it_is_over() -> None:
    assert reviews([HIGH, HIGH, LOW], ANNUAL, lock_tier=[None, "稳定客户", None])[1:] == [
        ("stable", None, None, None, None),
        ("low_silent", None, None, None, None),
    ]


def test_equal_ranks_hold_at_once() -> None:
    abcd = replace(rules("value_potential"), plain={"transitions": {"downgrade": {"confirm": "2期"}}})
    rows = [
        {"name": "甲", "annual_amount": 200_000, "new_demand": date(2025, 1, 1), "outlook": "好"},
        {"name": "甲", "annual_amount": 50_000, "new_demand": date(2026, 9, 1), "outlook": "好"},
    ]
    assert Q3 is not None
    then, now = (
        judged(abcd, [row], day) for row, day in zip(rows, (date(2026, 6, 30), Q3.last), strict=True)
    )
    moves = compared(now, then, abcd)
    assert by_name(moves, "kind", "was", "now", *HELD)["甲"] == ("level", "b", "c", None, None, None, None)


def test_undecided_customers_wait_for_nothing() -> None:
    assert [row[:2] for row in reviews([HIGH, None, LOW], ANNUAL)] == [
        ("high_value", None),
        (None, None),
        ("low_silent", None),
    ]


def test_what_waits_is_taken_from_the_last_review_though_a_later_day_was_recorded() -> None:
    assert Q3 is not None and Q4 is not None
    days = [date(2026, 6, 30), Q3.last, date(2026, 11, 15), Q4.last]
    amounts = [HIGH, POTENTIAL, POTENTIAL, POTENTIAL]
    row = {"name": "甲", "tenure": date(2020, 1, 1)}
    told = [
        judged(ANNUAL, [{**row, "annual_amount": amount, "last_order": day}], day)
        for amount, day in zip(amounts, days, strict=True)
    ]
    waiting = compared(told[1], told[0], ANNUAL)
    reviewed = with_holding(told[1].snapshot, waiting)
    assert reviewed.frame["held_tier"].to_list() == ["high_value"]
    classified = kept(told[2])  # a classification waits for nothing
    alone = compared(told[3], classified, ANNUAL, period=Q4)
    assert by_name(alone, "kind", "was", "held_tier")["甲"] == ("same", "potential", None)
    ended = compared(told[3], classified, ANNUAL, period=Q4, last_review=reviewed)
    assert by_name(ended, "kind", *HELD)["甲"] == ("same", None, None, None, None)
    patient = asking(down={"confirm": "3期"})
    again = compared(told[3], classified, patient, period=Q4, last_review=reviewed)
    assert by_name(again, "kind", *HELD)["甲"] == (
        "same",
        "high_value",
        date(2026, 9, 30),
        2,
        date(2027, 3, 31),
    )


def test_a_month_waits_for_months() -> None:
    months = [period_named(f"2026-0{number}") for number in (1, 2, 3)]
    told = reviews([HIGH, POTENTIAL, POTENTIAL], asking(down={"confirm": "2期"}), months)
    assert told[1:] == [
        ("potential", "high_value", date(2026, 2, 28), 1, date(2026, 3, 31)),
        ("potential", None, None, None, None),
    ]


def test_terms_are_typed_and_have_defaults() -> None:
    tenth = Fraction(1, 10)
    assert transitions_of(ANNUAL) == Transitions(Terms(1, None, tenth), Terms(2, Duration(months=3), tenth))
    assert transitions_of(replace(ANNUAL, plain={})) == Transitions()
    noted = asking(up={"near": "5%"}, down={"confirm": {"text": "4期", "note": "…"}})  # type: ignore[dict-item]
    assert transitions_of(noted) == Transitions(Terms(near=Fraction(1, 20)), Terms(confirm=4))


@pytest.mark.parametrize(
    "name", ["annual_value", "annual_plan", "value_risk", "four_dimensions", "value_potential"]
)
def test_every_shipped_rule_set_says_what_a_change_asks_for(name: str) -> None:
    found = transitions_of(rules(name))
    assert found.upgrade.confirm >= 1
    assert found.downgrade.confirm >= 1

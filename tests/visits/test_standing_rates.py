"""Visit rates: which visit counts in which period, what was made of it, and what is asked of a tier."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from due_cases import common, rules, visited
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.rules.model import RuleSet
from crmtool.rules.targets import fraction
from crmtool.visits.model import PLAN_COLUMNS, frame_of
from crmtool.visits.standing.made import due_and_made
from crmtool.visits.standing.rates import rates_of, targets_of

FIRST, LAST, AS_OF = date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 15)


def plan_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame_of(
        PLAN_COLUMNS,
        {name: pa.array([row.get(name) for row in rows], kind) for name, kind in PLAN_COLUMNS.items()},
    )


def visit(
    number: str, due: str | None, status: str, planned: str | None = None, **more: Any
) -> dict[str, Any]:
    days = {"due_on": due, "planned_on": planned or due} | {k: v for k, v in more.items() if k == "done_on"}
    rest = {key: value for key, value in more.items() if key != "done_on"}
    return {
        "visit_id": f"C1-phone-{number}",
        "customer_key": "C1",
        "tier": "important",
        "owner": "张三",
        "channel": "phone",
        "status": status,
        **{key: date.fromisoformat(day) for key, day in days.items() if day},
        **rest,
    }


def made(
    rows: list[dict[str, Any]],
    records: pd.DataFrame | None = None,
    first: date = FIRST,
    last: date = LAST,
    as_of: date = AS_OF,
) -> dict[str, tuple[date | None, bool]]:
    found = due_and_made(plan_of(rows), visited() if records is None else records, first, last, as_of)
    table = pa.Table.from_pandas(found, preserve_index=False).to_pylist()
    return {row["visit_id"].removeprefix("C1-phone-"): (row["made_on"], row["is_late"]) for row in table}


def test_a_visit_counts_in_the_period_it_was_due_in_however_late_it_was_made() -> None:
    rows = [
        visit("in", "2026-03-31", "done", done_on="2026-04-10"),
        visit("before", "2025-12-31", "done", done_on="2026-01-05"),
        visit("after", "2026-04-01", "done", done_on="2026-03-30"),
    ]
    assert made(rows) == {"in": (date(2026, 4, 10), True)}


def test_a_visit_is_in_time_up_to_the_day_it_was_planned_for() -> None:
    rows = [
        visit("sat", "2026-03-07", "done", "2026-03-09", done_on="2026-03-09"),
        visit("early", "2026-03-10", "done", "2026-03-06", done_on="2026-03-10"),
        visit("late", "2026-03-10", "done", "2026-03-12", done_on="2026-03-13"),
        visit("undated", "2026-03-10", "done"),
    ]
    assert made(rows) == {
        "sat": (date(2026, 3, 9), False),
        "early": (date(2026, 3, 10), False),
        "late": (date(2026, 3, 13), True),
        "undated": (date(2026, 3, 10), False),
    }


def test_what_makes_up_for_missed_days_counts_when_it_was_planned_and_is_late() -> None:
    rows = [
        visit("202601", "2025-10-10", "done", "2026-01-05", done_on="2026-01-05", overdue_days=87),
        visit("202604", "2025-12-10", "open", "2026-04-02", overdue_days=113),
    ]
    assert made(rows) == {"202601": (date(2026, 1, 5), True)}


def test_open_agreed_and_missed_ones_are_due_once_past_and_cancelled_ones_never() -> None:
    rows = [
        visit("open", "2026-03-02", "open"),
        visit("agreed", "2026-03-02", "agreed"),
        visit("missed", "2026-03-02", "missed"),
        visit("cancelled", "2026-03-02", "cancelled"),
        visit("put-off", "2026-03-02", "agreed", "2026-04-20"),
        visit("on-the-day", "2026-03-31", "open", "2026-04-15"),
    ]
    assert list(made(rows)) == ["open", "agreed", "missed"]


def test_what_is_due_after_the_as_of_day_is_not_due_yet() -> None:
    rows = [visit("mine", "2026-03-10", "open"), visit("ahead", "2026-03-20", "open")]
    assert list(made(rows, as_of=date(2026, 3, 15))) == ["mine"]


def test_a_record_without_a_visit_id_is_the_next_visit_of_its_channel_and_month() -> None:
    rows = [
        visit("202602", "2026-02-10", "open"),
        visit("202602b", "2026-02-20", "missed"),
        visit("202603", "2026-03-10", "open"),
        visit("onsite", "2026-02-12", "open", channel="onsite"),
    ]
    records = visited(("C1", "2026-02-12", "phone"), ("C2", "2026-03-10", "phone"))
    assert made(rows, records) == {
        "202602": (date(2026, 2, 12), True),
        "202602b": (None, False),
        "202603": (None, False),
        "onsite": (None, False),
    }


def test_two_records_of_one_month_are_two_visits_and_one_of_a_day_is_one() -> None:
    rows = [
        visit("a", "2026-02-10", "open"),
        visit("b", "2026-02-20", "open"),
        visit("c", "2026-02-25", "open"),
    ]
    records = visited(
        ("C1", "2026-02-18", "phone"), ("C1", "2026-02-18", "phone"), ("C1", "2026-02-09", "phone")
    )
    assert made(rows, records) == {
        "a": (date(2026, 2, 9), False),
        "b": (date(2026, 2, 18), False),
        "c": (None, False),
    }


def test_a_record_of_a_visit_that_is_known_as_made_is_no_second_one() -> None:
    rows = [visit("a", "2026-02-10", "done", done_on="2026-02-11"), visit("b", "2026-02-20", "open")]
    records = visited(("C1", "2026-02-11", "phone"), ("C1", "2026-02-11", "phone", "done", "C1-phone-a"))
    assert made(rows, records) == {"a": (date(2026, 2, 11), True), "b": (None, False)}


def test_a_line_of_any_channel_is_answered_by_what_no_other_visit_is() -> None:
    rows = [visit("phone", "2026-02-10", "open"), visit("any", "2026-02-05", "open", channel="any")]
    records = visited(("C1", "2026-02-04", "phone"), ("C1", "2026-02-06", None))
    assert made(rows, records) == {"phone": (date(2026, 2, 4), False), "any": (date(2026, 2, 6), True)}


def test_a_visit_that_was_not_reached_or_put_off_was_not_made() -> None:
    records = visited(("C1", "2026-02-10", "phone", "unreached"), ("C1", "2026-02-11", "phone", "postponed"))
    assert made([visit("a", "2026-02-10", "open")], records) == {"a": (None, False)}


def test_targets_are_each_rule_sets_own() -> None:
    assert {tier: (t.text, float(t.goal() or 0)) for tier, t in targets_of(rules("annual_plan")).items()} == {
        "important": (">= 100%", 1.0),
        "general": (">= 90%", 0.9),
        "new": (">= 95%", 0.95),
    }
    for name in ("annual_value", "value_risk", "four_dimensions", "value_potential"):
        assert targets_of(rules(name)) == {}


def with_kpis(**kpis: list[dict[str, str]]) -> RuleSet:
    from dataclasses import replace

    return replace(rules("annual_plan"), plain={"kpis": kpis})


def test_a_target_of_all_tiers_is_that_of_each_without_its_own_and_of_all_together() -> None:
    targets = targets_of(
        with_kpis(
            all=[{"id": "visit_rate", "target": "> 80%"}], new=[{"id": "visit_rate", "target": ">= 95%"}]
        )
    )
    assert {tier: target.text for tier, target in targets.items()} == {
        "important": "> 80%",
        "general": "> 80%",
        "new": ">= 95%",
        "small": "> 80%",
        "": "> 80%",
    }
    assert [targets["general"].is_met(fraction(done, 5)) for done in (4, 5)] == [False, True]


@pytest.mark.parametrize(
    ("text", "done", "due", "is_met"),
    [
        (">= 90%", 9, 10, True),
        (">= 90%", 899, 1000, False),
        (">= 100%", 10**9 - 1, 10**9, False),  # however the rate is rounded
        ("[80%, 90%)", 9, 10, False),
        ("[80%, 90%)", 8, 10, True),
        (">= 90%", 0, 0, None),
        (">= baseline + 10pp", 1, 1, None),
    ],
)
def test_a_target_is_met_exactly_or_not_at_all(text: str, done: int, due: int, is_met: bool | None) -> None:
    target = targets_of(with_kpis(all=[{"id": "visit_rate", "target": text}]))["new"]
    assert target.is_met(fraction(done, due)) is is_met


def rates(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = due_and_made(plan_of(rows), visited(), FIRST, LAST, AS_OF)
    table = rates_of(found, rules("annual_plan"), list(common().channels))
    return pa.Table.from_pandas(table, preserve_index=False).to_pylist()


def test_where_nothing_was_due_the_rate_is_unknown_and_not_zero() -> None:
    total, *others = rates([])
    assert (total["by"], total["due"], total["done"], total["rate"]) == ("total", 0, 0, None)
    assert [(row["tier"], row["rate"], row["met"]) for row in others] == [
        ("important", None, None),
        ("general", None, None),
        ("new", None, None),
        ("small", None, None),
    ]


PLANS = st.lists(
    st.fixed_dictionaries(
        {
            "tier": st.sampled_from(["important", "general", "new", "small", None]),
            "owner": st.sampled_from(["张三", "李四", None]),
            "channel": st.sampled_from(["phone", "onsite"]),
            "status": st.sampled_from(["open", "agreed", "done", "missed", "cancelled"]),
            "due_on": st.dates(date(2025, 12, 1), date(2026, 4, 30)),
            "later": st.integers(0, 9),
            "done_after": st.integers(-5, 20),
        }
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(PLANS)
def test_rates_are_those_of_a_count_one_by_one(drawn: list[dict[str, Any]]) -> None:
    rows, counts = [], {}
    for number, each in enumerate(drawn):
        planned = each["due_on"] + timedelta(days=each["later"])
        done_on = planned + timedelta(days=each["done_after"]) if each["status"] == "done" else None
        rows.append(
            {
                **{key: each[key] for key in ("tier", "owner", "channel", "status", "due_on")},
                "visit_id": f"K{number}-x",
                "customer_key": f"K{number}",
                "planned_on": planned,
                "done_on": done_on,
            }
        )
        is_due = FIRST <= each["due_on"] <= LAST and each["status"] != "cancelled"
        if is_due and (done_on or planned < AS_OF):
            keys = [
                ("total", None, None, None),
                ("tier", each["tier"], None, None),
                ("owner", None, each["owner"], None),
                ("channel", None, None, each["channel"]),
                ("each", each["tier"], each["owner"], each["channel"]),
            ]
            for key in keys:
                due, done, late = counts.get(key, (0, 0, 0))
                is_late = done_on is not None and done_on > planned
                counts[key] = (due + 1, done + (done_on is not None), late + is_late)
    found = {(r["by"], r["tier"], r["owner"], r["channel"]): r for r in rates(rows)}
    assert {key: (r["due"], r["done"], r["late"]) for key, r in found.items() if r["due"]} == counts
    for row in found.values():
        assert row["rate"] == (row["done"] / row["due"] if row["due"] else None)
        assert row["on_time"] + row["late"] == row["done"]

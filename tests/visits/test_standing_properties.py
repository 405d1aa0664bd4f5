"""What holds of standings whatever the ledger: nobody is lost or counted twice, and the order of rows says nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from dateutil.relativedelta import relativedelta
from due_cases import basis, due, rules, visited, workdays
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.visits.standing.standings import STANDING_LABELS, Standings, standings

AS_OF = date(2026, 3, 2)
TIERS = {name: (*rules(name).cadence, None) for name in ("annual_plan", "value_risk", "annual_value")}


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]], list[tuple[str, str, str]]]:
    rule_set = draw(st.sampled_from(sorted(TIERS)))
    days = st.dates(date(2025, 1, 1), date(2026, 3, 20)).map(date.isoformat)
    rows, visits = [], []
    for number in range(draw(st.integers(0, 8))):
        rows.append(
            {
                "customer_id": f"C{number}",
                "tier": draw(st.sampled_from(TIERS[rule_set])),
                "last_contact": draw(st.none() | days),
                "first_order": draw(st.none() | days | st.just("never")),
                "last_order": draw(st.none() | days),
                "next_followup": draw(st.none() | days),
                "birthday": draw(st.none() | days),
            }
        )
        for _ in range(draw(st.integers(0, 3))):
            channel = draw(st.sampled_from(("phone", "onsite", "executive", "any")))
            visits.append((f"C{number}", draw(days), channel))
    return rule_set, rows, visits


def found_for(rule_set: str, rows: list[dict[str, Any]], visits: list[tuple[str, str, str]]) -> Standings:
    return standings(basis(rule_set, rows, visited(*visits)), AS_OF, workdays())


def rows_of(frame: Any) -> list[dict[str, Any]]:
    return pa.Table.from_pandas(frame, preserve_index=False).to_pylist()


@settings(max_examples=30, deadline=None)
@given(ledgers())
def test_everybody_has_one_standing_that_their_due_day_bears_out(ledger: Any) -> None:
    found = found_for(*ledger)
    customers = rows_of(found.customers)
    assert [row["customer"] for row in customers] == list(range(len(ledger[1])))
    for row in customers:
        assert row["standing"] in STANDING_LABELS
        is_late = row["due_on"] is not None and row["due_on"] < AS_OF
        assert row["overdue_days"] == ((AS_OF - row["due_on"]).days if is_late else None)
        if row["standing"] == "overdue":
            assert is_late
        if row["standing"] == "due":
            assert AS_OF <= row["due_on"] <= AS_OF + timedelta(days=7)
        if row["standing"] == "on_track":
            assert row["due_on"] is None or row["due_on"] > AS_OF + timedelta(days=7)
        if row["standing"] in ("no_cadence", "undecided"):
            assert row["reason"] is not None
            assert row["due_on"] is None


@settings(max_examples=30, deadline=None)
@given(ledgers())
def test_what_is_overdue_is_what_a_plan_of_today_makes_up_for(ledger: Any) -> None:
    rule_set, rows, visits = ledger
    found = found_for(*ledger)
    planned = due(basis(rule_set, rows, visited(*visits)), "2026-03-02", "2026-12-31", "2026-03-02").visits
    names = ("customer", "channel", "label", "overdue_days")
    late = {tuple(row[name] for name in names) for row in rows_of(found.overdue())}
    made_up = {tuple(r[n] for n in names) for r in rows_of(planned) if r["overdue_days"] is not None}
    assert late == made_up


@settings(max_examples=20, deadline=None)
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_the_ledger_changes_nothing(ledger: Any, random: Any) -> None:
    rule_set, rows, visits = ledger
    mixed = random.sample(rows, len(rows))

    def told(found: Standings) -> list[list[dict[str, Any]]]:
        frames = (found.lines, found.customers)
        return [
            sorted(
                ({k: v for k, v in row.items() if k != "customer"} for row in rows_of(frame)),
                key=lambda row: (row["customer_key"], str(row["channel"]), str(row["label"])),
            )
            for frame in frames
        ]

    assert told(found_for(rule_set, rows, visits)) == told(
        found_for(rule_set, mixed, random.sample(visits, len(visits)))
    )


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2024, 1, 1), AS_OF), st.dates(date(2024, 1, 1), AS_OF))
def test_calendar_months_are_counted_as_dateutil_does(called: date, visited_on: date) -> None:
    visits = [("C1", called.isoformat(), "phone"), ("C1", visited_on.isoformat(), "onsite")]
    found = found_for("annual_plan", [{"customer_id": "C1", "tier": "general"}], visits)
    expected = {"phone": called + relativedelta(months=2), "onsite": visited_on + relativedelta(months=6)}
    assert {row["channel"]: row["due_on"] for row in rows_of(found.lines)} == expected

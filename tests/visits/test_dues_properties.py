"""What holds of due visits whatever a ledger says: over made-up customers of all shipped rule sets."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
from due_cases import basis, column, due, rules, visited, workdays
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.visits.model import DUE_COLUMNS, KINDS, UNDUE_COLUMNS, Dues

RULE_SETS = ("annual_plan", "annual_value", "value_risk", "four_dimensions", "value_potential")
BIRTHDAYS = (None, "1990-02-29", "12月31日", "01-02", "农历腊月三十", "农历正月初一", "10-05")
RHYTHMS = (None, None, None, "每两周1次", "每2个月电话1次", "每季度1次上门", "10天", "每周2次", "看情况")
EPOCH = date(2025, 6, 1)


def days(least: int = -400, most: int = 0) -> st.SearchStrategy[str]:
    """Return days around June 2025 to June 2026, as texts."""
    return st.integers(least, most).map(lambda n: (EPOCH + timedelta(days=365 + n)).isoformat())


def people(tiers: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Return customers: known and unknown days, agreements, birthdays, rhythms of their own, or nothing at all."""
    maybe = st.one_of(st.none(), days())
    return st.fixed_dictionaries(
        {
            "tier": st.sampled_from((*tiers, *tiers, None)),
            "name": st.sampled_from(("甲", "乙", "丙")),
            "phone": st.integers(100, 999).map(str),
            "last_contact": maybe,
            "last_order": maybe,
            "first_order": st.one_of(st.none(), days(), days(), st.just("never")),
            "next_followup": st.one_of(st.none(), st.none(), days(-30, 120)),
            "birthday": st.sampled_from(BIRTHDAYS),
            "visit_interval": st.sampled_from(RHYTHMS),
        }
    )


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]], list[tuple[Any, ...]]]:
    """Return a rule set, customers with an id each or with a name alone, and visits on record."""
    name = draw(st.sampled_from(RULE_SETS))
    rows = draw(st.lists(people(tuple(rules(name).tiers)), min_size=1, max_size=8))
    for number, row in enumerate(rows):
        if draw(st.booleans()):
            row["customer_id"] = f"C{number}"
    ids = [row["customer_id"] for row in rows if "customer_id" in row]
    channels = st.sampled_from(("phone", "onsite", "executive", "survey", None))
    records = st.lists(st.tuples(st.sampled_from(ids), days(), channels), max_size=6) if ids else st.just([])
    return name, rows, draw(records)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return first, last and as-of day of a plan within 2026."""
    first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 200)))
    last = first + timedelta(days=draw(st.integers(0, 120)))
    as_of = first + timedelta(days=draw(st.integers(-60, 40)))
    return first.isoformat(), last.isoformat(), as_of.isoformat()


def told(found: Dues) -> list[tuple[Any, ...]]:
    """Return all that is said of the due visits but where their customers stand, in a fixed order."""
    names = [name for name in DUE_COLUMNS if name != "customer"]
    columns = [pa.array(found.visits[name]).to_pylist() for name in names]
    undue = [pa.array(found.undue[name]).to_pylist() for name in ("customer_key", "reason")]
    return [*sorted(zip(*columns, strict=True), key=repr), *sorted(zip(*undue, strict=True))]


def types_of(columns: Any) -> dict[str, str]:
    """Return how the types of a frame's columns are written."""
    return {name: str(pd.ArrowDtype(kind)) for name, kind in columns.items()}


@settings(max_examples=30)
@given(ledgers(), spans(), st.randoms(use_true_random=False))
def test_shuffling_the_ledger_changes_no_visit(
    ledger: tuple[str, list[dict[str, Any]], list[tuple[Any, ...]]],
    span: tuple[str, str, str],
    chance: random.Random,
) -> None:
    name, rows, records = ledger
    shuffled, mixed = rows.copy(), records.copy()
    chance.shuffle(shuffled)
    chance.shuffle(mixed)
    before = due(basis(name, rows, visited(*records)), *span)
    after = due(basis(name, shuffled, visited(*mixed)), *span)
    assert told(after) == told(before)
    assert after.quiet == before.quiet


@settings(max_examples=30)
@given(ledgers(), spans())
def test_every_visit_has_an_id_of_its_own_and_a_window_of_working_days(
    ledger: tuple[str, list[dict[str, Any]], list[tuple[Any, ...]]], span: tuple[str, str, str]
) -> None:
    name, rows, records = ledger
    first, last, as_of = (date.fromisoformat(text) for text in span)
    found = due(basis(name, rows, visited(*records)), *span)
    assert dict(found.visits.dtypes.astype(str)) == types_of(DUE_COLUMNS)
    assert dict(found.undue.dtypes.astype(str)) == types_of(UNDUE_COLUMNS)
    assert found.visits["visit_id"].is_unique
    start = max(first, as_of)
    has_workday = any(
        workdays().is_workday(start + timedelta(days=n)) for n in range((last - start).days + 1)
    )
    for visit in found.visits.astype(object).to_dict("records"):
        assert visit["kind"] in KINDS
        window = [visit[each] for each in ("earliest", "preferred", "latest")]
        if visit["kind"] == "agreed":
            assert window == [visit["due_on"]] * 3
            assert start <= visit["due_on"] <= last
            continue
        if not has_workday:
            assert all(pd.isna(cell) for cell in window)
            continue
        assert start <= window[0] <= window[1] <= window[2] <= last
        assert all(workdays().is_workday(each) for each in window)


@settings(max_examples=30)
@given(ledgers(), spans())
def test_what_is_overdue_is_older_than_today_and_nothing_else_is(
    ledger: tuple[str, list[dict[str, Any]], list[tuple[Any, ...]]], span: tuple[str, str, str]
) -> None:
    name, rows, records = ledger
    as_of = date.fromisoformat(span[2])
    found = due(basis(name, rows, visited(*records)), *span)
    on, ages, kinds = (column(found, each) for each in ("due_on", "overdue_days", "kind"))
    for key, age in ages.items():
        due_on = date.fromisoformat(on[key])
        assert (age is not None) == (due_on < as_of), key
        if age is not None:
            # Of a step the age is that of the oldest one missed.
            assert age == (as_of - due_on).days or (
                kinds[key] in ("step", "every") and age > (as_of - due_on).days
            )


@settings(max_examples=30)
@given(ledgers(), spans())
def test_no_customer_is_lost(
    ledger: tuple[str, list[dict[str, Any]], list[tuple[Any, ...]]], span: tuple[str, str, str]
) -> None:
    name, rows, records = ledger
    found = due(basis(name, rows, visited(*records)), *span)
    visited_ones = set(found.visits["customer"].tolist())
    undue = found.undue["customer"].tolist()
    assert visited_ones | set(undue) <= set(range(len(rows)))
    assert not visited_ones & set(undue)
    assert len(undue) == len(set(undue))
    assert len(visited_ones) + len(undue) + found.quiet == len(rows)
    # Whoever is in no tier and agreed on nothing is told, whatever else is known.
    for place, row in enumerate(rows):
        if row["tier"] is None and row["next_followup"] is None:
            assert place in undue


@settings(max_examples=30)
@given(ledgers(), st.integers(0, 150), st.integers(0, 100), st.integers(1, 100))
def test_a_plan_that_knows_of_no_other_one_plans_again_what_is_due_before_it_and_loses_nothing(
    ledger: tuple[str, list[dict[str, Any]], list[tuple[Any, ...]]], offset: int, until: int, rest: int
) -> None:
    name, rows, records = ledger
    first = date(2026, 1, 1) + timedelta(days=offset)
    middle, last = first + timedelta(days=until), first + timedelta(days=until + rest)
    for row in rows:
        row["first_order"] = (
            row["first_order"] or "2026-01-01"
        )  # one that is not known is counted from the start
    what = basis(name, rows, visited(*records))
    as_of = first.isoformat()
    whole = column(due(what, as_of, last.isoformat(), as_of), "overdue_days")
    before = column(due(what, as_of, middle.isoformat(), as_of), "overdue_days")
    after = column(
        due(what, (middle + timedelta(days=1)).isoformat(), last.isoformat(), as_of), "overdue_days"
    )
    lines_overdue = {key.rsplit("-", 1)[0] for key, age in whole.items() if age is not None}
    whole, before, after = (
        {key for key in keys if key.rsplit("-", 1)[0] not in lines_overdue} for keys in (whole, before, after)
    )
    # The second plan knows nothing of the first: what that holds comes once more, in the first period of the second,
    # and the line goes on from there.
    passed_over = {key.rsplit("-", 1)[0] for key in before}
    assert before <= whole
    assert {key for key in after if key.rsplit("-", 1)[0] not in passed_over} == {
        key for key in whole - before if key.rsplit("-", 1)[0] not in passed_over
    }
    lines_after = {key.rsplit("-", 1)[0] for key in after}
    assert {key.rsplit("-", 1)[0] for key in whole - before} <= lines_after
    # A step of a ladder is one visit whichever plan it is in; any other visit has its own period.
    assert [key for key in before & after if key[-1] not in "wm"] == []


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.one_of(st.none(), days()), st.one_of(st.none(), days())), min_size=1, max_size=6),
    st.integers(0, 364),
    st.integers(1, 14),
)
def test_once_a_month_gives_each_whole_month_exactly_one(
    anchors: list[tuple[str | None, str | None]], offset: int, months: int
) -> None:
    rows = [
        {"customer_id": f"C{n}", "tier": "lv_risk", "last_contact": contact, "last_order": order}
        for n, (contact, order) in enumerate(anchors)
    ]
    start = date(2026, 1, 1) + timedelta(days=offset)
    last = min(date(2026 + (months + 11) // 12, 1, 1), date(2027, 6, 1)) - timedelta(days=1)
    found = due(basis("value_risk", rows), start.isoformat(), last.isoformat(), start.isoformat())
    in_month = Counter((key[: key.index("-")], day[:7]) for key, day in column(found, "preferred").items())
    by_id = Counter((key[: key.index("-")], f"{key[-6:-2]}-{key[-2:]}") for key in column(found, "due_on"))
    whole = {f"{year}-{month:02}" for year in (2026, 2027) for month in range(1, 13)}
    whole = {month for month in whole if start.isoformat() <= f"{month}-01" and month <= last.isoformat()[:7]}
    for row in rows:
        # A contact on the plan's first day itself is that month's.
        had = (
            {start.isoformat()[:7]}
            if start.isoformat() in (row["last_contact"], row["last_order"])
            else set()
        )
        for month in whole - had:
            assert in_month[row["customer_id"], month] == 1
            assert by_id[row["customer_id"], month] == 1
    assert max(in_month.values(), default=1) == 1

"""From month to month: whatever people fill in, what was done, agreed or settled stays, nobody is lost, nothing is told twice.

The commands' jobs run as a small team would run them (`year_of_visits`); what must hold is counted here in plain Python.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from year_of_visits import MONTHLY, TIERS, Row, Setting, Team, plain, rows_of

from crmtool.jobs.plan import PlanOutcome
from crmtool.jobs.plans import making
from crmtool.visits.model import Dues

SETTLED = ("done", "cancelled", "missed")
LIVE = ("open", "agreed")


@dataclass
class Seen:
    """What was due in the plan that was made last, as the planner was told."""

    dues: Dues | None = None


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    told, real = Seen(), making.dues

    def remembered(*arguments: object) -> Dues:
        told.dues = real(*arguments)  # type: ignore[arg-type]
        return told.dues

    monkeypatch.setattr(making, "dues", remembered)
    return told


# What must hold, step by step -----------------------------------------------------------------------------


def standing(team: Team) -> dict[str, tuple[str, date | None]]:
    """Return what the reports make of each visit: done on a day, cancelled, or put off to a day since the last plan."""
    found: dict[str, tuple[str, date | None]] = {}
    by_visit: dict[str, list[Row]] = {}
    for report in team.reports:
        if report["visit_id"]:
            by_visit.setdefault(report["visit_id"], []).append(report)
    for visit, reports in by_visit.items():
        done = [each["day"] for each in reports if each["outcome"] == "done"]
        later = [
            each["next"]
            for each in reports
            if each["outcome"] == "postponed" and each["next"] and each["sheets"] == len(team.sheets)
        ]
        if done:
            found[visit] = ("done", max(done))
        elif any(each["outcome"] == "cancelled" for each in reports):
            found[visit] = ("cancelled", None)
        elif later:
            found[visit] = ("put off", max(later))
    return found


def after(row: Row, told: dict[str, tuple[str, date | None]], as_of: date) -> tuple[str, date | None]:
    """Return status and day of a planned visit once the reports since are counted: made on, or planned for, that day.

    A visit is put off to a day after the one it is planned for, or to an earlier one that is still to come.
    """
    status, day = told.get(row["visit_id"], (row["status"], row["planned_on"]))
    if status == "done":
        return "done", day or row["done_on"]
    if status == "put off":
        assert day is not None
        is_later = day > row["planned_on"]
        counts = (
            is_later if row["status"] == "agreed" else row["status"] == "open" and (is_later or day >= as_of)
        )
        return ("agreed", day) if counts else (row["status"], row["planned_on"])
    return status, row["planned_on"]


def whole(made: PlanOutcome) -> dict[str, Row]:
    """Return all visits of a plan with a day, and those beyond its span, by id: each stands once."""
    rows = [*rows_of(made.plan.visits), *rows_of(made.plan.beyond)]
    assert not [visit for visit, count in Counter(row["visit_id"] for row in rows).items() if count > 1]
    return {row["visit_id"]: row for row in rows}


def check_what_stays(team: Team, before: dict[str, Row], made: PlanOutcome) -> None:
    """What was done, called off, given up or agreed stands as it stood; only the plan's own open visits move or go."""
    now, told, today = whole(made), standing(team), team.today
    unplaced = {row["visit_id"] for row in rows_of(made.plan.unplaced)}
    dropped = {row["visit_id"] for row in rows_of(made.plan.changes) if row["change"] == "dropped"}
    first = made.plan.first
    for visit, row in before.items():
        if not team.setting.has_history and row["planned_on"] < first and visit not in now:
            continue  # a plan's workbook holds the days of that plan alone
        status, day = after(row, told, today)
        if status == "done":
            assert (now[visit]["status"], now[visit]["done_on"]) == ("done", day), visit
            assert now[visit]["planned_on"] == row["planned_on"] or visit in told, visit
        elif status == "cancelled" or (status == "missed" and visit in now):
            # One that was given up for an appointment that came to nothing may be due once more.
            assert now[visit]["status"] == status or (status, now[visit]["status"]) == ("missed", "open"), (
                visit
            )
        elif status == "agreed" and day >= today:
            # The ledger may name another day than it did.
            is_as_it_was = visit not in told and row["planned_on"] == row["due_on"]
            is_of_ledger = row["kind"] == "agreed" and is_as_it_was
            assert is_of_ledger or (now[visit]["status"], now[visit]["planned_on"]) == ("agreed", day), visit
        elif visit not in now and visit not in unplaced:
            assert visit in dropped, visit
            assert row["status"] in LIVE, visit
            assert row["planned_on"] >= today, visit
    for visit, (status, _) in told.items():
        if status in ("done", "cancelled"):
            assert visit not in unplaced
            assert now.get(visit, {"status": status})["status"] == status


def check_days(made: PlanOutcome, today: date) -> None:
    """No open visit is on a day off or in the past."""
    for row in rows_of(made.plan.visits):
        if row["status"] == "open":
            assert chinese_calendar.is_workday(row["planned_on"]), row
            assert row["planned_on"] >= today, row


def _over(loads: Counter[object], fixed: Counter[object], cap: int) -> list[object]:
    """Return what is over a cap by more than what stood there already."""
    return [key for key, count in loads.items() if count > max(cap, fixed[key])]


def check_caps(team: Team, made: PlanOutcome) -> None:
    """Nobody has more on a day or in a week than they can do, but for what was agreed or done there."""
    caps = dict(team.setting.caps)
    loads: dict[str, Counter[object]] = {}
    fixed: dict[str, Counter[object]] = {}
    for row in whole(made).values():
        is_done = row["status"] == "done"
        day = (row["done_on"] or row["planned_on"]) if is_done else row["planned_on"]
        if row["status"] in ("cancelled", "missed") or day < team.today:
            continue
        for cap in caps:
            if cap not in ("day", "week") and row["channel"] != cap:
                continue
            key = (row["owner"], day.isocalendar()[:2] if cap == "week" else day)
            loads.setdefault(cap, Counter())[key] += 1
            is_outside = not made.plan.first <= row["planned_on"] <= made.plan.last
            fixed.setdefault(cap, Counter())[key] += row["status"] != "open" or is_outside
    for cap, most in caps.items():
        # Nobody's visits are nobody's load.
        over = _over(loads.get(cap, Counter()), fixed.get(cap, Counter()), most)
        assert [key for key in over if key[0] is not None] == [], cap  # type: ignore[index]


def check_nobody_lost(team: Team, made: PlanOutcome, dues: Dues) -> None:
    """What is due has a day or is among the unplaced, once; every customer is visited, quiet, or said not to be."""
    now = whole(made)
    unplaced = {row["visit_id"]: row for row in rows_of(made.plan.unplaced)}
    assert not now.keys() & unplaced.keys()
    assert all(row["reason"] in ("cap", "no-workday") for row in unplaced.values())
    due = rows_of(dues.visits)
    agreed = {(row["customer_key"], row["planned_on"]) for row in now.values() if row["status"] == "agreed"}
    for row in due:
        is_same = row["kind"] == "agreed" and (row["customer_key"], row["due_on"]) in agreed
        assert row["visit_id"] in now or row["visit_id"] in unplaced or is_same, row
    done = {visit for visit, (status, _) in standing(team).items() if status == "done"}
    assert not done & {row["visit_id"] for row in due}, "a visit that was made is due again"
    customers = {row["customer_key"] for row in due} | {row["customer_key"] for row in rows_of(dues.undue)}
    assert len(customers) + dues.quiet == len(team.tiers)
    assert {row["customer_key"] for row in rows_of(made.plan.undue)} == {
        row["customer_key"] for row in rows_of(dues.undue)
    }
    # Who has no tier, and nothing that was agreed on, is told; some silent ones have come to a tier since.
    tiers = made.assessment.decisions.frame["tier"].isna().tolist()
    numbers = made.assessment.read.ledger.customers.frame["customer_id"].tolist()
    assert {number for number, is_unknown in zip(numbers, tiers, strict=True) if is_unknown} <= {
        row["customer_key"] for row in rows_of(made.plan.undue) if row["reason"] == "undecided"
    } | {row["customer_key"] for row in due}


def check_every_month(team: Team, made: PlanOutcome) -> None:
    """Whoever is visited once a month has one visit of that line in each month to come."""
    ids = {row["visit_id"] for row in [*whole(made).values(), *rows_of(made.plan.unplaced)]}
    told = [(each["customer"], each["next"]) for each in team.reports]
    told += [(key, row["下次跟进时间"]) for key, row in team.customers().items()]
    waits = {customer for customer, day in told if day is not None and day >= team.today}
    # A report that says when to call again counts, also where what it was about is settled since.
    month = (team.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    while month <= made.plan.last:
        for customer, tier in team.tiers.items():
            channel = MONTHLY.get((team.setting.rules, tier or ""))
            if channel and customer not in waits:
                assert f"{customer}-{channel}-{month:%Y%m}" in ids, (customer, month)
        month = (month + timedelta(days=32)).replace(day=1)


def check_handed(team: Team, made: PlanOutcome, rows: list[Row]) -> None:
    """What is handed out are the plan's open and agreed visits up to the month's end, with their days."""
    end = (team.today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    visits = (
        whole(made) if team.setting.has_history else {r["visit_id"]: r for r in rows_of(made.plan.visits)}
    )
    expected = {
        visit: row["planned_on"]
        for visit, row in visits.items()
        if row["status"] in LIVE and row["planned_on"] <= end
    }
    assert {row["回访编号"]: row["计划日期"] for row in rows} == expected
    assert len(rows) == len(expected)


def check_collected(team: Team, before: dict[str, Row], new: Iterable[str | None], as_of: date) -> None:
    """Collecting changes what was reported, and nothing else, and keeps every report."""
    visits, reports = team.recorded()
    now = {row["visit_id"]: row for row in visits}
    told, fresh = standing(team), set(new)
    assert now.keys() == before.keys()
    for visit, row in before.items():
        was, became = ((each["status"], each["planned_on"], each["done_on"]) for each in (row, now[visit]))
        if visit not in fresh:
            assert became == was, visit
            continue
        status, day = after(row, told, as_of)
        assert (became[0], became[2] if status == "done" else became[1]) == (status, day), visit
    known = Counter((each["visit_id"], each["outcome"], each["done_on"]) for each in reports)
    assert known == Counter((each["visit_id"], each["outcome"], each["day"]) for each in team.reports)


def independent_rates(team: Team, visits: Iterable[Row], as_of: date) -> dict[str | None, tuple[int, int]]:
    """Return due and made by owner, and of all (""), counted visit by visit for the year up to a day."""
    told = standing(team)
    visits = list(visits)
    known = {row["visit_id"] for row in visits}
    done = [each for each in team.reports if each["outcome"] == "done" and each["visit_id"] not in known]
    loose = sorted(((each["customer"], each.get("channel"), each["day"]) for each in done), key=str)
    rows = []
    for row in visits:
        status, day = after(row, told, as_of)
        planned = day if status == "agreed" else row["planned_on"]
        counted = planned if row["overdue_days"] is not None else row["due_on"] or planned
        made = (day or planned) if status == "done" else None
        rows.append({"row": row, "status": status, "planned": planned, "counted": counted, "made": made})
    made_days = {(each["row"]["customer_key"], each["made"]) for each in rows if each["made"]}
    loose = [each for each in dict.fromkeys(loose) if (each[0], each[2]) not in made_days]
    for is_any in (False, True):
        for customer, channel, day in list(loose):
            for each in sorted(rows, key=lambda each: (each["counted"], each["row"]["visit_id"])):
                row = each["row"]
                fits = row["channel"] == "any" if is_any else row["channel"] == channel
                same = row["customer_key"] == customer and (each["counted"].year, each["counted"].month) == (
                    day.year,
                    day.month,
                )
                if fits and same and each["made"] is None and each["status"] not in ("done", "cancelled"):
                    each["made"] = day
                    loose.remove((customer, channel, day))
                    break
    found: dict[str | None, tuple[int, int]] = {}
    for each in rows:
        is_due = date(as_of.year, 1, 1) <= each["counted"] <= as_of
        counts = each["made"] is not None or (each["planned"] < as_of and each["status"] != "cancelled")
        if is_due and counts:
            for key in ("", each["row"]["owner"]):
                due, done = found.get(key, (0, 0))
                found[key] = (due + 1, done + (each["made"] is not None))
    return found


def check_status(team: Team, made: PlanOutcome, as_of: date) -> None:
    """The rates are those of a count by hand, and every customer has one standing."""
    outcome = team.status(as_of)
    visits = whole(made).values() if team.setting.has_history else rows_of(made.plan.visits)
    expected = independent_rates(team, visits, as_of)
    assert outcome.status.rates is not None
    rates = rows_of(outcome.status.rates)
    (total,) = [row for row in rows if row["by"] == "total"] if (rows := rates) else [{}]
    assert (total["due"], total["done"]) == expected.get("", (0, 0))
    owners = {row["owner"]: (row["due"], row["done"]) for row in rates if row["by"] == "owner"}
    assert owners == {key: figures for key, figures in expected.items() if key != ""}
    customers = rows_of(outcome.status.found.customers)
    assert sorted(row["customer_key"] for row in customers) == sorted(team.tiers)


def check_order(team: Team, made: PlanOutcome, folder: Path) -> None:
    """The same ledger in another order gives the same plan."""
    if team.setting.has_history:
        # The plan that is recorded would be the earlier one: the other team plans from the same history.
        before = made.plan
    other = team.shuffled_into(folder)
    again = other.plan_again()
    assert plain(rows_of(again.plan.visits)) == plain(
        rows_of(before.visits if team.setting.has_history else made.plan.visits)
    )
    assert plain(rows_of(again.plan.unplaced)) == plain(rows_of(made.plan.unplaced))
    shutil.rmtree(folder)


# The loop ---------------------------------------------------------------------------------------------------


def live(team: Team, seen: Seen, rounds: int) -> None:
    """Let a team work for some rounds, each 12 to 45 days after the one before, and hold what must hold."""
    before: dict[str, Row] = {}
    for turn in range(rounds):
        until = team.today + timedelta(days=team.dice.randint(12, 45))
        if until.year > team.today.year:
            break
        made = team.plan()
        dues = seen.dues
        assert dues is not None
        check_what_stays(team, before, made)
        check_days(made, team.today)
        check_caps(team, made)
        check_nobody_lost(team, made, dues)
        check_every_month(team, made)
        check_same_again(team, made)
        if turn == 1:
            check_order(team, made, team.folder.with_name("shuffled"))
        before = whole(made)
        if team.setting.has_history:
            assert {row["visit_id"] for row in team.recorded()[0]} == before.keys()
        team.hand_out()
        check_handed(team, made, team.handed_rows())
        team.fill_in(until)
        collected = team.collect(until)
        assert not len(collected.collected.conflicts)
        team.learn(collected)
        if team.setting.has_history:
            fresh = [row["visit_id"] for row in rows_of(collected.collected.reports)]
            check_collected(team, before, fresh, until)
        files = team.bytes_of_all()
        again = team.collect(until)
        assert not len(again.collected.reports)
        assert not len(again.collected.conflicts)
        assert again.updated is None or again.updated.is_current
        assert team.bytes_of_all() == files
        check_status(team, made, until)
        team.today = until


def check_same_again(team: Team, made: PlanOutcome) -> None:
    files = team.bytes_of_all()
    again = team.plan_again()
    assert again.written.is_current == team.setting.has_history
    assert team.bytes_of_all() == files
    assert plain(rows_of(again.plan.visits)) == plain(rows_of(made.plan.visits))


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("rules", TIERS)
def test_some_months_of_a_team(tmp_path: Path, seen: Seen, rules: str, seed: int) -> None:
    live(Team(tmp_path / "team", Setting.of(seed, rules)), seen, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 103))
@pytest.mark.parametrize("rules", TIERS)
def test_most_of_a_year_of_a_team(tmp_path: Path, seen: Seen, rules: str, seed: int) -> None:
    live(Team(tmp_path / "team", Setting.of(seed, rules)), seen, 9)

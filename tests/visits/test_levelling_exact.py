"""Levelling finds what an independent exact solver (HiGHS) finds, on small random cases of every kind."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pytest
from _pytest.mark import ParameterSet
from levelling_cases import Best, Visit, best, dues_of, january, loads_of, previous_of

from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.levelling import Levelled, fits, level
from crmtool.visits.model import Caps

WEEKDAYS = Workdays.of_weeks(date(2026, 1, 1), date(2026, 2, 4))
#: Five weeks, the fourth of them a holiday: Friday 16 and Monday 26 January are neighbours ten days apart.
FIVE_WEEKS = Workdays(
    WEEKDAYS.first,
    WEEKDAYS.is_worked & ~np.isin(np.arange(1, 36), np.arange(19, 24)),
    WEEKDAYS.is_published,
)
WORKED = [day for day in range(1, 36) if FIVE_WEEKS.is_worked[day - 1]]
CHANNELS = ["phone", "onsite", "video"]
OWNERS = ["张三", "李四", None]
Loads = Sequence[tuple[str | None, int, str, int]]


def seeds(quick: int, all_: int) -> list[ParameterSet]:
    """Return the seeds of made-up cases; those from `quick` on are tried where the slow tests run."""
    slow = pytest.mark.slow
    return [pytest.param(seed, marks=() if seed < quick else slow) for seed in range(all_)]


def made_up(seed: int) -> tuple[list[Visit], Caps, Loads, dict[str, int]]:
    """Return visits that are in one another's way, some caps, some settled visits, and some of an earlier plan."""
    chance = random.Random(seed)
    stretch = chance.choice([WORKED, WORKED[:8], WORKED[3:15]])
    visits = []
    for number in range(chance.randint(1, 20)):
        earliest, preferred, latest = sorted(chance.choices(stretch, k=3))
        if chance.random() < 0.3:
            earliest = preferred  # overdue: later only
        if visits and chance.random() < 0.3:
            alike = chance.choice(visits)
            earliest, latest, preferred = (
                alike.earliest,
                alike.latest,
                chance.choice([alike.earliest, alike.latest]),
            )
        visits.append(
            Visit(
                f"v{number:02}",
                earliest,
                preferred,
                latest,
                chance.randint(0, 4),
                chance.choice(CHANNELS),
                chance.choice(OWNERS[: chance.choice([1, 1, 3])]),
                "agreed" if chance.random() < 0.1 else "every",
            )
        )
    caps = Caps(
        chance.choice([None, 1, 1, 2, 3]),
        chance.choice([None, None, 2, 3, 4]),
        {channel: 1 for channel in CHANNELS[:2] if chance.random() < 0.3},
    )
    loads = [
        (chance.choice(OWNERS), chance.randint(1, 35), chance.choice(CHANNELS), chance.randint(1, 2))
        for _ in range(chance.choice([0, 0, 3]))
    ]
    earlier = {v.name: chance.choice(WORKED) for v in visits if chance.random() < chance.choice([0, 0.7])}
    return visits, caps if caps.is_set else Caps(day=1), loads, earlier


def outcome(visits: Sequence[Visit], levelled: Levelled, earlier: Mapping[str, int]) -> Best:
    """Return what a plan comes to, in the solver's words."""
    planned = dict(zip([v.name for v in visits], levelled.days["planned_on"].tolist(), strict=True))
    placed = {v: planned[v.name] for v in visits if v.kind != "agreed" and isinstance(planned[v.name], date)}
    kept = sum(v.name in earlier and january(earlier[v.name]) == day for v, day in placed.items())
    off = sum(abs((day - january(v.preferred)).days) for v, day in placed.items())
    return Best(frozenset(v.name for v in placed), kept, off)


def exceeded(visits: Sequence[Visit], levelled: Levelled, caps: Caps, loads: Loads) -> list[object]:
    """Return the days, weeks and channels of a day on which a visit was put though the cap was exceeded."""
    settled = Counter[object]()
    put = Counter[object]()

    def count(into: Counter[object], owner: str | None, day: date, channel: str, number: int) -> None:
        into[owner, day] += number
        into[owner, day, channel] += number
        into[owner, day.isocalendar()[:2], "week"] += number

    for owner, number, channel, many in loads:
        count(settled, owner, january(number), channel, many)
    for v, day in zip(visits, levelled.days["planned_on"].tolist(), strict=True):
        if isinstance(day, date):
            count(settled if v.kind == "agreed" else put, v.owner, day, v.channel, 1)
    limits: dict[object, int | None] = {}
    for key in put:
        assert isinstance(key, tuple)
        limits[key] = (
            caps.day if len(key) == 2 else caps.week if key[2] == "week" else caps.channels.get(key[2])
        )
    return [key for key, cap in limits.items() if cap is not None and put[key] + settled[key] > cap]


@pytest.mark.parametrize("seed", seeds(60, 320))
def test_the_plan_is_the_best_that_an_exact_solver_finds(seed: int) -> None:
    visits, caps, loads, earlier = made_up(seed)
    levelled = level(dues_of(visits), FIVE_WEEKS, caps, loads=loads_of(loads), previous=previous_of(earlier))
    assert outcome(visits, levelled, earlier) == best(visits, FIVE_WEEKS, caps, loads, earlier)
    assert exceeded(visits, levelled, caps, loads) == []


@pytest.mark.parametrize("seed", seeds(30, 100))
def test_whether_all_find_room_is_known_without_a_plan(seed: int) -> None:
    visits, caps, loads, _ = made_up(seed)
    levelled = level(dues_of(visits), FIVE_WEEKS, caps, loads=loads_of(loads))
    everybody = bool(levelled.days["planned_on"].notna().all())
    assert fits(dues_of(visits), FIVE_WEEKS, caps, loads=loads_of(loads)) is everybody


@pytest.mark.parametrize("seed", seeds(20, 60))
def test_the_order_of_rows_and_other_people_change_nobodys_day(seed: int) -> None:
    visits, caps, loads, earlier = made_up(seed)
    shuffled = random.Random(seed).sample(visits, len(visits))
    stranger = [Visit(f"w{n}", 5, 5, 8, owner="王五") for n in range(9)]

    def days(order: Sequence[Visit]) -> dict[str, object]:
        levelled = level(
            dues_of(order), FIVE_WEEKS, caps, loads=loads_of(loads), previous=previous_of(earlier)
        )
        return dict(zip([v.name for v in order], levelled.days["planned_on"].astype(str), strict=True))

    assert days(shuffled) == days(visits)
    assert days(visits).items() <= days([*stranger, *visits]).items()


@pytest.mark.parametrize("seed", seeds(20, 60))
def test_a_plan_made_anew_from_itself_stays_as_it_is(seed: int) -> None:
    visits, caps, loads, _ = made_up(seed)
    dues, settled = dues_of(visits), loads_of(loads)
    once = level(dues, FIVE_WEEKS, caps, loads=settled)
    plan = dues[["visit_id"]].assign(planned_on=once.days["planned_on"])
    again = level(dues, FIVE_WEEKS, caps, loads=settled, previous=plan)
    assert again.days["planned_on"].equals(once.days["planned_on"])

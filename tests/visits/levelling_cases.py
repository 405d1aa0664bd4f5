"""Small frames of due visits, and an independent exact solver (HiGHS) for which of them get which day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.optimize import Bounds, LinearConstraint, milp

from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.model import DUE_COLUMNS, Caps, frame_of

LOADS = {"owner": pa.string(), "day": pa.date32(), "channel": pa.string(), "count": pa.int64()}
PREVIOUS = {"visit_id": pa.string(), "planned_on": pa.date32()}


@dataclass(frozen=True)
class Visit:
    """A due visit: its window, given as days of January 2026."""

    name: str
    earliest: int
    preferred: int
    latest: int
    urgency: int = 0
    channel: str = "phone"
    owner: str | None = "张三"
    kind: str = "every"


def january(day: int) -> date:
    """Return a day counted from 1 January 2026, a Thursday; 32 is 1 February."""
    return date(2026, 1, 1) + timedelta(days=day - 1)


def dues_of(visits: Sequence[Visit]) -> pd.DataFrame:
    """Return the frame of these visits."""
    cells = {
        "visit_id": [visit.name for visit in visits],
        "channel": [visit.channel for visit in visits],
        "owner": [visit.owner for visit in visits],
        "kind": [visit.kind for visit in visits],
        "earliest": [january(visit.earliest) for visit in visits],
        "preferred": [january(visit.preferred) for visit in visits],
        "latest": [january(visit.latest) for visit in visits],
        "urgency": [visit.urgency for visit in visits],
    }
    return frame_of(DUE_COLUMNS, {name: pa.array(cells[name], DUE_COLUMNS[name]) for name in cells})


def loads_of(loads: Sequence[tuple[str | None, int, str, int]]) -> pd.DataFrame:
    """Return the frame of settled visits: owner, day of January, channel, number."""
    columns = list(zip(*loads, strict=True)) or [(), (), (), ()]
    owner, day, channel, count = columns
    return frame_of(
        LOADS,
        {
            "owner": pa.array(owner, pa.string()),
            "day": pa.array([january(each) for each in day], pa.date32()),
            "channel": pa.array(channel, pa.string()),
            "count": pa.array(count, pa.int64()),
        },
    )


def previous_of(days: Mapping[str, int]) -> pd.DataFrame:
    """Return the frame of an earlier plan: visit to day of January."""
    return frame_of(
        PREVIOUS,
        {
            "visit_id": pa.array(list(days), pa.string()),
            "planned_on": pa.array([january(day) for day in days.values()], pa.date32()),
        },
    )


@dataclass(frozen=True)
class Best:
    """What an exact solver finds: who is placed, how many keep their earlier day, how many calendar days off."""

    placed: frozenset[str]
    kept: int
    off: int


def best(
    visits: Sequence[Visit],
    workdays: Workdays,
    caps: Caps,
    loads: Sequence[tuple[str | None, int, str, int]],
    previous: Mapping[str, int],
) -> Best:
    """Solve the same question with HiGHS, one aim after another. At most 20 visits, so that 2 ** n is exact."""
    worked = [number for number in range(1, len(workdays.is_worked) + 1) if workdays.is_worked[number - 1]]
    movable = [visit for visit in visits if visit.kind != "agreed"]
    loads = [*loads, *((v.owner, v.preferred, v.channel, 1) for v in visits if v.kind == "agreed")]
    arcs = [(v, day) for v in movable for day in worked if v.earliest <= day <= v.latest]
    if not arcs:
        return Best(frozenset(), 0, 0)
    rows, bounds = _limits(arcs, caps, loads)
    by_urgency = sorted(movable, key=lambda v: (v.urgency, v.name))
    worth = {v.name: 2.0 ** (len(movable) - place) for place, v in enumerate(by_urgency)}
    aims = [
        [-worth[v.name] for v, _ in arcs],
        [-float(previous.get(v.name) == day) for v, day in arcs],
        [float(abs(day - v.preferred)) for v, day in arcs],
    ]
    found = []
    for aim in aims:
        answer = milp(
            aim,
            integrality=np.ones(len(arcs)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(np.array(rows), -np.inf, bounds),
            options={"mip_rel_gap": 0},
        )
        assert answer.success, answer.message
        found.append(np.round(answer.x))
        rows.append(aim)
        bounds.append(float(np.dot(aim, found[-1])))
        # An aim that was reached stays reached: the next one is sought among the ways that reach it.
    chosen = [arc for arc, is_on in zip(arcs, found[-1], strict=True) if is_on]
    kept = sum(previous.get(v.name) == day for v, day in chosen)
    off = sum(abs(day - v.preferred) for v, day in chosen)
    return Best(frozenset(v.name for v, _ in chosen), kept, off)


def _limits(
    arcs: Sequence[tuple[Visit, int]], caps: Caps, loads: Sequence[tuple[str | None, int, str, int]]
) -> tuple[list[list[float]], list[float]]:
    """Return what may not be exceeded: one day a visit, and what the caps leave of each person's days and weeks."""
    rows: list[list[float]] = []
    bounds: list[float] = []

    def limit(is_in: Sequence[bool], most: float) -> None:
        if any(is_in):
            rows.append([float(each) for each in is_in])
            bounds.append(max(most, 0.0))

    for name in {v.name for v, _ in arcs}:
        limit([v.name == name for v, _ in arcs], 1)
    for owner in {v.owner for v, _ in arcs}:
        mine = [load for load in loads if load[0] == owner]
        for day in {day for _, day in arcs}:
            for channel, cap in caps.channels.items():
                taken = sum(n for _, d, c, n in mine if d == day and c == channel)
                limit([(v.owner, d, v.channel) == (owner, day, channel) for v, d in arcs], cap - taken)
            if caps.day is not None:
                taken = sum(n for _, d, _, n in mine if d == day)
                limit([(v.owner, d) == (owner, day) for v, d in arcs], caps.day - taken)
        for week in {_week(day) for _, day in arcs} if caps.week is not None else ():
            assert caps.week is not None
            taken = sum(n for _, d, _, n in mine if _week(d) == week)
            limit([(v.owner, _week(d)) == (owner, week) for v, d in arcs], caps.week - taken)
    return rows, bounds


def _week(day: int) -> tuple[int, int]:
    return january(day).isocalendar()[:2]

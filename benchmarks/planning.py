"""Measure how long it takes to find a working day for a year of visits, next to sorting the same visits once.

    python benchmarks/planning.py                      (10,000, 30,000 and 100,000 customers; about ten minutes)
    python benchmarks/planning.py 100000 --cases tight

Every hundred customers have one owner. About 12.5 visits a customer and year: 65 % have a call each month and a visit on
site each quarter, the others a call every second month; due on any day of the month, so that Mondays hold three times as
many as other days. The floor makes the same frame and sorts it by owner and day with numpy: whatever plans must at
least bring each person's visits together. CPU is that of the step alone, memory the peak of the whole process.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

from measuring import HERE, measure

#: What each case caps, and what that comes to: visits over the room of the year.
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "floor": ({}, "sorted by owner and day, nothing else"),
    "apart": ({}, "no two visits of a customer prefer one day, nothing else"),
    "loose": ({"day": 8}, "60 % of the room"),
    "no caps": ({}, "days levelled to 8"),
    "one owner": ({"day": 8}, "598 times the room"),
    "tight": ({"day": 5}, "96 % of the room"),
    "tight, three caps": ({"day": 6, "week": 27, "channels": {"onsite": 2}}, "89 % of the weeks' room"),
    "too many": ({"day": 4}, "120 % of the room"),
    "too many, three caps": ({"day": 5, "week": 20, "channels": {"onsite": 1}}, "120 % of the room"),
}
CUSTOMERS_OF_AN_OWNER = 100
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def make_dues(customers: int) -> tuple[Any, Any]:
    """Return a made-up frame of due visits of a year, and its working days (Monday to Friday)."""
    import numpy as np
    import pyarrow as pa

    from crmtool.visits.calendar.workdays import Workdays
    from crmtool.visits.model import DUE_COLUMNS, frame_of

    chance = np.random.default_rng(20260101)
    workdays = Workdays.of_weeks(FIRST, LAST)
    worked = np.datetime64(FIRST) + np.flatnonzero(workdays.is_worked)
    is_close = chance.random(customers) < 0.65
    lines = []
    for channel, window, who, months, phases in (
        ("phone", 3, is_close, 1, 1),
        ("onsite", 5, is_close, 3, 3),
        ("phone", 3, ~is_close, 2, 2),
    ):
        whose = np.flatnonzero(who)
        begin, anchor = chance.integers(0, phases, len(whose)), chance.integers(0, 31, len(whose))
        for step in range(12 // months):
            month = np.datetime64("2026-01") + begin + step * months
            opens, closes = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]") - 1
            due = np.minimum(opens + anchor, closes)
            low = np.searchsorted(worked, opens)
            high = np.searchsorted(worked, closes, side="right") - 1
            best = np.minimum(np.searchsorted(worked, due), high)
            lines.append(
                (channel, whose, best, np.maximum(best - window, low), np.minimum(best + window, high))
            )
    whose, best, low, high = (np.concatenate([line[place] for line in lines]) for place in (1, 2, 3, 4))
    sizes = [len(line[1]) for line in lines]
    order = chance.permutation(len(whose))
    whose, best, low, high = whose[order], best[order], low[order], high[order]
    channels = np.repeat([line[0] for line in lines], sizes)[order]
    owners = pa.array([f"业务员{number:05}" for number in range(-(-customers // CUSTOMERS_OF_AN_OWNER))])
    ids = np.char.add(np.char.mod("C%06d-", whose), np.char.mod("%08d", order))
    cells = {
        "visit_id": pa.array(ids),
        "customer": pa.array(whose),
        "channel": pa.array(channels),
        "owner": owners.take(pa.array(whose // CUSTOMERS_OF_AN_OWNER)),
        "kind": pa.array(["every"]).take(pa.array(np.zeros(len(whose), np.int64))),
        "earliest": pa.array(worked[low]),
        "preferred": pa.array(worked[best]),
        "latest": pa.array(worked[high]),
        "urgency": pa.array(chance.integers(0, 100, len(whose))),
    }
    return frame_of(DUE_COLUMNS, cells), workdays


def run_once(case: str, customers: int) -> dict[str, float]:
    """Make the visits, do what the case asks for, and return what that took and what came of it."""
    from crmtool.visits.levelling import level
    from crmtool.visits.model import Caps

    dues, workdays = make_dues(customers)
    if case == "one owner":
        dues = dues.assign(owner=dues["owner"].where(dues["owner"].isna()))
    begun = time.process_time()
    if case == "floor":
        _sort(dues)
        return {"cpu_s": time.process_time() - begun, "visits": len(dues)}
    if case == "apart":
        _part(dues, workdays)
        return {"cpu_s": time.process_time() - begun, "visits": len(dues)}
    levelled = level(dues, workdays, Caps(**CASES[case][0]))
    took = time.process_time() - begun
    owners = levelled.owners
    return {
        "cpu_s": took,
        "visits": len(dues),
        "unplaced": int(owners["unplaced"].sum()),
        "greatest_day": int(owners["greatest_day"].max()),
        "days_off": int(owners["days_off"].sum()),
    }


def _sort(dues: Any) -> None:
    import numpy as np
    import pyarrow as pa

    owner = pa.array(dues["owner"]).dictionary_encode()
    owner = owner.combine_chunks() if isinstance(owner, pa.ChunkedArray) else owner
    day = pa.array(dues["preferred"]).cast(pa.int32())
    np.lexsort([day.to_numpy(), owner.indices.to_numpy()])


def _part(dues: Any, workdays: Any) -> None:
    import pyarrow as pa

    from crmtool.visits.model import frame_of
    from crmtool.visits.planning.apart import apart

    standing = frame_of({"customer": pa.int64(), "day": pa.date32()}, {})
    previous = frame_of({"visit_id": pa.string(), "planned_on": pa.date32()}, {})
    apart(dues, workdays, standing=standing, previous=previous)


def main(sizes: Sequence[int], cases: Sequence[str], rounds: int) -> None:
    """Print a table of all cases and sizes, and how the cost of a visit grows."""
    print("| case | customers | visits | CPU | µs a visit | peak memory | without a day | days off a visit |")
    print("|---|---|---|---|---|---|---|---|")
    for case in cases:
        costs = []
        for customers in sizes:
            runs = [measure(str(HERE / "planning.py"), "--once", case, str(customers)) for _ in range(rounds)]
            told = json.loads(runs[-1].output)
            cpu_s = statistics.median(json.loads(run.output)["cpu_s"] for run in runs)
            peak = statistics.median(run.peak_mib for run in runs)
            costs.append((told["visits"], cpu_s))
            print(
                f"| {case} | {customers:,} | {told['visits']:,} | {cpu_s:.2f} s | {cpu_s / told['visits'] * 1e6:.1f} "
                f"| {peak:.0f} MiB | {told.get('unplaced', 0):,} | {told.get('days_off', 0) / told['visits']:.2f} |",
                flush=True,
            )
        if len(costs) > 1:
            print(f"|  | cost grows as n^{_exponent(costs):.2f} |||||||", flush=True)


def _exponent(costs: Sequence[tuple[float, float]]) -> float:
    (few, little), (many, much) = costs[0], costs[-1]
    return math.log(much / little) / math.log(many / few)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("customers", nargs="*", type=int, default=[10_000, 30_000, 100_000])
    parser.add_argument("--cases", default=";".join(CASES), help="names separated by semicolons")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--once", nargs=2, metavar=("CASE", "CUSTOMERS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        print(json.dumps(run_once(asked.once[0], int(asked.once[1]))))
    else:
        main(asked.customers, asked.cases.split(";"), asked.rounds)

"""Which recorded runs a review looks back to: by as-of day, whatever was recorded later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pytest

from crmtool.files.history import History, Run
from crmtool.jobs.reviews.recorded import Recorded, trend_of
from crmtool.review.period import Period, period_named


class _Runs:
    """A history that only knows its runs."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = list(runs)

    def runs(self) -> list[Run]:
        return self._runs


def run(turn: int, command: str, as_of: str, period: str | None = None, rules: str = "r") -> Run:
    options: dict[str, object] = {"period": period} if period else {}
    day = date.fromisoformat(as_of)
    return Run(
        f"k{turn}", command, day, rules, "1", "", "0", options=options, counts={"a": turn}, id=turn, turn=turn
    )


def seen(runs: Sequence[Run], period: str, as_of: str | None = None) -> Recorded:
    found = cast(Period, period_named(period))
    day = date.fromisoformat(as_of) if as_of else found.last
    return Recorded(cast(History, _Runs(runs)), "r", found, day)


def turn_of(found: Run | None) -> int | None:
    return None if found is None else found.turn


@pytest.mark.parametrize(
    ("runs", "turn"),
    [
        ([], None),
        # the newest day before the period, not the newest turn
        ([("classify", "2025-12-31"), ("classify", "2025-09-30")], 1),
        # what was recorded for a later day is no earlier day
        ([("classify", "2025-12-31"), ("review", "2026-06-30", "2026Q2")], 1),
        # before the period goes before within it
        ([("classify", "2026-02-01"), ("classify", "2025-06-30")], 2),
        # within it the oldest; its own last day is not earlier
        ([("classify", "2026-03-01"), ("classify", "2026-01-15"), ("review", "2026-03-31", "2026Q1")], 2),
        ([("review", "2026-03-31", "2026Q1")], None),
        # of one day the later one, and a review before a classification
        ([("classify", "2025-12-31"), ("classify", "2025-12-31")], 2),
        ([("review", "2025-12-31", "2025Q4"), ("classify", "2025-12-31")], 1),
        # plans judge nobody; other rules judge by other lines
        ([("plan", "2025-12-31"), ("classify", "2025-12-31", None, "other")], None),
    ],
)
def test_tiers_are_compared_with_the_newest_day_before_the_period(
    runs: list[tuple[Any, ...]], turn: int | None
) -> None:
    recorded = [run(number, *each) for number, each in enumerate(runs, start=1)]
    assert turn_of(seen(recorded, "2026Q1").previous) == turn


def test_the_last_review_is_that_of_an_earlier_period_and_the_year_before_that_of_the_same() -> None:
    runs = [
        run(1, "review", "2025-03-31", "2025Q1"),
        run(2, "review", "2025-12-31", "2025Q4"),
        run(3, "review", "2026-02-15", "2026Q1"),
        run(4, "review", "2026-06-30", "2026Q2"),
        run(5, "review", "2025-09-30", "2025Q3"),
        run(6, "review", "2025-02-20", "2025Q1"),
    ]
    found = seen(runs, "2026Q1")
    assert turn_of(found.reviewed_before) == 2
    # looked at once before its end, but the one that saw the whole quarter counts
    assert turn_of(found.year_before) == 1
    assert [each.turn for each in found.reviews] == [1, 5, 2]


def test_a_review_of_another_kind_of_period_is_the_last_one_only_where_there_is_none_of_the_same() -> None:
    runs = [
        run(1, "review", "2025-09-30", "2025Q3"),
        run(2, "review", "2025-12-31", "2025Q4"),
        run(3, "review", "2025-12-31", "2025"),
        run(4, "review", "2025-12-31", "2025-12"),
    ]
    assert turn_of(seen(runs, "2026Q1").reviewed_before) == 2
    assert turn_of(seen(runs, "2026").reviewed_before) == 3
    assert turn_of(seen(runs[:3], "2026-01").reviewed_before) == 3
    # what tiers are compared with stays the newest of all
    assert turn_of(seen(runs, "2026Q1").previous) == 4


def test_the_trend_is_of_periods_of_one_kind_oldest_first_and_ends_with_this_one() -> None:
    runs = [
        run(1, "review", "2025-12-31", "2025Q4"),
        run(2, "review", "2025-12-31", "2025"),
        run(3, "review", "2025-09-30", "2025Q3"),
    ]
    found = seen(runs, "2026Q1")
    trend = trend_of(found, {"a": 7, "": 2}, ["a", "b"])
    rows = [tuple(row) for row in trend[["period", "tier", "customers"]].fillna("").to_numpy().tolist()]
    assert rows == [
        ("2025Q3", "a", 3), ("2025Q3", "b", 0), ("2025Q3", "", 0),
        ("2025Q4", "a", 1), ("2025Q4", "b", 0), ("2025Q4", "", 0),
        ("2026Q1", "a", 7), ("2026Q1", "b", 0), ("2026Q1", "", 2),
    ]  # fmt: skip


def test_the_trend_begins_with_what_its_first_review_was_compared_with() -> None:
    runs = [
        run(1, "classify", "2025-05-31"),
        run(2, "classify", "2025-06-30"),
        run(3, "review", "2025-09-30", "2025Q3"),
        run(4, "classify", "2025-11-30"),
    ]
    found = seen(runs, "2025Q4")
    trend = trend_of(found, {"a": 7}, ["a"]).query("tier == 'a'")
    assert [tuple(row) for row in trend[["period", "customers"]].fillna("").to_numpy().tolist()] == [
        *(("", 2), ("2025Q3", 3), ("2025Q4", 7)),
    ]
    # the first review itself is compared with it anyway
    assert seen(runs, "2025Q3").begins_with is None


def test_what_a_review_recorded_of_a_part_of_its_period_is_not_the_period_before() -> None:
    runs = [run(1, "review", "2025-11-30", "2025Q4")]
    assert seen(runs, "2026Q1").period_before is None
    runs.append(run(2, "review", "2025-12-31", "2025Q4"))
    assert turn_of(seen(runs, "2026Q1").period_before) == 2


def test_rules_that_judged_before_under_another_id_are_named_once() -> None:
    runs = [
        *(run(1, "classify", "2025-06-30", None, "x"), run(2, "review", "2025-09-30", "2025Q3", "x")),
        *(run(3, "plan", "2025-09-30", None, "y"), run(4, "classify", "2026-04-30", None, "z")),
    ]
    assert seen(runs, "2026Q1").other_rules == ["x"]


def test_a_dozen_periods_are_shown_at_most() -> None:
    runs = [run(n, "review", f"2024-{n:02}-28", f"2024-{n:02}") for n in range(1, 13)]
    runs += [run(12 + n, "review", f"2025-{n:02}-28", f"2025-{n:02}") for n in range(1, 4)]
    found = seen(runs, "2025-04")
    assert (len(found.reviews), found.reviews[-1].options["period"]) == (11, "2025-03")

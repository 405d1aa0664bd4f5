"""Keys that hold from run to run, ids of periods, and numbers that spread customers."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from due_cases import keys_of
from hypothesis import given
from hypothesis import strategies as st

from crmtool.visits.keys import customer_keys, day_ids, month_ids, spread, week_ids


def test_an_id_that_is_filled_and_stands_once_is_the_key_else_the_name() -> None:
    rows = [
        {"customer_id": "C1", "name": "甲"},
        {"customer_id": "C2", "name": "乙"},
        {"customer_id": "C2", "name": "丙"},  # the id stands twice
        {"customer_id": " ", "name": " 丁  公司\n(北京) "},
        {"customer_id": "C2", "name": None},
        {"name": ""},
    ]
    assert keys_of(rows) == ["C1", "乙", "丙", "丁 公司 (北京)", "C2", "unnamed"]


def test_namesakes_are_told_apart_by_their_cells_not_by_their_rows() -> None:
    rows = [{"name": "王五", "phone": phone} for phone in ("13800000001", "13800000002", "13800000003")]
    keys = dict(zip((row["phone"] for row in rows), keys_of(rows), strict=True))
    assert sorted(keys.values()) == ["王五", "王五~2", "王五~3"]
    assert dict(zip((row["phone"] for row in rows[::-1]), keys_of(rows[::-1]), strict=True)) == keys


def test_namesakes_keep_their_keys_when_they_are_contacted() -> None:
    rows = [{"name": "王五", "phone": f"1380000000{n}", "last_contact": "2026-01-01"} for n in range(9)]
    before = keys_of(rows)
    for row in rows[::2]:
        row["last_contact"] = "2026-02-02"
    assert keys_of(rows) == before


def test_an_id_that_is_anothers_name_is_told_apart() -> None:
    keys = keys_of([{"customer_id": "王五", "name": "甲"}, {"name": "王五"}, {"name": "王五~2"}])
    assert len(set(keys)) == 3
    assert keys[2] == "王五~2" or "王五~2~2" in keys


def test_rows_that_say_the_same_still_have_a_key_each() -> None:
    assert sorted(keys_of([{"name": "王五"}] * 3)) == ["王五", "王五~2", "王五~3"]


@given(
    st.lists(st.tuples(*(st.sampled_from(["", "A", "B", "A~2"]) for _ in range(3))), max_size=12),
    st.randoms(use_true_random=False),
)
def test_keys_are_unique_and_go_along_with_their_rows(
    cells: list[tuple[str, ...]], chance: random.Random
) -> None:
    rows = [{"customer_id": i, "name": n, "phone": p} for i, n, p in cells]
    shuffled = rows.copy()
    chance.shuffle(shuffled)
    keys, again = keys_of(rows), keys_of(shuffled)
    assert len(set(keys)) == len(rows)
    pairs, pairs_again = (
        sorted((key, *row.values()) for key, row in zip(each, of, strict=True))
        for each, of in ((keys, rows), (again, shuffled))
    )
    assert pairs == pairs_again


def test_a_ledger_without_ids_or_without_rows_has_keys_too() -> None:
    frame = pd.DataFrame({"name": pd.array(["甲", "甲"], "string[pyarrow]")})
    assert sorted(customer_keys(frame).to_pylist()) == ["甲", "甲~2"]
    assert keys_of([]) == []


def test_periods_of_a_century_are_those_of_the_calendar() -> None:
    days = [date(1999, 1, 1) + timedelta(days=n) for n in range(36_525)]
    array = np.array(days, "datetime64[D]")
    iso = [day.isocalendar() for day in days]
    assert week_ids(array) == [f"{each.year}W{each.week:02}" for each in iso]
    assert month_ids(array) == [f"{day:%Y%m}" for day in days]
    assert day_ids(array) == [f"{day:%Y%m%d}" for day in days]


def test_numbers_depend_on_key_and_salt_alone() -> None:
    keys = pa.array([f"C{n:05}" for n in range(5000)] + ["王五", "王五~2"])
    numbers = spread(keys, "phone")
    assert (spread(keys[::-1], "phone") == numbers[::-1]).all()
    assert (spread(keys.slice(7, 9), "phone") == numbers[7:16]).all()
    assert (spread(keys, "onsite") != numbers).all()
    assert len(np.unique(numbers)) == len(keys)
    assert len(spread(pa.array([], pa.string()), "phone")) == 0


@pytest.mark.parametrize("parts", [2, 3, 5, 7, 12, 31])
def test_numbers_spread_evenly(parts: int) -> None:
    numbers = spread(pa.array([f"C{n:05}" for n in range(30_000)]), "phone")
    counts = np.bincount((numbers % np.uint64(parts)).astype(int), minlength=parts)
    assert abs(counts - 30_000 / parts).max() < 5 * (30_000 / parts) ** 0.5  # five standard deviations

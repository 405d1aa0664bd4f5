"""What `apply` recorded since a review: new decisions settle rows, old ones that were told again do not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pandas as pd
import pyarrow as pa
import pytest

from crmtool.files.history import History, Run
from crmtool.files.history.tables import ADJUSTMENTS
from crmtool.jobs.reviews.decisions import decisions_since
from crmtool.review.model import ADJUSTMENT_COLUMNS
from crmtool.visits.frames import frame_from
from crmtool.visits.model import frame_of

Row = dict[str, Any]
CUSTOMERS = frame_from(pa.table({"name": ["甲", "乙"]}))
YES: Row = {"customer_key": "甲", "verdict": "approved", "new_strategy": "一", "approver": "王总"}


class _Told:
    """A history of a review (turn 2), and of runs of `apply` before and after it."""

    def __init__(self, *applied: tuple[int, Sequence[Row]]) -> None:
        self._applied = applied

    def runs(self) -> list[Run]:
        turns = {2: "review", **{turn: "apply" for turn, _ in self._applied}}
        return [_run(command, turn) for turn, command in sorted(turns.items())]

    def adjustments(self) -> pa.Table:
        rows = [{"run": turn, **row} for turn, told in self._applied for row in told]
        rows.append({"run": 2, "customer_key": "乙"})
        kinds = pa.schema([("run", pa.int64()), *ADJUSTMENTS.columns.items()])
        return pa.Table.from_pylist(rows, kinds)


def _run(command: str, turn: int) -> Run:
    return Run(f"k{turn}", command, date(2024, 6, 30), "r", "1", "", "0", id=turn, turn=turn)


def _table(*names: str) -> pd.DataFrame:
    cells = {name: pa.nulls(len(names), kind) for name, kind in ADJUSTMENT_COLUMNS.items()}
    return frame_of(ADJUSTMENT_COLUMNS, {**cells, "name": pa.array(names), "customer_key": pa.array(names)})


def settled(*applied: tuple[int, Sequence[Row]]) -> list[bool]:
    """Return whether the rows of 甲 and 乙 are settled since the review."""
    found = decisions_since(cast(History, _Told(*applied)), _run("review", 2))
    return cast(list[bool], found.settles(_table("甲", "乙"), CUSTOMERS).to_pylist())


@pytest.mark.parametrize(("outcome", "is_over"), [
    ("applied", True), ("current", True), ("rejected", True), ("refused", False), ("undecided", False),
])  # fmt: skip
def test_what_was_carried_out_or_rejected_since_is_settled(outcome: str, is_over: bool) -> None:
    assert settled((3, [{**YES, "applied": outcome}])) == [is_over, False]
    assert settled((1, [{**YES, "applied": outcome}])) == [False, False], "before the review"


def test_a_table_of_last_time_that_is_told_again_settles_nothing_of_this_time() -> None:
    first = (1, [{**YES, "applied": "applied"}])
    assert settled(first, (3, [{**YES, "applied": "current"}])) == [False, False]
    assert settled(first, (3, [{**YES, "new_strategy": "二", "applied": "current"}])) == [True, False]
    # refused then, carried out now that the ledger lets it
    assert settled((1, [{**YES, "applied": "refused"}]), (3, [{**YES, "applied": "applied"}])) == [
        True,
        False,
    ]


def test_rows_are_as_they_came_back_last_and_a_lock_without_a_last_day_is_to_be_decided_again() -> None:
    back = {**YES, "applied": "refused"}
    told = _Told((3, [{**back, "remark": "先"}]), (4, [{**back, "verdict": None}, {**back, "remark": "后"}]))
    found = decisions_since(cast(History, told), _run("review", 2))
    rows = pa.Table.from_pandas(found.written_into(_table("甲", "乙"), CUSTOMERS)).to_pylist()
    assert [(row["verdict"], row["remark"], row["approver"]) for row in rows] == [
        ("approved", "后", "王总"),
        (None, None, None),
    ]
    told = _Told((3, [{**back, "lock_tier": "高价值稳定型"}]))
    found = decisions_since(cast(History, told), _run("review", 2))
    (row, _) = pa.Table.from_pandas(found.written_into(_table("甲", "乙"), CUSTOMERS)).to_pylist()
    assert (row["verdict"], row["lock_tier"]) == ("undecided", "高价值稳定型")

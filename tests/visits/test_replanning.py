"""What is done, agreed or past stays as it is; only a plan's own open future visits move or go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtool.visits.model import DUE_COLUMNS, PLAN_COLUMNS, REPORT_COLUMNS, frame_of
from crmtool.visits.planning.replanning import changes, placed, replan, with_reports

FIRST, LAST, AS_OF = date(2026, 1, 1), date(2026, 12, 31), date(2026, 3, 10)


def frame(columns: Mapping[str, pa.DataType], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return frame_of(columns, {name: [row.get(name) for row in rows] for name in columns})


def visit(visit_id: str, planned_on: date | None, status: str = "open", **more: Any) -> dict[str, Any]:
    key = visit_id.split("-")[0]
    return {
        "visit_id": visit_id,
        "customer_key": key,
        "owner": "张三",
        "channel": "phone",
        "planned_on": planned_on,
        "status": status,
        **more,
    }


def due(visit_id: str, due_on: date, kind: str = "every") -> dict[str, Any]:
    return {
        "visit_id": visit_id,
        "customer_key": visit_id.split("-")[0],
        "owner": "张三",
        "channel": "phone",
        "kind": kind,
        "due_on": due_on,
    }


def ids(visits: pd.DataFrame) -> list[str]:
    return [str(each) for each in visits["visit_id"]]


def laid(earlier: list[dict[str, Any]], dues: list[dict[str, Any]]) -> Any:
    return replan(frame(PLAN_COLUMNS, earlier), frame(DUE_COLUMNS, dues), as_of=AS_OF, first=FIRST, last=LAST)


def test_done_agreed_and_cancelled_visits_stay_and_are_not_placed_again() -> None:
    earlier = [
        visit("A-phone-202603", date(2026, 3, 3), "done", done_on=date(2026, 3, 4)),
        visit("B-phone-202603", date(2026, 3, 20), "agreed"),
        visit("C-phone-202603", date(2026, 3, 21), "cancelled"),
        visit("D-phone-202603", date(2026, 3, 22)),
    ]
    dues = [due(f"{name}-phone-202603", date(2026, 3, 15)) for name in "ABCD"]
    standing = laid(earlier, dues)
    assert ids(standing.kept) == ["A-phone-202603", "B-phone-202603", "C-phone-202603"]
    assert list(standing.kept["status"]) == ["done", "agreed", "cancelled"]
    assert ids(standing.to_place) == ["D-phone-202603"]
    assert ids(standing.open_before) == ["D-phone-202603"]


def test_a_past_visit_that_is_not_due_any_more_is_given_up_and_one_that_is_finds_a_new_day() -> None:
    earlier = [
        visit("A-phone-202602", date(2026, 2, 12)),  # March's call takes its place
        visit("B-phone-202603", date(2026, 3, 5)),  # March is not over
        visit("C-phone-202603", date(2026, 3, 6), "agreed"),
    ]
    dues = [due(f"{name}-phone-202603", date(2026, 3, 10)) for name in "ABC"]
    standing = laid(earlier, dues)
    assert list(zip(ids(standing.kept), standing.kept["status"], strict=True)) == [
        ("A-phone-202602", "missed")
    ]
    assert ids(standing.to_place) == ["A-phone-202603", "B-phone-202603", "C-phone-202603"]
    assert ids(standing.open_before) == ["B-phone-202603", "C-phone-202603"]


def test_visits_outside_the_span_are_another_plans_and_stay() -> None:
    earlier = [
        visit("A-phone-202512", date(2025, 12, 30)),
        visit("A-phone-202511", date(2025, 11, 28), "done"),
        visit("A-phone-202702", date(2027, 2, 1)),
    ]
    standing = laid(earlier, [])
    assert len(standing.kept) == 0
    told = list(zip(ids(standing.beyond), standing.beyond["status"], strict=True))
    assert told == [("A-phone-202512", "missed"), ("A-phone-202511", "done"), ("A-phone-202702", "open")]


def test_an_agreement_of_the_ledger_on_the_day_of_an_agreed_visit_is_that_visit() -> None:
    earlier = [visit("A-phone-202603", date(2026, 4, 2), "agreed")]
    dues = [
        due("A-phone-202604", date(2026, 4, 2), "agreed"),
        due("A-phone-202605", date(2026, 5, 4)),
        due("B-phone-202604", date(2026, 4, 2), "agreed"),
    ]
    assert ids(laid(earlier, dues).to_place) == ["A-phone-202605", "B-phone-202604"]


def test_a_new_agreement_of_the_ledger_takes_the_place_of_its_old_one_and_of_no_other() -> None:
    earlier = [
        visit("A-phone-202604", date(2026, 4, 2), "agreed", kind="agreed"),
        visit("B-phone-202604", date(2026, 4, 2), "agreed", kind="agreed"),
        visit("C-phone-202604", date(2026, 4, 2), "agreed", kind="every"),  # agreed in the plan's workbook
        visit("D-phone-202604", date(2026, 4, 2), "agreed", kind="agreed"),
    ]
    dues = [
        due("A-phone-202604", date(2026, 4, 9), "agreed"),
        due("B-phone-202605", date(2026, 5, 6), "agreed"),
        due("C-phone-202604", date(2026, 4, 9), "agreed"),
        due("D-phone-202604", date(2026, 4, 2), "agreed"),
    ]
    standing = laid(earlier, dues)
    assert ids(standing.to_place) == ["A-phone-202604", "B-phone-202605"]
    assert ids(standing.kept) == ["C-phone-202604", "D-phone-202604"]
    assert ids(standing.open_before) == ["A-phone-202604", "B-phone-202604"]


def test_a_visit_that_was_put_off_since_it_was_agreed_in_the_ledger_stays_whatever_else_is_agreed() -> None:
    put_off = {
        **visit("A-phone-202603", date(2026, 4, 7), "agreed"),
        "kind": "agreed",
        "due_on": date(2026, 3, 20),
    }
    standing = laid([put_off], [due("A-phone-202605", date(2026, 5, 4), "agreed")])
    assert (ids(standing.kept), list(standing.kept["status"])) == (["A-phone-202603"], ["agreed"])
    as_it_was = {**put_off, "planned_on": date(2026, 3, 20)}
    assert ids(laid([as_it_was], [due("A-phone-202605", date(2026, 5, 4), "agreed")]).kept) == []


def test_a_missed_visit_whose_line_has_an_appointment_is_given_up_and_due_again_once_that_has_passed() -> (
    None
):
    before = [
        visit("A-phone-202602", date(2026, 3, 18), "agreed", kind="every"),
        visit("A-phone-202603", date(2026, 3, 5)),
    ]
    standing = laid(before, [due("A-phone-202603", date(2026, 3, 18), "agreed")])
    assert dict(zip(ids(standing.kept), standing.kept["status"], strict=True)) == {
        "A-phone-202602": "agreed",
        "A-phone-202603": "missed",
    }
    assert ids(standing.to_place) == []
    before = [
        {**visit("A-phone-202602", date(2026, 3, 9), "agreed"), "kind": "every"},
        {**before[1], "status": "missed"},
    ]
    standing = laid(before, [due("A-phone-202603", date(2026, 3, 5))])
    assert (ids(standing.kept), list(standing.kept["status"])) == (["A-phone-202602"], ["missed"])
    assert ids(standing.to_place) == ["A-phone-202603"]


def report(visit_id: str, outcome: str, **days: date) -> dict[str, Any]:
    return {"visit_id": visit_id, "outcome": outcome, **days}


@pytest.mark.parametrize(
    ("reports", "status", "planned_on", "done_on"),
    [
        ([report("A", "done", done_on=date(2026, 3, 9))], "done", date(2026, 3, 20), date(2026, 3, 9)),
        ([report("A", "cancelled")], "cancelled", date(2026, 3, 20), None),
        ([report("A", "unreached", done_on=date(2026, 3, 9))], "open", date(2026, 3, 20), None),
        ([report("A", "postponed", next_contact=date(2026, 4, 7))], "agreed", date(2026, 4, 7), None),
        ([report("A", "postponed")], "open", date(2026, 3, 20), None),
        ([report("A", "postponed", next_contact=AS_OF)], "agreed", AS_OF, None),
        # The plan that holds it on the 20th was made after the day to which it was put off had passed.
        ([report("A", "postponed", next_contact=AS_OF - timedelta(days=1))], "open", date(2026, 3, 20), None),
        (
            [
                report("A", "postponed", next_contact=date(2026, 4, 7)),
                report("A", "done", done_on=date(2026, 4, 7)),
            ],
            "done",
            date(2026, 4, 7),
            date(2026, 4, 7),
        ),
        ([report("B", "done", done_on=date(2026, 3, 9))], "open", date(2026, 3, 20), None),
        ([], "open", date(2026, 3, 20), None),
    ],
)
def test_a_report_settles_its_visit(
    reports: list[dict[str, Any]], status: str, planned_on: date, done_on: date | None
) -> None:
    plan = frame(PLAN_COLUMNS, [visit("A", date(2026, 3, 20))])
    told = with_reports(plan, frame(REPORT_COLUMNS, reports), AS_OF)
    assert told["status"][0] == status
    assert told["planned_on"][0] == planned_on
    assert (None if pd.isna(told["done_on"][0]) else told["done_on"][0]) == done_on
    again = with_reports(told, frame(REPORT_COLUMNS, reports), AS_OF)
    pd.testing.assert_frame_equal(again, told)


def test_changes_name_what_moved_came_and_went() -> None:
    before = frame(
        PLAN_COLUMNS,
        [
            visit("A-phone-202604", date(2026, 4, 1)),
            visit("B-phone-202604", date(2026, 4, 2)),
            visit("C-phone-202604", date(2026, 4, 3)),
            visit("E-phone-202604", date(2026, 4, 3)),
        ],
    )
    dues = frame(
        DUE_COLUMNS,
        [
            due("A-phone-202604", date(2026, 4, 1)),
            due("B-phone-202604", date(2026, 4, 1)),
            due("D-phone-202604", date(2026, 4, 30)),
            due("D-phone-202605", date(2026, 5, 1)),  # beyond the earlier plan's last month
            due("E-phone-202604", date(2026, 4, 3)),
        ],
    )
    days = [date(2026, 4, 1), date(2026, 4, 8), date(2026, 4, 30), date(2026, 5, 1), None]
    fresh = placed(
        dues,
        pa.array(days, pa.date32()),
        pa.array([None, None, None, None, "cap"]),
        before,
        pa.array([False] * 5),
    )
    assert list(fresh["moved_from"].isna()) == [True, False, True, True, True]
    assert fresh["moved_from"][1] == date(2026, 4, 2)
    told = changes(before, fresh, before, last=LAST)
    rows = [
        (row["visit_id"], row["change"], row["before"], row["after"])
        for row in pa.Table.from_pandas(told).to_pylist()
    ]
    assert rows == [
        ("C-phone-202604", "dropped", date(2026, 4, 3), None),
        ("E-phone-202604", "dropped", date(2026, 4, 3), None),
        ("B-phone-202604", "moved", date(2026, 4, 2), date(2026, 4, 8)),
        ("D-phone-202604", "added", None, date(2026, 4, 30)),
    ]


def test_an_agreed_visit_is_placed_as_agreed_and_any_other_as_open() -> None:
    dues = frame(
        DUE_COLUMNS, [due("A", date(2026, 4, 4), "agreed"), due("B", date(2026, 4, 4)), due("C", LAST)]
    )
    days = pa.array([date(2026, 4, 4), date(2026, 4, 6), None], pa.date32())
    none = frame(PLAN_COLUMNS, [])
    fresh = placed(dues, days, pa.array([None, None, "cap"]), none, pa.array([False, True, False]))
    assert list(fresh["status"]) == ["agreed", "open", "open"]
    assert list(fresh["is_unpublished"]) == [False, True, False]
    assert list(fresh["reason"].isna()) == [True, True, False]


@given(
    st.lists(
        st.tuples(
            st.integers(-60, 200),
            st.sampled_from(["open", "agreed", "done", "cancelled", "missed"]),
            st.booleans(),
        ),
        max_size=30,
    )
)
def test_every_earlier_visit_is_kept_may_move_or_is_beyond_and_no_due_one_is_lost(
    drawn: list[tuple[int, str, bool]],
) -> None:
    earlier = [
        visit(f"{n}-phone", AS_OF + timedelta(days=offset), status)
        for n, (offset, status, _) in enumerate(drawn)
    ]
    dues = [due(f"{n}-phone", AS_OF) for n, (_, _, is_due) in enumerate(drawn) if is_due]
    standing = laid(earlier, dues)
    kept, moving = ids(standing.kept) + ids(standing.beyond), ids(standing.open_before)
    assert sorted(kept + moving) == sorted(each["visit_id"] for each in earlier)
    stands = {each["visit_id"] for each in dues} & set(kept)
    assert sorted(stands | set(ids(standing.to_place))) == sorted(each["visit_id"] for each in dues)
    # What was given up and is due again finds a new day.
    settled = {
        each["visit_id"]: each
        for each, (_, status, is_due) in zip(earlier, drawn, strict=True)
        if status in ("done", "cancelled") or (status == "missed" and not is_due)
    }
    for part in (standing.kept, standing.beyond):
        for row in pa.Table.from_pandas(part).to_pylist():
            before = next(e for e in earlier if e["visit_id"] == row["visit_id"])
            assert row["planned_on"] == before["planned_on"]
            if row["visit_id"] in settled:
                assert row["status"] == before["status"]
    assert set(settled) <= set(kept)

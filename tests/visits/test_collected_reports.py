"""Reports that came back: the order of rows and sheets makes no difference, nothing is lost, and twice is once."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from filled_rows import NOTHING_RECORDED, day, plan, said, taken
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.visits.model import REPORT_COLUMNS, frame_of
from crmtool.visits.reporting.agreeing import CONTENT, adds, difference, is_same_attempt, one_of_each

PLAN = plan(
    ("C1-phone", "C1", "phone", 4), ("C1-onsite", "C1", "onsite", 18), ("C2-phone", "C2", "phone", 10)
)
CUSTOMER_OF = {"C1-phone": "C1", "C1-onsite": "C1", "C2-phone": "C2"}


@st.composite
def _rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw rows of few visits, so that many of them are of the same one."""
    made = []
    for _ in range(draw(st.integers(0, 8))):
        visit = draw(st.sampled_from([*CUSTOMER_OF, None, None]))
        customer = CUSTOMER_OF[visit] if visit else draw(st.sampled_from(["C1", "C2", "C9", None]))
        done_on = draw(st.sampled_from([None, 4, 5, 18]))
        made.append(
            {
                "visit_id": visit,
                "customer_id": customer,
                "channel": draw(st.sampled_from([None, "phone"])),
                "done_on": None if done_on is None else day(done_on),
                "outcome": draw(
                    st.sampled_from(["done", "done", "unreached", "postponed", "cancelled", None])
                ),
                "satisfaction": draw(st.sampled_from([None, None, 4.0, 5.0])),
                "feedback": draw(st.sampled_from([None, None, "好"])),
                "next_contact": draw(st.sampled_from([None, day(25)])),
            }
        )
    return made


def together(*reports: pd.DataFrame) -> pd.DataFrame:
    tables = [pa.Table.from_pandas(each, preserve_index=False) for each in reports]
    frame: pd.DataFrame = pa.concat_tables(tables).to_pandas(types_mapper=pd.ArrowDtype)
    return frame


@settings(max_examples=25)
@given(_rows(), st.sampled_from([PLAN, None]), st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(
    rows: list[dict[str, Any]], planned: pd.DataFrame | None, by_chance: random.Random
) -> None:
    shuffled = list(rows)
    by_chance.shuffle(shuffled)
    one, other = taken(rows, planned), taken(shuffled, planned)
    assert said(one.reports) == said(other.reports)
    assert said(one.changes) == said(other.changes)
    assert (len(one.conflicts), one.left) == (len(other.conflicts), other.left)


@settings(max_examples=25)
@given(_rows(), st.sampled_from([PLAN, None]))
def test_collecting_twice_is_the_same_as_once(
    rows: list[dict[str, Any]], planned: pd.DataFrame | None
) -> None:
    first = taken(rows, planned)
    second = taken(rows, planned, together(NOTHING_RECORDED, first.reports))
    assert len(second.reports) == 0 == len(second.changes)
    assert second.left == first.left


@settings(max_examples=25)
@given(_rows(), _rows())
def test_what_is_recorded_is_never_contradicted_afterwards(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    recorded = together(NOTHING_RECORDED, taken(before, PLAN).reports)
    more = together(recorded, taken(after, PLAN, recorded).reports)
    by_visit: dict[str, list[dict[str, Any]]] = {}
    for report in pa.Table.from_pandas(more, preserve_index=False).to_pylist():
        by_visit.setdefault(report["visit_id"], []).append(report)
    for visit, reports in by_visit.items():
        if visit is not None:
            assert not [1 for a in reports for b in reports if difference(a, b)], visit


@settings(max_examples=25)
@given(_rows())
def test_each_row_is_new_known_at_odds_or_left(rows: list[dict[str, Any]]) -> None:
    found = taken(rows, PLAN)
    at_odds = {*found.conflicts["source"], *found.conflicts["other"]}
    assert found.rows == len(rows)
    assert len(found.reports) + len(found.known) + len(at_odds) + found.left <= len(rows)
    # Rows of one attempt that agree become one report: only they may be missing from the count.
    if len({(r["visit_id"], r["customer_id"]) for r in rows}) == len(rows):
        assert len(found.reports) + len(found.known) + len(at_odds) + found.left == len(rows)


def report(**cells: Any) -> dict[str, Any]:
    return dict.fromkeys(CONTENT) | {"outcome": "done", "done_on": day(5)} | cells


@pytest.mark.parametrize(
    ("one", "other", "differs_in"),
    [
        (report(), report(), None),
        (report(feedback="好"), report(), None),
        (report(feedback="好"), report(feedback="差"), "feedback"),
        (report(), report(done_on=day(6)), "done_on"),
        (report(), report(outcome="cancelled", done_on=None), "outcome"),
        (report(outcome="unreached", done_on=day(4)), report(), None),
        (report(outcome="unreached", done_on=None), report(), None),
        (report(outcome="unreached", done_on=day(6)), report(), "outcome"),
        (report(outcome="unreached", done_on=day(4)), report(outcome="postponed", done_on=day(3)), None),
        (report(outcome="unreached"), report(outcome="postponed"), "outcome"),
        (report(outcome="unreached", done_on=None), report(outcome="postponed", done_on=None), "outcome"),
        (
            report(outcome="postponed", next_contact=day(20)),
            report(outcome="postponed", next_contact=day(21)),
            "next_contact",
        ),
    ],
)
def test_two_reports_of_a_visit_differ_where_they_cannot_both_be_true(
    one: dict[str, Any], other: dict[str, Any], differs_in: str | None
) -> None:
    assert difference(one, other) == differs_in == difference(other, one)


def test_a_report_adds_what_no_other_of_its_attempt_says() -> None:
    assert adds(report(feedback="好", satisfaction=5.0), [report(feedback="好")]) == ["satisfaction"]
    earlier = report(outcome="unreached", done_on=day(3))
    assert not is_same_attempt(report(), earlier)
    assert adds(report(), [earlier]) == ["outcome", "done_on"]


def test_reports_of_one_attempt_count_once() -> None:
    cells = {"visit_id": ["a", "a", "a", None, None], "customer_key": ["C1", "C1", "C1", "C1", "C1"]}
    cells |= {
        "outcome": ["done", "done", "unreached", "done", "done"],
        "feedback": [None, "好", None, None, None],
    }
    cells |= {"done_on": [day(5), day(5), day(2), day(9), day(10)]}
    found = one_of_each(frame_of(REPORT_COLUMNS, cells))
    rows = zip(found["visit_id"], found["outcome"], found["done_on"], found["feedback"], strict=True)
    assert sorted((str(v), o, d, str(f)) for v, o, d, f in rows) == [
        ("<NA>", "done", day(9), "<NA>"),
        ("<NA>", "done", day(10), "<NA>"),
        ("a", "done", day(5), "好"),
        ("a", "unreached", day(2), "<NA>"),
    ]


def test_an_agreed_visit_that_is_put_off_again_goes_to_the_later_day() -> None:
    first = taken(
        [{"visit_id": "C2-phone", "outcome": "postponed", "done_on": day(9), "next_contact": day(20)}], PLAN
    )
    recorded = together(NOTHING_RECORDED, first.reports)
    again = {"visit_id": "C2-phone", "outcome": "postponed", "done_on": day(20), "next_contact": day(27)}
    (change,) = pa.Table.from_pandas(taken([again], PLAN, recorded).changes, preserve_index=False).to_pylist()
    assert (change["planned_before"], change["planned_after"]) == (day(20), day(27))
    assert (change["status_before"], change["status_after"]) == ("agreed", "agreed")


@pytest.mark.parametrize(
    "is_elsewhere", [False, True], ids=["the same sheets", "renamed sheets in another order"]
)
def test_two_rows_without_an_id_of_one_customer_and_day_are_the_same_two_again(is_elsewhere: bool) -> None:
    rows = [
        {"customer_id": "C2", "name": "乙", "outcome": "done", "done_on": day(9), "channel": "phone"},
        {"customer_id": "C2", "name": "乙", "outcome": "done", "done_on": day(9)},
    ]
    first = taken(rows, PLAN)
    assert (len(first.reports), len(first.conflicts)) == (2, 0)
    again = (
        [{**row, "source": f"[别名.xlsx]表!D{at}"} for at, row in enumerate(rows)] if is_elsewhere else rows
    )
    second = taken(again[:: -1 if is_elsewhere else 1], PLAN, together(NOTHING_RECORDED, first.reports))
    assert (len(second.reports), len(second.conflicts), len(second.known)) == (0, 0, 2)

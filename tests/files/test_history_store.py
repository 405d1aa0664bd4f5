"""What is recorded comes back as it was, whole, once, and in no order that tells how it came in."""

from __future__ import annotations

import sqlite3
import string
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from history_tables import ask, decided, reports, run, visits
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtool.errors import Finding
from crmtool.files.history import History
from crmtool.files.history.tables import ADJUSTMENTS, CLASSIFICATIONS, KPIS, REPORTS, VISITS, Stored

CALL = {
    "visit_id": "C001-phone-202603",
    "customer_key": "C001",
    "name": "甲公司",
    "owner": "张三",
    "due_on": date(2026, 3, 31),
    "planned_on": date(2026, 3, 31),
    "overdue_days": None,
    "is_never_visited": True,
    "status": "open",
}
DONE = {"visit_id": "C001-phone-202603", "customer_key": "C001", "done_on": date(2026, 3, 30), "outcome": "done", "satisfaction": 4.5}  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "历史.db"


def test_a_history_begins_with_its_first_recording(place: Path) -> None:
    with History.open(place) as history:
        assert history.is_new
        assert (history.runs(), history.visits().num_rows, history.reports().num_rows) == ([], 0, 0)
        assert not place.exists()
        history.record(run())
        assert not history.is_new
    assert [path.name for path in place.parent.iterdir()] == ["历史.db"]


def test_a_run_comes_back_with_all_that_was_said_of_it(place: Path) -> None:
    note = Finding("control-characters", sheet="客户", cell="B2", params={"where": "甲"}, count=2)
    told = run(options={"format": "xlsx", "sheets": ["客户"]}, counts={"A": 2, "": 1}, notes=(note,))
    with History.open(place) as history:
        recorded = history.record(told)
    assert (recorded.id, recorded.turn) == (1, 1)
    with History.open(place, is_read_only=True) as history:
        assert history.run_with("k") == recorded
        assert history.run_with("another") is None
        assert history.runs() == [recorded]


def test_the_same_key_is_one_run_and_the_latest_again(place: Path) -> None:
    with History.open(place) as history:
        first = history.record(run("a"), classifications=decided(C1="A", C2="B"))
        history.record(run("b"))
        again = history.record(run("a", counts={"A": 1}), classifications=decided(C1="B"))
        assert (again.id, again.turn) == (first.id, 3)
        assert [each.key for each in history.runs()] == ["b", "a"]
        assert history.runs()[1].counts == {"A": 1}
        assert len(history.runs()[1].inputs) == 1
        found = history.classifications(first.id).select(["customer_key", "tier"])
    assert found.to_pylist() == [{"customer_key": "C1", "tier": "B"}]


def test_classifications_are_those_of_their_run_by_customer(place: Path) -> None:
    with History.open(place) as history:
        first = history.record(run("a"), classifications=decided(乙="A", 甲=None, C1="B"))
        second = history.record(run("b"), classifications=decided(甲="B"))
        assert history.classifications(first.id)["customer_key"].to_pylist() == ["C1", "乙", "甲"]
        assert history.classifications(first.id)["tier"].to_pylist() == ["B", "A", None]
        assert history.classifications(second.id)["tier"].to_pylist() == ["B"]
        assert history.classifications(99).num_rows == 0


def test_visits_are_changed_by_their_id_and_others_stay(place: Path) -> None:
    meeting = {**CALL, "visit_id": "C001-onsite-202606", "due_on": date(2026, 6, 30)}
    with History.open(place) as history:
        history.record(run("a"), visits=visits(CALL, meeting))
        history.record(
            run("b"), visits=visits({**CALL, "status": "done", "done_on": date(2026, 3, 30)}, meeting)
        )
        found = {row["visit_id"]: row for row in history.visits().to_pylist()}
    assert found[CALL["visit_id"]]["status"] == "done"
    assert found[CALL["visit_id"]]["done_on"] == date(2026, 3, 30)
    assert found[meeting["visit_id"]]["is_never_visited"] is True
    # A visit that is as it was is still the first run's.
    assert ask(place, "SELECT visit_id, run FROM visits ORDER BY run") == [
        (meeting["visit_id"], 1),
        (CALL["visit_id"], 2),
    ]


def test_a_whole_plan_leaves_no_other_visit(place: Path) -> None:
    other = {**CALL, "visit_id": "C002-phone-202603"}
    with History.open(place) as history:
        history.record(run("a"), visits=visits(CALL, other))
        history.record(run("b"), visits=visits(other), is_whole_plan=True)
        assert history.visits()["visit_id"].to_pylist() == ["C002-phone-202603"]
        history.record(run("c"), visits=visits(), is_whole_plan=True)
        assert history.visits().num_rows == 0


def test_a_report_is_kept_once_whatever_sheet_it_came_on(place: Path) -> None:
    came = {**DONE, "source": "[张三.xlsx]2026-03!A7", "name": "甲公司"}
    came_again = {**DONE, "source": "[张三-2.xlsx]Sheet1!A9", "name": "甲公司（上海）"}
    other = {**DONE, "satisfaction": 4.0}
    with History.open(place) as history:
        history.record(run("a", "collect"), reports=reports(came, came_again))
        before = history.reports_digest()
        history.record(run("b", "collect"), reports=reports(came_again))
        assert history.reports_digest() == before
        assert [row["source"] for row in history.reports().to_pylist()] == [came["source"]]
        history.record(run("c", "collect"), reports=reports(other))
        assert history.reports_digest() != before
        assert sorted(history.reports()["satisfaction"].to_pylist()) == [4.0, 4.5]


def test_reports_of_nobody_planned_are_told_apart_by_what_they_say(place: Path) -> None:
    quiet = {"customer_key": "C001", "done_on": date(2026, 3, 1), "feedback": None}
    said = {**quiet, "feedback": "null"}
    blank = {**quiet, "feedback": ""}
    with History.open(place) as history:
        history.record(run(), reports=reports(quiet, said, blank))
        assert sorted(map(str, history.reports()["feedback"].to_pylist())) == ["", "None", "null"]


def test_a_report_of_nothing_below_zero_is_one_of_zero(place: Path) -> None:
    zero, minus = {**DONE, "recommend": 0.0}, {**DONE, "recommend": -0.0}
    with History.open(place) as history:
        history.record(run("a"), reports=reports(zero))
        history.record(run("b"), reports=reports(minus))
        assert history.reports().num_rows == 1
        assert str(history.reports()["recommend"][0]) == "0.0"


def test_any_tool_reads_the_tables_in_plain_words(place: Path) -> None:
    with History.open(place) as history:
        history.record(
            run(), visits=visits(CALL), reports=reports({**DONE, "feedback": "很好"}), classifications=decided(C1="A")
        )  # fmt: skip
    assert ask(place, "SELECT name, owner, due_on, is_never_visited, overdue_days FROM visits") == [
        ("甲公司", "张三", "2026-03-31", 1, None)
    ]
    assert ask(place, "SELECT customer_key, done_on, satisfaction, feedback FROM reports") == [
        ("C001", "2026-03-30", 4.5, "很好")
    ]
    assert ask(place, "SELECT run, customer_key, tier FROM classifications") == [(1, "C1", "A")]
    assert ask(place, "SELECT command, as_of, name, sheet FROM runs JOIN run_inputs ON run = id") == [
        ("classify", "2026-03-31", "台账.xlsx", "客户")
    ]
    assert ask(place, "PRAGMA integrity_check") == [("ok",)]
    assert ask(place, "PRAGMA journal_mode") == [("delete",)]


def test_a_column_that_the_history_does_not_know_is_a_mistake_and_leaves_no_trace(place: Path) -> None:
    with History.open(place) as history:
        with pytest.raises(ValueError, match="salary"):
            history.record(run(), visits=pa.table({"visit_id": ["a"], "salary": [1]}))
        assert history.is_new
    assert list(place.parent.iterdir()) == []


def test_a_recording_that_fails_leaves_all_of_it_out(place: Path) -> None:
    with History.open(place) as history:
        history.record(run("a"), visits=visits(CALL))
        before = place.read_bytes()
        with pytest.raises(ValueError, match="strange"):
            history.record(run("b"), visits=visits(), is_whole_plan=True, reports=pa.table({"strange": [1]}))
        assert [each.key for each in history.runs()] == ["a"]
        assert history.visits().num_rows == 1
    assert place.read_bytes() == before


_CELLS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): st.text(st.sampled_from(string.ascii_letters + "甲乙丙 '\"%_\n\x00𠮷"), max_size=6),
    pa.int64(): st.integers(-(2**63), 2**63 - 1),
    pa.float64(): st.floats(allow_nan=False).map(lambda number: number + 0.0),  # no negative zero
    pa.bool_(): st.booleans(),
    pa.date32(): st.integers(-30_000, 90_000).map(lambda days: date(1970, 1, 1) + timedelta(days)),
}


#: What the rows of one recording differ in; a report has nothing of the kind.
_KEYS = {"classifications": "customer_key", "visits": "visit_id"}


def rows_of(stored: Stored) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = {name: st.none() | _CELLS[kind] for name, kind in stored.columns.items()}
    key = _KEYS.get(stored.name)
    named = row | ({key: _CELLS[pa.string()]} if key else {})
    return st.lists(
        st.fixed_dictionaries(named), max_size=8, unique_by=lambda row: row[key] if key else id(row)
    )  # fmt: skip


def told(history: History, stored: Stored) -> pa.Table:
    """Return the rows of a table that the first run recorded."""
    whole = (VISITS, REPORTS)
    table: pa.Table = getattr(history, stored.name)(*(() if stored in whole else (1,)))
    return table.drop_columns(["run"]) if stored is ADJUSTMENTS else table


@pytest.mark.parametrize("stored", (KPIS, ADJUSTMENTS), ids=lambda stored: stored.name)
@settings(max_examples=25)
@given(data=st.data())
def test_every_cell_comes_back_in_the_order_in_which_it_was_recorded(
    tmp_path_factory: pytest.TempPathFactory, stored: Stored, data: st.DataObject
) -> None:
    rows = data.draw(rows_of(stored))
    table = pa.Table.from_pylist(rows, pa.schema(list(stored.columns.items())))
    with History.open(tmp_path_factory.mktemp("history") / "h.db") as history:
        history.record(run(), **{stored.name: table})
        assert told(history, stored).equals(table)


@pytest.mark.parametrize("stored", (CLASSIFICATIONS, VISITS, REPORTS), ids=lambda stored: stored.name)
@settings(max_examples=25)
@given(data=st.data())
def test_every_cell_comes_back_and_the_order_of_rows_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, stored: Stored, data: st.DataObject
) -> None:
    rows = data.draw(rows_of(stored))
    shuffled = data.draw(st.permutations(rows))
    found = []
    for number, given_rows in enumerate((rows, shuffled)):
        table = pa.Table.from_pylist(given_rows, pa.schema(list(stored.columns.items())))
        with History.open(tmp_path_factory.mktemp("history") / f"{number}.db") as history:
            history.record(run(), **{stored.name: table})
            found.append(told(history, stored))
    assert found[0].schema == pa.schema(list(stored.columns.items()))
    assert found[0].to_pylist() == found[1].to_pylist() or stored is REPORTS
    kept = {repr(sorted(row.items())) for row in found[0].to_pylist()}
    assert kept <= {repr(sorted(row.items())) for row in rows}
    if stored is not REPORTS:
        assert len(kept) == len(rows)


def test_tables_longer_than_a_chunk_come_back_whole(place: Path) -> None:
    count = 40_000
    ids = [f"C{number:06}-phone-202603" for number in range(count)]
    table = pa.table({"visit_id": ids[::-1], "overdue_days": pa.array(range(count))})
    with History.open(place) as history:
        history.record(run(), visits=table)
        found = history.visits()
    assert found["visit_id"].to_pylist() == ids
    assert found["overdue_days"].to_pylist() == list(range(count))[::-1]


def test_the_history_knows_all_columns_of_a_plan_and_of_reports_but_the_place_in_the_ledger() -> None:
    from crmtool.visits.model import PLAN_COLUMNS, REPORT_COLUMNS

    assert dict(VISITS.columns) == {name: kind for name, kind in PLAN_COLUMNS.items() if name != "customer"}
    assert dict(REPORTS.columns) == {
        name: kind for name, kind in REPORT_COLUMNS.items() if name != "customer"
    }


def test_a_report_that_was_replaced_is_kept_and_holds_no_more(place: Path) -> None:
    wrong, right = reports(DONE), reports({**DONE, "satisfaction": 2.0})
    with History.open(place) as history:
        history.record(run("a"), reports=wrong)
        before = history.reports_digest()
        history.record(run("b"), reports=right, replaced=wrong)
        assert history.reports()["satisfaction"].to_pylist() == [2.0]
        assert history.reports_digest() != before
        history.record(run("c"), reports=wrong, replaced=right)
        assert history.reports()["satisfaction"].to_pylist() == [4.5]
        assert history.reports_digest() == before
    assert ask(place, "SELECT count(*) FROM stored_reports") == [(2,)]
    assert ask(place, "SELECT satisfaction FROM reports") == [(4.5,)]


def test_the_history_knows_all_columns_of_kpis_and_adjustments() -> None:
    from crmtool.review.model import ADJUSTMENT_COLUMNS, KPI_COLUMNS, SNAPSHOT_COLUMNS

    assert dict(KPIS.columns) == dict(KPI_COLUMNS)
    asked = {name: kind for name, kind in ADJUSTMENT_COLUMNS.items() if name != "customer"}
    assert dict(ADJUSTMENTS.columns) == {**asked, "period": pa.string(), "applied": pa.string()}
    assert SNAPSHOT_COLUMNS.items() <= CLASSIFICATIONS.columns.items()


def test_kpis_and_adjustments_are_those_of_their_run_and_replaced_with_it(place: Path) -> None:
    rate = pa.table({"id": ["visit_rate", "nps"], "tier": ["A", None], "actual": [0.97, None]})
    asked = pa.table({"period": ["2026Q1"], "customer_key": ["C1"], "remark": ["先电话联系"]})
    other = pa.table({"period": ["2026Q2"], "customer_key": ["C2"], "applied": ["approved"]})
    with History.open(place) as history:
        first = history.record(run("a", "review"), kpis=rate, adjustments=asked)
        second = history.record(run("b", "review"), kpis=rate.slice(1), adjustments=other)
        assert history.kpis(first.id)["id"].to_pylist() == ["visit_rate", "nps"]
        assert history.kpis(first.id)["actual"].to_pylist() == [0.97, None]
        assert history.kpis(second.id)["id"].to_pylist() == ["nps"]
        assert history.kpis(99).num_rows == 0
        assert history.adjustments(second.id)["applied"].to_pylist() == ["approved"]
        assert history.adjustments().select(["run", "customer_key"]).to_pylist() == [
            {"run": 1, "customer_key": "C1"},
            {"run": 2, "customer_key": "C2"},
        ]
        history.record(run("a", "review"), kpis=rate.slice(0, 1), adjustments=asked.slice(1))
        assert history.kpis(first.id)["id"].to_pylist() == ["visit_rate"]
        assert history.adjustments()["customer_key"].to_pylist() == ["C2"]
    assert ask(place, "SELECT run, id, actual FROM kpis ORDER BY run") == [(1, "visit_rate", 0.97), (2, "nps", None)]  # fmt: skip


def test_what_adjustments_say_is_packed_in_their_order_beside_what_was_known_of_customers(
    place: Path,
) -> None:
    causes = [None if number % 3 == 0 else f"复购率未达标 {number}" for number in range(20_000, 0, -1)]
    asked = pa.table({"customer_key": ["C1"] * 20_000, "cause": causes})
    with History.open(place) as history:
        known = pa.table({"customer_key": ["C1"], "facts": ["{}"]})
        history.record(run(), classifications=known, adjustments=asked)
        assert history.adjustments(1)["cause"].to_pylist() == causes
        assert history.classifications(1)["facts"].to_pylist() == ["{}"]
        assert history.adjustments(1)["remark"].null_count == 20_000
    assert ask(place, "SELECT name, count(*) FROM stored_packed GROUP BY name") == [
        ("cause", 2),
        ("facts", 1),
    ]
    assert ask(place, "SELECT count(*) FROM stored_adjustments WHERE cause IS NOT NULL") == [(0,)]


def test_what_adjustments_said_before_they_were_packed_is_told_still(place: Path) -> None:
    with History.open(place) as history:
        history.record(run(), adjustments=pa.table({"customer_key": ["C1", "C2"]}))
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE stored_adjustments SET remark = '说明 ' || position")
    with History.open(place) as history:
        assert history.adjustments()["remark"].to_pylist() == ["说明 0", "说明 1"]
        assert history.adjustments()["kpis"].to_pylist() == [None, None]


def test_what_was_known_of_more_customers_than_are_packed_together_comes_back_with_each(place: Path) -> None:
    keys = [f"C{number:06}" for number in range(20_000)]
    facts = [None if number % 7 == 0 else f'{{"年消费额":"{number}"}}' for number in range(20_000)]
    table = pa.table({"customer_key": keys[::-1], "facts": facts[::-1]})
    with History.open(place) as history:
        history.record(run(), classifications=table)
        found = history.classifications(1)
        assert found["customer_key"].to_pylist() == keys
        assert found["facts"].to_pylist() == facts
        # Recorded again without, nothing of it is left.
        history.record(run(), classifications=table.select(["customer_key"]))
        assert history.classifications(1)["facts"].null_count == 20_000
    assert ask(place, "SELECT count(*) FROM stored_packed") == [(0,)]

"""All that a history holds goes into another one whole, once, and into one that has its own runs beside them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyarrow as pa
import pytest
from history_tables import ask, decided, reports, run, visits

from crmtool.errors import CrmtoolError, Finding
from crmtool.files.history import History

CALL = {"visit_id": "C1-phone-202603", "customer_key": "C1", "status": "open"}
DONE = {"visit_id": "C1-phone-202603", "customer_key": "C1", "outcome": "done", "satisfaction": 4.5}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a history with a row of every kind, whose first run was recorded again as the last."""
    path = tmp_path / "h.db"
    facts = decided(C1="A", C2=None).append_column("facts", pa.array(['{"年消费额":"12万元"}', None]))
    rates = pa.table({"id": ["nps", "visit_rate"], "actual": [None, 0.5]})
    asked = pa.table({"period": ["2026Q1"], "customer_key": ["C2"], "remark": ["先电话\r\n联系"]})
    with History.open(path) as history:
        history.record(run("a"), classifications=facts)
        history.record(run("b", "plan"), visits=visits(CALL), is_whole_plan=True)
        history.record(run("c", "collect"), reports=reports(DONE), visits=visits({**CALL, "status": "done"}))
        history.record(
            run("d", "collect"), reports=reports({**DONE, "satisfaction": 3.0}), replaced=reports(DONE)
        )
        note = Finding("control-characters", sheet="客户", cell="B2", count=2)
        history.record(run("e", "review", notes=(note,)), kpis=rates, adjustments=asked)
        history.record(run("a", counts={"A": 1, "": 1}), classifications=facts)
    return path


def test_a_history_goes_whole_into_an_empty_one(tmp_path: Path, place: Path) -> None:
    other = tmp_path / "other.db"
    with History.open(place, is_read_only=True) as history, History.open(other) as fresh:
        whole = history.whole()
        taken = fresh.take_over(whole)
        assert [each.key for each in taken.added] == ["b", "c", "d", "e", "a"]
        assert (taken.known, taken.has_kept_plan) == ((), False)
        again = fresh.whole()
        assert fresh.reports_digest() == history.reports_digest()
        assert [each.id for each in fresh.runs()] == [2, 3, 4, 5, 1]
    assert again.runs == whole.runs
    assert {name: table.to_pylist() for name, table in again.tables.items()} == {
        name: table.to_pylist() for name, table in whole.tables.items()
    }
    assert sorted(again.tables["reports"]["replaced_in"].to_pylist(), key=str) == [4, None]
    assert ask(other, "SELECT satisfaction, run FROM reports") == [(3.0, 4)]


def test_what_is_known_already_stays_as_it_is(tmp_path: Path, place: Path) -> None:
    with History.open(place) as history:
        whole, before = history.whole(), place.read_bytes()
        taken = history.take_over(whole)
        assert (len(taken.added), len(taken.known)) == (0, 5)
        assert not taken.has_kept_plan
        assert history.whole().runs == whole.runs
    assert place.read_bytes() == before


def test_runs_that_are_new_come_beside_those_that_are_there(tmp_path: Path, place: Path) -> None:
    other = tmp_path / "other.db"
    with History.open(other) as history:
        history.record(run("own", "plan"), visits=visits({**CALL, "visit_id": "C9"}), is_whole_plan=True)
        history.record(run("b", "plan"), visits=visits({**CALL, "visit_id": "C8"}))
        with History.open(place, is_read_only=True) as source:
            taken = history.take_over(source.whole())
        assert [each.key for each in taken.added] == ["c", "d", "e", "a"]
        assert [each.key for each in taken.known] == ["b"]
        assert [each.key for each in history.runs()] == ["own", "b", "c", "d", "e", "a"]
        # Two plans are none: the one that is there stays. What was reported is reported.
        assert taken.has_kept_plan
        assert history.visits()["visit_id"].to_pylist() == ["C8", "C9"]
        assert history.reports()["satisfaction"].to_pylist() == [3.0]
        (first,) = (each for each in history.runs() if each.key == "a")
        assert history.classifications(first.id)["tier"].to_pylist() == ["A", None]
        assert history.adjustments()["remark"].to_pylist() == ["先电话\r\n联系"]


def test_taking_over_is_all_or_nothing(tmp_path: Path, place: Path) -> None:
    with History.open(place, is_read_only=True) as history:
        whole = history.whole()
    broken = whole.tables["reports"].append_column("strange", pa.array([1, 2]))
    other = tmp_path / "other.db"
    with History.open(other) as history:
        with pytest.raises(KeyError):
            history.take_over(dataclasses.replace(whole, tables={"classifications": broken}))
        assert history.is_new
    assert not other.exists()


def test_a_row_of_a_run_that_is_not_there_is_damage(place: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(place)
    connection.execute("DELETE FROM runs WHERE key = 'c'")
    connection.commit()
    connection.close()
    with History.open(place, is_read_only=True) as history, pytest.raises(CrmtoolError) as raised:
        history.whole()
    assert [each.code for each in raised.value.findings] == ["history-damaged"]


def test_a_customer_is_followed_through_all_runs_by_key_number_or_name(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "customer_key": ["C1", "C2"],
            "customer_id": ["C1", "C2"],
            "name": ["甲公司", "乙公司"],
            "tier": ["A", "B"],
            "label": ["高价值客户", "潜力客户"],
            "reason": ["年消费额 12万元", "年消费额 6万元"],
        }
    )
    with History.open(tmp_path / "h.db") as history:
        history.record(run("a"), classifications=rows)
        history.record(run("b", "plan"))
        history.record(run("c", "review"), classifications=rows.slice(1))
        for asked in ("C2", "乙公司"):
            assert history.classifications_of(asked).select(["run", "tier", "reason"]).to_pylist() == [
                {"run": 1, "tier": "B", "reason": "年消费额 6万元"},
                {"run": 3, "tier": "B", "reason": "年消费额 6万元"},
            ]
        assert history.classifications_of("甲公司")["run"].to_pylist() == [1]
        assert history.classifications_of("丙公司").num_rows == 0
        assert history.labels(1) == {"A": "高价值客户", "B": "潜力客户"}
        assert history.labels(2) == {}

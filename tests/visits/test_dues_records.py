"""A ledger's 回访记录 as reports, and what they say of the last contact."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from due_cases import common, people, visited

from crmtool.ledger.ledger import Ledger, Source, Table
from crmtool.ledger.standard.outcomes import outcomes_of
from crmtool.visits.calendar.days import NO_DAY
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import REPORT_COLUMNS, frame_of
from crmtool.visits.reading.contacts import Contacts, contacts_of
from crmtool.visits.reading.records import records_of

AS_OF = date(2026, 3, 1)
ROWS = [{"customer_id": "A", "name": "甲"}, {"customer_id": "B", "name": "乙"}]


def ledger(**cells: list[object]) -> Ledger:
    """Return a ledger of two customers with these visits."""
    types = {
        **{name: pa.date32() for name in ("date", "planned_date", "next_followup")},
        "customer": pa.int64(),
        "row": pa.int64(),
        "satisfaction": pa.float64(),
    }
    count = len(cells["customer"])
    cells = {"row": list(range(2, 2 + count)), "sheet": ["回访记录"] * count, **cells}
    arrays = {name: pa.array(values, types.get(name, pa.string())) for name, values in cells.items()}
    visits = Table(
        frame_of({n: a.type for n, a in arrays.items()}, arrays), {}, Source("a.xlsx", "", (), 1, count)
    )
    return Ledger(AS_OF, people(ROWS), visits=visits)


def told(**cells: list[object]) -> dict[str, list[object]]:
    """Return the columns of the reports."""
    what = ledger(**cells)
    frame = records_of(what, customer_keys(what.customers.frame), common())
    assert list(frame.columns) == list(REPORT_COLUMNS)
    return {name: pa.array(frame[name]).to_pylist() for name in frame}


def contacts(records: object, **also: object) -> Contacts:
    """Return the contacts of customers A and B."""
    spoken = np.array(also.get("spoken", ["NaT", "NaT"]), "datetime64[D]")
    return contacts_of(records, pa.array(["A", "B"]), spoken, AS_OF)  # type: ignore[arg-type]


def test_a_visit_with_a_date_and_nothing_else_was_made() -> None:
    found = told(customer=[0, 1, None], date=[date(2026, 1, 5), None, date(2026, 1, 6)])
    assert found["outcome"] == ["done", None, "done"]
    assert found["customer_key"] == ["A", "B", None]
    assert found["done_on"] == [date(2026, 1, 5), None, date(2026, 1, 6)]
    assert found["source"] == ["[a.xlsx]回访记录!2", "[a.xlsx]回访记录!3", "[a.xlsx]回访记录!4"]


@pytest.mark.parametrize(
    ("status", "result", "outcome"),
    [
        ("已完成", "客户未联系上", "done"),
        ("未完成", None, None),
        ("待办", "完成", None),  # 完成情况 goes before 回访结果
        (None, "未联系上", "unreached"),
        (None, "无人接听", "unreached"),
        ("改期", None, "postponed"),
        ("取 消", None, "cancelled"),
        ("不清楚", "嫌贵", "done"),  # neither says anything: it has a date
        (None, "改约", "postponed"),
        (None, "客户对完成情况满意", "done"),  # no word for an outcome
    ],
)
def test_what_came_of_a_visit_is_read_from_its_words(status: str, result: str, outcome: str | None) -> None:
    found = told(customer=[0], date=[date(2026, 1, 5)], status=[status], result=[result])
    assert found["outcome"] == [outcome]


def test_channels_and_the_other_cells_are_carried_over() -> None:
    found = told(
        customer=[0, 1],
        date=[date(2026, 1, 5), date(2026, 1, 6)],
        channel=["登门拜访", "高层拜访"],
        satisfaction=[4.0, None],
        content=["谈价格", " "],
        next_followup=[date(2026, 4, 1), None],
        planned_date=[None, date(2026, 1, 2)],
        vas_joined=["是", None],
        visit_id=["A-onsite-202601", None],
    )
    assert found["channel"] == ["onsite", "executive"]
    assert found["satisfaction"] == [4.0, None]
    assert found["feedback"] == ["谈价格", None]
    assert found["next_contact"] == [date(2026, 4, 1), None]
    assert found["planned_on"] == [None, date(2026, 1, 2)]
    assert found["joined_services"] == ["是", None]
    assert found["visit_id"] == ["A-onsite-202601", None]


def test_a_ledger_without_visits_has_no_reports() -> None:
    what = Ledger(AS_OF, people(ROWS))
    assert len(records_of(what, customer_keys(what.customers.frame), common())) == 0


def test_the_last_contact_is_the_latest_visit_that_was_made_up_to_the_as_of_day() -> None:
    records = visited(
        ("A", "2026-01-05", "phone"),
        ("A", "2026-02-05", "onsite"),
        ("A", "2026-02-20", "phone", "unreached"),
        ("A", "2026-02-21", "phone", "cancelled"),
        ("A", "2026-03-02", "phone"),
        ("B", "2026-01-09", None),
        ("Z", "2026-01-09", "phone"),
    )
    found = contacts(records, spoken=["2026-01-20", "2026-01-20"])
    assert found.last().astype(str).tolist() == ["2026-02-05", "2026-01-20"]
    assert found.last_by("phone").astype(str).tolist() == ["2026-01-05", "NaT"]
    assert found.last_by("any").astype(str).tolist() == ["2026-02-05", "2026-01-20"]
    assert found.since("any", np.array(["2026-01-05", "2026-01-10"], "datetime64[D]")).tolist() == [2, 0]
    assert found.since("phone", np.array([NO_DAY, NO_DAY])).tolist() == [0, 0]


def test_a_visit_reported_as_made_without_its_day_counts_on_the_day_it_was_planned_for() -> None:
    cells = {"customer_key": ["A"], "planned_on": [date(2026, 1, 8)], "outcome": ["done"], "visit_id": ["x"]}
    records = frame_of(REPORT_COLUMNS, {name: pa.array(c, REPORT_COLUMNS[name]) for name, c in cells.items()})
    found = contacts(records)
    assert found.last().astype(str).tolist() == ["2026-01-08", "NaT"]
    assert found.done_ids.to_pylist() == ["x"]


def test_a_report_is_its_customers_by_key_and_by_position_where_it_has_none() -> None:
    cells = {
        "customer_key": ["B", None],
        "customer": [0, 0],  # the position was that of another ledger
        "done_on": [date(2026, 1, 8), date(2026, 1, 9)],
        "outcome": ["done", "done"],
    }
    records = frame_of(REPORT_COLUMNS, {name: pa.array(c, REPORT_COLUMNS[name]) for name, c in cells.items()})
    assert contacts(records).last().astype(str).tolist() == ["2026-01-09", "2026-01-08"]


def test_the_outcomes_of_the_model_are_words_too() -> None:
    from crmtool.visits.model import OUTCOME_LABELS, STATUS_LABELS

    assert outcomes_of(pa.array(list(OUTCOME_LABELS.values()))).to_pylist() == list(OUTCOME_LABELS)
    assert outcomes_of(pa.array(list(STATUS_LABELS.values()))).null_count == 0

"""Lines keep their rhythm from one plan to the next, though a call is not a visit on site."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from due_cases import basis, column, due, visited

from crmtool.visits.model import PLAN_COLUMNS, frame_of

Visit = tuple[str, str, str, str]


def plan_of(*visits: Visit) -> pd.DataFrame:
    """Return an earlier plan of one customer: end of the id, due day, planned day, status."""
    days = [[date.fromisoformat(visit[place]) for visit in visits] for place in (1, 2)]
    cells: dict[str, Any] = {
        "visit_id": [f"C1-{visit[0]}" for visit in visits],
        "customer": [0] * len(visits),
        "due_on": days[0],
        "planned_on": days[1],
        "status": [visit[3] for visit in visits],
    }
    return frame_of(PLAN_COLUMNS, cells)


def found(
    says: dict[str, Any], *records: tuple[Any, ...], span: tuple[str, str, str], **also: Any
) -> dict[str, Any]:
    what = basis(
        "annual_plan",
        [{"customer_id": "C1", "tier": "important", **says}],
        visited(*(("C1", *record) for record in records)),
        **also,
    )
    return {key.removeprefix("C1-"): day for key, day in column(due(what, *span), "due_on").items()}


HALF_YEAR = ("2027-01-01", "2027-06-30", "2027-01-06")
PLANNED = plan_of(
    ("phone-202702", "2027-02-05", "2027-02-05", "open"),
    ("onsite-202702", "2027-02-05", "2027-02-05", "open"),
    ("onsite-202705", "2027-05-05", "2027-05-06", "open"),
    ("executive-202705", "2027-05-05", "2027-05-06", "open"),
)


def test_a_call_does_not_put_off_what_was_planned_on_site() -> None:
    visits = found({"last_contact": "2026-11-05"}, ("2027-01-05", "phone"), span=HALF_YEAR, earlier=PLANNED)
    assert visits == {
        **{f"phone-20270{month}": f"2027-0{month}-05" for month in range(2, 7)},
        "onsite-202702": "2027-02-05",
        "onsite-202705": "2027-05-05",
        "executive-202705": "2027-05-05",
    }


def test_without_an_earlier_plan_the_last_contact_is_all_there_is() -> None:
    visits = found({"last_contact": "2026-11-05"}, ("2027-01-05", "phone"), span=HALF_YEAR)
    assert {key: day for key, day in visits.items() if "phone" not in key} == {"onsite-202704": "2027-04-05"}


def test_a_visit_on_site_that_is_on_record_goes_before_the_plan() -> None:
    record = ("2027-01-04", "onsite")
    visits = found({"last_contact": "2027-01-05"}, record, span=HALF_YEAR, earlier=PLANNED)
    assert visits["onsite-202704"] == "2027-04-04"
    assert "onsite-202702" not in visits


def test_a_missed_visit_on_site_stays_missed_whoever_calls() -> None:
    missed = plan_of(
        ("onsite-202611", "2026-11-05", "2026-11-05", "missed"),
        ("onsite-202702", "2026-11-05", "2027-02-05", "open"),
    )
    visits = found({"last_contact": "2027-01-05"}, span=HALF_YEAR, earlier=missed)
    assert (visits["onsite-202701"], visits["onsite-202704"]) == ("2026-11-05", "2027-04-05")


def test_a_cancelled_visit_is_not_held() -> None:
    off = plan_of(("onsite-202702", "2027-02-05", "2027-02-05", "cancelled"))
    visits = found({"last_contact": "2027-01-05"}, span=HALF_YEAR, earlier=off)
    assert visits["onsite-202704"] == "2027-04-05"


def test_the_last_day_of_a_month_is_kept() -> None:
    ends = plan_of(
        ("onsite-202702", "2027-02-28", "2027-02-26", "open"),
        ("onsite-202705", "2027-05-31", "2027-05-31", "open"),
    )
    visits = found({"last_contact": "2027-01-05"}, span=HALF_YEAR, earlier=ends)
    assert [day for key, day in visits.items() if "onsite" in key] == ["2027-02-28", "2027-05-31"]


@pytest.mark.parametrize("named", [True, False])
def test_an_agreed_visit_is_one_of_its_own_line(named: bool) -> None:
    # Put off from 15 December to 12 January: the next one on site is three months later; calls go on.
    agreed = plan_of(("onsite-202612", "2026-12-15", "2027-01-12", "agreed"))
    says = {"last_contact": "2026-12-30", **({"next_followup": "2027-01-12"} if named else {})}
    visits = found(says, ("2026-12-30", "phone"), span=HALF_YEAR, earlier=agreed, agreed=np.array([False]))
    assert {key: day for key, day in visits.items() if "onsite" in key} == {
        "onsite-202701": "2027-01-12",
        "onsite-202704": "2027-04-12",
    }
    assert visits["phone-202701"] == "2027-01-30"

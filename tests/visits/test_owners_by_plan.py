"""Whose a customer is between two plannings: the plan's word holds where it names somebody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from crmtool.visits.model import PLAN_COLUMNS, frame_of
from crmtool.visits.planning.owning import as_planned, differing, owners_by_plan

#: The ledger's owners of five customers.
OWNERS = pa.array(["张三", "张三", None, "李四", "王五"])


def plan(*rows: tuple[str, int | None, str | None, int, str]) -> Any:
    """Return a plan of visits: id, customer, owner, day of March, status."""
    ids, customers, owners, days, states = zip(*rows, strict=True)
    planned_on = [date(2026, 3, day) for day in days]
    cells = {"visit_id": ids, "customer": customers, "owner": owners, "status": states}
    return frame_of(PLAN_COLUMNS, {**{k: list(v) for k, v in cells.items()}, "planned_on": planned_on})


VISITS = plan(
    ("a2", 0, "赵六", 20, "open"),
    ("a1", 0, "李四", 10, "agreed"),  # the first of the two
    ("a0", 0, "孙七", 1, "done"),  # who made it says nothing of whose the customer is
    ("b1", 1, None, 5, "open"),  # nobody's in the plan: the ledger's
    ("c1", 2, "李四", 5, "open"),  # the ledger names nobody
    ("d1", 3, "李四", 5, "open"),
    ("d2", 3, "张三", 6, "open"),  # another one only later
    ("z1", None, "张三", 5, "open"),  # not in the ledger any more
)


def test_a_customer_is_the_owner_of_the_first_visit_that_is_still_to_be_made() -> None:
    assert owners_by_plan(VISITS, OWNERS).to_pylist() == ["李四", "张三", "李四", "李四", "王五"]
    backwards = VISITS.iloc[::-1].reset_index(drop=True)
    assert owners_by_plan(backwards, OWNERS).to_pylist() == ["李四", "张三", "李四", "李四", "王五"]


def test_visits_to_be_made_by_another_than_the_ledgers_owner_are_listed_by_id() -> None:
    assert differing(VISITS, OWNERS)["visit_id"].tolist() == ["a1", "a2", "c1", "d2"]
    assert differing(VISITS.iloc[3:4], OWNERS).empty


def test_visits_keep_the_owner_that_the_plan_gave_them_in_whatever_order_it_comes() -> None:
    told = plan(("x", 0, "李四", 5, "open"), ("y", 1, None, 5, "open"))
    visits = plan(("y", 1, "张三", 5, "open"), ("x", 0, "张三", 5, "open"), ("new", 4, "王五", 5, "open"))
    assert as_planned(visits, told)["owner"].tolist() == ["张三", "李四", "王五"]

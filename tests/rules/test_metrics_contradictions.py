"""A ledger that says a customer bought, beside records that have nothing of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
from case_frames import shipped
from small_ledgers import customers, ledger, records

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import EMPTY, NEVER, READ, Ledger
from crmtool.messages import text_of
from crmtool.rules.cases import Cases
from crmtool.rules.measuring.metrics import measure

RULES = shipped("annual_value")
AMOUNT, LAST = RULES.fields["annual_amount"].spec, RULES.fields["last_order"].spec
EARLY = {"customer": [0], "order_date": ["2023-01-05"], "amount": [100]}


def measured(*columns: tuple[FieldSpec, pa.Array], **more: Any) -> Cases:
    book = ledger("2024-06-30", customers(4, *columns), orders=records(**EARLY), **more)
    return measure(book, RULES)


def states(cases: Cases, field: str) -> list[int]:
    found: list[int] = pa.array(cases.frame[field + "__state"]).to_pylist()
    return found


def codes(cases: Cases) -> list[str]:
    return [finding.code for finding in cases.findings]


def test_a_customer_with_an_amount_of_their_own_and_no_order_has_not_never_ordered() -> None:
    cases = measured((AMOUNT, pa.array([1, 5_000_000, 0, None], pa.int64())))
    assert states(cases, "last_order") == [READ, EMPTY, NEVER, NEVER]
    assert states(cases, "orders_12m") == [READ, EMPTY, READ, READ]
    (finding,) = (f for f in cases.findings if f.code == "ledger-not-in-records")
    assert (finding.count, finding.sheet, finding.cell) == (1, "客户", "A3")
    assert text_of(finding, "zh").startswith("1 位客户台账有金额、次数或最近日期，明细里却没有他们：")


def test_a_last_order_that_the_orders_should_have_makes_their_counts_unknown() -> None:
    days = [date(2024, 1, 1), date(2023, 1, 5), date(2023, 1, 4), None]
    cases = measured((LAST, pa.array(days, pa.date32())))
    assert states(cases, "annual_amount") == [READ, EMPTY, READ, READ]
    assert [f.count for f in cases.findings if f.code == "ledger-not-in-records"] == [1]


def test_a_lifetime_total_says_nothing_of_the_last_years() -> None:
    total = FieldSpec("total_amount", "累计消费金额", "money")
    cases = measured((total, pa.array([1, 1, 1, 1], pa.int64())))
    assert states(cases, "last_order") == [READ, NEVER, NEVER, NEVER]
    assert "ledger-not-in-records" not in codes(cases)


def test_nothing_is_said_where_no_cell_is_left_to_be_counted() -> None:
    full = (AMOUNT, pa.array([1, 2, 3, 4], pa.int64()))
    book = ledger("2024-06-30", customers(4, full), orders=records(**EARLY))
    rules = shipped("annual_plan")
    (only,) = (f for f in measure(book, rules).findings if f.code == "ledger-not-in-records")
    assert rules.fields["annual_amount"].label not in only.params["fields"].split("、")


def test_a_ledger_without_orders_has_no_such_finding() -> None:
    book = Ledger(date(2024, 6, 30), customers(1, (AMOUNT, pa.array([1], pa.int64()))))
    assert "ledger-not-in-records" not in codes(measure(book, RULES))

"""From a ledger to cases: the ledger's cell first, then what its sheets count, and what having no row means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from small_ledgers import customers, ledger, records

from crmtool.ledger.fields import FieldSpec, Kind
from crmtool.ledger.ledger import EMPTY, NEVER, READ, UNREAD, Ledger
from crmtool.ledger.quantities import Duration
from crmtool.messages import text_of
from crmtool.rules.arrays import is_arrow_backed
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Atom, Bound, Range, Within
from crmtool.rules.measuring.asked import asked_spans
from crmtool.rules.measuring.metrics import measure, measure_fields
from crmtool.rules.model import Derivation, Dimension, Field, Level, Rule, RuleSet

YEAR = Duration(months=12)
SUM = Derivation("orders", "sum", of="amount", window=YEAR)
LAST = Derivation("orders", "max", of="order_date")
FIRST = Derivation("orders", "min", of="order_date")


def field(id: str, kind: Kind, derivation: Derivation | None = None, **spec: Any) -> Field:
    return Field(FieldSpec(id, id, kind, **spec), derivation=derivation)


AMOUNT = field("amount_12m", "money", SUM)


def cells(cases: Cases, name: str) -> list[Any]:
    found: list[Any] = pa.array(cases.frame[name]).to_pylist()
    return found


def counted(book: Ledger, *fields: Field, asked: dict[str, Duration] | None = None) -> Cases:
    cases = measure_fields(book, fields, asked or {})
    assert is_arrow_backed(cases.frame)
    return cases


def three(*orders: tuple[int | None, str | None, int | None], as_of: str = "2024-06-30") -> Ledger:
    customer, day, amount = zip(*orders, strict=True)
    return ledger(as_of, customers(3), orders=records(customer=customer, order_date=day, amount=amount))


def test_a_customer_without_orders_has_0_and_never_where_the_orders_reach_back_far_enough() -> None:
    book = three((0, "2023-07-01", 100), (1, "2024-06-01", 200))
    cases = counted(
        book, AMOUNT, field("last", "age", LAST), field("n", "count", Derivation("orders", "count"))
    )
    assert cells(cases, "amount_12m") == [100, 200, 0]
    assert cells(cases, "amount_12m__state") == [READ, READ, READ]
    assert cells(cases, "last") == [date(2023, 7, 1), date(2024, 6, 1), None]
    assert cells(cases, "last__state") == [READ, READ, NEVER]
    assert cells(cases, "n") == [1.0, 1.0, 0.0]
    assert cases.derived == {"amount_12m": "orders", "last": "orders", "n": "orders"}
    assert not cases.findings


def test_orders_that_begin_a_day_too_late_leave_a_customer_without_them_unknown_with_one_finding() -> None:
    book = three((0, "2023-07-02", 100), (1, "2024-06-01", 200))
    cases = counted(book, AMOUNT, field("n", "count", Derivation("orders", "count", window=YEAR)))
    assert cells(cases, "amount_12m") == [100, 200, None]
    assert cells(cases, "amount_12m__state") == [READ, READ, EMPTY]
    (finding,) = cases.findings
    assert finding.code == "records-begin-late"
    assert dict(finding.params) == {
        "first": "2023-07-02", "needed": "2023-07-01", "fields": "amount_12m、n", "customers": "1"
    }  # fmt: skip


def test_customers_with_a_cell_of_their_own_are_not_counted_as_unknown_for_late_records() -> None:
    orders = records(customer=[0], order_date=["2024-01-01"], amount=[100])
    count = field("n", "count", Derivation("orders", "count", window=YEAR))
    filled = customers(3, (AMOUNT.spec, pa.array([100, 0, 0])), (count.spec, pa.array([1.0, 0.0, None])))
    (finding,) = counted(ledger("2024-06-30", filled, orders=orders), AMOUNT, count).findings
    assert (finding.params["fields"], finding.params["customers"]) == ("n", "1")
    whole = customers(3, (AMOUNT.spec, pa.array([100, 0, 0])))
    assert not counted(ledger("2024-06-30", whole, orders=orders), AMOUNT).findings


def test_never_is_a_fact_only_if_the_orders_reach_back_as_far_as_the_rules_ask() -> None:
    book = three((0, "2024-03-01", 100))
    last = field("last", "age", LAST)
    assert cells(counted(book, last, asked={"last": Duration(months=3)}), "last__state")[1] == NEVER
    assert cells(counted(book, last, asked={"last": Duration(months=6)}), "last__state")[1] == EMPTY


def test_the_first_order_of_a_sheet_that_begins_too_late_tells_no_tenure() -> None:
    book = three((0, "2024-01-05", 100))
    tenure = field("tenure", "age", FIRST)
    late = counted(book, tenure, asked={"tenure": YEAR})
    assert late.absent == {"tenure"}
    assert cells(late, "tenure") == [None, None, None]
    early = counted(three((0, "2024-01-05", 100), (1, "2023-06-30", 1)), tenure, asked={"tenure": YEAR})
    assert cells(early, "tenure") == [date(2024, 1, 5), date(2023, 6, 30), None]


GROWTH = field("growth", "percent", Derivation("orders", "trend", of="amount", window=YEAR, versus=YEAR))


def test_growth_is_told_where_the_orders_cover_the_window_before() -> None:
    cases = counted(three((0, "2022-07-01", 100), (0, "2024-01-01", 150), (1, "2024-01-01", 1)), GROWTH)
    assert cells(cases, "growth") == [0.5, float("inf"), 0.0]
    assert not cases.findings


def test_growth_is_absent_for_all_where_the_orders_begin_within_the_window_before_or_after_it() -> None:
    for first in ("2022-07-02", "2023-04-15", "2023-07-01"):
        cases = counted(three((0, first, 100), (0, "2024-01-01", 150), (1, "2024-01-01", 1)), GROWTH)
        assert cases.absent == {"growth"}
        assert cells(cases, "growth") == [None, None, None]
        (finding,) = cases.findings
        assert (finding.code, finding.sheet) == ("records-too-short", "明细")
        assert dict(finding.params) == {
            "first": first, "needed": "2022-07-01", "fields": "growth", "customers": "3"
        }  # fmt: skip


def test_growth_that_the_ledger_itself_states_for_some_stays_and_the_others_are_unknown() -> None:
    given = customers(3, (GROWTH.spec, pa.array([0.25, None, 0.1])))
    orders = records(customer=[0, 0], order_date=["2023-05-01", "2024-01-01"], amount=[100, 400])
    cases = counted(ledger("2024-06-30", given, orders=orders), GROWTH)
    assert cases.absent == frozenset()
    assert cells(cases, "growth") == [0.25, None, 0.1]
    (finding,) = cases.findings
    assert (finding.code, finding.params["customers"]) == ("records-too-short", "1")


def test_a_total_of_a_part_of_its_window_is_kept_with_one_finding_on_what_it_is_of() -> None:
    orders = records(
        customer=[0, 1, 0], order_date=["2024-02-28", "2024-03-28", "2024-04-28"], amount=[100, 200, 300]
    )
    given = customers(3, (AMOUNT.spec, pa.array([None, None, 900])))
    count = field("n", "count", Derivation("orders", "count", window=YEAR))
    cases = counted(ledger("2024-06-30", given, orders=orders), AMOUNT, count)
    assert cells(cases, "amount_12m") == [400, 200, 900]
    part, late = cases.findings
    assert part.code == "records-cover-part"
    assert dict(part.params) == {
        "first": "2024-02-28", "needed": "2023-07-01", "fields": "amount_12m、n", "customers": "2"
    }  # fmt: skip
    assert (late.code, late.params["fields"], late.params["customers"]) == ("records-begin-late", "n", "1")
    assert "what there is since 2024-02-28" in text_of(part, "en")


def test_orders_that_begin_no_later_in_the_window_than_they_ever_pause_are_whole() -> None:
    # From 1 July 2023: 9 days to the first order; the longest pause is of 9 days, then of 8.
    whole = three((0, "2023-07-10", 100), (1, "2023-07-19", 200), (2, "2023-07-20", 200))
    assert not counted(whole, AMOUNT).findings
    part = three((0, "2023-07-10", 100), (1, "2023-07-18", 200), (2, "2023-07-20", 200))
    assert [f.code for f in counted(part, AMOUNT).findings] == ["records-cover-part"]


def test_a_run_of_years_that_ends_where_the_orders_begin_may_be_longer() -> None:
    years = field(
        "years",
        "count",
        Derivation("orders", "consecutive_years", of="amount", threshold=Bound(50, inclusive=False)),
    )
    book = three((0, "2022-07-01", 100), (0, "2024-01-01", 100), (1, "2024-01-01", 100))
    cases = counted(book, years)
    assert cells(cases, "years") == [2.0, 1.0, 0.0]
    assert cells(cases, "years__high") == [float("inf"), None, None]


def test_a_filled_cell_wins_and_a_different_count_is_a_finding_at_the_cell() -> None:
    given = pa.array([500, None, 200], pa.int64())
    orders = records(
        customer=[0, 1, 2], order_date=["2023-07-01", "2024-01-01", "2024-01-01"], amount=[100, 300, 200]
    )
    cases = counted(ledger("2024-06-30", customers(3, (AMOUNT.spec, given)), orders=orders), AMOUNT)
    assert cells(cases, "amount_12m") == [500, 300, 200]
    (finding,) = cases.findings
    assert (finding.sheet, finding.cell, finding.value, finding.count) == ("客户", "B2", "5元", 1)
    assert text_of(finding, "zh") == "amount_12m 写的是 5元，按明细计算是 1元，以台账所写为准"


def test_many_differences_are_a_few_findings_that_count_them_all() -> None:
    book = ledger(
        "2024-06-30",
        customers(20, (AMOUNT.spec, pa.array([1] * 20, pa.int64()))),
        orders=records(customer=range(20), order_date=["2023-07-01"] * 20, amount=[2] * 20),
    )
    found = counted(book, AMOUNT).findings
    assert [finding.count for finding in found] == [1, 1, 1, 1, 16]


def test_an_unreadable_cell_stays_unknown_and_is_not_replaced_by_a_count() -> None:
    people = customers(
        1, (AMOUNT.spec, pa.array([None], pa.int64())), amount_12m__state=pa.array([UNREAD], pa.int8())
    )
    book = ledger("2024-06-30", people, orders=records(customer=[0], order_date=["2023-07-01"], amount=[100]))
    cases = counted(book, AMOUNT)
    assert (cells(cases, "amount_12m"), cells(cases, "amount_12m__state")) == ([None], [UNREAD])


def test_a_range_that_holds_the_count_and_a_span_typed_for_a_date_do_not_differ() -> None:
    tenure = field("tenure", "age", FIRST)
    people = customers(
        2,
        (AMOUNT.spec, pa.array([100, 100], pa.int64())),
        (tenure.spec, pa.array([date(2022, 6, 30), date(2022, 6, 30)], pa.date32())),
        amount_12m__high=pa.array([300, 150], pa.int64()),
        tenure__text=pa.array(["2年", "2022-06-30"]),
    )
    days = ["2021-07-01", "2021-07-01", "2024-01-01", "2024-01-01"]
    orders = records(customer=[0, 1, 0, 1], order_date=days, amount=[1, 1, 200, 200])
    found = counted(ledger("2024-06-30", people, orders=orders), AMOUNT, tenure).findings
    assert [(f.cell, f.value) for f in found] == [("B3", "1元"), ("C3", "2022-06-30")]


@pytest.mark.parametrize(
    ("day", "amount", "expected"),
    [
        ("2024-01-01", None, (None, UNREAD)),  # in the window, of unknown amount
        ("2022-01-01", None, (100, READ)),  # of unknown amount, but not in the window
        (None, 50, (None, UNREAD)),  # may lie in the window
    ],
)
def test_an_order_that_cannot_be_counted_makes_its_customer_unknown_and_no_other(
    day: str | None, amount: int | None, expected: tuple[int | None, int]
) -> None:
    cases = counted(three((0, "2023-07-01", 100), (0, day, amount), (1, "2024-01-01", 7)), AMOUNT)
    assert (cells(cases, "amount_12m")[0], cells(cases, "amount_12m__state")[0]) == expected
    assert cells(cases, "amount_12m")[1:] == [7, 0]


def test_customers_whose_name_is_on_an_order_of_nobody_are_unknown_instead_of_0() -> None:
    orders = records(
        customer=[0, None], order_date=["2023-07-01"] * 2, amount=[1, 1], customer_name=["客户0", "客户2"]
    )
    cases = counted(ledger("2024-06-30", customers(3), orders=orders), AMOUNT)
    assert cells(cases, "amount_12m") == [1, 0, None]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # The number 9 is nobody's here, and 丙公司 is not 客户1, who has no number.
        (["客户0", "客户1", "丙公司"], [1, 2, 0]),
        (["客户0", "客户1", "客户1"], [1, None, 0]),
        (["客户0", "客户1", None], [1, None, 0]),
        (None, [1, None, 0]),
    ],
)
def test_a_row_of_an_unknown_number_is_that_of_a_customer_without_one_only_if_it_names_no_other(
    names: list[str | None] | None, expected: list[int | None]
) -> None:
    named = {} if names is None else {"customer_name": names}
    orders = records(
        customer=[0, 1, None],
        order_date=["2023-07-01"] * 3,
        amount=[1, 2, 4],
        customer_id=["1", None, "9"],
        **named,
    )
    people = customers(3, customer_id=pa.array(["1", None, "3"]))
    assert cells(counted(ledger("2024-06-30", people, orders=orders), AMOUNT), "amount_12m") == expected


def visits(**columns: Sequence[Any]) -> Ledger:
    return ledger("2024-06-30", customers(2), visits=records(**columns))


def test_visits_are_counted_averaged_and_the_last_word_is_taken() -> None:
    book = visits(
        customer=[0, 0, 0, 0],
        date=["2024-06-01", "2024-06-20", "2024-05-01", "2024-07-15"],
        satisfaction=[5.0, 4.0, None, 1.0],
        demand_explored=["未挖掘", None, "充分挖掘", "部分挖掘"],
    )
    cases = counted(
        book,
        field("n", "count", Derivation("visits", "count", window=Duration(months=1))),
        field("satisfaction", "number", Derivation("visits", "mean", of="satisfaction", window=YEAR)),
        field("explored", "enum", Derivation("visits", "latest", of="demand_explored")),
    )
    assert cells(cases, "n") == [2.0, 0.0]
    assert cells(cases, "n__state") == [READ, READ]
    assert cells(cases, "satisfaction") == [4.5, None]
    assert cells(cases, "explored") == ["未挖掘", None]
    assert cells(cases, "explored__state") == [READ, EMPTY]


def test_complaints_are_a_share_of_the_orders_and_unknown_without_an_order() -> None:
    book = ledger(
        "2024-06-30",
        customers(3),
        orders=records(
            customer=[0, 0, 0, 0, 1], order_date=["2023-07-01", *[f"2024-01-0{day}" for day in (1, 2, 3, 4)]]
        ),
        tickets=records(
            customer=[0, 0, 2], raised=["2024-02-01"] * 3, kind=["重大投诉", "普通咨询", "重大投诉"]
        ),
    )
    share = Derivation("tickets", "share", of="complaint", per="order", window=YEAR, kind="complaint")
    cases = counted(book, field("complaints", "percent", share))
    assert cells(cases, "complaints") == [0.25, 0.0, None]


def test_a_field_without_a_column_and_without_its_sheet_is_absent() -> None:
    cases = counted(ledger("2024-06-30", customers(2)), AMOUNT, field("industry", "enum"))
    assert cases.absent == {"amount_12m", "industry"}
    assert cells(cases, "industry__state") == [EMPTY, EMPTY]


def rules(**parts: Any) -> RuleSet:
    return RuleSet(
        **{
            **dict.fromkeys(("id", "name", "version", "source", "file", "sha256", "tier_column"), ""),
            "table": (),
            "hit": "first",
            "fields": {},
            "tiers": {},
            **parts,
        }
    )


def test_a_level_in_a_field_s_own_column_is_carried_under_its_dimension() -> None:
    freq = field("freq", "number", Derivation("orders", "count", window=YEAR), dimension="frequency")
    people = customers(
        2, (freq.spec, pa.array([None, None], pa.float64())), freq__level=pa.array(["high", None])
    )
    loyalty = FieldSpec("loyalty", "忠诚度", "text", dimension="loyalty")
    people = replace(
        people, columns={**people.columns, "loyalty": replace(people.columns["freq"], field=loyalty)}
    )
    people.frame["loyalty__level"] = people.frame["freq__level"]
    book = ledger("2024-06-30", people, orders=records(customer=[0, 1], order_date=["2023-07-01"] * 2))
    level = Level("high", "高", Atom("freq", Range(Bound(5, inclusive=True))))
    names = ("frequency", "loyalty")
    found = measure(
        book, rules(fields={"freq": freq}, dimensions={n: Dimension(n, n, (level,)) for n in names})
    )
    assert found.level_columns == {"frequency", "loyalty"}
    assert cells(found, "frequency__level") == ["high", None]
    assert cells(found, "loyalty__level") == ["high", None]
    assert cells(found, "freq") == [None, 1.0]


def test_the_longest_span_is_the_one_that_reaches_back_furthest() -> None:
    found = rules(
        rules=(
            Rule("a", "t", Atom("last", Within(Duration(months=3)))),
            Rule("b", "t", Atom("last", Within(Duration(days=100), negated=True))),
            Rule("c", "t", Atom("tenure", Range(low=Bound(YEAR, inclusive=True)))),
        )
    )
    assert asked_spans(found, date(2024, 6, 30)) == {"last": Duration(days=100), "tenure": YEAR}

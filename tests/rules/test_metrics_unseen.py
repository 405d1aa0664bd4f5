"""A field that tiers depend on, no column for it, and headers that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
from case_frames import shipped
from small_ledgers import customers

from crmtool.errors import Finding
from crmtool.ledger.ledger import Ledger
from crmtool.messages import help_of, text_of
from crmtool.rules.measuring.metrics import measure

RULES = shipped("annual_value")
CODES = ("field-without-column", "fields-without-column")
AMOUNT = (RULES.fields["annual_amount"].spec, pa.array([3_000_000, 6_000_000]))
LAST = (RULES.fields["last_order"].spec, pa.array([date(2024, 6, 1)] * 2))


def found(
    unmapped: Mapping[str, Sequence[str | None]], *known: tuple, told: tuple[Finding, ...] = ()
) -> list[Finding]:
    beside = {f"other:{header}": pa.array(list(cells), pa.string()) for header, cells in unmapped.items()}
    table = replace(customers(2, *known, **beside), unmapped=tuple(unmapped))
    book = Ledger(date(2024, 6, 30), table, findings=told)
    return [finding for finding in measure(book, RULES).findings if finding.code in CODES]


def test_an_unknown_header_above_dates_is_offered_for_the_date_that_the_rules_need() -> None:
    first, rest = found({"客情": ["好", "一般"], "末次成单": ["2024-06-01", "2024/5/1"]}, AMOUNT)
    assert (first.code, first.column, first.sheet) == ("field-without-column", "末次成单", "客户")
    assert help_of(first, "zh") == '如就是它，请加：--map "末次成单=last_order"'
    assert "规则要用 最近订单，台账没有这一列；不认识的表头：客情、末次成单" in text_of(first, "zh")
    assert (rest.code, rest.params["fields"]) == ("fields-without-column", "合作时长、需求挖掘程度")


def test_money_is_offered_by_its_unit_and_no_header_twice() -> None:
    cells = {"体量（万元）": ["3", "6"], "签下日": ["2021-05-01", "2022-05-01"]}
    offered = {f.params["field"]: f.column for f in found(cells, LAST) if f.code == "field-without-column"}
    assert offered == {"年消费额": "体量（万元）", "合作时长": "签下日"}


def test_figures_under_an_unlike_name_are_offered_for_nothing() -> None:
    (only,) = found({"工位": ["3", "5"]}, LAST)
    assert only.code == "fields-without-column"


def test_a_column_without_cells_is_offered_for_nothing() -> None:
    assert [f.code for f in found({"末次成单": [None, None]}, AMOUNT)] == ["fields-without-column"]


def test_a_ledger_whose_headers_are_all_known_has_no_such_finding() -> None:
    assert not found({}, AMOUNT)


def test_a_header_that_was_already_found_alike_is_not_told_again() -> None:
    told = Finding("near-header", params={"line": '--map "末次成单=last_order"'})
    fields = [f.params.get("field") for f in found({"末次成单": ["2024-06-01"] * 2}, AMOUNT, told=(told,))]
    assert "最近订单" not in fields

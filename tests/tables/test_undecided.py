"""待补资料: who, where, what is possible, and what would decide it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import annual_value, decisions, two_companies

from crmtool.tables import undecided


def test_an_undecided_customer_is_told_by_the_cells_that_would_decide_it() -> None:
    ledger, _ = two_companies()
    judged = decisions(
        tier=["high_value", None],
        possible=[None, "high_value|stable"],
        missing=[None, "annual_amount|last_order"],
    )
    table = undecided.build(ledger, judged, annual_value(), {})
    cells = {column.id: column.cells.to_pylist() for column in table.columns}
    assert cells["name"] == ["B公司"]
    assert cells["possible"] == ["高价值客户 / 稳定客户"]
    assert cells["missing"] == ["年消费额（E4）、最近交易时间（D4）"]
    assert cells["cell"] == ["客户!E4"]


def test_the_place_links_to_the_first_cell_to_fill_in() -> None:
    ledger, _ = two_companies()
    judged = decisions(tier=[None, None], missing=["annual_amount", "unheard_of"])
    links = {
        column.id: column.links for column in undecided.build(ledger, judged, annual_value(), {}).columns
    }
    assert links["cell"].to_pylist() == ["customers.xlsx#客户!E3", "customers.xlsx#客户!A4"]


def test_a_ledger_elsewhere_is_linked_by_its_address() -> None:
    ledger, _ = two_companies()
    judged = decisions(tier=[None, "stable"], missing=["annual_amount", None])
    table = undecided.build(ledger, judged, annual_value(), {"台账/customers.xlsx": "../a/customers.xlsx"})
    links = {column.id: column.links for column in table.columns}
    assert links["cell"].to_pylist() == ["../a/customers.xlsx#客户!E3"]


def test_a_field_without_a_column_is_named_as_the_rules_name_it() -> None:
    ledger, _ = two_companies()
    columns = {key: read for key, read in ledger.customers.columns.items() if key != "tenure"}
    ledger = replace(ledger, customers=replace(ledger.customers, columns=columns))
    judged = decisions(tier=[None, "stable"], missing=["tenure|annual_amount", None])
    cells = {
        column.id: column.cells.to_pylist()
        for column in undecided.build(ledger, judged, annual_value(), {}).columns
    }
    assert cells["missing"] == ["合作时长（台账无此列）、年消费额（E3）"]


def test_a_customer_whom_no_rule_fits_is_not_asked_for_data() -> None:
    ledger, _ = two_companies()
    judged = decisions(tier=[None, None], possible=[None, "stable"], missing=[None, "annual_amount"])
    cells = {
        column.id: column.cells.to_pylist()
        for column in undecided.build(ledger, judged, annual_value(), {}).columns
    }
    assert cells["possible"] == ["没有一条规则适用（规则有空档）", "稳定客户"]
    assert cells["missing"] == ["不缺资料：请在规则文件中补上这种情况", "年消费额（E4）"]


@pytest.mark.parametrize(
    ("possible", "note"),
    [
        (["stable", "stable"], "2 位客户缺少判定所需的资料；点击单元格可到台账中补填。"),
        ([None, None], "2 位客户没有一条规则适用（规则有空档），补资料没有用，请补规则。"),
        (
            ["stable", None],
            "1 位客户缺少判定所需的资料；点击单元格可到台账中补填。"
            "1 位客户没有一条规则适用（规则有空档），补资料没有用，请补规则。",
        ),
    ],
)
def test_the_headline_tells_lacking_data_and_lacking_rules_apart(
    possible: list[str | None], note: str
) -> None:
    assert undecided.note(decisions(tier=[None, None], possible=possible)) == note


def test_the_headline_of_an_empty_sheet_says_so() -> None:
    assert undecided.note(decisions()) == "没有待补资料的客户。"


def test_there_may_be_nobody() -> None:
    ledger, _ = two_companies()
    assert undecided.build(ledger, decisions(), annual_value(), {}).rows == 0

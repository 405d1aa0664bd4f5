"""Rhythms in the words of the source documents."""

from __future__ import annotations

from crmtool.ledger.quantities import Duration
from crmtool.rules.model import CadenceLine
from crmtool.rules.telling.rhythm import rhythm

MONTH, QUARTER, WEEK = Duration(months=1), Duration(months=3), Duration(days=7)


def test_important_customers_are_called_on_as_the_frequency_table_prints_it() -> None:
    lines = [
        CadenceLine("phone", "电话回访", every=MONTH),
        CadenceLine("onsite", "上门回访", every=QUARTER),
        CadenceLine("executive", "高层回访", every=Duration(months=6)),
    ]
    assert rhythm(lines, {}) == "每月1次电话回访，每季度1次上门回访，每半年1次高层回访"


def test_every_two_months_is_printed_as_the_document_prints_it() -> None:
    assert rhythm([CadenceLine("phone", "电话回访", every=Duration(months=2))], {}) == "每两个月1次电话回访"


def test_the_ladder_of_new_customers_names_its_start_once() -> None:
    lines = [
        CadenceLine("phone", "电话回访", after="first_order", by=WEEK),
        CadenceLine("phone", "电话回访", after="first_order", by=MONTH),
        CadenceLine("onsite", "上门回访", after="first_order", by=QUARTER),
        CadenceLine("phone", "电话回访", after="first_order", start=QUARTER, every=QUARTER),
    ]
    told = rhythm(lines, {"first_order": "首次购买"})
    assert (
        told == "首次购买后1周内1次电话回访，1个月内1次电话回访，3个月内1次上门回访，3个月后每季度1次电话回访"
    )


def test_occasions_are_named_once() -> None:
    lines = [CadenceLine("any", "生日祝福", at="birthday"), CadenceLine("gift", "礼品", at="festival")]
    assert rhythm(lines, {}) == "生日祝福，节日礼品"

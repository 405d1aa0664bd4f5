"""A rule set with a gap and its tiers in no order: what the run counts, and what its workbook says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crmtool.jobs.assess import assess
from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request

RULES = """\
schema: crmtool.rules/v1
id: gap
name: 有空档
version: "1"
source: 样例
table:
  tier: 等级
  columns: [客户名称, 年消费额, 等级]
hit: unique
fields:
  annual_amount: {label: 年消费额, type: money, min: 0, better: up, missing: unknown}
tiers:
  low: {label: 低, rank: 2}
  high: {label: 高, rank: 1}
rules:
  - {id: h, tier: high, when: {annual_amount: ">= 10万元"}}
  - {id: l, tier: low, when: {annual_amount: "< 5万元"}}
"""


@pytest.fixture
def request_with_gap(tmp_path: Path) -> Request:
    (tmp_path / "gap.yaml").write_text(RULES, encoding="utf-8")
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "客户"
    rows: list[list[str | int | None]] = [
        ["客户名称", "客户编号", "年消费额"],
        ["甲", "001", 70000],
        ["乙", "002", None],
        ["丙", "003", 1000],
    ]
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "customers.xlsx")
    rules = str(tmp_path / "gap.yaml")
    return Request(tmp_path / "customers.xlsx", rules=rules, as_of=date(2024, 6, 30))


def test_tiers_are_counted_best_first_whatever_the_order_of_the_file(request_with_gap: Request) -> None:
    counted = [(row.tier, row.label, row.customers) for row in assess(request_with_gap).tiers]
    assert counted == [("high", "高", 0), ("low", "低", 1), ("", "待补资料", 2)]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_the_workbook_asks_for_rules_where_rules_are_lacking(request_with_gap: Request) -> None:
    target = request_with_gap.ledger.parent / "out.xlsx"
    classify(request_with_gap, Delivery(output=target))
    book = openpyxl.load_workbook(target)
    sheet = book["待补资料"]
    assert sheet["A2"].value == (
        "1 位客户缺少判定所需的资料；点击单元格可到台账中补填。"
        "1 位客户没有一条规则适用（规则有空档），补资料没有用，请补规则。"
    )
    told = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_col=5)]
    assert told == [
        ["001", "甲", "客户!A2", "没有一条规则适用（规则有空档）", "不缺资料：请在规则文件中补上这种情况"],
        ["002", "乙", "客户!C3", "低 / 高", "年消费额（C3）"],
    ]
    assert [cell.value for cell in book["分级概览"]["A"][13:16]] == ["高", "低", "待补资料"]
    assert [cell.value for cell in book["客户分级表"][4]][:4] == ["客户编号", "客户名称", "年消费额", "等级"]

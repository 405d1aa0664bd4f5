"""The workbook of a rule set: every test in words with 含 or 不含, what is ours, what is empty, the cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crmtool.files.resources import read_template, rule_set_names
from crmtool.files.xlsx import fill
from crmtool.jobs.rules import load_named
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.tables.rules_doc import content

RULES = """schema: crmtool.rules/v1
id: demo
name: 示例
version: "3"
source: 会议纪要
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
params:
  line: {label: 大客户线, value: 10万元, origin: resolution, note: 暂定}
fields:
  amount:
    label: 年消费额
    synonyms: [年度购买金额]
    type: money
    better: up
    from: {orders: sum, of: amount, window: 12个月}
    missing: [{when: {status: [潜在]}, as: 0元}, {otherwise: unknown}]
  last: {label: 最近订单, type: age, better: down, missing: never}
  status: {label: 状态, type: enum, values: [成交, 潜在], open: true, absent: ignore}
  loyal: {label: 达标年数, type: count, from: {orders: consecutive_years, of: amount, more_than: 1万元}, missing: zero}
tiers:
  high: {label: 大客户, rank: 1, goal: 深耕, traits: 买得多}
  low: {label: 小客户, rank: 2, origin: resolution}
rules:
  - {id: big, tier: high, when: {amount: ">= $line", last: "within 3个月"}}
  - id: rest
    tier: low
    origin: resolution
    flag: 留意
    when: {any: [{amount: "[2万元, 10万元)"}, {loyal: "> 3"}, {last: "not within 6个月"}]}
    note: 我们定的
examples:
  - {name: 大, as_of: "2024-06-30", given: {amount: 12万元, last: never}, expect: {tier: high, rule: big}}
  - {name: 缺, as_of: "2024-06-30", given: {last: "2024-06-01"}, absent: [status], expect: {possible: [high, low], missing: [amount]}, origin: resolution}
  - {name: 待填, as_of: "2024-06-30", given: {status: 成交}, expect: {}}
"""


def _written(rule_set: RuleSet, path: Path) -> openpyxl.Workbook:
    with path.open("wb") as out:
        fill(read_template("rules-doc"), content(rule_set, date(2024, 7, 1)), out, created=date(2024, 7, 1))
    return openpyxl.load_workbook(path)


def _rows(sheet: Any, first: int, columns: int) -> list[list[Any]]:
    rows = [[cell.value for cell in row[:columns]] for row in sheet.iter_rows(min_row=first)]
    return [row for row in rows if any(row)]


def test_every_test_says_whether_its_figure_is_included(tmp_path: Path) -> None:
    workbook = _written(load_rule_set(RULES, "demo.yaml"), tmp_path / "x.xlsx")
    assert workbook.sheetnames == ["客户分类标准表", "等级与维护", "字段与空白", "案例"]
    sheet = workbook["客户分类标准表"]
    heading = "等级判定（自上而下，先命中先得）"
    assert _rows(sheet, 9, 6)[:3] == [
        [heading, "年消费额 10万元以上（含） 且 最近订单 近3个月内（含）", "大客户", "原文", "big", None],
        [
            heading,
            "年消费额 2万元以上（含）、不满10万元（不含） 或 达标年数 超过3（不含） 或 最近订单 近6个月以外（不含）",
            "小客户",
            "补缺",
            "rest",
            "留意；我们定的",
        ],
        ["参数", "大客户线", "10万元", "补缺", "line", "暂定"],
    ]
    assert sheet["A6"].value is None or "3 条" in sheet["A6"].value
    notes = [cell.value for cell in sheet["A"][:7]]
    assert "共 3 条，其中 2 条原文没有、由我们补上，来源一栏标“补缺”。" in notes
    assert any("签字" in str(cell.value) for cell in sheet["A"])


def test_tiers_fields_and_cases_are_told_in_words(tmp_path: Path) -> None:
    workbook = _written(load_rule_set(RULES, "demo.yaml"), tmp_path / "x.xlsx")
    tiers = _rows(workbook["等级与维护"], 5, 9)
    assert [row[:4] for row in tiers] == [[1, "大客户", "买得多", "深耕"], [2, "小客户", None, None]]
    fields = {row[0]: row[1:] for row in _rows(workbook["字段与空白"], 5, 8)}
    assert fields["年消费额"] == [
        "年消费额、年度购买金额",
        "金额",
        "订单明细：近1年的金额合计",
        "状态 为 潜在：视为0元；其他：不知道（不猜）",
        "状态 为 潜在：视为0元；其他：不知道（不猜）",
        "越大越好",
        "原文",
    ]
    assert fields["最近订单"][3] == "视为从未发生"
    assert fields["状态"][1] == "成交、潜在，或其他"
    assert fields["状态"][4] == "不看这一项"
    assert fields["达标年数"][2:4] == ["订单明细：连续达标年数（每年超过 1万元）", "视为0"]
    cases = _rows(workbook["案例"], 5, 5)
    assert cases == [
        ["大", "2024-06-30", "年消费额 12万元；最近订单 从未发生", "大客户；规则 big", "原文"],
        [
            "缺",
            "2024-06-30",
            "最近订单 2024-06-01；没有这些列：状态",
            "不能确定（待补资料）；可能是 大客户、小客户；要补 年消费额",
            "补缺",
        ],
        ["待填", "2024-06-30", "状态 成交", "（待填）", "原文"],
    ]


@pytest.mark.parametrize("name", rule_set_names())
def test_shipped_rule_sets_have_a_row_for_each_rule_level_tag_and_case(name: str, tmp_path: Path) -> None:
    rule_set = load_named(name)
    workbook = _written(rule_set, tmp_path / "x.xlsx")
    shown = {row[4] for row in _rows(workbook["客户分类标准表"], 9, 6)}
    assert {rule.id for rule in rule_set.rules} <= shown
    assert {tag.id for tag in rule_set.tags} <= shown
    assert {level.id for d in rule_set.dimensions.values() for level in d.levels} <= shown
    assert set(rule_set.params) <= shown
    assert len(_rows(workbook["案例"], 5, 5)) == len(rule_set.examples)
    assert len(_rows(workbook["等级与维护"], 5, 9)) == len(rule_set.tiers)


def test_without_cases_there_is_no_sheet_for_them(tmp_path: Path) -> None:
    text = RULES.partition("examples:")[0]
    assert "案例" not in _written(load_rule_set(text, "demo.yaml"), tmp_path / "x.xlsx").sheetnames

"""`crmtool rules lint`: what a person and a program are told, and how the run ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Crmtool, book

RULES = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields:
  amount: {label: 年消费额, type: money, min: 0, better: none}
  last_order: {label: 最近订单, type: age, better: none, missing: never}
tiers:
  high: {label: 高, rank: 1}
  low: {label: 低, rank: 2}
rules:
  - {id: asleep, tier: low, when: {last_order: "not within 6个月"}}
  - {id: big, tier: high, when: {amount: ">= 10万元"}}   # lint: ok W03 沉默在先
  - {id: rest, tier: low, when: {amount: "< 9万元"}}
cadence:
  high: [{every: 1个月, channel: phone, label: 电话}]
  low: [{every: 1季度, channel: phone, label: 电话}]
examples:
  - {name: 大, as_of: "2024-06-30", given: {amount: 10万元, last_order: "2024-06-01"}, expect: {tier: high}}
  - {name: 小, as_of: "2024-06-30", given: {amount: 1万元, last_order: "2024-06-01"}, expect: {tier: low}}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "demo.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_a_gap_is_shown_with_its_region_a_customer_and_a_rule_and_the_run_ends_with_1(
    crmtool: Crmtool, rules: Path
) -> None:
    ran = crmtool("rules", "lint", rules, "--lang", "zh")
    assert ran.code == 1
    assert f"{rules}:14:1: E04 有客户不属于任何等级（1 类） [lint-gap]" in ran.out.replace("\n", "")
    assert "* 年消费额 ≥ 9万元 且 < 10万元 且 最近订单距今 ≤ 6个月" in ran.out
    assert (
        '{id: gap_1, tier: ..., origin: resolution, when: {amount: "[9万元, 10万元)", last_order: "within 6个月"}}'
        in ran.out
    )
    assert "1 处错误，0 处提醒，1 处已注明理由" in ran.out
    assert "沉默在先" not in ran.out
    assert "沉默在先" in crmtool("rules", "lint", rules, "--lang", "zh", "-v").out


def test_a_clean_file_ends_with_0(crmtool: Crmtool, rules: Path) -> None:
    rules.write_text(RULES.replace("< 9万元", "< 10万元"), encoding="utf-8")
    ran = crmtool("rules", "lint", rules, "--lang", "en")
    assert ran.code == 0
    assert "0 errors, 0 warnings, 1 with a reason" in " ".join(ran.out.split())


def test_the_document_has_places_regions_and_customers(crmtool: Crmtool, rules: Path) -> None:
    ran = crmtool("rules", "lint", rules, "--json", "--lang", "zh")
    document = ran.document
    assert ran.code == 1
    assert (document["schema"], document["clean"]) == ("crmtool.rules-lint/v1", False)
    (finding,) = document["findings"]
    assert (finding["lint"], finding["code"], finding["severity"]) == ("E04", "lint-gap", "error")
    assert finding["place"] == {"line": 14, "column": 1}
    assert (finding["proved"], finding["is_whole"]) == (True, True)
    (box,) = finding["boxes"]
    assert box["words"] == "年消费额 ≥ 9万元 且 < 10万元 且 最近订单距今 ≤ 6个月"
    assert set(box["customer"]) == {"as_of", "given"}
    assert set(box["customer"]["given"]) == {"amount", "last_order"}
    (kept,) = document["kept_back"]
    assert (kept["lint"], kept["reason"]) == ("W03", "沉默在先")


def test_the_customer_of_the_document_is_an_example_that_fails_as_it_says(
    crmtool: Crmtool, rules: Path
) -> None:
    (finding,) = crmtool("rules", "lint", rules, "--json").document["findings"]
    customer = finding["boxes"][0]["customer"]
    given = ", ".join(f'{name}: "{text}"' for name, text in customer["given"].items())
    line = f'  - {{name: 无, as_of: "{customer["as_of"]}", given: {{{given}}}, expect: {{possible: []}}}}\n'
    rules.write_text(RULES + line, encoding="utf-8")
    assert crmtool("rules", "test", rules).code == 0


def test_shipped_rule_sets_are_linted_by_name_and_their_sources_alone(crmtool: Crmtool) -> None:
    assert crmtool("rules", "lint", "annual_value").code == 0
    ran = crmtool("rules", "lint", "annual_value", "--origin", "source", "--lang", "en")
    assert ran.code == 1
    assert "some customers get no tier (kinds of them: 4)" in ran.out


def test_rfm_rules_are_refused_with_what_they_are_for(crmtool: Crmtool) -> None:
    ran = crmtool("rules", "lint", "rfm")
    assert ran.code == 2
    assert "[rfm-rules-for-tiers]" in ran.err


def test_a_ledger_shows_which_rules_decide_nobody_there(
    crmtool: Crmtool, rules: Path, tmp_path: Path
) -> None:
    rules.write_text(RULES.replace("< 9万元", "< 10万元"), encoding="utf-8")
    rows = (
        ("客户名称", "年消费额", "最近订单"),
        ("甲公司", "15万元", "2024-06-01"),
        ("乙公司", "1万元", "2024-06-01"),
    )
    ledger = book(tmp_path / "台账.xlsx", 客户=rows)
    ran = crmtool("rules", "lint", rules, ledger, "--as-of", "2024-06-30", "--lang", "zh")
    assert ran.code == 1
    assert "W08 asleep 在这本台账里没有归入任何客户（共 2 个）" in ran.out.replace("\n", "")
    assert crmtool("rules", "lint", rules, tmp_path / "none.xlsx").code == 3

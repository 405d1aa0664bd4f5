"""`crmtool rules tune`: bars in the terminal, proposals, the document and the workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from command_line import Crmtool, book

from crmtool.cli.show_tune import bar

RULES = """schema: crmtool.rules/v1
id: demo
name: 示例
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields:
  amount: {label: 年消费额, type: money, min: 0}
  last: {label: 最近订单, type: age}
tiers:
  high: {label: 高, rank: 1}
  low: {label: 低, rank: 2}
rules:
  - {id: big, tier: high, when: {amount: ">= 10万元"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
"""
ROWS = (
    ("客户名称", "年消费额", "最近订单"),
    ("甲公司", "15万元", "2024-06-01"),
    ("乙公司", "8万元", "2024-06-01"),
    ("丙公司", "8万元", "2024-05-01"),
    ("丁公司", "3万元", "2024-06-01"),
    ("戊公司", None, "2024-06-01"),
)
AS_OF = ("--as-of", "2024-06-30")


@pytest.fixture
def run(crmtool: Crmtool, tmp_path: Path) -> Crmtool:
    rules = tmp_path / "demo.yaml"
    rules.write_text(RULES, encoding="utf-8")
    ledger = book(tmp_path / "台账.xlsx", 客户=ROWS)
    return lambda *options: crmtool("rules", "tune", ledger, "--rules", rules, *AS_OF, *options)


def test_each_place_of_a_cut_has_bars_and_the_share_a_proposal(run: Crmtool) -> None:
    ran = run("--share", "高=50%", "--lang", "zh")
    assert ran.code == 0
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    # With the cut at 8万元 three of five are high; with 10万元 one is.
    assert "* 年消费额 10万元 → 8万元：3 位，60.0%；有 2 位的值正好相同，分不开；再移一步是 20.0%" in lines
    assert "■ 高 □ 低 · 待补资料" in lines
    rows = [line.split() for line in lines if "/" in line]
    # 3万元 has 15+8+8+3 of 34万 above it; the fifth amount is unknown.
    assert rows[0] == ["3万元", "■" * 16 + "·" * 4, "■" * 20, "4/0/1"]
    assert rows[1] == ["8万元", "■" * 12 + "□" * 4 + "·" * 4, "■" * 18 + "□" * 2, "3/1/1"]
    assert rows[2] == ["10万元（现在）", "■" * 4 + "□" * 12 + "·" * 4, "■" * 9 + "□" * 11, "1/3/1"]
    assert ran.out.encode("gbk")


def test_the_document_has_every_step_by_tier(run: Crmtool) -> None:
    document = run("--share", "high=20%", "--field", "年消费额", "--json").document
    assert document["schema"] == "crmtool.rules-tune/v1"
    (cut,) = document["cuts"]
    assert (cut["field"], cut["cut"], cut["used_by"]) == ("amount", "10万元", ["big", "rest"])
    assert cut["between"] == [None, None]
    assert [(step["figure"], step["is_now"], step["customers"]["high"]) for step in cut["steps"]] == [
        ("3万元", False, 4),
        ("8万元", False, 3),
        ("10万元", True, 1),
    ]
    assert cut["steps"][1]["amount_cny"] == {"high": 310_000.0, "low": 30_000.0, "undecided": 0.0}
    (proposal,) = document["proposals"]
    assert (proposal["moves"], proposal["figure"], proposal["share"]) == (False, "10万元", 0.2)


def test_the_workbook_has_a_sheet_with_charts_for_each_cut(run: Crmtool, tmp_path: Path) -> None:
    target = tmp_path / "试调.xlsx"
    assert run("--share", "高=50%", "-o", target).code == 0
    workbook = openpyxl.load_workbook(target)
    assert workbook.sheetnames == ["试调", "年消费额 10万元"]
    overview, sheet = workbook["试调"], workbook["年消费额 10万元"]
    assert [cell.value for cell in overview[6]][:6] == ["高", 0.5, "年消费额 10万元", "8万元", 3, 0.6]
    assert [[cell.value for cell in row][:5] for row in sheet["A6:E8"]] == [
        ["3万元", None, 4, 0, 1],
        ["8万元", None, 3, 1, 1],
        ["10万元", "现在", 1, 3, 1],
    ]
    assert [cell.value for cell in sheet[5]][2:5] == ["高", "低", "待补资料"]
    charts = sheet._charts
    assert len(charts) == 2
    assert all(len(chart.series) == 3 for chart in charts)
    references = [series.val.numRef.f for chart in charts for series in chart.series]
    assert all(reference.endswith("$8") for reference in references), references
    assert run("-o", target).code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--share", "高"), "tune-bad-share"),
        (("--share", "高=很多"), "tune-bad-share"),
        (("--share", "贵宾=20%"), "tune-unknown-tier"),
        (("--field", "年消费"), "tune-unknown-field"),
        (("--field", "最近订单"), "tune-field-decides-nothing"),  # a field that no rule tests
        (("--template", "x.xlsx"), "option-alone"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Crmtool, options: tuple[str, ...], code: str) -> None:
    ran = run(*options)
    assert ran.code == 2
    assert f"[{code}]" in ran.err


def test_a_share_that_moving_one_cut_cannot_reach_is_told_with_how_far_it_gets(run: Crmtool) -> None:
    # At 3万元 four of five are high, the fifth amount is unknown; with 15万元 as the cut one is.
    assert (
        "90.0% 够不到：只动一个分界点，高 的占比在 20.0% 到 80.0% 之间"
        in run("--share", "高=90%", "--lang", "zh").out
    )
    assert "够不到" not in run("--share", "高=50%", "--lang", "zh").out


def test_a_field_that_only_tags_test_decides_no_tier(crmtool: Crmtool, tmp_path: Path) -> None:
    rules = tmp_path / "demo.yaml"
    field = "  staff: {label: 员工数, type: count, min: 0}\ntiers:"
    tags = '\ntags:\n  - {id: large, label: 大厂, when: {staff: ">= 100"}}\n'
    rules.write_text(RULES.rstrip().replace("tiers:", field, 1) + tags, encoding="utf-8")
    ledger = book(tmp_path / "台账.xlsx", 客户=ROWS)
    ran = crmtool("rules", "tune", ledger, "--rules", rules, *AS_OF, "--field", "员工数")
    assert (ran.code, "[tune-field-decides-nothing]" in ran.err) == (2, True)


def test_a_field_whose_cuts_move_nobody_cannot_be_tuned(crmtool: Crmtool, tmp_path: Path) -> None:
    rules = tmp_path / "demo.yaml"
    rules.write_text(RULES, encoding="utf-8")
    ledger = book(tmp_path / "台账.xlsx", 客户=[ROWS[0], *((name, None, day) for name, _, day in ROWS[1:])])
    ran = crmtool("rules", "tune", ledger, "--rules", rules, *AS_OF, "--field", "年消费额")
    assert ran.code == 3
    assert "[nothing-to-tune]" in ran.err


def test_a_rehearsal_writes_nothing(run: Crmtool, tmp_path: Path) -> None:
    assert run("-o", tmp_path / "x.xlsx", "--dry-run").code == 0
    assert not (tmp_path / "x.xlsx").exists()


def test_bars_are_whole_and_as_long_as_asked_for() -> None:
    assert bar([1, 1, 1], 20) == "■" * 7 + "□" * 7 + "·" * 6
    assert bar([0, 5, 0], 4) == "□□□□"
    assert bar([1] * 12, 24) == "■■□□▲▲△△●●○○◆◆◇◇★★☆☆■■··"

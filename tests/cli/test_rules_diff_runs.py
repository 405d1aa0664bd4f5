"""`crmtool rules diff`: what a person, a program and a workbook are told, and how the run ends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from command_line import Crmtool, book

OLD = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
fields:
  amount: {label: 年消费额, type: money, min: 0, better: up}
  last_order: {label: 最近订单, synonyms: [最近交易时间], type: age, better: down, missing: never}
tiers:
  high: {label: 高, rank: 1}
  low: {label: 低, rank: 2}
rules:
  - {id: asleep, tier: low, when: {last_order: "not within 6个月"}}
  - {id: big, tier: high, when: {amount: ">= 10万元"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
"""
NEW = OLD.replace('">= 10万元"', '">= 12万元"').replace('"< 10万元"', '"< 12万元"').replace('"1"', '"2"')
ROWS = (
    ("客户编号", "客户名称", "年消费额", "最近订单", "负责人"),
    ("K1", "甲公司", "15万元", date(2024, 6, 1), "张三"),
    ("K2", "乙公司", "11万元", date(2024, 6, 1), "李四"),
    ("K3", "丙公司", "11.5万元", date(2023, 1, 1), "李四"),
    ("K4", "丁公司", "约11万元", date(2024, 6, 1), "李四"),
    ("K5", "戊公司", "118000元", date(2024, 6, 2), "张三"),
)
DAY = ("--as-of", "2024-06-30")


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for path, text in zip(paths, (OLD, NEW), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return book(tmp_path / "台账.xlsx", 客户=ROWS)


def test_without_a_ledger_the_kinds_of_customers_are_told_with_one_of_each(
    crmtool: Crmtool, versions: tuple[Path, Path]
) -> None:
    ran = crmtool("rules", "diff", *versions, "--lang", "zh")
    assert ran.code == 1
    assert "~ 规则 高（big） 年消费额线：10万元 → 12万元" in ran.out
    assert "高 → 低（降级）" in ran.out
    assert "* 年消费额 ≥ 10万元 且 < 12万元 且 最近订单距今 ≤ 6个月" in ran.out
    assert "例如：年消费额 11万元" in ran.out
    english = crmtool("rules", "diff", *versions, "--lang", "en")
    assert "* 年消费额 ≥ CNY 100,000 and < CNY 120,000 and 最近订单 ≤ 6 months ago" in english.out


def test_the_other_way_round_it_is_a_way_up(crmtool: Crmtool, versions: tuple[Path, Path]) -> None:
    assert "低 → 高（升级）" in crmtool("rules", "diff", versions[1], versions[0], "--lang", "zh").out


def test_texts_alone_do_not_differ_in_judging(crmtool: Crmtool, versions: tuple[Path, Path]) -> None:
    versions[1].write_text(OLD.replace("name: demo", "name: 演示"), encoding="utf-8")
    ran = crmtool("rules", "diff", *versions, "--lang", "zh")
    assert ran.code == 0
    assert "没有任何一类客户的等级会变（已证明）。" in ran.out
    assert "规则集 名称：demo → 演示" in ran.out
    same = crmtool("rules", "diff", "annual_value", "annual_value", "--lang", "en")
    assert (same.code, "Both say the same." in same.out) == (0, True)


def test_on_a_ledger_it_is_told_who_moves(
    crmtool: Crmtool, versions: tuple[Path, Path], ledger: Path
) -> None:
    ran = crmtool("rules", "diff", *versions, ledger, *DAY, "--lang", "zh")
    assert ran.code == 1
    # 丙公司 is asleep in both, 丁公司's amount is not known: only two move
    assert "5 位客户，2 位的等级会变。" in ran.out.replace("\n", "")
    assert [name in ran.out for name in ("甲公司", "乙公司", "丙公司", "丁公司", "戊公司")] == [
        False, True, False, False, True,
    ]  # fmt: skip


def test_the_document_has_regions_matrix_and_customers(
    crmtool: Crmtool, versions: tuple[Path, Path], ledger: Path
) -> None:
    ran = crmtool("rules", "diff", *versions, ledger, *DAY, "--json", "--lang", "zh")
    document = ran.document
    assert (ran.code, document["schema"], document["differs"]) == (1, "crmtool.rules-diff/v1", True)
    assert [(each["version"], each["id"]) for each in (document["old"], document["new"])] == [
        ("1", "demo"),
        ("2", "demo"),
    ]
    (move,) = document["moves"]
    assert (move["from"], move["to"], move["direction"], move["proved"]) == ("high", "low", "down", True)
    (box,) = move["boxes"]
    assert set(box["customer"]["given"]) == {"amount", "last_order"}
    told = document["ledger"]
    assert told["as_of"] == "2024-06-30"
    assert [(way["from"], way["to"], way["customers"], way["amount_cny"]) for way in told["matrix"]] == [
        ("", "", 1, None),
        ("high", "high", 1, 150000.0),
        ("high", "low", 2, 228000.0),
        ("low", "low", 1, 115000.0),
    ]
    assert [(c["row"], c["customer_id"], c["from"], c["to"], c["amount_cny"]) for c in told["customers"]] == [
        (3, "K2", "high", "low", 110000.0),
        (6, "K5", "high", "low", 118000.0),
    ]
    first = told["customers"][0]
    assert "≥ 10万元" in first["reason_before"]
    assert "< 12万元" in first["reason_after"]


def cells(path: Path, sheet: str) -> list[list[object]]:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[cell for cell in row if cell is not None] for row in rows if any(c is not None for c in row)]


def test_the_workbook_is_to_be_signed_and_names_everybody_who_moves(
    crmtool: Crmtool, versions: tuple[Path, Path], ledger: Path, tmp_path: Path
) -> None:
    out = tmp_path / "变更.xlsx"
    assert crmtool("rules", "diff", *versions, ledger, *DAY, "-o", out).code == 1
    assert openpyxl.load_workbook(out).sheetnames == [
        "变更概览", "变动区域", "等级变动矩阵", "客户变动", "签字", "问题清单",
    ]  # fmt: skip
    moved = cells(out, "客户变动")
    assert moved[1] == ["共 2 位客户的等级会变，按台账顺序列出。"]
    assert [row[:7] for row in moved[3:]] == [
        ["K2", "乙公司", "李四", "高", "低", "降级", 110000],
        ["K5", "戊公司", "张三", "高", "低", "降级", 118000],
    ]
    assert cells(out, "变动区域")[3][:4] == [
        "高", "低", "降级", "年消费额 ≥ 10万元 且 < 12万元 且 最近订单距今 ≤ 6个月",
    ]  # fmt: skip
    matrix = [row for row in cells(out, "等级变动矩阵") if row[0] in ("高", "低", "待补资料", "合计")]
    assert matrix == [["高", 1, 2, 0, 3], ["低", 0, 1, 0, 1], ["待补资料", 0, 0, 1, 1], ["合计", 1, 3, 1, 5]]
    assert ["规则", "高（big） 年消费额线", "修改", "10万元", "12万元", "等级判定"] in cells(out, "变更概览")
    again = tmp_path / "again.xlsx"
    crmtool("rules", "diff", *versions, ledger, *DAY, "-o", again)
    assert out.read_bytes() == again.read_bytes()


def test_without_a_ledger_the_workbook_has_no_sheets_on_one(
    crmtool: Crmtool, versions: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "变更.xlsx"
    assert crmtool("rules", "diff", *versions, *DAY, "-o", out, "--dry-run").code == 1
    assert not out.exists()
    crmtool("rules", "diff", *versions, *DAY, "-o", out)
    assert openpyxl.load_workbook(out).sheetnames == ["变更概览", "变动区域", "签字", "问题清单"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--sheet", "客户"), "option-alone"),
        (("--dry-run",), "option-alone"),
        (("-o", "变更.csv"), "output-ending"),
    ],
)
def test_options_that_would_change_nothing_are_refused(
    crmtool: Crmtool, versions: tuple[Path, Path], options: tuple[str, ...], code: str
) -> None:
    ran = crmtool("rules", "diff", *versions, *options)
    assert ran.code == 2
    assert f"[{code}]" in ran.err


def test_a_field_of_two_kinds_is_said_and_nothing_is_claimed(
    crmtool: Crmtool, versions: tuple[Path, Path]
) -> None:
    text = OLD.replace("label: 年消费额, type: money", "label: 年消费额, type: count")
    text = text.replace('">= 10万元"', '">= 10次"').replace('"< 10万元"', '"< 10次"')
    versions[1].write_text(text, encoding="utf-8")
    ran = crmtool("rules", "diff", *versions, "--lang", "zh")
    assert ran.code == 1
    assert "[diff-two-kinds]" in ran.err
    assert "已证明" not in ran.out


def test_versions_that_read_two_sheets_cannot_be_laid_side_by_side(
    crmtool: Crmtool, versions: tuple[Path, Path], tmp_path: Path
) -> None:
    field = "  maker: {label: 公司名称, type: text}\n  last_order"
    versions[1].write_text(OLD.replace("  last_order", field, 1), encoding="utf-8")
    heads = ("年消费额", "最近订单")
    first = (("客户名称", *heads), ("甲公司", "15万元", date(2024, 6, 1)))
    second = (
        ("公司名称", *heads),
        ("甲公司", "1万元", date(2024, 6, 1)),
        ("乙公司", "2万元", date(2024, 6, 1)),
    )
    ledger = book(tmp_path / "两张.xlsx", 甲表=first, 乙表=second)
    ran = crmtool("rules", "diff", *versions, ledger, *DAY, "--lang", "zh")
    assert ran.code == 2
    assert "[diff-other-rows]" in ran.err
    assert "乙表 (2) 与 甲表 (1)" in ran.err

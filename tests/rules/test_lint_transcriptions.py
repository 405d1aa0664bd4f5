"""The source documents, written down word for word, have the holes that they are known to have, and no others.

Each region was worked out from the sentence of the document that stands above the rule in the fixture.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtool.rules.linting.lint import lint
from crmtool.rules.linting.model import LintReport

HERE = Path(__file__).parent / "source_transcriptions"
RULES = Path(__file__).parents[2] / "rules"
#: Findings about the fixtures as files, not about what the documents say.
OF_FILES = {"W06", "W07"}


def transcribed(name: str) -> LintReport:
    return lint((HERE / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")


def holes(report: LintReport) -> dict[tuple[str, str], set[str]]:
    """The boxes of each finding, by its code and what it is about."""
    found = {}
    for finding in report.findings:
        if finding.code not in OF_FILES:
            params = finding.finding.params
            about = " ".join(
                params[key]
                for key in ("other", "id", "dimension", "level", "label", "value", "row", "col", "name")
                if key in params
            )
            found[finding.code, about] = set(finding.boxes("zh"))
    return found


def test_annual_value_leaves_four_kinds_without_a_class_and_two_amounts_in_two() -> None:
    assert holes(transcribed("annual_value")) == {
        ("E04", ""): {
            # 10万元以上而最近订单在3–6个月前
            "年消费额 > 10万元 且 最近订单距今 > 3个月 且 ≤ 6个月",
            # 10万元以上而合作不满一年
            "年消费额 > 10万元 且 最近订单距今 ≤ 6个月 且 （合作时长距今 < 1年 或 合作时长 从未发生）",
            # 2–5万元而最近订单在1–6个月前（模板2的B公司）
            "年消费额 ≥ 2万元 且 < 5万元 且 最近订单距今 > 1个月 且 ≤ 6个月",
            # 5–10万元、满一年、充分挖掘
            "年消费额 > 5万元 且 < 10万元 且 最近订单距今 ≤ 6个月 且 合作时长距今 ≥ 1年 且 需求挖掘程度 为 充分挖掘",
            # 恰为5万元、10万元的：也满一年且充分挖掘，分别不在近1个月、近3个月内
            "年消费额 ≥ 2万元 且 < 10万元 且 最近订单距今 > 1个月 且 ≤ 6个月 且 合作时长距今 ≥ 1年"
            " 且 需求挖掘程度 为 充分挖掘",
            "年消费额 ≥ 2万元 且 最近订单距今 > 3个月 且 ≤ 6个月 且 合作时长距今 ≥ 1年 且 需求挖掘程度 为 充分挖掘",
        },
        ("E03", "high_value potential"): {
            "年消费额 = 10万元 且 最近订单距今 ≤ 3个月 且 合作时长距今 ≥ 1年 且 需求挖掘程度 为 未挖掘/部分挖掘"
        },
        ("E03", "potential stable"): {
            "年消费额 = 5万元 且 最近订单距今 ≤ 1个月 且 （合作时长距今 < 1年 或 合作时长 从未发生）",
            "年消费额 = 5万元 且 最近订单距今 ≤ 1个月 且 需求挖掘程度 为 未挖掘/部分挖掘",
        },
        ("W05", "年消费额 10万元"): set(),
        ("W05", "年消费额 5万元"): set(),
    }


def test_annual_plan_has_all_three_classes_overlap_and_nobody_without_one() -> None:
    found = holes(transcribed("annual_plan"))
    assert set(found) == {
        ("E03", "important general"),
        ("E03", "important new"),
        ("E03", "general new"),
        ("W05", "年度购买金额 5万元"),
        ("W05", "年度购买金额 1万元"),
        ("W05", "年度购买频率 10"),
        ("W05", "年度购买频率 3"),
    }
    assert found["E03", "important new"] == {
        "年度购买金额 ≥ 5万元 且 年度购买频率 ≤ 3",
        "年度购买金额 ≥ 5万元 且 生命周期阶段 为 导入",
        "年度购买金额 ≤ 1万元 且 年度购买频率 ≥ 10",
        "年度购买金额 ≤ 1万元 且 生命周期阶段 为 成熟",
        "年度购买频率 ≥ 10 且 生命周期阶段 为 导入",
        "年度购买频率 ≤ 3 且 生命周期阶段 为 成熟",
    }
    assert "年度购买金额 = 5万元" in found["E03", "important general"]
    assert "年度购买金额 = 1万元" in found["E03", "general new"]


def test_value_risk_has_no_cell_for_high_value_and_high_risk() -> None:
    assert set(holes(transcribed("value_risk"))) == {("E05", "high_growing risky"), ("E05", "high risky")}


def test_four_dimensions_defines_three_of_81_combinations_and_has_three_years_twice() -> None:
    report = transcribed("four_dimensions")
    found = holes(report)
    assert set(found) == {
        ("E04", ""),
        ("E04", "忠诚度"),
        ("W03", "忠诚度 潜在忠诚"),
        ("W03", "忠诚度 不忠诚"),
        ("W05", "连续达标年数 3"),
        ("W05", ""),
    }
    assert found["W03", "忠诚度 潜在忠诚"] == {"连续达标年数 = 3"}
    # 不忠诚没有数字：不满一年而没有风险的归不了级，满一年而有风险的归两级
    assert found["E04", "忠诚度"] == {"连续达标年数 ≤ 0 且 不稳定或有流失风险 为 否"}
    assert found["W03", "忠诚度 不忠诚"] == {"连续达标年数 ≥ 1 且 不稳定或有流失风险 为 是"}
    assert _combinations(report) == 78


def _combinations(report: LintReport) -> int:
    """Count the combinations of levels that the boxes of the gap hold."""
    gap = next(f for f in report.findings if f.finding.code == "lint-gap")
    assert gap.region is not None and gap.region.is_whole
    levels = [("高消费", "中等消费", "低消费"), ("高频", "中频", "低频"), ("忠诚", "潜在忠诚", "不忠诚")]
    levels.append(("高潜力", "中等潜力", "低潜力"))
    names = ("消费金额", "消费频率", "忠诚度", "潜在价值")
    boxes = [
        dict(part.split(" 为 ") for part in box.split(" 且 "))  # each part says `维度 为 级别/级别`
        for box in gap.boxes("zh")
    ]
    return sum(
        any(
            all(combination[names.index(name)] in text.split("/") for name, text in box.items())
            for box in boxes
        )
        for combination in [
            (a, b, c, d) for a in levels[0] for b in levels[1] for c in levels[2] for d in levels[3]
        ]
    )


def test_value_potential_leaves_the_flat_out_puts_the_shrinking_in_two_and_cannot_tell_c002() -> None:
    assert holes(transcribed("value_potential")) == {
        ("E04", ""): {"年合作金额 < 10万元 且 行业前景 为 一般/差 且 采购频次变化 = 0%"},
        ("E03", "c d"): {"年合作金额 < 10万元 且 行业前景 为 好 且 采购频次变化 < 0%"},
        ("E08", "C002"): set(),
    }


@pytest.mark.parametrize(
    "name", ["annual_plan", "annual_value", "four_dimensions", "value_potential", "value_risk"]
)
def test_a_shipped_rule_set_has_no_findings_but_those_with_a_reason(name: str) -> None:
    common = (RULES / "common.yaml").read_text(encoding="utf-8")
    report = lint((RULES / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml", common=common)
    assert report.findings == ()
    assert {finding.code[0] for finding, _ in report.kept_back} <= {"W"}
    assert all(len(reason) >= 10 for _, reason in report.kept_back)


def test_a_shipped_rule_set_without_our_rules_has_the_holes_of_its_source() -> None:
    text = (RULES / "annual_value.yaml").read_text(encoding="utf-8")
    report = lint(text, "annual_value.yaml", origin="source")
    assert [finding.code for finding in report.findings] == ["E04"]
    assert set(report.findings[0].boxes("zh")) == {
        "年消费额 ≥ 2万元 且 < 5万元 且 最近订单距今 > 1个月 且 ≤ 6个月",
        "年消费额 ≥ 5万元 且 < 10万元 且 最近订单距今 ≤ 6个月 且 合作时长距今 ≥ 1年 且 需求挖掘程度 为 充分挖掘",
        "年消费额 ≥ 10万元 且 最近订单距今 > 3个月 且 ≤ 6个月",
        "年消费额 ≥ 10万元 且 最近订单距今 ≤ 6个月 且 （合作时长距今 < 1年 或 合作时长 从未发生）",
    }


def test_a_source_without_any_threshold_leaves_everyone_without_a_tier() -> None:
    text = (RULES / "value_risk.yaml").read_text(encoding="utf-8")
    report = lint(text, "value_risk.yaml", origin="source")
    gap = next(finding for finding in report.findings if finding.code == "E04")
    assert gap.boxes("zh") == ("任何客户",)

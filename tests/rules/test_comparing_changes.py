"""What two versions write differently, in words: lines that moved, entries that came and went, texts, rhythms."""

from __future__ import annotations

from dataclasses import replace

import pytest
from case_frames import RULES, shipped
from scalar_evaluator import NAMES

from crmtool.messages import Lang
from crmtool.rules.comparing.changes import changes_of
from crmtool.rules.comparing.compare import compare
from crmtool.rules.comparing.wording import change_text
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet

COMMON = (RULES / "common.yaml").read_text(encoding="utf-8")


def edited(name: str, *pairs: tuple[str, str]) -> RuleSet:
    text = (RULES / f"{name}.yaml").read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after, 1)
    return load_rule_set(text, f"{name}.yaml", common=COMMON)


def said(name: str, *pairs: tuple[str, str], lang: Lang = "zh") -> list[str]:
    found = changes_of(shipped(name), edited(name, *pairs), lang)
    return [f"{change.way[0]} {change_text(change, lang)} [{change.effect}]" for change in found]


@pytest.mark.parametrize("name", NAMES)
def test_a_version_says_nothing_different_from_itself(name: str) -> None:
    assert changes_of(shipped(name), edited(name), "zh") == ()


def test_a_line_that_moved_is_told_by_its_two_figures() -> None:
    line = (
        '>= 10万元", last_order: "within 3个月", tenure: ">= 1年"',
        '>= 12万元", last_order: "within 2个月", tenure: "> 1年"',
    )
    assert said("annual_value", line) == [
        "c 规则 高价值客户（hv） 年消费额线：10万元 → 12万元 [tiers]",
        "c 规则 高价值客户（hv） 最近订单线：3个月 → 2个月 [tiers]",
        # whether the figure is included is more than a line that moved
        "c 规则 高价值客户（hv） 合作时长判定：满1年 → 超过1年 [tiers]",
    ]
    assert said("annual_value", line, lang="en")[0] == (
        "c rule 高价值客户（hv） 年消费额 line: CNY 100,000 → CNY 120,000 [tiers]"
    )


def test_a_parameter_is_told_with_the_rules_that_it_moves() -> None:
    assert said("annual_plan", ("重要客户金额线, value: 50000元", "重要客户金额线, value: 6万元")) == [
        "c 参数 重要客户金额线：50000元 → 6万元 [tiers]",
        "c 规则 重要客户（imp） 年度购买金额线：5万元 → 6万元 [tiers]",
    ]


def test_a_condition_built_differently_is_told_whole() -> None:
    (told,) = said("annual_value", ('    when: {annual_amount: "< 2万元"}', '    when: {annual_amount: "< 2万元", tenure: ">= 1年"}'))  # fmt: skip
    assert told == (
        "c 规则 低价值/沉默客户（low） 条件：年消费额 不满2万元 → 年消费额 不满2万元 且 合作时长 满1年 [tiers]"
    )


def test_entries_come_and_go_and_rules_change_places() -> None:
    old = shipped("annual_value")
    first, second, *rest = old.rules
    new = replace(old, rules=(second, first, *rest[:-1], replace(rest[-1], id="cooling")), tags=old.tags[1:])
    told = [change_text(change, "zh") for change in changes_of(old, new, "zh")]
    effects = [(change.way, change.effect) for change in changes_of(old, new, "zh")]
    assert told == [
        "规则 稳定客户（cooling）：年消费额 2万元以上（含）、不满5万元 且 最近订单 近6个月内",
        "规则 稳定客户（stable_cooling）：年消费额 2万元以上（含）、不满5万元 且 最近订单 近6个月内",
        "规则 先后顺序：hv、silent、low、pot、stab、big_not_qualified、mid_mature"
        " → silent、hv、low、pot、stab、big_not_qualified、mid_mature",
        "标签 RFM高价值：最近订单 近3个月内 且 近1年订单次数 4以上（含） 且 年消费额 10万元以上（含）",
    ]
    assert effects == [("added", "tiers"), ("removed", "tiers"), ("changed", "tiers"), ("removed", "tags")]


def test_what_empty_cells_mean_is_told_and_counts_though_nobody_is_proved_to_move() -> None:
    new = edited("annual_value", ("missing: {as: 未挖掘}", "missing: unknown"))
    comparison = compare(shipped("annual_value"), new, "zh")
    (change,) = comparison.changes
    assert change_text(change, "zh") == "字段 需求挖掘程度 空白时：视为未挖掘 → 视为未知"
    assert (comparison.moves, comparison.differs) == ((), True)


def test_texts_rhythms_and_versions_are_told_and_move_nobody() -> None:
    pairs = (
        ('version: "2024.1"', 'version: "2025.1"'),
        ("goal: 深度绑定、提升忠诚度", "goal: 提升忠诚度"),
        ("{every: 1个月, channel: any, label: 深度沟通}", "{every: 2个月, channel: any, label: 深度沟通}"),
    )
    assert said("annual_value", *pairs) == [
        "c 规则集 版本：2024.1 → 2025.1 [told]",
        "c 等级 高价值客户 目标：深度绑定、提升忠诚度 → 提升忠诚度 [told]",
        "c 回访频率 高价值客户：每月1次深度沟通（any） → 每两个月1次深度沟通（any） [told]",
    ]
    assert not compare(shipped("annual_value"), edited("annual_value", *pairs), "zh").differs


def test_a_cell_of_a_matrix_is_told_by_its_levels() -> None:
    old = shipped("value_risk")
    assert old.matrix is not None
    cells = dict(old.matrix.cells) | {("low", "safe"): "lv_risk"}
    new = replace(old, matrix=replace(old.matrix, cells=cells))
    (change,) = changes_of(old, new, "zh")
    assert change_text(change, "zh") == "矩阵 低价值×低风险 等级：低价值稳定型 → 低价值风险型"


def test_a_field_of_two_kinds_is_a_finding_and_no_moves_are_claimed() -> None:
    new = edited("annual_value", ("    type: count\n    min: 0\n    better: none", "    type: money\n    min: 0\n    better: none"),
                 ('employees: ">= 500人"', 'employees: ">= 500元"'))  # fmt: skip
    comparison = compare(shipped("annual_value"), new, "zh")
    assert [finding.code for finding in comparison.findings] == ["diff-two-kinds"]
    assert (comparison.moves, comparison.differs) == ((), True)


def test_tiers_of_two_scales_are_neither_up_nor_down() -> None:
    comparison = compare(shipped("annual_value"), shipped("annual_plan"), "zh")
    assert comparison.direction("high_value", "important") == "other"
    assert comparison.direction("high_value", "") == "lost"

"""The sheet 客户维护策略表 (模板3): what is done for each tier, with what, by whom, how often.

The words of rhythms are in `crmtool.rules.telling.rhythm`.
"""

from __future__ import annotations

from crmtool.content import OutTable
from crmtool.rules.model import RuleSet, Tier
from crmtool.rules.telling.rhythm import rhythm_of
from crmtool.tables.text_table import text_table
from crmtool.tables.tiers import ORIGINS, joint_origin, origin_of_parts, strategy_of

_HEADERS = {
    "tier": "客户类型",
    "goal": "维护目标",
    "actions": "核心策略动作",
    "resources": "资源投入",
    "role": "责任人",
    "frequency": "跟进频次",
    "origin": "来源",
}


def build(rule_set: RuleSet) -> OutTable:
    """Return one row per tier, in the file's order; what the rule set does not say stays empty."""
    rows = [_row(tier, rule_set) for tier in rule_set.tiers.values()]
    return text_table("strategies", _HEADERS, rows, wide={"actions", "resources", "frequency", "origin"})


def _row(tier: Tier, rule_set: RuleSet) -> tuple[str, ...]:
    resources = rule_set.resources.get(tier.id)
    return (
        tier.label,
        tier.goal.text,
        strategy_of(tier.id, rule_set, "；"),
        resources.invest if resources else "",
        resources.role if resources else "",
        rhythm_of(tier.id, rule_set),
        _origin(tier, rule_set),
    )


def _origin(tier: Tier, rule_set: RuleSet) -> str:
    """Return where the row comes from: 原文, 补缺, or which of its columns are (partly) ours."""
    resources = rule_set.resources.get(tier.id)
    parts = {
        "维护目标": ORIGINS[tier.goal.origin],
        "核心策略动作": joint_origin(action.origin for action in rule_set.strategy.get(tier.id, ())),
        "资源投入、责任人": ORIGINS[resources.origin if resources else "source"],
        "跟进频次": joint_origin(line.origin for line in rule_set.cadence.get(tier.id, ())),
    }
    return origin_of_parts(tier, parts)

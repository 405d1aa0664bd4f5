"""The sheet 客户分类表: what makes a customer one of each class, what it is like, and what matters then.

Conditions are put into words by `crmtool.rules.telling.words`.
"""

from __future__ import annotations

from crmtool.content import OutTable
from crmtool.rules.model import RuleSet, Tier
from crmtool.rules.telling.words import condition_text
from crmtool.tables.text_table import text_table
from crmtool.tables.tiers import strategy_of, tier_origin, traits_of

_HEADERS = {
    "tier": "客户类别",
    "standard": "划分标准",
    "traits": "特点",
    "focus": "维护重点",
    "origin": "来源",
}


def build(rule_set: RuleSet) -> OutTable:
    """Return one row per tier; the rules that lead to it are joined by 或, in the file's order."""
    rows = [_row(tier, rule_set) for tier in rule_set.tiers.values()]
    return text_table("classes", _HEADERS, rows, wide={"standard", "traits", "focus"})


def _row(tier: Tier, rule_set: RuleSet) -> tuple[str, ...]:
    rules = [rule for rule in rule_set.rules if rule.tier == tier.id]
    actions = rule_set.strategy.get(tier.id, ())
    origins = [*(rule.origin for rule in rules), *(action.origin for action in actions), tier.traits.origin]
    return (
        tier.label,
        "；或 ".join(condition_text(rule.when, rule_set) for rule in rules),
        traits_of(tier.id, rule_set),
        strategy_of(tier.id, rule_set, "、"),
        tier_origin(tier, origins),
    )

"""Knows what a rule set says of each tier in the documents' columns: 特点, 维护重点, 跟进策略 and the like.

The rhythm in words is in `crmtool.rules.telling.rhythm`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from crmtool.rules.model import Origin, RuleSet, Tier
from crmtool.rules.telling.rhythm import rhythm_of, roles_of

ORIGINS: Mapping[str, str] = {"source": "原文", "resolution": "补缺"}


def labels(rule_set: RuleSet) -> dict[str, str]:
    """Return the label of each tier by id."""
    return {tier.id: tier.label for tier in rule_set.tiers.values()}


def strategy_of(tier: str, rule_set: RuleSet, separator: str) -> str:
    """Return what is done for a tier, in the file's order."""
    return separator.join(action.text for action in rule_set.strategy.get(tier, ()))


def traits_of(tier: str, rule_set: RuleSet) -> str:
    """Return 特点 of a tier; empty where the rule set says nothing."""
    return rule_set.tiers[tier].traits.text


_TEXTS: Mapping[str, Callable[[str, RuleSet], str]] = {
    "特点": traits_of,
    "维护重点": lambda tier, rule_set: strategy_of(tier, rule_set, "、"),
    "跟进策略": lambda tier, rule_set: strategy_of(tier, rule_set, "；"),
    "当前核心策略": lambda tier, rule_set: strategy_of(tier, rule_set, "+"),
    "策略执行周期": rhythm_of,
    "回访责任人": roles_of,
}


def tier_texts(header: str, rule_set: RuleSet) -> dict[str, str] | None:
    """Return the text of each tier for a document's header, or None for a header that is no tier's matter."""
    words = _TEXTS.get(header)
    return None if words is None else {tier: words(tier, rule_set) for tier in rule_set.tiers}


def joint_origin(origins: Iterable[Origin]) -> str:
    """Return 原文 or 补缺 where all parts agree, else 部分补缺.

    >>> joint_origin(["source", "resolution"]), joint_origin(["resolution"]), joint_origin([])
    ('部分补缺', '补缺', '原文')
    """
    found = set(origins)
    if len(found) > 1:
        return "部分补缺"
    return ORIGINS[found.pop()] if found else ORIGINS["source"]


def tier_origin(tier: Tier, parts: Iterable[Origin]) -> str:
    """Return where what is told of a tier comes from; all of it is ours where the tier is."""
    return ORIGINS[tier.origin] if tier.origin == "resolution" else joint_origin(parts)


def origin_of_parts(tier: Tier, parts: Mapping[str, str]) -> str:
    """Return 原文 or 补缺, or which columns of a tier's row are (partly) ours; `parts` are words by column."""
    if tier.origin == "resolution":
        return ORIGINS[tier.origin]
    ours = [f"{name}：{word}" for name, word in parts.items() if word != ORIGINS["source"]]
    return "；".join(ours) or ORIGINS["source"]

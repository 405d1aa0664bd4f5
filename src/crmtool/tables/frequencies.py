"""The sheet 回访频率表: how often, by which media and by whom each class is called on.

Rhythms are put into words by `crmtool.rules.telling.rhythm`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmtool.content import OutTable
from crmtool.rules.language.common import Common
from crmtool.rules.model import CadenceLine, RuleSet, Tier
from crmtool.rules.telling.rhythm import distinct, field_labels, rhythm
from crmtool.tables.text_table import text_table
from crmtool.tables.tiers import ORIGINS, tier_origin

_HEADERS = {
    "tier": "客户类别",
    "frequency": "回访频率",
    "means": "回访方式",
    "role": "回访责任人",
    "origin": "来源",
}


def build(rule_set: RuleSet, common: Common) -> OutTable:
    """Return one row per tier; a channel that goes through others is printed as those: 上门、视频会议.

    Where the source document gives a tier's rhythm, that alone is the row's; what the rules file adds to it
    stands in the last column. The roles' texts may be the source's where only who takes which channel is not.
    """
    rows = [_row(tier, rule_set, common) for tier in rule_set.tiers.values()]
    return text_table("frequencies", _HEADERS, rows, wide={"frequency", "origin"})


def _row(tier: Tier, rule_set: RuleSet, common: Common) -> tuple[str, ...]:
    lines = rule_set.cadence.get(tier.id, ())
    printed = [line for line in lines if line.origin == "source"] or lines
    added = [line for line in lines if line not in printed]
    labels = field_labels(rule_set)
    means = distinct(name for line in printed for name in _media(line.channel, common))
    roles = distinct(line.role.text for line in printed)
    return (tier.label, rhythm(printed, labels), means, roles, _origin(tier, printed, rhythm(added, labels)))


def _origin(tier: Tier, printed: Sequence[CadenceLine], added: str) -> str:
    """Return 原文 or 补缺, then what is ours beside the source's own."""
    origin = tier_origin(tier, [line.origin for line in printed])
    if origin != ORIGINS["source"]:
        return origin
    ours = [f"{ORIGINS['resolution']}：{added}"] if added else []
    if any(line.role.text and line.role.origin != "source" for line in printed):
        ours.append(f"方式与责任人的对应：{ORIGINS['resolution']}")
    return "；".join([origin, *ours])


def _media(channel: str, common: Common) -> list[str]:
    known = common.channels[channel]
    return [common.channels[via].label for via in known.via] or [known.label]

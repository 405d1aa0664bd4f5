"""The sheet 回访频率表: how often, by which media and by whom each class is called on.

Rhythms are put into words by `crmtool.tables.rhythm`.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmtool.content import OutTable
from crmtool.rules.language.common import Common
from crmtool.rules.model import CadenceLine, RuleSet
from crmtool.tables.rhythm import distinct, rhythm_of, roles_of
from crmtool.tables.text_table import text_table
from crmtool.tables.tiers import joint_origin, origin_of_parts

_HEADERS = {
    "tier": "客户类别",
    "frequency": "回访频率",
    "means": "回访方式",
    "role": "回访责任人",
    "origin": "来源",
}


def build(rule_set: RuleSet, common: Common) -> OutTable:
    """Return one row per tier; a channel that goes through others is printed as those: 上门、视频会议."""
    rows = []
    for tier in rule_set.tiers.values():
        lines = rule_set.cadence.get(tier.id, ())
        means = distinct(name for line in lines for name in _media(line.channel, common))
        origin = origin_of_parts(
            tier, {"回访频率、回访方式": _frequency_origin(lines), "回访责任人": _role_origin(lines)}
        )
        rows.append((tier.label, rhythm_of(tier.id, rule_set), means, roles_of(tier.id, rule_set), origin))
    return text_table("frequencies", _HEADERS, rows, wide={"frequency", "origin"})


def _frequency_origin(lines: Sequence[CadenceLine]) -> str:
    return joint_origin(line.origin for line in lines)


def _role_origin(lines: Sequence[CadenceLine]) -> str:
    """Return where the roles come from; one on a line of ours is ours."""
    named = [line for line in lines if line.role.text]
    return joint_origin(line.role.origin if line.origin == "source" else line.origin for line in named)


def _media(channel: str, common: Common) -> list[str]:
    known = common.channels[channel]
    return [common.channels[via].label for via in known.via] or [known.label]

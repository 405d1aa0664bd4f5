"""The sheets 客户分类标准表 (模板1), 客户分类表 and 回访频率表: the rules, and what follows, in words.

Conditions are put into words by `crmtool.rules.words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from crmtool.content import OutTable, TableColumn
from crmtool.rules.common import Common
from crmtool.rules.model import Level, Matrix, Origin, Rule, RuleSet
from crmtool.tables.rhythm import distinct, rhythm_of, roles_of
from crmtool.tables.tiers import ORIGINS, origin_of_line, strategy_of, tier_origin, traits_of
from crmtool.tables.wording import in_words

_HEADERS = {
    "dimension": "分类维度",
    "metric": "具体指标",
    "class": "类别定义",
    "origin": "来源",
    "rule": "规则",
    "note": "说明",
}


@dataclass(frozen=True, slots=True)
class _Line:
    dimension: str
    metric: str
    class_label: str
    origin: Origin
    rule: str = ""
    note: str = ""


def build(rule_set: RuleSet) -> OutTable:
    """Return one row per rule, level, matrix cell, tag and parameter, each marked as the source's or ours."""
    lines = [*_levels(rule_set), *_matrix(rule_set), *_rules(rule_set), *_tags(rule_set), *_params(rule_set)]
    rows = [
        (line.dimension, line.metric, line.class_label, ORIGINS[line.origin], line.rule, line.note)
        for line in lines
    ]
    return _table("standards", _HEADERS, rows, wide={"metric", "note"})


def _table(
    name: str, headers: Mapping[str, str], rows: Sequence[Sequence[str]], wide: Iterable[str] = ()
) -> OutTable:
    cells = zip(*rows, strict=True) if rows else ((),) * len(headers)
    return OutTable(
        name,
        [
            TableColumn(
                key,
                header,
                pa.array([text or None for text in texts], pa.string()),
                "wide" if key in wide else "text",
            )
            for (key, header), texts in zip(headers.items(), cells, strict=True)
        ],
    )


def _levels(rule_set: RuleSet) -> list[_Line]:
    return [
        _Line(dimension.label, in_words(level.when, rule_set), _level_label(level), level.origin, level.id)
        for dimension in rule_set.dimensions.values()
        for level in dimension.levels
    ]


def _level_label(level: Level) -> str:
    return level.label if level.points is None else f"{level.label}（{level.points}分）"


def _matrix(rule_set: RuleSet) -> list[_Line]:
    if rule_set.matrix is None:
        return []
    matrix: Matrix = rule_set.matrix
    rows, cols = rule_set.dimensions[matrix.rows], rule_set.dimensions[matrix.cols]
    return [
        _Line(
            f"{rows.label}×{cols.label}",
            f"{row.label} 且 {col.label}",
            rule_set.tiers[matrix.cells[row.id, col.id]].label,
            rule_set.tiers[matrix.cells[row.id, col.id]].origin,
            f"{row.id}×{col.id}",
        )
        for row in rows.levels
        for col in cols.levels
        if (row.id, col.id) in matrix.cells
    ]


def _rules(rule_set: RuleSet) -> list[_Line]:
    heading = "等级判定（自上而下，先命中先得）" if rule_set.hit == "first" else "等级判定（互不重叠）"
    return [
        _Line(
            heading,
            in_words(rule.when, rule_set),
            rule_set.tiers[rule.tier].label,
            rule.origin,
            rule.id,
            "；".join(part for part in (rule.flag, rule.note) if part),
        )
        for rule in rule_set.rules
    ]


def _tags(rule_set: RuleSet) -> list[_Line]:
    return [
        _Line(tag.dimension or "标签", in_words(tag.when, rule_set), tag.label, tag.origin, tag.id)
        for tag in rule_set.tags
    ]


def _params(rule_set: RuleSet) -> list[_Line]:
    return [
        _Line("参数", param.label, param.text, param.origin, param.id, param.note)
        for param in rule_set.params.values()
    ]


def classes(rule_set: RuleSet) -> OutTable:
    """Return 客户分类表: what makes a customer one of each class, what it is like, and what matters then."""
    headers = {
        "tier": "客户类别",
        "standard": "划分标准",
        "traits": "特点",
        "focus": "维护重点",
        "origin": "来源",
    }
    rows = []
    for tier in rule_set.tiers.values():
        rules = [rule for rule in rule_set.rules if rule.tier == tier.id]
        actions = rule_set.strategy.get(tier.id, ())
        origins = [*(part.origin for part in (*rules, *actions)), tier.traits.origin]
        rows.append(
            (
                tier.label,
                "；或 ".join(in_words(rule.when, rule_set) for rule in rules),
                traits_of(tier.id, rule_set),
                strategy_of(tier.id, rule_set, "、"),
                tier_origin(tier, origins),
            )
        )
    return _table("classes", headers, rows, wide={"standard", "traits", "focus"})


def frequencies(rule_set: RuleSet, common: Common) -> OutTable:
    """Return 回访频率表: how often, by which media and by whom each class is called on.

    A channel that goes through others is printed as those: 高层拜访 as 上门、视频会议.
    """
    headers = {
        "tier": "客户类别",
        "frequency": "回访频率",
        "means": "回访方式",
        "role": "回访责任人",
        "origin": "来源",
    }
    rows = []
    for tier in rule_set.tiers.values():
        lines = rule_set.cadence.get(tier.id, ())
        means = distinct(name for line in lines for name in _media(line.channel, common))
        origin = tier_origin(tier, map(origin_of_line, lines))
        rows.append((tier.label, rhythm_of(tier.id, rule_set), means, roles_of(tier.id, rule_set), origin))
    return _table("frequencies", headers, rows, wide={"frequency"})


def _media(channel: str, common: Common) -> list[str]:
    known = common.channels[channel]
    return [common.channels[via].label for via in known.via] or [known.label]

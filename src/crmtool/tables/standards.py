"""The sheet 客户分类标准表 (模板1): every test of a rule set in words, marked as the source's or ours.

Conditions are put into words by `crmtool.rules.telling.words`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crmtool.content import OutTable
from crmtool.messages import Lang
from crmtool.rules.conditions import Condition
from crmtool.rules.model import Level, Origin, RuleSet
from crmtool.rules.telling.words import condition_text, phrase
from crmtool.tables.text_table import text_table
from crmtool.tables.tiers import ORIGINS

_HEADERS = {
    "dimension": "分类维度",
    "metric": "具体指标",
    "class": "类别定义",
    "origin": "来源",
    "rule": "规则",
    "note": "说明",
}


#: Puts a condition into words.
Words = Callable[[Condition], str]


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One test and what it makes of a customer: `words` are 具体指标, `label` is 类别定义."""

    dimension: str
    words: str
    label: str
    origin: Origin
    rule: str = ""
    note: str = ""


def build(rule_set: RuleSet, *, marks_ends: bool = False) -> OutTable:
    """Return one row per level, matrix cell, rule, tag and parameter, in this order.

    With `marks_ends` every figure is followed by 含 or 不含.
    """
    rows = [
        (row.dimension, row.words, row.label, ORIGINS[row.origin], row.rule, row.note)
        for row in standard_rows(rule_set, marks_ends=marks_ends)
    ]
    return text_table("standards", _HEADERS, rows, wide={"metric", "note"})


def standard_rows(rule_set: RuleSet, lang: Lang = "zh", *, marks_ends: bool = False) -> list[StandardRow]:
    """Return the tests of a rule set in words of one language; labels and notes are those of the file."""

    def words(when: Condition) -> str:
        return condition_text(when, rule_set, lang, marks_ends=marks_ends)

    return [
        *_levels(rule_set, words),
        *_matrix(rule_set, lang),
        *_rules(rule_set, words),
        *_tags(rule_set, words),
        *_params(rule_set),
    ]


def _levels(rule_set: RuleSet, words: Words) -> Iterator[StandardRow]:
    for dimension in rule_set.dimensions.values():
        for level in dimension.levels:
            yield StandardRow(dimension.label, words(level.when), _level_label(level), level.origin, level.id)


def _level_label(level: Level) -> str:
    return level.label if level.points is None else f"{level.label}（{level.points}分）"


def _matrix(rule_set: RuleSet, lang: Lang) -> Iterator[StandardRow]:
    matrix = rule_set.matrix
    if matrix is None:
        return
    rows, cols = rule_set.dimensions[matrix.rows], rule_set.dimensions[matrix.cols]
    for row in rows.levels:
        for col in cols.levels:
            tier = rule_set.tiers[matrix.cells[row.id, col.id]]
            words = phrase("all", lang).join((row.label, col.label))
            heading = f"{rows.label}×{cols.label}"
            yield StandardRow(heading, words, tier.label, tier.origin, f"{row.id}.{col.id}")


def _rules(rule_set: RuleSet, words: Words) -> Iterator[StandardRow]:
    heading = "等级判定（自上而下，先命中先得）" if rule_set.hit == "first" else "等级判定（互不重叠）"
    for rule in rule_set.rules:
        note = "；".join(part for part in (rule.flag, rule.note) if part)
        yield StandardRow(
            heading, words(rule.when), rule_set.tiers[rule.tier].label, rule.origin, rule.id, note
        )


def _tags(rule_set: RuleSet, words: Words) -> Iterator[StandardRow]:
    for tag in rule_set.tags:
        yield StandardRow(tag.dimension or "标签", words(tag.when), tag.label, tag.origin, tag.id)


def _params(rule_set: RuleSet) -> Iterator[StandardRow]:
    for param in rule_set.params.values():
        yield StandardRow("参数", param.label, param.text, param.origin, param.id, param.note)

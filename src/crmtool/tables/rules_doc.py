"""Puts a rule set's workbook to read and sign together: its standards, its tiers, what is empty, and its cases.

Tests are put into words by `crmtool.rules.telling.words`; the template says how the sheets look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from crmtool.content import Content, OutTable, Scalar, TableColumn
from crmtool.rules.model import Derivation, Example, Field, Policy, RuleSet
from crmtool.rules.telling.words import (
    assumed_text,
    condition_text,
    label_of,
    quantity_text,
    span_text,
    tier_labels,
)
from crmtool.tables import standards, strategies
from crmtool.tables.text_table import text_table
from crmtool.tables.tiers import ORIGINS

TITLE = "客户分类标准"
_KINDS: Mapping[str, str] = {
    "money": "金额",
    "count": "次数（整数）",
    "number": "数值",
    "percent": "百分比",
    "age": "日期或时长",
    "date": "日期",
    "enum": "几个固定取值",
    "flag": "是/否",
    "text": "文字",
    "id": "编号",
}
_BETTER: Mapping[str, str] = {"up": "越大越好", "down": "越小越好", "none": ""}
_TABLES: Mapping[str, str] = {
    "orders": "订单明细",
    "visits": "回访记录",
    "demands": "需求记录",
    "tickets": "咨询投诉记录",
}
_MEASURES: Mapping[str, str] = {
    "sum": "金额合计",
    "count": "次数",
    "max": "最近一次",
    "min": "最早一次",
    "mean": "平均",
    "consecutive_years": "连续达标年数",
    "repeat_rate": "复购率",
    "trend": "与前一期相比的变化",
    "interval_median": "间隔天数的中位数",
    "latest": "最近一次填的",
    "share": "占比",
}
_FIELDS = {
    "field": "字段",
    "headers": "台账里的表头",
    "kind": "类型",
    "counted": "台账没有时怎么算",
    "missing": "单元格空白时",
    "absent": "没有这一列时",
    "better": "好坏",
    "origin": "来源",
}
_CASES = {
    "name": "案例",
    "as_of": "统计截止日",
    "given": "台账里是",
    "expect": "应有的结果",
    "origin": "来源",
}


def content(rule_set: RuleSet, printed_on: date) -> Content:
    """Return what fills the template `rules-doc.xlsx`; a rule set without cases has no sheet for them."""
    tables = [
        standards.build(rule_set, marks_ends=True),
        _tiers(rule_set),
        _fields(rule_set),
        _cases(rule_set),
    ]
    omit = frozenset() if rule_set.examples else frozenset({"案例"})
    return Content({table.name: table for table in tables}, _scalars(rule_set, printed_on), omit)


def _scalars(rule_set: RuleSet, printed_on: date) -> dict[str, Scalar]:
    rows = standards.standard_rows(rule_set)
    ours = sum(row.origin == "resolution" for row in rows)
    first, last = rule_set.effective
    return {
        "rule_set": rule_set.name,
        "rule_set_id": rule_set.id,
        "rule_set_version": rule_set.version,
        "rule_set_source": rule_set.source,
        "rules_caption": f"{rule_set.id} {rule_set.version} · 依据 {rule_set.source}",
        "effective": f"有效期 {first or '不限'} 至 {last or '不限'} · 打印 {printed_on.isoformat()}",
        "hit_note": "规则自上而下，先命中先得。" if rule_set.hit == "first" else "每位客户至多符合一条规则。",
        "unknown_note": _unknown_note(rule_set),
        "origin_note": f"共 {len(rows)} 条，其中 {ours} 条原文没有、由我们补上，来源一栏标“补缺”。",
        "digest": f"规则文件 SHA-256 {rule_set.sha256}",
    }


def _unknown_note(rule_set: RuleSet) -> str:
    """Return what is done with customers who cannot be decided."""
    if rule_set.on_unknown == "review":
        return f"缺了资料、不能确定等级的客户不猜，列为“{rule_set.unknown_label}”。"
    if rule_set.on_unknown == "default":
        tier = rule_set.tiers[rule_set.default_tier or ""].label
        return f"缺了资料、不能确定等级的客户归入“{tier}”。"
    end = "最好" if rule_set.on_unknown == "best" else "最差"
    return f"缺了资料、不能确定等级的客户取可能等级中{end}的一个。"


def _tiers(rule_set: RuleSet) -> OutTable:
    """Return the strategies of the tiers with their ranks and traits."""
    told = strategies.build(rule_set)
    ranks = pa.array([tier.rank for tier in rule_set.tiers.values()], pa.int64())
    traits = pa.array([tier.traits.text or None for tier in rule_set.tiers.values()], pa.string())
    columns = [
        TableColumn("rank", "级", ranks, "count"),
        *told.columns,
        TableColumn("traits", "特点", traits, "wide"),
    ]
    return OutTable("tiers", columns)


def _fields(rule_set: RuleSet) -> OutTable:
    rows = [
        (
            field.label,
            "、".join(dict.fromkeys(field.spec.names)),
            _kind(field),
            _counted(field.derivation),
            _policy(field.missing, field, rule_set),
            _policy(field.absent, field, rule_set),
            _BETTER[field.better],
            ORIGINS[field.origin],
        )
        for field in rule_set.fields.values()
    ]
    return text_table("fields", _FIELDS, rows)


def _kind(field: Field) -> str:
    words = "、".join(field.spec.values)
    if not words:
        return _KINDS[field.spec.kind]
    return f"{words}{'，或其他' if field.spec.open else ''}"


def _counted(derivation: Derivation | None) -> str:
    if derivation is None:
        return ""
    said = _MEASURES.get(derivation.measure, derivation.measure)
    window = f"近{span_text(derivation.window)}的" if derivation.window is not None else ""
    per = f"，折成每{span_text(derivation.per)}" if not isinstance(derivation.per, str | None) else ""
    bound = derivation.threshold
    least = ""
    if bound is not None:
        least = f"（每年{'至少' if bound.inclusive else '超过'} {quantity_text(bound.value, 'money')}）"
    return f"{_TABLES[derivation.source]}：{window}{said}{per}{least}"


def _policy(policy: Policy, field: Field, rule_set: RuleSet) -> str:
    if policy.kind == "unknown":
        return "不知道（不猜）"
    if policy.kind == "error":
        return "不接受，须先填上"
    if policy.kind != "cases":
        return assumed_text(policy, field.spec.kind)
    parts = [
        f"{condition_text(when, rule_set)}：{_policy(then, field, rule_set)}" for when, then in policy.cases
    ]
    if policy.otherwise is not None:
        parts.append(f"其他：{_policy(policy.otherwise, field, rule_set)}")
    return "；".join(parts)


def _cases(rule_set: RuleSet) -> OutTable:
    rows = [
        (
            example.name,
            example.as_of.isoformat() if example.as_of else "",
            _given(example, rule_set),
            _expected(example.expect, rule_set),
            ORIGINS[example.origin],
        )
        for example in rule_set.examples
    ]
    return text_table("cases", _CASES, rows)


def _given(example: Example, rule_set: RuleSet) -> str:
    parts = [f"{_label(rule_set, name)} {_cell(text)}" for name, text in example.given.items()]
    if example.absent:
        parts.append(f"没有这些列：{_labels(rule_set, example.absent)}")
    return "；".join(parts)


def _cell(text: str) -> str:
    return "从未发生" if text == "never" else text


def _label(rule_set: RuleSet, name: str) -> str:
    return rule_set.tier_column if name == "tier" else label_of(rule_set, name)


def _labels(rule_set: RuleSet, names: Iterable[str]) -> str:
    return "、".join(_label(rule_set, name) for name in names)


def _expected(expect: Mapping[str, Any], rule_set: RuleSet) -> str:
    """Return an expectation in words; what is not filled in yet says so."""
    parts = []
    if expect.get("tier"):
        parts.append(tier_labels(rule_set, [expect["tier"]])[0])
    if expect.get("status") == "unknown" or (expect.get("possible") and not expect.get("tier")):
        parts.append(f"不能确定（{rule_set.unknown_label}）")
    if expect.get("possible"):
        parts.append(f"可能是 {'、'.join(tier_labels(rule_set, expect['possible']))}")
    if expect.get("missing"):
        parts.append(f"要补 {_labels(rule_set, expect['missing'])}")
    if expect.get("rule"):
        parts.append(f"规则 {expect['rule']}")
    if "tags" in expect:
        parts.append(f"标签 {_tags(expect['tags'], rule_set)}")
    if expect.get("origin") == "given":
        parts.append("照台账里写明的")
    return "；".join(parts) or "（待填）"


def _tags(ids: Sequence[str], rule_set: RuleSet) -> str:
    labels = {tag.id: tag.label for tag in rule_set.tags}
    return "、".join(labels[id] for id in ids) or "无"

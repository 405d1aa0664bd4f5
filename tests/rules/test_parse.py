"""Conditions: joined as they are written, every name known, every mistake collected."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmtool.ledger.fields import FieldSpec, LevelNames
from crmtool.rules.conditions import All, Any, Atom, Bound, Condition, Not, OneOf, Present, Range
from crmtool.rules.language.nodes import Mistakes
from crmtool.rules.language.parse import Scope, canonical_value, parse_condition
from crmtool.rules.language.source import parse_yaml

FIELDS = {
    "amount": FieldSpec("amount", "年消费额", "money"),
    "count": FieldSpec("count", "订单次数", "count"),
    "stage": FieldSpec("stage", "生命周期", "enum", values=("导入", "成长", "潜在客户")),
    "memo": FieldSpec("memo", "备注", "text"),
    "locked": FieldSpec("locked", "锁定", "flag"),
    "r": FieldSpec("r", "R分", "number"),
}
LEVELS = {"frequency": (LevelNames("high", "高频", ("高频客户",)), LevelNames("low", "低频"))}
BIG = Atom("amount", Range(Bound(10_000_000, True), None))
OFTEN = Atom("count", Range(Bound(Decimal(4), True), None))


def parsed(text: str) -> tuple[Condition | None, list[str]]:
    """Return the condition that a text says, and the codes of its mistakes."""
    mistakes = Mistakes(text, "rules/x.yaml")
    words = {"r": ("high", "low")}
    scope = Scope(mistakes, FIELDS, LEVELS, frozenset({"total"}), {"line": "10万元"}, words)
    condition = parse_condition(parse_yaml(text, "rules/x.yaml"), scope)
    return condition, [finding.code for _, finding in mistakes.findings]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ('{amount: ">= $line"}', BIG),
        ('{amount: ">= 10万元", count: ">= 4"}', All((BIG, OFTEN))),
        ('{any: [{amount: ">= 10万元"}, {count: ">= 4"}]}', Any((BIG, OFTEN))),
        ('{all: [{amount: ">= 10万元"}]}', All((BIG,))),
        ('{not: {amount: ">= 10万元"}}', Not(BIG)),
        ('{count: ">= 4", any: [{amount: ">= 10万元"}]}', All((OFTEN, Any((BIG,))))),
        ("{stage: [导入期, 潜在]}", Atom("stage", OneOf(("导入", "潜在客户")))),
        ("{stage: 成长阶段}", Atom("stage", OneOf(("成长",)))),
        ("{frequency: [high]}", Atom("frequency", OneOf(("high",)))),
        ("{frequency: [高频客户, 低频]}", Atom("frequency", OneOf(("high", "low")))),
        ("{memo: present}", Atom("memo", Present())),
        ("{amount: present}", Atom("amount", Present())),
        ("{locked: true}", Atom("locked", OneOf(("是",)))),
        ("{locked: false}", Atom("locked", OneOf(("否",)))),
        ("{r: high}", Atom("r", OneOf(("high",)))),
        ('{r: "[4, 4]"}', Atom("r", Range(Bound(Decimal(4), True), Bound(Decimal(4), True)))),
        ('{total: "< 2.5"}', Atom("total", Range(None, Bound(Decimal("2.5"), False)))),
    ],
)
def test_a_condition_is_what_is_written(text: str, condition: Condition) -> None:
    assert parsed(text) == (condition, [])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{}", ["expected-condition"]),
        ("[]", ["expected-condition"]),
        ("{any: {amount: present}}", ["expected-list"]),
        ("{all: []}", ["expected-list"]),
        ("{memo: [甲]}", ["not-a-test"]),
        ("{locked: [true]}", ["not-a-test"]),
        ('{memo: ">= 1"}', ["not-a-test"]),
        ('{frequency: ">= 1"}', ["unknown-level"]),
        ("{stage: []}", ["not-a-list-of-values"]),
        ("{amount: [5万元, 10万元]}", ["unquoted-interval"]),
        ("{amount: [5万元, 10万元, 20万元]}", ["not-a-test"]),
        ('{amuont: ">= 1", any: [{amount: 5-10万元}, {count: ">= 10万元"}, {stage: [x]}]}',
         ["unknown-subject", "ambiguous-range", "unit-mismatch", "unlisted-value"]),
    ],
)  # fmt: skip
def test_every_mistake_of_a_condition_is_collected(text: str, codes: list[str]) -> None:
    assert parsed(text) == (None, codes)


def test_an_open_enum_keeps_what_is_not_listed() -> None:
    spec = FieldSpec("industry", "行业", "enum", values=("制造业",), open=True)
    assert canonical_value("制造业", spec) == "制造业"
    assert canonical_value("矿业", spec) == "矿业"

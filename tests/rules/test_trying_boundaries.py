"""Cases made up at each cut of a rule set: which customers they are, and what the rules say of them."""

from __future__ import annotations

from datetime import date

import pytest

from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.rules.trying.boundary_cases import BoundaryCase, boundary_cases

HEAD = """schema: crmtool.rules/v1
id: demo
name: demo
version: "1"
source: none
table: {tier: 等级, columns: [客户名称, 等级]}
hit: first
tiers:
  high: {label: 高, rank: 1}
  low: {label: 低, rank: 2}
"""


def _rules(text: str) -> RuleSet:
    return load_rule_set(HEAD + text, "demo.yaml")


def _cases(text: str) -> list[BoundaryCase]:
    return boundary_cases(_rules(text))


def _told(cases: list[BoundaryCase]) -> list[tuple[str, str, str, str]]:
    return [(case.cut, case.side, case.value, case.verdict.tier) for case in cases]


def test_an_amount_is_tried_a_fen_below_on_and_a_fen_above_its_cut_and_blank() -> None:
    cases = _cases(
        """fields:
  amount: {label: 年消费额, type: money, min: 0}
rules:
  - {id: big, tier: high, when: {amount: "> 10万元"}}
  - {id: rest, tier: low, when: {amount: "<= 10万元"}}
"""
    )
    assert _told(cases) == [
        ("10万元", "below", "99,999.99元", "low"),
        ("10万元", "on", "10万元", "low"),
        ("10万元", "above", "100,000.01元", "high"),
        ("10万元", "missing", "", ""),
    ]
    assert [case.changes for case in cases] == ["tier"] * 4
    assert cases[-1].verdict.possible == ("high", "low")


def test_an_age_is_tried_on_the_day_before_on_and_after_and_what_is_missing_follows_the_policy() -> None:
    cases = _cases(
        """fields:
  last_order: {label: 最近订单, type: age, missing: never}
rules:
  - {id: asleep, tier: low, when: {last_order: "not within 1个月"}}
  - {id: rest, tier: high, when: {last_order: "within 1个月"}}
"""
    )
    # 30 June minus one month is 30 May, which is still within.
    assert _told(cases) == [
        ("1个月", "below", "2024-05-31", "high"),
        ("1个月", "on", "2024-05-30", "high"),
        ("1个月", "above", "2024-05-29", "low"),
        ("1个月", "missing", "", "low"),
    ]
    assert {case.example.as_of for case in cases} == {date(2024, 6, 30)}


@pytest.mark.parametrize(
    ("field", "test", "other", "values"),
    [
        ("{label: 次数, type: count, min: 0}", ">= 4次", "< 4次", ["3", "4", "5"]),
        ("{label: 次数, type: count, min: 0}", ">= 2.5", "< 2.5", ["2", "3"]),
        ("{label: 满意度, type: number, max: 5}", ">= 4.5", "< 4.5", ["4.49", "4.5", "4.51"]),
        ("{label: 满意度, type: number, max: 5}", ">= 5", "< 5", ["4.99", "5"]),
        ("{label: 投诉率, type: percent}", "> 5%", "<= 5%", ["4.99%", "5%", "5.01%"]),
        ("{label: 天数, type: date}", ">= 2周", "< 2周", ["2024-06-17", "2024-06-16", "2024-06-15"]),
    ],
)
def test_each_kind_of_field_has_its_own_steps_and_nothing_beyond_its_bounds(
    field: str, test: str, other: str, values: list[str]
) -> None:
    cases = _cases(
        f"""fields:
  x: {field}
rules:
  - {{id: a, tier: high, when: {{x: "{test}"}}}}
  - {{id: b, tier: low, when: {{x: "{other}"}}}}
"""
    )
    assert [case.value for case in cases if case.side != "missing"] == values


def test_a_step_is_finer_where_another_cut_lies_within_it() -> None:
    cases = _cases(
        """fields:
  x: {label: 满意度, type: number}
rules:
  - {id: a, tier: high, when: {x: "> 4.505"}}
  - {id: b, tier: low, when: {x: "[4.5, 4.505]"}}
  - {id: c, tier: high, when: {x: "< 4.5"}}
"""
    )
    at_lower = {case.side: case.value for case in cases if case.cut == "4.5"}
    assert at_lower == {"below": "4.49", "on": "4.5", "above": "4.501", "missing": ""}


def test_the_other_cells_are_those_of_a_customer_for_whom_the_cut_decides() -> None:
    cases = _cases(
        """fields:
  amount: {label: 年消费额, type: money, min: 0}
  orders: {label: 次数, type: count, min: 0}
rules:
  - {id: big, tier: high, when: {amount: ">= 10万元", orders: ">= 4"}}
  - {id: rest, tier: low, when: {any: [{amount: "< 10万元"}, {orders: "< 4"}]}}
"""
    )
    of_amount = [case for case in cases if case.field == "amount"]
    assert {case.verdict.tier for case in of_amount} == {"high", "low", ""}
    assert all(int(case.example.given["orders"]) >= 4 for case in of_amount)


def test_a_cut_that_only_chooses_the_rule_or_a_tag_says_so() -> None:
    cases = _cases(
        """fields:
  amount: {label: 年消费额, type: money, min: 0}
  orders: {label: 次数, type: count, min: 0}
  people: {label: 人数, type: count, min: 0}
rules:
  - {id: big, tier: high, when: {amount: ">= 10万元", orders: ">= 4"}}
  - {id: large, tier: high, when: {amount: ">= 10万元"}}
  - {id: rest, tier: low, when: {amount: "< 10万元"}}
tags:
  - {id: key, label: 大厂, when: {people: ">= 500"}}
"""
    )
    changes = {case.field: case.changes for case in cases}
    assert changes == {"amount": "tier", "orders": "rule", "people": "tag"}
    tags = {case.value: case.tags for case in cases if case.field == "people"}
    assert tags == {"499": (), "500": ("key",), "501": ("key",), "": ()}


def test_a_day_that_an_assumption_forbids_gives_way() -> None:
    cases = _cases(
        """fields:
  last: {label: 最近订单, type: age}
  since: {label: 合作时长, type: age}
assume:
  - {label: 先合作后下单, le: [last, since]}
rules:
  - {id: a, tier: high, when: {last: "within 6个月", since: ">= 6个月"}}
  - {id: b, tier: low, when: {any: [{last: "not within 6个月"}, {since: "< 6个月"}]}}
"""
    )
    for case in cases:
        given = case.example.given
        if "last" in given and "since" in given and "never" not in given.values():
            assert date.fromisoformat(given["last"]) >= date.fromisoformat(given["since"]), given
    # The cut that `assume` lends to the other field is not one of its own tests.
    assert [(case.field, case.cut) for case in cases if case.side == "on"] == [
        ("last", "6个月"),
        ("since", "6个月"),
    ]


def test_words_and_levels_have_no_cuts() -> None:
    cases = _cases(
        """fields:
  stage: {label: 阶段, type: enum, values: [新, 老]}
rules:
  - {id: a, tier: high, when: {stage: [老]}}
  - {id: b, tier: low, when: {stage: [新]}}
"""
    )
    assert cases == []


def test_what_takes_too_long_to_prove_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """fields:
  amount: {label: 年消费额, type: money, min: 0}
  orders: {label: 次数, type: count, min: 0}
rules:
  - {id: a, tier: high, when: {any: [{amount: ">= 10万元", orders: "< 4"}, {amount: "< 10万元", orders: ">= 4"}]}}
  - {id: b, tier: low, when: {any: [{amount: ">= 10万元"}, {orders: "< 4"}]}}
"""
    assert {case.changes for case in _cases(text)} == {"tier"}
    monkeypatch.setattr("crmtool.rules.trying.boundary_cases.STEPS", 1)
    assert {case.changes for case in _cases(text)} == {"unproved"}

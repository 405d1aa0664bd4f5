"""Deciding: given tiers, locks, the undecided, assumptions, and ledgers that a rule set cannot judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from case_frames import cases_of, shipped
from customer_tables import customers
from scalar_evaluator import EMPTY

from crmtool.errors import InputError
from crmtool.messages import text_of
from crmtool.rules.deciding.decide import decide
from crmtool.rules.decisions import Decisions
from crmtool.rules.judging.fitting import lacking, would_fit
from crmtool.rules.judging.judge import judge
from crmtool.rules.model import Policy, RuleSet

AS_OF = date(2024, 6, 30)
BIG = {"annual_amount": Fraction(150_000), "last_order": date(2024, 6, 10), "tenure": date(2020, 1, 1)}
SMALL = {**BIG, "annual_amount": Fraction(10_000)}
OPEN = {**BIG, "annual_amount": EMPTY}
RISK = ("arpu", "growth", "complaint_rate", "last_order")


def decided(
    rules: RuleSet,
    rows: list[dict[str, Any]],
    columns: Mapping[str, Sequence[Any]] | None = None,
    absent: tuple[str, ...] = (),
    lang: Any = "zh",
) -> Decisions:
    cases = cases_of(rules, rows, absent)
    judgement = judge(cases, rules, AS_OF)
    return decide(cases, rules, judgement, customers(len(rows), columns), as_of=AS_OF, lang=lang)


def column(decisions: Decisions, name: str) -> list[Any]:
    """Return a column with null as None."""
    found: list[Any] = pa.array(decisions.frame[name]).to_pylist()
    return found


def test_each_customer_gets_tier_label_rank_rule_and_whose_rule() -> None:
    cooling = {**BIG, "annual_amount": Fraction(30_000), "last_order": date(2024, 3, 1)}
    found = decided(shipped("annual_value"), [BIG, cooling, OPEN])
    assert column(found, "tier") == ["high_value", "stable", None]
    assert column(found, "label") == ["高价值客户", "稳定客户", "待补资料"]
    assert column(found, "rule") == ["hv", "stable_cooling", None]
    assert column(found, "rule_origin") == ["source", "resolution", None]
    assert column(found, "flag") == [None, "降温预警", None]
    assert column(found, "possible") == [None, None, "high_value|potential|stable|low_silent"]
    assert column(found, "missing") == [None, None, "annual_amount"]
    assert found.frame["rank"].tolist()[:2] == [1, 3]
    assert found.counts == {"high_value": 1, "potential": 0, "stable": 1, "low_silent": 0, "": 1}


def test_a_customer_whom_no_rule_fits_is_a_finding_with_the_values_and_not_an_appeal_for_data() -> None:
    rules = shipped("annual_value")
    gappy = replace(rules, rules=tuple(rule for rule in rules.rules if rule.id == "hv"))
    found = decided(gappy, [BIG, SMALL, {**SMALL, "tenure": EMPTY}], {"name": ["甲", "乙", "丙"]})
    assert column(found, "label") == ["高价值客户", "待补资料", "待补资料"]
    assert column(found, "reason")[1:] == ["没有一条规则适用"] * 2
    (finding,) = (f for f in found.findings if f.code == "no-rule-applies")
    assert (finding.count, finding.sheet, finding.cell, finding.value) == (2, "客户", "B3", "乙")
    facts = "年消费额 1万元、最近订单 2024-06-10、合作时长 2020-01-01"
    assert text_of(finding, "zh") == f"没有一条规则适用于“乙”（{facts}），共 2 个客户"


def test_a_locked_customer_needs_no_rule() -> None:
    rules = shipped("annual_value")
    gappy = replace(rules, rules=rules.rules[:1])
    found = decided(gappy, [SMALL], {"name": ["甲"], "lock_tier": ["稳定客户"]})
    assert [f.code for f in found.findings] == []


def test_the_frame_is_arrow_backed_throughout() -> None:
    frame = decided(
        shipped("four_dimensions"),
        [{"annual_amount": Fraction(1)}],
        absent=("monthly_freq", "loyal_years", "potential_rating"),
    ).frame
    assert all("pyarrow" in str(dtype) for dtype in frame.dtypes)
    assert frame["score"].tolist() == [1.0]
    assert frame["level:amount"].tolist() == ["low"]


def test_the_tier_in_the_ledger_is_the_previous_one_where_the_rules_can_judge() -> None:
    found = decided(shipped("annual_value"), [BIG, SMALL], {"tier": ["稳定客户", "高价值"]})
    assert column(found, "tier") == ["high_value", "low_silent"]
    assert column(found, "previous") == ["stable", "high_value"]  # with or without 客户
    assert column(found, "origin") == ["computed", "computed"]


def test_a_printed_tier_is_the_result_where_no_column_is_there_that_the_rules_need() -> None:
    labels = ["高价值稳定型", "高价值潜力型", "低价值风险型", "低价值稳定型"]
    found = decided(shipped("value_risk"), [{}] * 4, {"tier": labels}, absent=RISK)
    assert column(found, "label") == labels
    assert set(column(found, "origin")) == {"given"}
    assert column(found, "reason")[0] == "台账已有 列tier 高价值稳定型"
    assert column(found, "computed_tier") == [None] * 4
    assert column(found, "rule") == [None] * 4
    assert found.assumptions == ()


def test_a_customer_without_a_printed_tier_in_such_a_ledger_is_undecided() -> None:
    found = decided(shipped("value_risk"), [{}] * 2, {"tier": ["高价值稳定型", None]}, absent=RISK)
    assert column(found, "tier") == ["hv_stable", None]


def test_a_text_that_is_no_tier_is_a_finding_unless_the_whole_column_is_something_else() -> None:
    some = decided(shipped("annual_value"), [BIG] * 4, {"tier": ["潜力客户", "国企", "国企", None]})
    assert [(f.code, f.value, f.cell, f.count) for f in some.findings] == [
        ("unknown-tier-label", "国企", "B3", 2)
    ]
    assert decided(shipped("annual_value"), [BIG] * 2, {"tier": ["国企", "民企"]}).findings == ()


def test_a_lock_wins_and_is_shown_apart_from_what_the_rules_say() -> None:
    locks = {
        "lock_tier": ["潜力客户", None],
        "lock_reason": ["战略客户", None],
        "lock_until": [date(2024, 12, 31), None],
    }
    found = decided(shipped("annual_value"), [SMALL, SMALL], locks)
    assert column(found, "tier") == ["potential", "low_silent"]
    assert column(found, "origin") == ["locked", "computed"]
    assert column(found, "computed_tier") == ["low_silent", "low_silent"]
    assert (
        column(found, "reason")[0]
        == "人工锁定为 潜力客户（原因 战略客户，至 2024-12-31）；按规则为 低价值/沉默客户"
    )
    assert column(found, "next")[0] is None
    assert found.counts["potential"] == 1


def test_a_lock_holds_on_its_last_day_and_an_ended_or_misspelt_one_is_a_finding() -> None:
    locks = {"lock_tier": ["潜力客户", "潜力客户", "金牌"], "lock_until": [AS_OF, date(2024, 6, 29), None]}
    found = decided(shipped("annual_value"), [SMALL] * 3, locks)
    assert column(found, "origin") == ["locked", "computed", "computed"]
    assert {(f.code, f.cell) for f in found.findings} == {
        ("lock-expired", "C3"),
        ("unknown-lock-label", "B4"),
    }


def test_a_locked_customer_who_could_not_be_judged_is_no_longer_undecided() -> None:
    found = decided(shipped("annual_value"), [OPEN], {"lock_tier": ["稳定客户"]})
    assert column(found, "tier") == ["stable"]
    assert column(found, "possible") == [None]
    assert column(found, "reason") == ["人工锁定为 稳定客户；按规则为 待补资料"]


@pytest.mark.parametrize(
    ("policy", "tier", "said"),
    [
        ("worst", "low_silent", "；按设定取其中最低：低价值/沉默客户"),
        ("best", "high_value", "；按设定取其中最高：高价值客户"),
        ("default", "stable", "；按设定归为 稳定客户"),
    ],
)
def test_on_unknown_says_what_is_printed_for_the_undecided(policy: Any, tier: str, said: str) -> None:
    rules = replace(shipped("annual_value"), on_unknown=policy, default_tier="stable")
    found = decided(rules, [OPEN, BIG])
    assert column(found, "tier") == [tier, "high_value"]
    assert column(found, "computed_tier") == [None, "high_value"]
    assert column(found, "possible")[0] == "high_value|potential|stable|low_silent"
    assert column(found, "reason")[0].endswith(said)
    assert said not in column(found, "reason")[1]


def test_every_assumption_is_said_once_with_how_many_customers_it_touches() -> None:
    absent = decided(shipped("annual_value"), [BIG, BIG], absent=("demand_explored",))
    assert [(a.field, a.kind, a.customers, a.text) for a in absent.assumptions] == [
        ("demand_explored", "absent", 2, "没有 需求挖掘程度 列：视为未挖掘")
    ]
    blank = decided(shipped("annual_value"), [BIG, {**BIG, "demand_explored": "充分挖掘"}])
    assert [(a.kind, a.customers, a.text) for a in blank.assumptions] == [
        ("missing", 1, "需求挖掘程度 为空：视为未挖掘")
    ]


def test_conditional_assumptions_say_where_they_hold() -> None:
    rows = [
        {"status": "意向客户", "demand_text": "寻求代理"},
        {"status": "成交客户", "annual_amount": Fraction(1)},
    ]
    found = decided(shipped("value_potential"), rows, absent=("new_demand", "outlook", "freq_trend"))
    assert [(a.customers, a.text) for a in found.assumptions] == [
        (1, "年合作金额 为空，客户状态 为 潜在客户/意向客户：视为0元"),
        (1, "需求描述 为空：视为不符合这一项"),
        (1, "没有 最近新增需求 列，需求描述 已填：视为截至统计截止日 0天"),
        (1, "没有 最近新增需求 列，其余：视为从未发生"),
        (2, "没有 行业前景 列：不看这一项"),
        (2, "没有 采购频次变化 列：不看这一项"),
    ]


def test_dimensions_that_the_ledger_cannot_tell_are_said_to_be_left_out() -> None:
    found = decided(
        shipped("four_dimensions"),
        [{"annual_amount": Fraction(1)}],
        absent=("monthly_freq", "loyal_years", "potential_rating"),
    )
    assert [a.text for a in found.assumptions] == [
        f"台账判不出 {name}：综合分不计这一项" for name in ("消费频率", "忠诚度", "潜在价值")
    ]


def test_tags_are_those_that_hold() -> None:
    tagged = {
        **BIG,
        "orders_12m": Fraction(4),
        "industry": "制造业",
        "employees": Fraction(500),
        "demand_type": "定制化设备",
    }
    assert column(decided(shipped("annual_value"), [tagged, BIG]), "tags") == [
        "rfm_high|mfg_key_account",
        None,
    ]


def test_an_empty_cell_that_the_rules_refuse_is_a_finding() -> None:
    rules = shipped("annual_value")
    strict = replace(rules.fields["annual_amount"], missing=Policy("error"))
    found = decided(replace(rules, fields={**rules.fields, "annual_amount": strict}), [BIG, OPEN, OPEN])
    assert [(f.code, f.count) for f in found.findings] == [("empty-cell-refused", 2)]
    assert column(found, "tier") == ["high_value", None, None]


# -- ledgers that do not fit ---------------------------------------------------------------------------------


def test_nobody_judged_for_want_of_columns_names_the_columns() -> None:
    with pytest.raises(InputError) as caught:
        decided(shipped("value_risk"), [{}, {}], absent=RISK)
    assert [f.code for f in caught.value.findings] == ["cannot-judge"]
    assert caught.value.findings[0].params["columns"] == "ARPU值、最近订单"
    assert caught.value.exit_code == 3


def test_blank_cells_in_columns_that_are_there_are_no_want_of_columns() -> None:
    found = decided(shipped("annual_value"), [{}])
    assert column(found, "tier") == [None]


def test_an_empty_ledger_is_decided_as_empty() -> None:
    assert len(decided(shipped("annual_value"), []).frame) == 0


def test_what_is_lacking_are_the_columns_without_which_nobody_can_be_judged() -> None:
    rules = shipped("value_risk")
    assert lacking(rules, cases_of(rules, [{}], absent=RISK)) == ["ARPU值", "最近订单"]
    assert lacking(rules, cases_of(rules, [{}], absent=("growth", "complaint_rate"))) == []


@pytest.mark.parametrize(
    ("name", "headers", "fits"),
    [
        ("annual_value", ["客户名称", "年消费额", "最近交易时间", "合作开始日期"], True),
        ("annual_plan", ["客户名称", "年消费额"], True),
        ("value_risk", ["客户名称", "客户类型"], False),
        ("value_risk", ["客户名称", "orders"], True),
        ("value_potential", ["年合作金额"], True),
        ("four_dimensions", ["忠诚度"], False),
        ("four_dimensions", ["消费金额"], True),
    ],
)
def test_a_rule_set_fits_where_some_customer_could_be_decided(
    name: str, headers: list[str], fits: bool
) -> None:
    assert would_fit(shipped(name), headers) is fits

"""Rule sets load complete, and what does not fit together in a file is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from crmtool.errors import UsageError
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import All, Any, Atom, Bound, OneOf, Present, Range, Within
from crmtool.rules.language.load import load_common, load_rfm, load_rule_set
from crmtool.rules.model import Derivation, Policy, RuleSet
from crmtool.rules.rfm.model import Split, holds

RULES = Path(__file__).parents[2] / "rules"
NAMES = ("annual_value", "annual_plan", "value_risk", "four_dimensions", "value_potential")


def text_of(name: str) -> str:
    """Return the text of a shipped file."""
    return (RULES / f"{name}.yaml").read_text(encoding="utf-8")


def shipped(name: str) -> RuleSet:
    """Load a shipped rule set."""
    return load_rule_set(text_of(name), f"rules/{name}.yaml", common=text_of("common"))


def mistakes_in(text: str) -> list[tuple[str, str, str]]:
    """Return code, place and value of each mistake in a rule set."""
    with pytest.raises(UsageError) as raised:
        load_rule_set(text, "rules/x.yaml", common=text_of("common"))
    return [(finding.code, finding.cell, finding.value) for finding in raised.value.findings]


@pytest.mark.parametrize(
    ("name", "fields", "tiers", "rules", "examples", "tier_column"),
    [
        ("annual_value", 10, 4, 8, 10, "客户类型"),
        ("annual_plan", 4, 4, 5, 12, "客户类别"),
        ("value_risk", 4, 5, 0, 11, "客户类型"),
        ("four_dimensions", 4, 3, 3, 10, "客户等级"),
        ("value_potential", 6, 4, 0, 6, "分层等级"),
    ],
)
def test_the_shipped_rule_sets_load_complete(
    name: str, fields: int, tiers: int, rules: int, examples: int, tier_column: str
) -> None:
    rule_set = shipped(name)
    assert (rule_set.id, len(rule_set.fields), len(rule_set.tiers)) == (name, fields, tiers)
    assert (len(rule_set.rules), len(rule_set.examples), rule_set.tier_column) == (
        rules,
        examples,
        tier_column,
    )
    assert rule_set.sha256 == sha256((RULES / f"{name}.yaml").read_bytes()).hexdigest()
    for section in (rule_set.cadence, rule_set.strategy, rule_set.resources):
        assert set(section) == set(rule_set.tiers)


def test_a_rule_says_its_tests_in_exact_units() -> None:
    when = shipped("annual_value").rules[0].when
    assert when == All(
        (
            Atom("annual_amount", Range(Bound(10_000_000, True), None)),
            Atom("last_order", Within(Duration(3))),
            Atom("tenure", Range(Bound(Duration(12), True), None)),
        )
    )


def test_a_parameter_is_put_in_where_it_is_named() -> None:
    risky = shipped("value_risk").dimensions["risk"].levels[0].when
    assert risky == Any(
        (
            Atom("complaint_rate", Range(Bound(Decimal("0.05"), False), None)),
            Atom("last_order", Within(Duration(3), negated=True)),
        )
    )


def test_policies_derivations_and_rates_are_read() -> None:
    plan, potential, four = shipped("annual_plan"), shipped("value_potential"), shipped("four_dimensions")
    assert plan.fields["orders_12m"].absent == Policy("ignore")
    assert plan.fields["orders_12m"].spec.per == Duration(12)
    assert four.fields["monthly_freq"].spec.per == Duration(1)
    amount = potential.fields["annual_amount"]
    first_case = (Atom("status", OneOf(("潜在客户", "意向客户"))), Policy("as", 0, "0元"))
    assert amount.missing == Policy("cases", cases=(first_case,), otherwise=Policy("unknown"))
    assert amount.absent == amount.missing
    demand = potential.fields["new_demand"]
    assert demand.absent.cases == ((Atom("demand_text", Present()), Policy("as", Duration(), "0天")),)
    years = four.fields["loyal_years"].derivation
    assert years == Derivation("orders", "consecutive_years", "amount", threshold=Bound(1_000_000, False))


def test_a_field_whose_header_is_a_dimension_may_be_given_by_level() -> None:
    fields = shipped("four_dimensions").fields
    assert fields["monthly_freq"].spec.dimension == "frequency"
    assert [level.label for level in fields["monthly_freq"].spec.levels] == ["高频", "中频", "低频"]
    assert fields["annual_amount"].spec.dimension == "amount"
    assert fields["loyal_years"].spec.dimension is None


def test_bounds_are_in_the_unit_of_the_field() -> None:
    field = shipped("value_risk").fields["complaint_rate"]
    assert (field.spec.minimum, field.spec.maximum) == (0.0, 1.0)


def test_origins_are_kept_apart() -> None:
    rule_set = shipped("annual_value")
    ours = [rule.id for rule in rule_set.rules if rule.origin == "resolution"]
    assert ours == ["big_not_qualified", "mid_mature", "stable_cooling"]
    assert shipped("annual_plan").tiers["important"].goal.origin == "resolution"
    assert shipped("annual_plan").cadence["important"][0].role.origin == "resolution"


def test_a_customer_who_never_bought_has_no_first_order_a_year_ago() -> None:
    small = next(rule for rule in shipped("annual_plan").rules if rule.id == "small")
    assert small.when == Atom("first_order", Range(Bound(Duration(12), False), None))


def test_rfm_fields_may_be_tested_without_being_declared() -> None:
    text = text_of("annual_plan").replace(
        "  - id: intro",
        '  - {id: rfm, tier: important, when: {segment: [重要价值客户], r: ">= 4"}}\n  - id: intro',
    )
    rule_set = load_rule_set(text, "rules/x.yaml")
    assert rule_set.fields["r"].spec.kind == "number" and rule_set.fields["segment"].spec.open
    assert "m" not in rule_set.fields


def test_all_mistakes_of_a_file_are_told_at_once_in_file_order() -> None:
    text = (
        text_of("value_risk")
        .replace("    better: up\n    from: {orders: sum", "    beter: up\n    from: {orders: sum")
        .replace('growth: ">= $growth_line"', 'growth: ">= $growth"')
        .replace("low:          {safe: lv_stable,    risky: lv_risk}", "low:          {safe: lv_stabel}")
        .replace("channel: phone, label: 重点沟通", "channel: telephone, label: 重点沟通")
    )
    assert [(code, value) for code, _, value in mistakes_in(text)] == [
        ("unknown-key", "beter"),
        ("unknown-param", "$growth"),
        ("missing-matrix-cell", ""),
        ("unknown-tier", "lv_stabel"),
        ("unknown-channel", "telephone"),
    ]


def test_a_misspelt_key_is_not_told_as_missing_too() -> None:
    text = text_of("annual_plan").replace("source: 《", "sorce: 《")
    assert [code for code, _, _ in mistakes_in(text)] == ["unknown-key"]


def test_examples_name_only_what_is_there() -> None:
    text = text_of("annual_plan").replace(
        "given: {annual_amount: 8万元}", "given: {amount: 8万元}, absent: [orders]"
    )
    text = text.replace("expect: {tier: small, rule: small}}", "expect: {tier: small, rule: smal}}", 1)
    assert [(code, value) for code, _, value in mistakes_in(text)] == [
        ("unknown-expectation", "smal"),
        ("unknown-subject", "amount"),
        ("unknown-subject", "orders"),
    ]


def test_sections_for_later_commands_stand_as_in_the_file() -> None:
    rule_set = shipped("value_risk")
    assert rule_set.plain["outline"] == "annual_plan"
    assert rule_set.plain["grading"]["levels"]["优"] == ">= 100%"
    assert rule_set.plain["kpis"]["hv_stable"][0] == {
        "id": "repeat_rate",
        "label": "复购率",
        "target": ">= 80%",
    }


def test_a_cadence_line_has_one_kind() -> None:
    lines = shipped("annual_plan").cadence["new"]
    assert (lines[0].after, lines[0].by) == ("first_order", Duration(days=7))
    assert (lines[3].after, lines[3].start, lines[3].every) == ("first_order", Duration(3), Duration(3))
    assert lines[3].origin == "resolution"


def test_effective_days_are_read() -> None:
    text = text_of("annual_plan") + 'effective: {from: "2024-01-01"}\n'
    assert load_rule_set(text, "rules/x.yaml").effective == (date(2024, 1, 1), None)


def test_the_common_vocabulary_loads() -> None:
    common = load_common(text_of("common"))
    assert (common.media("executive"), common.media("phone")) == ("上门/视频会议", "电话")
    assert (common.lock.tier, common.lock.until) == ("等级锁定", "锁定至")
    assert common.festivals == ("元旦", "春节", "端午", "中秋", "国庆")


def test_the_rfm_rules_load() -> None:
    rules = load_rfm(text_of("rfm"), "rules/rfm.yaml")
    assert (rules.recency.cuts, rules.recency.bins, rules.monetary.bins) == ("quantile", 5, 5)
    assert (rules.frequency.cuts, rules.frequency.bins) == (tuple(Decimal(n) for n in (1, 2, 3, 4)), 5)
    assert rules.segment_map.split == Split(Decimal(4), is_at_high=True)
    assert rules.segment_map.segments["general_keep"].label == "一般保持客户"


@pytest.mark.parametrize(
    ("segment", "codes"),
    [
        ("champions", 8),
        ("loyal", 22),
        ("potential_loyalist", 20),
        ("new_customers", 5),
        ("promising", 5),
        ("need_attention", 6),
        ("about_to_sleep", 9),
        ("cant_lose", 8),
        ("at_risk", 28),
        ("lost", 14),
    ],
)
def test_the_ten_segments_have_the_codes_that_the_file_counts(segment: str, codes: int) -> None:
    when = load_rfm(text_of("rfm"), "rules/rfm.yaml").maps["en10"].segments[segment].when
    grid = [{"r": r, "f": f, "m": m} for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]
    assert sum(holds(when, code, {}) for code in grid) == codes


def test_frozen_cuts_take_the_place_of_quantiles() -> None:
    text = (
        text_of("rfm")
        + "frozen_cuts: {recency: [300天, 200天, 90天, 30天], monetary: [1万元, 2万元, 5万元, none]}\n"
    )
    rules = load_rfm(text, "rules/rfm.yaml")
    assert rules.recency.frozen == (Duration(0, 300), Duration(0, 200), Duration(0, 90), Duration(0, 30))
    assert rules.monetary.frozen == (1_000_000, 2_000_000, 5_000_000, None)
    assert rules.frequency.frozen is None


def test_a_split_by_the_mean_covers_every_code_too() -> None:
    text = text_of("rfm").replace('{high: ">= 4", low: "< 4"}', '{high: "> mean", low: "<= mean"}')
    split = load_rfm(text, "rules/rfm.yaml").maps["zh8"].split
    assert split == Split(None, is_at_high=False)
    assert split.is_high(3, 2.9) and not split.is_high(3, 3.0)


def test_fewer_scores_than_a_map_was_made_for_are_told_by_a_code() -> None:
    text = text_of("rfm").replace('when: {r: ">= 5", f: "< 2"}', 'when: {r: ">= 6", f: "< 2"}')
    with pytest.raises(UsageError) as raised:
        load_rfm(text, "rules/rfm.yaml")
    found = [(f.code, f.params["map"], f.params["rfm"]) for f in raised.value.findings]
    assert found == [("code-without-segment", "en10", "511")]


@pytest.mark.parametrize(
    ("name", "right", "wrong", "code", "meant"),
    [
        ("annual_value", "    tier: high_value", "    tier: 高价值客户", "unknown-tier", "high_value"),
        ("annual_value", "    tier: high_value", "    tier: 高价值", "unknown-tier", "high_value"),
        (
            "annual_value",
            '{annual_amount: "< 2万元"}',
            '{年消费额: "< 2万元"}',
            "unknown-subject",
            "annual_amount",
        ),
        ("annual_value", "    tier: high_value", "    tier: 甲乙丙", "unknown-tier", "-"),
        ("annual_value", "    tier: high_value", "    tier: high_valeu", "unknown-tier", "high_value"),
    ],
)
def test_who_writes_a_label_where_an_id_belongs_is_told_the_id(
    name: str, right: str, wrong: str, code: str, meant: str
) -> None:
    text = text_of(name)
    assert right in text
    with pytest.raises(UsageError) as raised:
        load_rule_set(text.replace(right, wrong, 1), "rules/x.yaml", common=text_of("common"))
    found = [f.params["nearest"] for f in raised.value.findings if f.code == code]
    assert found == [meant]

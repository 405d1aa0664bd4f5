"""Which kinds of customers a change of the rules moves, and that no customer moves otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from random_rule_sets import Maker
from test_proving_judged import is_in, verdict

from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import Policy, Rule, RuleSet
from crmtool.rules.proving.boxwords import box_text
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.differ import Difference, regions_differ
from crmtool.rules.proving.prove import Prover

TEXT = (Path(__file__).parents[2] / "rules" / "annual_value.yaml").read_text(encoding="utf-8")
AS_OF = date(2024, 6, 30)


def loaded(text: str) -> RuleSet:
    return load_rule_set(text, "annual_value.yaml")


def words(found: tuple[Difference, ...]) -> dict[tuple[str, str], list[str]]:
    return {
        (each.before, each.after): [box_text(each.region, box) for box in each.region.boxes]
        for each in found
        if each.region is not None
    }


def test_a_rule_set_does_not_differ_from_itself() -> None:
    assert regions_differ(loaded(TEXT), loaded(TEXT)) == ()


def test_a_moved_line_moves_those_between_the_old_and_the_new_one() -> None:
    new = TEXT.replace('{annual_amount: ">= 10万元", last_order: "within 3个月", tenure: ">= 1年"}',
                       '{annual_amount: ">= 12万元", last_order: "within 3个月", tenure: ">= 1年"}')  # fmt: skip
    assert new != TEXT
    assert words(regions_differ(loaded(TEXT), loaded(new))) == {
        ("high_value", "potential"): [
            "年消费额 ≥ 10万元 且 < 12万元 且 最近订单距今 ≤ 3个月 且 合作时长距今 ≥ 1年"
        ]
    }


def test_a_rule_that_is_taken_out_leaves_its_customers_without_a_tier() -> None:
    old = loaded(TEXT)
    new = replace(old, rules=tuple(rule for rule in old.rules if rule.id != "stable_cooling"))
    assert words(regions_differ(old, new)) == {
        ("stable", ""): ["年消费额 ≥ 2万元 且 < 5万元 且 最近订单距今 > 1个月 且 ≤ 6个月"]
    }


def test_a_matrix_whose_levels_move_is_compared_though_both_call_them_the_same() -> None:
    text = (Path(__file__).parents[2] / "rules" / "value_risk.yaml").read_text(encoding="utf-8")
    old, new = loaded(text), loaded(text.replace("静默期, value: 3个月", "静默期, value: 6个月"))
    found = words(regions_differ(old, new))
    assert set(found) == {("hv_risk", "hv_stable"), ("hv_risk", "hv_potential"), ("lv_risk", "lv_stable")}
    assert "最近订单距今 > 3个月 且 ≤ 6个月" in found["lv_risk", "lv_stable"][0]


def test_a_field_of_two_kinds_cannot_be_compared() -> None:
    old = loaded(TEXT)
    field = old.fields["employees"]
    other = replace(
        old, fields={**old.fields, "employees": replace(field, spec=replace(field.spec, kind="money"))}
    )
    with pytest.raises(ValueError, match="employees: count and money"):
        regions_differ(old, other)


@pytest.mark.parametrize("seed", range(7000, 7025))
def test_every_move_of_a_customer_is_among_the_moves_that_were_proved(seed: int) -> None:
    maker = Maker(seed)
    old = maker.rule_set()
    rules = tuple(Rule(f"s{i}", maker.random.choice("abc"), maker.condition(2)) for i in range(3))
    new = replace(old, rules=rules)
    if seed % 2:  # what an empty cell means may have been changed too
        first = maker.fields[0]
        new = replace(
            new, fields={**new.fields, first: replace(new.fields[first], missing=Policy("unknown"))}
        )
    moves = regions_differ(old, new, days=[AS_OF], budget=2_000_000, most=500)
    proved = {(move.before, move.after): move.region for move in moves}
    for region in proved.values():
        assert region is not None
        assert region.is_whole
    for _ in range(8):
        when = maker.condition(1)
        found = Prover(old, further=[when], days=[AS_OF]).find(lambda terms, when=when: terms.holds(when))
        if not isinstance(found, Customer) or not set(found.values) >= set(old.fields):
            continue
        before, after = verdict(found, old), verdict(found, new)
        assert before.is_decided or before.has_gap
        move = (before.tier, after.tier)
        if before.tier != after.tier:
            assert is_in(proved[move], found, old)
        else:
            assert not any(is_in(region, found, old) for region in proved.values())

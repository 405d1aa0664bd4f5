"""Who is listed in the adjustment table, and what stands in each row; expectations are worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from adjusting_cases import adjusted, kpi, rules

STABLE = {"name": "甲公司"}
SHORT = kpi(0, "satisfaction_rate", "满意度≥90%/88%", 0.88 / 0.9)
MET = kpi(0, "repeat_rate", "复购率≥80%/85%", 1.0)
DOWN = {
    "customer": 0, "kind": "down", "was": "hv_stable", "now": "lv_stable", "reason": "ARPU值 12万元 → 8万元；等级 高价值稳定型 → 低价值稳定型"
}  # fmt: skip


def test_who_falls_short_is_listed_with_notation_grade_cause_and_strategy() -> None:
    (row,) = adjusted([STABLE], ["hv_stable"], [MET, SHORT])
    assert row == {
        "customer": 0,
        "customer_key": "甲公司",
        "name": "甲公司",
        "tier": "hv_stable",
        "label": "高价值稳定型",
        "strategy": "定期高层互访+定制化产品升级+专属客户经理一对一",
        "cycle": "每月1次主动沟通，每季度1次高层互访",
        "kpis": "复购率≥80%/85%;满意度≥90%/88%",
        "grade": "良",
        "cause": "未达标：满意度≥90%/88%",
        "new_strategy": "增加产品成本透明度分析报告,同步行业独家技术优势",
        "why": "short",
        "short": "satisfaction_rate",
    }


def test_who_meets_all_or_whose_results_are_not_known_is_not_listed() -> None:
    unknown = kpi(1, "satisfaction_rate", "满意度≥90%/-", None)
    assert adjusted([STABLE, {"name": "乙"}], ["hv_stable"] * 2, [MET, unknown]) == []


def test_nobody_is_listed_for_a_kpi_of_all_alone_but_it_is_shown_and_graded() -> None:
    of_all = kpi(0, "retention", "客户留存率≥85%/0%", 0.0, is_own=False)
    assert adjusted([STABLE], ["hv_stable"], [MET, of_all]) == []
    (row,) = adjusted([{**STABLE, "marked": "是"}], ["hv_stable"], [MET, of_all])
    assert (row["kpis"], row["grade"], row["why"]) == ("复购率≥80%/85%;客户留存率≥85%/0%", "差", "marked")
    assert "short" not in row
    assert row["cause"] == "台账中标记需调整"


def test_what_is_typed_in_the_ledger_stands_before_what_the_rules_say() -> None:
    typed = {
        "owner": "*经理",
        "current_strategy": "季度高层互访",
        "strategy_cycle": "每季度1次",
        "adjust_reason": "竞品价格更低",
        "adjusted_strategy": "降价",
        "adjusted_on": date(2024, 3, 10),
        "remark": "已沟通",
    }
    (row,) = adjusted([{**STABLE, **typed}], ["hv_stable"], [SHORT])
    told = ("owner", "strategy", "cycle", "cause", "new_strategy", "adjusted_on", "remark")
    assert [row[name] for name in told] == list(typed.values())


def test_an_adjustment_that_was_made_is_not_proposed_again() -> None:
    done = {
        "current_strategy": "降价", "adjusted_strategy": "降价", "adjust_reason": "旧的原因", "adjusted_on": date(2023, 9, 1)
    }  # fmt: skip
    (row,) = adjusted([{**STABLE, **done}], ["hv_stable"], [SHORT])
    assert row["new_strategy"] == "增加产品成本透明度分析报告,同步行业独家技术优势"
    assert row["cause"] == "未达标：满意度≥90%/88%"
    assert "adjusted_on" not in row


def test_a_move_is_listed_with_its_reason_and_the_new_tiers_strategy() -> None:
    (row,) = adjusted([STABLE], ["lv_stable"], [], [DOWN])
    assert row["why"] == "moved"
    assert row["cause"] == "降级：ARPU值 12万元 → 8万元；等级 高价值稳定型 → 低价值稳定型"
    assert row["new_strategy"] == "标准化服务流程+自动化生日/节日关怀"


def test_what_is_done_for_who_moved_is_that_of_the_tier_they_come_from() -> None:
    (row,) = adjusted([STABLE], ["lv_stable"], [], [DOWN])
    assert row["label"] == "低价值稳定型"
    assert row["strategy"] == "定期高层互访+定制化产品升级+专属客户经理一对一"
    assert row["cycle"] == "每月1次主动沟通，每季度1次高层互访"
    typed = {**STABLE, "current_strategy": "季度高层互访", "strategy_cycle": "每季度1次"}
    (row,) = adjusted([typed], ["lv_stable"], [], [DOWN])
    assert (row["strategy"], row["cycle"]) == ("季度高层互访", "每季度1次")


@pytest.mark.parametrize("kind", ["down", "same"])
def test_while_a_move_waits_all_is_done_as_for_the_tier_that_holds_and_nothing_else_suggested(
    kind: str,
) -> None:
    waits = {**DOWN, "kind": kind, "held_tier": "hv_stable"}
    (row,) = adjusted([{**STABLE, "marked": "是"}], ["lv_stable"], [], [waits])
    assert row["cause"].endswith("；等级 高价值稳定型 → 低价值稳定型，待确认" if kind == "down" else "需调整")
    assert row["strategy"] == "定期高层互访+定制化产品升级+专属客户经理一对一"
    assert "new_strategy" not in row, "it is what is done already"


def test_a_change_that_holds_from_now_on_is_listed_with_the_strategy_of_the_tier_it_led_to() -> None:
    holds = {"customer": 0, "kind": "same", "was": "lv_stable", "now": "lv_stable", "confirmed": "hv_stable"}
    said = "变动已确认：高价值稳定型 → 低价值稳定型"
    (row,) = adjusted([STABLE], ["lv_stable"], [], [{**holds, "reason": said}])
    assert (row["why"], row["cause"]) == ("moved", said)
    assert row["strategy"] == "定期高层互访+定制化产品升级+专属客户经理一对一"
    assert row["new_strategy"] == "标准化服务流程+自动化生日/节日关怀"


@pytest.mark.parametrize("kind", ["same", "new", "gone", "opened", "settled"])
def test_coming_going_and_what_was_not_known_are_no_moves_from_tier_to_tier(kind: str) -> None:
    assert adjusted([STABLE], ["lv_stable"], [], [{**DOWN, "kind": kind}]) == []


def test_the_entry_most_of_whose_kpis_fall_short_gives_the_strategy_and_of_equal_ones_the_first() -> None:
    either = """{suggest_when: [{kpi_short: true}], approver: 主管, strategies: [
      {tier: hv_stable, short: [repeat_rate], then: [一]},
      {tier: lv_stable, short: [repeat_rate, satisfaction_rate], then: [别的等级]},
      {tier: hv_stable, short: [satisfaction_rate, repeat_rate], then: [二, 三]},
      {tier: hv_stable, short: [satisfaction_rate], then: [四]}]}"""
    rule_set = rules(adjustment=either)
    missed = kpi(0, "repeat_rate", "复购率≥80%/70%", 0.875)
    both = adjusted([STABLE], ["hv_stable"], [missed, SHORT], rule_set=rule_set)
    one = adjusted([STABLE], ["hv_stable"], [SHORT], rule_set=rule_set)
    other = adjusted([STABLE], ["hv_stable"], [missed], rule_set=rule_set)
    assert [row["new_strategy"] for (row,) in (both, one, other)] == ["二,三", "二,三", "一"]


def test_what_is_done_already_is_no_suggestion() -> None:
    suggestion = "增加产品成本透明度分析报告,同步行业独家技术优势"
    (row,) = adjusted([{**STABLE, "current_strategy": suggestion}], ["hv_stable"], [SHORT])
    assert row["strategy"] == suggestion
    assert "new_strategy" not in row


def test_no_strategy_is_made_up_where_the_rules_give_none() -> None:
    (row,) = adjusted([STABLE], ["hv_risk"], [SHORT])
    assert "new_strategy" not in row


def test_suggest_when_says_for_what_customers_are_listed() -> None:
    only = "{suggest_when: [{tier_changed: true}, {marked: false}], approver: 主管}"
    rule_set = rules(adjustment=only)
    marked = {**STABLE, "marked": "是"}
    assert adjusted([marked], ["hv_stable"], [SHORT], rule_set=rule_set) == []
    (row,) = adjusted([marked], ["lv_stable"], [SHORT], [DOWN], rule_set=rule_set)
    assert row["why"] == "moved"


def test_a_marked_customer_in_no_tier_yet_is_listed_as_such() -> None:
    (row,) = adjusted([{**STABLE, "marked": "是", "kpi_text": "随便写的"}], [None])
    assert (row["label"], row["why"], row["kpis"]) == ("待补资料", "marked", "随便写的")
    assert {"tier", "strategy", "cycle", "grade", "new_strategy"}.isdisjoint(row)


def test_rows_are_in_the_ledgers_order_and_each_has_its_own_kpis() -> None:
    customers = [{"name": name, "marked": "是"} for name in "乙甲丙"]
    rows = adjusted(customers, ["hv_stable"] * 3, [{**SHORT, "customer": 2}, {**MET, "customer": 0}])
    assert [(row["name"], row.get("kpis"), row["why"]) for row in rows] == [
        ("乙", "复购率≥80%/85%", "marked"),
        ("甲", None, "marked"),
        ("丙", "满意度≥90%/88%", "short|marked"),
    ]

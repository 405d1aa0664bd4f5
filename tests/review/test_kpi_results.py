"""KPIs against what the rules ask: which rows there are, where a relative target starts from, what is reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from kpi_cases import ground, rules, table, visits, with_kpis

from crmtool.errors import UsageError
from crmtool.messages import help_of, text_of
from crmtool.review.kpis.counts import Measured
from crmtool.review.kpis.definitions import KPIS
from crmtool.review.kpis.goals import goals_of
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.measure import measured
from crmtool.review.kpis.results import kpi_results
from crmtool.review.kpis.unfit import cut_off_findings, target_findings
from crmtool.review.model import GOAL_COLUMNS, KPI_COLUMNS
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import table_of
from crmtool.visits.model import frame_of


def satisfied(count: int, asked: int, day: str = "2026-07-01", tiers: Any = None) -> KpiGround:
    """Return the ground of one customer who gave so many good answers among so many."""
    answers = [{"customer": 0, "done_on": day, "satisfaction": 5 if i < count else 1} for i in range(asked)]
    return ground(1, records=visits(*answers), tiers=tiers)


def rows(where: KpiGround, rule_set: RuleSet, **more: Any) -> dict[tuple[str, str | None], dict[str, Any]]:
    found = kpi_results(measured(where), where, rule_set, **more)
    assert list(found.columns) == list(KPI_COLUMNS)
    return {(row["id"], row["tier"]): row for row in table_of(found).to_pylist()}


def test_those_with_a_target_come_first_in_the_rules_order_then_the_watched_then_the_known() -> None:
    where = satisfied(1, 1)
    found = kpi_results(measured(where), where, rules("annual_value"))
    ids = list(dict.fromkeys(found["id"]))
    assert ids == ["repeat_rate", "reactivation_rate", "satisfaction_rate"]
    tiers = [None, *rules("annual_value").tiers]
    assert [row["tier"] for row in table_of(found).to_pylist()] == tiers * 3


def test_a_kpi_is_called_as_the_rules_call_it() -> None:
    found = rows(satisfied(1, 1), rules("annual_plan"))
    assert found["repeat_rate", None]["label"] == "客户忠诚度（重复购买率）"
    assert found["satisfaction_rate", None]["label"] == "客户满意度"


def test_a_target_of_a_tier_is_asked_of_that_tier_alone() -> None:
    found = rows(ground(1, made=None), rules("annual_plan"))
    targets = {tier: row["target"] for (kpi, tier), row in found.items() if kpi == "visit_rate"}
    assert targets == {
        None: None,
        "important": ">= 100%",
        "general": ">= 90%",
        "new": ">= 95%",
        "small": None,
    }
    assert found["visit_rate", "new"]["goal"] == 0.95
    assert found["visit_rate", "new"]["missing"] == "no_plan"
    assert found["visit_rate", "new"]["met"] is None


def test_what_is_asked_of_all_is_asked_of_each_tier_too() -> None:
    found = rows(satisfied(3, 4, tiers=["new"]), rules("annual_plan"), baselines={"satisfaction_rate": "70%"})
    whole, new, other = (found["satisfaction_rate", tier] for tier in (None, "new", "general"))
    for row in (whole, new):
        assert (row["numerator"], row["denominator"], row["actual"]) == (3, 4, 0.75)
        assert (row["target"], row["baseline"], row["goal"]) == (">= baseline + 10pp", 0.7, 0.8)
        assert (row["met"], row["attainment"]) == (False, 0.9375)
    assert (other["actual"], other["met"], other["goal"], other["missing"]) == (
        None,
        None,
        0.8,
        "nothing_to_count",
    )


def test_a_baseline_is_the_settled_one_else_the_recorded_else_the_counted_else_unknown() -> None:
    where = satisfied(3, 4)
    a_year_ago = measured(satisfied(1, 2))
    recorded = frame_of(KPI_COLUMNS, {"id": ["satisfaction_rate"], "tier": [None], "actual": [0.6]})

    def baseline(**more: Any) -> tuple[float | None, float | None]:
        row = rows(where, rules("annual_plan"), **more)["satisfaction_rate", None]
        return row["baseline"], row["year_before"]

    settled = {"satisfaction_rate": "65%"}
    both = {"recorded_year_before": recorded, "year_before": a_year_ago}
    assert baseline(baselines=settled, **both) == (0.65, 0.6)
    assert baseline(**both) == (0.6, 0.6)
    assert baseline(year_before=a_year_ago) == (0.5, 0.5)
    assert baseline() == (None, None)


def test_a_target_that_is_just_met_is_met_whatever_the_baseline_was_recorded_as() -> None:
    # 0.1 + 0.2 is more than 0.3 among real numbers.
    recorded = frame_of(KPI_COLUMNS, {"id": ["satisfaction_rate"], "tier": [None], "actual": [0.1]})
    rule_set = with_kpis(
        {"all": [{"id": "satisfaction_rate", "label": "满意度", "target": ">= baseline + 20pp"}]}
    )
    row = rows(satisfied(3, 10), rule_set, recorded_year_before=recorded)["satisfaction_rate", None]
    assert (row["met"], row["attainment"], row["goal"]) == (True, 1.0, 0.3)


def test_the_period_before_is_shown_beside() -> None:
    before = measured(satisfied(1, 4))
    row = rows(satisfied(1, 2), rules("annual_plan"), before=before)["satisfaction_rate", None]
    assert (row["before"], row["actual"]) == (0.25, 0.5)
    nothing = Measured(before.counts.iloc[:0], {"satisfaction_rate": "no_visits"})
    assert (
        rows(satisfied(1, 2), rules("annual_plan"), before=nothing)["satisfaction_rate", None]["before"]
        is None
    )


def test_the_period_before_is_as_its_review_said_whatever_the_records_say_today() -> None:
    recorded = frame_of(
        KPI_COLUMNS, {"id": ["satisfaction_rate", "nps"], "tier": [None, None], "actual": [0.6, None]}
    )
    counted = measured(satisfied(1, 4))
    found = rows(satisfied(1, 2), rules("annual_plan"), recorded_before=recorded, before=counted)
    assert found["satisfaction_rate", None]["before"] == 0.6
    # of that tier nothing was recorded, so it is counted: the one customer is of none
    assert found["satisfaction_rate", "small"]["before"] is None


def test_a_kpi_that_only_the_rules_know_is_shown_as_not_counted() -> None:
    rule_set = with_kpis({"all": [{"id": "referrals", "label": "转介绍数", "target": ">= 3个"}]})
    row = rows(ground(1), rule_set)["referrals", None]
    assert (row["label"], row["unit"], row["missing"], row["goal"]) == (
        "转介绍数",
        "count",
        "not_counted",
        3.0,
    )


def test_a_band_is_missed_on_one_side() -> None:
    bought = table(
        "customer order_date amount",
        (0, "2020-01-01", 1),
        (0, "2026-05-01", 1000),
        (0, "2026-07-01", 900),
    )
    where = ground(1, orders=bought, tiers=["lv_stable"])
    row = rows(where, rules("value_risk"))["aov_change", "lv_stable"]
    assert (row["numerator"], row["denominator"]) == (9.0, 10.0)  # yuan
    assert (row["actual"], row["goal"], row["met"]) == (-0.1, -0.05, False)
    assert row["attainment"] == 18 / 19


@pytest.mark.parametrize(
    ("settled", "code", "nearest"),
    [
        ({"satisfaction": "78%"}, "unknown-baseline", "satisfaction_rate"),
        ({"满意度": "78%"}, "unknown-baseline", "satisfaction_rate"),
        ({"satisfaction_rate": "78"}, "unreadable-baseline", "satisfaction_rate: 78%"),
        ({"cycle": "一个月"}, "unreadable-baseline", "cycle: 30天"),
        ({"nps": "40%"}, "unreadable-baseline", "nps: 40"),
        ({"repeat_rate": "1000%"}, "unreadable-baseline", "repeat_rate: 78%"),
        ({"repeat_rate": "-20%"}, "unreadable-baseline", "repeat_rate: 78%"),
        ({"nps": "101"}, "unreadable-baseline", "nps: 40"),
        ({"response_replied_1": "101%"}, "unreadable-baseline", "response_replied_1: 78%"),
    ],
)
def test_a_baseline_that_cannot_be_used_ends_the_run_with_a_remedy(
    settled: dict[str, str], code: str, nearest: str
) -> None:
    with pytest.raises(UsageError) as raised:
        rows(ground(1), rules("annual_plan"), baselines=settled)
    (finding,) = raised.value.findings
    assert finding.code == code
    for lang in ("zh", "en"):
        assert nearest in help_of(finding, lang)
        assert next(iter(settled.values() if code == "unreadable-baseline" else settled)) in text_of(
            finding, lang
        )


def test_all_baselines_that_cannot_be_used_are_told_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        rows(ground(1), rules("annual_plan"), baselines={"x": "1", "nps": "?", "aov": "1200元"})
    assert [finding.code for finding in raised.value.findings] == ["unknown-baseline", "unreadable-baseline"]


def test_a_target_of_another_unit_is_shown_told_and_not_judged() -> None:
    rule_set = with_kpis({"new": [{"id": "satisfaction_rate", "label": "满意度", "target": ">= 90"}]})
    row = rows(satisfied(1, 1, tiers=["new"]), rule_set)["satisfaction_rate", "new"]
    assert (row["target"], row["goal"], row["met"], row["attainment"]) == (">= 90", None, None, None)
    (finding,) = target_findings(rule_set)
    assert finding.code == "kpi-target-unfit"
    assert "new" in text_of(finding, "zh")
    assert ">= 78%" in help_of(finding, "en")


@pytest.mark.parametrize("target", [">= 110%", "> 100%", "< 0%", "= 101%", "[105%, 110%]"])
def test_a_target_that_no_share_can_meet_is_shown_told_and_not_judged(target: str) -> None:
    rule_set = with_kpis({"new": [{"id": "satisfaction_rate", "label": "满意度", "target": target}]})
    row = rows(satisfied(1, 1, tiers=["new"]), rule_set)["satisfaction_rate", "new"]
    assert (row["target"], row["goal"], row["met"]) == (target, None, None)
    assert [finding.code for finding in target_findings(rule_set)] == ["kpi-target-unfit"]


@pytest.mark.parametrize("target", [">= 100%", "<= 0%", "<= 110%", "= 100%"])
def test_a_target_on_the_end_of_the_scale_can_be_met(target: str) -> None:
    rule_set = with_kpis({"new": [{"id": "satisfaction_rate", "label": "满意度", "target": target}]})
    assert target_findings(rule_set) == ()


@pytest.mark.parametrize(
    ("target", "baseline", "goal", "is_met"),
    [
        # All answers are good: 1 of 1.
        (">= baseline + 10pp", "100%", 1.0, True),
        ("> baseline + 10pp", "95%", 1.0, True),
        (">= baseline + 10pp", "90%", 1.0, True),
        ("<= baseline - 10pp", "4%", 0.0, False),
        ("> baseline - 50pp", "50%", 0.0, True),
    ],
)
def test_a_relative_target_ends_at_the_end_of_the_scale(
    target: str, baseline: str, goal: float, is_met: bool
) -> None:
    rule_set = with_kpis({"new": [{"id": "satisfaction_rate", "label": "满意度", "target": target}]})
    found = rows(satisfied(1, 1, tiers=["new"]), rule_set, baselines={"satisfaction_rate": baseline})[
        "satisfaction_rate", "new"
    ]
    assert (found["goal"], found["met"]) == (goal, is_met)


def test_a_relative_target_that_is_cut_off_is_told_once_for_each_tier_that_it_is_asked_of() -> None:
    entry = {"id": "satisfaction_rate", "label": "满意度", "target": ">= baseline + 10pp"}
    rule_set, where = with_kpis({"new": [entry]}), satisfied(1, 1, tiers=["new"])

    def told(baseline: str) -> list[str]:
        found = kpi_results(measured(where), where, rule_set, baselines={"satisfaction_rate": baseline})
        return [text_of(finding, "en") for finding in cut_off_findings(found, rule_set)]

    assert told("90%") == []
    assert told("95%") == [
        "`kpis.new.满意度` of the rules annual_plan: from 95% on, `>= baseline + 10pp` is 105%, "
        "which there is not; it is judged by 100%"
    ]


@pytest.mark.parametrize(
    "name", ["annual_plan", "annual_value", "value_risk", "value_potential", "four_dimensions"]
)
def test_the_shipped_rules_ask_only_what_their_kpis_can_come_to(name: str) -> None:
    assert target_findings(rules(name)) == ()
    asked = {entry["id"] for entries in rules(name).plain.get("kpis", {}).values() for entry in entries}
    assert asked <= set(KPIS)


# 具体目标 ---------------------------------------------------------------------------------------------------


def goals(where: KpiGround, **more: Any) -> list[dict[str, Any]]:
    found = goals_of(kpi_results(measured(where), where, rules("annual_plan"), **more), rules("annual_plan"))
    assert list(found.columns) == list(GOAL_COLUMNS)
    return table_of(found).to_pylist()


def test_goals_are_in_the_words_of_the_plan_with_the_figures_filled_in() -> None:
    settled = {"satisfaction_rate": "78%", "churn_rate": "12.5%"}
    found = goals(satisfied(9, 10), baselines=settled)
    assert [row["statement"] for row in found] == [
        "使重要客户回访率达到100%",
        "使一般客户回访率达到90%以上",
        "使新客户回访率达到95%以上",
        "将客户满意度从78%提升至88%以上",
        "将客户忠诚度（重复购买率）从[X]%提升至[X+15]%以上",
        "将流失率从12.5%降低至4.5%以下",
        "使增值服务参与率达到60%以上",
    ]
    satisfaction = found[3]
    assert (satisfaction["tier"], satisfaction["year_before"], satisfaction["actual"]) == (None, 0.78, 0.9)
    assert (satisfaction["goal"], satisfaction["met"]) == (0.88, True)
    loyalty = found[4]
    assert (loyalty["goal"], loyalty["met"], loyalty["year_before"]) == (None, None, None)


def test_last_year_stands_beside_an_absolute_goal_too() -> None:
    said = visits({"customer": 0, "done_on": "2026-07-01", "joined_services": "是"})
    where = ground(1, records=said)
    vas = goals(where, year_before=measured(where))[-1]
    assert (vas["id"], vas["year_before"], vas["actual"], vas["met"]) == ("vas_rate", 1.0, 1.0, True)


# Responses ------------------------------------------------------------------------------------------------


def test_responses_stand_among_the_kpis_where_tickets_tell_them() -> None:
    sla = tuple(rules("value_potential").plain["sla"])
    events = table(
        "customer kind raised replied",
        (0, "普通咨询", "2026-07-01", "2026-07-01"),
        (0, "普通咨询", "2026-07-02", "2026-07-05"),
        (None, "普通咨询", "2026-07-03", "2026-07-03"),
    )
    where = replace(ground(1, tickets=events, tiers=["a"]), sla=sla)
    found = rows(where, rules("value_potential"))
    whole, best = (found["response_replied_1", tier] for tier in (None, "a"))
    assert (whole["label"], whole["unit"], whole["numerator"], whole["denominator"]) == (
        "普通咨询 24小时内回复",
        "percent",
        2,
        3,
    )
    assert best["actual"] == 0.5
    # What is not asked for in `kpis:` and not known is left out.
    assert not any(kpi.startswith("response_started") for kpi, _ in found)
    assert measured(where).missing["response_started_2"] == "no_started"

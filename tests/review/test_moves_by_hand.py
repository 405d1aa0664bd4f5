"""Who moved between two quarters, and why: cases worked out by hand from the rules' own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from string import Formatter
from typing import Any

import pyarrow as pa
import pytest
from moves_cases import NOW, RULES, THEN, UNREADABLE, by_name, compared, judged, kept, rules

from crmtool.messages import help_of, text_of
from crmtool.messages.review_moves import PHRASES
from crmtool.review.model import Moves, Snapshot
from crmtool.review.moves.matrix import NO_MORE, NO_TIER, NOT_YET, matrix_of
from crmtool.review.moves.snapshots import given_snapshot, snapshot_from_rows, workbook_snapshot
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, replaced, table_of

ANNUAL = rules("annual_value")
GOOD = {"annual_amount": 120_000, "last_order": date(2026, 6, 20), "tenure": date(2020, 1, 1)}
STILL_GOOD = {**GOOD, "last_order": date(2026, 9, 10)}


def annual(then: dict[str, dict[str, Any]], now: dict[str, dict[str, Any]], **also: Any) -> Moves:
    """Moves of customers by name, judged by annual_value."""
    days = (([{"name": name, **row} for name, row in rows.items()]) for rows in (then, now))
    were, are = days
    return compared(judged(ANNUAL, are), judged(ANNUAL, were, THEN), ANNUAL, **also)


def one(then: dict[str, Any], now: dict[str, Any], *columns: str, **also: Any) -> Any:
    return by_name(annual({"甲": then}, {"甲": now}, **also), *columns)["甲"]


def test_less_money_is_told_with_both_figures_and_both_tiers() -> None:
    told = one(
        GOOD, {**STILL_GOOD, "annual_amount": 80_000}, "kind", "was", "now", "cause", "fields", "reason"
    )
    reason = "年消费额 12万元 → 8万元；等级 高价值客户 → 潜力客户"
    assert told == ("down", "high_value", "potential", "customer", "annual_amount", reason)


def test_in_english_too() -> None:
    reason = one(GOOD, {**STILL_GOOD, "annual_amount": 80_000}, "reason", lang="en")
    assert reason.endswith("CNY 120,000 → CNY 80,000; tier 高价值客户 → 潜力客户")


def test_a_date_that_stayed_moves_by_growing_old_across_the_line() -> None:
    still = {**GOOD, "last_order": date(2026, 5, 20)}  # within 3个月 of 30 June, not of 30 September
    assert one(still, still, "kind", "fields", "reason") == (
        "down",
        "last_order",
        "最近订单 仍为 2026-05-20（超过3个月）；等级 高价值客户 → 潜力客户",
    )


def test_an_age_that_is_better_when_longer_moves_up_by_growing_old() -> None:
    row = {**STILL_GOOD, "tenure": date(2025, 9, 30)}  # a year old on the review's day, exactly
    before = {**row, "last_order": date(2026, 6, 20)}
    assert one(before, row, "kind", "fields", "reason") == (
        "up",
        "tenure",
        "合作时长 仍为 2025-09-30（满1年）；等级 潜力客户 → 高价值客户",
    )


def test_fields_that_changed_without_need_are_not_named() -> None:
    now = {"annual_amount": 15_000, "last_order": date(2026, 9, 1), "tenure": date(2021, 1, 1)}
    assert one(GOOD, now, "fields") == "annual_amount"


def test_two_fields_that_only_together_make_the_move_are_both_named() -> None:
    then = {**GOOD, "annual_amount": 60_000, "tenure": date(2026, 1, 1), "demand_explored": "充分挖掘"}
    now = {**then, "annual_amount": 120_000, "last_order": date(2026, 9, 10), "tenure": date(2025, 9, 1)}
    assert one(then, now, "was", "now", "fields", "reason") == (
        "potential",
        "high_value",
        "annual_amount|tenure",
        "年消费额 6万元 → 12万元；合作时长 2026-01-01 → 2025-09-01；等级 潜力客户 → 高价值客户",
    )


def test_what_became_unknown_or_known_is_named_on_either_side_of_undecided() -> None:
    blank = {**STILL_GOOD, "annual_amount": UNREADABLE}
    other = {**GOOD, "last_order": date(2025, 1, 1)}
    moves = annual(
        {"甲": GOOD, "乙": {**blank, "last_order": date(2026, 6, 20)}, "丙": other},
        {"甲": blank, "乙": STILL_GOOD, "丙": other},
    )
    assert by_name(moves, "kind", "fields", "reason") == {
        "甲": ("opened", "annual_amount", "年消费额 12万元 → 读不出；等级 高价值客户 → 待补资料"),
        "乙": ("settled", "annual_amount", "年消费额 读不出 → 12万元；等级 待补资料 → 高价值客户"),
        "丙": ("same", None, None),
    }
    matrix = matrix_of(moves.frame, ANNUAL)
    assert matrix.count("high_value", NO_TIER) == 1
    assert matrix.count(NO_TIER, "high_value") == 1
    assert matrix.row_labels[-2:] == ("待补资料", "新增客户")
    assert matrix.column_labels[-2:] == ("待补资料", "不在台账")


def test_new_gone_renamed_and_numbered_customers() -> None:
    then = [
        {"name": "更名前", "customer_id": "C1", **GOOD},
        {"name": "后编号", **GOOD},
        {"name": "已离开", "customer_id": "C3", **GOOD},
        {"name": "换了编号", "customer_id": "C4", **GOOD},
    ]
    now = [
        {"name": "刚来", "customer_id": "C9", "owner": "张三", **STILL_GOOD},
        {"name": "换了编号", "customer_id": "C5", **STILL_GOOD},
        {"name": "后编号", "customer_id": "C2", **STILL_GOOD},
        {"name": "更名后", "customer_id": "C1", **STILL_GOOD},
    ]
    moves = compared(judged(ANNUAL, now), judged(ANNUAL, then, THEN), ANNUAL)
    told = moves.frame[["customer", "name", "kind", "was_name", "owner", "reason"]].astype(object)
    plain = [
        [None if cell is None or cell != cell else cell for cell in row] for row in told.fillna("").to_numpy()
    ]
    assert plain == [
        [0, "刚来", "new", "", "张三", "新增客户；等级 高价值客户"],
        [1, "换了编号", "new", "", "", "新增客户；等级 高价值客户"],
        [2, "后编号", "same", "", "", ""],
        [3, "更名后", "same", "更名前", "", ""],
        ["", "已离开", "gone", "", "", "不在台账；原等级 高价值客户"],
        ["", "换了编号", "gone", "", "", "不在台账；原等级 高价值客户"],
    ]
    matrix = matrix_of(moves.frame, ANNUAL)
    assert matrix.count(NOT_YET, "high_value") == 2
    assert matrix.count("high_value", NO_MORE) == 2
    assert matrix.total == 6


def test_namesakes_without_numbers_are_not_guessed_and_it_is_said() -> None:
    then = [{"name": "李明", **GOOD}, {"name": "李明", **GOOD}, {"name": "独一", **GOOD}]
    now = [{"name": "李明", **STILL_GOOD}, {"name": "独一", **STILL_GOOD}]
    moves = compared(judged(ANNUAL, now), judged(ANNUAL, then, THEN), ANNUAL)
    assert moves.frame["kind"].to_list() == ["new", "same", "gone", "gone"]
    (finding,) = moves.findings
    assert (finding.code, finding.count, finding.params["place"]) == ("namesakes-not-compared", 1, "run 1")
    assert "李明" not in text_of(finding, "zh") + help_of(finding, "zh")


def test_a_namesake_who_is_told_apart_by_a_number_leaves_the_other_one_sure() -> None:
    then = [{"name": "李明", "customer_id": "C1", **GOOD}, {"name": "李明", **GOOD}]
    now = [{"name": "李明", **STILL_GOOD}, {"name": "李明", "customer_id": "C1", **STILL_GOOD}]
    moves = compared(judged(ANNUAL, now), judged(ANNUAL, then, THEN), ANNUAL)
    assert moves.frame["kind"].to_list() == ["same", "same"]
    assert moves.findings == ()


def test_a_number_given_later_is_no_proof_where_a_namesake_came() -> None:
    then = [{"name": "李明", **GOOD}]
    now = [{"name": "李明", "customer_id": "C1", **STILL_GOOD}, {"name": "李明", **STILL_GOOD}]
    moves = compared(judged(ANNUAL, now), judged(ANNUAL, then, THEN), ANNUAL)
    assert moves.frame["kind"].to_list() == ["new", "new", "gone"]


def test_locks_that_are_set_or_over_and_given_tiers_are_the_cause() -> None:
    locked = {"lock_tier": "低价值/沉默客户", "lock_reason": "停产"}
    moves = annual(
        {"锁上": GOOD, "解开": {**GOOD, **locked}, "一直": {**GOOD, **locked}},
        {"锁上": {**STILL_GOOD, **locked}, "解开": STILL_GOOD, "一直": {**STILL_GOOD, **locked}},
    )
    assert by_name(moves, "kind", "cause", "fields", "reason") == {
        "锁上": ("down", "lock", None, "等级已锁定；等级 高价值客户 → 低价值/沉默客户"),
        "解开": ("up", "lock", None, "上次的等级锁定不再有效；等级 低价值/沉默客户 → 高价值客户"),
        "一直": ("same", None, None, None),
    }


def test_a_tier_that_the_ledger_gives_is_the_cause() -> None:
    now = judged(ANNUAL, [{"name": "甲", "tier": "潜力客户"}])  # no column that the rules need
    moves = compared(now, judged(ANNUAL, [{"name": "甲", **GOOD}], THEN), ANNUAL)
    assert by_name(moves, "cause", "reason")["甲"] == (
        "given",
        "等级取自台账；等级 高价值客户 → 潜力客户",
    )


def older_rules() -> RuleSet:
    """annual_value as it may have been: 高价值 from 20万元 on."""
    text = (RULES / "annual_value.yaml").read_text(encoding="utf-8")
    text = text.replace('version: "2024.1"', 'version: "2023.9"').replace(
        'annual_amount: ">= 10万元", last_order: "within 3个月"',
        'annual_amount: ">= 20万元", last_order: "within 3个月"',
    )
    common = (RULES / "common.yaml").read_text(encoding="utf-8")
    return load_rule_set(text, "rules/annual_value.yaml", common=common)


def test_what_the_rules_changed_is_told_apart_from_what_customers_changed() -> None:
    old = older_rules()
    then = [{"name": name, **GOOD} for name in ("规则", "自己", "两者", "不变")]
    then[1]["annual_amount"] = then[3]["annual_amount"] = 250_000
    now = [{"name": name, **STILL_GOOD} for name in ("规则", "自己", "两者", "不变")]
    now[1]["annual_amount"] = now[2]["annual_amount"] = 30_000
    moves = compared(judged(ANNUAL, now), judged(old, then, THEN), ANNUAL)
    assert (moves.rules_changed, moves.is_told_apart) == (True, True)
    assert by_name(moves, "was", "by_rules", "now", "cause", "fields", "reason") == {
        "规则": (
            *("potential", "high_value", "high_value", "rules", None),
            "规则改为 2024.1：潜力客户 → 高价值客户；等级 潜力客户 → 高价值客户",
        ),
        "自己": (
            *("high_value", "high_value", "stable", "customer", "annual_amount"),
            "年消费额 25万元 → 3万元；等级 高价值客户 → 稳定客户",
        ),
        "两者": (
            *("potential", "high_value", "stable", "both", "annual_amount"),
            "规则改为 2024.1：潜力客户 → 高价值客户；年消费额 12万元 → 3万元；等级 潜力客户 → 稳定客户",
        ),
        "不变": ("high_value", "high_value", "high_value", None, None, None),
    }


BECAUSE = (
    "年消费额 12万元 ≥ 10万元；最近订单 2026-09-10 在近3个月内；合作时长 2020-01-01起 ≥ 1年（原文规则 hv）"
)


def test_without_what_was_known_the_reason_says_only_what_held_then_and_now() -> None:
    then = kept(judged(older_rules(), [{"name": "甲", **GOOD}], THEN))
    bare = replace(then, frame=replaced(then.frame, {"facts": pa.nulls(1, pa.string())}))
    moves = compared(judged(ANNUAL, [{"name": "甲", **STILL_GOOD}]), bare, ANNUAL)
    assert (moves.rules_changed, moves.is_told_apart) == (True, False)
    assert by_name(moves, "cause", "by_rules", "fields", "reason")["甲"] == (
        "unknown",
        None,
        None,
        "等级 潜力客户 → 高价值客户；现依据：" + BECAUSE,
    )


def test_facts_that_do_not_lead_to_the_recorded_tier_explain_nothing() -> None:
    then = kept(judged(ANNUAL, [{"name": "甲", **GOOD}], THEN))
    other = replace(then, frame=replaced(then.frame, {"tier": pa.array(["stable"])}))
    moves = compared(judged(ANNUAL, [{"name": "甲", **STILL_GOOD}]), other, ANNUAL)
    assert by_name(moves, "cause", "reason")["甲"] == (
        "unknown",
        "等级 稳定客户 → 高价值客户；现依据：" + BECAUSE,
    )


def test_a_tier_that_the_rules_do_not_have_any_more_keeps_its_row() -> None:
    then = kept(judged(ANNUAL, [{"name": "甲", **GOOD}], THEN))
    former = replace(then, frame=replaced(then.frame, {"tier": pa.array(["vip"])}))
    moves = compared(judged(ANNUAL, [{"name": "甲", **STILL_GOOD}]), former, ANNUAL)
    assert by_name(moves, "kind", "cause")["甲"] == ("level", "unknown")
    assert matrix_of(moves.frame, ANNUAL).count("vip", "high_value") == 1


def test_the_first_review_has_everybody_as_they_are() -> None:
    moves = compared(judged(ANNUAL, [{"name": "甲", **STILL_GOOD}]), None, ANNUAL)
    assert moves.previous is None
    assert by_name(moves, "kind", "was", "now", "reason", "held_tier")["甲"] == (
        *("same", "high_value", "high_value", None, None),
    )


def test_the_ledgers_own_tier_column_stands_for_the_day_before_and_an_empty_cell_makes_nobody_new() -> None:
    rows = [
        {"name": "甲", "tier": "潜力客户", **STILL_GOOD},
        {"name": "未填", **STILL_GOOD},
        {"name": "未定", "tier": "待补资料", **STILL_GOOD},
    ]
    now = judged(ANNUAL, rows)
    given = given_snapshot(now.customers.frame, pa.array(["potential", None, None]), ANNUAL, "客户类型")
    assert given is not None
    moves = compared(now, given, ANNUAL)
    assert by_name(moves, "kind", "was", "cause") == {
        "甲": ("up", "potential", "unknown"),
        "未填": ("settled", None, "unknown"),
        "未定": ("settled", None, "unknown"),
    }
    assert given_snapshot(now.customers.frame, pa.nulls(3, pa.string()), ANNUAL) is None


def test_rows_of_the_ledger_are_compared_with_themselves_even_where_they_cannot_be_told_apart() -> None:
    rows = [
        {"customer_id": "C1", "name": "甲", "tier": "潜力客户", **STILL_GOOD},
        {"customer_id": "C1", "name": "甲", "tier": "潜力客户", **STILL_GOOD},
        {"name": "乙", **STILL_GOOD},
        {"name": "乙", "tier": "高价值客户", **STILL_GOOD},
    ]
    now = judged(ANNUAL, rows)
    previous = pa.array(["potential", "potential", None, "high_value"])
    given = given_snapshot(now.customers.frame, previous, ANNUAL, "客户类型")
    assert given is not None
    moves = compared(now, given, ANNUAL)
    # All are high_value now; the first 乙 was undecided.
    assert moves.frame["kind"].tolist() == ["up", "up", "settled", "same"]
    assert moves.findings == ()


def workbook(rows: list[dict[str, Any]], previous: list[str | None]) -> Snapshot:
    then = judged(ANNUAL, rows, THEN)
    decisions = type("Told", (), {"frame": then.snapshot.frame.assign(previous=pa_texts(previous))})()
    return workbook_snapshot(then.cases, decisions, then.customers.frame, ANNUAL, THEN, "上季.xlsx")


def pa_texts(texts: list[str | None]) -> Any:
    import pandas as pd

    return pd.array(pa.array(texts, pa.string()), dtype=pd.ArrowDtype(pa.string()))


def test_an_earlier_workbook_counts_by_the_tiers_it_names_else_by_what_the_rules_say() -> None:
    rows = [{"name": "甲", **GOOD}, {"name": "乙", **GOOD}]
    named = workbook(rows, ["potential", "high_value"])
    judged_then = workbook(rows, [None, None])
    assert named.frame["tier"].to_list() == ["potential", "high_value"]
    assert judged_then.frame["tier"].to_list() == ["high_value", "high_value"]
    assert {named.source, judged_then.source} == {"workbook"}
    now = judged(ANNUAL, [{**row, **STILL_GOOD, "annual_amount": 80_000} for row in rows])
    assert by_name(compared(now, named, ANNUAL), "kind", "cause") == {
        "甲": ("same", None),
        "乙": ("down", "customer"),
    }


def test_recorded_rows_come_back_as_the_snapshot_they_were() -> None:
    then = judged(ANNUAL, [{"name": "甲", "customer_id": "C1", **GOOD}], THEN).snapshot
    rows = table_of(then.frame).drop_columns(["held_tier"]).append_column("score", pa.array([1.0]))
    back = snapshot_from_rows(rows, THEN, place="run 3", rules_id=ANNUAL.id)
    assert (back.source, back.place, back.as_of, back.rules_sha256) == ("history", "run 3", THEN, "")
    assert (
        back.frame.astype(object).fillna("").to_numpy().tolist()
        == then.frame.astype(object).fillna("").to_numpy().tolist()
    )


def test_a_column_in_ten_thousands_that_is_in_yuan_now_is_found() -> None:
    then = {
        name: {**GOOD, "annual_amount": amount}
        for name, amount in (("甲", 12), ("乙", 8), ("丙", 0), ("丁", 300))
    }
    now = {
        name: {**STILL_GOOD, "annual_amount": a}
        for name, a in (("甲", 120_000), ("乙", 80_000), ("丙", 5), ("丁", 30_000))
    }
    (finding,) = annual(then, now).findings  # 丁 grew by exactly 100 times: not more
    assert (finding.code, finding.count, finding.column) == ("money-jumped", 2, "年消费额")
    assert "2026-06-30" in text_of(finding, "zh")
    back = annual({n: {**r, "last_order": date(2026, 6, 1)} for n, r in now.items()}, then)
    assert [(f.code, f.count) for f in back.findings] == [("money-jumped", 2)]


def test_a_column_that_came_or_went_is_named_where_a_mean_leaves_its_dimension_out_without_it() -> None:
    four = rules("four_dimensions")
    base = {"annual_amount": 120_000, "monthly_freq": 4}  # 3 and 2 points: 2.5 is VIP
    also = {**base, "loyal_years": 1}  # 2 points more: 7 ÷ 3 is not
    without, having = ([{"name": "甲", **row}] for row in (base, also))
    came = compared(judged(four, having), judged(four, without, THEN), four)
    assert by_name(came, "kind", "cause", "fields", "reason")["甲"] == (
        *("down", "customer", "loyal_years"),
        "连续达标年数 台账无此列 → 1；等级 VIP客户 → 普通客户",
    )
    went = compared(judged(four, without), judged(four, having, THEN), four)
    assert by_name(went, "kind", "fields", "reason")["甲"] == (
        *("up", "loyal_years"),
        "连续达标年数 1 → 台账无此列；等级 普通客户 → VIP客户",
    )


def test_a_level_that_the_ledger_gives_is_named_by_its_label() -> None:
    four = rules("four_dimensions")
    days = (
        [{"name": "甲", "annual_amount": 120_000, "monthly_freq": 4, "level:loyalty": level}]
        for level in ("loyal", "disloyal")
    )
    then, now = (
        judged(four, rows, day, levels=["loyalty"]) for rows, day in zip(days, (THEN, NOW), strict=True)
    )
    # 8 ÷ 3 is VIP, 6 ÷ 3 is not
    assert by_name(compared(now, then, four), "fields", "reason")["甲"] == (
        "loyalty",
        "忠诚度 忠诚 → 不忠诚；等级 VIP客户 → 普通客户",
    )


def test_a_policy_that_follows_another_field_is_no_change_of_its_own() -> None:
    abcd = rules("value_potential")  # 年合作金额 is blank both times: 0元 for 意向客户, unknown for 成交客户
    base = {"name": "甲", "new_demand": date(2026, 9, 1)}
    then = judged(
        abcd,
        [{**base, "status": "意向客户", "new_demand": date(2026, 6, 1)}, {"name": "乙", "annual_amount": 1}],
        THEN,
    )
    now = judged(abcd, [{**base, "status": "成交客户"}, {"name": "乙", "annual_amount": 1}])
    assert by_name(compared(now, then, abcd), "kind", "fields", "reason")["甲"] == (
        *("opened", "status"),
        "客户状态 意向客户 → 成交客户；等级 C类 → 待补资料",
    )


@pytest.mark.parametrize(("as_of", "place"), [(None, ""), (THEN, "run 1")])
def test_namesakes_are_said_to_be_uncomparable_with_what_is_known_of_the_other_day(
    as_of: date | None, place: str
) -> None:
    then = kept(judged(ANNUAL, [{"name": "李明", **GOOD}] * 2, THEN))
    other = replace(then, as_of=as_of, place=place)
    (finding,) = compared(judged(ANNUAL, [{"name": "李明", **STILL_GOOD}]), other, ANNUAL).findings
    assert finding.params["place"] == (place or "annual_value")
    assert column(other.frame, "name").to_pylist() == ["李明"] * 2


def test_every_phrase_shows_on_a_gbk_console_and_says_the_same_in_both_languages() -> None:
    for zh, en in PHRASES.values():
        assert zh.encode("gbk").decode("gbk") == zh
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (zh, en)]
        assert names[0] == names[1]

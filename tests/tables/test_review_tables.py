"""The tables of a review: KPIs with what is missing, moves, the matrix, tiers over periods; made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hand_made_reviews import framed, moves_of, random_review, review_of

from crmtool.content import OutTable
from crmtool.jobs.rules import load_named
from crmtool.jobs.samples.ledger import sample_judged
from crmtool.review.model import (
    CUSTOMER_KPI_COLUMNS,
    GOAL_COLUMNS,
    KPI_COLUMNS,
    NEAR_COLUMNS,
    SNAPSHOT_COLUMNS,
    TREND_COLUMNS,
    Snapshot,
)
from crmtool.review.period import Period
from crmtool.tables import moves, moves_matrix, review_detail, review_kpis, trend
from crmtool.tables.review import content
from crmtool.tables.review_words import compared_with, target_words
from crmtool.visits.standing.rates import RATE_COLUMNS

RULES = load_named("value_risk")


def shown(table: OutTable, *columns: str) -> list[tuple[Any, ...]]:
    """Return what stands in the cells of some columns, a text before a value."""
    cells = []
    for column in (next(c for c in table.columns if c.id == name) for name in columns):
        values = column.cells.to_pylist()
        texts = column.texts.to_pylist() if column.texts is not None else [None] * len(values)
        cells.append([value if text is None else text for value, text in zip(values, texts, strict=True)])
    return list(zip(*cells, strict=True))


REPEAT = {"id": "repeat_rate", "label": "复购率", "unit": "percent"}


def test_what_is_not_known_is_never_a_zero_and_names_what_is_missing() -> None:
    kpis = framed(KPI_COLUMNS, {**REPEAT, "target": ">= 80%", "goal": 0.8, "missing": "no_orders"})
    table = review_kpis.for_all(kpis)
    assert shown(table, "target", "actual", "met", "attainment", "numerator", "denominator", "before") == [
        ("≥80%", "未知", "未知", "—", "—", "—", "—")
    ]
    (remark,) = shown(table, "remark")[0]
    assert remark.startswith("没有订单明细")


def test_a_figure_of_zero_is_shown_as_zero() -> None:
    row = {**REPEAT, "target": ">= 80%", "numerator": 0.0, "denominator": 4.0, "actual": 0.0, "met": False}
    table = review_kpis.for_all(framed(KPI_COLUMNS, {**row, "attainment": 0.0}))
    assert shown(table, "actual", "met", "attainment", "numerator", "denominator") == [
        (0.0, "未达成", 0.0, 0.0, 4.0)
    ]


def test_kpis_by_tier_begin_with_everybody_and_go_from_the_best_tier_to_the_worst() -> None:
    rows = [{**REPEAT, "tier": tier} for tier in ("lv_risk", "hv_stable", None, "lv_stable")]
    table = review_kpis.by_tier(framed(KPI_COLUMNS, *rows), RULES)
    assert [tier for (tier,) in shown(table, "tier")] == [
        "全部客户",
        "高价值稳定型",
        "低价值稳定型",
        "低价值风险型",
    ]
    assert [met for (met,) in shown(table, "met")] == ["未设目标"] * 4


@pytest.mark.parametrize(
    ("target", "goal", "unit", "words"),
    [
        (">= 90%", 0.9, "percent", "≥90%"),
        ("<= 30天", 30.0, "days", "≤30天"),
        (">= 2单", 2.0, "count", "≥2单"),
        (">= 40", 40.0, "points", "≥40"),
        ("[-5%, 5%]", None, "change", "-5% 至 5%"),
        ("<= baseline - 8pp", None, "percent", "≤[X-8]"),
        ("<= baseline - 8pp", 0.127, "percent", "≤12.7%（基数-8）"),
        (">= baseline", None, "percent", "≥[X]"),
        ("客单价稳定", None, "change", "客单价稳定"),
    ],
)
def test_targets_are_written_as_the_documents_write_them(
    target: str, goal: float | None, unit: str, words: str
) -> None:
    assert target_words(target, goal, unit) == words


def test_the_bars_show_what_is_furthest_from_its_target_first_and_the_unknown_last() -> None:
    aimed = {**REPEAT, "target": ">= 80%"}
    rows = [
        {**aimed, "tier": "hv_stable", "met": True, "attainment": 1.0},
        {**aimed, "tier": "lv_stable"},
        {**aimed, "tier": "lv_risk", "met": False, "attainment": 0.25},
        {**aimed, "tier": "hv_risk", "met": False, "attainment": 0.0},
        {**REPEAT, "tier": None},
    ]
    kpis = framed(KPI_COLUMNS, *rows)
    assert shown(review_kpis.bars(kpis, RULES), "label", "met", "short") == [
        ("高价值风险型 · 复购率（0%）", None, 0.0),
        ("低价值风险型 · 复购率", None, 0.25),
        ("高价值稳定型 · 复购率", 1.0, None),
        ("低价值稳定型 · 复购率（未知）", None, None),
    ]
    assert review_kpis.score_words(kpis) == "1 / 3（另 1 项未知）"
    assert review_kpis.bars_note(kpis) == ""


def test_where_no_actual_figure_is_known_a_note_stands_in_the_place_of_the_chart() -> None:
    unknown = framed(KPI_COLUMNS, {**REPEAT, "target": ">= 80%"}, {**REPEAT, "target": ">= 50%"})
    assert review_kpis.score_words(unknown) == "未知（2 项）"
    assert review_kpis.bars_note(unknown) == "2 项 KPI 目标的实际值都未知，没有可画的达成率。"
    watched = framed(KPI_COLUMNS, REPEAT)
    assert (review_kpis.score_words(watched), review_kpis.bars_note(watched)) == (
        "—",
        "规则集没有设 KPI 目标。",
    )


def test_figures_that_the_ledger_states_of_customers_are_told_of_where_the_sum_is_unknown() -> None:
    unknown, known = {**REPEAT, "target": ">= 80%"}, {**REPEAT, "target": ">= 80%", "actual": 0.5}
    stated = {"customer": 0, "id": "repeat_rate", "origin": "stated", "actual": 0.7}
    counted = {**stated, "origin": "counted"}
    for kpi, of_customer, told in (
        *((unknown, stated, True), (known, stated, False), (unknown, counted, False)),
        (unknown, {**stated, "actual": None}, False),
    ):
        parts = {
            "kpis": framed(KPI_COLUMNS, kpi),
            "customer_kpis": framed(CUSTOMER_KPI_COLUMNS, of_customer),
        }
        note = content(sample_judged(), review_of(**parts)).scalars["kpi_note"]
        assert ("不并入合计" in str(note)) is told


def test_sheets_that_are_left_out_are_named_with_why() -> None:
    first = content(sample_judged(), review_of(moves=replace(moves_of(), previous=None)))
    note = str(first.scalars["left_out_note"])
    assert [part.split("：")[0] for part in note.split("；")] == ["等级变动各表", "KPI 各表", "回访完成率"]
    assert {"升级", "KPI明细", "回访完成率"} <= first.omit
    whole = review_of(
        kpis=framed(KPI_COLUMNS, REPEAT), moves=moves_of(), rates=framed(RATE_COLUMNS, {"by": "total"})
    )
    assert content(sample_judged(), whole).scalars["left_out_note"] == "—"


def test_goals_of_a_year_keep_their_x_where_last_year_is_not_known() -> None:
    goal = {**REPEAT, "statement": "重复购买率从 [X]% 提升至 [X+15]%", "target": ">= baseline + 15pp"}
    known = {**goal, "year_before": 0.4, "goal": 0.55, "actual": 0.6, "met": True}
    table = review_kpis.goals(framed(GOAL_COLUMNS, goal, known), RULES)
    assert shown(table, "year_before", "target", "actual", "met") == [
        ("未知", "≥[X+15]", "未知", "未知"),
        (0.4, "≥55%（基数+15）", 0.6, "达成"),
    ]


A = {"customer": 0, "customer_key": "a", "customer_id": "C1", "name": "甲公司", "owner": "王五"}
B = {"customer": 1, "customer_key": "b", "customer_id": "C2", "name": "乙公司"}
C = {"customer": 2, "customer_key": "c", "name": "丙公司"}
D = {"customer_key": "d", "name": "丁公司"}
UP = {
    **A,
    "kind": "up",
    "was": "lv_stable",
    "now": "hv_stable",
    "cause": "customer",
    "reason": "ARPU值 3万元 → 12万元",
}
DOWN = {**B, "kind": "down", "was": "hv_stable", "now": "lv_risk", "cause": "rules"}
WAITING = {**DOWN, "held_tier": "hv_stable", "pending_reviews": 1, "holds_until": date(2026, 12, 31)}


def test_a_change_that_waits_says_for_how_long_and_what_holds_until_then() -> None:
    found = moves_of(UP, WAITING)
    assert shown(moves.moved("up", found, "up", RULES), "name", "owner", "state", "holds", "holds_until") == [
        ("甲公司", "王五", "已确认", "高价值稳定型", None)
    ]
    columns = ("customer_id", "owner", "was", "now", "cause", "state", "holds", "holds_until")
    assert shown(moves.moved("down", found, "down", RULES), *columns) == [
        (
            *("C2", "未分配", "高价值稳定型", "低价值风险型", "规则变化"),
            *("待确认（第1期）", "高价值稳定型", date(2026, 12, 31)),
        )
    ]
    assert moves.moved_note(found, "down", RULES) == "1 位客户降级，其中 1 位待确认，目前仍按原等级执行。"
    assert moves.moved_note(moves_of(UP), "down", RULES) == "没有降级的客户。"


def test_a_change_that_holds_from_now_on_is_listed_on_the_side_it_led_to() -> None:
    stays = {"kind": "same", "was": "lv_stable", "now": "lv_stable"}
    found = moves_of({**stays, "confirmed": "hv_stable", "name": "甲"}, {**stays, "name": "乙"})
    columns = ("name", "was", "now", "state")
    assert shown(moves.moved("down", found, "down", RULES), *columns) == [
        ("甲", "高价值稳定型", "低价值稳定型", "本期起生效")
    ]
    told = "没有降级的客户。另有 1 位的变动此前已见，本期起生效。"
    assert moves.moved_note(found, "down", RULES) == told
    assert shown(moves.moved("up", found, "up", RULES), *columns) == []


def test_who_came_left_or_was_renamed_is_listed_once_each_kind_together() -> None:
    renamed = {**C, "kind": "same", "was": "lv_risk", "now": "lv_risk", "was_name": "丙商行"}
    found = moves_of(
        renamed,
        {**D, "kind": "gone", "was": "lv_stable"},
        {**B, "kind": "opened", "was": "hv_risk", "was_name": "乙商行"},
        {**A, "kind": "new", "now": "hv_stable"},
    )
    assert shown(moves.came_and_went(found, RULES), "kind", "name", "was_name", "was", "now") == [
        ("新增客户", "甲公司", None, None, "高价值稳定型"),
        ("不在台账", "丁公司", None, "低价值稳定型", None),
        ("转为待定", "乙公司", "乙商行", "高价值风险型", "待补资料"),
        ("更名", "丙公司", "丙商行", "低价值风险型", "低价值风险型"),
    ]
    # of who is gone nobody knows who looked after them
    assert [owner for (owner,) in shown(moves.came_and_went(found, RULES), "owner")][1] == "—"
    assert moves.came_and_went_note(found) == "新增客户 1，不在台账 1，转为待定 1，更名 2（位）。"


def test_who_nearly_reached_a_better_tier_comes_before_who_just_kept_the_own() -> None:
    near = framed(
        NEAR_COLUMNS,
        {**A, "side": "above", "field": "arpu", "distance": 0.01},
        {**B, "side": "below", "field": "arpu", "distance": 0.08, "tier": "hv_stable", "now": "lv_stable"},
        {**C, "side": "below", "field": "last_order", "distance": 0.02},
    )
    table = moves.near(moves_of(near=near), RULES)
    assert shown(table, "side", "name", "field") == [
        ("线下（差一点）", "丙公司", "最近订单"),
        ("线下（差一点）", "乙公司", "ARPU值"),
        ("线上（刚够）", "甲公司", "ARPU值"),
    ]


def test_the_matrix_counts_every_customer_once_and_its_margins_are_both_days_tiers() -> None:
    found = moves_of(
        UP,
        DOWN,
        {**C, "kind": "same", "was": "lv_risk", "now": "lv_risk"},
        {**D, "kind": "gone"},
        {"customer": 3, "customer_key": "e", "kind": "new", "now": "lv_risk"},
    )
    matrix, total, *_ = moves_matrix.tables(found, RULES)
    assert [column.header for column in matrix.columns] == [
        "原等级 ＼ 现等级",
        *("高价值稳定型", "高价值潜力型", "高价值风险型", "低价值稳定型", "低价值风险型"),
        *("待补资料", "不在台账", "合计"),
    ]
    rows = shown(matrix, *(column.id for column in matrix.columns))
    assert rows == [
        ("高价值稳定型", 0, 0, 0, 0, 1, 0, 0, 1),
        ("高价值潜力型", 0, 0, 0, 0, 0, 0, 0, 0),
        ("高价值风险型", 0, 0, 0, 0, 0, 0, 0, 0),
        ("低价值稳定型", 1, 0, 0, 0, 0, 0, 0, 1),
        ("低价值风险型", 0, 0, 0, 0, 1, 0, 0, 1),
        ("待补资料", 0, 0, 0, 0, 0, 0, 1, 1),
        ("新增客户", 0, 0, 0, 0, 1, 0, 0, 1),
    ]
    assert shown(total, *(column.id for column in total.columns)) == [("合计", 1, 0, 0, 0, 3, 0, 1, 5)]


def test_ways_are_counted_by_whose_doing_they_are() -> None:
    by_rules = {**B, "kind": "up", "was": "lv_stable", "now": "hv_stable", "cause": "rules"}
    locked = {**C, "kind": "up", "was": "lv_stable", "now": "hv_stable", "cause": "lock"}
    stays = {"customer": 3, "kind": "same", "was": "lv_stable", "now": "lv_stable"}
    *_, flows, bars = moves_matrix.tables(moves_of(UP, by_rules, locked, stays), RULES)
    columns = ("way", "kind", "customers", "share", "by_customer", "by_rules", "by_both", "by_other")
    assert shown(flows, *columns) == [("低价值稳定型 → 高价值稳定型", "升级", 3, 0.75, 1, 1, 0, 1)]
    assert shown(bars, "up", "down", "other") == [(3, None, None)]


def test_where_nobody_moved_a_row_says_so() -> None:
    *_, flows, bars = moves_matrix.tables(moves_of(), RULES)
    assert shown(flows, "way", "customers", "by_other") == [("没有变动", 0, 0)]
    assert bars.rows == 1


def test_tiers_of_equal_rank_are_neither_a_way_up_nor_down() -> None:
    ups, downs = moves_matrix.directions(RULES)
    assert "|低价值稳定型>高价值潜力型|" in ups
    assert "|高价值潜力型>低价值稳定型|" in downs
    assert "高价值稳定型>高价值潜力型" not in ups + downs


def test_the_text_tells_the_rules_doing_from_the_customers() -> None:
    assert moves_matrix.note(moves_of(UP), RULES).startswith("两次判定用的是同一版规则")
    changed = moves_of(UP, DOWN, rules_changed=True, is_told_apart=True)
    assert moves_matrix.note(changed, RULES) == (
        "规则由 made 1 改为 value_risk 2024.1：1 位客户的等级只因规则变化而变，1 位只因自身变化，0 位两者都有。"
    )
    unknown = moves_of(UP, rules_changed=True)
    assert moves_matrix.note(unknown, RULES).endswith("规则与客户的作用无法区分。")


def test_tiers_over_periods_have_a_place_each_and_former_ones_share_the_last() -> None:
    def held(day: date, tier: str | None, customers: int) -> dict[str, Any]:
        return {"as_of": day, "period": f"{day.year}Q3", "tier": tier, "customers": customers}

    later, earlier = date(2026, 9, 30), date(2025, 9, 30)
    rows = [
        held(later, "hv_stable", 3),
        held(later, None, 2),
        held(earlier, "gold", 4),
        held(earlier, "lv_risk", 1),
    ]
    heads, table = trend.tables(review_of(trend=framed(TREND_COLUMNS, *rows)), RULES)
    assert shown(heads, "undecided", "t1", "t5", "t6", "t7") == [
        ("■ 待补资料", "■ 高价值稳定型", "■ 低价值风险型", "■ 其他等级", None)
    ]
    assert shown(table, "review", "customers", "undecided", "t1", "t5", "t6", "t7") == [
        ("2025Q3（2025-09-30）", 5, 0, 0, 1, 4, None),
        ("2026Q3（2026-09-30）", 5, 2, 3, 0, 0, None),
    ]


def test_what_is_compared_with_stands_beside_today_where_nothing_else_is_recorded() -> None:
    then = framed(SNAPSHOT_COLUMNS, {"tier": "hv_stable"}, {"tier": "lv_risk"})
    now = framed(SNAPSHOT_COLUMNS, {"tier": "lv_risk"}, {"tier": "lv_risk"}, {})
    previous = Snapshot(date(2026, 5, 31), then, "workbook", "旧表.xlsx")
    review = review_of(
        now=Snapshot(date(2026, 9, 30), now, "judged"), moves=replace(moves_of(), previous=previous)
    )
    _, table = trend.tables(review, RULES)
    assert shown(table, "review", "period", "customers", "undecided", "t1", "t5") == [
        ("2026-05-31", "2026-05-31", 2, 0, 1, 1),
        ("2026Q3（2026-09-30）", "2026Q3", 3, 1, 0, 2),
    ]


def test_where_there_are_more_tiers_than_colours_the_last_stands_for_the_rest() -> None:
    tier = next(iter(RULES.tiers.values()))
    many = {f"t{n}": replace(tier, id=f"t{n}", label=f"等级{n}", rank=n) for n in range(1, 11)}
    now = framed(SNAPSHOT_COLUMNS, *({"tier": f"t{n}"} for n in (1, 8, 9, 10)))
    review = review_of(now=Snapshot(date(2026, 9, 30), now, "judged"))
    heads, table = trend.tables(review, replace(RULES, tiers=many))
    assert shown(heads, "t7", "t8") == [("■ 等级7", "■ 其他等级")]
    assert shown(table, "period", "customers", "t1", "t7", "t8") == [("2026Q3", 4, 1, 0, 3)]


def test_figures_are_traced_to_customers_of_whom_something_is_known() -> None:
    known = {**REPEAT, "customer": 1, "numerator": 0.0, "denominator": 1.0, "actual": 0.0, "target": ">= 80%"}
    known |= {"met": False, "origin": "counted", "is_own": True}
    stated = {
        **known,
        "customer": 0,
        "numerator": None,
        "denominator": None,
        "actual": 0.85,
        "origin": "stated",
    }
    unknown = {**REPEAT, "customer": 2}
    nothing = {**REPEAT, "customer": 0, "numerator": 0.0, "denominator": 0.0}
    review = review_of(
        customer_kpis=framed(CUSTOMER_KPI_COLUMNS, stated, known, unknown, nothing), moves=moves_of(UP, DOWN)
    )
    table = review_detail.build(review, RULES)
    assert shown(
        table, "name", "owner", "tier", "actual", "numerator", "denominator", "origin", "is_own"
    ) == [
        ("甲公司", "王五", "高价值稳定型", 0.85, "—", "—", "台账所填", "是"),
        ("乙公司", "未分配", "低价值风险型", 0.0, 0.0, 1.0, "按数据计算", "是"),
    ]
    assert "另有 2 行没有任何数据，不列。" in review_detail.note(review)


@pytest.mark.parametrize(
    ("previous", "words"),
    [
        (None, "无（首次复盘，没有更早的等级可比）"),
        (
            Snapshot(date(2026, 6, 30), framed(SNAPSHOT_COLUMNS), "history", "", "value_risk", "2024.1"),
            "2026-06-30（历史记录，规则 value_risk 2024.1）",
        ),
        (Snapshot(None, framed(SNAPSHOT_COLUMNS), "ledger", "客户类型"), "日期不详（台账“客户类型”）"),
    ],
)
def test_the_caption_says_what_is_compared_with(previous: Snapshot | None, words: str) -> None:
    assert compared_with(previous) == words


def test_a_review_within_its_period_says_how_far_it_has_come() -> None:
    review = review_of(period=Period(2026, 1, "year"), as_of=date(2026, 11, 26))
    days = content(sample_judged(), review).scalars["review_days"]
    assert days == "2026-01-01 至 2026-12-31，期未结束，只到 2026-11-26"


@pytest.mark.parametrize(
    "rules", ["annual_value", "annual_plan", "value_risk", "four_dimensions", "value_potential"]
)
def test_the_matrix_of_any_review_adds_up_to_both_days_customers(rules: str) -> None:
    rule_set = load_named(rules)
    review = random_review(rule_set, 300, seed=7)
    matrix, total, *_ = moves_matrix.tables(review.moves, rule_set)
    frame = review.moves.frame
    for tier in rule_set.tiers.values():
        then, now = (int((frame[side] == tier.id).fillna(False).sum()) for side in ("was", "now"))
        row = next(row for row in shown(matrix, "was", "all") if row[0] == tier.label)
        column = next(column for column in total.columns if column.header == tier.label)
        assert (row[1], column.cells.to_pylist()) == (then, [now])
    assert shown(total, "all") == [(300,)]

"""What people filled into last time's table comes along in open rows; of the others only the remark does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from adjusting_cases import adjusted, frame, kpi, ledger, rules

from crmtool.review.adjusting.wishes import CYCLE, wishes_of
from crmtool.review.model import ADJUSTMENT_COLUMNS

SHORT = kpi(0, "satisfaction_rate", "满意度≥90%/88%", 0.88 / 0.9)
SUGGESTED = "增加产品成本透明度分析报告,同步行业独家技术优势"
ROW: dict[str, Any] = {"name": "甲", "new_strategy": SUGGESTED, "cause": "未达标：复购率≥80%/70%"}
A = {"name": "甲"}


def test_a_row_without_a_decision_is_listed_again_even_where_nothing_else_lists_it() -> None:
    (row,) = adjusted([A, {"name": "乙"}], ["hv_stable"] * 2, carried=[ROW])
    assert (row["name"], row["why"]) == ("甲", "waiting")
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[ROW])
    assert row["why"] == "short|waiting"


def test_what_crmtool_wrote_itself_is_written_anew() -> None:
    (row,) = adjusted([A], ["hv_stable"], carried=[{**ROW, "cycle": "每月1次重点沟通"}])
    assert "new_strategy" not in row, "nothing falls short any more"
    assert row["cause"] == "上期未决"
    assert row["cycle"] == "每月1次主动沟通，每季度1次高层互访"


def test_what_people_wrote_comes_along() -> None:
    written = {
        "new_strategy": "高层共创",
        "cycle": "每周1次",
        "cause": "换了采购负责人",
        "adjusted_on": date(2024, 4, 2),
        "remark": "等总部答复",
        "approver": "王主管",
        "verdict": "undecided",
        "approved_on": date(2024, 4, 3),
        "lock_tier": "高价值稳定型",
        "lock_reason": "战略客户",
        "lock_until": date(2024, 12, 31),
    }
    (row,) = adjusted(
        [{**A, "remark": "台账里的备注"}], ["hv_stable"], [SHORT], carried=[{"name": "甲", **written}]
    )
    assert {name: row[name] for name in written} == written


def test_cells_that_were_left_empty_are_filled_as_ever() -> None:
    (row,) = adjusted([{**A, "remark": "台账里的备注"}], ["hv_stable"], [SHORT], carried=[{"name": "甲"}])
    assert (row["remark"], row["new_strategy"]) == ("台账里的备注", SUGGESTED)


OLD: dict[str, Any] = {
    "name": "甲",
    "new_strategy": "旧的策略",
    "cycle": "每周1次",
    "cause": "旧的原因",
    "remark": "旧的",
}
APPROVED: dict[str, Any] = {**OLD, "verdict": "approved", "approver": "王总", "approved_on": date(2024, 1, 8)}
DONE = {**A, "current_strategy": "旧的策略"}
LOCK = {"lock_tier": "高价值稳定型", "lock_until": date(2024, 12, 31)}


@pytest.mark.parametrize(
    ("customer", "row", "settled"),
    [
        (A, {**OLD, "verdict": "rejected"}, None),
        # `apply` has recorded it
        (A, APPROVED, [True]),
        (A, OLD, [True]),
        # the ledger says so, whatever became of the cycle
        ({**DONE, "strategy_cycle": "每月1次"}, APPROVED, None),
        (DONE, APPROVED, [False]),
        ({**A, **LOCK}, {**APPROVED, **LOCK, "new_strategy": None}, None),
    ],
)
def test_of_a_row_that_is_over_only_the_remark_comes_along(
    customer: dict[str, Any], row: dict[str, Any], settled: list[bool] | None
) -> None:
    assert adjusted([customer], ["hv_stable"], carried=[row], settled=settled) == []
    (told,) = adjusted([customer], ["hv_stable"], [SHORT], carried=[row], settled=settled)
    assert (told["new_strategy"], told["why"], told["remark"]) == (SUGGESTED, "short", "旧的")
    assert {"verdict", "approver", "approved_on", "lock_tier"}.isdisjoint(told)
    assert told["cause"].startswith("未达标")


@pytest.mark.parametrize(
    ("customer", "row"),
    [
        (A, APPROVED),
        # signed by nobody; a lock that is none; one that the ledger has not
        (A, {**APPROVED, "approver": None}),
        (DONE, {**APPROVED, "lock_tier": "VIP", "lock_reason": "老板说的"}),
        ({**DONE, "lock_tier": "低价值稳定型"}, {**APPROVED, **LOCK}),
    ],
)
def test_an_approval_that_was_not_carried_out_comes_along_as_it_is(
    customer: dict[str, Any], row: dict[str, Any]
) -> None:
    (told,) = adjusted([customer], ["hv_stable"], [SHORT], carried=[row], settled=[False])
    assert {name: told.get(name) for name in row} == {
        **row,
        "cause": "此前已批：旧的原因；本期：未达标：满意度≥90%/88%",
    }
    assert told["why"] == "short|waiting"


def test_what_was_approved_stays_what_it_was_though_crmtool_would_suggest_something_else_by_now() -> None:
    approved = {"name": "甲", "strategy": "从前的", "cycle": "每月1次重点沟通", "verdict": "approved"}
    last = {**approved, "new_strategy": SUGGESTED, "cause": "未达标：复购率≥80%/70%"}
    (row,) = adjusted([{**A, "current_strategy": "别的"}], ["hv_stable"], carried=[last])
    assert {name: row[name] for name in last} == last
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[approved])
    assert "new_strategy" not in row, "nobody approved what is suggested now"


DOWN: dict[str, Any] = {
    "customer": 0,
    "kind": "down",
    "was": "hv_stable",
    "tier": "lv_stable",
    "reason": "年消费额 12万元 → 8万元",
}


def test_the_reason_of_an_approval_tells_also_what_is_new_and_that_of_the_period_before_no_more() -> None:
    approved = {
        "name": "甲",
        "label": "高价值稳定型",
        "verdict": "approved",
        "cause": "升级：年消费额 9万元 → 12万元",
    }
    (row,) = adjusted([A], ["lv_stable"], moves=[DOWN], carried=[approved])
    assert row["cause"] == "此前已批：升级：年消费额 9万元 → 12万元；本期：降级：年消费额 12万元 → 8万元"
    (row,) = adjusted([A], ["lv_stable"], [SHORT], carried=[row])
    assert (
        row["cause"]
        == "此前已批：升级：年消费额 9万元 → 12万元；本期：未达标：满意度≥90%/88%；现为低价值稳定型"
    )
    (row,) = adjusted([A], ["hv_stable"], carried=[row])
    assert row["cause"] == approved["cause"], "nothing is new"


def test_an_approval_without_a_reason_does_not_take_the_news_for_what_was_approved() -> None:
    approved = {"name": "甲", "verdict": "approved", "new_strategy": "派驻工程师"}
    (first,) = adjusted([A], ["hv_stable"], [SHORT], carried=[approved])
    assert first["cause"] == "此前已批；本期：未达标：满意度≥90%/88%"
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[first])
    assert row["cause"] == first["cause"]


def test_what_is_no_news_is_not_told_twice() -> None:
    approved = {"name": "甲", "verdict": "approved", "cause": "未达标：满意度≥90%/88%"}
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[approved])
    assert row["cause"] == approved["cause"]


@pytest.mark.parametrize(("own", "now"), [("换了采购", "换了采购"), ("升级：甲", "未达标：满意度≥90%/88%")])
def test_an_approval_that_was_taken_back_keeps_only_a_reason_that_people_wrote(own: str, now: str) -> None:
    undecided = {"name": "甲", "verdict": "undecided", "cause": f"此前已批：{own}；本期：降级：乙"}
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[undecided])
    assert row["cause"] == now


def test_the_last_news_of_a_customer_who_left_the_ledger_is_told_no_more() -> None:
    gone = {"name": "丁", "verdict": "approved", "cause": "此前已批：换了采购；本期：降级：乙"}
    (row,) = adjusted([A], ["hv_stable"], carried=[gone])
    assert row["cause"] == "换了采购"


@pytest.mark.parametrize(
    ("cycle", "then", "now", "is_written"),
    [
        # the rhythm of the tier that was approved for; by now it is another tier's
        ("每月1次主动沟通，每季度1次高层互访", "hv_stable", "lv_stable", True),
        # what was done before the move that was approved; by now it is the own tier's again
        ("每月1次主动沟通，每季度1次高层互访", "lv_stable", "hv_stable", False),
    ],
)
def test_an_approval_writes_the_same_cycle_a_period_later_whatever_the_tier_is_by_then(
    cycle: str, then: str, now: str, is_written: bool
) -> None:
    labels = {"hv_stable": "高价值稳定型", "lv_stable": "低价值稳定型"}
    row = {**APPROVED, "cycle": cycle, "tier": then, "label": labels[then]}
    (later,) = adjusted([A], [now], carried=[row])
    assert (later["tier"], later["label"], later["cause"]) == (
        *(then, labels[then]),
        f"此前已批：旧的原因；本期：现为{labels[now]}",
    )
    for each in (row, later):
        rows = frame(ADJUSTMENT_COLUMNS, [each])
        wishes = wishes_of(rows, pa.array([0]), ledger([A]).customers.frame, rules())
        assert wishes.asks[CYCLE].to_pylist() == [is_written]


def test_a_suggestion_that_nobody_decided_on_stays_where_there_is_no_new_one() -> None:
    row = {**ROW, "label": "高价值稳定型", "verdict": "undecided", "remark": "等总部答复"}
    (told,) = adjusted([A], ["hv_stable"], carried=[row])
    assert (told["new_strategy"], told["cause"]) == (SUGGESTED, "上期未决")


@pytest.mark.parametrize(
    ("customer", "label"),
    [
        # it was for another tier, or it is what is done by now
        (A, "低价值稳定型"),
        ({**A, "current_strategy": SUGGESTED}, "高价值稳定型"),
    ],
)
def test_a_suggestion_that_has_become_pointless_does_not_stay(customer: dict[str, Any], label: str) -> None:
    (told,) = adjusted([customer], ["hv_stable"], carried=[{**ROW, "label": label, "verdict": "undecided"}])
    assert "new_strategy" not in told


def test_of_two_rows_of_one_customer_the_approved_one_comes_along() -> None:
    rows = [{"name": "甲", "new_strategy": "未批的"}, {**APPROVED, "remark": None}]
    (row,) = adjusted([A], ["hv_stable"], carried=rows)
    assert (row["new_strategy"], row["approver"]) == ("旧的策略", "王总")


def test_a_reason_that_crmtool_wrote_for_want_of_another_gives_way_to_figures() -> None:
    for ours in ("上期未决", "台账中标记需调整", "降级：等级 甲 → 乙"):
        (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[{**ROW, "cause": ours}])
        assert row["cause"] == "未达标：满意度≥90%/88%"
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[{**ROW, "cause": "上期未决定价格"}])
    assert row["cause"] == "上期未决定价格"


def test_a_customer_who_left_the_ledger_stays_at_the_end_with_all_cells() -> None:
    gone = {"name": "丁", "label": "低价值风险型", "remark": "已注销?", "new_strategy": "挽留"}
    rows = adjusted([A], ["hv_stable"], [SHORT], carried=[gone, ROW])
    assert [row["name"] for row in rows] == ["甲", "丁"]
    assert rows[1] == {**gone, "cause": "上期未决", "why": "waiting"}


def test_a_number_tells_whose_row_it_is_though_the_name_has_changed() -> None:
    customers = [{"name": "甲集团", "customer_id": "C1"}, {"name": "乙", "customer_id": "C2"}]
    carried = [{"name": "甲", "customer_id": "C1", "remark": "改名了"}]
    (row,) = adjusted(customers, ["hv_stable"] * 2, carried=carried)
    assert (row["customer_id"], row["name"], row["remark"]) == ("C1", "甲集团", "改名了")


@pytest.mark.parametrize("told_by", [{"customer_id": "C1"}, {"customer_key": "C1"}])
def test_an_approval_with_the_name_of_one_and_the_number_of_another_waits_at_the_end(
    told_by: dict[str, str],
) -> None:
    customers = [{"name": "甲", "customer_id": "C1"}, {"name": "乙", "customer_id": "C2"}]
    row = {**APPROVED, "name": "乙", **told_by}
    rows = adjusted(customers, ["hv_stable"] * 2, [SHORT], carried=[row])
    assert [each.get("customer") for each in rows] == [0, None]
    assert "verdict" not in rows[0]
    assert {name: rows[1][name] for name in row} == row


def test_namesakes_without_numbers_are_told_apart_by_nobody_and_wait_at_the_end() -> None:
    rows = adjusted([A, A], ["hv_stable"] * 2, carried=[{"name": "甲", "remark": "哪一个?"}])
    assert [(row.get("customer"), row["remark"]) for row in rows] == [(None, "哪一个?")]

"""What people filled into last time's table comes along in open rows; of the others only the remark does."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from adjusting_cases import adjusted, kpi

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
    assert {name: told.get(name) for name in row} == row
    assert told["why"] == "short|waiting"


def test_what_was_approved_stays_what_it_was_though_crmtool_would_suggest_something_else_by_now() -> None:
    approved = {"name": "甲", "strategy": "从前的", "cycle": "每月1次重点沟通", "verdict": "approved"}
    last = {**approved, "new_strategy": SUGGESTED, "cause": "未达标：复购率≥80%/70%"}
    (row,) = adjusted([{**A, "current_strategy": "别的"}], ["hv_stable"], carried=[last])
    assert {name: row[name] for name in last} == last
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[approved])
    assert "new_strategy" not in row, "nobody approved what is suggested now"


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

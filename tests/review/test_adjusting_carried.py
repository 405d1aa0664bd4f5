"""What people filled into last time's table comes along in rows that were not decided on, and in no others."""

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
    assert "cause" not in row
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


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_a_row_that_was_decided_on_is_over(verdict: str) -> None:
    decided = {**ROW, "verdict": verdict, "remark": "旧的", "new_strategy": "旧的策略"}
    assert adjusted([A], ["hv_stable"], carried=[decided]) == []
    (row,) = adjusted([A], ["hv_stable"], [SHORT], carried=[decided])
    assert row["new_strategy"] == SUGGESTED
    assert "remark" not in row


def test_a_customer_who_left_the_ledger_stays_at_the_end_with_all_cells() -> None:
    gone = {"name": "丁", "label": "低价值风险型", "remark": "已注销?", "new_strategy": "挽留"}
    rows = adjusted([A], ["hv_stable"], [SHORT], carried=[gone, ROW])
    assert [row["name"] for row in rows] == ["甲", "丁"]
    assert rows[1] == {**gone, "why": "waiting"}


def test_a_number_tells_whose_row_it_is_though_the_name_has_changed() -> None:
    customers = [{"name": "甲集团", "customer_id": "C1"}, {"name": "甲", "customer_id": "C2"}]
    carried = [{"name": "甲", "customer_id": "C1", "remark": "改名了"}]
    (row,) = adjusted(customers, ["hv_stable"] * 2, carried=carried)
    assert (row["customer_id"], row["name"], row["remark"]) == ("C1", "甲集团", "改名了")


def test_namesakes_without_numbers_are_told_apart_by_nobody_and_wait_at_the_end() -> None:
    rows = adjusted([A, A], ["hv_stable"] * 2, carried=[{"name": "甲", "remark": "哪一个?"}])
    assert [(row.get("customer"), row["remark"]) for row in rows] == [(None, "哪一个?")]

"""What `explain` tells of one customer: every value, why not a higher tier, and what would help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledgers import typed

from crmtool.errors import UsageError
from crmtool.jobs.explain import explain
from crmtool.jobs.request import Request

HEADER = ("客户编号", "客户名称", "年消费额", "最近交易时间", "历史合作时长")
ROWS = [
    ("001", "甲公司", "4万元", "2024-06-10", "2年"),
    ("002", "乙公司", "15万元", "2024-06-10", "6个月"),
    ("003", "甲公司", "1万元", "2024-06-10", "2年"),
]


def lines(path: Path, customer: str, rules: str = "annual_value") -> list[tuple[str, ...]]:
    request = Request(ledger=path, rules=rules, as_of=date(2024, 6, 30))
    return [story.lines for story in explain(request, customer).stories]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return typed(tmp_path / "台账.xlsx", {"客户": [HEADER, *ROWS]})


def test_a_customer_is_found_by_id_by_row_and_by_name(ledger: Path) -> None:
    assert lines(ledger, "001") == lines(ledger, "#2")
    assert lines(ledger, "乙公司") == lines(ledger, "#3")


def test_customers_of_one_name_are_all_told_with_a_finding(ledger: Path) -> None:
    outcome = explain(Request(ledger=ledger, rules="annual_value", as_of=date(2024, 6, 30)), "甲公司")
    assert [story.title for story in outcome.stories] == ["001  甲公司  #2", "003  甲公司  #4"]
    assert [finding.code for finding in outcome.findings] == ["several-customers"]


def test_an_unknown_customer_is_refused_with_similar_names(ledger: Path) -> None:
    with pytest.raises(UsageError) as refused:
        lines(ledger, "乙公")
    assert refused.value.findings[0].params["known"].startswith("乙公司")


def test_the_story_says_why_not_the_higher_tier_and_what_would_help(ledger: Path) -> None:
    (story,) = lines(ledger, "002")
    assert "等级：潜力客户" in story
    assert any("高价值客户（hv）" in line and "合作时长 满1年" in line and "6个月" in line for line in story)
    # half a year of tenure began on 2023-12-30, so it is a year on 2024-12-30
    assert story[-1] == "  距 高价值客户 还差：合作时长 满1年（2024-12-30 起）"


def test_a_level_in_place_of_a_figure_is_told_as_a_level(tmp_path: Path) -> None:
    rows = [("客户姓名", "消费金额", "消费频率"), ("张三", 120000, "高频")]
    (story,) = lines(typed(tmp_path / "分级.xlsx", {"表": rows}), "张三", "four_dimensions")
    assert "  月均消费次数 未列数值，级别为 高频" in story


def test_a_count_that_the_orders_cannot_tell_is_unknown_and_not_unreadable(tmp_path: Path) -> None:
    orders = [("客户编号", "订单日期", "订单金额"), ("001", "2024-05-01", 40000)]
    path = typed(tmp_path / "台账.xlsx", {"客户": [HEADER, *ROWS[:1], ROWS[1]], "订单": orders})
    (story,) = lines(path, "002")
    assert "  近1年订单次数 未知（明细不足以计算）" in story


def test_a_locked_tier_is_told_before_what_the_rules_say(tmp_path: Path) -> None:
    rows = [
        (*HEADER, "等级锁定", "锁定原因", "锁定至"),
        (*ROWS[0], "高价值客户", "老板朋友", "2024-12-31"),
    ]
    (story,) = lines(typed(tmp_path / "台账.xlsx", {"客户": rows}), "001")
    assert story[0].startswith("定为：高价值客户")
    assert "老板朋友" in story[0]
    assert story[1:3] == ("按规则：", "等级：稳定客户")


def test_a_customer_with_an_unreadable_amount_is_not_called_silent_for_want_of_orders(tmp_path: Path) -> None:
    orders = [("客户编号", "订单日期", "订单金额"), ("001", "2020-01-01", 100), ("001", "2024-05-01", 40000)]
    people = [("客户编号", "客户名称", "年消费额"), ("001", "甲公司", "4万元"), ("002", "乙公司", "约8万")]
    (story,) = lines(typed(tmp_path / "台账.xlsx", {"客户": people, "订单": orders}), "002")
    assert "等级：待补资料" in story
    assert not any("从未发生" in line for line in story)

"""客户分类标准表, 客户分类表, 回访频率表 and 客户维护策略表."""

from __future__ import annotations

from hand_made import annual_value

from crmtool.content import OutTable
from crmtool.ledger.quantities import Duration
from crmtool.rules.language.common import Channel, Common
from crmtool.rules.model import CadenceLine, Text, Tier
from crmtool.tables import classes, frequencies, standards, strategies

COMMON = Common(
    {
        "phone": Channel("phone", "电话"),
        "onsite": Channel("onsite", "上门"),
        "video": Channel("video", "视频会议"),
        "executive": Channel("executive", "高层拜访", ("onsite", "video")),
        "any": Channel("any", "任意"),
    }
)


def rows(table: OutTable) -> list[tuple[object, ...]]:
    return list(zip(*(column.cells.to_pylist() for column in table.columns), strict=True))


def headers(table: OutTable) -> list[str]:
    return [column.header for column in table.columns]


def test_standards_carry_the_columns_of_template_1_and_mark_what_is_ours() -> None:
    table = standards.build(annual_value())
    assert headers(table)[:3] == ["分类维度", "具体指标", "类别定义"]
    told = [(row[0], row[2], row[3], row[4], row[5]) for row in rows(table)]
    assert told == [
        ("等级判定（自上而下，先命中先得）", "高价值客户", "原文", "hv", None),
        ("等级判定（自上而下，先命中先得）", "稳定客户", "补缺", "rest", "降温；补上"),
        ("需求维度", "大客户", "原文", "big", None),
    ]


def test_strategies_carry_the_columns_of_template_3_and_name_the_columns_that_are_ours() -> None:
    table = strategies.build(annual_value())
    assert headers(table)[:6] == ["客户类型", "维护目标", "核心策略动作", "资源投入", "责任人", "跟进频次"]
    assert rows(table) == [
        (
            "高价值客户",
            "深度绑定、提升忠诚度",
            "专属客户经理对接；定期高层拜访",
            "专属客户经理",
            "客户经理",
            "每月1次深度沟通",
            "资源投入、责任人：补缺",
        ),
        ("稳定客户", "维持粘性", None, None, None, None, "原文"),
    ]


def test_important_customers_are_called_on_by_phone_on_site_and_by_video() -> None:
    role = Text("客户经理"), Text("部门经理"), Text("企业高层")
    lines = (
        CadenceLine("phone", "电话回访", every=Duration(months=1), role=role[0]),
        CadenceLine("onsite", "上门回访", every=Duration(months=3), role=role[1]),
        CadenceLine("executive", "高层回访", every=Duration(months=6), role=role[2]),
    )
    rule_set = annual_value(cadence={"high_value": lines})
    table = frequencies.build(rule_set, COMMON)
    assert headers(table)[:4] == ["客户类别", "回访频率", "回访方式", "回访责任人"]
    assert rows(table)[0] == (
        "高价值客户",
        "每月1次电话回访，每季度1次上门回访，每半年1次高层回访",
        "电话、上门、视频会议",
        "客户经理、部门经理、企业高层",
        "原文",
    )


def test_classes_carry_the_columns_of_the_class_table() -> None:
    tiers = {"high_value": Tier("high_value", "重要客户", 1, traits=Text("消费能力强"))}
    table = classes.build(annual_value(tiers=tiers))
    assert headers(table)[:4] == ["客户类别", "划分标准", "特点", "维护重点"]
    told = rows(table)[0]
    assert (told[0], *told[2:]) == ("重要客户", "消费能力强", "专属客户经理对接、定期高层拜访", "原文")


def test_standards_say_each_test_in_words() -> None:
    words = [row.words for row in standards.standard_rows(annual_value())]
    assert words[0] == "年消费额 10万元以上（含） 且 最近订单 近3个月内"
    assert words[1] == "年消费额 10万元以下（含）"
    assert words[2] == "人数 500以上（含）"


def test_a_role_that_is_ours_does_not_make_the_frequency_ours() -> None:
    ours = Text("客户经理", "resolution")
    lines = (CadenceLine("phone", "电话回访", every=Duration(months=1), role=ours),)
    table = frequencies.build(annual_value(cadence={"high_value": lines}), COMMON)
    assert rows(table)[0][-1] == "原文；方式与责任人的对应：补缺"


def test_what_the_rules_add_to_the_documents_rhythm_stands_beside_it() -> None:
    lines = (
        CadenceLine("phone", "电话回访", after="last_order", by=Duration(days=7)),
        CadenceLine("onsite", "上门回访", after="last_order", by=Duration(months=3)),
        CadenceLine(
            *("executive", "高层回访"),
            after="last_order",
            start=Duration(months=3),
            every=Duration(months=6),
            origin="resolution",
        ),
    )
    table = frequencies.build(annual_value(cadence={"high_value": lines}), COMMON)
    assert rows(table)[0][1:] == (
        "最近订单后1周内1次电话回访，3个月内1次上门回访",
        "电话、上门",
        None,
        "原文；补缺：最近订单3个月后每半年1次高层回访",
    )


def test_a_rhythm_that_is_wholly_ours_is_printed_and_marked() -> None:
    lines = (CadenceLine("phone", "电话回访", every=Duration(months=6), origin="resolution"),)
    table = frequencies.build(annual_value(cadence={"stable": lines}), COMMON)
    assert rows(table)[1] == ("稳定客户", "每半年1次电话回访", "电话", None, "补缺")

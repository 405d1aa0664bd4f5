"""The headings of every table in the five source documents, typed in by hand, each with the field it is."""

from __future__ import annotations

import pytest
from ledger_books import layout_of

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.headers.finding import Wanted
from crmtool.ledger.headers.vocabulary import vocabulary
from crmtool.ledger.standard.dictionary import CUSTOMERS

TABLES = {
    "模板2 客户信息登记表": {
        "客户名称": "name",
        "行业": "industry",
        "规模": "employees",
        "联系人(经理)": "contact",
        "最近交易时间": "last_order",
        "年消费额": "annual_amount",
        "主要需求": "main_demand",
        "历史合作时长": "tenure",
        "上次维护内容": "last_maintenance",
        "维护责任人": "owner",
    },
    "表1 客户信息基础表": {
        "客户ID": "customer_id",
        "客户名称": "name",
        "所属行业": "industry",
        "企业规模(人)": "employees",
        "联系人": "contact",
        "职位": "contact_title",
        "需求描述": "demand_text",
        "合作历史(万元)": "cooperation_history",
        "客户状态": "status",
        "负责人": "owner",
    },
    "表2 客户分层管理表": {
        "客户ID": "customer_id",
        "客户名称": "name",
        "分层等级": "customer_layer",
        "分层标准(年合作金额+需求潜力)": "layer_basis",
        "跟进策略": "followup_strategy",
        "负责人": "owner",
        "下次跟进时间": "next_followup",
    },
    "客户分级表": {
        "客户姓名": "name",
        "客户编号": "customer_id",
        "消费金额": "spend",
        "消费频率": "spend_frequency",
        "忠诚度": "loyalty",
        "潜在价值": "potential",
        "客户等级": "customer_grade",
    },
    "客户关系维护策略动态调整表": {
        "客户名称": "name",
        "客户类型": "customer_type",
        "负责人": "owner",
        "当前核心策略": "current_strategy",
        "策略执行周期": "strategy_cycle",
        "关键监测指标(目标值/实际值)": "kpi_text",
        "效果评估(优/良/中/差)": "effect",
        "调整原因": "adjust_reason",
        "调整后策略": "adjusted_strategy",
        "调整时间": "adjusted_on",
        "备注": "remark",
    },
}

#: Tables with a row per tier: no ledgers, but their columns are known where a ledger carries them.
STANDARDS = {
    "模板1 客户分类标准表": {
        "分类维度": "class_dimension",
        "具体指标": "class_indicator",
        "类别定义(示例)": "class_definition",
    },
    "模板3 客户维护策略表": {
        "客户类型": "customer_type",
        "维护目标": "care_goal",
        "核心策略动作": "core_actions",
        "资源投入": "resources",
        "责任人": "owner",
        "跟进频次": "followup_frequency",
    },
    "客户分类表": {
        "客户类别": "customer_class",
        "划分标准": "class_criteria",
        "特点": "traits",
        "维护重点": "care_focus",
    },
    "回访频率表": {
        "客户类别": "customer_class",
        "回访频率": "visit_frequency",
        "回访方式": "visit_method",
        "回访责任人": "owner",
    },
}

PROSE = [
    "成立时间",
    "近3年消费总额",
    "平均客单价",
    "产品/服务类型偏好",
    "最近联系时间",
    "投诉记录",
    "服务反馈",
    "参与活动情况",
    "行业增长趋势",
    "企业扩张计划",
    "产品使用情况",
    "增值服务参与",
    "决策链",
    "偏好渠道",
    "反馈意见",
    "流失率",
    "公司名称",
    "联系方式",
    "购买历史",
    "交易金额",
    "客户满意度",
    "客户需求",
    "客户反馈",
    "营收规模",
    "手机号",
    "邮箱",
    "需求类型",
    "首次合作时间",
    "订单金额",
    "产品类型",
    "客户来源",
    "优先级",
    "等级锁定",
    "锁定原因",
    "锁定至",
]


@pytest.mark.parametrize("table", TABLES)
def test_every_heading_of_a_customer_table_is_a_field(table: str) -> None:
    headings = TABLES[table]
    (sheet,) = layout_of([list(headings), ["x"] * len(headings)]).of("customers")
    assert {column.placed.header: column.field_id for column in sheet.columns} == headings
    assert sheet.unmapped == {}


@pytest.mark.parametrize("table", STANDARDS)
def test_every_heading_of_a_tier_table_is_a_field(table: str) -> None:
    words = vocabulary("customers", Wanted())
    known = {heading: words.field_named(heading) for heading in STANDARDS[table]}
    assert {heading: field.id for heading, field in known.items() if field} == STANDARDS[table]


@pytest.mark.parametrize("heading", PROSE)
def test_every_field_that_the_prose_names_is_known(heading: str) -> None:
    assert vocabulary("customers", Wanted()).field_named(heading) is not None


def test_no_two_prose_fields_are_the_same_field() -> None:
    words = vocabulary("customers", Wanted())
    ids = [field.id for heading in PROSE if (field := words.field_named(heading))]
    assert len(set(ids)) == len(PROSE)


def test_a_rule_sets_own_field_goes_before_the_dictionarys() -> None:
    own = FieldSpec("annual_amount", "年消费金额", "money", ("消费金额",))
    (sheet,) = layout_of([["客户姓名", "消费金额"], ["张三", 1]], Wanted((own,))).of("customers")
    assert sheet.column_of("annual_amount") is not None
    assert sheet.column_of("spend") is None


def test_two_columns_for_one_owner_are_both_kept() -> None:
    (sheet,) = layout_of([["客户名称", "负责人", "回访责任人"], ["x", "y", "z"]]).of("customers")
    assert [column.field_id for column in sheet.columns] == ["name", "owner", "visit_owner"]


def test_every_standard_field_has_both_names() -> None:
    assert [field.id for field in CUSTOMERS if not (field.label and field.label_en)] == []

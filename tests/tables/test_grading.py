"""客户分级表: the document's columns, what the person typed, and what is told beside the tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
from hand_made import annual_value, decisions, frame, two_companies

from crmtool.content import OutTable
from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import Ledger, LedgerColumn
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Any, Atom, OneOf, Present
from crmtool.rules.model import Dimension, Level, Matrix, Text, Tier
from crmtool.tables import grading


def by_header(table: OutTable) -> dict[str, list[object]]:
    """Return the cells of each column as they are shown: the text where there is one, else the value."""
    shown = {}
    for column in table.columns:
        texts = column.texts.to_pylist() if column.texts is not None else [None] * table.rows
        shown[column.header] = [
            text if text is not None else cell
            for text, cell in zip(texts, column.cells.to_pylist(), strict=True)
        ]
    return shown


def test_the_documents_columns_come_first_and_in_its_order() -> None:
    ledger, cases = two_companies()
    table = grading.build(ledger, cases, decisions(), annual_value())
    headers = [column.header for column in table.columns]
    assert headers[:8] == [
        "客户名称",
        "行业",
        "规模",
        "最近交易时间",
        "年消费额",
        "历史合作时长",
        "上次维护内容",
        "客户类型",
    ]
    assert headers[8:] == ["分级依据", "距上一级", "标签", "客户画像", "规则"]


def with_ids(ids: list[str | None]) -> tuple[Ledger, Cases]:
    ledger, cases = two_companies()
    spec = FieldSpec("customer_id", "客户编号", "id", ("客户ID",))
    typed = ledger.customers.frame.assign(customer_id=frame({"i": (pa.string(), ids)})["i"])
    columns = {**ledger.customers.columns, "customer_id": LedgerColumn(spec, "编号", 7)}
    return replace(ledger, customers=replace(ledger.customers, frame=typed, columns=columns)), cases


def test_customer_ids_come_first_where_the_document_has_no_column_for_them() -> None:
    ledger, cases = with_ids(["007", None])
    table = grading.build(ledger, cases, decisions(), annual_value())
    assert [column.header for column in table.columns][:3] == ["客户编号", "客户名称", "行业"]
    assert by_header(table)["客户编号"] == ["007", None]


def test_customer_ids_stand_where_the_document_has_them_and_only_where_there_are_some() -> None:
    ledger, cases = with_ids(["007", None])
    in_document = annual_value(table=("客户名称", "客户ID", "客户类型"))
    headers = [column.header for column in grading.build(ledger, cases, decisions(), in_document).columns]
    assert headers[:3] == ["客户名称", "客户ID", "客户类型"]
    assert "客户编号" not in headers
    ledger, cases = with_ids([None, None])
    assert "客户编号" not in by_header(grading.build(ledger, cases, decisions(), annual_value()))


def test_exact_values_are_numbers_and_dates_and_others_stand_as_typed() -> None:
    ledger, cases = two_companies()
    shown = by_header(grading.build(ledger, cases, decisions(), annual_value()))
    assert shown["规模"] == ["1000人+", 200.0]
    assert shown["年消费额"] == [150000.0, 30000.0]
    assert shown["最近交易时间"] == [date(2023, 10, 15), date(2023, 8, 20)]
    assert shown["历史合作时长"] == ["2年", "6个月"]


def test_a_column_that_the_ledger_lacks_stays_empty() -> None:
    ledger, cases = two_companies()
    assert by_header(grading.build(ledger, cases, decisions(), annual_value()))["上次维护内容"] == [
        None,
        None,
    ]


def test_a_value_counted_from_orders_is_shown_where_the_ledger_has_no_column() -> None:
    ledger, cases = two_companies()
    columns = {key: read for key, read in ledger.customers.columns.items() if key != "annual_amount"}
    typed = ledger.customers.frame.drop(columns=["annual_amount", "annual_amount__text"])
    ledger = replace(ledger, customers=replace(ledger.customers, frame=typed, columns=columns))
    assert by_header(grading.build(ledger, cases, decisions(), annual_value()))["年消费额"] == [
        150000.0,
        30000.0,
    ]


def test_a_date_that_never_happened_says_so() -> None:
    ledger, cases = two_companies()
    states = frame(
        {"last_order__state": (pa.int8(), [1, 3]), "last_order": (pa.date32(), [date(2023, 10, 15), None])}
    )
    judged = cases.frame.assign(**{name: states[name] for name in states.columns})
    shown = by_header(grading.build(ledger, Cases(judged), decisions(), annual_value()))
    assert shown["最近交易时间"] == [date(2023, 10, 15), "从未"]


def test_the_rule_is_marked_as_the_sources_or_ours() -> None:
    ledger, cases = two_companies()
    shown = by_header(grading.build(ledger, cases, decisions(), annual_value()))
    assert shown["规则"] == ["hv（原文）", "rest（补缺）"]


def test_a_lock_is_shown_apart_from_the_computed_tier() -> None:
    ledger, cases = two_companies()
    locked = decisions(
        tier=["high_value", "high_value"],
        origin=["computed", "locked"],
        computed_tier=["high_value", "stable"],
        previous=["stable", None],
        flag=[None, "降温预警"],
        tags=["big", None],
    )
    shown = by_header(grading.build(ledger, cases, locked, annual_value()))
    assert shown["规则"] == ["hv（原文）", "人工锁定"]
    assert list(shown)[-1] == "规则"
    assert shown["原等级"] == ["稳定客户", None]
    assert shown["等级锁定"] == [None, "人工锁定"]
    assert shown["计算等级"] == [None, "稳定客户"]
    assert shown["预警"] == [None, "降温预警"]
    assert shown["标签"] == ["大客户", None]


def test_the_portrait_leaves_out_what_is_unknown() -> None:
    ledger, cases = two_companies()
    shown = by_header(grading.build(ledger, cases, decisions(), annual_value()))
    assert shown["客户画像"] == ["高价值客户-制造业-年额15万", "稳定客户-服务业-年额3万"]


def test_texts_of_the_tier_fill_columns_that_the_ledger_lacks() -> None:
    ledger, cases = two_companies()
    tiers = {
        "high_value": Tier("high_value", "高价值客户", 1, traits=Text("消费能力强")),
        "stable": Tier("stable", "稳定客户", 2),
    }
    rule_set = annual_value(table=("特点", "维护重点", "当前核心策略", "策略执行周期"), tiers=tiers)
    shown = by_header(grading.build(ledger, cases, decisions(), rule_set))
    assert shown["特点"] == ["消费能力强", None]
    assert shown["维护重点"] == ["专属客户经理对接、定期高层拜访", None]
    assert shown["当前核心策略"] == ["专属客户经理对接+定期高层拜访", None]
    assert shown["策略执行周期"] == ["每月1次深度沟通", None]


def test_a_dimension_is_shown_by_its_level_and_a_matrix_says_which_standards_were_met() -> None:
    ledger, cases = two_companies()
    either = Any((Atom("industry", OneOf(("制造业",))), Atom("industry", Present())))
    value = Dimension("value", "价值", (Level("high", "高价值", either), Level("low", "低价值", either)))
    potential = Dimension(
        "potential", "潜力", (Level("high", "高潜力", either), Level("low", "低潜力", either))
    )
    rule_set = annual_value(
        table=("价值", "分层标准（年合作金额+需求潜力）"),
        dimensions={"value": value, "potential": potential},
        matrix=Matrix("value", "potential", {("high", "high"): "high_value"}),
    )
    judged = decisions(**{"level:value": ["high", "low"], "level:potential": ["high", None]})
    shown = by_header(grading.build(ledger, cases, judged, rule_set))
    assert shown["价值"] == ["高价值", "低价值"]
    assert shown["分层标准（年合作金额+需求潜力）"] == ["高价值，高潜力", None]


def test_an_undecided_tier_is_no_part_of_the_portrait() -> None:
    ledger, cases = two_companies()
    judged = decisions(tier=["high_value", None], label=["高价值客户", "待补资料"])
    shown = by_header(grading.build(ledger, cases, judged, annual_value()))
    assert shown["客户画像"] == ["高价值客户-制造业-年额15万", "服务业-年额3万"]

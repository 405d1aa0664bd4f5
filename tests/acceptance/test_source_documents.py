"""Every example row of the source documents, typed in as printed, gets the tier that its document gives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import customers, run, typed

REGISTER = (  # 客户维护计划书 模板2
    "客户名称", "行业", "规模", "联系人（经理）", "最近交易时间", "年消费额", "主要需求", "历史合作时长", "上次维护内容",
    "维护责任人",
)  # fmt: skip
A_COMPANY = (
    "A公司",
    "制造业",
    "1000人+",
    "经理",
    "2023-10-15",
    "15万元",
    "定制化生产管理系统",
    "2年",
    "新功能使用培训",
    "经理",
)
B_COMPANY = (
    "B公司",
    "服务业",
    "200人",
    "主管",
    "2023-08-20",
    "3万元",
    "标准化软件许可",
    "6个月",
    "季度满意度回访",
    "专员",
)
GRADING = (
    "客户姓名",
    "客户编号",
    "消费金额",
    "消费频率",
    "忠诚度",
    "潜在价值",
    "客户等级",
)  # 客户分级管理 四
ADJUSTMENT = (  # 策略动态调整表
    "客户名称", "客户类型", "负责人", "当前核心策略", "策略执行周期", "关键监测指标（目标值/实际值）",
    "效果评估（优/良/中/差）", "调整原因", "调整后策略", "调整时间", "备注",
)  # fmt: skip
ADJUSTED = (
    ("A科技有限公司", "高价值稳定型", "*经理", "季度高层互访+定制化产品升级方案", "每季度1次",
     "复购率≥80%/85%;满意度≥90%/88%", None, "客户提出竞品价格更低，需强化差异化价值沟通",
     "增加产品成本透明度分析报告，同步行业独家技术优势", "2024-03-10", "已与客户技术总监初步沟通"),
    ("B贸易公司", "高价值潜力型", "*专员", "行业案例分享+免费试用30天", "每两周1次",
     "新增订单数≥2单/1单;转化周期≤30天/45天", None, "客户反馈试用流程复杂，体验不佳",
     "简化试用申请流程，提供专属客服对接，同步成功案例", "2024-03-15", "技术部已优化试用系统"),
    ("C个体工商户", "低价值风险型", "*助理", "价格优惠+定期库存提醒", "每月1次", "流失率≤5%/10%;复购率≥50%/40%", None,
     "客户因竞品送货时效更快流失", "协调物流部门缩短配送时间，提供“满减”促销活动", "2024-03-08", "物流承诺3日内送达"),
    ("D集团客户", "低价值稳定型", "*主管", "标准化售后流程+季度关怀问候", "每季度1次", "投诉率≤3%/5%;客单价稳定", None,
     "客户提出增加线上订单管理功能需求", "升级CRM系统，开通客户自助下单与订单查询权限", "2024-03-20", "系统部预计4月上线"),
)  # fmt: skip
BASIC = (  # 通用框架 表1
    "客户ID", "客户名称", "所属行业", "企业规模（人）", "联系人", "职位", "需求描述", "合作历史（万元）", "客户状态", "负责人",
)  # fmt: skip
C001 = (
    "C001",
    "科技有限公司",
    "制造业",
    "500-1000",
    "*经理",
    "采购总监",
    "采购A类设备，年需求50万",
    "2022年合作30万",
    "成交客户",
    "*主管",
)
C002 = (
    "C002",
    "YY贸易商行",
    "批发零售",
    "100-300",
    "*主任",
    "负责人",
    "寻求B类产品代理合作",
    None,
    "意向客户",
    "*专员",
)


def test_the_two_companies_of_the_register_are_high_value_and_stable(tmp_path: Path) -> None:
    ledger = typed(tmp_path / "登记表.xlsx", {"客户信息登记表": [REGISTER, A_COMPANY, B_COMPANY]})
    found = customers(run(ledger, "annual_value", "2023-10-31"))
    assert (found["A公司"]["tier"], found["A公司"]["tags"]) == ("high_value", ["mfg_key_account"])
    assert found["A公司"]["reason"].startswith(
        "年消费额 15万元 ≥ 10万元；最近订单 2023-10-15 在近3个月内；合作时长 2年 ≥ 1年"
    )
    assert (found["B公司"]["tier"], found["B公司"]["rule"]) == ("stable", "stable_cooling")
    assert "tags" not in found["B公司"]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        pytest.param(
            GRADING,
            [("张三", "001", 120000, "高频", "忠诚", "高", None), ("李四", "002", 80000, "中频", "潜在", "中", None),
             ("王五", "003", 40000, "低频", "不忠诚", "低", None)],
            id="levels as the document's words",
        ),
        pytest.param(
            ("客户姓名", "客户编号", "消费金额", "消费频率", "连续达标年数", "消费潜力评估"),
            [("张三", "001", 120000, 6, 4, "大"), ("李四", "002", 80000, 3, 2, "一定"), ("王五", "003", 40000, 1, 0, "不大")],
            id="numbers",
        ),
    ],
)  # fmt: skip
def test_the_three_people_of_the_grading_table_are_vip_normal_and_prospect(
    tmp_path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]
) -> None:
    found = customers(
        run(typed(tmp_path / "分级.xlsx", {"分级表": [header, *rows]}), "four_dimensions", "2024-06-30")
    )
    assert [found[name]["label"] for name in ("张三", "李四", "王五")] == ["VIP客户", "普通客户", "潜在客户"]
    assert [found[name]["customer_id"] for name in ("张三", "李四", "王五")] == ["001", "002", "003"]


def test_the_four_rows_of_the_adjustment_table_keep_their_printed_type(tmp_path: Path) -> None:
    ledger = typed(tmp_path / "调整表.xlsx", {"动态调整表": [ADJUSTMENT, *ADJUSTED]})
    found = customers(run(ledger, "value_risk", "2024-03-20"))
    assert {name: (row["tier"], row["origin"]) for name, row in found.items()} == {
        "A科技有限公司": ("hv_stable", "given"),
        "B贸易公司": ("hv_potential", "given"),
        "C个体工商户": ("lv_risk", "given"),
        "D集团客户": ("lv_stable", "given"),
    }


def test_the_four_rows_of_the_adjustment_table_computed_from_figures(tmp_path: Path) -> None:
    header = ("客户名称", "ARPU值", "增长率", "投诉率", "最近订单")
    rows = [
        ("A科技有限公司", "30万元", "5%", "0%", "2024-02-20"),
        ("B贸易公司", "12万元", "35%", "1%", "2024-03-01"),
        ("C个体工商户", "8000元", "-40%", "6%", "2024-01-05"),
        ("D集团客户", "5万元", "0%", "5%", "2024-03-01"),
    ]
    found = customers(
        run(typed(tmp_path / "四象限.xlsx", {"客户": [header, *rows]}), "value_risk", "2024-03-20")
    )
    assert [found[row[0]]["tier"] for row in rows] == ["hv_stable", "hv_potential", "lv_risk", "lv_stable"]
    assert all(found[row[0]]["origin"] == "computed" for row in rows)


def test_the_two_customers_of_the_basic_table_are_a_and_c_from_its_own_columns(tmp_path: Path) -> None:
    ledger = typed(tmp_path / "基础表.xlsx", {"客户信息基础表": [BASIC, C001, C002]})
    found = customers(run(ledger, "value_potential", "2024-03-01"))
    assert (found["科技有限公司"]["label"], found["YY贸易商行"]["label"]) == ("A类", "C类")
    assert found["科技有限公司"]["customer_id"] == "C001"


@pytest.mark.parametrize(
    ("rules", "rows", "as_of"),
    [
        ("annual_value", [REGISTER, A_COMPANY, B_COMPANY], "2023-10-31"),
        ("value_risk", [ADJUSTMENT, *ADJUSTED], "2024-03-20"),
        ("value_potential", [BASIC, C001, C002], "2024-03-01"),
        (
            "four_dimensions",
            [GRADING, ("张三", "001", 120000, "高频", "忠诚", "高", "VIP客户"), ("王五", "003", 40000, "低频", "不忠诚", "低", None)],
            "2024-06-30",
        ),
    ],
)  # fmt: skip
def test_the_documents_own_tables_leave_nobody_undecided(
    tmp_path: Path, rules: str, rows: list[tuple[object, ...]], as_of: str
) -> None:
    found = customers(run(typed(tmp_path / "表.xlsx", {"表": rows}), rules, as_of))
    assert len(found) == len(rows) - 1
    assert all("tier" in row for row in found.values())


def test_a_column_that_nobody_filled_in_counts_as_no_column(tmp_path: Path) -> None:
    # The handed-out ledger has 最近新增需求日期 beside the document's columns; left blank, C001 stays an A.
    header = (*BASIC, "最近新增需求日期")
    ledger = typed(tmp_path / "基础表.xlsx", {"客户信息基础表": [header, (*C001, None), (*C002, None)]})
    outcome = run(ledger, "value_potential", "2024-03-01")
    assert [row["label"] for row in customers(outcome).values()] == ["A类", "C类"]
    assert ("blank-column", "K1") in [(f.code, f.cell) for f in outcome.findings]


def test_a_column_that_somebody_filled_in_counts_for_all(tmp_path: Path) -> None:
    header = (*BASIC, "最近新增需求日期")
    rows = [header, (*C001, None), (*C002, "2024-02-20")]
    outcome = run(typed(tmp_path / "基础表.xlsx", {"客户信息基础表": rows}), "value_potential", "2024-03-01")
    assert [row["label"] for row in customers(outcome).values()] == ["B类", "C类"]

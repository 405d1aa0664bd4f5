"""Whole workbooks of the documents' own rows, as text: sheet, cell, type, value, format.

After a wanted change run with CRMTOOL_WRITE_GOLDEN=1 and read the difference like code.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell

from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

LEDGERS: dict[str, tuple[date, list[list[object]]]] = {
    "annual_value": (
        date(2023, 10, 31),
        [
            [
                *("客户名称", "行业", "规模", "联系人（经理）", "最近交易时间", "年消费额", "主要需求"),
                *("历史合作时长", "上次维护内容", "维护责任人"),
            ],
            [
                *("A公司", "制造业", "1000人+", "经理", "2023-10-15", "15万元", "定制化生产管理系统"),
                *("2年", "新功能使用培训", "经理"),
            ],
            [
                *("B公司", "服务业", "200人", "主管", "2023-08-20", "3万元", "标准化软件许可"),
                *("6个月", "季度满意度回访", "专员"),
            ],
        ],
    ),
    "annual_plan": (
        date(2024, 6, 30),
        [
            ["客户名称", "年度购买金额", "年度购买频率", "生命周期阶段", "首次购买"],
            ["金额小而频次高", "6000元", 12, None, "2020-01-01"],
            ["恰好一万", "10000元", 1, None, "2024-05-01"],
            ["导入期", 5000, 1, "导入期", "2019-05-01"],
            ["首购空白", 5000, 1, None, None],
        ],
    ),
    "value_risk": (
        date(2024, 3, 20),
        [
            ["客户名称", "客户类型", "负责人", "当前核心策略", "策略执行周期"],
            ["A科技有限公司", "高价值稳定型", "*经理", "季度高层互访+定制化产品升级方案", "每季度1次"],
            ["B贸易公司", "高价值潜力型", "*专员", "行业案例分享+免费试用30天", "每两周1次"],
            ["C个体工商户", "低价值风险型", "*助理", "价格优惠+定期库存提醒", "每月1次"],
            ["D集团客户", "低价值稳定型", "*主管", "标准化售后流程+季度关怀问候", "每季度1次"],
        ],
    ),
    "four_dimensions": (
        date(2024, 6, 30),
        [
            ["客户姓名", "客户编号", "消费金额", "消费频率", "忠诚度", "潜在价值", "客户等级"],
            ["张三", "001", 120000, "高频", "忠诚", "高", None],
            ["李四", "002", 80000, "中频", "潜在", "中", None],
            ["王五", "003", 40000, "低频", "不忠诚", "低", None],
        ],
    ),
    "value_potential": (
        date(2024, 3, 1),
        [
            [
                *("客户ID", "客户名称", "所属行业", "企业规模（人）", "联系人", "职位", "需求描述"),
                *("合作历史（万元）", "客户状态", "负责人"),
            ],
            [
                *("C001", "科技有限公司", "制造业", "500-1000", "*经理", "采购总监"),
                *("采购A类设备，年需求50万", "2022年合作30万", "成交客户", "*主管"),
            ],
            [
                *("C002", "YY贸易商行", "批发零售", "100-300", "*主任", "负责人"),
                *("寻求B类产品代理合作", None, "意向客户", "*专员"),
            ],
        ],
    ),
}


def dumped(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path):
        yield f"== {sheet.title}"
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.value is not None:
                    value = cell.value.date() if isinstance(cell.value, datetime) else cell.value
                    target = f" -> {cell.hyperlink.target}" if cell.hyperlink else ""
                    place = (
                        f"#{cell.hyperlink.location}" if cell.hyperlink and cell.hyperlink.location else ""
                    )
                    yield f"{cell.coordinate} {cell.data_type} {value!s} [{cell.number_format}]{target}{place}"


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize("rules", LEDGERS)
def test_the_documents_own_rows_make_this_workbook(rules: str, tmp_path: Path) -> None:
    as_of, rows = LEDGERS[rules]
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "客户"
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "customers.xlsx")
    target = tmp_path / "out.xlsx"
    classify(Request(tmp_path / "customers.xlsx", rules=rules, as_of=as_of), Delivery(output=target))
    found = "\n".join(dumped(target)) + "\n"
    golden = GOLDEN / f"classification-{rules}.txt"
    if os.environ.get("CRMTOOL_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")

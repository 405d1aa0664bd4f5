"""A ledger with everything that real ones have is classified, and every oddity is listed at its cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from ledgers import customers, run, typed

from crmtool.jobs.classify import ClassifyOutcome
from crmtool.jobs.documents.customers import classify_document

DDE = "=cmd|' /C calc'!A0"
#: From row 5 on. Amounts are in 万元 by the header, unless the cell says otherwise.
ROWS: tuple[tuple[Any, ...], ...] = (
    ("甲公司", "制造业", "15万元", "2023-10-15", "2年", 4.8, None),
    ("乙公司", "服务业", 3, "2023年8月20日", "6个月", "4.5分", None),
    ("丙 公司", "制造业", "伍万元整", "2023.9.1", "1年半", None, "全角：１２３"),
    ("丁公司", "服务业", "￥65,000.50", 45209, "10个月", 6, "没写单位"),
    (None, None, None, None, None, None, None),
    ("戊公司", "制造业", "约8万", "上月", "3年", None, None),
    ("己公司", "服务业", "1,200元", "24-1-5", "两年", None, None),
    (DDE, "服务业", 1.2, "20231001", "2年", None, "公式一样的名字"),
    ("甲公司", "制造业", "5-8万元", "2023-10-01", "2年", None, "重名"),
    ("庚公司", "服务业", "2.5万", "2023/10/20", "90天", None, "隐藏行"),
    ("合计", None, 41.2, None, None, None, None),
)
ORDERS: tuple[tuple[Any, ...], ...] = (
    ("客户名称", "下单时间", "实付金额", "订单状态"),
    ("乙公司", date(2022, 10, 1), 12_000.0, "已完成"),
    ("乙公司", date(2023, 8, 20), 30_000.0, "已完成"),
    ("甲公司", date(2023, 10, 15), 50_000.0, "已完成"),
    ("查无此人", date(2023, 8, 1), 900.0, "已完成"),
    ("庚公司", date(2023, 10, 20), 25_000.0, "已完成"),
    ("庚公司", date(2023, 10, 21), 99_000.0, "交易关闭"),
)


def build(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("客户台账")
    sheet.merge_range("A1:G1", "华北区客户台账", bold)
    sheet.write("A2", "统计截止日：2023-10-31")
    for cells, text in (("A3:B3", "基本信息"), ("C3:E3", "交易情况"), ("F3:G3", "维护情况")):
        sheet.merge_range(cells, text, bold)
    sheet.write_row(
        "A4",
        ("客户名称*", "行业", "年消费额\n(万元)", "最近交易时间", "合作时长", "满意度评分", "备注"),
        bold,
    )
    for number, row in enumerate(ROWS, start=4):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif value is not None:
                sheet.write_number(number, column, value)
    sheet.set_row(13, None, None, {"hidden": True})
    sheet.write_string("A17", "制表人：王芳")
    orders = book.add_worksheet("订单")
    for number, row in enumerate(ORDERS):
        for column, value in enumerate(row):
            orders.write(number, column, value, day if isinstance(value, date) else None)
    book.close()
    return path


@dataclass(frozen=True)
class Messy:
    ledger: Path
    before: bytes
    outcome: ClassifyOutcome

    @property
    def by_row(self) -> dict[int, dict[str, Any]]:
        return {row["row"]: row for row in classify_document(self.outcome, "zh")["customers"]}

    def sheet(self, name: str) -> Any:
        return openpyxl.load_workbook(self.outcome.written.path)[name]


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Messy:
    ledger = build(tmp_path_factory.mktemp("messy") / "华北区.xlsx")
    before = ledger.read_bytes()
    return Messy(ledger, before, run(ledger, "annual_value", "2023-10-31"))


def test_the_sheets_and_header_rows_are_found_below_the_titles(messy: Messy) -> None:
    found = [(item.sheet, item.header_row, item.rows) for item in messy.outcome.assessment.read.inputs]
    assert [(sheet, row) for sheet, row, _ in found] == [("客户台账", 4), ("订单", 1)]
    assert messy.outcome.assessment.read.ledger.customers.source.rows == 9


@pytest.mark.parametrize(
    ("row", "name", "label", "why"),
    [
        (5, "甲公司", "高价值客户", "年消费额 15万元 ≥ 10万元"),
        (6, "乙公司", "稳定客户", "年消费额 3万元"),
        (7, "丙 公司", "潜力客户", "年消费额 5万元"),
        (12, DDE, "低价值/沉默客户", "年消费额 1.2万元 < 2万元"),
        (13, "甲公司", "潜力客户", "年消费额 5-8万元"),
        (14, "庚公司", "稳定客户", "最近订单 2023-10-20 在近1个月内"),
        (8, "丁公司", "待补资料", "年消费额（读不出）"),
        (10, "戊公司", "待补资料", "年消费额、最近订单（读不出）"),
        (11, "己公司", "低价值/沉默客户", "年消费额 1,200元 < 2万元"),
    ],
)
def test_each_customer_has_the_tier_worked_out_by_hand(
    messy: Messy, row: int, name: str, label: str, why: str
) -> None:
    found = messy.by_row[row]
    assert (found["name"], found["label"]) == (name, label)
    assert why in found["reason"]


def test_an_undecided_customer_has_exactly_the_tiers_that_the_rest_leaves_open(messy: Messy) -> None:
    # 丁: ten months of tenure rule out 高价值; whatever the amount, the other three stay possible
    assert messy.by_row[8]["possible"] == ["potential", "stable", "low_silent"]
    assert messy.by_row[8]["missing"] == ["annual_amount"]
    assert set(messy.by_row[10]["missing"]) == {"annual_amount", "last_order"}


ODDITIES = [
    ("total-row-left-out", "客户台账", "A15", "合计"),
    ("footer-left-out", "客户台账", "A17", "制表人：王芳"),
    ("blank-rows-left-out", "客户台账", "A9", ""),
    ("hidden-rows-read", "客户台账", "A14", ""),
    ("two-readings", "客户台账", "C8", "￥65,000.50"),
    ("approximate-value", "客户台账", "C10", "约8万"),
    ("relative-date", "客户台账", "D10", "上月"),
    ("two-readings", "客户台账", "D11", "24-1-5"),
    ("above-maximum", "客户台账", "F8", "6"),
    ("duplicate-customer-name", "客户台账", "A13", "甲公司"),
    ("orders-cancelled", "订单", "D7", "交易关闭"),
    ("ambiguous-customer", "订单", "A4", "甲公司"),
    ("unknown-customer-name", "订单", "A5", "查无此人"),
]


@pytest.mark.parametrize(("code", "sheet", "cell", "value"), ODDITIES)
def test_every_oddity_is_listed_at_its_cell(
    messy: Messy, code: str, sheet: str, cell: str, value: str
) -> None:
    assert (code, "华北区.xlsx", sheet, cell, value) in {
        (found.code, found.file, found.sheet, found.cell, found.value) for found in messy.outcome.findings
    }


def test_no_cell_that_reads_well_is_listed_as_unreadable(messy: Messy) -> None:
    odd = {(code, cell) for code, _, cell, _ in ODDITIES}
    about_values = {
        "unreadable-money",
        "unreadable-date",
        "unreadable-number",
        "two-readings",
        "approximate-value",
        "above-maximum",
    }
    extra = [
        found
        for found in messy.outcome.findings
        if found.code in about_values and (found.code, found.cell) not in odd
    ]
    assert extra == []


def test_what_differs_from_the_orders_is_said_at_the_typed_cell(messy: Messy) -> None:
    # The orders begin 2022-10-01, so they cover the year: 丙 typed 2023-09-01 and has no order at all.
    codes = {found.cell: found.code for found in messy.outcome.findings if found.code.endswith("-records")}
    assert codes["D7"] == "not-in-records"
    assert "D6" not in codes, "乙: 2023-08-20 stands in both"


def test_a_name_like_a_formula_is_text_in_the_workbook(messy: Messy) -> None:
    named = [row[0] for row in messy.sheet("客户分级表").iter_rows() if row[0].value == DDE]
    assert [cell.data_type for cell in named] == ["s"]
    for sheet in openpyxl.load_workbook(messy.outcome.written.path):
        formulas = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        assert formulas == [], sheet.title


def test_the_findings_sheet_has_a_row_and_a_link_to_the_cell_for_each(messy: Messy) -> None:
    sheet = messy.sheet("问题清单")
    header = next(row for row in sheet.iter_rows() if row[0].value == "级别")
    names = [cell.value for cell in header]
    rows = [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=header[0].row + 1)]
    assert len(rows) == len(messy.outcome.findings)
    by_place = {row["位置"].value: row for row in rows if row["位置"].value}
    for code, place, cell, value in ODDITIES:
        row = by_place[f"[华北区.xlsx]{place}!{cell}"]
        assert row["代码"].value == code
        assert (row["内容"].value or "") == value
        link = row["位置"].hyperlink
        assert (link.target, link.location) == ("华北区.xlsx", f"{place}!{cell}")
        assert row["说明"].value
        assert row["怎么处理"].value


def test_the_undecided_are_listed_with_the_cells_that_would_decide_them(messy: Messy) -> None:
    sheet = messy.sheet("待补资料")
    texts = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert {"丁公司", "戊公司"} <= texts
    assert not {"甲公司", "己公司"} & texts


def test_the_ledger_is_untouched(messy: Messy) -> None:
    assert messy.ledger.read_bytes() == messy.before
    assert {path.name for path in messy.ledger.parent.iterdir()} == {
        "华北区.xlsx",
        "华北区-客户分级-2023-10-31.xlsx",
    }
    assert len(customers(messy.outcome)) == 8, "nine rows, one name twice"


def test_amounts_of_trillions_are_summed_and_what_no_company_has_is_a_finding(tmp_path: Path) -> None:
    header = ("客户名称", "年消费额", "最近交易时间", "合作时长")
    rows = [(f"客户{number}", "9万亿元", "2023-10-01", "2年") for number in range(20)]
    absurd = [
        ("电话号", 1391234567890123, "2023-10-01", "2年"),
        ("二的九十次", "9" * 27 + "万", "2023-10-01", "2年"),
    ]
    outcome = run(
        typed(tmp_path / "大.xlsx", {"客户": [header, *rows, *absurd]}), "annual_value", "2023-10-31"
    )
    tiers = {tier.label: (tier.customers, tier.amount_cny) for tier in outcome.assessment.tiers}
    assert tiers["高价值客户"] == (20, 180e12)
    assert tiers["待补资料"][0] == 2
    assert [found.cell for found in outcome.findings if found.code == "number-too-large"] == ["B22", "B23"]

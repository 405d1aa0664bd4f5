"""The workbook as a whole: which sheets it has, and that the shipped template asks for nothing else."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
from hand_made import annual_value, decisions, two_companies
from test_rfm_tables import scored

from crmtool.files.xlsx import fill
from crmtool.rules.language.common import Channel, Common
from crmtool.rules.model import RuleSet
from crmtool.tables.classification import Judged, content
from crmtool.tables.rfm import Scored
from crmtool.tables.rfm_workbook import RFM_SHEETS, rfm_content, scored_in_words

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "classification.xlsx"


def judged(rule_set: RuleSet, rfm: Scored | None = None) -> Judged:
    ledger, cases = two_companies()
    return Judged(ledger, cases, decisions(), rule_set, Common({"any": Channel("any", "任意")}), (), rfm)


def filled(what: Judged) -> openpyxl.Workbook:
    out = io.BytesIO()
    report = fill(TEMPLATE.read_bytes(), content(what), out, created=date(2023, 10, 31))
    assert not report.findings
    return openpyxl.load_workbook(out)


def test_rfm_sheets_are_there_only_with_scores() -> None:
    plain = filled(judged(annual_value()))
    assert plain.sheetnames == [
        "分级概览",
        "客户分级表",
        "客户分类标准表",
        "客户维护策略表",
        "待补资料",
        "问题清单",
    ]
    assert "RFM矩阵" in filled(judged(annual_value(), scored())).sheetnames


def test_class_and_frequency_tables_belong_to_the_plan_that_has_them() -> None:
    names = filled(judged(annual_value(tier_column="客户类别"))).sheetnames
    assert names[3:5] == ["客户分类表", "回访频率表"]


def test_scores_alone_fill_two_sheets() -> None:
    ledger, _ = two_companies()
    out = io.BytesIO()
    both = scored_in_words(scored().scores, scored().rules)
    others = frozenset(openpyxl.load_workbook(TEMPLATE).sheetnames) - RFM_SHEETS
    alone = rfm_content(both, ledger, annual_value(), others)
    fill(TEMPLATE.read_bytes(), alone, out, created=date(2023, 10, 31))
    assert openpyxl.load_workbook(out).sheetnames == ["RFM明细", "RFM矩阵"]


def test_no_marker_is_left_in_the_workbook() -> None:
    for sheet in filled(judged(annual_value(tier_column="客户类别"), scored())):
        for row in sheet.iter_rows(values_only=True):
            assert not any(isinstance(cell, str) and "{{" in cell for cell in row), sheet.title


def test_the_grading_sheet_holds_real_dates_and_money_in_their_formats() -> None:
    sheet = filled(judged(annual_value()))["客户分级表"]
    heads = {cell.value: cell.column for cell in sheet[4]}
    day = sheet.cell(5, heads["最近交易时间"])
    amount = sheet.cell(5, heads["年消费额"])
    assert (day.value.date(), day.number_format) == (date(2023, 10, 15), "yyyy-mm-dd")
    assert (amount.value, amount.number_format) == (150000, "#,##0.00_ ")
    assert [sheet.cell(row, heads["规模"]).value for row in (5, 6)] == ["1000人+", 200]
    assert sheet.auto_filter.ref == "A4:M6"
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$4:$4", "$A:$B")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)


def test_charts_cover_every_tier_of_the_table() -> None:
    out = io.BytesIO()
    fill(TEMPLATE.read_bytes(), content(judged(annual_value())), out, created=date(2023, 10, 31))
    chart = openpyxl.load_workbook(out)["分级概览"]._charts[0]
    assert chart.series[0].val.numRef.f.replace("'", "") == "分级概览!$B$14:$B$15"
    assert chart.series[0].cat.strRef.f.replace("'", "") == "分级概览!$A$14:$A$15"

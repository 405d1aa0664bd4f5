"""The visit-plan workbook as a whole: its sheets, what they check and print, and all its cells as text."""

from __future__ import annotations

import io
import os
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hand_made_plans import plan, planned, visit
from test_golden_workbooks import GOLDEN, dumped
from test_plan_other_sheets import change, ledger, undue

from crmtool.content import Content
from crmtool.files.resources import read_template, template_names
from crmtool.files.xlsx import fill
from crmtool.jobs.samples.contents import sample_contents
from crmtool.tables.classification import Judged
from crmtool.tables.visit_plan import Planned, content

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "visit-plan.xlsx"
SHEETS = [
    "计划概览",
    "回访计划",
    "月历 2026-01",
    "月历 2026-02",
    "月历 2026-03",
    "工作量",
    "未排入",
    "变动",
    "交接清单",
]


def written(what: Planned | Content) -> bytes:
    out = io.BytesIO()
    filling = what if isinstance(what, Content) else content(what)
    report = fill(TEMPLATE.read_bytes(), filling, out, created=date(2025, 12, 31))
    assert not report.findings
    return out.getvalue()


def book(what: Planned | Content) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(what)))


def whole() -> Planned:
    """Return a plan with everything: late, done, agreed and moved visits, what is left out, a hand-over."""
    what = plan(
        [
            visit("2026-01-05", overdue_days=26, is_never_visited=True, due_on=date(2025, 12, 5)),
            visit("2026-01-06", "B公司", tier="stable", owner=None, status="done", done_on=date(2026, 1, 6)),
            visit("2026-02-14", channel="executive", label="高层回访", prepare_days=3, report_days=2),
            visit("2026-03-02", status="agreed", kind="agreed"),
            visit("2026-03-09", moved_from=date(2026, 3, 5), owner="李四", is_unpublished=True),
        ],
        [visit(None, due_on=date(2026, 2, 28), reason="cap")],
        [undue("B公司", "no-cadence")],
        [change("moved", date(2026, 3, 5), date(2026, 3, 9))],
        stretch=1.25,
    )
    made = planned(what, reassign={"张三": "李四"})
    judged = Judged(
        ledger(), made.judged.cases, made.judged.decisions, made.judged.rule_set, made.judged.common
    )
    return Planned(judged, what, made.off, made.caps, made.reassign)


def test_sheets_that_have_nothing_to_say_are_left_out() -> None:
    assert book(whole()).sheetnames == [*SHEETS, "回访频率表", "问题清单"]
    plain = book(planned(plan([visit("2026-01-05")])))
    assert plain.sheetnames == [*SHEETS[:-2], "回访频率表", "问题清单"]


def test_a_plan_without_any_visit_is_a_workbook_too() -> None:
    empty = book(planned(plan([])))
    assert empty["回访计划"]["A5"].value is None
    assert empty["工作量"]["A20"].value == "2026-01"


def test_no_marker_is_left() -> None:
    for sheet in book(whole()):
        for row in sheet.iter_rows(values_only=True):
            assert not any(isinstance(cell, str) and "{{" in cell for cell in row), sheet.title


def test_the_plan_is_filtered_frozen_printed_on_two_pages_wide_and_checked_over_its_rows() -> None:
    sheet = book(whole())["回访计划"]
    assert (sheet.auto_filter.ref, sheet.freeze_panes, sheet.print_title_rows) == ("A4:R9", "F5", "$4:$4")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    # Both pages of a row begin with the id, the day and the customer.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (2, 0)
    assert sheet.print_title_cols == "$A:$E"
    (check,) = sheet.data_validations.dataValidation
    assert (str(check.sqref), check.formula1) == ("N5:N9", '"待办,已约定,已完成,取消"')
    rules = {
        str(area.sqref): [rule.formula for rule in found]
        for area, found in sheet.conditional_formatting._cf_rules.items()
    }
    assert rules == {
        "A5:R9": [['OR($N5="已完成",$N5="取消",$N5="未完成")'], ["N($M5)>0"]],
    }
    assert sheet["B5"].number_format == "yyyy-mm-dd"
    assert [name for name, each in sheet.column_dimensions.items() if each.hidden] == ["R"]
    assert sheet["R4"].value == "排定日期"


def test_the_day_that_was_planned_stands_in_a_hidden_column_too() -> None:
    sheet = book(whole())["回访计划"]
    assert sheet.column_dimensions["R"].hidden
    assert not sheet.column_dimensions["Q"].hidden
    assert [sheet.cell(row, 18).value for row in range(5, 10)] == [
        sheet.cell(row, 2).value for row in range(5, 10)
    ]


def test_a_month_is_one_page() -> None:
    sheet = book(whole())["月历 2026-02"]
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight or 1) == (1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_area == "'月历 2026-02'!$A$1:$G$16"


def test_the_chart_has_a_column_for_each_month() -> None:
    sheet = book(whole())["工作量"]
    (chart,) = sheet._charts
    assert [series.val.numRef.f for series in chart.series] == [
        f"工作量!${letter}$20:${letter}$22" for letter in "BCDEF"
    ]
    assert {series.cat.strRef.f if series.cat.strRef else series.cat.numRef.f for series in chart.series} == {
        "工作量!$A$20:$A$22"
    }


def test_stretched_intervals_are_told_above_the_frequencies() -> None:
    assert "1.25 倍" in book(whole())["回访频率表"]["A3"].value
    assert not book(planned(plan([])))["回访频率表"]["A3"].value


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert written(whole()) == written(whole())


def test_the_title_counts_what_is_work_as_the_totals_do() -> None:
    what = planned(plan([visit("2026-01-05"), visit("2026-01-06", status="cancelled"), visit("2026-02-03")]))
    made = book(what)
    assert "共 2 次回访" in made["回访计划"]["A2"].value
    total = next(row for row in made["计划概览"].iter_rows(values_only=True) if row[0] == "合计")
    heads = next(row for row in made["计划概览"].iter_rows(values_only=True) if row[0] == "等级")
    assert total[heads.index("回访合计")] == 2


def test_the_overview_says_what_day_and_which_earlier_plan_it_goes_by() -> None:
    laid_over = {"history": "crm.db", "workbook": "计划.xlsx"}
    sheet = book(planned(plan([visit("2026-01-05")]), laid_over=laid_over))["计划概览"]
    told = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
    assert told["沿用的计划"] == "历史库 crm.db 中的计划，加上 计划.xlsx 里填写的内容"
    assert told["统计截止日"] is not None


def test_the_workbook_is_this(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(written(whole()))
    found = "\n".join(dumped(path)) + "\n"
    golden = GOLDEN / "visit-plan.txt"
    if os.environ.get("CRMTOOL_WRITE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sample_contents())
def test_every_template_that_is_filled_has_made_up_content_for_those_who_restyle_it(name: str) -> None:
    assert name in template_names()
    made_up = sample_contents()[name]
    report = fill(read_template(name), made_up, io.BytesIO(), created=date(2024, 6, 30))
    assert not report.findings
    assert all(table.rows for table in made_up.tables.values())

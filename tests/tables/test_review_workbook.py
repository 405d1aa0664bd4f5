"""The review workbook as a whole: all its cells as text, what follows the rows that are written, what is left out."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hand_made_reviews import framed, moves_of, review_of
from openpyxl.workbook import Workbook
from test_golden_workbooks import GOLDEN, dumped

from crmtool.content import Content
from crmtool.files.resources import read_template
from crmtool.files.xlsx import fill
from crmtool.jobs.rules import load_named
from crmtool.jobs.samples.contents import sample_contents
from crmtool.jobs.samples.ledger import sample_judged
from crmtool.jobs.template import check_template
from crmtool.ledger.headers.texts import normalise
from crmtool.review.model import ADJUSTMENT_COLUMNS, ADJUSTMENT_HEADERS, KPI_COLUMNS
from crmtool.tables.adjustment import INPUT_HEADERS, SHEET
from crmtool.tables.review import content

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")

#: The source document's table, as it stands there.
SOURCE_HEADERS = (
    "客户名称",
    "客户类型",
    "负责人",
    "当前核心策略",
    "策略执行周期",
    "关键监测指标(目标值/实际值)",
    "效果评估(优/良/中/差)",
    "调整原因",
    "调整后策略",
    "调整时间",
    "备注",
)
PROPOSAL = {
    "customer": 0,
    "customer_key": "A科技有限公司",
    "customer_id": "001",
    "name": "A科技有限公司",
    "tier": "hv_stable",
    "label": "高价值稳定型",
    "owner": "*经理",
    "strategy": "季度高层互访+定制化产品升级方案",
    "cycle": "每季度1次",
    "kpis": "复购率≥80%/85%;满意度≥90%/88%",
    "grade": "良",
    "cause": "客户提出竞品价格更低,需强化差异化价值沟通",
    "new_strategy": "增加产品成本透明度分析报告,同步行业独家技术优势",
    "adjusted_on": date(2024, 3, 10),
    "remark": "已与客户技术总监初步沟通",
    "why": "short|waiting",
    "verdict": "undecided",
    "lock_tier": "hv_stable",
    "lock_until": date(2024, 12, 31),
}


def written(filled: Content, path: Path) -> Workbook:
    out = io.BytesIO()
    assert not fill(read_template("review"), filled, out, created=date(2024, 6, 30)).findings
    path.write_bytes(out.getvalue())
    return openpyxl.load_workbook(path)


def by_value_risk(review: object, path: Path) -> Workbook:
    judged = replace(sample_judged(), rule_set=replace(load_named("value_risk"), table=()))
    return written(content(judged, review), path)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook of the made-up review: one went up, one down, one came, one left."""
    path = tmp_path_factory.mktemp("review") / "review.xlsx"
    written(sample_contents()["review"], path)
    return path


def test_the_filter_of_the_adjustment_table_sorts_the_hidden_columns_along(sample: Path) -> None:
    sheet = openpyxl.load_workbook(sample)["客户关系维护策略动态调整表"]
    assert [sheet[f"{letter}4"].value for letter in "QRS"] == ["锁定至", "客户编号", "客户键"]
    assert sheet.auto_filter.ref == "A4:S5"


def test_every_cell_is_as_it_was_looked_at(sample: Path) -> None:
    found = "\n".join(dumped(sample)) + "\n"
    golden = GOLDEN / "review.txt"
    if os.environ.get("CRMTOOL_WRITE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_the_shipped_template_is_known_by_its_markers(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(read_template("review"))
    assert check_template(path).findings == ()


def test_only_the_data_of_charts_is_hidden(sample: Path) -> None:
    book = openpyxl.load_workbook(sample)
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["图表数据", "KPI图表数据"]


def test_the_adjustment_table_has_the_sources_columns_in_its_order_and_then_the_decision(
    tmp_path: Path,
) -> None:
    review = review_of(adjustments=framed(ADJUSTMENT_COLUMNS, PROPOSAL, PROPOSAL, PROPOSAL))
    sheet = by_value_risk(review, tmp_path / "r.xlsx")[SHEET]
    heads = [str(cell.value).replace("\n", "") for cell in sheet[4]]
    assert tuple(heads[:11]) == SOURCE_HEADERS
    assert heads[11:] == [
        *("审批人", "审批结果", "审批日期", "等级锁定", "锁定原因", "锁定至"),
        *("客户编号", "客户键"),
    ]
    assert {normalise(head).full_key for head in ADJUSTMENT_HEADERS.values()} <= {
        normalise(str(cell.value)).full_key for cell in sheet[4]
    }
    hidden = [(each.min, each.max) for each in sheet.column_dimensions.values() if each.hidden]
    assert hidden == [(18, 19)]  # R and S


def test_a_proposal_stands_as_the_source_prints_it_and_what_was_decided_in_words(tmp_path: Path) -> None:
    review = review_of(adjustments=framed(ADJUSTMENT_COLUMNS, PROPOSAL))
    sheet = by_value_risk(review, tmp_path / "r.xlsx")[SHEET]
    row = {
        str(head.value).replace("\n", ""): cell.value for head, cell in zip(sheet[4], sheet[5], strict=True)
    }
    assert row["关键监测指标(目标值/实际值)"] == "复购率≥80%/85%;满意度≥90%/88%"
    assert row["效果评估(优/良/中/差)"] == "良"
    assert row["调整时间"].date() == date(2024, 3, 10)
    assert (row["审批结果"], row["等级锁定"], row["客户编号"]) == ("待定", "高价值稳定型", "001")
    assert sheet["A2"].value == (
        "2026年第3季度 · 共 1 位客户（指标未达标 1，上期未决 1）；由销售负责人审批。"
        "浅黄色的格子请填写，其他内容也可以改。"
    )


def test_every_row_of_the_adjustment_table_has_its_drop_downs_and_the_signatures_stand_below(
    tmp_path: Path,
) -> None:
    review = review_of(adjustments=framed(ADJUSTMENT_COLUMNS, PROPOSAL, PROPOSAL, PROPOSAL))
    book = by_value_risk(review, tmp_path / "r.xlsx")
    sheet = book[SHEET]
    checks = {str(check.sqref): check.formula1 for check in sheet.data_validations.dataValidation}
    assert checks["M5:M7"] == '"同意,驳回,待定"'
    assert set(checks) == {"M5:M7", "N5:N7", "O5:O7", "Q5:Q7"}
    offered = checks["O5:O7"].replace("$", "")
    name, area = offered.split("!")
    tiers = [cell.value for row in book[name][area] for cell in row]
    assert tiers == ["高价值稳定型", "高价值潜力型", "高价值风险型", "低价值稳定型", "低价值风险型"]
    fills = [sheet[f"{letter}7"].fill.start_color.rgb for letter in "KLMNOPQ"]
    assert fills == ["00000000", *["FFFFF8E1"] * 6]
    assert sheet["A9"].value == "编制人签字：______________"
    assert sheet.page_setup.orientation == "landscape"
    # As wide as one page, which is what a workbook means that does not say it; and as many pages as it takes.
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert sheet.print_title_rows == "$4:$4"


def test_the_cells_to_fill_in_are_those_with_the_dark_heads(tmp_path: Path) -> None:
    sheet = by_value_risk(review_of(), tmp_path / "r.xlsx")[SHEET]
    dark = [str(cell.value) for cell in sheet[4] if cell.fill.start_color.rgb == "FF2F5D8A"]
    assert tuple(dark) == INPUT_HEADERS
    assert sheet["A2"].value == "2026年第3季度 · 没有需要调整的客户。"


def test_a_first_review_by_rules_without_kpis_has_neither_sheets_on_moves_nor_on_kpis(tmp_path: Path) -> None:
    book = by_value_risk(review_of(), tmp_path / "r.xlsx")
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [
        *("复盘总览", "临近线", SHEET, "客户分级表", "问题清单"),
    ]
    (chart,) = book["复盘总览"]._charts
    assert len(chart.series) == 9
    assert [book["复盘总览"][cell].value for cell in ("B5", "D5", "F5", "H5", "K5")] == ["—"] * 5


def test_charts_and_colours_reach_over_all_rows(tmp_path: Path) -> None:
    kpi = {"id": "visit_rate", "label": "回访率", "unit": "percent", "target": ">= 90%"}
    met = {**kpi, "actual": 0.95, "met": True, "attainment": 1.0, "numerator": 19.0, "denominator": 20.0}
    short = {**met, "tier": "hv_stable", "actual": 0.45, "met": False, "attainment": 0.5}
    up = {"customer": 0, "customer_key": "a", "kind": "up", "was": "lv_stable", "now": "hv_stable"}
    down = {"customer": 1, "customer_key": "b", "kind": "down", "was": "hv_stable", "now": "lv_risk"}
    review = review_of(kpis=framed(KPI_COLUMNS, met, short), moves=moves_of(up, down))
    book = by_value_risk(review, tmp_path / "r.xlsx")
    trend, bars = book["复盘总览"]._charts
    assert bars.series[0].val.numRef.f == "KPI图表数据!$B$2:$B$3"
    assert trend.series[0].val.numRef.f == "图表数据!$B$2"
    (ways,) = book["等级变动矩阵"]._charts
    assert [series.val.numRef.f for series in ways.series] == [f"图表数据!${c}$5:${c}$6" for c in "BCD"]
    assert {str(area.sqref) for area in book["等级变动矩阵"].conditional_formatting} >= {"B6:H12"}
    by_tier = book["KPI按等级"]
    assert [cell.value for cell in by_tier["A"][4:]] == ["全部客户", "高价值稳定型"]
    assert "E5:E6 H5:H6 I5:I6" in {str(area.sqref) for area in by_tier.conditional_formatting}

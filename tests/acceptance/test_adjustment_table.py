"""The four rows of the source's 客户关系维护策略动态调整表, typed in as people do, come back from a review graded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.request import Request
from crmtool.jobs.vocabulary import vocabulary
from crmtool.review.adjusting.rows import adjustments_of
from crmtool.review.kpis.customers import customer_kpis
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.measure import measured
from crmtool.review.kpis.results import kpi_results
from crmtool.review.moves.judged import Judged
from crmtool.review.moves.moves import moves_of
from crmtool.review.moves.snapshots import snapshot_of
from crmtool.review.period import Period
from crmtool.visits.frames import column
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import REPORT_COLUMNS, frame_of

HEAD = (
    *("客户名称", "客户类型", "负责人", "当前核心策略", "策略执行周期", "关键监测指标(目标值/实际值)"),
    *("效果评估(优/良/中/差)", "调整原因", "调整后策略", "调整时间", "备注"),
)
SOURCE = (
    (
        *("A科技有限公司", "高价值稳定型", "*经理", "季度高层互访+定制化产品升级方案", "每季度1次"),
        *("复购率≥80%/85%;满意度≥90%/88%", None, "客户提出竞品价格更低,需强化差异化价值沟通"),
        *("增加产品成本透明度分析报告,同步行业独家技术优势", "2024-03-10", "已与客户技术总监初步沟通"),
    ),
    (
        *("B贸易公司", "高价值潜力型", "*专员", "行业案例分享+免费试用30天", "每两周1次"),
        *("新增订单数≥2单/1单;转化周期≤30天/45天", None, "客户反馈试用流程复杂,体验不佳"),
        *("简化试用申请流程,提供专属客服对接,同步成功案例", "2024-03-15", "技术部已优化试用系统"),
    ),
    (
        *("C个体工商户", "低价值风险型", "*助理", "价格优惠+定期库存提醒", "每月1次"),
        *("流失率≤5%/10%;复购率≥50%/40%", None, "客户因竞品送货时效更快流失"),
        *("协调物流部门缩短配送时间,提供“满减”促销活动", "2024-03-08", "物流承诺3日内送达"),
    ),
    (
        *("D集团客户", "低价值稳定型", "*主管", "标准化售后流程+季度关怀问候", "每季度1次"),
        *("投诉率≤3%/5%;客单价稳定", None, "客户提出增加线上订单管理功能需求"),
        *("升级CRM系统,开通客户自助下单与订单查询权限", "2024-03-20", "系统部预计4月上线"),
    ),
)
GRADES = ["良", "差", "差", "差"]


def workbook(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Write rows below title rows, with printed headers, a blank row and a footer, as a messy workbook has them."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "动态调整表"
    sheet.append(["三、客户关系维护策略动态调整表"])
    sheet.merge_cells("A1:K1")
    sheet.append(["制表部门：销售运营部", None, None, "2024年第一季度"])
    sheet.append(HEAD)
    for row in rows:
        sheet.append(list(row))
    sheet.append([])
    sheet.append(["制表人：", None, None, "审核："])
    made.save(path)
    return path


def reviewed(what: Assessment) -> pd.DataFrame:
    """Return the adjustment table of the first quarter of 2024."""
    ledger, rules, period = what.read.ledger, what.rule_set, Period(2024, 1, "quarter")
    frame = ledger.customers.frame
    ground = KpiGround(
        ledger,
        column(what.decisions.frame, "tier"),
        customer_keys(frame),
        frame_of(REPORT_COLUMNS, {}),
        None,
        period,
        what.as_of,
    )
    counts = measured(ground)
    kpis = customer_kpis(counts, ground, rules, kpi_results(counts, ground, rules)).frame
    now = snapshot_of(what.cases, what.decisions, frame, rules, what.as_of, ledger.customers.source.file)
    moves = moves_of(Judged(now, what.cases, what.judgement, ledger.customers), None, rules, period)
    return adjustments_of(ledger, now, moves, kpis, rules, vocabulary())


def cells(frame: pd.DataFrame, name: str) -> list[Any]:
    found: list[Any] = pa.array(frame[name]).to_pylist()
    return found


def request(path: Path) -> Request:
    return Request(ledger=path, rules="value_risk", as_of=date(2024, 3, 31))


def test_the_documents_rows_come_back_graded_and_otherwise_as_they_were(tmp_path: Path) -> None:
    table = reviewed(assess(request(workbook(tmp_path / "表.xlsx", SOURCE))))
    assert cells(table, "grade") == GRADES
    names = {
        "name": 0, "label": 1, "owner": 2, "strategy": 3, "cycle": 4, "kpis": 5, "cause": 7, "new_strategy": 8, "remark": 10
    }  # fmt: skip
    for name, place in names.items():
        assert cells(table, name) == [row[place] for row in SOURCE], name
    assert [str(day) for day in cells(table, "adjusted_on")] == [row[9] for row in SOURCE]
    assert cells(table, "tier") == ["hv_stable", "hv_potential", "lv_risk", "lv_stable"]


def test_the_documents_adjusted_strategies_come_from_the_rules_where_nobody_typed_any(tmp_path: Path) -> None:
    bare = [(*row[:7], None, None, None, None) for row in SOURCE]
    table = reviewed(assess(request(workbook(tmp_path / "表.xlsx", bare))))
    assert cells(table, "new_strategy") == [row[8] for row in SOURCE]
    assert cells(table, "grade") == GRADES
    assert cells(table, "why") == ["short"] * 4
    assert cells(table, "short") == [
        *("satisfaction_rate", "new_orders|cycle", "churn_rate|repeat_rate", "complaint_rate"),
    ]
    assert cells(table, "cause") == [
        "未达标：满意度≥90%/88%",
        "未达标：新增订单数≥2单/1单、转化周期≤30天/45天",
        "未达标：流失率≤5%/10%、复购率≥50%/40%",
        "未达标：投诉率≤3%/5%",
    ]


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (2, 0, 3, 1)])
def test_the_order_of_rows_makes_no_difference_to_anybody(tmp_path: Path, order: Sequence[int]) -> None:
    table = reviewed(assess(request(workbook(tmp_path / "表.xlsx", [SOURCE[at] for at in order]))))
    assert cells(table, "grade") == [GRADES[at] for at in order]
    assert cells(table, "kpis") == [SOURCE[at][5] for at in order]

"""A classification workbook, read back as an earlier one, says of the judged fields what was judged."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from crmtool.files.resources import rule_set_names
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.classify import classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.request import Request

AS_OF = date(2024, 6, 30)
SHEETS: dict[str, list[tuple[Any, ...]]] = {
    "客户": [
        ("客户编号", "客户名称", "合作开始日期"),
        ("C1", "甲公司", date(2020, 1, 5)),
        ("C2", "乙公司", None),
        ("C3", "丙公司", "2年"),
        ("C4", "丁公司", date(2024, 1, 5)),
        ("C5", "戊公司", None),
    ],
    # By value_risk's growth: C1 450 after 100 grew by 350 %, C2 fell by 3.5 %, C3 had nothing in either year, nor C4 after, C5 never bought.
    "订单": [
        ("客户编号", "订单日期", "订单金额"),
        ("C3", date(2019, 1, 1), 1.0),
        ("C1", date(2023, 5, 1), 100_000.0),
        ("C1", date(2024, 5, 1), 450_000.0),
        ("C2", date(2023, 5, 1), 100_000.0),
        ("C2", date(2024, 3, 1), 96_500.0),
        ("C4", date(2023, 4, 1), 20_000.25),
    ],
    "回访记录": [
        ("客户编号", "回访日期", "回访方式", "完成情况", "满意度", "需求挖掘程度"),
        ("C1", date(2023, 5, 1), "电话", "已完成", 5, "已完全挖掘"),
        ("C2", date(2024, 6, 20), "电话", "已完成", 4, "未挖掘"),
        ("C2", date(2024, 6, 21), "电话", "已完成", 3, "未挖掘"),
    ],
    "需求记录": [
        ("客户编号", "需求日期", "需求描述"),
        ("C3", date(2019, 5, 1), "扩容"),
        ("C1", date(2024, 5, 1), "扩容"),
    ],
    "咨询投诉记录": [
        ("客户编号", "事件类型", "提出时间"),
        ("C3", "普通咨询", date(2019, 5, 1)),
        ("C2", "重大投诉", date(2024, 5, 1)),
    ],
}


def book(path: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in SHEETS.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def facts(found: Assessment, field: str) -> dict[str, list[Any]]:
    """Return a field's values, upper ends and states; a workbook keeps fifteen digits of a number."""
    frame = found.cases.frame
    names = [name for name in (field, field + "__high", field + "__state") if name in frame]
    cells = {name: pa.array(frame[name]).to_pylist() for name in names}
    return {name: [_rounded(cell) for cell in column] for name, column in cells.items()}


def _rounded(cell: Any) -> Any:
    return round(cell, 12) if isinstance(cell, float) else cell


@pytest.mark.parametrize("rules", rule_set_names())
def test_what_was_judged_is_read_back_from_the_classification_workbook(rules: str, tmp_path: Path) -> None:
    request = Request(book(tmp_path / "a.xlsx"), rules=rules, as_of=AS_OF, sheets=("客户",))
    written = classify(request, Delivery(tmp_path / "out.xlsx"))
    judged = written.assessment
    back = assess(Request(tmp_path / "out.xlsx", rules=rules, as_of=AS_OF, sheets=("客户分级表",)))
    shown = [name for name in judged.rule_set.fields if name in back.read.ledger.customers.columns]
    # of value_potential the sheet shows what follows from a tier, and of nobody why
    assert shown or rules == "value_potential"
    for field in shown:
        assert facts(back, field) == facts(judged, field), field
    assert not [each for each in back.read.findings if each.code in ("two-readings", "unreadable-date")]

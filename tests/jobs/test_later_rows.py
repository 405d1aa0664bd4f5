"""Judging on a past day: what the sheets say of later days does not count, and says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa

from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.request import Request

AS_OF = date(2024, 6, 30)
ORDERS = (
    ("客户编号", "订单日期", "订单金额"),
    ("C1", date(2022, 1, 1), 1.0),
    *(("C1", date(2024, month, 1), 100.0) for month in range(1, 5)),
    ("C2", date(2024, 5, 1), 100.0),
)


def judged(path: Path, rules: str = "value_risk", **sheets: Any) -> Assessment:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    customers = (("客户编号", "客户名称"), ("C1", "甲公司"), ("C2", "乙公司"))
    for name, rows in {"客户": customers, "订单": ORDERS, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return assess(Request(path, rules=rules, as_of=AS_OF, sheets=("客户",)))


def values(found: Assessment, field: str) -> list[Any]:
    cells: list[Any] = pa.array(found.cases.frame[field]).to_pylist()
    return cells


def test_a_later_ticket_is_left_out_and_an_answer_of_later_has_not_happened(tmp_path: Path) -> None:
    tickets = (
        ("客户编号", "事件类型", "提出时间", "解决时间"),
        ("C1", "重大投诉", date(2023, 1, 2), date(2023, 1, 3)),
        ("C1", "重大投诉", "2024-06-30 15:00", date(2024, 7, 2)),
        ("C1", "重大投诉", "2024年7月5日", None),
        ("C2", "重大投诉", "2024-07-05 08:30", None),
        ("C2", "重大投诉", "2024年8月", None),
    )
    found = judged(tmp_path / "a.xlsx", 咨询投诉记录=tickets)
    # one complaint of the 12 months to four orders, and none to one
    assert values(found, "complaint_rate") == [0.25, 0.0]
    kept = found.read.ledger.tickets
    assert kept is not None
    assert list(kept.frame["row"]) == [2, 3]
    assert list(kept.frame["resolved__state"]) == [1, 0]
    assert [f.cell for f in found.findings if f.code == "row-after-as-of"] == ["C4", "C5", "C6"]
    assert [f.cell for f in found.findings if f.code == "cell-after-as-of"] == ["D3"]


def test_a_day_that_cannot_be_read_keeps_the_field_unknown(tmp_path: Path) -> None:
    tickets = (
        ("客户编号", "事件类型", "提出时间"),
        ("C2", "普通咨询", date(2023, 1, 2)),
        ("C1", "重大投诉", "上月"),
    )
    found = judged(tmp_path / "a.xlsx", 咨询投诉记录=tickets)
    assert values(found, "complaint_rate") == [None, 0.0]
    assert found.read.ledger.tickets is not None
    assert len(found.read.ledger.tickets.frame) == 2


def test_later_visits_and_demands_are_left_out_of_what_judges(tmp_path: Path) -> None:
    visits = (
        ("客户编号", "回访日期", "回访方式", "完成情况", "满意度"),
        ("C1", date(2023, 6, 1), "电话", "已完成", 5),
        ("C1", date(2024, 7, 1), "电话", "已完成", 1),
        ("C2", date(2024, 7, 1), "电话", "已完成", 1),
    )
    found = judged(tmp_path / "a.xlsx", "annual_value", 回访记录=visits)
    assert values(found, "interactions_1m") == [0.0, 0.0]
    assert [f.cell for f in found.findings if f.code == "row-after-as-of"] == ["B3", "B4"]
    demands = (
        ("客户编号", "需求日期", "需求描述"),
        ("C1", date(2024, 5, 1), "扩容"),
        ("C1", date(2024, 7, 1), "再扩容"),
    )
    found = judged(tmp_path / "b.xlsx", "value_potential", 需求记录=demands)
    name = next(f for f in found.rule_set.fields if found.cases.derived.get(f) == "demands")
    assert values(found, name)[0] == date(2024, 5, 1)
    assert [f.cell for f in found.findings if f.code == "row-after-as-of"] == ["B3"]

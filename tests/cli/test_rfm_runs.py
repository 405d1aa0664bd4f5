"""`crmtool rfm`: R's way with other numbers of scores, own rules, and ledgers that are judged too late."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from command_line import Crmtool, book

NAMES = ("甲公司", "乙公司", "丙公司", "丁公司", "戊公司")
AS_OF = ("--as-of", "2024-06-30")
LAST = date(2024, 6, 30)


def orders(path: Path, *more: tuple[str, date, float]) -> Path:
    """Write five customers who ordered 10, 20 … 50 days ago for 1000, 2000 … 5000 yuan, and more."""
    rows = [
        (name, LAST - timedelta(days=10 * number), 1000.0 * number)
        for number, name in enumerate(NAMES, start=1)
    ]
    return book(path, 订单=[("客户名称", "订单日期", "订单金额"), *rows, *more])


def sheet(path: str, name: str) -> list[tuple[Any, ...]]:
    return [row for row in openpyxl.load_workbook(path)[name].iter_rows(values_only=True) if any(row)]


def test_four_scores_of_r_have_four_bands_dates_and_no_segments(crmtool: Crmtool, tmp_path: Path) -> None:
    document = crmtool(
        "rfm", orders(tmp_path / "o.xlsx"), *AS_OF, "--method", "r", "--bins", 4, "--json"
    ).document
    assert [f["code"] for f in document["findings"]] == ["rfm-map-of-other-bins"]
    assert document["customers"][0]["recency"] == "2024-06-20"
    assert [len(cuts) for cuts in document["cuts"].values()] == [3, 3, 3]
    assert [(s["label"], s["customers"]) for s in document["segments"]] == [("未分群", 5)]
    details = sheet(document["outputs"][0]["path"], "RFM明细")
    assert "2–4 分起点" in next(row[0] for row in details if "起点" in str(row[0]))
    header = next(row for row in details if "RFM" in row)
    assert "客户分群" not in header
    matrix = sheet(document["outputs"][0]["path"], "RFM矩阵")
    assert [row[0] for row in matrix if str(row[0]).startswith("R") and len(str(row[0])) == 2] == [
        "R4",
        "R3",
        "R2",
        "R1",
    ]

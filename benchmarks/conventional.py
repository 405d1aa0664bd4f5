"""The conventional way to do what `crmtool classify` does: pandas with openpyxl reading, pandas logic, openpyxl writing.

It does less: no findings, no proofs, no reasons, no charts. It is what a careful analyst would write in an afternoon.

    python benchmarks/conventional.py ledger.xlsx out.xlsx
"""

from __future__ import annotations

import re
import sys
from datetime import date

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

AS_OF = pd.Timestamp(date(2024, 6, 30))
COLUMNS = [
    "客户名称", "行业", "规模", "联系人", "最近交易时间", "年消费额", "主要需求", "历史合作时长", "上次维护内容", "维护责任人",
    "客户类型",
]  # fmt: skip


def months(text: object) -> float:
    """Return a tenure such as `1年半` in months."""
    match = re.fullmatch(r"(?:(\d+)年)?(半)?(?:(\d+)个月)?", str(text))
    if match is None:
        return np.nan
    return 12 * int(match[1] or 0) + (6 if match[2] else 0) + int(match[3] or 0)


def classify(frame: pd.DataFrame) -> pd.Series:
    """Return the tier of each customer by the four classes of the source document."""
    amount = frame["年消费额"]
    last = pd.to_datetime(frame["最近交易时间"])
    tenure = frame["历史合作时长"].map(months)

    def within(n: int) -> pd.Series:
        return (last >= AS_OF - pd.DateOffset(months=n)) & (last <= AS_OF)

    conditions = [
        (amount >= 100_000) & within(3) & (tenure >= 12),
        ~within(6),
        amount < 20_000,
        (amount >= 50_000) & (amount < 100_000) & within(6),
        (amount >= 20_000) & (amount < 50_000) & within(1),
        (amount >= 100_000) & within(6),
    ]
    tiers = ["高价值客户", "低价值/沉默客户", "低价值/沉默客户", "潜力客户", "稳定客户", "潜力客户"]
    return pd.Series(np.select(conditions, tiers, default="稳定客户"), index=frame.index)


def write(frame: pd.DataFrame, path: str) -> None:
    """Write the classification sheet with borders, formats and a header."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("客户分级表")
    sheet.freeze_panes = "A2"
    thin = Side(style="thin", color="BFBFBF")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    head, body = Font(bold=True), Font(size=10)
    fill = PatternFill("solid", fgColor="DDEBF7")
    center = Alignment(horizontal="center")

    def cell(value: object, form: str, *, is_head: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        made.font, made.border, made.number_format = (head if is_head else body), border, form
        if is_head:
            made.fill, made.alignment = fill, center
        return made

    sheet.append([cell(name, "General", is_head=True) for name in COLUMNS])
    forms = [
        "yyyy-mm-dd" if n == "最近交易时间" else "#,##0.00" if n == "年消费额" else "General" for n in COLUMNS
    ]
    for row in frame[COLUMNS].itertuples(index=False):
        sheet.append([cell(value, form) for value, form in zip(row, forms, strict=True)])
    book.save(path)


if __name__ == "__main__":
    ledger = pd.read_excel(sys.argv[1], engine="openpyxl", dtype={"客户编号": str, "手机号": str})
    ledger["客户类型"] = classify(ledger)
    print(ledger["客户类型"].value_counts().to_string())
    write(ledger, sys.argv[2])

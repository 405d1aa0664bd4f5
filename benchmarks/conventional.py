"""The conventional way to do what `crmtool classify` does: pandas with openpyxl reading, pandas logic, openpyxl writing.

It hands out the same two big sheets with the same columns, and the overview with its chart, as a careful analyst would
write it for this one ledger: column operations where pandas has them, a sentence at a time where it has none, a
write-only workbook, and named styles, openpyxl's own way to give many cells one look. It reads exactly these columns
in exactly these forms: it finds no header, reads no `15万元`, lists no findings, proves nothing, and checks nothing.

    python benchmarks/conventional.py ledger.xlsx out.xlsx
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter

AS_OF = pd.Timestamp(date(2024, 6, 30))
TIERS = ["高价值客户", "潜力客户", "稳定客户", "低价值/沉默客户"]
#: The columns of each sheet and how they look.
GRADING = {
    "客户编号": "text", "客户名称": "text", "行业": "text", "规模": "text", "联系人": "text", "最近交易时间": "date",
    "年消费额": "money", "主要需求": "text", "历史合作时长": "text", "上次维护内容": "text", "维护责任人": "text",
    "客户类型": "text", "分级依据": "wide", "距上一级": "wide", "标签": "text", "客户画像": "wide", "预警": "text",
    "规则": "text",
}  # fmt: skip
RFM = {
    "客户编号": "text", "客户名称": "text", "最近交易时间": "date", "距今天数": "count", "近1年订单次数": "count",
    "年消费额": "money", "R": "count", "F": "count", "M": "count", "RFM": "text", "客户分群": "text",
}  # fmt: skip
#: The number of A4 among paper sizes.
A4 = 9
WIDTHS = {"text": 13.7, "wide": 40.7, "date": 12.3, "money": 14.7, "count": 9.7}


def months(text: object) -> float:
    """Return a tenure such as `1年半` in months."""
    match = re.fullmatch(r"(?:(\d+)年)?(半)?(?:(\d+)个月)?", str(text))
    if match is None:
        return np.nan
    return 12 * int(match[1] or 0) + (6 if match[2] else 0) + int(match[3] or 0)


def classify(frame: pd.DataFrame) -> None:
    """Add the rule that holds for each customer (first one wins), the tier, the warning, and what they rest on."""
    amount, last = frame["年消费额"], frame["最近交易时间"]
    frame["months"] = frame["历史合作时长"].map(months)
    for n in (1, 3, 6):
        frame[f"within{n}"] = (last >= AS_OF - pd.DateOffset(months=n)) & (last <= AS_OF)
    within1, within3, within6 = frame["within1"], frame["within3"], frame["within6"]
    rules = {
        "hv": (TIERS[0], (amount >= 100_000) & within3 & (frame["months"] >= 12)),
        "silent": (TIERS[3], ~within6),
        "low": (TIERS[3], amount < 20_000),
        "pot": (TIERS[1], (amount >= 50_000) & (amount < 100_000)),
        "stab": (TIERS[2], (amount >= 20_000) & (amount < 50_000) & within1),
        "big_not_qualified": (TIERS[1], amount >= 100_000),
        "stable_cooling": (TIERS[2], (amount >= 20_000) & (amount < 50_000)),
    }
    frame["规则"] = np.select([condition for _, condition in rules.values()], list(rules), default="")
    frame["客户类型"] = frame["规则"].map({rule: tier for rule, (tier, _) in rules.items()})
    frame["预警"] = np.where(frame["规则"] == "stable_cooling", "降温预警", None)


def money(yuan: float) -> str:
    """Return an amount as people read it: `12,345.60元`."""
    return f"{yuan:,.0f}元" if yuan == int(yuan) else f"{yuan:,.2f}元"


def reason(
    rule: str, amount: float, last: pd.Timestamp, tenure: str, within1: bool, tenure_months: float
) -> str:
    """Return why a customer is in its tier, with its values."""
    spent, ordered = f"年消费额 {money(amount)}", f"最近订单 {last:%Y-%m-%d}"
    if rule == "hv":
        return f"{spent} ≥ 10万元；{ordered} 在近3个月内；合作时长 {tenure} ≥ 1年"
    if rule == "silent":
        return f"{ordered} 不在近6个月内"
    if rule == "low":
        return f"{spent} < 2万元"
    if rule == "pot":
        other = f"合作时长 {tenure} < 1年" if tenure_months < 12 else "需求挖掘程度 视为未挖掘"
        return f"{spent} ≥ 5万元 且 < 10万元；{ordered} 在近6个月内；{other}"
    if rule == "big_not_qualified":
        return f"{spent} ≥ 10万元；{ordered} 在近6个月内"
    return f"{spent} ≥ 2万元 且 < 5万元；{ordered} 在近{1 if within1 else 6}个月内"


def next_step(rule: str, amount: float, within3: bool, tenure_months: float) -> str | None:
    """Return what a customer lacks for a better tier."""
    if rule == "hv":
        return None
    lacking = []
    if rule in ("pot", "big_not_qualified"):
        goal = "高价值客户"
        if amount < 100_000:
            lacking.append(f"年消费额 {money(100_000 - amount)}")
        if not within3:
            lacking.append("最近订单 在近3个月内")
        if tenure_months < 12:
            lacking.append("合作时长 满1年")
    elif rule == "silent":
        goal = "潜力客户" if amount >= 50_000 else "稳定客户"
        if amount < 20_000:
            lacking.append(f"年消费额 {money(20_000 - amount)}")
        lacking.append("最近订单 在近6个月内")
    else:
        goal, target = ("稳定客户", 20_000) if rule == "low" else ("潜力客户", 50_000)
        lacking.append(f"年消费额 {money(target - amount)}")
    return f"距 {goal} 还差：{'；'.join(lacking)}"


def explain(frame: pd.DataFrame) -> None:
    """Add the sentences, the tags and the portrait of each customer."""
    amount = frame["年消费额"]
    told = ["规则", "年消费额", "最近交易时间", "历史合作时长", "within1", "months"]
    frame["分级依据"] = [reason(*values) for values in zip(*(frame[name] for name in told), strict=True)]
    asked = ["规则", "年消费额", "within3", "months"]
    frame["距上一级"] = [next_step(*values) for values in zip(*(frame[name] for name in asked), strict=True)]
    people = frame["规模"].str.extract(r"(\d+)", expand=False).astype(float)
    orders = frame["近1年订单次数"]
    tags = {
        "RFM高价值": frame["within3"] & (orders >= 4) & (amount >= 100_000),
        "RFM潜力": frame["within6"] & orders.between(2, 3) & (amount >= 50_000) & (amount < 100_000),
        "制造业大客户": (frame["行业"] == "制造业")
        & (people >= 500)
        & frame["主要需求"].str.startswith("定制化"),
    }
    joined = pd.Series("", index=frame.index)
    for tag, holds in tags.items():
        joined = joined.where(~holds, joined + "、" + tag)
    frame["标签"] = joined.str.removeprefix("、").replace("", None)
    short = [f"{a / 10_000:.4g}万" if a >= 10_000 else f"{a:.0f}元" for a in amount]
    frame["客户画像"] = (
        frame["客户类型"] + "-" + frame["行业"] + "-年额" + pd.Series(short, index=frame.index)
    )


def score(frame: pd.DataFrame) -> None:
    """Add the R, F and M scores, their code, and the segment."""
    frame["距今天数"] = (AS_OF - frame["最近交易时间"]).dt.days
    frame["R"] = pd.qcut(frame["距今天数"], 5, labels=[5, 4, 3, 2, 1]).astype(int)
    frame["F"] = pd.cut(frame["近1年订单次数"], [-1, 0, 1, 2, 3, np.inf], labels=[1, 2, 3, 4, 5]).astype(int)
    frame["M"] = pd.qcut(frame["年消费额"], 5, labels=[1, 2, 3, 4, 5]).astype(int)
    frame["RFM"] = frame["R"].astype(str) + frame["F"].astype(str) + frame["M"].astype(str)
    kinds = {
        (True, True): "价值客户",
        (True, False): "发展客户",
        (False, True): "保持客户",
        (False, False): "挽留客户",
    }
    kind = [kinds[pair] for pair in zip(frame["R"] >= 4, frame["F"] >= 4, strict=True)]
    frame["客户分群"] = np.where(frame["M"] >= 4, "重要", "一般") + pd.Series(kind, index=frame.index)


def styles() -> Iterator[NamedStyle]:
    """Yield the looks of cells: font, border, alignment and number format."""
    thin = Side(style="thin", color="BFBFBF")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    font, small = Font(name="微软雅黑", size=10), Font(name="微软雅黑", size=9)
    left = Alignment(horizontal="left", vertical="center", wrap_text=True)
    right, center = (Alignment(horizontal=where, vertical="center") for where in ("right", "center"))
    for name, its_font, alignment, number_format in (
        ("text", font, left, "@"),
        ("wide", small, left, "@"),
        ("date", font, center, "yyyy-mm-dd"),
        ("money", font, right, "#,##0.00"),
        ("count", font, right, "#,##0"),
        ("share", font, right, "0.0%"),
    ):
        yield NamedStyle(name, font=its_font, border=border, alignment=alignment, number_format=number_format)
    head = Alignment(horizontal="center", vertical="center", wrap_text=True)
    fill = PatternFill("solid", fgColor="E9EFF5")
    yield NamedStyle(
        "head", font=Font(name="微软雅黑", size=10, bold=True), border=border, alignment=head, fill=fill
    )
    yield NamedStyle("title", font=Font(name="微软雅黑", size=14, bold=True))


def write_sheet(book: Workbook, title: str, frame: pd.DataFrame, looks: dict[str, str]) -> object:
    """Write one sheet: a title, a header, and a row for each row of the frame; return the sheet."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(looks))}{len(frame) + 3}"
    for number, look in enumerate(looks.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(look, 12)

    def cell(value: object, look: str) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value)
        made.style = look
        return made

    sheet.append([cell(title, "title")])
    sheet.append([f"统计截止日 {AS_OF:%Y-%m-%d} · 共 {len(frame)} 行"])
    sheet.append([cell(name, "head") for name in looks])
    shown = frame[list(looks)].astype(object)
    shown = shown.where(shown.notna(), None)
    for row in shown.itertuples(index=False):
        sheet.append([cell(value, look) for value, look in zip(row, looks.values(), strict=True)])
    return sheet


def overview(frame: pd.DataFrame) -> pd.DataFrame:
    """Return customers and amounts of each tier."""
    tiers = (
        frame.groupby("客户类型")["年消费额"].agg(["size", "sum"]).reindex(TIERS, fill_value=0).reset_index()
    )
    tiers.columns = ["等级", "客户数", "金额合计"]
    return tiers.assign(占比=tiers["客户数"] / len(frame))


def write(frame: pd.DataFrame, path: str) -> None:
    """Write the workbook: the overview with a chart, 客户分级表, RFM明细."""
    book = Workbook(write_only=True)
    for style in styles():
        book.add_named_style(style)
    counted = overview(frame)
    sheet = write_sheet(
        book, "分级概览", counted, {"等级": "text", "客户数": "count", "金额合计": "money", "占比": "share"}
    )
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=3, max_row=3 + len(counted)), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=3 + len(counted)))
    sheet.add_chart(chart, "G3")
    write_sheet(book, "客户分级表", frame, GRADING)
    write_sheet(book, "RFM明细", frame, RFM)
    book.save(path)


def run(ledger: str, out: str) -> pd.DataFrame:
    """Classify a ledger; return its rows with all that was added."""
    frame = pd.read_excel(ledger, engine="openpyxl", dtype={"客户编号": str, "手机号": str, "规模": str})
    frame["最近交易时间"] = pd.to_datetime(frame["最近交易时间"])
    classify(frame)
    explain(frame)
    score(frame)
    write(frame, out)
    return frame


if __name__ == "__main__":
    print(run(sys.argv[1], sys.argv[2])["客户类型"].value_counts().to_string())

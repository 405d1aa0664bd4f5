"""A small ledger, follow-up sheets filled in by hand, a plan in a history, and what a ledger holds afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from command_line import Crmtool, Ran, book

from crmtool.files.history import History, Run
from crmtool.visits.frames import table_of
from crmtool.visits.model import PLAN_COLUMNS, frame_of

AS_OF = "2026-03-20"
HEAD = (
    "客户编号",
    "客户名称",
    "年消费额",
    "最近交易时间",
    "合作时长",
    "负责人",
    "最近联系时间",
    "上次维护内容",
)
OLD = date(2026, 2, 1)
CUSTOMERS = (
    ("C001", "甲公司", "15万元", date(2026, 2, 15), "2年", "张三", OLD, "送样"),
    ("C002", "乙公司", "3万元", date(2026, 1, 20), "6个月", "张三", OLD, "报价"),
    ("C003", "丙公司", "6万元", date(2026, 1, 20), "1年", "李四", None, None),
)
SHEET_HEAD = (
    *("回访编号", "计划日期", "客户编号", "客户名称", "等级", "回访方式", "上次维护内容"),
    *(
        "实际回访日期",
        "完成情况",
        "满意度(1-5)",
        "推荐意愿(0-10)",
        "客户反馈",
        "新增需求",
        "需求挖掘程度",
        "投诉",
    ),
    *("参与增值服务", "是否转化", "下一步", "下次跟进时间"),
)
INPUTS = SHEET_HEAD[7:]
#: What a plan of March has handed out.
PLANNED = {
    "C001-phone-202603": ("C001", "甲公司", "phone", "张三", date(2026, 3, 4)),
    "C002-phone-202603": ("C002", "乙公司", "phone", "张三", date(2026, 3, 6)),
    "C002-onsite-202603": ("C002", "乙公司", "onsite", "张三", date(2026, 3, 18)),
    "C003-phone-202603": ("C003", "丙公司", "phone", "李四", date(2026, 3, 10)),
}
LABELS = {"phone": "电话", "onsite": "上门"}


def ledger(folder: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Write a ledger of three customers, with more sheets."""
    return book(folder / "台账.xlsx", **{"客户": [HEAD, *CUSTOMERS], **sheets})


def row(visit_id: str | None, **inputs: Any) -> tuple[Any, ...]:
    """Return a row as it was handed out for a visit, with what somebody filled in; None: an empty row."""
    customer, name, channel, _, planned = PLANNED[visit_id] if visit_id else (None, None, None, None, None)
    given = {
        "回访编号": visit_id,
        "计划日期": planned,
        "客户编号": customer,
        "客户名称": name,
        "回访方式": LABELS.get(channel or ""),
        "上次维护内容": "以前的事" if visit_id else None,
    }
    return tuple({**given, **inputs}.get(header) for header in SHEET_HEAD)


def done(visit_id: str | None, day: int, **inputs: Any) -> tuple[Any, ...]:
    """Return a row of a visit that was made on a day of March."""
    return row(visit_id, **{"实际回访日期": date(2026, 3, day), "完成情况": "已完成", **inputs})


def sheet(path: Path, *rows: Sequence[Any], head: Sequence[Any] = SHEET_HEAD, name: str = "张三") -> Path:
    """Write a follow-up sheet below a title."""
    return book(path, **{name: [("2026年3月跟进表",), (), head, *rows]})


def history(path: Path) -> Path:
    """Write a history that holds the plan of March."""
    ids = list(PLANNED)
    columns = dict(
        zip(
            ("customer_id", "name", "channel", "owner", "planned_on"),
            zip(*PLANNED.values(), strict=True),
            strict=True,
        )
    )
    cells = {name: list(values) for name, values in columns.items()}
    cells |= {"visit_id": ids, "customer_key": cells["customer_id"], "status": ["open"] * len(ids)}
    cells |= {"due_on": cells["planned_on"], "kind": ["every"] * len(ids)}
    run = Run("key", "plan", date(2026, 3, 1), "annual_value", "1", "", "0", "2026-03-01T00:00:00+08:00")
    with History.open(path) as kept:
        kept.record(run, visits=table_of(frame_of(PLAN_COLUMNS, cells)).drop_columns(["customer"]))
    return path


def collected(crmtool: Crmtool, *arguments: object) -> Ran:
    """Run collect on 台账.xlsx as of 20 March and return its JSON document."""
    return crmtool("collect", *arguments, "--ledger", "台账.xlsx", "--as-of", AS_OF, "--json")


def codes(ran: Ran) -> list[str]:
    """Return the codes of a run's findings with the cells they stand at."""
    return [f"{each['code']} {each['cell']}".strip() for each in ran.document["findings"]]


def rows_of(path: Path, name: str) -> list[list[Any]]:
    """Return the rows of a sheet, days as days."""
    cells = [[cell.value for cell in line] for line in openpyxl.load_workbook(path)[name].iter_rows()]
    return [[value.date() if isinstance(value, datetime) else value for value in line] for line in cells]


def column(path: Path, name: str, header: str) -> list[Any]:
    """Return a column of a sheet by the header in its first row."""
    head, *rows = rows_of(path, name)
    return [line[head.index(header)] for line in rows]

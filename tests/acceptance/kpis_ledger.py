"""A made-up company's two years: customers, orders, visits, demands and tickets, the same at each call."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl

FIRST, LAST = date(2023, 12, 4), date(2026, 1, 31)
STATUSES = ("潜在客户", "意向客户", "成交客户", "流失客户")
Row = dict[str, Any]


@dataclass
class World:
    """Rows by header, as they stand in the sheets; beside them what is known from elsewhere."""

    customers: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    visits: list[Row] = field(default_factory=list)
    demands: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    #: 客户状态 at the start of the period, by customer; None: not known.
    status_before: dict[str, str | None] = field(default_factory=dict)
    #: Visits of a plan: customer (one is not in the ledger any more), the day they were due, whether they were made.
    due: list[tuple[str, date, bool]] = field(default_factory=list)

    def save(self, path: Path) -> Path:
        """Write the sheets."""
        workbook = openpyxl.Workbook()
        del workbook[workbook.sheetnames[0]]
        sheets = {
            "客户": self.customers,
            "订单": self.orders,
            "回访记录": self.visits,
            "需求记录": self.demands,
            "咨询投诉记录": self.tickets,
        }
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            header = list(dict.fromkeys(key for row in rows for key in row))
            sheet.append(header)
            for row in rows:
                sheet.append([row.get(key) for key in header])
        workbook.save(path)
        return path


def world(customers: int = 260, seed: int = 20251) -> World:
    """Return the company; some customers never order, some long ago, some every week."""
    rng, made = random.Random(seed), World()
    for number in range(1, customers + 1):
        _customer(made, rng, f"C{number:04d}")
    rng.shuffle(made.orders)
    made.due += [("C9999", FIRST + timedelta(days=29 * i), i % 2 == 0) for i in range(26)]
    return made


def _day(rng: random.Random, first: date = FIRST, last: date = LAST) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _customer(made: World, rng: random.Random, id: str) -> None:
    made.customers.append(
        {
            "客户编号": id,
            "客户名称": f"第{id}号公司",
            "负责人": rng.choice(("张三", "李四", "王五")),
            "客户状态": rng.choice(STATUSES),
            "需求描述": rng.choice((None, "设备采购", "代理合作")),
        }
    )
    made.status_before[id] = rng.choice((None, *STATUSES))
    # Half of the customers come late: their first orders lie in the second year.
    first = FIRST if rng.random() < 0.5 else _day(rng, date(2024, 9, 1))
    for place in range(rng.choice((0, 1, 2, 4, 9, 25))):
        _order(made, rng, id, _day(rng, first), place)
    for _ in range(rng.choice((0, 1, 3, 8))):
        _visit(made, rng, id)
    for _ in range(rng.choice((0, 0, 1, 2))):
        made.demands.append({"客户编号": id, "需求日期": _day(rng), "需求内容": "新需求", "需求类型": "产品"})
    for _ in range(rng.choice((0, 0, 1, 3))):
        kind = rng.choice(("普通咨询", "紧急问题", "重大投诉", "一般投诉"))
        made.tickets.append({"客户编号": id, "事件类型": kind, "提出时间": _day(rng), "内容": "……"})
    made.due += [(id, _day(rng), rng.random() < 0.7) for _ in range(rng.randrange(5))]


def _order(made: World, rng: random.Random, id: str, day: date, place: int) -> None:
    """Add an order: of several lines, without a number, cancelled, partly or wholly returned, or a plain one."""
    number = None if rng.random() < 0.15 else f"{id}-{place}"
    status = rng.choice(("已完成",) * 9 + ("已取消",))
    for line in range(rng.choice((1, 1, 1, 2, 3))):
        # Cents tell lines apart: nobody's line is another's copy.
        cents = rng.randrange(1_000, 2_000_000) // 100 * 100 + line
        made.orders.append(
            {
                "客户编号": id,
                "订单编号": number,
                "订单日期": day + timedelta(days=line * rng.choice((0, 0, 3))),
                "实付金额": cents / 100,
                "产品类型": rng.choice(("设备", "配件", "服务")),
                "订单类型": "销售",
                "订单状态": status,
            }
        )
    if rng.random() < 0.2:
        of_order = [
            row for row in made.orders if row["客户编号"] == id and row["订单编号"] == number and number
        ]
        whole = sum(round(row["实付金额"] * 100) for row in of_order)
        cents = whole if whole and rng.random() < 0.4 else rng.randrange(100, 90_000)
        made.orders.append(
            {
                "客户编号": id,
                "订单编号": number,
                "订单日期": day + timedelta(days=rng.randrange(1, 60)),
                "实付金额": cents / 100,
                "产品类型": rng.choice(("设备", "退货")),
                "订单类型": "退货",
                "订单状态": status,
            }
        )


def _visit(made: World, rng: random.Random, id: str) -> None:
    result = rng.choice(("已完成",) * 5 + ("未联系上", "改期", None))
    is_told = rng.random() < 0.7
    made.visits.append(
        {
            "客户编号": id,
            "回访日期": _day(rng),
            "回访方式": rng.choice(("电话", "上门")),
            "完成情况": result,
            "满意度": rng.choice((1, 2, 3, 3.5, 4, 4.5, 5)) if is_told else None,
            "推荐意愿": rng.randrange(11) if rng.random() < 0.6 else None,
            "参与增值服务": rng.choice(("是", "否", None)),
            "是否转化": rng.choice(("是", "否", None, None)),
            "投诉": rng.choice((None, None, None, "无", "送货慢")),
        }
    )

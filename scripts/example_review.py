"""A ledger to review: two years of orders of an office, with visits, demands and tickets, at the end of 2025.

The workbook's formats are in `example_book`, the other examples in `build_examples`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from example_book import Workbook

_LAST_DAY = date(2025, 12, 31)
_OWNERS = ("张敏", "李强", "王芳", "赵磊")
_NAMES = (
    "华东精密机械", "北辰软件", "鸿远物流", "明德教育", "海川食品", "天工自动化", "润泽医疗", "金桥建材", "云帆网络",
    "众合贸易", "嘉禾农业", "启明电子", "百川化工", "安信咨询", "远航船务", "东方纺织", "星火能源", "康泰药业",
    "新锐传媒", "宏图装饰", "瑞丰粮油", "力拓重工", "清源环保", "盛世酒店", "卓越培训", "恒通汽配", "博雅文化",
    "联创科技", "锦绣服饰", "华信通信", "长青园林", "通达快运", "合众电气", "美佳家居", "立信会计", "汇丰包装",
)  # fmt: skip
#: What becomes of a customer, how many there are, and the 客户类型 at the end of September (None: not a customer yet).
_STORIES: tuple[tuple[str, int, str | None], ...] = (
    ("steady high", 5, "高价值稳定型"),
    ("growing", 5, "高价值潜力型"),
    ("gone silent", 3, "高价值稳定型"),
    ("shrunk", 3, "高价值稳定型"),
    ("risen", 3, "低价值稳定型"),
    ("steady low", 8, "低价值稳定型"),
    ("woken", 3, "低价值风险型"),
    ("asleep", 3, "低价值稳定型"),
    ("new", 3, None),
)
_STRATEGIES = {
    "高价值稳定型": ("季度高层互访+定制化产品升级方案", "每季度1次"),
    "高价值潜力型": ("行业案例分享+免费试用30天", "每两周1次"),
    "低价值稳定型": ("标准化售后流程+季度关怀问候", "每季度1次"),
    "低价值风险型": ("价格优惠+定期库存提醒", "每月1次"),
}
_PRODUCTS = ("设备", "耗材", "维保", "软件")
_COMPLAINTS = ("交期延误两周", "开机报警无人处理", "发票信息有误", "包装破损")


def _orders(story: str, random: Random) -> Iterator[tuple[date, int]]:
    """Yield the orders of a story, day and yuan, for two years; one before them shows that the records reach that far back."""
    if story == "steady high":
        yield date(2023, 12, random.randint(2, 27)), _amount(story, 1, random)
    for month in range(24):
        day = date(2024 + month // 12, month % 12 + 1, random.randint(2, 27))
        amount = _amount(story, month, random)
        if amount:
            yield day, amount


def _amount(story: str, month: int, random: Random) -> int:
    """Return what is ordered in a month (0 is January 2024), 0 for nothing."""
    is_turn, large, small = month % 2 == 1, random.randint(290, 330) * 100, random.randint(45, 62) * 100
    return {
        "steady high": large if is_turn else 0,
        "growing": (large // 2 if month < 12 else large) if is_turn else 0,
        "gone silent": large if month < 20 and is_turn else 0,
        "shrunk": large if month < 14 and is_turn else (small if is_turn else 0),
        "risen": 96_000 if month == 22 else (small if is_turn or month == 20 else 0),
        "steady low": small if is_turn else 0,
        "woken": small if month < 16 or month == 22 else 0,
        "asleep": small if month < 21 and not is_turn else 0,
        "new": small * 2 if month == 22 else 0,
    }[story]


def fill(book: Workbook) -> None:
    """Write the ledger and its records."""
    random = Random(20251231)
    stories = [(story, tier) for story, count, tier in _STORIES for _ in range(count)]
    customers, orders, visits, tickets, demands = [], [], [], [], []
    for number, (name, (story, tier)) in enumerate(zip(_NAMES, stories, strict=True), start=1):
        who = (f"R{number:03}", f"{name}有限公司")
        owner = _OWNERS[number % len(_OWNERS)]
        strategy, cycle = _STRATEGIES.get(tier or "", (None, None))
        marked = "是" if number == 20 else None
        customers.append((*who, tier, owner, strategy, cycle, marked))
        orders += [
            (day, *who, float(amount), random.choice(_PRODUCTS)) for day, amount in _orders(story, random)
        ]
        visits += list(_visits(who, owner, story, random))
        tickets += list(_tickets(who, story, random))
        if story == "new":
            demands.append((*who, date(2025, 10, random.randint(9, 28)), "询价：小批量试用", "已完成"))
    _write(book, customers, sorted(orders), visits, tickets, demands)


def _visits(who: tuple[str, str], owner: str, story: str, random: Random) -> Iterator[tuple[Any, ...]]:
    """Yield a visit a quarter of 2025, and what was answered: those who leave are content less."""
    for quarter in range(1, 5):
        if story == "new" and quarter < 4:
            continue
        day = date(2025, quarter * 3 - 1, random.randint(10, 28))
        is_leaving = quarter > 2 and story in ("gone silent", "shrunk", "asleep")
        content = random.choice((2, 3, 4)) if is_leaving else random.choice((4, 4, 5, 5, 3))
        recommend = content * 2 - random.choice((0, 0, 1))
        joined = random.choice(("是", "否")) if quarter % 2 == 0 else None
        yield (*who, day, random.choice(("电话", "上门")), owner, "已完成", content, recommend, joined)


def _tickets(who: tuple[str, str], story: str, random: Random) -> Iterator[tuple[Any, ...]]:
    """Yield the questions and complaints of 2025; `2025-11-03 09:30` is how the help desk writes them."""
    kinds = ["普通咨询"] * random.randint(0, 2) + (["重大投诉"] if story in ("gone silent", "shrunk") else [])
    if who[0] == "R001":
        kinds.append("紧急问题")
    for kind in kinds:
        raised = date(2025, random.choice((3, 8, 10, 11, 12)), random.randint(2, 24))
        hour, late = random.randint(8, 15), random.choice((0, 0, 0, 2))
        answered = raised + timedelta(days=late)
        text = random.choice(_COMPLAINTS) if kind == "重大投诉" else "使用方法咨询"
        yield (
            *who, kind, f"{raised} {hour:02}:{random.choice(('05', '30'))}", f"{answered} {hour + 1:02}:15",
            f"{min(answered + timedelta(days=1), _LAST_DAY)} 17:00", text,
        )  # fmt: skip


def _write(
    book: Workbook,
    customers: list[tuple[Any, ...]],
    orders: list[tuple[Any, ...]],
    visits: list[tuple[Any, ...]],
    tickets: list[tuple[Any, ...]],
    demands: list[tuple[Any, ...]],
) -> None:
    head: tuple[str, ...] = (
        "客户编号",
        "客户名称",
        "客户类型",
        "负责人",
        "当前核心策略",
        "策略执行周期",
        "需调整",
    )
    book.sheet("客户台账", head, customers, (9, 22, 14, 9, 34, 13, 8))
    head = ("订单编号", "订单日期", "客户编号", "客户名称", "订单金额(元)", "产品类型")
    rows = [(f"DD{number:05}", *row) for number, row in enumerate(orders, start=1)]
    book.sheet("订单明细", head, rows, (11, 12, 9, 22, 13, 10))
    head = (
        "客户编号", "客户名称", "回访日期", "回访方式", "回访人员", "完成情况", "满意度", "推荐意愿", "参与增值服务",
    )  # fmt: skip
    book.sheet("回访记录", head, sorted(visits, key=lambda row: row[2]), (9, 22, 12, 9, 9, 9, 8, 9, 13))
    head = ("客户编号", "客户名称", "事件类型", "提出时间", "回复时间", "解决时间", "投诉内容")
    book.sheet("咨询投诉记录", head, sorted(tickets, key=lambda row: row[3]), (9, 22, 10, 17, 17, 17, 24))
    book.sheet(
        "需求记录", ("客户编号", "客户名称", "需求日期", "需求内容", "需求状态"), demands, (9, 22, 12, 22, 10)
    )

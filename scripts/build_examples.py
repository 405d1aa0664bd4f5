"""Build the ledgers of `examples/`, from the source documents' own rows and made-up customers around them.

Run `python scripts/build_examples.py`; the same files come out each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import example_review
import example_visits
from example_book import Row, Workbook

AS_OF = date(2023, 10, 31)


@dataclass(frozen=True)
class Customer:
    """A made-up customer of the main example."""

    id: str
    name: str
    industry: str
    size: str
    contact: str
    need: str
    tenure: str
    maintenance: str
    owner: str
    orders: tuple[tuple[date, int], ...]  # day, yuan


_NAMES = [
    "华东精密机械",
    "北辰软件",
    "鸿远物流",
    "明德教育",
    "海川食品",
    "天工自动化",
    "润泽医疗",
    "金桥建材",
    "云帆网络",
    "众合贸易",
    "嘉禾农业",
    "启明电子",
    "百川化工",
    "安信咨询",
    "远航船务",
    "东方纺织",
    "星火能源",
    "康泰药业",
    "新锐传媒",
    "宏图装饰",
    "瑞丰粮油",
    "力拓重工",
    "清源环保",
    "盛世酒店",
    "卓越培训",
    "恒通汽配",
    "博雅文化",
    "联创科技",
    "锦绣服饰",
    "华信通信",
    "长青园林",
    "通达快运",
    "合众电气",
    "美佳家居",
    "立信会计",
    "汇丰包装",
    "佳业物业",
    "中天钢构",
    "飞跃体育",
    "德馨餐饮",
    "创想设计",
    "永固五金",
    "正源水务",
    "佰利商贸",
    "同创仪器",
    "欣荣印刷",
    "广联建设",
    "维康器械",
    "晨曦日化",
    "顺达运输",
]
_INDUSTRIES = ("制造业", "服务业", "批发零售", "信息技术", "建筑业")
_NEEDS = ("定制化生产管理系统", "标准化软件许可", "定制化接口开发", "标准化年度维保", "耗材采购")
_CARE = ("新功能使用培训", "季度满意度回访", "节日问候", "续约洽谈", "上门巡检")
_OWNERS = ("张敏", "李强", "王芳", "赵磊")


def _orders(random: Random, yearly: int, last: date, years: int) -> Iterator[tuple[date, int]]:
    """Yield orders whose last 12 months add up to `yearly` yuan and end on `last`; earlier years are similar."""
    if last > AS_OF - timedelta(days=365):
        earlier = [
            last - timedelta(days=random.randint(20, 60) * step) for step in range(1, random.randint(1, 6))
        ]
        days = [day for day in earlier if day > AS_OF - timedelta(days=364)] + [last]
        rest = yearly
        for number, day in enumerate(sorted(days), start=1):
            share = rest if number == len(days) else yearly // len(days) // 100 * 100
            rest -= share
            yield day, share
    for year in range(1, years):
        yield (
            AS_OF - timedelta(days=365 * year + random.randint(30, 300)),
            yearly * random.randint(5, 9) // 10,
        )


def _made_up(random: Random) -> Iterator[Customer]:
    for number, name in enumerate(_NAMES, start=3):
        years = random.choice((1, 1, 2, 3, 5))
        yearly = random.choice(
            (8_000, 15_500, 23_000, 36_800, 48_000, 52_000, 67_500, 88_000, 120_000, 260_000)
        )
        silent = random.choice((3, 9, 16, 25, 40, 75, 110, 150, 210, 400))
        orders = sorted(_orders(random, yearly, AS_OF - timedelta(days=silent), years))
        orders = orders or [(AS_OF - timedelta(days=silent), yearly)]
        yield Customer(
            f"KH{number:04d}",
            f"{name}有限公司",
            random.choice(_INDUSTRIES),
            random.choice(("50人", "200人", "500-1000", "1000人+", "120人")),
            random.choice(("陈经理", "刘主管", "周总", "吴采购")),
            random.choice(_NEEDS),
            f"{years}年" if years > 1 else random.choice(("6个月", "10个月", "1年半")),
            random.choice(_CARE),
            random.choice(_OWNERS),
            tuple(orders),
        )


def _of_the_document() -> Iterator[Customer]:
    yield Customer(
        "KH0001", "A公司", "制造业", "1000人+", "经理", "定制化生产管理系统", "2年", "新功能使用培训", "经理",
        ((date(2021, 10, 28), 60_000), (date(2023, 3, 6), 50_000), (date(2023, 6, 20), 40_000), (date(2023, 10, 15), 60_000)),
    )  # fmt: skip
    yield Customer(
        "KH0002", "B公司", "服务业", "200人", "主管", "标准化软件许可", "6个月", "季度满意度回访", "专员",
        ((date(2023, 5, 8), 12_000), (date(2023, 8, 20), 18_000)),
    )  # fmt: skip


def _yearly(customer: Customer) -> int:
    start = date(AS_OF.year - 1, AS_OF.month, AS_OF.day)
    return sum(amount for day, amount in customer.orders if start < day <= AS_OF)


def _money_as_typed(yuan: int) -> float | str:
    """Return an amount as people type them: `15万元` where it is round, a plain number else."""
    return f"{yuan // 10_000}万元" if yuan and yuan % 10_000 == 0 else float(yuan)


def customers() -> None:
    """Build the main example: a ledger in the columns of the 客户信息登记表, and its orders."""
    everyone = [*_of_the_document(), *_made_up(Random(20231031))]
    book = Workbook("customers.xlsx")
    header = (
        "客户编号", "客户名称", "行业", "规模", "联系人（经理）", "最近交易时间", "年消费额", "主要需求",
        "历史合作时长", "上次维护内容", "维护责任人",
    )  # fmt: skip
    rows = [
        (c.id, c.name, c.industry, c.size, c.contact, c.orders[-1][0], _money_as_typed(_yearly(c)), c.need,
         c.tenure, c.maintenance, c.owner)
        for c in everyone
    ]  # fmt: skip
    book.sheet("客户信息登记表", header, rows, (10, 24, 10, 10, 12, 13, 13, 22, 12, 18, 11))
    lines = sorted((day, c.id, c.name, amount) for c in everyone for day, amount in c.orders)
    orders = [
        (f"DD{number:05d}", day, id_, name, float(amount), "已完成")
        for number, (day, id_, name, amount) in enumerate(lines, start=1)
    ]
    book.sheet("订单明细", ("订单编号", "订单日期", "客户编号", "客户名称", "订单金额(元)", "订单状态"), orders,
               (12, 13, 10, 24, 14, 10))  # fmt: skip
    book.save()


def annual_plan() -> None:
    """Build a ledger for the three classes of the yearly plan."""
    book = Workbook("annual_plan.xlsx")
    header = ("客户名称", "年度购买金额(元)", "年度购买频率", "生命周期阶段", "首次购买", "回访责任人")
    rows = (
        ("甲方实业", 86_000.0, 12, "成熟期", date(2020, 4, 2), "张敏"),
        ("乙方商贸", 32_000.0, 5, "成长期", date(2022, 1, 15), "李强"),
        ("丙方工作室", 4_800.0, 1, "导入期", date(2023, 10, 9), "王芳"),
        ("丁方门店", 6_000.0, 2, None, date(2019, 5, 1), "王芳"),
    )
    book.sheet("客户", header, rows, (16, 16, 13, 13, 13, 12))
    book.save()


def four_dimensions() -> None:
    """Build the 客户分级表 of its document, as printed, with the tier still to be found."""
    book = Workbook("four_dimensions.xlsx")
    header = ("客户姓名", "客户编号", "消费金额", "消费频率", "忠诚度", "潜在价值", "客户等级")
    rows = (
        ("张三", "001", 120000, "高频", "忠诚", "高", None),
        ("李四", "002", 80000, "中频", "潜在", "中", None),
        ("王五", "003", 40000, "低频", "不忠诚", "低", None),
    )
    book.sheet("客户分级表", header, rows, (12, 12, 12, 12, 12, 12, 12))
    book.save()


def value_risk() -> None:
    """Build the four customers of the 动态调整表 as printed; what a review fills in (效果评估, 调整后策略) is left out."""
    book = Workbook("value_risk.xlsx")
    header = (
        "客户名称", "客户类型", "负责人", "当前核心策略", "策略执行周期", "关键监测指标(目标值/实际值)",
        "调整原因", "调整时间", "备注",
    )  # fmt: skip
    rows = (
        ("A科技有限公司", "高价值稳定型", "*经理", "季度高层互访+定制化产品升级方案", "每季度1次",
         "复购率≥80%/85%;满意度≥90%/88%", "客户提出竞品价格更低,需强化差异化价值沟通", date(2024, 3, 10),
         "已与客户技术总监初步沟通"),
        ("B贸易公司", "高价值潜力型", "*专员", "行业案例分享+免费试用30天", "每两周1次",
         "新增订单数≥2单/1单;转化周期≤30天/45天", "客户反馈试用流程复杂,体验不佳", date(2024, 3, 15),
         "技术部已优化试用系统"),
        ("C个体工商户", "低价值风险型", "*助理", "价格优惠+定期库存提醒", "每月1次",
         "流失率≤5%/10%;复购率≥50%/40%", "客户因竞品送货时效更快流失", date(2024, 3, 8), "物流承诺3日内送达"),
        ("D集团客户", "低价值稳定型", "*主管", "标准化售后流程+季度关怀问候", "每季度1次",
         "投诉率≤3%/5%;客单价稳定", "客户提出增加线上订单管理功能需求", date(2024, 3, 20), "系统部预计4月上线"),
    )  # fmt: skip
    book.sheet("客户", header, rows, (18, 14, 10, 36, 14, 40, 42, 13, 26))
    book.save()


def value_potential() -> None:
    """Build the 表1 客户信息基础表 as printed."""
    book = Workbook("value_potential.xlsx")
    header = (
        "客户ID", "客户名称", "所属行业", "企业规模（人）", "联系人", "职位", "需求描述", "合作历史（万元）",
        "客户状态", "负责人",
    )  # fmt: skip
    rows = (
        ("C001", "科技有限公司", "制造业", "500-1000", "*经理", "采购总监", "采购A类设备，年需求50万",
         "2022年合作30万", "成交客户", "*主管"),
        ("C002", "YY贸易商行", "批发零售", "100-300", "*主任", "负责人", "寻求B类产品代理合作", None, "意向客户",
         "*专员"),
    )  # fmt: skip
    book.sheet("客户信息基础表", header, rows, (10, 18, 12, 14, 10, 12, 28, 18, 12, 10))
    book.save()


def messy() -> None:
    """Build a ledger with everything that real ones have: titles, two-row headers, totals, mixed values."""
    book = Workbook("messy.xlsx")
    sheet = book.book.add_worksheet("客户台账")
    sheet.merge_range("A1:I1", "华北区客户台账", book.title)
    sheet.write_string("A2", "统计截止日：2023-10-31")
    for first, last, text in ((0, 1, "基本信息"), (2, 4, "交易情况"), (5, 8, "维护情况")):
        sheet.merge_range(2, first, 2, last, text, book.head)
    sheet.write_row(
        3, 0,
        ("客户名称*", "行业", "年消费额\n(万元)", "最近交易时间", "合作时长", "上次维护内容", "维护责任人", "满意度评分", "备注"),
        book.head,
    )  # fmt: skip
    rows: Sequence[Row] = (
        ("A公司", "制造业", "15万元", "2023-10-15", "2年", "新功能使用培训", "经理", 4.8, None),
        ("B公司", "服务业", 3, "2023年8月20日", "6个月", "季度满意度回访", "专员", "4.5分", None),
        ("丙 公司", "制造业", "伍万元整", "2023.9.1", "1年半", None, "*经理", None, "全角：１２３"),
        ("丁公司", "服务业", "￥65,000.50", 45209, "10个月", None, "专员", 6, "满意度填错"),
        (None, None, None, None, None, None, None, None, None),
        ("戊公司", "制造业", "约8万", "上月", "3年", None, "经理", None, None),
        ("己公司", "服务业", "（1,200）元", "24-1-5", "两年", None, "专员", None, None),
        ("=cmd|' /C calc'!A0", "服务业", 1.2, "20231001", "2年", None, "专员", None, "公式一样的名字"),
        ("A公司", "制造业", "5-8万元", "2023-10-01", "2年", None, "经理", None, "重名"),
        ("庚公司", "服务业", "2.5万", "2023/10/20", "90天", None, None, None, "隐藏行"),
        ("合计", None, 41.2, None, None, None, None, None, None),
    )
    for number, row in enumerate(rows, start=4):
        book.row(sheet, number, row)
    sheet.set_row(13, None, None, {"hidden": True})
    sheet.write_string(16, 0, "制表人：王芳")
    for column, width in enumerate((20, 10, 14, 16, 10, 18, 12, 12, 16)):
        sheet.set_column(column, column, width)
    orders = (
        ("A公司", date(2023, 10, 15), 50000.0, "已完成"),
        ("B公司", date(2023, 8, 20), 30000.0, "已完成"),
        ("查无此人", date(2023, 8, 1), 900.0, "已完成"),
        ("丁公司", date(2023, 10, 10), 65000.5, "交易关闭"),
        ("庚公司", date(2023, 10, 20), 25000.0, "已完成"),
    )
    book.sheet("订单", ("客户名称", "下单时间", "实付金额", "订单状态"), orders, (20, 13, 13, 12))
    book.save()


def visits() -> None:
    """Build the ledger of a small team at the end of a year, to plan visits from."""
    book = Workbook("visits.xlsx")
    example_visits.fill(book)
    book.save()


def review() -> None:
    """Build the ledger of an office with two years of orders, to review the last quarter of."""
    book = Workbook("review.xlsx")
    example_review.fill(book)
    book.save()


if __name__ == "__main__":
    for build in (
        customers,
        annual_plan,
        four_dimensions,
        value_risk,
        value_potential,
        messy,
        visits,
        review,
    ):
        build()
        print(build.__name__)

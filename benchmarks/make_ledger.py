"""Make a realistic customer ledger of any size: 20 columns, the value forms of a real one.

python benchmarks/make_ledger.py 100000 ledger.xlsx
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import xlsxwriter

AS_OF = date(2024, 6, 30)
HEADER = [
    "客户编号", "客户名称", "行业", "规模", "联系人", "职位", "手机号", "邮箱", "省份", "城市", "地址", "年消费额",
    "最近交易时间", "历史合作时长", "近1年订单次数", "满意度评分", "主要需求", "上次维护内容", "维护责任人", "备注",
]  # fmt: skip


def rows(count: int) -> Iterator[tuple[object, ...]]:
    """Yield rows of mixed numbers, dates and texts; the same for the same count."""
    random = Random(count)
    for number in range(count):
        yield (
            f"KH{number:07d}",
            f"第{number:07d}号客户有限公司",
            random.choice(("制造业", "服务业", "批发零售", "信息技术")),
            random.choice(("50人", "200人", "500-1000", "1000人+")),
            random.choice("赵钱孙李周吴郑王") + "经理",
            random.choice(("采购总监", "负责人", "总经理")),
            f"1{random.randint(3_000_000_000, 9_999_999_999)}",
            f"user{number}@example.com",
            random.choice(("浙江省", "江苏省", "广东省")),
            random.choice(("杭州市", "南京市", "深圳市")),
            f"人民路{number % 997 + 1}号",
            round(random.lognormvariate(10.4, 1.2), 2),
            AS_OF - timedelta(days=random.randint(0, 700)),
            random.choice(("6个月", "1年", "2年", "1年半", "5年")),
            random.randint(1, 24),
            round(random.uniform(2.5, 5), 1),
            random.choice(("定制化生产管理系统", "标准化软件许可", "标准化年度维保")),
            random.choice(("季度满意度回访", "新功能使用培训")),
            f"客户经理{number % 40:02d}",
            "" if number % 3 else "重点跟进",
        )


def make(count: int, path: str) -> None:
    """Write the ledger as a plain .xlsx, texts in one shared table as Excel and WPS write them."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("客户台账")
        sheet.write_row(0, 0, HEADER)
        for number, row in enumerate(rows(count), start=1):
            sheet.write_row(number, 0, row)


if __name__ == "__main__":
    make(int(sys.argv[1]), sys.argv[2])

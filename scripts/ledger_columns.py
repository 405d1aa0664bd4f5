"""Lists the columns of each empty ledger, in the order and the words of the source documents.

How they are drawn is in `template_ledgers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column of an empty ledger: its header, what it holds, how to fill it in, and an example."""

    header: str
    kind: str = "text"
    how: str = ""
    example: str = ""
    choices: tuple[str, ...] = ()
    is_needed: bool = False
    width: int = 14


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """An empty ledger: the sheet's name, what it is for, its columns, and how many of them stay in view."""

    sheet: str
    about: str
    columns: tuple[Wanted, ...]
    frozen: int = 1


_AMOUNT = "近12个月的合计。数字按元计，也可写 15万元。"
_DAY = "写成日期，如 2023-10-15。"
_SPAN = "写开始日期，或写时长，如 2年、6个月。"
_COUNT = "写次数，如 4。"
_LOCKS = (
    Wanted("等级锁定", how="人工指定等级时填等级名称，优先于规则；不锁定就留空。"),
    Wanted("锁定原因", how="为什么不按规则定级。", width=20),
    Wanted("锁定至", "date", how="锁定到哪一天为止，当天有效；留空为一直有效。"),
)

_LAST_CONTACT = Wanted(
    "最近联系时间", "date", "最近一次电话、拜访等联系；排回访从这天算起。" + _DAY, "2023-10-20"
)
_NEXT = Wanted("下次跟进时间", "date", "与客户约好的日子，没有约就留空。" + _DAY, "2024-03-15")
_BIRTHDAY = Wanted("生日", how="可写 1985-03-12、3月12日、农历三月初五。", example="3月12日")
_PHONE = Wanted("联系电话", how="电话按文本填写。", example="13800000000", width=18)

_REGISTER = LedgerSheet(
    "客户信息登记表",
    "列名取自《客户分类与策略制定工具指南》模板2；需求挖掘程度 起为规则用到的补充列，没有可留空。",
    (
        Wanted("客户名称", how="每个客户一行，名称不重复。", example="A公司", is_needed=True, width=26),
        Wanted("行业", example="制造业"),
        Wanted("规模", how="人数，可写 200人、500-1000、1000人+。", example="1000人+"),
        Wanted("联系人（经理）", example="王经理"),
        Wanted("最近交易时间", "date", _DAY, "2023-10-15", is_needed=True),
        Wanted("年消费额", "money", _AMOUNT, "15万元", is_needed=True),
        Wanted("主要需求", how="一句话，写明定制化或标准化。", example="定制化生产管理系统", width=28),
        Wanted("历史合作时长", how=_SPAN, example="2年", is_needed=True),
        Wanted("上次维护内容", example="新功能使用培训", width=24),
        Wanted("维护责任人", example="李经理"),
        Wanted(
            "需求挖掘程度", how="从列表中选。", example="部分挖掘", choices=("未挖掘", "部分挖掘", "充分挖掘")
        ),
        Wanted("近1年订单次数", "count", _COUNT, "4"),
        Wanted("近1个月互动次数", "count", _COUNT, "2"),
        Wanted("满意度评分", "number", "5 分制，如 4.5。", "4.5"),
        *(_LAST_CONTACT, _NEXT, _BIRTHDAY, _PHONE),
        *_LOCKS,
    ),
)

_PLAN = LedgerSheet(
    "客户台账",
    "列名取自《年度客户关系维护计划》的客户分类表与回访频率表；最近联系时间 起为排回访用到的补充列。",
    (
        Wanted("客户名称", how="每个客户一行，名称不重复。", example="A公司", is_needed=True, width=26),
        Wanted("年度购买金额", "money", _AMOUNT, "60000", is_needed=True),
        Wanted("年度购买频率", "count", "近12个月的购买次数，如 6。", "6"),
        Wanted("生命周期阶段", how="从列表中选。", example="成长", choices=("导入", "成长", "成熟", "衰退")),
        Wanted("首次购买", "date", _DAY, "2022-05-01", is_needed=True),
        Wanted("联系人"),
        Wanted("联系方式", how="电话或邮箱；电话按文本填写。", width=18),
        Wanted("维护责任人", example="李经理"),
        *(_LAST_CONTACT, _NEXT, _BIRTHDAY),
        *_LOCKS,
    ),
)

_RISK = LedgerSheet(
    "客户台账",
    "列名取自《客户关系维护策略及策略调整表》步骤1；最近联系时间 起为排回访用到的补充列。",
    (
        Wanted(
            "客户名称", how="每个客户一行，名称不重复。", example="A科技有限公司", is_needed=True, width=26
        ),
        Wanted("负责人", example="王经理"),
        Wanted("ARPU值", "money", _AMOUNT, "30万元", is_needed=True),
        Wanted("增长率", "percent", "与上年同期相比，如 5%。", "5%"),
        Wanted("投诉率", "percent", "近12个月有投诉的订单占比，如 1%。", "1%"),
        Wanted("最近订单", "date", _DAY, "2024-02-20", is_needed=True),
        Wanted("行业", example="制造业"),
        Wanted("联系人"),
        Wanted("联系方式", how="电话或邮箱；电话按文本填写。", width=18),
        *(_LAST_CONTACT, _NEXT, _BIRTHDAY),
        *_LOCKS,
    ),
)

_LEVEL = "可选级别，也可直接填数字。"
_GRADES = LedgerSheet(
    "客户分级表",
    "列名取自客户分级管理的客户分级表；客户等级由 crmtool 判定，不必填写；最近联系时间 起为排回访用到的补充列。",
    (
        Wanted("客户姓名", how="每个客户一行。", example="张三", is_needed=True, width=20),
        Wanted("客户编号", how="按文本填写，开头的 0 不会丢。", example="001"),
        Wanted("消费金额", "money", _AMOUNT, "120000", is_needed=True),
        Wanted("消费频率", how=_LEVEL + "数字为每月次数。", example="高频", choices=("高频", "中频", "低频")),
        Wanted("忠诚度", how="从列表中选。", example="忠诚", choices=("忠诚", "潜在", "不忠诚")),
        Wanted("潜在价值", how="从列表中选。", example="高", choices=("高", "中", "低")),
        Wanted("联系方式", how="电话或邮箱；电话按文本填写。", width=18),
        Wanted("公司名称", width=24),
        *(_LAST_CONTACT, _NEXT, _BIRTHDAY),
        *_LOCKS,
    ),
    frozen=2,
)

_BASE = LedgerSheet(
    "客户信息基础表",
    "列名取自《通用客户关系管理框架》表1；优先级 起为步骤2 的标签与规则用到的补充列，没有可留空。",
    (
        Wanted("客户ID", how="按文本填写，每个客户一个，不重复。", example="C001", is_needed=True),
        Wanted("客户名称", how="全称。", example="科技有限公司", is_needed=True, width=26),
        Wanted("所属行业", example="制造业"),
        Wanted("企业规模（人）", how="人数，可写 500-1000、1000人+。", example="500-1000"),
        Wanted("联系人", example="王经理"),
        Wanted("职位", example="采购总监"),
        Wanted("需求描述", how="一句话；填了即视为有需求。", example="采购A类设备，年需求50万", width=30),
        Wanted(
            "合作历史（万元）",
            how="近一年的合作金额。数字按万元计，也可写 2022年合作30万。",
            example="30",
            is_needed=True,
            width=20,
        ),
        Wanted(
            "客户状态",
            how="从列表中选。",
            example="成交客户",
            choices=("潜在客户", "意向客户", "成交客户", "流失客户"),
            is_needed=True,
        ),
        Wanted("负责人", example="李主管"),
        Wanted("优先级", how="从列表中选。", example="高", choices=("高", "中", "低"), width=10),
        Wanted("客户来源", how="从列表中选。", example="展会", choices=("展会", "转介绍", "线上推广")),
        Wanted("最近新增需求日期", "date", _DAY, "2024-02-10", width=18),
        Wanted("行业前景", how="从列表中选。", example="好", choices=("好", "一般", "差")),
        *(_LAST_CONTACT, _NEXT, _BIRTHDAY, _PHONE),
        *_LOCKS,
    ),
    frozen=2,
)

#: The empty ledger of each rule set.
LEDGERS: Mapping[str, LedgerSheet] = {
    "annual_value": _REGISTER,
    "annual_plan": _PLAN,
    "value_risk": _RISK,
    "four_dimensions": _GRADES,
    "value_potential": _BASE,
}

"""Knows what each KPI is: its names, its unit, its formula in words, and what a ledger lacks where it is unknown.

How it is counted is left to `crmtool.review.kpis.measure`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crmtool.review.kpis.responses import RESPONSE_MISSING
from crmtool.rules.target_lines import Unit


@dataclass(frozen=True, slots=True)
class Kpi:
    """A KPI. `formula` says what is divided by what; `names` are other words for it in cells and rules."""

    id: str
    label: str
    label_en: str
    unit: Unit
    formula: str
    formula_en: str
    names: tuple[str, ...] = ()


_ALL: Final = (
    Kpi(
        "repeat_rate",
        "复购率",
        "Repeat rate",
        "percent",
        "近12个月下单2次及以上的客户 ÷ 近12个月下过单的客户",
        "customers with 2 orders or more ÷ customers with an order, in the 12 months",
        ("重复购买率", "客户忠诚度", "客户复购率", "回购率"),
    ),
    Kpi(
        "retention",
        "留存率",
        "Retention",
        "percent",
        "上期和本期都下单的客户 ÷ 上期下单的客户",
        "customers who ordered in the period before and in this one ÷ those who ordered in the period before",
        ("客户留存率", "保留率", "客户保留率"),
    ),
    Kpi(
        "churn_rate",
        "流失率",
        "Churn rate",
        "percent",
        "上期下单、本期没有下单的客户 ÷ 上期下单的客户",
        "customers who ordered in the period before and not in this one ÷ those who ordered in the period before",
        ("客户流失率",),
    ),
    Kpi(
        "satisfaction_rate",
        "客户满意度",
        "Satisfaction (CSAT)",
        "percent",
        "本期回访中4分及以上（满分5分）的回答 ÷ 全部满意度回答",
        "answers of 4 of 5 or more ÷ answers on satisfaction, in the visits of the period",
        ("满意度", "客户满意率", "满意率", "客户满意度(CSAT)", "CSAT"),
    ),
    Kpi(
        "nps",
        "NPS",
        "NPS",
        "points",
        "（推荐意愿9–10分的回答 - 0–6分的回答）× 100 ÷ 全部推荐意愿回答",
        "(answers of 9 or 10 - answers of 0 to 6) × 100 ÷ answers on recommending, in the visits of the period",
        ("净推荐值", "客户满意度(NPS)"),
    ),
    Kpi(
        "visit_rate",
        "回访率",
        "Visit rate",
        "percent",
        "本期应回访且已完成的次数 ÷ 本期应回访的次数",
        "visits due in the period that were made ÷ visits due in the period",
        ("客户回访率",),
    ),
    Kpi(
        "vas_rate",
        "增值服务参与率",
        "Value-added services rate",
        "percent",
        "本期回答参与增值服务的客户 ÷ 本期被问到的客户",
        "customers who said yes ÷ customers asked about value-added services, in the visits of the period",
        ("增值服务参与度",),
    ),
    Kpi(
        "conversion",
        "跟进转化率",
        "Conversion",
        "percent",
        "本期回访过的意向客户中转为成交的 ÷ 本期回访过的意向客户",
        "prospects visited in the period who became buyers ÷ prospects visited in the period",
        ("转化率", "客户转化率"),
    ),
    Kpi(
        "aov",
        "客单价",
        "Average order value",
        "money",
        "本期净销售额（退款从发生当天扣减）÷ 本期订单数",
        "net amount of the period (a refund lowers its own day) ÷ orders of the period; in yuan",
        ("平均客单价",),
    ),
    Kpi(
        "aov_change",
        "客单价变化",
        "Change of order value",
        "change",
        "本期客单价 ÷ 上期客单价 - 1",
        "order value of the period ÷ that of the period before - 1; the two are shown",
        ("客单价增长率", "客单价变化率", "客单价增长", "客单价稳定"),
    ),
    Kpi(
        "complaint_rate",
        "投诉率",
        "Complaint rate",
        "percent",
        "本期有投诉的活跃客户 ÷ 活跃客户（近12个月下过单）",
        "active customers with a complaint in the period ÷ active customers (an order in the 12 months)",
        ("客户投诉率",),
    ),
    Kpi(
        "new_orders",
        "新增订单数",
        "New orders",
        "count",
        "本期订单数 ÷ 客户数（每位客户的订单数）",
        "orders of the period ÷ customers: orders a customer",
        ("新增订单", "新增订单量"),
    ),
    Kpi(
        "cycle",
        "转化周期",
        "Days to first order",
        "days",
        "首单在本期的客户，从最早的需求、回访或咨询到首单的天数，取中位数",
        "median days from the first demand, visit or ticket to the first order, where that is in the period",
        ("成交周期", "客户转化周期", "新客户转化周期"),
    ),
    Kpi(
        "reactivation_rate",
        "沉默客户激活率",
        "Reactivation rate",
        "percent",
        "本期下单的沉默客户 ÷ 期初沉默的客户（下过单，期初前6个月没有下单）",
        "silent customers who ordered in the period ÷ customers silent at its start: none in 6 months, some before",
        ("激活率", "客户激活率", "唤醒率"),
    ),
    Kpi(
        "cross_sell_rate",
        "交叉购买率",
        "Cross-selling rate",
        "percent",
        "近12个月买过2种及以上产品类型的客户 ÷ 近12个月下过单的客户",
        "customers with 2 product types or more ÷ customers with an order, in the 12 months",
        ("交叉销售率",),
    ),
)
#: The KPIs in the order in which they are shown. `response_…` ones are the rule set's own: `crmtool.review.kpis.responses`.
KPIS: Final[Mapping[str, Kpi]] = {kpi.id: kpi for kpi in _ALL}

#: Why a KPI is unknown: what is lacking and what to do, in Chinese and in English.
MISSING: Final[Mapping[str, tuple[str, str]]] = {
    "no_orders": (
        "没有订单明细：加一张订单表（客户、订单日期、实付金额），或用 --orders 指定",
        "no orders: add a sheet of orders (customer, 订单日期, 实付金额), or name it with --orders",
    ),
    "orders_late": (
        "订单明细开始得太晚，只盖住一部分日期：补上更早的订单",
        "the orders begin too late for all of its days: add earlier ones",
    ),
    "orders_ended": (
        "订单明细在本期开始以前就断了，不知道本期有没有订单：补上本期的订单",
        "the orders end before the period begins, so nothing is known of it: add those of the period",
    ),
    "no_amounts": ("订单明细没有金额：加一列 实付金额", "the orders have no amounts: add a column 实付金额"),
    "no_types": (
        "订单明细没有产品类型：加一列 产品类型",
        "the orders have no product types: add a column 产品类型",
    ),
    "no_visits": (
        "本期没有回访记录：用 crmtool collect 收回跟进表，或加一张 回访记录",
        "no visits of the period on record: collect the follow-up sheets, or add a sheet 回访记录",
    ),
    "no_satisfaction": (
        "本期回访没有满意度的回答：在跟进表里填 满意度（1–5）",
        "no answer on satisfaction in the period: fill in 满意度 (1-5) on the follow-up sheets",
    ),
    "no_recommend": (
        "本期回访没有推荐意愿的回答：在跟进表里填 推荐意愿（0–10）",
        "no answer on recommending in the period: fill in 推荐意愿 (0-10) on the follow-up sheets",
    ),
    "no_services": (
        "本期回访没有问到增值服务：在跟进表里填 参与增值服务（是/否）",
        "nobody was asked about value-added services in the period: fill in 参与增值服务 (是/否)",
    ),
    "no_plan": (
        "没有回访计划：先用 crmtool plan 排计划并记入历史，或用 --plan 指定",
        "no plan of visits: make one with crmtool plan and keep it in the history, or name it with --plan",
    ),
    "no_status": (
        "不知道期初谁是意向客户：加一列 客户状态，或补上期初以前的订单",
        "not known who was a prospect at the start: add a column 客户状态, or orders from before the period",
    ),
    "no_complaints": (
        "没有投诉的记录：加一张 咨询投诉记录（客户、提出时间、事件类型），或在回访里填 投诉",
        "no record of complaints: add a sheet 咨询投诉记录 (customer, 提出时间, 事件类型), or fill in 投诉 of visits",
    ),
    "complaints_late": (
        "投诉和回访的记录晚于期初开始，只盖住一部分日期：补上更早的记录",
        "tickets and visits on record begin after the period does: add earlier ones",
    ),
    "complaints_ended": (
        "投诉和回访的记录在本期开始以前就断了：补上本期的记录；本期确实没有投诉的，无法由此得知",
        "tickets and visits on record end before the period begins: add those of the period",
    ),
    "no_contacts": (
        "没有需求、回访或咨询的记录：加一张 需求记录、回访记录 或 咨询投诉记录",
        "no demand, visit or ticket on record: add a sheet 需求记录, 回访记录 or 咨询投诉记录",
    ),
    "nothing_to_count": (
        "没有可计的客户或次数（分母为 0）",
        "there is nothing to count: the denominator is 0",
    ),
    "no_base": (
        "上期客单价为零或负数，算不出变化",
        "the order value of the period before is zero or less: no change can be told",
    ),
    "not_counted": (
        "crmtool 不统计这项指标：在台账的 关键监测指标 里填目标值/实际值",
        "crmtool does not count this KPI: fill in target and actual in the ledger's 关键监测指标",
    ),
    **RESPONSE_MISSING,
}

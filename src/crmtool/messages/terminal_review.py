"""Texts of the terminal about reviews, as (Chinese, English)."""

from __future__ import annotations

REVIEW_TEXTS: dict[str, tuple[str, str]] = {
    "review-of": ("复盘 {period}（{first} 至 {last}）", "Review of {period} ({first} to {last})"),
    "review-against-history": (
        "与历史库中 {day} 的等级比较（{place}）",
        "Compared with the tiers as of {day} in the history ({place})",
    ),
    "review-against-workbook": (
        "与 {place} 中 {day} 的等级比较",
        "Compared with the tiers as of {day} in {place}",
    ),
    "review-against-ledger": (
        "与台账“{place}”一列已有的等级比较",
        "Compared with the tiers that stand in the ledger ({place})",
    ),
    "review-against-nothing": ("没有更早的等级可比", "There are no earlier tiers to compare with"),
    "review-day-unknown": ("日期不详", "an unknown day"),
    "review-kpi": ("指标", "KPI"),
    "review-target": ("目标", "Target"),
    "review-actual": ("实际", "Actual"),
    "review-met": ("达成", "Met"),
    "review-before": ("上期", "Before"),
    "review-unknown": ("未知", "unknown"),
    "review-kpis-met": (
        "有目标的指标：达成 {met}，未达成 {short}，未知 {unknown}",
        "KPIs with a target: {met} met, {short} short, {unknown} unknown",
    ),
    "review-no-targets": ("规则没有为指标设目标", "The rules set no targets"),
    "review-was-now": ("原等级 \\ 现等级", "From \\ to"),
    "review-new": ("新增客户", "new"),
    "review-gone": ("不在台账", "gone"),
    "review-undecided": ("待补资料", "undecided"),
    "review-total": ("合计", "Total"),
    "review-moves": (
        "升级 {up}，降级 {down}，平级变动 {level}，新增 {new}，不在台账 {gone}，其中待确认 {waiting}",
        "{up} up, {down} down, {level} level, {new} new, {gone} gone; {waiting} are waiting to be confirmed",
    ),
    "review-adjustments": (
        "策略调整表：{rows} 位客户（未达标 {short}，等级变动 {moved}，标记 {marked}，上期未决 {waiting}）",
        "Adjustment table: {rows} customers ({short} short, {moved} moved, {marked} marked, {waiting} left over)",
    ),
    "review-carried-from": ("沿用 {place} 里未决的行", "Open rows were carried on from {place}"),
    "review-unit-points": ("{figure}分", "{figure} points"),
    "review-unit-count": ("{figure}单", "{figure} orders"),
    "review-unit-money": ("{figure}元", "{figure} yuan"),
    "review-unit-days": ("{figure}天", "{figure} days"),
}

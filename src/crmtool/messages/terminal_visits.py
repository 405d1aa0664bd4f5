"""Texts of the terminal about plans, follow-up sheets and standings, as (Chinese, English)."""

from __future__ import annotations

VISIT_TEXTS: dict[str, tuple[str, str]] = {
    "plan-span": ("回访计划 {first} 至 {last}", "Visits from {first} to {last}"),
    "plan-visits": ("回访次数", "Visits"),
    "plan-owner": ("负责人", "Owner"),
    "plan-greatest-day": ("最多一天", "Busiest day"),
    "plan-unplaced": ("未排入", "Unplaced"),
    "plan-more-owners": (
        "……另有 {count} 位负责人，见工作簿的“工作量”",
        "… and {count} more owners, see 工作量",
    ),
    "plan-overdue": ("逾期待补：{count} 次", "Overdue: {count} visits"),
    "plan-never": ("从未回访过的客户：{count} 位", "Customers who were never visited: {count}"),
    "plan-undue": (
        "没有到期回访的客户：{count} 位，见“未排入”",
        "Nothing is due: {count} customers, see 未排入",
    ),
    "plan-changes": (
        "与上次计划相比：改期 {moved}，新增 {added}，取消 {dropped}",
        "Against the earlier plan: {moved} moved, {added} added, {dropped} dropped",
    ),
    "followup-from-workbook": (
        "{month} 的跟进表，取自计划 {path}",
        "Follow-up of {month}, from the plan {path}",
    ),
    "followup-from-history": (
        "{month} 的跟进表，取自历史 {path}",
        "Follow-up of {month}, from the history {path}",
    ),
    "followup-from-now": (
        "{month} 的跟进表，当场排出{path}",
        "Follow-up of {month}, planned on the spot{path}",
    ),
    "owner": ("负责人", "Owner"),
    "nobodys": ("未分配", "nobody's"),
    "visits-count": ("回访", "Visits"),
    "overdue-count": ("逾期", "Overdue"),
    "more-files": ("……另有 {count} 个文件在 {folder}", "… and {count} more files in {folder}"),
}

"""Texts of the terminal about plans, follow-up sheets and standings, as (Chinese, English)."""

from __future__ import annotations

VISIT_TEXTS: dict[str, tuple[str, str]] = {
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

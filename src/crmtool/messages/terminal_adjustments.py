"""Texts of the terminal about adjustments that are carried out, as (Chinese, English)."""

from __future__ import annotations

ADJUSTMENT_TEXTS: dict[str, tuple[str, str]] = {
    "adjustment-table-back": ("调整表", "Table"),
    "adjustment-rows": ("行数", "Rows"),
    "adjustment-approved": ("同意", "Approved"),
    "adjustment-rejected": ("驳回", "Rejected"),
    "adjustment-open": ("待定", "Undecided"),
    "adjustment-line-rejected": ("驳回：{name}", "Rejected: {name}"),
    "adjustment-line-undecided": ("待定：{name}", "Undecided: {name}"),
    "adjustment-total": (
        "已执行 {applied} 行，台账里已是如此 {current} 行，驳回 {rejected} 行，待定 {undecided} 行，未执行 {refused} 行",
        "{applied} rows carried out, {current} said by the ledger already, {rejected} rejected, {undecided} undecided, "
        "{refused} not carried out",
    ),
    "ledger-untouched": (
        "台账 {path} 没有写入任何内容",
        "Nothing was written into the ledger {path}",
    ),
    "adjustment-would-total": (
        "将执行 {applied} 行，台账里已是如此 {current} 行，驳回 {rejected} 行，待定 {undecided} 行，不能执行 {refused} 行",
        "{applied} rows would be carried out, {current} are said by the ledger already, {rejected} rejected, "
        "{undecided} undecided, {refused} cannot be carried out",
    ),
}

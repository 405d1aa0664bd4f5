"""Texts of the terminal about two versions of a rule set, as (Chinese, English)."""

from __future__ import annotations

DIFF_TEXTS: dict[str, tuple[str, str]] = {
    "diff-versions": ("{old} → {new}", "{old} → {new}"),
    "diff-same": ("两版写法完全相同。", "Both say the same."),
    "diff-changes": ("写法变更 {count} 处：", "Written differently ({count}):"),
    "diff-moves": (
        "哪些客户的等级会变（由规则推出，{count} 种）：",
        "Which kinds of customers move (proved, {count} moves):",
    ),
    "diff-no-moves": (
        "没有任何一类客户的等级会变（已证明）。",
        "No kind of customer moves to another tier (proved).",
    ),
    "diff-move": ("{before} → {after}（{kind}）", "{before} → {after} ({kind})"),
    "diff-may-move": (
        "字段的读法、空白含义或标签有变，也可能影响判定，见上。",
        "How cells are read, what empty ones mean, or tags changed: that can move customers too, see above.",
    ),
    "diff-ledger": (
        "台账 {file}（{sheet}），截至 {as_of}：{customers} 位客户，{moved} 位的等级会变。",
        "Ledger {file} ({sheet}) as of {as_of}: {customers} customers, {moved} of them move.",
    ),
    "diff-was-now": ("原等级 ＼ 新等级", "Before \\ after"),
    "diff-before": ("原等级", "Before"),
    "diff-after": ("新等级", "After"),
    "diff-kind": ("变动", "Move"),
    "diff-row": ("行", "Row"),
    "diff-customer": ("客户", "Customer"),
    "diff-amount": ("金额（元）", "Amount (CNY)"),
    "diff-total": ("合计", "Total"),
    "diff-more": (
        "……另有 {count} 位（-v 全部列出，或用 -o 写成工作簿）",
        "… and {count} more (-v lists them all, -o writes a workbook)",
    ),
}

"""What is said of customers who moved between two days: findings, and the phrases that reasons are made of."""

from __future__ import annotations

from typing import Final

from crmtool.messages.model import Message

REVIEW_MOVES: Final[dict[str, Message]] = {
    "money-jumped": Message(
        "warning",
        "“{column}”与 {was_as_of} 相比，有 {count} 位客户的金额相差 100 倍以上",
        "{count} customers' figures in “{column}” differ by more than 100 times from those of {was_as_of}",
        "请核对这一列的单位：上次是万元、这次是元（或相反）时，请在表头写明单位，如“{column}(万元)”，再重新运行。",
        "Check the unit of this column: was it 万元 then and is it 元 now, or the other way round? Say it in the header, such as “{column}(万元)”, and run again.",
    ),
    "rows-under-former-name": Message(
        "warning",
        "“{value}”是 {name} 的旧名称：这样写的行没有算到这位客户，其指标和等级变动可能因此不实",
        "{value} is the former name of {name}: rows that say so do not count for that customer, whose figures and move may be "
        "wrong for it",
        "请把“{column}”里的旧名称改成 {name}，或在这张表里加上客户编号，再复盘一次。",
        "Put {name} into {column}, or give that sheet the customer's number, and review again.",
    ),
    "namesakes-not-compared": Message(
        "warning",
        "有 {count} 位客户与他人同名又没有可用的客户编号，无法与上次（{place}）逐一对应，按新增和不在台账计",
        "{count} customers share their name with others and have no number to tell them by; they cannot be compared with {place} and count as new and gone",
        "请在台账里给同名客户填上各自的客户编号。",
        "Give customers of the same name numbers of their own in the ledger.",
    ),
}

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "tier-move": ("等级 {was} → {now}", "tier {was} → {now}"),
    "change": ("{label} {was} → {now}", "{label} {was} → {now}"),
    "grown-old": ("{label} 仍为 {day}（{line}）", "{label} is still {day} ({line})"),
    "no-column": ("台账无此列", "no such column"),
    "no-level": ("未填", "blank"),
    "rules-move": ("规则改为 {version}：{was} → {now}", "by rules {version}: {was} → {now}"),
    "locked-now": ("等级已锁定", "the tier is locked"),
    "unlocked-now": ("上次的等级锁定不再有效", "the lock of last time is over"),
    "given-now": ("等级取自台账", "the tier is the one in the ledger"),
    "given-before": ("上次的等级取自台账", "the tier of last time was the one in the ledger"),
    "confirmed": ("变动已确认：{was} → {now}", "the change holds now: {was} → {now}"),
    "newcomer": ("新增客户；等级 {now}", "a new customer; tier {now}"),
    "now-because": ("现依据：{reason}", "now because: {reason}"),
    "left": ("不在台账；原等级 {was}", "not in the ledger any more; tier was {was}"),
    "semicolon": ("；", "; "),
}

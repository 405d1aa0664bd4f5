"""What is said about follow-up sheets and taking them back."""

from __future__ import annotations

from crmtool.messages.model import Message

FOLLOWUPS: dict[str, Message] = {
    "bad-month": Message(
        "error",
        "“{value}”不是月份",
        "{value!r} is no month",
        "请写 this（本月）、next（下月）、last（上月）或 2026-12 这样的月份。",
        "Write this, next, last, or a month such as 2026-12.",
    ),
    "month-is-over": Message(
        "error",
        "{month} 在统计截止日 {as_of} 之前就已结束，没有计划就排不出跟进表",
        "{month} was over before {as_of}; without a plan there is nothing to make its sheets from",
        "请用 --plan 指定当时的回访计划工作簿，或换一个月份。",
        "Name the plan of that time with --plan, or choose another month.",
    ),
    "nothing-to-visit": Message(
        "info",
        "{month} 没有要做的回访，跟进表里没有行",
        "there is nothing to visit in {month}; the sheet has no rows",
        "请检查月份和回访计划；也可能都已完成。",
        "Check the month and the plan; or all of it is done.",
    ),
    "visit-of-gone-customer": Message(
        "warning",
        "跟进表里有 {count} 次回访，客户已不在台账中（如“{value}”），只有计划里的资料",
        "{count} visits are of customers who are not in the ledger any more (such as {value!r}); only the plan knows them",
        "请核对台账；若客户已流失，重新运行 crmtool plan，这些回访就不再排入。",
        "Check the ledger; if they left, plan anew with `crmtool plan` and these visits go.",
    ),
    "plan-ends-early": Message(
        "warning",
        "计划只排到 {day}，{month} 的回访不在其中",
        "the plan ends on {day}, so it has no visits of {month}",
        "请用 crmtool plan 重新排到 {month}，再做跟进表。",
        "Plan anew until {month} with `crmtool plan`, then make the sheets.",
    ),
    "split-into-file": Message(
        "error",
        "{file} 是文件；--split 要写进一个文件夹",
        "{file} is a file; --split writes into a folder",
        "请用 -o 指定文件夹，或去掉 --split。",
        "Name a folder with -o, or leave out --split.",
    ),
    "filled-in": Message(
        "error",
        "{file} 的“{sheet}”{cell} 已有人填写，不会覆盖",
        "{file} has been filled in ({sheet}!{cell}); it is not replaced",
        "请先用 crmtool collect 收回这份表，或用 -o 换一个文件名。",
        "Take it back with `crmtool collect` first, or choose another name with -o.",
    ),
    "sheet-left-over": Message(
        "info",
        "{file} 是以前写出的，这次没有它的回访，保留不动",
        "{file} is of an earlier run and has no visits now; it was kept",
        "里面若有填写，请先收回；不再需要就自行删除。",
        "Take back what was filled in there, then delete it if you do not need it.",
    ),
}

"""What is said about the times of tickets, the answers to them, the machine's readiness and unattended runs."""

from __future__ import annotations

from crmtool.messages.model import Message

REVIEW_TICKETS: dict[str, Message] = {
    "response-unclear": Message(
        "warning",
        "“{label}”：{count} 条记录的时间不足以判断是否及时，未计入响应达标率",
        "“{label}”: of {count} records the times do not tell whether the answer came in time; they are not counted",
        "请在提出、回复、启动处理、解决时间里写到几点几分，如 2026-03-01 09:30",
        "Write when they were raised and answered to the minute, such as 2026-03-01 09:30",
    ),
    "response-backwards": Message(
        "warning",
        "“{label}”：{count} 条记录的{column}早于提出时间，未计入响应达标率",
        "“{label}”: {count} records have a {column} before they were raised; they are not counted",
        "请核对这两格，哪一个写错了",
        "Check which of the two cells is wrong",
    ),
    "response-without-kind": Message(
        "warning",
        "{count} 条咨询投诉没有事件类型，不知道该按哪个时限，未计入响应达标率",
        "{count} tickets have no kind, so it is not known how soon they were to be answered; they are not counted",
        "请填上事件类型，如 普通咨询、紧急问题、重大投诉",
        "Fill in the kind: 普通咨询, 紧急问题 or 重大投诉",
    ),
}

"""What is said about adjustment tables that come back, and about carrying them out."""

from __future__ import annotations

from crmtool.messages.model import Message

_READING: dict[str, Message] = {
    "no-adjustment-table": Message(
        "error",
        "{file} 里没有策略动态调整表：需要客户名称、调整后策略和审批结果等列。看到的列名：{seen}",
        "{file} holds no adjustment table: columns for the customer, the adjusted strategy and the verdict are needed. "
        "Seen: {seen}",
        "请给出复盘工作簿；自己做的表要有客户名称、调整后策略、审批结果三列。",
        "Name the review's workbook; a table of your own needs 客户名称, 调整后策略 and 审批结果.",
    ),
    "ledger-passed-over": Message(
        "info",
        "{file} 是台账本身，已略过",
        "{file} is the ledger itself; it was passed over",
        "不用处理。",
        "Nothing to do.",
    ),
    "workbook-passed-over": Message(
        "info",
        "{file} 里没有策略动态调整表，已略过。看到的列名：{seen}",
        "{file} holds no adjustment table and was passed over. Seen: {seen}",
        "如果其中应有调整表，请检查列名：要有客户名称、调整后策略、审批结果。",
        "If there should be one, check its headers: 客户名称, 调整后策略 and 审批结果 are needed.",
    ),
    "adjustments-without-verdicts": Message(
        "warning",
        "“{sheet}”没有审批结果列，其中的调整都还没有批准",
        "{sheet} has no column 审批结果: none of its adjustments is approved yet",
        "请加上审批结果列，写 同意、驳回 或 待定。",
        "Add a column 审批结果 with 同意 (approved), 驳回 (rejected) or 待定 (undecided).",
    ),
    "unknown-verdict": Message(
        "warning",
        "审批结果“{word}”看不出是否同意，这一行按未审批处理",
        "the verdict {word!r} says neither yes nor no; the row counts as undecided",
        "请写 同意、驳回 或 待定。",
        "Write 同意 (approved), 驳回 (rejected) or 待定 (undecided).",
    ),
}

_CARRYING_OUT: dict[str, Message] = {
    "adjustment-of-nobody": Message(
        "warning",
        "台账里没有“{name}”这位客户，这一行没有执行",
        "the ledger has no customer {name!r}; the row was not carried out",
        "请核对客户名称或客户编号，或确认 --ledger 给的是同一份台账。",
        "Check the customer's name or number, or whether --ledger names the right ledger.",
    ),
    "adjustment-of-several": Message(
        "warning",
        "台账里不止一位客户叫“{name}”，不知道是哪一位，这一行没有执行",
        "the ledger has more than one customer {name!r}; the row was not carried out",
        "请在调整表里加上客户编号列并填写，台账里的客户编号要各不相同。",
        "Add a column 客户编号 to the table and fill it in; numbers must be unique in the ledger.",
    ),
    "adjustment-of-two": Message(
        "warning",
        "这一行的客户名称是“{name}”，客户编号或客户键（隐藏的列）却是“{other}”的，不知道是哪一位，这一行没有执行",
        "the row is named {name!r}, and its number or key (in hidden columns) is that of {other!r}; it was not carried out",
        "多半是排序时漏了隐藏的列，或在别人的行上改写：请取消隐藏，把客户编号和客户键改对或清空，再核对这一行的其他内容。",
        "Rows were probably sorted without the hidden columns, or typed over: unhide them, correct or empty 客户编号 and 客户键, "
        "and check the rest of the row.",
    ),
    "adjustment-contradicted": Message(
        "warning",
        "“{name}”的审批有两种不同的结果（另见 {others}），都没有执行",
        "there are contradicting decisions on {name!r} (see also {others}); none was carried out",
        "请留下对的一行，把另一行的审批结果改成相同的或删去，再执行一次。",
        "Keep the right row, correct or delete the other, and apply once more.",
    ),
    "adjustment-without-approver": Message(
        "warning",
        "“{name}”的调整写了同意，但没有审批人；规则要求由{approver}审批，这一行没有执行",
        "the adjustment of {name!r} is approved, by nobody: the rules ask for an approver ({approver}); it was not carried "
        "out",
        "请在审批人一栏填上姓名，再执行一次。",
        "Fill in 审批人 and apply once more.",
    ),
    "adjustment-unread": Message(
        "warning",
        "“{name}”这一行里有读不出的单元格，没有执行",
        "a cell of the row of {name!r} cannot be read; the row was not carried out",
        "请改好这一行里报出的单元格，再执行一次。",
        "Correct the cell of this row that is reported, and apply once more.",
    ),
    "adjustment-lock-unknown": Message(
        "warning",
        "等级锁定“{value}”不是规则里的等级，“{name}”这一行没有执行",
        "{value!r} is no tier of the rules to lock {name!r} in; the row was not carried out",
        "请写这些等级之一：{known}。",
        "Write one of these tiers: {known}.",
    ),
    "adjustment-lock-alone": Message(
        "warning",
        "“{name}”写了锁定原因或锁定至，却没有等级锁定，这一行没有执行",
        "{name!r} has a reason or a last day of a lock, and no tier to lock; the row was not carried out",
        "请填上等级锁定，或清空锁定原因和锁定至。",
        "Fill in 等级锁定, or empty 锁定原因 and 锁定至.",
    ),
    "adjustment-lock-over": Message(
        "warning",
        "“{name}”的锁定到 {value} 为止，在 {today} 已经过期，这一行没有执行",
        "the lock of {name!r} ends on {value}, which is before {today}; the row was not carried out",
        "请把锁定至改成以后的日期，或清空等级锁定、锁定原因和锁定至。",
        "Write a later day, or empty 等级锁定, 锁定原因 and 锁定至.",
    ),
    "adjustment-without-strategy": Message(
        "warning",
        "“{name}”的调整写了同意，但调整后策略是空的，也没有锁定等级，没有可执行的内容",
        "the adjustment of {name!r} is approved and says nothing: neither a strategy nor a lock",
        "请填上调整后策略（或等级锁定），再执行一次。",
        "Fill in 调整后策略 (or 等级锁定) and apply once more.",
    ),
    "applied-not-recorded": Message(
        "error",
        "台账 {file} 已经改好，只是没有记入历史库",
        "the ledger {file} was changed; only the history does not know of it yet",
        "台账不用恢复：排除上面的原因后，原样再运行一次 crmtool apply，台账不会再变，只补记历史库。",
        "Leave the ledger as it is: mend what is said above and run the same crmtool apply again, which only records.",
    ),
    "adjustment-overtaken": Message(
        "warning",
        "“{name}”在台账里已改成别的（当前核心策略：“{held}”），这张表是以前的，没有覆盖",
        "{name!r} has been changed in the ledger since (当前核心策略: {held!r}); this older table does not overwrite it",
        "以台账为准，请把这一行改成驳回，否则下期还会列出；以表为准，请先把台账里这位客户的当前核心策略、策略执行周期和锁定改回或清空，再执行一次。",
        "Where the ledger is right, write 驳回, or the row comes again; else empty the customer's 当前核心策略, 策略执行周期 and "
        "lock there, and apply again.",
    ),
}

ADJUSTMENTS: dict[str, Message] = _READING | _CARRYING_OUT

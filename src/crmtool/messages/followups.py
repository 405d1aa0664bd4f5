"""What is said about follow-up sheets and taking them back."""

from __future__ import annotations

from crmtool.messages.model import Message

#: What is said of sheets that are handed out.
_HANDED_OUT: dict[str, Message] = {
    "bad-month": Message(
        "error",
        "“{value}”不是月份",
        "{value!r} is no month",
        "请写 本月（this）、下月（next）、上月（last）或 2026-12 这样的月份。",
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
        "error",
        "计划只排到 {day}，{month} 的回访不在其中",
        "the plan ends on {day}, so it has no visits of {month}",
        "请用 crmtool plan --to {month} 重新排，再做跟进表；或改 --month。",
        "Plan anew with `crmtool plan --to {month}`, then make the sheets; or choose another --month.",
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
        "{file} 的“{sheet}”{cell} 已有人填写，还没有全部登记，不会覆盖",
        "{file} has been filled in ({sheet}!{cell}) and not all of it is recorded; it is not replaced",
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

#: What is said of sheets that come back.
_COLLECTED: dict[str, Message] = {
    "no-follow-up-sheet": Message(
        "error",
        "{file} 里没有跟进表：需要客户、实际回访日期（或回访日期）和完成情况等列。看到的列名：{seen}",
        "{file} holds no follow-up sheet: columns for the customer, the day of the visit and its outcome are needed. "
        "Seen: {seen}",
        "请给出填好的跟进表；自己做的表要有客户名称、实际回访日期、完成情况三列。",
        "Name a filled-in follow-up sheet; one of your own needs 客户名称, 实际回访日期 and 完成情况.",
    ),
    "no-sheets-in-folder": Message(
        "error",
        "文件夹 {file} 里没有 .xlsx 工作簿",
        "the folder {file} holds no .xlsx workbooks",
        "请把填好的表放进这个文件夹，或直接写出文件名。",
        "Put the filled-in sheets into it, or name the files themselves.",
    ),
    "sheet-is-the-ledger": Message(
        "error",
        "{file} 是台账本身，不是要收回的表",
        "{file} is the ledger itself, not a sheet to take back",
        "请写出填好的表；台账用 --ledger 指定。",
        "Name the filled-in sheets; the ledger is given by --ledger.",
    ),
    "visits-elsewhere": Message(
        "error",
        "回访记录在另一个文件 {file} 里，追加到台账的行以后不会读到",
        "the visits stand in another file, {file}; rows added to the ledger would not be read again",
        "请用历史库登记（--history），或去掉 --visits。",
        "Record in a history (--history), or leave out --visits.",
    ),
    "reports-not-recorded": Message(
        "warning",
        "有 {rows} 条新的回访只核对了，没有登记到任何地方",
        "{rows} new reports were checked and recorded nowhere",
        "请加 --update-ledger 写回台账，或用 --history 指定历史库（crmtool init 会写好）。",
        "Add --update-ledger, or name a history with --history (`crmtool init` sets one up).",
    ),
    "report-not-appended": Message(
        "warning",
        "“{value}”不止一位客户，回访记录里认不出是哪一位，没有追加",
        "{value} stands for more than one customer; in the record of visits nobody could tell which, so it was not added",
        "请在台账和回访记录里都用客户编号，或改用历史库（--history），再收一次。",
        "Use customer ids in the ledger and in its record of visits, or a history (--history), and collect again.",
    ),
    "unknown-outcome": Message(
        "warning",
        "“{value}”不是完成情况，这一行没有采用",
        "{value!r} is no outcome; the row was not taken",
        "请写 已完成、改期、未联系上、取消 之一，再收一次。",
        "Write one of 已完成, 改期, 未联系上, 取消, and collect again.",
    ),
    "report-without-outcome": Message(
        "warning",
        "这一行填了内容，却没有填完成情况，没有采用",
        "this row is filled in without an outcome; it was not taken",
        "请在“{column}”填 已完成、改期、未联系上 或 取消，再收一次。",
        "Fill in {column} with 已完成, 改期, 未联系上 or 取消, and collect again.",
    ),
    "report-without-day": Message(
        "warning",
        "这一行写着已完成，却没有实际回访日期，没有采用",
        "this row says done without a day; it was not taken",
        "请在“{column}”填上日期，再收一次。",
        "Fill in the day in {column} and collect again.",
    ),
    "report-day-unread": Message(
        "warning",
        "“{value}”读不出是哪一天，这一行没有采用",
        "{value!r} is no day that can be read; the row was not taken",
        "请在“{column}”写上年月日俱全的日期，如 2026-12-07，再收一次。",
        "Write the whole day into {column}, such as 2026-12-07, and collect again.",
    ),
    "report-other-year": Message(
        "warning",
        "{value} 不像是计划在 {planned} 的这次回访的日期，可能是 {likely}；这一行没有采用",
        "{value} can hardly be the day of this visit, planned for {planned}; {likely} may be meant. The row was not taken",
        "请在“{column}”改正年份，再收一次。",
        "Put the year right in {column} and collect again.",
    ),
    "report-day-early": Message(
        "warning",
        "{value} 比这次回访的计划日期 {planned} 早三个月以上，这一行没有采用",
        "{value} is more than 90 days before the visit's planned day, {planned}; the row was not taken",
        "请改正“{column}”；如果是计划外的回访，请清空回访编号和计划日期，再收一次。",
        "Put {column} right, or clear the visit's id and planned day if it is another visit, and collect again.",
    ),
    "report-day-ahead": Message(
        "warning",
        "{value} 晚于统计截止日 {as_of}，还没到，这一行没有采用",
        "{value} is after the as-of day {as_of}, still to come; the row was not taken",
        "请改正“{column}”（约好的日子写在“下次跟进时间”），再收一次；补收以后的表请用 --as-of。",
        "Put {column} right (a day that was agreed on goes into 下次跟进时间) and collect again, or give a later day by --as-of.",
    ),
    "day-without-year": Message(
        "info",
        "“{value}”没有年份，按 {day} 读",
        "{value!r} has no year; it was read as {day}",
        "如果不对，请在“{column}”写上年月日俱全的日期，再收一次。",
        "If that is wrong, write the whole day into {column} and collect again.",
    ),
    "last-contact-left": Message(
        "warning",
        "“{value}”读不出日期，没有改成 {day}，上次维护内容也没有改",
        "{value!r} is no day that can be read; it was not changed to {day}, nor was what was last done",
        "请在台账“{column}”写上日期（如 {day}），再收一次。",
        "Write a day into {column} of the ledger (such as {day}) and collect again.",
    ),
    "next-followup-left": Message(
        "warning",
        "“{value}”读不出日期，没有改成约好的 {day}",
        "{value!r} is no day that can be read; it was not changed to {day}, which was agreed on",
        "请在台账“{column}”写上日期（如 {day}），再收一次。",
        "Write a day into {column} of the ledger (such as {day}) and collect again.",
    ),
    "satisfaction-off-scale": Message(
        "warning",
        "满意度“{value}”不在 1 到 5 之间，按未填处理",
        "satisfaction {value} is not between 1 and 5; it counts as blank",
        "请改成 1 到 5，再收一次。",
        "Make it 1 to 5 and collect again.",
    ),
    "unknown-visit": Message(
        "warning",
        "计划里没有回访“{value}”，按这个编号登记",
        "the plan has no visit {value}; it was recorded under that id",
        "请确认编号没有改动；计划重排后去掉的回访也会这样提示。",
        "Check that the id was not changed; a visit that left the plan since is told of like this too.",
    ),
    "report-other-customer": Message(
        "warning",
        "这一行的回访编号是另一位客户的，没有采用",
        "the visit's id in this row is another customer's; the row was not taken",
        "可能只排序了部分列。请核对这一行的编号和客户，再收一次。",
        "Perhaps only some columns were sorted. Put id and customer right and collect again.",
    ),
    "report-id-and-name": Message(
        "warning",
        "客户编号和客户名称“{value}”不是同一位客户，这一行没有采用",
        "the customer's id and the name {value} are two customers'; the row was not taken",
        "请核对这一行的客户编号和名称，再收一次。",
        "Put id or name right and collect again.",
    ),
    "report-without-customer": Message(
        "warning",
        "这一行没有写客户，没有采用",
        "this row names no customer; it was not taken",
        "请补上“{column}”，再收一次。",
        "Fill in {column} and collect again.",
    ),
    "report-unknown-customer": Message(
        "warning",
        "“{value}”不在台账里，这一行没有采用",
        "{value} is not in the ledger; the row was not taken",
        "请在台账里加上这位客户，或把“{column}”改成与台账一致，再收一次。",
        "Add the customer to the ledger, or make {column} the same as there, and collect again.",
    ),
    "report-ambiguous-customer": Message(
        "warning",
        "“{value}”在台账里不止一位客户，这一行没有采用",
        "{value} stands for more than one customer; the row was not taken",
        "请在这一行写上客户编号，再收一次。",
        "Fill in the customer's id and collect again.",
    ),
    "report-matched-by-day": Message(
        "info",
        "这一行没有回访编号，按客户和日期认作 {visit}（计划 {planned}）",
        "this row has no visit id; by customer and day it is {visit} (planned for {planned})",
        "如果不是这次回访，请填上正确的回访编号。",
        "If it is another visit, fill in its id.",
    ),
    "report-conflict": Message(
        "warning",
        "{name} 的同一次回访有两份不同的填报：这里是“{value}”，{other} 是“{theirs}”；两份都没有采用",
        "two reports of one visit to {name} differ: {value!r} here, {theirs!r} at {other}; neither was taken",
        "请留下正确的一份，把另一份清空，再收一次。",
        "Keep the right one, clear the other, and collect again.",
    ),
    "report-differs-from-record": Message(
        "warning",
        "{name} 的这次回访已登记为“{theirs}”（{other}），这里是“{value}”；保留已登记的",
        "this visit to {name} is recorded as {theirs!r} ({other}), here it is {value!r}; the record was kept",
        "请核对。表里的对，就加 --correct 再收一次（登记在台账的，连同 --update-ledger）；当天的另一次回访请写明回访方式。",
        "If the sheet is right, collect again with --correct (and --update-ledger, where the record is the ledger's); another "
        "visit to the customer on that day needs its own channel.",
    ),
}

FOLLOWUPS: dict[str, Message] = _HANDED_OUT | _COLLECTED

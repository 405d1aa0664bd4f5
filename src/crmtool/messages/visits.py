"""What is said about visits: cadences, work days, plans, standings."""

from __future__ import annotations

from crmtool.messages.model import Message

#: Which days are worked, which are festivals, what a ledger says of birthdays and intervals.
_CALENDAR: dict[str, Message] = {
    "holidays-unpublished": Message(
        "warning",
        "{years} 年的节假日尚未公布，这些日子只避开周末",
        "the holidays of {years} are not published yet; only weekends are days off there",
        "公布后升级 crmtool，或在 crmtool.yaml 的 holidays: 指定一个表格（日期、至、类型 休/班），写上 {year} 年全年的安排（至少有元旦、春节、国庆）",
        "upgrade crmtool once they are, or name a table in `holidays:` of crmtool.yaml (日期, 至, 类型 休/班) with all of those of {year}: 元旦, 春节 and 国庆 at least",
    ),
    "holidays-unreadable": Message(
        "error",
        "读不了 crmtool.yaml 里 holidays: 指定的表格，原因见下",
        "the table named by `holidays:` of crmtool.yaml cannot be read, for the reason below",
        "改正 holidays: 的路径（相对于 crmtool.yaml 所在文件夹），或删掉这一项",
        "correct the path (relative to the folder of crmtool.yaml), or leave `holidays:` out",
    ),
    "holidays-columns": Message(
        "error",
        "节假日表里找不到“日期”和“类型”两列",
        "the table of holidays has no columns 日期 (date) and 类型 (type)",
        "表头写成 日期、至、类型、说明；“至”可以没有",
        "head the columns 日期, 至, 类型, 说明 (or date, to, type, note); the second may be missing",
    ),
    "holidays-date": Message(
        "error",
        "“{value}”不是一个日期",
        "“{value}” is no date",
        "写成年月日俱全的日期，如 2027-02-06",
        "write a whole date, such as 2027-02-06",
    ),
    "holidays-kind": Message(
        "error",
        "“{value}”说不清是休息还是上班",
        "“{value}” is neither off nor work",
        "类型写 休 或 班",
        "write 休 (off) or 班 (work)",
    ),
    "holidays-span": Message(
        "error",
        "“至”的日期 {value} 早于这一行的日期，或隔了一年以上",
        "the last day {value} is before the first one, or more than a year after it",
        "改正“日期”或“至”；只有一天时“至”可以空着",
        "correct one of the two; leave the last day empty where it is a single day",
    ),
    "unknown-festival": Message(
        "error",
        "没有“{value}”这个节日；最接近的是“{nearest}”",
        "there is no festival “{value}”; the nearest is “{nearest}”",
        "可用：{known}；自己的节日写成“名称 月-日”，如 司庆 09-18",
        "known: {known}; write one of your own with its day, like 司庆 09-18",
    ),
    "festivals-not-asked": Message(
        "info",
        "crmtool.yaml 设了节日（{value}），但规则“{rules}”没有一个等级安排节日回访",
        "crmtool.yaml names festivals ({value}), but no tier of the rules {rules} asks for a visit on them",
        "在规则文件（{id}）cadence 里要问候的等级下加一行：{line}",
        "add a line to the tiers that are to be greeted, in `cadence` of the rules file ({id}): {line}",
    ),
    "birthdays-not-asked": Message(
        "info",
        "台账有 {customers} 位客户的{value}，但规则“{rules}”没有一个等级安排生日回访",
        "the ledger knows {value} of {customers} customers, but no tier of the rules {rules} asks for a visit on it",
        "在规则文件（{id}）cadence 里要问候的等级下加一行：{line}",
        "add a line to the tiers that are to be greeted, in `cadence` of the rules file ({id}): {line}",
    ),
    "unreadable-birthday": Message(
        "warning",
        "“{value}”不是可识别的生日，不安排生日回访",
        "“{value}” is no birthday that can be read; no visit is planned for it",
        "写成 1985-03-12、3月12日 或 农历三月初五",
        "write 1985-03-12, 3月12日, or 农历三月初五 for one of the lunar calendar",
    ),
    "unreadable-interval": Message(
        "warning",
        "“{value}”不是可识别的回访周期，按等级的节奏安排",
        "“{value}” is no interval of visits that can be read; the tier's rhythm holds",
        "写成 每月1次、每两周1次、30天，或 每月1次电话，每季度1次上门",
        "write 每月1次, 每两周1次, 30天, or with channels 每月1次电话，每季度1次上门",
    ),
    "unknown-cap": Message(
        "error",
        "caps 里没有“{value}”这一项",
        "`{value}` is no cap",
        "是否想写 {nearest}？可用：{known}",
        "did you mean `{nearest}`? known here: {known}",
    ),
    "own-manager": Message(
        "error",
        "“{value}”不能是自己的上级",
        "“{value}” cannot be their own manager",
        "写上级的名字；没有上级的人不用写",
        "name the manager; leave people without one out",
    ),
}

#: What is asked of a plan, the earlier plan, and what a plan could not do.
_PLANNING: dict[str, Message] = {
    "bad-span-end": Message(
        "error",
        "{option} 的“{value}”不是月份，也不是日期",
        "{option}: “{value}” is neither a month nor a day",
        "写成月份如 2026-01，或日期如 2026-01-15",
        "write a month such as 2026-01, or a day such as 2026-01-15",
    ),
    "span-reversed": Message(
        "error",
        "计划的结束（{last}）早于开始（{first}）",
        "the plan ends ({last}) before it begins ({first})",
        "把 --from 与 --to 对调，或改正其中一个",
        "swap --from and --to, or correct one of them",
    ),
    "span-over": Message(
        "error",
        "计划的结束（{last}）早于统计截止日 {as_of}，没有日子可排",
        "the plan ends ({last}) before the as-of day {as_of}: there is no day left to plan",
        "把 --to 改晚，或用 --as-of 指定较早的一天",
        "give a later --to, or an earlier day by --as-of",
    ),
    "span-too-long": Message(
        "error",
        "从 {first} 到 {last} 超过三年，一次排不了这么长",
        "{first} to {last} is more than three years, which is too long for one plan",
        "分几次排，每次不超过三年",
        "plan it in parts of three years at most",
    ),
    "bad-reassign": Message(
        "error",
        "--reassign 的“{value}”不是“原负责人=接手人”",
        "--reassign: “{value}” is not FROM=TO",
        "写成 --reassign 张三=李四；几个人离开就写几次",
        "write e.g. --reassign 张三=李四, once for each person who leaves",
    ),
    "reassigned-twice": Message(
        "error",
        "--reassign 里“{value}”出现了两次",
        "--reassign names “{value}” twice",
        "每位原负责人只写一次；要分给几个人，请在台账的负责人一列里改",
        "name each person who leaves once; to divide the customers among several, change the ledger's column of owners",
    ),
    "unknown-owner": Message(
        "error",
        "没有哪位客户的负责人是“{value}”（{known}）",
        "no customer has the owner “{value}” ({known})",
        "照台账里的写法写原负责人的名字",
        "spell the name of who leaves as the ledger does",
    ),
    "new-owner-unknown": Message(
        "info",
        "“{value}”目前不是任何客户的负责人",
        "“{value}” is nobody's owner so far",
        "若是新来的同事，不用管；若是笔误，改正 --reassign 后再排一次",
        "nothing to do for somebody new; if it is a slip, correct --reassign and plan again",
    ),
    "ledger-names-leaver": Message(
        "info",
        "台账里有 {customers} 位客户的负责人还是{leaver}；下次不带 --reassign 排计划，回访又会回到{leaver}名下",
        "the ledger still names {leaver} as owner of {customers} customers: a plan without --reassign gives the visits back",
        "再加上 --update-ledger 把负责人写成{heir}，或在台账里自行改",
        "add --update-ledger to write {heir} there, or change the ledger yourself",
    ),
    "owner-differs": Message(
        "info",
        "有 {customers} 位客户在计划里的负责人与台账不同（如 {name}：计划是{planned}，台账是{owner}），这里按计划的",
        "{customers} customers have another owner in the plan than in the ledger (such as {name}: {planned}, not {owner}); "
        "the plan's counts here",
        "若计划是对的，在台账里改负责人（crmtool plan --reassign A=B --update-ledger 会一并写回）；"
        "若台账是对的，重新运行 crmtool plan",
        "if the plan is right, change the ledger (`crmtool plan --reassign A=B --update-ledger` writes it too); "
        "if the ledger is, run `crmtool plan` again",
    ),
    "calendar-emptied": Message(
        "info",
        "{file} 的回访都交给了{heir}，这个日历已清空",
        "the visits of {file} went to {heir}; this calendar was emptied",
        "已经导入过的，请在日历程序里删除；不再需要就删掉这个文件",
        "delete there what was imported into a calendar program; delete the file if you do not need it",
    ),
    "plan-worked-in": Message(
        "error",
        "{file} 已存在，并且有人存过盘，不会覆盖",
        "{file} exists and somebody has saved it; it is not replaced",
        "若是改过的回访计划，加上 --plan {file}，并用 -o 换一个文件名；否则请移走该文件",
        "if it is a plan that was worked in, add --plan {file} and name another output by -o; else move that file away",
    ),
    "plan-edits-taken": Message(
        "info",
        "{file} 写出之后有人改过，其中 {visits} 次回访的改动已接着采用",
        "{file} was changed after it was written; what was changed of {visits} visits was taken over",
        "请核对这些回访的日期和状态",
        "check the days and states of these visits",
    ),
    "no-plan-in-file": Message(
        "error",
        "{file} 里没有回访计划（没有“回访编号”“计划日期”“客户名称”三列）",
        "{file} holds no visit plan (no columns 回访编号, 计划日期, 客户名称)",
        "指定 crmtool plan 写出的工作簿；列可以移动，表头不要改名",
        "name a workbook that `crmtool plan` wrote; columns may be moved, their headers must stay",
    ),
    "plan-of-other-ledger": Message(
        "error",
        "{file} 里的回访计划是别的台账的：其中没有一位客户（如 {name}）在这份台账里",
        "the visit plan in {file} is of another ledger: none of its customers (such as {name}) is in this one",
        "每份台账用各自的历史库（--history）和计划（--plan）；客户全换了编号或名称时，换一个新的历史库",
        "give each ledger its own --history and --plan; where all customers have new ids or names, begin a new history",
    ),
    "other-plan-beside": Message(
        "info",
        "旁边还有这份台账的其他计划（{known}），这次没有接着它们排",
        "beside it lie other plans of this ledger ({known}); this one was made without them",
        "要保留其中已约定、已完成的，加上 --plan {first}，或在 crmtool.yaml 里写 history",
        "to keep what is agreed and done there, add --plan {first}, or name a `history` in crmtool.yaml",
    ),
    "plan-visit-twice": Message(
        "warning",
        "回访编号 {value} 在计划里出现了两次，只读第一次",
        "visit {value} stands twice in the plan; the first row is read",
        "删掉多余的一行",
        "delete the row that is too many",
    ),
    "plan-row-without-id": Message(
        "warning",
        "这一行没有回访编号，没有读",
        "this row has no visit id and was not read",
        "临时加的回访请写进台账的下次跟进时间，或在跟进表里登记",
        "write a visit of your own into 下次跟进时间 of the ledger, or report it on a follow-up sheet",
    ),
    "unknown-visit-status": Message(
        "warning",
        "“{value}”不是回访的状态，按待办处理",
        "“{value}” is no state of a visit; it counts as 待办",
        "写 待办、已约定、已完成 或 取消",
        "write 待办 (open), 已约定 (agreed), 已完成 (done) or 取消 (cancelled)",
    ),
    "intervals-stretched": Message(
        "warning",
        "按上限排不下，所有周期都放长到 {value} 倍",
        "the caps cannot hold all visits: all intervals were stretched {value} times",
        "要保持原来的周期，请增加人手或提高 crmtool.yaml 的 caps，并去掉 --overload stretch",
        "to keep the intervals, add people or raise `caps` in crmtool.yaml, and leave out --overload stretch",
    ),
    "unplaced-cap": Message(
        "warning",
        "有 {visits} 次回访因负责人已排满而没有日子，列在“未排入”",
        "{visits} visits found no day because their owners' days are full; they are listed in 未排入",
        "提高 crmtool.yaml 的 caps，用 --reassign 分给别人，或用 --overload stretch 放长周期",
        "raise `caps` in crmtool.yaml, hand customers over by --reassign, or lengthen the intervals by --overload stretch",
    ),
    "unplaced-no-workday": Message(
        "warning",
        "有 {visits} 次回访在计划范围内没有可用的工作日，列在“未排入”",
        "{visits} visits have no working day within the plan; they are listed in 未排入",
        "把 --to 改晚几天",
        "give a --to that is some days later",
    ),
    "unknown-overload": Message(
        "error",
        "--overload 不认识“{value}”",
        "--overload does not know “{value}”",
        "写 --overload stretch，或去掉这个选项",
        "write --overload stretch, or leave the option out",
    ),
    "calendar-not-ours": Message(
        "error",
        "{file} 已存在，且不是 crmtool 写出的日历，不会覆盖",
        "{file} exists and is no calendar that crmtool wrote; it is not replaced",
        "请移走该文件，或用 --ics 换一个文件夹",
        "move that file away, or name another folder by --ics",
    ),
}

#: How customers stand, and how many of the visits that were due were made.
_STANDING: dict[str, Message] = {
    "period-reversed": Message(
        "error",
        "期间的结束（{last}）早于开始（{first}）",
        "the period ends ({last}) before it begins ({first})",
        "把 --from 与 --to 对调，或改正其中一个",
        "swap --from and --to, or correct one of them",
    ),
    "period-ahead": Message(
        "error",
        "期间从 {first} 开始，还没到（统计截止日 {as_of}）",
        "the period begins on {first}, which is still ahead (as of {as_of})",
        "换一个较早的期间，或用 --as-of 指定较晚的一天",
        "ask for an earlier period, or give a later day by --as-of",
    ),
    "month-and-span": Message(
        "error",
        "--month 不能与 --from、--to 一起用",
        "--month does not go with --from and --to",
        "只写 --month，或只写 --from 和 --to",
        "give either --month, or --from and --to",
    ),
    "no-plan-for-rates": Message(
        "info",
        "没有计划，回访率未知",
        "there is no plan, so visit rates are not known",
        "先用 crmtool plan 排计划并记入历史（crmtool.yaml 的 history:），或用 --plan 指定计划工作簿",
        "make a plan with `crmtool plan` and a history (`history:` of crmtool.yaml), or name a plan's workbook by --plan",
    ),
    "plan-begins-late": Message(
        "info",
        "期间从 {first} 开始，而计划里最早的回访在 {begins}；此前应访的没有计入回访率",
        "the period begins on {first}, the plan's first visit is on {begins}; what was due before is not in the rates",
        "用 --from 指定计划开始的月份，或用 --plan 指定更早的计划",
        "give the month in which the plan begins by --from, or name an earlier plan by --plan",
    ),
    "no-manager": Message(
        "warning",
        "有 {visits} 项回访逾期满 30 天应上报，但不知道 {value} 的上级",
        "{visits} visits are 30 days overdue or more and to be escalated, but the managers of {value} are not known",
        "在 crmtool.yaml 的 managers: 写上，如 {owner}: 上级的名字",
        "name them in `managers:` of crmtool.yaml, such as {owner}: the manager's name",
    ),
    "overdue-without-owner": Message(
        "warning",
        "有 {visits} 项回访逾期满 30 天，但台账没有写负责人，没有人可以提醒或上报",
        "{visits} visits are 30 days overdue or more and their customers have no owner: there is nobody to tell",
        "在台账里为这些客户填上负责人（见“逾期预警”里的 未分配）",
        "fill in the owners of these customers in the ledger (未分配 on the sheet 逾期预警)",
    ),
    "classification-old": Message(
        "info",
        "上次分级是 {value}，按规则应在 {due} 前复核",
        "the last classification is of {value}; by the rules it was to be reviewed by {due}",
        "运行 crmtool classify {ledger}",
        "run `crmtool classify {ledger}`",
    ),
}

VISITS: dict[str, Message] = {**_CALENDAR, **_PLANNING, **_STANDING}

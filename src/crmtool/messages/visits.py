"""What is said about visits: cadences, work days, plans, standings."""

from __future__ import annotations

from crmtool.messages.model import Message

#: Which days are worked, which are festivals, what a ledger says of birthdays and intervals.
_CALENDAR: dict[str, Message] = {
    "holidays-unpublished": Message(
        "warning",
        "{years} 年的节假日尚未公布，这些日子只避开周末",
        "the holidays of {years} are not published yet; only weekends are days off there",
        "公布后升级 crmtool，或在 crmtool.yaml 的 holidays: 指定一个表格（日期、至、类型 休/班），写上 {year} 年的安排",
        "upgrade crmtool once they are, or name a table in `holidays:` of crmtool.yaml (日期, 至, 类型 休/班) with those of {year}",
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

VISITS: dict[str, Message] = {**_CALENDAR}

"""What is said about a run of the review: its period, what it compares with, its limits, its log."""

from __future__ import annotations

from crmtool.messages.model import Message

_PERIODS = (
    "2026-09、2026Q3、2026H1、2026、last-month（上月）、last-quarter（上季度）、last-half、last-year（去年）"
)
_PERIODS_EN = "2026-09, 2026Q3, 2026H1, 2026, last-month, last-quarter, last-half or last-year"

REVIEW_RUNS: dict[str, Message] = {
    "bad-review-period": Message(
        "error",
        "“{value}”不是可以复盘的期间",
        "{value!r} is no period to review",
        f"请写 {_PERIODS}。",
        f"Write {_PERIODS_EN}.",
    ),
    "review-period-ahead": Message(
        "error",
        "{period} 从 {first} 开始，还没到（统计截止日 {as_of}）",
        "{period} begins on {first}, which is still ahead (as of {as_of})",
        "请换一个较早的期间，或用 --as-of 指定期间内或以后的一天。",
        "Choose an earlier period, or give a day within or after it by --as-of.",
    ),
    "review-not-over": Message(
        "warning",
        "{period} 到 {last} 才结束，这里只复盘到 {as_of}",
        "{period} is not over before {last}: it is reviewed as far as {as_of}",
        "期间结束后再运行一次；这一次的数字会偏低。",
        "Run it again once the period is over; figures are of a part of it.",
    ),
    "first-review": Message(
        "info",
        "没有更早的等级可比：这是第一次复盘，没有升降",
        "there are no earlier tiers to compare with: this is the first review, and nobody moved",
        "下次会与这次比较（需要历史库）；也可以用 --previous 指定上期的分级或复盘工作簿，或更早的台账。",
        "The next one compares with this one (in a history); or name an earlier workbook or ledger by --previous.",
    ),
    "history-of-other-rules": Message(
        "warning",
        "历史库里的等级是按规则 {value} 判的，没有按 {rules} 判的，不与它们比较",
        "the tiers in the history are by the rules {value}, none by {rules}: they are not compared with",
        "如果 {rules} 是 {first} 的新版本，请在规则文件里写回 id: {first}，另改 version:，再运行一次；"
        "如果是另一套规则，下次复盘起会与这次比较。",
        "If {rules} is a new version of {first}, put `id: {first}` back into its file, change `version:`, and run again; if "
        "they are other rules, the next review compares with this one.",
    ),
    "previous-undated": Message(
        "info",
        "{file} 没有写明统计截止日，不知道是哪一天的等级",
        "{file} does not say as of which day it is",
        "请在标题行写“统计截止日：2026-06-30”。",
        "Write 统计截止日：2026-06-30 into its title rows.",
    ),
    "previous-not-earlier": Message(
        "error",
        "{file} 是 {day} 的等级，不早于这次的统计截止日 {as_of}，不能用来比较",
        "{file} is as of {day}, which is not before {as_of}: there is nothing to compare",
        "请用 --previous 指定更早的工作簿，或换一个 --period。",
        "Name an earlier workbook by --previous, or choose another --period.",
    ),
    "previous-other-rules": Message(
        "error",
        "{file} 是按“{others}”分的级，那些等级不是“{rules}”的（{tiers}），不能用来比较",
        "{file} was classified by {others}: its tiers are none of {rules} ({tiers}), so there is nothing to compare",
        "请用 --rules 指定当时的规则，或用 --previous 指定按现在的规则分级的工作簿，或更早的台账。",
        "Give the rules of then by --rules, or name a workbook that was classified by these rules, or an earlier ledger.",
    ),
    "previous-rules-differ": Message(
        "warning",
        "{file} 是按“{others}”分的级，这次按“{rules}”判定：只有名称相同的等级可比，其余按待补资料计",
        "{file} was classified by {others}, and {rules} judges now: only tiers of one name compare, others count as undecided",
        "请核对 --rules；要看同一套规则下的升降，请指定按它分级的工作簿。",
        "Check --rules; to see who moved by one rule set, name a workbook that was classified by it.",
    ),
    "previous-judged-anew": Message(
        "info",
        "{file} 的“{column}”里没有“{rules}”的等级（{tiers}），上期的等级按现在的规则判定",
        "{column} of {file} names no tier of {rules} ({tiers}); the earlier tiers are those of today's rules",
        "如果这一列是按别的规则分的级，请核对 --rules；否则无需处理。",
        "If that column holds the tiers of other rules, check --rules; else nothing needs to be done.",
    ),
    "previous-is-the-ledger": Message(
        "error",
        "--previous 就是台账本身：{file}",
        "--previous is the ledger itself: {file}",
        "请指定上期的分级或复盘工作簿，或更早的台账。",
        "Name the classification or review workbook of the period before, or an earlier ledger.",
    ),
    "figures-of-today": Message(
        "warning",
        "台账里的 {value} 没有日期，是今天的数字，却用来判定 {as_of} 的等级",
        "{value} stand in the ledger without a day: they are today's, and judge how things stood on {as_of}",
        "如果当时不同，请用当时的台账，或去掉这些列、由订单明细推算。",
        "Where they were different, use the ledger of that time, or leave these columns out and count from orders.",
    ),
    "later-left-out": Message(
        "info",
        "“{column}”有 {count} 处晚于统计截止日 {as_of}，不计入",
        "{count} cells of {column} are after the as-of date {as_of} and do not count",
        "补做过去期间的复盘时这是正常的；否则请改正日期。",
        "In a review of a past period that is as it should be; else correct the dates.",
    ),
    "later-cells-counted": Message(
        "info",
        "“{column}”有 {count} 处晚于统计截止日 {as_of}，改由明细表推算",
        "{count} cells of {column} are after the as-of date {as_of}; the sheets were counted instead",
        "补做过去期间的复盘时这是正常的；否则请改正日期。",
        "In a review of a past period that is as it should be; else correct the dates.",
    ),
    "adjustments-filled-in": Message(
        "error",
        "{file} 的“{sheet}”{cell} 有人填写或改过，不会覆盖",
        "somebody has written into {file} ({sheet}!{cell}); it is not replaced",
        "还没有落实的，请先运行 crmtool apply；已经落实的都在台账里，可以移走这份文件，或用 -o 换一个文件名再复盘。",
        "What is not carried out yet takes `crmtool apply`; what was applied is in the ledger. Then move the file away, or "
        "choose another name with -o.",
    ),
    "limit-without-sign": Message(
        "error",
        "--fail-on 的“{value}”里没有比较符号",
        "{value!r} in --fail-on has nothing to compare with",
        "请写成 名称 符号 数字，如 downgrades>10 或 visit_rate<90%；几条之间用逗号。",
        "Write name, sign and number, such as downgrades>10 or visit_rate<90%; several with commas.",
    ),
    "unknown-limit": Message(
        "error",
        "--fail-on 不认识“{value}”，最接近的是 {near}",
        "--fail-on does not know {value!r}; the nearest is {near}",
        "可用的有：{known}。",
        "There are: {known}.",
    ),
    "no-such-limit": Message(
        "error",
        "--fail-on 不认识“{value}”",
        "--fail-on does not know {value!r}",
        "可用的有：{known}。",
        "There are: {known}.",
    ),
    "limit-without-number": Message(
        "error",
        "--fail-on 的界限“{value}”不是数字",
        "the limit {value!r} in --fail-on is no number",
        "请写数字或百分比，如 10 或 90%。",
        "Write a number or a percentage, such as 10 or 90%.",
    ),
    "limit-is-no-rate": Message(
        "error",
        "--fail-on 的 {name} 不是比率，不能与 {value} 比较",
        "{name} in --fail-on is no rate and cannot be compared with {value}",
        "请写成数字，如 10。",
        "Write a number, such as 10.",
    ),
    "limit-is-a-rate": Message(
        "error",
        "--fail-on 的 {name} 是比率，{value} 超出了 0 到 1",
        "{name} in --fail-on is a rate; {value} is beyond 0 to 1",
        "请写成百分比，如 90%，或 0.9。",
        "Write a percentage, such as 90%, or 0.9.",
    ),
    "limit-crossed": Message(
        "warning",
        "触发 --fail-on 的 {limit}：实际 {value}",
        "--fail-on {limit} holds: it is {value}",
        "这不影响复盘本身：写不写出照旧，只是退出码为 1。",
        "The review itself is as it would be without it; only the exit code is 1.",
    ),
    "limit-unknown": Message(
        "warning",
        "--fail-on 的 {limit} 无法判断：{value} 未知",
        "--fail-on {limit} cannot be told: {value} is not known",
        "未知不算通过，退出码为 1；缺什么见复盘总览的说明。",
        "What is not known does not pass, and the exit code is 1; the workbook says what is missing.",
    ),
    "log-in-the-way": Message(
        "error",
        "--log-file 的 {file} 是这次运行自己的输入、输出、设置或历史库",
        "--log-file {file} is an input, an output, the settings or the history of this run",
        "请给日志另取一个文件名，如 crmtool.log。",
        "Give the log a file of its own, such as crmtool.log.",
    ),
    "log-not-ours": Message(
        "error",
        "{file} 里已有内容，最后一行不是 crmtool 的日志，不会往里写",
        "{file} is there already, and its last line is none of crmtool's log; nothing is appended",
        "请给日志另取一个文件名，如 crmtool.log。",
        "Give the log a file of its own, such as crmtool.log.",
    ),
    "log-not-written": Message(
        "warning",
        "日志 {file} 没有写成（{reason}），运行照常进行",
        "the log {file} was not written ({reason}); the run went on",
        "请检查 --log-file 的文件夹、权限和磁盘空间。",
        "Check the folder, permission and space of --log-file.",
    ),
}

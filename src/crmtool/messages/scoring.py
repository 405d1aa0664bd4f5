"""Findings about what orders and records say: how far back they reach, and where a ledger's cell differs."""

from __future__ import annotations

from crmtool.messages.model import Message

SCORING: dict[str, Message] = {
    "differs-from-records": Message(
        "warning",
        "{column} 写的是 {value}，按明细计算是 {counted}，以台账所写为准",
        "{column} says {value}, the records add up to {counted}; the ledger's own value is used",
        "核对这个单元格；要按明细计算，就把它清空",
        "check this cell; empty it to have the records counted instead",
    ),
    "blank-column": Message(
        "info",
        "{column} 整列空白，当作没有这一列",
        "{column} is blank from top to bottom and counts as no column",
        "填上一格，空白的就按“未填”处理",
        "once one cell is filled, the blank ones count as not filled in",
    ),
    "not-in-records": Message(
        "warning",
        "{column} 写的是 {value}，明细里却没有这位客户的记录，以台账所写为准",
        "{column} says {value}, yet the records have nothing of this customer; the ledger's own value is used",
        "核对客户的名称或编号是否与明细一致；明细不全的，无需处理",
        "check that name or id are the same in both; where the records are incomplete, nothing is to be done",
    ),
    "records-begin-late": Message(
        "warning",
        "最早一条记录是 {first}，而 {fields} 要从 {needed} 算起：没有记录的客户不能当作 0 或从未发生（{customers} 位客户未知）",
        "the first record is of {first}, but {fields} look back to {needed}: having no record is not taken "
        "for 0 or never ({customers} customers unknown)",
        "导出从 {needed} 起的全部记录，或在台账里填写这些列",
        "export all records from {needed} on, or fill these columns in the ledger",
    ),
    "records-without-day": Message(
        "warning",
        "没有一条记录有日期，{fields} 算不出：没有记录的客户不能当作 0 或从未发生（{customers} 位客户未知）",
        "no record has a date, so {fields} cannot be counted: having no record is not taken for 0 or never "
        "({customers} customers unknown)",
        "补上日期，并导出从 {needed} 起的全部记录；或在台账里填写这些列",
        "fill in the dates and export all records from {needed} on, or fill these columns in the ledger",
    ),
    "records-too-short": Message(
        "warning",
        "最早一条记录是 {first}，而 {fields} 要从 {needed} 算起：只有一部分记录算不出来，当作没有这些列（{customers} 位客户）",
        "the first record is of {first}, but {fields} look back to {needed}: a part of the records cannot tell them, so "
        "that they count as missing columns ({customers} customers)",
        "导出从 {needed} 起的全部记录，或在台账里填写这些列",
        "export all records from {needed} on, or fill these columns in the ledger",
    ),
    "records-cover-part": Message(
        "warning",
        "最早一条记录是 {first}，而 {fields} 应从 {needed} 算起：算出的只是 {first} 以来的，可能偏低（{customers} 位客户）",
        "the first record is of {first}, but {fields} are counted from {needed} on: what was counted is what there is "
        "since {first}, and may be too low ({customers} customers)",
        "导出从 {needed} 起的全部记录，或在台账里填写这些列；此前确实没有记录的，无需处理",
        "export all records from {needed} on, or fill these columns in the ledger; if there were none before, nothing "
        "is to be done",
    ),
    "ledger-not-in-records": Message(
        "warning",
        "{count} 位客户台账有金额、次数或最近日期，{source}里却没有他们：{fields} 不当作 0 或从未发生，按未知处理",
        "{count} customers have amounts, counts or a recent date in the ledger, yet the {source} have nothing of "
        "them: {fields} is not taken for 0 or never but is unknown",
        "补全明细，或在台账里填写这些列；名称、编号与明细写法不同的，改成一致",
        "complete the records or fill these columns in the ledger; make names and ids the same in both",
    ),
    "field-without-column": Message(
        "warning",
        "规则要用 {field}，台账没有这一列；不认识的表头：{unmapped}。“{column}”可能就是它",
        "the rules use {field}, for which the ledger has no column; unknown headers: {unmapped}. {column} may be it",
        "如就是它，请加：{line}",
        "If it is, add: {line}",
    ),
    "fields-without-column": Message(
        "info",
        "规则要用 {fields}，台账没有这些列；不认识的表头：{unmapped}",
        "the rules use {fields}, for which the ledger has no column; unknown headers: {unmapped}",
        '如其中有它，请加 --map "表头=字段"，如 {line}',
        'If one of them is meant, add --map "HEADER=FIELD", such as {line}',
    ),
    "rfm-bins-merged": Message(
        "info",
        "{measure}只能分出 {found} 档（要 {bins} 档）：分数 {unused} 没有出现，因为许多客户的值相同",
        "{measure} falls into {found} scores instead of {bins}: {unused} do not occur, because many customers "
        "have the same value",
        "要固定的档：crmtool rules new my_rfm --from rfm，在其中给出 cuts，例如 [1次, 2次, 3次, 4次]，再加 --rules my_rfm.yaml（或写进 crmtool.yaml 的 rfm）",
        "for fixed scores: `crmtool rules new my_rfm --from rfm`, give cuts there, e.g. [1次, 2次, 3次, 4次], then "
        "--rules my_rfm.yaml (or rfm: in crmtool.yaml)",
    ),
    "rfm-score-not-reached": Message(
        "info",
        "{measure}的分数 {unused} 没有客户：没有值落在这些切点之间",
        "no customer has the {measure} score {unused}: no value lies between those cuts",
        "这不是错误；要改切点：crmtool rules new my_rfm --from rfm，改好后加 --rules my_rfm.yaml",
        "this is no mistake; to change the cuts: `crmtool rules new my_rfm --from rfm`, then --rules my_rfm.yaml",
    ),
    "rfm-window-empty": Message(
        "warning",
        "{customers} 位客户中有 {empty} 位自 {since} 以来没有购买（最近一次购买是 {newest}）：频率和金额分不出高低，"
        "R 只比谁更近，分群会失真",
        "{empty} of {customers} customers bought nothing since {since} (the newest purchase is of {newest}): frequency "
        "and amount tell hardly anybody apart, R only says who is later, and segments mislead",
        "按数据的日期评分请加：{line}",
        "to score on the day of the data, add: {line}",
    ),
    "rfm-map-of-other-bins": Message(
        "info",
        "分群图 {map} 是按 {made_for} 档写的，--bins {bins} 的评分没有对应的分群：只给 R、F、M 三个分数",
        "the segment map {map} is made for {made_for} scores and does not fit --bins {bins}: scores only, no segments",
        "要分群就去掉 --bins（R 法默认 5 档）",
        "leave --bins out (R's way then has 5) to have segments",
    ),
    "rfm-rules-for-tiers": Message(
        "error",
        "{file} 是 RFM 规则，不是分级规则",
        "{file} holds RFM rules, not a rule set of tiers",
        "用于 crmtool rfm --rules，或写成 crmtool.yaml 的 rfm: {file}",
        "give it to `crmtool rfm --rules`, or name it in crmtool.yaml as rfm: {file}",
    ),
    "bins-without-method-r": Message(
        "error",
        "--bins {value} 只用于 --method r；本工具自己的评分按 RFM 规则里的 bins 与 cuts 分档",
        "--bins {value} is for --method r only; our own scores take bins and cuts from the RFM rules",
        "加上 --method r；或 crmtool rules new my_rfm --from rfm，改好 bins 后用 --rules my_rfm.yaml",
        "add --method r; or change bins in a copy (`crmtool rules new my_rfm --from rfm`) and give it with --rules",
    ),
    "rfm-unknown": Message(
        "info",
        "{customers} 位客户的{measure}未知，其分数和分群待补资料",
        "the {measure} of {customers} customers is unknown, and with it their score and segment",
        "补上最近交易时间、订单次数和金额，或他们的订单",
        "fill in last order, order count and amount, or their orders",
    ),
}

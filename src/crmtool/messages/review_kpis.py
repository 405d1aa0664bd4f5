"""What is said about the KPIs of a review: baselines, targets, what was not counted, what is at odds."""

from __future__ import annotations

from crmtool.messages.model import Message

REVIEW_KPIS: dict[str, Message] = {
    "kpi-customers-left-out": Message(
        "warning",
        "{customers} 位客户的订单或工单对不上人、没有日期，算不准，没有计入 {kpis}",
        "the orders or tickets of {customers} customers are undated or cannot be told from another's; they are not counted in {kpis}",
        "按前面的提示补上订单日期、客户编号，再复盘一次",
        "fill in the dates and customer numbers that the findings above name, and review again",
    ),
    "records-ended": Message(
        "warning",
        "{sheet} 最新一行是 {last}，{period} 还没有开始就断了：靠它统计的指标按未知处理，不当作 0；等级也只凭到那天的记录",
        "the newest row of {sheet} is of {last}, before {period} begins: KPIs counted from it are unknown, not 0, and tiers "
        "rest on records up to then",
        "导出到 {end} 为止的记录，再复盘一次",
        "export the records up to {end} and review again",
    ),
    "records-end-early": Message(
        "warning",
        "{sheet} 最新一行是 {last}，而 {period} 复盘到 {end}：最后 {days} 天没有记录，指标可能不全",
        "the newest row of {sheet} is of {last}, and {period} is reviewed up to {end}: nothing in the last {days} days, "
        "so figures may be of a part only",
        "没有导出的，导出到 {end} 为止，再复盘一次；确实没有的，无需处理",
        "export what is missing up to {end} and review again; where there was nothing, nothing is to be done",
    ),
    "kpi-visits-undated": Message(
        "warning",
        "{visits} 次回访已经完成或有回答，却没有读得出的回访日期，没有计入任何一期（其中有回答的 {answers} 次）",
        "{visits} visits that were made or answered have no date that can be read; they count in no period "
        "({answers} of them with answers)",
        "补上回访日期，写成 2026-03-31",
        "fill in the day of the visit, written as 2026-03-31",
    ),
    "kpi-answers-off-scale": Message(
        "warning",
        "本期有 {answers} 个{field}的回答超出 {scale}，没有计入{kpi}",
        "{answers} answers on {field} in the period are beyond {scale}; they are not counted in {kpi}",
        "改成 {scale} 的分数",
        "write them on the scale of {scale}",
    ),
    "kpi-target-unfit": Message(
        "warning",
        "规则 {rules} 的 kpis.{tier}.{kpi}：“{value}”不是{kpi}能达到的数，只照录，不判断",
        "`kpis.{tier}.{kpi}` of the rules {rules}: `{value}` is nothing that {kpi} can come to; it is shown and not judged",
        "写成 {example}",
        "write it like {example}",
    ),
    "kpi-target-cut-off": Message(
        "info",
        "规则 {rules} 的 kpis.{tier}.{kpi}：从基数 {baseline} 起，“{value}”是 {wanted}，没有这样的数，按 {end} 判断",
        "`kpis.{tier}.{kpi}` of the rules {rules}: from {baseline} on, `{value}` is {wanted}, which there is not; it is judged by {end}",
        "不必改；要另定目标，写成固定的数",
        "nothing is to be done; for another target write a fixed figure",
    ),
    "unknown-baseline": Message(
        "error",
        "crmtool.yaml 的 baselines 里没有“{value}”这项指标",
        "`{value}` under `baselines:` of crmtool.yaml is no KPI",
        "是否想写 {nearest}？可用：{known}",
        "did you mean `{nearest}`? known here: {known}",
    ),
    "unreadable-baseline": Message(
        "error",
        "crmtool.yaml 的 baselines.{kpi}：“{value}”不是{label}的数值",
        "`baselines.{kpi}` of crmtool.yaml: `{value}` is no figure that {label} can be",
        "写成 {example}",
        "write it like {example}",
    ),
    "kpi-stated-otherwise": Message(
        "warning",
        "“{kpi}”填的是 {stated}，按明细算是 {counted}；以填写的为准",
        "{kpi} is stated as {stated}; by the records it is {counted}; what is stated holds",
        "核对后改正单元格，或删掉实际值，让 crmtool 按明细统计",
        "check and correct the cell, or take the actual out of it to have it counted from the records",
    ),
    "kpi-cell-unreadable": Message(
        "warning",
        "“{value}”读不出目标值和实际值，没有采用",
        "no target and actual can be read from “{value}”; the cell is not used",
        "写成 复购率≥80%/85%;满意度≥90%/88%，没有实际值时写 -",
        "write it like 复购率≥80%/85%;满意度≥90%/88%, with - for an actual that is not known",
    ),
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
    "response-kinds-unmatched": Message(
        "warning",
        "咨询投诉里没有一条是 {value}，其响应达标率未知；表里另有：{kinds}",
        "no ticket is of the kind {value}, so that its response rate is unknown; the sheet has others: {kinds}",
        "请在“{column}”里写规则用的类型：{asked}；或在规则的 sla: 里改用表里的说法",
        "Write the kinds of the rules into {column}: {asked}; or put those of the sheet into `sla:` of the rules",
    ),
}

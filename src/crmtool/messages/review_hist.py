"""What is said about looking into the history, and about taking workbooks into it."""

from __future__ import annotations

from crmtool.messages.model import Message

REVIEW_HIST: dict[str, Message] = {
    "no-history-named": Message(
        "error",
        "没有指明历史库",
        "no history is named",
        "请加 --history 文件，或在 crmtool.yaml 里写 history: crmtool-history.db。",
        "Add --history FILE, or write `history: crmtool-history.db` into crmtool.yaml.",
    ),
    "history-not-begun": Message(
        "error",
        "历史库 {file} 里还没有任何记录",
        "nothing is recorded in the history {file} yet",
        "第一次带 --history 运行（例如 crmtool classify）会建立它；也可以用 crmtool history import 从旧工作簿建立。",
        "The first run with --history (e.g. crmtool classify) begins it, or crmtool history import from an older workbook.",
    ),
    "history-no-run": Message(
        "error",
        "历史库 {file} 里没有“{value}”这次运行（编号：{known}）",
        "the history {file} has no run {value} (numbers: {known})",
        "请用 crmtool history list 查看编号；也可写 latest（最近一次），或已复盘的周期如 2026Q3。",
        "See crmtool history list for numbers; `latest`, or a period that was reviewed such as 2026Q3, will do as well.",
    ),
    "history-no-customer": Message(
        "error",
        "历史库 {file} 里没有叫“{value}”的客户",
        "the history {file} knows no customer called {value}",
        "请写台账里的客户编号或完整的客户名称。",
        "Give the customer's number, or the whole name, as in the ledger.",
    ),
    "history-book-sheet": Message(
        "error",
        "导出的历史缺少工作表“{sheet}”",
        "the exported history lacks the sheet {sheet}",
        "请用没有删过工作表的原文件，或重新运行 crmtool history export。",
        "Use the file as it was exported, or run crmtool history export again.",
    ),
    "history-book-columns": Message(
        "error",
        "缺少列：{columns}",
        "these columns are missing: {columns}",
        "请用没有删改过表头的原文件，或重新运行 crmtool history export。",
        "Use the file with its headers as they were exported, or run crmtool history export again.",
    ),
    "history-book-cell": Message(
        "error",
        "“{column}”读不回来：“{value}”",
        "this {column} cannot be read back: {value}",
        "请按导出时的内容改回来，或重新运行 crmtool history export；历史库没有改动。",
        "Put back what was exported there, or run crmtool history export again; the history was not changed.",
    ),
    "history-book-twice": Message(
        "error",
        "“{value}”重复出现",
        "{value} is there twice",
        "请删去多出来的一行；历史库没有改动。",
        "Delete the row that is too many; the history was not changed.",
    ),
    "history-runs-known": Message(
        "info",
        "{runs} 次运行历史库里已有，没有重复记入",
        "{runs} runs are in the history already and were left as they are",
        "无需处理。",
        "Nothing needs to be done.",
    ),
    "history-plan-kept": Message(
        "warning",
        "历史库里已有回访计划，导入文件里的 {visits} 项回访没有取用",
        "the history has a plan already; the {visits} visits of the file were not taken",
        "要用文件里的计划，请导入一个新的历史库（--history 新文件）。",
        "To have the plan of the file, import it into a new history (--history NEW).",
    ),
    "import-without-rules": Message(
        "error",
        "要把 {file} 记为一次分级，需要知道用的是哪份规则",
        "to record {file} as a classification, its rule set must be known",
        "请加 --rules 规则名（crmtool rules list 列出），或在 crmtool.yaml 里写 rules。",
        "Add --rules NAME (crmtool rules list shows them), or write `rules` into crmtool.yaml.",
    ),
    "import-without-day": Message(
        "error",
        "{file} 没有写明统计截止日，不知道这些等级是哪一天的",
        "{file} does not say as of which day its tiers are",
        "请加 --as-of，例如 --as-of 2026-06-30；crmtool 写出的工作簿首页有“统计截止日”，会自动取用。",
        "Add --as-of, e.g. --as-of 2026-06-30; a workbook of crmtool says it on its first sheet (统计截止日).",
    ),
    "import-other-day": Message(
        "warning",
        "{file} 写的统计截止日是 {value}，按 --as-of {as_of} 记入",
        "{file} says as of {value}; it is recorded as of {as_of}, as --as-of says",
        "如果不是有意的，请去掉 --as-of 后导入另一个历史库。",
        "If that was not meant, import it without --as-of into another history.",
    ),
    "import-without-tiers": Message(
        "error",
        "{file} 没有一列写着规则 {rules} 的等级（{tiers}）",
        "{file} has no column with tiers of {rules} ({tiers})",
        "请核对 --rules，或用 --map 表头=tier 指明等级列；要按规则重新判定旧台账，请用 crmtool classify --as-of。",
        "Check --rules, or name the column with --map HEADER=tier; to judge an older ledger use crmtool classify --as-of.",
    ),
}

HIST_TEXTS: dict[str, tuple[str, str]] = {
    "history-run": ("运行", "Run"),
    "history-when": ("记录时间", "Recorded"),
    "history-command": ("命令", "Command"),
    "history-as-of": ("截止日", "As of"),
    "history-rules": ("规则", "Rules"),
    "history-found": ("结果", "Result"),
    "history-since": ("自", "Since"),
    "history-reason": ("依据", "Reason"),
    "history-undecided": ("待定", "undecided"),
    "history-held": ("{label}（暂按 {held}）", "{label} ({held} holds)"),
    "history-of-these": (" 位客户：", " customers: "),
    "history-and": ("、", ", "),
    "history-nothing": ("历史库 {path} 里没有记录", "The history {path} is empty"),
    "history-runs": ("历史库 {path}：{count} 次运行", "The history {path}: {count} runs"),
    "history-run-line": (
        "运行 {run} · {command} · 截止日 {as_of} · 规则 {rules} · 记录于 {when} · crmtool {tool}",
        "Run {run} · {command} · as of {as_of} · rules {rules} · recorded {when} · crmtool {tool}",
    ),
    "history-run-period": ("周期 {period}", "Period {period}"),
    "history-input": ("读入：{name} {sheet}（{rows} 行）", "Read: {name} {sheet} ({rows} rows)"),
    "history-input-file": ("读入：{name}", "Read: {name}"),
    "history-output": ("写出：{path}", "Wrote: {path}"),
    "history-kpi": ("指标", "KPI"),
    "history-target": ("目标", "Target"),
    "history-actual": ("实际", "Actual"),
    "history-met": ("达成", "Met"),
    "history-everybody": ("全部", "all"),
    "history-adjustments": (
        "策略调整 {count} 行，其中已写回 {applied} 行（-v 列出，或 --json）",
        "{count} rows of the adjustment table, {applied} of them applied (-v lists them, or --json)",
    ),
    "history-customer": ("{name}（{who}）的等级变化", "The tiers of {name} ({who})"),
    "history-strategy": ("调整后策略", "New strategy"),
    "history-verdict": ("审批", "Verdict"),
    "history-taken": (
        "记入历史库 {path}：{count} 次运行（{runs}）",
        "Recorded in the history {path}: {count} runs ({runs})",
    ),
    "history-would-take": (
        "将记入历史库 {path}：{count} 次运行（--dry-run，未写）",
        "Would record {count} runs in the history {path} (--dry-run, nothing written)",
    ),
    "history-all-known": (
        "历史库 {path} 已有全部内容，没有改动",
        "The history {path} has all of it already and was not changed",
    ),
    "history-taken-tiers": (
        "{file}：截止日 {as_of}，{customers} 位客户：{tiers}",
        "{file}: as of {as_of}, {customers} customers: {tiers}",
    ),
}

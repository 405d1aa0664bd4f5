"""Texts that are no findings: headings and labels of the terminal and of JSON, as (Chinese, English)."""

from __future__ import annotations

from crmtool.messages.history_books import HISTORY_BOOK_TEXTS
from crmtool.messages.terminal_adjustments import ADJUSTMENT_TEXTS
from crmtool.messages.terminal_diff import DIFF_TEXTS
from crmtool.messages.terminal_lint import LINT_TEXTS
from crmtool.messages.terminal_review import REVIEW_TEXTS
from crmtool.messages.terminal_rules import BOOK_TEXTS
from crmtool.messages.terminal_unattended import UNATTENDED_TEXTS
from crmtool.messages.terminal_visits import VISIT_TEXTS

TERMINAL: dict[str, tuple[str, str]] = (
    VISIT_TEXTS
    | LINT_TEXTS
    | DIFF_TEXTS
    | BOOK_TEXTS
    | REVIEW_TEXTS
    | ADJUSTMENT_TEXTS
    | HISTORY_BOOK_TEXTS
    | UNATTENDED_TEXTS
    | {
        "severity-error": ("错误", "error"),
        "severity-warning": ("注意", "warning"),
        "severity-info": ("说明", "note"),
        "help": ("建议：", "help: "),
        "more-of-the-same": (
            "……同类另有 {count} 处（-v 列出）",
            "… and {count} more of the same (-v lists them)",
        ),
        "progress-reading": ("读取", "Reading"),
        "progress-judging": ("判定", "Judging"),
        "progress-writing": ("写出", "Writing"),
        "read": (
            "{file} · {sheet} · {rows} 位客户 · 规则 {rules} · 统计截止日 {as_of}",
            "{file} · {sheet} · {rows} customers · rules {rules} · as of {as_of}",
        ),
        "read-default": (
            "{file} · {sheet} · {rows} 位客户 · 规则 {rules} · 统计截止日 {as_of}（今天；可用 --as-of 指定）",
            "{file} · {sheet} · {rows} customers · rules {rules} · as of {as_of} (today; --as-of to change)",
        ),
        "rfm-read": ("{customers} 位客户 · 统计截止日 {as_of}", "{customers} customers · as of {as_of}"),
        "customers": ("客户数", "Customers"),
        "share": ("占比", "Share"),
        "amount": ("金额（元）", "Amount (CNY)"),
        "segment": ("分群", "Segment"),
        "cuts": ("{letter} 的切点：{cuts}", "cuts of {letter}: {cuts}"),
        "assumed": ("前提：{text}", "Assumed: {text}"),
        "decided": ("定为：{label}（{reason}）", "Decided: {label} ({reason})"),
        "by-rules": ("按规则：", "By the rules:"),
        "is-current": ("已是最新：{path}，没有重写", "Up to date: {path} was left as it is"),
        "replaced": ("已替换 {path}", "Replaced {path}"),
        "not-listed": ("……另有 {count} 处没有逐条列出", "… and {count} more that are not listed one by one"),
        "rules-new-next": (
            "下一步：改好后运行\n  crmtool rules test {path}\n  crmtool classify LEDGER --rules {path}"
            "\n如果它是同一套规则的新版本：请把文件里的 id: 改回原来的，另改 version:，复盘才会与历史库里的等级比较",
            "Next: edit it, then run\n  crmtool rules test {path}\n  crmtool classify LEDGER --rules {path}"
            "\nIs it a new version of the same rules? Put the former `id:` back and change `version:`, so that reviews "
            "compare with the history",
        ),
        "rules-new-next-rfm": (
            "下一步：改好后运行\n  crmtool rules test {path}\n  crmtool rfm LEDGER --rules {path}",
            "Next: edit it, then run\n  crmtool rules test {path}\n  crmtool rfm LEDGER --rules {path}",
        ),
        "ledger-updated": (
            "已写回台账 {path}：{count} 个单元格",
            "Wrote into the ledger {path}: {count} cells",
        ),
        "ledger-would-update": (
            "将写回台账 {path}：{count} 个单元格（--dry-run，未写）",
            "Would write into the ledger {path}: {count} cells (--dry-run, nothing written)",
        ),
        "ledger-is-current": (
            "台账 {path} 已是最新，没有改动",
            "The ledger {path} says all of it already; it was left as it is",
        ),
        "ledger-columns-added": ("“{sheet}”增加的列：{headers}", "New columns of {sheet}: {headers}"),
        "ledger-sheets": ("写入的工作表：{sheets}", "Sheets written: {sheets}"),
        "ledger-overwritten": (
            "其中改写了原有内容：{columns}",
            "Of these, cells that held something else: {columns}",
        ),
        "ledger-backup-dropped": ("为此删去了较早的备份 {names}", "Older backups made room for it: {names}"),
        "ledger-would-back-up": (
            "写回前会把原台账备份在旁边",
            "The ledger as it is would be kept beside it first",
        ),
        "ledger-backup": ("原台账备份为 {path}", "The ledger as it was is kept as {path}"),
        "more-cells": (
            "……另有 {count} 个单元格（加 -v 全部列出）",
            "… and {count} more cells (-v lists all)",
        ),
        "written": ("已写出 {path}", "Wrote {path}"),
        "kept": ("已有 {path}，保留不动", "{path} is there already and was kept"),
        "would-write": (
            "将写出 {path}（--dry-run，未写）",
            "Would write {path} (--dry-run, nothing written)",
        ),
        "next-steps": (
            "下一步：用 Excel 或 WPS 填好 {ledger}，然后依次运行"
            "\n  crmtool check {ledger}      逐格检查"
            "\n  crmtool classify {ledger}   给每位客户定级"
            "\n  crmtool plan {ledger}       排出全年的回访"
            "\n  crmtool followup {ledger}   每月发出跟进表，由负责人填写"
            "\n  crmtool collect 填好的跟进表.xlsx --ledger {ledger}   收回跟进表"
            "\n  crmtool status {ledger}     看谁逾期、谁该访了"
            "\n  crmtool review {ledger}     每季度复盘：指标、升降级、要调整的策略"
            "\n  crmtool apply 审批过的复盘.xlsx --ledger {ledger}   把批准的调整写回台账",
            "Next: fill in {ledger} in Excel or WPS, then run one after the other"
            "\n  crmtool check {ledger}      look at every cell"
            "\n  crmtool classify {ledger}   judge every customer"
            "\n  crmtool plan {ledger}       plan the year's visits"
            "\n  crmtool followup {ledger}   hand out a month's sheets, for the owners to fill in"
            "\n  crmtool collect FILLED.xlsx --ledger {ledger}   take them back"
            "\n  crmtool status {ledger}     who is overdue, who is due"
            "\n  crmtool review {ledger}     each quarter: KPIs, who moved, what is to be changed"
            "\n  crmtool apply DECIDED.xlsx --ledger {ledger}   put what was approved into the ledger",
        ),
        "header": ("表头", "Header"),
        "taken-as": ("当作", "Taken as"),
        "kept-as-it-is": ("（不认识，原样保留）", "(not known, kept as it is)"),
        "findings-total": ("共 {count} 处问题或说明。", "Findings: {count}."),
        "no-findings": ("没有发现问题。", "No findings."),
        "rule-set": ("规则", "Rule set"),
        "name": ("名称", "Name"),
        "version": ("版本", "Version"),
        "tiers": ("等级", "Tiers"),
        "tier": ("等级", "Tier"),
        "when": ("判定", "When"),
        "rhythm": ("回访频率", "How often visited"),
        "no-rhythm": ("没有规定", "not said"),
        "origin": ("出处", "Origin"),
        "origin-source": ("原文", "source"),
        "origin-resolution": ("补缺", "resolution"),
        "source": ("出处：{text}", "Source: {text}"),
        "passed": ("通过", "passed"),
        "failed": ("不符", "failed"),
        "examples-total": (
            "案例：{passed} 个通过，{failed} 个不符。",
            "Examples: {passed} passed, {failed} failed.",
        ),
        "template": ("模板", "Template"),
        "sheets": ("工作表", "Sheets"),
        "markers": ("{sheet}：{count} 个标记", "{sheet}: {count} markers"),
        "template-good": ("模板可用。", "The template fills."),
        "template-bad": ("模板有问题，见上。", "The template has problems, see above."),
    }
)

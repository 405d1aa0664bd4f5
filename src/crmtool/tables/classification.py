"""Puts the classification workbook together: the tables and single values of all its sheets.

Each sheet's rows are made in its own module; the template says how they look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmtool import __version__
from crmtool.content import Content, OutTable, Scalar
from crmtool.errors import Finding
from crmtool.ledger.ledger import Ledger
from crmtool.rules.cases import Cases
from crmtool.rules.common import Common
from crmtool.rules.decisions import Decisions
from crmtool.rules.model import RuleSet
from crmtool.tables import (
    classes,
    frequencies,
    grading,
    overview,
    rfm,
    rfm_matrix,
    standards,
    strategies,
    undecided,
)
from crmtool.tables import findings as findings_table

#: The sheets of the template, of which some workbooks have only some.
_SHEETS = frozenset({"分级概览", "客户分级表", "客户分类标准表", "客户维护策略表", "待补资料", "问题清单"})
_RFM_SHEETS = frozenset({"RFM明细", "RFM矩阵"})
_CLASS_SHEETS = frozenset({"客户分类表", "回访频率表"})


@dataclass(frozen=True)
class Judged:
    """All that the classification workbook tells: what was read, by which rules, and what came of it."""

    ledger: Ledger
    cases: Cases
    decisions: Decisions
    rule_set: RuleSet
    common: Common
    findings: Sequence[Finding] = ()
    rfm: rfm.Scored | None = None


def content(judged: Judged) -> Content:
    """Return what fills the template `classification.xlsx`.

    RFM sheets are left out where there are no scores, 客户分类表 and 回访频率表 for all rule sets but those
    whose tier column is 客户类别: their document has these tables.
    """
    ledger, cases, decisions, rule_set = judged.ledger, judged.cases, judged.decisions, judged.rule_set
    tables = [
        overview.build(cases, decisions, rule_set),
        overview.assumptions(decisions),
        overview.findings_summary(judged.findings),
        grading.build(ledger, cases, decisions, rule_set),
        standards.build(rule_set),
        strategies.build(rule_set),
        undecided.build(ledger, decisions, rule_set),
        findings_table.build(judged.findings),
    ]
    scalars = overview.scalars(ledger, cases, decisions, rule_set, tool_version=__version__)
    scalars |= _captions(judged)
    omit: frozenset[str] = frozenset()
    if rule_set.tier_column == "客户类别":
        tables += [classes.build(rule_set), frequencies.build(rule_set, judged.common)]
    else:
        omit |= _CLASS_SHEETS
    if judged.rfm is not None:
        tables += _rfm_tables(judged.rfm, ledger, rule_set)
        scalars |= rfm.scalars(judged.rfm)
    else:
        omit |= _RFM_SHEETS
    return Content({table.name: table for table in tables}, scalars, omit)


def rfm_content(ledger: Ledger, rule_set: RuleSet, scored: rfm.Scored) -> Content:
    """Return what fills the RFM sheets of the template alone; all others are left out."""
    tables = _rfm_tables(scored, ledger, rule_set)
    rules = f"{scored.rules.name} {scored.rules.version}"
    caption: dict[str, Scalar] = {"caption": _caption(ledger, rules)}
    omit = _SHEETS | _CLASS_SHEETS
    return Content({table.name: table for table in tables}, caption | rfm.scalars(scored), omit)


def _rfm_tables(scored: rfm.Scored, ledger: Ledger, rule_set: RuleSet) -> list[OutTable]:
    return [
        rfm.build(scored, ledger, rule_set),
        rfm_matrix.build(scored),
        rfm_matrix.segments(scored),
    ]


def _captions(judged: Judged) -> dict[str, Scalar]:
    """Return the lines below the titles of the sheets."""
    rule_set = judged.rule_set
    rules = f"{rule_set.name} {rule_set.version}"
    undecided_customers = judged.decisions.counts.get("", 0)
    places = sum(finding.count for finding in judged.findings)
    return {
        "caption": _caption(judged.ledger, rules),
        "rules_caption": f"{rules} · 来源：{rule_set.source} · “补缺”为原文没有、由规则文件补上的部分",
        "undecided_note": (
            f"{undecided_customers} 位客户缺少判定所需的资料；点击单元格可到台账中补填。"
            if undecided_customers
            else "没有待补资料的客户。"
        ),
        "findings_note": f"共 {places} 处；点击位置可到台账的单元格。" if places else "没有发现问题。",
    }


def _caption(ledger: Ledger, rules: str) -> str:
    return f"统计截止日 {ledger.as_of.isoformat()} · {rules} · 共 {len(ledger.customers.frame)} 位客户"

"""Puts the classification workbook together: the tables and single values of all its sheets.

Each sheet's rows are made in its own module; the template says how they look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crmtool import __version__
from crmtool.content import Content, Scalar
from crmtool.errors import Finding
from crmtool.ledger.ledger import Ledger
from crmtool.rules.cases import Cases
from crmtool.rules.decisions import Decisions
from crmtool.rules.language.common import Common
from crmtool.rules.model import RuleSet
from crmtool.tables import (
    classes,
    frequencies,
    grading,
    overview,
    rfm,
    standards,
    strategies,
    undecided,
)
from crmtool.tables import findings as findings_table
from crmtool.tables.rfm_workbook import RFM_SHEETS, rfm_tables

#: Sheets that only some workbooks have, beside those of `crmtool.tables.rfm_workbook`.
_CLASS_SHEETS = frozenset({"客户分类表", "回访频率表"})


@dataclass(frozen=True)
class Judged:
    """All that the classification workbook tells: what was read, by which rules, and what came of it.

    `addresses` says where the files that were read lie, seen from the output, by the names they go by; one that
    is not in it lies beside the output.
    """

    ledger: Ledger
    cases: Cases
    decisions: Decisions
    rule_set: RuleSet
    common: Common
    findings: Sequence[Finding] = ()
    rfm: rfm.Scored | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)


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
        classes.build(rule_set),
        frequencies.build(rule_set, judged.common),
        strategies.build(rule_set),
        undecided.build(ledger, decisions, rule_set, judged.addresses),
        findings_table.build(judged.findings, judged.addresses),
    ]
    scalars = overview.scalars(ledger, cases, decisions, rule_set, tool_version=__version__)
    scalars |= _captions(judged)
    omit = frozenset() if rule_set.tier_column == "客户类别" else _CLASS_SHEETS
    if judged.rfm is not None:
        tables += rfm_tables(judged.rfm, ledger, rule_set)
        scalars |= rfm.scalars(judged.rfm)
    else:
        omit |= RFM_SHEETS
    return Content({table.name: table for table in tables}, scalars, omit)


def _captions(judged: Judged) -> dict[str, Scalar]:
    """Return the lines below the titles of the sheets."""
    rule_set = judged.rule_set
    rules = f"{rule_set.name} {rule_set.version}"
    return {
        "caption": (
            f"统计截止日 {judged.ledger.as_of.isoformat()} · {rules} · 共 {len(judged.decisions.frame)} 位客户"
        ),
        "rules_caption": f"{rules} · 来源：{rule_set.source} · “补缺”为原文没有、由规则文件补上的部分",
        "undecided_note": undecided.note(judged.decisions),
        **overview.findings_scalars(judged.findings),
    }

"""The workbook of `crmtool rfm`: the two RFM sheets of the classification template alone.

How their rows are made is in `crmtool.tables.rfm` and `crmtool.tables.rfm_matrix`.
"""

from __future__ import annotations

from crmtool.content import Content, OutTable
from crmtool.ledger.ledger import Ledger
from crmtool.rules.model import RuleSet
from crmtool.rules.rfm.model import RfmRules
from crmtool.rules.rfm.scores import RfmScores
from crmtool.tables import rfm, rfm_matrix
from crmtool.tables.rfm import Scored

#: The sheets of the classification template that this workbook keeps.
RFM_SHEETS = frozenset({"RFM明细", "RFM矩阵"})


def scored_in_words(scores: RfmScores, rules: RfmRules) -> Scored:
    """Return the scores together with the rules that put them into words."""
    return Scored(scores, rules)


def rfm_tables(scored: Scored, ledger: Ledger, rule_set: RuleSet) -> list[OutTable]:
    """Return the tables of the two sheets."""
    return [rfm.build(scored, ledger, rule_set), rfm_matrix.build(scored), rfm_matrix.segments(scored)]


def rfm_content(scored: Scored, ledger: Ledger, rule_set: RuleSet, omit: frozenset[str]) -> Content:
    """Return what fills the RFM sheets; `omit` are all other sheets of the template."""
    tables = {table.name: table for table in rfm_tables(scored, ledger, rule_set)}
    rules = f"{scored.rules.name} {scored.rules.version}"
    caption = f"统计截止日 {ledger.as_of.isoformat()} · {rules} · 共 {len(ledger.customers.frame)} 位客户"
    return Content(tables, {"caption": caption, **rfm.scalars(scored)}, omit)

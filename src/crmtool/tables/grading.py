"""The sheet 客户分级表: the columns of the rule set's own document, then why, what next, and by which rule.

How a value looks in a cell is in `crmtool.tables.values`, what a tier's texts are in `crmtool.tables.tiers`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import OutTable, TableColumn
from crmtool.ledger.ledger import Ledger
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Atom
from crmtool.rules.decisions import Decisions
from crmtool.rules.model import Level, RuleSet
from crmtool.rules.telling.words import atom_text
from crmtool.tables.arrays import array, look_of_texts, mapped, no_texts, relabelled
from crmtool.tables.portrait import portrait
from crmtool.tables.tiers import ORIGINS, labels, tier_texts
from crmtool.tables.values import column, spec_of

_DECIDED_BY = {"given": "沿用台账等级", "locked": "人工锁定"}


def build(ledger: Ledger, cases: Cases, decisions: Decisions, rule_set: RuleSet) -> OutTable:
    """Return one row per customer in the ledger's order, headed as the source document heads its table.

    Where the ledger has customer ids and the document no column for them, they come first. A column of the
    document that the ledger lacks and nothing can tell stays empty. Columns on the previous tier, on locks and
    on warnings are there only where some customer has one. The rule's id, for those who look it up, comes last.
    """
    document = [
        _document_column(f"c{index}", header, ledger, cases, decisions, rule_set)
        for index, header in enumerate(rule_set.table, start=1)
    ]
    drawn = _texts("portrait", "客户画像", portrait(ledger, cases, decisions, rule_set))
    rule = _texts("rule", "规则", _rule(decisions), is_name=True)
    told = [*_explained(decisions, rule_set), drawn, *_shown_apart(decisions, rule_set), rule]
    return OutTable("grading", [*_ids(ledger, cases, rule_set), *document, *told])


def _ids(ledger: Ledger, cases: Cases, rule_set: RuleSet) -> list[TableColumn]:
    """Return the column of customer ids where the ledger has some and the document has no place for them."""
    read = ledger.customers.columns.get("customer_id")
    in_document = (spec_of(header, ledger, rule_set) for header in rule_set.table)
    if read is None or any(spec is not None and spec.id == "customer_id" for spec in in_document):
        return []
    ids = column("customer_id", "客户编号", read.field, ledger, cases)
    return [ids] if ids is not None and ids.cells.null_count < len(ids.cells) else []


def _texts(column_id: str, header: str, cells: pa.Array, *, is_name: bool = False) -> TableColumn:
    return TableColumn(column_id, header, cells, look_of_texts(cells, header, is_name=is_name))


def _document_column(
    column_id: str, header: str, ledger: Ledger, cases: Cases, decisions: Decisions, rule_set: RuleSet
) -> TableColumn:
    frame = decisions.frame
    if header == rule_set.tier_column:
        return _texts(column_id, header, array(frame["label"]), is_name=True)
    spec = spec_of(header, ledger, rule_set)
    known = None if spec is None else column(column_id, header, spec, ledger, cases)
    if known is not None and (known.cells.null_count < len(known.cells) or known.texts is not None):
        return known
    told = _told_by_decision(header, decisions, rule_set)
    if told is not None:
        return _texts(column_id, header, told)
    return known or _texts(column_id, header, no_texts(len(frame)))


def _told_by_decision(header: str, decisions: Decisions, rule_set: RuleSet) -> pa.Array | None:
    """Return what the decision tells where the ledger says nothing: a tier's text or a dimension's level."""
    texts = tier_texts(header, rule_set)
    if texts is not None:
        return mapped(array(decisions.frame["tier"]), texts)
    if header.startswith("分层标准"):
        return _standard_met(decisions, rule_set)
    named = [
        d for d in rule_set.dimensions.values() if d.label == header or d.id == _subject(header, rule_set)
    ]
    if not named or f"level:{named[0].id}" not in decisions.frame.columns:
        return None
    level_labels = {level.id: level.label for level in named[0].levels}
    return mapped(array(decisions.frame[f"level:{named[0].id}"]), level_labels)


def _subject(header: str, rule_set: RuleSet) -> str | None:
    """Return the dimension that a field of this name may be given in."""
    specs = (field.spec for field in rule_set.fields.values())
    return next((spec.dimension for spec in specs if header in spec.names and spec.dimension), None)


def _standard_met(decisions: Decisions, rule_set: RuleSet) -> pa.Array | None:
    """Return what put a customer into its cell of the matrix: `年合作金额 10万元以上（含），高潜力`."""
    matrix = rule_set.matrix
    if matrix is None:
        return None
    parts = []
    for dimension in (rule_set.dimensions[matrix.rows], rule_set.dimensions[matrix.cols]):
        texts = {level.id: _in_short(level, rule_set) for level in dimension.levels}
        parts.append(mapped(array(decisions.frame[f"level:{dimension.id}"]), texts))
    return pc.binary_join_element_wise(*parts, "，")


def _in_short(level: Level, rule_set: RuleSet) -> str:
    """Return a level as its test where that is a single one, else as its label."""
    return atom_text(level.when, rule_set) if isinstance(level.when, Atom) else level.label


def _explained(decisions: Decisions, rule_set: RuleSet) -> list[TableColumn]:
    frame = decisions.frame
    tags = {tag.id: tag.label for tag in rule_set.tags}
    return [
        TableColumn("reason", "分级依据", array(frame["reason"]), "wide"),
        TableColumn("next", "距上一级", array(frame["next"]), "wide"),
        _texts("tags", "标签", relabelled(array(frame["tags"]), tags)),
    ]


def _rule(decisions: Decisions) -> pa.Array:
    """Return the rule with where it comes from, `hv（原文）`, or who decided where no rule did."""
    frame = decisions.frame
    origin = mapped(array(frame["rule_origin"]), ORIGINS)
    rule = array(frame["rule"])
    with_origin = pc.binary_join_element_wise(rule, "（", origin, "）", "")
    by_rule = pc.coalesce(with_origin, rule)
    return pc.coalesce(mapped(array(frame["origin"]), _DECIDED_BY), by_rule)


def _shown_apart(decisions: Decisions, rule_set: RuleSet) -> list[TableColumn]:
    frame = decisions.frame
    names: Mapping[str, str] = labels(rule_set)
    nothing = pa.scalar(None, pa.string())
    origin = array(frame["origin"])
    lock = pc.if_else(pc.equal(origin, "locked"), "人工锁定", nothing)
    computed = mapped(array(frame["computed_tier"]), names)
    apart = [
        ("previous", "原等级", mapped(array(frame["previous"]), names)),
        ("lock", "等级锁定", lock),
        ("computed", "计算等级", pc.if_else(pc.equal(origin, "computed"), nothing, computed)),
        ("flag", "预警", array(frame["flag"])),
    ]
    return [_texts(*parts) for parts in apart if parts[2].null_count < len(parts[2])]

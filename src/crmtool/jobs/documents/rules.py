"""The documents of the commands about rule sets and templates.

What they have in common with others is in `crmtool.jobs.documents.parts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmtool.jobs.documents.parts import Document, findings_part
from crmtool.messages import Lang

if TYPE_CHECKING:
    from crmtool.jobs.rules import RuleListing
    from crmtool.jobs.template import TemplateCheck, TemplateListing
    from crmtool.rules.model import RuleSet


def rules_list_document(listing: Sequence[RuleListing]) -> Document:
    """Return `crmtool.rules-list/v1`."""
    return {
        "schema": "crmtool.rules-list/v1",
        "rules": [
            {
                "id": item.id,
                "name": item.name,
                "version": item.version,
                "source": item.source,
                "tiers": item.tiers,
            }
            for item in listing
        ],
    }


def rules_show_document(rule_set: RuleSet, lang: Lang) -> Document:
    """Return `crmtool.rules-show/v1`: the rule set in words; `rhythm` is absent where a tier is not visited."""
    from crmtool.rules.telling.rhythm import rhythm_of
    from crmtool.rules.telling.words import condition_text

    return {
        "schema": "crmtool.rules-show/v1",
        "id": rule_set.id,
        "name": rule_set.name,
        "version": rule_set.version,
        "source": rule_set.source,
        "tiers": [
            {"tier": t.id, "label": t.label, "rank": t.rank}
            | ({"rhythm": often} if (often := rhythm_of(t.id, rule_set)) else {})
            for t in rule_set.tiers.values()
        ],
        "rules": [
            {
                "rule": rule.id,
                "tier": rule.tier,
                "origin": rule.origin,
                "when": condition_text(rule.when, rule_set, lang),
                "note": rule.note,
            }
            for rule in rule_set.rules
        ],
    }


def template_list_document(listing: Sequence[TemplateListing]) -> Document:
    """Return `crmtool.template-list/v1`."""
    return {
        "schema": "crmtool.template-list/v1",
        "templates": [{"name": item.name, "sheets": list(item.sheets)} for item in listing],
    }


def template_check_document(outcome: TemplateCheck, lang: Lang) -> Document:
    """Return `crmtool.template-check/v1`."""
    return {
        "schema": "crmtool.template-check/v1",
        "markers": [
            {"sheet": item.sheet, "cell": item.cell, "table": item.table, "column": item.column}
            for item in outcome.markers
        ],
        "findings": findings_part(outcome.findings, lang),
    }

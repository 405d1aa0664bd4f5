"""Knows which KPI a name means that people write in cells: by the rules' labels, its own, and other words for it.

What stands behind the name is left to `crmtool.ledger.values.kpis`.
"""

from __future__ import annotations

from collections.abc import Mapping

from crmtool.ledger.values.spelling import fold
from crmtool.review.kpis.definitions import KPIS
from crmtool.rules.asked_kpis import asked_of
from crmtool.rules.model import RuleSet


def names_of(rule_set: RuleSet, labels: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the id that each name stands for, by the name as `fold` spells it; the rules' labels go first.

    `labels` are those of KPIs that are counted for this rule set alone (`response_…`).
    """
    found: dict[str, str] = {}
    for entry in asked_of(rule_set):
        found.setdefault(fold(entry.label), entry.id)
    for id, label in (labels or {}).items():
        found.setdefault(fold(label), id)
    for kpi in KPIS.values():
        found.setdefault(fold(kpi.label), kpi.id)
    for kpi in KPIS.values():
        for name in (*kpi.names, kpi.label_en, kpi.id):
            found.setdefault(fold(name), kpi.id)
    return found

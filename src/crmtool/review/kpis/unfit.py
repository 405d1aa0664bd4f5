"""Knows which targets of the rules no KPI can come to, and which of those that start from a baseline end at its scale.

What a target asks for is left to `crmtool.rules.targets`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from crmtool.errors import Finding
from crmtool.review.kpis.baselines import EXAMPLES
from crmtool.review.kpis.definitions import KPIS
from crmtool.review.kpis.figures import scale_of
from crmtool.review.kpis.results import asked_unit
from crmtool.review.kpis.wording import shown
from crmtool.rules.asked_kpis import asked_of, targets_by_tier
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import table_of


def target_findings(rule_set: RuleSet) -> tuple[Finding, ...]:
    """Return a finding for each target of the rules that its KPI cannot come to: `>= 90` or `>= 110%` of a percentage."""
    found = []
    for entry in asked_of(rule_set):
        unit = asked_unit(entry.id, rule_set)
        if entry.target is not None and not entry.target.fitting(unit).on_scale(scale_of(entry.id)).lines:
            label = KPIS[entry.id].label if entry.id in KPIS else entry.label
            params = {
                "rules": rule_set.id,
                "tier": entry.tier or "all",
                "kpi": label,
                "example": f'">= {EXAMPLES[unit]}"',
            }
            found.append(Finding("kpi-target-unfit", value=entry.target.text, params=params))
    return tuple(found)


def cut_off_findings(results: pd.DataFrame, rule_set: RuleSet) -> Iterator[Finding]:
    """Yield a finding for each target of `results` (KPI_COLUMNS) whose line would lie beyond what its KPI can come to."""
    for row in table_of(results).to_pylist():
        if row["baseline"] is None:
            continue
        kpi, tier, unit = row["id"], row["tier"] or "", row["unit"]
        baseline = Fraction(row["baseline"]).limit_denominator(10**9)
        target = targets_by_tier(rule_set, kpi, unit, scale_of(kpi))[tier]
        for line in target.lines:
            wanted, at = line.wanted(baseline), line.at(baseline)
            if wanted is not None and at is not None and wanted != at:
                params = {
                    "rules": rule_set.id,
                    "tier": tier or "all",
                    "kpi": row["label"],
                    "baseline": shown(unit, baseline),
                    "wanted": shown(unit, wanted),
                    "end": shown(unit, at),
                }
                yield Finding("kpi-target-cut-off", value=target.text, params=params)

"""Knows where a target that is relative starts from: what the user settled, else the year before.

What the target asks for is left to `crmtool.rules.targets`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from crmtool.errors import Finding, UsageError
from crmtool.review.kpis.definitions import KPIS
from crmtool.review.kpis.figures import RESPONSE, scale_of
from crmtool.rules.asked_kpis import asked_of
from crmtool.rules.language.nodes import suggestion
from crmtool.rules.model import RuleSet
from crmtool.rules.target_lines import kept_to
from crmtool.rules.targets import figure_of

#: How a figure of each unit is written, for messages.
EXAMPLES: Final[Mapping[str, str]] = {
    "percent": "78%",
    "change": "5%",
    "points": "40",
    "count": "2单",
    "money": "1200元",
    "days": "30天",
}


def baselines_of(settled: Mapping[str, str], rule_set: RuleSet) -> dict[str, Fraction]:
    """Return the baselines that crmtool.yaml settles (`baselines:`), in each KPI's unit.

    Raises `UsageError` where a name is no KPI, or a text no figure that the KPI can be; all mistakes at once.
    """
    found: dict[str, Fraction] = {}
    mistakes: list[Finding] = []
    labels = {asked.id: asked.label for asked in asked_of(rule_set)}
    for id, text in settled.items():
        if id not in KPIS and id not in labels and not id.startswith(RESPONSE):
            mistakes.append(_unknown(id, (*KPIS, *labels)))
            continue
        unit = KPIS[id].unit if id in KPIS else "percent" if id.startswith(RESPONSE) else None
        figure = figure_of(text)
        is_unfit = figure is None or (unit is not None and not figure.fits(unit))
        if figure is None or is_unfit or kept_to(scale_of(id), figure.value) != figure.value:
            label = labels.get(id) or (KPIS[id].label if id in KPIS else id)
            params = {"kpi": id, "label": label, "example": f"{id}: {EXAMPLES[unit or 'percent']}"}
            mistakes.append(Finding("unreadable-baseline", value=text, params=params))
        else:
            found[id] = figure.value
    if mistakes:
        raise UsageError(*mistakes)
    return found


def _unknown(id: str, known: Iterable[str]) -> Finding:
    by_label: dict[str, list[str]] = {}
    for kpi in KPIS.values():
        for name in (kpi.label, *kpi.names):
            by_label.setdefault(name, []).append(kpi.id)
    return Finding("unknown-baseline", value=id, params=suggestion(id, dict.fromkeys(known), by_label))

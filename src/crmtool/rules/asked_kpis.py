"""Knows which KPIs a rule set asks for, of which tiers, by which names and with which targets.

What a target means is in `crmtool.rules.targets`, what a KPI came to in `crmtool.review.kpis`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crmtool.rules.model import RuleSet
from crmtool.rules.target_lines import Scale
from crmtool.rules.targets import Target, target_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry of a rule set's `kpis:`; `tier` is "" for `all:`, `target` None where it is only watched."""

    tier: str
    id: str
    label: str
    target: Target | None


def asked_of(rule_set: RuleSet) -> tuple[Asked, ...]:
    """Return the entries of a rule set's `kpis:` in its order; of one tier and KPI the first."""
    kpis: Mapping[str, Any] = rule_set.plain.get("kpis", {})
    found: dict[tuple[str, str], Asked] = {}
    for tier, entries in kpis.items():
        for entry in entries:
            text = entry.get("target")
            asked = Asked(
                "" if tier == "all" else tier,
                entry["id"],
                _words(entry.get("label", entry["id"])),
                None if text is None else target_of(text),
            )
            found.setdefault((asked.tier, asked.id), asked)
    return tuple(found.values())


def targets_by_tier(rule_set: RuleSet, kpi: str, unit: str, scale: Scale) -> dict[str, Target]:
    """Return what is asked of a KPI in each tier: its own target, else that of `all:`; of `""` that of `all:`.

    A tier without either is not in it. What no figure of the KPI's unit and scale can meet has its words alone.
    """
    stated = {a.tier: a.target for a in asked_of(rule_set) if a.id == kpi and a.target is not None}
    shared = stated.get("")
    found = {tier: stated.get(tier, shared) for tier in (*rule_set.tiers, "")}
    return {
        tier: target.fitting(unit).on_scale(scale) for tier, target in found.items() if target is not None
    }


def _words(label: Any) -> str:
    return str(label["text"] if isinstance(label, Mapping) else label)

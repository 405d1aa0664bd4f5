"""Knows what counts come to for all customers and each tier, against what the rules ask.

How they are counted is left to `crmtool.review.kpis.measure`, each customer's own to `crmtool.review.kpis.customers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.review.kpis.baselines import baselines_of
from crmtool.review.kpis.counts import Measured
from crmtool.review.kpis.definitions import KPIS
from crmtool.review.kpis.figures import Figure, Figures, scale_of, unit_of
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.model import KPI_COLUMNS
from crmtool.rules.asked_kpis import asked_of, targets_by_tier
from crmtool.rules.model import RuleSet
from crmtool.rules.targets import Target
from crmtool.visits.frames import column
from crmtool.visits.model import frame_of

#: What an earlier review recorded, by KPI and tier (None: all customers).
_Recorded = Mapping[tuple[str, str | None], Fraction]


@dataclass(frozen=True)
class _Known:
    """All that rows are made of: figures of this period and of others, recorded ones first."""

    now: Figures
    before: Figures | None
    year_before: Figures | None
    recorded_before: _Recorded
    recorded: _Recorded
    settled: Mapping[str, Fraction]

    def last_time(self, kpi: str, tier: str | None) -> Fraction | None:
        """Return what was recorded for the period before, else what is counted for it."""
        return _earlier(kpi, tier, self.recorded_before, self.before)

    def a_year_ago(self, kpi: str, tier: str | None) -> Fraction | None:
        """Return what was recorded for the same period a year before, else what is counted for it."""
        return _earlier(kpi, tier, self.recorded, self.year_before)


def _earlier(kpi: str, tier: str | None, recorded: _Recorded, counted: Figures | None) -> Fraction | None:
    found = recorded.get((kpi, tier))
    return found if found is not None or counted is None else counted.of(kpi, tier).actual


def kpi_results(
    measured: Measured,
    ground: KpiGround,
    rule_set: RuleSet,
    *,
    baselines: Mapping[str, str] | None = None,
    recorded_before: pd.DataFrame | None = None,
    recorded_year_before: pd.DataFrame | None = None,
    before: Measured | None = None,
    year_before: Measured | None = None,
) -> pd.DataFrame:
    """Return what the KPIs came to (KPI_COLUMNS): of each a row for all customers, then one for each tier.

    Those that the rules name come first, in their order and by their labels: with a target, then without; then the others
    that are known. What is neither named nor known is left out. `before` and `year_before` were counted for the period
    before and for the same a year earlier; `recorded_before` and `recorded_year_before` (id, tier, actual) are what their
    reviews recorded, which goes before what is counted now.
    `baselines` are those of crmtool.yaml; raises `UsageError` where one cannot be read.
    """
    tiers = ground.tiers
    known = _Known(
        Figures(measured, tiers),
        None if before is None else Figures(before, tiers),
        None if year_before is None else Figures(year_before, tiers),
        _recorded(recorded_before),
        _recorded(recorded_year_before),
        baselines_of(baselines or {}, rule_set),
    )
    rows = [row for kpi in _order(measured, rule_set) for row in _rows(kpi, known, measured, rule_set)]
    cells = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in KPI_COLUMNS.items()}
    return frame_of(KPI_COLUMNS, cells)


def _order(measured: Measured, rule_set: RuleSet) -> list[str]:
    """Return the ids of the KPIs that are shown: asked with a target, only watched, known beside."""
    asked = asked_of(rule_set)
    with_target = [entry.id for entry in asked if entry.target is not None]
    known = [kpi for kpi in KPIS if kpi not in measured.missing]
    others = [kpi for kpi in measured.labels if kpi not in measured.missing]
    return list(dict.fromkeys([*with_target, *(entry.id for entry in asked), *known, *others]))


def labels_of(rule_set: RuleSet, measured: Measured) -> dict[str, str]:
    """Return what each KPI is called: by the rules, by its own name, else by its id."""
    own = {kpi.id: kpi.label for kpi in KPIS.values()} | dict(measured.labels)
    asked: dict[str, str] = {}
    for entry in asked_of(rule_set):
        asked.setdefault(entry.id, entry.label)
    return own | asked


def asked_unit(kpi: str, rule_set: RuleSet) -> str:
    """Return the unit of a KPI; of one that only the rules know, what they write its target in."""
    written = [
        line.figure.written
        for entry in asked_of(rule_set)
        if entry.id == kpi and entry.target is not None
        for line in entry.target.lines
    ]
    return unit_of(kpi, written)


def _rows(kpi: str, known: _Known, measured: Measured, rule_set: RuleSet) -> Iterator[dict[str, Any]]:
    unit = asked_unit(kpi, rule_set)
    targets = targets_by_tier(rule_set, kpi, unit, scale_of(kpi))
    label = labels_of(rule_set, measured).get(kpi, kpi)
    is_counted = kpi in KPIS or kpi in measured.labels
    for tier in (None, *rule_set.tiers):
        found = known.now.of(kpi, tier) if is_counted else Figure(missing="not_counted")
        yield {"id": kpi, "tier": tier, "label": label, "unit": unit} | _row(
            kpi, tier, found, targets.get(tier or ""), known
        )


def _row(kpi: str, tier: str | None, found: Figure, target: Target | None, known: _Known) -> dict[str, Any]:
    a_year_ago = known.a_year_ago(kpi, tier)
    row = {
        "numerator": real(found.numerator),
        "denominator": real(found.denominator),
        "actual": real(found.actual),
        "missing": found.missing,
        "before": real(known.last_time(kpi, tier)),
        "year_before": real(a_year_ago),
    }
    if target is None:
        return row
    baseline = known.settled.get(kpi, a_year_ago) if target.is_relative else None
    return row | {
        "target": target.text,
        "goal": real(target.goal(baseline, found.actual)),
        "met": target.is_met(found.actual, baseline),
        "attainment": real(target.attainment(found.actual, baseline, is_change=_is_change(kpi))),
        "baseline": real(baseline),
    }


def _is_change(kpi: str) -> bool:
    return kpi in KPIS and KPIS[kpi].unit == "change"


def real(value: Fraction | None) -> float | None:
    """Return an exact figure as the nearest real number; None stays None."""
    return None if value is None else float(value)


def _recorded(frame: pd.DataFrame | None) -> dict[tuple[str, str | None], Fraction]:
    """Return what was recorded, as the decimal figure that it was: 0.1 is a tenth again."""
    if frame is None:
        return {}
    ids, tiers, actuals = (column(frame, name).to_pylist() for name in ("id", "tier", "actual"))
    return {
        (id, tier): Fraction(actual).limit_denominator(10**9)
        for id, tier, actual in zip(ids, tiers, actuals, strict=True)
        if actual is not None
    }

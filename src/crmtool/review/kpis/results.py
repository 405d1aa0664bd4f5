"""Knows what counts come to for all customers and each tier, against what the rules ask.

How they are counted is left to `crmtool.review.kpis.measure`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from crmtool.review.kpis.counts import Measured
from crmtool.review.kpis.ground import KpiGround
from crmtool.rules.model import RuleSet


def kpi_results(
    measured: Measured,
    ground: KpiGround,
    rule_set: RuleSet,
    *,
    baselines: Mapping[str, str] | None = None,
    recorded_year_before: pd.DataFrame | None = None,
    before: Measured | None = None,
    year_before: Measured | None = None,
) -> pd.DataFrame:
    """Return what the KPIs came to (KPI_COLUMNS)."""
    raise NotImplementedError

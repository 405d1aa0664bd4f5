"""Knows what each customer's own KPIs came to: those of the tier, and what the ledger itself states.

What they come to for groups is left to `crmtool.review.kpis.results`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from crmtool.errors import Finding
from crmtool.review.kpis.counts import Measured
from crmtool.review.kpis.ground import KpiGround
from crmtool.rules.model import RuleSet


@dataclass(frozen=True)
class CustomerKpis:
    """The KPIs of the customers (CUSTOMER_KPI_COLUMNS), and what was odd about them."""

    frame: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def customer_kpis(
    measured: Measured, ground: KpiGround, rule_set: RuleSet, results: pd.DataFrame
) -> CustomerKpis:
    """Return the customers' KPIs; `results` (KPI_COLUMNS) are those of all, whose baselines hold for each."""
    raise NotImplementedError

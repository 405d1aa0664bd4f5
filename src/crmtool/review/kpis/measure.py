"""Knows which KPIs there are to count, and puts their rows together.

Each is counted in a module of its kind beside this one: orders, answers, prospects, complaints, responses.
"""

from __future__ import annotations

from crmtool.review.kpis.counts import Measured
from crmtool.review.kpis.ground import KpiGround


def measured(ground: KpiGround) -> Measured:
    """Count every KPI of the period."""
    raise NotImplementedError

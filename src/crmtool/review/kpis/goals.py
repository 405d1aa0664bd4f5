"""Knows the 具体目标 of a yearly plan, and puts the figures of a year into them.

The figures are those of `crmtool.review.kpis.results`.
"""

from __future__ import annotations

import pandas as pd

from crmtool.rules.model import RuleSet


def goals_of(kpis: pd.DataFrame, rule_set: RuleSet) -> pd.DataFrame:
    """Return the goals (GOAL_COLUMNS) of the KPIs (KPI_COLUMNS of a year) that have a target."""
    raise NotImplementedError

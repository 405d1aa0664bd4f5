"""Where a month's visits come from: a plan's workbook, the history, or a plan made on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.jobs.assess import Assessment
from crmtool.jobs.months import month_name
from crmtool.tables.arrays import array

Origin = Literal["workbook", "history", "now"]


@dataclass(frozen=True)
class Planned:
    """A plan's visits (PLAN_COLUMNS) as they stand, and where they come from."""

    visits: pd.DataFrame
    origin: Origin
    path: Path | None = None
    findings: tuple[Finding, ...] = ()


def planned_visits(assessment: Assessment, given: Path | None, first: date, last: date) -> Planned:
    """Return the visits of a plan that reaches over the days `first` to `last`.

    Raises `UsageError` where nothing tells them: for a month that was over before the as-of day.
    """
    raise NotImplementedError


def ends_early(planned: Planned, first: date) -> Iterator[Finding]:
    """Yield a finding where a plan ends before the month begins."""
    latest = pc.max(array(planned.visits["planned_on"])).as_py()
    if planned.origin != "now" and latest is not None and latest < first:
        params = {"day": latest.isoformat(), "month": month_name(first)}
        yield Finding("plan-ends-early", file=planned.path.name if planned.path else "", params=params)

"""Knows from what a review's KPIs are counted: the period, the one before, the same a year earlier, and what is on record.

How they are counted is in `crmtool.review.kpis`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.files.history import Run
from crmtool.jobs.days.review_period import Looked
from crmtool.jobs.plans.making import Ground
from crmtool.jobs.reviews.comparing import Compared
from crmtool.jobs.reviews.recorded import Recorded
from crmtool.jobs.reviews.visits import Visits
from crmtool.review.kpis.counts import Measured
from crmtool.review.kpis.customers import customer_kpis
from crmtool.review.kpis.goals import goals_of
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.measure import measured
from crmtool.review.kpis.results import kpi_results
from crmtool.review.model import KPI_COLUMNS, Snapshot
from crmtool.review.period import Period
from crmtool.rules.measuring.records import Records
from crmtool.visits.frames import column
from crmtool.visits.model import frame_of

#: The field that says whether a customer is a prospect.
_STATUS = "status"


@dataclass(frozen=True)
class Figures:
    """What a period's KPIs came to: `kpis` (KPI_COLUMNS), `customers` (CUSTOMER_KPI_COLUMNS), `goals` of a year."""

    kpis: pd.DataFrame
    customers: pd.DataFrame
    goals: pd.DataFrame | None
    findings: tuple[Finding, ...]


def figures_of_period(
    ground: Ground, visits: Visits, looked: Looked, recorded: Recorded, compared: Compared
) -> Figures:
    """Count the KPIs of a period, the one before and the same of a year earlier, from what is known on the as-of day."""
    rule_set = ground.assessment.rule_set
    status = status_before(compared.previous, ground.keys)
    now = _ground(ground, visits, looked.period, looked, status)
    orders = Records(now.ledger, "orders")
    counts = measured(now, orders)
    before, year_before = (
        _measured(ground, visits, period, looked, orders)
        for period in (looked.period.before, looked.period.year_before)
    )
    kpis = kpi_results(
        counts,
        now,
        rule_set,
        baselines=ground.config.baselines,
        recorded_before=_recorded_kpis(recorded, recorded.period_before),
        recorded_year_before=_recorded_kpis(recorded, recorded.year_before),
        before=before,
        year_before=year_before,
    )
    of_customers = customer_kpis(counts, now, rule_set, kpis)
    goals = goals_of(kpis, rule_set) if looked.period.kind == "year" else None
    return Figures(kpis, of_customers.frame, goals, (*counts.findings, *of_customers.findings))


def _measured(ground: Ground, visits: Visits, period: Period, looked: Looked, orders: Records) -> Measured:
    at = replace(looked, period=period, as_of=min(period.last, looked.as_of))
    return measured(_ground(ground, visits, period, at, None), orders)


def _ground(
    ground: Ground, visits: Visits, period: Period, looked: Looked, status: pa.Array | None
) -> KpiGround:
    what = ground.assessment
    sla: tuple[Any, ...] = tuple(what.rule_set.plain.get("sla", ()))
    return KpiGround(
        what.read.ledger,
        column(what.decisions.frame, "tier"),
        ground.keys,
        visits.records,
        visits.made_in(period),
        period,
        looked.as_of,
        status,
        sla,
    )


def _recorded_kpis(recorded: Recorded, run: Run | None) -> pd.DataFrame | None:
    """Return what an earlier review recorded (KPI_COLUMNS), None where there was none."""
    if run is None or recorded.history is None:
        return None
    table = recorded.history.kpis(run.id)
    return frame_of(KPI_COLUMNS, {name: table[name] for name in KPI_COLUMNS}) if len(table) else None


def status_before(previous: Snapshot | None, keys: pa.Array) -> pa.Array | None:
    """Return the 客户状态 that was known of each customer (by `keys`) on the earlier day; None where of nobody."""
    if previous is None:
        return None
    facts = column(previous.frame, "facts")
    name = f'"{_STATUS}":'
    told = pc.fill_null(pc.match_substring(facts, name), False)
    if not pc.any(told).as_py():
        return None
    distinct = pc.if_else(told, facts, pa.scalar(None, pa.string())).dictionary_encode()
    words = pa.array([_status_in(text) for text in distinct.dictionary.to_pylist()], pa.string())
    status = words.take(distinct.indices)
    return status.take(pc.index_in(keys, column(previous.frame, "customer_key")))


def _status_in(facts: str) -> str | None:
    value = json.loads(facts).get(_STATUS)
    return value if isinstance(value, str) else None

"""Knows which KPIs there are to count, and puts their rows together.

Each is counted in a module of its kind beside this one: orders, answers, prospects, complaints, responses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from crmtool.errors import Finding
from crmtool.review.kpis.answers import OF_VISITS, SCALES, off_scale
from crmtool.review.kpis.basis import Basis
from crmtool.review.kpis.complaints import complaint_rate
from crmtool.review.kpis.counts import COUNT_COLUMNS, Counts, Measured, Outcome
from crmtool.review.kpis.definitions import KPIS
from crmtool.review.kpis.ending import ending_findings
from crmtool.review.kpis.ground import KpiGround
from crmtool.review.kpis.orders import OF_ORDERS
from crmtool.review.kpis.prospects import OF_PROSPECTS
from crmtool.review.kpis.responses import response_counts
from crmtool.review.kpis.undated import undated_findings
from crmtool.rules.measuring.records import Records
from crmtool.visits.frames import frame_from, table_of

#: How each KPI is counted. `aov_change` is made of `aov` and `aov_before`.
_COUNTED: Final[Mapping[str, Callable[[Basis], Outcome]]] = {
    **OF_ORDERS,
    **OF_VISITS,
    **OF_PROSPECTS,
    "complaint_rate": complaint_rate,
}
_ORDER: Final = [
    id for kpi in KPIS for id in ((kpi, "aov_before") if kpi == "aov" else (kpi,)) if id in _COUNTED
]


def measured(ground: KpiGround, orders: Records | None = None) -> Measured:
    """Count every KPI of the period: for each customer a numerator and a denominator, or what is lacking.

    What is dated after the as-of day, or after the period, does not count. Customers of whom the records cannot tell
    (undated orders, orders that may be another's) have no rows; a finding says how many they are.

    `orders` is `Records(ledger, "orders")`: whoever counts several periods of one ledger makes it once for all of them.
    """
    basis = Basis(ground, orders)
    outcomes = {kpi: _COUNTED[kpi](basis) for kpi in _ORDER}
    missing = {kpi: outcome for kpi, outcome in outcomes.items() if isinstance(outcome, str)}
    lacking = missing.pop("aov_before", None) or missing.get("aov")
    if lacking is not None:
        missing["aov_change"] = lacking
    rows = [_rows(kpi, outcome) for kpi, outcome in outcomes.items() if not isinstance(outcome, str)]
    counts = pa.concat_tables([_empty(), *rows]).combine_chunks()
    answers = response_counts(ground)
    counts = pa.concat_tables([counts, table_of(answers.rows).cast(counts.schema)]).combine_chunks()
    lacks = {kpi: missing[kpi] for kpi in KPIS if kpi in missing} | dict(answers.missing)
    tables = [basis.orders, *(Records(ground.ledger, source) for source in ("visits", "tickets"))]
    ending = ending_findings(ground, tables)
    findings = (
        *ending,
        *_left_out(outcomes),
        *_off_scale(basis),
        *undated_findings(ground),
        *answers.findings,
    )
    return Measured(frame_from(counts), lacks, findings, answers.labels)


def _empty() -> pa.Table:
    return pa.schema(list(COUNT_COLUMNS.items())).empty_table()


def _rows(kpi: str, outcome: Counts | pa.Table) -> pa.Table:
    rows = outcome.rows(kpi) if isinstance(outcome, Counts) else outcome
    return rows.sort_by("customer")


def _left_out(outcomes: Mapping[str, Outcome]) -> Iterator[Finding]:
    """Yield how many customers some KPI leaves out, and which KPIs those are."""
    masks = {
        kpi: outcome.left_out
        for kpi, outcome in outcomes.items()
        if kpi in KPIS
        and kpi != "conversion"
        and isinstance(outcome, Counts)
        and outcome.left_out is not None
    }
    named = [KPIS[kpi].label for kpi, mask in masks.items() if mask.any()]
    if named:
        customers = int(np.logical_or.reduce(list(masks.values())).sum())
        params = {"customers": str(customers), "kpis": "、".join(named)}
        yield Finding("kpi-customers-left-out", params=params)


def _off_scale(basis: Basis) -> Iterator[Finding]:
    names = {
        "satisfaction": ("满意度", "satisfaction_rate"),
        "recommend": ("推荐意愿", "nps"),
    }
    for name, answers in off_scale(basis).items():
        field, kpi = names[name]
        scale = "–".join(str(end) for end in SCALES[name])
        params = {"answers": str(answers), "field": field, "scale": scale, "kpi": KPIS[kpi].label}
        yield Finding("kpi-answers-off-scale", params=params)

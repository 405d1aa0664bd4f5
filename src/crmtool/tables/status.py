"""Puts the workbook of standings together: the tables and single values of all its sheets.

Each sheet's rows are made in its own module; the template says how they look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pyarrow.compute as pc

from crmtool import __version__
from crmtool.content import Content, Scalar
from crmtool.tables import findings as findings_table
from crmtool.tables import overview, standing_rates
from crmtool.tables.arrays import array
from crmtool.tables.classification import Judged
from crmtool.tables.standing_rows import StandingRows
from crmtool.visits.standing.rates import TOTAL
from crmtool.visits.standing.standings import LEVEL_DAYS, LEVEL_LABELS, Standings


@dataclass(frozen=True)
class Status:
    """How a ledger's customers stand, whom to tell, and the visit rates of the days `first` to `last`.

    `managers` maps an owner to whom what is long overdue is told. `rates` (RATE_COLUMNS) is None where no plan is known.
    """

    found: Standings
    managers: Mapping[str, str] = field(default_factory=dict)
    first: date = date.min
    last: date = date.max
    rates: pd.DataFrame | None = None


def content(judged: Judged, status: Status) -> Content:
    """Return what fills the template `status.xlsx`."""
    rule_set, common, found = judged.rule_set, judged.common, status.found
    rows = StandingRows(judged, found, status.managers)
    tables = [
        standing_rates.tiers(found, judged.decisions, rule_set),
        standing_rates.total(found, judged.decisions, rule_set),
        standing_rates.by_tier(status.rates, rule_set, common),
        standing_rates.every(status.rates, rule_set, common),
        rows.overdue(),
        rows.never_visited(),
        rows.everybody(),
        overview.findings_summary(judged.findings),
        findings_table.build(judged.findings, judged.addresses),
    ]
    return Content({table.name: table for table in tables}, _scalars(judged, status))


def _scalars(judged: Judged, status: Status) -> dict[str, Scalar]:
    rule_set, found = judged.rule_set, status.found
    rules, as_of = f"{rule_set.name} {rule_set.version}", found.as_of.isoformat()
    return {
        **overview.grounds(judged.ledger, rule_set, tool_version=__version__),
        "customers": len(found.customers),
        "period": f"{status.first.isoformat()} 至 {status.last.isoformat()}",
        "caption": f"统计截止日 {as_of} · {rules} · 共 {len(found.customers)} 位客户",
        "overdue_note": _overdue_note(status),
        "never_note": _never_note(found),
        "rate_note": _rate_note(status),
        **overview.findings_scalars(judged.findings),
    }


def _overdue_note(status: Status) -> str:
    late = status.found.overdue()
    if not len(late):
        return "没有逾期的回访。"
    levels = array(late["level"])
    parts = [
        f"{LEVEL_LABELS[level]}（满 {days} 天）{pc.sum(pc.equal(levels, level)).as_py() or 0} 项"
        for level, days in LEVEL_DAYS.items()
    ]
    customers = len(pc.unique(array(late["customer"])))
    return (
        f"{customers} 位客户的 {len(late)} 项回访已逾期，最久的在前；{'，'.join(parts)}。上报给负责人的上级。"
    )


def _never_note(found: Standings) -> str:
    count = len(found.never_visited())
    return f"{count} 位客户没有任何联系记录，应访日期早的在前。" if count else "每位客户都有联系记录。"


def _rate_note(status: Status) -> str:
    span = f"{status.first.isoformat()} 至 {status.last.isoformat()}"
    if status.rates is None:
        return "没有计划，回访率未知：请先用 crmtool plan 排计划并记入历史，或用 --plan 指定计划工作簿。"
    whole = status.rates[status.rates["by"] == TOTAL]
    due = pc.sum(array(whole["due"])).as_py()
    if not due:
        return f"{span} 的计划里没有应访的回访，回访率未知。"
    return f"{span} 应访的回访中已完成的比例；逾期完成的也算完成，取消的不计，没到日子的不计。"

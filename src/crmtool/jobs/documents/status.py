"""The JSON document of `crmtool status`, from the frames of the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.compute as pc

from crmtool.jobs.documents.parts import Document, findings_part, outputs_part, read_part, records
from crmtool.messages import Lang
from crmtool.tables.overview import row_labels
from crmtool.tables.standing_rates import grid
from crmtool.visits.frames import column, rows_where, same_text, table_of
from crmtool.visits.standing.rates import RATE_COLUMNS
from crmtool.visits.standing.standings import DUE, LEVEL_DAYS, STANDING_LABELS

if TYPE_CHECKING:
    from crmtool.jobs.status import StatusOutcome

_WHO = ("customer_id", "name", "tier", "owner")
_WHAT = ("channel", "label", "due_on", "is_agreed", "planned_on")
_LATE = ("standing", "channel", "label", "due_on", "overdue_days", "level", "planned_on")


def status_document(outcome: StatusOutcome, lang: Lang) -> Document:
    """Return `crmtool.status/v1`; keys absent where they do not apply, `visit_rate` null where no plan is known.

    `counts` are customers, each once; `warnings` and the lists below are lines of their cadences, those of never visited
    customers too. A rate says by what it puts visits together (`by`), and of what (null: of those that have none).
    """
    status = outcome.status
    found = status.found
    return {
        "schema": "crmtool.status/v1",
        **read_part(outcome.assessment.read),
        **counts_part(outcome),
        "overdue": overdue_records(found.overdue(), status.managers),
        "never_visited": records(found.never_visited(), (*_WHO, *_LATE[1:])),
        "due": records(_due(found.lines), (*_WHO, *_WHAT)),
        "customers": records(
            found.customers, (*_WHO, "standing", *_WHAT, "overdue_days", "level", "last_contact", "reason")
        ),
        "period": {"from": status.first.isoformat(), "to": status.last.isoformat()},
        "visit_rate": rate_records(status.rates),
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([outcome.written] if outcome.written else []),
    }


def counts_part(outcome: StatusOutcome) -> Document:
    """Return customers by standing, in all and by tier, and how many lines each level of warning has."""
    found, assessment = outcome.status.found, outcome.assessment
    labels = row_labels(assessment.decisions, assessment.rule_set)
    counts = grid(found, list(labels))
    levels = column(found.lines, "level")
    tiers = [
        {"tier": tier, "label": label, **dict(zip(STANDING_LABELS, row, strict=True))}
        for (tier, label), row in zip(labels.items(), counts.tolist(), strict=True)
    ]
    return {
        "counts": {
            "customers": len(found.customers),
            **dict(zip(STANDING_LABELS, counts.sum(axis=0).tolist(), strict=True)),
        },
        "tiers": tiers,
        "warnings": {level: pc.sum(same_text(levels, level)).as_py() or 0 for level in LEVEL_DAYS},
    }


def overdue_records(late: pd.DataFrame, managers: Mapping[str, str]) -> list[Document]:
    """Return overdue lines (LINE_COLUMNS), each with the owner's manager where one is known."""
    rows = records(late, (*_WHO, *_LATE, "last_contact"))
    return [
        row | ({"manager": managers[row["owner"]]} if row.get("owner") in managers else {}) for row in rows
    ]


def _due(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that are due within days, the first first."""
    due = rows_where(lines, same_text(column(lines, "standing"), DUE))
    return due.sort_values(["due_on", "customer_key", "channel", "label"], kind="stable")


def rate_records(rates: pd.DataFrame | None) -> list[Document] | None:
    """Return rates (RATE_COLUMNS) one by one; None where no plan is known."""
    if rates is None:
        return None
    return [_rate(row) for row in table_of(rates).select(list(RATE_COLUMNS)).to_pylist()]


_BY = {"total": (), "each": ("tier", "owner", "channel")}


def _rate(row: dict[str, Any]) -> Document:
    """Return one rate; `rate` is null where nothing was due, `target` the lowest rate that is asked for."""
    names = _BY.get(row["by"], (row["by"],))
    figures = {name: row[name] for name in ("due", "done", "on_time", "late", "rate")}
    if row["target"] is None:
        return {"by": row["by"], **{name: row[name] for name in names}, **figures}
    target = {"target": row["goal"], "target_text": row["target"], "met": row["met"]}
    return {"by": row["by"], **{name: row[name] for name in names}, **figures, **target}

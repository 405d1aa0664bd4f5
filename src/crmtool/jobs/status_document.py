"""The JSON document of `crmtool status`, from the frames of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.jobs.documents import Document, _findings, _outputs, _read_part
from crmtool.jobs.visit_documents import _records
from crmtool.messages import Lang
from crmtool.tables.overview import row_labels
from crmtool.tables.standing_rates import grid
from crmtool.visits.frames import column, rows_where, same_text
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
        **_read_part(outcome.assessment.read),
        **_counts(outcome),
        "overdue": _overdue(found.overdue(), status.managers),
        "never_visited": _records(found.never_visited(), (*_WHO, *_LATE[1:])),
        "due": _records(_due(found.lines), (*_WHO, *_WHAT)),
        "customers": _records(
            found.customers, (*_WHO, "standing", *_WHAT, "overdue_days", "level", "last_contact", "reason")
        ),
        "period": {"from": status.first.isoformat(), "to": status.last.isoformat()},
        "visit_rate": None if status.rates is None else [_rate(row) for row in _rows(status.rates)],
        "findings": _findings(outcome.findings, lang),
        "outputs": _outputs([outcome.written] if outcome.written else []),
    }


def _counts(outcome: StatusOutcome) -> Document:
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


def _overdue(late: pd.DataFrame, managers: Any) -> list[Document]:
    rows = _records(late, (*_WHO, *_LATE, "last_contact"))
    return [
        row | ({"manager": managers[row["owner"]]} if row.get("owner") in managers else {}) for row in rows
    ]


def _due(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines that are due within days, the first first."""
    due = rows_where(lines, same_text(column(lines, "standing"), DUE))
    return due.sort_values(["due_on", "customer_key", "channel", "label"], kind="stable")


def _rows(rates: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pa.table({name: column(rates, name) for name in RATE_COLUMNS}).to_pylist()
    return found


_BY = {"total": (), "each": ("tier", "owner", "channel")}


def _rate(row: dict[str, Any]) -> Document:
    """Return one rate; `rate` is null where nothing was due, `target` the lowest rate that is asked for."""
    names = _BY.get(row["by"], (row["by"],))
    figures = {name: row[name] for name in ("due", "done", "on_time", "late", "rate")}
    if row["target"] is None:
        return {"by": row["by"], **{name: row[name] for name in names}, **figures}
    target = {"target": row["goal"], "target_text": row["target"], "met": row["met"]}
    return {"by": row["by"], **{name: row[name] for name in names}, **figures, **target}

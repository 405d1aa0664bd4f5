"""The JSON document of `crmtool review`, from the frames of the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow.compute as pc

from crmtool.jobs.documents.parts import Document, findings_part, outputs_part, plain, read_part
from crmtool.jobs.documents.status import rate_records
from crmtool.messages import Lang
from crmtool.review.kpis.definitions import MISSING
from crmtool.review.model import ADJUSTMENT_HEADERS, GONE, NEW, SAME, Snapshot
from crmtool.review.moves.matrix import NO_MORE, NO_TIER, NOT_YET, matrix_of
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column, rows_where, same_text, table_of

if TYPE_CHECKING:
    from crmtool.jobs.review import ReviewOutcome

#: Keys of a KPI that are there even where nothing is known.
_KPI: Final = ("id", "label", "tier", "unit", "target", "actual", "numerator", "denominator", "met")
_KPI_MORE: Final = ("goal", "attainment", "before", "year_before", "baseline")
_MOVE: Final = ("kind", "cause", "by_rules", "reason", "was_name", "owner")
_HELD: Final = ("held_tier", "pending_since", "pending_reviews", "holds_until")
#: How those of no tier are called, who were not there yet, and who are not there any more.
_PLACES: Final = {NO_TIER: "undecided", NOT_YET: NEW, NO_MORE: GONE}


def review_document(outcome: ReviewOutcome, lang: Lang) -> Document:
    """Return `crmtool.review/v1`; `visit_rate` null where no plan is known, `compared_with` in a first review.

    KPIs of all customers have the tier null. Only customers who moved, came or went are among `moves`; `from` and
    `to` are null where they were not there or had no tier. `goals` is there for a year alone.
    """
    review = outcome.review
    kpis = table_of(review.kpis).to_pylist()
    goals = {} if review.goals is None else {"goals": [plain(row) for row in _rows(review.goals)]}
    return {
        "schema": "crmtool.review/v1",
        **read_part(outcome.assessment.read),
        "period": period_part(outcome),
        "compared_with": snapshot_part(review.moves.previous),
        "kpis": [_kpi(row, lang) for row in kpis],
        "moves": move_records(outcome.told.frame),
        "confirmed": confirmed_records(outcome.told.frame),
        "matrix": matrix_records(review.moves.frame, outcome.assessment.rule_set),
        "near": [plain(_without(row, "customer")) for row in _rows(outcome.told.near)],
        "adjustments": [_adjustment(row) for row in _rows(review.adjustments)],
        "trend": [_row(row) for row in _rows(review.trend)],
        "visit_rate": rate_records(review.rates),
        **goals,
        "failed": [
            {"limit": each.params["limit"], "value": None if each.code == "limit-unknown" else each.value}
            for each in outcome.failed
        ],
        "findings": findings_part(outcome.findings, lang),
        "outputs": outputs_part([outcome.written]),
    }


def period_part(outcome: ReviewOutcome) -> Document:
    """Return which period was reviewed, and whether it was over."""
    period, as_of = outcome.review.period, outcome.review.as_of
    return {
        "name": period.name,
        "kind": period.kind,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "is_over": as_of >= period.last,
    }


def snapshot_part(previous: Snapshot | None) -> Document | None:
    """Return what was compared with, None where nothing was."""
    if previous is None:
        return None
    return {
        "as_of": previous.as_of.isoformat() if previous.as_of else None,
        "source": previous.source,
        "place": previous.place,
        "rules": {"id": previous.rules_id, "version": previous.rules_version} if previous.rules_id else None,
    }


def _kpi(row: Mapping[str, Any], lang: Lang) -> Document:
    record = {name: row[name] for name in _KPI}
    record |= {name: row[name] for name in _KPI_MORE if row[name] is not None}
    missing = row["missing"]
    if missing is not None:
        zh, en = MISSING.get(missing, (missing, missing))
        record |= {"missing": missing, "missing_text": zh if lang == "zh" else en}
    return record


def move_records(frame: pd.DataFrame) -> list[Document]:
    """Return who moved (MOVE_COLUMNS), came or went; `state` is waiting while the earlier tier holds."""
    moved = rows_where(frame, pc.invert(same_text(column(frame, "kind"), SAME)))
    return [_move(row) for row in _rows(moved)]


def confirmed_records(frame: pd.DataFrame) -> list[Document]:
    """Return whose change was seen before and holds from this review on (MOVE_COLUMNS): they did not move now."""
    same = rows_where(frame, same_text(column(frame, "kind"), SAME))
    rows = _rows(rows_where(same, pc.is_valid(column(same, "confirmed"))))
    names = {
        "customer_id": "customer_id",
        "name": "name",
        "from": "confirmed",
        "to": "now",
        "reason": "reason",
    }
    return [{key: row[name] for key, name in names.items() if row[name] is not None} for row in rows]


def _move(row: Mapping[str, Any]) -> Document:
    who = {name: row[name] for name in ("customer_id", "name") if row[name] is not None}
    told = {name: row[name] for name in (*_MOVE, *_HELD) if row[name] is not None}
    return {
        **who,
        "from": row["was"],
        "to": row["now"],
        **plain(told),
        "fields": row["fields"].split("|") if row["fields"] else [],
        "state": "waiting" if row["held_tier"] is not None else "confirmed",
    }


def matrix_records(frame: pd.DataFrame, rule_set: RuleSet) -> Document:
    """Return how many customers (MOVE_COLUMNS) came from where to where: rows are those of then, columns those of now.

    Beside the tiers there are `undecided`, the row `new` and the column `gone`; each customer is in one cell.
    """
    matrix = matrix_of(frame, rule_set)
    return {
        "from": [_PLACES.get(each, each) for each in matrix.rows],
        "to": [_PLACES.get(each, each) for each in matrix.columns],
        "customers": [list(row) for row in matrix.counts],
    }


def _adjustment(row: Mapping[str, Any]) -> Document:
    """Return a row of the adjustment table by its Chinese headers, and for what it is listed."""
    cells = {header: _plain(row[name]) for name, header in ADJUSTMENT_HEADERS.items()}
    why = {name: row[name].split("|") if row[name] else [] for name in ("why", "short")}
    return {"customer_id": row["customer_id"], "customer_key": row["customer_key"], **cells, **why}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _row(row: Mapping[str, Any]) -> Document:
    return {name: _plain(value) for name, value in row.items()}


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table_of(frame).to_pylist()
    return rows

"""Judged ledgers typed into tests, with the shipped rule sets' cadences, and what is due for them by visit id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.config import Config
from crmtool.files.resources import read_rules
from crmtool.jobs.days.workdays import workdays_for
from crmtool.jobs.rules import load_named
from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.ledger import NEVER, Ledger, LedgerColumn, Source, Table
from crmtool.rules.cases import Cases
from crmtool.rules.decisions import Decisions
from crmtool.rules.language.common import Common
from crmtool.rules.language.load import load_common
from crmtool.rules.model import RuleSet
from crmtool.visits.calendar.workdays import Workdays
from crmtool.visits.dues.basis import Basis
from crmtool.visits.dues.due import dues
from crmtool.visits.keys import customer_keys
from crmtool.visits.model import OUTCOME_DONE, REPORT_COLUMNS, Dues, frame_of

DAYS = ("last_contact", "last_order", "first_order", "next_followup")
TEXTS = ("customer_id", "name", "owner", "birthday", "visit_interval", "phone")


@cache
def common() -> Common:
    """Return the shipped vocabulary."""
    return load_common(*read_rules("common"))


@cache
def rules(name: str) -> RuleSet:
    """Return a shipped rule set."""
    return load_named(name)


@cache
def workdays(first: date = date(2024, 1, 1), last: date = date(2027, 6, 30)) -> Workdays:
    """Return the published working days."""
    return workdays_for(first, last, Config(), Path())[0]


def day(text: str | None) -> date | None:
    """Return the day that a text writes."""
    return None if text is None else date.fromisoformat(text)


def people(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return customers from dicts of fields; days are texts, a customer without an id has only a name."""
    cells: dict[str, pa.Array] = {
        "row": pa.array(range(2, 2 + len(rows))),
        "sheet": pa.array(["客户"] * len(rows), pa.string()),
    }
    cells |= {name: pa.array([row.get(name) for row in rows], pa.string()) for name in TEXTS}
    cells |= {name: pa.array([day(row.get(name)) for row in rows], pa.date32()) for name in DAYS}
    columns = {
        name: LedgerColumn(FieldSpec(name, name, "text"), name, number)
        for number, name in enumerate((*TEXTS, *DAYS), start=1)
    }
    frame = pa.table(cells).to_pandas(types_mapper=pd.ArrowDtype)
    return Table(frame, columns, Source("a.xlsx", "", ("客户",), 1, len(rows)))


def visited(*visits: tuple[Any, ...]) -> pd.DataFrame:
    """Return visits on record from (customer key, day, channel[, outcome[, visit id]])."""
    rows = [(*visit, *(OUTCOME_DONE, None)[len(visit) - 3 :]) for visit in visits]
    cells = {
        "visit_id": [row[4] for row in rows],
        "customer_key": [row[0] for row in rows],
        "done_on": [day(row[1]) for row in rows],
        "channel": [row[2] for row in rows],
        "outcome": [row[3] for row in rows],
    }
    return frame_of(REPORT_COLUMNS, {name: pa.array(c, REPORT_COLUMNS[name]) for name, c in cells.items()})


def basis(
    rule_set: RuleSet | str,
    rows: Sequence[Mapping[str, Any]],
    records: pd.DataFrame | None = None,
    **also: Any,
) -> Basis:
    """Return a judged ledger: each row has its `tier`; `first_order: never` is one who never bought."""
    rule_set = rules(rule_set) if isinstance(rule_set, str) else rule_set
    never = [row.get("first_order") == "never" for row in rows]
    told = [{**row, "first_order": None} if n else row for row, n in zip(rows, never, strict=True)]
    table = people(told)
    state = pd.Series(pd.array([NEVER if n else 0 for n in never], dtype=pd.ArrowDtype(pa.int8())))
    tiers = pa.table({"tier": pa.array([row.get("tier") for row in rows], pa.string())})
    return Basis(
        Ledger(date(2026, 12, 31), table),
        Cases(table.frame.assign(first_order__state=state)),
        Decisions(tiers.to_pandas(types_mapper=pd.ArrowDtype), (), {}),
        rule_set,
        common(),
        visited() if records is None else records,
        common().festivals,
        **also,
    )


def due(what: Basis, first: str, last: str, as_of: str, days: Workdays | None = None) -> Dues:
    """Return what is due."""
    return dues(
        what,
        date.fromisoformat(first),
        date.fromisoformat(last),
        date.fromisoformat(as_of),
        days or workdays(),
    )


def column(found: Dues, name: str) -> dict[str, Any]:
    """Return a column of the due visits by visit id, days as texts, in the order of the ids."""
    ids, cells = (pa.array(found.visits[each]).to_pylist() for each in ("visit_id", name))
    assert len(set(ids)) == len(ids)
    texts = (cell.isoformat() if isinstance(cell, date) else cell for cell in cells)
    return dict(sorted(zip(ids, texts, strict=True)))


def keys_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the keys of customers."""
    keys: list[str] = customer_keys(people(rows).frame).to_pylist()
    return keys

"""Small tables of the history, and runs to record them with."""

from __future__ import annotations

import dataclasses
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from crmtool.files.history import Run, RunInput, RunOutput
from crmtool.files.history.tables import REPORTS, STORED, VISITS
from crmtool.files.history.whole import Whole, kinds_of


def run(key: str = "k", command: str = "classify", **more: Any) -> Run:
    """Return a run with one input and one output."""
    return Run(
        key,
        command,
        date(2026, 3, 31),
        "annual_value",
        "2024.1",
        "r" * 64,
        "0.1.0",
        "2026-04-01T09:00:00+08:00",
        inputs=(RunInput("台账.xlsx", "i" * 64, "客户", 3),),
        outputs=(RunOutput("台账-客户分级.xlsx", "o" * 64, "c" * 64),),
        **more,
    )


def visits(*rows: dict[str, Any]) -> pa.Table:
    """Return visits; what a row leaves out is null."""
    return pa.Table.from_pylist(list(rows), pa.schema(list(VISITS.columns.items())))


def reports(*rows: dict[str, Any]) -> pa.Table:
    """Return reports; what a row leaves out is null."""
    return pa.Table.from_pylist(list(rows), pa.schema(list(REPORTS.columns.items())))


def decided(**tiers: str | None) -> pa.Table:
    """Return classifications by customer key."""
    return pa.table({"customer_key": list(tiers), "tier": pa.array(tiers.values(), pa.string())})


def reviewed(rows: int) -> dict[str, pa.Table]:
    """Return what a review records, of so many customers each: classifications with facts, KPIs, adjustments."""
    keys = [f"D{number}" for number in range(rows)]
    facts = [f'{{"annual_amount":{number}}}' for number in range(rows)]
    return {
        "classifications": pa.table({"customer_key": keys, "tier": ["A"] * rows, "facts": facts}),
        "kpis": pa.table({"id": keys, "actual": [number / 7 for number in range(rows)]}),
        "adjustments": pa.table({"customer_key": keys, "remark": facts}),
    }


def whole_of(rows: int) -> Whole:
    """Return another history, of one review of so many customers."""
    told = {stored.name: kinds_of(stored).empty_table() for stored in STORED}
    for name, table in reviewed(rows).items():
        kinds = told[name].schema
        missing = {each: [None] * rows for each in kinds.names if each not in table.column_names}
        cells = {**missing, **{each: table[each] for each in table.column_names}, "run": [1] * rows}
        told[name] = pa.table({each: cells[each] for each in kinds.names}, kinds)
    return Whole((dataclasses.replace(run("b", "review"), id=1, turn=1),), told)


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask a history as any SQLite tool would."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()

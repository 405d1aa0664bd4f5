"""A whole history as a workbook: every row of every table, readable by people and by `history import`.

What stands on its sheets is told in `crmtool.tables.history`.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from crmtool.errors import Finding, InputError
from crmtool.files.history import Run
from crmtool.files.history.whole import Whole
from crmtool.jobs.delivery import (
    Delivery,
    Written,
    default_output,
    deliver,
    prepare,
    refuse_overwriting,
)
from crmtool.jobs.histories.opening import HistoryPlace, looking_into
from crmtool.jobs.request import Progress, silent
from crmtool.tables.history import RUN_COLUMNS, Told, content
from crmtool.tables.history_sheets import RUN, RUNS


@dataclass(frozen=True)
class Exported:
    """What was written, and how many rows of each table are in it."""

    path: Path
    written: Written
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]


def export(place: HistoryPlace, delivery: Delivery, progress: Progress = silent) -> Exported:
    """Write all that a history holds into a workbook; the same history gives the same bytes, wherever it lies.

    Raises `InputError` (no history, or one that cannot be read), `UsageError` (a template or an output that will not
    do), `OutputError` or `BusyError` (not written).
    """
    template = prepare(delivery, place.path, "history")
    with looking_into(place) as history:
        progress("progress-reading", 0, 1)
        whole = history.whole()
    if not whole.runs:
        raise InputError.of("history-not-begun", file=str(place.path))
    last = max(run.as_of for run in whole.runs)
    folder = place.folder / place.config.output if place.config.output else None
    target = delivery.output or default_output(place.path, "导出", last.isoformat(), folder)
    refuse_overwriting(target, (place.path,))
    filled = content(told_of(whole))
    written, findings = deliver(filled, target, template, delivery, created=last, progress=progress)
    rows = {RUNS: len(whole.runs), **{name: len(table) for name, table in whole.tables.items()}}
    return Exported(place.path, written, rows, findings)


def told_of(whole: Whole) -> Told:
    """Return a history as the workbook's sheets take it."""
    rows = [_run_row(run) for run in whole.runs]
    return Told(pa.Table.from_pylist(rows, pa.schema(list(RUN_COLUMNS.items()))), whole.tables)


def _run_row(run: Run) -> dict[str, object]:
    told: dict[str, object] = {
        RUN: run.id,
        "options": run.options,
        "counts": run.counts,
        "notes": [dataclasses.asdict(note) for note in run.notes],
        "inputs": [dataclasses.asdict(each) for each in run.inputs],
        "outputs": [dataclasses.asdict(each) for each in run.outputs],
    }
    told = {name: value if name == RUN else _json(value) for name, value in told.items()}
    return {name: told.get(name, getattr(run, name, None)) for name in RUN_COLUMNS}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

"""Hold that the ways of a task did the same work, before anybody compares their time.

Raises where they did not; what is compared is read with python-calamine, which none of the writers brings along. That is imported where it is used: the
benchmark's own process has to stay small (see `measuring.apart`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import decorated
import in_place

TIER = "客户类型"
#: A ledger has 20 columns; the last is empty in two of three rows.
LEAST_CELLS_A_ROW = 19


def check(task: str, rows: int, printed: Mapping[str, str], outs: Mapping[str, Path]) -> None:
    """Raise RuntimeError where the ways of a task do not agree; by name, what each printed and where it wrote."""
    written = {name: out for name, out in outs.items() if out.exists() and not name.startswith("floor")}
    if task == "reading":
        _check_reading(rows, {name: json.loads(text) for name, text in printed.items()})
    elif task == "in place":
        for name, out in written.items():
            _hold(in_place.is_right(str(out), rows), task, name)
    else:
        column = tiers if task == "end to end" else body
        expected: list[Any] | None = None
        for name, out in written.items():
            found = column(out)
            _hold(len(found) == rows and found == (expected or found), task, name)
            expected = found


def _hold(holds: bool, task: str, name: str) -> None:
    if not holds:
        raise RuntimeError(f"{task}: {name} did not do what the others did")


def _check_reading(rows: int, told: Mapping[str, Mapping[str, float]]) -> None:
    sums = {tuple(found.items()) for found in told.values() if "rows" in found}
    _hold(
        len(sums) <= 1 and all(dict(found)["rows"] == rows for found in sums), "reading", "one of the readers"
    )
    for name, found in told.items():
        if "cells" in found:
            _hold(found["cells"] >= LEAST_CELLS_A_ROW * rows, "reading", name)


def body(path: Path) -> list[list[Any]]:
    """Return the rows of a written 客户分级表 below its header, as values."""
    from python_calamine import load_workbook

    sheet = load_workbook(str(path)).get_sheet_by_name(decorated.SHEET)
    return sheet.to_python(skip_empty_area=False)[decorated.HEADER_ROW :]


def tiers(path: Path) -> list[str]:
    """Return the tier column of an output workbook, from the row below its header on."""
    from python_calamine import load_workbook

    rows = load_workbook(str(path)).get_sheet_by_name(decorated.SHEET).to_python()
    header = next(number for number, row in enumerate(rows) if TIER in row)
    place = rows[header].index(TIER)
    return [str(row[place]) for row in rows[header + 1 :]]

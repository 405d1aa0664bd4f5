"""An office with a history in which review and apply are run, on a disk that fails or until they are killed."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from harness import command

sys.path.append(str(Path(__file__).resolve().parents[1] / "cli"))

from review_books import fill_in, later, ledger

from crmtool.files.history import History
from crmtool.files.xlsx import check_workbook

OPTIONS = ("--rules", "value_risk", "--history", "h.db")
REVIEW = ("review", "a.xlsx", *OPTIONS, "--period", "2024Q2", "-o", "review.xlsx")
APPLY = ("apply", "decided.xlsx", "--ledger", "a.xlsx", *OPTIONS, "--as-of", "2024-07-09")


def reviewed(folder: Path) -> None:
    """Write the ledger with a review of the quarter before, and one of this quarter as far as it had come."""
    ledger(folder / "a.xlsx")
    _run("review", "a.xlsx", *OPTIONS, "--period", "2024Q1")
    later(folder / "a.xlsx")
    _run(*REVIEW, "--as-of", "2024-05-15")


def decided(folder: Path) -> None:
    """Write ledger and reviews, and the table of this quarter with decisions."""
    reviewed(folder)
    _run(*REVIEW)
    approved = {"审批人": "王总", "审批结果": "同意", "调整后策略": "派驻工程师"}
    fill_in(
        folder / "review.xlsx", {"甲公司": approved, "丙公司": {"审批结果": "驳回"}}, folder / "decided.xlsx"
    )


def _run(*line: str) -> None:
    ran = command(*line)()
    assert ran.code == 0, ran.said


def standing(folder: Path) -> dict[str, object]:
    """Return what the ledger, the review's workbook and the history say, all of which are whole."""
    for path in folder.glob("*.xlsx"):
        check_workbook(path)
    found: dict[str, object] = {"ledger": _cells(folder / "a.xlsx", "客户")}
    if (folder / "review.xlsx").exists():
        found["review"] = {
            name: _cells(folder / "review.xlsx", name)
            for name in openpyxl.load_workbook(folder / "review.xlsx", read_only=True).sheetnames
        }
    with History.open(folder / "h.db", is_read_only=True) as history:
        runs = {run.id: (run.command, str(run.as_of), run.options.get("period")) for run in history.runs()}
        found["history"] = {
            "runs": sorted(map(str, runs.values())),
            "tiers": {
                str(each): [row["tier"] for row in history.classifications(number).to_pylist()]
                for number, each in runs.items()
            },
            "kpis": {str(each): history.kpis(number).to_pylist() for number, each in runs.items()},
            "adjustments": [_told(row) for row in history.adjustments().to_pylist()],
        }
    return found


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Return a recorded row; what a run that was killed wrote into the ledger, the next one finds there: it is current."""
    carried_out = "carried out" if row["applied"] in ("applied", "current") else row["applied"]
    return {**row, "run": None, "applied": carried_out}


def _cells(path: Path, sheet: str) -> list[list[Any]]:
    rows = openpyxl.load_workbook(path, read_only=True)[sheet].iter_rows(values_only=True)
    return [[each.date() if isinstance(each, datetime) else each for each in row] for row in rows]

"""Workbooks typed in by tests, and a run of `classify` on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from crmtool.jobs.classify import ClassifyOutcome, classify
from crmtool.jobs.delivery import Delivery
from crmtool.jobs.documents.customers import classify_document
from crmtool.jobs.request import Request

Rows = Sequence[Sequence[Any]]


def typed(path: Path, sheets: dict[str, Rows]) -> Path:
    """Write a workbook cell by cell and return its path; None is an empty cell."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def run(ledger: Path, rules: str, as_of: str) -> ClassifyOutcome:
    """Classify a ledger and write the workbook beside it."""
    request = Request(ledger=ledger, rules=rules, as_of=date.fromisoformat(as_of))
    return classify(request, Delivery())


def customers(outcome: ClassifyOutcome) -> dict[str, dict[str, Any]]:
    """Return the customers of the outcome's JSON by name."""
    return {row["name"]: row for row in classify_document(outcome, "zh")["customers"]}

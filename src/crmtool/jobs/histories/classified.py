"""An earlier workbook as a recorded classification: its tiers, its day, and what was known of its customers.

How the workbook is read and its tier column understood is that of every ledger.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool import __version__
from crmtool.config import Config
from crmtool.errors import Finding, InputError, UsageError
from crmtool.files.book import Book
from crmtool.files.history import Run, RunInput
from crmtool.files.history.tables import CLASSIFICATIONS
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.histories.telling import TierLine
from crmtool.jobs.last_classified import days_written_in
from crmtool.jobs.request import Request
from crmtool.ledger.headers.own_books import tiers_sheets
from crmtool.review.moves.snapshots import workbook_snapshot
from crmtool.sheets import RawCell
from crmtool.visits.frames import table_of

#: Stands beside the day, or before it in a caption, wherever crmtool says what a sheet is as of.
_TITLE: Final = "统计截止日"
_CAPTION: Final = re.compile(rf"{_TITLE}[：:\s]*(\d{{4}}-\d{{2}}-\d{{2}})")
#: Findings of reading that say nothing about what is recorded.
_ASIDE: Final = frozenset({"as-of-ahead", "stale-data", "other-sheet"})
#: Findings of judging that say something about the tiers that are named.
_OF_LABELS: Final = frozenset({"unknown-tier-label"})


@dataclass(frozen=True)
class Classified:
    """A workbook's tiers: the run that they are recorded as, its rows (columns of CLASSIFICATIONS), and its tiers."""

    run: Run
    rows: pa.Table
    tiers: tuple[TierLine, ...]
    findings: tuple[Finding, ...]


def classified(book: Book, request: Request, config: Config) -> Classified:
    """Return what an earlier workbook says of its customers, as a run that was not recorded yet.

    The day is `request.as_of`, else the one that the workbook says; the rules are those of the request, else of
    crmtool.yaml, and which version of them judged then is not known. Raises `UsageError` where day or rules are not known,
    `InputError` where no column names a tier, else as `assess` does.
    """
    if request.rules is None and "rules" not in config.model_fields_set:
        raise UsageError.of("import-without-rules", file=book.file)
    said = _day_of(book)
    as_of = request.as_of or said
    if as_of is None:
        raise UsageError.of("import-without-day", file=book.file)
    sheets = request.sheets or tiers_sheets(book.peeks)
    assessment = assess(replace(request, as_of=as_of, sheets=sheets))
    rows = _rows(assessment)
    told = [each for each in assessment.read.findings if each.code not in _ASIDE]
    told += [each for each in assessment.decisions.findings if each.code in _OF_LABELS]
    if said is not None and said != as_of:
        params = {"as_of": as_of.isoformat()}
        told.insert(0, Finding("import-other-day", file=book.file, value=said.isoformat(), params=params))
    counts = _counts(rows["tier"])
    known = assessment.rule_set.tiers.values()
    tiers = [TierLine(tier.id, tier.label, counts.get(tier.id, 0)) for tier in known]
    if counts.get(""):
        tiers.append(TierLine(None, None, counts[""]))
    return Classified(replace(_run(assessment, book), counts=counts), rows, tuple(tiers), tuple(told))


def _rows(assessment: Assessment) -> pa.Table:
    read, rule_set = assessment.read, assessment.rule_set
    customers = read.ledger.customers.frame
    if pa.array(assessment.decisions.frame["previous"]).null_count == len(customers):
        tiers = "、".join(tier.label for tier in rule_set.tiers.values())
        raise InputError.of(
            "import-without-tiers", file=read.ledger.customers.source.file, rules=rule_set.id, tiers=tiers
        )
    found = workbook_snapshot(assessment.cases, assessment.decisions, customers, rule_set, assessment.as_of)
    table = table_of(found.frame)
    return table.select([name for name in table.column_names if name in CLASSIFICATIONS.columns])


def _run(assessment: Assessment, book: Book) -> Run:
    read = assessment.read
    inputs = tuple(RunInput(each.path.name, each.sha256, each.sheet, each.rows) for each in read.inputs)
    options: dict[str, object] = {
        "imported": book.file,
        "sheets": [each.sheet for each in inputs],
        "header_map": dict(read.request.header_map),
    }
    digests = [each.sha256 for each in inputs]
    parts = (
        "history import",
        read.as_of.isoformat(),
        read.rule_set.id,
        options["sheets"],
        options["header_map"],
    )
    text = json.dumps((*parts, digests), ensure_ascii=False, sort_keys=True)
    key = hashlib.sha256(text.encode()).hexdigest()
    return Run(
        *(key, "classify", read.as_of, read.rule_set.id, "", "", __version__), options=options, inputs=inputs
    )


def _counts(tiers: pa.ChunkedArray) -> dict[str, int]:
    counts = pc.value_counts(pc.fill_null(tiers, "").combine_chunks()).to_pylist()
    return {each["values"]: each["counts"] for each in sorted(counts, key=lambda each: str(each["values"]))}


def _day_of(book: Book) -> date | None:
    """Return the day that a workbook says its tiers are of: on its first sheet, in a caption, or beside each customer."""
    found = [day for peek in book.peeks for row in peek.cells for day in _said_in(row)]
    found = found or [day for peek in book.peeks for day in days_written_in(peek)]
    return found[0] if found else None


def _said_in(row: Sequence[RawCell]) -> Iterator[date]:
    for at, cell in enumerate(row):
        if isinstance(cell, str) and cell.strip().rstrip("：:") == _TITLE:
            yield from (day for after in row[at + 1 : at + 4] if (day := _day(after)) is not None)
        elif isinstance(cell, str) and (match := _CAPTION.search(cell)) is not None:
            yield from (day for day in [_day(match[1])] if day is not None)


def _day(cell: RawCell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return date.fromisoformat(cell.strip()) if isinstance(cell, str) else None
    except ValueError:
        return None

"""Knows what a review is compared with: a workbook that is named, else the history, else the ledger's own tiers.

How customers stood by any of these is put together in `crmtool.review.moves.snapshots`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from crmtool.errors import Finding, UsageError
from crmtool.files.book import open_book
from crmtool.files.history import History, Run
from crmtool.jobs.assess import Assessment
from crmtool.jobs.days.review_period import Looked
from crmtool.jobs.reading import Read, password_of, read
from crmtool.jobs.request import Request
from crmtool.jobs.reviews.recorded import Recorded
from crmtool.jobs.settings import find_config
from crmtool.review.model import Snapshot
from crmtool.review.moves.snapshots import given_snapshot, snapshot_from_rows, workbook_snapshot
from crmtool.rules.deciding.decide import decide
from crmtool.rules.judging.judge import judge
from crmtool.rules.measuring.metrics import measure
from crmtool.visits.frames import column

#: The sheet of crmtool's own workbooks that says the tier of each customer.
_TIERS_SHEET: Final = "客户分级表"


@dataclass(frozen=True)
class Compared:
    """How customers stood before (None: nobody knows), and at the last review of an earlier period."""

    previous: Snapshot | None
    last_review: Snapshot | None
    findings: tuple[Finding, ...] = ()


def compared_with(
    assessment: Assessment, recorded: Recorded, looked: Looked, workbook: Path | None
) -> Compared:
    """Return what the customers of a judged ledger are compared with.

    Raises `InputError` where the workbook cannot be read or names no customers, `UsageError` where it is not earlier.
    """
    run, review, history = recorded.previous, recorded.reviewed_before, recorded.history
    last = _recorded(history, review) if history is not None and review is not None else None
    if workbook is not None:
        previous, findings = _of_workbook(assessment, looked, workbook)
        return Compared(previous, last, findings)
    if history is not None and run is not None:
        is_last = review is not None and review.id == run.id
        return Compared(last if is_last else _recorded(history, run), last)
    others = _of_other_rules(recorded)
    frame = assessment.read.ledger.customers.frame
    known = assessment.read.ledger.customers.columns.get("tier")
    place = known.header if known is not None else assessment.rule_set.tier_column
    given = given_snapshot(frame, column(assessment.decisions.frame, "previous"), assessment.rule_set, place)
    return Compared(given, None, others if given is not None else (*others, Finding("first-review")))


def _of_other_rules(recorded: Recorded) -> tuple[Finding, ...]:
    """Return a finding where the history could be compared with, but for the id of the rules that judged then."""
    others = recorded.other_rules
    if not others:
        return ()
    params = {"rules": recorded.rules_id, "first": others[0]}
    return (Finding("history-of-other-rules", value="、".join(others), params=params),)


def _recorded(history: History, run: Run) -> Snapshot:
    return snapshot_from_rows(
        history.classifications(run.id),
        run.as_of,
        place=f"{run.command} #{run.turn}",
        rules_id=run.rules_id,
        rules_version=run.rules_version,
        rules_sha256=run.rules_sha256,
    )


def _of_workbook(
    assessment: Assessment, looked: Looked, workbook: Path
) -> tuple[Snapshot, tuple[Finding, ...]]:
    """Return how customers stood by a classification or review workbook, or an earlier ledger."""
    what = _read(assessment.read.request, workbook, looked.as_of)
    day = what.ledger.dated_as_of
    if day is not None and day >= looked.as_of:
        raise UsageError.of(
            "previous-not-earlier", file=workbook.name, day=day.isoformat(), as_of=looked.as_of.isoformat()
        )
    if day is not None:
        what = _read(assessment.read.request, workbook, day)
    rule_set = assessment.rule_set
    cases = measure(what.ledger, rule_set)
    judgement = judge(cases, rule_set, what.as_of)
    decisions = decide(cases, rule_set, judgement, what.ledger.customers, as_of=what.as_of, lang="zh")
    snapshot = workbook_snapshot(
        cases, decisions, what.ledger.customers.frame, rule_set, day, what.ledger.customers.source.file
    )
    undated = () if day is not None else (Finding("previous-undated", file=workbook.name),)
    return snapshot, undated


def _read(request: Request, workbook: Path, as_of: date) -> Read:
    """Read an earlier workbook like a ledger: of crmtool's own ones the sheet that says the tiers."""
    book = open_book(workbook, password=password_of(request))
    is_ours = any(peek.sheet == _TIERS_SHEET for peek in book.peeks)
    return read(
        replace(
            request,
            ledger=workbook,
            as_of=as_of,
            sheets=(_TIERS_SHEET,) if is_ours else (),
            elsewhere={},
            config=find_config(request.config, request.ledger),
            history=None,
        )
    )

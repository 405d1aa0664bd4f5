"""Knows what a review is compared with: a workbook that is named, else the history, else the ledger's own tiers.

How customers stood by any of these is put together in `crmtool.review.moves.snapshots`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crmtool.errors import Finding
from crmtool.files.history import History, Run
from crmtool.jobs.assess import Assessment
from crmtool.jobs.days.review_period import Looked
from crmtool.jobs.reviews.earlier_book import snapshot_of_workbook
from crmtool.jobs.reviews.recorded import Recorded
from crmtool.review.model import Snapshot
from crmtool.review.moves.snapshots import given_snapshot, snapshot_from_rows
from crmtool.visits.frames import column


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

    Raises as `snapshot_of_workbook` where a workbook is named.
    """
    run, review, history = recorded.previous, recorded.reviewed_before, recorded.history
    last = _recorded(history, review) if history is not None and review is not None else None
    if workbook is not None:
        asked = assessment.read.request
        previous, findings = snapshot_of_workbook(asked, assessment.rule_set, workbook, looked.as_of)
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

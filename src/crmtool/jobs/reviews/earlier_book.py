"""A workbook that a review is told to compare with: a classification, an earlier review, or simply an earlier ledger.

How customers stood by it is put together in `crmtool.review.moves.snapshots`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding, InputError, UsageError
from crmtool.files.book import open_book
from crmtool.jobs.reading import Read, password_of, read
from crmtool.jobs.request import Request
from crmtool.jobs.settings import find_config
from crmtool.ledger.headers.own_books import rules_said, tiers_sheets
from crmtool.ledger.ledger import Table
from crmtool.ledger.standard.dictionary import TIER_FIELDS
from crmtool.review.model import Snapshot
from crmtool.review.moves.snapshots import workbook_snapshot
from crmtool.rules.cases import Cases
from crmtool.rules.deciding.decide import decide
from crmtool.rules.decisions import Decisions
from crmtool.rules.judging.judge import judge
from crmtool.rules.measuring.metrics import measure
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column

#: Findings that say something about the tiers that the workbook names.
_OF_LABELS = frozenset({"strange-tier-label", "unknown-tier-label"})


@dataclass(frozen=True)
class _Earlier:
    """A workbook as it was read; `rules` names the rule set of one of crmtool's own, "" of any other."""

    what: Read
    is_own: bool
    rules: str


def snapshot_of_workbook(
    request: Request, rule_set: RuleSet, workbook: Path, as_of: date
) -> tuple[Snapshot, tuple[Finding, ...]]:
    """Return how customers stood by a workbook that must be of a day before `as_of`, and what is odd about that.

    The tiers are those that it names; where it names none, those of today's rules. Raises `InputError` where it cannot
    be read or judged, `UsageError` where it is not earlier, or was classified by rules whose tiers are all others.
    """
    earlier = _read(request, workbook, as_of)
    day = earlier.what.ledger.dated_as_of
    if day is not None and day >= as_of:
        raise UsageError.of(
            "previous-not-earlier", file=workbook.name, day=day.isoformat(), as_of=as_of.isoformat()
        )
    if day is not None:
        earlier = _read(request, workbook, day)
    customers = earlier.what.ledger.customers
    cases, decisions = _judged(earlier, rule_set, workbook.name)
    snapshot = workbook_snapshot(cases, decisions, customers.frame, rule_set, day, customers.source.file)
    undated = () if day is not None else (Finding("previous-undated", file=workbook.name),)
    return snapshot, (*undated, *_of_rules(earlier, decisions, rule_set, workbook.name))


def _judged(earlier: _Earlier, rule_set: RuleSet, file: str) -> tuple[Cases, Decisions]:
    what = earlier.what
    cases = measure(what.ledger, rule_set)
    judgement = judge(cases, rule_set, what.as_of)
    try:
        decisions = decide(cases, rule_set, judgement, what.ledger.customers, as_of=what.as_of, lang="zh")
    except InputError as error:
        # What cannot be judged may be either of the two ledgers of the run.
        raise InputError(*(finding.at(file=file) for finding in error.findings)) from None
    return cases, decisions


def _of_rules(earlier: _Earlier, decisions: Decisions, rule_set: RuleSet, file: str) -> Iterator[Finding]:
    """Yield that the workbook's tiers are not all those of a rule set; raises where they are all others."""
    given = column(decisions.frame, "previous")
    header, others = _other_labels(earlier.what.ledger.customers, rule_set)
    is_by_others = earlier.rules not in ("", rule_set.name)
    params = {
        "rules": rule_set.name,
        "others": earlier.rules or "、".join(others),
        "tiers": "、".join(tier.label for tier in rule_set.tiers.values()),
    }
    if given.null_count == len(given):
        if earlier.is_own and (is_by_others or others):
            raise UsageError(Finding("previous-other-rules", file=file, params=params))
        if others:
            yield Finding("previous-judged-anew", file=file, column=header, params=params)
        return
    if is_by_others:
        yield Finding("previous-rules-differ", file=file, params=params)
    told = (*earlier.what.findings, *decisions.findings)
    yield from (each for each in told if each.code in _OF_LABELS)


def _other_labels(customers: Table, rule_set: RuleSet) -> tuple[str, list[str]]:
    """Return the header of a column that may be of tiers and was not taken for that of this rule set's, and its texts."""
    for field in TIER_FIELDS:
        if field in customers.frame and field in customers.columns:
            texts = pc.unique(column(customers.frame, field).cast(pa.string()).drop_null()).to_pylist()
            others = [text for text in texts if text.strip() not in ("", rule_set.unknown_label)]
            if others:
                return customers.columns[field].header, others
    return "", []


def _read(request: Request, workbook: Path, as_of: date) -> _Earlier:
    """Read an earlier workbook like a ledger: of crmtool's own ones the sheet that says the tiers."""
    book = open_book(workbook, password=password_of(request))
    sheets = tiers_sheets(book.peeks)
    asked = replace(
        request,
        ledger=workbook,
        as_of=as_of,
        sheets=sheets,
        elsewhere={},
        config=find_config(request.config, request.ledger),
        history=None,
    )
    return _Earlier(read(asked), bool(sheets), rules_said(book.peeks))

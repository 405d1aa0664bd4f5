"""RFM alone: scores and segments from a ledger or from orders, and the workbook of the two RFM sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crmtool.errors import Finding, InputError, UsageError
from crmtool.files.xlsx import markers
from crmtool.jobs.delivery import (
    Delivery,
    Written,
    default_output,
    deliver,
    prepare,
    refuse_overwriting,
)
from crmtool.jobs.reading import Read, paths_of, read
from crmtool.jobs.request import Request
from crmtool.jobs.rules import configured_rfm_rules, holds_rfm_rules, load_rfm_rules
from crmtool.messages import Lang
from crmtool.rules.language.rfm_build import DEFAULT_BINS
from crmtool.rules.rfm.compat import score_like_r, summarize_like_r
from crmtool.rules.rfm.like_r import rules_like_r, scores_from_r
from crmtool.rules.rfm.model import RfmRules
from crmtool.rules.rfm.scores import RfmScores, score_ledger
from crmtool.tables import rfm_matrix
from crmtool.tables.rfm import Scored
from crmtool.tables.rfm_workbook import RFM_SHEETS, rfm_content


@dataclass(frozen=True, slots=True)
class Scoring:
    """How to score: our `own` way or `r`'s, which segment map, and how many bins R's way has (None: 5)."""

    method: str = "own"
    segments: str | None = None
    bins: int | None = None


@dataclass(frozen=True)
class RfmOutcome:
    """What was scored and what was written."""

    read: Read
    scoring: Scoring
    rules: RfmRules
    scores: RfmScores
    scored: Scored
    written: Written
    findings: tuple[Finding, ...]

    @property
    def as_of(self) -> date:
        """Return the day that was scored on."""
        return self.read.as_of

    def segments(self, lang: Lang) -> Sequence[Mapping[str, Any]]:
        """Return segment, label, customers, share, amount (yuan) and amount_share, in the map's order.

        The last row, of an empty segment, is those without one; it is left out where everybody has one.
        """
        columns = {c.id: c.cells.to_pylist() for c in rfm_matrix.segments(self.scored).columns}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        known = self.rules.segment_map.segments
        for segment, row in zip([*known, ""], rows, strict=False):
            row["segment"] = segment
            if lang == "en" and segment and known[segment].label_en:
                row["label"] = known[segment].label_en
        return rows


def score_rfm(request: Request, scoring: Scoring, delivery: Delivery) -> RfmOutcome:
    """Score every customer and write the RFM sheets.

    The RFM rules are those that `--rules` names, else the config's (`rfm:`), else the shipped ones.
    Raises `InputError` where there is nothing to score, `UsageError` for an unknown method or segment map and for
    bins that the method does not take, and `OutputError` or `BusyError` where the workbook was not written.
    """
    template = prepare(delivery, request.ledger, "classification")
    loaded, request = _rules_of(request)
    rules = _chosen(loaded, scoring)
    what = read(request, or_orders=True)
    target = delivery.output or default_output(
        request.ledger, "RFM", what.as_of.isoformat(), what.output_folder
    )
    refuse_overwriting(target, paths_of(what.inputs))
    request.progress("progress-judging", 0, 1)
    scores = _scores(what, rules, scoring)
    if scores is None:
        raise InputError.of("nothing-to-score", file=what.ledger.customers.source.file)
    if scoring.method == "r":
        rules = rules_like_r(rules, scoring.bins or DEFAULT_BINS)
    scored = Scored(scores, rules)
    omit = frozenset(marker.sheet for marker in markers(template)) - RFM_SHEETS
    written, cleaned = deliver(
        rfm_content(scored, what.ledger, what.rule_set, omit),
        target,
        template,
        delivery,
        created=what.as_of,
        progress=request.progress,
    )
    findings = (*what.findings, *scores.notes, *cleaned)
    return RfmOutcome(what, scoring, rules, scores, scored, written, findings)


def _rules_of(request: Request) -> tuple[RfmRules, Request]:
    """Return the RFM rules of a run, and the request as the ledger is to be read.

    `--rules` may name RFM rules instead of a rule set, which then is the config's.
    """
    if request.rules is not None and holds_rfm_rules(request.rules):
        return load_rfm_rules(request.rules), replace(request, rules=None)
    return configured_rfm_rules(request), request


def _scores(what: Read, rules: RfmRules, scoring: Scoring) -> RfmScores | None:
    ledger = what.ledger
    if scoring.method == "own":
        return score_ledger(ledger, rules)
    summary = None if ledger.orders is None else summarize_like_r(ledger.orders.frame, ledger.as_of)
    if summary is None or not len(summary):
        return None
    customers, bins = len(ledger.customers.frame), scoring.bins or DEFAULT_BINS
    return scores_from_r(score_like_r(summary, bins=bins), rules, customers, bins, ledger.as_of)


def _chosen(rules: RfmRules, scoring: Scoring) -> RfmRules:
    if scoring.method not in ("own", "r"):
        raise UsageError.of("unknown-method", value=scoring.method)
    if scoring.bins is not None and scoring.method != "r":
        raise UsageError.of("bins-without-method-r", value=scoring.bins)
    if scoring.segments is None:
        return rules
    if scoring.segments not in rules.maps:
        raise UsageError.of("unknown-segment-map", value=scoring.segments, known="、".join(rules.maps))
    return replace(rules, chosen=scoring.segments)

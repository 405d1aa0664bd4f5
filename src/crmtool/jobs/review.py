"""Review: what a period came to – KPIs, who moved since when, what is to be changed – as a workbook and in the history.

What the figures mean is in `crmtool.review`; the parts of a run are in `crmtool.jobs.reviews`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from crmtool.errors import Finding, UsageError
from crmtool.files.history import Run
from crmtool.files.replace import ensure_replaceable
from crmtool.jobs.addresses import addresses_from
from crmtool.jobs.assess import Assessment, assess_read
from crmtool.jobs.classify import classification_rows
from crmtool.jobs.clock import today
from crmtool.jobs.days.review_period import Looked, looked_at, refuse_no_period
from crmtool.jobs.delivery import Delivery, Written, default_output, deliver, prepare, refuse_overwriting
from crmtool.jobs.history import CHANGE_THE_PLAN, Recording, recording
from crmtool.jobs.reading import read
from crmtool.jobs.request import Request
from crmtool.jobs.reviews.as_known import as_known, undated
from crmtool.jobs.reviews.decided import refuse_decided
from crmtool.jobs.reviews.figures import NAMES, RATES, figures_of
from crmtool.jobs.reviews.limits import Limit, crossed, limits_from
from crmtool.jobs.reviews.making import Made, digest_of, held_rows, make_review, recordable_adjustments
from crmtool.jobs.settings import find_config, read_config
from crmtool.review.model import Moves, Review
from crmtool.tables.review import content

TITLE = "复盘"


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """What is asked: which period (as `period_of` reads it), compared with which workbook, visits of which plan.

    `fail_on` is an expression as `limits_from` reads it.
    """

    period: str | None = None
    previous: Path | None = None
    plan: Path | None = None
    fail_on: str | None = None


@dataclass(frozen=True)
class ReviewOutcome:
    """What a period came to, and the workbook that says so.

    `made` is the review before it was written; its texts are Chinese, as the workbook's are, and `told` has its moves in
    the language of the run. `failed` are the limits that were crossed or could not be told; they are the last of
    `findings`.
    """

    assessment: Assessment
    made: Made
    review: Review
    written: Written
    findings: tuple[Finding, ...]
    failed: tuple[Finding, ...] = ()

    @property
    def carried_from(self) -> str:
        """Return where open rows of the last adjustment table were found, "" where there were none."""
        return self.made.carried_from

    @cached_property
    def told(self) -> Moves:
        """Return the moves with their reasons in the language of the run."""
        lang = self.assessment.read.request.lang
        return self.review.moves if lang == "zh" else self.made.moves_in(lang)


def review(request: Request, asked: ReviewAsked, delivery: Delivery) -> ReviewOutcome:
    """Review a period of a ledger, write the review workbook, and record it where a history is kept.

    Raises `InputError` (the ledger or an earlier workbook cannot be used), `UsageError` (options, config, rules, a
    period that has not begun), `OutputError` or `BusyError` (not written; a workbook whose adjustments somebody has
    decided on is not replaced).
    """
    limits = limits_from(asked.fail_on, NAMES, RATES) if asked.fail_on is not None else ()
    if asked.period is not None:
        refuse_no_period(asked.period)
    template = _prepared(request, asked, delivery)
    config = read_config(find_config(request.config, request.ledger))
    now = today(config.timezone)
    looked = looked_at(asked.period, request.as_of, now)
    request = replace(request, as_of=looked.as_of)
    digests = {
        "template": hashlib.sha256(template).hexdigest(),
        "plan": digest_of(asked.plan),
        "previous": digest_of(asked.previous),
    }
    with recording(request, "review", delivery, digests) as kept:
        assessment = assess_read(as_known(read(request)))
        target = _target(assessment, looked, delivery)
        made = make_review(assessment, looked, kept, previous=asked.previous, plan=asked.plan)
        told = (*assessment.findings_on_tiers, *made.findings)
        told = (*told, *undated(assessment.read, now), *_unfinished(looked))
        outcome = ReviewOutcome(assessment, made, made.review, Written(target), told)
        run = kept.run(assessment.read, target, {"period": looked.period.name, **made.options})
        outcome = _written(outcome, run, kept, template, delivery)
    return _judged(outcome, limits)


def _prepared(request: Request, asked: ReviewAsked, delivery: Delivery) -> bytes:
    """Return the template to fill, having refused early what cannot end well."""
    others = tuple(path for path in (asked.previous, asked.plan) if path is not None)
    if delivery.output is not None:
        refuse_overwriting(delivery.output, others)
    if asked.previous is not None and asked.previous.resolve() == request.ledger.resolve():
        raise UsageError.of("previous-is-the-ledger", file=str(asked.previous))
    return prepare(delivery, request.ledger, "review", guard=ensure_replaceable)


def _target(assessment: Assessment, looked: Looked, delivery: Delivery) -> Path:
    read = assessment.read
    target = delivery.output or default_output(
        read.request.ledger, TITLE, looked.period.name, read.output_folder
    )
    refuse_overwriting(target, assessment.input_paths)
    return target


def _unfinished(looked: Looked) -> Iterator[Finding]:
    if not looked.is_whole:
        last = looked.period.last.isoformat()
        params = {"period": looked.period.name, "last": last, "as_of": looked.as_of.isoformat()}
        yield Finding("review-not-over", params=params)


def _written(
    outcome: ReviewOutcome, run: Run, kept: Recording, template: bytes, delivery: Delivery
) -> ReviewOutcome:
    """Write the workbook and record the run, unless the same run did so before."""
    assessment, target = outcome.assessment, outcome.written.path
    finished = kept.finished(run, target, unless_after=CHANGE_THE_PLAN)
    if finished is not None:
        (written, *_), told = finished.written, finished.notes
        return replace(outcome, written=written, findings=(*outcome.findings, *told))
    assessment.read.request.progress("progress-writing", 0, 1)
    addresses = addresses_from(target, assessment.input_paths)
    review = replace(outcome.review, findings=outcome.findings)
    judged = assessment.for_tables(outcome.findings, addresses)
    guard = partial(refuse_decided, what=assessment.read, kept=kept, carried=review.adjustments)
    progress = assessment.read.request.progress
    written, told = deliver(
        content(judged, review),
        target,
        template,
        delivery,
        created=assessment.as_of,
        progress=progress,
        guard=guard,
    )
    kept.finish(
        run,
        target,
        [written],
        notes=told,
        counts=assessment.decisions.counts,
        classifications=held_rows(classification_rows(assessment), outcome.made.held),
        kpis=review.kpis,
        adjustments=recordable_adjustments(review),
    )
    return replace(outcome, review=review, written=written, findings=(*outcome.findings, *told))


def _judged(outcome: ReviewOutcome, limits: tuple[Limit, ...]) -> ReviewOutcome:
    """Return the outcome with the limits that it crosses."""
    failed = tuple(crossed(limits, figures_of(outcome.review, outcome.findings)))
    return replace(outcome, findings=(*outcome.findings, *failed), failed=failed)


def facts_of_run(outcome: ReviewOutcome) -> Mapping[str, Any]:
    """Return what a log may say of a review: day, rules and figures, of no customer by name."""
    read, figures = outcome.assessment.read, figures_of(outcome.review, ())
    return {
        "period": outcome.review.period.name,
        "as_of": outcome.review.as_of.isoformat(),
        "rules": f"{read.rule_set.id} {read.rule_set.version}",
        "customers": len(outcome.review.now.frame),
        "figures": {
            name: None if value is None else round(float(value), 6)
            for name, value in figures.items()
            if name != "findings"
        },
        "outputs": [str(outcome.written.path)],
        "failed": [each.params["limit"] for each in outcome.failed],
    }

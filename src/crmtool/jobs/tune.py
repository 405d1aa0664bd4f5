"""Tuning a rule set on a ledger: how the tiers share customers as its cuts move, and where to put them for a wanted share.

What each place of a cut comes to is left to `crmtool.rules.tuning`, the workbook to `crmtool.tables.tuning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from crmtool.errors import InputError, UsageError
from crmtool.files.names import clean_sheet_name
from crmtool.jobs.assess import Assessment, assess
from crmtool.jobs.delivery import Delivery, Written, deliver, prepare, refuse_overwriting
from crmtool.jobs.request import Request
from crmtool.rules.judging.cells import ORDERED
from crmtool.rules.language.nodes import suggestion
from crmtool.rules.language.quantity import UnfitError, parse_share
from crmtool.rules.model import RuleSet
from crmtool.rules.tuning.curves import Curve, curves
from crmtool.rules.tuning.moving import cuts_of
from crmtool.rules.tuning.proposing import Proposal, propose
from crmtool.rules.tuning.steps import Step, steps_of
from crmtool.tables.portrait import exact_amounts
from crmtool.tables.tuning import OVERVIEW, content, sheet_title


@dataclass(frozen=True)
class TuneOutcome:
    """What moving each cut does, by cut; `still` are the cuts that move nobody.

    `wanted` are tiers with the share that was asked for. `written` is None without a workbook.
    """

    assessment: Assessment
    curves: tuple[Curve, ...]
    steps: tuple[tuple[Step, ...], ...]
    still: tuple[Curve, ...]
    proposals: tuple[Proposal, ...]
    wanted: tuple[tuple[str, Fraction], ...] = ()
    written: Written | None = None


def tune(request: Request, field: str | None, shares: Sequence[str], delivery: Delivery) -> TuneOutcome:
    """Judge a ledger with each cut of the rules at every place; write a workbook where an output is given.

    `field` is the id or header of the field whose cuts alone are looked at, `shares` are wanted shares of tiers
    (`high_value=20%`, also by label). Raises `UsageError` for what these do not say, `InputError` where no cut
    moves anybody, and as reading, judging and writing do.
    """
    output = delivery.output
    template = prepare(delivery, request.ledger, "rules-tune") if output is not None else b""
    assessment = assess(request)
    rule_set = assessment.rule_set
    wanted = [_wanted(text, rule_set) for text in shares]
    fields = None if field is None else [_field(field, rule_set, assessment.as_of)]
    request.progress("progress-judging", 0, 1)
    amounts = exact_amounts(assessment.cases, rule_set, len(assessment.judgement.classes))
    found = curves(assessment.cases, rule_set, assessment.as_of, amounts, fields)
    moving = [curve for curve in found if curve.changes]
    if not moving:
        raise InputError.of("nothing-to-tune", file=assessment.read.ledger.customers.source.file)
    proposals = [
        p for tier, share in wanted for p in propose(moving, rule_set, assessment.as_of, tier, share)
    ]
    steps = tuple(tuple(_steps(curve, assessment, proposals)) for curve in moving)
    still = tuple(curve for curve in found if not curve.changes)
    outcome = TuneOutcome(assessment, tuple(moving), steps, still, tuple(proposals), tuple(wanted))
    return outcome if output is None else _with_workbook(outcome, output, delivery, template)


def _steps(curve: Curve, assessment: Assessment, proposals: Sequence[Proposal]) -> list[Step]:
    also = [p.place for p in proposals if p.curve is curve and p.place is not None]
    return steps_of(curve, assessment.rule_set, assessment.as_of, also=also)


def _field(name: str, rule_set: RuleSet, as_of: date) -> str:
    known = {id: field for id, field in rule_set.fields.items() if field.spec.kind in ORDERED}
    for id, field in known.items():
        if name in (id, *field.spec.names):
            if all(cut.field != id for cut in cuts_of(rule_set, as_of)):
                raise UsageError.of("tune-field-decides-nothing", value=name)
            return id
    labels = {field.label: [id] for id, field in known.items()}
    raise UsageError.of("tune-unknown-field", value=name, **suggestion(name, known, labels))


def _wanted(text: str, rule_set: RuleSet) -> tuple[str, Fraction]:
    name, separator, share = text.rpartition("=")
    try:
        wanted = parse_share(share) if separator else Decimal(0)
    except UnfitError:
        separator = ""
        wanted = Decimal(0)
    if not separator:
        raise UsageError.of("tune-bad-share", value=text)
    for tier in rule_set.tiers.values():
        if name.strip() in (tier.id, tier.label, tier.long):
            return tier.id, Fraction(wanted)
    labels = {tier.label: [id] for id, tier in rule_set.tiers.items()}
    raise UsageError.of(
        "tune-unknown-tier", value=name.strip(), **suggestion(name.strip(), rule_set.tiers, labels)
    )


def _with_workbook(outcome: TuneOutcome, output: Path, delivery: Delivery, template: bytes) -> TuneOutcome:
    assessment = outcome.assessment
    refuse_overwriting(output, assessment.input_paths)
    names: list[str] = []
    for curve in outcome.curves:
        names.append(clean_sheet_name(sheet_title(curve, assessment.rule_set), (*names, OVERVIEW)))
    told = (outcome.curves, outcome.steps, outcome.proposals)
    filled = content(assessment.rule_set, assessment.as_of, names, *told)
    request = assessment.read.request
    written, _ = deliver(
        filled, output, template, delivery, created=assessment.as_of, progress=request.progress
    )
    return replace(outcome, written=written)

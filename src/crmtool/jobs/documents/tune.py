"""The document of `rules tune`: what each cut comes to as it moves, and proposals for wanted shares.

What all documents say alike is in `crmtool.jobs.documents.parts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from crmtool.jobs.documents.parts import Document, findings_part, outputs_part, read_part
from crmtool.jobs.tune import TuneOutcome
from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.messages import Lang
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.words import quantity_text
from crmtool.rules.tuning.curves import Counts, Curve
from crmtool.rules.tuning.proposing import Proposal
from crmtool.rules.tuning.steps import Step


def tune_document(outcome: TuneOutcome, lang: Lang) -> Document:
    """Return `crmtool.rules-tune/v1`.

    Figures are as a rule would have them (`10万元`, `6个月`). `customers` and `amount_cny` are by tier, `undecided` last.
    `still` are cuts that change nobody's tier. Keys that do not apply are absent.
    """
    assessment, rule_set = outcome.assessment, outcome.assessment.rule_set
    names = {curve: _name(curve, rule_set) for curve in (*outcome.curves, *outcome.still)}
    return {
        "schema": "crmtool.rules-tune/v1",
        **read_part(assessment.read),
        "tiers": [{"tier": tier.id, "label": tier.label} for tier in rule_set.tiers.values()],
        "cuts": [
            {
                **names[curve],
                **_bounds(curve, rule_set),
                "steps": _steps(curve, steps, rule_set),
            }
            for curve, steps in zip(outcome.curves, outcome.steps, strict=True)
        ],
        "still": [names[curve] for curve in outcome.still],
        "proposals": [{**names[p.curve], **_proposal(p, rule_set)} for p in outcome.proposals],
        "findings": findings_part(assessment.findings_on_tiers, lang),
        "outputs": outputs_part([outcome.written] if outcome.written else []),
    }


def _name(curve: Curve, rule_set: RuleSet) -> Document:
    spec = rule_set.fields[curve.cut.field].spec
    return {
        "field": spec.id,
        "label": spec.label,
        "cut": quantity_text(curve.cut.quantity, spec.kind),
        "used_by": list(curve.cut.used_by),
    }


def _bounds(curve: Curve, rule_set: RuleSet) -> Document:
    """Return the neighbouring cuts between which this one moves, by rising values (of dates: from the earlier one)."""
    kind = rule_set.fields[curve.cut.field].spec.kind
    ends = [None if end is None else quantity_text(end, kind) for end in curve.ends]
    return {"between": ends, "ranges": curve.ranges}


def _steps(curve: Curve, steps: Sequence[Step], rule_set: RuleSet) -> list[Document]:
    kind = rule_set.fields[curve.cut.field].spec.kind
    return [
        {
            "figure": quantity_text(step.figure, kind),
            "is_now": step.place is None,
            "customers": _by_group(curve, step.customers),
            "amount_cny": {
                group: fen / FEN_PER_YUAN for group, fen in _by_group(curve, step.amounts).items()
            },
        }
        for step in steps
    ]


def _by_group(curve: Curve, counts: Counts) -> dict[str, int]:
    return {group or "undecided": int(count) for group, count in zip(curve.groups, counts, strict=True)}


def _proposal(proposal: Proposal, rule_set: RuleSet) -> Document:
    kind = rule_set.fields[proposal.curve.cut.field].spec.kind
    record: Document = {
        "tier": proposal.tier,
        "wanted": float(proposal.wanted),
        "figure": quantity_text(proposal.figure, kind),
        "moves": proposal.place is not None,
        "customers": proposal.customers,
        "share": _rounded(proposal.share),
        "ties": proposal.ties,
    }
    return record if proposal.other is None else record | {"next_share": _rounded(proposal.other)}


def _rounded(share: Fraction) -> float:
    return round(float(share), 6)

"""Cuts of the sample rules tuned on the made-up ledger, for checking templates."""

from __future__ import annotations

from fractions import Fraction

from crmtool.content import Content
from crmtool.jobs.samples.ledger import SAMPLE_AS_OF
from crmtool.rules.tuning.curves import curves
from crmtool.rules.tuning.proposing import propose
from crmtool.rules.tuning.steps import steps_of
from crmtool.tables.classification import Judged
from crmtool.tables.portrait import exact_amounts
from crmtool.tables.tuning import content, sheet_title


def sample_tune(judged: Judged) -> Content:
    """Return what a workbook of tuned cuts is filled with: every table has rows."""
    rule_set, cases = judged.rule_set, judged.cases
    amounts = exact_amounts(cases, rule_set, len(judged.decisions.frame))
    found = [curve for curve in curves(cases, rule_set, SAMPLE_AS_OF, amounts) if curve.changes]
    best = next(iter(rule_set.tiers))
    proposals = propose(found, rule_set, SAMPLE_AS_OF, best, Fraction(1, 2))
    steps = [steps_of(curve, rule_set, SAMPLE_AS_OF) for curve in found]
    names = [sheet_title(curve, rule_set) for curve in found]
    return content(rule_set, SAMPLE_AS_OF, names, found, steps, proposals)

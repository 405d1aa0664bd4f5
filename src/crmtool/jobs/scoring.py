"""Scoring a ledger by the RFM rules, wherever its values stand."""

from __future__ import annotations

from dataclasses import replace

from crmtool.ledger.ledger import Ledger
from crmtool.rules.rfm import RfmScores, score
from crmtool.rules.rfm_compat import score_like_r, summarize_like_r
from crmtool.rules.rfm_model import RfmRules
from crmtool.rules.rfm_r import scores_from_r
from crmtool.rules.rfm_values import values_from_ledger


def score_ledger(ledger: Ledger, rules: RfmRules) -> RfmScores | None:
    """Return the scores of every customer, or None where the ledger has nothing to score."""
    values = values_from_ledger(ledger, rules)
    if values is None:
        return None
    scores = score(values.frame, rules, ledger.as_of)
    return replace(scores, notes=(*values.findings, *scores.notes))


def score_ledger_like_r(ledger: Ledger, rules: RfmRules, bins: int) -> RfmScores | None:
    """Return R's scores of every customer with orders, or None where the ledger has no orders."""
    if ledger.orders is None:
        return None
    summary = summarize_like_r(ledger.orders.frame, ledger.as_of)
    if not len(summary):
        return None
    return scores_from_r(score_like_r(summary, bins=bins), rules, len(ledger.customers.frame), bins)

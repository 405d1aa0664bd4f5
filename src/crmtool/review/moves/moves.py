"""Who moved since another day, why, and whether it holds.

Knows the kinds of moves; what makes them is found in `crmtool.review.moves.causes`, whether they hold in `holding`.
"""

from __future__ import annotations

from dataclasses import dataclass

from crmtool.ledger.ledger import Table
from crmtool.messages import Lang
from crmtool.review.model import Moves, Snapshot
from crmtool.review.period import Period
from crmtool.rules.cases import Cases
from crmtool.rules.judging.judge import Judgement
from crmtool.rules.model import RuleSet


@dataclass(frozen=True)
class Judged:
    """A ledger judged on the review's day: `snapshot`, `cases` and `customers` have the same rows."""

    snapshot: Snapshot
    cases: Cases
    judgement: Judgement
    customers: Table


def moves_of(
    judged: Judged,
    previous: Snapshot | None,
    rule_set: RuleSet,
    period: Period,
    *,
    last_review: Snapshot | None = None,
    lang: Lang = "zh",
) -> Moves:
    """Return who moved between `previous` and now; without it everybody as they are.

    `last_review` is how customers stood at the newest review of an earlier period, whose changes may be waiting to be
    confirmed; None: `previous` is taken for it.
    """
    raise NotImplementedError

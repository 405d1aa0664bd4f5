"""What moves are found from: a ledger, judged on the review's day."""

from __future__ import annotations

from dataclasses import dataclass

from crmtool.ledger.ledger import Table
from crmtool.review.model import Snapshot
from crmtool.rules.cases import Cases
from crmtool.rules.judging.judge import Judgement


@dataclass(frozen=True)
class Judged:
    """A ledger judged on the review's day: `snapshot` (with an as-of day), `cases` and `customers` have the same rows."""

    snapshot: Snapshot
    cases: Cases
    judgement: Judgement
    customers: Table

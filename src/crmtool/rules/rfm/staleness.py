"""Whether anybody still buys in the window that frequency and amount are counted in: a ledger scored years too late.

A ledger that is old for other reasons is told of in `crmtool.ledger.rows.freshness`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.ledger.quantities import Duration
from crmtool.ledger.rows.freshness import STALE_AFTER
from crmtool.rules.arrays import array_of
from crmtool.rules.measuring.windows import window_of
from crmtool.rules.rfm.model import RfmRules


def empty_window_notes(frame: pd.DataFrame, rules: RfmRules, as_of: date) -> tuple[Finding, ...]:
    """Return one note where more than half of the customers bought nothing in the window of frequency.

    Then frequency and amount tell hardly anybody apart, while somebody is always the latest. Nothing is said where
    the newest purchase is recent: then it is the customers who are silent, not the ledger that is old. `frame` is
    that of `RfmScores`.
    """
    derivation = rules.frequency.field.derivation
    span = derivation.window if derivation is not None else None
    newest = _newest(array_of(frame["recency"]), as_of)
    if not isinstance(span, Duration) or newest is None or newest >= STALE_AFTER.before(as_of):
        return ()
    empty: Any = pc.sum(pc.equal(array_of(frame["frequency"]), 0)).as_py()
    if 2 * (empty or 0) <= len(frame):
        return ()
    params = {
        "customers": str(len(frame)),
        "empty": str(empty),
        "since": str(window_of(as_of, span).first_day),
        "newest": newest.isoformat(),
        "line": f"--as-of {newest.isoformat()}",
    }
    return (Finding("rfm-window-empty", params=params),)


def _newest(days: pa.Array, as_of: date) -> date | None:
    newest: date | None = pc.max(days.filter(pc.less_equal(days, pa.scalar(as_of, pa.date32())))).as_py()
    return newest

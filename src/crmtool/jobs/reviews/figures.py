"""Knows the figures of a review that `--fail-on` may ask for, and what they come to, exactly.

What is done with them is left to `crmtool.jobs.reviews.limits`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.errors import Finding
from crmtool.messages import severity_of
from crmtool.review.kpis.definitions import KPIS
from crmtool.review.model import DOWN, GONE, NEW, UP, Review
from crmtool.visits.frames import column, same_text, table_of

#: What is counted besides KPIs: customers who moved, who have no tier, rows of the adjustment table, targets that were
#: missed (each tier's its own), and findings that are more than a note.
COUNTS: Final = (
    "downgrades",
    "upgrades",
    "new",
    "gone",
    "undecided",
    "adjustments",
    "short",
    "findings",
)
_RATE_UNITS: Final = ("percent", "change")
#: Every figure that has a name, and those of them that are rates.
NAMES: Final = (*COUNTS, *KPIS)
RATES: Final = tuple(kpi.id for kpi in KPIS.values() if kpi.unit in _RATE_UNITS)


def figures_of(review: Review, findings: Iterable[Finding]) -> Mapping[str, Fraction | None]:
    """Return every figure of a review by name; None where it is not known. KPIs are those of all customers."""
    kinds = column(review.moves.frame, "kind")
    has_moved = review.moves.previous is not None
    counts = {
        name: _count(same_text(kinds, kind)) if has_moved else 0
        for name, kind in (("downgrades", DOWN), ("upgrades", UP), ("new", NEW), ("gone", GONE))
    }
    counts["undecided"] = column(review.now.frame, "tier").null_count
    counts["adjustments"] = len(review.adjustments)
    counts["short"] = _count(pc.equal(column(review.kpis, "met"), False))
    counts["findings"] = sum(each.count for each in findings if severity_of(each) != "info")
    of_all = rows_of_all(review.kpis)
    return {
        **{name: Fraction(count) for name, count in counts.items()},
        **{row["id"]: _exact(row) for row in of_all},
    }


def rows_of_all(kpis: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows (KPI_COLUMNS) of all customers together."""
    table = table_of(kpis)
    rows: list[dict[str, Any]] = table.filter(pc.is_null(table["tier"])).to_pylist()
    return rows


def _count(mask: pa.Array) -> int:
    return int(pc.sum(pc.fill_null(mask, False)).as_py() or 0)


def _exact(row: Mapping[str, Any]) -> Fraction | None:
    """Return what a KPI came to as the fraction that it is, where its figures tell it."""
    actual, above, below = row["actual"], row["numerator"], row["denominator"]
    if actual is None:
        return None
    if row["unit"] in ("percent", "points") and above is not None and below:
        return Fraction(above) / Fraction(below)
    return Fraction(str(actual))

"""Knows what a KPI's counts come to, in exact fractions: quotients, changes, medians, for any group of customers.

What is asked of the figures is left to `crmtool.review.kpis.results` and `crmtool.review.kpis.customers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.quantities import FEN_PER_YUAN
from crmtool.review.kpis.counts import Measured
from crmtool.review.kpis.definitions import KPIS
from crmtool.rules.target_lines import NO_SCALE, SCALES, Scale
from crmtool.visits.frames import table_of

#: The parts of the change of the order value: this period's and the one's before.
NOW, BEFORE = "aov", "aov_before"
CHANGE, MEDIAN = "aov_change", "cycle"


@dataclass(frozen=True, slots=True)
class Figure:
    """What a KPI came to: the figures that are shown, and their exact quotient; `missing` where that is not known.

    Amounts are in yuan. Of a median the numerator is not there, and the denominator says of how many it is; of a change
    they are the two order values.
    """

    numerator: Fraction | None = None
    denominator: Fraction | None = None
    actual: Fraction | None = None
    missing: str | None = None


class Figures:
    """What the KPIs of a period came to for all customers and each group of them.

    `groups` (string, a cell a customer, null: in none) are the tiers.
    """

    def __init__(self, measured: Measured, groups: pa.Array) -> None:
        self._missing = measured.missing
        table = table_of(measured.counts)
        group = groups.take(table["customer"])
        self._table = pa.table(
            {
                "id": table["id"],
                "group": group,
                "numerator": table["numerator"].cast(pa.int64()),
                "denominator": table["denominator"].cast(pa.int64()),
            }
        )
        self._sums = self._added_up()

    def _added_up(self) -> dict[tuple[str, str | None], tuple[int, int]]:
        """Return the sums of each KPI and group; those of group None are of all customers, in a group or not."""
        sums = self._table.group_by(["id", "group"], use_threads=False).aggregate(
            [("numerator", "sum"), ("denominator", "sum")]
        )
        found: dict[tuple[str, str | None], tuple[int, int]] = {}
        for row in sums.to_pylist():
            added = (row["numerator_sum"], row["denominator_sum"])
            if row["group"] is not None:
                found[row["id"], row["group"]] = added
            whole = found.get((row["id"], None), (0, 0))
            found[row["id"], None] = (whole[0] + added[0], whole[1] + added[1])
        return found

    def of(self, kpi: str, group: str | None) -> Figure:
        """Return what a KPI came to for a group; for None, for all customers."""
        if kpi in self._missing:
            return Figure(missing=self._missing[kpi])
        if kpi == CHANGE:
            return change(self.of(NOW, group), self._quotient(BEFORE, group))
        if kpi == MEDIAN:
            return self._median(kpi, group)
        return self._quotient(kpi, group)

    def _quotient(self, kpi: str, group: str | None) -> Figure:
        return quotient(kpi, *self._sums.get((kpi, group), (0, 0)))

    def _median(self, kpi: str, group: str | None) -> Figure:
        rows = self._table.filter(pc.equal(self._table["id"], kpi))
        if group is not None:
            rows = rows.filter(pc.fill_null(pc.equal(rows["group"], group), False))
        days = np.sort(rows["numerator"].to_numpy())
        if not len(days):
            return Figure(denominator=Fraction(0), missing="nothing_to_count")
        middle = int(days[(len(days) - 1) // 2]) + int(days[len(days) // 2])
        return Figure(None, Fraction(len(days)), Fraction(middle, 2))


def quotient(kpi: str, numerator: int, denominator: int) -> Figure:
    """Return what counts come to; unknown where there is nothing to divide by.

    >>> quotient("aov", 250, 2).actual, quotient("repeat_rate", 0, 0).missing
    (Fraction(5, 4), 'nothing_to_count')
    """
    scale = FEN_PER_YUAN if kpi in (NOW, BEFORE) else 1
    above, below = Fraction(numerator, scale), Fraction(denominator)
    if not denominator:
        return Figure(above, below, missing="nothing_to_count")
    return Figure(above, below, above / below)


def change(now: Figure, before: Figure) -> Figure:
    """Return how much an order value differs from the one before; unknown where that was not above 0."""
    if now.actual is None or before.actual is None:
        return Figure(now.actual, before.actual, missing=now.missing or before.missing)
    if before.actual <= 0:
        return Figure(now.actual, before.actual, missing="no_base")
    return Figure(now.actual, before.actual, now.actual / before.actual - 1)


def unit_of(kpi: str, asked: Sequence[str] = ()) -> str:
    """Return the unit of a KPI; of one that is not known the one that its target is written in."""
    if kpi in KPIS:
        return KPIS[kpi].unit
    if kpi.startswith(RESPONSE):
        return "percent"
    return next((_WRITTEN[written] for written in asked if written in _WRITTEN), "count")


def scale_of(kpi: str) -> Scale:
    """Return the least and the greatest that a KPI can come to; of one that only the rules know nothing is known.

    >>> scale_of("repeat_rate"), scale_of("aov"), scale_of("growth")
    ((0, 1), (None, None), (None, None))
    """
    if kpi in KPIS:
        return SCALES[KPIS[kpi].unit]
    return SCALES["percent"] if kpi.startswith(RESPONSE) else NO_SCALE


#: What the ids of `crmtool.review.kpis.responses` begin with.
RESPONSE: Final = "response_"
_WRITTEN: Final[Mapping[str, str]] = {
    "percent": "percent",
    "money": "money",
    "days": "days",
    "number": "count",
}

"""Knows the KPIs that are counted from visits: what customers answered, and whether due visits were made.

Which visits count is left to `crmtool.review.kpis.counts` and `crmtool.visits.standing.made`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.review.kpis.basis import Basis
from crmtool.review.kpis.counts import Counts, Outcome, as_numbers, table_of, tally
from crmtool.visits.frames import column, same_text

YES: Final = "是"
SATISFIED, PROMOTER, DETRACTOR = 4, 9, 6
#: The least and the best answer there is; what lies beyond them is of another scale and is not counted.
SCALES: Final[Mapping[str, tuple[int, int]]] = {"satisfaction": (1, 5), "recommend": (0, 10)}


def satisfaction_rate(basis: Basis) -> Outcome:
    """Count the answers of at least 4 of 5, of all; those of nobody in the ledger too, as the KPI's of all customers."""
    return _shares(
        basis,
        "satisfaction",
        lambda answers: pc.greater_equal(answers, SATISFIED).cast(pa.int64()),
        "no_satisfaction",
    )


def nps(basis: Basis) -> Outcome:
    """Count 100 for each answer of 9 or 10 and -100 for each of 0 to 6, of all answers."""
    return _shares(
        basis,
        "recommend",
        lambda answers: pc.multiply(
            pc.subtract(
                pc.greater_equal(answers, PROMOTER).cast(pa.int64()),
                pc.less_equal(answers, DETRACTOR).cast(pa.int64()),
            ),
            100,
        ),
        "no_recommend",
    )


def _shares(basis: Basis, name: str, worth: Callable[[Any], Any], lacking: str) -> Outcome:
    visits = basis.visits_now
    if not visits.num_rows:
        return "no_visits"
    answers = visits[name]
    counted = visits.filter(pc.and_(pc.is_valid(answers), pc.invert(_is_off(answers, name))))
    if not counted.num_rows:
        return lacking
    worths = pa.table({"customer": counted["customer"], "worth": worth(counted[name])})
    sums = worths.group_by("customer", use_threads=False).aggregate([("worth", "sum"), ("worth", "count")])
    kpi = "satisfaction_rate" if name == "satisfaction" else "nps"
    return table_of(kpi, sums["customer"], sums["worth_sum"], sums["worth_count"])


def _is_off(answers: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Tell which answers lie beyond their scale; an empty cell does not."""
    least, best = SCALES[name]
    return pc.fill_null(pc.or_(pc.less(answers, least), pc.greater(answers, best)), False)


def off_scale(basis: Basis) -> dict[str, int]:
    """Return how many answers of the period lie beyond their scale, by the column they stand in; only where some do."""
    visits = basis.visits_now
    found = {name: pc.sum(_is_off(visits[name], name)).as_py() or 0 for name in SCALES}
    return {name: count for name, count in found.items() if count}


def vas_rate(basis: Basis) -> Outcome:
    """Count the customers who said yes to value-added services, of those asked."""
    visits = basis.visits_now
    if not visits.num_rows:
        return "no_visits"
    asked = visits.filter(pc.is_valid(visits["joined_services"]))
    if not asked.num_rows:
        return "no_services"
    joined = asked.filter(same_text(asked["joined_services"], YES))
    size = basis.customers
    return Counts(
        as_numbers(tally(joined["customer"], size) > 0), as_numbers(tally(asked["customer"], size) > 0)
    )


def visit_rate(basis: Basis) -> Outcome:
    """Count the visits that were made, of those due in the period; those of nobody in the ledger any more too."""
    made = basis.ground.made
    if made is None:
        return "no_plan"
    customer = pc.index_in(column(made, "customer_key"), basis.ground.keys, skip_nulls=True)
    visits = pa.table({"customer": customer, "made": pc.is_valid(column(made, "made_on")).cast(pa.int64())})
    sums = visits.group_by("customer", use_threads=False).aggregate([("made", "sum"), ("made", "count")])
    if not len(sums):
        return "nothing_to_count"
    return table_of("visit_rate", sums["customer"], sums["made_sum"], sums["made_count"])


OF_VISITS: Final[Mapping[str, Callable[[Basis], Outcome]]] = {
    "satisfaction_rate": satisfaction_rate,
    "nps": nps,
    "visit_rate": visit_rate,
    "vas_rate": vas_rate,
}

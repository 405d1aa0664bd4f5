"""From which tier to which: how many customers went each way, with the margins.

Who moved is found in `crmtool.review.moves.moves`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from crmtool.review.model import GONE, MOVE_LABELS, NEW
from crmtool.rules.model import RuleSet
from crmtool.visits.frames import column

#: What stands for no tier in a matrix: undecided, not there then, not there now. None of them can be a tier's id.
NO_TIER, NOT_YET, NO_MORE = "", "+", "-"


@dataclass(frozen=True)
class Matrix:
    """Customers by the tier of then (rows) and of now (columns).

    `rows` are tier ids, then NO_TIER and NOT_YET; `columns` tier ids, then NO_TIER and NO_MORE. Tiers that the rules
    do not have any more follow theirs. `row_sums` but the last are the tier counts of then, `column_sums` but the
    last those of now.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def row_sums(self) -> tuple[int, ...]:
        """Return the customers of each row."""
        return tuple(map(sum, self.counts))

    @property
    def column_sums(self) -> tuple[int, ...]:
        """Return the customers of each column."""
        return tuple(map(sum, zip(*self.counts, strict=True)))

    @property
    def total(self) -> int:
        """Return the customers of both days together."""
        return sum(self.row_sums)

    def count(self, row: str, column: str) -> int:
        """Return how many customers went from a row to a column."""
        return self.counts[self.rows.index(row)][self.columns.index(column)]


def matrix_of(moves: pd.DataFrame, rule_set: RuleSet) -> Matrix:
    """Return the matrix of moves (MOVE_COLUMNS); every customer of either day is in exactly one cell."""
    places = {"kind": column(moves, "kind"), "was": column(moves, "was"), "now": column(moves, "now")}
    grouped = pa.table(places).group_by(["kind", "was", "now"]).aggregate([([], "count_all")]).to_pylist()
    found: dict[tuple[str, str], int] = {}
    for entry in grouped:
        row = NOT_YET if entry["kind"] == NEW else entry["was"] or NO_TIER
        to = NO_MORE if entry["kind"] == GONE else entry["now"] or NO_TIER
        found[row, to] = found.get((row, to), 0) + entry["count_all"]
    tiers = list(rule_set.tiers)
    former = sorted({tier for pair in found for tier in pair} - {*tiers, NO_TIER, NOT_YET, NO_MORE})
    labels = {**{tier.id: tier.label for tier in rule_set.tiers.values()}, NO_TIER: rule_set.unknown_label}
    labels |= {NOT_YET: MOVE_LABELS[NEW], NO_MORE: MOVE_LABELS[GONE]}
    rows, columns = ((*tiers, *former, NO_TIER, last) for last in (NOT_YET, NO_MORE))
    return Matrix(
        rows,
        columns,
        tuple(labels.get(each, each) for each in rows),
        tuple(labels.get(each, each) for each in columns),
        tuple(tuple(found.get((row, to), 0) for to in columns) for row in rows),
    )

"""How the tiers of a ledger share customers and amount wherever one cut stands, exactly, from the customers' own values.

A cut moves between its neighbours on the same field. As it does, a customer's tier changes once at most, where the cut
passes the value: so two judgements, with the cut at either end, tell every position. Which position to choose is left
to `crmtool.rules.tuning.proposing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import READ, STATE
from crmtool.ledger.quantities import Duration
from crmtool.rules.arrays import Mask, array_of
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Quantity
from crmtool.rules.judging.cells import Value
from crmtool.rules.judging.classes import collect
from crmtool.rules.judging.judge import Judgement, judge
from crmtool.rules.model import RuleSet
from crmtool.rules.tuning.moving import Cut, cuts_of, with_cut
from crmtool.rules.tuning.places import Figures, from_number, places_of, to_number

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curve:
    """The tiers' customers and known amounts (fen) for each place of one cut.

    `groups` are the tiers in the order of the file, and `""` for the undecided. `values` are the distinct values
    between the neighbours (`low`, `high`, None: there is none; `ends` are the same as the file has them), as int64 or
    float64, days as days since 1970. Row k of `customers` and `amounts` is what it would be with the cut at
    `values[k]`, `now` and `now_amounts` what it is. `ties` counts the customers on each value. `points` has the values,
    and where else a tier can change (where what is known of a customer ends). `ranges` are customers of whom only a
    range is known, and who are counted as they are now.
    """

    cut: Cut
    groups: tuple[str, ...]
    values: Figures
    customers: Counts
    amounts: Counts
    ties: Counts
    points: Figures
    now: Counts
    now_amounts: Counts
    low: Value | None
    high: Value | None
    ends: tuple[Quantity | None, Quantity | None] = (None, None)
    ranges: int = 0

    @property
    def changes(self) -> bool:
        """Say whether moving the cut changes anybody's tier."""
        rows = np.vstack([self.customers, self.now[None, :]])
        return bool((rows != rows[0]).any())

    def value_at(self, place: int) -> Value:
        """Return a value in the unit of its column: fen, a float, or a day."""
        return from_number(self.values[place], self.cut.value)


def curves(
    cases: Cases, rule_set: RuleSet, as_of: date, amounts: pa.Array, fields: Sequence[str] | None = None
) -> list[Curve]:
    """Return the curve of each cut of the fields that the ledger has (of `fields` alone where given).

    `amounts` are fen (int64), one a customer, null where unknown. Tiers are those that the rules give: a tier that a lock
    or the ledger's own column gives is not looked at.
    """
    now = judge(cases, replace(rule_set, tags=()), as_of)
    table = collect(cases.frame, [])
    known = array_of(pc.fill_null(amounts, 0)).to_numpy(zero_copy_only=False).astype(np.int64)
    cuts = cuts_of(rule_set, as_of)
    found = []
    for cut in cuts:
        is_there = cut.field not in cases.absent and cut.field in table.column_names
        if is_there and (fields is None or cut.field in fields):
            own = [other for other in cuts if other.field == cut.field]
            found.append(_Moving(cases, rule_set, as_of, table, known).curve(cut, own, now))
    return found


def present_place(curve: Curve) -> int:
    """Return the place that parts the customers as the cut does now; none (-1, or one too many) where no value does."""
    cut = to_number(curve.cut.value)
    if curve.cut.belongs_up is None:
        found = np.flatnonzero(curve.values == cut)
        return int(found[0]) if len(found) else -1
    if curve.cut.belongs_up:
        return int(np.searchsorted(curve.values, cut, "left"))
    return int(np.searchsorted(curve.values, cut, "right")) - 1


def quantity_of(value: Value, as_of: date) -> Quantity:
    """Return a value as a rule has it: fen, an exact number, or a span laid back from the as-of date in days."""
    if isinstance(value, date):
        return Duration(days=(as_of - value).days)
    return value if isinstance(value, int) else Decimal(str(value))


@dataclass(frozen=True, eq=False)
class _Moving:
    cases: Cases
    rule_set: RuleSet
    as_of: date
    table: pa.Table
    amounts: Counts

    def curve(self, cut: Cut, own: Sequence[Cut], now: Judgement) -> Curve:
        place = own.index(cut)
        before = own[place - 1] if place else None
        after = own[place + 1] if place + 1 < len(own) else None
        low, high = (None if beside is None else beside.value for beside in (before, after))
        ends = tuple(None if beside is None else beside.quantity for beside in (before, after))
        spec = self.rule_set.fields[cut.field].spec
        if spec.kind == "age" and not spec.future and (high is None or high > self.as_of):  # type: ignore[operator]
            high = self.as_of
        places = places_of(self.table, self.rule_set, self.as_of, cut, low, high)
        values, ties = np.unique(places.at[places.is_known & places.moves], return_counts=True)
        inside = places.moves if len(values) else np.zeros(len(places.moves), dtype=np.bool_)
        groups_now = self._groups(now)
        sides = self._sides(cut, values, inside)
        customers, amounts = self._spread(groups_now, sides, inside, places.at[inside], values)
        return Curve(
            cut=cut,
            groups=(*self.rule_set.tiers, ""),
            values=values,
            customers=customers,
            amounts=amounts,
            ties=ties,
            points=np.unique(places.at[places.moves]),
            now=self._totals(groups_now, None),
            now_amounts=self._totals(groups_now, self.amounts),
            low=low,
            high=high,
            ends=(ends[0], ends[1]),
            ranges=places.left,
        )

    def _groups(self, judgement: Judgement) -> Counts:
        """Return the group of each customer: the index of the tier, or that of the undecided."""
        tiers = list(self.rule_set.tiers)
        of_class = [tiers.index(v.tier) if v.is_decided else len(tiers) for v in judgement.verdicts]
        classes = judgement.classes.to_numpy(zero_copy_only=False)
        groups: Counts = np.take(np.array(of_class, dtype=np.int64), classes)
        return groups

    def _sides(self, cut: Cut, values: Figures, inside: Mask) -> tuple[Counts, Counts, Counts]:
        """Return the group of each customer inside who is below the cut, on it, and above it."""
        if not len(values):
            none = np.zeros(0, dtype=np.int64)
            return none, none, none
        ends = (from_number(values[end], cut.value) for end in (0, -1))
        above, below = (self._judged(cut, end)[inside] for end in ends)
        if cut.belongs_up is None:
            return below, self._on(cut, inside)[inside], above
        return below, (above if cut.belongs_up else below), above

    def _judged(self, cut: Cut, value: Value) -> Counts:
        rules = with_cut(self.rule_set, cut, quantity_of(value, self.as_of), self.as_of)
        return self._groups(judge(self.cases, rules, self.as_of))

    def _on(self, cut: Cut, inside: Mask) -> Counts:
        """Return the groups with everybody inside put on the cut itself, where tests disagree whose it is."""
        table = self.table
        for name, value in ((cut.field, cut.value), (cut.field + STATE, READ)):
            column = array_of(table[name])
            moved = pc.if_else(pa.array(inside), pa.scalar(value, column.type), column)
            table = table.set_column(table.column_names.index(name), name, moved)
        rules = replace(self.rule_set, tags=())
        return self._groups(judge(replace(self.cases, frame=table), rules, self.as_of))

    def _totals(self, groups: Counts, weights: Counts | None) -> Counts:
        totals = np.zeros(len(self.rule_set.tiers) + 1, dtype=np.int64)
        np.add.at(totals, groups, 1 if weights is None else weights)
        return totals

    def _spread(
        self,
        before: Counts,
        sides: tuple[Counts, Counts, Counts],
        inside: Mask,
        at: Figures,
        values: Figures,
    ) -> tuple[Counts, Counts]:
        """Return customers and amounts of each group with the cut at each value; `at` is where each customer changes."""
        first, after = np.searchsorted(values, at, "left"), np.searchsorted(values, at, "right")
        found = []
        for weights in (np.ones(len(before), dtype=np.int64), self.amounts):
            own = weights[inside]
            # Before the cut reaches a customer's value they are above it, on it there, and below it from the next on.
            change = np.zeros((len(values) + 1, len(self.rule_set.tiers) + 1), dtype=np.int64)
            for place, side, sign in (
                (np.zeros_like(first), sides[2], 1),
                (first, sides[2], -1),
                (first, sides[1], 1),
                (after, sides[1], -1),
                (after, sides[0], 1),
            ):
                np.add.at(change, (place, side), sign * own)
            fixed = self._totals(before[~inside], weights[~inside])
            found.append(fixed[None, :] + np.cumsum(change, axis=0)[: len(values)])
        return found[0], found[1]

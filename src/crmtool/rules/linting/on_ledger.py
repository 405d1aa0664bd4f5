"""Finds what a ledger shows of a rule set: rules that never fire, fields mostly empty, cuts where many customers stand.

Counted on the customers of one ledger, not proved; what holds for every ledger is in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import EMPTY, READ, STATE
from crmtool.rules.cases import Cases
from crmtool.rules.judging.classes import collect
from crmtool.rules.judging.fitting import judged_fields
from crmtool.rules.judging.judge import Judgement, judge
from crmtool.rules.linting.boundaries import cuts_of
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.words import percent_text, quantity_text
from crmtool.rules.tuning.moving import Cut, with_cut
from crmtool.rules.tuning.moving import cuts_of as deciding_cuts

#: Codes of which a file says nothing without a ledger, and each ledger something else.
ON_LEDGER: Final = frozenset({"W08", "W10", "W12"})
#: A field of which so many cells are empty decides little (1 = all).
_MOSTLY: Final = Fraction(1, 2)
#: A cut is dense where moving it by one in a hundred changes the tier of so many customers, and of so many at least.
_NEAR: Final = Fraction(1, 100)
_DENSE: Final = Fraction(2, 100)
_FEWEST: Final = 5
_MEASURED: Final = ("money", "number", "percent")


def on_ledger(context: Context, cases: Cases, judgement: Judgement, as_of: date) -> Iterator[LintFinding]:
    """Yield W08, W10 and W12 for the customers of a ledger; nothing where there is no customer."""
    customers = len(judgement.classes)
    if customers:
        yield from _never(context, judgement, customers)
        table = collect(cases.frame, [])
        yield from _empty(context, cases, table, customers)
        yield from _dense(context, table, _Moved(context, cases, as_of))


def _never(context: Context, judgement: Judgement, customers: int) -> Iterator[LintFinding]:
    """Yield the rules and cells of the matrix that decide nobody, in no completion of what is unknown."""
    fired = {rule for kind in judgement.kinds for rule in kind.verdict.rules}
    for rule in context.rule_set.rules:
        if rule.id not in fired:
            where = context.statement("rule", rule.id).node
            yield context.finding("lint-never-fires", where, id=rule.id, customers=customers)
    matrix = context.rule_set.matrix
    for row, column in matrix.cells if matrix else ():
        if f"{row}.{column}" not in fired:
            where = context.places.at("matrix", "cells", row, column)
            yield context.finding("lint-never-fires", where, id=f"{row} × {column}", customers=customers)


def _empty(context: Context, cases: Cases, table: pa.Table, customers: int) -> Iterator[LintFinding]:
    for field in judged_fields(context.rule_set):
        if field in cases.absent or field + STATE not in table.column_names:
            continue
        empty = pc.sum(pc.equal(table[field + STATE], EMPTY)).as_py() or 0
        if Fraction(empty, customers) >= _MOSTLY:
            yield context.finding(
                "lint-mostly-empty",
                context.places.key("fields", field),
                label=context.rule_set.fields[field].label,
                empty=empty,
                share=percent_text(round(Decimal(empty) / customers, 3)),
            )


def _dense(context: Context, table: pa.Table, moved: _Moved) -> Iterator[LintFinding]:
    places = {(cut.field, cut.value): cut.where.node for cut in reversed(cuts_of(context))}
    for cut in deciding_cuts(context.rule_set, moved.as_of):
        spec, where = context.rule_set.fields[cut.field].spec, places.get((cut.field, cut.quantity))
        if where is None or spec.kind not in _MEASURED or cut.field not in table.column_names:
            continue
        known = pc.sum(pc.equal(table[cut.field + STATE], READ)).as_py() or 0
        near = moved.customers(cut) if known else 0
        if near >= _FEWEST and Fraction(near, known) >= _DENSE:
            value = quantity_text(cut.quantity, spec.kind)
            yield context.finding("lint-dense-cut", where, label=spec.label, value=value, near=near)


class _Moved:
    """How many customers of a ledger get another tier by the rules when a cut moves by a hundredth."""

    def __init__(self, context: Context, cases: Cases, as_of: date) -> None:
        self.rule_set, self.cases, self.as_of = replace(context.rule_set, tags=()), cases, as_of
        self.now = self._tiers(self.rule_set)

    def customers(self, cut: Cut) -> int:
        """Return the customers whose tier changes, of the two directions the larger number."""
        assert isinstance(cut.quantity, int | Decimal)
        step = cut.quantity * _NEAR.numerator // _NEAR.denominator
        if isinstance(cut.quantity, Decimal):
            step = cut.quantity * _NEAR.numerator / _NEAR.denominator
        figures = (cut.quantity - step, cut.quantity + step) if step else ()
        moved = (with_cut(self.rule_set, cut, figure, self.as_of) for figure in figures)
        return max((int((self._tiers(rules) != self.now).sum()) for rules in moved), default=0)

    def _tiers(self, rules: RuleSet) -> npt.NDArray[np.int64]:
        """Return a number for the tier of each customer; -1 for the undecided."""
        judgement, tiers = judge(self.cases, rules, self.as_of), list(rules.tiers)
        of_class = [tiers.index(v.tier) if v.is_decided else -1 for v in judgement.verdicts]
        classes = judgement.classes.to_numpy(zero_copy_only=False)
        found: npt.NDArray[np.int64] = np.take(np.array(of_class, dtype=np.int64), classes)
        return found

"""Finds what a ledger shows of a rule set: rules that never fire, fields mostly empty, cuts where many customers stand.

Counted on the customers of one ledger, not proved; what holds for every ledger is in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import EMPTY, READ, STATE
from crmtool.rules.arrays import array_of
from crmtool.rules.cases import Cases
from crmtool.rules.judging.classes import collect
from crmtool.rules.judging.fitting import judged_fields
from crmtool.rules.judging.judge import Judgement
from crmtool.rules.linting.boundaries import Cut, cuts_of
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.telling.words import percent_text, quantity_text

#: A field of which so many cells are empty decides little (1 = all).
_MOSTLY: Final = Fraction(1, 2)
#: A cut is dense where moving it by one in a hundred moves so many of the customers, and so many at least.
_NEAR: Final = Fraction(1, 100)
_DENSE: Final = Fraction(2, 100)
_FEWEST: Final = 5
_MEASURED: Final = ("money", "number", "percent")


def on_ledger(context: Context, cases: Cases, judgement: Judgement) -> Iterator[LintFinding]:
    """Yield W08, W10 and W12 for the customers of a ledger; nothing where there is no customer."""
    customers = len(judgement.classes)
    if customers:
        yield from _never(context, judgement, customers)
        table = collect(cases.frame, [])
        yield from _empty(context, cases, table, customers)
        yield from _dense(context, table)


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


def _dense(context: Context, table: pa.Table) -> Iterator[LintFinding]:
    told: set[tuple[str, object]] = set()
    for cut in cuts_of(context):
        spec = context.rule_set.fields[cut.field].spec
        if (
            spec.kind not in _MEASURED
            or (cut.field, cut.value) in told
            or cut.field not in table.column_names
        ):
            continue
        told.add((cut.field, cut.value))
        near, known = _near(table, cut)
        if near >= _FEWEST and Fraction(near, known) >= _DENSE:
            value = quantity_text(cut.value, spec.kind)
            yield context.finding("lint-dense-cut", cut.where.node, label=spec.label, value=value, near=near)


def _near(table: pa.Table, cut: Cut) -> tuple[int, int]:
    """Return how many customers stand within a hundredth of a cut, and how many have a value at all."""
    is_read = pc.equal(table[cut.field + STATE], READ)
    values = array_of(table[cut.field]).filter(array_of(is_read)).drop_null().cast(pa.float64(), safe=False)
    figure = cut.value if isinstance(cut.value, int | Decimal) else Decimal(0)
    margin = abs(Fraction(figure)) * _NEAR
    distance = pc.abs(pc.subtract(values, float(figure)))
    near = pc.sum(pc.less_equal(distance, float(margin))).as_py() or 0
    return (near if margin else 0), max(len(values), 1)

"""Finds cuts that look wrong: amounts without a unit, cuts far apart, a number that belongs to two sides: W01, W05.

Nothing here is proved; it is read off the tests as they stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from crmtool.ledger.quantities import FEN_PER_YUAN, Duration
from crmtool.rules.conditions import Atom, Quantity, Range, Within
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.linting.places import Located, tests
from crmtool.rules.telling.words import quantity_text

#: An amount below this without a unit was hardly meant in yuan.
_SMALL_FEN = 1000 * FEN_PER_YUAN
#: Neighbouring cuts of one field that are this many times apart.
_FAR = 1000
_FIGURES = ("money", "count", "number", "percent")
#: Of whole numbers `<= 3` and `< 4` are the same; of the others the number itself is on one side. Growth of 0 % is none.
_MEASURED = ("money", "number", "percent")


@dataclass(frozen=True, slots=True)
class Cut:
    """One end of a test: whether the number itself lies on the side of the larger values, and passes the test."""

    field: str
    value: Quantity
    belongs_up: bool
    passes: bool
    where: Located


def boundaries(context: Context) -> Iterator[LintFinding]:
    """Yield W01 and W05."""
    cuts = cuts_of(context)
    yield from _bare(context)
    yield from _far(context, cuts)
    twice = list(_twice(context, cuts))
    yield from (finding for _, finding in twice)
    claimed = {(cut.field, cut.value) for cut, _ in twice}
    yield from _sides(context, [cut for cut in cuts if (cut.field, cut.value) not in claimed])


def cuts_of(context: Context) -> list[Cut]:
    """Return the ends of every test of a figure or an age, in file order."""
    return [
        cut
        for statement in context.statements
        for test in tests(statement.when)
        for cut in _cuts(context, test)
    ]


def _cuts(context: Context, where: Located) -> Iterator[Cut]:
    atom = where.condition
    assert isinstance(atom, Atom)
    if atom.subject not in context.rule_set.fields:
        return
    if isinstance(atom.test, Within):  # what is within is at most the span, what is not is above it
        yield Cut(atom.subject, atom.test.span, belongs_up=False, passes=not atom.test.negated, where=where)
    elif isinstance(atom.test, Range) and atom.test.low != atom.test.high:
        for bound, is_low in ((atom.test.low, True), (atom.test.high, False)):
            if bound is not None:
                yield Cut(atom.subject, bound.value, bound.inclusive is is_low, bound.inclusive, where)


def _bare(context: Context) -> Iterator[LintFinding]:
    """Yield tests of money by a small number without a unit: `>= 10` is ten yuan, and was hardly meant."""
    for statement in context.statements:
        for test in tests(statement.when):
            atom = test.condition
            assert isinstance(atom, Atom)
            field = context.rule_set.fields.get(atom.subject)
            if field is None or field.spec.kind != "money":
                continue
            said = context.text[test.start : test.end]
            values = [cut.value for cut in _cuts(context, test) if isinstance(cut.value, int)]
            small = [value for value in values if 0 < value < _SMALL_FEN]
            if small and "元" not in said and "万" not in said and "$" not in said:
                amount = small[0] // FEN_PER_YUAN
                yield context.finding("lint-bare-amount", test.node, label=field.label, amount=amount)


def _far(context: Context, cuts: list[Cut]) -> Iterator[LintFinding]:
    for field in context.rule_set.fields.values():
        own = {_number(cut.value): cut for cut in reversed(cuts) if cut.field == field.id}
        if field.spec.kind not in _FIGURES:
            continue
        for low, high in pairwise(sorted(value for value in own if value > 0)):
            if high >= low * _FAR:
                where = own[low].where
                texts = [quantity_text(own[value].value, field.spec.kind) for value in (low, high)]
                yield context.finding(
                    "lint-far-cuts", where.node, label=field.label, low=texts[0], high=texts[1]
                )


def _number(value: Quantity) -> Decimal:
    return Decimal(0) if isinstance(value, Duration) else Decimal(value)


def _twice(context: Context, cuts: Sequence[Cut]) -> Iterator[tuple[Cut, LintFinding]]:
    """Yield a cut of one field that belongs upwards in one test and downwards in another.

    `> 0%` beside `< 0%` is no such cut: neither claims the number, and a gap is told as one.
    """
    told: set[tuple[str, Quantity]] = set()
    for place, cut in enumerate(cuts):
        others = (c for c in cuts[:place] if (c.field, c.value) == (cut.field, cut.value))
        other = next(
            (c for c in others if c.belongs_up is not cut.belongs_up and (c.passes or cut.passes)), None
        )
        if other is None or (cut.field, cut.value) in told:
            continue
        told.add((cut.field, cut.value))
        spec = context.rule_set.fields[cut.field].spec
        yield (
            cut,
            context.finding(
                "lint-boundary-twice",
                cut.where.node,
                label=spec.label,
                value=quantity_text(cut.value, spec.kind),
                here=context.quoted(cut.where),
                there=context.quoted(other.where),
                line=other.where.node.place.line,
            ),
        )


def _sides(context: Context, cuts: Sequence[Cut]) -> Iterator[LintFinding]:
    """Yield that some cuts belong to the better side and others to the worse one, once, at the first that differs."""
    told = [
        (cut, cut.belongs_up is (field.better == "up"))
        for cut in cuts
        if (field := context.rule_set.fields[cut.field]).better != "none"
        and field.spec.kind in _MEASURED
        and _number(cut.value)
    ]
    odd = next((cut for cut, is_better in told if is_better is not told[0][1]), None)
    if odd is None:
        return
    sides = {
        side: dict.fromkeys(_named(context, cut) for cut, is_better in told if is_better is side)
        for side in (True, False)
    }
    yield context.finding(
        "lint-boundary-sides", odd.where.node, better=", ".join(sides[True]), worse=", ".join(sides[False])
    )


def _named(context: Context, cut: Cut) -> str:
    spec = context.rule_set.fields[cut.field].spec
    return f"{spec.label} {quantity_text(cut.value, spec.kind)}"

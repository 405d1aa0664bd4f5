"""The cuts of a rule set that decide tiers, and the rule set with one of them moved.

What a moved cut does to the customers of a ledger is left to `crmtool.rules.tuning.curves`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from crmtool.ledger.fields import FieldSpec
from crmtool.ledger.quantities import Duration
from crmtool.rules.conditions import All, Any, Atom, Bound, Condition, Not, Quantity, Range, Within, atoms
from crmtool.rules.judging.cells import ORDERED, Value, cut_value
from crmtool.rules.model import Policy, RuleSet


@dataclass(frozen=True, slots=True)
class Cut:
    """One figure at which tests of a field cut: `value` in the unit of its column, `quantity` as in the file.

    `used_by` are the rules and levels (`dimension.level`) that name it. `belongs_up`: a customer on the cut counts with
    those above (of dates: later ones); None where one test has it so and another one otherwise.
    """

    field: str
    value: Value
    quantity: Quantity
    used_by: tuple[str, ...]
    belongs_up: bool | None


def cuts_of(rule_set: RuleSet, as_of: date) -> list[Cut]:
    """Return the cuts of rules and levels, by field in file order, then by value; those of tags decide no tier."""
    found: dict[tuple[str, Value], list[tuple[Quantity, str, bool]]] = {}
    for owner, when in _owners(rule_set):
        for atom in atoms(when):
            field = rule_set.fields.get(atom.subject)
            if field is not None and field.spec.kind in ORDERED:
                for quantity, is_up in _ends(atom, field.spec):
                    value = cut_value(quantity, field.spec, as_of)
                    found.setdefault((atom.subject, value), []).append((quantity, owner, is_up))
    fields = list(rule_set.fields)
    cuts = []
    for (name, value), uses in found.items():
        sides = {is_up for _, _, is_up in uses}
        owners = tuple(dict.fromkeys(owner for _, owner, _ in uses))
        cuts.append(Cut(name, value, uses[0][0], owners, sides.pop() if len(sides) == 1 else None))
    return sorted(cuts, key=lambda cut: (fields.index(cut.field), cut.value))


def _owners(rule_set: RuleSet) -> Iterator[tuple[str, Condition]]:
    for rule in rule_set.rules:
        yield rule.id, rule.when
    for dimension in rule_set.dimensions.values():
        for level in dimension.levels:
            yield f"{dimension.id}.{level.id}", level.when
    for field in rule_set.fields.values():
        for when, _ in field.missing.cases:
            yield field.id, when


def _ends(atom: Atom, spec: FieldSpec) -> Iterator[tuple[Quantity, bool]]:
    """Yield the figures of a test, each with whether a value on it lies with the larger ones, of dates the later."""
    if isinstance(atom.test, Within):  # the day itself is within, and later days are
        yield atom.test.span, True
    elif isinstance(atom.test, Range):
        is_dated = spec.kind in ("date", "age")
        for bound, is_low in ((atom.test.low, True), (atom.test.high, False)):
            if bound is not None:  # a longer span is an earlier day
                yield bound.value, bound.inclusive is (is_low is not is_dated)


def with_cut(rule_set: RuleSet, cut: Cut, quantity: Quantity, as_of: date) -> RuleSet:
    """Return the rule set with one cut at another figure, wherever rules, levels and policies name it; without tags."""
    mover = _Mover(rule_set, cut, quantity, as_of)
    return replace(
        rule_set,
        rules=tuple(replace(rule, when=mover.condition(rule.when)) for rule in rule_set.rules),
        dimensions={
            name: replace(
                dimension,
                levels=tuple(replace(level, when=mover.condition(level.when)) for level in dimension.levels),
            )
            for name, dimension in rule_set.dimensions.items()
        },
        fields={
            name: replace(field, missing=mover.policy(field.missing), absent=mover.policy(field.absent))
            for name, field in rule_set.fields.items()
        },
        tags=(),
    )


class _Mover:
    def __init__(self, rule_set: RuleSet, cut: Cut, quantity: Quantity, as_of: date) -> None:
        self.cut, self.quantity, self.as_of = cut, quantity, as_of
        self.spec = rule_set.fields[cut.field].spec

    def policy(self, policy: Policy) -> Policy:
        cases = tuple((self.condition(when), self.policy(then)) for when, then in policy.cases)
        otherwise = None if policy.otherwise is None else self.policy(policy.otherwise)
        return replace(policy, cases=cases, otherwise=otherwise)

    def condition(self, when: Condition) -> Condition:
        if isinstance(when, Not):
            return Not(self.condition(when.part))
        if isinstance(when, All | Any):
            parts = tuple(self.condition(part) for part in when.parts)
            return All(parts) if isinstance(when, All) else Any(parts)
        test = when.test
        if when.subject != self.cut.field:
            return when
        if isinstance(test, Within) and self._is_it(test.span):
            assert isinstance(self.quantity, Duration)  # the figures of an age are spans
            return Atom(when.subject, replace(test, span=self.quantity))
        if isinstance(test, Range):
            return Atom(when.subject, Range(self._bound(test.low), self._bound(test.high)))
        return when

    def _bound(self, bound: Bound | None) -> Bound | None:
        moves = bound is not None and self._is_it(bound.value)
        return Bound(self.quantity, bound.inclusive) if bound is not None and moves else bound

    def _is_it(self, quantity: Quantity) -> bool:
        return cut_value(quantity, self.spec, self.as_of) == self.cut.value

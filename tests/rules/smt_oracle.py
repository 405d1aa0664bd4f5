"""What a rule set says, written down for an SMT solver from the description of the language alone.

It shares nothing with crmtool but the model of a rule set: values are integers and reals themselves, not cells, and
there are no diagrams.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import z3

from crmtool.rules.conditions import All, Atom, Bound, Condition, Not, OneOf, Present, Range, Within
from crmtool.rules.model import Policy, RuleSet

FIRST_DAY = date(1900, 1, 1).toordinal()


def day_before(as_of: date, span: Any) -> int:
    months = as_of.year * 12 + as_of.month - 1 - span.months
    year, month = divmod(months, 12)
    day = date(year, month + 1, min(as_of.day, calendar.monthrange(year, month + 1)[1]))
    return (day - timedelta(days=span.days)).toordinal()


class Oracle:
    """The customers of a rule set as constraints (`facts`) and what its conditions say of them."""

    def __init__(self, rule_set: RuleSet, as_of: date) -> None:
        self.rules, self.as_of = rule_set, as_of
        self.value: dict[str, Any] = {}
        self.blank: dict[str, Any] = {}
        self.never: dict[str, Any] = {}
        self.fails: dict[str, Any] = {}
        self.ignored: dict[str, Any] = {}
        self.given: dict[str, Any] = {}
        self.facts: list[Any] = []
        for name, field in rule_set.fields.items():
            self._declare(name, field.spec)
        for name, dimension in rule_set.dimensions.items():
            self.given[name] = z3.Int(f"given_{name}")
            self.facts += [self.given[name] >= 0, self.given[name] <= len(dimension.levels)]
        for name, field in rule_set.fields.items():
            self.facts.append(z3.Implies(z3.Not(self.blank[name]), self._typed(name)))
            self.facts.append(z3.Implies(self.blank[name], self._empty(name, field.missing)))
        for short, long in rule_set.assume:
            timed = [z3.Or(self.never[f], self.fails[f], self.ignored[f]) for f in (short, long)]
            self.facts.append(z3.Or(*timed, self.value[short] >= self.value[long]))

    def _declare(self, name: str, spec: Any) -> None:
        make = z3.Real if spec.kind in ("number", "percent") else z3.Int
        self.value[name] = make(name)
        for kind in ("blank", "never", "fails", "ignored"):
            getattr(self, kind)[name] = z3.Bool(f"{kind}_{name}")
        if spec.minimum is not None:
            self.facts.append(self.value[name] >= int(spec.minimum))
        if spec.maximum is not None:
            self.facts.append(self.value[name] <= int(spec.maximum))
        if spec.kind == "age":
            self.facts += [self.value[name] >= FIRST_DAY, self.value[name] <= self.as_of.toordinal()]
        else:
            self.facts.append(z3.Not(self.never[name]))
        if spec.kind == "flag" or (spec.values and not spec.open and spec.match == "exact"):
            values = spec.values or ("是", "否")
            self.facts.append(z3.Or(*(self.value[name] == word(v) for v in values)))
        if spec.match == "contains":
            self.contains = {part: z3.Bool(f"contains_{part}") for part in spec.values}
            for part, whole in permutations(spec.values, 2):
                if part in whole:
                    self.facts.append(z3.Implies(self.contains[whole], self.contains[part]))

    def _typed(self, name: str) -> Any:
        return z3.And(z3.Not(self.fails[name]), z3.Not(self.ignored[name]))

    def _empty(self, name: str, policy: Policy) -> Any:
        """What is so where the cell is empty."""
        no_never = z3.Not(self.never[name])
        if policy.kind == "cases":
            found = self._empty(name, policy.otherwise)
            for when, then in reversed(policy.cases):
                true, _, _ = self.condition(when)
                found = z3.If(true, self._empty(name, then), found)
                if self._hangs_on_blank(when):
                    blank = z3.Or(*(self.blank[s] for s in subjects(when)))
                    found = z3.Or(found, z3.And(blank, self._empty(name, Policy("unknown"))))
            return found
        typed = self._typed(name)
        if policy.kind == "fails":
            return z3.And(self.fails[name], z3.Not(self.ignored[name]), no_never)
        if policy.kind == "ignore":
            return z3.And(self.ignored[name], z3.Not(self.fails[name]), no_never)
        if policy.kind == "never":
            return z3.And(typed, self.never[name])
        if policy.kind in ("zero", "as"):
            value = 0 if policy.kind == "zero" else policy.value
            if name in "de":
                value = day_before(self.as_of, value)
            return z3.And(typed, no_never, self.value[name] == constant(value))
        may_be_never = self.rules.fields[name].missing.kind == "never"
        return typed if may_be_never else z3.And(typed, no_never)

    def _hangs_on_blank(self, when: Condition) -> bool:
        kinds = [p.kind for s in subjects(when) for p in settled(self.rules.fields[s].missing)]
        return "unknown" in kinds

    # -- conditions: (true, false, left out) -------------------------------------------------------------------

    def condition(self, when: Condition) -> tuple[Any, Any, Any]:
        """A whole condition: one all of whose tests are left out does not apply."""
        true, false, _ = self.part(when)
        emptied = z3.And(*(self.part(atom)[2] for atom in atoms_of(when)))
        return z3.And(true, z3.Not(emptied)), z3.Or(false, emptied), z3.BoolVal(False)

    def part(self, when: Condition) -> tuple[Any, Any, Any]:
        if isinstance(when, Atom):
            return self.atom(when)
        if isinstance(when, Not):
            true, false, out = self.part(when.part)
            return false, true, out
        parts = [self.part(p) for p in when.parts]
        if len(parts) == 1:
            return parts[0]
        none = z3.BoolVal(False)
        if isinstance(when, All):
            return z3.And(*(z3.Or(t, o) for t, _, o in parts)), z3.Or(*(f for _, f, _ in parts)), none
        return z3.Or(*(t for t, _, _ in parts)), z3.And(*(z3.Or(f, o) for _, f, o in parts)), none

    def atom(self, atom: Atom) -> tuple[Any, Any, Any]:
        name = atom.subject
        if name in self.rules.dimensions:
            level, out = self.level(name)
            ids = [known.id for known in self.rules.dimensions[name].levels]
            true = z3.And(z3.Not(out), z3.Or(*(level == ids.index(v) + 1 for v in atom.test.values)))
            return true, z3.And(z3.Not(out), z3.Not(true)), out
        if name in self.rules.scores:
            defined, score = self.score(name)
            passes = in_range(score, atom.test)
            return z3.And(defined, passes), z3.And(defined, z3.Not(passes)), z3.BoolVal(False)
        if isinstance(atom.test, Present):
            out = z3.And(self.blank[name], self.ignored[name])
            if self.rules.fields[name].missing.kind == "cases":
                out = z3.And(self.blank[name], self.ignored[name])
            return z3.Not(self.blank[name]), z3.And(self.blank[name], z3.Not(out)), out
        out, fails = self.ignored[name], self.fails[name]
        true = z3.And(z3.Not(out), z3.Not(fails), self.test(name, atom.test))
        return true, z3.And(z3.Not(out), z3.Not(true)), out

    def test(self, name: str, test: Any) -> Any:
        value, never = self.value[name], self.never[name]
        if isinstance(test, OneOf):
            if self.rules.fields[name].spec.match == "contains":
                return z3.Or(*(self.contains[v] for v in test.values))
            return z3.Or(*(value == word(v) for v in test.values))
        if isinstance(test, Within):
            inside = z3.And(z3.Not(never), value >= day_before(self.as_of, test.span))
            return z3.Not(inside) if test.negated else inside
        if name in "de":  # an age is at least a span where the day lies on or before as-of minus the span
            ends = []
            if test.low is not None:
                day = day_before(self.as_of, test.low.value)
                ends += [z3.Not(never), value <= day if test.low.inclusive else value < day]
            if test.high is not None:
                day = day_before(self.as_of, test.high.value)
                ends.append(z3.Or(never, value >= day if test.high.inclusive else value > day))
            return z3.And(*ends)
        return in_range(value, test)

    def level(self, name: str) -> tuple[Any, Any]:
        """The number of a dimension's level (0: none), and whether it is left out."""
        levels = self.rules.dimensions[name].levels
        tests = [atom for level in levels for atom in atoms_of(level.when)]
        out = z3.And(self.given[name] == 0, *(self.part(atom)[2] for atom in tests))
        told: Any = z3.IntVal(0)
        for number, level in reversed(list(enumerate(levels, start=1))):
            told = z3.If(self.condition(level.when)[0], z3.IntVal(number), told)
        return z3.If(self.given[name] == 0, told, self.given[name]), out

    def score(self, name: str) -> tuple[Any, Any]:
        """Whether a score is defined, and what it is."""
        score = self.rules.scores[name]
        total, count, defined = z3.RealVal(0), z3.RealVal(0), z3.BoolVal(True)
        for dimension in score.dimensions:
            level, out = self.level(dimension)
            points: Any = z3.RealVal(0)
            for number, known in enumerate(self.rules.dimensions[dimension].levels, start=1):
                points = z3.If(level == number, z3.RealVal(known.points), points)
            total = total + z3.If(out, z3.RealVal(0), points)
            count = count + z3.If(out, z3.RealVal(0), z3.RealVal(1))
            defined = z3.And(defined, z3.Or(out, level > 0))
        needed = len(score.dimensions) if score.kind == "sum" else 1
        defined = z3.And(defined, count >= needed)
        return defined, total if score.kind == "sum" else total / z3.If(count == 0, z3.RealVal(1), count)

    def decides(self, place: int) -> Any:
        """Rule number `place` is the one that decides."""
        before = [self.condition(rule.when)[1] for rule in self.rules.rules[:place]]
        return z3.And(*before, self.condition(self.rules.rules[place].when)[0])

    def reaches(self, tier: str) -> Any:
        places = [i for i, rule in enumerate(self.rules.rules) if rule.tier == tier]
        return z3.Or(*(self.decides(i) for i in places))

    # -- answers -----------------------------------------------------------------------------------------------

    def is_there(self, statement: Any, customer: Any = None, asked: frozenset[str] = frozenset()) -> bool:
        """Say whether some customer (or this one) is one of whom the statement is true."""
        solver = z3.Solver()
        solver.add(*self.facts, statement)
        if customer is not None:
            solver.add(*self.cells(customer, asked))
        found = solver.check()
        assert found != z3.unknown
        return bool(found == z3.sat)

    def cells(self, customer: Any, asked: frozenset[str]) -> list[Any]:
        """What stands in a customer's cells."""
        assert customer.as_of == self.as_of
        cells = []
        for name in self.rules.fields:
            if name not in customer.values:
                # What no condition asks about could be anything.
                cells += [self.blank[name]] if name in asked else []
                continue
            cells.append(z3.Not(self.blank[name]))
            value = customer.values[name]
            cells.append(self.never[name] if value is None else z3.Not(self.never[name]))
            if self.rules.fields[name].spec.match == "contains":
                cells += [has == (part in value) for part, has in self.contains.items()]
            elif value is not None:
                shown = value.toordinal() if isinstance(value, date) else value
                cells.append(self.value[name] == constant(shown))
        for name, dimension in self.rules.dimensions.items():
            ids = [level.id for level in dimension.levels]
            place = ids.index(customer.values[name]) + 1 if name in customer.values else 0
            cells.append(self.given[name] == place)
        return cells


def word(text: str) -> Any:
    """A word as a number: the words of the random rule sets are told apart by their first letter."""
    return z3.IntVal(ord(text[0]))


def constant(value: Any) -> Any:
    if isinstance(value, str):
        return word(value)
    return z3.IntVal(value) if isinstance(value, int) else z3.RealVal(str(Decimal(str(value))))


def in_range(value: Any, test: Range) -> Any:
    ends = []
    for bound, sign in ((test.low, 1), (test.high, -1)):
        if isinstance(bound, Bound):
            edge = (
                z3.RealVal(str(bound.value)) if not isinstance(bound.value, int) else z3.IntVal(bound.value)
            )
            if sign > 0:
                ends.append(value >= edge if bound.inclusive else value > edge)
            else:
                ends.append(value <= edge if bound.inclusive else value < edge)
    return z3.And(*ends)


def asked_fields(rule_set: RuleSet, further: list[Condition]) -> frozenset[str]:
    """The fields that some condition asks about."""
    whens = [rule.when for rule in rule_set.rules] + further
    whens += [level.when for dimension in rule_set.dimensions.values() for level in dimension.levels]
    whens += [when for field in rule_set.fields.values() for when, _ in field.missing.cases]
    return frozenset(name for when in whens for name in subjects(when))


def atoms_of(when: Condition) -> list[Atom]:
    if isinstance(when, Atom):
        return [when]
    if isinstance(when, Not):
        return atoms_of(when.part)
    return [atom for part in when.parts for atom in atoms_of(part)]


def subjects(when: Condition) -> list[str]:
    return [atom.subject for atom in atoms_of(when)]


def settled(policy: Policy) -> list[Policy]:
    if policy.kind != "cases":
        return [policy]
    branches = [then for _, then in policy.cases] + [policy.otherwise or Policy("unknown")]
    return [p for branch in branches for p in settled(branch)]

"""Where two versions of a rule set differ: which kinds of customers move from which tier to which.

Both are asked of the same customers, cut wherever either of them cuts. Who moves in a ledger is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from crmtool.rules.conditions import All, Any, Atom, Condition, Not
from crmtool.rules.model import Dimension, Field, Policy, RuleSet, Score
from crmtool.rules.proving.boxes import Boxes, boxes
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.days import conditions_of
from crmtool.rules.proving.formulas import Formula, both, either
from crmtool.rules.proving.prove import NotProved, Prover
from crmtool.rules.proving.search import BUDGET
from crmtool.rules.proving.terms import Asked, Terms

_OLD = "old:"


@dataclass(frozen=True, slots=True)
class Difference:
    """Customers who are in tier `before` by the old rules and in `after` by the new ones; empty where in none.

    `region` is None where it was not proved within the budget whether there are such customers. It is of those whose
    levels follow from their fields; of others, to whom the ledger gives levels, only where there are none of those.
    `example` is one of them, also where the budget did not do for a region.
    """

    before: str
    after: str
    region: Boxes | None
    example: Customer | None = None


def regions_differ(
    old: RuleSet,
    new: RuleSet,
    *,
    days: Sequence[date] | None = None,
    budget: int = BUDGET,
    most: int = 12,
) -> tuple[Difference, ...]:
    """Return every move from one tier to another, in the order of the tiers; tiers are the same by their ids.

    Where the two versions differ in what an empty cell of a field means, only filled cells of it are compared. Of a
    dimension that the two define differently the ledger gives both the level of one id, or neither a level. Raises
    `ValueError` where a field of both has two kinds. `days`, `budget` as for `Prover`; at most `most` boxes are told
    of each move.
    """
    compared = _Compared(old, new, days, budget)
    moves = product(("", *old.tiers), ("", *new.tiers))
    found = (compared.difference(before, after, most) for before, after in moves if before != after)
    return tuple(difference for difference in found if difference is not None)


class _Compared:
    """The two versions over one space of customers, which is that of the new one and of what the old one adds."""

    def __init__(self, old: RuleSet, new: RuleSet, days: Sequence[date] | None, budget: int) -> None:
        self.apart = [name for name, d in old.dimensions.items() if new.dimensions.get(name, d) != d]
        self.old = _renamed(old, {name: _OLD + name for name in (*self.apart, *old.scores)})
        joined = replace(
            new,
            fields=_joined(old.fields, new.fields),
            dimensions={**self.old.dimensions, **new.dimensions},
            scores={**self.old.scores, **new.scores},
            assume=tuple(dict.fromkeys((*old.assume, *new.assume))),
        )
        self.prover = Prover(joined, further=conditions_of(self.old), days=days, budget=budget)
        self._beside: dict[int, Terms] = {}

    def difference(self, before: str, after: str, most: int) -> Difference | None:
        """Return one move, None where nobody makes it."""
        asked = self._asked(before, after)
        found = self.prover.find(asked)
        if found is None:
            return None
        if isinstance(found, NotProved):
            return Difference(before, after, None)
        region = boxes(self.prover, asked, within=_without_levels, most=most)
        if region.is_whole and not region.boxes:
            region = boxes(self.prover, asked, most=most)
        return Difference(before, after, region, found)

    def _asked(self, before: str, after: str) -> Asked:
        def asked(terms: Terms) -> Formula:
            beside = self._beside.setdefault(id(terms), Terms(terms.space, beside=(self.old, terms)))
            told = (_given_to_both(terms, name) for name in self.apart)
            return both(_ends(beside, before), _ends(terms, after), *told)

        return asked


def _given_to_both(terms: Terms, name: str) -> Formula:
    """Return that the ledger gives both versions of a dimension the level of one id, or neither a level."""
    new, old = ([level.id for level in terms.rule_set.dimensions[n].levels] for n in (name, _OLD + name))
    pairs = [(0, 0), *((old.index(level) + 1, new.index(level) + 1) for level in new if level in old)]
    return either(*(both(terms.given(_OLD + name, (was,)), terms.given(name, (now,))) for was, now in pairs))


def _without_levels(terms: Terms) -> Formula:
    """Return that the ledger gives no level: then boxes need not say twice, of fields and of levels, who moves."""
    return both(*(terms.given(name, (0,)) for name in terms.rule_set.dimensions))


def _ends(terms: Terms, tier: str) -> Formula:
    return terms.reaches((tier,)) if tier else terms.no_tier()


def _joined(old: Mapping[str, Field], new: Mapping[str, Field]) -> dict[str, Field]:
    """Return the fields of both; of an empty cell that means two things nothing is asked."""
    found = dict(old) | dict(new)
    for name in set(old) & set(new):
        if old[name].spec.kind != new[name].spec.kind:
            raise ValueError(f"{name}: {old[name].spec.kind} and {new[name].spec.kind}")
        if old[name].missing != new[name].missing:
            found[name] = replace(new[name], missing=Policy("unknown"))
        values = tuple(dict.fromkeys((*old[name].spec.values, *new[name].spec.values)))
        found[name] = replace(found[name], spec=replace(new[name].spec, values=values))
    return found


def _renamed(rule_set: RuleSet, names: Mapping[str, str]) -> RuleSet:
    """Return a rule set with some of its dimensions and scores under other names, wherever they are named."""

    def name(id: str) -> str:
        return names.get(id, id)

    def condition(when: Condition) -> Condition:
        if isinstance(when, Atom):
            return Atom(name(when.subject), when.test)
        if isinstance(when, Not):
            return Not(condition(when.part))
        parts = tuple(condition(part) for part in when.parts)
        return All(parts) if isinstance(when, All) else Any(parts)

    def dimension(known: Dimension) -> Dimension:
        levels = tuple(replace(level, when=condition(level.when)) for level in known.levels)
        return replace(known, id=name(known.id), levels=levels)

    def score(known: Score) -> Score:
        return replace(known, id=name(known.id), dimensions=tuple(map(name, known.dimensions)))

    matrix = rule_set.matrix
    return replace(
        rule_set,
        dimensions={name(d.id): dimension(d) for d in rule_set.dimensions.values()},
        scores={name(s.id): score(s) for s in rule_set.scores.values()},
        rules=tuple(replace(rule, when=condition(rule.when)) for rule in rule_set.rules),
        tags=tuple(replace(tag, when=condition(tag.when)) for tag in rule_set.tags),
        matrix=matrix and replace(matrix, rows=name(matrix.rows), cols=name(matrix.cols)),
    )

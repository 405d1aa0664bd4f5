"""Finding a customer of whom something is true, or proving that there is none, whatever the as-of date.

What can be asked is in `crmtool.rules.proving.terms`; regions in few boxes in `crmtool.rules.proving.boxes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from crmtool.rules.conditions import Condition
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.customers import Customer, a_point, customer_at
from crmtool.rules.proving.days import typical_days
from crmtool.rules.proving.formulas import Formula, Points, both, variables
from crmtool.rules.proving.possible import possible
from crmtool.rules.proving.search import BUDGET, IN_ALL, OutOfBudgetError, Search
from crmtool.rules.proving.space import Space
from crmtool.rules.proving.terms import Asked, Terms


@dataclass(frozen=True, slots=True)
class NotProved:
    """The question was given up after `steps` steps: neither a customer was found nor that there is none."""

    steps: int


class Day:
    """A rule set on one as-of date: what can be asked of it, and which customers there can be."""

    def __init__(self, rule_set: RuleSet, as_of: date, further: Sequence[Condition]) -> None:
        self.as_of = as_of
        self.space = Space(rule_set, as_of, further)
        self.terms = Terms(self.space)

    @cached_property
    def possible(self) -> Formula:
        """That the points of all variables together are those of one customer."""
        return possible(self.terms)

    def first(
        self, formula: Formula, search: Search, held: Mapping[int, Points] | None = None
    ) -> list[Points] | None:
        """Return a box of possible customers of whom a statement is true; None proves that there is none.

        `held` are the points that some variables are held to.
        """
        whole = both(formula, self.possible, *self.terms.definitions.values())
        points = self.space.all_points()
        for variable, at in (held or {}).items():
            points[variable] &= at
            if not points[variable]:
                return None
        levels = [v for v, known in enumerate(self.space.variables) if known.aspect == "level"]
        if not levels:
            return search.first(whole, points)
        # A customer whose levels follow from the figures is easier to follow than one with given levels.
        plain = [each & 1 if v in levels else each for v, each in enumerate(points)]
        found = search.first(whole, plain) if all(plain) else None
        return found or search.first(whole, points)

    def variables(self, formula: Formula) -> frozenset[int]:
        """Return the variables of fields and given levels that a statement speaks of, those behind levels included."""
        seen, todo = set[int](), set(variables(formula))
        while todo:
            variable = todo.pop()
            if variable not in seen:
                seen.add(variable)
                if variable in self.terms.definitions:
                    todo |= variables(self.terms.definitions[variable])
        return frozenset(v for v in seen if v < len(self.space.variables))

    def subjects(self, formula: Formula, point: Sequence[int]) -> frozenset[str]:
        """Return the fields and dimensions that a statement about one customer speaks of.

        Those behind a dimension's level are among them, unless this customer's level is given.
        """
        base, seen = len(self.space.variables), set[int]()
        todo = set(variables(formula))
        while todo:
            variable = todo.pop()
            if variable not in seen:
                seen.add(variable)
                given = self.terms.given_variable(variable)
                if given is not None and point[given]:
                    todo.add(given)
                elif variable in self.terms.definitions:
                    todo |= variables(self.terms.definitions[variable])
        return frozenset(self.space.variables[v].subject for v in seen if v < base)


class Prover:
    """Answers questions about one rule set; `further` are conditions that are asked about but not in it.

    `days` are the as-of dates that are looked at: by default one for each order in which the rule set's spans
    can lie, so that an answer holds on every day. A question takes at most `budget` steps on each of them, all
    questions together `IN_ALL` times as many: the same questions in the same order have the same answers.
    """

    def __init__(
        self,
        rule_set: RuleSet,
        *,
        further: Sequence[Condition] = (),
        days: Sequence[date] | None = None,
        budget: int = BUDGET,
    ) -> None:
        self.rule_set, self.budget, self.left = rule_set, budget, IN_ALL * budget
        self.days = tuple(
            Day(rule_set, day, further) for day in (typical_days(rule_set) if days is None else days)
        )

    @contextmanager
    def search(self) -> Iterator[Search]:
        """Give a search for one question, and keep account of the steps that it took."""
        search = Search(min(self.budget, self.left))
        try:
            yield search
        finally:
            self.left -= search.taken

    def find(self, asked: Asked) -> Customer | NotProved | None:
        """Return a customer of whom a statement is true, or None: the proof that there is none.

        An empty cell of the customer is one whose meaning the rule set's `missing:` says; fields that the
        ledger lacks altogether are not looked at.
        """
        given_up = False
        for day in self.days:
            formula = asked(day.terms)
            try:
                with self.search() as search:
                    box = day.first(formula, search)
            except OutOfBudgetError:
                given_up = True
                continue
            if box is not None:
                point = a_point(day.terms, box)
                return customer_at(day.terms, point, day.subjects(formula, point))
        return NotProved(self.budget) if given_up else None

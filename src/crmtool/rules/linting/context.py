"""One rules file that is being linted: its rule set, its nodes, and a prover to ask.

What is asked is left to the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from crmtool.errors import Finding
from crmtool.rules.language.nodes import MapNode, Node
from crmtool.rules.language.source import parse_yaml
from crmtool.rules.linting.model import CODES, LintFinding
from crmtool.rules.linting.places import Located, Places, Statement, located
from crmtool.rules.model import Level, Rule, RuleSet, Tag
from crmtool.rules.proving.boxes import Boxes, boxes
from crmtool.rules.proving.customers import Customer
from crmtool.rules.proving.prove import NotProved, Prover
from crmtool.rules.proving.search import BUDGET
from crmtool.rules.proving.terms import Asked

#: Letters of a condition that are quoted.
_LONGEST_QUOTED = 100


@dataclass
class Context:
    """A rules file as text and as a rule set; `whole` is the rule set before anything was left out of it."""

    text: str
    file: str
    whole: RuleSet
    rule_set: RuleSet
    budget: int = BUDGET
    given_up: list[LintFinding] = field(default_factory=list)

    @cached_property
    def places(self) -> Places:
        """Where everything stands."""
        return Places(cast(MapNode, parse_yaml(self.text, self.file)))

    @cached_property
    def prover(self) -> Prover:
        """What answers questions about the rule set."""
        return Prover(self.rule_set, budget=self.budget)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every condition of the rule set with its place, in file order; what was left out is not among them."""
        found = []
        for kind, index, owner, node, when in self.places.statements():
            known = _entries(self.whole, kind, owner)[index]
            if known in _entries(self.rule_set, kind, owner):
                found.append(Statement(kind, known.id, node, located(known.when, when), owner))
        return tuple(found)

    def statement(self, kind: str, id: str, owner: str = "") -> Statement:
        """Return one condition by its id."""
        return next(s for s in self.statements if (s.kind, s.id, s.owner) == (kind, id, owner))

    def is_there(self, asked: Asked, code: str, where: Node, *, otherwise: bool) -> bool:
        """Say whether there is a customer of whom a statement is true.

        Where that was not proved within the budget, the finding that says so is kept in `given_up`, and
        `otherwise` is returned: the answer that makes no finding.
        """
        found = self.prover.find(asked)
        if isinstance(found, NotProved):
            self.give_up(code, where)
            return otherwise
        return found is not None

    def give_up(self, code: str, where: Node) -> None:
        """Keep that a question of a code was given up at a node."""
        cell = f"{where.place.line}:{where.place.column}"
        found = Finding("lint-not-proved", file=self.file, cell=cell, params={"lint": code})
        self.given_up.append(LintFinding(code, found, is_proved=False))

    def quoted(self, where: Located) -> str:
        """Return a condition as it stands in the file, on one line."""
        lines = (line.partition(" #")[0] for line in self.text[where.start : where.end].splitlines())
        text = " ".join(" ".join(lines).split())
        return text if len(text) <= _LONGEST_QUOTED else text[: _LONGEST_QUOTED - 1] + "…"

    def finding(
        self,
        sentence: str,
        where: Node,
        *,
        region: Boxes | None = None,
        examples: tuple[Customer, ...] = (),
        suggestion: str = "",
        **params: object,
    ) -> LintFinding:
        """Return a finding at a node."""
        texts = {key: str(value) for key, value in params.items()}
        cell = f"{where.place.line}:{where.place.column}"
        found = Finding(sentence, file=self.file, cell=cell, params=texts)
        return LintFinding(CODES[sentence], found, region, examples, suggestion)

    def region(self, asked: Asked, within: Asked | None = None, most: int = 12) -> Boxes:
        """Return where a statement is true, in few boxes."""
        return boxes(self.prover, asked, within=within, most=most)


def _entries(rule_set: RuleSet, kind: str, owner: str) -> Sequence[Rule | Tag | Level]:
    if kind == "level":
        return rule_set.dimensions[owner].levels
    return rule_set.rules if kind == "rule" else rule_set.tags

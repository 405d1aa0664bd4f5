"""Why each customer is where they are: a sentence with the values and the tests, one pattern per class.

What the tests come to is in `crmtool.rules.telling.proofs`, how a cell reads in `crmtool.rules.telling.celltexts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from crmtool.ledger.ledger import EMPTY, READ, UNREAD
from crmtool.messages import Lang
from crmtool.rules.arrays import in_row_order, rows_by_class
from crmtool.rules.conditions import Atom, Condition, OneOf, Range
from crmtool.rules.judging.cells import DATED
from crmtool.rules.judging.judge import CustomerClass, Judgement, Judging, Verdict
from crmtool.rules.judging.meanings import Meaning
from crmtool.rules.model import Policy, Rule, RuleSet
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.proofs import Fact, proof
from crmtool.rules.telling.words import (
    assumed_text,
    atom_names,
    criterion_text,
    kind_of,
    label_of,
    level_labels,
    number_text,
    phrase,
    symbol_text,
    tier_labels,
)


@dataclass(frozen=True, slots=True)
class CellOf:
    """The place of a customer's own value in a pattern; `since`: a day from which a span is counted."""

    field: str
    since: bool = False


#: A sentence with places for a customer's values.
Pattern = tuple[str | CellOf, ...]


def reasons(judgement: Judgement, texts: CellTexts, lang: Lang) -> pa.Array:
    """Return the reason of each customer (string, in order of the rows), as the rules give it.

    Given tiers, locks and what is printed for the undecided are left to `crmtool.rules.deciding.decide`.
    """
    wording = Reasoning(judgement.judging, lang, texts.counted)
    return filled([wording.reason(kind) for kind in judgement.kinds], judgement.classes, texts)


def filled(patterns: Sequence[Pattern], classes: pa.Array, texts: CellTexts) -> pa.Array:
    """Return each row's pattern with its own values in it; an empty pattern gives null.

    `classes` (int64) says which pattern each row has.
    """
    order, starts = rows_by_class(classes, len(patterns))
    pieces: list[pa.Array] = []
    for number, pattern in enumerate(patterns):
        rows = pa.array(order[starts[number] : starts[number + 1]])
        if len(rows):
            pieces.append(_joined(pattern, rows, texts))
    return in_row_order(pieces, order)


def _joined(pattern: Pattern, rows: pa.Array, texts: CellTexts) -> pa.Array:
    if not pattern:
        return pa.nulls(len(rows), pa.string())
    if all(isinstance(part, str) for part in pattern):
        return pa.repeat("".join(str(part) for part in pattern), len(rows))
    parts = [p if isinstance(p, str) else texts.of(p.field, since=p.since).take(rows) for p in pattern]
    return pc.binary_join_element_wise(*parts, "")


class Reasoning:
    """Words for what a rule set's judging came to, in one language.

    Where `counted` fields cannot be read, it is the rows they are counted from that are to be cleared up.
    """

    def __init__(self, judging: Judging, lang: Lang, counted: frozenset[str] = frozenset()) -> None:
        self.judging, self.lang, self.counted = judging, lang, counted
        self.rule_set: RuleSet = judging.rule_set
        self.rules = {rule.id: rule for rule in self.rule_set.rules}

    def say(self, key: str, **params: object) -> str:
        """Return a phrase in this language."""
        return phrase(key, self.lang, **params)

    def reason(self, kind: CustomerClass) -> Pattern:
        """Return why a class of customers is in its tier, or what keeps it from being decided."""
        verdict = kind.verdict
        if not verdict.is_decided:
            return (self.undecided(kind),)
        body = self._of_matrix(kind) if self.rule_set.matrix else self._of_rules(kind)
        return (*body, *([self.say("flag", flag=verdict.flag)] if verdict.flag else []))

    # -- decided ---------------------------------------------------------------------------------------------

    def _of_rules(self, kind: CustomerClass) -> Pattern:
        verdict, shown = kind.verdict, self._dimensions(kind)
        rules = [self.rules[rule] for rule in verdict.rules if rule in self.rules]
        for rule in rules:  # of several that end in this tier, one may hold whatever is unknown
            told = self._condition(rule.when, kind.meaning, verdict)
            if told is not None:
                return (*self._sentence([*shown, told]), self._by(rule))
        tier = tier_labels(self.rule_set, [verdict.tier])[0]
        open_fields = self._open_fields(kind)
        if open_fields:
            said = self.say("whatever", fields=open_fields, tier=tier)
        else:
            said = self.say("by-several", rules=self.say("comma").join(r.id for r in rules), tier=tier)
        return self._sentence([*shown, (said,)]) + tuple(
            self._by(rule) for rule in rules[:1] if len(rules) == 1
        )

    def _of_matrix(self, kind: CustomerClass) -> Pattern:
        said = self._dimensions(kind)
        if len(kind.verdict.rules) != 1:
            tier = tier_labels(self.rule_set, [kind.verdict.tier])[0]
            said.append((self.say("whatever", fields=self._open_fields(kind), tier=tier),))
        return self._sentence(said)

    def _by(self, rule: Rule) -> str:
        return self.say("by-source" if rule.origin == "source" else "by-resolution", rule=rule.id)

    def _open_fields(self, kind: CustomerClass) -> str:
        """Name the unknown fields that the rules would look at."""
        diagrams = self.judging.outcomes.diagrams
        node = diagrams.restrict(self.judging.held(self.judging.outcome, kind.meaning), kind.meaning.points)
        asked = {self.judging.outcomes.variables[v].subject for v in diagrams.support(node)}
        fields = [f for f in self.rule_set.fields if f in asked] or [
            f for f in self.rule_set.fields if f in kind.meaning.unknown
        ]
        return self.say("comma").join(label_of(self.rule_set, f, self.lang) for f in fields)

    def _condition(self, condition: Condition, meaning: Meaning, verdict: Verdict) -> Pattern | None:
        facts = proof(self.judging, condition, meaning)
        if not facts:
            return None
        return self._sentence([self.fact(fact, meaning, verdict) for fact in dict.fromkeys(facts)])

    def fact(self, fact: Fact, meaning: Meaning, verdict: Verdict | None = None) -> Pattern:
        """Return one test with the customer's value in it."""
        atom = fact.atom
        label = label_of(self.rule_set, atom.subject, self.lang)
        kind = kind_of(self.rule_set, atom.subject)
        value = self._value(atom, meaning, verdict)
        if fact.holds is False:
            test = criterion_text(atom.test, kind, self.lang, atom_names(self.rule_set, atom))
            return self._around("fact-not", label, value, test)
        if value and not isinstance(atom.test, OneOf):
            return self._around("fact", label, value, symbol_text(atom.test, kind, self.lang))
        if value:
            return (f"{label} ", *value)
        return (f"{label} {symbol_text(atom.test, kind, self.lang, atom_names(self.rule_set, atom))}",)

    def _around(self, key: str, label: str, value: Pattern, test: str) -> Pattern:
        before, after = self.say(key, label=label, value="\0", test=test).split("\0")
        return (before, *value, after) if value else (before.rstrip() + after,)

    def _value(self, atom: Atom, meaning: Meaning, verdict: Verdict | None) -> Pattern:
        if atom.subject in self.rule_set.dimensions:
            levels = verdict.levels.get(atom.subject, ()) if verdict else ()
            return (
                (self.say("or-value").join(level_labels(self.rule_set, atom.subject, levels)),)
                if levels
                else ()
            )
        if atom.subject in self.rule_set.scores:
            score = verdict.scores.get(atom.subject) if verdict else None
            return (number_text(score),) if isinstance(score, Fraction) else ()
        policy = meaning.policies.get(atom.subject)
        if policy is not None and policy.kind != "unknown":
            return (self.assumed(policy, atom.subject),)
        is_span = kind_of(self.rule_set, atom.subject) in DATED and isinstance(atom.test, Range)
        return (CellOf(atom.subject, since=is_span),)

    def assumed(self, policy: Policy, field: str) -> str:
        """Return what an empty cell was taken as."""
        return assumed_text(policy, self.rule_set.fields[field].spec.kind, self.lang)

    # -- dimensions ------------------------------------------------------------------------------------------

    def _dimensions(self, kind: CustomerClass) -> list[Pattern]:
        matrix = self.rule_set.matrix
        used = [matrix.rows, matrix.cols] if matrix else []
        used += [d for score in self.rule_set.scores.values() for d in score.dimensions]
        return [self.level(dimension, kind) for dimension in dict.fromkeys(used)]

    def level(self, dimension: str, kind: CustomerClass) -> Pattern:
        """Return a dimension's level with what proves it."""
        levels = kind.verdict.levels[dimension]
        label = label_of(self.rule_set, dimension, self.lang)
        names = self.say("or-value").join(level_labels(self.rule_set, dimension, levels))
        if not levels or self.judging.is_left_out(dimension):
            return (
                self.say(
                    "level-left-out" if self.judging.is_left_out(dimension) else "level-none", dimension=label
                ),
            )
        if len(levels) > 1:
            return (self.say("level-open", dimension=label, levels=names),)
        if dimension in kind.given:
            return (self.say("level-given", dimension=label, level=names),)
        when = next(x.when for x in self.rule_set.dimensions[dimension].levels if x.id == levels[0])
        told = self._condition(when, kind.meaning, kind.verdict)
        if told is None:
            return (self.say("level", dimension=label, level=names),)
        before, after = self.say("level-by", dimension=label, level=names, proof="\0").split("\0")
        return (before, *told, after) if after else (before, *told)

    def _sentence(self, parts: Sequence[Pattern]) -> Pattern:
        joined: list[str | CellOf] = []
        for number, part in enumerate(parts):
            joined += [self.say("semicolon")] if number else []
            joined += part
        return tuple(joined)

    # -- undecided -------------------------------------------------------------------------------------------

    def undecided(self, kind: CustomerClass) -> str:
        """Return which tiers are possible, and what would decide."""
        verdict = kind.verdict
        if not verdict.possible:
            return self.say("no-rule")
        tiers = self.say("or").join(tier_labels(self.rule_set, verdict.possible))
        said = self.say("could-be", tiers=tiers)
        if verdict.has_gap:
            said = self.say("could-be-none", tiers=said)
        asked: dict[str, list[str]] = {"fill-in": [], "mend": [], "mend-rows": [], "narrow": []}
        for field in verdict.missing:
            asked.get(self._remedy(field, kind), []).append(self.asked_label(field))
        changes = [
            self.say(key, fields=self.say("comma").join(dict.fromkeys(labels)))
            for key, labels in asked.items()
            if labels
        ]
        if changes:
            said += self.say("semicolon") + self.say("to-decide", changes=self.say("and-do").join(changes))
        return said

    def _remedy(self, field: str, kind: CustomerClass) -> str:
        """Return what makes a field known: a key of the messages, or "" where it is known."""
        mend = "mend-rows" if field in self.counted else "mend"
        state = kind.readings.get(field, (EMPTY, 0, 0))[0]
        return {EMPTY: "fill-in", UNREAD: mend, READ: "narrow"}.get(state, "")

    def asked_label(self, field: str) -> str:
        """Return what to ask for: the field, or the level column that the ledger has in its place."""
        return label_of(self.rule_set, self.judging.asked_for(field), self.lang)

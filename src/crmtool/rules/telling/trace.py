"""One customer's whole story: values, rules with each of their tests, why not each higher tier, what moves.

The same judge and the same words as for a whole ledger; printing is left to `crmtool.cli`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import numpy as np

from crmtool.ledger.ledger import EMPTY, Table
from crmtool.messages import Lang
from crmtool.rules.cases import Cases
from crmtool.rules.conditions import Range, atoms
from crmtool.rules.judging.cells import DATED
from crmtool.rules.judging.classes import collect
from crmtool.rules.judging.judge import CustomerClass, Judgement, Verdict
from crmtool.rules.model import RuleSet
from crmtool.rules.telling.advice import Advice
from crmtool.rules.telling.celltexts import CellTexts
from crmtool.rules.telling.proofs import Fact
from crmtool.rules.telling.reasons import CellOf, Pattern, Reasoning
from crmtool.rules.telling.tracefacts import CellTrace, ConditionTrace, DimensionTrace, Obstacle, Tracing
from crmtool.rules.telling.words import (
    assumed_text,
    atom_text,
    label_of,
    level_labels,
    number_text,
    phrase,
    tier_labels,
)

LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True)
class Trace:
    """One customer's story; `trace_lines` puts it into words. `next` has both languages."""

    row: int
    kind: CustomerClass
    reason: Pattern
    reason_en: Pattern
    cells: tuple[CellTrace, ...]
    dimensions: tuple[DimensionTrace, ...]
    rules: tuple[ConditionTrace, ...]
    obstacles: tuple[Obstacle, ...]
    tags: tuple[tuple[str, bool | None], ...]
    next_tier: str
    next: tuple[str, str]

    @property
    def verdict(self) -> Verdict:
        """Return the verdict of the customer's class."""
        return self.kind.verdict


def trace(
    cases: Cases, rule_set: RuleSet, judgement: Judgement, row: int, as_of: date, customers: Table | None
) -> Trace:
    """Return the whole story of the customer at position `row` (0-based, the ledger's order)."""
    number: int = judgement.classes[row].as_py()
    kind = judgement.kinds[number]
    one = replace(cases, frame=collect(cases.frame, []).slice(row, 1))
    own = None if customers is None else replace(customers, frame=customers.frame.iloc[[row]])
    texts = {lang: CellTexts(one, rule_set, own, lang) for lang in LANGS}
    words = {lang: Reasoning(judgement.judging, lang, texts[lang].counted) for lang in LANGS}
    advised = [
        Advice(judgement, texts[lang], as_of, lang).of_class(kind, np.zeros(1, np.int64)) for lang in LANGS
    ]
    tracing = Tracing(judgement, kind)
    return Trace(
        row,
        kind,
        words["zh"].reason(kind),
        words["en"].reason(kind),
        tuple(_cell(field, texts, kind, cases) for field in _fields(rule_set)),
        tuple(tracing.dimension(dimension) for dimension in rule_set.dimensions),
        tuple(tracing.rule(rule) for rule in rule_set.rules),
        tuple(tracing.obstacles()),
        tuple((tag.id, _truth(judgement.tags[tag.id][row].as_py())) for tag in rule_set.tags),
        advised[0][0][0].as_py() or "",
        (advised[0][1][0].as_py() or "", advised[1][1][0].as_py() or ""),
    )


def _truth(held: int | None) -> bool | None:
    return None if held is None else bool(held)


def _fields(rule_set: RuleSet) -> Iterable[str]:
    """Return the fields that something tests, in the rule set's order."""
    conditions = [rule.when for rule in rule_set.rules] + [tag.when for tag in rule_set.tags]
    conditions += [level.when for dimension in rule_set.dimensions.values() for level in dimension.levels]
    policies = [p for f in rule_set.fields.values() for p in (f.missing, f.absent)]
    conditions += [condition for policy in policies for condition, _ in policy.cases]
    tested = {atom.subject for condition in conditions for atom in atoms(condition)}
    return [field for field in rule_set.fields if field in tested]


def _cell(field: str, texts: dict[Lang, CellTexts], kind: CustomerClass, cases: Cases) -> CellTrace:
    state = kind.readings.get(field, (EMPTY, 0, 0))[0]
    zh, en = (texts[lang].of(field)[0].as_py() for lang in LANGS)
    return CellTrace(field, zh, en, state != EMPTY, field in cases.absent, kind.meaning.policies.get(field))


# -- in words ----------------------------------------------------------------------------------------------


def trace_lines(trace: Trace, rule_set: RuleSet, lang: Lang) -> tuple[str, ...]:
    """Return a trace as lines: result, reason, values, dimensions, rules, obstacles, tags, what moves."""
    return tuple(_Lines(trace, rule_set, lang).all())


class _Lines:
    def __init__(self, trace: Trace, rule_set: RuleSet, lang: Lang) -> None:
        self.trace, self.rule_set, self.lang = trace, rule_set, lang
        self.cells = {cell.field: cell for cell in trace.cells}

    def say(self, key: str, **params: object) -> str:
        return phrase(key, self.lang, **params)

    def all(self) -> Iterable[str]:
        trace, verdict = self.trace, self.trace.verdict
        tiers = tier_labels(self.rule_set, [verdict.tier] if verdict.tier else [])
        yield self.say("trace-tier", tier=tiers[0] if tiers else self.rule_set.unknown_label)
        yield self.say(
            "trace-reason", reason=self._filled(trace.reason if self.lang == "zh" else trace.reason_en)
        )
        yield self.say("trace-values")
        yield from (f"  {self._cell(cell)}" for cell in trace.cells)
        if trace.dimensions:
            yield self.say("trace-dimensions")
            yield from (line for dimension in trace.dimensions for line in self._dimension(dimension))
        yield from (self._score(score, value) for score, value in verdict.scores.items())
        if trace.rules:
            yield self.say("trace-rules")
            yield from (line for rule in trace.rules for line in self._rule(rule))
        if trace.obstacles:
            yield self.say("trace-why-not")
            yield from (f"  {self._obstacle(obstacle)}" for obstacle in trace.obstacles)
        if trace.tags:
            yield self.say("trace-tags")
            yield from (f"  {self._mark(holds)} {self._tag(tag)}" for tag, holds in trace.tags)
        lacking = trace.next[LANGS.index(self.lang)]
        if lacking:
            yield lacking

    def _filled(self, pattern: Pattern) -> str:
        return "".join(self._part(part) for part in pattern)

    def _part(self, part: str | CellOf) -> str:
        if isinstance(part, str):
            return part
        cell = self.cells[part.field]
        text = cell.zh if self.lang == "zh" else cell.en
        is_day = (
            self.rule_set.fields[part.field].spec.kind in DATED and text[:4].isdigit() and text[4:5] == "-"
        )
        return self.say("since", day=text) if part.since and is_day else text

    def _cell(self, cell: CellTrace) -> str:
        said = f"{label_of(self.rule_set, cell.field, self.lang)} {cell.zh if self.lang == 'zh' else cell.en}"
        if cell.is_absent:
            said = self.say("trace-no-column", label=label_of(self.rule_set, cell.field, self.lang))
        assumed = self._assumed(cell)
        return said + self.say("trace-assumed", meaning=assumed) if assumed else said

    def _assumed(self, cell: CellTrace) -> str:
        """Return what an empty cell was taken as; empty where nothing was assumed."""
        if cell.policy is None or cell.policy.kind in ("unknown", "error"):
            return ""
        return assumed_text(cell.policy, self.rule_set.fields[cell.field].spec.kind, self.lang)

    def _mark(self, holds: bool | None, *, is_ignored: bool = False) -> str:
        return "-" if is_ignored else {True: "√", False: "×", None: "?"}[holds]

    def _tests(self, tests: Sequence[Fact], indent: str) -> Iterable[str]:
        for fact in tests:
            mark = self._mark(fact.holds, is_ignored=fact.is_ignored)
            yield f"{indent}{mark} {atom_text(fact.atom, self.rule_set, self.lang)}"

    def _dimension(self, told: DimensionTrace) -> Iterable[str]:
        label = label_of(self.rule_set, told.id, self.lang)
        names = self.say("or-value").join(level_labels(self.rule_set, told.id, told.levels))
        if told.is_left_out:
            yield "  " + self.say("level-left-out", dimension=label)
            return
        if told.is_given:
            yield "  " + self.say("level-given", dimension=label, level=names)
            return
        key = "level-none" if not told.levels else "level" if len(told.levels) == 1 else "level-open"
        yield "  " + self.say(key, dimension=label, level=names, levels=names)
        for condition in told.conditions:
            yield f"    {self._mark(condition.holds)} {level_labels(self.rule_set, told.id, [condition.id])[0]}"
            yield from self._tests(condition.tests, "      ")

    def _score(self, score: str, value: Fraction | None) -> str:
        shown = "?" if value is None else number_text(value)
        return f"{label_of(self.rule_set, score, self.lang)} {shown}"

    def _rule(self, told: ConditionTrace) -> Iterable[str]:
        tier = tier_labels(self.rule_set, [told.tier])[0]
        by = self.say("by-source" if told.origin == "source" else "by-resolution", rule=told.id)
        yield f"  {self._mark(told.holds)} {tier}{by}"
        yield from self._tests(told.tests, "    ")

    def _obstacle(self, told: Obstacle) -> str:
        tier = tier_labels(self.rule_set, [told.tier])[0]
        if told.preceded_by:
            return self.say("not-preceded", tier=tier, way=told.way, rule=told.preceded_by)
        lacking = [self._failed(fact) for fact in told.facts]
        for dimension, level in told.levels:
            has = self.say("or-value").join(
                level_labels(self.rule_set, dimension, self.trace.verdict.levels[dimension])
            )
            wanted = level_labels(self.rule_set, dimension, [level])[0]
            label = label_of(self.rule_set, dimension, self.lang)
            lacking.append(self.say("not-level", dimension=label, level=has, wanted=wanted))
        if not lacking:
            return self.say("not-open", tier=tier, way=told.way)
        return self.say("not-because", tier=tier, way=told.way, lacking=self.say("semicolon").join(lacking))

    def _failed(self, fact: Fact) -> str:
        subject = fact.atom.subject
        value = ""
        if subject in self.cells:
            is_span = isinstance(fact.atom.test, Range)
            value = self._assumed(self.cells[subject]) or self._part(CellOf(subject, since=is_span))
        elif subject in self.trace.verdict.scores:
            score = self.trace.verdict.scores[subject]
            value = "?" if score is None else number_text(score)
        return self.say("not-test", test=atom_text(fact.atom, self.rule_set, self.lang), value=value or "?")

    def _tag(self, tag: str) -> str:
        return next(entry.label for entry in self.rule_set.tags if entry.id == tag)

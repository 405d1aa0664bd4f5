"""Finds what nothing uses, and tiers without an example or a rhythm of visits: W06, W07.

What a rule says twice is in `crmtool.rules.linting.redundant`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmtool.rules.conditions import OneOf, atoms
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.model import RuleSet
from crmtool.rules.proving.days import conditions_of

_PARAM = re.compile(r"\$\s?([a-z][a-z0-9_]*)")


def unused(context: Context) -> Iterator[LintFinding]:
    """Yield W06."""
    rule_set = context.rule_set
    tested = {atom.subject for condition in conditions_of(rule_set) for atom in atoms(condition)}
    declared = context.places.root.get("fields")
    for field in rule_set.fields.values():
        is_declared = context.places.key("fields", field.id) is not declared
        is_used = field.id in tested | _named_elsewhere(rule_set) or set(field.spec.names) & set(
            rule_set.table
        )
        if is_declared and not is_used:
            where = context.places.key("fields", field.id)
            yield context.finding("lint-unused-field", where, id=field.id, label=field.label)
    named = set(_PARAM.findall(context.text))
    for param in rule_set.params.values():
        if param.id not in named:
            where = context.places.key("params", param.id)
            yield context.finding("lint-unused-param", where, id=param.id, label=param.label)
    for score in rule_set.scores.values():
        if score.id not in tested:
            where = context.places.key("scores", score.id)
            yield context.finding("lint-unused-score", where, id=score.id, label=score.label)
    yield from _dimensions(context, tested)


def _named_elsewhere(rule_set: RuleSet) -> set[str]:
    """Return the fields that something other than a condition asks for."""
    named = {name for pair in rule_set.assume for name in pair}
    named |= {line.after for lines in rule_set.cadence.values() for line in lines if line.after}
    for field in rule_set.fields.values():
        named |= {atom.subject for condition, _ in field.absent.cases for atom in atoms(condition)}
        if field.derivation is not None and field.derivation.divisor:
            named.add(field.derivation.divisor)
    return named


def _dimensions(context: Context, tested: set[str]) -> Iterator[LintFinding]:
    rule_set = context.rule_set
    whole = {name for score in rule_set.scores.values() for name in score.dimensions}
    whole |= {rule_set.matrix.rows, rule_set.matrix.cols} if rule_set.matrix else set()
    levels: dict[str, set[str]] = {}
    for condition in conditions_of(rule_set):
        for atom in atoms(condition):
            if isinstance(atom.test, OneOf):
                levels.setdefault(atom.subject, set()).update(atom.test.values)
    for dimension in rule_set.dimensions.values():
        if dimension.id in whole:
            continue
        where = context.places.key("dimensions", dimension.id)
        if dimension.id not in tested:
            yield context.finding("lint-unused-dimension", where, id=dimension.id, label=dimension.label)
            continue
        for level in dimension.levels:
            if level.id not in levels.get(dimension.id, set()):
                at = context.statement("level", level.id, dimension.id).node
                yield context.finding("lint-unused-level", at, id=level.id, label=level.label)


def untold(context: Context) -> Iterator[LintFinding]:
    """Yield W07."""
    rule_set = context.rule_set
    expected = {example.expect.get("tier") for example in rule_set.examples}
    for tier in rule_set.tiers.values():
        where = context.places.key("tiers", tier.id)
        if tier.id not in expected:
            yield context.finding("lint-tier-without-example", where, id=tier.id, tier=tier.label)
        if not rule_set.cadence.get(tier.id):
            yield context.finding("lint-tier-without-cadence", where, id=tier.id, tier=tier.label)

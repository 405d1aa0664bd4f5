"""Finds what can never be: a condition nobody meets, a rule that never decides, a level or tier never reached.

What can be but says nothing new is in `crmtool.rules.linting.redundant`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crmtool.rules.conditions import Any
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.linting.places import Located, Statement
from crmtool.rules.model import Rule
from crmtool.rules.proving.formulas import Formula, both
from crmtool.rules.proving.terms import Terms


def contradictions(context: Context) -> Iterator[LintFinding]:
    """Yield E01 and E02, in file order."""
    for statement in context.statements:
        if not can_hold(context, statement):
            when = context.quoted(statement.when)
            yield context.finding("lint-contradiction", statement.node, id=statement.id, when=when)
            continue
        yield from _dead_alternatives(context, statement.when, statement.id)
        if statement.kind == "rule":
            yield from _never_decides(context, statement)
        elif statement.kind == "level":
            yield from _never_reached(context, statement)
    yield from _tiers(context)


def can_hold(context: Context, statement: Statement) -> bool:
    """Say whether some customer meets a condition."""
    when = statement.when.condition
    return context.is_there(lambda t: t.holds(when), "E01", statement.node, otherwise=True)


def _dead_alternatives(context: Context, where: Located, id: str) -> Iterator[LintFinding]:
    """Yield the alternatives of an `any` that nobody meets, at whatever depth."""
    for part in where.parts:
        if isinstance(where.condition, Any) and len(where.parts) > 1 and not is_met(context, part):
            yield context.finding("lint-dead-alternative", part.node, id=id, when=context.quoted(part))
            continue
        yield from _dead_alternatives(context, part, id)


def is_met(context: Context, part: Located) -> bool:
    """Say whether some customer meets a part of a condition."""
    return context.is_there(lambda t: t.holds(part.condition), "E01", part.node, otherwise=True)


def _never_decides(context: Context, statement: Statement) -> Iterator[LintFinding]:
    if context.rule_set.hit != "first":
        return
    rules = context.rule_set.rules
    place = next(i for i, rule in enumerate(rules) if rule.id == statement.id)
    rule = rules[place]
    if context.is_there(lambda t: t.decides(rule), "E02", statement.node, otherwise=True):
        return
    takers = [other for other in rules[:place] if _shares(context, other, rule, statement)]
    tier = context.rule_set.tiers[rule.tier].label
    named = ", ".join(other.id for other in takers)
    yield context.finding("lint-unreachable-rule", statement.node, id=rule.id, tier=tier, rules=named)


def _shares(context: Context, other: Rule, rule: Rule, statement: Statement) -> bool:
    return context.is_there(
        lambda t: both(t.decides(other), t.holds(rule.when)), "E02", statement.node, otherwise=True
    )


def _never_reached(context: Context, statement: Statement) -> Iterator[LintFinding]:
    def reached(terms: Terms) -> Formula:
        return both(terms.given(statement.owner, (0,)), terms.level(statement.owner, statement.id))

    if not context.is_there(reached, "E02", statement.node, otherwise=True):
        label = context.rule_set.dimensions[statement.owner].label
        yield context.finding("lint-unreachable-level", statement.node, id=statement.id, dimension=label)


def _tiers(context: Context) -> Iterator[LintFinding]:
    """Yield the tiers that nothing names; one that only unreachable rules name is told at these."""
    rule_set = context.rule_set
    named = {rule.tier for rule in rule_set.rules} | {rule_set.default_tier}
    named |= set(rule_set.matrix.cells.values()) if rule_set.matrix else set()
    for tier in rule_set.tiers.values():
        if tier.id not in named:
            node = context.places.key("tiers", tier.id)
            yield context.finding("lint-unreachable-tier", node, id=tier.id, tier=tier.label)

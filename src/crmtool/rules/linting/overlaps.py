"""Finds customers to whom two rules apply: E03 where that is not allowed, W03 where the order hides it.

Customers to whom none applies are in `crmtool.rules.linting.gaps`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from crmtool.rules.conditions import Condition
from crmtool.rules.language.nodes import Node
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.model import Dimension, Level, Rule
from crmtool.rules.proving.formulas import Formula, both, either, no
from crmtool.rules.proving.terms import Asked, Terms


def overlaps(context: Context) -> Iterator[LintFinding]:
    """Yield E03 for each two rules under `hit: unique`, W03 for each rule or level that an earlier one hides in part."""
    rules = context.rule_set.rules
    if context.rule_set.hit == "unique":
        for first, second in combinations(rules, 2):
            yield from _overlap(context, first, second)
    else:
        for place, rule in enumerate(rules):
            yield from _hidden(context, rules[:place], rule)
    for dimension in context.rule_set.dimensions.values():
        yield from _hidden_levels(context, dimension)


def _overlap(context: Context, first: Rule, second: Rule) -> Iterator[LintFinding]:
    def asked(terms: Terms) -> Formula:
        return both(terms.holds(first.when), terms.holds(second.when))

    node = context.statement("rule", second.id).node
    if context.is_there(asked, "E03", node, otherwise=False):
        tiers = context.rule_set.tiers
        yield context.finding(
            "lint-overlap",
            node,
            region=context.region(asked, most=8),
            id=second.id,
            other=first.id,
            tier=tiers[second.tier].label,
            other_tier=tiers[first.tier].label,
        )


def _hidden(context: Context, before: tuple[Rule, ...], rule: Rule) -> Iterator[LintFinding]:
    """Yield a rule that shares customers with earlier ones of other tiers, where neither is the other's special case."""
    node = context.statement("rule", rule.id).node
    hiding = [
        other
        for other in before
        if other.tier != rule.tier and _crosses(context, node, _decided_by(other), other.when, rule.when)
    ]
    if not hiding:
        return

    def asked(terms: Terms) -> Formula:
        return both(terms.holds(rule.when), either(*(terms.decides(other) for other in hiding)))

    labels = [(other.id, context.rule_set.tiers[other.tier].label) for other in hiding]
    yield context.finding(
        "lint-hidden-overlap",
        node,
        region=context.region(asked, most=4),
        id=rule.id,
        tier=context.rule_set.tiers[rule.tier].label,
        others=", ".join(f"{id} {label}" for id, label in labels),
    )


def _hidden_levels(context: Context, dimension: Dimension) -> Iterator[LintFinding]:
    """Yield a level that shares customers with earlier ones, where neither is the other's special case."""
    for place, level in enumerate(dimension.levels):
        node = context.statement("level", level.id, dimension.id).node

        hiding = [
            other
            for other in dimension.levels[:place]
            if _crosses(context, node, _taken_by(dimension, other), other.when, level.when)
        ]
        if hiding:
            yield _hidden_level(context, dimension, level, hiding)


def _hidden_level(
    context: Context, dimension: Dimension, level: Level, hiding: Sequence[Level]
) -> LintFinding:
    def asked(terms: Terms) -> Formula:
        taken = either(*(terms.level(dimension.id, other.id) for other in hiding))
        return both(terms.holds(level.when), taken)

    def by_fields(terms: Terms) -> Formula:
        return both(*(terms.given(name, (0,)) for name in context.rule_set.dimensions))

    return context.finding(
        "lint-hidden-level",
        context.statement("level", level.id, dimension.id).node,
        region=context.region(asked, by_fields),
        dimension=dimension.label,
        level=level.label,
        others="/".join(other.label for other in hiding),
    )


def _decided_by(rule: Rule) -> Asked:
    return lambda terms: terms.decides(rule)


def _taken_by(dimension: Dimension, level: Level) -> Asked:
    return lambda terms: both(terms.given(dimension.id, (0,)), terms.level(dimension.id, level.id))


def _crosses(context: Context, node: Node, takes: Asked, first: Condition, second: Condition) -> bool:
    """Say whether the earlier of two takes customers of the later, and each applies to some without the other."""

    def only(one: Condition, other: Condition) -> bool:
        return context.is_there(
            lambda t: both(t.holds(one), no(t.holds(other))), "W03", node, otherwise=False
        )

    shared = context.is_there(lambda t: both(takes(t), t.holds(second)), "W03", node, otherwise=False)
    return shared and only(first, second) and only(second, first)

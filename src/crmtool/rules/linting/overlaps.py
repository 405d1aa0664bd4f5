"""Finds customers to whom two rules apply: E03 where that is not allowed, W03 where the order hides it.

Customers to whom none applies are in `crmtool.rules.linting.gaps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.model import Rule
from crmtool.rules.proving.formulas import Formula, both, either, no
from crmtool.rules.proving.terms import Terms


def overlaps(context: Context) -> Iterator[LintFinding]:
    """Yield E03 for each two rules under `hit: unique`, W03 for each rule that an earlier one hides in part."""
    rules = context.rule_set.rules
    if context.rule_set.hit == "unique":
        for first, second in combinations(rules, 2):
            yield from _overlap(context, first, second)
    else:
        for place, rule in enumerate(rules):
            yield from _hidden(context, rules[:place], rule)


def _overlap(context: Context, first: Rule, second: Rule) -> Iterator[LintFinding]:
    def asked(terms: Terms) -> Formula:
        return both(terms.holds(first.when), terms.holds(second.when))

    node = context.statement("rule", second.id).node
    if context.is_there(asked, "E03", node, otherwise=False):
        tiers = context.rule_set.tiers
        yield context.finding(
            "lint-overlap",
            node,
            region=context.region(asked),
            id=second.id,
            other=first.id,
            tier=tiers[second.tier].label,
            other_tier=tiers[first.tier].label,
        )


def _hidden(context: Context, before: tuple[Rule, ...], rule: Rule) -> Iterator[LintFinding]:
    """Yield a rule that shares customers with earlier ones of other tiers, where neither is the other's special case."""
    node = context.statement("rule", rule.id).node
    hiding = [other for other in before if other.tier != rule.tier and _crosses(context, other, rule)]
    if not hiding:
        return

    def asked(terms: Terms) -> Formula:
        return both(terms.holds(rule.when), either(*(terms.decides(other) for other in hiding)))

    tiers = context.rule_set.tiers
    yield context.finding(
        "lint-hidden-overlap",
        node,
        region=context.region(asked),
        id=rule.id,
        tier=tiers[rule.tier].label,
        others=", ".join(f"{other.id}（{tiers[other.tier].label}）" for other in hiding),
        others_en=", ".join(f"{other.id} ({tiers[other.tier].label})" for other in hiding),
    )


def _crosses(context: Context, first: Rule, second: Rule) -> bool:
    """Say whether the earlier rule takes customers of the later one, and each applies to some without the other."""
    node = context.statement("rule", second.id).node

    def is_there(one: tuple[Rule, bool], other: tuple[Rule, bool]) -> bool:
        def asked(terms: Terms) -> Formula:
            parts = ((terms.holds(rule.when), holds) for rule, holds in (one, other))
            return both(*(part if holds else no(part) for part, holds in parts))

        return context.is_there(asked, "W03", node, otherwise=False)

    return (
        context.is_there(lambda t: both(t.decides(first), t.holds(second.when)), "W03", node, otherwise=False)
        and is_there((first, True), (second, False))
        and is_there((first, False), (second, True))
    )

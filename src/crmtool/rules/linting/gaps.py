"""Finds customers without a tier, and customers without a level of a dimension: E04, with a rule that would close it.

Customers to whom two rules apply are in `crmtool.rules.linting.overlaps`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crmtool.rules.conditions import atoms
from crmtool.rules.linting.context import Context
from crmtool.rules.linting.model import LintFinding
from crmtool.rules.linting.suggesting import rules_for
from crmtool.rules.proving.boxes import Boxes
from crmtool.rules.proving.formulas import Formula, both, no
from crmtool.rules.proving.terms import Terms


def gaps(context: Context) -> Iterator[LintFinding]:
    """Yield E04 for each dimension, and for the rule set as a whole."""
    for name in context.rule_set.dimensions:
        yield from _of_dimension(context, name)
    yield from _of_tiers(context)


def _of_dimension(context: Context, name: str) -> Iterator[LintFinding]:
    def asked(terms: Terms) -> Formula:
        return both(terms.given(name, (0,)), terms.level(name, None))

    node = context.places.key("dimensions", name)
    if not context.is_there(asked, "E04", node, otherwise=False):
        return

    def inner_levels_told(terms: Terms) -> Formula:
        return both(*(terms.given(other, (0,)) for other in context.rule_set.dimensions))

    label = context.rule_set.dimensions[name].label
    region = context.region(asked, inner_levels_told)
    yield context.finding("lint-level-gap", node, region=region, dimension=label)


def _of_tiers(context: Context) -> Iterator[LintFinding]:
    """Yield that some customers get no tier; those without a level are told at the dimension."""
    rule_set = context.rule_set
    used = _dimensions(context)
    has_levels = [name for name in used if rule_set.dimensions[name].levels]

    def asked(terms: Terms) -> Formula:
        return both(terms.no_tier(), *(no(terms.level(name, None)) for name in has_levels))

    node = context.places.at("matrix" if rule_set.matrix else "rules")
    where = context.places.root.key("matrix" if rule_set.matrix else "rules") or node
    if context.is_there(asked, "E04", where, otherwise=False):
        region = _region(context, asked, has_levels)
        suggestion = "" if rule_set.matrix else rules_for(region)
        count = f"{len(region.boxes)}{'' if region.is_whole else '+'}"
        yield context.finding("lint-gap", where, region=region, suggestion=suggestion, boxes=count)


def _region(context: Context, asked: object, names: list[str]) -> Boxes:
    """Return the gap in levels where only levels decide, else in fields."""
    by_levels = bool(names) and not _tested_fields(context)

    def within(terms: Terms) -> Formula:
        dimensions = context.rule_set.dimensions
        places = {name: range(1, len(dimensions[name].levels) + 1) for name in names if by_levels}
        return both(
            *(terms.given(name, places.get(name, (0,))) for name in dimensions if dimensions[name].levels)
        )

    return context.region(asked, within)  # type: ignore[arg-type]


def _tested_fields(context: Context) -> set[str]:
    tested = {atom.subject for rule in context.rule_set.rules for atom in atoms(rule.when)}
    return tested & set(context.rule_set.fields)


def _dimensions(context: Context) -> list[str]:
    """Return the dimensions that rules, scores in rules, or the matrix look at."""
    rule_set = context.rule_set
    if rule_set.matrix:
        return [rule_set.matrix.rows, rule_set.matrix.cols]
    tested = {atom.subject for rule in rule_set.rules for atom in atoms(rule.when)}
    for score in rule_set.scores.values():
        tested |= set(score.dimensions) if score.id in tested else set()
    return [name for name in rule_set.dimensions if name in tested]

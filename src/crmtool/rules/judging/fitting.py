"""Whether a rule set can judge a ledger at all, by the columns that the ledger has.

Reading the ledger is left to `crmtool.ledger`, judging to `crmtool.rules.judging.judge`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from crmtool.rules.cases import Cases
from crmtool.rules.conditions import atoms
from crmtool.rules.judging.completions import Node
from crmtool.rules.judging.judge import Judging
from crmtool.rules.judging.meanings import meaning_of, unknown_points
from crmtool.rules.model import RuleSet

#: Whether a ledger fits hardly ever depends on the day; any one will do.
_SOME_DAY = date(2024, 6, 30)


def judged_fields(rule_set: RuleSet) -> tuple[str, ...]:
    """Return the fields that rules and dimensions test, in the rule set's order: those that decide tiers."""
    conditions = [rule.when for rule in rule_set.rules]
    conditions += [level.when for dimension in rule_set.dimensions.values() for level in dimension.levels]
    named = {atom.subject for condition in conditions for atom in atoms(condition)}
    return tuple(field for field in rule_set.fields if field in named)


def has_no_column(rule_set: RuleSet, cases: Cases) -> bool:
    """Say whether the ledger has none of the columns that the rules need, neither fields nor levels.

    What is only counted from records of visits, demands or tickets is no column: such records come with the work, and
    do not make a ledger whose tiers are given one that is to be judged.
    """
    told = {field for field, table in cases.derived.items() if table != "orders"}
    return not cases.level_columns and set(judged_fields(rule_set)) <= cases.absent | told


def lacking(rule_set: RuleSet, cases: Cases) -> list[str]:
    """Return the labels of the columns without which nobody can be judged; empty where somebody can.

    A column that is absent but assumed, left out or derived is not lacking.
    """
    judging = Judging(rule_set, _SOME_DAY, cases.absent, cases.level_columns)
    if _can_decide(judging):
        return []
    meaning = meaning_of(judging.outcomes, {}, {})
    absent = [f for f in judged_fields(rule_set) if f in cases.absent and f in meaning.unknown]
    return [rule_set.fields[field].label for field in absent]


def would_fit(rule_set: RuleSet, present: Collection[str]) -> bool:
    """Say whether a ledger with these columns can have customers that the rule set decides.

    `present` has headers or field ids as well as the names of tables that fields are counted from (orders,
    visits, demands, tickets). A dimension counts as present by its label.
    """
    named = frozenset(present)
    absent = frozenset(
        field.id
        for field in rule_set.fields.values()
        if not named & {field.id, *field.spec.names}
        and not (field.derivation is not None and field.derivation.source in named)
    )
    levels = frozenset(d.id for d in rule_set.dimensions.values() if named & {d.id, d.label})
    if not levels and set(judged_fields(rule_set)) <= absent:
        return False
    return _can_decide(Judging(rule_set, _SOME_DAY, absent, levels))


def _can_decide(judging: Judging) -> bool:
    """Say whether some values of the columns that are there end in one tier whatever the others may be."""
    outcomes, diagrams = judging.outcomes, judging.outcomes.diagrams
    meaning = meaning_of(outcomes, {}, {})
    chosen: dict[int, tuple[int, ...]] = {}
    open_points: dict[int, tuple[int, ...]] = {}
    for index, variable in enumerate(outcomes.variables):
        if variable.aspect == "level":
            size = diagrams.sizes[index]
            chosen[index] = tuple(range(size)) if variable.subject in outcomes.level_columns else (0,)
        elif variable.subject in outcomes.absent:
            open_points[index] = meaning.points[index]
        elif variable.aspect == "filled":
            chosen[index] = (0, 1)
        else:
            chosen[index] = unknown_points(outcomes.cells[variable.subject])
    seen: dict[frozenset[Node], bool] = {}

    def decides(nodes: frozenset[Node]) -> bool:
        if nodes not in seen:
            top = min(diagrams.variable_of(node) for node in nodes)
            if top == len(diagrams.sizes):
                seen[nodes] = len(nodes) == 1 and diagrams.values(next(iter(nodes))) != {""}
            elif top in chosen:
                seen[nodes] = any(
                    decides(frozenset(diagrams.child(node, top, point) for node in nodes))
                    for point in chosen[top]
                )
            else:
                points = open_points[top]
                seen[nodes] = decides(
                    frozenset(diagrams.child(n, top, point) for n in nodes for point in points)
                )
        return seen[nodes]

    return decides(frozenset({judging.tier}))

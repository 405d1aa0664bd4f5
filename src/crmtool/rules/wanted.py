"""What a rule set asks of a ledger's headers: its fields, its dimensions given by level, its tier column.

Finding them in a workbook is left to `crmtool.ledger.headers.finding`.
"""

from __future__ import annotations

from crmtool.ledger.fields import FieldSpec, LevelNames
from crmtool.ledger.headers.finding import Wanted
from crmtool.rules.model import Dimension, RuleSet


def wanted_of(rule_set: RuleSet) -> Wanted:
    """Return everything that a ledger's header may name for a rule set.

    A dimension that shares its header with a field (消费频率) is carried by that field; any other dimension gets
    a column of its own under the dimension's id (忠诚度).
    """
    carried = {field.spec.dimension for field in rule_set.fields.values() if field.spec.dimension}
    alone = [level_column(d) for d in rule_set.dimensions.values() if d.id not in carried]
    tiers = tuple(
        LevelNames(tier.id, tier.label, (tier.long,) if tier.long else ()) for tier in rule_set.tiers.values()
    )
    specs = tuple(field.spec for field in rule_set.fields.values())
    return Wanted((*specs, *alone), rule_set.tier_column, tiers, rule_set.unknown_label)


def level_column(dimension: Dimension) -> FieldSpec:
    """Return the column that gives a dimension by its level and by nothing else."""
    return FieldSpec(
        id=dimension.id,
        label=dimension.label,
        kind="text",
        dimension=dimension.id,
        levels=level_names(dimension),
    )


def level_names(dimension: Dimension) -> tuple[LevelNames, ...]:
    """Return a dimension's levels as a ledger may spell them."""
    return tuple(LevelNames(level.id, level.label, level.aliases) for level in dimension.levels)

"""Says what a visit is for, in a line or two: its cadence line's name, then what the tier's strategy asks for.

What is due when is for `crmtool.visits`; this module only puts it into words.
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.rules.model import RuleSet
from crmtool.tables.arrays import array, mapped

#: Characters of a purpose; two lines of the column 回访目的 of the shipped template.
PURPOSE_LENGTH = 40

#: Kinds of visits that are for their occasion, not for the tier's strategy.
_OCCASIONS = ("birthday", "festival")


def purposes(visits: pd.DataFrame, rule_set: RuleSet) -> pa.Array:
    """Return the purpose of each visit: `电话回访 · 提供个性化的专属服务；优先参与增值服务`.

    `visits` has the columns `tier` (an id), `label`, `kind` and `occasion`, as due and planned visits have; the
    result is a string array in their order. Of a strategy the first texts are taken, as many as fit on two
    lines, and at least one. A visit on a birthday or festival names that instead: `节日礼品 · 中秋`. A tier that
    the rule set does not know adds nothing; a visit without a label has the strategy alone, and null where
    there is neither.
    """
    labels = array(visits["label"])
    is_occasion = pc.fill_null(pc.is_in(array(visits["kind"]), value_set=pa.array(_OCCASIONS)), False)
    lengths = pc.fill_null(pc.utf8_length(labels), 0)
    told = pc.if_else(is_occasion, array(visits["occasion"]), _strategies(visits, lengths, rule_set))
    joined = pc.binary_join_element_wise(labels, told, " · ")
    return pc.coalesce(joined, labels, told)


def _strategies(visits: pd.DataFrame, lengths: pa.Array, rule_set: RuleSet) -> pa.Array:
    """Return what fits of each visit's strategy; a text is cut to what room the label leaves it."""
    tiers = array(visits["tier"])
    told = pa.nulls(len(tiers), pa.string())
    for length in pc.unique(lengths).to_pylist():
        texts = {tier: strategy_text(tier, rule_set, PURPOSE_LENGTH - length - 3) for tier in rule_set.tiers}
        told = pc.if_else(pc.equal(lengths, length), mapped(tiers, texts), told)
    return told


def strategy_text(tier: str, rule_set: RuleSet, length: int) -> str:
    """Return the first strategy texts of a tier that fit into `length` characters, joined by ；; at least one.

    Nothing where the rule set has none for the tier.
    """
    actions = [action.text for action in rule_set.strategy.get(tier, ())]
    told = ""
    for action in actions:
        longer = f"{told}；{action}" if told else action
        if told and len(longer) > length:
            break
        told = longer
    return told

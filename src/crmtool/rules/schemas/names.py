"""The names that one rule set has of its own, which a schema for it knows: fields, levels, tiers, parameters.

What is made of them is left to the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmtool.ledger.fields import FieldSpec
from crmtool.rules.language.build import RFM_FIELDS
from crmtool.rules.model import Dimension, RuleSet


@dataclass(frozen=True)
class Names:
    """Names of a rule set; `tiers` and `params` with their labels, to be shown beside them."""

    fields: Mapping[str, FieldSpec]
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    scores: Mapping[str, str] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()

    @property
    def ages(self) -> tuple[str, ...]:
        """Return the fields that an `assume` may name."""
        return tuple(name for name, spec in self.fields.items() if spec.kind == "age")

    @property
    def given(self) -> tuple[str, ...]:
        """Return what an example may give, and what may be missing: fields and dimensions."""
        return (*self.fields, *self.dimensions)

    @property
    def tested(self) -> Mapping[str, FieldSpec]:
        """Return the fields that a test may be on, those of RFM included."""
        names = (*self.fields, *self.dimensions, *self.scores)
        return {**self.fields, **{name: spec for name, spec in RFM_FIELDS.items() if name not in names}}


def names_of(rule_set: RuleSet) -> Names:
    """Return the names of a rule set."""
    kpis = (kpi["id"] for entries in rule_set.plain.get("kpis", {}).values() for kpi in entries)
    return Names(
        {name: known.spec for name, known in rule_set.fields.items() if name not in RFM_FIELDS},
        rule_set.dimensions,
        {name: score.label for name, score in rule_set.scores.items()},
        {name: tier.label for name, tier in rule_set.tiers.items()},
        {name: f"{param.label} = {param.text}" for name, param in rule_set.params.items()},
        tuple(rule.id for rule in rule_set.rules),
        tuple(tag.id for tag in rule_set.tags),
        tuple(dict.fromkeys(kpis)),
    )

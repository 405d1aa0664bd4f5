"""What was decided, for every customer, and what was assumed on the way.

Made by `crmtool.rules.deciding.decide`; tables and documents are built from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from crmtool.errors import Finding

Origin = Literal["computed", "given", "locked"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """A policy that was applied because a column is absent or cells are empty: printed once in the overview.

    `kind` absent: the ledger has no such column; missing: `customers` cells were empty. `text` is the whole
    sentence ("没有 需求挖掘程度 列：视为未挖掘").
    """

    field: str
    kind: Literal["absent", "missing"]
    customers: int
    text: str


@dataclass(frozen=True)
class Decisions:
    """One row per customer, in the ledger's order (RangeIndex), Arrow-backed.

    Columns of `frame`, all string unless said, null where they do not apply:
    `tier` (id; null = undecided) · `label` (the tier's label, or the rule set's label for undecided) ·
    `rank` (int64) · `rule` (id; several joined by `|` where completions differ) · `rule_origin`
    (source | resolution) · `origin` (computed | given | locked) · `computed_tier` (id, what the rules say
    where a lock or a given tier stands) · `previous` (tier id that the ledger's tier column named) · `flag` ·
    `reason` · `possible` (tier ids joined by `|`, undecided only) · `missing` (field ids joined by `|`) ·
    `next_tier` (id) · `next` (what would move the customer there, in words) · `tags` (ids joined by `|`) ·
    `score` (float64, where the rule set has one) · `class` (int64, index of the verdict) ·
    `level:<dimension>` (level id).
    """

    frame: pd.DataFrame
    assumptions: tuple[Assumption, ...]
    counts: Mapping[str, int]  # tier id → customers; "" counts the undecided
    findings: tuple[Finding, ...] = ()  # locks that ended, labels that are no tier, cells that must be filled

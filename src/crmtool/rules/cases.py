"""What is judged: one row per customer, one value per field of the rule set, whatever it came from.

Made by `crmtool.rules.measuring.metrics` from a ledger and by `crmtool.rules.examples` from the cases inside a rules
file; judged by `crmtool.rules.judging.judge`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crmtool.errors import Finding


@dataclass(frozen=True, slots=True)
class Untold:
    """A sheet that cannot tell a field for anybody: how many rows it has, undated ones too, and what was left out."""

    sheet: str
    rows: int
    undated: int
    left_out: int


@dataclass(frozen=True)
class Cases:
    """The values to judge, a row per customer.

    `frame` is any frame that narwhals knows (Arrow-backed pandas here, a DuckDB relation in a warehouse) with
    the columns that docs/architecture.md lists: `f`, `f__state`, and where needed `f__high` and `d__level`.
    A lazy frame carries a column `customer` (int64) for the order of its rows.
    `absent`: fields that have no column and no derivation here. `derived`: field → table it was counted from.
    `untold`: of these, fields that a sheet which is there would tell if it reached further or its rows counted.
    `level_columns`: dimensions for which the ledger has a level column.
    """

    frame: Any
    absent: frozenset[str] = frozenset()
    derived: Mapping[str, str] = field(default_factory=dict)
    level_columns: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    untold: Mapping[str, Untold] = field(default_factory=dict)

"""Cases for judging, built from plain values as `scalar_evaluator` uses them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from scalar_evaluator import EMPTY, NEVER, UNREADABLE

from crmtool.rules.cases import Cases
from crmtool.rules.language.load import load_rule_set
from crmtool.rules.model import RuleSet

RULES = Path(__file__).resolve().parents[2] / "rules"
TYPES = {"money": pa.int64(), "age": pa.date32(), "date": pa.date32()}
FIGURES = ("count", "number", "percent")


def shipped(name: str) -> RuleSet:
    """Load a shipped rule set."""
    text = (RULES / f"{name}.yaml").read_text(encoding="utf-8")
    return load_rule_set(
        text, f"rules/{name}.yaml", common=(RULES / "common.yaml").read_text(encoding="utf-8")
    )


def arrow_table(
    rule_set: RuleSet,
    rows: Sequence[Mapping[str, Any]],
    absent: Collection[str] = (),
    levels: Collection[str] = (),
) -> pa.Table:
    """Return a row for each customer: a field not in its mapping is empty; `level:d` gives a level."""
    columns: dict[str, pa.Array] = {"customer": pa.array(range(len(rows)), pa.int64())}
    for field in rule_set.fields.values():
        if field.id in absent:
            continue
        values = [row.get(field.id, EMPTY) for row in rows]
        states = [0 if v is EMPTY else 2 if v is UNREADABLE else 3 if v is NEVER else 1 for v in values]
        kind = field.spec.kind
        typed = [_typed(v, kind) if s == 1 else None for v, s in zip(values, states, strict=True)]
        columns[field.id] = pa.array(typed, TYPES.get(kind, pa.float64() if kind in FIGURES else pa.string()))
        columns[field.id + "__state"] = pa.array(states, pa.int8())
    for dimension in levels:
        columns[f"{dimension}__level"] = pa.array(
            [row.get(f"level:{dimension}") for row in rows], pa.string()
        )
    return pa.table(columns)


def _typed(value: Any, kind: str) -> Any:
    if kind == "money":
        return int(value * 100)
    return float(value) if kind in FIGURES else value


def as_pandas(table: pa.Table) -> pd.DataFrame:
    """Return the same frame as Arrow-backed pandas."""
    return table.to_pandas(types_mapper=pd.ArrowDtype)


def cases_of(
    rule_set: RuleSet,
    rows: Sequence[Mapping[str, Any]],
    absent: Collection[str] = (),
    levels: Collection[str] = (),
) -> Cases:
    """Return cases on an Arrow-backed pandas frame."""
    frame = as_pandas(arrow_table(rule_set, rows, absent, levels))
    return Cases(frame, frozenset(absent), level_columns=frozenset(levels))


def day(text: str) -> date:
    """Return a date written as 2024-06-30."""
    return date.fromisoformat(text)

"""Knows the 具体目标 of a yearly plan, and puts the figures of a year into them.

The figures are those of `crmtool.review.kpis.results`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd
import pyarrow as pa

from crmtool.review.kpis.figures import scale_of
from crmtool.review.kpis.results import asked_unit
from crmtool.review.kpis.wording import is_percent, open_words, shown
from crmtool.review.model import GOAL_COLUMNS
from crmtool.rules.asked_kpis import Asked, asked_of
from crmtool.rules.model import RuleSet
from crmtool.rules.target_lines import Line
from crmtool.rules.targets import Target
from crmtool.visits.frames import table_of
from crmtool.visits.model import frame_of


def goals_of(kpis: pd.DataFrame, rule_set: RuleSet) -> pd.DataFrame:
    """Return the goals (GOAL_COLUMNS) of the KPIs (KPI_COLUMNS of a year) that have a target: of all, or of a tier.

    They are in the rules' order and in the words of the plan document: 将客户满意度从78%提升至88%以上;
    `[X]%` and `[X+10]%` where the baseline is not known.
    """
    found = {(row["id"], row["tier"]): row for row in table_of(kpis).to_pylist()}
    rows = list(_goals(found, rule_set))
    cells = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in GOAL_COLUMNS.items()}
    return frame_of(GOAL_COLUMNS, cells)


def _goals(
    found: Mapping[tuple[str, str | None], Mapping[str, Any]], rule_set: RuleSet
) -> Iterator[dict[str, Any]]:
    for entry in asked_of(rule_set):
        row = found.get((entry.id, entry.tier or None))
        if entry.target is None or row is None:
            continue
        unit = asked_unit(entry.id, rule_set)
        target = entry.target.fitting(unit).on_scale(scale_of(entry.id))
        baseline = None if row["baseline"] is None else Fraction(row["baseline"]).limit_denominator(10**9)
        yield {
            **{name: row[name] for name in ("id", "tier", "unit", "goal", "actual", "met", "target")},
            "label": entry.label,
            "year_before": row["year_before"] if row["baseline"] is None else row["baseline"],
            "statement": statement(_subject(entry, rule_set), unit, target, baseline),
        }


def _subject(entry: Asked, rule_set: RuleSet) -> str:
    if not entry.tier:
        return entry.label
    tier = rule_set.tiers[entry.tier]
    return f"{tier.long or tier.label}{entry.label}"


def statement(subject: str, unit: str, target: Target, baseline: Fraction | None = None) -> str:
    """Return a goal in the words of the plan document.

    >>> from crmtool.rules.targets import target_of
    >>> statement("流失率", "percent", target_of("<= baseline - 8pp"), Fraction(1, 5))
    '将流失率从20%降低至12%以下'
    >>> statement("客户满意度", "percent", target_of(">= baseline + 10pp"))
    '将客户满意度从[X]%提升至[X+10]%以上'
    """
    if not target.lines:
        return f"{subject}：{target.text}"
    if len(target.lines) == 2:
        low, high = (_size(line, unit, baseline) for line in target.lines)
        return f"使{subject}达到{low}" if low == high else f"使{subject}保持在{low}至{high}之间"
    line, is_low = target.lines[0], target.low is not None
    size = _size(line, unit, baseline)
    if not line.inclusive:
        return f"使{subject}{'高于' if is_low else '低于'}{size}"
    behind = ("" if is_percent(unit) and line.at(baseline) == 1 else "以上") if is_low else "以下"
    if line.is_relative:
        start = shown(unit, baseline) if baseline is not None else _open("[X]", unit)
        if start == size:
            return f"使{subject}保持在{size}{behind}"
        change = "提升至" if is_low else "降低至"
        return f"将{subject}从{start}{change}{size}{behind}"
    return f"使{subject}达到{size}{behind}" if is_low else f"将{subject}控制在{size}{behind}"


def _size(line: Line, unit: str, baseline: Fraction | None) -> str:
    at = line.at(baseline)
    return _open(open_words(line, unit), unit) if at is None else shown(unit, at)


def _open(words: str, unit: str) -> str:
    return f"{words}%" if is_percent(unit) else words

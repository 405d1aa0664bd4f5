"""Knows the words that the sheets of a review share: units, targets, whether a KPI was met, why a tier changed.

Which rows a sheet shows is left to the sheet's own module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmtool.content import TableColumn
from crmtool.review.model import (
    BY_BOTH,
    BY_CUSTOMER,
    BY_GIVEN,
    BY_LOCK,
    BY_RULES,
    BY_UNKNOWN,
    Snapshot,
)
from crmtool.tables.arrays import array, mapped

#: 单位 of a KPI; the template formats figures by it.
UNITS: Final[Mapping[str, str]] = {
    "percent": "%",
    "points": "分",
    "count": "单",
    "money": "元",
    "days": "天",
    "change": "±%",
}
UNKNOWN: Final = "未知"
#: Stands where there is nothing to compare with.
NOTHING: Final = "—"
MET, NOT_MET, NO_TARGET = "达成", "未达成", "未设目标"
CAUSES: Final[Mapping[str, str]] = {
    BY_CUSTOMER: "客户变化",
    BY_RULES: "规则变化",
    BY_BOTH: "客户与规则",
    BY_LOCK: "人工锁定",
    BY_GIVEN: "台账所填",
    BY_UNKNOWN: "无法区分",
}
_SOURCES: Final[Mapping[str, str]] = {"history": "历史记录", "workbook": "工作簿", "ledger": "台账"}
_BASELINE: Final = re.compile(r"baseline\s*(?:([+-])\s*([0-9.]+)\s*(pp|%)?)?")
_FRACTIONS: Final = frozenset({"percent", "change"})


def plain(number: float, digits: int = 2) -> str:
    """Return a number with at most so many digits behind the point, and no more than it needs.

    >>> plain(80.0), plain(33.3333), plain(-0.001)
    ('80', '33.33', '0')
    """
    text = f"{number:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{number:.0f}"
    return "0" if text in ("-0", "") else text


def figure(value: float, unit: str) -> str:
    """Return a KPI's figure in words: fractions in percent, else the number and its unit.

    >>> figure(0.855, "percent"), figure(30, "days"), figure(40, "points")
    ('85.5%', '30天', '40分')
    """
    if unit in _FRACTIONS:
        return f"{plain(value * 100, 1)}%"
    return f"{plain(value)}{UNITS.get(unit, '')}"


def target_words(target: str, goal: float | None, unit: str) -> str:
    """Return a target as the documents write it; one that starts from a baseline as the line it came to, or as `[X+10]`.

    >>> target_words(">= 90%", 0.9, "percent"), target_words("[-5%, 5%]", None, "change")
    ('≥90%', '-5% 至 5%')
    >>> target_words(">= baseline + 10pp", None, "percent"), target_words(">= baseline + 10pp", 0.85, "percent")
    ('≥[X+10]', '≥85%（基数+10）')
    """
    text = target.replace(">=", "≥").replace("<=", "≤").strip()
    band = re.fullmatch(r"[\[(]\s*([^,]+?)\s*,\s*([^,]+?)\s*[\])]", text)
    if band:
        return f"{band[1]} 至 {band[2]}"
    text = re.sub(r"([≥≤<>])\s+", r"\1", text)
    found = _BASELINE.search(text)
    if found is None:
        return text
    step = f"{found[1]}{found[2]}" if found[1] else ""
    sign = text[: found.start()]
    if goal is None:
        return f"{sign}[X{step}]"
    return f"{sign}{figure(goal, unit)}（基数{step}）"


def targets(rows: pd.DataFrame) -> pa.Array:
    """Return 目标 of each row (columns `target`, `goal`, `unit`); null where nothing is aimed at."""
    joint = pa.StructArray.from_arrays(
        [array(rows[name]) for name in ("target", "goal", "unit")], ["t", "g", "u"]
    )
    return _by_distinct(joint)


def _by_distinct(joint: pa.StructArray) -> pa.Array:
    goal = pc.cast(joint.field("g"), pa.string())
    keys = pc.binary_join_element_wise(
        pc.fill_null(joint.field("t"), ""), pc.fill_null(goal, ""), pc.fill_null(joint.field("u"), ""), "\x1f"
    )
    encoded = pc.dictionary_encode(keys)
    parts = [key.split("\x1f") for key in encoded.dictionary.to_pylist()]
    words = [target_words(t, float(g) if g else None, u) if t else None for t, g, u in parts]
    return pc.take(pa.array(words, pa.string()), encoded.indices)


def units(rows: pd.DataFrame) -> pa.Array:
    """Return 单位 of each row."""
    return pc.coalesce(mapped(array(rows["unit"]), UNITS), array(rows["unit"]))


def met(rows: pd.DataFrame) -> pa.Array:
    """Return 达成 of each row: whether a target was met, that it is not known, or that there is none."""
    told = mapped(pc.cast(array(rows["met"]), pa.string()), {"true": MET, "false": NOT_MET})
    otherwise = pc.if_else(pc.is_null(array(rows["target"])), NO_TARGET, UNKNOWN)
    return pc.coalesce(told, otherwise)


def actual(rows: pd.DataFrame) -> TableColumn:
    """Return 实际 of each row, 未知 where it is not known."""
    return or_word("actual", "实际", array(rows["actual"]), UNKNOWN)


def or_word(column_id: str, header: str, cells: pa.Array, word: str) -> TableColumn:
    """Return a column of numbers with a word where there is none."""
    texts = pc.if_else(pc.is_null(cells), pa.scalar(word), pa.scalar(None, pa.string()))
    return TableColumn(column_id, header, cells, "number", texts=texts)


def compared_with(previous: Snapshot | None) -> str:
    """Return what the review is compared with, in words."""
    if previous is None:
        return "无（首次复盘，没有更早的等级可比）"
    source = _SOURCES.get(previous.source, "")
    place = f"“{previous.place}”" if previous.place else ""
    day = previous.as_of.isoformat() if previous.as_of else "日期不详"
    version = f"{previous.rules_id} {previous.rules_version}".strip()
    rules = f"，规则 {version}" if version else ""
    return f"{day}（{source}{place}{rules}）"

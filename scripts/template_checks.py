"""Checks of cells that people fill in: drop-downs, whole numbers, days.

Which cells have which check is in the scripts of the sheets.
"""

from __future__ import annotations

from datetime import date
from typing import Any

_EARLIEST = date(2000, 1, 1)


def choice(*words: str) -> dict[str, Any]:
    """Return the check that a cell holds one of some words."""
    shown = "、".join(words)
    return {
        "validate": "list",
        "source": list(words),
        "error_title": "请从列表中选",
        "error_message": f"这里只能填：{shown}。请点单元格右边的箭头选择。",
    }


def whole(low: int, high: int, meaning: str) -> dict[str, Any]:
    """Return the check that a cell holds a whole number; `meaning` is shown beside the cell."""
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "input_title": "评分",
        "input_message": meaning,
        "error_title": "请填整数",
        "error_message": f"请填 {low} 到 {high} 之间的整数；没有问到就留空。",
    }


def day(example: str) -> dict[str, Any]:
    """Return the check that a cell holds a day."""
    return {
        "validate": "date",
        "criteria": ">=",
        "value": _EARLIEST,
        "error_title": "请填日期",
        "error_message": f"请填 2000 年以后的日期，写成 {example} 这样；不确定就留空。",
    }

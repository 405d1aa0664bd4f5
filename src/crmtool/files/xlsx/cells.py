"""Write single values as cells: numbers, dates as serials, texts as inline strings.

Knows the XML of a cell outside marker rows; whole columns of cells are for `render`.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

from crmtool.content import Scalar
from crmtool.files.xlsx.cleaning import clean_text, escape_lookalikes, truncate_text
from crmtool.files.xlsx.markup import Node

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
_UNIX = date(1970, 1, 1)


def serial_offset(is_1904: bool) -> int:
    """Return the days to add to days since 1970 to get a serial of the workbook's date system."""
    return (_UNIX - (EPOCH_1904 if is_1904 else EPOCH_1900)).days


def serial(day: date, is_1904: bool) -> int | None:
    """Return a date's serial number, or None before the first day that the date system knows.

    In the 1900 system serial 60 is the day 1900-02-29 that never was (ECMA-376 part 1, 18.17.4.1).

    >>> serial(date(2023, 10, 31), False), serial(date(1900, 1, 1), False), serial(date(1899, 12, 31), False)
    (45230, 1, None)
    """
    days = (day - _UNIX).days + serial_offset(is_1904)
    if not is_1904 and days <= 60:
        days -= 1
    return days if days >= (0 if is_1904 else 1) else None


def day_of(serial_number: int) -> date:
    """Return the date of a serial above 60 in the 1900 system."""
    return EPOCH_1900 + timedelta(days=serial_number)


def number_text(value: float) -> str:
    """Return a finite number with the fewest digits that read back as the same number."""
    return str(int(value)) if isinstance(value, int) else repr(value).removesuffix(".0")


def set_value(cell: Node, value: Scalar, is_1904: bool) -> None:
    """Give a cell a typed value; its style stays. None, NaN and infinities make it empty."""
    cell.attributes.pop("t", None)
    prefix = cell.prefix
    if isinstance(value, bool):
        cell.attributes["t"] = "b"
        cell.children = [Node(f"{prefix}v", {}, ["1" if value else "0"])]
    elif isinstance(value, date):
        number = serial(value, is_1904)
        if number is None:
            set_text(cell, value.isoformat())
        else:
            cell.children = [Node(f"{prefix}v", {}, [str(number)])]
    elif isinstance(value, (int, float)):
        cell.children = [Node(f"{prefix}v", {}, [number_text(value)])] if math.isfinite(value) else []
    elif value:
        set_text(cell, value)
    else:
        cell.children = []


def set_text(cell: Node, text: str) -> None:
    """Give a cell a text as an inline string."""
    clean = truncate_text(escape_lookalikes(clean_text(text)))
    attributes = {"xml:space": "preserve"} if clean != clean.strip() else {}
    run = Node(f"{cell.prefix}t", attributes, [clean])
    cell.attributes["t"] = "inlineStr"
    cell.children = [Node(f"{cell.prefix}is", {}, [run])]


def set_rich(cell: Node, text: Node) -> None:
    """Give a cell a text with its formatted runs, taken from a shared string; empty runs are left out."""
    text.remove(
        lambda node: node.local == "r" and not "".join(run.text for run in node.nodes if run.local == "t")
    )
    cell.attributes["t"] = "inlineStr"
    cell.children = [Node(f"{cell.prefix}is", {}, text.children)]

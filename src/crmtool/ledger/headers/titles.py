"""What stands above a table: the day it was made for (统计截止日) and the unit of its money (单位：万元)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime

from crmtool.ledger.headers.texts import unit_of
from crmtool.ledger.quantities import MONEY_UNITS
from crmtool.sheets import Peek, RawCell

_AS_OF = re.compile(r"(统计|数据|资料)?(截止|截至|统计)(日期|日|时间|到|至)?[::]?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_UNIT = re.compile(r"(?:金额)?单位:?\(?([^\s,;()]+)")


def title_day(peek: Peek, header_row: int) -> date | None:
    """Return the day that the rows above the header name as 统计截止日, also in the cell to its right."""
    for row in peek.cells[: header_row - 1]:
        label_seen = False
        for cell in row:
            text = _flat(cell)
            if label_seen or _AS_OF.search(text):
                day = _day(cell, text)
                if day:
                    return day
                label_seen = bool(text) and (label_seen or bool(_AS_OF.search(text)))
    return None


def title_unit(peek: Peek, header_row: int) -> str | None:
    """Return the unit of money that the rows above the header name; None where they name none."""
    for row in peek.cells[: header_row - 1]:
        for cell in row:
            found = _UNIT.search(_flat(cell))
            unit = unit_of(found.group(1)) if found else None
            if unit in MONEY_UNITS:
                return unit
    return None


def _flat(cell: RawCell) -> str:
    return unicodedata.normalize("NFKC", cell).replace(" ", "") if isinstance(cell, str) else ""


def _day(cell: RawCell, text: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.search(text)
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None

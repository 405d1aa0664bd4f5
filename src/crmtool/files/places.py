"""Knows how a place in a sheet is spelled: column letters, cell references, areas.

What stands there is left to the modules that read sheets.
"""

from __future__ import annotations

import re

from crmtool.sheets import Area

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384

_REFERENCE = re.compile(rb"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def column_number(name: bytes) -> int:
    """Return the 1-based column of its letters.

    >>> column_number(b"A"), column_number(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in name.upper():
        number = number * 26 + letter - 64
    return number


def place(reference: bytes) -> tuple[int, int] | None:
    """Return row and column, 1-based, of a reference such as `AB12`; None where it is none.

    >>> place(b"AB12"), place(b"12")
    ((12, 28), None)
    """
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), column_number(found[1])) if found else None


def area(reference: bytes) -> Area | None:
    """Return the area of a reference such as `A1:C3`; None where it has not two corners."""
    corners = _REFERENCE.findall(reference)
    if len(corners) != 2:
        return None
    (left, top), (right, bottom) = ((column_number(letters), int(row)) for letters, row in corners)
    return Area(top, left, bottom, right)

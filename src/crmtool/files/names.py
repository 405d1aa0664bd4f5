"""Knows which names a file and a sheet may have, and turns names out of data into such.

Where a file goes and what a sheet holds is left to the jobs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

#: File systems hold 255 bytes a name; an ending and a number are still to come.
MAX_FILE_NAME_BYTES = 240
MAX_SHEET_NAME_UNITS = 31
_TAIL_BYTES = 80

_NOT_IN_FILES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def clean_file_name(name: str) -> str:
    """Return a name that is one file name on every system, never a path, without its ending.

    Separators and characters that Windows forbids become `_`; leading and trailing dots and blanks go; names
    of devices are marked. A longer name loses its middle, so that the date at its end stays.

    >>> clean_file_name("../C:/客户.")
    '_C__客户'
    >>> clean_file_name("nul")
    'nul_'
    """
    cleaned = _NOT_IN_FILES.sub("_", name).strip(". \t\u3000")
    if not cleaned:
        return "_"
    reserved = _RESERVED.match(cleaned)
    if reserved:
        cleaned = f"{reserved[0]}_{cleaned[reserved.end() :]}"
    encoded = cleaned.encode("utf-8")
    if len(encoded) <= MAX_FILE_NAME_BYTES:
        return cleaned
    head = encoded[: MAX_FILE_NAME_BYTES - _TAIL_BYTES - 3].decode("utf-8", "ignore")
    tail = encoded[-_TAIL_BYTES:].decode("utf-8", "ignore")
    return f"{head}…{tail}"


def numbered(make: Callable[[str], str], taken: Collection[str]) -> str:
    """Return the first name that is not taken, whatever the case; `make` puts the number (`""`, ` (2)` …) into it.

    >>> numbered(lambda number: f"张三{number}.ics", {"张三.ics"})
    '张三 (2).ics'
    """
    used = {other.casefold() for other in taken}
    name, number = make(""), 1
    while name.casefold() in used:
        number += 1
        name = make(f" ({number})")
    return name


def clean_sheet_name(name: str, taken: Collection[str] = (), *, otherwise: str = "Sheet") -> str:
    """Return a sheet name that Excel takes, other than every `taken` one whatever the case.

    At most 31 UTF-16 units, without `[]:*?/\\` and control characters, without apostrophes at its ends;
    `otherwise` stands where nothing is left.

    >>> clean_sheet_name("*经理"), clean_sheet_name("ana", taken=["Ana"])
    ('经理', 'ana (2)')
    """
    cleaned = _NOT_IN_SHEETS.sub("", name).strip().strip("'").strip() or otherwise
    # Excel keeps the name History for itself.
    return numbered(
        lambda number: _cut(cleaned, MAX_SHEET_NAME_UNITS - len(number)) + number, {*taken, "history"}
    )


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore").rstrip().rstrip("'")

"""Knows which number formats show a number as a date, as a length of time or as a percentage.

What date a number is, is left to `crmtool.files.sheetdata.serials`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

NUMBER, DATE, DURATION, PERCENT = range(4)

#: ECMA-376 18.8.30, with the date formats of Chinese, Japanese and Korean Excel (27 to 36, 50 to 58).
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_DURATION = 46
_BUILT_IN_PERCENTS = {9, 10}

#: What says nothing of dates: escaped, padding and filling characters, quoted text, and brackets except `[h]`, `[mm]` …
_LITERAL = re.compile(r'[\\_*].|"[^"]*"?|\[(?!(?:h+|m+|s+)\])[^\]]*\]?', re.IGNORECASE | re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
#: `aaa` and `aaaa` are the day of the week in Chinese.
_DATE_LETTER = re.compile(r"\[(?:h+|m+|s+)\]|[dmhys]|a/p|aaa", re.IGNORECASE)


def style_kinds(styles: ElementTree.Element | None) -> Sequence[int]:
    """Return the kind of each cell style of a styles part; a style beyond the end is a plain number."""
    if styles is None:
        return ()
    custom: dict[int, int] = {}
    kinds: list[int] = []
    for element in styles.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "numFmt":
            custom[_number(element.get("numFmtId"))] = format_kind(element.get("formatCode", ""))
        elif tag == "cellXfs":
            formats = [_number(style.get("numFmtId")) for style in element]
            kinds = [custom.get(number, built_in_kind(number)) for number in formats]
    return kinds


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else 0


def built_in_kind(number: int) -> int:
    """Return the kind of a built-in number format."""
    if number == _BUILT_IN_DURATION:
        return DURATION
    if number in _BUILT_IN_PERCENTS:
        return PERCENT
    return DATE if number in _BUILT_IN_DATES else NUMBER


def format_kind(code: str) -> int:
    """Return the kind of a number format by its first section.

    >>> format_kind("yyyy-mm-dd"), format_kind("[h]:mm"), format_kind('0.00"日"'), format_kind("0.0%")
    (1, 2, 0, 3)
    """
    section = _LITERAL.sub("", code).partition(";")[0]
    first = _DATE_LETTER.search(section)
    if first is None:
        return PERCENT if "%" in section else NUMBER
    return DURATION if _ELAPSED.match(first[0]) else DATE

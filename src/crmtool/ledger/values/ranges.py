"""How a range is written: `5-10`, `≥10`, `10以上`, `1000+`, `不超过3`.

Which numbers, dates or spans stand at its ends is left to the reader that is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from crmtool.ledger.values.numerals import DIGIT_CHARACTERS, read_numeral
from crmtool.ledger.values.readings import Exact, Interval, Reading, Refusal, noted, two_readings

T = TypeVar("T")

#: Words before a number: the side that the number bounds, and whether it is itself excluded.
_BEFORE: tuple[tuple[str, bool, bool], ...] = (
    ("≥|>=|=>|大于等于|大于或等于|不低于|不少于|不小于|至少|起码|最少", True, False),
    ("≤|<=|=<|小于等于|小于或等于|不超过|不高于|不多于|不大于|至多|最多", False, False),
    (">|大于|超过|高于|多于|超", True, True),
    ("<|小于|低于|少于|不满|未满", False, True),
)
#: Words after a number. 以上, 以下, 以内 include it (民法典 art. 1259) unless 不含 is said.
_INCLUSIVE, _EXCLUSIVE = r"(?:\(含\)|含|及|或)?", r"(?:\(不含\)|不含)"
_AFTER: tuple[tuple[re.Pattern[str], bool, bool], ...] = (
    (re.compile(rf"(.+?)(?:{_EXCLUSIVE}以上|以上{_EXCLUSIVE}|以外)"), True, True),
    (re.compile(rf"(.+?)(?:{_EXCLUSIVE}(?:以下|[以之]?内)|(?:以下|[以之]?内){_EXCLUSIVE})"), False, True),
    (re.compile(rf"(.+?){_INCLUSIVE}以上(?:\(含\)|含)?"), True, False),
    (re.compile(rf"(.+?){_INCLUSIVE}(?:以下|[以之]?内)(?:\(含\)|含)?"), False, False),
    (re.compile(r"(.+?)\+"), True, False),
)
_BEFORE_PATTERNS = tuple(
    (re.compile(rf"(?:{words})(.+)"), is_low, is_open) for words, is_low, is_open in _BEFORE
)
_RANGE_SIGN = re.compile(
    "[-~+<>=≥≤至到]|以[上下外]|内|大于|小于|[高低多少]于|不[低少小超高多大满]|超过?|起码|最[多少]|未满"
)
_PLUS_INSIDE = re.compile(r"([0-9][0-9,.]*[万亿千kKwW]?)\+([^0-9+]+)")
_BETWEEN = re.compile(r"(?<=[^-~(至到eE<>=≥≤])(?:-{1,2}|~|至|到)(?=[^-~)至到]|-[0-9])")
_TAIL = re.compile(f"[^{DIGIT_CHARACTERS}.]*$")
#: `5000-1万` starts at 5,000; `10-5万` is more likely the wrong way round.
_LEAST_UNCARRIED = 100
_MAGNITUDE = re.compile("[十百千万亿kKwW]*")


def read_ranged(text: str, read_one: Callable[[str], Reading[T]]) -> Reading[T]:
    """Read a normalised, squeezed text as one value or as a range of values.

    `read_one` reads an end; its refusal is the whole text's. An end that is itself an interval (a month)
    gives its outer end.
    """
    if _RANGE_SIGN.search(text) is None:
        return read_one(text)
    text = _PLUS_INSIDE.sub(r"\1\2+", text) if "+" in text[1:] else text
    for pattern, is_low, is_open in (*_BEFORE_PATTERNS, *_AFTER):
        match = pattern.fullmatch(text)
        if match:
            return _one_sided(read_one(match[1]), is_low=is_low, is_open=is_open)
    cuts = list(_BETWEEN.finditer(text))
    if len(cuts) != 1 or (text[0] == "-" and cuts[0][0] == "--"):
        return read_one(text)
    return _between(text[: cuts[0].start()], text[cuts[0].end() :], read_one)


def _one_sided(end: Reading[T], *, is_low: bool, is_open: bool) -> Reading[T]:
    if isinstance(end, Refusal):
        return end
    if isinstance(end, Interval):
        return Refusal("unreadable-range")
    if is_low:
        return Interval(end.value, None, low_open=is_open, notes=end.notes)
    return Interval(None, end.value, high_open=is_open, notes=end.notes)


def _between(left: str, right: str, read_one: Callable[[str], Reading[T]]) -> Reading[T]:
    high = read_one(right)
    if isinstance(high, Refusal):
        return high
    candidates, is_doubtful = _left_texts(left, right)
    fitting = [joined for text in candidates if (joined := _join(read_one(text), high)) is not None]
    if is_doubtful:
        fitting = [joined for joined in fitting if isinstance(joined, Interval)]
    if not fitting:
        first = read_one(candidates[0])
        return first if isinstance(first, Refusal) else Refusal("unreadable-range")
    if is_doubtful and len(fitting) > 1:
        return two_readings(f"{candidates[0]}-{right}", f"{candidates[1]}-{right}")
    return fitting[0]


def _left_texts(left: str, right: str) -> tuple[list[str], bool]:
    """Return how the left end may be meant, the likeliest first, and whether that is open to doubt.

    `5-10万元` carries 万元 back; `一千到两千万元` may start at 一千 or at 一千万, `三到五十万` at 三万 or
    三十万.
    """
    left_tail, right_tail = _tail(left), _tail(right)
    scale = _MAGNITUDE.match(right_tail)[0]  # type: ignore[index]
    large = scale.lstrip("十百千")
    if not left_tail:
        if not right_tail:
            return [left], False
        if not right[: -len(right_tail)][-1:].isascii() and scale not in ("", "万", "亿"):
            return [left + right_tail, left + right_tail[len(scale) - len(large) :]], True
        number = read_numeral(left)
        is_large = number is not None and number >= _LEAST_UNCARRIED and len(scale) <= 1
        return [left + right_tail, left] if is_large else [left + right_tail], False
    if large and _MAGNITUDE.fullmatch(left_tail) and not set(left_tail) & set("万亿wW"):
        return [left, left + right_tail[len(scale) - len(large) :]], True
    return [left], False


def _tail(text: str) -> str:
    """Return what follows the last digit; the 十 of `十万` stands for its own digit."""
    tail: str = _TAIL.search(text)[0]  # type: ignore[index]
    return tail[1:] if tail == text and tail[:1] == "十" else tail


def _join(low: Reading[T], high: Exact[T] | Interval[T]) -> Reading[T] | None:
    if isinstance(low, Refusal):
        return None
    start: Any = low.value if isinstance(low, Exact) else low.low
    end: Any = high.value if isinstance(high, Exact) else high.high
    if start is None or end is None or start > end:
        return None
    notes = low.notes + tuple(note for note in high.notes if note not in low.notes)
    return noted(Exact(start) if start == end else Interval(start, end), *notes)

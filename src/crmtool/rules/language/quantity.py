"""What a figure in a rule is: `10万元`, `5%`, `3个月`, `>= 4`, `[5万元, 10万元)`, exact, in its field's unit.

Cells of a ledger are read in `crmtool.ledger.values`, with far more forms; a rule says one thing in one way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from crmtool.ledger.fields import Kind
from crmtool.ledger.quantities import FEN_PER_YUAN, MONEY_UNITS, SPAN_UNITS, UNBOUNDED_FEN, Duration
from crmtool.rules.conditions import Bound, Quantity, Range, Within

#: Turns `$name` into the text of that parameter.
Lookup = Callable[[str], str]

NUMERALS: dict[str, int] = {
    "": 1,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
COUNT_UNITS = ("次", "单", "人", "个", "件", "笔", "家", "台", "名", "条", "项", "户")
SCORE_UNITS = ("分", "星", "倍")

#: No span in a rule is longer than a century: it could lead back to before the calendar.
LONGEST_MONTHS = 1200
#: Figures with more digits would leave the exact range of 64-bit numbers.
MOST_DIGITS = 15

_FIGURE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*([^0-9\s.,~-]*)")
_SPAN_PART = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)\s*)?(个季度|个星期|半年|个月|季度|星期|天|日|周|月|季|年)")
_COMPARISON = re.compile(r"(>=|<=|==|=|>|<)\s*(.+)")
_INTERVAL = re.compile(r"([\[(])\s*([^,\[\]()]+?)\s*,\s*([^,\[\]()]+?)\s*([\])])")
_WITHIN = re.compile(r"(not\s+)?within\s+(.+)")
_REVIEWS = re.compile(r"([0-9]{1,3}) ?期")
_DASH_RANGE = re.compile(r"(-?[0-9.]+)\s*([^0-9.\s~-]*)\s*(?:-|~|–|—|至|到)\s*(-?[0-9.]+)\s*([^0-9.\s]*)")
_SPAN_KINDS = ("age", "date")
#: Words that include the number and words that do not: 民法典 art. 1259.
_WORDS_AFTER = {
    "以上": ">=", "以下": "<=", "以内": "<=", "之内": "<=", "以外": ">", "之外": ">",
    "及以上": ">=", "及以下": "<=",
}  # fmt: skip
_WORDS_BEFORE = {
    "不低于": ">=", "不少于": ">=", "不小于": ">=", "至少": ">=", "满": ">=", "大于等于": ">=",
    "不超过": "<=", "不高于": "<=", "不多于": "<=", "不大于": "<=", "至多": "<=", "最多": "<=",
    "小于等于": "<=", "超过": ">", "高于": ">", "大于": ">", "多于": ">",
    "不满": "<", "不足": "<", "低于": "<", "少于": "<", "小于": "<",
}  # fmt: skip


class UnfitError(Exception):
    """A figure or test does not fit its field; `code` and `params` are those of the finding."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def normal(text: str) -> str:
    """Return a test with full-width letters, digits and signs made plain, and `≥ ≤` spelled out.

    >>> normal("≥　１０万元"), normal("［5万元，10万元）")
    ('>= 10万元', '[5万元,10万元)')
    """
    plain = unicodedata.normalize("NFKC", text).replace("≥", ">=").replace("≤", "<=").replace("$ ", "$")
    return " ".join(plain.split())


def parse_span(text: str) -> Duration:
    """Return a calendar span: `3个月`, `1年6个月`, `半年`, `2周`, `0天`.

    A part of a month, or a bare number, raises `UnfitError`.

    >>> parse_span("1.5年"), parse_span("半年")
    (Duration(months=18, days=0), Duration(months=6, days=0))
    """
    text, at, months, days = normal(text), 0, Decimal(0), Decimal(0)
    for part in _SPAN_PART.finditer(text):
        if text[at : part.start()].strip() or (part[1] is None and part[2] != "半年"):
            break
        unit, number = SPAN_UNITS[part[2]], Decimal(part[1] or 1)
        months, days, at = months + unit.months * number, days + unit.days * number, part.end()
    if not text or at != len(text) or months % 1 or days % 1 or months + days / 30 > LONGEST_MONTHS:
        raise UnfitError("not-a-span", value=text)
    return Duration(int(months), int(days))


def parse_quantity(text: str, kind: Kind) -> Quantity:
    """Return a figure in the unit of a kind: fen for money (a bare number is yuan), Decimal, a span for ages.

    A percentage needs its sign unless it is 0. Raises `UnfitError` where the unit belongs to another kind of
    field, where money is finer than a fen, or where the text is no figure.

    >>> parse_quantity("10万元", "money"), parse_quantity("5%", "percent")
    (10000000, Decimal('0.05'))
    """
    if kind in _SPAN_KINDS:
        return _span_of(text, kind)
    found = _FIGURE.fullmatch(normal(text))
    if found is None or len(found[1]) > MOST_DIGITS:
        raise UnfitError("not-a-figure", value=text, kind=kind)
    number, unit = Decimal(found[1]), found[2]
    if kind == "money":
        return _money(text, number, unit)
    if kind == "percent" and (unit == "%" or (not unit and number == 0)):
        return number / 100
    if kind in ("count", "number"):
        scale = unit.rstrip("".join(COUNT_UNITS + SCORE_UNITS)) if unit not in NUMERALS else unit
        rest = unit[len(scale) :]
        if scale in NUMERALS and (not rest or rest in COUNT_UNITS + SCORE_UNITS):
            return number * NUMERALS[scale]
    raise UnfitError("unit-mismatch", value=text, kind=kind, unit=unit or "-")


def parse_reviews(text: str) -> int:
    """Return how many reviews a text such as `2期` means, 1 or more; raises `UnfitError` where it means none.

    >>> parse_reviews("2期"), parse_reviews("３ 期")
    (2, 3)
    """
    found = _REVIEWS.fullmatch(normal(text))
    if found is None or not int(found[1]):
        raise UnfitError("not-a-number-of-reviews", value=text)
    return int(found[1])


def parse_share(text: str) -> Decimal:
    """Return the share that a text such as `10%` means, from 0 to 1; raises `UnfitError` where it means none.

    >>> parse_share("12.5%")
    Decimal('0.125')
    """
    try:
        read = parse_quantity(text, "percent")
    except UnfitError:
        raise UnfitError("not-a-share", value=text) from None
    if not isinstance(read, Decimal) or not 0 <= read <= 1:
        raise UnfitError("not-a-share", value=text)
    return read


def _span_of(text: str, kind: Kind) -> Duration:
    try:
        return parse_span(text)
    except UnfitError:
        found = _FIGURE.fullmatch(normal(text))
        if found is None:
            raise
        raise UnfitError("unit-mismatch", value=text, kind=kind, unit=found[2] or "-") from None


def _money(text: str, number: Decimal, unit: str) -> int:
    fen = MONEY_UNITS.get(unit) if unit else FEN_PER_YUAN
    if fen is None or unit == "分":  # 分 is a score everywhere in the rules: no threshold is in fen
        raise UnfitError("unit-mismatch", value=text, kind="money", unit=unit)
    amount = number * fen
    if abs(amount) >= UNBOUNDED_FEN:
        raise UnfitError("not-a-figure", value=text, kind="money")
    if amount % 1:
        raise UnfitError("finer-than-fen", value=text)
    return int(amount)


def parse_range(text: str, kind: Kind, lookup: Lookup) -> Range | Within:
    """Return the test that a text makes of a field: a comparison, an interval with brackets, or `within`.

    Raises `UnfitError` with the readings as suggestions where the text has several (`5-10万元`, `4`, 以上).
    """
    text = normal(text)
    if found := _WITHIN.fullmatch(text):
        if kind not in _SPAN_KINDS:
            raise UnfitError("within-not-age", value=text, kind=kind)
        return Within(parse_span(lookup(found[2])), negated=bool(found[1]))
    if found := _COMPARISON.fullmatch(text):
        return _comparison(found[1], lookup(found[2]), text, kind)
    if found := _INTERVAL.fullmatch(text):
        low = Bound(parse_quantity(lookup(found[2]), kind), found[1] == "[")
        high = Bound(parse_quantity(lookup(found[3]), kind), found[4] == "]")
        return _checked(Range(low, high), text)
    raise _reading_of(text, kind)


def _comparison(sign: str, figure: str, text: str, kind: Kind) -> Range:
    if any(char in figure for char in "<>=") or (sign in ("=", "==") and kind in _SPAN_KINDS):
        raise UnfitError("not-a-test", value=text, kind=kind)
    value = parse_quantity(figure, kind)
    low = Bound(value, "=" in sign) if sign in (">", ">=", "=", "==") else None
    high = Bound(value, "=" in sign) if sign in ("<", "<=", "=", "==") else None
    return Range(low, high)


def _checked(span: Range, text: str) -> Range:
    if span.low is not None and span.high is not None:
        low, high = _order(span.low.value), _order(span.high.value)
        if low > high or (low == high and not (span.low.inclusive and span.high.inclusive)):
            raise UnfitError("empty-interval", value=text)
    return span


def _order(value: Quantity) -> Decimal:
    if isinstance(value, Duration):
        # A span is the longer the earlier the day it leads back to; any one day serves for a check of order.
        day = date(2024, 7, 31)
        return Decimal((day - value.before(day)).days)
    return Decimal(value)


def _reading_of(text: str, kind: Kind) -> UnfitError:
    """Return the mistake that a text is which is no test, with what its writer may have meant."""
    if found := _DASH_RANGE.fullmatch(text):
        low, high = found[1] + (found[2] or found[4]), found[3] + found[4]
        return UnfitError(
            "ambiguous-range", value=text, first=f'"[{low}, {high}]"', second=f'"[{low}, {high})"'
        )
    words = sorted(_WORDS_AFTER, key=len, reverse=True)
    if after := next((word for word in words if text.endswith(word)), None):
        return _word(text, after, text.removesuffix(after), _WORDS_AFTER[after], kind)
    words = sorted(_WORDS_BEFORE, key=len, reverse=True)
    if before := next((word for word in words if text.startswith(word)), None):
        return _word(text, before, text.removeprefix(before), _WORDS_BEFORE[before], kind)
    if kind in _SPAN_KINDS and text[:1] in ("近", "最"):
        return UnfitError("word-test", value=text, word=text[0], suggestion=f'"within {text.lstrip("最近")}"')
    if text.startswith("$") or _FIGURE.fullmatch(text):
        return UnfitError("bare-value", value=text, first=f'">= {text}"', second=f'"= {text}"')
    return UnfitError("not-a-test", value=text, kind=kind)


def _word(text: str, word: str, figure: str, sign: str, kind: Kind) -> UnfitError:
    figure = figure.strip().lstrip("最近") if kind in _SPAN_KINDS else figure.strip()
    test = f"{sign} {figure}"
    if kind in _SPAN_KINDS and word in ("以内", "之内", "以外", "之外"):
        test = f"within {figure}" if word.endswith("内") else f"not within {figure}"
    return UnfitError("word-test", value=text, word=word, suggestion=f'"{test}"')

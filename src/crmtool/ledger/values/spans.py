"""What a span of time says (`2年`, `1年半`), and as an age: a date laid back from the as-of date.

Calendar arithmetic is in `crmtool.ledger.quantities`.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from crmtool.ledger.quantities import EARLIEST_DAY, SPAN_UNITS, Duration
from crmtool.ledger.values.dates import parse_date
from crmtool.ledger.values.numerals import DIGIT_CHARACTERS, is_approximate, read_numeral
from crmtool.ledger.values.ranges import read_ranged
from crmtool.ledger.values.readings import Exact, Interval, Reading, Refusal, note, refuse, two_readings
from crmtool.ledger.values.spelling import normalise, squeeze

_UNIT = "个季度|季度|个星期|星期|个月|周年|周|季|年|月|天|日"
_PART = re.compile(rf"(半|[{DIGIT_CHARACTERS}十百.点]+)({_UNIT})(半)?[零又]?")
_LONGEST_YEARS = 200
_YEAR_OR_SPAN = re.compile("([0-9]{2})年")
_SINCE = re.compile("(?:自|从)?(.+?)(?:至今|到现在|以来|开始|起)")
_ORDINAL_UNITS = frozenset({"月", "日"})


def parse_duration(text: str) -> Reading[Duration]:
    """Read a span of calendar months and days.

    Years are twelve months, so `2.5年` is 30 months; a fraction of a month is not a calendar span and gives
    the interval between the whole months around it (`2.3年` is 27 to 28 months); half a month is refused.
    `3月` may be March: refused, 个月 is wanted.

    >>> parse_duration("1年半"), parse_duration("两天又一个月")
    (Exact(value=Duration(months=18, days=0), notes=()), Exact(value=Duration(months=1, days=2), notes=()))
    """
    body = squeeze(normalise(text))
    if is_approximate(body.removeprefix("近")) or body.startswith("近"):
        return refuse("approximate-value")
    ordered = read_ranged(body, _one_ordered)
    if isinstance(ordered, Refusal):
        return Refusal("unreadable-duration") if ordered.code == "unreadable-range" else ordered
    if isinstance(ordered, Exact):
        return Exact(ordered.value.span, ordered.notes)
    low, high = (None if end is None else end.span for end in (ordered.low, ordered.high))
    return Interval(low, high, ordered.low_open, ordered.high_open, ordered.notes)


def parse_age(text: str, as_of: date, unit: str | None = None, *, date_1904: bool = False) -> Reading[date]:
    """Read the date since when something lasts: a date, or a span laid back from `as_of`.

    A longer span is an earlier date, so `2年以上` is an interval without a low end. Below a header with a
    span's unit (`年`) a bare number is a span. `12年` may be the year 2012 as well as twelve years: the
    interval that holds both is returned, with a note. `2020年5月至今` is since that month.

    >>> parse_age("2年", date(2023, 10, 31))
    Exact(value=datetime.date(2021, 10, 31), notes=())
    >>> parse_age("2年以上", date(2023, 10, 31)).high
    datetime.date(2021, 10, 31)
    """
    body = squeeze(normalise(text))
    if unit_span(unit) is not None and read_numeral(body) is not None and len(body) < 5:
        span: Reading[Duration] = bare_span(read_numeral(body) or Decimal(0), unit or "")
        return _laid_back(span, as_of)
    since = _SINCE.fullmatch(body)
    day = parse_date(since[1] if since else text, date_1904=date_1904)
    if not isinstance(day, Refusal) or day.code in ("two-readings", "no-such-date", "lunar-date"):
        return day
    span = parse_duration(text)
    if isinstance(span, Refusal):
        is_span_like = span.code != "unreadable-duration" and day.code == "unreadable-date"
        return span if is_span_like else day
    laid = _laid_back(span, as_of)
    doubtful = _YEAR_OR_SPAN.fullmatch(body)
    if doubtful and isinstance(laid, Exact):
        short = int(doubtful[1])
        return _or_in_year(laid.value, short + (2000 if 2000 + short <= as_of.year else 1900), as_of)
    return laid


def unit_span(unit: str | None) -> Duration | None:
    """Return the span of a header's unit (`年`, `个月`), or None where it is no span."""
    return SPAN_UNITS.get(squeeze(normalise(unit))) if unit else None


def bare_span(number: Decimal, unit: str) -> Reading[Duration]:
    """Read a number below a header whose unit is a span: `1.5` below 年 is eighteen months."""
    size = unit_span(unit)
    if size is None or number < 0:
        return refuse("unreadable-duration")
    return _multiple(number, size)


def _one(body: str) -> Reading[Duration]:
    months, days, position, last = Decimal(0), Decimal(0), 0, ""
    while position < len(body):
        match = _PART.match(body, position)
        if match is None:
            return refuse("unreadable-duration")
        number = Decimal("0.5") if match[1] == "半" else read_numeral(match[1])
        unit = match[2].replace("周年", "年")
        size = SPAN_UNITS[unit]
        if number is None or (match[3] and unit != "年"):
            return refuse("unreadable-duration")
        if months > 12 * _LONGEST_YEARS:
            return refuse("unreadable-duration")
        if unit in _ORDINAL_UNITS and last != "年" and not (unit == "月" and number > 12):
            return two_readings(f"{match[1]}{'个月' if unit == '月' else '天'}", match[0])
        if last == "年" and unit == "月" and months >= 120:
            return two_readings(f"{body[:position]}{match[1]}个月", body)
        number += Decimal("0.5") if match[3] else 0
        months, days, position, last = (
            months + number * size.months,
            days + number * size.days,
            match.end(),
            unit,
        )
    if not body or body[-1] in "零又" or months > 12 * _LONGEST_YEARS or days > 366 * _LONGEST_YEARS:
        return refuse("unreadable-duration")
    return _whole(months, days)


def _multiple(number: Decimal, size: Duration) -> Reading[Duration]:
    months, days = number * size.months, number * size.days
    if months > 12 * _LONGEST_YEARS or days > 366 * _LONGEST_YEARS:
        return refuse("unreadable-duration")
    return _whole(months, days)


def _whole(months: Decimal, days: Decimal) -> Reading[Duration]:
    if months == int(months) and days == int(days):
        return Exact(Duration(int(months), int(days)))
    if days or months < 1:
        return refuse("unreadable-duration")
    return Interval(Duration(int(months)), Duration(int(months) + 1))


class _Ordered:
    """A span that can be compared with another; a month counts as anything from 28 to 31 days."""

    def __init__(self, span: Duration) -> None:
        self.span = span

    def __gt__(self, other: _Ordered) -> bool:
        return self._key() > other._key()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ordered) and self.span == other.span

    def __hash__(self) -> int:
        return hash(self.span)

    def _key(self) -> Decimal:
        return self.span.months * Decimal("30.436875") + self.span.days


def _one_ordered(body: str) -> Reading[_Ordered]:
    reading = _one(body)
    if isinstance(reading, Refusal):
        return reading
    if isinstance(reading, Exact):
        return Exact(_Ordered(reading.value))
    assert reading.low is not None and reading.high is not None
    return Interval(_Ordered(reading.low), _Ordered(reading.high))


def _laid_back(span: Reading[Duration], as_of: date) -> Reading[date]:
    """Return the dates that lie a span before `as_of`; no end of the span is no beginning of the dates."""
    if isinstance(span, Refusal):
        return span
    if isinstance(span, Exact):
        return Exact(_before(span.value, as_of), span.notes)
    earliest = None if span.high is None else _before(span.high, as_of)
    latest = as_of if span.low is None else _before(span.low, as_of)
    return Interval(earliest, latest, span.high_open, span.low_open, span.notes)


def _before(span: Duration, as_of: date) -> date:
    months = as_of.year * 12 + as_of.month - 1 - span.months
    if months < EARLIEST_DAY.year * 12:
        return EARLIEST_DAY - timedelta(days=1)
    return max(span.before(as_of), EARLIEST_DAY - timedelta(days=1))


def _or_in_year(day: date, year: int, as_of: date) -> Reading[date]:
    ends = (day, date(year, 1, 1), min(date(year, 12, 31), as_of))
    said = note("year-or-span", years=f"{year % 100}年", year=f"{year}年", months=f"{year % 100 * 12}个月")
    return Interval(min(ends), max(ends), notes=(said,))

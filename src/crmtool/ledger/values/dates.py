"""What a date says, in the Gregorian calendar; what has two readings is refused with both.

Spans (`2年`) are in `crmtool.ledger.values.spans`; whether a date may lie after the as-of date is left to
`crmtool.ledger.values.cells`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from crmtool.ledger.values.numerals import parse_number
from crmtool.ledger.values.readings import (
    Exact,
    Interval,
    Reading,
    Refusal,
    note,
    noted,
    refuse,
    two_readings,
)
from crmtool.ledger.values.spelling import normalise
from crmtool.ledger.values.times import find_time, is_time_alone

_CN = "〇零一二两三四五六七八九十百千"
_WEEKDAY = re.compile(r"[,\s(]*(?:星期|周|礼拜)([一二三四五六日天])\)?$")
_WEEKDAYS = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6}
_LUNAR = re.compile(
    "农历|阴历|旧历|正月|腊月|冬月|闰|大年|除夕|初[一二三四五六七八九十]|廿|卅|立春|端午|中秋|春节|重阳|清明"
)
_ERA = re.compile("(?:康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|民国|神龙|昭和|平成|令和|大正|明治)|元年")
_RELATIVE = re.compile(
    "今[天日年]?|明[天日年]|昨[天日]?|前[天日年]|[後后][天日年]|去年|本[周月年季]|这个?[周月星]|[上下]+个?[周月季星礼]"
    "|最近|近期|刚刚|刚才|[天周月年]前|[天周月年]后|(?:星期|礼拜|周)[一二三四五六日天]"
)
_YEAR_FIRST = re.compile(
    r"([0-9]{4})(?:\s*[-./年]\s*|\s+)([0-9]{1,2})(?:\s*[-./月]\s*|\s+)([0-9]{1,2})\s*[日号]?\.?"
)
_SPELLED = re.compile(
    rf"([{_CN}]{{2,}}|[0-9]{{4}})年([{_CN}]{{1,3}}|[0-9]{{1,2}})月([{_CN}]{{1,3}}|[0-9]{{1,2}})[日号]?"
)
_SPELLED_MONTH = re.compile(rf"([{_CN}]{{3,}}|[0-9]{{4}})年([{_CN}]{{1,3}}|[0-9]{{1,2}})月份?")
_SPELLED_YEAR = re.compile(rf"([{_CN}]{{3,}}|[0-9]{{4}})年度?")
_COMPACT = re.compile(r"((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4})")
_SHORT = re.compile(r"([0-9]{1,2})(?:[-./]|年)([0-9]{1,2})(?:[-./]|月)([0-9]{1,2})[日号]?")
_MONTH_ONLY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})")
_NO_YEAR = re.compile(
    rf"(?:[0-9]{{1,2}}|[{_CN}]{{1,3}})月(?:(?:[0-9]{{1,2}}|[{_CN}]{{1,3}})[日号]?)?|(?:[0-9]{{1,2}}|[{_CN}]{{1,3}})[日号]"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}"
)
_ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ENGLISH_FORMS = (
    re.compile(r"(?P<d>[0-9]{1,2})[-\s]*(?P<m>[A-Za-z]{3,9})\.?[-,\s]*(?P<y>[0-9]{4})"),
    re.compile(r"(?P<m>[A-Za-z]{3,9})\.?\s*(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[,\s]+(?P<y>[0-9]{4})"),
    re.compile(r"(?P<y>[0-9]{4})[-\s](?P<m>[A-Za-z]{3,9})[-\s](?P<d>[0-9]{1,2})"),
)
#: Day 0 of serial numbers in the 1900 system, counted so that 1 March 1900 and later are right.
_SERIAL_ZERO = date(1899, 12, 30)
_SHIFT_1904 = 1462
#: Serial numbers have five digits (1927 to 2173): shorter numbers are more likely years or counts.
FIRST_SERIAL, LAST_SERIAL = 10_000, 99_999


def parse_date(text: str, *, date_1904: bool = False) -> Reading[date]:
    """Read a Gregorian date; a month or a year alone is the interval of its days.

    Year first is read in any of the usual spellings, year last only where one of day and month is above 12
    (or both are equal), two-digit years never. A bare number is `20231015` or a serial number of five digits.
    A time of day is left to `crmtool.ledger.values.moments`; one with a zone must name the same day in China. A
    weekday that does not fit is a note.

    >>> parse_date("2023年10月15日"), parse_date("二〇二三年十月").high
    (Exact(value=datetime.date(2023, 10, 15), notes=()), datetime.date(2023, 10, 31))
    >>> parse_date("3/4/2024").params["first"], parse_date("农历2015年十月初一").code
    ('2024-03-04', 'lunar-date')
    """
    body = normalise(text).replace("。", ".")
    if len(body) > 60:
        return refuse("unreadable-date")
    weekday = _WEEKDAY.search(body)
    days = body[: weekday.start()] if weekday and weekday.start() else body
    time = find_time(days)
    if time is not None:
        days = days[: time.start]
        # `2026-03-01 星期日 9:30`
        between = None if weekday else _WEEKDAY.search(days)
        weekday, days = (between, days[: between.start()]) if between else (weekday, days)
    shift = time.shift if time is not None else 0
    days = re.sub(r"\s*([年月日号])\s*", r"\1", days)
    reading = _calendar(days, date_1904=date_1904)
    if isinstance(reading, Exact):
        if shift is None:
            return refuse("unreadable-date")
        if shift:
            return two_readings(reading.value, reading.value + timedelta(days=shift))
        if weekday and _WEEKDAYS[weekday[1]] != reading.value.weekday():
            return noted(reading, note("weekday-differs", weekday=f"星期{weekday[1]}"))
    if isinstance(reading, Refusal) and reading.code == "unreadable-date":
        return _refused(body, reading)
    return reading


def _refused(body: str, reading: Refusal) -> Refusal:
    if is_time_alone(body):
        return refuse("time-without-day")
    return refuse("relative-date") if _RELATIVE.search(body) else reading


def serial_date(number: Decimal, *, date_1904: bool = False) -> Reading[date]:
    """Read a number in a date column: `20231015` or a spreadsheet's serial number.

    >>> serial_date(Decimal("45214.6")), serial_date(Decimal(2023)).code
    (Exact(value=datetime.date(2023, 10, 15), notes=()), 'two-readings')
    """
    whole = int(number) if abs(number) < 10**9 else 0
    if number == whole and (compact := _COMPACT.fullmatch(str(whole))):
        return _day(int(compact[1]), int(compact[2]), int(compact[3]))
    if FIRST_SERIAL <= whole <= LAST_SERIAL:
        return Exact(_SERIAL_ZERO + timedelta(days=whole + (_SHIFT_1904 if date_1904 else 0)))
    if number == whole and 1900 <= whole <= 2199:
        return two_readings(f"{whole}年", _SERIAL_ZERO + timedelta(days=whole))
    return refuse("unreadable-date")


def _calendar(body: str, *, date_1904: bool) -> Reading[date]:
    match = _YEAR_FIRST.fullmatch(body) or _COMPACT.fullmatch(body)
    if match:
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", body) and not _MONTH_ONLY.fullmatch(body):
        return serial_date(Decimal(body), date_1904=date_1904)
    if _ERA.search(body):
        return refuse("unreadable-date")
    if _LUNAR.search(body):
        return refuse("lunar-date")
    for form, read in (
        (_SPELLED, _spelled),
        (_YEAR_LAST, _year_last),
        (_SHORT, _short),
        (_MONTH_ONLY, _month_only),
    ):
        match = form.fullmatch(body)
        if match:
            return read(match)
    return _rarer(body)


def _rarer(body: str) -> Reading[date]:
    month = _SPELLED_MONTH.fullmatch(body)
    if month:
        return _month(_year_number(month[1]), _small_number(month[2]))
    year = _SPELLED_YEAR.fullmatch(body)
    if year and (number := _year_number(year[1])):
        return Interval(date(number, 1, 1), date(number, 12, 31))
    for form in _ENGLISH_FORMS:
        english = form.fullmatch(body)
        if english and english["m"][:3].lower() in _ENGLISH:
            return _day(int(english["y"]), _ENGLISH.index(english["m"][:3].lower()) + 1, int(english["d"]))
    return refuse("date-without-year" if _NO_YEAR.fullmatch(body) else "unreadable-date")


def _day(year: int, month: int, day: int) -> Reading[date]:
    made = _made(year, month, day)
    return refuse("no-such-date") if made is None else Exact(made)


def _made(year: int, month: int, day: int) -> date | None:
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _month(year: int | None, month: int | None) -> Reading[date]:
    if not year or not month or month > 12:
        return refuse("no-such-date" if year and month is not None else "unreadable-date")
    return Interval(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _spelled(match: re.Match[str]) -> Reading[date]:
    year, month, day = _year_number(match[1]), _small_number(match[2]), _small_number(match[3])
    if year is None or month is None or day is None:
        return refuse("unreadable-date")
    return _day(year, month, day)


def _year_number(text: str) -> int | None:
    number = parse_number(text)
    if number is None and len(text) >= 3 and not set(text) & set("十百千"):
        digits = text.translate(str.maketrans("〇零一二两三四五六七八九", "001223456789"))
        number = Decimal(digits) if digits.isdecimal() else None
    return int(number) if number is not None and 100 <= number <= 9999 else None


def _small_number(text: str) -> int | None:
    number = parse_number(re.sub("^([一二三])十([一-九])$", r"\1十\2", text))
    return None if number is None else int(number)


def _year_last(match: re.Match[str]) -> Reading[date]:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    return _one_of([_made(year, first, second), _made(year, second, first)])


def _short(match: re.Match[str]) -> Reading[date]:
    """Refuse a two-digit year, naming the two likeliest readings."""
    a, b, c = int(match[1]), int(match[2]), int(match[3])
    if "年" in match[0]:
        readings = [_made(2000 + a, b, c), _made(1900 + a, b, c)]
    else:
        readings = [
            _made(2000 + a, b, c),
            _made(2000 + c, b, a),
            _made(2000 + c, a, b),
            _made(1900 + c, b, a),
        ]
        readings += [_made(1900 + c, a, b), _made(1900 + a, b, c)]
    known = list(dict.fromkeys(day for day in readings if day is not None))
    return two_readings(known[0], known[1]) if len(known) > 1 else refuse("no-such-date")


def _one_of(readings: list[date | None]) -> Reading[date]:
    known = list(dict.fromkeys(day for day in readings if day is not None))
    if len(known) > 1:
        return two_readings(known[0], known[1])
    return Exact(known[0]) if known else refuse("no-such-date")


def _month_only(match: re.Match[str]) -> Reading[date]:
    """Read `2023-10`; `2023.1` may be what is left of 2023.10, and is refused."""
    year, month = int(match[1]), int(match[2])
    if not 1900 <= year <= 2199:
        return refuse("unreadable-date")
    if match[0].endswith(".1"):
        return two_readings(f"{year}年1月", f"{year}年10月")
    return _month(year, month)
